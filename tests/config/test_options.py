"""Settings are read from the environment, and a wrong one says which and what to write."""

import stat
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from portevoix.config import options
from portevoix.config.options import BadOption

SECRET = "PORTEVOIX_SECRET_KEY"


def test_a_setting_has_its_default_until_it_is_given() -> None:
    assert options.text("PORTEVOIX_PORT", {}) == "8000"
    assert options.text("PORTEVOIX_PORT", {"PORTEVOIX_PORT": "9000"}) == "9000"


def test_an_empty_variable_is_none() -> None:
    assert options.number("PORTEVOIX_PORT", {"PORTEVOIX_PORT": ""}) == 8000


def test_a_secret_may_lie_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("the key\n", encoding="utf-8")
    assert options.text(SECRET, {f"{SECRET}_FILE": str(file)}) == "the key"


def test_what_is_no_secret_is_never_read_from_a_file(tmp_path: Path) -> None:
    assert options.text("PORTEVOIX_PORT", {"PORTEVOIX_PORT_FILE": str(tmp_path)}) == "8000"


def test_a_secret_given_twice_is_refused_without_being_shown(tmp_path: Path) -> None:
    with pytest.raises(BadOption, match="keep one") as raised:
        options.text(SECRET, {SECRET: "hidden", f"{SECRET}_FILE": str(tmp_path / "key")})
    assert "hidden" not in str(raised.value)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadOption, match=f"{SECRET}_FILE names a file that cannot be read: No such file"):
        options.text(SECRET, {f"{SECRET}_FILE": str(tmp_path / "absent")})


@pytest.mark.parametrize(("content", "word"), [(b"", "empty"), (b"\n", "empty"), (b"\xff\xfe", "text")])
def test_a_file_that_holds_no_secret_is_told(tmp_path: Path, content: bytes, word: str) -> None:
    (tmp_path / "key").write_bytes(content)
    with pytest.raises(BadOption, match=word):
        options.text(SECRET, {f"{SECRET}_FILE": str(tmp_path / "key")})


@pytest.mark.parametrize("value", ["yes", "true", "2", " 1"])
def test_a_switch_is_nought_or_one(value: str) -> None:
    with pytest.raises(BadOption, match=r"PORTEVOIX_DEBUG is .* write 0 or 1"):
        options.flag("PORTEVOIX_DEBUG", {"PORTEVOIX_DEBUG": value})
    assert options.flag("PORTEVOIX_DEBUG", {"PORTEVOIX_DEBUG": "1"})
    assert not options.flag("PORTEVOIX_DEBUG", {})


@pytest.mark.parametrize("value", ["-1", "8000.0", "eight", "0x10", "99999", "٣", "9" * 5000])
def test_a_number_is_a_whole_number(value: str) -> None:
    with pytest.raises(BadOption, match="write a whole number"):
        options.number("PORTEVOIX_PORT", {"PORTEVOIX_PORT": value}, most=65_535)


def test_a_choice_is_one_of_those_offered() -> None:
    offered = ("duckdb", "sqlite")
    assert options.choice("PORTEVOIX_ENGINE", offered, {"PORTEVOIX_ENGINE": "sqlite"}) == "sqlite"
    with pytest.raises(BadOption, match="write one of duckdb, sqlite"):
        options.choice("PORTEVOIX_ENGINE", offered, {"PORTEVOIX_ENGINE": "abacus"})


def test_a_data_folder_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    made = options.folder("PORTEVOIX_DATA", {"PORTEVOIX_DATA": str(tmp_path / "data")})
    assert made == tmp_path / "data"
    assert stat.S_IMODE(made.stat().st_mode) == 0o700


@pytest.mark.parametrize("value", ["/proc/nowhere", "a\0b", "~nobody-of-that-name/data", __file__])
def test_a_data_folder_that_cannot_be_is_told(value: str) -> None:
    with pytest.raises(BadOption, match="PORTEVOIX_DATA"):
        options.folder("PORTEVOIX_DATA", {"PORTEVOIX_DATA": value})


@pytest.mark.parametrize("value", ["voices.example.org", "ftp://a.example", "https://", "http://[::1"])
def test_a_public_address_is_one_of_the_web(value: str) -> None:
    name = "PORTEVOIX_PUBLIC_URL"
    with pytest.raises(BadOption, match="https://"):
        options.web_address(name, {name: value})
    assert options.web_address(name, {name: "https://a.example/"}) == "https://a.example"
    assert options.web_address(name, {}) == ""


def test_a_host_is_written_as_requests_write_it() -> None:
    told = {given: options.host(given) for given in ("10.0.0.1", "::1", "2001:DB8::0:1", "Box.Local")}
    assert list(told.values()) == ["10.0.0.1", "[::1]", "[2001:db8::1]", "box.local"]


DATABASE = "PORTEVOIX_DATABASE_URL"


@pytest.mark.parametrize(
    "value",
    [
        "nonsense",
        "mysql://u:hidden@h/d",
        "sqlite://",
        "postgres://",
        "postgres://u:hidden@h:99999/d",
        "x://[",
    ],
)
def test_a_database_that_cannot_be_is_refused_without_being_shown(value: str) -> None:
    with pytest.raises(BadOption, match=DATABASE) as raised:
        options.database(DATABASE, "sqlite:///a", {DATABASE: value})
    assert "hidden" not in str(raised.value)


def test_a_database_is_the_own_one_unless_it_is_named() -> None:
    assert options.database(DATABASE, "sqlite:////data/a%23b", {})["NAME"] == "/data/a#b"
    assert options.database(DATABASE, "", {DATABASE: "postgres://u@h/d"})["NAME"] == "d"


@pytest.mark.parametrize("keys", [["hidden"], [Fernet.generate_key().decode(), "hidden"], ["hidden" * 7], []])
def test_a_key_that_cannot_encrypt_is_refused_without_being_shown(keys: list[str]) -> None:
    with pytest.raises(BadOption, match="KEYS holds what is no encryption key") as raised:
        options.checked_keys(keys, "KEYS")
    assert "hidden" not in str(raised.value)


def test_every_setting_says_what_it_is_for() -> None:
    assert all(option.help.endswith(".") or ":" in option.help for option in options.OPTIONS)
    assert len(options.BY_NAME) == len(options.OPTIONS)
