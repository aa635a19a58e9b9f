"""Getting in: one-time links, the first administrator, passwords, languages."""

import re

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse
from pytest_django import Settings

from portevoix.core import clock
from portevoix.people.actions import LINK_LIFE, ensure_administrator, is_incomplete, make_sign_in_link
from portevoix.people.journal import SYSTEM
from portevoix.people.links import url_of
from portevoix.people.models import SignInLink, User
from tests.web.conftest import PASSWORD, Company, SignIn

CHOSEN = {"name": "Ada", "email": "Ada@Example.org", "password": "seven-green-kettles"}


@pytest.fixture
def token(db: None) -> str:
    """Return the token of a fresh link for a first administrator who has chosen nothing yet."""
    administrator, _incomplete = ensure_administrator(by=SYSTEM)
    return make_sign_in_link(administrator, by=SYSTEM, now=clock.now())


def test_the_pages_say_that_they_answer(client: Client) -> None:
    assert client.get("/health/").content == b"ok"


def test_whoever_has_not_signed_in_is_asked_to(client: Client, db: None) -> None:
    assert client.get("/").headers["Location"] == "/sign-in/?next=/"


def test_the_link_that_is_printed_is_the_one_that_is_understood() -> None:
    assert url_of("t", "http://h") == "http://h" + reverse("welcome", args=["t"])


def test_looking_at_a_link_does_not_spend_it(client: Client, token: str) -> None:
    assert client.get(f"/welcome/{token}/").status_code == 200

    assert SignInLink.objects.get().used_at is None
    assert client.post(f"/welcome/{token}/").headers["Location"] == "/welcome/"


def test_a_link_works_once(client: Client, token: str) -> None:
    client.post(f"/welcome/{token}/")

    again = Client().post(f"/welcome/{token}/")

    assert again.status_code == 404
    assert b"portevoix sign-in-link" in again.content
    assert "_auth_user_id" not in again.client.session


def test_a_link_past_its_hour_does_not_work(client: Client, token: str) -> None:
    SignInLink.objects.update(expires_at=clock.now() - LINK_LIFE)

    assert client.post(f"/welcome/{token}/").status_code == 404


def test_the_first_administrator_chooses_name_address_and_password(client: Client, token: str) -> None:
    client.post(f"/welcome/{token}/")

    done = client.post("/welcome/", CHOSEN)

    user = User.objects.get()
    assert (done.status_code, done.headers["Location"]) == (302, "/")
    assert (user.name, user.email, is_incomplete(user)) == ("Ada", "ada@example.org", False)
    assert client.get("/start/").status_code == 200, "choosing a password must not sign its owner out"
    entered = Client().post("/sign-in/", {"login": "ada@example.org", "password": CHOSEN["password"]})
    assert entered.status_code == 302


def test_choosing_can_wait_and_every_page_reminds_of_it(client: Client, token: str) -> None:
    client.post(f"/welcome/{token}/")

    assert 'href="/"' in client.get("/welcome/").content.decode()
    assert 'href="/welcome/"' in client.get("/start/").content.decode()


def test_a_demonstration_asks_nobody_for_a_password(client: Client, token: str, settings: Settings) -> None:
    settings.IS_DEMONSTRATION = True

    assert client.post(f"/welcome/{token}/").headers["Location"] == "/"
    assert 'href="/welcome/"' not in client.get("/").content.decode()


@pytest.mark.parametrize("password", ["short", "123456789012345", "ada-ada@example.org", "password123456"])
def test_a_weak_password_is_refused_and_nothing_is_saved(client: Client, token: str, password: str) -> None:
    client.post(f"/welcome/{token}/")

    refused = client.post("/welcome/", {**CHOSEN, "password": password})

    assert refused.status_code == 400
    assert is_incomplete(User.objects.get())


def test_an_address_that_somebody_has_is_refused(client: Client, token: str) -> None:
    User.objects.create_user("ada@example.org", PASSWORD)
    client.post(f"/welcome/{token}/")

    refused = client.post("/welcome/", CHOSEN)

    assert refused.status_code == 400
    assert b"Somebody already signs in with this address" in refused.content


def test_whoever_came_by_a_link_may_choose_a_new_password(company: Company, client: Client) -> None:
    lead = company.people["lead"]
    client.post(f"/welcome/{make_sign_in_link(lead, by=SYSTEM, now=clock.now())}/")

    page = client.get("/welcome/").content.decode()
    assert re.search(r'<input type="email"[^>]*value="lead@example.org"[^>]* disabled', page)
    assert "You sign in with this address; it stays." in page
    client.post("/welcome/", {"name": "Ada", "password": CHOSEN["password"]})

    lead.refresh_from_db()
    assert (lead.email, lead.check_password(CHOSEN["password"])) == ("lead@example.org", True)


def test_nobody_takes_another_address_than_the_one_of_the_invitation(
    company: Company, client: Client
) -> None:
    lead = company.people["lead"]
    client.post(f"/welcome/{make_sign_in_link(lead, by=SYSTEM, now=clock.now())}/")

    refused = client.post("/welcome/", CHOSEN)

    lead.refresh_from_db()
    assert (refused.status_code, lead.email) == (400, "lead@example.org")
    assert b"Your address stays the one that you were invited with." in refused.content
    assert b'value="lead@example.org"' in refused.content


def test_whoever_came_by_password_does_not_change_it_there(signed_in: SignIn, company: Company) -> None:
    answer = signed_in("lead").post("/welcome/", CHOSEN)

    company.people["lead"].refresh_from_db()
    assert answer.status_code == 302
    assert company.people["lead"].check_password(PASSWORD)


def test_a_password_lets_in_and_a_wrong_one_does_not(company: Company, client: Client) -> None:
    wrong = client.post("/sign-in/", {"login": "lead@example.org", "password": "wrong"})
    right = client.post("/sign-in/", {"login": "LEAD@example.org", "password": PASSWORD})

    assert (wrong.status_code, right.status_code) == (200, 302)


@pytest.mark.parametrize("login", ["lead@example.org", "no address"])
def test_the_sign_in_form_calls_the_address_by_one_name(company: Company, client: Client, login: str) -> None:
    french = {"Accept-Language": "fr"}
    page = client.post("/sign-in/", {"login": login, "password": "wrong"}, headers=french).content.decode()

    assert "dresse électronique" in page.split("<main")[1].replace("Adresse électronique</label>", "")
    assert "e-mail" not in page


def test_guessing_passwords_is_slowed_down(company: Company, client: Client) -> None:
    for number in range(5):
        client.post("/sign-in/", {"login": "lead@example.org", "password": f"guess {number}"})

    barred = client.post("/sign-in/", {"login": "lead@example.org", "password": PASSWORD})

    assert barred.status_code == 200
    assert "_auth_user_id" not in client.session


def test_nobody_signs_up(client: Client, db: None) -> None:
    page = client.get("/sign-in/").content.decode()

    with pytest.raises(NoReverseMatch):
        reverse("account_signup")
    assert "sign up" not in page.lower()


def test_signing_out_forgets_the_person(signed_in: SignIn) -> None:
    client = signed_in("lead")

    assert client.get("/sign-out/").status_code == 200
    client.post("/sign-out/")

    assert client.get("/").status_code == 302


def test_one_brand_is_opened_at_once_and_several_are_listed(signed_in: SignIn, company: Company) -> None:
    assert signed_in("lead").get("/").headers["Location"] == "/b/acme/today/"

    listed = signed_in("administrator").get("/").content.decode()
    assert "/b/acme/today/" in listed
    assert "/b/other/today/" in listed


def test_without_a_brand_the_page_teaches_how_to_make_one(client: Client, token: str) -> None:
    client.post(f"/welcome/{token}/")

    page = client.get("/", follow=True)

    assert page.redirect_chain == [("/start/", 302)]
    assert b"portevoix programme init programme.yaml" in page.content
    assert b"portevoix demo" in page.content


def test_a_brand_leads_to_what_waits_today(signed_in: SignIn) -> None:
    assert signed_in("lead").get("/b/acme/").headers["Location"] == "/b/acme/today/"


def test_the_browser_decides_the_language_until_somebody_does(client: Client, db: None) -> None:
    french = {"Accept-Language": "fr-FR,fr;q=0.9"}

    assert 'lang="fr"' in client.get("/sign-in/", headers=french).content.decode()
    client.post("/language/", {"language": "en", "next": "/sign-in/"}, headers=french)
    assert '<html lang="en">' in client.get("/sign-in/", headers=french).content.decode()


def test_a_persons_language_follows_to_every_device(signed_in: SignIn, company: Company) -> None:
    signed_in("administrator").post("/language/", {"language": "fr", "next": "/"})

    company.people["administrator"].refresh_from_db()
    assert company.people["administrator"].language == "fr"
    assert '<html lang="fr">' in signed_in("administrator").get("/").content.decode()


@pytest.mark.parametrize("after", ["https://elsewhere.example/", "//elsewhere.example", ""])
def test_the_language_switch_leads_nowhere_else(client: Client, db: None, after: str) -> None:
    assert client.post("/language/", {"language": "fr", "next": after}).headers["Location"] == "/"


@pytest.mark.parametrize("language", ["xx", "de", "fr-ca", ""])
def test_a_language_that_is_not_spoken_changes_nothing(
    company: Company, signed_in: SignIn, language: str
) -> None:
    client = signed_in("lead")
    client.post("/language/", {"language": language, "next": "/"})

    company.people["lead"].refresh_from_db()
    assert "django_language" not in client.cookies
    assert company.people["lead"].language == ""


def test_a_new_link_makes_the_older_one_useless(client: Client, token: str) -> None:
    make_sign_in_link(User.objects.get(), by=SYSTEM, now=clock.now())

    assert client.post(f"/welcome/{token}/").status_code == 404
