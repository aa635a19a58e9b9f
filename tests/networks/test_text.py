"""What networks share in counting and composing a text."""

import pytest

from portevoix.networks.contracts import Draft, Limits, TextMeasure
from portevoix.networks.manual import text as manual
from portevoix.networks.sandbox import text as sandbox
from portevoix.networks.text import LINK, verdict, whole_text


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("See https://example.org/a.", ["https://example.org/a"]),
        ("(https://example.org/a?b=c&d=e#f)", ["https://example.org/a?b=c&d=e#f"]),
        ("Lire « https://exemple.fr/été » !", ["https://exemple.fr/été"]),
        ("HTTPS://EXAMPLE.ORG and http://a.b/c, too", ["HTTPS://EXAMPLE.ORG", "http://a.b/c"]),
        ("no link: example.org ftp://example.org https://", []),
    ],
)
def test_links_are_seen_without_the_punctuation_around_them(text: str, links: list[str]) -> None:
    assert LINK.findall(text) == links


def test_a_draft_becomes_one_text() -> None:
    link = "https://a.example/"
    assert whole_text(Draft(" Text ", title="Title", link=link)) == f"Title\n\nText\n\n{link}"
    assert whole_text(Draft(f"See {link} now", link=link)) == f"See {link} now"
    assert whole_text(Draft("Text")) == "Text"
    assert whole_text(Draft(" ")) == ""


@pytest.mark.parametrize(
    ("length", "limit", "valid"),
    [(0, 10, False), (0, None, False), (1, None, True), (10, 10, True), (11, 10, False)],
)
def test_a_text_is_valid_from_one_character_to_the_limit(length: int, limit: int | None, valid: bool) -> None:
    assert verdict(length, limit) == TextMeasure(length, limit, valid)


@pytest.mark.parametrize(
    ("text", "length"),
    [("été", 3), ("e\N{COMBINING ACUTE ACCENT}", 1), ("\N{THUMBS UP SIGN}", 1), (" a b ", 3)],
)
def test_characters_count_once_however_they_are_written(text: str, length: int) -> None:
    assert sandbox.measure(text).length == manual.measure(text).length == length


def test_a_link_has_one_length_on_the_sandbox_and_its_own_by_hand() -> None:
    link = "https://example.org/" + "a" * 100
    assert sandbox.measure(f"Read {link}.").length == len("Read .") + sandbox.LINK_LENGTH
    assert manual.measure(link).length == len(link)


def test_given_limits_come_before_usual_ones() -> None:
    assert sandbox.measure("four", Limits(text_length=3)) == TextMeasure(4, 3, valid=False)
    assert manual.measure("four") == TextMeasure(4, None, valid=True)
    assert manual.measure("four", Limits(text_length=3)) == TextMeasure(4, 3, valid=False)
