"""A post as LinkedIn writes it and counts it: escapes, hashtags, mentions, and what people see of them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portevoix.networks.linkedin.text import measure, normalized, plain, written

SIGNS = st.text(st.sampled_from("ab é#@[]()<>{}|\\*_~\n👏1"), max_size=40)


@pytest.mark.parametrize(
    ("text", "little"),
    [
        ("A plain word.", "A plain word."),
        ("(a) [b] {c} <d> *e* _f_ ~g~ h|i", r"\(a\) \[b\] \{c\} \<d\> \*e\* \_f\_ \~g\~ h\|i"),
        ("back\\slash", r"back\\slash"),
        ("me@example.org", r"me\@example.org"),
        ("#Formation", r"{hashtag|\#|Formation}"),
        ("On forme, #été2026 !", r"On forme, {hashtag|\#|été2026} !"),
        ("#1 of the list", r"\#1 of the list"),
        ("C# and a#b", r"C\# and a\#b"),
        ("#two_words", r"\#two\_words"),
        ("https://example.org/#part", r"https://example.org/\#part"),
        ("Hello @[Acme (Corp)](urn:li:organization:1234)!", None),
        ("Hello @[Acme Corp](urn:li:organization:1234)!", "Hello @[Acme Corp](urn:li:organization:1234)!"),
        ("@[A_b](urn:li:person:x-Y_9)", r"@[A\_b](urn:li:person:x-Y_9)"),
        ("@[Site](https://example.org)", r"\@\[Site\]\(https://example.org\)"),
        (r"{hashtag|\#|x}", r"\{hashtag\|\\\#\|x\}"),
    ],
)
def test_a_text_is_written_as_linkedin_writes_it(text: str, little: str | None) -> None:
    if little is not None:
        assert written(text) == little
    assert not re.search(r"(?<!\\)[*_~<>]", re.sub(r"\(urn:[^)]*\)", "", written(text).replace(r"\\", "")))


@given(SIGNS)
def test_what_people_see_is_what_was_typed_mentions_aside(text: str) -> None:
    assert plain(written(text)) == normalized(text)


@given(st.text(max_size=60))
def test_any_text_comes_back_whole(text: str) -> None:
    assert plain(written(text)) == normalized(text) or "](urn:li:" in text


@pytest.mark.parametrize(
    ("little", "seen"),
    [
        ("Hello @[Devtestco] (urn:li:organization:2414183)", "Hello Devtestco"),
        (r"Hello @[A\_b](urn:li:person:1)", "Hello A_b"),
        ("future of {hashtag|#|Technology} and", "future of #Technology and"),
        (r"{hashtag|\#|mytag}", "#mytag"),
        ("{hashtag|\uff03|mytag}", "\uff03mytag"),
        ("#hashtag as it is", "#hashtag as it is"),
        (r"a\(b\)", "a(b)"),
        ("an end \\", "an end \\"),
    ],
)
def test_what_linkedin_wrote_is_read_as_people_see_it(little: str, seen: str) -> None:
    assert plain(little) == seen


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("  word \n", 4),
        ("(*)", 3),
        ("#tag", 4),
        ("@[Acme](urn:li:organization:1)", 4),
        ("e\N{COMBINING ACUTE ACCENT}", 1),
        ("a\r\nb", 3),
        ("👏", 2),
        ("漢字", 2),
    ],
)
def test_what_counts_is_what_people_see_in_utf_16_units(text: str, length: int) -> None:
    assert measure(text).length == length


def test_a_text_of_three_thousand_fits_whatever_its_escapes() -> None:
    assert measure("(" * 3000).valid
    assert not measure("(" * 3001).valid
    assert not measure("👏" * 1501).valid
