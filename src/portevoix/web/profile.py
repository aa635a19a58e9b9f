"""One voice as its page shows it: who it is, what holds for it, where it speaks, what lies ahead, its figures."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, QuerySet

from portevoix.core import clock
from portevoix.core.periods import Month
from portevoix.core.prepared import prepared
from portevoix.ledger.queries import told_until
from portevoix.measures.models import Closing, ScorecardLine
from portevoix.measures.years import Year, last_month, year_of
from portevoix.networks.queries import accounts_at, connection_of
from portevoix.people.models import Brand, User
from portevoix.programme.models import EditorialLine, Phase, PublicPage, Tenure, Voice
from portevoix.programme.queries import line_in_force, owned_family, phases_from
from portevoix.programme.rights import allows, is_holder
from portevoix.programme.states import VoiceState
from portevoix.web import agenda, telling
from portevoix.web.agenda import Due
from portevoix.web.family import Address, address_of, concerning
from portevoix.web.yearly import Yearly, yearly


@dataclass(frozen=True)
class Fare:
    """How an account fares: what to do where it is broken, when a call last went well, the last day told of."""

    address: Address
    advice: str
    last_success_at: datetime | None
    until: date | None

    @property
    def name(self) -> str:
        """Return the network and how the account is called there."""
        return f"{self.address.network} {self.address.name}"


@dataclass(frozen=True)
class Charter:
    """What holds for a voice: the line in force (None: none is), the phases that run, the least ceiling (%)."""

    line: EditorialLine | None
    phases: tuple[Phase, ...]
    ceiling: int | None


@dataclass(frozen=True)
class Known:
    """A voice with what one query tells besides: a page has few to spend.

    `month` is the last one of which it has figures; `awaits_closing` whether the last month that is over has
    figures and is not closed.
    """

    voice: Voice
    month: Month | None
    has_public_page: bool
    awaits_closing: bool

    @classmethod
    def of(cls, brand: Brand, slug: str, *, now: datetime) -> "Known | None":
        """Return the voice that `brand` owns and calls `slug`; None for a named voice, and where there is none."""
        over = str(Month.of(now, brand.zone).previous)
        voices = _known(brand=brand.pk, slug=slug, over=over)
        if not voices:
            return None
        found = voices[0]
        found.brand = brand
        month = Month.parse(found.figures_month) if found.figures_month else None
        return cls(found, month, found.has_public_page, found.has_figures and not found.is_closed_month)


@prepared
def _known(brand: Any, slug: Any, over: Any) -> QuerySet[Any]:
    looked_at = ScorecardLine.objects.filter(scorecard__brand=brand, scorecard__month=over)
    return (
        owned_family(brand)
        .filter(slug=slug)
        .annotate(
            figures_month=last_month(),
            has_public_page=Exists(PublicPage.objects.filter(brand=brand, is_open=True)),
            has_figures=Exists(looked_at.exclude(value=None)),
            is_closed_month=Exists(Closing.objects.filter(brand=brand, month=over)),
        )
    )


@dataclass(frozen=True)
class Time:
    """What is known of who holds a voice, as the person asking may know it.

    `own` are the person's own tenures; `tells_holders` says whether the person may ask who held the voice. That
    somebody stands in tells that somebody is away, and colleagues would know who: `deputies` are the tenures of
    which that may be told, none to whoever neither leads the brand nor holds the voice.
    """

    own: tuple[Tenure, ...]
    deputies: tuple[Tenure, ...]
    tells_holders: bool

    @classmethod
    def of(cls, voice: Voice, user: User, today: date) -> "Time":
        """Read the tenures of `voice` for `user`, with one query."""
        tenures = _tenures(voice=voice.pk)
        for tenure in tenures:
            tenure.voice = voice
        own = tuple(tenure for tenure in tenures if is_holder(user, tenure))
        tells_holders = allows("programme.change_holders", user, voice.brand)
        is_entitled = tells_holders or any(tenure.is_current(today) for tenure in own)
        return cls(own, tuple(tenures) if is_entitled else (), tells_holders)


@prepared
def _tenures(voice: Any) -> QuerySet[Tenure]:
    return Tenure.objects.filter(voice=voice)


@dataclass(frozen=True)
class Profile:
    """A voice as the person asking may see it. `year` is None where no figure is known, or none may be seen."""

    known: Known
    languages: str
    charter: Charter
    fares: tuple[Fare, ...]
    time: Time
    dues: tuple[Due, ...]
    year: Year | None
    figures: tuple[Yearly, ...]


def profile(known: Known, user: User, *, now: datetime, shows_figures: bool) -> Profile:
    """Return the profile of a voice at `now` as `user` may see it, with its figures when `shows_figures`."""
    voice, brand = known.voice, known.voice.brand
    today = brand.day(now)
    is_closed, fares = voice.state == VoiceState.CLOSED, tuple(_fares(voice, now))
    phases = () if is_closed else concerning(voice, phases_from(brand, today))
    time = Time.of(voice, user, today)
    dues = [*agenda.of_phases(phases, today), *agenda.of_deputies(time.deputies, today)]
    dues += [due for fare in fares if fare.until for due in agenda.of_silence(fare.name, fare.until, today)]
    if known.awaits_closing and not is_closed:
        dues.append(agenda.of_closing(Month.of(now, brand.zone).previous))
    year = year_of(voice, known.month) if shows_figures and known.month else None
    return Profile(
        known=known,
        languages=telling.languages(voice.languages),
        charter=_charter(brand, phases, today),
        fares=fares,
        time=time,
        dues=agenda.in_order(dues),
        year=year,
        figures=yearly(year, voice, opens=True) if year else (),
    )


def _charter(brand: Brand, phases: tuple[Phase, ...], today: date) -> Charter:
    line = line_in_force(brand, today)
    running = tuple(phase for phase in phases if phase.is_current(today))
    ceilings = [each.commercial_ceiling for each in (line, *running) if each]
    return Charter(line, running, min((each for each in ceilings if each is not None), default=None))


def _fares(voice: Voice, now: datetime) -> Iterator[Fare]:
    """Yield how the accounts of `voice` fare: an account is told of by itself, or with all of its network."""
    told = told_until(voice.brand)
    for account in accounts_at(voice.brand, now).get(voice.pk, []):
        connection = connection_of(account)
        until_us = max(told.get((account.network, key), 0) for key in (account.pk, None))
        yield Fare(
            address=address_of(account),
            advice=connection.failure_advice if connection else "",
            last_success_at=connection.last_success_at if connection else None,
            until=voice.brand.day(clock.from_us(until_us - 1)) if until_us else None,
        )
