"""An archive of one's own data that is killed while it comes in goes on to exactly the truth."""

from pathlib import Path

import pytest

from tests.kills import files
from tests.kills.conftest import Copy
from tests.kills.files import BATCH
from tests.kills.stage import Ended, Stage
from tests.ledger.archived import ME, archive, note

POSTS = 5 * BATCH // 2
STEPS = {
    # step: (the how-many-th passing ends the process, items committed by then)
    "takeout.counted": (1, 0),
    "takeout.rejects_written": (2, BATCH),
    "takeout.facts_inserted": (2, BATCH),
    "takeout.batch_stored": (2, 2 * BATCH),
}
PROGRAMME = files.PROGRAMME.replace('"88"}', f'"88"}}, {{network: mastodon, remote_id: "{ME}"}}')
SPANS = "SELECT account_id, kind, from_us, to_us FROM ledger_coverage"
LISTING = ("ledger", "imports", "--format", "json")
REPORTED = ("read", "added", "known", "rejected")


@pytest.fixture(scope="session")
def own_data(folder: Path) -> Path:
    """Return an archive in which one post is told twice, and one has no date."""
    notes = [note(number) for number in range(POSTS)]
    return archive(folder / "own.zip", [*notes, note(3), note(POSTS, published="once")])


@pytest.fixture(scope="session")
def on_mastodon(programme: Stage, folder: Path) -> Stage:
    """Return the installation of a brand that has an account on Mastodon besides."""
    stage, file = programme.copied(folder / "on-mastodon"), folder / "mastodon.yaml"
    file.write_text(PROGRAMME, encoding="utf-8")
    stage.done(["programme", "init", file])
    return stage


def bringing(file: Path) -> tuple[str | Path, ...]:
    """Return the command that brings an archive in."""
    where = ("--brand", "acme", "--network", "mastodon", "--as", "mastodon-archive")
    return ("ledger", "import", file, *where, "--format", "json")


def counts(result: Ended, position: int = -1) -> list[int]:
    told = result.told(position)
    return [told[name] for name in REPORTED]


@pytest.mark.parametrize("step", STEPS)
def test_an_archive_killed_at_a_step_shows_nothing_and_then_goes_on_to_the_truth(
    step: str, on_mastodon: Stage, own_data: Path, copy: Copy
) -> None:
    reference, stage = copy(on_mastodon), on_mastodon.copied(own_data.parent / step)
    expected = reference.done(bringing(own_data))
    passing, committed = STEPS[step]
    stage.killed(step, bringing(own_data), passing=passing)
    assert stage.posts() == []

    said = stage.done(LISTING, bringing(own_data), bringing(own_data))

    assert [each["read"] for each in said.told(0)] == [committed]
    assert counts(said, 1) == counts(expected) == [POSTS + 2, POSTS, 1, 1]
    assert counts(said, 2) == [POSTS + 2, 0, POSTS + 1, 1]
    assert stage.posts() == reference.posts()
    assert stage.contents() == reference.contents()
    assert stage.rejects()[0] == reference.rejects()[0]
    assert set(stage.rows(SPANS)) == set(reference.rows(SPANS))
    assert len(stage.posts()) == POSTS
