"""Intakes of a brand count in the order in which they are committed, whatever clocks say."""

from datetime import timedelta

import pytest

from portevoix.core.clock import to_us
from portevoix.core.periods import Month
from portevoix.ledger.actions.archive import archive
from portevoix.ledger.actions.imports import import_file
from portevoix.ledger.actions.record import record
from portevoix.ledger.actions.verify import verify
from portevoix.ledger.models import Intake
from portevoix.ledger.rows import Layout
from portevoix.networks.contracts import ActorRef, Event, Kind
from portevoix.people.journal import SYSTEM
from portevoix.people.models import Brand
from tests.ledger.conftest import NOW, START, WriteFile


def _hear(brand: Brand, actor: str, *, late: timedelta = timedelta(0)) -> int:
    """Record one like as if it were `late` after NOW; return since when it is known."""
    at = NOW - timedelta(days=90)
    record(
        brand, "x", now=NOW + late, source="test", events=[Event(Kind.LIKE, ActorRef(actor), "88", at, "p1")]
    )
    return Intake.objects.latest("pk").known_at_us or 0


def test_what_is_finished_later_is_known_later_even_at_the_same_instant_and_when_clocks_go_back(
    brand: Brand,
) -> None:
    hour = timedelta(hours=1)
    told = [_hear(brand, "a"), _hear(brand, "b"), _hear(brand, "c", late=-hour), _hear(brand, "d", late=hour)]
    now = to_us(NOW)
    assert told == [now, now + 1, now + 2, to_us(NOW + hour)]


def test_an_import_is_known_after_all_that_was_known_before_it(brand: Brand, write_file: WriteFile) -> None:
    before = _hear(brand, "a", late=timedelta(days=1))
    file = write_file(f"7 88 {START} RT")
    layout = Layout(("actor", "target", "at", "kind"), " ", {"RT": "repost"})
    import_file(file, brand=brand, network="x", layout=layout, by=SYSTEM, now=lambda: NOW)
    assert Intake.objects.latest("pk").known_at_us == before + 1


def test_brands_do_not_wait_for_one_another(brand: Brand) -> None:
    other = Brand.objects.create(slug="other", name="Other", time_zone="UTC")
    _hear(brand, "a", late=timedelta(days=1))
    assert _hear(other, "a") == to_us(NOW)


@pytest.mark.parametrize("late", [timedelta(0), timedelta(hours=-1)])
def test_what_becomes_known_at_the_instant_of_an_archive_is_not_missing_from_it(
    brand: Brand, late: timedelta
) -> None:
    _hear(brand, "a", late=timedelta(hours=1))
    month = Month.of(NOW - timedelta(days=90))
    archived, _new = archive(brand, month, by=SYSTEM, now=NOW + timedelta(hours=1))
    _hear(brand, "b", late=timedelta(hours=1) + late)
    assert verify().is_sound
    again, is_new = archive(brand, month, by=SYSTEM, now=NOW + timedelta(hours=1))
    assert (is_new, again.version) == (True, archived.version + 1)
