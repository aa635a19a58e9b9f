"""Every line of a file is told once, in order, however the file was packed or damaged."""

import gzip
import os
import random
import tracemalloc
import zlib
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portevoix.ledger.lines import CHUNK, LONGEST_LINE, LineReader


def _told(path: Path, content: bytes) -> list[tuple[int, bytes, str]]:
    path.write_bytes(content)
    return [(line.number, line.content, line.refused) for line in LineReader(path)]


def test_lines_are_numbered_from_one_and_lose_their_ends(tmp_path: Path) -> None:
    told = _told(tmp_path / "f", b"a b\r\n\nc")
    assert told == [(1, b"a b", ""), (2, b"", ""), (3, b"c", "")]


def test_an_empty_file_has_no_line(tmp_path: Path) -> None:
    assert _told(tmp_path / "f", b"") == []


def test_gzip_is_known_by_its_content_not_by_its_name(tmp_path: Path) -> None:
    assert _told(tmp_path / "f.txt", gzip.compress(b"a\nb\n")) == [(1, b"a", ""), (2, b"b", "")]


def test_several_gzip_files_in_one_are_read_one_after_the_other(tmp_path: Path) -> None:
    packed = gzip.compress(b"a\nb") + gzip.compress(b"c\nd\n")
    assert [content for _n, content, _r in _told(tmp_path / "f", packed)] == [b"a", b"bc", b"d"]


def test_what_a_cut_gzip_still_gives_is_told_and_the_cut_is_one_refused_line(tmp_path: Path) -> None:
    lines = [os.urandom(20).hex().encode() for _n in range(5000)]
    packed = gzip.compress(b"\n".join(lines) + b"\n")
    told = _told(tmp_path / "f.gz", packed[: len(packed) // 2])
    *whole, last = told
    assert last[2] == "damaged"
    assert len(whole) > 1000
    assert [content for _n, content, _r in whole] == lines[: len(whole)]
    assert last[0] == len(whole) + 1


def _packed(count: int) -> tuple[list[bytes], bytearray]:
    """Return lines of noise, and the same as a gzip file."""
    dice = random.Random(5)
    lines = [dice.randbytes(20).hex().encode() for _n in range(count)]
    return lines, bytearray(gzip.compress(b"\n".join(lines) + b"\n"))


def test_what_stands_before_noise_in_a_gzip_is_told_to_the_last_byte(tmp_path: Path) -> None:
    lines, packed = _packed(20_000)
    middle = len(packed) // 2
    inflate = zlib.decompressobj(wbits=31)
    sound = inflate.decompress(packed[:middle]).count(b"\n")
    packed[middle : middle + 40] = b"\xff" * 40
    *whole, last = _told(tmp_path / "f.gz", bytes(packed))
    assert last[2] == "damaged"
    assert len(whole) >= sound > 9_000
    assert [content for _n, content, _r in whole[:sound]] == lines[:sound]


def test_a_gzip_whose_checksum_is_wrong_gives_every_line_and_is_told_as_damaged(tmp_path: Path) -> None:
    lines, packed = _packed(200)
    packed[-5] ^= 1
    told = _told(tmp_path / "f.gz", bytes(packed))
    assert [content for _n, content, _r in told[:-1]] == lines
    assert told[-1] == (201, b"", "damaged")


def test_zeros_after_a_gzip_are_no_damage(tmp_path: Path) -> None:
    packed = gzip.compress(b"a\n") + b"\0" * 700 + gzip.compress(b"b\n") + b"\0" * 512
    assert _told(tmp_path / "f.gz", packed) == [(1, b"a", ""), (2, b"b", "")]


def test_a_byte_order_mark_is_no_part_of_the_first_line(tmp_path: Path) -> None:
    assert _told(tmp_path / "f", b"\xef\xbb\xbfa\n\xef\xbb\xbfb") == [
        (1, b"a", ""),
        (2, b"\xef\xbb\xbfb", ""),
    ]


def test_a_gzip_that_lacks_only_its_last_byte_is_damaged(tmp_path: Path) -> None:
    assert _told(tmp_path / "f.gz", gzip.compress(b"a\nb\n")[:-1])[-1][1:] == (b"", "damaged")


def test_a_line_without_end_is_refused_without_being_held_in_memory(tmp_path: Path) -> None:
    path = tmp_path / "f.gz"
    path.write_bytes(gzip.compress(b"a\n" + b"x" * 40_000_000 + b"\nb\n"))
    tracemalloc.start()
    told = [(line.number, line.content, line.refused) for line in LineReader(path)]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert told == [(1, b"a", ""), (2, b"", "too_long"), (3, b"b", "")]
    assert peak < 8 * CHUNK


def test_a_line_of_the_greatest_length_goes_in_and_one_byte_more_does_not(tmp_path: Path) -> None:
    told = _told(tmp_path / "f", b"x" * LONGEST_LINE + b"\n" + b"y" * (LONGEST_LINE + 1) + b"\n")
    assert [refused for _n, _c, refused in told] == ["", "too_long"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(st.binary(max_size=2000), st.booleans())
def test_any_bytes_give_as_many_lines_as_they_hold(tmp_path: Path, content: bytes, is_packed: bool) -> None:
    lines = content.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    if lines[-1] == b"":
        lines.pop()
    if not is_packed and content.startswith(b"\x1f\x8b"):
        return  # noise that claims to be gzip has tests of its own
    told = _told(tmp_path / "f", gzip.compress(content) if is_packed else content)
    assert [line[1] for line in told] == [line.removesuffix(b"\r") for line in lines]
    assert [line[0] for line in told] == list(range(1, len(lines) + 1))


def test_how_far_the_file_was_read_is_told_in_its_own_bytes(tmp_path: Path) -> None:
    path = tmp_path / "f.gz"
    path.write_bytes(gzip.compress(b"a\n" * 100_000))
    reader = LineReader(path)
    assert sum(1 for _line in reader) == 100_000
    assert reader.bytes_read == path.stat().st_size
