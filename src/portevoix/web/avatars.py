"""Drawings that stand for voices: put together from the voice's name, coloured by its hue, nobody's face.

A drawing is a coat, a head, hair and perhaps glasses, each chosen by the slug. The parts are templates in
`web/avatar/`, in a square of 40; their classes take their colours from the voice's hue in `look.css`.
"""

import hashlib
from typing import Final

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


def parts_of(voice: Voice) -> list[str]:
    """Return the templates whose drawings, one over the other, stand for `voice`: the brand's is a megaphone."""
    names = ["brand"] if voice.kind == VoiceKind.BRAND else drawing(voice.slug)
    return [f"web/avatar/{name}.svg" for name in names]
