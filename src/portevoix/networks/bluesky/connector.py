"""Bluesky's door: its records and views said in the words of our contracts."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from portevoix.core.http import Transport, make_client
from portevoix.networks.bluesky import keys, reading, streams
from portevoix.networks.bluesky import text as counting
from portevoix.networks.bluesky.client import (
    BlueskyClient,
    Invalid,
    Missing,
    Taken,
    calls_to,
    close_session,
    open_session,
)
from portevoix.networks.bluesky.config import ASKS, GUIDE, PERMITS, read_options, typed_values
from portevoix.networks.bluesky.identity import Identities
from portevoix.networks.bluesky.lists import keep
from portevoix.networks.bluesky.pictures import aspect_of
from portevoix.networks.bluesky.pointing import towards, written
from portevoix.networks.bluesky.records import (
    OF_GESTURE,
    POST,
    Address,
    Record,
    address_of,
    instant,
    uploaded_id,
)
from portevoix.networks.bluesky.session import Session, read_session
from portevoix.networks.calls import Calls, understood
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
    Page,
    Profile,
    Proof,
    PublishedRef,
    Reading,
    SeenPost,
    TextMeasure,
    Uploaded,
)
from portevoix.networks.errors import ContentRefused, NeedsReconnection, OptionsRefused
from portevoix.networks.meter import UNMETERED, Meter
from portevoix.networks.signing import Access, Signed
from portevoix.networks.text import words_for

_STANDING: Final = {
    Kind.LIKE: ("app.bsky.feed.getLikes", "likes", "uri"),
    Kind.REPOST: ("app.bsky.feed.getRepostedBy", "repostedBy", "uri"),
    Kind.FOLLOW: ("app.bsky.graph.getFollowers", "followers", "actor"),
}


class BlueskyConnector(Connector):
    """One account on its server. Its options are those of `config`; its credentials, a kept `Session`."""

    key = "bluesky"
    asks = ASKS
    guide = GUIDE
    permits = PERMITS
    capabilities = Capabilities(
        can_publish=True,
        can_withdraw=True,
        looking=Looking.KEYED,
        remembers_keys=False,
        event_kinds=frozenset({Kind.LIKE, Kind.REPOST, Kind.QUOTE, Kind.REPLY, Kind.MENTION, Kind.FOLLOW}),
        readings=frozenset({Counted.FOLLOWERS, *reading.COUNTS}),
        can_read_posts=True,
        can_read_profiles=True,
        can_read_threads=True,
        gestures=frozenset(Gesture),
        can_upload=True,
        can_quote=True,
        can_keep_lists=True,
        standing_kinds=frozenset(_STANDING),
        renews=True,
        proof=Proof.REAL,
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
        checked, session = read_options(options), read_session(credentials)
        if session.did != checked.did:
            raise OptionsRefused(_("This sign-in is another account's. Connect the account again."))
        self._did, self._host = checked.did, urlsplit(checked.server).hostname or ""
        self._client = BlueskyClient(make_client(transport=transport), checked.server, session, meter)

    @classmethod
    def sign_in(
        cls, answers: Mapping[str, str], *, now: datetime, transport: Transport | None = None
    ) -> tuple[Signed, ...]:
        """Return the account that a handle and an app password open, wherever it lives."""
        named, password, server = typed_values(answers)
        with make_client(transport=transport) as client:
            home = server or Identities(client).server_of(named, now=now)
            session = _opened(calls_to(client, home), named, password, now)
        options = {"did": session.did, "server": home}
        with cls(options, session.kept(), transport=transport) as door:
            return (Signed(door.verify(now), options, session.kept()),)

    def access(self) -> Access:
        """Return from when on the session is renewed; it never ends while the app password stands."""
        return self._client.session.lasts()

    def renew(self, now: datetime) -> str:
        """Return a new session's credentials."""
        return self._client.renew(now=now).kept()

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def limits(self, now: datetime) -> Limits:
        """Return what Bluesky allows on one post, on every server alike."""
        return counting.LIMITS

    def measure(self, text: str, limits: Limits | None = None) -> TextMeasure:
        """Return the length of `text` as Bluesky counts it, in letters and in bytes."""
        return counting.measure(text, limits)

    def verify(self, now: datetime) -> Profile:
        """Return the account that the session opens, as the server says and not as we remember."""
        try:
            told = self._client.get("com.atproto.server.getSession", now=now)
        except Invalid:  # what is said of an account that was taken down, its token being good
            raise NeedsReconnection("bluesky: the server knows the account no more") from None
        with understood(writes=False):
            if reading.actor(told).remote_id != self._did:
                raise NeedsReconnection("bluesky: the session opens another account")
        return self.read_profile(self._did, now)

    # Posts

    def new_key(self, now: datetime) -> str:
        """Return the key under which a post will stand."""
        return keys.fresh_key(now)

    def publish(self, draft: Draft, *, key: str, now: datetime) -> PublishedRef:
        """Write `draft` down at `key`, where nothing stands. Raises ContentRefused when another post does."""
        record = written(self._client, draft, now=now)
        try:
            self._client.create(POST, key, record, now=now)
        except Taken:
            return self._published_before(key, record, now)
        return self._ref(key, record)

    def _ref(self, key: str, record: Mapping[str, Any]) -> PublishedRef:
        place = Address(self._did, POST, key)
        return PublishedRef(str(place), place.url, reading.instant_in(str(record["createdAt"])))

    def _published_before(self, key: str, record: Record, now: datetime) -> PublishedRef:
        for standing in self._at(key, now):
            if reading.says_the_same(standing, record):
                with understood(writes=False):
                    return self._ref(key, standing)
        raise ContentRefused(
            "bluesky: the key is taken", reason=_("Something else stands at the place of this post.")
        )

    def _at(self, key: str, now: datetime) -> list[Mapping[str, Any]]:
        """Return the post of ours that stands at `key`, if there is one."""
        try:
            told = self._client.own(POST, key, now=now)
        except Missing:
            return []
        with understood(writes=False):
            return [dict(told["value"])]

    def find(self, draft: Draft, *, key: str, since: datetime, now: datetime) -> tuple[PublishedRef, ...]:
        """Return the post that stands at `key`, if there is one. The account's own server is never behind."""
        with understood(writes=False):
            return tuple(self._ref(key, standing) for standing in self._at(key, now))

    def upload(self, media: Media, *, now: datetime) -> Uploaded:
        """Put a picture on the account's server. Raises ContentRefused when nothing says what it shows."""
        words_for(media)
        if not media.media_type.startswith("image/"):
            raise self._unsupported("films")
        blob = self._client.upload(media, now=now)
        return Uploaded(uploaded_id(blob, aspect_of(media)), media.alternative_text)

    def withdraw(self, ref: PublishedRef, *, now: datetime) -> None:
        """Delete a record of ours: a post, or a gesture. What is nowhere is deleted already."""
        place = address_of(ref.remote_id)
        if place is None:
            return
        if place.did != self._did:
            raise ContentRefused("bluesky: another account's", reason=_("This belongs to another account."))
        self._client.delete(place.collection, place.key, now=now)

    # Generosity

    def give(self, gesture: Gesture, target: str, *, now: datetime) -> PublishedRef:
        """Like or repost a post, follow an account; whoever did so in Bluesky's own application has done so."""
        subject, given = towards(self._client, gesture, target, now=now)
        if given and self._stands(given, now):
            return PublishedRef(given)
        collection = OF_GESTURE[gesture]
        place = Address(self._did, collection, keys.key_for(collection, target))
        record = {"$type": collection, "subject": subject, "createdAt": instant(now)}
        # Its key is made of its target, so that what stands there already is the same gesture.
        with suppress(Taken):
            self._client.create(collection, place.key, record, now=now)
        return PublishedRef(str(place), at=now)

    def _stands(self, uri: str, now: datetime) -> bool:
        """Return whether a record of ours is still there: the view of all remembers it for a moment."""
        place = address_of(uri)
        try:
            return place is not None and bool(self._client.own(place.collection, place.key, now=now))
        except Missing:
            return False

    def keep_list(self, name: str, members: Sequence[str], *, now: datetime) -> PublishedRef:
        """Let the list `name` hold exactly `members`."""
        return keep(self._client, name, members, now=now)

    # Reading

    def read_standing(self, kind: Kind, object_id: str, now: datetime) -> frozenset[str]:
        """Return who likes or reposts a post of ours now, or who follows the account."""
        if kind not in _STANDING:
            raise self._unsupported(f"list of those of kind {kind}")
        method, of, asked = _STANDING[kind]
        about = {asked: self._did if kind is Kind.FOLLOW else object_id}
        standing = set()
        for told in self._client.pages(method, of, now=now, **about):
            with understood(writes=False):
                standing.add(str(told["actor"]["did"] if kind is Kind.LIKE else told["did"]))
        return frozenset(standing)

    def read_events(self, cursor: str, now: datetime) -> Page[Event]:
        """Return what others did to this account, oldest first."""
        return streams.events(self._client, cursor, now=now)

    def read_posts(self, cursor: str, now: datetime) -> Page[SeenPost]:
        """Return what the account published, wherever it was written, oldest first."""
        return streams.posts(self._client, cursor, now=now)

    def read_counts(self, refs: Iterable[PublishedRef], now: datetime) -> tuple[Reading, ...]:
        """Return the account's followers, and the counts of those posts that are there."""
        own = self.read_profile(self._did, now)
        uris = [ref.remote_id for ref in refs if address_of(ref.remote_id)]
        found = [] if own.followers_count is None else [(Counted.FOLLOWERS, own.followers_count, "")]
        with understood(writes=False):
            for told in self._client.posts(uris, now=now):
                found += ((counted, value, str(told["uri"])) for counted, value in reading.counts(told))
        return tuple(Reading(self._did, counted, value, now, uri) for counted, value, uri in found)

    def read_profile(self, remote_id: str, now: datetime) -> Profile:
        """Return anybody's profile. Raises UnexpectedReply when there is nobody of that id."""
        told = self._client.get("app.bsky.actor.getProfile", now=now, actor=remote_id)
        with understood(writes=False):
            return reading.profile(told, server=self._host, now=now)

    def read_thread(self, ref: PublishedRef, now: datetime) -> tuple[SeenPost, ...]:
        """Return the conversation around a post, from its first one on. Raises UnexpectedReply when it is gone."""
        told = self._thread(ref.remote_id, now)
        with understood(writes=False):
            root = str(reading.root_in(told["post"]["record"]).get("uri") or "")
        if root and root != ref.remote_id:
            try:
                told = self._thread(root, now)
            except Missing:
                root = ""
        with understood(writes=False):
            return tuple(sorted(reading.thread(told, now), key=lambda post: (post.at, post.remote_id)))

    def _thread(self, uri: str, now: datetime) -> Any:
        told = self._client.get("app.bsky.feed.getPostThread", now=now, uri=uri, depth=1000, parentHeight=0)
        with understood(writes=False):
            return told["thread"]


def _opened(calls: Calls, named: str, password: str, now: datetime) -> Session:
    """Return the session that an app password opens. Raises OptionsRefused, for the account's own password too."""
    try:
        session = open_session(calls, named, password, now=now)
    except NeedsReconnection:
        sentence = _("Bluesky does not take this app password for this handle. Make a new one.")
        raise OptionsRefused(sentence) from None
    if session.opens_everything():
        close_session(calls, session, now=now)
        sentence = _(
            "This is the account's own password, which may do anything. Give Porte-voix an app password."
        )
        raise OptionsRefused(sentence)
    return session
