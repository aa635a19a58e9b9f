"""The archive: a month of one brand's facts, sorted, written once, checksummed, kept for good.

The folder is written under a draft name, put on disk, renamed, and only then recorded; a death in between
leaves a folder that no row names, which the next run removes.
"""

import hashlib
import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from portevoix.core import clock, progress
from portevoix.core.locks import machine_lock
from portevoix.core.periods import Month
from portevoix.ledger.errors import NotArchivable
from portevoix.ledger.models import ArchivedMonth
from portevoix.ledger.parquet import FileWriter, sync_folder, write_text
from portevoix.ledger.queries import known_until_us
from portevoix.ledger.tables import TABLES, Table
from portevoix.people import journal, rights
from portevoix.people.journal import By
from portevoix.people.models import Brand

FOLDER: Final = "archive"
MANIFEST: Final = "manifest.json"
FORMAT: Final = 1
"""Version of the files' columns; a manifest carries the one it was written with."""


def archive(brand: Brand, month: Month, *, by: By, now: datetime) -> tuple[ArchivedMonth, bool]:
    """Archive the facts of `brand` in the UTC month `month`; return the archived month and whether it is new.

    A month whose facts have not changed since is not archived twice; late facts make a next version.
    Raises NotArchivable for a month that is not over, or that another process is archiving.
    """
    rights.require("ledger.archive", by=by, brand=brand)
    if month.bounds_us(UTC)[1] > clock.to_us(now):
        raise NotArchivable(_("%(month)s is not over yet: only past months are archived.") % {"month": month})
    with machine_lock(f"archive-{brand.pk}") as is_alone:
        if not is_alone:
            raise NotArchivable(
                _("Another process is archiving this brand. Nothing was changed; try again soon.")
            )
        return _archive(brand, month, by=by, now=now)


def _archive(brand: Brand, month: Month, *, by: By, now: datetime) -> tuple[ArchivedMonth, bool]:
    newest = ArchivedMonth.objects.filter(brand=brand, month=str(month)).order_by("-version").first()
    # Not the clock: something that counts from this very instant may be committed while we read.
    known_until = known_until_us(brand)
    digests = {table.name: digest_of(rows_of(table, brand, month, known_until), table) for table in TABLES}
    if newest and digests == {name: each["rows_digest"] for name, each in newest.manifest["tables"].items()}:
        return newest, False
    version = newest.version + 1 if newest else 1
    folder = f"{FOLDER}/{brand.slug}/{month}/v{version}"
    manifest = _write(brand, month, Path(settings.DATA) / folder, known_until, digests)
    with transaction.atomic():
        ArchivedMonth.objects.filter(brand=brand, month=str(month)).update(is_current=False)
        archived = ArchivedMonth.objects.create(
            brand=brand, month=str(month), version=version, folder=folder, manifest=manifest, archived_at=now
        )
        subject = f"month:{month}"
        journal.record("ledger.month.archived", by=by, brand=brand, subject=subject, version=version)
        progress.reached("archive.recording")
    progress.reached("archive.recorded")
    return archived, True


def facts_of(table: Table, brand: Brand, month: Month, known_until_us: int) -> QuerySet[Any]:
    """Return the rows of `table` that happened in the UTC month and were known at `known_until_us`."""
    from_us, to_us = month.bounds_us(UTC)
    return table.model._default_manager.filter(
        brand=brand, at_us__gte=from_us, at_us__lt=to_us, intake__known_at_us__lte=known_until_us
    ).order_by(*table.order)


def rows_of(table: Table, brand: Brand, month: Month, known_until_us: int) -> Iterator[tuple[Any, ...]]:
    """Yield those rows as they are archived, in the archive's order."""
    return table.archived_rows(facts_of(table, brand, month, known_until_us))


def digest_of(rows: Iterator[tuple[Any, ...]], table: Table) -> str:
    """Return the SHA-256 over the values of `rows`, in order: what an archived table says, not how."""
    digest = hashlib.sha256(repr([column.name for column in table.kept(for_archive=True)]).encode())
    for row in rows:
        digest.update(repr(row).encode())
    return digest.hexdigest()


def _write(
    brand: Brand, month: Month, folder: Path, known_until_us: int, digests: dict[str, str]
) -> dict[str, Any]:
    """Write the month's files and manifest into `folder`, which appears whole or not at all."""
    draft = folder.with_name(f"{folder.name}.draft")
    for leftover in (draft, folder):  # of a process that died before it could record them
        shutil.rmtree(leftover, ignore_errors=True)
    tables = {}
    for table in TABLES:
        writer = FileWriter(draft / f"{table.name}.parquet", table.schema(for_archive=True))
        with writer:
            writer.write_rows(rows_of(table, brand, month, known_until_us))
            written = writer.finish()
        tables[table.name] = {
            "file": written.path.name,
            "rows": written.row_count,
            "sha256": written.sha256,
            "rows_digest": digests[table.name],
        }
        progress.reached("archive.table_written")
    manifest = {
        "format": FORMAT,
        "brand": brand.slug,
        "month": str(month),
        "known_until_us": known_until_us,
        "tables": tables,
    }
    write_text(draft / MANIFEST, json.dumps(manifest, indent=2) + "\n")
    sync_folder(draft)
    draft.replace(folder)
    sync_folder(folder.parent)
    progress.reached("archive.folder_named")
    return manifest
