"""Drawings that stand for voices: put together from the voice's name, coloured by its hue, nobody's face.

A drawing is a coat, a head, hair and perhaps glasses, each chosen by the slug. The parts are templates in
`web/avatar/`, in a square of 40; their classes take their colours from the voice's hue in `look.css`.
"""

import hashlib
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


def paths_of(voice: Voice) -> SafeString:
    """Return the drawing that stands for `voice`, without its frame: the brand's is a megaphone."""
    return _paths("brand") if voice.kind == VoiceKind.BRAND else _paths(*drawing(voice.slug))


@lru_cache(maxsize=256)
def _paths(*parts: str) -> SafeString:
    """Return parts drawn one over the other; there are few of them, and each page draws many."""
    drawn = (get_template(f"web/avatar/{name}.svg").render() for name in parts)
    return SafeString("".join(drawn))
