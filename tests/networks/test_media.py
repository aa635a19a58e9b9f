"""Pictures are made to fit a network, and tell nothing of where they were taken."""

import struct
from dataclasses import replace
from io import BytesIO
from random import Random
from typing import Any

import pytest
from PIL import Image, ImageCms, ImageSequence

from portevoix.networks.contracts import Limits, Media
from portevoix.networks.media import MediaRefused, fitted

ANY = Limits()


def picture(
    mode: str = "RGB",
    size: tuple[int, int] = (120, 80),
    kind: str = "PNG",
    *,
    noisy: bool = False,
    **saved: object,
) -> bytes:
    """Return a picture; a noisy one can hardly be compressed."""
    image = Image.new(mode, size, "red")
    if noisy:
        image = Image.frombytes("RGB", size, Random(7).randbytes(size[0] * size[1] * 3))
    written = BytesIO()
    image.save(written, kind, **saved)
    return written.getvalue()


def made(content: bytes, limits: Limits = ANY, words: str = "A red field") -> Image.Image:
    """Return what is made of a picture, read again."""
    media = fitted(Media(content, "image/png", words), limits)
    image = Image.open(BytesIO(media.content))
    assert media.media_type == Image.MIME[image.format or ""]
    return image


def test_nothing_that_a_camera_wrote_is_kept() -> None:
    exif = Image.Exif()
    exif[0x010E] = "in front of my house"
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 51.0, 24.0), 3: "E", 4: (2.0, 21.0, 3.0)})
    content = picture(kind="JPEG", exif=exif, comment=b"my house")
    assert b"my house" in content

    media = fitted(Media(content, "image/jpeg", "A house"), ANY)

    image = Image.open(BytesIO(media.content))
    assert not image.getexif()
    assert b"my house" not in media.content
    assert b"Exif" not in media.content
    assert media.alternative_text == "A house"


def test_a_picture_that_lies_on_its_side_is_turned_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    assert made(picture(kind="JPEG", exif=exif)).size == (80, 120)


def test_a_picture_is_made_no_longer_than_the_network_takes() -> None:
    assert made(picture(size=(400, 200)), Limits(media_side=100)).size == (100, 50)
    assert made(picture(size=(40, 20)), Limits(media_side=100)).size == (40, 20)


def test_a_picture_is_made_small_enough() -> None:
    content = picture(size=(600, 600), noisy=True)
    limits = Limits(media_bytes=60_000)
    media = fitted(Media(content, "image/png", "Noise"), limits)
    assert len(media.content) <= 60_000 < len(content)
    assert media.media_type == "image/jpeg"
    with pytest.raises(MediaRefused, match="small enough"):
        fitted(Media(content, "image/png", "Noise"), Limits(media_bytes=100))


def test_what_one_sees_through_stays_so_where_the_network_takes_it() -> None:
    seen_through = picture("RGBA")
    assert made(seen_through).mode == "RGBA"
    assert made(seen_through, Limits(media_types=frozenset({"image/jpeg"}))).mode == "RGB"
    assert made(picture(), Limits(media_types=frozenset({"image/png"}))).format == "PNG"
    with pytest.raises(MediaRefused, match="no picture of a type"):
        made(picture(), Limits(media_types=frozenset({"video/mp4"})))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP"])
def test_usual_types_are_read(kind: str) -> None:
    assert made(picture(kind=kind)).size == (120, 80)


@pytest.mark.parametrize(
    "content", [b"", b"no picture", b"<svg xmlns='http://www.w3.org/2000/svg'/>", picture()[:60]]
)
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(MediaRefused, match="no picture"):
        made(content)


def test_a_small_file_that_holds_a_very_large_picture_is_not_opened() -> None:
    with pytest.raises(MediaRefused):
        made(picture("1", (20_000, 20_000)))


def test_a_picture_says_what_it_shows() -> None:
    with pytest.raises(MediaRefused, match="cannot see"):
        made(picture(), words=" ")
    with pytest.raises(MediaRefused, match="10 characters"):
        made(picture(), Limits(alternative_text_length=10), "Far too much")


def colour(image: Image.Image) -> list[int]:
    """Return red, green and blue of a place within a picture."""
    return list(image.convert("RGB").crop((5, 5, 6, 6)).tobytes())


def press(inks: bytes = b"CMYK") -> bytes:
    """Return the colour profile of a press that prints everything white."""
    tables = bytes(range(256)) * 4 + bytes([255, 128, 128]) * 16 + bytes(range(256)) * 3
    unity = struct.pack(">9i", *[65536 if place % 4 == 0 else 0 for place in range(9)])
    table = b"mft1" + bytes(4) + bytes([4, 3, 2, 0]) + unity + tables
    white = struct.pack(">3i", 63190, 65536, 54061)
    head = struct.pack(">I4xI", 128 + 16 + len(table), 0x02400000) + b"prtr" + inks + b"Lab " + bytes(12)
    head += b"acsp" + bytes(28) + white + bytes(48)
    return head + struct.pack(">I4sII", 1, b"A2B0", 144, len(table)) + table


def swapped() -> bytes:
    """Return the colour profile of a screen whose red is green."""
    usual = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return usual.replace(b"rXYZ", b"____", 1).replace(b"gXYZ", b"rXYZ", 1).replace(b"____", b"gXYZ", 1)


def test_a_picture_for_print_is_said_in_the_colours_of_the_screen() -> None:
    image = made(picture("CMYK", kind="JPEG", icc_profile=press()))
    assert (image.mode, image.info.get("icc_profile")) == ("RGB", None)
    assert min(colour(image)) > 250


def test_a_profile_of_other_colours_than_the_picture_has_says_nothing() -> None:
    for profile in (press(), b"none"):
        image = made(picture(icc_profile=profile), Limits(media_types=frozenset({"image/png"})))
        assert (colour(image), image.info.get("icc_profile")) == ([255, 0, 0], None)


@pytest.mark.parametrize("taken", ["image/png", "image/jpeg"])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_colours_of_another_screen_stay_what_they_are_in_every_type(mode: str, taken: str) -> None:
    image = made(picture(mode, icc_profile=swapped()), Limits(media_types=frozenset({taken})))
    red, green, blue = colour(image)
    assert (image.info.get("icc_profile"), red < 5, green > 250, blue < 5) == (None, True, True, True)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "CMYK"])
def test_every_usual_mode_becomes_colours_that_all_types_have(mode: str) -> None:
    kind = "TIFF" if mode == "CMYK" else "PNG"
    assert made(picture(mode, kind=kind)).mode == ("RGBA" if mode == "LA" else "RGB")


def test_no_more_is_tried_than_until_the_picture_is_small_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []
    save = Image.Image.save

    def counted(self: Image.Image, *where: Any, **options: Any) -> None:
        tried.append(where[1])
        save(self, *where, **options)

    content = picture("RGBA")
    monkeypatch.setattr(Image.Image, "save", counted)
    fitted(Media(content, "image/png", "A red field"), Limits(media_bytes=5_000))
    assert tried == ["PNG"]


def moving(kind: str = "GIF", **saved: object) -> bytes:
    """Return a picture that is red, then blue."""
    red, blue, written = Image.new("RGB", (60, 40), "red"), Image.new("RGB", (60, 40), "blue"), BytesIO()
    red.save(written, kind, save_all=True, append_images=[blue], duration=[120, 340], loop=3, **saved)
    return written.getvalue()


GIFS = Limits(media_types=frozenset({"image/gif", "image/png"}))


def test_an_animation_goes_on_moving_where_the_network_takes_it() -> None:
    content = moving(comment=b"my house")
    assert b"my house" in content

    media = fitted(Media(content, "image/gif", "Red, then blue"), GIFS)

    image = Image.open(BytesIO(media.content))
    assert (media.media_type, image.format, image.info["loop"]) == ("image/gif", "GIF", 3)
    seen = [(frame.info["duration"], colour(frame)) for frame in ImageSequence.Iterator(image)]
    assert seen == [(120, [255, 0, 0]), (340, [0, 0, 255])]
    assert b"my house" not in media.content


@pytest.mark.parametrize(
    "limits",
    [
        ANY,
        Limits(media_types=frozenset({"image/png"})),
        replace(GIFS, media_bytes=100),
        replace(GIFS, media_side=50),
    ],
)
def test_an_animation_is_refused_in_words_where_it_would_stand_still(limits: Limits) -> None:
    with pytest.raises(MediaRefused, match="moves"):
        made(moving(), limits)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_what_moves_in_another_type_is_refused_in_words(kind: str) -> None:
    with pytest.raises(MediaRefused, match="moves"):
        made(moving(kind), GIFS)


def test_an_animation_that_ends_too_early_or_is_none_is_refused() -> None:
    content = moving()
    for damaged in (content[:-1], content[:-20], content[:-1] + b"\0"):
        with pytest.raises(MediaRefused, match="no picture"):
            made(damaged, GIFS)
