"""The public list of an account that holds the brand's voices: made once, then kept to its members."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from portevoix.networks.bluesky.client import POINTS, BlueskyClient, Taken
from portevoix.networks.bluesky.keys import key_for
from portevoix.networks.bluesky.records import CURATED, LIST, LIST_ITEM, Address, Record, address_of, instant
from portevoix.networks.contracts import PublishedRef
from portevoix.networks.errors import ContentRefused

_AT_ONCE: Final = 200
"""Writes that the server takes in one go."""
_WRITE: Final = "com.atproto.repo.applyWrites"


def keep(client: BlueskyClient, name: str, members: Sequence[str], *, now: datetime) -> PublishedRef:
    """Let the list `name` hold exactly `members`, ids of accounts. Raises ContentRefused."""
    place = _made(client, name, now)
    standing = _items(client, str(place), now)
    wanted = {key_for(LIST_ITEM, str(place), did): did for did in members}
    held: set[str] = set()
    writes: list[Record] = []
    for key, did in standing:
        if did in wanted.values() and did not in held:
            held.add(did)
        else:
            writes.append({"$type": f"{_WRITE}#delete", "collection": LIST_ITEM, "rkey": key})
    writes += (_added(str(place), key, did, now) for key, did in wanted.items() if did not in held)
    _carry_out(client, writes, now)
    return PublishedRef(str(place), place.url)


def _made(client: BlueskyClient, name: str, now: datetime) -> Address:
    """Return where the list called `name` stands; make it when there is none."""
    for told in client.records(LIST, now=now):
        place = address_of(told["uri"])
        if place and told["value"].get("name") == name and told["value"].get("purpose") == CURATED:
            return place
    key = key_for(LIST, name)
    record = {"$type": LIST, "name": name, "purpose": CURATED, "createdAt": instant(now)}
    try:
        client.create(LIST, key, record, now=now)
    except Taken:
        reason = _("A list of this account was given another name since. Rename it back, or delete it.")
        raise ContentRefused("bluesky: a list of another name", reason=reason) from None
    return Address(client.session.did, LIST, key)


def _items(client: BlueskyClient, uri: str, now: datetime) -> list[tuple[str, str]]:
    """Return (key, id of the account) of all that stands in a list."""
    found: list[tuple[str, str]] = []
    for told in client.records(LIST_ITEM, now=now):
        place, value = address_of(told["uri"]), told["value"]
        if place and value.get("list") == uri:
            found.append((place.key, str(value.get("subject"))))
    return found


def _added(uri: str, key: str, did: str, now: datetime) -> Record:
    item = {"$type": LIST_ITEM, "list": uri, "subject": did, "createdAt": instant(now)}
    return {"$type": f"{_WRITE}#create", "collection": LIST_ITEM, "rkey": key, "value": item}


def _carry_out(client: BlueskyClient, writes: Sequence[Record], now: datetime) -> None:
    """Carry `writes` out; what falls between two goes is mended by keeping the list again."""
    for first in range(0, len(writes), _AT_ONCE):
        part = writes[first : first + _AT_ONCE]
        points = sum(POINTS[str(write["$type"]).rpartition("#")[2]] for write in part)
        client.apply(part, points=points, now=now)
