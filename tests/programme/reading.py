"""Reading a text as a programme file, and what is wrong with it."""

from collections.abc import Collection

import pytest

from portevoix.programme.file.entries import ProgrammeFile, StoredBrand
from portevoix.programme.file.problems import BadProgrammeFile, Problem
from portevoix.programme.file.reader import read
from tests.programme.conftest import NOW

NETWORKS = ("x", "mastodon", "manual")
BRAND = "brand: {slug: higgs, name: Higgs Days, time_zone: Europe/Paris, languages: [fr, en]}\n"


def reading(text: str | bytes, stored: StoredBrand | None = None) -> ProgrammeFile:
    content = text.encode() if isinstance(text, str) else text
    return read(content, networks=NETWORKS, stored=lambda _slug: stored, now=NOW)


def problems(text: str | bytes, stored: StoredBrand | None = None) -> tuple[Problem, ...]:
    with pytest.raises(BadProgrammeFile) as caught:
        reading(text, stored)
    return caught.value.problems


def lines(found: Collection[Problem]) -> list[int]:
    return [problem.line for problem in found]


def refused(text: str | bytes, line: int, *words: str, stored: StoredBrand | None = None) -> None:
    """Hold that `text` has one error, on `line`, whose reason holds all `words`."""
    (problem,) = problems(text, stored)
    assert problem.line == line
    for word in words:
        assert word in problem.reason
