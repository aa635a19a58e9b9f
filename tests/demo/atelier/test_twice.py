"""The same seed and the same instant give the same life, whenever and wherever it is lived."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from django.db import transaction
from django.test import override_settings

from portevoix.demo.atelier.life import live
from portevoix.demo.atelier.plan import SEED
from portevoix.measures.models import ScorecardLine
from tests.demo.atelier.conftest import NOW

Figures = Mapping[tuple[str, str, str], float | None]


def lived(folder: Path, *, seed: int = SEED) -> Figures:
    """Return the figures of a short life in `folder`, which is undone."""
    folder.mkdir()
    with override_settings(DATA=folder), transaction.atomic():
        live(NOW, count=3, seed=seed)
        lines = ScorecardLine.objects.order_by("scorecard__month", "voice__slug", "metric")
        rows = lines.values_list("scorecard__month", "voice__slug", "metric", "value")
        # A sum over several threads may differ in its last bit.
        figures = {(month, voice, metric): value and round(value, 9) for month, voice, metric, value in rows}
        transaction.set_rollback(True)
    return figures


@pytest.mark.django_db
def test_the_same_seed_and_instant_give_the_same_figures_and_another_seed_others(tmp_path: Path) -> None:
    first, again = lived(tmp_path / "first"), lived(tmp_path / "again")
    other = lived(tmp_path / "other", seed=SEED + 1)
    assert len(first) > 300
    assert first == again != other
