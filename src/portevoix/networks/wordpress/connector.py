"""WordPress's door: one author of one site, said in the words of our contracts."""

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from html import escape
from typing import Final

from django.utils.translation import gettext as _

from portevoix.core.clock import to_us
from portevoix.core.http import Transport, make_client
from portevoix.networks import dated
from portevoix.networks.articles import Picture, body_of
from portevoix.networks.calls import understood
from portevoix.networks.connector import Connector, Options, abilities_of
from portevoix.networks.contracts import (
    Ability,
    Capabilities,
    Counted,
    Draft,
    Event,
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
from portevoix.networks.errors import ContentRefused, Gone, NeedsReconnection, OptionsRefused, UnexpectedReply
from portevoix.networks.meter import UNMETERED, Meter
from portevoix.networks.signing import Signed
from portevoix.networks.text import whole_text, words_for
from portevoix.networks.wordpress import config, reading
from portevoix.networks.wordpress import text as counting
from portevoix.networks.wordpress.client import DUPLICATE, SiteRefused, WordPressClient
from portevoix.networks.wordpress.discovery import find_site
from portevoix.networks.wordpress.names import Names
from portevoix.networks.wordpress.publishing import publish_once, published

_FULL: Final = 100
_LONGEST_THREAD: Final = 20
"""Pages of comments that are read around one post."""


class WordPressConnector(Connector):
    """An author of a site. Its options are those of `config`; its credentials, name and application password."""

    key = "wordpress"
    asks = config.ASKS
    guide = config.GUIDE
    permits = config.PERMITS
    capabilities = Capabilities(
        can_publish=True,
        can_update=True,
        can_withdraw=True,
        looking=Looking.KEYED,
        event_kinds=frozenset({Kind.REPLY}),
        readings=frozenset({Counted.REPLIES}),
        can_read_posts=True,
        can_read_profiles=True,
        can_read_threads=True,
        can_upload=True,
        signing=Signing.TYPED,
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
        site, self._user = config.read_options(options)
        self._names = Names(site.home)
        self._client = WordPressClient(site, config.read_login(credentials), transport)

    @classmethod
    def sign_in(
        cls, answers: Mapping[str, str], *, now: datetime, transport: Transport | None = None
    ) -> tuple[Signed, ...]:
        """Return the author whose login was typed. Raises OptionsRefused, with what to look at on the site."""
        address, login = config.typed_address(answers), config.typed_login(answers)
        with make_client(transport=transport) as http:
            site = find_site(http, address, now)
        client = WordPressClient(site, login, transport)
        try:
            me = client.me(now)
        except NeedsReconnection:
            raise OptionsRefused(
                _(
                    "The site does not accept this user name with this application password. Check both; "
                    "if they are right, the site’s server may be keeping passwords from WordPress."
                )
            ) from None
        finally:
            client.close()
        with understood(writes=False):
            options = {"home": site.home, "root": site.root, "user": me["id"]}
            return (Signed(reading.profile(me, Names(site.home), now), options, login.stored()),)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def abilities(self, now: datetime) -> frozenset[Ability]:
        """Return what the author's role on the site allows."""
        me = self._client.me(now)
        with understood(writes=False):
            return reading.abilities(me, abilities_of(self.capabilities))

    def limits(self, now: datetime) -> Limits:
        """Return what servers take; WordPress itself sets no limit."""
        return counting.LIMITS

    def measure(self, text: str, limits: Limits | None = None) -> TextMeasure:
        """Return the length of `text` in characters."""
        return counting.measure(text, limits)

    def verify(self, now: datetime) -> Profile:
        """Return the author whose password this is."""
        me = self._client.me(now)
        with understood(writes=False):
            return reading.profile(me, self._names, now)

    def new_key(self, now: datetime) -> str:
        """Return a key that becomes the last part of the article's address."""
        return f"{now:%Y%m%d}-{to_us(now) % 1_000_000:x}{secrets.token_hex(6)}"

    def upload(self, media: Media, *, now: datetime) -> Uploaded:
        """Put a picture into the site's library. Raises ContentRefused when nothing says what it shows."""
        words_for(media)
        name = hashlib.sha256(media.content).hexdigest()[:16]
        number, picture = self._client.upload(media, name, now)
        return Uploaded(json.dumps([number, picture.url]), media.alternative_text)

    def publish(self, draft: Draft, *, key: str, now: datetime) -> PublishedRef:
        """Publish an article once for `key`, or a comment. Raises ContentRefused."""
        self._check(draft)
        if draft.in_reply_to:
            return self._answer(draft, now)
        told = publish_once(self._client, key, _fields(draft), now)
        with understood(writes=True):
            return reading.article_ref(told, self._names)

    def find(self, draft: Draft, *, key: str, since: datetime, now: datetime) -> tuple[PublishedRef, ...]:
        """Return the public article of that `key`, or the comment that says the same in the same place."""
        if draft.in_reply_to:
            return self._answers(draft, now)
        told = published(self._client, key, now)
        with understood(writes=False):
            return (reading.article_ref(told, self._names),) if told else ()

    def update(self, ref: PublishedRef, draft: Draft, *, now: datetime) -> PublishedRef:
        """Replace an article or a comment. Raises ContentRefused, also when it is in the site's trash."""
        self._check(draft)
        if (numbers := self._names.numbers(ref.remote_id)) is None:
            raise _refused(_("This is not on the site any more."))
        post, comment = numbers
        if comment:
            told = self._client.change_comment(comment, _comment_of(draft), now)
        else:
            told = self._client.change(post, _fields(draft), now)
        with understood(writes=True):
            if told["status"] == "trash":
                raise _refused(_("This is not on the site any more."))
            return (reading.comment_ref if comment else reading.article_ref)(told, self._names)

    def withdraw(self, ref: PublishedRef, *, now: datetime) -> None:
        """Put an article or a comment into the site's trash; twice changes nothing more."""
        if numbers := self._names.numbers(ref.remote_id):
            post, comment = numbers
            self._client.remove("comments" if comment else "posts", comment or post, now)

    def read_events(self, cursor: str, now: datetime) -> Page[Event]:
        """Return the next comments of others on this author's articles; one is told once it is approved."""

        def rows(told: list[dict[str, object]]) -> list[dated.Row[Event]]:
            with understood(writes=False):
                return [reading.comment_row(one, self._names, self._user) for one in told]

        return dated.read(
            cursor,
            now,
            lambda after, page: rows(self._client.comments_after(after, page, now)),
            lambda keys: rows(self._client.comments(keys, now)),
        )

    def read_posts(self, cursor: str, now: datetime) -> Page[SeenPost]:
        """Return the next articles of this author; a scheduled one is told once it is public."""

        def rows(told: list[dict[str, object]]) -> list[dated.Row[SeenPost]]:
            with understood(writes=False):
                return [reading.article_row(one, self._names) for one in told]

        return dated.read(
            cursor,
            now,
            lambda after, page: rows(self._client.posts_after(self._user, after, page, now)),
            lambda keys: rows(self._client.scheduled(keys, now)),
        )

    def read_counts(self, refs: Iterable[PublishedRef], now: datetime) -> tuple[Reading, ...]:
        """Return how many comments each article has that is still public. A site counts no followers."""
        places = [self._names.numbers(ref.remote_id) for ref in refs]
        asked = sorted({place[0] for place in places if place and not place[1]})
        chunks = [asked[first : first + _FULL] for first in range(0, len(asked), _FULL)]
        public = [one["id"] for chunk in chunks for one in self._client.posts(chunk, now)]
        account = self._names.author(self._user)
        return tuple(
            Reading(
                account, Counted.REPLIES, self._client.comment_count(post, now), now, self._names.post(post)
            )
            for post in public
        )

    def read_profile(self, remote_id: str, now: datetime) -> Profile:
        """Return an author's profile, or the site's by its address. Raises UnexpectedReply for nobody's id."""
        number = self._names.author_number(remote_id)
        if number == self._user:
            return self.verify(now)
        if number is None and remote_id != self._names.home:
            raise UnexpectedReply("wordpress: nobody of that id")
        told = self._client.index(now) if number is None else self._client.user(number, now)
        with understood(writes=False):
            if number is None:
                return reading.site_profile(told, self._names, now)
            return reading.profile(told, self._names, now)

    def read_thread(self, ref: PublishedRef, now: datetime) -> tuple[SeenPost, ...]:
        """Return the article and its comments, oldest first. Raises UnexpectedReply when it is not public."""
        numbers = self._names.numbers(ref.remote_id)
        found = self._client.posts([numbers[0]], now) if numbers else []
        if not numbers or not found:
            raise Gone("wordpress: this article is not public")
        told: list[dict[str, object]] = []
        for page in range(1, _LONGEST_THREAD + 1):
            told += (fresh := self._client.thread(numbers[0], page, now))
            if len(fresh) < _FULL:
                break
        with understood(writes=False):
            comments = [reading.comment(one, self._names) for one in told]
            return (reading.article(found[0], self._names), *sorted(comments, key=lambda one: one.at))

    def _check(self, draft: Draft) -> None:
        """Raise what keeps `draft` from being sent at all."""
        if draft.quoting:
            raise self._unsupported("quotes")
        if draft.in_reply_to and draft.media:
            raise self._unsupported("pictures in comments")
        if not self.measure(draft.text).valid:
            raise _refused(_("An article has a text, of a million characters at most."))

    def _answer(self, draft: Draft, now: datetime) -> PublishedRef:
        """Comment, unless the very same comment stands there already."""
        post, parent = self._place(draft)
        if there := self._answers(draft, now):
            return there[0]
        fields = {"post": post, "parent": parent, "content": _comment_of(draft)}
        try:
            told = self._client.answer(fields, now)
        except SiteRefused as refused:
            there = self._answers(draft, now) if refused.code == DUPLICATE else ()
            if not there:
                raise
            return there[0]
        with understood(writes=True):
            return reading.comment_ref(told, self._names)

    def _answers(self, draft: Draft, now: datetime) -> tuple[PublishedRef, ...]:
        """Return this author's comments that say what `draft` says, where it says it."""
        told = self._client.own_comments(*self._place(draft), self._user, now)
        wanted = _letters(whole_text(draft))
        with understood(writes=False):
            return tuple(
                reading.comment_ref(one, self._names) for one in told if _letters(reading.said(one)) == wanted
            )

    def _place(self, draft: Draft) -> tuple[int, int]:
        """Return the numbers of the post and of the comment (0: none) that `draft` answers."""
        if not (numbers := self._names.numbers(draft.in_reply_to)):
            raise _refused(_("What this answers is not on the site any more."))
        return numbers


def _refused(reason: str) -> ContentRefused:
    return ContentRefused("wordpress: refused before anything was sent", reason=reason)


def _fields(draft: Draft) -> dict[str, object]:
    """Return `draft` as the fields of a post: its first picture stands above it, the others at its end."""
    pictures = []
    for uploaded in draft.media:
        number, url = json.loads(uploaded.remote_id)
        pictures.append((int(number), Picture(str(url), uploaded.alternative_text)))
    return {
        "title": escape(draft.title.strip(), quote=False),
        "content": body_of(draft, [picture for _number, picture in pictures[1:]]),
        "featured_media": pictures[0][0] if pictures else 0,
    }


def _comment_of(draft: Draft) -> str:
    return escape(whole_text(draft), quote=False)


def _letters(text: str) -> str:
    """Return the letters and figures of `text`: sites show other quotation marks, dashes and smileys."""
    return "".join(letter for letter in text.casefold() if letter.isalnum()) or text.strip()
