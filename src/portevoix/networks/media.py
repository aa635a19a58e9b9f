"""Pictures made to fit a network: upright, freed of where they were taken, small enough, of a type it takes."""

from dataclasses import replace
from io import BytesIO
from typing import Final

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from portevoix.core.errors import UserError
from portevoix.networks.contracts import Limits, Media

MOST_PIXELS: Final = 60_000_000
"""A picture with more is not opened: a small file can hold a very large one."""
_QUALITIES: Final = (90, 82, 74, 66, 58)
"""Of JPEG, tried until the picture is small enough; then it is made smaller."""
_SHRINK: Final = 0.8
_SMALLEST: Final = 64
"""Pixels of the longer side below which nothing is left to see."""
_TYPES: Final = {"PNG": "image/png", "JPEG": "image/jpeg"}


class MediaRefused(UserError):
    """A picture cannot be published: it is none, or nothing says what it shows."""


def fitted(media: Media, limits: Limits) -> Media:
    """Return `media` as a network of these `limits` takes it. Nothing but the picture and its colours is kept.

    Raises MediaRefused when it is no picture that can be read, has too many pixels, or cannot be made small
    enough, and when nothing says what it shows or that says too much.
    """
    _check_words(media, limits)
    picture = _opened(media.content)
    side = limits.media_side or max(picture.size)
    while side >= _SMALLEST:
        for content, media_type in _tried(_within(picture, side), limits):
            if limits.media_bytes is None or len(content) <= limits.media_bytes:
                return replace(media, content=content, media_type=media_type)
        side = int(min(side, max(picture.size)) * _SHRINK)
    raise MediaRefused(_("This picture cannot be made small enough for the network. Choose another one."))


def _check_words(media: Media, limits: Limits) -> None:
    if not media.alternative_text.strip():
        raise MediaRefused(_("Say what the picture shows, for those who cannot see it."))
    longest = limits.alternative_text_length
    if longest is not None and len(media.alternative_text) > longest:
        words = _("What the picture shows is said in %(limit)s characters at most on this network.")
        raise MediaRefused(words % {"limit": longest})


def _opened(content: bytes) -> Image.Image:
    """Return the first frame of a picture, upright, in colours that every type has."""
    try:
        with Image.open(BytesIO(content)) as found:
            if found.width * found.height > MOST_PIXELS:
                raise MediaRefused(_("This picture has too many pixels. Make it smaller, then try again."))
            upright = ImageOps.exif_transpose(found)
            mode = "RGBA" if upright.has_transparency_data else "RGB"
            return upright.convert(mode)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise MediaRefused(
            _("This is no picture that can be read. A PNG, JPEG, WebP or GIF is; nothing was sent.")
        ) from None


def _within(picture: Image.Image, side: int) -> Image.Image:
    """Return `picture` with no side longer than `side` pixels."""
    if max(picture.size) <= side:
        return picture
    smaller = picture.copy()
    smaller.thumbnail((side, side), Image.Resampling.LANCZOS)
    return smaller


def _tried(picture: Image.Image, limits: Limits) -> list[tuple[bytes, str]]:
    """Return `picture` in the types that the network takes, the best first. Raises MediaRefused."""
    taken = limits.media_types or frozenset(_TYPES.values())
    found = []
    if picture.mode == "RGBA" and "image/png" in taken:
        found.append((_encoded(picture, "PNG"), "image/png"))
    if "image/jpeg" in taken:
        flat = _flat(picture)
        found += [(_encoded(flat, "JPEG", quality), "image/jpeg") for quality in _QUALITIES]
    elif "image/png" in taken and not found:
        found.append((_encoded(picture, "PNG"), "image/png"))
    if not found:
        raise MediaRefused(_("This network takes no picture of a type that can be made here."))
    return found


def _flat(picture: Image.Image) -> Image.Image:
    """Return `picture` on white where one sees through it."""
    if picture.mode == "RGB":
        return picture
    white = Image.new("RGB", picture.size, "white")
    white.paste(picture, mask=picture.getchannel("A"))
    return white


def _encoded(picture: Image.Image, kind: str, quality: int = 90) -> bytes:
    """Return the bytes of `picture`, without anything that a camera wrote beside it, its colour profile aside."""
    written = BytesIO()
    profile = picture.info.get("icc_profile")
    clean = Image.new(picture.mode, picture.size)
    clean.paste(picture)
    options = {"quality": quality, "progressive": True} if kind == "JPEG" else {}
    clean.save(written, kind, optimize=True, icc_profile=profile, **options)
    return written.getvalue()
