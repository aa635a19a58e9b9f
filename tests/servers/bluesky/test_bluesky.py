"""A programme on a real Bluesky network: what was done there is in the ledger, once, whoever dies."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from portevoix.networks.bluesky.connector import BlueskyConnector
from portevoix.networks.contracts import Draft, PublishedRef
from portevoix.networks.errors import OutcomeUnknown
from tests.kills.stage import Row, Stage
from tests.networks.contract import START
from tests.networks.walk import PICTURE
from tests.servers.bluesky.case import FOLLOW, LIKE, REPOST, RealCase
from tests.servers.bluesky.running import Bluesky, Person

pytestmark = pytest.mark.servers
HOUR = timedelta(hours=1)
COLLECTED = START + 48 * HOUR
AGAIN = COLLECTED + HOUR
MUCH_LATER = COLLECTED + 24 * HOUR
SCORECARDS = ("scorecards", "--brand", "acme", "--month", "2026-11", "--format", "csv")


MARIONS = {
    "audience_size": "0",
    "likes_received": "5",
    "reposts_received": "3",  # two, and a quote
    "replies_received": "1",  # besides the other persona's own
    "quotes_received": "1",
    "distinct_people": "5",
    "posts_published": "1",
    "internal_interactions": "1",
}


@dataclass(frozen=True)
class Story:
    """Two personas with an account each, what they published, and all that was done to them."""

    marion: RealCase
    hugo: RealCase
    posts: list[tuple[str, str]]
    acts: list[tuple[str, str, str, str]]
    """(whose act, its kind, towards whom, about which publication)."""

    def programme(self) -> str:
        """Return the programme file of the brand."""
        accounts = {name: case.marion.did for name, case in (("marion", self.marion), ("hugo", self.hugo))}
        voices = [
            f"  - {{slug: {name}, kind: persona, first_name: {name.title()}, "
            f'accounts: [{{network: bluesky, remote_id: "{did}"}}]}}\n'
            for name, did in accounts.items()
        ]
        brand = "brand: {slug: acme, name: Acme, time_zone: Europe/Paris, languages: [fr, en]}\n"
        return f"{brand}voices:\n{''.join(voices)}"

    def typed(self) -> str:
        """Return what is typed to connect each account."""
        return json.dumps({case.marion.did: dict(case.typed()) for case in (self.marion, self.hugo)})


def published(case: RealCase, draft: Draft) -> PublishedRef:
    """Publish `draft`, throw the answer away, and return what is found: it, once."""
    with case.connector() as door:
        key = door.new_key(START)
        case.lose_answer_to_write()
        with pytest.raises(OutcomeUnknown):
            door.publish(draft, key=key, now=START)
        (found,) = door.find(draft, key=key, since=START, now=START)
        assert door.publish(draft, key=key, now=START + HOUR) == found
    return found


def first_words(case: RealCase, other: Person) -> PublishedRef:
    """Publish a post with a link, a mention, an accented hashtag and a picture."""
    with case.connector() as door:
        picture = door.upload(PICTURE, now=START)
    text = f"Été : avec @{other.handle}, sur https://example.org/été — #Vélo2026 !"
    return published(case, Draft(text, language="fr", media=(picture,)))


@pytest.fixture(scope="module")
def story(bluesky: Bluesky, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """Let it all happen on the network."""
    cases = [RealCase(tmp_path_factory.mktemp("case"), bluesky) for _persona in range(2)]
    with closing(cases[0]) as marion, closing(cases[1]) as hugo:
        yield lived(bluesky, marion, hugo)


def lived(bluesky: Bluesky, marion: RealCase, hugo: RealCase) -> Story:
    """Let two personas publish, each other's people react, and all be seen."""
    people = marion.people[:5]
    post = first_words(marion, hugo.marion).remote_id
    bluesky.settle()
    reply = published(hugo, Draft("J’y étais !", in_reply_to=post, language="fr")).remote_id
    me, he = marion.marion.did, hugo.marion.did
    acts = [(me, "mention", he, ""), (he, "reply", me, post)]
    for number, who in enumerate(people):
        at = START + (1 + number) * HOUR
        acts.append((who.did, "like", me, post))
        bluesky.give(who, LIKE, post, at)
        if number < 2:
            acts.append((who.did, "repost", me, post))
            bluesky.give(who, REPOST, post, at)
            acts.append((who.did, "follow", he, ""))
            bluesky.give(who, FOLLOW, he, at)
    acts += said(bluesky, people[0], me, post)
    bluesky.settle()
    return Story(marion, hugo, [(me, post), (he, reply)], acts)


def said(bluesky: Bluesky, who: Person, me: str, post: str) -> list[tuple[str, str, str, str]]:
    """Let somebody answer a post, and quote it; return both acts."""
    strong, at = bluesky.strong(who, post), START + 6 * HOUR
    bluesky.say(who, "Et l’hiver ?", at, reply={"root": strong, "parent": strong})
    bluesky.say(who, "À lire.", at, embed={"$type": "app.bsky.embed.record", "record": strong})
    return [(who.did, "reply", me, post), (who.did, "quote", me, post)]


@pytest.fixture
def stage(story: Story, tmp_path: Path) -> Iterator[Stage]:
    """Return an installation with the programme, its accounts connected and never collected."""
    file = tmp_path / "programme.yaml"
    file.write_text(story.programme(), encoding="utf-8")
    stage = Stage(tmp_path / "data", {"PORTEVOIX_ALLOW_PRIVATE_ADDRESSES": "1"})
    stage.done(("programme", "init", file), ("connect", "bluesky", START.isoformat(), story.typed()))
    yield stage
    stage.close()


def told(acts: list[Row]) -> list[tuple[str, str, str, str]]:
    """Return whose acts they are, of which kind, towards whom, about what."""
    return [(actor, kind, target, about) for _b, _n, actor, kind, target, _key, _at, about, _id in acts]


@pytest.mark.parametrize(
    ("step", "passing"), [("collect.page_read", 1), ("collect.page_stored", 1), ("collect.page_read", 3)]
)
def test_the_ledger_holds_what_was_done_once_after_a_death_between_two_collections(
    story: Story, stage: Stage, step: str, passing: int
) -> None:
    stage.killed(step, ("collect", COLLECTED.isoformat()), passing=passing)
    assert stage.done(("collect", AGAIN.isoformat())).out() == "2\n"
    assert sorted(told(stage.acts())) == sorted(story.acts)
    assert sorted((author, uri) for author, uri, *_rest in stage.posts()) == sorted(story.posts)
    before = stage.acts(), stage.posts(), stage.contents()
    assert stage.done(("collect", MUCH_LATER.isoformat())).out() == "2\n"
    assert (stage.acts(), stage.posts(), stage.contents()) == before


def test_the_monthly_table_shows_it(story: Story, stage: Stage) -> None:
    stage.done(("collect", COLLECTED.isoformat()), ("ledger", "project"), ("ledger", "verify"))
    figures = stage.figures(stage.done(SCORECARDS).out())
    assert {name: figures["marion", name] for name in MARIONS} == MARIONS
    assert (figures["hugo", "audience_size"], figures["hugo", "internal_interactions"]) == ("2", "1")
    assert (figures["*", "distinct_people"], figures["*", "internal_interactions"]) == ("5", "2")


def test_both_accounts_are_connected_and_may_do_all_that_the_connector_can(story: Story) -> None:
    for case in (story.marion, story.hugo):
        with case.connector() as door:
            assert isinstance(door, BlueskyConnector)
            assert door.verify(START).actor.remote_id == case.marion.did
