"""Records of the network: their addresses, and a post as it is written down."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from django.utils.translation import gettext as _

from portevoix.networks.bluesky.config import DID
from portevoix.networks.contracts import Draft, Gesture, Uploaded
from portevoix.networks.errors import ContentRefused
from portevoix.networks.text import LINK, whole_text

POST: Final = "app.bsky.feed.post"
LIKE: Final = "app.bsky.feed.like"
REPOST: Final = "app.bsky.feed.repost"
FOLLOW: Final = "app.bsky.graph.follow"
LIST: Final = "app.bsky.graph.list"
LIST_ITEM: Final = "app.bsky.graph.listitem"
OF_GESTURE: Final = {Gesture.LIKE: LIKE, Gesture.REPOST: REPOST, Gesture.FOLLOW: FOLLOW}
CURATED: Final = "app.bsky.graph.defs#curatelist"
MAKER: Final = "Porte-voix"
SITE: Final = "https://bsky.app"
_PARTS: Final = 3
Record = dict[str, Any]


class Address(NamedTuple):
    """Where a record stands: whose it is (an id, never a handle), in which collection, under which key."""

    did: str
    collection: str
    key: str

    def __str__(self) -> str:
        return f"at://{self.did}/{self.collection}/{self.key}"

    @property
    def url(self) -> str:
        """Where people see it; '' where there is no page of its own."""
        page = {POST: "post", LIST: "lists"}.get(self.collection)
        return f"{SITE}/profile/{self.did}/{page}/{self.key}" if page else ""


def address_of(uri: str) -> Address | None:
    """Return the address that an at:// URI is, None when it is none with an id."""
    parts = uri.removeprefix("at://").split("/")
    if not uri.startswith("at://") or len(parts) != _PARTS or not all(parts) or not DID.fullmatch(parts[0]):
        return None
    return Address(*parts)


@dataclass(frozen=True)
class Strong:
    """A record as somebody else's names it: its address, and the version that was meant."""

    uri: str
    cid: str

    def written(self) -> dict[str, str]:
        """Return it as records hold it."""
        return {"uri": self.uri, "cid": self.cid}


def instant(at: datetime) -> str:
    """Return an instant as records hold it, to a thousandth of a second."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def uploaded_id(blob: Any, aspect: Mapping[str, int] | None) -> str:
    """Return what is kept of a picture that was uploaded, until its post is written."""
    return json.dumps({"blob": blob, "aspect": aspect}, separators=(",", ":"))


def _image(uploaded: Uploaded) -> Record:
    """Return a picture as a post holds it. Raises ContentRefused when it was not uploaded here."""
    try:
        told = json.loads(uploaded.remote_id)
        image = {"image": told["blob"], "alt": uploaded.alternative_text}
        return {**image, "aspectRatio": told["aspect"]} if told["aspect"] else image
    except (ValueError, TypeError, LookupError):
        reason = _("A picture of this post was not uploaded to Bluesky.")
        raise ContentRefused("bluesky: no picture of its own", reason=reason) from None


def _shown(draft: Draft) -> Record | None:
    """Return what a post shows below its words: its pictures, else a card of its link."""
    if draft.media:
        return {"$type": "app.bsky.embed.images", "images": [_image(one) for one in draft.media]}
    if not LINK.fullmatch(draft.link):
        return None
    card = {"uri": draft.link, "title": draft.title.strip() or draft.link, "description": ""}
    return {"$type": "app.bsky.embed.external", "external": card}


def embed_of(draft: Draft, quoted: Strong | None) -> Record | None:
    """Return all that a post shows besides its words, None when that is nothing."""
    shown = _shown(draft)
    if quoted is None:
        return shown
    record: Record = {"$type": "app.bsky.embed.record", "record": quoted.written()}
    if shown is None:
        return record
    return {"$type": "app.bsky.embed.recordWithMedia", "record": record, "media": shown}


def post_record(
    draft: Draft,
    *,
    facets: Sequence[Record],
    reply: Mapping[str, Strong] | None,
    embed: Record | None,
    at: datetime,
) -> Record:
    """Return a post as it is written down. `via` is no field of the network's own: it tells who wrote it."""
    record: Record = {"$type": POST, "text": whole_text(draft), "createdAt": instant(at), "via": MAKER}
    parts = {
        "langs": [draft.language] if draft.language else [],
        "facets": list(facets),
        "reply": {name: strong.written() for name, strong in (reply or {}).items()},
        "embed": embed,
    }
    return record | {name: part for name, part in parts.items() if part}


def subject_of(record: Mapping[str, Any]) -> str:
    """Return what a gesture was given to: the address of a post, or the id of an account."""
    subject = record.get("subject")
    return str(subject.get("uri")) if isinstance(subject, Mapping) else str(subject)
