"""Reads the accounts of the voices; none of them may be held twice at the same time."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import groupby
from typing import cast

from django.utils.translation import gettext as _
from yaml.nodes import Node

from portevoix.programme import rules
from portevoix.programme.file import fields, parts, schema
from portevoix.programme.file.entries import AccountEntry, Value
from portevoix.programme.file.parts import Context, Part, Schema
from portevoix.programme.file.problems import Problem

_END = datetime.max.replace(tzinfo=UTC)
_START = datetime.min.replace(tzinfo=UTC)


def read_accounts(context: Context, voice: str, node: Node | None) -> Iterator[AccountEntry]:
    """Yield the accounts that the voice of slug `voice` lists at `node`."""
    table = {
        "network": ("network", fields.one_of(context.networks)),
        **schema.ACCOUNT,
        **schema.holding_fields(context.zone),
    }
    for part in parts.read_each(
        context.report, node, Schema("accounts", "remote_id", fields.remote_id, table)
    ):
        entry = _entry(voice, part)
        _check(context, part, entry)
        yield entry


def _entry(voice: str, part: Part) -> AccountEntry:
    given = dict(part.given)
    network = str(given.pop("network", ""))
    ends: tuple[str, ...] = ("from_at", "to_at")
    dates = {end: cast("datetime | None", given.pop(end)) for end in ends if end in given}
    return AccountEntry(part.line, voice, network, part.name, given, dates)


def _check(context: Context, part: Part, entry: AccountEntry) -> None:
    if part.nodes and "network" not in part.nodes:
        parts.refuse_missing(context.report, part.node, "network")
    start, end = _period(entry)
    if start and end and start >= end:
        context.report.refuse(part.at("to"), _("“to” must be later than “from”"))


def check_holdings(context: Context, accounts: Iterable[AccountEntry]) -> None:
    """Report accounts that are held twice at the same time, as the file alone reads."""
    whole = sorted((entry for entry in accounts if entry.network and entry.remote_id), key=_order)
    for _account, holdings in groupby(whole, key=lambda entry: (entry.network, entry.remote_id)):
        for one, other in _clashes(holdings):
            first, later = sorted((one, other), key=lambda entry: entry.line)
            words = {"voice": first.voice, "line": first.line}
            reason = _("“%(voice)s” holds this account at the same time, see line %(line)d") % words
            context.report.problems.append(Problem(later.line, reason))


def check_descriptions(context: Context, accounts: Iterable[AccountEntry]) -> None:
    """Report accounts of which the file says two different things, on the later line."""
    told: dict[tuple[str, str, str], tuple[Value, int]] = {}
    whole = (entry for entry in accounts if entry.network and entry.remote_id)
    for entry in sorted(whole, key=lambda entry: entry.line):
        for name, value in entry.given.items():
            before, line = told.setdefault((entry.network, entry.remote_id, name), (value, entry.line))
            if before != value:
                words = {"key": name, "before": fields.shown(str(before)), "line": line}
                reason = _("“%(key)s” of this account is “%(before)s” on line %(line)d") % words
                context.report.problems.append(Problem(entry.line, reason))


def _clashes(holdings: Iterable[AccountEntry]) -> Iterator[tuple[AccountEntry, AccountEntry]]:
    # In order of their beginning, only the one that lasts longest so far can overlap the next.
    longest: AccountEntry | None = None
    for entry in holdings:
        if longest and rules.overlap(_period(longest), _period(entry)):
            yield longest, entry
        if longest is None or _end(entry) > _end(longest):
            longest = entry


def _period(entry: AccountEntry) -> tuple[datetime | None, datetime | None]:
    return entry.dates.get("from_at"), entry.dates.get("to_at")


def _end(entry: AccountEntry) -> datetime:
    return entry.dates.get("to_at") or _END


def _order(entry: AccountEntry) -> tuple[str, str, datetime, int]:
    return entry.network, entry.remote_id, entry.dates.get("from_at") or _START, entry.line
