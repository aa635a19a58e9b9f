"""What came to the posts that were published in the month, whenever it came, for each post."""

from collections.abc import Callable
from typing import Any, Final

from django.utils.translation import gettext_noop as _

from portevoix.measures.metric import Basis, Grain, Metric, Opens, Unit
from portevoix.networks.contracts import Kind


def _per_post(column: str) -> Callable[[Any], Any]:
    """Return the expression: mean of `column` over posts."""
    return lambda posts: posts[column].cast("float64").mean()


def _per_1000_followers(column: str) -> Callable[[Any], Any]:
    """Return the expression: mean over posts of `column` for 1,000 followers on the day of the post.

    Posts whose followers nobody had read by then are left out; the mean of ratios is not their ratio of sums.
    """
    return lambda posts: (posts[column].cast("float64") * 1000 / posts.followers.nullif(0)).mean()


def _rate(
    metric_id: str,
    label: str,
    formula: str,
    is_not: str,
    *,
    kinds: frozenset[Kind],
    expression: Callable[[Any], Any],
) -> Metric:
    return Metric(
        id=metric_id,
        version=1,
        grain=Grain.PUBLISHED,
        basis=Basis.PUBLISHED,
        unit=Unit.RATIO,
        opens=Opens.POSTS,
        label=label,
        formula=formula,
        is_not=is_not,
        expression=expression,
        kinds=kinds,
        fact_kinds=kinds,
        needs_posts=True,
    )


_REPLIES: Final = frozenset({Kind.REPLY})
_REPOSTS: Final = frozenset({Kind.REPOST, Kind.QUOTE})
_LIKES: Final = frozenset({Kind.LIKE})
_EACH_POST: Final = _("A mean over posts: one post that did very well can make it.")
_DATED: Final = _(
    "Followers are those on the day of the post, never today's; posts without such a count, or with one from "
    "more than a month before the month, are left out."
)

METRICS: Final = (
    Metric(
        id="posts_published",
        version=1,
        grain=Grain.PUBLISHED,
        basis=Basis.PUBLISHED,
        unit=Unit.COUNT,
        opens=Opens.POSTS,
        label=_("Posts published"),
        formula=_("Posts and articles that the voice published in the month, replies apart."),
        is_not=_("Says nothing of their worth."),
        expression=lambda posts: posts.count(),
        needs_posts=True,
        when_empty=0,
    ),
    _rate(
        "conversation_rate",
        _("Replies per post"),
        _("Replies to the posts of the month, divided by these posts."),
        _EACH_POST,
        kinds=_REPLIES,
        expression=_per_post("replies"),
    ),
    _rate(
        "amplification_rate",
        _("Reposts per post"),
        _("Reposts and quotes of the posts of the month, divided by these posts."),
        _EACH_POST,
        kinds=_REPOSTS,
        expression=_per_post("reposts"),
    ),
    _rate(
        "applause_rate",
        _("Likes per post"),
        _("Likes of the posts of the month, divided by these posts."),
        _EACH_POST,
        kinds=_LIKES,
        expression=_per_post("likes"),
    ),
    _rate(
        "replies_per_1000_followers",
        _("Replies per post and 1,000 followers"),
        _("Mean over the posts of the month of: replies × 1,000 ÷ followers on the day of the post."),
        _DATED,
        kinds=_REPLIES,
        expression=_per_1000_followers("replies"),
    ),
    _rate(
        "reposts_per_1000_followers",
        _("Reposts per post and 1,000 followers"),
        _(
            "Mean over the posts of the month of: reposts and quotes × 1,000 ÷ followers on the day of the post."
        ),
        _DATED,
        kinds=_REPOSTS,
        expression=_per_1000_followers("reposts"),
    ),
    _rate(
        "likes_per_1000_followers",
        _("Likes per post and 1,000 followers"),
        _("Mean over the posts of the month of: likes × 1,000 ÷ followers on the day of the post."),
        _DATED,
        kinds=_LIKES,
        expression=_per_1000_followers("likes"),
    ),
)
