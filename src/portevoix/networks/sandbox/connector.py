"""The sandbox's door: its API said in the words of our contracts."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.utils.translation import gettext as _

from portevoix.core.clock import from_us, to_us
from portevoix.core.http import Transport
from portevoix.networks.connector import Connector, Options
from portevoix.networks.contracts import (
    Capabilities,
    Counted,
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
from portevoix.networks.errors import OptionsRefused, UnexpectedReply
from portevoix.networks.meter import UNMETERED, Meter
from portevoix.networks.permits import everything
from portevoix.networks.sandbox import text as counting
from portevoix.networks.sandbox.backstage import Backstage
from portevoix.networks.sandbox.client import SandboxClient
from portevoix.networks.sandbox.config import ASKS, check_token, default_file, read_options
from portevoix.networks.sandbox.deeds import VISIBILITY_LAG
from portevoix.networks.sandbox.people import url_of
from portevoix.networks.sandbox.rows import Post
from portevoix.networks.sandbox.timeline import Place
from portevoix.networks.text import intent_key

_CURSOR_DIGITS = 18
"""More than any instant has in microseconds, and less than a database's whole number holds."""
_FOLLOWERS = 1200
_NEWCOMERS_A_DAY = 3.0
"""What an account has that somebody opens to try things: enough people to answer, and some a day more."""


def _ref(post: Post) -> PublishedRef:
    return PublishedRef(post.id, url_of(post.id), from_us(post.at_us))


def _uploaded(upload_id: str, text: str, ready_at: datetime, now: datetime) -> Uploaded:
    is_ready = ready_at <= now
    return Uploaded(upload_id, text, is_ready, None if is_ready else ready_at)


def _place(cursor: str) -> Place | None:
    """Return the place that a cursor names, None for the beginning. Raises UnexpectedReply for no cursor."""
    if not cursor:
        return None
    us, space, name = cursor.partition(" ")
    if not (space and us.isascii() and us.isdecimal() and len(us) <= _CURSOR_DIGITS):
        raise UnexpectedReply("sandbox: this is none of its cursors")
    return Place(int(us), name)


def _next(after: Place | None, last: Place | None, has_more: bool, now: datetime) -> str:
    """Return the cursor after a page: its last item, or all of `now` once nothing is left; never backwards."""
    reached = last if has_more and last else Place(to_us(now) + 1, "")
    return str(max(reached, after or reached))


class SandboxConnector(Connector):
    """One account of the sandbox. Its options are those of `config`; its credentials, the token it was given."""

    key = "sandbox"
    asks = ASKS
    permits = everything("docs/networks/capabilities.md", date(2026, 11, 24))
    capabilities = Capabilities(
        can_publish=True,
        can_update=True,
        can_withdraw=True,
        looking=Looking.KEYED,
        event_kinds=frozenset(Kind),
        readings=frozenset(Counted),
        can_read_posts=True,
        can_read_profiles=True,
        can_read_threads=True,
        gestures=frozenset(Gesture),
        can_upload=True,
        can_quote=True,
        can_keep_lists=True,
        standing_kinds=frozenset({Kind.LIKE, Kind.REPOST, Kind.FOLLOW}),
        tells_maker=True,
        can_open_accounts=True,
        reaches_network=False,
        visibility_lag=VISIBILITY_LAG,
    )

    def __init__(
        self,
        options: Options,
        credentials: str = "",
        *,
        transport: Transport | None = None,
        meter: Meter = UNMETERED,
    ) -> None:
        super().__init__(options, credentials, transport=transport, meter=meter)
        checked = read_options(options)
        self._account = checked.account
        self._client = SandboxClient(checked.file, checked.account, check_token(credentials))

    @classmethod
    def enrol(cls, options: Options, *, handle: str, now: datetime) -> str:
        """Open the account, or sign it in anew, and return its token."""
        checked = read_options(options)
        with Backstage(checked.file) as backstage:
            try:
                return backstage.open_account(checked.account, now=now, handle=handle)
            except ValueError:
                sentence = _("The sandbox cannot open this account: its handle is taken, or cannot be one.")
                raise OptionsRefused(sentence) from None

    @classmethod
    def open_account(cls, account: str, *, name: str, language: str, now: datetime) -> Opened:
        """Open an account in the installation's own sandbox, with simulated people who follow it."""
        with Backstage(default_file()) as backstage:
            try:
                token = backstage.open_account(
                    account,
                    now=now,
                    name=name,
                    language=language,
                    followers=_FOLLOWERS,
                    growth=_NEWCOMERS_A_DAY,
                )
            except ValueError:
                raise OptionsRefused(_("The sandbox cannot open an account of that name.")) from None
        return Opened(account, account, {"account": account}, token)

    def close(self) -> None:
        """Let go of the sandbox's file."""
        self._client.close()

    def limits(self, now: datetime) -> Limits:
        """Return what the sandbox allows on one post."""
        return counting.LIMITS

    def measure(self, text: str, limits: Limits | None = None) -> TextMeasure:
        """Return the length of `text` as the sandbox counts it."""
        return counting.measure(text, limits)

    def verify(self, now: datetime) -> Profile:
        """Return the account that the token opens."""
        return self._client.whoami(now=now)

    def new_key(self, now: datetime) -> str:
        """Return a key that no other publication has."""
        return intent_key(now)

    def upload(self, media: Media, *, now: datetime) -> Uploaded:
        """Put a picture on the sandbox. Raises ContentRefused when nothing says what it shows."""
        upload_id = f"{self._account}/upload/{secrets.token_hex(8)}"
        ready_at = self._client.upload(media, upload_id, now=now)
        return _uploaded(upload_id, media.alternative_text, ready_at, now)

    def check_upload(self, uploaded: Uploaded, *, now: datetime) -> Uploaded:
        """Return `uploaded` as it is now. Raises ContentRefused when it is not there."""
        ready_at = self._client.check(uploaded.remote_id, now=now)
        return _uploaded(uploaded.remote_id, uploaded.alternative_text, ready_at, now)

    def publish(self, draft: Draft, *, key: str, now: datetime) -> PublishedRef:
        """Publish `draft` once for `key`. Raises ContentRefused, also when it was withdrawn since."""
        return _ref(self._client.publish(draft, key=key, now=now))

    def find(self, draft: Draft, *, key: str, since: datetime, now: datetime) -> tuple[PublishedRef, ...]:
        """Return the post of that `key`, if it is there."""
        post = self._client.look(key, now=now)
        return (_ref(post),) if post else ()

    def update(self, ref: PublishedRef, draft: Draft, *, now: datetime) -> PublishedRef:
        """Replace the content of a post. Raises ContentRefused, also when it is not there any more."""
        return _ref(self._client.edit(ref.remote_id, draft, now=now))

    def withdraw(self, ref: PublishedRef, *, now: datetime) -> None:
        """Withdraw a post or a gesture; twice changes nothing more."""
        self._client.remove(ref.remote_id, now=now)

    def give(self, gesture: Gesture, target: str, *, now: datetime) -> PublishedRef:
        """Like, repost or follow. Raises ContentRefused when the target is not there."""
        gesture_id, at = self._client.give(gesture, target, now=now)
        return PublishedRef(gesture_id, at=at)

    def keep_list(self, name: str, members: Sequence[str], *, now: datetime) -> PublishedRef:
        """Let the public list `name` hold exactly `members`. Raises ContentRefused for who is not there."""
        list_id = self._client.keep_list(name, members, now=now)
        return PublishedRef(list_id, url_of(list_id), now)

    def read_standing(self, kind: Kind, object_id: str, now: datetime) -> frozenset[str]:
        """Return whose follow, or like or repost of a post of this account, stands."""
        if kind not in self.capabilities.standing_kinds:
            raise self._unsupported(f"standing {kind}")
        return self._client.standing(kind, object_id, now=now)

    def read_events(self, cursor: str, now: datetime) -> Page[Event]:
        """Return a page of what others did to this account, oldest first."""
        after = _place(cursor)
        told, has_more = self._client.events(after, now=now)
        last = told[-1].place if told else None
        return Page(tuple(one.event for one in told), _next(after, last, has_more, now), has_more)

    def read_posts(self, cursor: str, now: datetime) -> Page[SeenPost]:
        """Return a page of what this account published, oldest first."""
        after = _place(cursor)
        seen, has_more = self._client.posts(after, now=now)
        last = seen[-1][0] if seen else None
        return Page(tuple(post for _at, post in seen), _next(after, last, has_more, now), has_more)

    def read_counts(self, refs: Iterable[PublishedRef], now: datetime) -> tuple[Reading, ...]:
        """Return the account's followers, and every count of those posts that are there."""
        followers, counts = self._client.counts([ref.remote_id for ref in refs], now=now)
        of_posts = tuple(
            Reading(self._account, counted, value, now, post_id)
            for post_id, values in counts.items()
            for counted, value in values.items()
        )
        return (Reading(self._account, Counted.FOLLOWERS, followers, now), *of_posts)

    def read_profile(self, remote_id: str, now: datetime) -> Profile:
        """Return anybody's profile. Raises UnexpectedReply when there is nobody of that id."""
        return self._client.profile(remote_id, now=now)

    def read_thread(self, ref: PublishedRef, now: datetime) -> tuple[SeenPost, ...]:
        """Return the conversation around a publication. Raises UnexpectedReply when it is not there."""
        return tuple(self._client.thread(ref.remote_id, now=now))
