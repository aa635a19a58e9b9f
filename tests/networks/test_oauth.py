"""Consent by OAuth 2, whatever the network: PKCE or none, tokens that rotate or stay, refusals."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from portevoix.core.http import make_client
from portevoix.networks.errors import (
    NeedsReconnection,
    NetworkError,
    OptionsRefused,
    RateLimited,
    UnexpectedReply,
    Unreachable,
)
from portevoix.networks.oauth import (
    Application,
    Credentials,
    Grant,
    TokenPage,
    Waiting,
    begin,
    challenge,
    scopes_in,
)
from tests.networks.contract import START
from tests.networks.walk import TROUBLES, Wire

APPLICATION = Application("app", "hidden")
PAGE = "https://network.example/token"
GRANT = Grant("old", START + timedelta(hours=1), frozenset({"read"}), "renewing", START + timedelta(days=365))


def begun(*, has_pkce: bool) -> tuple[dict[str, str], str]:
    started = begin(
        "https://network.example/agree",
        APPLICATION,
        redirect_to="https://porte-voix.example/back/",
        state="s",
        scopes=("read", "write"),
        has_pkce=has_pkce,
        asked={"prompt": "again"},
    )
    return {name: each[0] for name, each in parse_qs(urlsplit(started.url).query).items()}, started.pending


class Answers:
    """A token page that always says the same; `forms` are those that it was sent."""

    def __init__(self, status: int, told: object) -> None:
        self.status, self.told = status, told
        self.forms: list[Mapping[str, list[str]]] = []
        self.headers: list[httpx.Headers] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        assert str(request.url) == PAGE
        self.forms.append(parse_qs(request.read().decode()))
        self.headers.append(request.headers)
        return httpx.Response(self.status, json=self.told)


def page(answers: Answers, **how: Any) -> TokenPage:
    return TokenPage(make_client(transport=Wire(answers)), PAGE, APPLICATION, **how)


def test_a_person_is_sent_with_the_challenge_of_a_verifier_that_stays_here() -> None:
    asked, pending = begun(has_pkce=True)
    verifier = json.loads(pending)["verifier"]
    assert asked["code_challenge"] == challenge(verifier)
    assert asked["code_challenge_method"] == "S256"
    assert (asked["scope"], asked["state"], asked["prompt"]) == ("read write", "s", "again")
    assert not {verifier, "hidden"} & set(asked.values())
    assert begun(has_pkce=True)[1] != pending


def test_the_challenge_is_the_standards_own() -> None:
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    assert challenge(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_a_network_without_pkce_is_sent_none() -> None:
    asked, pending = begun(has_pkce=False)
    assert "code_challenge" not in asked
    assert "code_verifier" not in Waiting.returned(pending, {"code": "c"}).form()


def test_a_code_gives_what_the_network_grants() -> None:
    told = {"access_token": "new", "expires_in": 60, "refresh_token": "r", "scope": "a,b c"}
    answers = Answers(200, told)
    grant = page(answers).take(Waiting.returned(begun(has_pkce=True)[1], {"code": "c"}), START)
    assert grant == Grant("new", START + timedelta(seconds=60), frozenset("abc"), "r")
    (form,) = answers.forms
    assert (form["code"], form["client_secret"]) == (["c"], ["hidden"])
    assert form["code_verifier"]


def test_keys_go_into_the_header_where_a_network_wants_them_there() -> None:
    answers = Answers(200, {"access_token": "new"})
    page(answers, has_basic=True).renew(GRANT, START)
    assert answers.headers[0]["authorization"] == "Basic YXBwOmhpZGRlbg=="
    assert "client_secret" not in answers.forms[0]


def test_what_a_renewal_leaves_out_stays_as_it_was() -> None:
    renewed = page(Answers(200, {"access_token": "new", "expires_in": 60})).renew(GRANT, START)
    assert renewed == Grant(
        "new", START + timedelta(seconds=60), GRANT.scopes, "renewing", GRANT.refresh_ends_at
    )


@pytest.mark.parametrize("returned", [{"error": "access_denied"}, {}, {"code": ""}])
def test_who_said_no_has_connected_nothing(returned: dict[str, str]) -> None:
    with pytest.raises(OptionsRefused):
        Waiting.returned(begun(has_pkce=True)[1], returned)


def test_a_code_that_is_not_taken_is_refused_in_words() -> None:
    with pytest.raises(OptionsRefused, match="begin again"):
        page(Answers(400, {"error": "invalid_grant"})).take(
            Waiting.returned(begun(has_pkce=False)[1], {"code": "c"}), START
        )


@pytest.mark.parametrize(
    ("status", "told", "kind"),
    [
        (400, {"error": "invalid_grant"}, NeedsReconnection),
        (401, {"error": "invalid_client"}, NeedsReconnection),
        (400, {"error": "invalid_request"}, UnexpectedReply),
        (403, {}, UnexpectedReply),
        (401, "gone", UnexpectedReply),
        (429, {}, RateLimited),
        (503, {}, Unreachable),
        (200, {}, UnexpectedReply),
        (200, {"access_token": ""}, UnexpectedReply),
        (200, {"access_token": "a", "expires_in": "soon"}, UnexpectedReply),
    ],
)
def test_only_oauths_own_words_end_a_sign_in(status: int, told: object, kind: type[NetworkError]) -> None:
    with pytest.raises(kind) as caught:
        page(Answers(status, told)).renew(GRANT, START)
    assert type(caught.value) is kind


def test_a_blip_is_no_end_and_nothing_to_renew_with_is_one() -> None:
    wire = Wire(Answers(200, {}))
    wire.spoil(TROUBLES["reset"])
    with pytest.raises(Unreachable):
        TokenPage(make_client(transport=wire), PAGE, APPLICATION).renew(GRANT, START)
    with pytest.raises(NeedsReconnection):
        page(Answers(200, {})).renew(Grant("old"), START)


def test_credentials_are_read_as_they_were_written_and_never_shown() -> None:
    credentials = Credentials(APPLICATION, GRANT)
    assert Credentials.read(credentials.written()) == credentials
    assert Credentials.read(Credentials(APPLICATION, Grant("a")).written()).grant == Grant("a")
    assert not any(secret in repr(credentials) for secret in ("hidden", "old", "renewing"))


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"client_id": 3}', "\x00", "[" * 100_000])
def test_what_are_no_credentials_are_refused(text: str) -> None:
    with pytest.raises(OptionsRefused):
        Credentials.read(text)


def test_a_refresh_token_that_was_told_but_once_is_kept() -> None:
    known, fresh = Credentials(APPLICATION, GRANT), Credentials(APPLICATION, Grant("new"))
    beside = fresh.beside(known.written())
    assert (beside.grant.access, beside.grant.refresh) == ("new", "renewing")
    other = Credentials(Application("other", "hidden"), Grant("new"))
    assert other.beside(known.written()) == other
    assert fresh.beside("none") == fresh


@pytest.mark.parametrize(
    "typed", [{}, {"client_id": " "}, {"client_id": "a\nb"}, {"client_id": "a", "client_secret": "b\tc"}]
)
def test_keys_that_are_none_are_refused_in_words(typed: dict[str, str]) -> None:
    with pytest.raises(OptionsRefused):
        Application.typed(typed)


def test_scopes_are_read_however_they_are_separated() -> None:
    assert scopes_in("a,b  c") == frozenset("abc")
    assert scopes_in(" ") == frozenset()
