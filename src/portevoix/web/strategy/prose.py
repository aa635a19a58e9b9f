"""Text that people write at length: plain, with Markdown's lists, links and emphasis, and nothing else."""

from typing import Final

from django.utils.safestring import SafeString
from markdown_it import MarkdownIt

_PROSE: Final = MarkdownIt("zero", {"breaks": True}).enable(
    ["list", "link", "autolink", "emphasis", "escape", "newline"]
)
_OUTSIDE: Final = '<a rel="noreferrer noopener external" href="'


def prose(text: str) -> SafeString:
    """Return `text` as HTML: paragraphs, lists, links and emphasis; everything else stands as it was typed."""
    # The renderer escapes whatever was typed, and lets no link lead into a script.
    html: str = _PROSE.render(text)
    return SafeString(html.replace('<a href="', _OUTSIDE))
