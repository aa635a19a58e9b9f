"""One article a key, for ever: the key is the slug, which Ghost gives once, and with a tail to who comes later.

An article is made as a draft, which nobody sees, and looked for with its tails; the first one wins, later ones are
taken away, and only then it is published. One that was public and is a draft again was withdrawn, by us or by
somebody on the site: Ghost goes on telling when it was published.
"""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _

from portevoix.networks.calls import understood
from portevoix.networks.errors import ContentRefused, OutcomeUnknown, UnexpectedReply
from portevoix.networks.ghost.client import COLLISION, GONE, GhostClient, GhostRefused

Told = Mapping[str, Any]
_TURNS: Final = 3
"""How often one begins anew because somebody else changed or took away one's draft."""


def is_public(told: Told) -> bool:
    """Return whether everybody sees an article."""
    return str(told["status"]) == "published"


def publish_once(client: GhostClient, key: str, fields: Told, now: datetime) -> Told:
    """Return the one article of `key`, published. Raises ContentRefused when it was withdrawn."""
    for _turn in range(_TURNS):
        try:
            return _published(client, key, fields, now)
        except GhostRefused as refused:
            if refused.kind not in (COLLISION, GONE):
                raise
    raise OutcomeUnknown("ghost: others publish under this key at the same time")


def _published(client: GhostClient, key: str, fields: Told, now: datetime) -> Told:
    found = _looked(client, key, now)
    if public := next((one for one in found if is_public(one)), None):
        return public
    if any(one["published_at"] for one in found):
        raise ContentRefused("withdrawn before", reason=_("This article was withdrawn and stays so."))
    first, *others = found or _with_a_draft(client, key, fields, now)
    for other in others:
        if not is_public(other):
            _take_away(client, other, now)
    state = {"status": "published", "updated_at": first["updated_at"]}
    return first if is_public(first) else client.change(first["id"], {**fields, **state}, now)


def _looked(client: GhostClient, key: str, now: datetime) -> list[dict[str, Any]]:
    """Return all articles of `key`, public ones first."""
    found = client.under(key, now)
    with understood(writes=False):
        told = [
            {**one, "published_at": one["published_at"], "updated_at": one["updated_at"]} for one in found
        ]
        return sorted(told, key=lambda one: not is_public(one))


def _with_a_draft(client: GhostClient, key: str, fields: Told, now: datetime) -> list[dict[str, Any]]:
    """Make a draft of `key`; return all that stand under it now, of whoever made them."""
    made = client.create({**fields, "slug": key, "status": "draft"}, now)
    if found := _looked(client, key, now):
        return found
    _take_away(client, made, now)
    raise UnexpectedReply("ghost: this site gives articles slugs of its own")


def _take_away(client: GhostClient, draft: Told, now: datetime) -> None:
    """Delete a draft. One that cannot be deleted stays unseen: another may be deleting it at this moment."""
    with suppress(OutcomeUnknown, ContentRefused):
        client.delete(str(draft["id"]), now)
