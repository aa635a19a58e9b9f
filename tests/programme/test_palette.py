"""The colours of voices: told apart by every eye, in both themes, and legible where they are used."""

import re
from itertools import combinations
from pathlib import Path

import pytest

from portevoix.programme import palette
from portevoix.programme.palette import PALETTE, Triple

LOOK = Path(palette.__file__).parents[1] / "web/static/portevoix/look.css"
SHEETS = ("#fffefb", "#201d19")
"""The sheets on which coloured things stand, light and dark; a test holds that `look.css` has the same."""


def _linear(code: str) -> Triple:
    parts = [int(code[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return red, green, blue


def _luminance(rgb: Triple) -> float:
    shown = (min(max(part, 0.0), 1.0) for part in rgb)
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), shown, strict=True))


def contrast(one: Triple, other: Triple) -> float:
    """Return the contrast ratio of WCAG 2 between two colours in linear sRGB."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast(_linear("#000000"), _linear("#ffffff")) == pytest.approx(21)
    assert contrast(_linear("#767676"), _linear("#ffffff")) == pytest.approx(4.54, abs=0.01)


def test_lightness_and_chroma_follow_the_definition_of_their_space() -> None:
    assert palette.linear((1.0, 0.0, 0.0)) == pytest.approx((1, 1, 1), abs=1e-3)
    assert palette.linear((0.627955, 0.257683, 29.2339)) == pytest.approx((1, 0, 0), abs=1e-3)


def test_who_lacks_red_cones_takes_no_red_from_green_of_the_same_lightness() -> None:
    red, green = (0.55, 0.11, 30.0), (0.55, 0.11, 110.0)
    assert palette.apart(red, green) < 0.06
    assert palette.apart((0.4, 0.1, 30.0), (0.7, 0.1, 30.0)) > 0.2


def test_any_two_of_the_twenty_four_are_told_apart_by_every_eye_in_both_themes() -> None:
    assert min(palette.distance(one, other) for one, other in combinations(range(24), 2)) > 0.032


def test_no_colour_is_beyond_what_screens_show() -> None:
    for colour in PALETTE:
        for shade in colour.shades():
            assert all(-0.002 <= part <= 1.002 for part in palette.linear(shade)), colour


def test_lines_and_dots_stand_out_from_their_sheet() -> None:
    for colour in PALETTE:
        for shade, sheet in zip(colour.shades(), SHEETS, strict=True):
            assert contrast(palette.linear(shade), _linear(sheet)) >= 3, colour


def test_names_in_a_voices_colour_can_be_read_on_all_that_lies_under_them() -> None:
    for colour in PALETTE:
        hue, (_l, light), (_d, dark) = float(colour.hue), colour.light, colour.dark
        inks = ((0.37, light * 0.6, hue), (0.86, dark * 0.6, hue))
        washes = ((0.955, 0.024, hue), (0.29, 0.035, hue))
        middles = ((0.885, light * 0.4, hue), (0.38, dark * 0.45, hue))
        for ink, wash, middle, sheet in zip(inks, washes, middles, SHEETS, strict=True):
            under = (palette.linear(wash), palette.linear(middle), _linear(sheet))
            assert min(contrast(palette.linear(ink), each) for each in under) >= 4.5, colour


def test_the_style_sheet_has_these_very_colours() -> None:
    style = LOOK.read_text()
    found = re.findall(
        r"\.hue-(\d+) \{ --h: ([\d.]+); --l: ([\d.]+); --c: ([\d.]+); --dl: ([\d.]+); --dc: ([\d.]+) \}",
        style,
    )
    told = [(str(place), colour.hue, *colour.light, *colour.dark) for place, colour in enumerate(PALETTE)]
    assert [(place, *map(float, numbers)) for place, *numbers in found] == told
    assert f"--sheet: light-dark({', '.join(SHEETS)})" in style
    for ink, light, dark in (
        ("ink", ".37 calc(var(--c) * .6)", ".86 calc(var(--dc) * .6)"),
        ("mid", ".885 calc(var(--c) * .4)", ".38 calc(var(--dc) * .45)"),
        ("wash", ".955 .024", ".29 .035"),
    ):
        rule = f"--voice-{ink}: light-dark(oklch({light} var(--h)), oklch({dark} var(--h)))"
        assert rule in style
