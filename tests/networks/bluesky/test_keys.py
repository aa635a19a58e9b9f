"""Keys of records, and places in streams that tell late acts behind what was told."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from portevoix.networks.bluesky.keys import fresh_key, instant_of, key_for, key_from
from portevoix.networks.bluesky.place import BEGINNING, Seen, place_of
from portevoix.networks.errors import UnexpectedReply

NOW = datetime(2026, 11, 2, 9, 0, 0, 123456, tzinfo=UTC)
TID = re.compile("[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}")
HOUR = timedelta(hours=1)


def test_a_key_holds_its_instant_to_a_thousandth_of_a_second() -> None:
    key = fresh_key(NOW)
    at = instant_of(key)
    assert TID.fullmatch(key)
    assert at
    assert abs(at - NOW) < timedelta(milliseconds=2)


def test_the_specifications_own_example_is_read() -> None:
    at = instant_of("3jzfcijpj2z2a")
    assert at
    assert at.year == 2023
    assert instant_of("2222222222222") == datetime(1970, 1, 1, tzinfo=UTC)


def test_ten_thousand_keys_of_one_instant_differ_and_a_later_one_comes_after_them() -> None:
    keys = {fresh_key(NOW) for _key in range(10_000)}
    assert len(keys) == 10_000
    assert max(keys) < fresh_key(NOW + timedelta(milliseconds=3))
    assert key_from(NOW - timedelta(milliseconds=3)) < min(keys)


def test_the_same_target_has_the_same_key_and_another_has_another() -> None:
    key = key_for("like", "at://did:plc:a/app.bsky.feed.post/1")
    assert TID.fullmatch(key)
    assert key == key_for("like", "at://did:plc:a/app.bsky.feed.post/1")
    assert key != key_for("repost", "at://did:plc:a/app.bsky.feed.post/1")
    assert key < fresh_key(NOW)


@pytest.mark.parametrize("key", ["", "self", "3jzfcijpj2z2", "3jzfcijpj2z21", "zzzzzzzzzzzzz"])
def test_what_is_no_key_holds_no_instant(key: str) -> None:
    assert instant_of(key) is None


def test_a_place_knows_what_was_told_and_what_came_in_late() -> None:
    told = [Seen(NOW, "a"), Seen(NOW - HOUR, "b"), Seen(NOW - 20 * HOUR, "c")]
    place = place_of(str(BEGINNING.after(told, 12 * HOUR)))
    assert not any(place.is_new(item) for item in told)
    assert place.is_new(Seen(NOW - HOUR, "late"))
    assert not place.is_new(Seen(NOW - 13 * HOUR, "far too late"))
    assert place.after([], HOUR) == place


def test_a_place_never_goes_back() -> None:
    place = BEGINNING.after([Seen(NOW, "a")], HOUR)
    assert place.after([Seen(NOW - HOUR / 2, "b")], HOUR).floor_us == place.floor_us


def test_a_place_holds_two_thousand_names_at_most() -> None:
    items = [Seen(NOW + timedelta(milliseconds=number), str(number)) for number in range(3000)]
    place = BEGINNING.after(items, 24 * HOUR)
    assert len(place.told) == 2001
    assert not any(place.is_new(item) for item in items)
    assert place.is_new(Seen(NOW + HOUR, "next"))


@pytest.mark.parametrize("cursor", ["x", "[]", "{}", '{"from":"x","told":[]}', '{"from":1}', "1234"])
def test_what_is_no_cursor_of_ours_is_said_to_be_none(cursor: str) -> None:
    with pytest.raises(UnexpectedReply):
        place_of(cursor)
