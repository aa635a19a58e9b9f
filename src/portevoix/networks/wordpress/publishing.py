"""One post a key, for ever, on a site that knows no keys.

The key is the post's slug. A site gives a slug only once, unless several posts are made at the same moment; then
it may give it twice, or add a tail. So a post is made as a draft, which nobody sees, and looked for with its
tails; of several the first one wins, the others are taken away, and only then the winner is published. Publishing
a post that is public changes nothing. Whatever answer is lost, asking again goes on from what is there.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _

from portevoix.networks.errors import ContentRefused, OutcomeUnknown, UnexpectedReply
from portevoix.networks.wordpress.client import GONE, PUBLIC, SiteRefused, WordPressClient

Told = Mapping[str, Any]
_TURNS: Final = 3
"""How often one begins anew because somebody else, with the same key, took one's draft away."""


def _public_of(found: Sequence[Told]) -> Told | None:
    """Return the one of a key's posts that is public, or will be by itself."""
    return next((one for one in found if one["status"] in PUBLIC), None)


def published(client: WordPressClient, key: str, now: datetime) -> Told | None:
    """Return the post of `key` that is public, or will be by itself, or None."""
    return _public_of(client.under(key, now, ",".join(PUBLIC)))


def publish_once(client: WordPressClient, key: str, fields: Told, now: datetime) -> Told:
    """Return the one post of `key`, published. Raises ContentRefused when it was withdrawn."""
    for _turn in range(_TURNS):
        try:
            return _published(client, key, fields, now)
        except SiteRefused as refused:
            if refused.code not in GONE:
                raise
    raise OutcomeUnknown("wordpress: others publish under this key at the same time")


def _published(client: WordPressClient, key: str, fields: Told, now: datetime) -> Told:
    found = client.under(key, now)
    if public := _public_of(found):
        return public
    if any(one["status"] == "trash" for one in found):
        raise ContentRefused("withdrawn before", reason=_("This article was withdrawn and stays so."))
    found = found or _with_a_draft(client, key, fields, now)
    first = _public_of(found) or found[0]
    for other in found:
        if other["id"] != first["id"] and other["status"] not in PUBLIC:
            _take_away(client, other, now)
    return client.change(int(first["id"]), {**fields, "status": "publish"}, now)


def _with_a_draft(client: WordPressClient, key: str, fields: Told, now: datetime) -> list[dict[str, Any]]:
    """Make a draft of `key`; return all that stand under it now, of whoever made them."""
    made = client.create({**fields, "slug": key, "status": "draft"}, now)
    found = client.under(key, now)
    if not found:
        _take_away(client, made, now)
        raise UnexpectedReply("wordpress: this site gives posts slugs of its own")
    return found


def _take_away(client: WordPressClient, draft: Told, now: datetime) -> None:
    """Delete a draft. One that cannot be deleted stays unseen: another may be deleting it at this moment."""
    with suppress(OutcomeUnknown, ContentRefused):
        client.remove("posts", int(draft["id"]), now, for_good=True)
