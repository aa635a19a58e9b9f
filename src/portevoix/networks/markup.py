"""From HTML to the text that people read, and back: networks that tell their posts as pages.

Links are told by their whole address where they are cut for display, as Mastodon's are.
"""

from html import escape
from html.parser import HTMLParser
from typing import Final

_BLOCKS: Final = frozenset(
    ("article", "blockquote", "div", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ol", "p", "pre")
)
_SECTIONS: Final = frozenset(("section", "table", "tr", "ul"))
_SILENT: Final = frozenset(("script", "style", "template", "head"))

_DRAWN_LETTERS: Final = frozenset(("emoji", "wp-smiley"))


class _Reader(HTMLParser):
    """Gathers words; a block begins on a new paragraph, `br` on a new line."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[str] = []
        self._silent = 0
        self._kept = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag == "br":
            self._parts.append("\n")
        elif tag == "img":
            self._parts.append(_letter(dict(attrs)))
        elif tag in _BLOCKS or tag in _SECTIONS:
            self._parts.append("\n\n")
        self._kept += tag == "pre"

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in _BLOCKS or tag in _SECTIONS:
            self._parts.append("\n\n")
        if tag == "pre":
            self._kept = max(0, self._kept - 1)

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._parts.append(data if self._kept else _one_line(data))

    def text(self) -> str:
        """Return what was gathered: paragraphs an empty line apart, no white space at the ends of lines."""
        lines = [line.strip() for line in "".join(self._parts).split("\n")]
        kept: list[str] = []
        for line in lines:
            if line or (kept and kept[-1]):
                kept.append(line)
        return "\n".join(kept).strip()


def _letter(picture: dict[str, str | None]) -> str:
    """Return the letter for which a picture stands, as WordPress draws emoji; '' for any other picture."""
    stands_for_one = not _DRAWN_LETTERS.isdisjoint((picture.get("class") or "").split())
    return picture.get("alt") or "" if stands_for_one else ""


def _one_line(data: str) -> str:
    """Return `data` with each run of spaces, tabs and line ends as one space; other spaces are letters."""
    words = data.replace("\r", " ").replace("\n", " ").replace("\t", " ")
    while "  " in words:
        words = words.replace("  ", " ")
    return words


def text_of(html: str) -> str:
    """Return the words of `html` as people read them, without any mark."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.text()


def html_of(text: str) -> str:
    """Return `text` as HTML: paragraphs where an empty line stands, line ends as they are, nothing else."""
    paragraphs = (part.strip("\n") for part in text.replace("\r\n", "\n").split("\n\n"))
    return "\n".join(f"<p>{escape(part).replace(chr(10), '<br>')}</p>" for part in paragraphs if part.strip())
