"""What a programme file says, as frozen values.

`line` is where it says so. `given` holds only the fields that the file names, under the names of the models'
fields and ready to be stored: what the file leaves out stays as it is. Lists are tuples here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

Value = str | int | bool | date | datetime | tuple[str, ...] | Mapping[str, float] | None
Given = Mapping[str, Value]


@dataclass(frozen=True)
class BrandEntry:
    """The brand; `given`: name, time_zone, languages."""

    line: int
    slug: str
    given: Given


@dataclass(frozen=True)
class SphereEntry:
    """A sphere; `given`: objectives."""

    line: int
    key: str
    given: Given


@dataclass(frozen=True)
class RangeEntry:
    """A range; `given`: name, objectives, cadence, vocabulary, audience_segments, preferred_networks."""

    line: int
    slug: str
    given: Given


@dataclass(frozen=True)
class PhaseEntry:
    """A phase.

    `given`: kind, product_range (its slug), from_on, to_on, commercial_ceiling, targets, exit_criteria.
    """

    line: int
    slug: str
    given: Given


@dataclass(frozen=True)
class LineEntry:
    """The editorial line; `from_on` is the day asked for, None when the file leaves it out.

    `given`: topics, tone, languages, forbidden_words, disclosure, commercial_ceiling, courtesy.
    """

    line: int
    from_on: date | None
    given: Given


@dataclass(frozen=True)
class ConsentEntry:
    """The consent of a named voice; `given`: revoked_on, is_sharing_figures."""

    line: int
    given_on: date
    given: Given


@dataclass(frozen=True)
class AccountEntry:
    """An account and from when to when its voice holds it.

    `given`: handle, display_name, url; `dates`: from_at, to_at (UTC, `to_at` excluded; None means always).
    """

    line: int
    voice: str
    network: str
    remote_id: str
    given: Given
    dates: Mapping[str, datetime | None]


@dataclass(frozen=True)
class VoiceEntry:
    """A voice; `given`: kind, state, first_name, name, biography, languages, watch_domain, weekly_minutes.

    Also in `given`: sphere (its key), product_range (its slug) and hue.
    """

    line: int
    slug: str
    given: Given
    consent: ConsentEntry | None = None
    accounts: tuple[AccountEntry, ...] = ()


@dataclass(frozen=True)
class ProgrammeFile:
    """A whole programme file that holds no error of its own."""

    brand: BrandEntry
    spheres: tuple[SphereEntry, ...] = ()
    ranges: tuple[RangeEntry, ...] = ()
    phases: tuple[PhaseEntry, ...] = ()
    editorial_line: LineEntry | None = None
    voices: tuple[VoiceEntry, ...] = field(default=())

    @property
    def accounts(self) -> tuple[AccountEntry, ...]:
        """Return the accounts of all voices, in the order of the file."""
        return tuple(account for voice in self.voices for account in voice.accounts)


@dataclass(frozen=True)
class StoredVoice:
    """What reading has to know of a stored voice; `consents`: the end of each, by the day it was given."""

    kind: str
    state: str
    consents: Mapping[date, date | None] = field(default_factory=dict)


@dataclass(frozen=True)
class StoredBrand:
    """What reading has to know of a stored brand; `phases`: first day and end of each, by slug."""

    time_zone: str
    ranges: frozenset[str] = frozenset()
    phases: Mapping[str, tuple[date, date | None]] = field(default_factory=dict)
    voices: Mapping[str, StoredVoice] = field(default_factory=dict)
