"""Facebook's door: Meta's Graph API said in the words of our contracts."""

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
from portevoix.networks.editions import name_of
from portevoix.networks.errors import ContentRefused, OutcomeUnknown
from portevoix.networks.facebook import sign_in
from portevoix.networks.facebook import text as counting
from portevoix.networks.facebook.client import GraphClient, Told
from portevoix.networks.facebook.config import ASKS, GUIDE, is_number, is_object, read_options
from portevoix.networks.facebook.permits import PERMITS
from portevoix.networks.facebook.posts import (
    COMMENT_FIELDS,
    COUNT_FIELDS,
    PAGE_FIELDS,
    POST_FIELDS,
    SITE,
    counts,
    instant,
    like,
    object_url,
    page_profile,
    ref_of,
    reply_of,
    seen_post,
    writer_of,
)
from portevoix.networks.facebook.problems import NotTold, is_gone
from portevoix.networks.facebook.sign_in import INSIGHTS, PageToken
from portevoix.networks.meter import UNMETERED, Meter
from portevoix.networks.signing import Access, Signed, SignIn
from portevoix.networks.text import intent_key, whole_text, words_for

VISIBILITY_LAG: Final = timedelta(minutes=2)
"""How long Facebook may keep a post out of its lists; its documentation tells no time, so this one is ours."""
WATCHED: Final = 25
"""Posts, the newest, of which the comments are read."""
ENOUGH: Final = 100
"""Likes of the Page from which on Meta tells insights."""
_REACH: Final = 2000
_CLOCKS_APART: Final = timedelta(minutes=5)


class FacebookConnector(Connector):
    """One Page. Its options are those of `config`; its credentials, those of `sign_in`."""

    key = "facebook"
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
        can_upload=True,
        signing=Signing.REDIRECT,
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
        self._page = read_options(options).account
        self._token = PageToken.read(credentials)
        self._client = GraphClient(make_client(transport=transport), self._token.token, meter)

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
        """Return where a person agrees at Facebook. Raises OptionsRefused."""
        return sign_in.begin(answers, redirect_to=redirect_to, state=state, now=now)

    @classmethod
    def finish_sign_in(
        cls, pending: str, returned: Mapping[str, str], *, now: datetime, transport: Transport | None = None
    ) -> tuple[Signed, ...]:
        """Return the Pages that a person has just opened to us. Raises OptionsRefused."""
        with make_client(transport=transport) as http:
            return sign_in.finish(http, pending, returned, now)

    def access(self) -> Access:
        """Return when a person has to agree again: the token of a Page has no end, its view of data has one."""
        return Access(ends_at=self._token.ends_at)

    def abilities(self, now: datetime) -> frozenset[Ability]:
        """Return what this sign-in may do, by the permissions that were granted."""
        return abilities_of(self.capabilities) & self._token.abilities()

    def looking(self) -> Looking:
        """Return whether one can look after a lost answer."""
        return Looking.FINDABLE if Ability.READ_POSTS in self._token.abilities() else Looking.NEITHER

    def _require(self, ability: Ability) -> None:
        """Hold that this sign-in may do that. Raises NotSupported, nothing called."""
        if ability not in self._token.abilities():
            raise self._unsupported(f"{ability} with this sign-in")

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def verify(self, now: datetime) -> Profile:
        """Return the Page that the token opens."""
        told = self._client.read(self._page, now=now, fields=PAGE_FIELDS)
        with understood(writes=False):
            return page_profile(told, now)

    # Publishing

    def limits(self, now: datetime) -> Limits:
        """Return what Facebook allows on one post."""
        return counting.LIMITS

    def measure(self, text: str, limits: Limits | None = None) -> TextMeasure:
        """Return the length of `text` as Facebook counts it."""
        return counting.measure(text, limits)

    def new_key(self, now: datetime) -> str:
        """Return a key that no other publication has. Facebook knows none: it names the intent on our side."""
        return intent_key(now)

    def publish(self, draft: Draft, *, key: str, now: datetime) -> PublishedRef:
        """Publish `draft`, an answer as a comment. Raises ContentRefused, also without a call."""
        if draft.quoting:
            raise self._unsupported("quotes")
        form = {"message": self._message(draft)}
        place = f"{self._page}/feed"
        if draft.in_reply_to:
            place = f"{_answered(draft)}/comments"
        elif draft.media:
            form |= {f"attached_media[{n}]": _attached(one) for n, one in enumerate(draft.media)}
        elif draft.link:
            form["link"] = draft.link
        told = self._client.write(place, now=now, data=form)
        with understood(writes=True):
            return PublishedRef(str(told["id"]), object_url(str(told["id"])), now)

    def _message(self, draft: Draft) -> str:
        """Return the whole text of `draft` as it is sent. Raises ContentRefused."""
        words = counting.normalized(whole_text(draft))
        measured = self.measure(words)
        if not measured.valid and (words or not draft.media):
            sentence = _("Facebook takes 1 to %(most)s characters; this text counts %(length)s.")
            told = {"most": measured.limit, "length": measured.length}
            raise ContentRefused("a text that Facebook does not take", reason=sentence % told)
        return words

    def upload(self, media: Media, *, now: datetime) -> Uploaded:
        """Put a picture on Facebook, for a post to come. Raises ContentRefused."""
        words = words_for(media)
        told = self._client.write(
            f"{self._page}/photos",
            now=now,
            data={"published": "false", "alt_text_custom": words},
            files={"source": ("picture", media.content, media.media_type)},
        )
        with understood(writes=True):
            return Uploaded(str(told["id"]), words)

    def find(self, draft: Draft, *, key: str, since: datetime, now: datetime) -> tuple[PublishedRef, ...]:
        """Return the Page's own posts or comments since `since` that may be `draft`: clocks may differ."""
        self._require(Ability.READ_POSTS)
        start = since - _CLOCKS_APART
        with understood(writes=False):
            recent = (one for one in self._own(draft, now) if instant(one["created_time"]) >= start)
            return tuple(ref_of(one) for one in like(draft, recent))

    def _own(self, draft: Draft, now: datetime) -> Iterator[Told]:
        """Yield what the Page wrote where `draft` belongs: among its posts, or under what it answers."""
        if not draft.in_reply_to:
            yield from next(self._posts(now), [])
            return
        # Those under other comments answer somebody else, perhaps in the same words.
        for page in self._comments(_answered(draft), now, depth="toplevel"):
            yield from (one for one in page if writer_of(one).remote_id == self._page)

    def update(self, ref: PublishedRef, draft: Draft, *, now: datetime) -> PublishedRef:
        """Replace the text of a post or a comment; Facebook leaves its pictures and its link."""
        if not is_object(ref.remote_id):
            raise ContentRefused("no post of Facebook", reason=_("This post is not on Facebook."))
        told = self._client.write(ref.remote_id, now=now, data={"message": self._message(draft)})
        if not told.get("success") and not told.get("id"):
            raise OutcomeUnknown("an answer that does not say that it was done")
        return ref

    def withdraw(self, ref: PublishedRef, *, now: datetime) -> None:
        """Take a post or a comment away; twice is once."""
        if not is_object(ref.remote_id):
            return
        try:
            self._client.delete(ref.remote_id, now=now)
        except ContentRefused as refused:
            if not is_gone(refused):
                raise

    def gesture_link(self, gesture: Gesture, target: str) -> str:
        """Return the address at which a person likes or shares by hand, or follows a Page."""
        is_known = is_number(target) if gesture is Gesture.FOLLOW else is_object(target)
        return f"{SITE}/{target}" if is_known else ""

    # Reading

    def _posts(self, now: datetime) -> Iterator[list[Told]]:
        return self._client.pages(f"{self._page}/published_posts", now=now, fields=POST_FIELDS)

    def _comments(self, target: str, now: datetime, depth: str = "stream") -> Iterator[list[Told]]:
        """Yield the comments under `target`, those under comments among them where all of the `depth` is asked.

        The newest come first.
        """
        asked = {"filter": depth, "order": "reverse_chronological", "fields": COMMENT_FIELDS}
        return self._client.pages(f"{target}/comments", now=now, **asked)

    def read_events(self, cursor: str, now: datetime) -> Page[Event]:
        """Return the comments that others wrote under the newest posts, oldest first."""
        self._require(Ability.READ_EVENTS)
        with understood(writes=False):
            posts = [str(one["id"]) for one in next(self._posts(now), [])][:WATCHED]
            found = [event for post in posts for event in self._replies(post, cursor, now)]
            return backwards.page(found, cursor, until=now - VISIBILITY_LAG)

    def _replies(self, post: str, cursor: str, now: datetime) -> list[Event]:
        pages = (
            [reply_of(one, post, self._page) for one in page if writer_of(one).remote_id != self._page]
            for page in self._comments(post, now)
        )
        return backwards.gather(pages, cursor, reach=_REACH)[0]

    def read_posts(self, cursor: str, now: datetime) -> Page[SeenPost]:
        """Return what this Page published, oldest first."""
        self._require(Ability.READ_POSTS)
        with understood(writes=False):
            pages = ([seen_post(one, self._page) for one in page] for page in self._posts(now))
            found, has_gap = backwards.gather(pages, cursor, reach=_REACH)
            return backwards.page(found, cursor, until=now - VISIBILITY_LAG, has_gap=has_gap)

    def read_counts(self, refs: Iterable[PublishedRef], now: datetime) -> tuple[Reading, ...]:
        """Return the Page's followers, and what Meta counts of each of those posts that is there."""
        self._require(Ability.READ_COUNTS)
        page = self._client.read(self._page, now=now, fields="followers_count,fan_count")
        with understood(writes=False):
            readings = [Reading(self._page, Counted.FOLLOWERS, int(page["followers_count"]), now)]
            has_insights = int(page.get("fan_count") or 0) >= ENOUGH and INSIGHTS in self._token.scopes
            for ref in refs:
                if is_object(ref.remote_id):
                    readings += self._of_post(ref.remote_id, now, has_insights=has_insights)
        return tuple(readings)

    def _of_post(self, post: str, now: datetime, *, has_insights: bool) -> Iterator[Reading]:
        told = self._told(post, now, fields=COUNT_FIELDS)
        if told is None:
            return
        for counted, value in counts(told):
            yield Reading(self._page, counted, value, now, post)
        metric = name_of("facebook", "impressions", now) if has_insights else ""
        insights = self._told(f"{post}/insights", now, metric=metric, period="lifetime") if metric else None
        for row in (insights or {}).get("data", ()):
            if row["name"] == metric:
                yield Reading(self._page, Counted.IMPRESSIONS, int(row["values"][0]["value"]), now, post)

    def _told(self, path: str, now: datetime, **query: str) -> Told | None:
        """Return what is told of something; None when it is not there, or the figure is told no more."""
        try:
            return self._client.read(path, now=now, **query)
        except NotTold:
            return None


def _answered(draft: Draft) -> str:
    """Return what `draft` answers. Raises ContentRefused when that is nothing of Facebook."""
    if not is_object(draft.in_reply_to):
        reason = _("What this answers is neither a post nor a comment on Facebook.")
        raise ContentRefused("nothing of Facebook", reason=reason)
    return draft.in_reply_to


def _attached(uploaded: Uploaded) -> str:
    """Return a picture as a post attaches it. Raises ContentRefused when it is none of Facebook's."""
    if not is_number(uploaded.remote_id):
        raise ContentRefused("an upload of another network", reason=_("This picture is not on Facebook."))
    return f'{{"media_fbid":"{uploaded.remote_id}"}}'
