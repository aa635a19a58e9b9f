"""What of the figures waits for somebody: a comment, the closing of a month, a closed month that was restated."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from portevoix.core.cards import Card, Tone, Viewer, cards
from portevoix.core.periods import Month
from portevoix.core.prepared import prepared
from portevoix.measures import rules
from portevoix.measures.models import ClosedLine, Closing, Comment, Scorecard, ScorecardLine
from portevoix.people.models import Role
from portevoix.programme.models import Voice

RESTATED_FOR: Final = timedelta(days=30)
"""For how long a restatement of a closed month is told."""


@cards("measures.closing")
def closing(viewer: Viewer) -> Iterable[Card]:
    """Yield what the last finished month waits for: the holder's comment, the lead's closing."""
    if not (viewer.voices or Role.LEAD in viewer.roles):
        return
    month = Month.of(viewer.now, viewer.brand.zone).previous
    found = [voice for voice in _looked_at(brand=viewer.brand.pk, month=str(month)) if not voice.is_closed]
    heard = rules.whose_comment({voice.pk: voice.state for voice in found})
    voices = [voice for voice in found if voice.pk in heard]
    awaited = [voice for voice in voices if not voice.has_comment]
    yield from (_comment(voice, month) for voice in awaited if voice.pk in viewer.voices)
    if voices and Role.LEAD in viewer.roles:
        yield _closing(viewer, month, len(voices) - len(awaited), len(voices))


@prepared
def _looked_at(brand: Any, month: Any) -> QuerySet[Any]:
    """Return the voices of whose `month` some figure is known, with how far each is."""
    lines = ScorecardLine.objects.filter(scorecard__brand=brand, scorecard__month=month, voice=OuterRef("pk"))
    return Voice.objects.filter(Exists(lines.exclude(value=None)), brand=brand).annotate(
        has_comment=Exists(Comment.objects.filter(voice=OuterRef("pk"), month=month)),
        is_closed=Exists(Closing.objects.filter(brand=brand, month=month)),
    )


def _named(month: Month) -> str:
    return date_format(month.first_day, "F Y")


def _comment(voice: Any, month: Month) -> Card:
    return Card(
        key=f"measures.comment:{voice.pk}",
        weight=90,
        title=_("Say what %(month)s was like") % {"month": _named(month)},
        why=_("Its figures are there; two sentences of yours stand beside them when the month is closed."),
        gesture=_("Comment on the month"),
        page="measures",
        arguments={"month": str(month)},
        anchor="" if voice.is_named else f"said-{voice.slug}",
        voice="" if voice.is_named else voice.display_name,
        hue=None if voice.is_named else voice.hue,
    )


def _closing(viewer: Viewer, month: Month, commented: int, all_voices: int) -> Card:
    words = {"month": _named(month), "commented": commented, "all": all_voices}
    from_on = rules.closes_without_from(month)
    may_close = commented == all_voices or viewer.today >= from_on
    return Card(
        key=f"measures.close:{month}",
        weight=80,
        title=_("%(month)s can be closed") % words if may_close else _("%(month)s will be closed") % words,
        why=_("%(commented)d of %(all)d voices have commented.") % words,
        gesture=_("Close the month") if may_close else _("See what is missing"),
        page="close_month" if may_close else "measures",
        arguments={"month": str(month)},
        anchor="" if may_close else "said",
        tone=Tone.TO_DO if may_close else Tone.COMING,
        at=None if may_close else from_on,
    )


@cards("measures.restated")
def restated(viewer: Viewer) -> Iterable[Card]:
    """Yield the last closed month whose figures would be others now, for the lead.

    Any line tells it: an account that passes from one voice to another changes both, and not the brand's own.
    """
    if Role.LEAD not in viewer.roles:
        return
    for month, closed, now in _frozen(brand=viewer.brand.pk, since=viewer.now - RESTATED_FOR):
        if not rules.is_same(closed, now):
            yield _restated(Month.parse(month))
            return


@prepared
def _frozen(brand: Any, since: Any) -> QuerySet[Any, tuple[str, float | None, float | None]]:
    """Return (month, closed value, value now) of all lines of months whose scorecard was computed anew of late."""
    cards_now = Scorecard.objects.filter(
        brand=brand, month=OuterRef("closing__month"), computed_at__gt=OuterRef("closing__closed_at")
    )
    # The brand's own line has no voice, and nothing equals what is not there.
    same_line = Coalesce("voice_id", 0), Coalesce(OuterRef("voice_id"), 0)
    lines_now = ScorecardLine.objects.annotate(line=same_line[0]).filter(
        line=same_line[1],
        scorecard__brand=brand,
        scorecard__month=OuterRef("closing__month"),
        metric=OuterRef("metric"),
        metric_version=OuterRef("metric_version"),
    )
    return (
        ClosedLine.objects.filter(
            Exists(cards_now.filter(computed_at__gt=since)),
            Exists(lines_now),
            closing__brand=brand,
        )
        .annotate(told_now=Subquery(lines_now.values("value")[:1]))
        .order_by("-closing__month", F("pk"))
        .values_list("closing__month", "value", "told_now")
    )


def _restated(month: Month) -> Card:
    return Card(
        key=f"measures.restated:{month}",
        weight=50,
        title=_("Figures of %(month)s would be others now") % {"month": _named(month)},
        why=_(
            "Something became known after its closing. What was closed stays; the new values stand beside it."
        ),
        gesture=_("Compare them"),
        page="measures",
        arguments={"month": str(month)},
        anchor="changed",
    )
