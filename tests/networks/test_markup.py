"""What networks tell as pages is read as people read it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portevoix.networks.markup import html_of, text_of


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One.</p><p>Two<br>three.</p>", "One.\n\nTwo\nthree."),
        ("<p>L’été &amp; l’hiver &lt;3</p>", "L’été & l’hiver <3"),
        (
            '<p>See <a href="https://example.org/a/long/way"><span class="invisible">https://</span>'
            '<span class="ellipsis">example.org/a/l</span><span class="invisible">ong/way</span></a>.</p>',
            "See https://example.org/a/long/way.",
        ),
        ("<p>  spread \n over\tlines </p>", "spread over lines"),
        ("<script>alert(1)</script><p>Words</p><style>p {}</style>", "Words"),
        ("<ul><li>a</li><li>b</li></ul>", "a\n\nb"),
        ("<p>non-breaking\N{NO-BREAK SPACE}!</p>", "non-breaking\N{NO-BREAK SPACE}!"),
        ("plain", "plain"),
        ("", ""),
        ("<p>3 <4", "3 <4"),
    ],
)
def test_html_is_read_as_people_read_it(html: str, text: str) -> None:
    assert text_of(html) == text


def test_what_is_written_as_html_carries_no_mark_of_its_author() -> None:
    assert html_of("<b>bold</b> & more\nline\n\nnext") == (
        "<p>&lt;b&gt;bold&lt;/b&gt; &amp; more<br>line</p>\n<p>next</p>"
    )


LINE = st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1)


@given(st.lists(st.lists(LINE, min_size=1, max_size=3), max_size=4))
def test_a_text_written_as_html_is_read_back(paragraphs: list[list[str]]) -> None:
    text = "\n\n".join("\n".join(lines) for lines in paragraphs)
    assert text_of(html_of(text)) == text


def test_letters_that_are_drawn_as_pictures_are_told_and_other_pictures_are_not() -> None:
    drawn = '<p>Hi <img class="big wp-smiley" alt="👋"><img alt="a cat"><img class="emoji"></p>'
    assert text_of(drawn) == "Hi 👋"
