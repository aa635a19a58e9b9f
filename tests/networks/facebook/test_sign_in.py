"""Signing in at Facebook: one consent opens several Pages, whose view of data has an end."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from portevoix.networks.contracts import Ability
from portevoix.networks.errors import OptionsRefused, UnexpectedReply
from portevoix.networks.facebook.connector import FacebookConnector
from portevoix.networks.signing import Signed
from tests.networks.contract import START
from tests.networks.facebook.case import FacebookCase
from tests.networks.facebook.network import APP_SECRET, OTHER_PAGE, PAGE

BACK = "https://porte-voix.example/back/"


def signed_in(case: FacebookCase, **typed: str) -> tuple[Signed, ...]:
    begun = FacebookConnector.begin_sign_in(
        {**case.typed(), **typed}, redirect_to=BACK, state="s", now=START, transport=case.wire
    )
    returned = case.agree(begun.url)
    return FacebookConnector.finish_sign_in(begun.pending, returned, now=START, transport=case.wire)


def test_one_consent_opens_several_pages_each_with_a_token_of_its_own(case: FacebookCase) -> None:
    signed = signed_in(case)
    assert [one.options["account"] for one in signed] == [PAGE, OTHER_PAGE]
    assert not any(one.is_personal for one in signed)
    assert len({one.credentials for one in signed}) == 2
    for one in signed:
        with FacebookConnector(one.options, one.credentials, transport=case.wire) as door:
            assert door.verify(START) == one.profile
            assert door.access().ends_at == START + timedelta(days=90)
            assert door.abilities(START) >= {Ability.PUBLISH, Ability.READ_EVENTS}


def test_nothing_secret_travels_where_people_agree_nor_is_kept_with_a_page(case: FacebookCase) -> None:
    begun = FacebookConnector.begin_sign_in(case.typed(), redirect_to=BACK, state="s", now=START)
    assert APP_SECRET not in begun.url
    assert parse_qs(urlsplit(begun.url).query)["state"] == ["s"]
    assert not any(APP_SECRET in one.credentials for one in signed_in(case))


@pytest.mark.parametrize("typed", [{"client_secret": "another"}, {"client_id": "another"}])
def test_keys_that_meta_does_not_know_are_refused_in_words(case: FacebookCase, typed: dict[str, str]) -> None:
    begun = FacebookConnector.begin_sign_in({**case.typed(), **typed}, redirect_to=BACK, state="s", now=START)
    with pytest.raises(OptionsRefused, match="Check the keys"):
        FacebookConnector.finish_sign_in(begun.pending, case.agree(begun.url), now=START, transport=case.wire)


def test_a_code_is_taken_once(case: FacebookCase) -> None:
    begun = FacebookConnector.begin_sign_in(case.typed(), redirect_to=BACK, state="s", now=START)
    returned = case.agree(begun.url)
    case.network.codes.clear()
    with pytest.raises(OptionsRefused, match="begin again"):
        FacebookConnector.finish_sign_in(begun.pending, returned, now=START, transport=case.wire)


def test_an_answer_without_a_token_is_refused_and_one_without_pages_told_as_that(case: FacebookCase) -> None:
    begun = FacebookConnector.begin_sign_in(case.typed(), redirect_to=BACK, state="s", now=START)
    for told in ({}, {"access_token": ""}, {"access_token": 3}):
        silent = httpx.MockTransport(lambda _request, told=told: httpx.Response(200, json=told))
        with pytest.raises(OptionsRefused):
            FacebookConnector.finish_sign_in(begun.pending, {"code": "c"}, now=START, transport=silent)
    half = httpx.MockTransport(lambda _request: httpx.Response(200, json={"access_token": "t"}))
    with pytest.raises(UnexpectedReply):
        FacebookConnector.finish_sign_in(begun.pending, {"code": "c"}, now=START, transport=half)


@pytest.mark.parametrize(
    "text",
    [
        *("", "{}", "[]", "page-0"),
        '{"access_token": 3, "scopes": [], "ends_at": null}',
        '{"access_token": "é", "scopes": [], "ends_at": null}',
        '{"access_token": "a", "scopes": [], "ends_at": "x"}',
    ],
)
def test_an_account_without_credentials_is_to_be_connected_first(case: FacebookCase, text: str) -> None:
    with pytest.raises(OptionsRefused, match="connect it first"):
        FacebookConnector(case.options(), text)
