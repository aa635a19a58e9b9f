"""The twenty-four colours of voices, and how far apart the eye finds them, colour-blind eyes included.

Colours are given in OKLCH (Björn Ottosson, 2020): lightness 0 to 1, chroma, hue in degrees. How somebody with a
colour deficiency sees them follows Machado, Oliveira and Fernandes (IEEE TVCG 15(6), 2009), severity 1.0.
`look.css` has the same colours; tests compare the two, and hold the contrasts.
"""

import math
from dataclasses import dataclass
from functools import cache
from itertools import starmap
from typing import Final

Triple = tuple[float, float, float]


@dataclass(frozen=True)
class Colour:
    """One colour of the palette: its hue in degrees, and (lightness, chroma) in the light and the dark theme."""

    hue: int
    light: tuple[float, float]
    dark: tuple[float, float]

    def shades(self) -> tuple[Triple, Triple]:
        """Return its (lightness, chroma, hue) in the light and in the dark theme."""
        return (*self.light, float(self.hue)), (*self.dark, float(self.hue))


PALETTE: Final = (
    Colour(10, (0.43, 0.17), (0.64, 0.17)),
    Colour(10, (0.53, 0.17), (0.73, 0.165)),
    Colour(30, (0.38, 0.15), (0.6, 0.15)),
    Colour(50, (0.43, 0.11), (0.64, 0.11)),
    Colour(65, (0.48, 0.09), (0.69, 0.09)),
    Colour(80, (0.65, 0.13), (0.84, 0.13)),
    Colour(90, (0.58, 0.11), (0.78, 0.11)),
    Colour(100, (0.53, 0.11), (0.73, 0.11)),
    Colour(135, (0.65, 0.09), (0.84, 0.09)),
    Colour(145, (0.62, 0.17), (0.81, 0.17)),
    Colour(155, (0.38, 0.09), (0.6, 0.09)),
    Colour(175, (0.48, 0.09), (0.69, 0.09)),
    Colour(180, (0.58, 0.09), (0.78, 0.09)),
    Colour(205, (0.53, 0.09), (0.73, 0.09)),
    Colour(225, (0.65, 0.11), (0.84, 0.105)),
    Colour(235, (0.43, 0.09), (0.64, 0.09)),
    Colour(265, (0.38, 0.17), (0.6, 0.17)),
    Colour(265, (0.58, 0.17), (0.78, 0.11)),
    Colour(280, (0.53, 0.17), (0.73, 0.14)),
    Colour(295, (0.48, 0.17), (0.69, 0.17)),
    Colour(315, (0.38, 0.17), (0.6, 0.17)),
    Colour(325, (0.53, 0.17), (0.73, 0.17)),
    Colour(340, (0.62, 0.17), (0.81, 0.14)),
    Colour(345, (0.43, 0.17), (0.64, 0.17)),
)
"""Two to each twelfth of the wheel, of unlike lightness: that is what tells them apart where hues look alike."""

_SIGHTS: Final[tuple[tuple[Triple, Triple, Triple], ...]] = (
    ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
)
"""What each eye makes of linear RGB: all colours, then without red, green or blue cones."""


def linear(shade: Triple) -> Triple:
    """Return (lightness, chroma, hue) as linear sRGB, 0 to 1; beyond where no screen shows the colour."""
    lightness, chroma, hue = shade
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    cones = (
        (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3,
        (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3,
        (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3,
    )
    return _times(
        (
            (4.0767416621, -3.3077115913, 0.2309699292),
            (-1.2684380046, 2.6097574011, -0.3413193965),
            (-0.0041960863, -0.7034186147, 1.7076147010),
        ),
        cones,
    )


def _times(matrix: tuple[Triple, Triple, Triple], vector: Triple) -> Triple:
    one, two, three = (sum(w * x for w, x in zip(row, vector, strict=True)) for row in matrix)
    return one, two, three


def _perceived(rgb: Triple) -> Triple:
    """Return linear sRGB in OKLab, where equal distances look equally large."""
    shown = _clipped(rgb)
    cones = _times(
        (
            (0.4122214708, 0.5363325363, 0.0514459929),
            (0.2119034982, 0.6806995451, 0.1073969566),
            (0.0883024619, 0.2817188376, 0.6299787005),
        ),
        shown,
    )
    long, middle, short = (math.cbrt(cone) if cone > 0 else 0.0 for cone in cones)
    return _times(
        (
            (0.2104542553, 0.7936177850, -0.0040720468),
            (1.9779984951, -2.4285922050, 0.4505937099),
            (0.0259040371, 0.7827717662, -0.8086757660),
        ),
        (long, middle, short),
    )


def _clipped(rgb: Triple) -> Triple:
    red, green, blue = (min(max(part, 0.0), 1.0) for part in rgb)
    return red, green, blue


def apart(one: Triple, other: Triple) -> float:
    """Return how far two shades are apart for the eye that tells them apart least. About 0.02 is just visible."""
    return min(starmap(math.dist, zip(_seen(one), _seen(other), strict=True)))


@cache
def _seen(shade: Triple) -> tuple[Triple, ...]:
    """Return what each of the eyes sees of `shade`, in OKLab."""
    rgb = linear(shade)
    return tuple(_perceived(_times(sight, rgb)) for sight in _SIGHTS)


@cache
def distance(one: int, other: int) -> float:
    """Return how far the colours of two indexes are apart, in the theme and for the eye where that is least."""
    pairs = zip(PALETTE[one].shades(), PALETTE[other].shades(), strict=True)
    return min(starmap(apart, pairs))
