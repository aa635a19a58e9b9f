"""Ghost's door: one site, said in the words of our contracts."""

import hashlib
import re
import secrets
from collections.abc import Mapping
from datetime import datetime
from html import escape
from typing import Any, Final
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from portevoix.core.clock import to_us
from portevoix.core.http import Transport
from portevoix.networks import dated
from portevoix.networks.articles import Picture, body_of, title_of, words_of
from portevoix.networks.calls import understood
from portevoix.networks.connector import Connector, Options
from portevoix.networks.contracts import (
    ActorRef,
    Capabilities,
    Draft,
    Limits,
    Looking,
    Media,
    Page,
    PostKind,
    Profile,
    ProfileLink,
    Proof,
    PublishedRef,
    SeenPost,
    Signing,
    TextMeasure,
    Uploaded,
)
from portevoix.networks.errors import ContentRefused, NeedsReconnection, OptionsRefused, UnexpectedReply
from portevoix.networks.ghost import config
from portevoix.networks.ghost import text as counting
from portevoix.networks.ghost.client import COLLISION, GONE, GhostClient, GhostRefused
from portevoix.networks.ghost.publishing import is_public, publish_once
from portevoix.networks.meter import UNMETERED, Meter
from portevoix.networks.signing import Signed
from portevoix.networks.text import words_for

_EDITOR: Final = "/ghost/#/editor/post/"
_ID: Final = re.compile(r"[0-9a-f]{24}\Z")
_ENDINGS: Final = {"image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/webp": "webp"}


class GhostConnector(Connector):
    """A site. Its options are those of `config`; its credentials, the Admin API key of an integration."""

    key = "ghost"
    asks = config.ASKS
    guide = config.GUIDE
    permits = config.PERMITS
    capabilities = Capabilities(
        can_publish=True,
        can_update=True,
        can_withdraw=True,
        looking=Looking.KEYED,
        can_read_posts=True,
        can_read_profiles=True,
        can_upload=True,
        signing=Signing.TYPED,
        proof=Proof.ASKED,
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
        site = config.read_options(options)
        self._home = site.home
        self._client = GhostClient(site, config.read_key(credentials), transport)

    @classmethod
    def sign_in(
        cls, answers: Mapping[str, str], *, now: datetime, transport: Transport | None = None
    ) -> tuple[Signed, ...]:
        """Return the site that the key opens. Raises OptionsRefused."""
        address, typed = config.typed_address(answers), answers.get("key", "").strip()
        client = GhostClient(config.Site(address, address), config.read_key(typed), transport)
        try:
            told = client.site(now)
            client.try_key(now)
        except (UnexpectedReply, GhostRefused):
            sentence = _("No Ghost answers at this address. Copy the API URL of the integration.")
            raise OptionsRefused(sentence) from None
        except NeedsReconnection:
            sentence = _("The site does not accept this key. Copy the Admin API key anew.")
            raise OptionsRefused(sentence) from None
        finally:
            client.close()
        with understood(writes=False):
            home = config.check_address(str(told["url"]))
            return (Signed(_profile(told, home, now), {"site": home, "api": address}, typed),)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def limits(self, now: datetime) -> Limits:
        """Return what servers take; Ghost itself sets no limit to a text."""
        return counting.LIMITS

    def measure(self, text: str, limits: Limits | None = None) -> TextMeasure:
        """Return the length of `text` in characters."""
        return counting.measure(text, limits)

    def verify(self, now: datetime) -> Profile:
        """Return the site, once the key was tried."""
        self._client.try_key(now)
        return self.read_profile(self._home, now)

    def new_key(self, now: datetime) -> str:
        """Return a key that becomes the last part of the article's address."""
        return f"{now:%Y%m%d}-{to_us(now) % 1_000_000:x}{secrets.token_hex(6)}"

    def upload(self, media: Media, *, now: datetime) -> Uploaded:
        """Put a picture on the site. Raises ContentRefused when nothing says what it shows."""
        words_for(media)
        name = f"{hashlib.sha256(media.content).hexdigest()[:16]}.{_ENDINGS.get(media.media_type, 'bin')}"
        return Uploaded(self._client.upload(media, name, now), media.alternative_text)

    def publish(self, draft: Draft, *, key: str, now: datetime) -> PublishedRef:
        """Publish an article once for `key`. Raises ContentRefused. No newsletter is sent."""
        self._check(draft)
        told = publish_once(self._client, key, _fields(draft), now)
        with understood(writes=True):
            return self._ref(told)

    def find(self, draft: Draft, *, key: str, since: datetime, now: datetime) -> tuple[PublishedRef, ...]:
        """Return the public article of that `key`."""
        found = self._client.published(key, now)
        with understood(writes=False):
            return tuple(self._ref(one) for one in found)

    def update(self, ref: PublishedRef, draft: Draft, *, now: datetime) -> PublishedRef:
        """Replace an article. Raises ContentRefused when it is not public, or somebody has just changed it."""
        self._check(draft)
        told = self._standing(ref, now)
        if told is None:
            raise _refused(_("This is not on the site any more."))
        changed = self._changed(told, _fields(draft), now)
        with understood(writes=True):
            return self._ref(changed)

    def withdraw(self, ref: PublishedRef, *, now: datetime) -> None:
        """Make a draft of an article again; twice is once. Raises ContentRefused while it is being edited."""
        if told := self._standing(ref, now):
            self._changed(told, {"status": "draft"}, now)

    def read_posts(self, cursor: str, now: datetime) -> Page[SeenPost]:
        """Return the next articles of the site; a scheduled one is told once it is public."""

        def rows(told: list[dict[str, Any]]) -> list[dated.Row[SeenPost]]:
            with understood(writes=False):
                return [self._row(one) for one in told]

        return dated.read(
            cursor,
            now,
            lambda after, page: rows(self._client.posts_after(after, page, now)),
            lambda keys: rows(self._client.posts(keys, now)),
        )

    def read_profile(self, remote_id: str, now: datetime) -> Profile:
        """Return the site's profile. Raises UnexpectedReply for any other id."""
        if remote_id != self._home:
            raise UnexpectedReply("ghost: nobody of that id")
        told = self._client.site(now)
        with understood(writes=False):
            return _profile(told, self._home, now)

    def _check(self, draft: Draft) -> None:
        """Raise what keeps `draft` from being sent at all."""
        if draft.quoting or draft.in_reply_to:
            raise self._unsupported("quotes and replies")
        if not self.measure(draft.text).valid:
            raise _refused(_("An article has a text, of a million characters at most."))

    def _standing(self, ref: PublishedRef, now: datetime) -> dict[str, Any] | None:
        """Return a public article as it is now, None when it is not public or not there."""
        number = ref.remote_id.removeprefix(f"{self._home}{_EDITOR}")
        if not _ID.match(number):
            return None
        try:
            told = self._client.post(number, now)
        except GhostRefused:
            return None
        with understood(writes=False):
            return {**told, "updated_at": told["updated_at"]} if is_public(told) else None

    def _changed(
        self, told: Mapping[str, Any], fields: Mapping[str, Any], now: datetime
    ) -> Mapping[str, Any]:
        """Change an article from the state that was seen. Raises ContentRefused when it is another by now."""
        whole = {**fields, "updated_at": told["updated_at"]}
        try:
            return self._client.change(str(told["id"]), whole, now)
        except GhostRefused as refused:
            sentences = {
                GONE: _("This is not on the site any more."),
                COLLISION: _("Somebody has just changed this article on the site. Look at it there."),
            }
            raise _refused(sentences.get(refused.kind, refused.reason)) from refused

    def _ref(self, told: Mapping[str, Any]) -> PublishedRef:
        return PublishedRef(f"{self._home}{_EDITOR}{told['id']}", str(told["url"]), _instant(told))

    def _row(self, told: Mapping[str, Any]) -> dated.Row[SeenPost]:
        ref, words = self._ref(told), words_of(escape(str(told["title"])), str(told["html"] or ""))
        author, at = ActorRef(self._home), _instant(told)
        article = SeenPost(ref.remote_id, author, at, PostKind.ARTICLE, words, url=ref.url)
        return dated.Row(str(told["id"]), at, is_public(told), article)


def _refused(reason: str) -> ContentRefused:
    return ContentRefused("ghost: nothing was changed", reason=reason)


def _instant(told: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(str(told["published_at"]).replace("Z", "+00:00"))


def _profile(told: Mapping[str, Any], home: str, now: datetime) -> Profile:
    host = urlsplit(home).hostname or ""
    actor = ActorRef(home, host, str(told["title"]), f"{home}/")
    return Profile(actor, now, str(told.get("description") or ""), (ProfileLink(home),))


def _fields(draft: Draft) -> dict[str, Any]:
    """Return `draft` as the fields of an article: its first picture stands above it, the others at its end."""
    pictures = [Picture(one.remote_id, one.alternative_text) for one in draft.media]
    first = pictures[0] if pictures else None
    return {
        "title": title_of(draft, counting.SHORT_TITLE),
        "html": body_of(draft, pictures[1:]),
        "feature_image": first.url if first else None,
        "feature_image_alt": first.alternative_text if first else None,
    }
