"""What can go wrong on the sandbox when somebody asks for it, for training and tests."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from portevoix.networks.errors import (
    ContentRefused,
    NetworkError,
    OutcomeUnknown,
    RateLimited,
    UnexpectedReply,
    Unreachable,
)


class Fault(StrEnum):
    """What goes wrong. Only with a lost answer was the call carried out."""

    UNREACHABLE = "unreachable"
    LOST_ANSWER = "lost_answer"
    RATE_LIMITED = "rate_limited"
    REFUSED = "refused"
    GARBLED = "garbled"


@dataclass(frozen=True)
class Trouble:
    """A fault that meets one call. `seconds` is a rate limit's pause; `said` the network's own sentence."""

    fault: Fault
    seconds: int
    said: str

    def error(self, *, writes: bool, now: datetime) -> NetworkError:
        """Return the error in which the call ends."""
        match self.fault:
            case Fault.LOST_ANSWER if writes:
                return OutcomeUnknown("sandbox: the answer was lost on demand")
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
        return self.fault in (Fault.LOST_ANSWER, Fault.GARBLED)


def add(db: sqlite3.Connection, account: str, verb: str, trouble: Trouble) -> None:
    """Queue a fault for the next call of `account` whose name is `verb`, or for any call when that is ''."""
    values = (account, verb, trouble.fault, trouble.seconds, trouble.said)
    db.execute("INSERT INTO faults (account, verb, fault, seconds, said) VALUES (?, ?, ?, ?, ?)", values)


def take(db: sqlite3.Connection, account: str, verb: str) -> Trouble | None:
    """Return the fault that meets this call, and take it off the queue; None when all is well."""
    where = "WHERE account = ? AND verb IN (?, '') ORDER BY number LIMIT 1"
    row = db.execute(f"SELECT * FROM faults {where}", (account, verb)).fetchone()  # noqa: S608  (a constant)
    if row is None:
        return None
    db.execute("DELETE FROM faults WHERE number = ?", (row["number"],))
    return Trouble(Fault(row["fault"]), row["seconds"], row["said"])
