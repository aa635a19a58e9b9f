"""A text counts as Mastodon counts it: the facts are those of its own validator and of that one's tests.

`spec/validators/status_length_validator_spec.rb` of mastodon/mastodon, AGPL-3.0: facts, not words.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portevoix.networks.contracts import Limits
from portevoix.networks.mastodon.text import addresses, measure

LONG = "b" * 30
FAMILY = "\N{MAN}\N{ZERO WIDTH JOINER}\N{WOMAN}\N{ZERO WIDTH JOINER}\N{GIRL}\N{ZERO WIDTH JOINER}\N{BOY}"


@pytest.mark.parametrize(
    ("text", "is_valid"),
    [
        ("a" * 500, True),
        ("a" * 501, False),
        ("a" * 476 + f" http://{LONG}.com/example", True),
        ("a" * 476 + f"http://{LONG}.com/example", False),
        ("http://example.com/valid?" + "#foo?" * 1000, False),
        ("a" * 475 + f" @alice@{LONG}.com", True),
        ("@alice@" + "b" * 500 + ".com", False),
        ("\N{SPARKLES}" * 500, True),
        (FAMILY * 500, True),
        (FAMILY * 501, False),
        ("", False),
        (" \n\t", False),
    ],
)
def test_mastodons_own_facts_hold(text: str, is_valid: bool) -> None:
    assert measure(text).valid is is_valid


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("https://example.org", 23),
        ("https://example.org/a-path/that/is/rather/long?and=a&query#too", 23),
        ("(https://example.org/a)", 25),
        ("See https://example.org/a.", 28),
        ("https://example.org/wiki/Mastodon_(software)", 23),
        ("https://пример.рф/страница", 23),
        ("https://xn--e1afmkfd.xn--p1ai", 23),
        ("https://example.org\N{CJK UNIFIED IDEOGRAPH-6F22}\N{CJK UNIFIED IDEOGRAPH-5B57}", 25),
        ("https://example.org2", 20),
        ("example.org", 11),
        ("https://localhost/a", 19),
        ("https://example.notatopleveldomain/", 35),
        ("gemini://example.org/", 23),
        ("ftp://example.org/", 18),
        ("@marion@elsewhere.example", 7),
        ("@marion@elsewhere.example, hello", 14),
        ("mail marion@elsewhere.example", 29),
        ("https://elsewhere.example/@marion@other.example", 47),
        ("https://elsewhere.org/@marion@other.example", 23),
        ("e\N{COMBINING ACUTE ACCENT}", 1),
        ("\N{REGIONAL INDICATOR SYMBOL LETTER F}\N{REGIONAL INDICATOR SYMBOL LETTER R}", 1),
        ("  padded  ", 6),
        ("two\nlines", 9),
        ("\x1fa unit separator ", 16),
    ],
)
def test_addresses_handles_and_characters_count_what_they_count(text: str, length: int) -> None:
    assert measure(text).length == length


def test_a_server_may_reserve_another_length_for_addresses() -> None:
    assert measure("https://example.org/a", Limits(text_length=5000, link_length=30)).length == 30


def test_a_limit_that_is_not_known_limits_nothing() -> None:
    told = measure("a" * 100_000, Limits())
    assert (told.length, told.limit, told.valid) == (100_000, None, True)


@settings(deadline=None)
@given(st.text(max_size=40), st.text(max_size=40))
def test_a_text_never_counts_more_than_its_parts_and_a_line_between(first: str, second: str) -> None:
    whole = measure(f"{first}\n\n{second}").length
    assert whole <= measure(first).length + measure(second).length + len(first) + len(second) + 2 + 23


@settings(deadline=None)
@given(st.text(alphabet=st.characters(codec="ascii", exclude_characters="@:"), max_size=60))
def test_plain_text_without_addresses_counts_its_characters(text: str) -> None:
    stripped = text.strip().strip("\t\n\v\f\r \0")
    assert list(addresses(text)) == []
    assert measure(text).length == (len(stripped.replace("\r\n", "\n")) if stripped.strip() else 0)
