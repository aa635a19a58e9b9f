"""The terminal's language, spoken from the first word: help and wrong use are told before there are settings.

Django's own translations need settings, and settings make a data folder; these read the same catalogue without.
"""

import os
from functools import cache
from gettext import NullTranslations, translation
from pathlib import Path
from typing import Final

CATALOGUES: Final = Path(__file__).resolve().parent.parent / "locale"


def spoken() -> str:
    """Return the language of the terminal as far as we speak it: fr, else en."""
    named = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return "fr" if next(filter(None, named), "").lower().startswith("fr") else "en"


@cache
def _catalogue(language: str) -> NullTranslations:
    return translation("django", CATALOGUES, [language], fallback=True)


def gettext(sentence: str) -> str:
    """Return `sentence` in the terminal's language."""
    return _catalogue(spoken()).gettext(sentence)


def ngettext(one: str, several: str, number: int) -> str:
    """Return the sentence that `number` takes in the terminal's language."""
    return _catalogue(spoken()).ngettext(one, several, number)


def gettext_noop(sentence: str) -> str:
    """Return `sentence` as it is, marked as one that is translated where it is told."""
    return sentence


def number(value: float, places: int = 0) -> str:
    """Return a number as the terminal's language writes it, with `places` decimals."""
    text = f"{value:,.{places}f}"
    return text.replace(",", "\u202f").replace(".", ",") if spoken() == "fr" else text
