"""The files that are imported in these tests: good lines, repeated ones, and every sort of bad one."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Final

PROGRAMME: Final = """\
brand: {slug: acme, name: Acme, time_zone: Europe/Paris, languages: [fr, en]}
voices:
  - {slug: marion, kind: persona, first_name: Marion,
     accounts: [{network: x, remote_id: "88"}, {network: sandbox, remote_id: marion}]}
  - {slug: paul, kind: persona, first_name: Paul,
     accounts: [{network: x, remote_id: "677"}, {network: sandbox, remote_id: paul}]}
"""
BATCH: Final = 100
"""Lines stored at once, where a real import takes many more."""
LINES: Final = 730
READING: Final = (
    "--brand", "acme", "--network", "x",
    "--columns", "actor,target,at,kind", "--delimiter", "space", "--kinds", "RT=repost,MT=mention,RE=reply",
)  # fmt: skip
_JUNE_2012: Final = 1_338_508_800
_TWO_MONTHS: Final = 60 * 86_400
_BAD: Final = (
    b"7 88",
    b"7 88 1341100000 LOVE",
    b"7 88 yesterday RT",
    b"\xff\xfe\x00 88 noise",
    b"",
    b'=7 "88 1 RT',
)


def _good(dice: random.Random) -> Iterator[bytes]:
    """Yield lines for ever: acts on our accounts, on others', and a reply with its twin mention."""
    while True:
        actor, target = dice.choice((*range(1, 40), 88, 677)), dice.choice((88, 677, 677, 5))
        at = _JUNE_2012 + dice.randrange(_TWO_MONTHS)
        kind = dice.choice(("RT", "MT", "RE"))
        yield f"{actor} {target} {at} {kind}".encode()
        if kind == "RE":
            yield f"{actor} {target} {at} MT".encode()


def lines(seed: int, count: int = LINES) -> list[bytes]:
    """Return `count` lines, the same for the same seed: one in twelve bad, one in twelve told before."""
    dice, good = random.Random(seed), _good(random.Random(seed + 1))
    told: list[bytes] = []
    for _line in range(count):
        lot = dice.randrange(12)
        repeated = dice.choice(told) if told and lot == 1 else None
        told.append(dice.choice(_BAD) if lot == 0 else repeated or next(good))
    return told


def write(path: Path, said: list[bytes]) -> Path:
    """Write lines into a file and return it."""
    path.write_bytes(b"\n".join(said) + b"\n")
    return path


def import_of(file: Path) -> tuple[str | Path, ...]:
    """Return the command that brings `file` in."""
    return ("ledger", "import", file, *READING, "--format", "json")
