"""Errors of the doors, by what follows from them.

OptionsRefused              an account's options or credentials cannot be used: nothing was called
SignInUnfinished            the network agreed, and could not be asked whose account it is: to be finished later
NetworkError                a call to a network brought nothing
├── Unreachable             certainly not carried out: the network could not be asked; later, by itself
│   └── AddressRefused      its address leads to a private network: a person must mend it
├── RateLimited(retry_at)   certainly not carried out: not before that instant
├── CeilingReached          never called: it would have cost more than the account may this month
│   ├── ReadingPaused       never called: readings have spent their share, the rest is kept for writing
│   └── CreditsDepleted     certainly not carried out: the network wants to be paid first
├── AccessExpired           certainly not carried out: our short-lived access ran out; renewed by itself
├── NeedsReconnection       certainly not carried out: a person must sign in again
│   └── SourceClosed        what was read there is gone for good: a person must give another address
├── ContentRefused(reason)  certainly not carried out: back to its author
├── NotSupported            never called: this network or connector cannot do that
├── OutcomeUnknown          a write left and no whole answer came: look before anything else
└── UnexpectedReply         an answer that we do not understand: for the administrator
    └── Gone                what was asked for is not there: the network says so itself

`advice` is for the person, translated when it is read; `detail` is for the log and holds no secret.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import ClassVar

from django.utils.translation import gettext as _

from portevoix.core import clock, http
from portevoix.core.errors import UserError

DEFAULT_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(days=1)
_DELTA_BELOW = 1_000_000_000
"""A reset smaller than this counts seconds from now; a larger one is an instant since 1970."""


class OptionsRefused(UserError):
    """The options or credentials of an account cannot be used by its connector."""


class SignInUnfinished(UserError):
    """The network granted access, and could not be asked whose account that opens. `pending` finishes it."""

    def __init__(self, pending: str) -> None:
        super().__init__()
        self.pending = pending

    def __str__(self) -> str:
        return _(
            "The network has agreed, and that is kept. It could not be asked yet whose account this is: it was "
            "unreachable, asks for a pause, or wants to be paid first. Load this page again in a few minutes; "
            "there is no need to begin anew."
        )


class NetworkError(UserError):
    """A call to a network brought nothing. `str()` is the advice, in the active language."""

    key: ClassVar[str] = "network_error"
    """Under which it is kept, so that its advice is said in the language of whoever reads it."""
    retryable: ClassVar[bool] = False
    """Whether the same call may be made again later with nobody doing anything."""

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail)
        self.detail = detail

    @property
    def advice(self) -> str:
        """Return what happened and what to do, for the person."""
        return _("Something went wrong on the network. Nothing was changed here; try again later.")

    def __str__(self) -> str:
        return self.advice


class Unreachable(NetworkError):
    """The network could not be asked, and did nothing."""

    key = "unreachable"
    retryable = True

    @property
    def advice(self) -> str:
        """Return what happened and what to do, for the person."""
        return _("The network could not be reached. Nothing was lost; Porte-voix will try again by itself.")


class AddressRefused(Unreachable):
    """The address of the server leads to a private network, which this installation does not call."""

    key = "address_refused"
    retryable = False

    @property
    def advice(self) -> str:
        """Return what happened and what to do, for the person."""
        return _(
            "The address of this server leads to a private network, so it was not called. "
            "Check the address; an administrator can allow private addresses in the settings."
        )


class RateLimited(NetworkError):
    """The network takes nothing more from this account before `retry_at` (aware)."""

    key = "rate_limited"
    retryable = True

    def __init__(self, retry_at: datetime, detail: str = "") -> None:
        super().__init__(detail)
        self.retry_at = retry_at

    @property
    def advice(self) -> str:
        """Return what happened and what to do, for the person."""
        return _("The network asks for a pause. Nothing was lost; Porte-voix will go on after the pause.")


class CeilingReached(NetworkError):
    """The call would cost more than this account may this month; it was not made."""

    key = "ceiling_reached"

    @property
    def advice(self) -> str:
        """Return what happened and what to do, for the person."""
        return _(
            "This would cost more than the account may spend this month, so it was not done. "
            "The lead can raise the ceiling on the account's page; next month begins anew."
        )


class ReadingPaused(CeilingReached):
    """A reading would cost more than readings may this month; what is left of the ceiling is for writing."""

    key = "reading_paused"

    @property
    def advice(self) -> str:
        """Return what happened and what to do, for the person."""
        return _(
            "Reading this account has used its share of what it may spend this month, so reading rests; "
            "publishing goes on. The lead can raise the ceiling on the account's page; next month begins anew."
        )


class CreditsDepleted(CeilingReached):
    """The network takes no more calls before somebody pays it."""

    key = "credits_depleted"

    @property
    def advice(self) -> str:
        """Return what happened and what to do, for the person."""
        return _(
            "The network charges for this, and no credit is left there, so it was not done. Nothing was lost; "
            "buy credit at the network, then try again."
        )


class AccessExpired(NetworkError):
    """The network no longer takes our short-lived access. Renewing it needs nobody."""

    key = "access_expired"
    retryable = True

    @property
    def advice(self) -> str:
        """Return what happened and what to do, for the person."""
        return _("Our access has run out and is being renewed. Nothing was lost; there is nothing to do.")


class NeedsReconnection(NetworkError):
    """The network no longer takes the account's credentials."""

    key = "needs_reconnection"

    @property
    def advice(self) -> str:
        """Return what happened and what to do, for the person."""
        return _("The network no longer accepts our sign-in. Nothing was lost; connect this account again.")


class SourceClosed(NeedsReconnection):
    """What was read at an address is gone for good: its site says so."""

    key = "source_closed"

    @property
    def advice(self) -> str:
        """Return what happened and what to do, for the person."""
        return _(
            "Its site says that this address is closed for good. What was read is kept; "
            "link the new address, if there is one."
        )


class ContentRefused(NetworkError):
    """The network refuses this content. `reason` is the network's own sentence, '' when it gave none."""

    key = "content_refused"

    def __init__(self, detail: str = "", *, reason: str = "") -> None:
        super().__init__(detail)
        self.reason = reason

    @property
    def advice(self) -> str:
        """Return what happened and what to do, for the person."""
        if not self.reason:
            return _("The network refused this content. It was kept here; change it, then send it again.")
        return _(
            "The network refused this content: “%(reason)s” It was kept here; change it, then send it again."
        ) % {"reason": self.reason}


class NotSupported(NetworkError):
    """This network, or our connector, cannot do what was asked; nothing was called."""

    key = "not_supported"

    @property
    def advice(self) -> str:
        """Return what happened and what to do, for the person."""
        return _("This network does not allow that from here. Do it in the network's own application.")


class OutcomeUnknown(NetworkError):
    """A write left, and no whole answer came: it may have been carried out."""

    key = "outcome_unknown"

    @property
    def advice(self) -> str:
        """Return what happened and what to do, for the person."""
        return _(
            "The network did not confirm. It may have been done all the same: "
            "Porte-voix looks there before it tries again. Do not send it a second time."
        )


class UnexpectedReply(NetworkError):
    """The network answered something that we do not understand."""

    key = "unexpected_reply"

    @property
    def advice(self) -> str:
        """Return what happened and what to do, for the person."""
        return _(
            "The network answered in a way that Porte-voix does not understand. "
            "What was here is kept; the administrator finds the answer's details in the log."
        )


class Gone(UnexpectedReply):
    """What was asked for is not there, or no more: the network says so itself."""

    key = "gone"

    @property
    def advice(self) -> str:
        """Return what happened and what to do, for the person."""
        return _("What was asked for is not on the network, or no more. Nothing was changed here.")


KINDS: tuple[type[NetworkError], ...] = (
    NetworkError,
    Unreachable,
    AddressRefused,
    RateLimited,
    CeilingReached,
    ReadingPaused,
    CreditsDepleted,
    AccessExpired,
    NeedsReconnection,
    SourceClosed,
    ContentRefused,
    NotSupported,
    OutcomeUnknown,
    UnexpectedReply,
    Gone,
)
_BY_KEY = {kind.key: kind for kind in KINDS}


def advice_of(key: str) -> str:
    """Return the advice of the error kept under `key`, in the active language; '' for ''."""
    if not key:
        return ""
    kind = _BY_KEY.get(key, NetworkError)
    return kind(clock.EPOCH).advice if issubclass(kind, RateLimited) else kind().advice


def from_http_error(problem: http.HttpError, *, writes: bool) -> NetworkError:
    """Return what `problem` means for a call that `writes`, or only reads."""
    detail = str(problem)
    if isinstance(problem, http.ForbiddenAddress):
        return AddressRefused(detail)
    if isinstance(problem, http.NotSent):
        return Unreachable(detail)
    if writes:
        return OutcomeUnknown(detail)
    return UnexpectedReply(detail) if isinstance(problem, http.UnusableAnswer) else Unreachable(detail)


def from_status(
    status: int, headers: Mapping[str, str], *, writes: bool, now: datetime, reason: str = ""
) -> NetworkError:
    """Return what an answer of HTTP `status` means for a call that `writes`, or only reads.

    Any status may be given: a success means here that its body was not what the network promises. A refusal of
    our sign-in counts only where the network itself speaks; a page of something on the way there ends no sign-in.
    `reason` is the network's own sentence about refused content. Connectors whose network gives a status a
    meaning of its own look at it first.
    """
    detail = f"HTTP status {status}"
    match status:
        case 429:
            return RateLimited(retry_at(headers, now), detail)
        case 401 | 403:
            return NeedsReconnection(detail) if _is_networks_own(headers) else Unreachable(detail)
        case 400 | 404 | 409 | 410 | 413 | 415 | 422 if writes:
            return ContentRefused(detail, reason=reason)
        case 404 | 410:
            return Gone(detail)
        case 307 | 308:
            return UnexpectedReply(detail)
    return _unclear(status, detail, writes=writes)


def _is_networks_own(headers: Mapping[str, str]) -> bool:
    """Return whether a refusal is the network's: its JSON, or a challenge to sign in (RFC 9110, section 11.6.1).

    Firewalls and proxies refuse with a page of their own, before the network was asked.
    """
    told = {name.lower(): value.lower() for name, value in headers.items()}
    return "www-authenticate" in told or "json" in told.get("content-type", "")


def _unclear(status: int, detail: str, *, writes: bool) -> NetworkError:
    """Return what a status means that tells nothing certain about what the server did."""
    is_failing = status >= 500 or status == 408  # noqa: PLR2004
    if writes and (is_failing or status < 400):  # noqa: PLR2004
        return OutcomeUnknown(detail)
    return Unreachable(detail) if is_failing else UnexpectedReply(detail)


def retry_at(headers: Mapping[str, str], now: datetime) -> datetime:
    """Return the instant before which the network wants no further call, always after `now`.

    Read from `Retry-After` (seconds or a date), else `X-RateLimit-Reset` or `RateLimit-Reset` (ISO 8601,
    seconds since 1970, or seconds from now); a minute from now when none can be read, a day at the latest.
    """
    told = {name.lower(): value.strip() for name, value in headers.items()}
    readings = (_instant(told.get(name, ""), now) for name in _RESETS)
    found = next((instant for instant in readings if instant is not None), now + DEFAULT_PAUSE)
    return min(max(found, now + timedelta(seconds=1)), now + LONGEST_PAUSE)


_RESETS = ("retry-after", "x-ratelimit-reset", "ratelimit-reset", "x-rate-limit-reset")


def _instant(text: str, now: datetime) -> datetime | None:
    """Return the instant that a header's value tells, or None."""
    try:
        if text.replace(".", "", 1).isdecimal():
            start = now if float(text) < _DELTA_BELOW else clock.EPOCH
            return start + timedelta(seconds=float(text))
        parsed = datetime.fromisoformat(text) if text[:1].isdecimal() else parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed
