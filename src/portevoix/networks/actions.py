"""What can be done to accounts: hold them as a file or a page says, connect them, note how calls went."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portevoix.core.errors import UserError
from portevoix.networks.contracts import Asked, Draft, PublishedRef
from portevoix.networks.errors import NeedsReconnection, NetworkError
from portevoix.networks.models import Account, Connection, Holding
from portevoix.networks.queries import training_connection
from portevoix.networks.registry import NETWORKS, connector_class
from portevoix.networks.rights import require_link
from portevoix.people import journal
from portevoix.people.journal import SYSTEM, Author, By
from portevoix.people.models import Brand
from portevoix.programme import queries as programme
from portevoix.programme import rights, rules
from portevoix.programme.actions import Applied, Document, apply, journal_applied, read_typed
from portevoix.programme.file.entries import AccountEntry, Given, Value
from portevoix.programme.file.problems import BadProgrammeFile, Problem
from portevoix.programme.file.reader import read
from portevoix.programme.file.typed import Typed
from portevoix.programme.models import Voice
from portevoix.programme.tally import Change, Tally, store


@transaction.atomic
def write_programme(content: bytes, *, by: By, now: datetime) -> Applied:
    """Write all that the programme file `content` says, accounts included.

    Raises NotAllowed, and BadProgrammeFile, nothing written.
    """
    file = read(content, networks=NETWORKS, stored=programme.stored, now=now)
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


def connect(account: Account, answers: Mapping[str, str], *, by: By, now: datetime) -> Connection:
    """Connect `account` with what its network asks for, as somebody typed it; what is left empty is left out.

    Options that no form asks for are kept. Where no secret is given and none is kept that works, the network is
    asked for one. Raises what `link` does.
    """
    require_link(account, by=by)
    known = Connection.objects.filter(account=account).first()
    if NETWORKS[account.network].is_import_only:
        return link(account, options={}, credentials="", by=by, now=now)
    door = connector_class(account.network)
    options = _answered(door.asks, answers, known.options if known else {})
    credentials = next((answers.get(asked.name, "") for asked in door.asks if asked.is_secret), "")
    if not credentials and (known is None or known.is_broken):
        _require_unused(account, options)
        credentials = door.enrol(options, handle=account.handle, now=now)
    return link(account, options=options, credentials=credentials, by=by, now=now)


def _require_unused(account: Account, options: Mapping[str, Any]) -> None:
    """Raise UserError when another account is connected to the very same: new credentials would take it over."""
    same = Connection.objects.filter(account__network=account.network, options=dict(options))
    if same.exclude(account=account).exists():
        raise UserError(_("Somebody else's account is connected to this already. Nothing was changed."))


def _answered(
    asks: Iterable[Asked], answers: Mapping[str, str], kept: Mapping[str, Any]
) -> dict[str, str | int]:
    """Return the options `kept` with what was answered in the place of what was asked."""
    wanted = {asked.name: asked for asked in asks if not asked.is_secret}
    options = {name: value for name, value in kept.items() if name not in wanted}
    for name, asked in wanted.items():
        if typed := answers.get(name, "").strip():
            options[name] = int(typed) if asked.is_number and typed.isdecimal() else typed
    return options


@transaction.atomic
def link(
    account: Account, *, options: Mapping[str, Any], credentials: str, by: By, now: datetime
) -> Connection:
    """Connect `account`, or connect it again, and make it due for collection at once.

    Empty `credentials` leave stored ones as they are. Raises NotAllowed, OptionsRefused, and UserError when
    the network has no connector.
    """
    author = require_link(account, by=by)
    if NETWORKS[account.network].is_import_only:
        words = {"network": NETWORKS[account.network].label}
        raise UserError(_("%(network)s cannot be connected yet: bring its figures by file.") % words)
    known = Connection.objects.select_for_update().filter(account=account).first()
    connection = known or Connection(account=account)
    connection.options = dict(options)
    if credentials:
        connection.credentials = credentials
    connector_class(account.network)(connection.options, connection.credentials).close()
    connection.linked_at = connection.collect_at = now
    connection.is_broken, connection.failure = False, ""
    connection.save()
    journal.record(
        "networks.connection.linked",
        by=author,
        brand=account.brand,
        subject=f"account:{account.pk}",
        network=account.network,
        is_again=known is not None,
    )
    return connection


def note_success(connection: Connection, *, now: datetime) -> None:
    """Note that a call with this connection went well at `now`; what was wrong before is over.

    A call begun before somebody connected the account again says nothing of the new connection.
    """
    _same_link(connection).update(last_success_at=now, failure="", is_broken=False)
    _look_again(connection)


@transaction.atomic
def note_failure(connection: Connection, error: NetworkError, *, now: datetime) -> None:
    """Note that a call with this connection failed at `now`.

    Only a network that no longer takes our credentials breaks a connection: one that cannot be reached has
    revoked nothing. The journal is told once, when it breaks.
    """
    mine = _same_link(connection)
    mine.update(last_failure_at=now, failure=error.key)
    if isinstance(error, NeedsReconnection) and mine.filter(is_broken=False).update(is_broken=True):
        account = connection.account
        subject = f"account:{account.pk}"
        journal.record("networks.connection.failed", by=SYSTEM, brand=account.brand, subject=subject)
    _look_again(connection)


def _look_again(connection: Connection) -> None:
    """Read again how the connection fares, and nothing that would have to be opened."""
    connection.refresh_from_db(
        fields=[
            "last_success_at",
            "last_failure_at",
            "failure",
            "is_broken",
            "linked_at",
            "collect_at",
        ]
    )


def _same_link(connection: Connection) -> Any:
    return Connection.objects.filter(pk=connection.pk, linked_at=connection.linked_at)


def open_accounts(brand: Brand, network: str, *, by: By, now: datetime) -> int:
    """Open an account on a network inside the product for each voice of `brand` that has none; return how many.

    The voices hold them from the beginning, and they are connected. Named voices open their own. Raises
    NotAllowed, and NotSupported when that network opens none.
    """
    rights.require("programme.change", by=by, on=brand)
    connected = Holding.objects.at(now).filter(account__network=network, account__connection__isnull=False)
    without = Voice.objects.open().owned().filter(brand=brand).exclude(pk__in=connected.values("voice"))
    voices = list(without.select_related("brand"))
    for voice in voices:
        _open_account(voice, network, by=by, now=now)
    return len(voices)


def _open_account(voice: Voice, network: str, *, by: By, now: datetime) -> None:
    # A brand's slug holds no full stop, so that no other brand's voice can come to the same account.
    name, language = f"{voice.brand.slug}.{voice.slug}", next(iter(voice.languages), "en")
    opened = connector_class(network).open_account(name, name=voice.display_name, language=language, now=now)
    told = {"handle": opened.handle, "display_name": voice.display_name}
    with transaction.atomic():
        entry = AccountEntry(1, voice.slug, network, opened.remote_id, told, {})
        hold_accounts(voice.brand, [entry], by=by)
        account = Account.objects.get(brand=voice.brand, network=network, remote_id=opened.remote_id)
        link(account, options=opened.options, credentials=opened.credentials, by=by, now=now)


def try_out(account: Account, text: str, *, key: str, by: By, now: datetime) -> PublishedRef:
    """Publish `text` through `account` on a network inside the product, once for `key`.

    Whoever may connect the account may. Raises NotAllowed, UserError when the network reaches the outside or the
    account is not connected, and NetworkError, ContentRefused among them.
    """
    author = require_link(account, by=by)
    connection = training_connection(account)
    with connector_class(account.network)(connection.options, connection.credentials) as door:
        ref = door.publish(Draft(text), key=key or door.new_key(now), now=now)
    _journal_trial("networks.trial.published", account, by=author)
    return ref


def take_back(account: Account, remote_id: str, *, by: By, now: datetime) -> None:
    """Delete a post of `account` on a network inside the product; what is not there is deleted already.

    Raises as `try_out`.
    """
    author = require_link(account, by=by)
    connection = training_connection(account)
    with connector_class(account.network)(connection.options, connection.credentials) as door:
        door.withdraw(PublishedRef(remote_id), now=now)
    _journal_trial("networks.trial.withdrawn", account, by=author)


def _journal_trial(action: str, account: Account, *, by: Author) -> None:
    journal.record(action, by=by, brand=account.brand, subject=f"account:{account.pk}")
