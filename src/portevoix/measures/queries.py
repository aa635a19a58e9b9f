"""Readings of scorecards for pages and commands: rows only, never an engine."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from portevoix.core.errors import NotFound
from portevoix.core.periods import Month
from portevoix.measures.catalogue import BY_ID, METRICS
from portevoix.measures.metric import Metric, Unit
from portevoix.measures.models import ScorecardLine
from portevoix.people.models import Brand
from portevoix.programme.models import Voice

BRAND_LINE = "*"
"""How the brand's own line is called where voices are called by their slugs."""


@dataclass(frozen=True)
class Figure:
    """One value of one line. `value` and `previous` are None where nobody looked, whole where counts."""

    voice: Voice | None
    metric: Metric
    value: int | float | None
    previous: int | float | None

    @property
    def voice_slug(self) -> str:
        """Return the voice's slug, or `*` for the brand's own line."""
        return self.voice.slug if self.voice else BRAND_LINE


def figures(brand: Brand, month: Month, *, voice_slug: str | None = None) -> list[Figure]:
    """Return the figures of `month`: voices by slug, the brand's line last, metrics in the catalogue's order.

    Raises NotFound when `voice_slug` names no line of that month.
    """
    stored = ScorecardLine.objects.filter(scorecard__brand=brand, scorecard__month=str(month))
    if voice_slug == BRAND_LINE:
        stored = stored.filter(voice=None)
    elif voice_slug is not None:
        stored = stored.filter(voice__slug=voice_slug)
    found = [_figure(line) for line in stored.select_related("voice") if line.metric in BY_ID]
    if voice_slug is not None and not found:
        raise NotFound(
            _("No voice %(slug)s has figures in %(month)s.") % {"slug": voice_slug, "month": month}
        )
    order = {metric.id: place for place, metric in enumerate(METRICS)}
    return sorted(found, key=lambda each: (each.voice is None, each.voice_slug, order[each.metric.id]))


def _figure(line: ScorecardLine) -> Figure:
    metric = BY_ID[line.metric]
    return Figure(line.voice, metric, _told(line.value, metric), _told(line.previous, metric))


def _told(value: float | None, metric: Metric) -> int | float | None:
    return int(value) if value is not None and metric.unit is Unit.COUNT else value
