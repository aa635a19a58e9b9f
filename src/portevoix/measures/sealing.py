"""The seal of a closed month: digests that are the same on every machine and every engine.

Both are SHA-256 over canonical lines of JSON (`docs/algorithms/closing.md`): one over the facts, told by what
makes them the same facts everywhere, never by numbers of rows; one over the closing and its lines.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from portevoix.core import clock
from portevoix.ledger.models import Interaction, Publication, Reading
from portevoix.measures.basis import Basis
from portevoix.measures.models import ClosedLine, Closing
from portevoix.networks.contracts import Counted

FORMAT: Final = 1
"""Version of the canonical form."""
PAGE: Final = 20_000
"""Facts that are read at once."""
Fact = tuple[Any, ...]
"""What is told of a fact, its instant (`at_us`) first."""


def canonical(told: Sequence[Any] | dict[str, Any]) -> bytes:
    """Return `told` as one line of JSON: keys sorted, no spaces, ASCII alone, a line feed at its end."""
    return json.dumps(told, sort_keys=True, separators=(",", ":"), allow_nan=False).encode() + b"\n"


def digest_of(tables: Iterable[tuple[str, Iterable[Fact]]]) -> str:
    """Return the digest of facts: of each table, by name, its facts in the order of their instants.

    Facts of one instant stand in the order of their canonical lines, so that only these are ever held together.
    """
    digest = hashlib.sha256()
    for name, facts in tables:
        for _instant, together in groupby(facts, key=itemgetter(0)):
            for line in sorted(canonical([name, *fact]) for fact in together):
                digest.update(line)
    return digest.hexdigest()


def facts_digest(basis: Basis, known_until_us: int) -> str:
    """Return the digest of the facts from which the figures of `basis` come, as known at `known_until_us`.

    They are read of the database, whatever engine computes: a projection or an archive cannot change it.
    """
    return digest_of(_tables(basis, known_until_us))


def _tables(basis: Basis, known_until_us: int) -> Iterator[tuple[str, Iterator[Fact]]]:
    """Yield what may count for the lines of both months: a little more than does, never less."""
    lines = [line for each in basis.lines.values() for line in each]
    ids = {held.actor_id for line in lines for held in line.accounts if held.actor_id}
    start, end = min(line.from_us for line in lines), max(line.to_us for line in lines)
    known = {"brand": basis.brand, "intake__known_at_us__lte": known_until_us, "at_us__gte": start}
    # What came to a post counts whenever it came, so that acts have no end but what was known.
    acts = Interaction.objects.filter(target__in=ids, **known)
    yield "interaction", _told(acts, "actor__network", "actor__remote_id", "target__remote_id", *_OF_AN_ACT)
    posts = Publication.objects.filter(author__in=ids, at_us__lt=end, **known)
    yield "publication", _told(posts, "author__network", "author__remote_id", "remote_id", "kind")
    # Growth of the first month may start from as long before it as it lasts.
    read = known | {"at_us__gte": min(2 * line.from_us - line.to_us for line in lines), "at_us__lt": end}
    counted = {"counted": str(Counted.FOLLOWERS), "object_id": ""}
    readings = Reading.objects.filter(actor__in=ids, **counted, **read)
    yield "reading", _told(readings, "actor__network", "actor__remote_id", "counted", "value")


_OF_AN_ACT: Final = ("kind", "key", "object_id")


def _told(facts: Any, *names: str) -> Iterator[Fact]:
    """Yield the instant and the fields `names` of `facts`, oldest first, without ever holding them all."""
    found: Iterator[Fact] = facts.order_by("at_us").values_list("at_us", *names).iterator(PAGE)
    return found


def digest_of_closing(closing: Closing, lines: Iterable[ClosedLine]) -> str:
    """Return the digest of all that was closed: what `closing` says beside it, and its `lines` in any order."""
    told = {
        "format": FORMAT,
        "brand": closing.brand_id,
        "month": closing.month,
        "time_zone": closing.time_zone,
        "closed_at_us": clock.to_us(closing.closed_at),
        "known_until_us": closing.known_until_us,
        "basis": closing.basis,
        "metric_versions": closing.metric_versions,
        "facts_digest": closing.facts_digest,
        "lines": sorted((_line(line) for line in lines), key=canonical),
    }
    return hashlib.sha256(canonical(told)).hexdigest()


def _line(line: ClosedLine) -> list[Any]:
    values = [None if each is None else float(each) for each in (line.value, line.previous)]
    return [line.voice_id, line.metric, line.metric_version, *values]
