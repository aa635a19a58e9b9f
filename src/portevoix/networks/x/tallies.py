"""What X counts of the account's own posts, as cheaply as it tells them.

Its own timeline costs a fifth of what a look at each post does. So the young posts are found there, as long as it
holds few others between them; the rest is looked up.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from portevoix.networks.x.client import MOST_IDS, XClient
from portevoix.networks.x.posts import Told, instant_of
from portevoix.networks.x.timelines import pages

YOUNG: Final = timedelta(days=30)
"""How old a post may be to be sought in the timeline: those of longer ago lie under too many others."""
_CHEAPER: Final = 5
"""Posts of the timeline that cost what one look at a post does."""


def read(client: XClient, account: str, numbers: Sequence[str], now: datetime) -> Iterator[Told]:
    """Yield those of the posts `numbers` that are there, with what X counts of them."""
    young = {one for one in numbers if instant_of(one) > now - YOUNG}
    found = _in_timeline(client, account, young, now) if young else {}
    yield from found.values()
    rest = [one for one in numbers if one not in found]
    for start in range(0, len(rest), MOST_IDS):
        yield from client.metrics(rest[start : start + MOST_IDS], now).get("data") or ()


def _in_timeline(client: XClient, account: str, wanted: set[str], now: datetime) -> dict[str, Told]:
    """Return those of the posts `wanted` that the timeline tells before it costs more than to look them up."""
    before, enough = str(min(map(int, wanted)) - 1), _CHEAPER * len(wanted)
    most = min(MOST_IDS, enough)
    found: dict[str, Told] = {}
    seen = 0

    def turn(token: str) -> dict[str, Any]:
        return client.own_counts(account, since_id=before, token=token, most=most, now=now)

    for page in pages(turn):
        told = page.get("data") or ()
        seen += len(told)
        found |= {str(one["id"]): one for one in told if str(one["id"]) in wanted}
        if len(found) == len(wanted) or seen >= enough:
            break
    return found
