"""Signing in at LinkedIn: one consent opens Pages and a person's own profile; tokens end, or are renewed."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from portevoix.networks.errors import AccessExpired, NeedsReconnection, OptionsRefused
from portevoix.networks.linkedin.config import SCOPES
from portevoix.networks.linkedin.connector import LinkedInConnector
from portevoix.networks.oauth import Credentials
from portevoix.networks.signing import Signed
from tests.networks.contract import START
from tests.networks.linkedin.case import LinkedInCase
from tests.networks.linkedin.network import OWNER, PAGE, SHOWCASE

BACK = "https://porte-voix.example/back/"


def signed_in(case: LinkedInCase, **typed: str) -> tuple[Signed, ...]:
    begun = LinkedInConnector.begin_sign_in(
        {**case.typed(), **typed}, redirect_to=BACK, state="s", now=START, transport=case.wire
    )
    returned = case.agree(begun.url)
    return LinkedInConnector.finish_sign_in(begun.pending, returned, now=START, transport=case.wire)


def test_one_consent_opens_pages_showcase_pages_and_the_own_profile(case: LinkedInCase) -> None:
    signed = signed_in(case)
    assert [(one.options["account"], one.is_personal) for one in signed] == [
        (PAGE, False),
        (SHOWCASE, False),
        (OWNER, True),
    ]
    for one in signed:
        assert one.profile.actor.remote_id == one.options["account"]
        with LinkedInConnector(one.options, one.credentials, transport=case.wire) as door:
            assert door.verify(START) == one.profile


def test_a_person_is_asked_for_what_is_needed_and_nothing_secret_travels(case: LinkedInCase) -> None:
    begun = LinkedInConnector.begin_sign_in(case.typed(), redirect_to=BACK, state="s", now=START)
    asked = parse_qs(urlsplit(begun.url).query)
    assert set(asked["scope"][0].split()) == set(SCOPES)
    assert case.typed()["client_secret"] not in begun.url


@pytest.mark.parametrize("typed", [{"client_id": "another"}, {"client_secret": "another"}])
def test_keys_that_linkedin_does_not_know_are_refused_in_words(
    case: LinkedInCase, typed: dict[str, str]
) -> None:
    with pytest.raises(OptionsRefused, match="Check the keys"):
        signed_in(case, **typed)


def test_a_code_is_taken_once(case: LinkedInCase) -> None:
    begun = LinkedInConnector.begin_sign_in(case.typed(), redirect_to=BACK, state="s", now=START)
    returned = case.agree(begun.url)
    case.network.codes.clear()
    with pytest.raises(OptionsRefused, match="begin again"):
        LinkedInConnector.finish_sign_in(begun.pending, returned, now=START, transport=case.wire)


def test_a_token_that_nobody_can_renew_tells_its_end(case: LinkedInCase) -> None:
    case.network.gives_refresh = False
    one = signed_in(case)[0]
    with LinkedInConnector(one.options, one.credentials, transport=case.wire) as door:
        access = door.access()
        assert (access.renew_at, access.ends_at) == (None, START + timedelta(days=60))
        with pytest.raises(NeedsReconnection):
            door.renew(START)


def test_a_token_that_can_be_renewed_is_a_week_before_its_end(case: LinkedInCase) -> None:
    one = signed_in(case)[0]
    with LinkedInConnector(one.options, one.credentials, transport=case.wire) as door:
        access = door.access()
        assert access.renew_at == START + timedelta(days=53)
        assert access.ends_at == START + timedelta(days=365)
        renewed = Credentials.read(door.renew(START + timedelta(days=53)))
        assert renewed.grant.ends_at == START + timedelta(days=113)
        assert door.verify(START)


def test_signing_in_again_keeps_a_refresh_token_that_was_told_before(case: LinkedInCase) -> None:
    known = case.secret()
    case.network.gives_refresh = False
    fresh = signed_in(case)[0].credentials
    assert Credentials.read(LinkedInConnector.kept(known, fresh)).grant.refresh == "refresh-0"


def test_a_token_that_ran_out_is_renewed_and_one_that_was_revoked_asks_for_a_person(
    case: LinkedInCase,
) -> None:
    case.network.access.clear()
    ends_at = case.credentials().grant.ends_at
    assert ends_at
    with case.connector() as door:
        with pytest.raises(NeedsReconnection):
            door.verify(START)
        with pytest.raises(AccessExpired):
            door.verify(ends_at)
        case.network.refresh.clear()
        with pytest.raises(NeedsReconnection):
            door.renew(START)


@pytest.mark.parametrize("text", ["", "{}", "access-0"])
def test_an_account_without_credentials_is_to_be_connected_first(case: LinkedInCase, text: str) -> None:
    with pytest.raises(OptionsRefused, match="connect it first"):
        LinkedInConnector(case.options(), text)
