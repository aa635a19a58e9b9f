"""Pages and the sweep find whatever became known since figures were computed, whatever clocks say."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portevoix.core.periods import Month
from portevoix.ledger.actions.record import extend_coverage, record
from portevoix.measures import catalogue
from portevoix.measures.actions import refresh, refresh_overtaken
from portevoix.measures.freshness import mark_of, overtaken_months, stored
from portevoix.measures.models import Scorecard
from portevoix.measures.queries import figures
from portevoix.networks.contracts import ActorRef, Event, Kind
from portevoix.networks.models import Account, Holding
from portevoix.people import journal
from portevoix.people.journal import SYSTEM
from portevoix.people.models import Brand
from portevoix.programme.models import Voice

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
JUNE, JULY = Month(2026, 6), Month(2026, 7)
MIDDLE = datetime(2026, 7, 15, 12, 0, tzinfo=UTC)


def _brand(slug: str) -> Brand:
    """Return a brand whose Marion holds an account of which likes are covered in June and July."""
    brand = Brand.objects.create(slug=slug, name=slug.title(), time_zone="Europe/Paris")
    voice = Voice.objects.create(brand=brand, slug="marion", kind="persona", state="active")
    account = Account.objects.create(brand=brand, network="x", remote_id="88")
    Holding.objects.create(voice=voice, account=account)
    start, end = datetime(2026, 6, 2, tzinfo=UTC), datetime(2026, 7, 31, 12, tzinfo=UTC)
    extend_coverage(account, ["like"], from_at=start, to_at=end)
    return brand


@pytest.fixture
def brand(db: None, data_folder: Path) -> Brand:
    """Return a brand of which July and June are covered."""
    return _brand("acme")


def _liked(brand: Brand, actor: str, *, known: datetime = NOW) -> None:
    event = Event(Kind.LIKE, ActorRef(actor), "88", MIDDLE, "p1")
    record(brand, "x", now=known, source="test", events=[event])


def _likes(brand: Brand, month: Month = JULY) -> float | None:
    found = figures(brand, month, voice_slug="*")
    return next(each.value for each in found if each.metric.id == "likes_received")


def _is_overtaken(brand: Brand, month: Month = JULY) -> bool:
    return stored(Brand.objects.get(pk=brand.pk), month).is_overtaken


def _acting_at(turn: int, act: Callable[[], object]) -> Callable[[], datetime]:
    """Return a clock that stands still, and at whose `turn`-th reading `act` happens."""
    readings = 0

    def now() -> datetime:
        nonlocal readings
        readings += 1
        if readings == turn:
            act()
        return NOW

    return now


@pytest.mark.parametrize("turn", [1, 2, 5, 7])
def test_an_import_that_finishes_while_figures_are_computed_overtakes_them(brand: Brand, turn: int) -> None:
    _liked(brand, "a")
    refresh([brand], JULY, now=_acting_at(turn, lambda: _liked(brand, "b")))
    assert Scorecard.objects.exists()
    assert _is_overtaken(brand)
    assert refresh_overtaken(now=NOW) == 2
    assert _likes(brand) == 2
    assert not _is_overtaken(brand)


def test_facts_stamped_with_the_start_of_a_sweep_are_found_by_the_next(brand: Brand) -> None:
    _liked(brand, "a")
    refresh_overtaken(now=NOW)
    _liked(brand, "b")
    assert _is_overtaken(brand)
    refresh_overtaken(now=NOW)
    assert _likes(brand) == 2


def test_what_was_known_at_the_instant_of_computing_overtakes_nothing_for_ever(brand: Brand) -> None:
    _liked(brand, "a")
    assert refresh_overtaken(now=NOW) == 2
    assert not _is_overtaken(brand)
    assert refresh_overtaken(now=NOW) == 0


@pytest.mark.parametrize("hours", [-1, 1])
def test_clocks_that_differ_hide_nothing_and_alarm_nobody(brand: Brand, hours: int) -> None:
    _liked(brand, "a", known=NOW + timedelta(hours=hours))
    refresh_overtaken(now=NOW)
    assert not _is_overtaken(brand)
    _liked(brand, "b", known=NOW + timedelta(hours=hours))
    assert _is_overtaken(brand)


def test_a_new_version_of_a_metric_overtakes_what_the_old_one_computed(
    brand: Brand, monkeypatch: pytest.MonkeyPatch
) -> None:
    refresh_overtaken(now=NOW)
    first, *others = catalogue.METRICS
    monkeypatch.setattr(catalogue, "METRICS", (replace(first, version=first.version + 1), *others))
    assert _is_overtaken(brand)
    assert refresh_overtaken(now=NOW) == 2


def test_coverage_that_grows_without_a_fact_turns_no_value_into_zero(brand: Brand) -> None:
    refresh_overtaken(now=NOW)
    refresh([brand], Month(2026, 8), now=lambda: NOW)
    assert _likes(brand, Month(2026, 8)) is None
    august = datetime(2026, 8, 20, tzinfo=UTC)
    extend_coverage(Account.objects.get(), ["like"], from_at=MIDDLE, to_at=august)
    assert _is_overtaken(brand, Month(2026, 8))
    assert refresh_overtaken(now=NOW) == 1
    assert _likes(brand, Month(2026, 8)) == 0


def test_a_span_that_grows_behind_a_later_one_is_noticed(brand: Brand) -> None:
    extend_coverage(Account.objects.get(), ["reply"], from_at=MIDDLE, to_at=NOW)
    before = mark_of(brand)
    later = datetime(2026, 7, 31, 13, tzinfo=UTC)
    extend_coverage(Account.objects.get(), ["like"], from_at=MIDDLE, to_at=later)
    assert mark_of(brand) != before


def test_a_month_is_not_taken_for_fresh_because_another_one_is(brand: Brand) -> None:
    refresh_overtaken(now=NOW)
    _liked(brand, "a")
    refresh([brand], JUNE, now=lambda: NOW + timedelta(hours=1))
    assert overtaken_months(brand) == [JULY]
    assert refresh_overtaken(now=NOW + timedelta(hours=2)) == 1
    assert _likes(brand) == 1


def test_what_changes_no_figure_is_noted_without_computing(brand: Brand) -> None:
    refresh_overtaken(now=NOW)
    computed_at = Scorecard.objects.get(month="2026-07").computed_at
    journal.record("networks.account.held", by=SYSTEM, brand=brand)
    assert _is_overtaken(brand)
    assert refresh_overtaken(now=NOW + timedelta(hours=1)) == 0
    assert not _is_overtaken(brand)
    assert Scorecard.objects.get(month="2026-07").computed_at == computed_at


@pytest.mark.parametrize("action", ["programme.voice.moved", "programme.file.applied"])
def test_what_may_change_the_lines_of_a_table_is_noticed(brand: Brand, action: str) -> None:
    before = mark_of(brand)
    journal.record("people.membership.granted", by=SYSTEM, brand=brand)
    assert mark_of(brand) == before
    journal.record(action, by=SYSTEM, brand=brand)
    assert mark_of(brand) != before


def test_a_page_learns_it_with_one_query(brand: Brand) -> None:
    refresh_overtaken(now=NOW)
    with CaptureQueriesContext(connection) as asked:
        assert not stored(brand, JULY).is_overtaken
    assert len(asked) == 1


def _with_a_broken_zone(brand: Brand) -> None:
    Brand.objects.filter(pk=brand.pk).update(time_zone="Nowhere/At_All")


def _refused_by_the_database(brand: Brand) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TRIGGER refuse BEFORE INSERT ON measures_scorecard WHEN NEW.brand_id = {brand.pk} "
            "BEGIN SELECT RAISE(ABORT, 'refused'); END"
        )


@pytest.mark.parametrize("spoil", [_with_a_broken_zone, _refused_by_the_database])
def test_a_brand_that_fails_never_stops_the_others(brand: Brand, spoil: Callable[[Brand], Any]) -> None:
    other, last = _brand("bravo"), _brand("charlie")
    spoil(other)
    assert refresh_overtaken(now=NOW) == 4
    assert {card.brand_id for card in Scorecard.objects.all()} == {brand.pk, last.pk}
