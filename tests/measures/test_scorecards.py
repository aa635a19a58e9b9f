"""Scorecards: rows that say what the facts say, computed anew when anything they rest on has changed."""

from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from portevoix.core import clock
from portevoix.core.errors import NotFound
from portevoix.core.locks import machine_lock
from portevoix.core.models import Job
from portevoix.core.patience import NONE, Patience
from portevoix.core.periods import Month
from portevoix.ledger.actions.record import extend_coverage, record
from portevoix.ledger.errors import ProjectionUnderWay
from portevoix.ledger.models import Coverage
from portevoix.ledger.queries import covered_months
from portevoix.measures.actions import is_fresh, refresh, refresh_overtaken
from portevoix.measures.catalogue import METRICS
from portevoix.measures.models import Scorecard, ScorecardLine
from portevoix.measures.queries import figures
from portevoix.measures.tasks import refresh_month
from portevoix.networks.contracts import ActorRef, Event, Kind
from portevoix.networks.models import Account, Holding
from portevoix.people.models import Brand
from portevoix.programme.models import Voice

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
JULY, JUNE = Month(2026, 7), Month(2026, 6)
MIDDLE = datetime(2026, 7, 15, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def brand(db: None, data_folder: Path) -> Brand:
    """Return a brand of Paris."""
    return Brand.objects.create(slug="acme", name="Acme", time_zone="Europe/Paris", languages=["fr"])


def _voice(brand: Brand, slug: str, remote_id: str, *, kind: str = "persona", state: str = "active") -> Voice:
    voice = Voice.objects.create(brand=brand, slug=slug, kind=kind, first_name=slug.title(), state=state)
    account = Account.objects.create(brand=brand, network="x", remote_id=remote_id)
    Holding.objects.create(voice=voice, account=account)
    return voice


@pytest.fixture
def marion(brand: Brand) -> Voice:
    """Return Marion, on account 88, whose likes are covered from June to August."""
    voice = _voice(brand, "marion", "88")
    account = Account.objects.get(remote_id="88")
    start, end = datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 8, 31, 22, tzinfo=UTC)
    extend_coverage(account, ["like"], from_at=start, to_at=end)
    return voice


def _liked(brand: Brand, count: int, *, at: datetime = MIDDLE, target: str = "88", first: int = 0) -> None:
    events = [
        Event(Kind.LIKE, ActorRef(f"a{number}"), target, at, f"p{at:%m%d}")
        for number in range(first, first + count)
    ]
    record(brand, "x", now=NOW, source="test", events=events)


def _refresh(brand: Brand, month: Month = JULY) -> list[Scorecard]:
    return refresh([brand], month, now=lambda: NOW)


def _likes(brand: Brand, line: str, month: Month = JULY) -> tuple[float | None, float | None]:
    _refresh(brand, month)
    found = figures(brand, month, voice_slug=line)
    return next((each.value, each.previous) for each in found if each.metric.id == "likes_received")


@pytest.mark.usefixtures("marion")
def test_a_month_stands_beside_the_one_before(brand: Brand) -> None:
    _liked(brand, 3)
    _liked(brand, 5, at=MIDDLE - timedelta(days=30))
    assert _likes(brand, "marion") == (3, 5)
    assert _likes(brand, "*") == (3, 5)


@pytest.mark.usefixtures("marion")
def test_a_covered_month_without_facts_is_zero_and_an_uncovered_one_has_no_value(brand: Brand) -> None:
    assert _likes(brand, "marion") == (0, 0)
    assert _likes(brand, "marion", JUNE) == (0, None)
    assert _likes(brand, "marion", Month(2026, 10)) == (None, None)
    _refresh(brand)
    others = [
        each for each in figures(brand, JULY, voice_slug="marion") if each.metric.id != "likes_received"
    ]
    told = {each.metric.id: each.value for each in others if each.value is not None}
    assert told == {"distinct_people": 0, "internal_interactions": 0}


@pytest.mark.usefixtures("marion")
def test_a_voice_whose_account_nothing_covers_has_no_value_beside_one_that_is_covered(brand: Brand) -> None:
    _voice(brand, "hugo", "677")
    assert _likes(brand, "hugo") == (None, None)
    assert _likes(brand, "*") == (0, 0)


@pytest.mark.usefixtures("marion")
def test_nothing_is_computed_twice_for_the_same_facts(brand: Brand) -> None:
    assert len(_refresh(brand)) == 1
    assert is_fresh(brand, JULY)
    assert _refresh(brand) == []


def test_whatever_a_figure_rests_on_makes_it_stale(brand: Brand, marion: Voice) -> None:
    def becomes_stale() -> bool:
        was_stale = not is_fresh(brand, JULY)
        _refresh(brand)
        assert is_fresh(brand, JULY)
        return was_stale

    _refresh(brand)
    _liked(brand, 1)
    assert becomes_stale()
    Brand.objects.update(time_zone="America/New_York")
    brand.refresh_from_db()
    assert becomes_stale()
    Holding.objects.update(to_at=MIDDLE)
    assert becomes_stale()
    extend_coverage(Account.objects.get(), ["reply"], from_at=MIDDLE - DAY, to_at=NOW)
    assert becomes_stale()
    marion.delete()
    assert becomes_stale()


@pytest.mark.usefixtures("marion")
def test_a_look_that_found_nothing_new_makes_no_figure_stale(brand: Brand) -> None:
    account = Account.objects.get()
    extend_coverage(account, ["reply"], from_at=MIDDLE - DAY, to_at=MIDDLE)
    _refresh(brand)
    extend_coverage(account, ["reply"], from_at=MIDDLE - DAY, to_at=MIDDLE + DAY)
    assert is_fresh(brand, JULY)
    Holding.objects.update(to_at=MIDDLE)
    _refresh(brand)
    extend_coverage(account, ["quote"], from_at=MIDDLE, to_at=NOW)  # of a time at which nobody held it
    assert is_fresh(brand, JULY)


def test_holdings_at_the_instant_of_the_fact_decide_whose_it_is(brand: Brand, marion: Voice) -> None:
    hugo = Voice.objects.create(brand=brand, slug="hugo", kind="persona", first_name="Hugo", state="active")
    Holding.objects.update(to_at=MIDDLE)
    Holding.objects.create(voice=hugo, account=Account.objects.get(), from_at=MIDDLE)
    _liked(brand, 2, at=MIDDLE - timedelta(microseconds=1))
    _liked(brand, 3, at=MIDDLE, first=10)
    _liked(brand, 1, at=MIDDLE + timedelta(days=1), first=20)
    assert [_likes(brand, line)[0] for line in (marion.slug, hugo.slug, "*")] == [2, 4, 6]


def test_who_takes_an_account_over_after_the_last_look_has_no_value_rather_than_zero(
    brand: Brand, marion: Voice
) -> None:
    handed_over = datetime(2026, 8, 20, tzinfo=UTC)
    Coverage.objects.update(to_us=clock.to_us(handed_over - timedelta(days=10)))  # the day on which it broke
    hugo = Voice.objects.create(brand=brand, slug="hugo", kind="persona", first_name="Hugo", state="active")
    Holding.objects.update(to_at=handed_over)
    Holding.objects.create(voice=hugo, account=Account.objects.get(), from_at=handed_over)
    august, september = Month(2026, 8), Month(2026, 9)
    assert _likes(brand, marion.slug, august) == (0, 0)
    assert _likes(brand, hugo.slug, august) == (None, None)
    assert _likes(brand, "*", august) == (0, 0)
    assert [_likes(brand, line, september) for line in (hugo.slug, "*")] == [(None, None), (None, 0)]


@pytest.mark.usefixtures("marion")
def test_once_a_broken_account_is_read_again_what_was_missed_is_covered(brand: Brand) -> None:
    october, until = Month(2026, 10), datetime(2026, 8, 31, 22, tzinfo=UTC)
    assert _likes(brand, "marion", october) == (None, None)
    extend_coverage(Account.objects.get(), ["like"], from_at=until, to_at=NOW)
    assert _likes(brand, "marion", october) == (0, 0)


@pytest.mark.usefixtures("marion")
def test_facts_about_accounts_that_no_voice_holds_are_in_nobodys_table(brand: Brand) -> None:
    _liked(brand, 7, target="somebody")
    assert _likes(brand, "*") == (0, 0)


@pytest.mark.usefixtures("marion")
def test_a_month_begins_at_midnight_in_the_brands_own_zone(brand: Brand) -> None:
    _liked(brand, 1, at=datetime(2026, 6, 30, 21, 59, 59, tzinfo=UTC))
    _liked(brand, 2, at=datetime(2026, 6, 30, 22, 0, 0, tzinfo=UTC), first=5)
    assert _likes(brand, "marion") == (2, 1)
    Brand.objects.update(time_zone="America/New_York")
    brand.refresh_from_db()
    assert _likes(brand, "marion") == (0, 3)


@pytest.mark.usefixtures("marion")
def test_a_named_voice_is_in_no_table_but_its_acts_are_internal(brand: Brand) -> None:
    _voice(brand, "karim", "900", kind="named")
    record(brand, "x", now=NOW, source="test", events=[Event(Kind.LIKE, ActorRef("900"), "88", MIDDLE, "p")])
    _liked(brand, 4, target="900")
    assert _likes(brand, "*") == (0, 0)
    lines = {each.voice_slug for each in figures(brand, JULY)}
    assert lines == {"marion", "*"}
    internal = [each for each in figures(brand, JULY) if each.metric.id == "internal_interactions"]
    assert [each.value for each in internal] == [1, 1]
    with pytest.raises(NotFound):
        figures(brand, JULY, voice_slug="karim")


@pytest.mark.usefixtures("marion")
def test_a_closed_voice_keeps_its_line_in_the_months_in_which_it_held_an_account(brand: Brand) -> None:
    paul = _voice(brand, "paul", "677", state="closed")
    Holding.objects.filter(voice=paul).update(to_at=datetime(2026, 7, 2, tzinfo=UTC))
    _refresh(brand)
    _refresh(brand, Month(2026, 8))
    assert {each.voice_slug for each in figures(brand, JULY)} == {"marion", "paul", "*"}
    assert {each.voice_slug for each in figures(brand, Month(2026, 8))} == {"marion", "*"}


@pytest.mark.usefixtures("marion")
def test_lines_come_by_slug_with_the_brands_own_last_and_metrics_as_in_the_catalogue(brand: Brand) -> None:
    _voice(brand, "anna", "5")
    _refresh(brand)
    told = figures(brand, JULY)
    order = [metric.id for metric in METRICS]
    assert [(each.voice_slug, each.metric.id) for each in told] == [
        (line, metric) for line in ("anna", "marion", "*") for metric in order
    ]


@pytest.mark.usefixtures("marion")
def test_the_sweep_computes_the_months_about_which_something_became_known(brand: Brand) -> None:
    _liked(brand, 2)
    assert refresh_overtaken(now=NOW) == 3
    assert {card.month for card in Scorecard.objects.all()} == {"2026-06", "2026-07", "2026-08"}
    assert refresh_overtaken(now=NOW + timedelta(hours=1)) == 0


@pytest.mark.usefixtures("marion")
def test_figures_wait_for_another_projector_but_neither_sweep_nor_bell_does(brand: Brand) -> None:
    _liked(brand, 2)
    _refresh(brand)
    _liked(brand, 1, first=5)
    other = ExitStack()
    other.enter_context(machine_lock(f"job-{Job.objects.get(kind='ledger.projection').pk}"))
    with pytest.raises(ProjectionUnderWay):
        refresh([brand], JULY, now=lambda: NOW, patience=NONE)
    assert refresh_overtaken(now=NOW) == 0
    refresh_month.call_local(brand.pk, str(JULY))
    waiting = Patience(timedelta(minutes=1), lambda _seconds: other.close())
    assert len(refresh([brand], JULY, now=lambda: NOW, patience=waiting)) == 1
    assert _likes(brand, "marion")[0] == 3


def test_brands_are_computed_together_and_stay_apart(brand: Brand, marion: Voice) -> None:
    other = Brand.objects.create(slug="other", name="Other", time_zone="UTC")
    _voice(other, "marion", "88")
    extend_coverage(Account.objects.get(brand=other), ["like"], from_at=MIDDLE, to_at=NOW)
    _liked(brand, 3)
    _liked(other, 8)
    refresh([brand, other], JULY, now=lambda: NOW)
    assert (_likes(brand, marion.slug)[0], _likes(other, "marion")[0]) == (3, 8)


@pytest.mark.parametrize("zone", ["Pacific/Pago_Pago", "UTC", "Pacific/Kiritimati"])
def test_a_fact_of_the_first_instant_of_all_breaks_nothing_in_any_zone(brand: Brand, zone: str) -> None:
    Brand.objects.update(time_zone=zone)
    brand.refresh_from_db()
    _voice(brand, "marion", "88")
    epoch, day = datetime(1970, 1, 1, tzinfo=UTC), timedelta(days=1)
    extend_coverage(Account.objects.get(), ["like"], from_at=epoch, to_at=epoch + day)
    _liked(brand, 2, at=epoch)
    months = covered_months(brand)
    assert refresh_overtaken(now=NOW) == len(months) in (1, 2)
    likes = ScorecardLine.objects.filter(metric="likes_received", voice=None)
    assert max(line.value or 0 for line in likes) == 2


def test_what_a_source_claims_for_the_end_of_time_makes_no_months(brand: Brand) -> None:
    _voice(brand, "marion", "88")
    end = datetime(9999, 12, 31, tzinfo=UTC)
    extend_coverage(Account.objects.get(), ["like"], from_at=datetime(2026, 7, 1, tzinfo=UTC), to_at=end)
    assert covered_months(brand)[-1] <= Month.of(clock.now() + timedelta(days=2))
    assert covered_months(brand)[0] == JULY
