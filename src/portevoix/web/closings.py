"""A month beside its figures: how far it is from being closed, what the voices say, what the worker was asked."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db.models import QuerySet, TextField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from portevoix.core.models import Job
from portevoix.core.periods import Month
from portevoix.core.prepared import prepared
from portevoix.measures.basis import Basis
from portevoix.measures.courses import Course
from portevoix.measures.metric import Value
from portevoix.measures.models import Closing, Comment
from portevoix.measures.queries import CLOSE, VERIFY, ClosingState, Restatement, state_from
from portevoix.measures.rules import Standing, whose_comment
from portevoix.networks.registry import NETWORKS
from portevoix.people.models import Brand
from portevoix.programme.models import Voice
from portevoix.web import telling
from portevoix.web.table import definition

OPEN_STATES: Final = ("waiting", "running")


def standing(
    course: Course,
    month: Month,
    *,
    brand: Brand,
    said: Collection[int],
    now: datetime,
    has_source: bool,
    is_computed: bool,
) -> ClosingState:
    """Return how far `month` is from being closed, from what the page has read of it."""
    looked_at = [each.voice for each in course.figures if each.value is not None]
    heard = whose_comment({voice.pk: voice.state for voice in looked_at if voice})
    stands = Standing(
        month=month,
        today=brand.day(now),
        is_closed=course.closing is not None,
        has_figures=bool(looked_at) or has_source,
        is_computed=is_computed,
        awaited=heard - set(said),
    )
    return state_from(stands, course.closing, said)


@dataclass(frozen=True)
class Said:
    """What a voice says of the month: its comment, None where there is none; whether the reader may write it.

    `has_form`: it is the reader's own voice, or the one that was asked for.
    """

    voice: Voice
    comment: Comment | None
    is_awaited: bool
    may_write: bool
    has_form: bool


def remarks(
    course: Course,
    comments: Mapping[int, Comment],
    state: ClosingState,
    *,
    own: Collection[int],
    may_write_all: bool,
    asked: str,
) -> list[Said]:
    """Return what each voice with a line says, in the table's order.

    `own` are those that the reader holds, `asked` the slug of the one whose form is asked for.
    """
    voices = {each.voice.pk: each.voice for each in course.figures if each.voice}
    is_open = state.is_over and not state.closing
    return [
        Said(
            voice,
            comments.get(pk),
            is_awaited=pk in state.awaited,
            may_write=is_open and (may_write_all or pk in own),
            has_form=is_open and (pk in own or (may_write_all and voice.slug == asked)),
        )
        for pk, voice in voices.items()
    ]


@dataclass(frozen=True)
class Changed:
    """A figure that is another now than when its month was closed, in words."""

    voice: Voice | None
    label: str
    closed: str
    now: str
    by: str


def changes(restated: Iterable[Restatement]) -> list[Changed]:
    """Return restatements in words, each with both values and how much lies between."""
    return [
        Changed(
            each.voice,
            definition(each.metric).label,
            telling.figure(each.closed, each.metric.unit),
            telling.figure(each.now, each.metric.unit),
            _between(each.closed, each.now, each),
        )
        for each in restated
    ]


def _between(closed: Value, now: Value, each: Restatement) -> str:
    if closed is None or now is None:
        return ""
    text = telling.figure(now - closed, each.metric.unit)
    return text if text.startswith("−") else f"+{text}"


@dataclass(frozen=True)
class Frozen:
    """What paper tells of a closing, as it was then: when it was made, in its own zone, and what was covered."""

    closed: str
    covered: str

    @classmethod
    def of(cls, closing: Closing, brand: Brand, month: Month) -> "Frozen":
        """Return it in words, from what the closing keeps."""
        kinds: dict[str, set[str]] = defaultdict(set)
        for network, _account, kind in Basis.thawed(brand, month, closing.basis).covered[month].spans:
            kinds[network].add(telling.kind(kind, 2))
        covered = (
            f"{NETWORKS[network].label} ({telling.listed(sorted(some))})"
            for network, some in sorted(kinds.items())
        )
        closed = telling.minute(closing.closed_at, ZoneInfo(closing.time_zone))
        return cls(closed, telling.listed(covered))


@dataclass(frozen=True)
class Asked:
    """What the worker was asked to do about the month: whether it is at it, why it failed, what it found."""

    is_closing: bool
    is_verifying: bool
    failure: str
    found: Mapping[str, Any] | None
    found_at: datetime | None

    @classmethod
    def of(cls, brand: Brand, month: Month) -> "Asked":
        """Read the last requests of `month`, with one query."""
        last: dict[str, Job] = {}
        for job in _requests(owner=brand.owner, month=str(month)):
            last.setdefault(job.kind, job)
        close, verify = last.get(CLOSE), last.get(VERIFY)
        newest = max((job for job in (close, verify) if job), key=lambda job: job.pk, default=None)
        return cls(
            is_closing=bool(close and close.state in OPEN_STATES),
            is_verifying=bool(verify and verify.state in OPEN_STATES),
            failure=newest.detail if newest and newest.state == "failed" else "",
            found=verify.cursor.get("outcome") if verify else None,
            found_at=verify.finished_at if verify else None,
        )

    @property
    def is_moving(self) -> bool:
        """Return whether the worker is, or will be, at it."""
        return self.is_closing or self.is_verifying


@prepared
def _requests(owner: Any, month: Any) -> QuerySet[Any]:
    """Return the last requests of a month, newest first: more than a few are never wanted."""
    asked = Job.objects.annotate(of_month=Cast(KeyTextTransform("month", "cursor"), TextField()))
    return asked.filter(kind__in=(CLOSE, VERIFY), owner=owner, of_month=month).order_by("-pk")[:20]


def grouped(digest: str) -> str:
    """Return a digest in groups of eight, as people compare it."""
    return " ".join(digest[place : place + 8] for place in range(0, len(digest), 8))
