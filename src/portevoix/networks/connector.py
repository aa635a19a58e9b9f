"""What every door is: one network, spoken to in our words.

A connector belongs to one account. It knows no model, no clock (`now` is given) and never waits: what must
be done later is said by the error it raises.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import TracebackType
from typing import ClassVar, Self

from portevoix.core.http import Transport
from portevoix.networks.contracts import (
    Asked,
    Capabilities,
    Draft,
    Event,
    Gesture,
    Limits,
    Opened,
    Page,
    Profile,
    PublishedRef,
    Reading,
    SeenPost,
    TextMeasure,
)
from portevoix.networks.errors import NotSupported

Options = Mapping[str, object]
"""What an account's network needs to know besides credentials; opaque to all but its connector."""


class Connector:
    """One account on one network. Every method raises NotSupported unless its network's connector has it.

    Built from what the account keeps: `options` (checked here; raises OptionsRefused), `credentials` (a text
    that only the connector understands, never shown), and a `transport` where HTTP is spoken, for tests.
    Besides what each method names, all may raise Unreachable, RateLimited, NeedsReconnection and
    UnexpectedReply; those that write may raise OutcomeUnknown.
    """

    key: ClassVar[str]
    capabilities: ClassVar[Capabilities]
    asks: ClassVar[tuple[Asked, ...]] = ()
    """What a person fills in to connect an account."""

    def __init__(
        self, options: Options, credentials: str = "", *, transport: Transport | None = None
    ) -> None:
        self.options = options

    @classmethod
    def enrol(cls, options: Options, *, handle: str, now: datetime) -> str:
        """Return credentials that this network gives to whoever asks; '' where a person must bring them.

        Raises OptionsRefused.
        """
        return ""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def close(self) -> None:
        """Let go of connections and files. The connector cannot be used afterwards."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @classmethod
    def open_account(cls, account: str, *, name: str, language: str, now: datetime) -> Opened:
        """Open an account of that id on a network inside the product; one that is open gets new credentials.

        Raises UserError when the id or its handle cannot be had there.
        """
        raise NotSupported(f"{cls.key} opens no account")

    def _unsupported(self, what: str) -> NotSupported:
        return NotSupported(f"{self.key} has no {what}")

    def limits(self, now: datetime) -> Limits:
        """Return what the network, or this account's server, allows on one post."""
        raise self._unsupported("limits")

    def measure(self, text: str, limits: Limits | None = None) -> TextMeasure:
        """Return the length of `text` as this network counts it, without calling it."""
        raise self._unsupported("measure")

    def verify(self, now: datetime) -> Profile:
        """Return the account that the credentials open."""
        raise self._unsupported("verify")

    def new_key(self, now: datetime) -> str:
        """Return a key for one publication, to be stored before `publish` is called with it."""
        raise self._unsupported("new_key")

    def publish(self, draft: Draft, *, key: str, now: datetime) -> PublishedRef:
        """Publish `draft` and return where it is. On keyed networks the same `key` never makes a second one.

        Raises ContentRefused.
        """
        raise self._unsupported("publish")

    def find(self, draft: Draft, *, key: str, since: datetime, now: datetime) -> tuple[PublishedRef, ...]:
        """Return what stands on the network that may be `draft`, published at `since` or later.

        Nothing may be concluded from an empty answer before the network's visibility lag has passed.
        """
        raise self._unsupported("find")

    def update(self, ref: PublishedRef, draft: Draft, *, now: datetime) -> PublishedRef:
        """Replace the content of `ref` by `draft`. Raises ContentRefused, also when it is no longer there."""
        raise self._unsupported("update")

    def withdraw(self, ref: PublishedRef, *, now: datetime) -> None:
        """Take a publication or a gesture of ours away; doing it twice changes nothing more."""
        raise self._unsupported("withdraw")

    def give(self, gesture: Gesture, target: str, *, now: datetime) -> PublishedRef:
        """Like or repost the publication `target`, or follow the account `target`; twice is once.

        Raises ContentRefused when the target is not there.
        """
        raise self._unsupported("give")

    def read_events(self, cursor: str, now: datetime) -> Page[Event]:
        """Return what others did to this account after `cursor` ('' for the beginning), oldest first."""
        raise self._unsupported("read_events")

    def read_posts(self, cursor: str, now: datetime) -> Page[SeenPost]:
        """Return what this account published after `cursor` ('' for the beginning), oldest first."""
        raise self._unsupported("read_posts")

    def read_counts(self, refs: Iterable[PublishedRef], now: datetime) -> tuple[Reading, ...]:
        """Return the counts of each publication that is still there, and those of the account itself."""
        raise self._unsupported("read_counts")

    def read_profile(self, remote_id: str, now: datetime) -> Profile:
        """Return anybody's profile. Raises UnexpectedReply when there is nobody of that id."""
        raise self._unsupported("read_profile")

    def read_thread(self, ref: PublishedRef, now: datetime) -> tuple[SeenPost, ...]:
        """Return the whole conversation around `ref`, oldest first. Raises UnexpectedReply if it is gone."""
        raise self._unsupported("read_thread")
