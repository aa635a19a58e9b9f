"""Checking that what is on disk is what was written, and that nothing is missing or there twice."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db.models import Sum

from portevoix.core import clock
from portevoix.core.patience import Patience
from portevoix.core.periods import Month
from portevoix.ledger.actions import archive, project
from portevoix.ledger.actions.claim import PATIENT, Claim, Clock, held
from portevoix.ledger.actions.segments import FOLDER
from portevoix.ledger.models import ArchivedMonth, SegmentFile
from portevoix.ledger.parquet import sha256_of
from portevoix.ledger.tables import BY_NAME, TABLES


@dataclass(frozen=True)
class Finding:
    """Something that is not as it was written: which file or table, and what is wrong with it."""

    what: str
    problem: str
    """One of: missing, changed, unlike_database."""


@dataclass(frozen=True)
class Verified:
    """What was checked, and what was found."""

    projected_files: int
    archived_months: int
    findings: tuple[Finding, ...]

    @property
    def is_sound(self) -> bool:
        """Return whether nothing was found."""
        return not self.findings


def verify(*, now: Clock = clock.now, patience: Patience = PATIENT) -> Verified:
    """Check every projected file and archived month against their checksums and against the database.

    Nobody writes the projection meanwhile. Raises ProjectionUnderWay when another process is still at it after
    `patience`.
    """
    with held(now, patience) as claim:
        files = list(SegmentFile.objects.live().order_by("path"))
        findings = [*_files(files, claim), *_projection_totals(claim)]
    months = list(ArchivedMonth.objects.select_related("brand"))
    findings += [each for month in months for each in _month(month)]
    return Verified(len(files), len(months), tuple(findings))


def _files(files: list[SegmentFile], claim: Claim) -> Iterator[Finding]:
    for file in files:
        yield from _file(project.path_of(file), file.sha256, file.path)
        claim.keep()


def _file(path: Path, sha256: str, name: str) -> Iterator[Finding]:
    if not path.exists():
        yield Finding(name, "missing")
    elif sha256_of(path) != sha256:
        yield Finding(name, "changed")


def _projection_totals(claim: Claim) -> Iterator[Finding]:
    """Compare, for each table, the rows of projected intakes with the rows that the files hold.

    While the projection is being regrown, its intakes are those of the files that are grown so far.
    """
    state = "grown" if claim.is_regrowing else "live"
    for table in TABLES:
        counted = SegmentFile.objects.filter(segment__state=state, superseded_at=None, table=table.name)
        in_files = counted.aggregate(total=Sum("row_count"))["total"] or 0
        in_database = table.model._default_manager.filter(intake__segment__state=state).count()
        if in_files != in_database:
            yield Finding(f"{FOLDER}/{table.name}", "unlike_database")
        claim.keep()


def _month(archived: ArchivedMonth) -> Iterator[Finding]:
    folder, manifest = Path(settings.DATA) / archived.folder, archived.manifest
    yield from _manifest(archived, folder / archive.MANIFEST)
    for name, each in manifest["tables"].items():
        yield from _file(folder / each["file"], each["sha256"], f"{archived.folder}/{each['file']}")
        if archived.is_current and not _is_as_in_database(archived, name):
            yield Finding(f"{archived.folder}/{each['file']}", "unlike_database")


def _manifest(archived: ArchivedMonth, path: Path) -> Iterator[Finding]:
    """Compare the manifest that lies beside the archived files with the one that the database keeps."""
    name = f"{archived.folder}/{path.name}"
    try:
        told = json.loads(path.read_bytes())
    except FileNotFoundError:
        yield Finding(name, "missing")
    except ValueError:
        yield Finding(name, "changed")
    else:
        if told != archived.manifest:
            yield Finding(name, "changed")


def _is_as_in_database(archived: ArchivedMonth, table_name: str) -> bool:
    table, manifest = BY_NAME[table_name], archived.manifest
    rows = archive.rows_of(table, archived.brand, Month.parse(archived.month), manifest["known_until_us"])
    said: str = manifest["tables"][table_name]["rows_digest"]
    return archive.digest_of(rows, table) == said
