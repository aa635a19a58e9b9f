"""What the profile of an account has to say before a voice of the brand may speak through it."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any
from unicodedata import combining, normalize
from urllib.parse import urlsplit

from portevoix.networks.contracts import Limits, Profile


class Disclosure(StrEnum):
    """One thing that tells the public who runs an account."""

    NAME = "name"
    """The brand stands in the name."""
    BIOGRAPHY = "biography"
    """The biography names the brand that runs it."""
    LINK = "link"
    """The profile leads to the brand's public page."""
    LINK_BACK = "link_back"
    """The network itself found that page leading back, or the handle is the brand's own domain."""
    HUMAN = "human"
    """Nothing says that a machine speaks: a person holds it."""


@dataclass(frozen=True)
class Finding:
    """Whether one thing is told; None where the network does not let one know."""

    disclosure: Disclosure
    is_told: bool | None


def kept_profile(profile: Profile) -> dict[str, Any]:
    """Return what is kept of an account's own profile, so that it can be checked again without a call."""
    return {
        "display_name": profile.actor.display_name,
        "biography": profile.biography,
        "links": [[link.url, link.is_verified] for link in profile.links],
        "is_automated": profile.is_automated,
        "read_at": profile.read_at.isoformat(),
    }


def kept_limits(limits: Limits) -> dict[str, Any]:
    """Return what is kept of the limits that an account's server told."""
    return {**asdict(limits), "media_types": sorted(limits.media_types)}


def limits_of(kept: Mapping[str, Any]) -> Limits:
    """Return the limits that were kept."""
    return Limits(**{**kept, "media_types": frozenset(kept["media_types"])})


def disclosed(kept: Mapping[str, Any], *, brand: str, addresses: Collection[str]) -> tuple[Finding, ...]:
    """Return what a kept profile tells of the `brand` that runs it; `addresses` are the brand's public pages."""
    biography = str(kept["biography"])
    ours = {_place(each) for each in addresses}
    links = [(url, is_verified) for url, is_verified in kept["links"] if _place(url) in ours]
    is_linked = bool(links) or any(place and place in biography for place in ours)
    verified = [is_verified for _url, is_verified in links if is_verified is not None]
    return (
        Finding(Disclosure.NAME, _folded(brand) in _folded(kept["display_name"])),
        Finding(Disclosure.BIOGRAPHY, _folded(brand) in _folded(biography)),
        Finding(Disclosure.LINK, is_linked),
        Finding(Disclosure.LINK_BACK, any(verified) if verified else None),
        Finding(Disclosure.HUMAN, None if kept["is_automated"] is None else not kept["is_automated"]),
    )


def _folded(text: str) -> str:
    """Return `text` without case, accents and doubled spaces, as people compare names."""
    plain = "".join(letter for letter in normalize("NFKD", text) if not combining(letter))
    return " ".join(plain.casefold().split())


def _place(url: str) -> str:
    """Return where an address leads, whatever its scheme and the slash at its end; '' for what is none."""
    try:
        parts = urlsplit(url if "//" in url else f"//{url}")
    except ValueError:
        return ""
    return f"{(parts.hostname or '').removeprefix('www.')}{parts.path.rstrip('/')}"
