"""Fetching what stands at an address, and only when it has changed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from portevoix.core.http import Answer, Client
from portevoix.networks.calls import Calls
from portevoix.networks.errors import NetworkError, RateLimited, SourceClosed, retry_at
from portevoix.networks.rss.dates import read_date

MAX_BYTES = 5_000_000
"""Longest document that is read: years of a talkative site."""
ACCEPT = "application/atom+xml, application/rss+xml, application/xml;q=0.9, text/html;q=0.8, */*;q=0.5"
SETTLED = timedelta(minutes=1)
"""Dates of HTTP have no parts of a second, and some sites make their ETag of the date alone."""
_LONGEST_VALIDATOR = 300


@dataclass(frozen=True)
class Validators:
    """What a server said of the state of a document, to be said back to it: it then sends what is newer only."""

    etag: str = ""
    modified: str = ""

    def headers(self) -> dict[str, str]:
        """Return the headers that ask for what is newer."""
        told = {"if-none-match": self.etag, "if-modified-since": self.modified}
        return {name: value for name, value in told.items() if value}


@dataclass(frozen=True)
class Fetched:
    """What stands at an address. `content` is None where it is as it was.

    `address` is where it was found in the end, `moved_to` where it has moved for ever ('' where it has not).
    """

    content: bytes | None
    content_type: str
    address: str
    moved_to: str
    validators: Validators


def _meaning(answer: Answer, writes: bool, now: datetime) -> NetworkError | None:
    detail = f"HTTP status {answer.status}"
    if answer.status == 410:  # noqa: PLR2004
        return SourceClosed(detail)
    if answer.status == 503 and "retry-after" in answer.headers:  # noqa: PLR2004
        return RateLimited(retry_at(answer.headers, now), detail)
    return None


class FeedClient:
    """What feeds and the pages that name them say. Every method may raise a NetworkError."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._calls = Calls(client, "", meaning=_meaning)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def fetch(self, address: str, *, now: datetime, known: Validators | None = None) -> Fetched:
        """Return what stands at `address`; without content when it is as it was when `known` was said of it."""
        headers = known.headers() if known else {}
        answer = self._calls.ask(
            "GET",
            address,
            now=now,
            takes={200, 304} if headers else {200},
            headers={"accept": ACCEPT, **headers},
            max_bytes=MAX_BYTES,
        )
        is_same = answer.status == 304  # noqa: PLR2004
        return Fetched(
            content=None if is_same else answer.content,
            content_type=answer.headers.get("content-type", ""),
            address=answer.url or address,
            moved_to=answer.moved_to,
            validators=known if is_same and known else _validators(answer, now),
        )


def _validators(answer: Answer, now: datetime) -> Validators:
    """Return what to say back; nothing of a document so fresh that another change would bear the same date."""
    modified = _sendable(answer, "last-modified")
    changed_at = read_date(modified)
    if changed_at and (answer.served_at or now) - changed_at < SETTLED:
        return Validators()
    return Validators(_sendable(answer, "etag"), modified)


def _sendable(answer: Answer, name: str) -> str:
    """Return a header of `answer` that can be sent back; '' for one that would spoil every later request."""
    value = str(answer.headers.get(name, "")).strip()
    is_plain = value.isascii() and value.isprintable() and len(value) <= _LONGEST_VALIDATOR
    return value if is_plain else ""
