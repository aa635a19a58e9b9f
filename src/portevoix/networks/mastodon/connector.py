"""Mastodon's door: the API of any of its servers, said in the words of our contracts."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from portevoix.core.http import Answer, Transport
from portevoix.networks.calls import SUCCESSES, understood
from portevoix.networks.connector import Connector, Options, abilities_of
from portevoix.networks.contracts import (
    Ability,
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
    Signing,
    TextMeasure,
    Uploaded,
)
from portevoix.networks.errors import ContentRefused, Gone, NeedsReconnection, UnexpectedReply
from portevoix.networks.mastodon import sign_in
from portevoix.networks.mastodon import text as counting
from portevoix.networks.mastodon.client import MastodonClient, reason_of, told_in
from portevoix.networks.mastodon.config import (
    ASKS,
    GUIDE,
    is_local_id,
    read_options,
    read_token,
    read_typed,
)
from portevoix.networks.mastodon.finding import CLOCKS_APART, likely
from portevoix.networks.mastodon.gestures import Gestures, gesture_of, given, not_there
from portevoix.networks.mastodon.instance import UNTOLD, Instance, read_instance
from portevoix.networks.mastodon.permits import PERMITS
from portevoix.networks.mastodon.places import GONE, Places, account_path, status_path
from portevoix.networks.mastodon.reading import DIRECT, Reader, Status
from portevoix.networks.mastodon.streams import after, since_then
from portevoix.networks.meter import UNMETERED, Meter
from portevoix.networks.signing import Signed, SignIn
from portevoix.networks.text import intent_key, whole_text, words_for

NOT_OFFERED: Final = frozenset({400, 404, 405, 410, 501})
"""How servers say that they have no such call."""
_STILL_WORKING: Final = 206
_UNREADABLE: Final = 422
_ACCEPTED: Final = 202
_WAIT: Final = timedelta(seconds=5)
_STATUSES_A_PAGE: Final = 40
_PEOPLE_A_PAGE: Final = 80
_CONTEXT: Final = ("ancestors", "descendants")
_STANDING: Final = {Kind.LIKE: "favourited_by", Kind.REPOST: "reblogged_by"}


class MastodonConnector(Connector):
    """One account on one server. Its options are those of `config`; its credentials, the token granted there."""

    key = "mastodon"
    asks = ASKS
    guide = GUIDE
    permits = PERMITS
    capabilities = Capabilities(
        can_publish=True,
        can_update=True,
        can_withdraw=True,
        looking=Looking.FINDABLE,
        event_kinds=frozenset({Kind.LIKE, Kind.REPOST, Kind.QUOTE, Kind.REPLY, Kind.MENTION, Kind.FOLLOW}),
        readings=frozenset(Counted) - {Counted.IMPRESSIONS},
        can_read_posts=True,
        can_read_profiles=True,
        can_read_threads=True,
        gestures=frozenset(Gesture),
        can_upload=True,
        can_quote=True,
        standing_kinds=frozenset({Kind.LIKE, Kind.REPOST, Kind.FOLLOW}),
        tells_maker=True,
        signing=Signing.REDIRECT,
        proof=Proof.DESCRIPTION,
        visibility_lag=timedelta(seconds=5),
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
        self._me = read_options(options)
        self._token = read_token(credentials)
        self._client = MastodonClient(
            self._me.server, self._token.access_token, transport=transport, meter=meter
        )
        self._reader = Reader(self._me)
        self._places = Places(self._client, self._reader, self._me)
        self._gestures = Gestures(self._client, self._places)
        self._told: Instance | None = None

    def close(self) -> None:
        """Close the connections to the server."""
        self._client.close()

    # Connecting

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
        """Present ourselves to the server that a person typed; return where the person agrees."""
        typed = read_typed(answers.get("server", ""))
        return sign_in.begin(typed, redirect_to=redirect_to, state=state, now=now, transport=transport)

    @classmethod
    def finish_sign_in(
        cls, pending: str, returned: Mapping[str, str], *, now: datetime, transport: Transport | None = None
    ) -> tuple[Signed, ...]:
        """Return the account that a person has just opened to us. Raises OptionsRefused."""
        return (sign_in.finish(pending, returned, now=now, transport=transport),)

    def abilities(self, now: datetime) -> frozenset[Ability]:
        """Return what the scopes allow, without the notifications that some makes of server do not have."""
        found = abilities_of(self.capabilities) & sign_in.granted(self._token.scopes)
        if Ability.READ_EVENTS not in found:
            return found
        takes = SUCCESSES | NOT_OFFERED
        answer = self._client.get("/api/v1/notifications", now=now, takes=takes, limit=1)
        return found - {Ability.READ_EVENTS} if answer.status in NOT_OFFERED else found

    def verify(self, now: datetime) -> Profile:
        """Return the account that the token opens. Raises NeedsReconnection when it opens another one."""
        told = told_in(self._client.get("/api/v1/accounts/verify_credentials", now=now))
        with understood(writes=False):
            if str(told["id"]) != self._me.account_id:
                raise NeedsReconnection("the token opens another account")
            return self._reader.profile(told, now)

    def _server(self, now: datetime) -> Instance:
        """Return what the server says of itself, asked once."""
        if self._told is None:
            self._told = self._asked(now)
        return self._told

    def _asked(self, now: datetime) -> Instance:
        """Ask the server about itself: older ones and other makes tell it elsewhere, or not at all."""
        for path in ("/api/v2/instance", "/api/v1/instance"):
            answer = self._client.get(path, now=now, takes=SUCCESSES | NOT_OFFERED)
            if answer.status not in NOT_OFFERED:
                return read_instance(told_in(answer))
        return UNTOLD

    def limits(self, now: datetime) -> Limits:
        """Return what this account's server allows on one post."""
        return self._server(now).limits

    def measure(self, text: str, limits: Limits | None = None) -> TextMeasure:
        """Return the length of `text` as the server counts it: by its own limits once they were asked for."""
        known = self._told.limits if self._told else counting.DEFAULTS
        return counting.measure(text, limits or known)

    # Publishing

    def new_key(self, now: datetime) -> str:
        """Return a key that no other publication has."""
        return intent_key(now)

    def upload(self, media: Media, *, now: datetime) -> Uploaded:
        """Put a picture or film on the server. Raises ContentRefused, also when nothing says what it shows."""
        words_for(media)
        answer = self._client.ask(
            "POST",
            "/api/v2/media",
            now=now,
            files={"file": ("media", media.content, media.media_type)},
            data={"description": media.alternative_text},
        )
        told = told_in(answer, writes=True)
        with understood(writes=True):
            is_ready = answer.status != _ACCEPTED
            return _uploaded(str(told["id"]), media.alternative_text, is_ready=is_ready, now=now)

    def check_upload(self, uploaded: Uploaded, *, now: datetime) -> Uploaded:
        """Return `uploaded` as it is now. Raises ContentRefused when the server could not read it."""
        if not is_local_id(uploaded.remote_id):
            raise UnexpectedReply("an upload of another network")
        path = f"/api/v1/media/{uploaded.remote_id}"
        answer = self._client.get(path, now=now, takes={*SUCCESSES, _STILL_WORKING, GONE, _UNREADABLE})
        if answer.status in (GONE, _UNREADABLE):
            raise ContentRefused(f"HTTP status {answer.status} for a picture", reason=reason_of(answer))
        is_ready = answer.status != _STILL_WORKING
        return _uploaded(uploaded.remote_id, uploaded.alternative_text, is_ready=is_ready, now=now)

    def publish(self, draft: Draft, *, key: str, now: datetime) -> PublishedRef:
        """Publish `draft`. The server may know `key` for an hour, or never: nothing rests on it."""
        body = self._body(draft)
        if draft.in_reply_to:
            body["in_reply_to_id"] = self._there(draft.in_reply_to, now)
        if draft.quoting:
            if not self._server(now).can_quote:
                raise self._unsupported("quotes on this server")
            body["quoted_status_id"] = self._there(draft.quoting, now)
        answer = self._client.ask(
            "POST", "/api/v1/statuses", now=now, json=body, headers={"idempotency-key": key}
        )
        return self._written(answer)

    def _body(self, draft: Draft) -> dict[str, Any]:
        body: dict[str, Any] = {"status": whole_text(draft)}
        if draft.language:
            body["language"] = draft.language.partition("-")[0].lower()
        if draft.media:
            body["media_ids"] = [one.remote_id for one in draft.media]
        return body

    def _there(self, uri: str, now: datetime) -> str:
        """Return the server's id of a publication. Raises ContentRefused when it is not there."""
        if found := self._places.status_id(uri, now):
            return found
        raise not_there()

    def _written(self, answer: Answer) -> PublishedRef:
        told = told_in(answer, writes=True)
        with understood(writes=True):
            return self._places.learn(told).ref

    def find(self, draft: Draft, *, key: str, since: datetime, now: datetime) -> tuple[PublishedRef, ...]:
        """Return those of the account's own posts that may be `draft`: two where there are two."""
        path = account_path(self._me.account_id, "statuses")
        back_to = since - CLOCKS_APART
        statuses = since_then(self._client, path, self._places.learn, back_to, now, limit=_STATUSES_A_PAGE)
        answered = self._places.status_id(draft.in_reply_to, now) if draft.in_reply_to else ""
        return tuple(one.ref for one in likely(draft, statuses, answered=answered, since=since))

    def update(self, ref: PublishedRef, draft: Draft, *, now: datetime) -> PublishedRef:
        """Replace the content of a post. Raises ContentRefused, also when it is not there any more."""
        path = status_path(self._there(ref.remote_id, now))
        body = {"media_ids": [], **self._body(draft)}
        return self._written(self._client.ask("PUT", path, now=now, json=body))

    def withdraw(self, ref: PublishedRef, *, now: datetime) -> None:
        """Delete a post, or take a gesture back; what is not there is withdrawn already."""
        if gesture := gesture_of(ref):
            self._gestures.take_back(*gesture, now)
        elif local_id := self._places.status_id(ref.remote_id, now):
            self._client.ask("DELETE", status_path(local_id), now=now, takes=SUCCESSES | {GONE})

    # Gestures

    def give(self, gesture: Gesture, target: str, *, now: datetime) -> PublishedRef:
        """Like, repost or follow. Raises ContentRefused when the target is not there, or does not want it."""
        self._gestures.give(gesture, target, now)
        return given(gesture, target, now)

    def read_standing(self, kind: Kind, object_id: str, now: datetime) -> frozenset[str]:
        """Return who likes or reposts a publication of ours now, or follows the account."""
        if kind is Kind.FOLLOW:
            path = account_path(self._me.account_id, "followers")
        elif kind in _STANDING:
            if not (local_id := self._places.status_id(object_id, now)):
                raise Gone("the publication is not there")
            path = status_path(local_id, _STANDING[kind])
        else:
            raise self._unsupported(f"standing {kind}")
        told = self._client.all_pages(path, now=now, limit=_PEOPLE_A_PAGE)
        with understood(writes=False):
            return frozenset(self._reader.actor(each).remote_id for each in told)

    # Reading

    def read_events(self, cursor: str, now: datetime) -> Page[Event]:
        """Return a page of what others did to this account, oldest first."""
        return after(self._client, "/api/v1/notifications", cursor, self._events, now, limit=_PEOPLE_A_PAGE)

    def _events(self, told: list[Any], now: datetime) -> list[Event]:
        notices = [one for one in map(self._reader.notice, told) if one]
        concerned = [one.status for one in notices if one.status and one.kind in (Kind.REPLY, Kind.QUOTE)]
        uris = self._places.uris((each for one in concerned for each in (one.answers, one.quoted_id)), now)
        return [self._reader.event(one, uris) for one in notices]

    def read_posts(self, cursor: str, now: datetime) -> Page[SeenPost]:
        """Return a page of what this account published, oldest first; never what was said to few."""
        path = account_path(self._me.account_id, "statuses")
        return after(
            self._client, path, cursor, self._posts, now, limit=_STATUSES_A_PAGE, exclude_reblogs=True
        )

    def _posts(self, told: list[Any], now: datetime) -> list[SeenPost]:
        statuses = [self._places.learn(each) for each in told]
        public = [one for one in statuses if not one.is_repost and one.visibility != DIRECT]
        uris = self._places.uris((each for one in public for each in (one.answers, one.quoted_id)), now)
        return [one.seen(uris) for one in public]

    def read_counts(self, refs: Iterable[PublishedRef], now: datetime) -> tuple[Reading, ...]:
        """Return the account's followers, and the counts of those of its posts that are there."""
        told = told_in(self._client.get(account_path(self._me.account_id), now=now))
        with understood(writes=False):
            followers = self._reader.profile(told, now).followers_count
        own = () if followers is None else (Reading(self._me.account, Counted.FOLLOWERS, followers, now),)
        statuses = self._places.several((ref.remote_id for ref in refs), now)
        return own + tuple(
            Reading(self._me.account, counted, value, now, one.uri)
            for one in statuses
            for counted, value in one.counts.items()
        )

    def read_profile(self, remote_id: str, now: datetime) -> Profile:
        """Return anybody's profile. Raises UnexpectedReply when there is nobody of that address."""
        told = self._places.account(remote_id, now)
        if told is None:
            raise UnexpectedReply("nobody has this address")
        with understood(writes=False):
            return self._reader.profile(told, now)

    def read_thread(self, ref: PublishedRef, now: datetime) -> tuple[SeenPost, ...]:
        """Return the conversation around a publication, from its first post on."""
        status = self._places.status(ref.remote_id, now)
        if status is None:
            raise Gone("the publication is not there")
        before, later = self._context(status, now)
        first, *others = [*before, status]
        if others:
            later = [*others, *self._context(first, now)[1]]
        found = {one.uri: one for one in (first, *later) if one.visibility != DIRECT}
        uris = self._places.uris(
            (each for one in found.values() for each in (one.answers, one.quoted_id)), now
        )
        return tuple(one.seen(uris) for one in sorted(found.values(), key=lambda one: one.at))

    def _context(self, status: Status, now: datetime) -> tuple[list[Status], list[Status]]:
        told = told_in(self._client.get(status_path(status.local_id, "context"), now=now))
        with understood(writes=False):
            before, later = ([self._places.learn(each) for each in told[part]] for part in _CONTEXT)
        return before, later


def _uploaded(remote_id: str, alternative_text: str, *, is_ready: bool, now: datetime) -> Uploaded:
    return Uploaded(
        remote_id, alternative_text, is_ready=is_ready, check_at=None if is_ready else now + _WAIT
    )
