"""Entry points of the worker: what is due to be collected, brought in, and forgotten."""

from datetime import datetime

from portevoix.core import clock
from portevoix.core.worker import queue, sweep
from portevoix.ledger.actions.due import collect_due
from portevoix.ledger.actions.forget import forget_what_is_due
from portevoix.ledger.actions.uploads import serve, serve_due, tidy
from portevoix.ledger.models import Upload


@sweep("ledger.collect")
def collect_what_is_due(now: datetime) -> None:
    """Collect every account whose hour has come."""
    collect_due(now=now)


@sweep("ledger.forget")
def forget_what_was_kept_long_enough(now: datetime) -> None:
    """Erase what networks allow to be kept no longer."""
    forget_what_is_due(now=now)


@sweep("ledger.uploads")
def bring_in_what_was_asked(now: datetime) -> None:
    """Bring in the files of which pages asked it, where the bell was missed, and tidy up after them."""
    serve_due(now=clock.now)
    tidy(now=now)


def _bring_upload(upload_id: int) -> None:
    """Bring in one file that a page asked for, if it still waits."""
    upload = Upload.objects.due().select_related("brand", "brought_by").filter(pk=upload_id).first()
    if upload:
        serve(upload, now=clock.now)


# What is rung must be what the queue returns: the plain function would run at once, in the page's own process.
bring_upload = queue.task(name="bring_upload")(_bring_upload)
