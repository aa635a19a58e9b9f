"""Today: what waits for one person at one brand, what is broken, what comes, and the figures to see."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.core.cache import cache
from django.db.models import Sum
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portevoix.core.cards import Card, Tone, Viewer, deal
from portevoix.core.periods import Month
from portevoix.measures.queries import Figure, Latest, latest, latest_closed
from portevoix.people.models import Brand, Role
from portevoix.programme.models import Voice
from portevoix.web import telling

COMES_WITHIN: Final = timedelta(days=30)
SHOWN: Final = (
    *("audience_size", "likes_received", "mentions_received", "reposts_received", "distinct_people"),
    "posts_published",
)
"""The figures that Today shows, in this order; the table has them all."""
_COUNTED_FOR: Final = 120
"""Seconds for which other pages show how many cards there were."""
_NOON, _EVENING = 12, 18


@dataclass(frozen=True)
class Story:
    """A card with the address of its gesture; `day` is its day in words, '' where it has none."""

    card: Card
    href: str
    day: str


@dataclass(frozen=True)
class Shown:
    """One figure: its label, its value and the month before's as text."""

    label: str
    text: str
    previous: str


@dataclass(frozen=True)
class Line:
    """The figures of one line: a voice's, or the brand's own where `voice` is None."""

    name: str
    voice: Voice | None
    figures: tuple[Shown, ...]


@dataclass(frozen=True)
class Figures:
    """Figures of one month, and when they were computed; `is_running` while the month is not over."""

    month: Month
    computed_at: datetime
    is_running: bool
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Calm:
    """What is said when nothing waits, and one suggestion."""

    sentence: str
    gesture: str
    href: str


@dataclass(frozen=True)
class Today:
    """The page of one person. `agreed` tells the minutes a week of all voices, to whom it is told."""

    greeting: str
    day: str
    voices: tuple[Voice, ...]
    to_do: tuple[Story, ...]
    broken: tuple[Story, ...]
    coming: tuple[Story, ...]
    figures: Figures | None
    agreed: str
    calm: Calm

    @property
    def count(self) -> int:
        """Return how many cards ask for something."""
        return len(self.to_do) + len(self.broken)


def today(viewer: Viewer) -> Today:
    """Return what Today shows to `viewer`. Nothing is written, and the journal hears nothing of it."""
    stories = [_story(viewer, card) for card in deal(viewer)]
    named = sorted(viewer.voices.values(), key=lambda voice: voice.slug)
    return Today(
        greeting=greeting(viewer),
        day=telling.weekday(viewer.today),
        voices=tuple(voice for voice in named if not voice.is_named),
        to_do=_of(stories, Tone.TO_DO),
        broken=_of(stories, Tone.BROKEN),
        coming=tuple(sorted(_coming(viewer, stories), key=lambda story: str(story.card.at))),
        figures=_figures(viewer),
        agreed=_agreed(viewer.brand) if Role.MANAGER in viewer.roles else "",
        calm=calm(viewer),
    )


def _of(stories: Iterable[Story], tone: Tone) -> tuple[Story, ...]:
    return tuple(story for story in stories if story.card.tone is tone)


def _coming(viewer: Viewer, stories: Iterable[Story]) -> Iterable[Story]:
    until = viewer.today + COMES_WITHIN
    return (story for story in _of(stories, Tone.COMING) if story.card.at and story.card.at <= until)


def _story(viewer: Viewer, card: Card) -> Story:
    return Story(card, _address(viewer.brand, card), telling.day_of_year(card.at) if card.at else "")


def _address(brand: Brand, card: Card) -> str:
    """Return where the gesture of `card` leads: its page, else the one that stands in for it, else the brand."""
    tried: tuple[tuple[str, Mapping[str, str | int]], ...] = (
        (card.page, card.arguments),
        (card.instead, card.arguments),
        (card.instead, {}),
    )
    found = next(filter(None, (_reversed(page, brand, told) for page, told in tried)), None)
    address = found or reverse("brand", args=[brand.slug])
    return f"{address}#{card.anchor}" if card.anchor else address


def _reversed(page: str, brand: Brand, arguments: Mapping[str, str | int]) -> str:
    """Return the address of the view `page`, of the brand or of the person, '' where there is none such."""
    for given in ({"slug": brand.slug, **arguments}, arguments):
        try:
            return reverse(page, kwargs=dict(given)) if page else ""
        except NoReverseMatch:
            continue
    return ""


def greeting(viewer: Viewer) -> str:
    """Return the greeting of the hour, and the time agreed for the voices that the person holds.

    The person is not named: beside a persona, that would say who holds it.
    """
    hour = viewer.now.astimezone(viewer.brand.zone).hour
    words = (
        _("Good morning") if hour < _NOON else _("Good afternoon") if hour < _EVENING else _("Good evening")
    )
    minutes = sum(voice.weekly_minutes or 0 for voice in viewer.voices.values())
    if not minutes:
        return words
    sentence = ngettext(
        "%(greeting)s, %(count)d minute a week is agreed",
        "%(greeting)s, %(count)d minutes a week are agreed",
        minutes,
    )
    return sentence % {"greeting": words, "count": minutes}


def _figures(viewer: Viewer) -> Figures | None:
    """Return the brand's line, and those of the own voices for whom voices' figures are shown at all."""
    found = _latest(viewer)
    if found is None:
        return None
    by_line: dict[str, list[Figure]] = {}
    for figure in found.figures:
        by_line.setdefault(figure.voice_slug, []).append(figure)
    lines = tuple(_line(figures) for figures in by_line.values())
    own = tuple(line for line in lines if line.voice)
    is_running = found.month == Month.of(viewer.now, viewer.brand.zone)
    return Figures(found.month, found.computed_at, is_running, own or lines)


def _latest(viewer: Viewer) -> Latest | None:
    """Return the figures of the last month known; an executive reads closed months, as soon as there is one."""
    reads_closed = Role.EXECUTIVE in viewer.roles and Role.LEAD not in viewer.roles
    if reads_closed and (closed := latest_closed(viewer.brand)):
        return closed
    manages = Role.MANAGER in viewer.roles
    mine = [] if manages else [pk for pk, voice in viewer.voices.items() if not voice.is_named]
    return latest(viewer.brand, mine)


def _line(figures: list[Figure]) -> Line:
    voice, by_id = figures[0].voice, {figure.metric.id: figure for figure in figures}
    shown = (by_id[metric] for metric in SHOWN if metric in by_id)
    known = tuple(_shown(figure) for figure in shown if figure.value is not None)
    return Line(telling.line(voice), voice, known)


def _shown(figure: Figure) -> Shown:
    unit = figure.metric.unit
    label, value = _(figure.metric.label), telling.figure(figure.value, unit)
    return Shown(label, value, telling.figure(figure.previous, unit))


def _agreed(brand: Brand) -> str:
    """Return the minutes a week that are agreed for all voices together: a manager is told of no single one."""
    minutes = Voice.objects.speaking().filter(brand=brand).aggregate(all=Sum("weekly_minutes"))["all"]
    if not minutes:
        return _("No time has been agreed for the voices yet.")
    sentence = ngettext(
        "%(count)s minute a week, all voices together.",
        "%(count)s minutes a week, all voices together.",
        minutes,
    )
    return sentence % {"count": telling.count(minutes)}


def calm(viewer: Viewer) -> Calm:
    """Return what is said to `viewer` when nothing waits: the first of the person's roles says what."""
    said = next((said for role, said in _calm().items() if role in viewer.roles), None)
    sentence, gesture, pages = said or _unconcerned()
    href = next(filter(None, (_reversed(page, viewer.brand, {}) for page in pages)))
    return Calm(sentence, gesture, href)


Said = tuple[str, str, tuple[str, ...]]
"""A sentence, what its link says, and the views of which the first that exists is where it leads."""


def _calm() -> dict[str, Said]:
    figures = (_("Look at the figures"), ("measures_latest",))
    return {
        Role.LEAD: (_("Nothing waits for you: what was due is done, and nothing is broken."), *figures),
        Role.AMBASSADOR: (
            _("Nothing waits for you today. The time is yours; a trial post in the sandbox costs nothing."),
            _("Try a post in the sandbox"),
            ("sandbox", "family"),
        ),
        Role.REVIEWER: (
            _("Nothing waits for your approval."),
            _("See who speaks for the brand"),
            ("family",),
        ),
        Role.MANAGER: (
            _("Nothing waits for you. You see the agreed time and the brand’s own figures; single voices are "
              "nobody’s scorecard."),
            *figures,
        ),
        Role.EXECUTIVE: (_("Nothing waits for your decision."), *figures),
        Role.CONSULTANT: (_("Nothing waits for you."), _("Open the study"), ("strategy",)),
        Role.PROTECTION_OFFICER: (
            _("No request waits for you. The journal says who did what, and who read what."),
            _("Read the journal"),
            ("journal", "family"),
        ),
        Role.EXPERT: (_("No brief waits for you."), _("See who speaks for the brand"), ("family",)),
    }  # fmt: skip


def _unconcerned() -> Said:
    return (
        _("You run this installation and take no part in this brand: nothing waits for you here."),
        _("See who speaks for the brand"),
        ("family",),
    )


def remember(request: HttpRequest, brand: Brand, count: int) -> None:
    """Keep how many cards the person has, for the other pages of the next minutes."""
    cache.set(_key(request, brand), count, timeout=_COUNTED_FOR)


def remembered(request: HttpRequest, brand: Brand) -> int:
    """Return how many cards the person had a moment ago, 0 when that is not known."""
    return int(cache.get(_key(request, brand), 0))


def _key(request: HttpRequest, brand: Brand) -> str:
    return f"today:{brand.pk}:{request.user.pk}"
