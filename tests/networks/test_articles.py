"""A draft becomes an article, and says the same when it is read back."""

from hypothesis import given
from hypothesis import strategies as st

from portevoix.networks.articles import Picture, body_of, language_of, title_of, words_of
from portevoix.networks.contracts import Draft
from portevoix.networks.text import whole_text

TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp", "Cf"]) | st.sampled_from(" \n"),
    max_size=200,
)


def plain(text: str) -> str:
    return "\n\n".join(
        "\n".join(" ".join(line.split()) for line in part.split("\n")) for part in text.split("\n\n")
    )


def test_a_draft_is_read_back_as_it_was_written() -> None:
    draft = Draft("One <b> & “two”.\nThree.\n\nFour.", title="AT&T <3", link="https://example.org/?a=1&b=2")
    body = body_of(draft)
    assert "<br>" in body
    assert body.count("<p>") == 3
    assert words_of("AT&amp;T &lt;3", body) == whole_text(draft)


def test_an_address_in_the_text_can_be_followed_and_ends_before_the_full_stop() -> None:
    body = body_of(Draft("See https://example.org/a?b=1&c=2, or (https://example.org/d)."))
    assert '<a href="https://example.org/a?b=1&amp;c=2">https://example.org/a?b=1&amp;c=2</a>,' in body
    assert '(<a href="https://example.org/d">https://example.org/d</a>).' in body


def test_nothing_in_a_draft_becomes_a_mark_of_its_own() -> None:
    hostile = '"><script>alert(1)</script>'
    body = body_of(
        Draft(hostile, link=f"https://example.org/{hostile}", language=hostile), [Picture(hostile, hostile)]
    )
    assert "<script" not in body
    assert '""' not in body


def test_the_language_is_told_around_the_article_and_read_back() -> None:
    body = body_of(Draft("Bonjour.", language="fr-CA"))
    assert language_of(f"\n{body}") == "fr-CA"
    assert language_of(body_of(Draft("Bonjour."))) == ""


def test_a_link_that_the_text_has_is_not_added_again() -> None:
    assert body_of(Draft("See https://example.org/a.", link="https://example.org/a")).count("<p>") == 1


def test_a_picture_carries_its_words() -> None:
    body = body_of(Draft("Text."), [Picture("https://example.org/a.png", "A “red” dot & more")])
    assert 'alt="A “red” dot &amp; more"' in body


def test_an_article_without_a_title_is_called_by_its_first_words() -> None:
    assert title_of(Draft("Short."), 20) == "Short."
    assert title_of(Draft("A title made of the first words."), 20) == "A title made of the…"
    assert title_of(Draft("x" * 30), 20) == "x" * 19 + "…"
    assert title_of(Draft("Text.", title="A title that is long"), 5) == "A title that is long"
    assert title_of(Draft("", link="https://example.org"), 50) == "https://example.org"


def test_a_title_that_repeats_the_beginning_is_not_told_twice() -> None:
    text = "A title made of the first\nwords."
    assert words_of("A title made of the…", body_of(Draft(text))) == text
    assert words_of("Another title", body_of(Draft(text))) == f"Another title\n\n{text}"


@given(text=TEXT)
def test_every_text_is_read_back_but_for_white_space_at_its_ends(text: str) -> None:
    told = words_of("", body_of(Draft(text)))
    assert "".join(told.split()) == "".join(text.split())
    assert told == told.strip()
