"""Getting in: one-time links, and the first administrator, who has no default password."""

from datetime import timedelta

import pytest
from django.contrib.auth import authenticate

from portevoix.core.errors import NotAllowed, NotFound, UserError
from portevoix.people.actions import (
    LINK_LIFE,
    choose_language,
    complete,
    ensure_administrator,
    is_incomplete,
    make_sign_in_link,
    use_sign_in_link,
)
from portevoix.people.journal import SYSTEM
from portevoix.people.links import greeting, link_for, url_of
from portevoix.people.models import JournalEntry, SignInLink, User
from tests.people.conftest import NOW

PASSWORD = "correct horse battery"
SECOND = timedelta(seconds=1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann() -> User:
    """Return somebody who signs in."""
    return User.objects.create_user("ann@example.org", PASSWORD)


def journalled() -> list[str]:
    return list(JournalEntry.objects.order_by("pk").values_list("action", flat=True))


def test_a_link_signs_one_person_in_once(ann: User) -> None:
    token = make_sign_in_link(ann, by=SYSTEM, now=NOW)
    assert use_sign_in_link(token, now=NOW) == ann
    with pytest.raises(NotFound):
        use_sign_in_link(token, now=NOW)
    assert journalled() == ["people.sign_in_link.created", "people.sign_in_link.used"]


def test_a_link_works_to_the_end_of_its_life_and_not_beyond(ann: User) -> None:
    early = make_sign_in_link(ann, by=SYSTEM, now=NOW)
    assert use_sign_in_link(early, now=NOW + LINK_LIFE - SECOND) == ann
    late = make_sign_in_link(ann, by=SYSTEM, now=NOW)
    with pytest.raises(NotFound):
        use_sign_in_link(late, now=NOW + LINK_LIFE)


def test_nobody_asks_for_the_link_of_another_not_even_the_administrator(ann: User) -> None:
    bob = User.objects.create_user("bob@example.org", is_superuser=True)
    for by in (bob, "somebody"):
        with pytest.raises(NotAllowed):
            make_sign_in_link(ann, by=by, now=NOW)
    assert use_sign_in_link(make_sign_in_link(ann, by=ann, now=NOW), now=NOW) == ann


def test_a_link_of_somebody_who_was_deactivated_opens_nothing(ann: User) -> None:
    token = make_sign_in_link(ann, by=SYSTEM, now=NOW)
    User.objects.update(is_active=False)
    with pytest.raises(NotFound):
        use_sign_in_link(token, now=NOW)


def test_a_new_link_ends_the_older_ones_of_the_same_person_alone(ann: User) -> None:
    bob = User.objects.create_user("bob@example.org")
    of_bob = make_sign_in_link(bob, by=SYSTEM, now=NOW)
    old, new = make_sign_in_link(ann, by=SYSTEM, now=NOW), make_sign_in_link(ann, by=SYSTEM, now=NOW + SECOND)
    with pytest.raises(NotFound):
        use_sign_in_link(old, now=NOW + SECOND)
    assert use_sign_in_link(new, now=NOW + SECOND) == ann
    assert use_sign_in_link(of_bob, now=NOW + SECOND) == bob


def test_an_invented_link_opens_nothing(ann: User) -> None:
    make_sign_in_link(ann, by=SYSTEM, now=NOW)
    for token in ("", "invented", "0" * 43):
        with pytest.raises(NotFound):
            use_sign_in_link(token, now=NOW)


def test_neither_the_database_nor_the_journal_holds_a_token(ann: User) -> None:
    token = make_sign_in_link(ann, by=SYSTEM, now=NOW)
    assert token not in str(SignInLink.objects.values().get())
    assert token not in str(list(JournalEntry.objects.values()))
    assert len(token) >= 40


def test_the_first_administrator_has_no_password_and_an_address_that_no_mail_reaches() -> None:
    administrator, must_complete = ensure_administrator(by=SYSTEM)
    assert must_complete
    assert administrator.is_superuser
    assert not administrator.has_usable_password()
    assert administrator.email.endswith(".invalid")
    for password in ("", "admin", "password", "administrator"):
        assert authenticate(None, email=administrator.email, password=password) is None


def test_there_is_one_first_administrator() -> None:
    first, _is_new = ensure_administrator(by=SYSTEM)
    again, _is_new = ensure_administrator(by=SYSTEM)
    assert first == again
    assert journalled() == ["people.administrator.created"]


def test_an_administrator_who_was_deactivated_is_replaced() -> None:
    gone = User.objects.create_user("gone@example.org", is_superuser=True, is_active=False)
    administrator, must_complete = ensure_administrator(by=SYSTEM)
    assert administrator != gone
    assert must_complete


def test_a_completed_administrator_signs_in_by_password() -> None:
    administrator, _must_complete = ensure_administrator(by=SYSTEM)
    done = complete(
        administrator, name=" Ann ", email=" Ann@Example.org ", password=PASSWORD, by=administrator
    )
    assert (done.name, done.email) == ("Ann", "ann@example.org")
    assert not is_incomplete(done)
    assert ensure_administrator(by=SYSTEM) == (done, False)
    assert journalled()[-1] == "people.account.completed"
    assert User.objects.get(pk=done.pk).check_password(PASSWORD)


@pytest.mark.parametrize("address", ["ANN@example.org", "no address", ""])
def test_an_address_that_is_taken_or_none_saves_nothing(ann: User, address: str) -> None:
    administrator, _must_complete = ensure_administrator(by=SYSTEM)
    before = administrator.email
    with pytest.raises(UserError, match="Nothing was saved"):
        complete(administrator, name="Bob", email=address, password=PASSWORD, by=administrator)
    stored = User.objects.get(pk=administrator.pk)
    assert (stored.email, stored.has_usable_password()) == (before, False)


@pytest.mark.parametrize("password", ["", "short", "123456789012", "password1234", "ada.lovelace@"])
def test_a_weak_password_saves_nothing(password: str) -> None:
    administrator, _must_complete = ensure_administrator(by=SYSTEM)
    with pytest.raises(UserError, match="Nothing was saved"):
        complete(
            administrator, name="Ada", email="ada.lovelace@example.org", password=password, by=administrator
        )
    assert is_incomplete(User.objects.get())


def test_nobody_completes_the_account_of_another(ann: User) -> None:
    bob = User.objects.create_user("bob@example.org", is_superuser=True)
    for by in (bob, SYSTEM):
        with pytest.raises(NotAllowed):
            complete(ann, name="Bob", email="bob2@example.org", password=PASSWORD, by=by)
    assert User.objects.get(pk=ann.pk).email == "ann@example.org"


def test_everybody_chooses_the_own_language_and_it_is_written_down_once(ann: User) -> None:
    bob = User.objects.create_user("bob@example.org", is_superuser=True)
    for _time in range(2):
        choose_language(ann, "fr", by=ann)
    assert User.objects.get(pk=ann.pk).language == "fr"
    with pytest.raises(NotAllowed):
        choose_language(ann, "en", by=bob)
    with pytest.raises(UserError):
        choose_language(ann, "tlh", by=ann)
    assert journalled() == ["people.language.chosen"]


def test_an_address_is_the_same_whatever_its_case(ann: User) -> None:
    assert User.objects.get_by_natural_key("ANN@Example.ORG") == ann
    assert User.objects.create_user(" Bob@Example.ORG ").email == "bob@example.org"


def test_the_terminal_is_given_a_link_for_the_one_who_is_named(ann: User) -> None:
    url = link_for(" ANN@example.org ", "http://127.0.0.1:8000")
    prefix, token = url.split("/welcome/")
    assert prefix == "http://127.0.0.1:8000"
    assert SignInLink.objects.get().user == ann
    assert url == url_of(token.strip("/"), prefix)


def test_nobody_of_that_name_gets_no_link() -> None:
    with pytest.raises(NotFound, match=r"nobody@example\.org"):
        link_for("nobody@example.org", "http://127.0.0.1:8000")
    User.objects.create_user("gone@example.org", is_active=False)
    with pytest.raises(NotFound):
        link_for("gone@example.org", "http://127.0.0.1:8000")


def test_the_greeting_has_a_link_only_while_it_is_needed() -> None:
    base = "http://127.0.0.1:8000"
    assert f"{base}/welcome/" in greeting(base)
    administrator, _must_complete = ensure_administrator(by=SYSTEM)
    complete(administrator, name="Ann", email="ann@example.org", password=PASSWORD, by=administrator)
    assert "/welcome/" not in greeting(base)
    assert "/welcome/" in greeting(base, always_link=True)
