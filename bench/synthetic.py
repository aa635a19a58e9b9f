"""A whole host of synthetic facts, written straight as projection files: many brands, popularity by power law.

`python -m bench.synthetic FACTS` fills the empty data folder that PORTEVOIX_DATA names. The same number of
facts gives the same facts. Memory stays bounded: one piece of one brand's month at a time.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa

from portevoix.cli.main import prepare
from portevoix.core.periods import Month

MONTH: Final = Month(2026, 10)
"""The month that is computed; facts are of this month and of the one before."""
VOICES: Final = 12
POSTS_A_MONTH: Final = 60
PIECE: Final = 1_000_000
KINDS: Final = ("like", "repost", "quote", "reply", "mention", "follow")
SHARES: Final = (0.55, 0.14, 0.03, 0.11, 0.12, 0.05)
TO_VOICES: Final = 0.6
"""Share of facts whose target is an account that a voice holds; the others are kept for influence."""
INTERNAL: Final = 0.002
TWINS: Final = 0.4
"""Share of replies that the network also tells as a mention."""
KNOWN_US: Final = 1_793_000_000_000_000
SEED: Final = 20_261_101
_STRANGERS: Final = 1 << 40
"""Ids of accounts that no voice holds begin here, far from those that the database gives."""


def brand_count(facts: int) -> int:
    """Return how many brands share `facts`: 20 to 100, a few hundred thousand facts each at most."""
    return min(100, max(20, facts // 250_000))


@dataclass(frozen=True)
class House:
    """One brand: its row id, the actor ids of its voices' accounts, and its own source of chance."""

    brand_id: int
    actors: np.ndarray
    chance: np.random.Generator

    def popular(self, among: int, count: int, exponent: float) -> np.ndarray:
        """Return `count` places in [0, among): place k about k^-exponent times as often as the first."""
        drawn = self.chance.random(count)
        power = 1 - exponent
        places = ((among + 1.0) ** power - 1) * drawn + 1
        chosen: np.ndarray = np.minimum(places ** (1 / power) - 1, among - 1).astype(np.int64)
        return chosen

    def interactions(self, month: Month, count: int) -> Iterator[pa.Table]:
        """Yield `count` interactions of a month, twins included, some at a time."""
        while count > 0:
            piece = self._piece(month, min(count, PIECE)).slice(0, count)
            count -= piece.num_rows
            yield piece

    def _piece(self, month: Month, count: int) -> pa.Table:
        from_us, to_us = month.bounds_us(UTC)
        kind = self.chance.choice(len(KINDS), count, p=SHARES).astype(np.int8)
        is_ours = self.chance.random(count) < TO_VOICES
        voice = self.popular(VOICES, count, 0.8)
        target = np.where(is_ours, self.actors[voice], _STRANGERS + self.popular(50_000, count, 1.2))
        people = max(2_000, count // 8)
        actor = _STRANGERS + 1_000_000 + self.popular(people, count, 0.9)
        is_internal = self.chance.random(count) < INTERNAL
        actor = np.where(is_internal, self.actors[self.popular(VOICES, count, 0.5)], actor)
        at_us = self.chance.integers(from_us // 1_000_000, to_us // 1_000_000, count) * 1_000_000
        post = np.where(
            is_ours & (kind < KINDS.index("mention")), self.popular(POSTS_A_MONTH, count, 0.7), -1
        )
        is_twin = (kind == KINDS.index("reply")) & (self.chance.random(count) < TWINS)
        order = np.concatenate([np.arange(count), np.flatnonzero(is_twin)])
        kind = np.concatenate([kind, np.full(is_twin.sum(), KINDS.index("mention"), np.int8)])
        return self._interaction_table(
            kind, actor[order], target[order], _post_ids(month, voice[order], post[order]), at_us[order]
        )

    def _interaction_table(
        self, kind: np.ndarray, actor: np.ndarray, target: np.ndarray, post: pa.Array, at_us: np.ndarray
    ) -> pa.Table:
        number = len(kind)
        columns = {
            "brand_id": np.full(number, self.brand_id),
            "kind": pa.DictionaryArray.from_arrays(kind, list(KINDS)).cast(pa.string()),
            "actor_id": actor,
            "target_id": target,
            "object_id": post,
            "at_us": at_us,
            "known_at_us": np.full(number, KNOWN_US),
        }
        return pa.table(columns)

    def publications(self, month: Month) -> pa.Table:
        """Return every voice's posts of a month."""
        from_us, to_us = month.bounds_us(UTC)
        voice = np.repeat(np.arange(VOICES), POSTS_A_MONTH)
        post = np.tile(np.arange(POSTS_A_MONTH), VOICES)
        number = len(voice)
        columns = {
            "brand_id": np.full(number, self.brand_id),
            "author_id": self.actors[voice],
            "remote_id": _post_ids(month, voice, post),
            "kind": pa.array(["post"] * number),
            "at_us": from_us + (to_us - from_us) // POSTS_A_MONTH * post,
            "known_at_us": np.full(number, KNOWN_US),
        }
        return pa.table(columns)

    def readings(self, month: Month) -> pa.Table:
        """Return every voice's followers, read each noon of a month."""
        from_us, to_us = month.bounds_us(UTC)
        noons = np.arange(from_us + 43_200_000_000, to_us, 86_400_000_000)
        number = VOICES * len(noons)
        followers = 1_000 + self.chance.integers(0, 5_000, VOICES).repeat(len(noons))
        columns = {
            "brand_id": np.full(number, self.brand_id),
            "actor_id": self.actors.repeat(len(noons)),
            "object_id": pa.array([""] * number),
            "counted": pa.array(["followers"] * number),
            "value": followers + np.tile(np.arange(len(noons)), VOICES),
            "at_us": np.tile(noons, VOICES),
            "known_at_us": np.full(number, KNOWN_US),
        }
        return pa.table(columns)


def _post_ids(month: Month, voice: np.ndarray, post: np.ndarray) -> pa.Array:
    """Return the network's ids of posts, '' where `post` is -1."""
    names = [
        f"https://social.example/{month}/{one}/{other}"
        for one in range(VOICES)
        for other in range(POSTS_A_MONTH)
    ]
    places = np.where(post < 0, len(names), voice * POSTS_A_MONTH + post).astype(np.int32)
    return pa.DictionaryArray.from_arrays(places, [*names, ""]).cast(pa.string())


def fill(facts: int) -> None:
    """Write `facts` interactions of as many brands as fit, with their posts and readings, into the data folder."""
    from portevoix.core import clock  # noqa: PLC0415 - Django must be set up first
    from portevoix.ledger.models import Segment  # noqa: PLC0415

    segment = Segment.objects.create(state="live", started_at=clock.now(), live_at=clock.now())
    brands = brand_count(facts)
    shares = np.arange(1, brands + 1) ** -0.6
    for number, share in enumerate(shares / shares.sum()):
        house = _house(number)
        wanted = int(facts * share)
        for month, count in ((MONTH, wanted * 7 // 10), (MONTH.previous, wanted - wanted * 7 // 10)):
            _write(segment.pk, house, month, "interactions", house.interactions(month, count))
            _write(segment.pk, house, month, "publications", iter([house.publications(month)]))
            _write(segment.pk, house, month, "readings", iter([house.readings(month)]))


def _house(number: int) -> House:
    """Make brand `number` with its voices, which hold their accounts always."""
    from portevoix.ledger.models import Actor  # noqa: PLC0415 - Django must be set up first
    from portevoix.networks.models import Account, Holding  # noqa: PLC0415
    from portevoix.people.models import Brand  # noqa: PLC0415
    from portevoix.programme.models import Voice  # noqa: PLC0415

    brand = Brand.objects.create(slug=f"brand-{number}", name=f"Brand {number}", time_zone="Europe/Paris")
    actors = []
    for place in range(VOICES):
        voice = Voice.objects.create(
            brand=brand, slug=f"voice-{place}", kind="persona", first_name=f"Voice {place}", state="active"
        )
        account = Account.objects.create(brand=brand, network="x", remote_id=f"{number}-{place}")
        Holding.objects.create(voice=voice, account=account)
        actors.append(Actor.objects.create(brand=brand, network="x", remote_id=account.remote_id).pk)
    return House(brand.pk, np.array(actors), np.random.default_rng([SEED, number]))


def _write(segment_id: int, house: House, month: Month, table: str, pieces: Iterator[pa.Table]) -> None:
    """Write one file of the projection and name it in the database."""
    from django.conf import settings  # noqa: PLC0415 - Django must be set up first

    from portevoix.ledger.models import SegmentFile  # noqa: PLC0415
    from portevoix.ledger.parquet import FileWriter  # noqa: PLC0415
    from portevoix.ledger.tables import BY_NAME  # noqa: PLC0415

    path = Path("projection") / table / f"brand={house.brand_id}" / str(month) / f"{segment_id:08d}.parquet"
    schema = BY_NAME[table].schema()
    with FileWriter(settings.DATA / path, schema) as writer:
        for piece in pieces:
            writer.write(piece.cast(schema))
        written = writer.finish()
    SegmentFile.objects.create(
        segment_id=segment_id,
        brand_id=house.brand_id,
        table=table,
        month=str(month),
        path=str(path),
        row_count=written.row_count,
        byte_count=written.byte_count,
        sha256=written.sha256,
    )


def main(facts: int) -> None:
    """Set the data folder up and fill it."""
    prepare()
    started = datetime.now(UTC)
    fill(facts)
    print(f"{facts:,} facts in {(datetime.now(UTC) - started).total_seconds():.1f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]))
