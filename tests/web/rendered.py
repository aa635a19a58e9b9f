"""What tests read from a page besides its words."""

import re


def without_tokens(html: str) -> str:
    """Return `html` without the tokens against forged forms, which differ each time."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", html).strip()


PAGE = "<!doctype html><html><head><title>A page</title></head><body><h1>A page</h1>{}</body></html>"
"""The least that is a page."""
