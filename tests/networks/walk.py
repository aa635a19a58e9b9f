"""Walks every call of a connector through every answer that its network, or the way there, can give."""

import base64
from collections.abc import Callable
from dataclasses import dataclass

import httpx
import pytest

from portevoix.core import http
from portevoix.core.http import MaybeReceived, NotSent
from portevoix.networks.connector import Connector
from portevoix.networks.contracts import Capabilities, Draft, Gesture, Looking, Media, PublishedRef
from portevoix.networks.errors import (
    ContentRefused,
    Gone,
    NeedsReconnection,
    NetworkError,
    OutcomeUnknown,
    RateLimited,
    UnexpectedReply,
    Unreachable,
)
from tests.networks.contract import START, ConnectorCase

DRAFT = Draft("A first word, and a question: who is there?", language="en")
NOWHERE = PublishedRef("nowhere/0")
PICTURE = Media(
    base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    ),
    "image/png",
    "A red dot",
)
"""The smallest picture there is."""
Call = Callable[[ConnectorCase, Connector, PublishedRef], object]
Meaning = tuple[type[NetworkError], type[NetworkError]]
"""What an answer means (when writing, when reading)."""

STATUSES: dict[int, Meaning] = {
    200: (OutcomeUnknown, UnexpectedReply),
    204: (OutcomeUnknown, UnexpectedReply),
    301: (OutcomeUnknown, UnexpectedReply),
    302: (OutcomeUnknown, UnexpectedReply),
    303: (OutcomeUnknown, UnexpectedReply),
    304: (OutcomeUnknown, UnexpectedReply),
    307: (UnexpectedReply, UnexpectedReply),
    308: (UnexpectedReply, UnexpectedReply),
    400: (ContentRefused, UnexpectedReply),
    401: (NeedsReconnection, NeedsReconnection),
    403: (NeedsReconnection, NeedsReconnection),
    404: (ContentRefused, Gone),
    405: (UnexpectedReply, UnexpectedReply),
    408: (OutcomeUnknown, Unreachable),
    409: (ContentRefused, UnexpectedReply),
    410: (ContentRefused, Gone),
    413: (ContentRefused, UnexpectedReply),
    415: (ContentRefused, UnexpectedReply),
    422: (ContentRefused, UnexpectedReply),
    426: (UnexpectedReply, UnexpectedReply),
    429: (RateLimited, RateLimited),
    500: (OutcomeUnknown, Unreachable),
    501: (OutcomeUnknown, Unreachable),
    502: (OutcomeUnknown, Unreachable),
    503: (OutcomeUnknown, Unreachable),
    504: (OutcomeUnknown, Unreachable),
    520: (OutcomeUnknown, Unreachable),
}


@dataclass(frozen=True)
class Trouble:
    """What meets the next request: an answer of `status`, or `error` instead of any; and what follows from it.

    A network speaks in JSON; a `page` stands in its place where something on the way there answers instead.
    """

    name: str
    meaning: Meaning
    status: int = 0
    error: type[http.HttpError] | None = None
    page: str = ""

    def answer(self) -> httpx.Response:
        """Return the answer that meets the request."""
        if self.page:
            return httpx.Response(self.status, html=self.page)
        return httpx.Response(self.status, json={"error": "trouble"})


TROUBLES = {
    trouble.name: trouble
    for trouble in (
        *(Trouble(str(status), meaning, status) for status, meaning in STATUSES.items() if status >= 300),
        *(
            Trouble(
                f"{status} of a firewall", (Unreachable, Unreachable), status, page="<html>Blocked</html>"
            )
            for status in (401, 403)
        ),
        Trouble("time-out", (OutcomeUnknown, Unreachable), error=MaybeReceived),
        Trouble("reset", (OutcomeUnknown, Unreachable), error=MaybeReceived),
        Trouble("no connection", (Unreachable, Unreachable), error=NotSent),
    )
}


class Wire(httpx.BaseTransport):
    """The way to a network that `plays` it; the next request can be made to go wrong."""

    def __init__(self, plays: Callable[[httpx.Request], httpx.Response]) -> None:
        self._plays = plays
        self._next: Trouble | None = None
        self._spares_looks = False

    def spoil(self, trouble: Trouble, *, spares_looks: bool = False) -> None:
        """Let the next request meet `trouble`, not the network; the next that writes if looks are spared."""
        self._next, self._spares_looks = trouble, spares_looks

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Return the network's answer, or what was ordered."""
        is_spared = self._spares_looks and request.method == "GET"
        trouble = None if is_spared else self._next
        self._next = self._next if is_spared else None
        if trouble is None:
            return self._plays(request)
        if trouble.error:
            raise trouble.error(trouble.name)
        return trouble.answer()


def _giving(gesture: Gesture) -> tuple[Callable[[Capabilities], object], Call]:
    return (
        lambda can: gesture in can.gestures,
        lambda case, door, _ref: door.give(gesture, case.targets()[gesture], now=START),
    )


CALLS: dict[str, tuple[Callable[[Capabilities], object], Call]] = {
    "verify": (lambda can: not can.is_manual, lambda _case, door, _ref: door.verify(START)),
    "publish": (
        lambda can: can.can_publish,
        lambda _case, door, _ref: door.publish(DRAFT, key=door.new_key(START), now=START),
    ),
    "find": (
        lambda can: can.looking is not Looking.NEITHER,
        lambda _case, door, _ref: door.find(DRAFT, key=door.new_key(START), since=START, now=START),
    ),
    "upload": (lambda can: can.can_upload, lambda _case, door, _ref: door.upload(PICTURE, now=START)),
    "keep_list": (
        lambda can: can.can_keep_lists,
        lambda case, door, _ref: door.keep_list("Our voices", case.list_members(), now=START),
    ),
    "read_standing": (
        lambda can: can.standing_kinds,
        lambda _case, door, ref: door.read_standing(
            min(door.capabilities.standing_kinds), ref.remote_id, START
        ),
    ),
    "update": (lambda can: can.can_update, lambda _case, door, ref: door.update(ref, DRAFT, now=START)),
    "withdraw": (lambda can: can.can_withdraw, lambda _case, door, ref: door.withdraw(ref, now=START)),
    "read_events": (lambda can: can.event_kinds, lambda _case, door, _ref: door.read_events("", START)),
    "read_posts": (lambda can: can.can_read_posts, lambda _case, door, _ref: door.read_posts("", START)),
    "read_counts": (lambda can: can.readings, lambda _case, door, ref: door.read_counts((ref,), START)),
    "read_profile": (
        lambda can: can.can_read_profiles,
        lambda case, door, _ref: door.read_profile(case.somebody(), START),
    ),
    "read_thread": (
        lambda can: can.can_read_threads,
        lambda _case, door, ref: door.read_thread(ref, START + door.capabilities.visibility_lag),
    ),
    **{f"give_{gesture}": _giving(gesture) for gesture in Gesture},
}
"""Every method that calls the network: whether it is claimed, and how it is called about a post of ours."""

WRITING = {
    "publish",
    "upload",
    "keep_list",
    "update",
    "withdraw",
    *(f"give_{gesture}" for gesture in Gesture),
}


def claimed(capabilities: Capabilities) -> list[str]:
    """Return the calls that `capabilities` claim."""
    return [name for name, (ability, _call) in CALLS.items() if ability(capabilities)]


def prepared(door: Connector) -> PublishedRef:
    """Return a post of ours where there can be one, else one that is nowhere."""
    if not door.capabilities.can_publish:
        return NOWHERE
    return door.publish(DRAFT, key=door.new_key(START), now=START)


def walk(
    case: ConnectorCase, door: Connector, name: str, order: Callable[[], None], meaning: Meaning
) -> None:
    """Hold that the call `name`, met by what `order` orders, ends in what it means.

    A call that looks before it writes is met at its look, when nothing was written yet.
    """
    is_writing = name in WRITING and name not in case.looks_first
    _hold(case, door, name, order, meaning[0 if is_writing else 1])


def _hold(
    case: ConnectorCase, door: Connector, name: str, order: Callable[[], None], error: type[NetworkError]
) -> None:
    ref = prepared(door)
    order()
    with pytest.raises(NetworkError) as caught:
        CALLS[name][1](case, door, ref)
    assert type(caught.value) is error


def walk_wire(case: ConnectorCase, door: Connector, name: str, trouble: Trouble) -> None:
    """Hold that the call `name` takes an answer of its network as everybody does, or as the case says."""
    assert case.wire, "a connector that speaks HTTP is played over a Wire"
    wire, meaning = case.wire, trouble.meaning
    own_meanings = {} if trouble.page else case.own_meanings
    if name in case.looks_first:
        walk(case, door, name, lambda: wire.spoil(trouble), meaning)
        written = own_meanings.get((name, trouble.status)) or meaning[0]
        _hold(case, door, name, lambda: wire.spoil(trouble, spares_looks=True), written)
    elif (name, trouble.status) not in own_meanings:
        walk(case, door, name, lambda: wire.spoil(trouble), meaning)
    elif own := own_meanings[name, trouble.status]:
        walk(case, door, name, lambda: wire.spoil(trouble), (own, own))
    else:
        ref = prepared(door)
        wire.spoil(trouble)
        CALLS[name][1](case, door, ref)
