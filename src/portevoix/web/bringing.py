"""Files of facts that people bring from a page: the form, the list of them, and how far each is."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, cast

from django import forms
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from portevoix.core import clock, jobs
from portevoix.core.models import Job
from portevoix.core.periods import Month
from portevoix.ledger.models import Import, Upload
from portevoix.networks.readers import READERS
from portevoix.networks.registry import NETWORKS
from portevoix.people.models import Brand

TABLE: Final = gettext_lazy("Table of interactions (CSV, TSV)")
LISTED: Final = 30
_INSIDE: Final = frozenset({"sandbox"})
"""Networks of which nobody has a file."""


class State(StrEnum):
    """How far a file is."""

    NEW = "new"
    WAITING = "waiting"
    RUNNING = "running"
    STOPPING = "stopping"
    STOPPED = "stopped"
    IN = "in"
    GONE = "gone"


_STATES: Final = {
    State.NEW: gettext_noop("to be looked at"),
    State.WAITING: gettext_noop("waits for the background work"),
    State.RUNNING: gettext_noop("under way"),
    State.STOPPING: gettext_noop("stopping"),
    State.STOPPED: gettext_noop("not all in"),
    State.IN: gettext_noop("all in"),
    State.GONE: gettext_noop("thrown away"),
}


class BringForm(forms.Form):
    """What somebody says of a file that is brought; the file itself has arrived by then (`web.arriving`)."""

    form = forms.ChoiceField(label=gettext_lazy("What is it?"), required=False)
    network = forms.ChoiceField(
        label=gettext_lazy("Network"),
        help_text=gettext_lazy("Of a table. An archive is of its own network."),
    )
    file = forms.FileField(
        label=gettext_lazy("File"),
        error_messages={
            "required": gettext_lazy("No file has come. Choose one."),
            "empty": gettext_lazy("The file is empty. Choose another."),
        },
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        forms_of = cast("forms.ChoiceField", self.fields["form"])
        forms_of.choices = [("", TABLE), *((key, _(reader.title)) for key, reader in READERS.items())]
        networks = cast("forms.ChoiceField", self.fields["network"])
        networks.choices = [(key, each.label) for key, each in NETWORKS.items() if key not in _INSIDE]

    def network_of(self) -> str:
        """Return whose file it is: what was chosen, or the network of an archive. The form must be valid."""
        reader = READERS.get(self.cleaned_data["form"])
        return reader.network if reader else str(self.cleaned_data["network"])


@dataclass(frozen=True)
class Brought:
    """One file or one import, as a page tells of it. One that the command line began has no `upload`.

    `percent` is None where nobody knows how much there is.
    """

    state: State
    name: str
    network: str
    at: datetime
    upload: Upload | None
    run: Import | None

    @property
    def state_words(self) -> str:
        """Return how far it is, in words."""
        return _(_STATES[self.state])

    @property
    def is_moving(self) -> bool:
        """Return whether its state will change by itself."""
        return self.state in (State.WAITING, State.RUNNING, State.STOPPING)

    @property
    def percent(self) -> int | None:
        """Return how far it has come, 0 to 100."""
        return self.run.job.progress_percent if self.run else None

    @property
    def may_go_on(self) -> bool:
        """Return whether the worker could go on with it."""
        return self.state is State.STOPPED and self.upload is not None and self.upload.has_file

    def month(self, brand: Brand) -> Month | None:
        """Return the month of the last act that came in, None where nothing did or nobody knows."""
        last_us = _last_us(self.run) if self.run and self.state is State.IN else None
        return Month.of(clock.from_us(last_us), brand.zone) if last_us is not None else None

    @classmethod
    def of_upload(cls, upload: Upload, *, is_at_work: bool) -> "Brought":
        """Return how far a file is."""
        state = _state(upload, is_at_work=is_at_work)
        network = NETWORKS[upload.network].label
        return cls(state, upload.file_name, network, upload.brought_at, upload, upload.run)

    @classmethod
    def of_import(cls, run: Import, *, is_at_work: bool) -> "Brought":
        """Return how far an import of the command line is."""
        state = State.IN if run.is_finished else State.RUNNING if is_at_work else State.STOPPED
        network = NETWORKS[run.intake.network].label
        return cls(state, run.file_name, network, run.intake.started_at, None, run)


def _last_us(run: Import) -> int | None:
    """Return the instant of the last act that `run` brought, or of the last post or count of a takeout."""
    spans = run.job.cursor.get("takeout", {}).values()
    told = [us for span in spans for us in span if us is not None]
    return run.last_us if run.last_us is not None else max(told, default=None)


def _state(upload: Upload, *, is_at_work: bool) -> State:
    if upload.run and upload.run.is_finished:
        return State.IN
    if upload.asked_at:
        return State.RUNNING if is_at_work else State.WAITING
    if is_at_work:
        return State.STOPPING
    if upload.run:
        return State.STOPPED
    return State.NEW if upload.has_file else State.GONE


def _at_work(now: datetime, field: str) -> Exists:
    return Exists(jobs.in_progress(Job.objects.filter(pk=OuterRef(field)), now))


def brought(brand: Brand, *, now: datetime) -> list[Brought]:
    """Return what was brought last, newest first, with two queries; files thrown away unread are left out."""
    files: QuerySet[Any] = Upload.objects.filter(brand=brand).exclude(run=None, has_file=False)
    files = files.select_related("run__job", "run__intake").annotate(is_at_work=_at_work(now, "run__job"))
    runs: QuerySet[Any] = Import.objects.filter(brand=brand, uploads=None).select_related("job", "intake")
    runs = runs.annotate(is_at_work=_at_work(now, "job"))
    found = [Brought.of_upload(each, is_at_work=each.is_at_work) for each in files[:LISTED]]
    found += [Brought.of_import(each, is_at_work=each.is_at_work) for each in runs[:LISTED]]
    return sorted(found, key=lambda each: each.at, reverse=True)[:LISTED]


def one(brand: Brand, number: int, *, now: datetime) -> Brought | None:
    """Return the file `number` of `brand`, with one query; None when there is none."""
    found: QuerySet[Any] = Upload.objects.filter(brand=brand, pk=number)
    found = found.select_related("run__job", "run__intake", "brand", "brought_by")
    upload = found.annotate(is_at_work=_at_work(now, "run__job")).first()
    return Brought.of_upload(upload, is_at_work=upload.is_at_work) if upload else None
