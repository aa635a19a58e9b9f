"""Pictures are made to fit a network, and tell nothing of where they were taken."""

from io import BytesIO
from random import Random

import pytest
from PIL import Image

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
