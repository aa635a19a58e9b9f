"""What a server says of itself: its limits, and what it has learned. Servers of other makes tell less."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isqrt
from typing import Any, Final

from portevoix.networks.contracts import Limits
from portevoix.networks.mastodon.text import DEFAULTS

QUOTES_SINCE: Final = 7
"""The version of Mastodon's API (`api_versions`) from which posts can quote: Mastodon 4.5."""


@dataclass(frozen=True)
class Instance:
    """A server: what it allows on one post, and whether posts can quote there."""

    limits: Limits
    can_quote: bool = False


UNTOLD: Final = Instance(DEFAULTS)
"""A server that says nothing of itself."""


def read_instance(told: Any) -> Instance:
    """Return the server that `told` (the answer of /api/v2/instance or /api/v1/instance) describes.

    What is missing, or no number, is what Mastodon itself allows.
    """
    configuration = _part(told, "configuration")
    statuses, media = _part(configuration, "statuses"), _part(configuration, "media_attachments")
    area = _number(media, "image_matrix_limit")
    limits = Limits(
        text_length=_number(statuses, "max_characters")
        or _number(told, "max_toot_chars")
        or DEFAULTS.text_length,
        media_count=_number(statuses, "max_media_attachments") or DEFAULTS.media_count,
        alternative_text_length=_number(media, "description_limit") or DEFAULTS.alternative_text_length,
        link_length=_number(statuses, "characters_reserved_per_url") or DEFAULTS.link_length,
        media_bytes=_number(media, "image_size_limit"),
        media_side=isqrt(area) if area else None,
        media_types=_types(media),
    )
    return Instance(limits, (_number(_part(told, "api_versions"), "mastodon") or 0) >= QUOTES_SINCE)


def _part(told: Any, name: str) -> Mapping[str, Any]:
    part = told.get(name) if isinstance(told, Mapping) else None
    return part if isinstance(part, Mapping) else {}


def _number(told: Any, name: str) -> int | None:
    """Return the whole number above 0 that stands under `name`, None when there is none."""
    value = told.get(name) if isinstance(told, Mapping) else None
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


def _types(media: Mapping[str, Any]) -> frozenset[str]:
    told = media.get("supported_mime_types")
    return frozenset(one for one in told if isinstance(one, str)) if isinstance(told, list) else frozenset()
