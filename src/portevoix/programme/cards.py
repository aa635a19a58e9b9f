"""What of the programme waits for somebody: voices without a holder, what ends soon, what has stood still.

Nobody's name is in any of these cards, but the voices'. Named voices have none among the brand's: the person
alone is told of the own one, which is not named.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import CharField, Exists, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portevoix.core.cards import Card, Tone, Viewer, cards
from portevoix.core.prepared import prepared
from portevoix.people.models import JournalEntry, Role
from portevoix.programme.models import Consent, Phase, PhaseKind, Tenure, TenureRole, Voice, VoiceKind
from portevoix.programme.states import SPEAKING, VoiceState

PHASES_TOLD: Final = timedelta(days=30)
TENURES_TOLD: Final = timedelta(days=14)
LONG_PAUSE: Final = timedelta(days=30)
FEW: Final = 3
"""Up to so many voices have a card each; more of the same have one together."""


@cards("programme.voices")
def voices(viewer: Viewer) -> Iterable[Card]:
    """Yield what the lead should know of the voices that the brand owns."""
    if not viewer.user.is_superuser and Role.LEAD not in viewer.roles:
        return
    found = _owned(brand=viewer.brand.pk, today=viewer.today, soon=viewer.today + TENURES_TOLD)
    if not found:
        yield _first_personas()
    if Role.LEAD in viewer.roles:
        yield from _without_holder([voice for voice in found if _lacks_holder(voice)])
        yield from (_ending(voice) for voice in found if voice.ends_on)
        yield from (_paused(voice) for voice in found if _is_long_paused(voice, viewer.now))


@prepared
def _owned(brand: Any, today: Any, soon: Any) -> QuerySet[Any]:
    mine = Tenure.objects.current(today).filter(voice=OuterRef("pk"))
    ending = mine.filter(to_on__lte=soon).order_by("to_on")
    subject = Concat(Value("voice:"), Cast(OuterRef("pk"), CharField()))
    moved = JournalEntry.objects.filter(
        brand=brand, action="programme.voice.moved", subject=subject
    ).order_by("-at")
    return (
        Voice.objects.open()
        .owned()
        .filter(brand=brand)
        .annotate(
            is_held=Exists(mine.filter(role=TenureRole.PRINCIPAL)),
            ends_on=Subquery(ending.values("to_on")[:1]),
            moved_at=Subquery(moved.values("at")[:1]),
        )
    )


def _first_personas() -> Card:
    return Card(
        key="programme.start",
        weight=60,
        title=_("Name the first personas"),
        why=_("A programme is a brand and its voices; this one has no voice yet."),
        gesture=_("Go on with the first visit"),
        page="start_step",
        arguments={"step": "personas"},
    )


def _lacks_holder(voice: Any) -> bool:
    return voice.kind == VoiceKind.PERSONA and voice.state in SPEAKING and not voice.is_held


def _without_holder(found: list[Any]) -> Iterable[Card]:
    if len(found) <= FEW:
        yield from (_held_by_nobody(voice) for voice in found)
        return
    words = {"count": len(found), "names": ", ".join(voice.display_name for voice in found)}
    yield Card(
        key="programme.holders",
        weight=40,
        title=_("%(count)d personas have no principal holder") % words,
        why=_("Nobody speaks for them from day to day: %(names)s.") % words,
        gesture=_("Choose holders"),
        page="holders",
        instead="family",
    )


def _held_by_nobody(voice: Voice) -> Card:
    return Card(
        key=f"programme.holder:{voice.pk}",
        weight=40,
        title=_("%(voice)s has no principal holder") % {"voice": voice.display_name},
        why=_("Nobody speaks for this voice from day to day."),
        gesture=_("Choose a holder"),
        page="holders",
        instead="family",
        voice=voice.display_name,
        hue=voice.hue,
    )


def _ending(voice: Any) -> Card:
    return Card(
        key=f"programme.tenure:{voice.pk}",
        weight=20,
        title=_("Somebody’s time with %(voice)s ends") % {"voice": voice.display_name},
        why=_("Prepare who comes after, or extend it."),
        gesture=_("Holders"),
        page="holders",
        instead="family",
        tone=Tone.COMING,
        voice=voice.display_name,
        hue=voice.hue,
        at=voice.ends_on - timedelta(days=1),  # its last day, as everywhere: the end is excluded
    )


def _is_long_paused(voice: Any, now: datetime) -> bool:
    since: datetime | None = voice.moved_at
    return voice.state == VoiceState.PAUSED and since is not None and now - since > LONG_PAUSE


def _paused(voice: Any) -> Card:
    return Card(
        key=f"programme.paused:{voice.pk}",
        weight=10,
        title=_("%(voice)s has been paused for more than a month") % {"voice": voice.display_name},
        why=_("Let this voice speak again, or close it: the public sees a silent account."),
        gesture=_("Decide"),
        page="settings_voice",
        arguments={"voice": voice.slug},
        instead="voice",
        voice=voice.display_name,
        hue=voice.hue,
    )


@cards("programme.phases")
def ending_trials(viewer: Viewer) -> Iterable[Card]:
    """Yield the phases of trial that end within a month, for the lead."""
    if Role.LEAD not in viewer.roles:
        return
    for phase in _trials(brand=viewer.brand.pk, today=viewer.today, soon=viewer.today + PHASES_TOLD):
        where = str(phase.product_range or viewer.brand)
        yield Card(
            key=f"programme.phase:{phase.pk}",
            weight=30,
            title=_("The trial of %(where)s ends") % {"where": where},
            why=_criteria(len(phase.exit_criteria)),
            gesture=_("Phases"),
            page="settings_phases",
            instead="family",
            tone=Tone.COMING,
            at=phase.last_on,
        )


@prepared
def _trials(brand: Any, today: Any, soon: Any) -> QuerySet[Phase]:
    running = Phase.objects.current(today).filter(brand=brand, kind=PhaseKind.TEST)
    return running.filter(to_on__lte=soon).select_related("product_range")


def _criteria(count: int) -> str:
    if not count:
        return _("Conclude: go on, adjust or close.")
    sentence = ngettext(
        "Conclude by its %(count)d exit criterion: go on, adjust or close.",
        "Conclude by its %(count)d exit criteria: go on, adjust or close.",
        count,
    )
    return sentence % {"count": count}


@cards("programme.consents")
def own_consents(viewer: Viewer) -> Iterable[Card]:
    """Yield what is wrong with the consent of the own named voice, for its person alone."""
    named = [voice for voice in viewer.voices.values() if voice.is_named]
    if not named:
        return
    counting = set(
        Consent.objects.in_force(viewer.today).filter(voice__in=named).values_list("voice", flat=True)
    )
    yield from (_unconsented(voice) for voice in named if voice.pk not in counting)


def _unconsented(voice: Voice) -> Card:
    return Card(
        key=f"programme.consent:{voice.pk}",
        weight=45,
        title=_("Your own voice is silent: no consent counts at present"),
        why=_("Nothing is published or counted under your name until you consent again in writing."),
        gesture=_("Your account"),
        page="me",
        instead="family",
    )
