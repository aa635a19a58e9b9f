"""What axe finds wrong with a page, and where its focus is."""

import json

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

JULY = "/b/acme/measures/2012-07/"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def faults(page: Page) -> list[str]:
    """Return what axe finds wrong with `page`, each with the elements concerned."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{each['id']}: {[node['html'][:160] for node in each['nodes']]}" for each in found]


def focused(page: Page) -> dict[str, str]:
    described = page.evaluate(
        """() => {
            const at = document.activeElement, style = getComputedStyle(at);
            return JSON.stringify({tag: at.tagName, text: at.innerText || at.name || "",
                outline: style.outlineStyle, width: style.outlineWidth});
        }"""
    )
    found: dict[str, str] = json.loads(described)
    return found
