"""One voice as its page shows it: who it is, where it speaks, and its figures of the last month known."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from portevoix.core.errors import NotFound
from portevoix.core.periods import Month
from portevoix.ledger.queries import covered_months
from portevoix.measures.freshness import stored
from portevoix.measures.queries import figures
from portevoix.networks.queries import accounts_at
from portevoix.people.models import Brand
from portevoix.programme.models import Voice
from portevoix.web import telling
from portevoix.web.family import Address, address_of
from portevoix.web.table import Table


@dataclass(frozen=True)
class OpenFigure:
    """One figure: its metric's label, its value and the month before's as text, the address of its facts."""

    label: str
    text: str
    previous: str
    href: str


@dataclass(frozen=True)
class Profile:
    """A voice. `month` is None where no source has told anything yet; `computed_at` dates the figures."""

    voice: Voice
    addresses: tuple[Address, ...]
    languages: str
    month: Month | None
    computed_at: datetime | None
    figures: tuple[OpenFigure, ...]


def profile(voice: Voice, *, now: datetime, shows_figures: bool) -> Profile:
    """Return the profile of `voice` at `now`, with its figures when `shows_figures`."""
    months = covered_months(voice.brand) if shows_figures else []
    month = months[-1] if months else None
    accounts = accounts_at(voice.brand, now).get(voice.pk, [])
    return Profile(
        voice=voice,
        addresses=tuple(map(address_of, accounts)),
        languages=telling.languages(voice.languages),
        month=month,
        computed_at=_computed_at(voice.brand, month) if month else None,
        figures=_figures(voice, month) if month else (),
    )


def _computed_at(brand: Brand, month: Month) -> datetime | None:
    card = stored(brand, month).scorecard
    return card.computed_at if card else None


def _figures(voice: Voice, month: Month) -> tuple[OpenFigure, ...]:
    """Return the figures of `voice` that have a value in `month`; none where it had no line then."""
    try:
        found = figures(voice.brand, month, voice_slug=voice.slug)
    except NotFound:
        return ()
    table = Table.of(voice.brand, found, may_open=True, has_all_columns=False)
    below = reverse("measures", args=[voice.brand.slug, month])
    cells = table.rows[0].cells if table.rows else ()
    return tuple(
        OpenFigure(column.label, cell.text, cell.previous, below + cell.href)
        for column, cell in zip(table.columns, cells, strict=True)
    )
