"""A life is lived: each row came by the product's own actions, in its month, and nothing was known before."""

from collections import Counter
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.db.models import F, Model

from portevoix.core import clock
from portevoix.core.periods import Month
from portevoix.demo.atelier.calendar import Calendar
from portevoix.demo.atelier.cast import BY_SLUG, PEOPLE, SUCCESSOR, ZONE
from portevoix.demo.atelier.life import Progress, live
from portevoix.demo.atelier.story import BROKEN, SILENT, company
from portevoix.ledger.models import Content, Intake, Interaction, Publication
from portevoix.measures.models import Closing, Comment, Scorecard
from portevoix.measures.queries import closing_of, closing_state, restated
from portevoix.networks.models import Account, Connection, Holding
from portevoix.people.models import JournalEntry, Membership, Role, User
from portevoix.programme.models import (
    Consent,
    EditorialLine,
    StudiedRival,
    StudyFigure,
    StudyRevision,
    StudySection,
    StudyStep,
    Tenure,
    Voice,
)
from tests.demo.atelier.conftest import NOW

CALENDAR = Calendar(NOW, ZoneInfo(ZONE), 3)


@pytest.fixture(scope="module")
def told(world: None) -> list[Progress]:
    """Live a short life; return what was told of its progress."""
    found: list[Progress] = []
    live(NOW, count=3, on_progress=found.append)
    return found


pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("told")]


def journalled() -> Counter[str]:
    """Return how many lines the journal has of each action."""
    return Counter(JournalEntry.objects.values_list("action", flat=True))


def test_its_progress_is_told_month_by_month(told: list[Progress]) -> None:
    assert [(each.done, each.total) for each in told] == [(0, 3), (1, 3), (2, 3)]
    assert [each.month for each in told] == list(CALENDAR.months)


@pytest.mark.parametrize(
    ("action", "model"),
    [
        ("programme.tenure.started", Tenure),
        ("programme.consent.given", Consent),
        ("networks.account.held", Holding),
        ("measures.month.closed", Closing),
        ("measures.comment.written", Comment),
    ],
)
def test_no_row_is_there_without_the_action_that_brings_it(action: str, model: type[Model]) -> None:
    ended = Holding.objects.exclude(to_at=None).count() if model is Holding else 0  # each is held, then ended
    assert journalled()[action] == model._default_manager.count() + ended > 0


def test_people_roles_and_accounts_came_by_the_journal_too() -> None:
    lines = journalled()
    extended = 1
    assert lines["people.membership.granted"] == Membership.objects.count() + extended == len(PEOPLE) + 1
    assert lines["people.member.invited"] == User.objects.count() == len(PEOPLE)
    reconnected = 1
    assert lines["networks.connection.linked"] == Connection.objects.count() + reconnected
    assert lines["programme.file.applied"] >= 1 + Voice.objects.count()


def test_the_journal_is_written_in_the_order_of_time_and_ends_now() -> None:
    instants = list(JournalEntry.objects.order_by("pk").values_list("at", flat=True))
    assert all(earlier <= later for earlier, later in pairwise(instants))
    assert Month.of(instants[0], CALENDAR.zone) == CALENDAR.months[0]
    assert instants[-1] <= NOW


def test_nothing_was_known_before_it_happened_nor_after_now() -> None:
    assert not Interaction.objects.filter(intake__known_at_us__lt=F("at_us")).exists()
    assert not Publication.objects.filter(intake__known_at_us__lt=F("at_us")).exists()
    assert not Intake.objects.filter(known_at_us__gt=clock.to_us(NOW) + clock.SECOND_US).exists()


def test_people_and_voices_are_as_old_as_their_story() -> None:
    assert all(user.created_at < NOW for user in User.objects.all())
    born = {voice.slug: voice.created_at.date() for voice in Voice.objects.all()}
    assert born == {slug: CALENDAR.day(part.enters, 2) for slug, part in BY_SLUG.items()}


def test_two_personas_were_closed_and_hold_no_account_any_more() -> None:
    closed = Voice.objects.filter(kind="persona", state="closed")
    assert set(closed.values_list("slug", flat=True)) == {"paul", "olivier"}
    assert not Holding.objects.at(NOW).filter(voice__in=closed).exists()
    assert not Tenure.objects.filter(voice__in=closed, to_on=None).exists()


def test_a_voice_has_passed_from_one_holder_to_another() -> None:
    before, after = Tenure.objects.filter(voice__slug=SUCCESSOR[0]).order_by("from_on")
    assert before.to_on == after.from_on
    assert before.holder != after.holder
    assert after.to_on is None


def test_the_last_finished_month_waits_for_two_comments() -> None:
    state = closing_state(company(), CALENDAR.awaiting, now=NOW)
    assert (state.closing, len(state.awaited)) == (None, 2)
    assert [each.month for each in Closing.objects.all()] == [str(month) for month in CALENDAR.closed]


def test_a_closed_month_was_restated_by_what_one_account_told_later() -> None:
    closing = closing_of(company(), CALENDAR.silent)
    assert closing is not None
    likes = [each for each in restated(closing) if each.metric.id == "likes_received"]
    assert {each.voice_slug for each in likes} == {SILENT, "*"}
    assert all(each.closed is not None and each.now is not None and each.closed < each.now for each in likes)


def test_one_account_is_broken_and_it_is_no_other() -> None:
    broken = Connection.objects.filter(is_broken=True).values_list("account__remote_id", flat=True)
    assert list(broken) == [BROKEN]


def test_every_month_has_its_scorecard() -> None:
    months = set(Scorecard.objects.values_list("month", flat=True))
    assert months == {str(month) for month in CALENDAR.months}


def test_the_line_has_two_versions_and_a_named_voice_lost_its_consent() -> None:
    assert list(EditorialLine.objects.values_list("version", flat=True)) == [1, 2]
    revoked = Consent.objects.exclude(revoked_on=None).values_list("voice__slug", "voice__state")
    assert list(revoked) == [("thomas-ollivon", "paused")]


def test_the_study_was_adopted_before_the_first_account_and_is_being_read_again() -> None:
    first = StudyRevision.objects.get()
    assert first.made_at < Connection.objects.earliest("linked_at").linked_at
    assert StudySection.objects.count() == 5
    assert Counter(StudyStep.objects.values_list("state", flat=True)) == {"done": 5, "under_way": 1}
    assert all(rival.codings.count() == 8 for rival in StudiedRival.objects.all())
    assert StudyFigure.objects.count() == 3


def test_colleagues_answer_and_repost_one_another() -> None:
    own = Account.objects.values("remote_id")
    among = Interaction.objects.filter(actor__remote_id__in=own, target__remote_id__in=own)
    assert {"like", "repost", "reply", "mention"} <= set(among.values_list("kind", flat=True))


def test_who_holds_a_persona_stands_nowhere_in_clear() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT holder FROM programme_tenure")
        stored = [row[0] for row in cursor.fetchall()]
    assert not {str(user.pk) for user in User.objects.all()} & set(stored)
    named = {part.first_holder for part in BY_SLUG.values() if part.is_named}
    hidden = [person for person in PEOPLE if person.role is Role.AMBASSADOR and person.email not in named]
    words = {word for person in hidden for word in (person.email, person.name.split()[-1])}
    said = [
        *Content.objects.values_list("text", flat=True),
        *Comment.objects.values_list("text", flat=True),
        *(f"{entry.subject} {entry.facts}" for entry in JournalEntry.objects.all()),
        *(f"{voice.name} {voice.biography} {voice.watch_domain}" for voice in Voice.objects.all()),
        *(f"{account.handle} {account.display_name}" for account in Account.objects.all()),
    ]
    assert [text for text in said if any(word in text for word in words)] == []
