"""A long text becomes a thread, cut where one draws breath."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portevoix.networks.text import LINK
from portevoix.networks.threads import Fits, split


def up_to(limit: int) -> Fits:
    """Return whether a text has no more than `limit` characters, and some."""
    return lambda text: 0 < len(text) <= limit


def test_what_fits_is_one_part() -> None:
    assert split(" Three words here. \n", up_to(20), is_numbered=True) == ("Three words here.",)


def test_a_text_is_cut_between_paragraphs_where_that_is_enough() -> None:
    assert split("One one.\n\nTwo two two.\n\nThree.", up_to(22)) == ("One one.\n\nTwo two two.", "Three.")


def test_a_paragraph_that_is_too_long_is_cut_between_sentences() -> None:
    text = "First sentence. Second one! “Is it the third?” Yes… And the end."
    assert split(text, up_to(36)) == ("First sentence. Second one!", "“Is it the third?” Yes… And the end.")


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("We met Dr. Ada today. She said so.", "We met Dr. Ada today."),
        ("J’ai vu M. Durand hier soir. Bien.", "J’ai vu M. Durand hier soir."),
        ("Asked by A. Lovelace in 1843. Well.", "Asked by A. Lovelace in 1843."),
        ("See https://example.org/a.b?c=d. Now go.", "See https://example.org/a.b?c=d."),
        ("«\u00a0Vraiment\u00a0?\u00a0» Oui, vraiment, dit-elle.", "«\u00a0Vraiment\u00a0?\u00a0»"),
    ],
)
def test_a_full_stop_that_ends_no_sentence_is_no_place_to_cut(text: str, first: str) -> None:
    assert split(text, up_to(len(first)))[0] == first


def test_a_sentence_that_is_too_long_is_cut_between_words_and_keeps_what_belongs_together() -> None:
    text = "Des mots encore et 10\u00a0000\u00a0€ toujours"
    assert split(text, up_to(20)) == ("Des mots encore et", "10\u00a0000\u00a0€ toujours")


def test_a_word_that_fits_nowhere_is_cut_between_letters_as_people_see_them() -> None:
    family = "\N{MAN}\N{ZERO WIDTH JOINER}\N{WOMAN}\N{ZERO WIDTH JOINER}\N{GIRL}"
    assert split(family * 3, up_to(len(family) * 2)) == (family * 2, family)


def test_an_address_is_never_cut() -> None:
    address = "https://example.org/" + "a" * 30
    assert split(f"Look there {address} now", up_to(52)) == ("Look there", address, "now")
    with pytest.raises(ValueError, match="address"):
        split(f"Look {address}", up_to(20))


@pytest.mark.parametrize("around", ["({})", "«\u00a0{}\u00a0»", "{}\u00a0.", "“{}”!", "…{}!"])
def test_an_address_that_punctuation_touches_is_cut_away_from_it_at_most(around: str) -> None:
    address = "https://example.org/" + "a" * 30
    parts = split(f"Look there {around.format(address)} now", up_to(len(address)))
    assert address in parts
    with pytest.raises(ValueError, match="address"):
        split(f"Look {around.format(address)}", up_to(len(address) - 1))


def test_parts_are_numbered_and_still_fit() -> None:
    parts = split("A first sentence. A second sentence. A third one.", up_to(26), is_numbered=True)
    assert parts == ("A first sentence. 1/3", "A second sentence. 2/3", "A third one. 3/3")
    assert all(len(part) <= 26 for part in parts)


WORDS = st.text(
    st.characters(categories=("L", "M", "N", "P", "S", "Zs"), include_characters="\n"), max_size=200
)


@given(text=WORDS, limit=st.integers(12, 60))
def test_no_word_is_lost_and_every_part_fits(text: str, limit: int) -> None:
    fits = up_to(limit)
    try:
        parts = split(text, fits) if text.strip() else ()
    except ValueError:
        return  # a letter with more marks than fit, or an address
    assert all(fits(part) for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


PIECES = st.one_of(
    st.sampled_from(
        [" ", "\n", "(", ")", ".", "\u00a0.", "«\u00a0", "\u00a0»", "…", "word", "HTTP://A.org/é"]
    ),
    st.from_regex(r"https://[a-z]{1,9}\.org/[a-z.,)!?]{0,30}", fullmatch=True),
)


@given(pieces=st.lists(PIECES, max_size=12), limit=st.integers(12, 60))
def test_every_address_stays_whole_whatever_touches_it(pieces: list[str], limit: int) -> None:
    text = "".join(pieces)
    addresses = LINK.findall(text)
    if any(len(address) > limit for address in addresses):
        with pytest.raises(ValueError, match="address"):
            split(text, up_to(limit))
        return
    parts = split(text, up_to(limit)) if text.strip() else ()
    assert [address for part in parts for address in LINK.findall(part)] == addresses
