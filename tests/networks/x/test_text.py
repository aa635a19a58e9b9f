"""X counts as twitter-text says.

The examples marked so are facts of twitter-text's conformance tests, written anew as vectors
(https://github.com/twitter/twitter-text, conformance/validate.yml and extract.yml, Apache-2.0); those of emoji are
sequences of Unicode's emoji-test, written out.
"""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portevoix.networks.contracts import Limits, TextMeasure
from portevoix.networks.x import addresses
from portevoix.networks.x.text import LIMITS, PREMIUM_LIMITS, has_address, measure, normalized, weigh


def links(text: str) -> list[str]:
    return [text[span.start : span.end] for span in addresses.find(text)]


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("This is a test.", 15),  # validate.yml
        ("http://test.com", 23),  # validate.yml
        ("https://test.com", 23),  # validate.yml
        ("test.com", 23),  # validate.yml
        ("Test https://test.com test https://test.com test.com test", 86),  # validate.yml
        ("é", 1),
        ("e\N{COMBINING ACUTE ACCENT}", 1),
        ("\u10ff", 1),
        ("\u1100", 2),
        ("漢字", 4),
        ("\N{ZERO WIDTH JOINER}", 1),
        ("\u200e", 2),
        ("\u2010\u201f", 2),
        ("\u2032\u2037", 2),
        ("\u2026", 2),
        ("« à »", 5),
        ("a\r\nb", 3),
        ("  a  ", 1),
        ("\U00010000\U0010ffff", 4),
        ("@marion #été $ACME", 18),
    ],
)
def test_characters_weigh_one_or_two_and_addresses_twenty_three(text: str, length: int) -> None:
    assert measure(text).length == length


EMOJI = [
    "\U0001f600",
    "\u263a\ufe0f",
    "\u263a",
    "\u2764\ufe0f",
    "\u00a9\ufe0f",
    "\U0001f44d\U0001f3fd",
    "\u261d\U0001f3ff",
    "\u26f9\U0001f3fb\u200d\u2640\ufe0f",
    "1\ufe0f\u20e3",
    "#\ufe0f\u20e3",
    "\U0001f1eb\U0001f1f7",
    "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466",
    "\U0001f469\u200d\u2764\ufe0f\u200d\U0001f48b\u200d\U0001f468",
    "\U0001f9d1\U0001f3fb\u200d\U0001f91d\u200d\U0001f9d1\U0001f3ff",
    "\U0001f469\U0001f3fe\u200d\U0001f680",
    "\U0001f3f3\ufe0f\u200d\U0001f308",
    "\U0001f441\ufe0f\u200d\U0001f5e8\ufe0f",
    "\U0001f636\u200d\U0001f32b\ufe0f",
    "\u26d3\ufe0f\u200d\U0001f4a5",
    "\U0001f426\u200d\U0001f525",
    "\U0001fae9",
]


@pytest.mark.parametrize("emoji", EMOJI, ids=lambda emoji: "-".join(f"{ord(char):x}" for char in emoji))
def test_an_emoji_counts_two_whatever_it_is_made_of(emoji: str) -> None:
    assert measure(emoji).length == 2
    assert measure(f"a{emoji}{emoji}b").length == 6


@pytest.mark.parametrize(
    ("text", "length"),
    [("12", 2), ("#a", 2), ("\u263a\ufe0e", 4), ("\U0001f1eb", 2), ("\U0001f1eb\U0001f1f7\U0001f1eb", 4)],
)
def test_what_only_resembles_an_emoji_counts_as_its_characters(text: str, length: int) -> None:
    assert measure(text).length == length


@pytest.mark.parametrize(
    ("text", "found"),
    [
        # extract.yml
        ("text http://foobar.com/#", ["http://foobar.com/#"]),
        ("text http://somehost.com:3000", ["http://somehost.com:3000"]),
        ("text http://xo.com/~matthew+%ff-,.;x", ["http://xo.com/~matthew+%ff-,.;x"]),
        ("text http://en.wikipedia.org/wiki/Primer_(film)", ["http://en.wikipedia.org/wiki/Primer_(film)"]),
        ("text http://msdn.example.com/a(v=VS.100).aspx", ["http://msdn.example.com/a(v=VS.100).aspx"]),
        ("text http://✪df.ws/ejp", ["http://✪df.ws/ejp"]),
        ("text http://no-tld", []),
        ("text http://tld-too-short.x", []),
        ("(http://twitter.com", ["http://twitter.com"]),
        ("text http://foo.com?#foo text", ["http://foo.com?#foo"]),
        ("foo.baz foo.co.jp www.xxxxxxx.baz www.foo.co.uk foo.comm", ["foo.co.jp", "www.foo.co.uk"]),
        ("t.co/abcde bit.ly/abcde", ["t.co/abcde", "bit.ly/abcde"]),
        (
            "Go to http://example.com/a+ or http://example.com/a-",
            ["http://example.com/a+", "http://example.com/a-"],
        ),
        ("@user Try http:// example.com/path", ["example.com/path"]),
        (
            "これは日本語です。example.com/path/index.html中国語example.com/path한국",
            ["example.com/path/index.html", "example.com/path"],
        ),
        (
            "http://twitter.com/これは日本語です。example.com中国語http://t.co/abcde한국twitter.com",
            ["http://twitter.com/", "example.com", "http://t.co/abcde", "twitter.com"],
        ),
        ("Go to http://twitter.com/Русские_слова", ["http://twitter.com/Русские_слова"]),
        ("test http://sub_domain-dash.twitter.com", ["http://sub_domain-dash.twitter.com"]),
        ("test http://a.b.cd", ["http://a.b.cd"]),
        ("test http://-leadingdash.twitter.com", []),
        ("test http://trailingdash-.twitter.com", []),
        ("test http://_leadingunderscore.twitter.com", []),
        ("test http://twitter_underscore.com", []),
        ("test http://twitter.c_o_m", []),
        ("test ELPAÍS.com", ["ELPAÍS.com"]),
        ("test http://twitter.com/.", ["http://twitter.com/"]),
        ("http://example.com/path" + "." * 40, ["http://example.com/path"]),
        ("http://example.com/" + "," * 40, ["http://example.com/"]),
        ("#test.com @test.com #http://test.com @http://test.com #t.co/abcde @t.co/abcde", []),
        ("I really like http://t.co/pbY2NfTZ's website", ["http://t.co/pbY2NfTZ"]),
        ("http://t.co/8MkmHU0k+c http://t.co/FNkPfmii-", ["http://t.co/8MkmHU0k", "http://t.co/FNkPfmii"]),
        ("$http://twitter.com $twitter.com $t.co/abcde $TVI.CA $RBS.CA", []),
        ("long.test.tar.bz2 test.tar.bz2 tar.bz2", []),
        ("john.doe.gov@mail.com john.doe.jp@mail.com", []),
        ("test http://xn--ls8h.XN--ls8h.la/", ["http://xn--ls8h.XN--ls8h.la/"]),
        (
            "test http://foobar.みんな/ http://foobar.中国/ http://foobar.پاکستان/ ",
            ["http://foobar.みんな/", "http://foobar.中国/", "http://foobar.پاکستان/"],
        ),
        (
            "http://twitter.com\nhttp://example.com\nexample.com/path\nit.so/abcde",
            ["http://twitter.com", "http://example.com", "example.com/path", "it.so/abcde"],
        ),
        # validate.yml
        (
            "https://example.com/path/to/resource?search=foo&lang=en",
            ["https://example.com/path/to/resource?search=foo&lang=en"],
        ),
        ("HTTPS://www.ExaMPLE.COM/index.html", ["HTTPS://www.ExaMPLE.COM/index.html"]),
        (
            "https://www.youtube.com/playlist?list=PL0ZPu8X-",
            ["https://www.youtube.com/playlist?list=PL0ZPu8X-"],
        ),
        ("ftp://www.example.com/", []),
        ("http://www.-domain4352.com/", []),
        ("http://www.domain4352-.com/", []),
        # new endings, and French prose
        ("atelier.paris formation.community x.com", ["atelier.paris", "formation.community", "x.com"]),
        ("Voir atelier.paris/été, puis « exemple.fr ».", ["atelier.paris/été", "exemple.fr"]),
        ("Fin.Puis, etc.Alors v1.2.3 et 3.14", []),
        (
            "example.com?a=1 example.com:80 example.com/?a=1",
            ["example.com", "example.com", "example.com/?a=1"],
        ),
    ],
)
def test_addresses_are_seen_as_twitter_text_sees_them(text: str, found: list[str]) -> None:
    assert links(text) == found


@pytest.mark.parametrize("label", ["com", "FR", "paris", "みんな", "xn--q9jyb4c", "ck"])
def test_an_address_ends_with_any_top_level_domain(label: str) -> None:
    assert addresses.is_ending(label)


@pytest.mark.parametrize("label", ["", "bz2", "comm", "baz", "exe"])
def test_nothing_else_ends_an_address(label: str) -> None:
    assert not addresses.is_ending(label)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n",
        "\x00",
        "a\x07b",
        "a\ufeffb",
        "a\uffff",
        "a\ufffe",
        "a\x85b",
        "\ud800",
        "x" * 281,
        "漢" * 141,
    ],
)
def test_what_cannot_be_sent_is_not_valid(text: str) -> None:
    assert not measure(text).valid


@pytest.mark.parametrize(
    "text",
    [
        "x" * 280,
        "漢" * 140,
        "\U0001f431" * 140,
        "a\tb",
        "a\nb",
        f"{'x' * 256} https://example.org/{'a' * 500}",
    ],
)
def test_what_fits_is_valid(text: str) -> None:
    assert measure(text).valid


def test_who_pays_x_writes_longer_and_given_limits_come_first() -> None:
    assert measure("x" * 25_000, PREMIUM_LIMITS).valid
    assert measure("four", Limits(text_length=3)) == TextMeasure(4, 3, valid=False)
    assert measure("four", Limits()) == TextMeasure(4, None, valid=True)
    assert LIMITS.text_length == 280


def test_a_post_with_an_address_is_told_from_one_without() -> None:
    assert has_address("Read atelier.paris")
    assert not has_address("Read this. And that.")


HOSTILE = {
    "dots": "a." * 12_500,
    "dots of letters that are none": "é." * 12_500,
    "an underscore at the end": "é." * 12_000 + "_.com",
    "open brackets": "http://a.com/" + "(" * 25_000,
    "brackets within brackets": "http://a.com/" + "(a(b)" * 5_000,
    "hyphens": "a-" * 12_500 + ".com",
    "addresses": "a.com/? " * 3_000,
    "joined emoji": "\U0001f468\u200d" * 8_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_text_takes_long_to_count(name: str) -> None:
    start = time.process_time()
    measure(HOSTILE[name], PREMIUM_LIMITS)
    assert time.process_time() - start < 2


WORDS = st.lists(
    st.sampled_from(
        ["word", "été", "漢字", "https://example.org/a", "atelier.paris", *EMOJI, ",", ".", "-", "@a"]
    ),
    max_size=12,
)


@given(WORDS, WORDS)
def test_texts_apart_weigh_what_they_weigh_together(first: list[str], second: list[str]) -> None:
    one, other = normalized(" ".join(first)), normalized(" ".join(second))
    assert weigh(f"{one} {other}") == weigh(one) + 1 + weigh(other)


@given(st.text(max_size=300))
def test_a_text_weighs_the_same_however_it_is_composed(text: str) -> None:
    composed, apart = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))
    assert measure(composed) == measure(apart)


@given(st.text(max_size=300))
def test_no_text_weighs_more_than_twice_its_characters_and_its_addresses(text: str) -> None:
    sent = normalized(text)
    assert weigh(sent) <= 2 * len(sent) + 23 * len(addresses.find(sent))


@given(st.text(max_size=300))
def test_addresses_never_overlap_and_lie_within_the_text(text: str) -> None:
    places = [place for span in addresses.find(text) for place in span]
    assert places == sorted(places)
    assert all(0 <= place <= len(text) for place in places)
    assert all(span.start < span.end for span in addresses.find(text))
