"""Connecting an account on any server: what is typed, what is asked for, what comes back, what may go wrong."""

import json
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from pytest_django.fixtures import Settings

from portevoix.core.http import Transport
from portevoix.networks.connector import abilities_of
from portevoix.networks.contracts import Ability
from portevoix.networks.errors import OptionsRefused, Unreachable
from portevoix.networks.mastodon.config import Token, origin_of, read_token, read_typed, write_token
from portevoix.networks.mastodon.connector import MastodonConnector
from portevoix.networks.mastodon.sign_in import granted
from portevoix.networks.signing import FOREVER, SignIn
from tests.networks.contract import START
from tests.networks.mastodon.case import MastodonCase
from tests.networks.mastodon.server import Server
from tests.networks.walk import TROUBLES, Wire

EVERYTHING = abilities_of(MastodonConnector.capabilities)
BACK = "https://porte-voix.example/back/"


def begun(transport: Transport | None, typed: str = "mastodon.example") -> SignIn:
    """Begin a sign-in at what a person typed."""
    return MastodonConnector.begin_sign_in(
        {"server": typed}, redirect_to=BACK, state="state-1", now=START, transport=transport
    )


@pytest.mark.parametrize(
    ("typed", "server", "handle"),
    [
        ("mastodon.social", "https://mastodon.social", ""),
        (" Mastodon.Social ", "https://mastodon.social", ""),
        ("https://mastodon.social/@marion", "https://mastodon.social", ""),
        ("https://social.example:8443/about", "https://social.example:8443", ""),
        ("@marion@mastodon.social", "https://mastodon.social", "marion@mastodon.social"),
        ("marion@Mastodon.social", "https://mastodon.social", "marion@mastodon.social"),
    ],
)
def test_a_server_or_a_handle_is_understood(typed: str, server: str, handle: str) -> None:
    told = read_typed(typed)
    assert (told.server, told.handle) == (server, handle)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "mastodon",
        "@marion",
        "http://mastodon.social",
        "ftp://mastodon.social",
        "https://",
        "https://a:b@c.org",
        "localhost",
        "https://mastodon.social:many",
        "a b.org",
        "https://[::1",
    ],
)
def test_what_is_no_server_is_refused_in_words(typed: str) -> None:
    with pytest.raises(OptionsRefused) as caught:
        read_typed(typed)
    assert str(caught.value)


def test_a_private_server_may_speak_plainly_where_private_addresses_are_allowed(
    settings: Settings,
) -> None:
    settings.ALLOW_PRIVATE_ADDRESSES = True
    assert origin_of("http://localhost:8080/") == "http://localhost:8080"
    assert origin_of("http://[::1]:8080") == "http://[::1]:8080"


def test_the_server_is_asked_for_no_more_than_is_needed(marions: MastodonCase) -> None:
    begun(marions.wire)
    scopes = set(marions.server.apps["client-0"]["scopes"].split())
    assert not scopes & {"read", "write", "follow", "push"}
    assert all(scope.startswith(("read:", "write:")) for scope in scopes)
    assert granted(frozenset(scopes)) == EVERYTHING


def test_consent_is_asked_with_a_challenge_and_never_with_its_answer(marions: MastodonCase) -> None:
    sign_in = begun(marions.wire)
    query = parse_qs(urlsplit(sign_in.url).query)
    verifier = json.loads(sign_in.pending)["verifier"]
    assert query["code_challenge_method"] == ["S256"]
    assert query["redirect_uri"] == [BACK]
    assert verifier not in sign_in.url
    assert len(verifier) >= 43
    assert json.loads(sign_in.pending)["client_secret"] not in sign_in.url
    assert sign_in.pending not in repr(sign_in)


def test_an_account_is_connected_with_all_that_its_door_needs(marions: MastodonCase) -> None:
    sign_in = begun(marions.wire, "@marion@mastodon.example")
    returned = marions.agree(sign_in.url)
    (signed,) = MastodonConnector.finish_sign_in(sign_in.pending, returned, now=START, transport=marions.wire)
    assert signed.options == marions.options()
    assert signed.credentials not in repr(signed)
    with MastodonConnector(signed.options, signed.credentials, transport=marions.wire) as door:
        assert door.verify(START).actor.handle == "marion@mastodon.example"
        assert Ability.GIVE in door.abilities(START)
        assert door.access() == FOREVER


def test_a_handles_domain_may_only_point_to_the_server(marions: MastodonCase) -> None:
    sign_in = begun(marions.wire, "@marion@brand.example")
    assert sign_in.url.startswith("https://mastodon.example/oauth/authorize?")


def test_an_address_that_leads_to_the_server_is_enough(marions: MastodonCase) -> None:
    def leads(request: httpx.Request) -> httpx.Response:
        if request.url.host == "mastodon.example":
            return marions.server.play(request)
        assert request.method == "GET"
        return httpx.Response(301, headers={"location": f"https://mastodon.example{request.url.path}"})

    assert begun(Wire(leads), "www.brand.example").url.startswith("https://mastodon.example/oauth/authorize?")


def test_several_servers_are_connected_at_once(marions: MastodonCase) -> None:
    other = Server(START - timedelta(days=1), "other.example")
    both = Wire(
        lambda request: (other if request.url.host == "other.example" else marions.server).play(request)
    )
    first, second = begun(both), begun(both, "other.example")
    signed = [
        MastodonConnector.finish_sign_in(one.pending, server.agree(one.url), now=START, transport=both)[0]
        for one, server in ((first, marions.server), (second, other))
    ]
    assert [one.options["server"] for one in signed] == ["https://mastodon.example", "https://other.example"]
    assert [one.profile.actor.remote_id for one in signed] == [
        "https://mastodon.example/users/marion",
        "https://other.example/users/marion",
    ]


def test_a_server_that_knows_no_finer_scopes_is_asked_for_the_broad_ones(marions: MastodonCase) -> None:
    marions.server.known_scopes = {"read", "write", "follow"}
    sign_in = begun(marions.wire)
    (signed,) = MastodonConnector.finish_sign_in(
        sign_in.pending, marions.agree(sign_in.url), now=START, transport=marions.wire
    )
    with MastodonConnector(signed.options, signed.credentials, transport=marions.wire) as door:
        assert door.abilities(START) == EVERYTHING


def test_what_a_person_did_not_grant_is_not_claimed(marions: MastodonCase) -> None:
    token = Token(marions.server.token, frozenset({"read:accounts", "read:statuses", "write:statuses"}))
    with MastodonConnector(marions.options(), write_token(token), transport=marions.wire) as door:
        found = door.abilities(START)
    assert {Ability.PUBLISH, Ability.READ_POSTS, Ability.READ_PROFILES} <= found
    assert not found & {Ability.GIVE, Ability.UPLOAD, Ability.READ_EVENTS}


@pytest.mark.parametrize("trouble", ["400", "401", "403", "404", "405", "410", "422", "301"])
def test_where_there_is_no_such_server_one_is_told(trouble: str) -> None:
    status = TROUBLES[trouble].status
    nowhere = Wire(lambda _request: httpx.Response(status, text="<html>"))
    with pytest.raises((OptionsRefused, Unreachable)) as caught:
        begun(nowhere)
    assert str(caught.value)


def test_a_page_is_no_server() -> None:
    page = Wire(lambda _request: httpx.Response(200, text="<html>Welcome</html>"))
    for typed in ("example.org", "@marion@example.org"):
        with pytest.raises(OptionsRefused):
            begun(page, typed)


@pytest.mark.parametrize("trouble", ["no connection", "time-out", "503"])
def test_a_server_that_does_not_answer_is_no_wrong_address(marions: MastodonCase, trouble: str) -> None:
    marions.way.spoil(TROUBLES[trouble])
    with pytest.raises(Unreachable):
        begun(marions.wire)


@pytest.mark.parametrize("trouble", ["400", "401", "503", "time-out"])
def test_a_code_that_opens_nothing_connects_nothing(marions: MastodonCase, trouble: str) -> None:
    sign_in = begun(marions.wire)
    returned = marions.agree(sign_in.url)
    marions.way.spoil(TROUBLES[trouble])
    with pytest.raises(OptionsRefused) as caught:
        MastodonConnector.finish_sign_in(sign_in.pending, returned, now=START, transport=marions.wire)
    assert str(caught.value)


@pytest.mark.parametrize(
    "returned",
    [
        {},
        {"code": ""},
        {"code": "code-0", "state": "another"},
        {"code": "code-0"},
        {"error": "x", "code": "code-0"},
    ],
)
def test_who_comes_back_without_consent_connects_nothing(
    marions: MastodonCase, returned: dict[str, str]
) -> None:
    sign_in = begun(marions.wire)
    marions.agree(sign_in.url)
    with pytest.raises(OptionsRefused):
        MastodonConnector.finish_sign_in(sign_in.pending, returned, now=START, transport=marions.wire)
    assert len(marions.server.tokens) == 1


@pytest.mark.parametrize("pending", ["", "{}", "[]", "null", '{"server": 3}', "x"])
def test_a_sign_in_that_is_none_is_refused(pending: str) -> None:
    with pytest.raises(OptionsRefused):
        MastodonConnector.finish_sign_in(pending, {"code": "1", "state": "2"}, now=START)


@pytest.mark.parametrize(
    "credentials",
    ["token", "[]", "{}", '{"access_token": 3, "scopes": []}', '{"access_token": "a\\nb", "scopes": []}'],
)
def test_credentials_that_are_none_are_refused_without_being_shown(
    marions: MastodonCase, credentials: str
) -> None:
    with pytest.raises(OptionsRefused) as caught:
        MastodonConnector(marions.options(), credentials)
    assert credentials not in str(caught.value)


def test_credentials_are_read_as_they_were_written() -> None:
    token = Token("a-token", frozenset({"read:accounts"}))
    assert read_token(write_token(token)) == token
    assert "a-token" not in repr(token)
