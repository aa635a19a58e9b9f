"""The whole main job with PostgreSQL as the database, through the command line, deaths included."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.kills.stage import Stage, ended, go_on
from tests.servers.conftest import PostgreSQL, wait_until

pytestmark = pytest.mark.servers
START = 1_341_100_972
PROGRAMME = """\
brand: {slug: acme, name: Acme, time_zone: Europe/Paris, languages: [fr, en]}
voices:
  - {slug: marion, kind: persona, first_name: Marion, accounts: [{network: x, remote_id: "88"}]}
  - {slug: paul, kind: persona, first_name: Paul, accounts: [{network: x, remote_id: "677"}]}
"""
LINES = 3_000


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Return a folder with a programme file and a file of facts, one line of which is bad."""
    (tmp_path / "programme.yaml").write_text(PROGRAMME)
    lines = [
        f"{number % 400} {88 if number % 3 else 677} {START + number * 60} {('RT', 'MT', 'RE')[number % 3]}\n"
        for number in range(LINES)
    ]
    lines.insert(1_000, "no fact\n")
    (tmp_path / "facts.txt").write_text("".join(lines))
    return tmp_path


def _import(files: Path, name: str = "facts.txt") -> list[str | Path]:
    return [
        "ledger", "import", files / name, "--brand", "acme", "--network", "x",
        "--columns", "actor,target,at,kind", "--delimiter", " ",
        "--kinds", "RT=repost,MT=mention,RE=reply", "--format", "json",
    ]  # fmt: skip


SCORECARDS = ["scorecards", "--brand", "acme", "--month", "2012-07", "--format", "csv"]


@pytest.fixture
def stage(postgresql: PostgreSQL, files: Path) -> Iterator[Stage]:
    """Return an installation on PostgreSQL that holds the programme."""
    stage = Stage(files / "data", {"PORTEVOIX_DATABASE_URL": postgresql.fresh_database()})
    stage.done(["programme", "init", files / "programme.yaml"])
    yield stage
    stage.close()


def _counted(stage: Stage) -> tuple[int, int]:
    """Return how many facts there are, and how many of them count."""
    query = (
        "SELECT count(*), count(i.known_at_us) FROM ledger_interaction f "
        "JOIN ledger_intake i ON i.id = f.intake_id"
    )
    with psycopg.connect(stage.environment["PORTEVOIX_DATABASE_URL"]) as connection:
        found = connection.execute(query).fetchone()
    assert found
    return int(found[0]), int(found[1])


def test_a_month_says_the_same_on_postgresql_and_on_sqlite(stage: Stage, files: Path) -> None:
    small = Stage(files / "small")
    small.done(["programme", "init", files / "programme.yaml"], _import(files))
    expected = small.done(SCORECARDS).out()
    report = stage.done(_import(files)).told()
    assert (report["read"], report["added"], report["rejected"]) == (LINES + 1, LINES, 1)
    for engine in ("duckdb", "postgres"):
        stage.environment["PORTEVOIX_ENGINE"] = engine
        with psycopg.connect(stage.environment["PORTEVOIX_DATABASE_URL"]) as connection:
            connection.execute("UPDATE measures_scorecard SET fingerprint = ''")
        assert stage.done(SCORECARDS).out() == expected
    assert "reposts_received" in expected


def test_a_second_import_adds_nothing(stage: Stage, files: Path) -> None:
    first, second = (stage.done(_import(files)).told() for _turn in range(2))
    assert (first["added"], second["added"], second["known"]) == (LINES, 0, LINES)
    assert _counted(stage) == (LINES, LINES)


def test_a_killed_import_is_invisible_and_goes_on(stage: Stage, files: Path) -> None:
    stage.killed("import.facts_inserted", _import(files), passing=12)
    stored, visible = _counted(stage)
    assert 0 < stored < LINES
    assert visible == 0
    report = stage.done(_import(files)).told()
    assert (report["read"], report["added"], report["known"], report["rejected"]) == (LINES + 1, LINES, 0, 1)
    assert _counted(stage) == (LINES, LINES)


def _rows(stage: Stage, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(stage.environment["PORTEVOIX_DATABASE_URL"]) as connection:
        return connection.execute(query.encode()).fetchall()


def test_two_processes_at_the_same_file_open_one_import_and_bring_it_once(stage: Stage, files: Path) -> None:
    first = stage.stopped("import.opened", _import(files))
    second = stage.start(_import(files))
    with pytest.raises(subprocess.TimeoutExpired):
        second.wait(timeout=4)  # it waits until the first has opened the import
    assert go_on(first).status == 0
    assert ended(second).status in (0, 1), "1 where it found the first at work"
    assert _rows(stage, "SELECT count(*) FROM ledger_import") == [(1,)]
    assert _rows(stage, "SELECT count(*) FROM ledger_coverage") == [(3,)]
    assert _counted(stage) == (LINES, LINES)


def _is_waiting_for_a_lock(stage: Stage) -> bool:
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with psycopg.connect(stage.environment["PORTEVOIX_DATABASE_URL"]) as connection:
        return connection.execute(query).fetchone() == (1,)


def test_imports_of_one_brand_store_their_batches_by_turns(stage: Stage, files: Path) -> None:
    """Two that stored the same facts in different orders at once would wait for each other for ever."""
    others = [f"{number} 88 {START} RT\n" for number in range(5_000, 5_010)]
    (files / "others.txt").write_text("".join(others))
    first = stage.stopped("import.facts_inserted", _import(files), passing=2)
    second = stage.start(_import(files, "others.txt"))
    wait_until(lambda: _is_waiting_for_a_lock(stage), second, "the import whose turn it is not")
    assert go_on(first).status == 0
    assert ended(second).status == 0
    assert _counted(stage) == (LINES + 10, LINES + 10)


def test_an_import_waits_for_the_one_that_is_taking_its_facts_over(stage: Stage, files: Path) -> None:
    everything = _import(files)
    told = (files / "facts.txt").read_text().splitlines()[:20]
    (files / "some.txt").write_text("\n".join(told))
    stage.killed("import.batch_stored", everything, passing=31)
    taking_over = stage.stopped("import.sightings_taken", _import(files, "some.txt"))
    finishing = stage.start(everything)
    wait_until(lambda: _is_waiting_for_a_lock(stage), finishing, "the import that must wait")
    assert go_on(taking_over).status == 0
    assert ended(finishing).status == 0
    assert _counted(stage) == (LINES, LINES)
    found = stage.done(["ledger", "project"], ["ledger", "verify", "--format", "json"]).told()
    assert found["is_sound"]


def test_a_programme_file_is_read_against_what_is_stored_when_its_turn_comes(
    stage: Stage, files: Path
) -> None:
    paused = PROGRAMME.replace("slug: marion,", "slug: marion, state: paused,")
    (files / "programme.yaml").write_text(paused)
    address = stage.environment["PORTEVOIX_DATABASE_URL"]
    with psycopg.connect(address) as other:
        other.execute("SELECT 1 FROM people_brand FOR UPDATE")
        other.execute("UPDATE programme_voice SET state = 'closed' WHERE slug = 'marion'")
        process = stage.start(["programme", "init", files / "programme.yaml"])
        wait_until(lambda: _is_waiting_for_a_lock(stage), process, "the file that must wait")
        other.commit()
    said = ended(process)
    assert said.results[0]["status"] == 1, said
    assert "programme.yaml:3: a voice that is closed may only become: –" in said.errors


def test_projection_and_archive_are_sound_and_survive_death(stage: Stage, files: Path) -> None:
    stage.done(_import(files))
    stage.killed("projection.table_written", ["ledger", "project"])
    stage.killed("archive.folder_named", ["ledger", "archive", "--brand", "acme", "--month", "2012-07"])
    stage.done(["ledger", "project"], ["ledger", "archive", "--brand", "acme", "--month", "2012-07"])
    found = stage.done(["ledger", "verify", "--format", "json"]).told()
    assert found["is_sound"]
    assert found["archived_months"] == 1


def test_the_questions_of_the_worker_are_answered_by_their_partial_indexes(stage: Stage) -> None:
    questions = {
        "networks_connection_due": (
            "SELECT id FROM networks_connection WHERE collect_at <= now() AND NOT is_broken"
        ),
        "core_job_running": "SELECT id FROM core_job WHERE state = 'running' AND lease_until < now()",
        "ledger_intake_unprojected": "SELECT id FROM ledger_intake WHERE segment_id IS NULL ORDER BY id LIMIT 500",
    }
    with psycopg.connect(stage.environment["PORTEVOIX_DATABASE_URL"]) as connection:
        connection.execute("SET enable_seqscan = off")
        for index, question in questions.items():
            rows = connection.execute(f"EXPLAIN {question}".encode()).fetchall()
            assert any(index in row[0] for row in rows), (index, rows)


def test_a_month_closed_on_postgresql_is_replayed_by_it_and_by_duckdb(stage: Stage, files: Path) -> None:
    july = ["--brand", "acme", "--month", "2012-07"]
    (files / "late.txt").write_text(f"9999 88 {START} RT\n")
    stage.done(_import(files), ["scorecards", "close", *july], _import(files, "late.txt"))
    assert "others." in stage.done(SCORECARDS).errors
    for engine in ("postgres", "duckdb"):
        said = stage.done(["scorecards", "verify", *july, "--engine", engine])
        assert said.out().endswith("figures are as they were closed, 0 differ.\n")
    assert _rows(stage, "SELECT count(*) FROM measures_closing") == [(1,)]


def test_two_who_close_a_month_at_once_on_postgresql_close_it_once(stage: Stage, files: Path) -> None:
    close = ["scorecards", "close", "--brand", "acme", "--month", "2012-07", "--format", "json"]
    stage.done(_import(files), SCORECARDS)
    first = stage.stopped("closing.recording", close)
    second = stage.start(close)
    wait_until(lambda: _is_waiting_for_a_lock(stage), second, "the one whose turn it is not")
    told = [go_on(first).told(), ended(second).told()]
    assert told[0]["digest"] == told[1]["digest"]
    assert _rows(stage, "SELECT count(*) FROM measures_closing") == [(1,)]
