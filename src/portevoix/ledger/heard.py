"""What networks told, written into our tables: acts, publications, readings, what was said, and who they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from portevoix.core import clock
from portevoix.ledger import fitting
from portevoix.ledger.permitted import Keeping
from portevoix.ledger.rows import Act, Acts, act
from portevoix.ledger.writing import FactWriter
from portevoix.networks.contracts import ActorRef, Event, Reading, SeenPost
from portevoix.networks.fitting import actor, address, text

LONGEST_MAKER: Final = 120


@dataclass(frozen=True)
class Heard:
    """Facts that fit our columns and may be kept."""

    events: Sequence[Event] = ()
    posts: Sequence[SeenPost] = ()
    readings: Sequence[Reading] = ()


def write(writer: FactWriter, heard: Heard, keeping: Keeping) -> int:
    """Store what was heard, in the caller's transaction; return how many facts were new."""
    added = writer.acts(Acts.of([_act(event) for event in heard.events]))
    added += writer.publications([_publication(post) for post in heard.posts])
    added += writer.readings([_reading(reading) for reading in heard.readings])
    writer.contents(_contents(heard, keeping))
    writer.actors.describe(_actors(heard))
    return added


def _actors(heard: Heard) -> list[ActorRef]:
    told = [event.actor for event in heard.events] + [post.author for post in heard.posts]
    return [actor(each) for each in told]


def _act(event: Event) -> Act:
    return act(
        actor=event.actor.remote_id,
        target=event.target_id,
        at_us=clock.to_us(event.at),
        kind=str(event.kind),
        object_id=event.object_id,
        remote_id=event.remote_id,
    )


def _publication(post: SeenPost) -> tuple[str, str, str, int, str, str, str]:
    at_us, maker = clock.to_us(post.at), text(post.made_with)[:LONGEST_MAKER]
    url = address(post.url)
    return (post.author.remote_id, post.remote_id, str(post.kind), at_us, url, post.in_reply_to, maker)


def _reading(reading: Reading) -> tuple[str, str, str, int, int]:
    at_us = clock.to_us(reading.at)
    return (reading.account_id, reading.object_id, str(reading.counted), reading.value, at_us)


def _contents(heard: Heard, keeping: Keeping) -> list[tuple[str, str, str, str, str, date | None]]:
    said = [
        _said(event, event.actor, keeping.words) for event in heard.events if event.text and event.remote_id
    ]
    return said + [_said(post, post.author, keeping.own_posts) for post in heard.posts if post.text]


def _said(
    told: Event | SeenPost, author: ActorRef, delete_on: date | None
) -> tuple[str, str, str, str, str, date | None]:
    language, url = fitting.language(told.language), address(told.url)
    return (author.remote_id, told.remote_id, text(told.text), language, url, delete_on)
