"""A file before it is let in: its first rows as they will be read, what each column is, what would be refused."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, tzinfo
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from portevoix.core import clock
from portevoix.ledger import kept
from portevoix.ledger.actions.imports import AHEAD
from portevoix.ledger.actions.takeouts import terms_of
from portevoix.ledger.actions.uploads import layout_of, remembered
from portevoix.ledger.columns import PASSED_OVER, kind_of
from portevoix.ledger.models import Upload
from portevoix.ledger.rejects import REASON_SENTENCES
from portevoix.ledger.rows import KNOWN_COLUMNS, Layout
from portevoix.ledger.samples import DELIMITERS, LOOKED_AT, SHOWN, Sample, names_of, proposed, sample
from portevoix.ledger.samples import Row as ReadRow
from portevoix.ledger.takeouts import REASON_SENTENCES as OF_TAKEOUTS
from portevoix.ledger.takeouts import Sorted
from portevoix.networks.contracts import Kind
from portevoix.networks.models import Account, Holding
from portevoix.networks.readers import READERS, Reader, items
from portevoix.programme.models import VoiceKind
from portevoix.web import telling

MOST_COLUMNS: Final = 24
"""Columns that a page shows; those after it are passed over."""
LONGEST_CELL: Final = 60
COLUMNS: Final = {
    PASSED_OVER: gettext_noop("passed over"),
    "actor": gettext_noop("who did it"),
    "target": gettext_noop("to which account"),
    "at": gettext_noop("when"),
    "kind": gettext_noop("what was done"),
    "object": gettext_noop("to which post"),
    "id": gettext_noop("id of the act"),
}
_DELIMITERS: Final = {
    ",": gettext_noop("commas"),
    ";": gettext_noop("semicolons"),
    "\t": gettext_noop("tabs"),
    "|": gettext_noop("vertical bars"),
    " ": gettext_noop("spaces"),
}
_NOTHING: Final = Sample((), 0, {}, (), is_whole=False)


class Choice(NamedTuple):
    """One thing that can be chosen: what is sent, how it is called, and whether it is chosen now."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class Refusals:
    """How many rows would be refused for one reason, told in words."""

    count: int
    reason: str


@dataclass(frozen=True)
class Row:
    """One row: its number, what it will be or why it is refused, and the beginning of each field."""

    number: int
    verdict: str
    is_refused: bool
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Word:
    """A word by which the table calls a kind, and what it may stand for."""

    text: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class TablePreview:
    """A table as it will be read. `problem` says why it cannot be yet; `line_count` is None where nobody knows."""

    names: tuple[str, ...]
    columns: tuple[tuple[Choice, ...], ...]
    delimiters: tuple[Choice, ...]
    delimiter: str
    has_header: bool
    words: tuple[Word, ...]
    rows: tuple[Row, ...]
    looked_at: int
    is_whole: bool
    refused: tuple[Refusals, ...]
    row_count: int | None
    left_out: int
    problem: str

    @property
    def refused_count(self) -> int:
        """Return how many of the rows that were looked at would be refused."""
        return sum(each.count for each in self.refused)


@dataclass(frozen=True)
class TakeoutPreview:
    """An archive as it will be read; `needs_whose` where it does not tell whose it is and of when."""

    needs_whose: bool
    accounts: tuple[Choice, ...]
    day: str
    rows: tuple[Row, ...]
    looked_at: int
    is_whole: bool
    refused: tuple[Refusals, ...]
    has_facts: bool
    problem: str

    @property
    def refused_count(self) -> int:
        """Return how many of the items that were looked at would be refused."""
        return sum(each.count for each in self.refused)


def layout_to_show(upload: Upload) -> Layout:
    """Return how the table is read: as somebody said, as the last one with its header, else as it looks."""
    if upload.reading.get("columns"):
        return layout_of(upload)
    path = kept.path_of(upload)
    layout = proposed(path, upload.file_name)
    known = remembered(upload, names_of(path, layout)) if layout.has_header else None
    return replace(layout, columns=known[0], kinds=known[1] or None) if known else layout


def layout_sent(upload: Upload, sent: Mapping[str, str]) -> Layout:
    """Return how somebody says that the table is read, guessed anew where what parts it or its header changed."""
    delimiter, has_header = sent.get("delimiter", ""), "has_header" in sent
    before = (sent.get("was_delimiter", ""), sent.get("had_header", ""))
    path = kept.path_of(upload)
    if delimiter not in DELIMITERS:
        return layout_to_show(upload)
    if before != (delimiter, "1" if has_header else ""):
        return replace(proposed(path, upload.file_name, delimiter), has_header=has_header)
    width = len(names_of(path, Layout((), delimiter)))
    told = (sent.get(f"column-{place}", PASSED_OVER) for place in range(width))
    columns = tuple(column if column in COLUMNS else PASSED_OVER for column in told)
    return Layout(columns, delimiter, _kinds_sent(sent) or None, has_header)


def _kinds_sent(sent: Mapping[str, str]) -> dict[str, str]:
    words = (
        (sent.get(f"word-{place}", ""), sent.get(f"kind-{place}", "")) for place in range(MOST_COLUMNS * 2)
    )
    return {word: kind for word, kind in words if word and kind in set(Kind)}


def problem_with(layout: Layout) -> str:
    """Return why a table cannot be read by `layout`, '' when it can."""
    if missing := layout.missing():
        return _("No column says %(columns)s. Choose which one does.") % {"columns": _quoted(missing)}
    doubled = [name for name in KNOWN_COLUMNS if layout.columns.count(name) > 1]
    if doubled:
        return _("Two columns say %(columns)s. Keep one of them.") % {"columns": _quoted(doubled)}
    return ""


def _quoted(columns: Sequence[str]) -> str:
    return ", ".join(_("“%(text)s”") % {"text": _(COLUMNS[name])} for name in columns)


def with_kinds(layout: Layout, found: Sample) -> Layout:
    """Return `layout` with what its words for kinds are likely to stand for, where they are not ours."""
    if layout.kinds or set(found.words) <= set(Kind):
        return layout
    guessed = {word: kind for word in found.words if (kind := kind_of(word))}
    return replace(layout, kinds=guessed or None)


def table_preview(upload: Upload, layout: Layout, *, now: datetime) -> TablePreview:
    """Return what the beginning of the table becomes when it is read by `layout`. Raises OSError."""
    path, problem = kept.path_of(upload), problem_with(layout)
    found, kinds = (_NOTHING, layout.kinds) if problem else _sampled(path, layout, now)
    names, lines = names_of(path, layout), upload.line_count
    return TablePreview(
        names=_names(names, has_header=layout.has_header),
        columns=tuple(_choices(COLUMNS, column) for column in layout.columns[:MOST_COLUMNS]),
        delimiters=_choices(_DELIMITERS, layout.delimiter),
        delimiter=layout.delimiter,
        has_header=layout.has_header,
        words=_words(found.words, kinds),
        rows=tuple(map(_table_row, found.rows)),
        looked_at=found.looked_at,
        is_whole=found.is_whole,
        refused=_refusals(found.refused, REASON_SENTENCES),
        row_count=max(lines - layout.has_header, 0) if lines is not None else None,
        left_out=max(len(names) - MOST_COLUMNS, 0),
        problem=problem,
    )


def _sampled(path: Path, layout: Layout, now: datetime) -> tuple[Sample, Mapping[str, str] | None]:
    """Return the beginning of the table, and what its words for kinds stand for as far as anybody knows."""
    latest_us = clock.to_us(now + AHEAD)
    found = sample(path, layout, latest_us)
    settled = with_kinds(layout, found)
    return (found if settled == layout else sample(path, settled, latest_us)), settled.kinds


def _names(names: Sequence[str], *, has_header: bool) -> tuple[str, ...]:
    """Return how the columns are called on the page; by their number where the table does not name them."""
    told = names if has_header else [str(number) for number in range(1, len(names) + 1)]
    return tuple(name[:LONGEST_CELL] for name in told[:MOST_COLUMNS])


def _choices(labels: Mapping[str, str], chosen: str) -> tuple[Choice, ...]:
    return tuple(Choice(str(value), _(label), value == chosen) for value, label in labels.items())


def _words(words: Sequence[str], kinds: Mapping[str, str] | None) -> tuple[Word, ...]:
    """Return the table's words for kinds with what each may stand for; none where they are ours."""
    if set(words) <= set(Kind):
        return ()
    told = kinds or {}
    labels = {"": _("none: refuse it"), **{str(kind): telling.kind(kind) for kind in Kind}}
    return tuple(
        Word(word, tuple(Choice(kind, label, kind == told.get(word, "")) for kind, label in labels.items()))
        for word in words
    )


def _table_row(row: ReadRow) -> Row:
    verdict = telling.kind(row.act.kind) if row.act else _(REASON_SENTENCES[row.reason])
    cells = tuple(field[:LONGEST_CELL] for field in row.fields[:MOST_COLUMNS])
    return Row(row.number, verdict, bool(row.reason), cells)


def _refusals(counts: Mapping[str, int], sentences: Mapping[str, str]) -> tuple[Refusals, ...]:
    found = sorted(counts.items(), key=lambda each: -each[1])
    return tuple(Refusals(count, _(sentences[reason])) for reason, count in found)


def takeout_preview(upload: Upload, *, now: datetime) -> TakeoutPreview:
    """Return what the beginning of an archive becomes. Raises OSError."""
    reader, told = READERS[upload.form], upload.reading
    is_known = reader.is_archive or bool(told.get("account") and told.get("at"))
    found, is_whole = _first_items(upload, reader, now) if is_known else (Sorted(), False)
    return TakeoutPreview(
        needs_whose=not reader.is_archive,
        accounts=() if reader.is_archive else _accounts(upload),
        day=(told.get("at") or now.astimezone(upload.brand.zone).isoformat())[:10],
        rows=_takeout_rows(found, upload.brand.zone),
        looked_at=found.fact_count + len(found.refused),
        is_whole=is_whole,
        refused=_refusals(Counter(reason for _line, reason in found.refused), OF_TAKEOUTS),
        has_facts=bool(found.fact_count),
        problem=""
        if is_known
        else _("Say whose it is and when it was exported: the file itself does not tell."),
    )


def _accounts(upload: Upload) -> tuple[Choice, ...]:
    """Return the accounts of which the file may be."""
    chosen = upload.reading.get("account")
    ours = _owned(upload).order_by("handle", "remote_id")
    return tuple(
        Choice(each.remote_id, each.handle or each.remote_id, each.remote_id == chosen) for each in ours
    )


def _owned(upload: Upload) -> QuerySet[Account]:
    """Return the accounts of the network that no colleague holds: those never stand in one list with personas'."""
    named = Holding.objects.filter(voice__kind=VoiceKind.NAMED).values("account")
    return Account.objects.filter(brand=upload.brand, network=upload.network).exclude(pk__in=named)


def _first_items(upload: Upload, reader: Reader, now: datetime) -> tuple[Sorted, bool]:
    """Return the beginning of an archive, and whether that is all there is."""
    told = upload.reading
    at = datetime.fromisoformat(told["at"]) if told.get("at") else None
    account, name = told.get("account", ""), upload.file_name
    stream = items(reader, kept.path_of(upload), name=name, account=account, at=at)
    some = list(islice(stream, LOOKED_AT))
    found = Sorted.of(some, terms_of(upload.brand, upload.network, now=now), 1)
    return found, next(stream, None) is None


def _takeout_rows(found: Sorted, zone: tzinfo) -> tuple[Row, ...]:
    """Return the first things of each sort."""
    told = [(telling.kind("post"), post.at, post.text) for post in found.posts[: SHOWN // 2]]
    told += [
        (telling.kind(each.kind), each.at, each.text or each.target_id) for each in found.events[: SHOWN // 4]
    ]
    told += [(_("count"), each.at, f"{each.counted} {each.value}") for each in found.readings[: SHOWN // 4]]
    return tuple(
        Row(number, verdict, False, (telling.when(at, zone).text, said[: LONGEST_CELL * 2]))
        for number, (verdict, at, said) in enumerate(told, 1)
    )


def whose_sent(upload: Upload, sent: Mapping[str, str], *, now: datetime) -> dict[str, str]:
    """Return whose the file is and of when, as somebody says; empty for no account of the brand, or no day.

    Counts of a past day are as of its last minute in the brand's zone, those of today as of now.
    """
    account = _owned(upload).filter(remote_id=sent.get("account", "")).first()
    try:
        day = date.fromisoformat(sent.get("at", ""))
    except ValueError:
        return {}
    at = min(datetime.combine(day, time(23, 59), tzinfo=upload.brand.zone), now)
    return {"account": account.remote_id, "at": at.isoformat()} if account else {}
