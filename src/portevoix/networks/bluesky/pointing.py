"""What a record of ours points to: the post that is answered, quoted, liked or reposted, the account followed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _

from portevoix.networks.bluesky import facets, reading
from portevoix.networks.bluesky.client import BlueskyClient, Missing
from portevoix.networks.bluesky.config import DID
from portevoix.networks.bluesky.facets import EntityKind
from portevoix.networks.bluesky.records import Record, Strong, address_of, embed_of, post_record
from portevoix.networks.calls import understood
from portevoix.networks.contracts import Draft, Gesture
from portevoix.networks.errors import ContentRefused
from portevoix.networks.text import whole_text

_VIEWED: Final = {Gesture.LIKE: "like", Gesture.REPOST: "repost", Gesture.FOLLOW: "following"}


def written(client: BlueskyClient, draft: Draft, *, now: datetime) -> Record:
    """Return the record of `draft`. Raises ContentRefused when it is empty, or what it points to is not there."""
    quoted = _strong(_found(client, draft.quoting, now)) if draft.quoting else None
    embed, text = embed_of(draft, quoted), whole_text(draft)
    if not text and embed is None:
        raise ContentRefused("bluesky: nothing to publish", reason=_("A post needs words or a picture."))
    reply = _reply(_found(client, draft.in_reply_to, now)) if draft.in_reply_to else None
    return post_record(draft, facets=_facets(client, text, now), reply=reply, embed=embed, at=now)


def _facets(client: BlueskyClient, text: str, now: datetime) -> list[Record]:
    """Return links, hashtags and mentions of `text`; a handle that nobody has stays plain text."""
    found = []
    for one in facets.entities(text):
        is_mention = one.kind is EntityKind.MENTION
        if value := client.did_of(one.value, now=now) if is_mention else one.value:
            found.append(facets.facet(text, one, value))
    return found


def _found(client: BlueskyClient, uri: str, now: datetime) -> Mapping[str, Any]:
    """Return a post (`uri`, `cid`, `record`). Raises ContentRefused when it is not there.

    Our own are asked of the server, where they stand at once: a thread answers itself within a second.
    """
    place = address_of(uri)
    if place and place.did == client.session.did:
        try:
            told = client.own(place.collection, place.key, now=now)
        except Missing:
            raise _not_there() from None
        with understood(writes=False):
            return {**told, "record": told["value"]}
    for told in client.posts([uri], now=now) if place else ():
        with understood(writes=False):
            return dict(told)
    raise _not_there()


def _strong(told: Mapping[str, Any]) -> Strong:
    with understood(writes=False):
        return Strong(str(told["uri"]), str(told["cid"]))


def _reply(told: Mapping[str, Any]) -> dict[str, Strong]:
    """Return what an answer points to: the post that it answers, and the one with which all began."""
    with understood(writes=False):
        root = reading.root_in(told["record"])
    parent = _strong(told)
    return {"root": _strong(root) if root else parent, "parent": parent}


def towards(client: BlueskyClient, gesture: Gesture, target: str, *, now: datetime) -> tuple[object, str]:
    """Return a gesture's subject as records hold it, and the record by which it was made already, '' if none.

    Raises ContentRefused when the target is not there.
    """
    is_follow = gesture is Gesture.FOLLOW
    for told in _accounts(client, target, now) if is_follow else _posts(client, target, now):
        with understood(writes=False):
            given = str((told.get("viewer") or {}).get(_VIEWED[gesture]) or "")
            return target if is_follow else _strong(told).written(), given
    raise _not_there()


def _accounts(client: BlueskyClient, did: str, now: datetime) -> list[Any]:
    return client.profiles([did], now=now) if DID.fullmatch(did) else []


def _posts(client: BlueskyClient, uri: str, now: datetime) -> list[Any]:
    return client.posts([uri], now=now) if address_of(uri) else []


def _not_there() -> ContentRefused:
    return ContentRefused("bluesky: no such target", reason=_("What this is about is not there any more."))
