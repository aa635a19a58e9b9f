"""Drawings that stand for voices: put together from the voice's name, coloured by its hue, nobody's face.

A drawing is a coat, a head, hair and perhaps glasses, each chosen by the slug. The parts are templates in
`web/avatar/`, in a square of 40; their classes take their colours from the voice's hue in `look.css`.
"""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from django.template.loader import get_template
from django.utils.safestring import SafeString

from portevoix.programme.models import Voice, VoiceKind

COATS: Final = 3
HAIRCUTS: Final = 8
GLASSES: Final = 2
_BARE: Final = 3
"""How many in so many and GLASSES wear none."""


def drawing(slug: str) -> list[str]:
    """Return the parts that stand for a person's voice called `slug`: always the same for the same slug."""
    number = int.from_bytes(hashlib.sha256(slug.encode()).digest()[:8], "big")
    number, coat = divmod(number, COATS)
    number, hair = divmod(number, HAIRCUTS)
    glasses = number % (GLASSES + _BARE)
    worn = [f"glasses-{glasses}"] if glasses < GLASSES else []
    return [f"coat-{coat}", "head", f"hair-{hair}", *worn]


@dataclass(frozen=True)
class Face:
    """What of a voice a drawing needs."""

    slug: str
    kind: str
    hue: int

    @classmethod
    def of(cls, voice: "Voice | Face") -> "Face":
        """Return the face of `voice`."""
        return voice if isinstance(voice, Face) else cls(voice.slug, str(voice.kind), voice.hue)


@dataclass(frozen=True)
class Portrait:
    """A face in its frame: of what size, called what where it is no decoration, drawn again by name or not."""

    face: Face
    size: str
    label: str
    is_named: bool


def paths_of(voice: Voice | Face) -> SafeString:
    """Return the drawing that stands for `voice`, without its frame: the brand's is a megaphone."""
    return _paths("brand") if voice.kind == VoiceKind.BRAND else _paths(*drawing(voice.slug))


@lru_cache(maxsize=256)
def _paths(*parts: str) -> SafeString:
    """Return parts drawn one over the other; there are few of them, and each page draws many."""
    drawn = (get_template(f"web/avatar/{name}.svg").render() for name in parts)
    return SafeString("".join(drawn))
