"""What follows from the facts of a programme, with no database and no clock."""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count
from zlib import crc32

from portevoix.programme import palette
from portevoix.programme.states import SPEAKING, VOICE, VoiceState

HUES = len(palette.PALETTE)
"""How many colours the palette of voices has."""


def choose_hue(slug: str, taken: Collection[int]) -> int:
    """Return the index, 0 to 23, of the colour least used and farthest to the eye from those `taken` in the brand.

    Where several are as far, the slug decides, so that the same programme always has the same colours.
    """
    start = crc32(slug.encode()) % HUES
    uses = [sum(hue == index for hue in taken) for index in range(HUES)]
    others = set(taken)

    def merit(index: int) -> tuple[int, float, int]:
        nearest = min((palette.distance(index, hue) for hue in others), default=0.0)
        return uses[index], -nearest, (index - start) % HUES

    return min(range(HUES), key=merit)


def choose_slug(name: str, taken: Collection[str], *, otherwise: str, max_length: int = 60) -> str:
    """Return a slug made of `name` that is not among `taken`; of `otherwise`, where no letter of it can serve."""
    root = "-".join(re.findall(r"[a-z0-9]+", _bare(name)))[: max_length - 4].rstrip("-") or otherwise
    tried = (root if number == 1 else f"{root}-{number}" for number in count(1))
    return next(slug for slug in tried if slug not in taken)


def names_brand(text: str, brand: str) -> bool:
    """Return whether `text` holds the brand's name as a word, whatever its case and accents."""
    name = re.escape(_bare(brand).strip())
    return bool(name) and re.search(rf"(?<!\w){name}(?!\w)", _bare(text)) is not None


def _bare(text: str) -> str:
    """Return `text` in small letters, without accents."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def line_start(asked: date | None, *, today: date, is_first: bool) -> date:
    """Return the day from which a newly written version of the editorial line counts.

    The first version may reach back; a later one never does, since it would rewrite what was in force.
    """
    if asked is None:
        return today
    return asked if is_first else max(asked, today)


def overlap(
    one: tuple[datetime | None, datetime | None], other: tuple[datetime | None, datetime | None]
) -> bool:
    """Return whether two stretches (from, to) share an instant; `to` is excluded, None means always."""
    return _precedes(one[0], other[1]) and _precedes(other[0], one[1])


def _precedes(start: datetime | None, end: datetime | None) -> bool:
    return start is None or end is None or start < end


def merge_consents(
    stored: Mapping[date, date | None], given_on: date, revoked_on: date | None, *, is_revocation_told: bool
) -> dict[date, date | None]:
    """Return until when each consent counts, by the day it was given, once the file's one is counted in.

    A consent given on another day than the open one corrects that one: nobody gives two at a time.
    """
    corrected = consent_meant(stored, given_on)
    kept = {day: end for day, end in stored.items() if day != corrected}
    end = revoked_on if is_revocation_told or corrected is None else stored[corrected]
    return {**kept, given_on: end}


def consent_meant(stored: Mapping[date, date | None], given_on: date) -> date | None:
    """Return the day of the stored consent that one given on `given_on` speaks of, or None for a new one."""
    if given_on in stored:
        return given_on
    return next((day for day, end in stored.items() if end is None), None)


def precedes_revocation(stored: Mapping[date, date | None], given_on: date) -> bool:
    """Return whether a consent given on `given_on`, unless it is stored, lies before the last revocation.

    What was revoked is given anew from that day on: an older paper would undo the person's own act.
    """
    revocations = [end for end in stored.values() if end is not None]
    return given_on not in stored and bool(revocations) and given_on < max(revocations)


def has_consent(consents: Mapping[date, date | None], on: date) -> bool:
    """Return whether one of `consents` (end by day given) counts on the day `on`."""
    return any(given <= on and (end is None or end > on) for given, end in consents.items())


def silence(state: str) -> str:
    """Return the state of a voice that loses its consent in `state`: paused where it may be, else closed."""
    if state not in SPEAKING:
        return state
    return VoiceState.PAUSED if VOICE.allows(state, VoiceState.PAUSED) else VoiceState.CLOSED


@dataclass(frozen=True)
class Move:
    """A voice went from one state of its life to another at the instant `at`."""

    at: datetime
    before: str
    after: str


def was_heard(state: str, moves: Sequence[Move]) -> bool:
    """Return whether the public hears, or once heard, a voice that is in `state` after all of its `moves`.

    One that was made closed, of whose life nothing is written down, is taken to have been heard.
    """
    passed = {state, *(move.before for move in moves)}
    is_made_closed = state == VoiceState.CLOSED and not moves
    return is_made_closed or bool(passed - {VoiceState.CANDIDATE, VoiceState.CLOSED})


def heard_since(created_at: datetime, state: str, moves: Sequence[Move]) -> datetime | None:
    """Return since when the public hears, or first heard, a voice that is in `state`; None: not written down.

    `moves` are all of its moves, oldest first. A voice that was made speaking has been heard since it was made.
    """
    if (moves[0].before if moves else state) in SPEAKING:
        return created_at
    return next((move.at for move in moves if move.after in SPEAKING), None)


def closed_at(moves: Sequence[Move]) -> datetime | None:
    """Return when a voice with these `moves`, oldest first, was closed; None where that is not written down."""
    return next((move.at for move in moves if move.after == VoiceState.CLOSED), None)
