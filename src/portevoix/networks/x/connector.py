"""X's door: its API said in the words of our contracts."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.utils.translation import gettext as _

from portevoix.core.http import Transport, make_client
from portevoix.networks.calls import understood
from portevoix.networks.connector import Connector, Options
from portevoix.networks.contracts import (
    Ability,
    ActorRef,
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
from portevoix.networks.errors import (
    ContentRefused,
    NeedsReconnection,
    NetworkError,
    SignInUnfinished,
    UnexpectedReply,
)
from portevoix.networks.meter import UNMETERED, Meter
from portevoix.networks.permits import WITHOUT_ENRICHING, Datum, Permit
from portevoix.networks.signing import Access, Signed, SignIn
from portevoix.networks.text import intent_key, whole_text
from portevoix.networks.x import sign_in, tallies, threads, timelines, uploads
from portevoix.networks.x import text as counting
from portevoix.networks.x.client import XClient
from portevoix.networks.x.config import ASKS, GUIDE, SCOPES, is_id, read_options
from portevoix.networks.x.credentials import Credentials
from portevoix.networks.x.finding import candidates
from portevoix.networks.x.posts import (
    SITE,
    Told,
    counts,
    event_of,
    instant_of,
    post_url,
    profile_of,
    seen_post,
)
from portevoix.networks.x.problems import is_done, is_gone

VISIBILITY_LAG: Final = timedelta(minutes=2)
"""How long X may keep a post out of its timelines; its documentation tells no time, so this one is ours."""
_CLOCKS_APART: Final = timedelta(minutes=5)
_MOST_MENTIONS, _MOST_POSTS = 800, 3200
_RENEWED_BEFORE: Final = timedelta(minutes=10)
_REPOST: Final = "repost/"
_POLICY: Final = "https://docs.x.com/developer-terms/policy"
_READ_ON: Final = date(2026, 11, 24)
_A_DAY: Final = timedelta(hours=24)
_NO_PREMIUM: Final = ("", "None", "none")
_INTENTS: Final = {
    Gesture.LIKE: "like?tweet_id",
    Gesture.REPOST: "retweet?tweet_id",
    Gesture.FOLLOW: "follow?user_id",
}


class XConnector(Connector):
    """One account of X. Its options are those of `config`; its credentials, those of `credentials`."""

    key = "x"
    asks = ASKS
    guide = GUIDE
    permits = (
        Permit(Datum.OWN_POSTS, WITHOUT_ENRICHING, _POLICY, _READ_ON, must_follow_deletion=_A_DAY),
        Permit(Datum.COUNTS, WITHOUT_ENRICHING, _POLICY, _READ_ON),
        Permit(Datum.ACTS, WITHOUT_ENRICHING, _POLICY, _READ_ON, must_follow_deletion=_A_DAY),
        Permit(Datum.WORDS, WITHOUT_ENRICHING, _POLICY, _READ_ON, must_follow_deletion=_A_DAY),
        Permit(Datum.PROFILES, WITHOUT_ENRICHING, _POLICY, _READ_ON, must_follow_deletion=_A_DAY),
    )
    capabilities = Capabilities(
        can_publish=True,
        can_withdraw=True,
        looking=Looking.FINDABLE,
        event_kinds=frozenset({Kind.MENTION, Kind.REPLY}),
        readings=frozenset(Counted),
        can_read_posts=True,
        can_read_profiles=True,
        can_read_threads=True,
        gestures=frozenset({Gesture.REPOST}),
        can_upload=True,
        signing=Signing.REDIRECT,
        renews=True,
        proof=Proof.DESCRIPTION,
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
        self._limits = counting.PREMIUM_LIMITS if checked.premium else counting.LIMITS
        self._http = make_client(transport=transport)
        self._client = XClient(self._http, Credentials.read(credentials), meter)

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
        """Return where a person agrees at X. Raises OptionsRefused."""
        return sign_in.begin(answers, redirect_to=redirect_to, state=state)

    @classmethod
    def finish_sign_in(
        cls, pending: str, returned: Mapping[str, str], *, now: datetime, transport: Transport | None = None
    ) -> tuple[Signed, ...]:
        """Return the account that a person has just opened to us. Raises OptionsRefused and SignInUnfinished."""
        with make_client(transport=transport) as http:
            credentials = sign_in.granted(pending) or sign_in.finish(http, pending, returned, now)
            try:
                user = XClient(http, credentials, UNMETERED).me(now)
            except NeedsReconnection:
                raise
            except NetworkError as problem:
                raise SignInUnfinished(sign_in.kept(credentials)) from problem
        with understood(writes=False):
            has_premium = str(user.get("subscription_type") or "") not in _NO_PREMIUM
            profile = profile_of(user, now)
        options = {"account": profile.actor.remote_id, "premium": has_premium}
        return (Signed(profile, options, credentials.written()),)

    @classmethod
    def kept(cls, known: str, fresh: str) -> str:
        """Return the `fresh` credentials, with the refresh token of the `known` ones where X gave no new one."""
        return Credentials.read(fresh).beside(known).written()

    def access(self) -> Access:
        """Return when the access token has to be renewed; how long the other one lasts X does not say."""
        return Access(renew_at=self._client.credentials.ends_at - _RENEWED_BEFORE)

    def renew(self, now: datetime) -> str:
        """Return new credentials, to be stored before any other call, and use them from then on."""
        renewed = sign_in.renew(self._http, self._client.credentials, now)
        self._client.credentials = renewed
        return renewed.written()

    def abilities(self, now: datetime) -> frozenset[Ability]:
        """Return what this sign-in may do, by the scopes that X granted."""
        missing = set(SCOPES) - self._client.credentials.scopes
        lost = {Ability.PUBLISH, Ability.WITHDRAW, Ability.GIVE} if "tweet.write" in missing else set()
        if "media.write" in missing:
            lost.add(Ability.UPLOAD)
        return super().abilities(now) - lost

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def verify(self, now: datetime) -> Profile:
        """Return the account that the credentials open."""
        user = self._client.me(now)
        with understood(writes=False):
            return profile_of(user, now)

    # Publishing

    def limits(self, now: datetime) -> Limits:
        """Return what X allows this account on one post."""
        return self._limits

    def measure(self, text: str, limits: Limits | None = None) -> TextMeasure:
        """Return the length of `text` as X counts it."""
        return counting.measure(text, limits or self._limits)

    def new_key(self, now: datetime) -> str:
        """Return a key that no other publication has. X knows none: it names the intent on our side."""
        return intent_key(now)

    def publish(self, draft: Draft, *, key: str, now: datetime) -> PublishedRef:
        """Publish `draft`. Raises ContentRefused, without a call where X would certainly refuse."""
        if draft.quoting:
            raise self._unsupported("quotes")
        words = self._sendable(draft)
        cost = "content_create_url" if counting.has_address(words) else "content_create"
        told = self._client.write("POST", "/2/tweets", cost=cost, now=now, json=_body(draft, words))
        with understood(writes=True):
            number = str(told["id"])
            return PublishedRef(number, post_url(number), instant_of(number))

    def _sendable(self, draft: Draft) -> str:
        """Return the whole text of `draft` as it is sent. Raises ContentRefused when X cannot take it."""
        words = counting.normalized(whole_text(draft))
        measured = self.measure(words)
        if not measured.valid and (words or not draft.media):
            sentence = _("X takes 1 to %(most)s characters that can be shown; this text counts %(length)s.")
            told = {"most": measured.limit, "length": measured.length}
            raise ContentRefused("a text that X does not take", reason=sentence % told)
        if draft.in_reply_to and not is_id(draft.in_reply_to):
            raise ContentRefused("no post of X", reason=_("The post that this answers is not on X."))
        return words

    def upload(self, media: Media, *, now: datetime) -> Uploaded:
        """Put a picture or film on X. Raises ContentRefused."""
        return uploads.upload(self._client, media, now)

    def check_upload(self, uploaded: Uploaded, *, now: datetime) -> Uploaded:
        """Return `uploaded` as it is now. Raises ContentRefused when X could not use it."""
        return uploads.check(self._client, uploaded, now)

    def find(self, draft: Draft, *, key: str, since: datetime, now: datetime) -> tuple[PublishedRef, ...]:
        """Return the account's own posts since `since` that may be `draft`: X's clock and ours may differ."""
        start = since - _CLOCKS_APART

        def turn(token: str) -> dict[str, Any]:
            return self._client.recent_posts(
                self._account, start=start, token=token, most=timelines.PAGE, now=now
            )

        with understood(writes=False):
            posts = [one for page in timelines.pages(turn) for one in page.get("data") or ()]
            numbers = sorted((str(one["id"]) for one in candidates(draft, posts)), key=int)
            return tuple(PublishedRef(one, post_url(one), instant_of(one)) for one in numbers)

    def withdraw(self, ref: PublishedRef, *, now: datetime) -> None:
        """Take a post or a repost of ours away; twice changes nothing more."""
        source = ref.remote_id.removeprefix(_REPOST)
        if not is_id(source):
            return
        is_repost = source != ref.remote_id
        path = f"/2/users/{self._account}/retweets/{source}" if is_repost else f"/2/tweets/{source}"
        cost = "interaction_delete" if is_repost else "content_manage"
        try:
            self._client.write("DELETE", path, cost=cost, now=now)
        except ContentRefused as refused:
            if not is_gone(refused):
                raise

    def give(self, gesture: Gesture, target: str, *, now: datetime) -> PublishedRef:
        """Repost the publication `target`; twice is once. Raises ContentRefused when it is not there."""
        if gesture is not Gesture.REPOST:
            raise self._unsupported(f"{gesture} from here")
        if not is_id(target):
            raise ContentRefused("no post of X", reason=_("This post is not on X."))
        path = f"/2/users/{self._account}/retweets"
        try:
            self._client.write("POST", path, cost="interaction_create", now=now, json={"tweet_id": target})
        except ContentRefused as refused:
            if not is_done(refused):
                raise
        return PublishedRef(f"{_REPOST}{target}", post_url(target), now)

    def gesture_link(self, gesture: Gesture, target: str) -> str:
        """Return the address at which a person likes, reposts or follows by hand."""
        if not is_id(target):
            return ""
        return f"{SITE}/intent/{_INTENTS[gesture]}={target}"

    # Reading

    def read_events(self, cursor: str, now: datetime) -> Page[Event]:
        """Return the posts that mention this account or answer it, oldest first."""

        def turn(at: timelines.Place, token: str) -> dict[str, Any]:
            return self._client.mentions(self._account, at, token, now)

        with understood(writes=False):
            read = timelines.stretch(turn, cursor, until=now - VISIBILITY_LAG, reach=_MOST_MENTIONS)
            others = (one for one in read.posts if str(one["author_id"]) != self._account)
            events = tuple(event_of(one, read.expanded, self._account) for one in others)
        return Page(events, read.cursor, read.has_more, read.has_gap)

    def read_posts(self, cursor: str, now: datetime) -> Page[SeenPost]:
        """Return what this account published, reposts aside, oldest first."""

        def turn(at: timelines.Place, token: str) -> dict[str, Any]:
            return self._client.own_posts(self._account, at, token, now)

        with understood(writes=False):
            read = timelines.stretch(turn, cursor, until=now - VISIBILITY_LAG, reach=_MOST_POSTS)
            author = ActorRef(self._account)
            posts = tuple(seen_post(one, read.expanded, author=author) for one in read.posts)
        return Page(posts, read.cursor, read.has_more, read.has_gap)

    def read_counts(self, refs: Iterable[PublishedRef], now: datetime) -> tuple[Reading, ...]:
        """Return the account's followers, and what X counts of each of those posts that is there."""
        numbers = [ref.remote_id for ref in refs if is_id(ref.remote_id)]
        followers = self.verify(now).followers_count
        own = () if followers is None else (Reading(self._account, Counted.FOLLOWERS, followers, now),)
        with understood(writes=False):
            return (*own, *self._readings(tallies.read(self._client, self._account, numbers, now), now))

    def _readings(self, posts: Iterable[Told], now: datetime) -> Iterator[Reading]:
        for post in posts:
            for counted, value in counts(post.get("public_metrics") or {}):
                yield Reading(self._account, counted, value, now, str(post["id"]))

    def read_profile(self, remote_id: str, now: datetime) -> Profile:
        """Return anybody's profile. Raises UnexpectedReply when there is nobody of that number."""
        if not is_id(remote_id):
            raise UnexpectedReply("no number of an account of X")
        user = self._client.user(remote_id, now)
        with understood(writes=False):
            return profile_of(user, now)

    def read_thread(self, ref: PublishedRef, now: datetime) -> tuple[SeenPost, ...]:
        """Return the conversation around a post, as far as X's search of seven days reaches, oldest first."""
        if not is_id(ref.remote_id):
            raise UnexpectedReply("no number of a post of X")
        with understood(writes=False):
            return threads.read(self._client, ref.remote_id, now)


def _body(draft: Draft, words: str) -> dict[str, object]:
    body: dict[str, object] = {"text": words}
    if draft.in_reply_to:
        body["reply"] = {"in_reply_to_tweet_id": draft.in_reply_to}
    if draft.media:
        body["media"] = {"media_ids": [one.remote_id for one in draft.media]}
    return body
