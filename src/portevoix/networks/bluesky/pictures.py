"""How broad and how high a picture is, so that those who show it keep its place before it has come."""

from io import BytesIO

from PIL import Image, UnidentifiedImageError

from portevoix.networks.contracts import Media


def aspect_of(media: Media) -> dict[str, int] | None:
    """Return breadth and height of a picture in pixels, None where they cannot be read."""
    try:
        with Image.open(BytesIO(media.content)) as picture:
            width, height = picture.size
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        return None
    return {"width": width, "height": height} if width and height else None
