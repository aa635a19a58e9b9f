"""The file of a sandbox: whose it is, what it holds, and that several processes share it."""

import multiprocessing
import sqlite3
from collections.abc import Callable
from contextlib import closing
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest
from pytest_django import Settings

from portevoix.networks.contracts import (
    Draft,
    Gesture,
    PublishedRef,
)
from portevoix.networks.errors import (
    ContentRefused,
    NeedsReconnection,
    OptionsRefused,
    UnexpectedReply,
    Unreachable,
)
from portevoix.networks.sandbox.backstage import Backstage
from portevoix.networks.sandbox.config import default_file, read_options
from portevoix.networks.sandbox.connector import SandboxConnector
from tests.networks.sandbox.stage import DAY, HOUR, NOW, Stage, events, publish


def test_signing_in_again_ends_a_revocation_and_older_tokens(stage: Stage) -> None:
    stage.backstage.sign_out("paul")
    with pytest.raises(NeedsReconnection):
        publish(stage.paul, "Hello?")
    options = {"account": "paul", "file": str(stage.file)}
    with SandboxConnector(options, stage.backstage.sign_in("paul")) as paul:
        assert paul.verify(NOW).actor.remote_id == "paul"
    with pytest.raises(NeedsReconnection):
        stage.paul.verify(NOW)


def test_an_empty_token_opens_nothing(stage: Stage) -> None:
    stage.backstage.sign_out("paul")
    for account in ("paul", "nobody"):
        with (
            SandboxConnector({"account": account, "file": str(stage.file)}) as door,
            pytest.raises(NeedsReconnection),
        ):
            door.verify(NOW)


def test_the_file_holds_no_token(stage: Stage) -> None:
    token = stage.backstage.sign_in("aya")
    with closing(sqlite3.connect(stage.file)) as db:
        assert token not in "\n".join(db.iterdump())


@pytest.mark.parametrize(
    ("account", "handle"), [("", "a"), ("a/b", "a"), ("new", "two words"), ("new", "-a"), ("new", "AYA")]
)
def test_an_account_needs_an_id_and_a_free_handle(stage: Stage, account: str, handle: str) -> None:
    with pytest.raises(ValueError, match="handle"):
        stage.backstage.open_account(account, handle=handle, now=NOW)


def test_opening_an_open_account_changes_nothing_but_its_token(stage: Stage) -> None:
    before = stage.aya.verify(NOW)
    token = stage.backstage.open_account("aya", now=NOW, name="Other", followers=99)
    with SandboxConnector({"account": "aya", "file": str(stage.file)}, token) as aya:
        assert aya.verify(NOW) == before


def test_an_account_never_opened_cannot_sign_in(stage: Stage) -> None:
    with pytest.raises(ValueError, match="nobody opened"):
        stage.backstage.sign_in("nobody")


def test_one_seed_is_one_world_and_another_seed_is_another(tmp_path: Path) -> None:
    told = []
    for n, seed in enumerate((5, 5, 6)):
        played = Stage(tmp_path / str(n), seed=seed)
        publish(played.marion, "A question?")
        told.append(events(played.marion, NOW + 20 * DAY))
        played.close()
    assert told[0] == told[1]
    assert told[0] != told[2]


def test_the_world_of_a_file_outlasts_its_processes(tmp_path: Path) -> None:
    first = Stage(tmp_path, seed=5)
    publish(first.marion, "A question?")
    told = events(first.marion, NOW + DAY)
    first.close()
    again = Stage(tmp_path, seed=9)
    assert events(again.marion, NOW + DAY) == told
    again.close()


def test_the_file_is_the_installations_own_unless_told_otherwise(settings: Settings, tmp_path: Path) -> None:
    settings.DATA = tmp_path
    assert read_options({"account": "a"}).file == default_file() == tmp_path / "sandbox.sqlite3"
    assert read_options({"account": "a", "file": "b"}).file == tmp_path / "b"
    assert read_options({"account": "a", "file": f"{tmp_path}/c/d"}).file == tmp_path / "c" / "d"


@pytest.mark.parametrize(
    "file", ["/etc/passwd", "../b", "a/../../b", ".", "link/b", "a\0b", "\ud800", "circle/b", "two\nlines"]
)
def test_the_file_lies_inside_the_data_folder(data_folder: Path, file: str) -> None:
    (data_folder / "link").symlink_to("/tmp")
    (data_folder / "circle").symlink_to("circle")
    with pytest.raises(OptionsRefused):
        SandboxConnector({"account": "a", "file": file})


@pytest.mark.parametrize(("account", "token"), [("a\0", "t"), ("\ud800", "t"), ("a", "\ud800")])
def test_what_no_account_and_no_token_can_be_is_refused(data_folder: Path, account: str, token: str) -> None:
    with pytest.raises(OptionsRefused):
        SandboxConnector({"account": account}, token)


def test_a_file_that_cannot_be_used_is_a_network_that_cannot_be_reached(data_folder: Path) -> None:
    (data_folder / "taken").touch()
    (data_folder / "damaged").write_bytes(b"no database" * 100)
    for file in ("taken/b", "damaged", "taken"):
        with SandboxConnector({"account": "a", "file": file}, "t") as door, pytest.raises(Unreachable):
            door.verify(NOW)


ODD = "a\ud800b"


def test_text_that_cannot_be_written_leaves_by_the_tree_of_errors(stage: Stage) -> None:
    ref = publish(stage.paul, "One.")
    writing: list[Callable[[], object]] = [
        lambda: publish(stage.marion, ODD),
        lambda: stage.marion.publish(Draft("Text."), key=ODD, now=NOW),
        lambda: stage.paul.update(ref, Draft(ODD), now=NOW),
        lambda: stage.paul.withdraw(PublishedRef(ODD), now=NOW),
        lambda: stage.paul.give(Gesture.FOLLOW, ODD, now=NOW),
    ]
    reading: list[Callable[[], object]] = [
        lambda: stage.paul.find(Draft("One."), key=ODD, since=NOW, now=NOW),
        lambda: stage.paul.read_counts([PublishedRef(ODD)], NOW),
        lambda: stage.paul.read_profile(ODD, NOW),
        lambda: stage.paul.read_thread(PublishedRef(ODD), NOW),
    ]
    for expected, calls in ((ContentRefused, writing), (UnexpectedReply, reading)):
        for call in calls:
            with pytest.raises(expected):
                call()
    assert stage.paul.verify(NOW).posts_count == 0


def publish_all(file: str, token: str, start: Barrier) -> None:
    """Publish forty drafts under forty keys, as another process does the same."""
    start.wait(30)
    with SandboxConnector({"account": "new", "file": file}, token) as door:
        for n in range(40):
            door.publish(Draft(f"Post {n}."), key=f"key-{n}", now=NOW)


def test_two_processes_with_the_same_keys_make_one_post_each(
    data_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORTEVOIX_DATA", str(data_folder))
    file = tmp_path / "made" / "sandbox.sqlite3"
    with Backstage(file) as backstage:
        token = backstage.open_account("new", now=NOW - DAY)
    spawn = multiprocessing.get_context("spawn")
    start = spawn.Barrier(2)
    processes = [spawn.Process(target=publish_all, args=(str(file), token, start)) for _process in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
        assert process.exitcode == 0
    with SandboxConnector({"account": "new", "file": str(file)}, token) as door:
        seen = door.read_posts("", NOW + HOUR).items
    assert sorted(one.text for one in seen) == sorted(f"Post {n}." for n in range(40))
    assert len({one.remote_id for one in seen}) == 40


def make(file: str, start: Barrier) -> None:
    """Open a sandbox that is not there yet, at the same moment as others."""
    start.wait(30)
    Backstage(Path(file)).close()


def test_a_file_that_several_make_at_once_is_made_once(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    start = spawn.Barrier(3)
    file = tmp_path / "sandbox.sqlite3"
    processes = [spawn.Process(target=make, args=(str(file), start)) for _process in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
        assert process.exitcode == 0
    with closing(sqlite3.connect(file)) as db:
        assert db.execute("SELECT COUNT(*) FROM world").fetchone() == (1,)
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]
