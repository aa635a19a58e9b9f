"""The phases of a programme as their page shows and changes them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django import forms
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from portevoix.measures.catalogue import BY_ID, METRICS
from portevoix.people.models import Brand
from portevoix.programme.actions import Document
from portevoix.programme.kinds import PhaseKind
from portevoix.programme.models import Phase, ProductRange
from portevoix.programme.rules import choose_slug
from portevoix.web import telling
from portevoix.web.controls import CONTROLS
from portevoix.web.settings.fields import Choice, Day, Figures, Lines, Whole
from portevoix.web.settings.form import EntryForm
from portevoix.web.settings.timeline import Bar, Scale

_TARGETS_AT_LEAST = 3
_LONGEST_SLUG = 80


class PhaseForm(EntryForm):
    """One phase, or a new one while `slug` is empty."""

    default_renderer = CONTROLS

    slug = forms.CharField(required=False, widget=forms.HiddenInput)
    kind = Choice(_("What it is for"), choices=PhaseKind.choices)
    range = Choice(_("Range"), choices=())
    to = Day(_("Ends on"), help_text=_("The first day on which it no longer runs. Empty: no end yet."))
    commercial_ceiling = Whole(_("Commercial posts, at most (%)"), help_text=_("Empty: no ceiling."))
    targets = Figures(_("Targets a month"))
    exit_criteria = Lines(_("Exit criteria"), help_text=_("One a line: what must be so before it ends."))

    def __init__(self, *arguments: Any, ranges: Collection[ProductRange], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["from"] = Day(_("Begins on"), may_lack=False)
        self.order_fields(("slug", "kind", "range", "from", "to", "commercial_ceiling"))
        choices = [("", gettext("The whole brand")), *((each.slug, each.name) for each in ranges)]
        self.fields["range"].widget = forms.Select(choices=choices)
        self._show_targets()

    def _show_targets(self) -> None:
        stored: dict[str, float] = self.initial.get("targets", {})
        sent = sum(name.startswith("targets_") for name in self.data) // 2
        known = [(metric.id, gettext(metric.label)) for metric in METRICS]
        unknown = [(name, name) for name in stored if name not in BY_ID]
        if isinstance(field := self.fields["targets"], Figures):
            pairs = max(_TARGETS_AT_LEAST, len(stored) + 1, sent)
            field.show([*known, *unknown], pairs, what=gettext("Metric"), number=gettext("Figure a month"))

    @classmethod
    def of(cls, stored: Phase | None, ranges: Collection[ProductRange]) -> "PhaseForm":
        """Return the form of a stored phase, or that of a new one."""
        if stored is None:
            return cls(ranges=ranges, place="phase:")
        names = ("slug", "kind", "commercial_ceiling", "targets", "exit_criteria")
        told = {name: getattr(stored, name) for name in names}
        told["range"] = stored.product_range.slug if stored.product_range else ""
        told |= {"from": stored.from_on.isoformat(), "to": stored.to_on.isoformat() if stored.to_on else ""}
        return cls(ranges=ranges, initial=told, place=f"phase:{stored.slug}")

    def document(self, taken: Collection[str]) -> Document:
        """Return what the form says, as a programme file says it; a new phase is none of those `taken`."""
        slug = self.cleaned_data["slug"]
        if not slug:
            root = "-".join(
                str(self.cleaned_data[name]) for name in ("kind", "range") if self.cleaned_data[name]
            )
            slug = choose_slug(root, taken, otherwise="phase", max_length=_LONGEST_SLUG)
        return {"phases": [{**self.typed, "slug": slug}]}


@dataclass(frozen=True)
class PhaseShown:
    """A phase on the page; its form is there while it is open."""

    phase: Phase
    bar: Bar
    state: str
    days: str
    targets: tuple[str, ...]
    is_to_come: bool
    form: EntryForm | None


@dataclass(frozen=True)
class Group:
    """The phases of one range, or those of the whole brand when there is none."""

    range: ProductRange | None
    phases: list[PhaseShown]


@dataclass(frozen=True)
class Phases:
    """The page: the phases on one scale, range by range."""

    scale: Scale
    groups: list[Group]
    new: EntryForm | None

    @classmethod
    def of(
        cls, brand: Brand, *, may_change: bool, opened: str, refused: EntryForm | None, today: date
    ) -> "Phases":
        """Return the page, the form of the phase `opened` open, `refused` in its place as it was sent."""
        ranges = list(ProductRange.objects.filter(brand=brand))
        phases = list(Phase.objects.filter(brand=brand).select_related("product_range"))
        scale = Scale.of([(phase.from_on, phase.to_on) for phase in phases], today)

        def shown(phase: Phase | None) -> EntryForm | None:
            place = f"phase:{phase.slug if phase else ''}"
            is_sent = refused is not None and refused.place == place
            is_open = may_change and (phase is None or is_sent or phase.slug == opened)
            return (refused if is_sent else PhaseForm.of(phase, ranges)) if is_open else None

        rows = [_row(phase, scale, today, shown(phase)) for phase in sorted(phases, key=_order)]
        groups = [
            Group(each, list(some)) for each, some in groupby(rows, lambda row: row.phase.product_range)
        ]
        return cls(scale, groups, shown(None))


def _order(phase: Phase) -> tuple[str, int, date]:
    """Those of the whole brand first, then range by range, in the order of their days."""
    product_range = phase.product_range
    return product_range.name if product_range else "", phase.product_range_id or 0, phase.from_on


def _row(phase: Phase, scale: Scale, today: date, form: EntryForm | None) -> PhaseShown:
    targets = tuple(_target(metric, value) for metric, value in phase.targets.items())
    bar = scale.bar(phase.from_on, phase.to_on)
    return PhaseShown(
        phase, bar, _state(phase, today), _days(phase, today), targets, phase.from_on > today, form
    )


def _target(metric: str, value: float) -> str:
    known = BY_ID.get(metric)
    label = gettext(known.label) if known else metric
    figure = telling.figure(value, known.unit) if known else f"{value:g}"
    return gettext("%(metric)s: %(figure)s") % {"metric": label, "figure": figure}


def _state(phase: Phase, today: date) -> str:
    if phase.from_on > today:
        days = (phase.from_on - today).days
        return ngettext("Begins in %(days)d day", "Begins in %(days)d days", days) % {"days": days}
    return gettext("Running") if phase.to_on is None or phase.to_on > today else gettext("Over")


def _days(phase: Phase, today: date) -> str:
    words = {"first": telling.calendar_day(phase.from_on)}
    if phase.last_on is None:
        return (gettext("since %(first)s") if phase.from_on <= today else gettext("from %(first)s")) % words
    return gettext("%(first)s to %(end)s") % {**words, "end": telling.calendar_day(phase.last_on)}
