"""What can go wrong on the sandbox when somebody asks for it, for training and tests."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from portevoix.core import http
from portevoix.core.clock import SECOND_US
from portevoix.networks.errors import (
    ContentRefused,
    NetworkError,
    OutcomeUnknown,
    RateLimited,
    UnexpectedReply,
    Unreachable,
)


class Fault(StrEnum):
    """What goes wrong. With a lost, garbled or slow answer the call was carried out all the same."""

    UNREACHABLE = "unreachable"
    LOST_ANSWER = "lost_answer"
    RATE_LIMITED = "rate_limited"
    REFUSED = "refused"
    GARBLED = "garbled"
    SLOW = "slow"
    PROCESSING = "processing"
    """A picture is taken, and can be published only so many seconds later."""


@dataclass(frozen=True)
class Trouble:
    """A fault that meets one call. `seconds` is a rate limit's pause, or how long a slow answer takes.

    `said` is the network's own sentence; `verb` the client's method that it waits for, '' for any.
    """

    fault: Fault
    seconds: int
    said: str
    verb: str

    def error(self, *, writes: bool, now: datetime) -> NetworkError:
        """Return the error in which the call ends."""
        match self.fault:
            case Fault.LOST_ANSWER | Fault.SLOW if writes:
                return OutcomeUnknown(f"sandbox: {self.fault} on demand")
            case Fault.RATE_LIMITED:
                return RateLimited(now + timedelta(seconds=self.seconds), "sandbox: limited on demand")
            case Fault.REFUSED if writes:
                return ContentRefused("sandbox: refused on demand", reason=self.said)
            case Fault.GARBLED if not writes:
                return UnexpectedReply("sandbox: garbled on demand")
            case Fault.GARBLED:
                return OutcomeUnknown("sandbox: garbled on demand")
        return Unreachable(f"sandbox: {self.fault} on demand")

    @property
    def comes_after(self) -> bool:
        """Return whether the call is carried out before the fault."""
        return self.fault in (Fault.LOST_ANSWER, Fault.GARBLED, Fault.SLOW, Fault.PROCESSING)

    @property
    def is_felt(self) -> bool:
        """Return whether the caller sees an error: a slow answer within the deadline only takes its time."""
        if self.fault is Fault.PROCESSING:
            return False
        return self.fault is not Fault.SLOW or self.seconds > http.SECONDS

    @property
    def delay_us(self) -> int:
        """Return how much later than it was asked the call is carried out, in microseconds."""
        return self.seconds * SECOND_US if self.fault in (Fault.SLOW, Fault.PROCESSING) else 0


_MEETS = {Fault.PROCESSING: "upload"}
"""The method that a fault waits for where nobody says which."""


def add(db: sqlite3.Connection, account: str, trouble: Trouble) -> None:
    """Queue a fault for the next call of `account` that it waits for."""
    verb = trouble.verb or _MEETS.get(trouble.fault, "")
    values = (account, verb, trouble.fault, trouble.seconds, trouble.said)
    db.execute("INSERT INTO faults (account, verb, fault, seconds, said) VALUES (?, ?, ?, ?, ?)", values)


def take(db: sqlite3.Connection, account: str, verb: str) -> Trouble | None:
    """Return the fault that meets this call, and take it off the queue; None when all is well."""
    where = "WHERE account = ? AND verb IN (?, '') ORDER BY number LIMIT 1"
    row = db.execute(f"SELECT * FROM faults {where}", (account, verb)).fetchone()  # noqa: S608  (a constant)
    if row is None:
        return None
    db.execute("DELETE FROM faults WHERE number = ?", (row["number"],))
    return Trouble(Fault(row["fault"]), row["seconds"], row["said"], row["verb"])
