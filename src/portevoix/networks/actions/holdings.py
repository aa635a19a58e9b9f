"""Which voice speaks through which account: as a programme file or a page says."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby

from django.db import transaction
from django.utils.translation import gettext as _

from portevoix.networks.models import Account, Holding
from portevoix.networks.registry import NETWORKS
from portevoix.people import journal
from portevoix.people.journal import By
from portevoix.people.models import Brand
from portevoix.programme import queries as programme
from portevoix.programme import rights, rules
from portevoix.programme.actions import Applied, Document, apply, journal_applied, read_typed
from portevoix.programme.file.entries import AccountEntry, Given, ProgrammeFile, Value
from portevoix.programme.file.problems import BadProgrammeFile, Problem
from portevoix.programme.file.reader import read, read_tree
from portevoix.programme.file.typed import Typed, compose
from portevoix.programme.models import Voice
from portevoix.programme.tally import Change, Tally, store


@transaction.atomic
def write_programme(content: bytes, *, by: By, now: datetime) -> Applied:
    """Write all that the programme file `content` says, accounts included.

    Raises NotAllowed, and BadProgrammeFile, nothing written.
    """
    return _write(read(content, networks=NETWORKS, stored=programme.stored, now=now), by=by, now=now)


@transaction.atomic
def write_typed(document: Mapping[str, Typed], *, by: By, now: datetime) -> Applied:
    """Write all that `document` says as a programme file would, its brand and accounts included.

    Raises NotAllowed, and BadProgrammeFile, nothing written.
    """
    root = compose(document)
    return _write(read_tree(root, networks=NETWORKS, stored=programme.stored, now=now), by=by, now=now)


def _write(file: ProgrammeFile, *, by: By, now: datetime) -> Applied:
    applied = apply(file, by=by, now=now)
    applied.tally.add(hold_accounts(applied.brand, file.accounts, by=by))
    journal_applied(applied, by=by)
    return applied


@transaction.atomic
def hold_accounts(brand: Brand, entries: Iterable[AccountEntry], *, by: By) -> Tally:
    """Write the accounts of `brand` that a programme file lists, and from when to when its voices hold them.

    Accounts and holdings that it does not list are kept. Raises NotAllowed, and BadProgrammeFile, nothing
    written, when an account would be held twice at the same time or a holding would end before it begins.
    """
    rights.require("programme.change", by=by, on=brand)
    tally, problems = Tally(), list[Problem]()
    written: list[tuple[AccountEntry, Holding]] = []
    told = sorted(entries, key=_order)
    accounts = {key: _account(brand, key, given, tally) for key, given in _described(told).items()}
    for (voice_slug, *key), group in groupby(told, key=_place):
        voice = Voice.objects.get(brand=brand, slug=voice_slug)
        for entry, holding in _meant(voice, accounts[key[0], key[1]], list(group)):
            if _is_backward(holding, entry):
                problems.append(
                    Problem(entry.line, _("this account's “to” would not be later than its “from”"))
                )
                continue
            _hold(holding, entry, tally, by=by)
            written.append((entry, holding))
    problems.extend(_clashes(written))
    if problems:
        raise BadProgrammeFile(problems)
    return tally


def _place(entry: AccountEntry) -> tuple[str, str, str]:
    return entry.voice, entry.network, entry.remote_id


def _order(entry: AccountEntry) -> tuple[tuple[str, str, str], int]:
    return _place(entry), entry.line


def _described(entries: Iterable[AccountEntry]) -> dict[tuple[str, str], dict[str, Value]]:
    """Return all that the file says of each account, whichever of its voices says it, in the file's order."""
    found: dict[tuple[str, str], dict[str, Value]] = {}
    for entry in sorted(entries, key=lambda entry: entry.line):
        found.setdefault((entry.network, entry.remote_id), {}).update(entry.given)
    return found


def _account(brand: Brand, key: tuple[str, str], given: Given, tally: Tally) -> Account:
    network, remote_id = key
    # Locked to the end, so that nobody holds it otherwise between our look and our writing.
    same = Account.objects.select_for_update().filter(network=network, remote_id=remote_id)
    account = same.filter(brand=brand).first() or Account(brand=brand, network=network, remote_id=remote_id)
    tally.note("accounts", store(account, given))
    return account


def _meant(
    voice: Voice, account: Account, entries: list[AccountEntry]
) -> Iterable[tuple[AccountEntry, Holding]]:
    """Pair each entry with the stored holding it speaks of, or with a new one.

    One entry that names no beginning speaks of the one stored holding: it keeps that one's beginning.
    """
    free = list(Holding.objects.filter(voice=voice, account=account))
    is_alone = len(entries) == len(free) == 1
    for entry in entries:
        found = free[0] if is_alone and "from_at" not in entry.dates else _same(free, entry)
        if found:
            free.remove(found)
        yield entry, found or Holding(voice=voice, account=account)


def _same(free: list[Holding], entry: AccountEntry) -> Holding | None:
    """Return the holding with the entry's beginning, else with its end, else one that meets it in time."""
    start, end = entry.dates.get("from_at"), entry.dates.get("to_at")
    by_start = (holding for holding in free if holding.from_at == start)
    by_end = (holding for holding in free if holding.to_at == end)
    meeting = (h for h in free if rules.overlap((h.from_at, h.to_at), (start, end)))
    return next(by_start, None) or next(by_end, None) or next(meeting, None)


def _is_backward(holding: Holding, entry: AccountEntry) -> bool:
    start = entry.dates.get("from_at", holding.from_at)
    end = entry.dates.get("to_at", holding.to_at)
    return start is not None and end is not None and start >= end


def _hold(holding: Holding, entry: AccountEntry, tally: Tally, *, by: By) -> None:
    if tally.note("holdings", store(holding, entry.dates)) != Change.UNCHANGED:
        _journal_holding("networks.account.held", holding, by=by)


def _journal_holding(action: str, holding: Holding, *, by: By) -> None:
    journal.record(
        action,
        by=by,
        brand=holding.account.brand,
        subject=f"account:{holding.account_id}",
        voice=holding.voice.slug,
        from_at=holding.from_at.isoformat() if holding.from_at else None,
        to_at=holding.to_at.isoformat() if holding.to_at else None,
    )


def _clashes(written: list[tuple[AccountEntry, Holding]]) -> Iterable[Problem]:
    for entry, holding in written:
        same_time = Holding.objects.overlapping(holding.from_at, holding.to_at)
        other = (
            same_time.filter(account=holding.account).exclude(pk=holding.pk).select_related("voice").first()
        )
        if other:
            reason = _("“%(voice)s” holds this account at the same time: say until when")
            yield Problem(entry.line, reason % {"voice": other.voice.slug})


@transaction.atomic
def hold_typed(
    voice: Voice, account: Mapping[str, Typed], fields: Sequence[str], *, by: By, now: datetime
) -> Tally:
    """Write one account of `voice`, and from when to when it is held, as somebody typed it into a form.

    `account` holds the keys of a programme file, `fields` are the form's. Raises NotAllowed, and
    BadProgrammeFile, nothing written.
    """
    rights.require("programme.change", by=by, on=voice.brand)
    document: Document = {"voices": [{"slug": voice.slug, "accounts": [account]}]}
    file = read_typed(voice.brand, document, fields, networks=NETWORKS, now=now)
    return hold_accounts(voice.brand, file.accounts, by=by)


@transaction.atomic
def let_go(holding: Holding, *, by: By) -> None:
    """Take `holding` back, as if it had never been written; the account stays. Raises NotAllowed."""
    brand = holding.account.brand
    rights.require("programme.change", by=by, on=brand)
    _journal_holding("networks.account.let_go", holding, by=by)
    holding.delete()
