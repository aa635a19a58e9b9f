"""Reads a whole programme file, section by section."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, tzinfo
from typing import cast
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from yaml.nodes import Node

from portevoix.programme.file import fields, nodes, parts, schema
from portevoix.programme.file.accounts import check_descriptions, check_holdings
from portevoix.programme.file.entries import (
    BrandEntry,
    LineEntry,
    PhaseEntry,
    ProgrammeFile,
    RangeEntry,
    SphereEntry,
    StoredBrand,
)
from portevoix.programme.file.fields import Report, Unfit
from portevoix.programme.file.parts import Context, Part, Schema
from portevoix.programme.file.problems import BadProgrammeFile, Problem
from portevoix.programme.file.voices import read_voices
from portevoix.programme.kinds import SphereKey

Stored = Callable[[str], StoredBrand | None]
"""Tells what is stored of the brand of a slug; None when there is no such brand."""

_BRAND = Schema("brand", "slug", fields.slug(), schema.BRAND)
_SPHERES = Schema("spheres", "key", fields.one_of(SphereKey.values), schema.SPHERE)
_PHASES = Schema("phases", "slug", fields.slug(80), schema.PHASE, is_named_always=False)
_LINE = Schema("line", "from", fields.day_text, schema.LINE, is_named_always=False)


def read(content: bytes, *, networks: Collection[str], stored: Stored, now: datetime) -> ProgrammeFile:
    """Return what the programme file `content` says.

    `networks` are the keys an account may name; `stored` tells what is known of the brand already; `now`
    (aware) decides which consents count. Raises BadProgrammeFile with all that is wrong.
    """
    root = nodes.compose(nodes.decode(content))
    if root is None:
        raise BadProgrammeFile([Problem(1, _("the file is empty: it must hold at least a brand"))])
    return read_tree(root, networks=networks, stored=stored, now=now)


def read_tree(root: Node, *, networks: Collection[str], stored: Stored, now: datetime) -> ProgrammeFile:
    """Return what a programme file says whose root node is `root`; the rest is as in `read`."""
    report = Report()
    try:
        top = fields.entries(root, schema.SECTIONS, report)
    except Unfit as problem:
        raise BadProgrammeFile([Problem(nodes.line_of(root), problem.reason)]) from problem
    if "brand" not in top:
        parts.refuse_missing(report, root, "brand")
    brand, known = _brand(report, top.get("brand"), stored)
    zone = _zone(brand, known)
    today = now.astimezone(zone).date()
    context = Context(report, frozenset(networks), known or StoredBrand(""), None, zone, today)
    found = _programme(context, brand, top)
    if report.problems:
        raise BadProgrammeFile(report.problems)
    return found


def _programme(context: Context, brand: BrandEntry, top: Mapping[str, Node]) -> ProgrammeFile:
    spheres = tuple(_spheres(context, top.get("spheres")))
    ranges = tuple(_ranges(context, top.get("ranges")))
    if brand.slug:
        context = replace(context, ranges=context.known.ranges | {entry.slug for entry in ranges})
    phases = tuple(_phases(context, top.get("phases")))
    line = _line(context, top.get("line"))
    voices = tuple(read_voices(context, top.get("voices")))
    found = ProgrammeFile(brand, spheres, ranges, phases, line, voices)
    check_holdings(context, found.accounts)
    check_descriptions(context, found.accounts)
    return found


def _brand(report: Report, node: Node | None, stored: Stored) -> tuple[BrandEntry, StoredBrand | None]:
    if node is None:
        return BrandEntry(0, "", {}), None
    part = parts.read_one(report, node, _BRAND)
    known = stored(part.name) if part.name else None
    if part.name and known is None:
        _need(report, part, ("name", "time_zone"))
    return BrandEntry(part.line, part.name, part.given), known


def _zone(brand: BrandEntry, known: StoredBrand | None) -> tzinfo:
    name = brand.given.get("time_zone") or (known.time_zone if known else "")
    return ZoneInfo(str(name)) if name else UTC


def _need(report: Report, part: Part, keys: Collection[str]) -> None:
    for key in keys:
        if key not in part.nodes:
            report.refuse(part.node, _("“%(key)s” is missing: it is needed the first time") % {"key": key})


def _spheres(context: Context, node: Node | None) -> Iterator[SphereEntry]:
    for part in parts.read_distinct(context.report, node, _SPHERES):
        yield SphereEntry(part.line, part.name, part.given)


def _ranges(context: Context, node: Node | None) -> Iterator[RangeEntry]:
    ranges = Schema("ranges", "slug", fields.slug(), schema.range_fields(context.networks))
    for part in parts.read_distinct(context.report, node, ranges):
        yield RangeEntry(part.line, part.name, part.given)


def _line(context: Context, node: Node | None) -> LineEntry | None:
    if node is None or fields.is_null(node):
        return None
    part = parts.read_one(context.report, node, _LINE)
    return LineEntry(part.line, date.fromisoformat(part.name) if part.name else None, part.given)


def _phases(context: Context, node: Node | None) -> Iterator[PhaseEntry]:
    once = parts.Once(context.report)
    for part in parts.read_each(context.report, node, _PHASES):
        slug = part.name or _phase_slug(part)
        once.take(slug, part.at("slug"))
        parts.check_range(context, part)
        before = context.known.phases.get(slug)
        if before is None:
            _need(context.report, part, ("kind", "from"))
        _check_dates(context.report, part, before or (None, None))
        yield PhaseEntry(part.line, slug, part.given)


def _phase_slug(part: Part) -> str:
    named = (part.given.get("kind"), part.given.get("product_range"))
    return "-".join(str(name) for name in named if name)


def _check_dates(report: Report, part: Part, before: tuple[date | None, date | None]) -> None:
    start = cast("date | None", part.given.get("from_on", before[0]))
    end = cast("date | None", part.given.get("to_on", before[1]))
    if start and end and start >= end:
        report.refuse(part.at("to"), _("“to” must be later than “from”"))
