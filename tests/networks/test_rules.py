"""A profile says who runs the account, or one is told what is missing."""

import json
from datetime import UTC, datetime

import pytest

from portevoix.networks.contracts import ActorRef, Limits, Profile, ProfileLink
from portevoix.networks.rules import Disclosure, disclosed, kept_limits, kept_profile, limits_of

NOW = datetime(2026, 11, 23, tzinfo=UTC)
PAGE = "https://voices.acme.example/official/acme/marion/"


def told(profile: Profile) -> dict[Disclosure, bool | None]:
    """Return what a profile tells, by what it is about."""
    found = disclosed(kept_profile(profile), brand="Société Acme", addresses=[PAGE])
    return {each.disclosure: each.is_told for each in found}


def profile(
    name: str = "", biography: str = "", *links: ProfileLink, automated: bool | None = None
) -> Profile:
    """Return a profile."""
    actor = ActorRef("1", "@marion", name)
    return Profile(actor, NOW, biography=biography, links=links, is_automated=automated)


def test_a_complete_profile_tells_everything() -> None:
    complete = profile(
        "Marion, SOCIETE  ACME",
        "Run by people of Société Acme.",
        ProfileLink("http://voices.acme.example/official/acme/marion", is_verified=True),
        automated=False,
    )
    assert told(complete) == dict.fromkeys(Disclosure, True)


def test_an_empty_profile_tells_nothing_and_what_is_not_known_is_not_held_against_it() -> None:
    assert told(profile("Marion", "I like trains.")) == {
        Disclosure.NAME: False,
        Disclosure.BIOGRAPHY: False,
        Disclosure.LINK: False,
        Disclosure.LINK_BACK: None,
        Disclosure.HUMAN: None,
    }


def test_a_link_in_the_biography_counts_where_there_is_no_other_place_for_it() -> None:
    assert told(profile("", "See voices.acme.example/official/acme/marion for who I am."))[Disclosure.LINK]


@pytest.mark.parametrize(
    "url",
    ["https://evil.example/official/acme/marion/", "https://voices.acme.example/", "no link", "http://["],
)
def test_a_link_to_somewhere_else_is_none(url: str) -> None:
    assert told(profile("", "", ProfileLink(url, is_verified=True)))[Disclosure.LINK] is False


def test_a_link_that_the_network_could_not_verify_is_told() -> None:
    found = told(profile("", "", ProfileLink(PAGE, is_verified=False), automated=True))
    assert found[Disclosure.LINK] is True
    assert found[Disclosure.LINK_BACK] is False
    assert found[Disclosure.HUMAN] is False


def test_limits_are_kept_as_they_were_told() -> None:
    limits = Limits(text_length=500, media_types=frozenset({"image/png", "image/jpeg"}))
    assert limits_of(json.loads(json.dumps(kept_limits(limits)))) == limits
