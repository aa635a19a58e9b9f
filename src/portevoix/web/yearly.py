"""One voice's figures of a month with their year, as its page shows them."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from portevoix.measures import years
from portevoix.measures.metric import Value
from portevoix.measures.years import Year
from portevoix.programme.models import Voice
from portevoix.web import telling
from portevoix.web.table import definition


@dataclass(frozen=True)
class Yearly:
    """A figure, drawn once: its label, its text, where it opens ('' : nowhere), the month before, its course."""

    label: str
    text: str
    href: str
    before: str
    course: tuple[Value, ...]


def yearly(year: Year, voice: Voice, *, opens: bool) -> tuple[Yearly, ...]:
    """Return the figures of `year`, which are those of `voice`; they open their facts where `opens`."""
    before = telling.month(year.month.previous)
    table = reverse("measures", args=[voice.brand.slug, year.month]) if opens else ""
    return tuple(_told(each, before, f"{table}{voice.slug}/" if opens else "") for each in year.figures)


def _told(each: years.Yearly, before: str, line: str) -> Yearly:
    metric = each.figure.metric
    words = {"before": before, "previous": telling.figure(each.figure.previous, metric.unit)}
    return Yearly(
        label=definition(metric).label,
        text=telling.figure(each.figure.value, metric.unit),
        href=f"{line}{metric.id}/" if line else "",
        before=_("%(before)s: %(previous)s") % words,
        course=each.values,
    )
