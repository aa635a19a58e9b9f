"""Files brought from a page: kept, looked at, brought in by the worker, gone on with, thrown away."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from portevoix.core import jobs
from portevoix.core.errors import UserError
from portevoix.core.models import Job
from portevoix.ledger import kept
from portevoix.ledger.actions.imports import LONGEST_NAME, Clock, accept, ask_to_stop, import_file
from portevoix.ledger.actions.takeouts import import_takeout
from portevoix.ledger.columns import digest
from portevoix.ledger.errors import ImportRefused, ImportStopped, ImportUnderWay
from portevoix.ledger.models import Import, Upload
from portevoix.ledger.models import Mapping as Known
from portevoix.ledger.rows import Layout
from portevoix.networks.readers import READERS
from portevoix.people import rights
from portevoix.people.journal import By
from portevoix.people.models import Brand, User

KEPT_FOR: Final = timedelta(days=7)
"""For how long a file is kept that nobody lets in."""
_ARRIVES_WITHIN: Final = timedelta(days=1)

log = structlog.get_logger(__name__)


@transaction.atomic
def bring(
    arrived: Path,
    *,
    brand: Brand,
    network: str,
    form: str,
    file_name: str,
    line_count: int | None,
    by: User,
    now: datetime,
) -> Upload:
    """Keep a file that has arrived, to be looked at; nothing of it is stored yet. Raises NotAllowed."""
    rights.require("ledger.import", by=by, brand=brand)
    upload = Upload.objects.create(
        brand=brand,
        network=network,
        form=form,
        file_name=file_name[:LONGEST_NAME],
        size=arrived.stat().st_size,
        line_count=line_count,
        brought_by=by,
        brought_at=now,
    )
    kept.keep(arrived, upload)
    return upload


def layout_of(upload: Upload) -> Layout:
    """Return how the table of `upload` is to be read, as far as somebody said."""
    told = upload.reading
    return Layout(
        tuple(told.get("columns", ())),
        told.get("delimiter", ""),
        told.get("kinds") or None,
        bool(told.get("has_header")),
    )


@transaction.atomic
def choose(upload: Upload, layout: Layout, names: Sequence[str], *, by: By) -> None:
    """Keep how the table of `upload` is read, for itself and for the next one with the same names."""
    rights.require("ledger.import", by=by, brand=upload.brand)
    kinds = dict(layout.kinds or {})
    told = {"columns": list(layout.columns), "delimiter": layout.delimiter, "kinds": kinds}
    upload.reading = {**told, "has_header": layout.has_header}
    upload.save(update_fields=["reading"])
    if layout.has_header:
        Known.objects.update_or_create(
            brand=upload.brand,
            network=upload.network,
            header=digest(names),
            defaults={"columns": list(layout.columns), "kinds": kinds},
        )


def say_whose(upload: Upload, told: Mapping[str, str], *, by: By) -> None:
    """Keep whose the file is and of when, where it does not tell."""
    rights.require("ledger.import", by=by, brand=upload.brand)
    upload.reading = dict(told)
    upload.save(update_fields=["reading"])


def remembered(upload: Upload, names: Sequence[str]) -> tuple[tuple[str, ...], dict[str, str]] | None:
    """Return the columns and kinds that were said of the last table with these names, None when none was."""
    found = Known.objects.filter(brand=upload.brand, network=upload.network, header=digest(names)).first()
    return (tuple(found.columns), found.kinds) if found and len(found.columns) == len(names) else None


def ask(upload: Upload, *, by: User, now: datetime) -> None:
    """Ask the worker to bring `upload` in, or to go on with it. Raises ImportRefused where its file is gone."""
    rights.require("ledger.import", by=by, brand=upload.brand)
    asked = Upload.objects.filter(pk=upload.pk, has_file=True)
    if not asked.update(asked_at=now, brought_by=by, problem=""):
        raise ImportRefused(_("The file is no longer kept. Nothing was changed; bring it again."))


def stop(upload: Upload, *, by: By) -> None:
    """Let `upload` rest: whoever is at it stops after what it is storing now."""
    rights.require("ledger.import", by=by, brand=upload.brand)
    Upload.objects.filter(pk=upload.pk).update(asked_at=None)
    upload.refresh_from_db()
    if upload.run:
        ask_to_stop(upload.run, by=by)


def let_count(upload: Upload, *, by: By, now: datetime) -> None:
    """Let what has come of `upload` count as it is. Raises NotFound, ImportUnderWay."""
    Upload.objects.filter(pk=upload.pk).update(asked_at=None)
    accept(upload.run_id or 0, by=by, now=now)
    discard(upload, by=by)


def discard(upload: Upload, *, by: By) -> None:
    """Throw the file away; what came of it stays as it is. Raises ImportUnderWay while somebody is at it."""
    rights.require("ledger.import", by=by, brand=upload.brand)
    upload.refresh_from_db()
    if upload.run and upload.run.job.state == "running" and upload.asked_at:
        raise ImportUnderWay(_("This import is still running. Stop it first, or wait until it is done."))
    _let_go(upload)


def _let_go(upload: Upload) -> None:
    """Keep the file no longer. The row says so first: a file that stays behind is found by `tidy`."""
    Upload.objects.filter(pk=upload.pk).update(asked_at=None, has_file=False)
    kept.path_of(upload).unlink(missing_ok=True)


def serve_due(*, now: Clock) -> int:
    """Bring in what was asked for, or was left by a process that died; return how many files are in."""
    due = Upload.objects.due().select_related("brand", "brought_by").order_by("asked_at")
    return sum(serve(upload, now=now) for upload in due)


def serve(upload: Upload, *, now: Clock) -> bool:
    """Bring `upload` in, unless somebody is at it; return whether it is in. The row tells what went wrong."""
    with translation.override(upload.brought_by.language or settings.LANGUAGE_CODE):
        try:
            _bring_in(upload, now)
        except ImportUnderWay:
            return False
        except ImportStopped:
            return _put_down(upload, "")
        except UserError as problem:
            return _put_down(upload, str(problem))
        except Exception:
            log.exception("upload_failed", upload=upload.pk)
            return _put_down(
                upload,
                _("Something went wrong here. What was stored is kept and not shown yet; go on with it."),
            )
    _let_go(upload)
    return True


def _put_down(upload: Upload, problem: str) -> bool:
    Upload.objects.filter(pk=upload.pk).update(asked_at=None, problem=problem)
    return False


def _bring_in(upload: Upload, now: Clock) -> None:
    path, by, brand = kept.path_of(upload), upload.brought_by, upload.brand

    def opened(run: Import) -> None:
        """Tie the import to its file, unless somebody stopped it before it began."""
        if not Upload.objects.filter(pk=upload.pk, asked_at__isnull=False).update(run=run):
            raise ImportStopped

    name = upload.file_name
    if reader := READERS.get(upload.form):
        told = upload.reading
        at = datetime.fromisoformat(told["at"]) if told.get("at") else None
        account = told.get("account", "")
        import_takeout(
            path, reader, brand=brand, by=by, account=account, at=at, now=now, name=name, on_opened=opened
        )
    else:
        import_file(
            path,
            brand=brand,
            network=upload.network,
            layout=layout_of(upload),
            by=by,
            now=now,
            name=name,
            on_opened=opened,
        )


def tidy(*, now: datetime) -> int:
    """Throw away files that nobody let in for a week, and those that a dead process left; return how many."""
    is_old = Q(asked_at=None, brought_at__lt=now - KEPT_FOR)
    is_in = Q(run__intake__known_at_us__isnull=False)
    at_work = jobs.in_progress(Job.objects.filter(kind="ledger.import"), now)
    for upload in Upload.objects.filter(is_old | is_in, has_file=True).exclude(run__job__in=at_work):
        _let_go(upload)
    known = set(Upload.objects.filter(has_file=True).values_list("pk", flat=True))
    left = [path for number, path in kept.kept() if number not in known]
    left += kept.arriving((now - _ARRIVES_WITHIN).timestamp())
    for path in left:
        path.unlink(missing_ok=True)
    return len(left)
