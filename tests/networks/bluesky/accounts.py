"""Accounts of the stand-in, and their records: what a server of the network takes, and what it refuses."""

import base64
import hashlib
import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import regex

TID = re.compile(r"[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}")
LANGUAGE = re.compile(r"[a-zA-Z]{2,8}(?:-[a-zA-Z0-9]{1,8})*")
POST = "app.bsky.feed.post"
SUBJECTS = {"app.bsky.feed.like": dict, "app.bsky.feed.repost": dict, "app.bsky.graph.follow": str}
Record = dict[str, Any]


class Refusal(Exception):
    """An answer of error: its HTTP status, the network's word for it, and its sentence."""

    def __init__(self, status: int, error: str, message: str) -> None:
        super().__init__(message)
        self.status, self.error, self.message = status, error, message


def invalid(message: str) -> Refusal:
    """Return the answer to what makes no sense."""
    return Refusal(400, "InvalidRequest", message)


def digest(value: object) -> str:
    """Return the version of a record, or the name of some bytes: the same for the same content."""
    content = value if isinstance(value, bytes) else json.dumps(value, sort_keys=True).encode()
    return "bafyrei" + base64.b32encode(hashlib.sha256(content).digest()).decode().lower().rstrip("=")


@dataclass
class Account:
    """One account: its identity, what opens it, and its records by collection and key."""

    did: str
    handle: str
    name: str = ""
    description: str = ""
    website: str = ""
    passwords: dict[str, str] = field(default_factory=dict)
    """Scope by password."""
    refresh_tokens: set[str] = field(default_factory=set)
    is_taken_down: bool = False
    records: dict[tuple[str, str], Record] = field(default_factory=dict)
    blobs: dict[str, Record] = field(default_factory=dict)

    def uri(self, collection: str, key: str) -> str:
        """Return the address of a record."""
        return f"at://{self.did}/{collection}/{key}"

    def put(self, collection: str, key: str, record: Record) -> str:
        """Take a record and return its address. Raises Refusal when it breaks the network's rules."""
        self._check(collection, key, record)
        self.records[collection, key] = json.loads(json.dumps(record))
        return self.uri(collection, key)

    def of(self, collection: str) -> list[tuple[str, Record]]:
        """Return (key, record) of a collection, by key."""
        return sorted((key, value) for (name, key), value in self.records.items() if name == collection)

    def _check(self, collection: str, key: str, record: Record) -> None:
        if not TID.fullmatch(key):
            raise invalid("Invalid record key: TID expected")
        if record.get("$type", collection) != collection:
            raise invalid(f"Invalid $type: expected {collection}")
        _instant(record)
        if collection == POST:
            self._check_post(record)
        elif collection in SUBJECTS and not isinstance(record.get("subject"), SUBJECTS[collection]):
            raise invalid("Record must have the property subject")
        elif collection == "app.bsky.graph.list" and not 0 < len(record["name"].encode()) <= 64:
            raise invalid("Record/name must not be longer than 64 characters")

    def _check_post(self, record: Record) -> None:
        text = record.get("text")
        if not isinstance(text, str):
            raise invalid("Record must have the property text")
        if len(text.encode()) > 3000:
            raise invalid("Record/text must not be longer than 3000 characters")
        if len(regex.findall(r"\X", text)) > 300:
            raise invalid("Record/text must not be longer than 300 graphemes")
        languages = record.get("langs", [])
        if len(languages) > 3 or not all(LANGUAGE.fullmatch(one) for one in languages):
            raise invalid("Record/langs/0 must be a well-formed BCP 47 language tag")
        for facet in record.get("facets", []):
            _check_facet(facet, text)
        for name in ("root", "parent"):
            if "reply" in record and not {"uri", "cid"} <= record["reply"][name].keys():
                raise invalid(f"Record/reply/{name} must have the property cid")
        self._check_embed(record.get("embed", {}))

    def _check_embed(self, embed: Record) -> None:
        shown = embed.get("media", embed)
        images = shown.get("images", [])
        if len(images) > 4:
            raise invalid("Record/embed/images must not have more than 4 elements")
        for image in images:
            if not isinstance(image.get("alt"), str) or image["image"]["ref"]["$link"] not in self.blobs:
                raise invalid("Could not find blob, or it has no alt")


def _instant(record: Record) -> datetime:
    try:
        return datetime.fromisoformat(record["createdAt"])
    except (KeyError, ValueError):
        raise invalid("Record/createdAt must be an valid atproto datetime") from None


def _check_facet(facet: Record, text: str) -> None:
    start, end = facet["index"]["byteStart"], facet["index"]["byteEnd"]
    if not 0 <= start < end <= len(text.encode()):
        raise invalid("Record/facets: a slice outside of the text")
    text.encode()[start:end].decode()
