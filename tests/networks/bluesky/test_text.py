"""How Bluesky counts a text, and what stands in it besides words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portevoix.networks.bluesky.facets import Entity, EntityKind, entities, facet
from portevoix.networks.bluesky.text import graphemes, measure
from portevoix.networks.contracts import Limits

LINK, MENTION, TAG = EntityKind.LINK, EntityKind.MENTION, EntityKind.TAG
FAMILY = "\N{MAN}\u200d\N{WOMAN}\u200d\N{GIRL}\u200d\N{GIRL}"
FLAG = "\N{REGIONAL INDICATOR SYMBOL LETTER F}\N{REGIONAL INDICATOR SYMBOL LETTER R}"


def values(text: str, kind: EntityKind) -> list[str]:
    return [one.value for one in entities(text) if one.kind is kind]


@pytest.mark.parametrize(
    "letter", [FAMILY, FLAG, "e\N{COMBINING ACUTE ACCENT}", "\N{THUMBS UP SIGN}\U0001f3fd"]
)
def test_a_letter_is_one_however_it_is_written(letter: str) -> None:
    assert graphemes(letter * 3) == 3


def test_three_hundred_families_are_few_letters_and_too_many_bytes() -> None:
    told = measure(FAMILY * 200)
    assert (told.length, told.limit, told.byte_length, told.byte_limit) == (200, 300, 5000, 3000)
    assert not told.valid
    assert measure(FAMILY * 120).valid


def test_a_text_is_measured_without_the_white_space_around_it() -> None:
    assert measure("  word\n").length == 4
    assert not measure(" \n ").valid


def test_limits_that_are_given_are_those_that_count() -> None:
    assert not measure("word", Limits(text_length=3)).valid
    assert measure("word", Limits()).limit is None


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("See https://example.org/a?b=c#d.", "https://example.org/a?b=c#d"),
        ("See example.org/path, now", "https://example.org/path"),
        ("Chez nous (marion.paris) !", "https://marion.paris"),
        ("« https://example.fr »", "https://example.fr"),
        ("https://fr.example.org/wiki/Vélo_(sport)", "https://fr.example.org/wiki/Vélo_(sport)"),
        ("(https://example.org/a)", "https://example.org/a"),
        ("https://example.org/l’été…", "https://example.org/l’été"),
        ("Example.ORG", "https://Example.ORG"),
    ],
)
def test_a_link_is_found_without_the_punctuation_around_it(text: str, link: str) -> None:
    assert values(text, LINK) == [link]


@pytest.mark.parametrize(
    "text", ["e.g. this", "version 1.2.3", "the end.Then", "marie.paris@example.fr", "http://", "a@b.fr"]
)
def test_what_only_looks_like_a_link_is_none(text: str) -> None:
    assert values(text, LINK) == []


@pytest.mark.parametrize(
    ("text", "handle"),
    [
        ("Merci @Marion.Brand.Example.", "marion.brand.example"),
        ("(@paul.bsky.social)", "paul.bsky.social"),
        ("«@a-b.test»", "a-b.test"),
    ],
)
def test_a_mention_is_a_whole_handle(text: str, handle: str) -> None:
    assert values(text, MENTION) == [handle]


@pytest.mark.parametrize(
    "text", ["@marion", "a@example.org", "@-a.b", "https://x.example/@a.example", "@a..b"]
)
def test_what_is_no_handle_is_no_mention(text: str) -> None:
    assert values(text, MENTION) == []


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("#Été2026, #vélo!", ["Été2026", "vélo"]),
        ("#2026 #42km", ["42km"]),
        ("(#ville)", ["ville"]),
        ("#a#b", ["a#b"]),
        ("c#major # alone #!", []),
        ("#" + "é" * 64 + " #" + "é" * 65, ["é" * 64]),
        ("#l’été", ["l’été"]),
        ("＃全角", ["全角"]),
        ("https://example.org/#part", []),
    ],
)
def test_a_hashtag_has_accents_no_ending_punctuation_and_not_only_digits(text: str, tags: list[str]) -> None:
    assert values(text, TAG) == tags


WORDS = st.sampled_from(
    [
        "été ",
        FAMILY,
        "#Été ",
        "@marion.example ",
        "https://example.org/é ",
        "example.org, ",
        "漢字",
        "\n",
        "#",
        "@",
        ".",
    ]
)


@given(pieces=st.lists(WORDS, max_size=20), ending=st.text(max_size=5))
def test_every_slice_of_bytes_is_exactly_what_stands_there(pieces: list[str], ending: str) -> None:
    text = "".join(pieces) + ending
    end = 0
    for one in entities(text):
        told = facet(text, one, one.value)
        start, stop = told["index"]["byteStart"], told["index"]["byteEnd"]
        slice_ = text.encode()[start:stop].decode()
        assert start >= end
        assert slice_ == text[one.start : one.end]
        assert _is_told_by(slice_, one)
        end = stop


def _is_told_by(slice_: str, one: Entity) -> bool:
    if one.kind is LINK:
        return one.value in (slice_, f"https://{slice_}")
    return slice_[1:].lower() == one.value.lower()
