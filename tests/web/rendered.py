"""What tests read from a page besides its words."""

import re


def without_tokens(html: str) -> str:
    """Return `html` without the tokens against forged forms, which differ each time."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", html).strip()
