"""Accounts on networks inside the product: opened for the asking, and tried out."""

from datetime import datetime

from django.db import transaction

from portevoix.networks.actions.holdings import hold_accounts
from portevoix.networks.actions.linking import link
from portevoix.networks.actions.opening import opened
from portevoix.networks.contracts import Draft, PublishedRef
from portevoix.networks.models import Account, Holding
from portevoix.networks.queries import training_connection
from portevoix.networks.registry import connector_class
from portevoix.networks.rights import require_link
from portevoix.people import journal
from portevoix.people.journal import Author, By
from portevoix.people.models import Brand
from portevoix.programme import rights
from portevoix.programme.file.entries import AccountEntry
from portevoix.programme.models import Voice


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
    with opened(connection, now=now) as door:
        ref = door.publish(Draft(text), key=key or door.new_key(now), now=now)
    _journal_trial("networks.trial.published", account, by=author)
    return ref


def take_back(account: Account, remote_id: str, *, by: By, now: datetime) -> None:
    """Delete a post of `account` on a network inside the product; what is not there is deleted already.

    Raises as `try_out`.
    """
    author = require_link(account, by=by)
    connection = training_connection(account)
    with opened(connection, now=now) as door:
        door.withdraw(PublishedRef(remote_id), now=now)
    _journal_trial("networks.trial.withdrawn", account, by=author)


def _journal_trial(action: str, account: Account, *, by: Author) -> None:
    journal.record(action, by=by, brand=account.brand, subject=f"account:{account.pk}")
