"""What voices received in the month, whatever the age of the posts. Internal acts are excluded throughout."""

from collections.abc import Callable
from typing import Any, Final

from django.utils.translation import gettext_noop as _

from portevoix.measures.metric import Basis, Grain, Metric, Opens, Unit
from portevoix.networks.contracts import Kind

REACTIONS: Final = frozenset({Kind.LIKE, Kind.REPOST, Kind.QUOTE, Kind.REPLY, Kind.MENTION})
"""What counts as interacting; following is growth of the audience, and told there."""
_REPOSTS: Final = frozenset({Kind.REPOST, Kind.QUOTE})
_MENTIONS: Final = frozenset({Kind.MENTION, Kind.REPLY})


def _of(acts: Any, kinds: frozenset[Kind]) -> Any:
    """Return the condition that a row is of one of `kinds`: the relation holds those of other metrics too."""
    return acts.kind.isin(sorted(kind.value for kind in kinds))


def _external(kinds: frozenset[Kind]) -> Callable[[Any], Any]:
    """Return the expression: how many rows of `kinds` come from outside the brand."""
    return lambda acts: acts.count(where=_of(acts, kinds) & ~acts.is_internal)


METRICS: Final = (
    Metric(
        id="likes_received",
        version=1,
        grain=Grain.RECEIVED,
        basis=Basis.RECEIVED,
        unit=Unit.COUNT,
        opens=Opens.ROWS,
        label=_("Likes received"),
        formula=_("Likes (favourites, reactions) given to the voice in the month."),
        is_not=_("A like taken back later still counts for the month in which it was given."),
        expression=_external(frozenset({Kind.LIKE})),
        kinds=frozenset({Kind.LIKE}),
        fact_kinds=frozenset({Kind.LIKE}),
        when_empty=0,
    ),
    Metric(
        id="mentions_received",
        version=1,
        grain=Grain.MENTIONED,
        basis=Basis.RECEIVED,
        unit=Unit.COUNT,
        opens=Opens.ACTS,
        label=_("Mentions received"),
        formula=_(
            "Acts that mention the voice in the month, replies included: a mention and a reply by the same "
            "account at the same instant are one act."
        ),
        is_not=_("Not a number of people: somebody who mentions twice counts twice."),
        expression=lambda acts: acts.count(),
        kinds=_MENTIONS,
        fact_kinds=_MENTIONS,
        when_empty=0,
    ),
    Metric(
        id="replies_received",
        version=1,
        grain=Grain.RECEIVED,
        basis=Basis.RECEIVED,
        unit=Unit.COUNT,
        opens=Opens.ROWS,
        label=_("Replies received"),
        formula=_("Replies addressed to the voice in the month."),
        is_not=_("Replies are also counted among the mentions: the two are not to be added."),
        expression=_external(frozenset({Kind.REPLY})),
        kinds=frozenset({Kind.REPLY}),
        fact_kinds=frozenset({Kind.REPLY}),
        when_empty=0,
    ),
    Metric(
        id="reposts_received",
        version=1,
        grain=Grain.RECEIVED,
        basis=Basis.RECEIVED,
        unit=Unit.COUNT,
        opens=Opens.ROWS,
        label=_("Reposts received"),
        formula=_("Reposts and quotes of the voice's posts in the month."),
        is_not=_("Not a number of readers: nobody knows how many read a repost."),
        expression=_external(_REPOSTS),
        kinds=_REPOSTS,
        fact_kinds=_REPOSTS,
        when_empty=0,
    ),
    Metric(
        id="quotes_received",
        version=1,
        grain=Grain.RECEIVED,
        basis=Basis.RECEIVED,
        unit=Unit.COUNT,
        opens=Opens.ROWS,
        label=_("Quotes received"),
        formula=_("Quotes of the voice's posts in the month."),
        is_not=_("Quotes are also counted among the reposts: the two are not to be added."),
        expression=_external(frozenset({Kind.QUOTE})),
        kinds=frozenset({Kind.QUOTE}),
        fact_kinds=frozenset({Kind.QUOTE}),
        when_empty=0,
    ),
    Metric(
        id="distinct_people",
        version=1,
        grain=Grain.RECEIVED,
        basis=Basis.RECEIVED,
        unit=Unit.COUNT,
        opens=Opens.PEOPLE,
        label=_("Distinct people"),
        formula=_("Distinct accounts that liked, reposted, quoted, mentioned or answered in the month."),
        is_not=_("Accounts, not human beings; the voices' numbers do not add up to the brand's."),
        expression=lambda acts: acts.actor_id.nunique(where=_of(acts, REACTIONS) & ~acts.is_internal),
        kinds=REACTIONS,
        fact_kinds=REACTIONS,
        when_empty=0,
    ),
    Metric(
        id="internal_interactions",
        version=1,
        grain=Grain.RECEIVED,
        basis=Basis.RECEIVED,
        unit=Unit.COUNT,
        opens=Opens.INTERNAL,
        label=_("Internal interactions"),
        formula=_("What voices of the brand did to one another in the month, to themselves included."),
        is_not=_("Excluded from every other figure: a family that applauds itself is not an audience."),
        expression=lambda acts: acts.count(where=_of(acts, REACTIONS) & acts.is_internal),
        kinds=REACTIONS,
        fact_kinds=REACTIONS,
        when_empty=0,
    ),
)
