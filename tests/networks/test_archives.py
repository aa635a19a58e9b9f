"""Archives that people bring are read within limits, whatever is in them."""

import io
import tarfile
import zipfile
from pathlib import Path
from typing import Literal

import pytest

from portevoix.networks.archives import REASON_SENTENCES, Member, Refused, members

FILES = {"data/a.js": b"one", "./data/b.js": b"two", "media/film.mp4": b"\0" * 5000}


def zipped(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def tarred(path: Path, files: dict[str, bytes], mode: Literal["w", "w:gz"]) -> Path:
    with tarfile.open(path, mode) as archive:
        for name, content in files.items():
            told = tarfile.TarInfo(name)
            told.size = len(content)
            archive.addfile(told, io.BytesIO(content))
    return path


def scripts(path: Path, **limits: int) -> list[Member | Refused]:
    return list(members(path, lambda name: name.endswith(".js"), **limits))


@pytest.fixture(params=["zip", "tar", "tar.gz"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def packed(tmp_path: Path, kind: str, files: dict[str, bytes]) -> Path:
    path = tmp_path / f"archive.{kind}"
    return zipped(path, files) if kind == "zip" else tarred(path, files, "w" if kind == "tar" else "w:gz")


def test_the_wanted_files_are_read_and_the_others_passed_over(tmp_path: Path, kind: str) -> None:
    read = scripts(packed(tmp_path, kind, FILES))
    assert read == [Member("data/a.js", b"one"), Member("data/b.js", b"two")]


def test_a_file_that_is_too_large_is_refused_and_the_others_are_read(tmp_path: Path, kind: str) -> None:
    path = packed(tmp_path, kind, {"a.js": b"x" * 4001, "b.js": b"x" * 4000})
    assert scripts(path, longest=4000) == [Refused("a.js", "too_large"), Member("b.js", b"x" * 4000)]


def test_an_archive_that_is_too_large_is_left_where_it_is(tmp_path: Path, kind: str) -> None:
    path = packed(tmp_path, kind, {"a.js": b"x" * 4000, "b.js": b"x" * 4000, "c.js": b"x" * 4000})
    read = scripts(path, longest=4000, whole=6000)
    assert read[0] == Member("a.js", b"x" * 4000)
    assert {one.reason for one in read[1:] if isinstance(one, Refused)} == {"too_large"}
    assert len(read) > 1


def test_a_header_that_asks_for_all_memory_gets_none(tmp_path: Path) -> None:
    told = tarfile.TarInfo("long")
    told.type, told.size = tarfile.XHDTYPE, 2**32
    path = tmp_path / "bomb.tar"
    path.write_bytes(told.tobuf(tarfile.USTAR_FORMAT) + b"\0" * 10_000)
    assert scripts(path) == [Refused("bomb.tar", "too_large")]


@pytest.mark.parametrize(
    "content", [b"", b"no archive at all", b"PK\x03\x04", b"\x1f\x8b\x08", b"\x1f\x8b" * 300]
)
def test_what_is_no_archive_is_refused_as_one(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    assert scripts(path) == [Refused("file", "damaged")]


def test_what_stands_before_the_damage_is_read(tmp_path: Path) -> None:
    whole = tarred(tmp_path / "whole.tar", {"a.js": b"one", "b.js": b"two" * 1000}, "w").read_bytes()
    cut = tmp_path / "cut.tar"
    cut.write_bytes(whole[:2000])
    assert scripts(cut)[0] == Member("a.js", b"one")
    assert {one.reason for one in scripts(cut)[1:] if isinstance(one, Refused)} == {"damaged"}


def test_a_damaged_file_does_not_spoil_the_others(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"a.js": b"one" * 100, "b.js": b"two"})
    spoiled = bytearray(path.read_bytes())
    spoiled[35:38] = b"\xff\xff\xff"
    path.write_bytes(spoiled)
    assert scripts(path) == [Refused("a.js", "damaged"), Member("b.js", b"two")]


def test_a_missing_archive_is_the_callers_fault(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        scripts(tmp_path / "nowhere.zip")


def test_members_never_show_what_they_hold() -> None:
    assert "secret" not in repr(Member("a.js", b"secret"))
    assert all(REASON_SENTENCES.values())
