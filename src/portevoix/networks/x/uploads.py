"""Pictures and films on their way to X: begun, sent piece by piece, ended, described, and worked on there."""

from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext as _

from portevoix.networks.calls import understood
from portevoix.networks.contracts import Media, Uploaded
from portevoix.networks.errors import ContentRefused
from portevoix.networks.text import words_for
from portevoix.networks.x.client import XClient, data_of
from portevoix.networks.x.posts import Told
from portevoix.networks.x.text import LIMITS

PIECE: Final = 1024 * 1024
"""Bytes that are sent at once."""
_USUAL_WAIT_S: Final = 5


def upload(client: XClient, media: Media, now: datetime) -> Uploaded:
    """Put `media` on X, with the words for those who cannot see it. Raises ContentRefused."""
    words = words_for(media, LIMITS.alternative_text_length)
    begun = {
        "media_type": media.media_type,
        "total_bytes": len(media.content),
        "media_category": _category(media.media_type),
    }
    media_id = _id_of(client.write("POST", "/2/media/upload/initialize", now=now, json=begun))
    for index, start in enumerate(range(0, len(media.content), PIECE)):
        piece = media.content[start : start + PIECE]
        client.send(
            f"/2/media/upload/{media_id}/append",
            now=now,
            data={"segment_index": str(index)},
            files={"media": ("media", piece, "application/octet-stream")},
        )
    ended = client.write("POST", f"/2/media/upload/{media_id}/finalize", now=now)
    described = {"id": media_id, "metadata": {"alt_text": {"text": words}}}
    client.write("POST", "/2/media/metadata", cost="media_metadata", now=now, json=described)
    return _worked_on(Uploaded(media_id, words), ended, now)


def check(client: XClient, uploaded: Uploaded, now: datetime) -> Uploaded:
    """Return `uploaded` as it is now. Raises ContentRefused when X could not make anything of it."""
    with understood(writes=False):
        query = {"command": "STATUS", "media_id": uploaded.remote_id}
        return _worked_on(uploaded, data_of(client.read("/2/media/upload", now=now, **query)), now)


def _category(media_type: str) -> str:
    if media_type.startswith("video/"):
        return "tweet_video"
    return "tweet_gif" if media_type == "image/gif" else "tweet_image"


def _id_of(data: Told) -> str:
    with understood(writes=True):
        return str(data["id"])


def _worked_on(uploaded: Uploaded, data: Told, now: datetime) -> Uploaded:
    """Return `uploaded` with what X says of its work on it."""
    work = data.get("processing_info") or {}
    state = str(work.get("state") or "succeeded")
    if state == "failed":
        raise ContentRefused("media failed", reason=_("X cannot show this picture or film."))
    if state == "succeeded":
        return Uploaded(uploaded.remote_id, uploaded.alternative_text)
    wait = timedelta(seconds=int(work.get("check_after_secs") or _USUAL_WAIT_S))
    return Uploaded(uploaded.remote_id, uploaded.alternative_text, is_ready=False, check_at=now + wait)
