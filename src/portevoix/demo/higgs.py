"""The demonstration on real facts: invented personas on the days around an announcement of July 2012."""

from pathlib import Path
from typing import Final

BRAND: Final = "higgs"
MONTH: Final = "2012-07"
FILES: Final = Path(__file__).parent / "data"
FACTS: Final = FILES / "higgs-activity_time.txt.gz"
_LAYOUT: Final = (
    "--columns", "actor,target,at,kind", "--delimiter", " ", "--kinds", "RT=repost,MT=mention,RE=reply",
)  # fmt: skip


def commands(facts: Path = FACTS) -> list[list[str]]:
    """Return the commands that bring it in, as anybody would type them; they go on where they were stopped."""
    return [
        ["programme", "init", str(FILES / "higgs.yaml")],
        ["ledger", "import", str(facts), "--brand", BRAND, "--network", "x", *_LAYOUT],
        ["scorecards", "--brand", BRAND, "--month", MONTH],
    ]


def is_there() -> bool:
    """Return whether its facts are in and its figures are computed."""
    from portevoix.ledger.models import Import  # noqa: PLC0415
    from portevoix.measures.models import Scorecard  # noqa: PLC0415

    finished = Import.objects.filter(brand__slug=BRAND, intake__known_at_us__isnull=False)
    return finished.exists() and Scorecard.objects.filter(brand__slug=BRAND, month=MONTH).exists()
