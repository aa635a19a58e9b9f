"""The worked numbers of docs/algorithms are what the product computes from the very facts that the pages tell."""

import csv
import io
import re
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from portevoix.core.periods import Month
from portevoix.ledger.actions.imports import BATCH, accept, import_file
from portevoix.ledger.actions.record import extend_coverage, record
from portevoix.ledger.models import Import, Interaction
from portevoix.ledger.rows import Layout
from portevoix.measures.actions import refresh
from portevoix.measures.queries import figures
from portevoix.measures.rules import Standing
from portevoix.networks.contracts import ActorRef, Counted, Event, Kind, Reading, SeenPost
from portevoix.networks.models import Account, Holding
from portevoix.people.journal import SYSTEM
from portevoix.people.models import Brand
from portevoix.programme.models import Voice
from tests.docs.pages import cells, text

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
JULY = Month(2026, 7)


@pytest.fixture
def brand(db: None, data_folder: Path) -> Brand:
    """Return a brand of Paris with the two voices of the pages."""
    brand = Brand.objects.create(slug="acme", name="Acme", time_zone="Europe/Paris")
    for slug, remote_id in (("marion", "10"), ("hugo", "20")):
        voice = Voice.objects.create(brand=brand, slug=slug, kind="persona", state="active")
        account = Account.objects.create(brand=brand, network="x", remote_id=remote_id)
        Holding.objects.create(voice=voice, account=account)
    return brand


def table(page: str, first_column: str) -> list[dict[str, str]]:
    """Return the rows of the table of `page` whose header begins with `first_column`."""
    pattern = rf"^\| {first_column} \|.*?(?=\n\n|\Z)"
    block = re.search(pattern, text(f"algorithms/{page}"), re.MULTILINE | re.DOTALL)
    assert block, f"{page} has no table {first_column}"
    header, _ruler, *rows = block[0].splitlines()
    names = [name.strip() for name in header.strip("|").split("|")]
    return [
        dict(zip(names, (cell.strip() for cell in row.strip("|").split("|")), strict=True)) for row in rows
    ]


def told(brand: Brand) -> dict[tuple[str, str], float | None]:
    refresh([brand], JULY, now=lambda: NOW)
    return {(each.voice_slug, each.metric.id): each.value for each in figures(brand, JULY)}


def test_what_counts_for_whom_is_as_worked_through(brand: Brand, tmp_path: Path) -> None:
    page = text("algorithms/acts.md")
    facts = re.search(r"```csv\n(.*?)```", page, re.DOTALL)
    assert facts
    file = tmp_path / "facts.csv"
    file.write_text(facts[1], encoding="utf-8")
    words = re.search(r"--kinds ([\w=,]+)", page)
    assert words
    kinds = dict(pair.split("=") for pair in words[1].split(","))
    import_file(file, brand=brand, network="x", layout=Layout((), "", kinds), by=SYSTEM, now=lambda: NOW)
    computed = told(brand)
    expected = {
        (row["line"], name): float(value) if value else None
        for row in table("acts.md", "line")
        for name, value in row.items()
        if name != "line"
    }
    assert {place: computed[place] for place in expected} == expected
    assert len(list(csv.DictReader(io.StringIO(facts[1])))) == Interaction.objects.count()


def test_rates_per_post_are_as_worked_through(brand: Brand) -> None:
    account = Account.objects.get(remote_id="10")
    marion = ActorRef("10")
    for row in table("per-post.md", "post"):
        at = datetime.combine(date.fromisoformat(row["published"]), time(12), UTC)
        likes = [
            Event(Kind.LIKE, ActorRef(f"fan{number}"), "10", at + timedelta(days=20), row["post"])
            for number in range(int(row["likes"]))
        ]
        followers = Reading("10", Counted.FOLLOWERS, int(row["followers read"]), at - timedelta(hours=1))
        post = SeenPost(row["post"], marion, at)
        record(brand, "x", now=NOW, source="test", events=likes, posts=[post], readings=[followers])
    start, end = datetime(2026, 6, 30, tzinfo=UTC), datetime(2026, 9, 1, tzinfo=UTC)
    extend_coverage(account, ["like", "post"], from_at=start, to_at=end)
    computed = told(brand)
    for row in table("per-post.md", "metric"):
        assert computed["marion", row["metric"]] == pytest.approx(float(row["value"])), row["metric"]


def test_an_audience_that_changes_hands_grows_as_worked_through(brand: Brand) -> None:
    handed_over = datetime(2026, 7, 15, tzinfo=UTC)
    account = Account.objects.create(brand=brand, network="x", remote_id="shared")
    marion, hugo = (Voice.objects.get(slug=slug) for slug in ("marion", "hugo"))
    Holding.objects.create(voice=marion, account=account, to_at=handed_over)
    Holding.objects.create(voice=hugo, account=account, from_at=handed_over)
    readings = [
        Reading(
            "shared",
            Counted.FOLLOWERS,
            int(row["followers"]),
            datetime.combine(date.fromisoformat(row["read"]), time(12), UTC),
        )
        for row in table("audience.md", "read")
    ]
    record(brand, "x", now=NOW, source="test", readings=readings)
    computed = told(brand)
    for row in table("audience.md", "line"):
        for metric in ("audience_size", "audience_growth"):
            assert computed[row["line"].strip("`"), metric] == float(row[metric]), (row["line"], metric)


def test_a_month_may_be_closed_from_the_days_that_the_page_tells() -> None:
    october = Month(2026, 10)
    rows = table("closing.md", "in October 2026, on")
    assert len(rows) == 4
    for row in rows:
        today = date.fromisoformat(row["in October 2026, on"])
        for column, awaited in (("every comment there", ()), ("a comment missing", (7,))):
            standing = Standing(
                october, today, is_closed=False, has_figures=True, is_computed=True, awaited=awaited
            )
            assert row[column] == ("no" if standing.obstacle else "yes"), (today, column)


class Death(BaseException):
    """Stands for the end of a process."""


def die(_run: object) -> None:
    raise Death


def one_like(number: int) -> str:
    return f"fan{number},10,1782900000,like,post-{number}"


def stops_early(brand: Brand, file: Path) -> None:
    with pytest.raises(Death):
        import_file(
            file, brand=brand, network="x", layout=Layout(()), by=SYSTEM, now=lambda: NOW, on_progress=die
        )


def visible() -> set[str]:
    return set(Interaction.objects.visible().values_list("object_id", flat=True))


def test_facts_count_from_when_the_page_on_visibility_says(brand: Brand, tmp_path: Path) -> None:
    header = "actor,target,at,kind,object"
    slow, quick = tmp_path / "slow.csv", tmp_path / "quick.csv"
    slow.write_text("\n".join([header, one_like(1)]), encoding="utf-8")
    quick.write_text("\n".join([header, one_like(2), one_like(1)]), encoding="utf-8")
    counted = []
    stops_early(brand, slow)
    counted.append("post-1" in visible())
    stops_early(brand, quick)
    counted.append("post-1" in visible())
    for file in (quick, slow):
        import_file(file, brand=brand, network="x", layout=Layout(()), by=SYSTEM, now=lambda: NOW)
        counted.append("post-1" in visible())
    answers = [row["counts"].strip("*") == "yes" for row in table("visibility.md", "step")]
    assert counted == answers
    assert Interaction.objects.count() == 2


def test_what_an_unfinished_import_alone_told_counts_once_it_is_accepted(
    brand: Brand, tmp_path: Path
) -> None:
    file = tmp_path / "slow.csv"
    file.write_text("\n".join(["actor,target,at,kind,object", one_like(1)]), encoding="utf-8")
    stops_early(brand, file)
    assert visible() == set()
    accept(Import.objects.get().pk, by=SYSTEM, now=NOW)
    assert visible() == {"post-1"}


def test_batches_have_the_size_that_the_pages_tell() -> None:
    for page in ("import.md", "algorithms/import-and-resume.md"):
        assert f"batches of {BATCH:,}" in text(page)
    example = text("algorithms/import-and-resume.md")
    assert f"{2 * BATCH:,} lines were read" in example
    assert f"line {2 * BATCH + 1:,}" in example


def test_every_table_of_the_pages_is_read_by_a_test() -> None:
    assert len(cells(text("algorithms/acts.md"))) == 3
    assert len(cells(text("algorithms/per-post.md"))) == 4
