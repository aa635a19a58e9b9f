"""Bringing a file of facts in: in committed batches, resumable after any death, invisible until it is done."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Final, NoReturn

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portevoix.core import clock, jobs, progress
from portevoix.core.ahead import Ahead
from portevoix.core.errors import NotFound
from portevoix.core.models import Job
from portevoix.core.periods import utc_days_us
from portevoix.ledger import rows
from portevoix.ledger.actions.known import next_known_us, take_turn
from portevoix.ledger.errors import ImportRefused, ImportStopped, ImportUnderWay
from portevoix.ledger.lines import Line, LineReader
from portevoix.ledger.models import Coverage, Import, Intake
from portevoix.ledger.rejects import RejectsFile, cut_off_uncommitted, path_of
from portevoix.ledger.rows import Act, Acts, Layout
from portevoix.ledger.writing import FactWriter
from portevoix.people import journal, rights
from portevoix.people.journal import By
from portevoix.people.models import Brand

BATCH: Final = 20_000
BATCH_BYTES: Final = 8 << 20
"""Text after which a batch ends however few lines it has: what bounds memory is not their number alone."""
AHEAD: Final = timedelta(days=1)
"""How far in the future an instant may lie: clocks differ, but not by more than a day."""
_COUNTING: Final = "records"
"""What `read_count` counts: an import that was left by a version which counted otherwise is not gone on with."""
LONGEST_NAME: Final = 255
_DELIMITERS: Final = (",", ";", "\t", "|", " ")

Clock = Callable[[], datetime]
OnProgress = Callable[[Import], None]


@dataclass(frozen=True)
class ImportReport:
    """How an import ended. `read` = `added` + `known` + `rejected`; `rejects_file` is empty without rejects."""

    import_id: int
    read: int
    added: int
    known: int
    rejected: int
    rejects_file: str


@dataclass(frozen=True)
class _Batch:
    """Lines read but not stored yet, sorted into what they are; `bytes_read` is how far in the file they go."""

    acts: Acts
    refused: list[tuple[Line, str]]
    bytes_read: int

    @classmethod
    def of(cls, lines: list[Line], read: Callable[[Line], Act], bytes_read: int) -> "_Batch":
        acts: list[Act] = []
        refused: list[tuple[Line, str]] = []
        for line in lines:
            try:
                acts.append(read(line))
            except rows.Refused as refusal:
                refused.append((line, refusal.reason))
        return cls(Acts.of(acts), refused, bytes_read)


@dataclass(frozen=True)
class Source:
    """A file as it is known: whose facts it tells, its own name, and the name of its content read in one way.

    `size` is what progress is measured against, 0 as long as nobody knows.
    """

    network: str
    name: str
    content_hash: str
    size: int
    kinds: tuple[str, ...] = ()
    has_declared_kinds: bool = False


def import_file(
    path: Path,
    *,
    brand: Brand,
    network: str,
    layout: Layout,
    by: By,
    now: Clock = clock.now,
    on_progress: OnProgress | None = None,
    name: str = "",
    on_opened: OnProgress | None = None,
) -> ImportReport:
    """Bring the facts of a CSV or TSV file, plain or gzip, into the ledger of `brand`; return the report.

    `layout.columns` empty: the first line names the columns. The same file read the same way goes on where
    an unfinished import of it stopped. `name` is how the file is called, where its path does not say;
    `on_opened` is called in the transaction that opens the import. Raises ImportRefused when the file cannot be
    read as such at all, ImportUnderWay when another process is at it, ImportStopped when somebody asked to stop.
    """
    rights.require("ledger.import", by=by, brand=brand)
    layout, has_header = _settled(path, layout, name or path.name)
    source = Source(
        network,
        name or path.name,
        _content_hash(path, network, layout),
        path.stat().st_size,
        tuple(layout.declared_kinds()),
        bool(layout.kinds),
    )
    run = open_import(brand, source, by=by, now=now(), on_opened=on_opened)

    def bring_in() -> None:
        _bring_in(path, run, layout, has_header=has_header, now=now, on_progress=on_progress)

    return carried_out(run, bring_in, by=by, now=now)


def carried_out(
    run: Import,
    bring_in: Callable[[], None],
    *,
    by: By,
    now: Clock,
    covered: Callable[[], list[Coverage]] | None = None,
) -> ImportReport:
    """Let `bring_in` store what is left of `run` while nobody else is at it, and finish it; return the report.

    `covered` gives what it then covers, where that is not all of its kinds. Raises ImportUnderWay.
    """
    progress.reached("import.awaiting_claim")
    with jobs.claimed(run.job, now()) as is_ours:
        if not is_ours:
            raise ImportUnderWay(
                _("This file is being imported by another process. Wait until it is done; nothing is lost.")
            )
        run.refresh_from_db()
        try:
            if run.is_finished:  # by another process, between our finding it and our claim
                jobs.finish(run.job, now())
                return report(run)
            bring_in()
            finish(run, by=by, now=now(), covered=covered() if covered else None)
        except jobs.LeaseLost as lost:
            raise ImportUnderWay(_("Another process took this import over and goes on with it.")) from lost
    return report(run)


def report(run: Import) -> ImportReport:
    """Return how far `run` is, or how it ended."""
    return ImportReport(
        import_id=run.pk,
        read=run.read_count,
        added=run.added_count,
        known=run.known_count,
        rejected=run.rejected_count,
        rejects_file=str(path_of(run)) if run.rejected_count else "",
    )


def _settled(path: Path, layout: Layout, name: str) -> tuple[Layout, bool]:
    """Return the layout with columns and delimiter known, and whether the first line names the columns."""
    try:
        first = next(iter(LineReader(path)), None)
    except OSError as problem:
        sentence = _("%(file)s cannot be read: %(reason)s. Nothing was stored.")
        raise ImportRefused(sentence % {"file": name, "reason": problem.strerror}) from problem
    given = layout.delimiter or ("\t" if ".tsv" in Path(name).suffixes else "")
    if layout.columns:
        return replace(layout, delimiter=given or ","), layout.has_header
    header = first.content.decode("utf-8", "replace") if first else ""
    for delimiter in (given,) if given else _DELIMITERS:
        names = tuple(name.strip().strip('"').lower() for name in header.split(delimiter))
        named = replace(layout, columns=names, delimiter=delimiter)
        if not named.missing():
            _refuse_doubles(name, named)
            return named, True
    sentence = _(
        "The first line of %(file)s names no columns %(columns)s. Nothing was stored; "
        "name them with --columns if the file has no header."
    )
    raise ImportRefused(sentence % {"file": name, "columns": ", ".join(rows.REQUIRED)})


def _refuse_doubles(name: str, layout: Layout) -> None:
    doubles = [name for name in rows.KNOWN_COLUMNS if layout.columns.count(name) > 1]
    if doubles:
        sentence = _(
            "The first line of %(file)s names a column twice (%(columns)s). Nothing was stored; "
            "rename the one that is to be passed over."
        )
        raise ImportRefused(sentence % {"file": name, "columns": ", ".join(doubles)})


def _content_hash(path: Path, network: str, layout: Layout) -> str:
    """Return the name under which this file, read this way, is known."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
    kinds = sorted((layout.kinds or {}).items())
    digest.update(json.dumps([_COUNTING, network, layout.columns, layout.delimiter, kinds]).encode())
    return digest.hexdigest()


@transaction.atomic
def open_import(
    brand: Brand, source: Source, *, by: By, now: datetime, on_opened: OnProgress | None = None
) -> Import:
    """Return the unfinished import of this very content, or a new one."""
    take_turn(brand)  # two processes with the same file open one import
    same = Import.objects.filter(brand=brand, content_hash=source.content_hash)
    known = same.unfinished().select_related("job", "intake", "brand").first()
    run = known or _new_import(brand, source, by, now)
    if on_opened:
        on_opened(run)
    if not known:
        progress.reached("import.opened")
    return run


def _new_import(brand: Brand, source: Source, by: By, now: datetime) -> Import:
    job = Job.objects.create(kind="ledger.import", owner=brand.owner, progress_total=source.size)
    intake = Intake.objects.create(brand=brand, network=source.network, source="import", started_at=now)
    run = Import.objects.create(
        brand=brand,
        intake=intake,
        job=job,
        content_hash=source.content_hash,
        file_name=source.name[:LONGEST_NAME],
        kinds=list(source.kinds),
        has_declared_kinds=source.has_declared_kinds,
    )
    subject, file = f"import:{run.pk}", run.file_name
    journal.record("ledger.import.started", by=by, brand=brand, subject=subject, file=file)
    return run


def _batches(path: Path, layout: Layout, skipped: int, latest_us: int) -> Iterator[_Batch]:
    """Yield what the file holds after its first `skipped` records."""
    lines, read = LineReader(path), rows.reader(layout, latest_us)
    some: list[Line] = []
    ends_at = BATCH_BYTES
    for record in islice(rows.records(iter(lines), layout), skipped, None):
        some.append(record)
        if len(some) == BATCH or lines.text_bytes > ends_at:
            yield _Batch.of(some, read, lines.bytes_read)
            some, ends_at = [], lines.text_bytes + BATCH_BYTES
    if some:
        yield _Batch.of(some, read, lines.bytes_read)


def _bring_in(
    path: Path,
    run: Import,
    layout: Layout,
    *,
    has_header: bool,
    now: Clock,
    on_progress: OnProgress | None,
) -> None:
    """Store what is left of the file, batch by batch."""
    latest_us = clock.to_us(now() + AHEAD)
    writer = FactWriter(run.intake)
    read = _batches(path, layout, run.read_count + has_header, latest_us)
    with RejectsFile(run) as rejects, Ahead(read) as batches:
        for batch in batches:
            may_go_on = _store(run, writer, batch, rejects, now=now(), meanwhile=batches.begin)
            progress.reached("import.batch_stored")
            if on_progress:
                on_progress(run)
            if not may_go_on:
                stop(run, now=now())


def _store(
    run: Import,
    writer: FactWriter,
    batch: _Batch,
    rejects: RejectsFile,
    *,
    now: datetime,
    meanwhile: Callable[[], None],
) -> bool:
    """Store one batch and its counts in one transaction; return False when somebody asked to stop.

    `meanwhile` is called before the commit, which is when the disk is waited for.
    """
    size = rejects.add(batch.refused)
    progress.reached("import.rejects_written")
    with transaction.atomic():
        take_turn(run.brand)
        added = writer.acts(batch.acts)
        progress.reached("import.facts_inserted")
        run.read_count += len(batch.acts.rows) + len(batch.refused)
        run.added_count += added
        run.known_count += len(batch.acts.rows) - added
        run.rejected_count += len(batch.refused)
        run.rejects_bytes = size
        _note_span(run, batch.acts)
        run.save()
        may_go_on = jobs.advance(run.job, now, done=batch.bytes_read)
        meanwhile()
    return may_go_on


def _note_span(run: Import, acts: Acts) -> None:
    run.first_us = min((us for us in (run.first_us, acts.first_us) if us is not None), default=None)
    run.last_us = max((us for us in (run.last_us, acts.last_us) if us is not None), default=None)
    if not run.has_declared_kinds:
        run.kinds = sorted({*run.kinds, *acts.kinds})


def stop(run: Import, *, now: datetime) -> NoReturn:
    """Lay down `run`, which we hold, because somebody asked to. Raises ImportStopped."""
    jobs.finish(run.job, now, state="cancelled")
    sentence = ngettext(
        "The import was asked to stop after %(count)d line. It is kept but not shown; "
        "the same command goes on from there.",
        "The import was asked to stop after %(count)d lines. They are kept but not shown; "
        "the same command goes on from there.",
        run.read_count,
    )
    raise ImportStopped(sentence % {"count": run.read_count})


@transaction.atomic
def finish(
    run: Import, *, by: By, now: datetime, is_early: bool = False, covered: list[Coverage] | None = None
) -> None:
    """Make what `run` brought count from `now` on, with what it covers: `covered`, else its kinds throughout."""
    run.intake.known_at_us = next_known_us(run.brand, now)
    FactWriter(run.intake).take_over_sightings()
    progress.reached("import.sightings_taken")
    Coverage.objects.bulk_create(_covered(run) if covered is None else covered)
    run.intake.save(update_fields=["known_at_us"])
    run.is_accepted_early = is_early
    run.save(update_fields=["is_accepted_early"])
    jobs.finish(run.job, now, detail="accepted" if is_early else "")
    action = "ledger.import.accepted" if is_early else "ledger.import.finished"
    journal.record(action, by=by, brand=run.brand, subject=f"import:{run.pk}", added=run.added_count)
    progress.reached("import.finishing")


def _covered(run: Import) -> list[Coverage]:
    """Return what a table covers: its kinds, for all accounts, on whole days from its first act to its last."""
    if run.first_us is None or run.last_us is None:
        return []
    from_us, to_us = utc_days_us(run.first_us, run.last_us)
    network, intake = run.intake.network, run.intake
    return [
        Coverage(brand=run.brand, network=network, kind=kind, from_us=from_us, to_us=to_us, intake=intake)
        for kind in run.kinds
    ]


def accept(import_id: int, *, by: By, now: datetime) -> ImportReport:
    """Make what an unfinished import has brought so far count as it is; return its report.

    Raises NotFound for an import that is unknown or finished, ImportUnderWay when it is still running.
    """
    found = Import.objects.unfinished().select_related("job", "intake", "brand").filter(pk=import_id).first()
    if not found:
        raise NotFound(_("There is no unfinished import %(id)d.") % {"id": import_id})
    rights.require("ledger.import", by=by, brand=found.brand)
    progress.reached("import.awaiting_claim")
    with jobs.claimed(found.job, now) as is_ours:
        if not is_ours:
            raise ImportUnderWay(_("This import is still running. Stop it first, or wait until it is done."))
        found.refresh_from_db()
        if found.is_finished:  # by the process that ran it, between our finding it and our claim
            jobs.finish(found.job, now)
            raise NotFound(_("There is no unfinished import %(id)d.") % {"id": import_id})
        cut_off_uncommitted(found)
        finish(found, by=by, now=now, is_early=True)
    return report(found)


def ask_to_stop(run: Import, *, by: By) -> bool:
    """Ask the process that runs `run` to stop at the next batch; return whether one was at work."""
    rights.require("ledger.import", by=by, brand=run.brand)
    was_at_work = jobs.ask_to_cancel(run.job)
    if was_at_work:
        journal.record("ledger.import.stopped", by=by, brand=run.brand, subject=f"import:{run.pk}")
    return was_at_work
