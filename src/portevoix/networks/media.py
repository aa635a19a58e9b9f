"""Pictures made to fit a network: upright, freed of where they were taken, small enough, of a type it takes."""

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import Final

from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from portevoix.core.errors import UserError
from portevoix.networks.animations import bare
from portevoix.networks.contracts import Limits, Media

MOST_PIXELS: Final = 60_000_000
"""A picture with more is not opened: a small file can hold a very large one."""
_QUALITIES: Final = (90, 82, 74, 66, 58)
"""Of JPEG, tried until the picture is small enough; then it is made smaller."""
_SHRINK: Final = 0.8
_SMALLEST: Final = 64
"""Pixels of the longer side below which nothing is left to see."""
_GIF: Final = "image/gif"
_MADE: Final = frozenset({"image/png", "image/jpeg"})
"""The types in which still pictures are made here."""
_MOVING: Final = frozenset({"GIF", "PNG", "WEBP", "AVIF"})
"""What moves when it has several pictures; in other types they are pages, or the same seen twice."""
_SPOKEN: Final = frozenset({"RGB", "CMYK", "L"})
"""The modes of which a colour profile can speak."""
_SRGB: Final = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


class MediaRefused(UserError):
    """A picture cannot be published: it is none, or nothing says what it shows."""


def fitted(media: Media, limits: Limits) -> Media:
    """Return `media` as a network of these `limits` takes it. Nothing but the picture is kept, in sRGB.

    Raises MediaRefused when it is no picture that can be read, has too many pixels, cannot be made small enough,
    or moves where it cannot be published moving; and when nothing says what it shows or that says too much.
    """
    _check_words(media, limits)
    picture = _opened(media.content)
    if picture is None:
        return _moving(media, limits)
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


def _opened(content: bytes) -> Image.Image | None:
    """Return a still picture, upright, in RGB or RGBA as sRGB means them; None for one that moves."""
    try:
        with Image.open(BytesIO(content)) as found:
            if found.width * found.height > MOST_PIXELS:
                raise MediaRefused(_("This picture has too many pixels. Make it smaller, then try again."))
            if found.format in _MOVING and getattr(found, "is_animated", False):
                found.load()
                return None
            return _in_srgb(ImageOps.exif_transpose(found))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise _no_picture() from None


def _no_picture() -> MediaRefused:
    return MediaRefused(
        _("This is no picture that can be read. A PNG, JPEG, WebP or GIF is; nothing was sent.")
    )


def _moving(media: Media, limits: Limits) -> Media:
    """Return a picture that moves, freed of what stands beside it. Raises MediaRefused where it would not move."""
    with Image.open(BytesIO(media.content)) as found:
        kind, side = found.format, max(found.size)
    try:
        content = bare(media.content) if kind == "GIF" else b""
    except ValueError:
        raise _no_picture() from None
    is_small = side <= (limits.media_side or side) and len(content) <= (limits.media_bytes or len(content))
    if not content or _GIF not in limits.media_types or not is_small:
        raise MediaRefused(
            _(
                "This picture moves, and the network does not take it so: it takes none that move, not of this "
                "type, or none this large. Nothing was sent; choose a still picture."
            )
        )
    return replace(media, content=content, media_type=_GIF)


def _in_srgb(picture: Image.Image) -> Image.Image:
    """Return `picture` in RGB, or RGBA where one sees through it, its own colours said in sRGB."""
    alpha = picture.convert("RGBA").getchannel("A") if picture.has_transparency_data else None
    flat = picture.convert({"LA": "L"}.get(picture.mode, "RGB")) if picture.mode not in _SPOKEN else picture
    coloured = _translated(flat, picture.info.get("icc_profile"))
    if alpha:
        coloured.putalpha(alpha)
    return coloured


def _translated(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Return `picture` in the RGB of sRGB; a profile that is none, or of other colours, says nothing."""
    if not profile:
        return picture.convert("RGB")
    try:
        own = ImageCms.ImageCmsProfile(BytesIO(profile))
        return ImageCms.buildTransform(own, _SRGB, picture.mode, "RGB").apply(picture)
    except (ImageCms.PyCMSError, OSError):
        return picture.convert("RGB")


def _within(picture: Image.Image, side: int) -> Image.Image:
    """Return `picture` with no side longer than `side` pixels."""
    if max(picture.size) <= side:
        return picture
    smaller = picture.copy()
    smaller.thumbnail((side, side), Image.Resampling.LANCZOS)
    return smaller


def _tried(picture: Image.Image, limits: Limits) -> Iterator[tuple[bytes, str]]:
    """Yield `picture` in the types that the network takes, the best first. Raises MediaRefused."""
    taken = _MADE & (limits.media_types or _MADE)
    if not taken:
        raise MediaRefused(_("This network takes no picture of a type that can be made here."))
    if "image/png" in taken and (picture.mode == "RGBA" or "image/jpeg" not in taken):
        yield _encoded(picture, "PNG"), "image/png"
    if "image/jpeg" in taken:
        flat = _flat(picture)
        for quality in _QUALITIES:
            yield _encoded(flat, "JPEG", quality), "image/jpeg"


def _flat(picture: Image.Image) -> Image.Image:
    """Return `picture` on white where one sees through it."""
    if picture.mode == "RGB":
        return picture
    white = Image.new("RGB", picture.size, "white")
    white.paste(picture, mask=picture.getchannel("A"))
    return white


def _encoded(picture: Image.Image, kind: str, quality: int = 90) -> bytes:
    """Return the bytes of `picture`, without anything that a camera wrote beside it."""
    written = BytesIO()
    clean = Image.new(picture.mode, picture.size)
    clean.paste(picture)
    options = {"quality": quality, "progressive": True} if kind == "JPEG" else {}
    clean.save(written, kind, optimize=True, **options)
    return written.getvalue()
