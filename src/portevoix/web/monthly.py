"""The page of a month, read once: its table, how far it is from being closed, what is said of it, what goes on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from portevoix.core.periods import Month
from portevoix.measures.catalogue import BY_ID
from portevoix.measures.courses import Course, course
from portevoix.measures.models import Closing, Comment
from portevoix.measures.queries import ClosingState, comments
from portevoix.people.models import Brand, User
from portevoix.programme.queries import voices_of
from portevoix.programme.rights import allows
from portevoix.web.closings import Asked, Changed, Said, changes, grouped, remarks, standing
from portevoix.web.coverage import Coverage, cut_short
from portevoix.web.news import News
from portevoix.web.table import Definition, Table, definition, definitions

DEFAULT_COURSE: Final = "mentions_received"


@dataclass(frozen=True)
class Turned:
    """One metric with its figure in each line, as text."""

    column: Definition
    texts: tuple[str, ...]


@dataclass(frozen=True)
class MonthPage:
    """All that the page of a month shows to one person.

    `charted` is the metric whose course stands beside each voice, `voice_count` the number of voices with a line.
    Who may not see single voices has no remarks but of the own ones, and no changes but the brand's.
    """

    table: Table
    state: ClosingState
    said: tuple[Said, ...]
    changed: tuple[Changed, ...]
    news: News
    coverage: Coverage
    charted: Definition
    definitions: list[Definition]
    voice_count: int
    shows_voices: bool
    shows_counts: bool
    may_close: bool
    may_import: bool

    @property
    def closing(self) -> Closing | None:
        """Return the closing of the month, None while it is open."""
        return self.state.closing

    @property
    def seal(self) -> str:
        """Return the digest of a closed month in groups, '' while it is open."""
        return grouped(self.closing.digest) if self.closing else ""

    @property
    def turned(self) -> list[Turned]:
        """Return the table turned round: one line a metric, one cell a voice, the brand's own last."""
        rows = [*self.table.rows, *([self.table.own] if self.table.own else [])]
        return [
            Turned(column, tuple(row.cells[place].text for row in rows))
            for place, column in enumerate(self.table.columns)
        ]

    @classmethod
    def of(
        cls, user: User, brand: Brand, month: Month, *, now: datetime, asked: Mapping[str, str]
    ) -> "MonthPage":
        """Read the page of `month` for `user`; `asked` is the query: `columns`, `trend`, `comment`."""
        charted = BY_ID.get(asked.get("trend", ""), BY_ID[DEFAULT_COURSE])
        read = course(brand, month, metric=charted.id)
        shows_voices = user.has_perm("measures.see_voices", brand)
        coverage = Coverage.of(brand, month)
        news = News.read(brand, month, user, now=now, coverage=coverage, asked=Asked.of(brand, month))
        written = comments(brand, month)
        state = standing(
            read,
            month,
            brand=brand,
            said=written,
            now=now,
            has_source=bool(coverage.parts),
            is_computed=news.computed_at is not None,
        )
        closes = user.has_perm("measures.close", brand)
        return cls(
            table=_table(
                brand, read, asked, shows_voices=shows_voices, notes=_notes(coverage, brand, month, read, now)
            ),
            state=state,
            said=_said(user, brand, read, written, state, asked=asked, now=now, shows_voices=shows_voices),
            changed=tuple(changes(each for each in read.restated if shows_voices or each.voice is None)),
            news=news,
            coverage=coverage,
            charted=definition(charted),
            definitions=definitions(),
            voice_count=len({each.voice.pk for each in read.figures if each.voice}),
            shows_voices=shows_voices,
            shows_counts=shows_voices or closes,
            may_close=closes and state.is_over and not state.closing and not news.asked.is_closing,
            may_import=not coverage.parts and user.has_perm("ledger.import", brand),
        )


def _notes(
    coverage: Coverage, brand: Brand, month: Month, read: Course, now: datetime
) -> dict[int | None, str]:
    """Return what is said of lines: nothing of a closed month, whose accounts may be others by now."""
    voices = {each.voice.pk for each in read.figures if each.voice}
    return {} if read.closing else cut_short(coverage, brand, month, voices, now)


def _table(
    brand: Brand,
    read: Course,
    asked: Mapping[str, str],
    *,
    shows_voices: bool,
    notes: Mapping[int | None, str],
) -> Table:
    """Return the table of what the person may see: all lines, or the brand's own only."""
    return Table.of(
        brand,
        [each for each in read.figures if shows_voices or each.voice is None],
        may_open=shows_voices,
        has_all_columns=asked.get("columns") == "all",
        courses=read.values,
        restated=[each for each in read.restated if shows_voices or each.voice is None],
        notes=notes,
    )


def _said(
    user: User,
    brand: Brand,
    read: Course,
    written: Mapping[int, Comment],
    state: ClosingState,
    *,
    asked: Mapping[str, str],
    now: datetime,
    shows_voices: bool,
) -> tuple[Said, ...]:
    """Return what voices say of the month: all of them, or the person's own only."""
    writes_all = shows_voices and allows("measures.comment_all", user, brand)
    own = set() if writes_all else _own(user, brand, state, now=now)
    said = remarks(read, written, state, own=own, may_write_all=writes_all, asked=asked.get("comment", ""))
    return tuple(each for each in said if shows_voices or each.voice.pk in own)


def _own(user: User, brand: Brand, state: ClosingState, *, now: datetime) -> set[int]:
    """Return the voices that `user` holds; that is asked of the database only while it opens a form."""
    if state.closing or not state.is_over:
        return set()
    return {voice.pk for voice in voices_of(user, brand, on=brand.day(now))}
