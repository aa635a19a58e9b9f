"""Figures beside the text of a study: what they say now, and how they are told."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from portevoix.core.periods import Month
from portevoix.ledger.queries import covered_months
from portevoix.measures.catalogue import BY_ID
from portevoix.measures.metric import Unit
from portevoix.measures.queries import BRAND_LINE, figures_in
from portevoix.people.models import Brand
from portevoix.programme.study.content import Asked, Figure, Value
from portevoix.web import telling


def values(brand: Brand, asked: Collection[Asked]) -> dict[Asked, Value]:
    """Return what the figures `asked` say now, in two queries at most; nothing where no month is known."""
    last = _last_month(brand) if any(not each.month for each in asked) else None
    months = {each: Month.parse(each.month) if each.month else last for each in asked}
    known = {each: month for each, month in months.items() if month}
    if not known:
        return {}
    found = figures_in(brand, set(known.values()), {each.metric for each in known})
    told: dict[Asked, Value] = {}
    for each, month in known.items():
        figure = found.get((month, each.line, each.metric))
        told[each] = Value(str(month), figure.value, figure.previous) if figure else Value(str(month))
    return told


def _last_month(brand: Brand) -> Month | None:
    known = covered_months(brand)
    return known[-1] if known else None


@dataclass(frozen=True)
class ToldFigure:
    """A figure in words: whose, of which month, its value, the month before's, the address of its facts or ''."""

    number: int
    label: str
    name: str
    hue: int | None
    month: str
    text: str
    before: str
    previous: str
    href: str


def told_figures(
    brand: Brand, figures: Iterable[Figure], *, shows_voices: bool, opens: bool
) -> tuple[ToldFigure, ...]:
    """Return `figures` in words: those of single voices if `shows_voices`, with their facts if `opens` too."""
    shown = (each for each in figures if shows_voices or each.line == BRAND_LINE)
    return tuple(_told(brand, each, opens=opens) for each in shown)


def _told(brand: Brand, figure: Figure, *, opens: bool) -> ToldFigure:
    metric = BY_ID.get(figure.metric)
    unit = metric.unit if metric else Unit.COUNT
    month = Month.parse(figure.told.month) if figure.told.month else None
    return ToldFigure(
        number=figure.number,
        label=_(metric.label) if metric else figure.metric,
        name=figure.name or telling.line(None),
        hue=figure.hue,
        month=telling.month_title(month) if month else "",
        text=telling.figure(figure.told.value, unit),
        before=telling.month(month.previous) if month else "",
        previous=telling.figure(figure.told.previous, unit),
        href=_facts(brand, figure) if opens and metric and figure.told.value is not None else "",
    )


def _facts(brand: Brand, figure: Figure) -> str:
    return reverse("facts", args=[brand.slug, figure.told.month, figure.line, figure.metric])
