"""Bringing a takeout in: the file that a network gives to a person who asks for their own data.

As tables are: in committed batches, resumable after any death, invisible until all of it is in. A reader tells the
items of a file always in the same order, so that going on means passing over as many as were read.
"""

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from portevoix.core import clock, jobs, progress
from portevoix.core.errors import NotFound
from portevoix.core.models import Job
from portevoix.ledger.actions.imports import (
    AHEAD,
    Clock,
    ImportReport,
    OnProgress,
    Source,
    carried_out,
    open_import,
    stop,
)
from portevoix.ledger.actions.known import take_turn
from portevoix.ledger.errors import ImportRefused
from portevoix.ledger.heard import write
from portevoix.ledger.models import Coverage, Import
from portevoix.ledger.permitted import Keeping
from portevoix.ledger.rejects import RejectsFile
from portevoix.ledger.takeouts import REASON_SENTENCES, Sorted, Terms
from portevoix.ledger.writing import FactWriter
from portevoix.networks.contracts import PostKind
from portevoix.networks.models import Account
from portevoix.networks.readers import READERS, Item, Reader, items
from portevoix.networks.registry import NETWORKS, connector_class
from portevoix.people import rights
from portevoix.people.journal import By
from portevoix.people.models import Brand

BATCH: Final = 1_000
"""Items stored at once: they carry texts."""
_MARK: Final = "takeout"


def reader_called(key: str, network: str) -> Reader:
    """Return the reader called `key` of `network`. Raises NotFound."""
    reader = READERS.get(key)
    if reader is None or reader.network != network:
        known = ", ".join(each.key for each in READERS.values() if each.network == network) or "–"
        sentence = _("There is no file called %(key)s of %(network)s. Known ones: %(known)s.")
        raise NotFound(sentence % {"key": key, "network": network, "known": known})
    return reader


def import_takeout(
    path: Path,
    reader: Reader,
    *,
    brand: Brand,
    by: By,
    account: str = "",
    at: datetime | None = None,
    now: Clock = clock.now,
    on_progress: OnProgress | None = None,
    name: str = "",
    on_opened: OnProgress | None = None,
) -> ImportReport:
    """Bring what `reader` finds in the file at `path` into the ledger of `brand`; return the report.

    `account` and `at` say whose it is and of when, where the file does not. The same file goes on where an
    unfinished import of it stopped. Raises ImportRefused, ImportUnderWay and ImportStopped as `import_file`.
    """
    rights.require("ledger.import", by=by, brand=brand)
    if not reader.is_archive and not (account and at):
        raise ImportRefused(
            _("Say whose it is and when it was exported: the file itself does not tell. Nothing was stored.")
        )
    told = partial(items, reader, path, name=name, account=account, at=at)
    try:
        content_hash = _content_hash(path, reader, account, at)
    except OSError as problem:
        sentence = _("%(file)s cannot be read: %(reason)s. Nothing was stored.")
        raise ImportRefused(sentence % {"file": name or path.name, "reason": problem.strerror}) from problem
    source = Source(reader.network, name or path.name, content_hash, 0, has_declared_kinds=True)
    run = _opened(brand, source, by, now(), on_opened)
    terms = terms_of(brand, reader.network, now=now())

    def bring_in() -> None:
        _count(run, told(), now)
        _bring_in(run, told(), terms, now, on_progress)

    return carried_out(
        run, bring_in, by=by, now=now, covered=lambda: _covered(run) if reader.is_archive else []
    )


def terms_of(brand: Brand, network: str, *, now: datetime) -> Terms:
    """Return on which terms facts of `network` become facts of `brand`."""
    held = Account.objects.filter(brand=brand, network=network)
    permits = None if NETWORKS[network].is_import_only else connector_class(network).permits
    return Terms(frozenset(held.values_list("remote_id", flat=True)), permits, clock.to_us(now + AHEAD))


def _content_hash(path: Path, reader: Reader, account: str, at: datetime | None) -> str:
    """Return the name under which this file, read this way, is known."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
    digest.update(json.dumps([_MARK, reader.key, account, at.isoformat() if at else ""]).encode())
    return digest.hexdigest()


@transaction.atomic
def _opened(brand: Brand, source: Source, by: By, now: datetime, on_opened: OnProgress | None) -> Import:
    """Return the import of this content, the only one of its network that is not all in.

    What two unfinished ones both met would stand on the first, and be lost from the second were that never ended.
    """
    take_turn(brand)
    unfinished = Import.objects.unfinished().filter(brand=brand, intake__network=source.network)
    others = unfinished.filter(job__cursor__has_key=_MARK).exclude(content_hash=source.content_hash)
    if other := others.first():
        sentence = _(
            "%(file)s, of the same network, is not all in. Nothing was stored; go on with it, or let what has "
            "come of it count as it is."
        )
        raise ImportRefused(sentence % {"file": other.file_name})
    run = open_import(brand, source, by=by, now=now, on_opened=on_opened)
    if _MARK not in run.job.cursor:
        run.job.cursor = {_MARK: {}}
        run.job.save(update_fields=["cursor"])
    return run


def _count(run: Import, found: Iterator[Item], now: Clock) -> None:
    """Count the items once, so that progress can be told."""
    if run.job.progress_total:
        return
    total = 0
    while some := sum(1 for _item in islice(found, BATCH)):
        total += some
        if not jobs.advance(run.job, now(), done=0):
            stop(run, now=now())
    Job.objects.filter(pk=run.job_id).update(progress_total=total)
    run.job.progress_total = total
    progress.reached("takeout.counted")


def _bring_in(
    run: Import, found: Iterator[Item], terms: Terms, now: Clock, on_progress: OnProgress | None
) -> None:
    """Store what is left of the file, batch by batch."""
    writer, brand = FactWriter(run.intake), run.brand
    left = islice(found, run.read_count, None)
    with RejectsFile(run, REASON_SENTENCES) as rejects:
        while some := list(islice(left, BATCH)):
            batch = Sorted.of(some, terms, run.read_count + 1)
            keeping = Keeping.of(terms.permits, brand.day(now()))
            may_go_on = _store(writer, run, batch, rejects.add(batch.refused), keeping=keeping, now=now())
            progress.reached("takeout.batch_stored")
            if on_progress:
                on_progress(run)
            if not may_go_on:
                stop(run, now=now())


def _store(
    writer: FactWriter, run: Import, batch: Sorted, rejects_bytes: int, *, keeping: Keeping, now: datetime
) -> bool:
    """Store one batch and its counts in one transaction; return False when somebody asked to stop."""
    progress.reached("takeout.rejects_written")
    with transaction.atomic():
        take_turn(run.brand)
        added = write(writer, batch.heard, keeping)
        progress.reached("takeout.facts_inserted")
        run.read_count += batch.fact_count + len(batch.refused)
        run.added_count += added
        run.known_count += batch.fact_count - added
        run.rejected_count += len(batch.refused)
        run.rejects_bytes = rejects_bytes
        run.save()
        cursor = {_MARK: _spans(run.job.cursor[_MARK], batch)}
        return jobs.advance(run.job, now, done=run.read_count, cursor=cursor)


def _spans(known: dict[str, Any], batch: Sorted) -> dict[str, Any]:
    """Return {account: [first post, last post, last count]} in UTC microseconds, None where there is none yet."""
    spans = {account: list(span) for account, span in known.items()}
    for post in batch.posts:
        at_us, span = clock.to_us(post.at), spans.setdefault(post.author.remote_id, [None, None, None])
        span[0] = at_us if span[0] is None else min(span[0], at_us)
        span[1] = at_us if span[1] is None else max(span[1], at_us)
    for reading in batch.readings:
        at_us, span = clock.to_us(reading.at), spans.setdefault(reading.account_id, [None, None, None])
        span[2] = at_us if span[2] is None else max(span[2], at_us)
    return spans


def _covered(run: Import) -> list[Coverage]:
    """Return what the file covers: the posts of each account, from its first to the last one or to the export."""
    spans = run.job.cursor[_MARK]
    ours = Account.objects.filter(brand=run.brand, network=run.intake.network, remote_id__in=spans)
    return [
        Coverage(
            brand=run.brand,
            network=account.network,
            account=account,
            kind=str(PostKind.POST),
            from_us=first,
            to_us=max(last, read or 0) + 1,
            intake=run.intake,
        )
        for account in ours
        for first, last, read in (spans[account.remote_id],)
        if first is not None
    ]
