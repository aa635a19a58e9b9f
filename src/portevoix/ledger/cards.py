"""What of bringing facts in waits for somebody: imports that stopped, lines that were refused."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portevoix.core import clock, jobs
from portevoix.core.cards import Card, Viewer, cards
from portevoix.core.models import Job
from portevoix.core.prepared import prepared
from portevoix.ledger.models import Import
from portevoix.people.models import Role

TOLD_FOR: Final = timedelta(days=7)
"""For how long after its end an import's refused lines are told."""


@cards("ledger.imports")
def imports(viewer: Viewer) -> Iterable[Card]:
    """Yield imports that stopped before their end, and those that refused lines, for whoever may import."""
    if not (viewer.user.is_superuser or Role.LEAD in viewer.roles):
        return
    since_us = clock.to_us(viewer.now - TOLD_FOR)
    found = _told(brand=viewer.brand.pk, now=viewer.now, since_us=since_us)
    yield from (_refused(run) if run.is_finished else _stopped(run) for run in found)


@prepared
def _told(brand: Any, now: Any, since_us: Any) -> QuerySet[Import]:
    told = Q(intake__known_at_us=None) | Q(intake__known_at_us__gt=since_us, rejected_count__gt=0)
    at_work = jobs.in_progress(Job.objects.filter(pk=OuterRef("job")), now)
    return Import.objects.filter(told, ~Exists(at_work), brand=brand).select_related("intake")


def _stopped(run: Import) -> Card:
    added = ngettext(
        "%(count)d new fact is kept, and counts in no figure yet.",
        "%(count)d new facts are kept, and count in no figure yet.",
        run.added_count,
    )
    return Card(
        key=f"ledger.stopped:{run.pk}",
        weight=70,
        title=_("%(file)s is not all in") % {"file": run.file_name},
        why=added % {"count": run.added_count},
        gesture=_("Go on, or accept it as it is"),
        page="imports",
    )


def _refused(run: Import) -> Card:
    lines = ngettext(
        "%(count)d line of %(file)s was refused",
        "%(count)d lines of %(file)s were refused",
        run.rejected_count,
    )
    return Card(
        key=f"ledger.refused:{run.pk}",
        weight=55,
        title=lines % {"count": run.rejected_count, "file": run.file_name},
        why=_("All others are in. Each refused line stands in a list, with its reason."),
        gesture=_("Look at the list"),
        page="imports",
    )
