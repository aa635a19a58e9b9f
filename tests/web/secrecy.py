"""Who holds personas in these tests, where their names may be read, and what finds them anywhere else.

A persona's first name is public and its holder is not: what is searched for is the holder's surname, e-mail
address and personal handle, however they are written, and above all beside the persona.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from html import unescape
from html.parser import HTMLParser
from typing import Any, Final
from urllib.parse import unquote

from portevoix.people.models import Role

PERSONAS: Final = ("marion", "hugo")
"""As they are called on pages and in addresses."""
MEMBERS: Final = frozenset({*(str(role) for role in Role), "second", "administrator"})
"""Readers who see the brand's pages; "second" is another ambassador."""
LEAD: Final = frozenset({"lead"})
RUNS: Final = LEAD | {"administrator"}


class Level(Enum):
    """How far a page may go with the name of somebody who holds a persona."""

    ALONE = "on a page on which no persona stands"
    APART = "on a page with personas, never in the same row, section or form as one"
    TOLD = "beside the persona, once the journal has it that this person asked"


@dataclass(frozen=True)
class Grant:
    """Addresses at which some readers may find such names: which, who, how far, and why."""

    path: str
    who: frozenset[str]
    level: Level
    why: str
    method: str = ""


GRANTS: Final = (
    Grant(
        r"/b/acme/colleagues/.*",
        MEMBERS,
        Level.ALONE,
        "A colleague who speaks under the own name has agreed that colleagues know it.",
    ),
    Grant(
        r"/b/acme/settings/colleagues/.*",
        RUNS,
        Level.ALONE,
        "The same, for those who record the consent.",
    ),
    Grant(
        r"/b/acme/settings/members/.*",
        RUNS,
        Level.ALONE,
        "Whoever gives and takes roles sees who has them; which voice somebody holds is not there.",
    ),
    Grant(
        r"/b/acme/settings/journal/.*",
        RUNS | {"protection_officer"},
        Level.APART,
        "The journal names people for what they do in the own name, and voices for what is done for them.",
    ),
    Grant(
        r"/b/acme/settings/journal/.+",
        LEAD,
        Level.TOLD,
        "The lead may ask who acted for a voice.",
        method="POST",
    ),
    Grant(
        r"/b/acme/family/[-\w]+/holders/",
        LEAD,
        Level.TOLD,
        "The lead may ask who holds a voice and who held it.",
        method="POST",
    ),
    Grant(
        r"/b/acme/settings/holders/named/",
        LEAD,
        Level.ALONE,
        "A named voice is called by its person's name, on a page without personas.",
    ),
    Grant(
        r"/b/acme/settings/holders/.*",
        LEAD,
        Level.TOLD,
        "The same, where the lead decides who holds a voice.",
    ),
)
"""All there is: whatever is found at another address, by another reader or further on is a leak."""


@dataclass(frozen=True)
class Secret:
    """Somebody who holds a persona, or once did: as whom this person reads pages, and what must not be found."""

    reader: str
    user_id: int
    words: tuple[str, ...]
    voices: frozenset[int]


@dataclass(frozen=True)
class Reply:
    """What was answered to whom, with all that came with it: headers, and the addresses it led through."""

    reader: str
    method: str
    path: str
    body: str
    around: str
    was_journalled: bool

    @classmethod
    def of(cls, answer: Any, *, reader: str, method: str, path: str, was_journalled: bool = False) -> "Reply":
        """Return what `answer`, of the test client, said."""
        led_through = [url for url, _status in getattr(answer, "redirect_chain", ())]
        headers = [f"{name}: {value}" for name, value in answer.headers.items()]
        cookies = [str(cookie) for cookie in answer.cookies.values()]
        around = "\n".join([*led_through, *headers, *cookies])
        # What a request ends at is what its reader sees: the page after a redirect is judged as that page.
        at = answer.request["PATH_INFO"]
        ended = at if led_through else path
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        kept = "GET" if led_through else method
        return cls(reader, kept, ended, body.decode("utf-8", "replace"), around, was_journalled)


def folded(text: str) -> str:
    """Return `text` without entities, escapes, accents and case: however a name is written, it is found."""
    plain = unicodedata.normalize("NFKD", unquote(unescape(text)))
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()


def faults(reply: Reply, secrets: list[Secret]) -> list[str]:
    """Return what `reply` should not have said of `secrets`; what people read of themselves is theirs."""
    everything = folded(f"{reply.body}\n{reply.around}")
    told = [
        word
        for secret in secrets
        if secret.reader != reply.reader
        for word in secret.words
        if folded(word) in everything
    ]
    return [
        f"{reply.method} {reply.path} to {reply.reader}: {word}" for word in told if _is_leak(reply, word)
    ]


def _is_leak(reply: Reply, word: str) -> bool:
    return not any(_allows(grant, reply, word) for grant in GRANTS)


def _allows(grant: Grant, reply: Reply, word: str) -> bool:
    is_meant = re.fullmatch(grant.path, reply.path) and reply.reader in grant.who
    if (
        not is_meant
        or (grant.method and grant.method != reply.method)
        or folded(word) in folded(reply.around)
    ):
        return False
    if grant.level is Level.ALONE:
        return not any(persona in folded(reply.body) for persona in PERSONAS)
    if grant.level is Level.APART:
        return not joins(reply.body, word)
    return reply.was_journalled or not _says(reply.body, word)


def _says(html: str, word: str) -> bool:
    """Return whether a page has `word` anywhere but where it offers every member alike."""
    page = _Page()
    page.feed(html)
    return folded(word) in folded(" ".join(page.everything))


def joins(html: str, word: str) -> bool:
    """Return whether some row, section or form of a page has both `word` and a persona, or its title has one."""
    page = _Page()
    page.feed(html)
    wanted = folded(word)
    parts = [folded(" ".join(part)) for part in page.parts]
    titled = any(persona in folded(" ".join(page.title)) for persona in PERSONAS)
    found = [part for part in parts if wanted in part]
    return any(persona in part for part in found for persona in PERSONAS) or (titled and bool(found))


_PARTS: Final = frozenset({"tr", "li", "p", "article", "section", "form", "details", "dl", "table", "ul"})
_TITLES: Final = frozenset({"title", "h1"})
_OFFERS: Final = frozenset({"select", "datalist"})
"""What offers every member alike says nothing of any."""


class _Page(HTMLParser):
    """Collects what stands together on a page: texts and attributes of each part, and those in none."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[list[str]] = [[]]
        self.title: list[str] = []
        self.everything: list[str] = []
        self._open: list[tuple[str, list[str]]] = []
        self._within: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _TITLES | _OFFERS:
            self._within.append(tag)
        if tag in _PARTS:
            part: list[str] = []
            self.parts.append(part)
            self._open.append((tag, part))
        for _name, value in attrs:
            self._say(value or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._within:
            self._within.remove(tag)
        while self._open and tag in _PARTS and any(tag == each for each, _part in self._open):
            if self._open.pop()[0] == tag:
                break

    def handle_data(self, data: str) -> None:
        self._say(data)

    def _say(self, text: str) -> None:
        if _OFFERS.intersection(self._within):
            return
        if _TITLES.intersection(self._within):
            self.title.append(text)
        self.everything.append(text)
        for part in [part for _tag, part in self._open] or self.parts[:1]:
            part.append(text)


@dataclass
class Form:
    """A form of a page: where it posts to, and what it would send as it stands."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)


def forms_of(html: str, path: str) -> Iterator[Form]:
    """Yield the forms of a page that post something: once for each of their buttons that has something to say."""
    found = _Forms(path)
    found.feed(html)
    for form, buttons in zip(found.forms, found.buttons, strict=True):
        for button in buttons or [{}]:
            yield Form(form.action, {**form.fields, **button})


class _Forms(HTMLParser):
    """Reads the forms of a page as a browser would send them untouched."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.buttons: list[list[dict[str, str]]] = []
        self._path = path
        self._is_in = False
        self._text = self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._is_in = given.get("method", "").lower() == "post"
            if self._is_in:
                self.forms.append(Form(given.get("action") or self._path))
                self.buttons.append([])
        elif self._is_in and given.get("name"):
            self._field(tag, given)
        elif self._is_in and tag == "option" and self._select:
            self._option(given)

    def _field(self, tag: str, given: dict[str, str]) -> None:
        name, fields = given["name"], self.forms[-1].fields
        if tag == "button":
            self.buttons[-1].append({name: given.get("value", "")})
        elif tag == "select":
            self._select = name
        elif tag == "textarea":
            self._text, fields[name] = name, ""
        elif given.get("type") not in ("checkbox", "radio") or "checked" in given:
            fields[name] = given.get("value", "on" if given.get("type") == "checkbox" else "")

    def _option(self, given: dict[str, str]) -> None:
        fields = self.forms[-1].fields
        if "selected" in given or self._select not in fields:
            fields[self._select] = given.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._is_in and self._text:
            self.forms[-1].fields[self._text] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._is_in = False
        elif tag == "textarea":
            self._text = ""
        elif tag == "select":
            self._select = ""
