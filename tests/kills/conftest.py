"""Installations prepared once and copied for each test, since starting a process costs more than a copy."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.kills import files
from tests.kills.stage import Stage

Copy = Callable[[Stage], Stage]


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of everything that these tests share."""
    return tmp_path_factory.mktemp("kills")


@pytest.fixture(scope="session")
def programme(folder: Path) -> Stage:
    """Return an installation with a programme and no facts."""
    file = folder / "programme.yaml"
    file.write_text(files.PROGRAMME, encoding="utf-8")
    stage = Stage(folder / "programme")
    stage.done(["programme", "init", file])
    return stage


@pytest.fixture(scope="session")
def file(folder: Path) -> Path:
    """Return the file that is being imported when processes die."""
    return files.write(folder / "facts.txt", files.lines(seed=7))


@pytest.fixture(scope="session")
def imported(programme: Stage, folder: Path, file: Path) -> Stage:
    """Return an installation with the facts of that file; nothing is archived, no month is closed."""
    stage = programme.copied(folder / "imported")
    stage.done(files.import_of(file))
    return stage


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[Copy]:
    """Return a function that copies an installation for one test."""
    copies: list[Stage] = []

    def copied(stage: Stage) -> Stage:
        copies.append(stage.copied(tmp_path / stage.data.name))
        return copies[-1]

    yield copied
    for stage in copies:
        stage.close()
