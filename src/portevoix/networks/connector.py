"""What every door is: one network, spoken to in our words.

A connector belongs to one account. It knows no model, no clock (`now` is given) and never waits: what must
be done later is said by the error it raises.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import ClassVar

from portevoix.core.disposable import Disposable
from portevoix.core.http import Transport
from portevoix.networks.contracts import (
    Ability,
    Asked,
    Capabilities,
    Draft,
    Event,
    Gesture,
    Kind,
    Limits,
    Looking,
    Media,
    Opened,
    Page,
    Profile,
    PublishedRef,
    Reading,
    SeenPost,
    TextMeasure,
    Uploaded,
)
from portevoix.networks.errors import NotSupported
from portevoix.networks.meter import UNMETERED, Meter
from portevoix.networks.permits import Permit
from portevoix.networks.signing import FOREVER, Access, GuideStep, Signed, SignIn

Options = Mapping[str, object]
"""What an account's network needs to know besides credentials; opaque to all but its connector."""


class Connector(Disposable):
    """One account on one network. Every method raises NotSupported unless its network's connector has it.

    Built from what the account keeps: `options` (checked here; raises OptionsRefused), `credentials` (a text
    that only the connector understands, never shown), a `transport` where HTTP is spoken, for tests, and a
    `meter` that is told what calls cost. Besides what each method names, all may raise Unreachable, RateLimited,
    CeilingReached, AccessExpired, NeedsReconnection and UnexpectedReply; those that write may raise
    OutcomeUnknown.
    """

    key: ClassVar[str]
    capabilities: ClassVar[Capabilities]
    asks: ClassVar[tuple[Asked, ...]] = ()
    """What a person fills in to connect an account, or before being sent to the network."""
    guide: ClassVar[tuple[GuideStep, ...]] = ()
    """What a person does at the network first, step by step."""
    permits: ClassVar[tuple[Permit, ...]] = ()
    """What the network allows one to do with what it tells."""

    def __init__(
        self,
        options: Options,
        credentials: str = "",
        *,
        transport: Transport | None = None,
        meter: Meter = UNMETERED,
    ) -> None:
        self.options = options

    # Connecting

    @classmethod
    def sign_in(
        cls, answers: Mapping[str, str], *, now: datetime, transport: Transport | None = None
    ) -> tuple[Signed, ...]:
        """Return the accounts that what a person typed opens (`asks`). Raises OptionsRefused."""
        raise NotSupported(f"{cls.key} has no sign-in by typing")

    @classmethod
    def begin_sign_in(
        cls,
        answers: Mapping[str, str],
        *,
        redirect_to: str,
        state: str,
        now: datetime,
        transport: Transport | None = None,
    ) -> SignIn:
        """Return where a person agrees, to come back to `redirect_to` with `state`. Raises OptionsRefused."""
        raise NotSupported(f"{cls.key} has no sign-in at the network")

    @classmethod
    def finish_sign_in(
        cls, pending: str, returned: Mapping[str, str], *, now: datetime, transport: Transport | None = None
    ) -> tuple[Signed, ...]:
        """Return the accounts that a person has just opened to us; `returned` is the query they came back with.

        `pending` is what `begin_sign_in` gave. Raises OptionsRefused when the person or the network said no, and
        SignInUnfinished when the network agreed once and for all, and the rest has to wait.
        """
        raise NotSupported(f"{cls.key} has no sign-in at the network")

    @classmethod
    def kept(cls, known: str, fresh: str) -> str:
        """Return the `fresh` credentials with what only the `known` ones have: some networks tell it but once."""
        return fresh

    def access(self) -> Access:
        """Return how long the credentials last, as far as they tell, without a call."""
        return FOREVER

    def renew(self, now: datetime) -> str:
        """Return new credentials in the place of those that run out, and use them from then on.

        The caller stores them before any other call. One that fails leaves the old ones as good as they were.
        """
        raise self._unsupported("renew")

    def abilities(self, now: datetime) -> frozenset[Ability]:
        """Return what this sign-in may do: all that the connector can, unless the network granted less."""
        return abilities_of(self.capabilities)

    def looking(self) -> Looking:
        """Return how sure one can be after a lost answer; less than the connector can where less was granted."""
        return self.capabilities.looking

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

    def upload(self, media: Media, *, now: datetime) -> Uploaded:
        """Put a picture or film on the network, for a post to come. Raises ContentRefused.

        It fits the limits already (`networks.media`). One that is never used is forgotten by the network.
        """
        raise self._unsupported("upload")

    def check_upload(self, uploaded: Uploaded, *, now: datetime) -> Uploaded:
        """Return `uploaded` as it is now, while the network works on it. Raises ContentRefused."""
        return uploaded

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

    def gesture_link(self, gesture: Gesture, target: str) -> str:
        """Return the address at which a person makes a gesture that cannot be given from here; '' if none."""
        return ""

    def keep_list(self, name: str, members: Sequence[str], *, now: datetime) -> PublishedRef:
        """Let the account's public list called `name` hold exactly the accounts `members`; make it if need be."""
        raise self._unsupported("keep_list")

    def read_standing(self, kind: Kind, object_id: str, now: datetime) -> frozenset[str]:
        """Return whose act of `kind` stands on our publication `object_id` ('': on the account itself)."""
        raise self._unsupported("read_standing")

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
        """Return the whole conversation around `ref`, oldest first. Raises Gone when it is not there."""
        raise self._unsupported("read_thread")


def abilities_of(can: Capabilities) -> frozenset[Ability]:
    """Return all that a connector of these capabilities can be allowed to do."""
    told = {
        Ability.PUBLISH: can.can_publish,
        Ability.UPDATE: can.can_update,
        Ability.WITHDRAW: can.can_withdraw,
        Ability.UPLOAD: can.can_upload,
        Ability.GIVE: bool(can.gestures),
        Ability.READ_EVENTS: bool(can.event_kinds),
        Ability.READ_POSTS: can.can_read_posts,
        Ability.READ_COUNTS: bool(can.readings),
        Ability.READ_PROFILES: can.can_read_profiles,
        Ability.READ_THREADS: can.can_read_threads,
        Ability.KEEP_LISTS: can.can_keep_lists,
    }
    return frozenset(ability for ability, is_there in told.items() if is_there)
