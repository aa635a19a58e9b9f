"""Fourteen months: what a visitor finds."""

import re
from zoneinfo import ZoneInfo

import pytest

from portevoix.demo.atelier import plan
from portevoix.demo.atelier.calendar import Calendar
from portevoix.demo.atelier.cast import PARTS, ZONE
from portevoix.demo.atelier.life import live
from portevoix.demo.atelier.story import company
from portevoix.ledger.models import Content, Interaction, Publication
from portevoix.measures.courses import course
from portevoix.measures.models import Closing, Comment, ScorecardLine
from portevoix.measures.queries import closing_state
from portevoix.people.models import Membership
from portevoix.programme.models import Tenure, Voice
from tests.demo.atelier.conftest import NOW

CALENDAR = Calendar(NOW, ZoneInfo(ZONE))


@pytest.fixture(scope="module")
def _lived(world: None) -> None:
    """Live a whole life."""
    live(NOW)


pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_lived")]


def figure(scene: int, metric: str) -> float:
    """Return the brand's own figure of the month of `scene`."""
    month = str(CALENDAR.month(scene))
    line = ScorecardLine.objects.get(scorecard__month=month, voice=None, metric=metric)
    assert line.value is not None
    return line.value


def test_twelve_months_are_closed_some_of_them_without_every_comment() -> None:
    closings = Closing.objects.order_by("month")
    assert [each.month for each in closings] == [str(month) for month in CALENDAR.closed]
    ends = [CALENDAR.start(month.next) for month in CALENDAR.closed]
    assert all(closing.closed_at > end for closing, end in zip(closings, ends, strict=True))
    state = closing_state(company(), CALENDAR.awaiting, now=NOW)
    assert (state.closing, len(state.awaited), state.may_close) == (None, 2, True)
    full = len(CALENDAR.closed) * Voice.objects.filter(kind__in=("brand", "persona")).count()
    assert 40 < Comment.objects.count() < full


@pytest.mark.parametrize("metric", ["audience_size", "likes_received", "posts_published"])
def test_the_trend_of_a_year_is_full(metric: str) -> None:
    told = course(company(), CALENDAR.awaiting, metric=metric).values
    assert None not in told[None]
    marion = Voice.objects.get(slug="marion")
    assert None not in told[marion.pk]


@pytest.mark.parametrize("metric", ["posts_published", "likes_received", "reposts_received"])
def test_a_month_was_good_and_another_poor(metric: str) -> None:
    usual = sorted(figure(scene, metric) for scene in range(3, 13))[5]
    assert figure(plan.GOOD, metric) > 1.2 * usual
    assert figure(plan.POOR, metric) < 0.7 * usual


def test_the_audience_grows() -> None:
    assert figure(12, "audience_size") > 1.3 * figure(1, "audience_size")


def test_no_two_posts_are_alike() -> None:
    own = [presence.id for part in PARTS for presence in part.presences]
    posts = Publication.objects.filter(author__remote_id__in=own, kind="post").values("remote_id")
    texts = Content.objects.filter(remote_id__in=posts).values_list("text", flat=True)
    assert len(set(texts)) == len(texts) > 1000


def test_somebody_stands_in_at_present_and_a_guest_leaves_soon() -> None:
    today = CALENDAR.now.date()
    deputy = Tenure.objects.current(today).get(role="deputy")
    assert deputy.to_on is not None
    assert 0 < (deputy.to_on - today).days <= 14
    guest = Membership.objects.get(role="consultant")
    assert guest.expires_on is not None
    assert 0 < (guest.expires_on - today).days <= 14


def test_no_persona_and_nobody_of_the_own_name_speak_of_or_to_each_other() -> None:
    named = [presence for part in PARTS if part.is_named for presence in part.presences]
    owned = [presence for part in PARTS if not part.is_named for presence in part.presences]
    for some, others in ((named, owned), (owned, named)):
        ids = [presence.id for presence in some]
        posts = Publication.objects.filter(author__remote_id__in=ids).values("remote_id")
        texts = "\n".join(Content.objects.filter(remote_id__in=posts).values_list("text", flat=True)) + "\n"
        assert [each.handle for each in others if re.search(rf"@{each.handle}(?![\w.]*\w)", texts)] == []
        told = Interaction.objects.filter(actor__remote_id__in=ids)
        assert not told.filter(target__remote_id__in=[each.id for each in others]).exists()
