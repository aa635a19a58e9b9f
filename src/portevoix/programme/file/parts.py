"""Reads one mapping of the file, and lists of them: all have a name and fields."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, tzinfo

from django.utils.translation import gettext as _
from yaml.nodes import Node

from portevoix.programme.file import fields
from portevoix.programme.file.entries import StoredBrand, Value
from portevoix.programme.file.fields import Fields, Reader, Report
from portevoix.programme.file.nodes import line_of


@dataclass(frozen=True)
class Context:
    """What the reading of every section needs.

    `known` is what the brand has already; `ranges` are the slugs a section may name, None when they cannot be
    known because the brand itself is wrong; `today` is the day in `zone`, the brand's.
    """

    report: Report
    networks: frozenset[str]
    known: StoredBrand
    ranges: frozenset[str] | None
    zone: tzinfo
    today: date


@dataclass(frozen=True)
class Schema:
    """What a mapping holds: the key that names it, that key's reader, its fields, and keys read apart."""

    section: str
    identity: str
    reader: Reader[str]
    fields: Fields
    apart: Collection[str] = ()
    is_named_always: bool = True


@dataclass(frozen=True)
class Part:
    """One mapping: its node, the nodes of its keys, its name (empty when wrong), and what it gives."""

    node: Node
    nodes: Mapping[str, Node]
    name: str
    given: Mapping[str, Value]

    @property
    def line(self) -> int:
        """Return the line on which the mapping begins."""
        return line_of(self.node)

    def at(self, key: str) -> Node:
        """Return the node to blame for `key`: its value, or the whole mapping where it is left out."""
        return self.nodes.get(key, self.node)


def read_one(report: Report, node: Node, schema: Schema) -> Part:
    """Return the mapping at `node`; whatever is wrong in it is reported."""
    keys = {schema.identity, *schema.fields, *schema.apart}
    found = report.attempt(schema.section, lambda report, it: fields.entries(it, keys, report), node)
    if found is None:
        return Part(node, {}, "", {})
    given, name = report.given(found, schema.fields), ""
    if schema.identity in found:
        name = report.attempt(schema.identity, schema.reader, found[schema.identity]) or ""
    elif schema.is_named_always:
        refuse_missing(report, node, schema.identity)
    return Part(node, found, name, given)


def read_each(report: Report, node: Node | None, schema: Schema) -> Iterator[Part]:
    """Yield the mappings of the list at `node`; a list that is left out is empty."""
    if node is None:
        return
    for item in report.attempt(schema.section, lambda _report, it: fields.items(it), node) or ():
        yield read_one(report, item, schema)


def read_distinct(report: Report, node: Node | None, schema: Schema) -> Iterator[Part]:
    """Yield the mappings of the list at `node`, each of whose names may stand there once."""
    once = Once(report)
    for part in read_each(report, node, schema):
        once.take(part.name, part.at(schema.identity))
        yield part


class Once:
    """Refuses a name that was taken before, and says where."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.lines: dict[str, int] = {}

    def take(self, name: str, node: Node) -> None:
        """Take `name`, written at `node`; an empty name was refused already."""
        if name in self.lines:
            words = {"name": fields.shown(name), "line": self.lines[name]}
            self.report.refuse(node, _("“%(name)s” already stands on line %(line)d") % words)
        elif name:
            self.lines[name] = line_of(node)


def refuse_missing(report: Report, node: Node, key: str) -> None:
    """Report that the mapping at `node` lacks `key`."""
    report.refuse(node, _("“%(key)s” is missing") % {"key": key})


def check_range(context: Context, part: Part) -> None:
    """Report a range that neither the file nor the brand has."""
    name = part.given.get("product_range")
    if isinstance(name, str) and context.ranges is not None and name not in context.ranges:
        words = {"range": name, "hint": context.report.hint(name, context.ranges)}
        context.report.refuse(part.at("range"), _("unknown range “%(range)s”%(hint)s") % words)
