"""Comments on a voice's month: by whom, until when, and what is written down of it."""

from datetime import UTC, date, datetime

import pytest

from portevoix.core.errors import NotAllowed
from portevoix.core.periods import Month
from portevoix.measures import queries
from portevoix.measures.actions import comment
from portevoix.measures.actions.comments import LONGEST
from portevoix.measures.errors import NotCommentable
from portevoix.measures.models import Closing, Comment
from portevoix.people.journal import SYSTEM
from portevoix.people.models import Brand, JournalEntry, Membership, Role, User
from portevoix.programme.actions import start_tenure
from portevoix.programme.models import TenureRole, Voice

JULY = Month(2026, 7)
NOW = datetime(2026, 8, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def brand(db: None) -> Brand:
    """Return a brand of Paris."""
    return Brand.objects.create(slug="acme", name="Acme", time_zone="Europe/Paris")


def _member(brand: Brand, role: Role) -> User:
    user = User.objects.create_user(f"{role}@example.org")
    Membership.objects.create(user=user, brand=brand, role=role)
    return user


@pytest.fixture
def lead(brand: Brand) -> User:
    """Return the lead of the brand."""
    return _member(brand, Role.LEAD)


@pytest.fixture
def marion(brand: Brand) -> Voice:
    """Return a persona."""
    return Voice.objects.create(
        brand=brand, slug="marion", kind="persona", first_name="Marion", state="active"
    )


@pytest.fixture
def holder(brand: Brand, lead: User, marion: Voice) -> User:
    """Return who holds Marion."""
    user = _member(brand, Role.AMBASSADOR)
    start_tenure(marion, holder=user, role=TenureRole.PRINCIPAL, from_on=date(2026, 1, 1), by=lead)
    return user


def test_the_holder_comments_for_the_voice_and_no_line_names_the_person(
    brand: Brand, marion: Voice, holder: User
) -> None:
    written = comment(marion, JULY, "  A calm month.\n", by=holder, now=NOW)
    assert (written.text, written.written_at) == ("A calm month.", NOW)
    assert queries.comments(brand, JULY) == {marion.pk: written}
    line = JournalEntry.objects.get(action="measures.comment.written")
    assert (line.actor, line.actor_kind, line.actor_subject) == (None, "voice", f"voice:{marion.pk}")
    assert (line.subject, line.facts) == (f"voice:{marion.pk}", {"month": "2026-07"})
    assert {field.name for field in Comment._meta.get_fields()} == {
        "id", "brand", "voice", "month", "text", "written_at",
    }  # fmt: skip


def test_the_lead_comments_in_the_own_name(marion: Voice, lead: User) -> None:
    comment(marion, JULY, "Well done.", by=lead, now=NOW)
    assert JournalEntry.objects.get(action="measures.comment.written").actor == lead


def test_nobody_else_comments(brand: Brand, marion: Voice, holder: User) -> None:
    administrator = User.objects.create_user("administrator@example.org", is_superuser=True)
    for other in (_member(brand, Role.EXECUTIVE), _member(brand, Role.MANAGER), administrator):
        with pytest.raises(NotAllowed):
            comment(marion, JULY, "I know better.", by=other, now=NOW)
    Membership.objects.filter(user=holder).delete()
    with pytest.raises(NotAllowed):
        comment(marion, JULY, "I have left.", by=holder, now=NOW)
    assert not Comment.objects.exists()


def test_a_comment_is_replaced_and_an_empty_one_takes_it_away(marion: Voice, holder: User) -> None:
    first = comment(marion, JULY, "First.", by=holder, now=NOW)
    assert comment(marion, JULY, "Second.", by=holder, now=NOW).pk == first.pk
    assert Comment.objects.get().text == "Second."
    assert comment(marion, JULY, " \n", by=holder, now=NOW).pk is None
    assert comment(marion, JULY, "", by=holder, now=NOW).pk is None
    assert not Comment.objects.exists()
    lines = JournalEntry.objects.filter(action__startswith="measures.").order_by("pk")
    assert [line.action.rpartition(".")[2] for line in lines] == ["written", "written", "removed"]


def test_a_closed_month_takes_no_comment(brand: Brand, marion: Voice, holder: User) -> None:
    comment(marion, JULY, "A calm month.", by=holder, now=NOW)
    Closing.objects.create(
        brand=brand, month="2026-07", closed_at=NOW, known_until_us=0, basis={}, metric_versions={}
    )
    for text in ("Not so calm.", ""):
        with pytest.raises(NotCommentable, match="July 2026 is closed"):
            comment(marion, JULY, text, by=holder, now=NOW)
    assert Comment.objects.get().text == "A calm month."


def test_a_month_that_is_not_over_where_the_brand_lives_takes_no_comment(marion: Voice, holder: User) -> None:
    with pytest.raises(NotCommentable, match="July 2026 is not over yet"):
        comment(marion, JULY, "Early.", by=holder, now=datetime(2026, 7, 31, 21, 59, tzinfo=UTC))
    assert comment(marion, JULY, "In time.", by=holder, now=datetime(2026, 7, 31, 22, 0, tzinfo=UTC)).pk


def test_a_comment_that_is_too_long_leaves_the_one_before(marion: Voice, holder: User) -> None:
    comment(marion, JULY, "x" * LONGEST, by=holder, now=NOW)
    with pytest.raises(NotCommentable, match="longer than 5000 characters"):
        comment(marion, JULY, "y" * (LONGEST + 1), by=holder, now=NOW)
    assert Comment.objects.get().text == "x" * LONGEST


def test_a_voice_that_no_table_shows_takes_no_comment(brand: Brand) -> None:
    named = Voice.objects.create(brand=brand, slug="karim", kind="named", name="Karim B.", state="candidate")
    with pytest.raises(NotCommentable, match="nothing to comment on"):
        comment(named, JULY, "Mine.", by=SYSTEM, now=NOW)
