"""Closing a month: what is closed stays as it is, comes out again when replayed, and shows what was changed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from portevoix.core.errors import NotAllowed
from portevoix.core.periods import Month
from portevoix.ledger.actions.archive import archive
from portevoix.ledger.actions.project import project
from portevoix.ledger.actions.record import extend_coverage, record
from portevoix.ledger.models import Actor, Interaction, Reading
from portevoix.measures import queries, sealing
from portevoix.measures.actions import close, comment, refresh, verify
from portevoix.measures.actions.verify import Outcome
from portevoix.measures.catalogue import METRICS
from portevoix.measures.errors import NotClosable, NotClosed
from portevoix.measures.models import ClosedLine, Closing, Scorecard
from portevoix.networks.contracts import ActorRef, Counted, Event, Kind
from portevoix.networks.contracts import Reading as Count
from portevoix.networks.models import Account, Holding
from portevoix.people.journal import SYSTEM
from portevoix.people.models import Brand, JournalEntry, Membership, Role, User
from portevoix.programme.models import Voice
from tests.measures.months import AUGUST, JULY, JUNE, LATER, MIDDLE, liked


def _closed(closing: Closing) -> dict[tuple[str, str], tuple[Any, Any]]:
    found = queries.closed_figures(closing)
    return {(each.voice_slug, each.metric.id): (each.value, each.previous) for each in found}


def _live(brand: Brand) -> dict[tuple[str, str], tuple[Any, Any]]:
    refresh([brand], JULY, now=lambda: LATER)
    found = queries.figures(brand, JULY)
    return {(each.voice_slug, each.metric.id): (each.value, each.previous) for each in found}


def _replayed(brand: Brand, engine: str = "") -> Any:
    return verify(brand, JULY, by=SYSTEM, engine=engine, now=lambda: LATER)


def test_a_closed_month_has_the_figures_of_its_scorecard(brand: Brand, closing: Closing) -> None:
    assert _closed(closing) == _live(brand)
    assert _closed(closing)["marion", "likes_received"] == (3, 5)
    assert _closed(closing)["*", "audience_growth"] == (20, 10)
    assert len(_closed(closing)) == 2 * len(METRICS)
    assert closing.time_zone == "Europe/Paris"
    assert closing.metric_versions == {metric.id: metric.version for metric in METRICS}
    assert queries.closing_of(brand, JULY) == closing
    assert queries.closed_months(brand) == [JULY]
    assert queries.restated(closing) == []


def test_a_closed_month_replayed_is_the_same(brand: Brand, closing: Closing) -> None:
    found = _replayed(brand)
    assert found.is_sound
    assert {each.outcome for each in found.figures} == {Outcome.SAME}
    assert len(found.figures) == 2 * len(METRICS)


def test_late_facts_change_no_closed_figure_and_are_shown_beside_it(brand: Brand, closing: Closing) -> None:
    before = _closed(closing)
    liked(brand, 2, first=10, now=LATER)
    liked(brand, 4, first=20, at=MIDDLE - timedelta(days=30), now=LATER)
    assert _live(brand)["marion", "likes_received"] == (5, 9)
    assert _closed(closing) == before
    assert _replayed(brand).is_sound
    told = {(each.voice_slug, each.metric.id): (each.closed, each.now) for each in queries.restated(closing)}
    assert told["marion", "likes_received"] == told["*", "likes_received"] == (3, 5)
    assert told["marion", "applause_rate"] == (3, 5)
    assert ("marion", "audience_size") not in told


def test_holdings_that_change_afterwards_leave_it_as_it_was(brand: Brand, closing: Closing) -> None:
    before = _closed(closing)
    hugo = Voice.objects.create(brand=brand, slug="hugo", kind="persona", first_name="Hugo", state="active")
    Holding.objects.update(voice=hugo)
    assert _live(brand)["marion", "likes_received"] == (None, None)
    assert _closed(closing) == before
    assert _replayed(brand).is_sound
    told = {(each.voice_slug, each.metric.id): (each.closed, each.now) for each in queries.restated(closing)}
    assert told["marion", "likes_received"] == (3, None)
    assert told["hugo", "likes_received"] == (None, 3)


def test_a_zone_that_changes_afterwards_leaves_it_as_it_was(brand: Brand, closing: Closing) -> None:
    before = _closed(closing)
    liked(brand, 1, first=30, at=datetime(2026, 8, 1, 3, tzinfo=UTC), now=LATER)
    Brand.objects.update(time_zone="America/New_York")
    brand.refresh_from_db()
    assert _live(brand)["marion", "likes_received"] == (4, 5)
    assert _closed(closing) == before
    assert _replayed(brand).is_sound


def test_coverage_that_grows_afterwards_leaves_it_as_it_was(brand: Brand, closing: Closing) -> None:
    assert _closed(closing)["marion", "reposts_received"] == (None, None)
    extend_coverage(Account.objects.get(), ["repost"], from_at=MIDDLE, to_at=LATER)
    assert _live(brand)["marion", "reposts_received"] == (0, None)
    assert _closed(closing)["marion", "reposts_received"] == (None, None)
    assert _replayed(brand).is_sound


def test_a_metric_whose_version_is_gone_is_told_apart_and_is_no_difference(
    brand: Brand, closing: Closing
) -> None:
    closing.metric_versions["likes_received"] = 0
    ClosedLine.objects.filter(metric="likes_received").update(metric_version=0, value=77)
    closing.digest = sealing.digest_of_closing(closing, closing.lines.all())
    closing.save()
    found = _replayed(brand)
    assert found.is_sound
    gone = found.those(Outcome.NOT_REPLAYED)
    assert {(each.metric, each.version) for each in gone} == {("likes_received", 0)}
    assert len(gone) == 2
    refresh([brand], JULY, now=lambda: LATER)
    assert queries.restated(closing) == [], "77 and 3 do not mean the same thing"


def test_a_closed_figure_that_was_changed_is_found(brand: Brand, closing: Closing) -> None:
    ClosedLine.objects.filter(metric="likes_received", voice=None).update(value=4)
    found = _replayed(brand)
    assert not found.is_sound
    assert not found.is_sealed
    assert found.has_its_facts
    [differing] = found.those(Outcome.DIFFERENT)
    assert (differing.voice_slug, differing.metric) == ("*", "likes_received")
    assert (differing.closed, differing.replayed) == ((4, 5), (3, 5))


def test_a_metric_version_that_was_changed_is_found(brand: Brand, closing: Closing) -> None:
    Closing.objects.update(metric_versions=closing.metric_versions | {"likes_received": 9})
    found = _replayed(brand)
    assert not found.is_sealed
    assert not found.is_sound


def test_a_month_that_was_frozen_before_spans_were_kept_is_replayed_as_it_was_closed(
    brand: Brand, closing: Closing
) -> None:
    for told in closing.basis["months"]:
        told["covered"] = [each[:3] for each in told["covered"]]
    closing.basis["format"] = 1
    closing.digest = sealing.digest_of_closing(closing, closing.lines.all())
    closing.save()
    assert _replayed(brand).is_sound


def test_frozen_holdings_that_were_changed_are_found(brand: Brand, closing: Closing) -> None:
    closing.basis["months"][0]["lines"][0]["accounts"] = []
    closing.save()
    assert not _replayed(brand).is_sealed


def test_a_fact_that_was_changed_added_or_removed_is_found(brand: Brand, closing: Closing) -> None:
    def is_found() -> bool:
        found = _replayed(brand)
        assert found.is_sealed
        return not (found.has_its_facts or found.is_sound)

    like = Interaction.objects.filter(at_us__gte=closing.basis["months"][0]["from_us"]).first()
    assert like
    Interaction.objects.filter(pk=like.pk).update(kind="reply")
    assert is_found()
    Interaction.objects.filter(pk=like.pk).update(kind="like")
    assert not is_found()
    like.delete()
    assert is_found()
    like.save(force_insert=True)
    Reading.objects.filter(value=120).update(value=121)
    assert is_found()
    Reading.objects.filter(value=121).update(value=120)
    Actor.objects.filter(remote_id="a1").update(remote_id="somebody-else")
    assert is_found()


def test_the_digest_of_facts_is_that_of_no_row_and_no_projection(brand: Brand, closing: Closing) -> None:
    likes = list(Interaction.objects.order_by("-pk"))
    Interaction.objects.all().delete()
    for like in likes:
        like.pk = None
    Interaction.objects.bulk_create(likes)
    project(now=lambda: LATER, rebuild=True)
    archive(brand, JULY, by=SYSTEM, now=LATER)
    assert _replayed(brand).is_sound


def test_comments_that_are_missing_are_waited_for_until_the_sixth(
    brand: Brand, marion: Voice, lead: User
) -> None:
    with pytest.raises(NotClosable, match="still awaited"):
        close(brand, JULY, by=lead, now=AUGUST)
    assert not Closing.objects.exists()
    fifth, sixth = datetime(2026, 8, 5, 21, 59, tzinfo=UTC), datetime(2026, 8, 5, 22, 0, tzinfo=UTC)
    state = queries.closing_state(brand, JULY, now=fifth)
    assert (state.is_over, state.may_close, set(state.awaited)) == (True, False, {marion.pk})
    assert state.from_on.isoformat() == "2026-08-06"
    assert state.reason.endswith("or from Aug. 6, 2026 on.")
    assert queries.closing_state(brand, JULY, now=sixth).may_close
    assert close(brand, JULY, by=lead, now=sixth)


def test_nobody_waits_for_the_comment_of_a_paused_voice(brand: Brand, marion: Voice, lead: User) -> None:
    Voice.objects.update(state="paused")
    refresh([brand], JULY, now=lambda: AUGUST)
    assert queries.closing_state(brand, JULY, now=AUGUST).awaited == frozenset()
    assert close(brand, JULY, by=lead, now=AUGUST)


@pytest.mark.usefixtures("marion")
def test_a_month_that_is_not_over_where_the_brand_lives_is_not_closed(brand: Brand, lead: User) -> None:
    with pytest.raises(NotClosable, match="is not over yet"):
        close(brand, JULY, by=lead, now=datetime(2026, 7, 31, 21, 59, tzinfo=UTC))


@pytest.mark.usefixtures("marion")
def test_a_month_of_which_no_source_told_anything_is_not_closed(brand: Brand, lead: User) -> None:
    with pytest.raises(NotClosable, match="no source told anything"):
        close(brand, Month(2026, 3), by=lead, now=AUGUST)


def test_figures_that_are_out_of_date_are_computed_before_they_are_closed(
    brand: Brand, marion: Voice, lead: User
) -> None:
    comment(marion, JULY, "A calm month.", by=lead, now=AUGUST)
    refresh([brand], JULY, now=lambda: AUGUST)
    liked(brand, 2, first=10)
    assert queries.closing_state(brand, JULY, now=AUGUST).may_close
    closing = close(brand, JULY, by=lead, now=AUGUST)
    assert _closed(closing)["marion", "likes_received"] == (5, 5)


def test_what_becomes_known_of_other_months_and_accounts_hinders_no_closing(
    brand: Brand, marion: Voice, lead: User
) -> None:
    comment(marion, JULY, "A calm month.", by=lead, now=AUGUST)
    refresh([brand], JULY, now=lambda: AUGUST)
    before = queries.figures(brand, JULY)
    record(
        brand,
        "x",
        now=AUGUST,
        source="test",
        events=[
            Event(Kind.REPLY, ActorRef("a1"), "somebody-else", MIDDLE, "q1", remote_id="r1"),
            Event(Kind.LIKE, ActorRef("a1"), "88", MIDDLE - timedelta(days=70), "p0506"),
        ],
        readings=[Count("88", Counted.FOLLOWERS, 150, AUGUST)],
    )
    computed = Scorecard.objects.get().fingerprint
    closing = close(brand, JULY, by=lead, now=AUGUST)
    assert Scorecard.objects.get().fingerprint == computed
    assert queries.closed_figures(closing) == before
    assert _replayed(brand).is_sound


def test_figures_of_a_month_that_were_never_computed_wait(brand: Brand, marion: Voice, lead: User) -> None:
    assert "still being computed" in queries.closing_state(brand, JULY, now=AUGUST).reason
    with pytest.raises(NotClosable, match="Comments on July 2026 are still awaited"):
        close(brand, JULY, by=lead, now=AUGUST)


def test_a_month_is_closed_once_whoever_comes_second(brand: Brand, closing: Closing, lead: User) -> None:
    assert close(brand, JULY, by=lead, now=LATER) == closing
    [line] = JournalEntry.objects.filter(action="measures.month.closed")
    assert (line.actor, line.subject, line.facts) == (lead, "month:2026-07", {"digest": closing.digest})
    assert (
        queries.closing_state(brand, JULY, now=LATER).reason
        == "July 2026 is closed already. Nothing was changed."
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        Closing.objects.create(
            brand=brand, month="2026-07", closed_at=LATER, known_until_us=0, basis={}, metric_versions={}
        )


def test_only_the_lead_and_the_administrator_close_and_members_replay(brand: Brand, closing: Closing) -> None:
    ambassador = User.objects.create_user("ambassador@example.org")
    Membership.objects.create(user=ambassador, brand=brand, role=Role.AMBASSADOR)
    with pytest.raises(NotAllowed):
        close(brand, JUNE, by=ambassador, now=LATER)
    assert verify(brand, JULY, by=ambassador, now=lambda: LATER).is_sound
    with pytest.raises(NotAllowed):
        verify(brand, JULY, by=User.objects.create_user("stranger@example.org"))
    lines = JournalEntry.objects.filter(action="measures.month.verified")
    assert [(line.actor, line.facts) for line in lines] == [(ambassador, {"is_sound": True})]
    administrator = User.objects.create_user("administrator@example.org", is_superuser=True)
    assert close(brand, JUNE, by=administrator, now=LATER).month == "2026-06"


@pytest.mark.usefixtures("marion")
def test_an_open_month_cannot_be_replayed(brand: Brand) -> None:
    with pytest.raises(NotClosed, match="2026-07 is not closed"):
        _replayed(brand)


def test_what_was_closed_keeps_its_voice_and_its_brand(brand: Brand, closing: Closing, marion: Voice) -> None:
    for row in (marion, brand, closing):
        with pytest.raises(ProtectedError), transaction.atomic():
            row.delete()


def test_what_is_frozen_names_nobody(closing: Closing) -> None:
    told = str(closing.basis)
    assert not any(name in told for name in ("marion", "Marion", "88", "Acme", "acme"))
