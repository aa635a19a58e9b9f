"""A draft as the page of a blog, and the draft's words read back from one: what blogs share."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Final

from portevoix.networks.contracts import Draft
from portevoix.networks.markup import text_of
from portevoix.networks.text import LINK

LONGEST: Final = 1_000_000
"""Characters of an article. Blogs count none; their servers take some megabytes a request, whatever the text."""
_LANGUAGE: Final = re.compile(r"""<div lang=["']([A-Za-z0-9-]+)["']>""")
_CUT: Final = "…"


@dataclass(frozen=True)
class Picture:
    """A picture that stands on the blog already: its address, and the text for those who cannot see it."""

    url: str
    alternative_text: str


def body_of(draft: Draft, pictures: Iterable[Picture] = ()) -> str:
    """Return the article as HTML: paragraphs whose addresses are links, the draft's link, then `pictures`.

    The title stands apart on every blog. The language is told to readers' software by a `div` around it all.
    """
    texts = [part for part in draft.text.replace("\r\n", "\n").split("\n\n") if part.strip()]
    if draft.link and draft.link not in draft.text:
        texts.append(draft.link)
    blocks = [f"<p>{_linked(text.strip(chr(10)))}</p>" for text in texts]
    blocks += [_figure(picture) for picture in pictures]
    whole = "\n".join(blocks)
    return f'<div lang="{escape(draft.language)}">\n{whole}\n</div>' if draft.language else whole


def words_of(title: str, body: str) -> str:
    """Return what an article says, from the HTML of its title and its body.

    A title that only repeats how the text begins, as `title_of` makes them, is not told twice.
    """
    name, text = text_of(title), text_of(body)
    repeats = bool(name) and " ".join(text.split()).startswith(name.removesuffix(_CUT))
    return "\n\n".join(part for part in ("" if repeats else name, text) if part)


def language_of(body: str) -> str:
    """Return the language that `body_of` wrote into an article, '' when there is none."""
    found = _LANGUAGE.match(body.strip())
    return found[1] if found else ""


def title_of(draft: Draft, longest: int) -> str:
    """Return the draft's title; without one, how its text begins, cut between words at `longest` characters."""
    words = draft.title.strip() or " ".join((draft.text or draft.link).split())
    if draft.title.strip() or len(words) <= longest:
        return words
    begun, _space, _rest = words[:longest].rpartition(" ")
    return (begun or words[: longest - 1]) + _CUT


def _linked(text: str) -> str:
    """Return `text` as HTML in which every address can be followed."""
    parts, place = [], 0
    for found in LINK.finditer(text):
        address = escape(found[0])
        parts += [escape(text[place : found.start()]), f'<a href="{address}">{address}</a>']
        place = found.end()
    return "".join([*parts, escape(text[place:])]).replace("\n", "<br>")


def _figure(picture: Picture) -> str:
    source, words = escape(picture.url), escape(picture.alternative_text)
    return f'<figure><img src="{source}" alt="{words}"></figure>'
