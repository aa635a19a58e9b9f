"""LinkedIn's door: its API said in the words of our contracts."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext as _

from portevoix.core.http import Transport, make_client
from portevoix.networks import backwards
from portevoix.networks.calls import understood
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
from portevoix.networks.errors import ContentRefused, UnexpectedReply
from portevoix.networks.linkedin import replies, sign_in, uploads
from portevoix.networks.linkedin import text as counting
from portevoix.networks.linkedin.client import LinkedInClient, Told, made, quoted
from portevoix.networks.linkedin.config import ASKS, GUIDE, ORGANIZATION, read_options
from portevoix.networks.linkedin.finding import candidates
from portevoix.networks.linkedin.permits import PERMITS
from portevoix.networks.linkedin.posts import (
    SITE,
    body_of,
    comment_in,
    counts,
    is_post,
    is_publication,
    page_profile,
    person_profile,
    post_url,
    published_at,
    ref_of,
    reply_of,
    reshared,
    seen_post,
)
from portevoix.networks.meter import UNMETERED, Meter
from portevoix.networks.oauth import Credentials
from portevoix.networks.signing import Access, Signed, SignIn
from portevoix.networks.text import intent_key, whole_text

VISIBILITY_LAG: Final = timedelta(minutes=2)
"""How long LinkedIn may keep a post out of its lists; its documentation tells no time, so this one is ours."""
WATCHED: Final = 20
"""Posts, the newest, of which the comments are read."""
_REACH: Final = 2000
_CLOCKS_APART: Final = timedelta(minutes=5)
_RENEWED_BEFORE: Final = timedelta(days=7)
_ASKED_AT_ONCE: Final = 50


class LinkedInConnector(Connector):
    """One Page, or one person's profile. Its options are those of `config`; its credentials, those of `oauth`."""

    key = "linkedin"
    asks = ASKS
    guide = GUIDE
    permits = PERMITS
    capabilities = Capabilities(
        can_publish=True,
        can_update=True,
        can_withdraw=True,
        looking=Looking.FINDABLE,
        event_kinds=frozenset({Kind.REPLY}),
        readings=frozenset(Counted) - {Counted.QUOTES},
        can_read_posts=True,
        can_read_profiles=True,
        gestures=frozenset({Gesture.REPOST}),
        can_upload=True,
        signing=Signing.REDIRECT,
        renews=True,
        proof=Proof.EXAMPLES,
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
        self._me = read_options(options)
        self._credentials = Credentials.read(credentials)
        self._http = make_client(transport=transport)
        self._client = LinkedInClient(self._http, self._credentials.grant, meter)

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
        """Return where a person agrees at LinkedIn. Raises OptionsRefused."""
        return sign_in.begin(answers, redirect_to=redirect_to, state=state)

    @classmethod
    def finish_sign_in(
        cls, pending: str, returned: Mapping[str, str], *, now: datetime, transport: Transport | None = None
    ) -> tuple[Signed, ...]:
        """Return the Pages that a person administers, and the person's own profile. Raises OptionsRefused."""
        with make_client(transport=transport) as http:
            return sign_in.finish(http, pending, returned, now)

    @classmethod
    def kept(cls, known: str, fresh: str) -> str:
        """Return the `fresh` credentials, with the refresh token of the `known` ones where they have none."""
        return Credentials.read(fresh).beside(known).written()

    def access(self) -> Access:
        """Return when the token is renewed, where LinkedIn lets us; else when a person has to sign in again."""
        grant = self._credentials.grant
        if not grant.refresh or not grant.ends_at:
            return Access(ends_at=grant.ends_at)
        return Access(grant.ends_at - _RENEWED_BEFORE, grant.refresh_ends_at)

    def renew(self, now: datetime) -> str:
        """Return new credentials, and use them from then on. Raises NeedsReconnection when there is no way."""
        self._credentials = sign_in.renew(self._http, self._credentials, now)
        self._client.grant = self._credentials.grant
        return self._credentials.written()

    def _granted(self) -> frozenset[Ability]:
        return sign_in.granted(self._credentials.grant.scopes, is_person=self._me.is_person)

    def _require(self, ability: Ability) -> None:
        """Hold that this sign-in may do that. Raises NotSupported, nothing called."""
        if ability not in self._granted():
            raise self._unsupported(f"{ability} with this sign-in")

    def abilities(self, now: datetime) -> frozenset[Ability]:
        """Return what this sign-in may do, by the permissions that LinkedIn granted."""
        return abilities_of(self.capabilities) & self._granted()

    def looking(self) -> Looking:
        """Return whether one can look after a lost answer: not on a person's profile, which we may not read."""
        return Looking.FINDABLE if Ability.READ_POSTS in self._granted() else Looking.NEITHER

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def verify(self, now: datetime) -> Profile:
        """Return the account that the credentials open. Raises UnexpectedReply when they open another one."""
        if not self._me.is_person:
            return self._page(self._me.account, now)
        told = self._client.me(now)
        with understood(writes=False):
            profile = person_profile(told, now)
        if profile.actor.remote_id != self._me.account:
            raise UnexpectedReply("the sign-in is another person's")
        return profile

    def _page(self, urn: str, now: datetime) -> Profile:
        told = self._client.organization(urn.removeprefix(ORGANIZATION), now)
        with understood(writes=False):
            return page_profile(told, now)

    # Publishing

    def limits(self, now: datetime) -> Limits:
        """Return what LinkedIn allows on one post."""
        return counting.LIMITS

    def measure(self, text: str, limits: Limits | None = None) -> TextMeasure:
        """Return the length of `text` as LinkedIn counts it."""
        return counting.measure(text, limits)

    def new_key(self, now: datetime) -> str:
        """Return a key that no other publication has. LinkedIn knows none: it names the intent on our side."""
        return intent_key(now)

    def publish(self, draft: Draft, *, key: str, now: datetime) -> PublishedRef:
        """Publish `draft`. Raises ContentRefused, without a call where LinkedIn would cut or refuse it."""
        if draft.quoting:
            raise self._unsupported("quotes")
        if draft.in_reply_to:
            return replies.answer(self._client, self._me.account, draft, now)
        return self._create(body_of(draft, self._me.account, self._commentary(draft)), now)

    def _create(self, body: Told, now: datetime) -> PublishedRef:
        answer = self._client.create("/rest/posts", body, now=now)
        urn = made(answer)
        return PublishedRef(urn, post_url(urn), answer.served_at or now)

    def _commentary(self, draft: Draft) -> str:
        """Return the whole text of `draft` as LinkedIn writes it. Raises ContentRefused."""
        words = whole_text(draft)
        measured = self.measure(words)
        if not measured.valid and (words or not draft.media):
            sentence = _("LinkedIn takes 1 to %(most)s characters; this text counts %(length)s.")
            told = {"most": measured.limit, "length": measured.length}
            raise ContentRefused("a text that LinkedIn does not take", reason=sentence % told)
        return counting.written(words)

    def upload(self, media: Media, *, now: datetime) -> Uploaded:
        """Put a picture on LinkedIn. Raises ContentRefused."""
        return uploads.upload(self._client, self._me.account, media, now)

    def check_upload(self, uploaded: Uploaded, *, now: datetime) -> Uploaded:
        """Return `uploaded` as it is now. Raises ContentRefused when LinkedIn could not use it."""
        return uploads.check(self._client, uploaded, now)

    def find(self, draft: Draft, *, key: str, since: datetime, now: datetime) -> tuple[PublishedRef, ...]:
        """Return the account's own posts since `since` that may be `draft`: clocks may differ."""
        self._require(Ability.READ_POSTS)
        start = since - _CLOCKS_APART
        with understood(writes=False):
            if draft.in_reply_to:
                return replies.find(self._client, self._me.account, draft, start, now)
            return tuple(ref_of(one) for one in candidates(draft, self._since(start, now)))

    def _since(self, start: datetime, now: datetime) -> Iterator[Told]:
        """Yield what was published since `start`, newest first."""
        for page in self._client.posts(self._me.account, now):
            yield from (one for one in page if published_at(one) >= start)
            if page and published_at(page[-1]) < start:
                return

    def update(self, ref: PublishedRef, draft: Draft, *, now: datetime) -> PublishedRef:
        """Replace the text of a post; LinkedIn leaves its pictures and its link. Raises ContentRefused."""
        if not is_post(ref.remote_id):
            raise self._unsupported("changes of what is no post")
        patch = {"patch": {"$set": {"commentary": self._commentary(draft)}}}
        path = f"/rest/posts/{quoted(ref.remote_id)}"
        self._client.ask("POST", path, now=now, restli="PARTIAL_UPDATE", json=patch)
        return ref

    def withdraw(self, ref: PublishedRef, *, now: datetime) -> None:
        """Take a post, a repost or a comment of ours away; LinkedIn takes the same twice."""
        if comment_in(ref.remote_id):
            replies.withdraw(self._client, self._me.account, ref.remote_id, now)
        elif is_post(ref.remote_id):
            self._client.ask("DELETE", f"/rest/posts/{quoted(ref.remote_id)}", now=now, restli="DELETE")

    def give(self, gesture: Gesture, target: str, *, now: datetime) -> PublishedRef:
        """Repost the publication `target`; one that stands already is the answer. Raises ContentRefused."""
        if gesture is not Gesture.REPOST:
            raise self._unsupported(f"{gesture} from here")
        if not is_post(target):
            raise ContentRefused("no post of LinkedIn", reason=_("This post is not on LinkedIn."))
        self._require(Ability.GIVE)
        with understood(writes=False):
            standing = next((one for one in self._newest(now) if reshared(one) == target), None)
            if standing:
                return ref_of(standing)
        body = body_of(Draft(""), self._me.account, "")
        return self._create({**body, "reshareContext": {"parent": target}}, now)

    def gesture_link(self, gesture: Gesture, target: str) -> str:
        """Return the address at which a person likes or reposts by hand, or follows a Page."""
        if gesture is Gesture.FOLLOW:
            number = target.removeprefix(ORGANIZATION)
            return f"{SITE}/company/{number}/" if number.isdecimal() else ""
        return post_url(target) if is_post(target) else ""

    # Reading

    def _newest(self, now: datetime) -> list[Told]:
        """Return the newest posts of the account, drafts aside."""
        return next(self._client.posts(self._me.account, now), [])

    def read_events(self, cursor: str, now: datetime) -> Page[Event]:
        """Return the comments that others wrote under the newest posts, oldest first."""
        self._require(Ability.READ_EVENTS)
        with understood(writes=False):
            posts = [str(one["id"]) for one in self._newest(now) if is_publication(one)][:WATCHED]
            events = [event for post in posts for event in self._replies(post, now)]
            return backwards.page(events, cursor, until=now - VISIBILITY_LAG)

    def _replies(self, post: str, now: datetime) -> Iterator[Event]:
        for page in self._client.comments(post, now):
            for comment in page:
                if comment["actor"] != self._me.account:
                    yield reply_of(comment, post, self._me.account)

    def read_posts(self, cursor: str, now: datetime) -> Page[SeenPost]:
        """Return what this account published, bare reposts aside, oldest first."""
        self._require(Ability.READ_POSTS)
        with understood(writes=False):
            pages = (self._seen(page) for page in self._client.posts(self._me.account, now))
            found, has_gap = backwards.gather(pages, cursor, reach=_REACH)
            return backwards.page(found, cursor, until=now - VISIBILITY_LAG, has_gap=has_gap)

    def _seen(self, page: list[Told]) -> list[SeenPost]:
        return [seen_post(one, self._me.account) for one in page if is_publication(one)]

    def read_counts(self, refs: Iterable[PublishedRef], now: datetime) -> tuple[Reading, ...]:
        """Return the Page's followers, and what LinkedIn counts of each of those posts that it counts."""
        self._require(Ability.READ_COUNTS)
        account = self._me.account
        urns = [ref.remote_id for ref in refs if is_post(ref.remote_id)]
        with understood(writes=False):
            readings = [Reading(account, Counted.FOLLOWERS, self._client.followers(account, now), now)]
            for start in range(0, len(urns), _ASKED_AT_ONCE):
                told = self._client.statistics(account, urns[start : start + _ASKED_AT_ONCE], now)
                every = (each for one in told for each in counts(one))
                readings += [Reading(account, counted, value, now, urn) for urn, counted, value in every]
        return tuple(readings)

    def read_profile(self, remote_id: str, now: datetime) -> Profile:
        """Return anybody's Page. Raises UnexpectedReply for what is none: LinkedIn tells no one's profile."""
        self._require(Ability.READ_PROFILES)
        if not remote_id.removeprefix(ORGANIZATION).isdecimal():
            raise UnexpectedReply("no Page of LinkedIn")
        return self._page(remote_id, now)
