"""Pictures on their way to LinkedIn: announced, put where it says, and worked on there."""

from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from portevoix.core.http import HttpError
from portevoix.networks.calls import understood
from portevoix.networks.contracts import Media, Uploaded
from portevoix.networks.errors import ContentRefused, OutcomeUnknown, UnexpectedReply, from_http_error
from portevoix.networks.linkedin.client import LinkedInClient, Told, quoted
from portevoix.networks.linkedin.text import LIMITS
from portevoix.networks.text import words_for

_IMAGE: Final = "urn:li:image:"
_WAIT: Final = timedelta(seconds=10)
_FAILED: Final = frozenset({"PROCESSING_FAILED", "FAILED"})
_READY: Final = "AVAILABLE"


def upload(client: LinkedInClient, owner: str, media: Media, now: datetime) -> Uploaded:
    """Put a picture on LinkedIn for `owner`. Raises ContentRefused."""
    words = words_for(media, LIMITS.alternative_text_length)
    value = _announced(client, owner, now)
    with understood(writes=True):
        address, urn = str(value["uploadUrl"]), str(value["image"])
    if urlsplit(address).scheme != "https":
        raise OutcomeUnknown("a place for a picture that is not https")
    client.put(address, media.content, media.media_type, now)
    return Uploaded(urn, words, is_ready=False, check_at=now + _WAIT)


def check(client: LinkedInClient, uploaded: Uploaded, now: datetime) -> Uploaded:
    """Return `uploaded` as it is now. Raises ContentRefused when LinkedIn could make nothing of it."""
    if not uploaded.remote_id.startswith(_IMAGE):
        raise UnexpectedReply("an upload of another network")
    status = str(client.read(f"/rest/images/{quoted(uploaded.remote_id)}", now=now).get("status"))
    if status in _FAILED:
        raise ContentRefused("the picture failed", reason=_("LinkedIn cannot show this picture."))
    if status == _READY:
        return Uploaded(uploaded.remote_id, uploaded.alternative_text)
    return Uploaded(uploaded.remote_id, uploaded.alternative_text, is_ready=False, check_at=now + _WAIT)


def _announced(client: LinkedInClient, owner: str, now: datetime) -> Told:
    body = {"initializeUploadRequest": {"owner": owner}}
    answer = client.create("/rest/images?action=initializeUpload", body, now=now)
    with understood(writes=True):
        try:
            value: Told = answer.json()["value"]
        except HttpError as problem:
            raise from_http_error(problem, writes=True) from problem
    return value
