"""What a metric is: a named figure with its formula, told in words and written as one expression.

`expression` takes the relation of the metric's grain (see `measures.grains`) and returns an Ibis aggregate;
it is only ever called in jobs. Everything that pages need stands in plain fields, free of Ibis.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from portevoix.networks.contracts import Counted, Kind, PostKind

Value = int | float | None
"""A figure: None where nobody looked, a whole number where the unit is a count."""


class Grain(StrEnum):
    """What one row stands for in the relation that a metric aggregates."""

    RECEIVED = "received"
    """One thing that was done to a voice, as one row tells it."""
    MENTIONED = "mentioned"
    """One act that mentions a voice: what one actor did at one instant, under whatever kinds."""
    PUBLISHED = "published"
    """One post that a voice published in the month, with all that came to it since."""
    AUDIENCE = "audience"
    """One account of a voice, with its followers at both ends of the month, or of its holding within it."""


class Basis(StrEnum):
    """Which facts belong to a month: those received in it, or those that came to the posts of it."""

    RECEIVED = "received"
    PUBLISHED = "published"
    READ = "read"


class Unit(StrEnum):
    """In what a value is told: a whole number, a ratio, or per cent."""

    COUNT = "count"
    RATIO = "ratio"
    PERCENT = "percent"


class Opens(StrEnum):
    """What a figure opens onto: the kind of rows that it is made of."""

    ACTS = "acts"
    ROWS = "rows"
    INTERNAL = "internal"
    PEOPLE = "people"
    POSTS = "posts"
    READINGS = "readings"


@dataclass(frozen=True)
class Metric:
    """A named figure.

    `kinds`: a value exists when a source covers at least one of them (none: when a reading exists);
    `needs_posts`: publications must be covered too. `when_empty` is the value when a source looked and
    found nothing. `label`, `formula` and `is_not` are msgids, translated where they are shown.
    """

    id: str
    version: int
    grain: Grain
    basis: Basis
    unit: Unit
    opens: Opens
    label: str
    formula: str
    is_not: str
    expression: Callable[[Any], Any]
    kinds: frozenset[Kind] = frozenset()
    fact_kinds: frozenset[Kind] = frozenset()
    counted: Counted | None = None
    needs_posts: bool = False
    when_empty: float | None = None

    @property
    def coverage_kinds(self) -> frozenset[str]:
        """Return the kinds of which at least one must be covered."""
        return frozenset(str(kind) for kind in self.kinds)


POST_KINDS = frozenset({str(PostKind.POST), str(PostKind.ARTICLE)})
"""Publications that count as posts: replies are counted apart."""
