"""Keys that nobody gave are made once, kept from others, and the same for every process."""

import os
import stat
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from portevoix.config import keys
from portevoix.config.options import BadOption
from tests.children import ended, started


def test_a_key_is_made_once(tmp_path: Path) -> None:
    assert keys.signing_key(tmp_path) == keys.signing_key(tmp_path)
    assert len(keys.signing_key(tmp_path)) >= 50
    assert keys.encryption_keys(tmp_path) == keys.encryption_keys(tmp_path)


def test_two_installations_have_different_keys(tmp_path: Path) -> None:
    assert keys.signing_key(tmp_path / "one") != keys.signing_key(tmp_path / "other")


def test_nobody_else_may_read_a_key(tmp_path: Path) -> None:
    keys.signing_key(tmp_path)
    keys.encryption_keys(tmp_path)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert modes == {0o600}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["encryption-keys", "secret-key"]


def test_an_encryption_key_that_was_put_in_front_is_the_first(tmp_path: Path) -> None:
    [old] = keys.encryption_keys(tmp_path)
    new = Fernet.generate_key().decode()
    (tmp_path / "encryption-keys").write_text(f"{new}\n{old}\n", encoding="utf-8")
    assert keys.encryption_keys(tmp_path) == [new, old]


def test_processes_that_begin_at_once_agree_on_the_key(tmp_path: Path) -> None:
    code = "import pathlib, sys; from portevoix.config.keys import signing_key as key; "
    code += "print(key(pathlib.Path(sys.argv[1])))"
    command = [sys.executable, "-c", code, str(tmp_path)]
    environ = {**os.environ, "PYTHONPATH": "src"}
    begun = [started(command, env=environ) for _number in range(4)]
    assert {ended(process).stdout.strip() for process in begun} == {keys.signing_key(tmp_path)}
    assert [path.name for path in tmp_path.iterdir()] == ["secret-key"]


@pytest.mark.parametrize("content", [b"", b" \n", b"\xff\xfe"])
def test_a_key_that_was_emptied_is_never_replaced(tmp_path: Path, content: bytes) -> None:
    for name, read in (("secret-key", keys.signing_key), ("encryption-keys", keys.encryption_keys)):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(BadOption, match=f"{name} holds no key"):
            read(tmp_path)
        assert (tmp_path / name).read_bytes() == content


def test_a_key_that_cannot_be_kept_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BadOption, match="cannot be written"):
        keys.signing_key(tmp_path / "file" / "folder")


def test_whoever_comes_second_takes_the_key_of_the_first(tmp_path: Path) -> None:
    assert keys._kept(tmp_path / "key", "the first") == "the first"
    assert keys._kept(tmp_path / "key", "the second") == "the first"
