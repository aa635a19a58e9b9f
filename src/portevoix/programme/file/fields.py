"""Reads one value of the file: what it must be, and the reason given when it is something else.

A reader takes a report and a node, returns the value, and raises Unfit when the node holds none. The reader of
a list raises UnfitItems with all that is wrong in it; readers of mappings report that and go on.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, date, datetime, tzinfo
from difflib import get_close_matches
from typing import Final, TypeVar
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from portevoix.programme.file.entries import Value
from portevoix.programme.file.nodes import line_of
from portevoix.programme.file.problems import Problem
from portevoix.programme.languages import LANGUAGES

T = TypeVar("T")
Reader = Callable[["Report", Node], T]

_TAG: Final = "tag:yaml.org,2002:"
_SLUG: Final = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*", re.ASCII)
_METRIC: Final = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_WHOLE: Final = re.compile(r"[0-9]{1,9}", re.ASCII)
_DECIMAL: Final = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})?", re.ASCII)
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_YEARS: Final = range(1970, 9999)
_NO_ZONES: Final = frozenset({"localtime", "Factory"})
"""Names that stand for whatever a machine is set to, or for nothing."""
_UNSEEN: Final = frozenset(
    "\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
)
"""Spaces of no width, and what turns the direction of text; joiners stay, as scripts and emoji need them."""
_SHOWN: Final = 60
_LISTED: Final = 40
_HINTS: Final = 50


class Unfit(Exception):
    """A node does not hold what is wanted there; `reason` is a translated sentence."""

    def __init__(self, node: Node, reason: str) -> None:
        super().__init__(reason)
        self.node = node
        self.reason = reason


class UnfitItems(Exception):
    """Several nodes of one value are wrong, each for its own reason."""

    def __init__(self, items: list[Unfit]) -> None:
        super().__init__()
        self.items = items


class Report:
    """Collects what is wrong while reading goes on."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._hints_left = _HINTS

    def refuse(self, node: Node, reason: str) -> None:
        """Note that `node` is wrong for `reason`."""
        self.problems.append(Problem(line_of(node), reason))

    def attempt(self, key: str, reader: Reader[T], node: Node) -> T | None:
        """Return what `reader` makes of `node`, or None after noting under `key` why it cannot."""
        try:
            return reader(self, node)
        except Unfit as problem:
            wrong = [problem]
        except UnfitItems as problems:
            wrong = problems.items
        for unfit in wrong:
            reason = _("%(key)s: %(reason)s") % {"key": key, "reason": unfit.reason}
            self.problems.append(Problem(line_of(unfit.node), reason, unfit.reason))
        return None

    def hint(self, written: str, known: Collection[str]) -> str:
        """Return what to write instead of `written`, in brackets: the nearest of `known`, or all of them.

        A file that is wrong throughout gets no more than some hints: each costs milliseconds.
        """
        if not self._hints_left:
            return ""
        self._hints_left -= 1
        return f" ({_suggestion(written, known)})"

    def given(self, nodes: Mapping[str, Node], fields: "Fields") -> dict[str, Value]:
        """Return those of `fields` that `nodes` holds in good order, by their name in the model."""
        found: dict[str, Value] = {}
        for key in fields.keys() & nodes.keys():
            name, reader = fields[key]
            before = len(self.problems)
            value = self.attempt(key, reader, nodes[key])
            if len(self.problems) == before:
                found[name] = value
        return found


Fields = Mapping[str, tuple[str, Reader[Value]]]
"""Keys of a mapping of the file: the model's field and the reader of each."""


def shown(written: str) -> str:
    """Return `written` fit for one line of a message."""
    clean = "".join(letter if letter.isprintable() else "?" for letter in written)
    return clean if len(clean) <= _SHOWN else f"{clean[:_SHOWN]}…"


def _suggestion(written: str, known: Collection[str]) -> str:
    if not known:
        return _("there is none")
    near = get_close_matches(written[:_SHOWN], sorted(known), n=1)
    if near:
        return _("did you mean “%(nearest)s”?") % {"nearest": near[0]}
    return _("known: %(known)s") % {"known": ", ".join(sorted(known)[:_LISTED])}


def is_null(node: Node) -> bool:
    """Return whether `node` says that there is nothing."""
    return node.tag == f"{_TAG}null"


def entries(node: Node, keys: Collection[str], report: Report) -> dict[str, Node]:
    """Return the values of a mapping by key; unknown and repeated keys are reported and left out.

    Raises Unfit when `node` is no mapping.
    """
    if not isinstance(node, MappingNode) or node.tag != f"{_TAG}map":
        raise Unfit(node, _("this must be a mapping of keys to values"))
    found: dict[str, Node] = {}
    for key_node, value in node.value:
        key = key_node.value if isinstance(key_node, ScalarNode) else ""
        if key not in keys:
            words = {"key": shown(key), "hint": report.hint(key, keys)}
            report.refuse(key_node, _("unknown key “%(key)s”%(hint)s") % words)
        elif key in found:
            report.refuse(key_node, _("the key “%(key)s” stands twice") % {"key": key})
        else:
            found[key] = value
    return found


def items(node: Node) -> list[Node]:
    """Return the nodes of a list; nothing is an empty list. Raises Unfit for anything else."""
    if is_null(node):
        return []
    if not isinstance(node, SequenceNode) or node.tag != f"{_TAG}seq":
        raise Unfit(node, _("this must be a list"))
    return list(node.value)


def optional(reader: Reader[T], empty: T) -> Reader[T]:
    """Return a reader that takes nothing for `empty`, and otherwise does as `reader`."""
    return lambda report, node: empty if is_null(node) else reader(report, node)


def _scalar(node: Node, tags: Collection[str], reason: str) -> str:
    if not isinstance(node, ScalarNode) or node.tag.removeprefix(_TAG) not in tags:
        raise Unfit(node, reason)
    return str(node.value)


def text(max_length: int, *, is_long: bool = False, tags: Collection[str] = ("str",)) -> Reader[str]:
    """Return the reader of a text of 1 to `max_length` characters, on one line unless `is_long`."""

    def read(_report: Report, node: Node) -> str:
        found = _scalar(node, tags, _("this must be text: put it in quotes")).strip()
        allowed = "\n\t" if is_long else ""
        if any(_is_odd(letter) and letter not in allowed for letter in found):
            raise Unfit(node, _("this holds a character that no text may hold"))
        if not any(unicodedata.category(letter)[0] not in "CZ" for letter in found):
            raise Unfit(node, _("this is empty"))
        if len(found) > max_length:
            raise Unfit(node, _("this is longer than %(limit)d characters") % {"limit": max_length})
        return found

    return read


def _is_odd(letter: str) -> bool:
    """Return whether `letter` is a control, breaks a line, or is not seen and changes how others are read."""
    return unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp") or letter in _UNSEEN


def remote_id(report: Report, node: Node) -> str:
    """Read an id on a network: text, or a whole number, which is read as it is written."""
    return text(500, tags=("str", "int"))(report, node)


def handle(report: Report, node: Node) -> str:
    """Read a handle, without the @ that people write before it."""
    found = text(200)(report, node).removeprefix("@")
    if not found:
        raise Unfit(node, _("this is empty"))
    return found


def slug(max_length: int = 60) -> Reader[str]:
    """Return the reader of a slug: small letters, digits, single hyphens or underscores between them."""

    def read(report: Report, node: Node) -> str:
        found = text(max_length)(report, node)
        if not _SLUG.fullmatch(found):
            words = {"written": shown(found)}
            raise Unfit(node, _("“%(written)s” is no slug: use a-z, 0-9 and single hyphens") % words)
        return found

    return read


def one_of(known: Collection[str]) -> Reader[str]:
    """Return the reader of one of the words `known`."""

    def read(report: Report, node: Node) -> str:
        found = text(500)(report, node)
        if found not in known:
            words = {"written": shown(found), "hint": report.hint(found, known)}
            raise Unfit(node, _("unknown “%(written)s”%(hint)s") % words)
        return found

    return read


def list_of(reader: Reader[str]) -> Reader[tuple[str, ...]]:
    """Return the reader of a list of different values; nothing is an empty list."""

    def read(report: Report, node: Node) -> tuple[str, ...]:
        found: dict[str, None] = {}
        wrong: list[Unfit] = []
        for item in items(node):
            try:
                value = reader(report, item)
                if value in found:
                    words = {"written": shown(value)}
                    raise Unfit(item, _("“%(written)s” stands twice in this list") % words)
                found[value] = None
            except Unfit as problem:
                wrong.append(problem)
        if wrong:
            raise UnfitItems(wrong)
        return tuple(found)

    return read


def language(report: Report, node: Node) -> str:
    """Read a two-letter language code of ISO 639-1."""
    # `no` without quotes is a boolean in YAML, and a language.
    found = text(20, tags=("str", "bool"))(report, node)
    if found not in LANGUAGES:
        words = {"written": shown(found)}
        raise Unfit(node, _("“%(written)s” is no language: write two letters of ISO 639-1, like fr") % words)
    return found


def time_zone(report: Report, node: Node) -> str:
    """Read the name of an IANA time zone."""
    found = text(60)(report, node)
    zones = available_timezones() - _NO_ZONES
    if found not in zones:
        near = get_close_matches(found, sorted(zones), n=1)
        words = {"written": shown(found), "nearest": near[0] if near else "Europe/Paris"}
        raise Unfit(node, _("“%(written)s” is no IANA time zone: write one like %(nearest)s") % words)
    return found


def whole(at_most: int) -> Reader[int]:
    """Return the reader of a whole number from 0 to `at_most`."""

    def read(_report: Report, node: Node) -> int:
        reason = _("this must be a whole number from 0 to %(limit)d") % {"limit": at_most}
        found = _scalar(node, ("int",), reason)
        if not _WHOLE.fullmatch(found) or int(found) > at_most:
            raise Unfit(node, reason)
        return int(found)

    return read


def yes_or_no(_report: Report, node: Node) -> bool:
    """Read a boolean."""
    found = _scalar(node, ("bool",), _("this must be true or false"))
    return found.lower() in ("true", "yes", "on")


def day(_report: Report, node: Node) -> date:
    """Read a day written YYYY-MM-DD, from 1970 on."""
    reason = _("this must be a day, like 2026-11-23")
    found = _scalar(node, ("str", "timestamp"), reason).strip()
    try:
        parsed = date.fromisoformat(found) if _DAY.fullmatch(found) else None
    except ValueError:
        parsed = None
    if parsed is None or parsed.year not in _YEARS:
        raise Unfit(node, reason)
    return parsed


def day_text(report: Report, node: Node) -> str:
    """Read a day and return it as it is written, YYYY-MM-DD: it names the mapping it stands in."""
    return day(report, node).isoformat()


def instant(zone: tzinfo) -> Reader[datetime]:
    """Return the reader of an instant, in UTC: ISO 8601 with offset, or a day (its midnight in `zone`)."""

    def read(report: Report, node: Node) -> datetime:
        reason = _("this must be a day, or an instant with its offset like 2026-11-23T09:00:00+01:00")
        found = _scalar(node, ("str", "timestamp"), reason).strip()
        if _DAY.fullmatch(found):
            midnight = day(report, node)
            return datetime(midnight.year, midnight.month, midnight.day, tzinfo=zone).astimezone(UTC)
        try:
            parsed = datetime.fromisoformat(found)
        except ValueError:
            raise Unfit(node, reason) from None
        if parsed.tzinfo is None or parsed.year not in _YEARS:
            raise Unfit(node, reason)
        return parsed.astimezone(UTC)

    return read


def web_address(report: Report, node: Node) -> str:
    """Read an address that begins with http or https."""
    found = text(500)(report, node)
    try:
        URLValidator(schemes=["http", "https"])(found)
    except ValidationError:
        raise Unfit(node, _("this must be an address that begins with https://")) from None
    return found


def targets(report: Report, node: Node) -> Mapping[str, float]:
    """Read the monthly figures wished for, by metric."""
    if not isinstance(node, MappingNode) or node.tag != f"{_TAG}map":
        raise Unfit(node, _("this must be a mapping of metrics to numbers"))
    found: dict[str, float] = {}
    for key_node, value in node.value:
        metric = report.attempt("targets", _metric, key_node)
        figure = report.attempt("targets", _figure, value)
        if metric in found:
            report.refuse(key_node, _("the key “%(key)s” stands twice") % {"key": metric})
        elif metric is not None and figure is not None:
            found[metric] = figure
    return found


def _metric(report: Report, node: Node) -> str:
    found = text(60)(report, node)
    if not _METRIC.fullmatch(found):
        raise Unfit(node, _("“%(written)s” is no metric's id") % {"written": shown(found)})
    return found


def _figure(_report: Report, node: Node) -> float:
    reason = _("this must be a number, 0 or more")
    found = _scalar(node, ("int", "float"), reason)
    if not _DECIMAL.fullmatch(found):
        raise Unfit(node, reason)
    return float(found)
