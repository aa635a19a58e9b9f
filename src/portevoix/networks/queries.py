"""Readings of networks and accounts."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from portevoix.core import clock
from portevoix.core.errors import NotFound, UserError
from portevoix.core.prepared import prepared
from portevoix.networks.connector import Connector, abilities_of
from portevoix.networks.contracts import Ability
from portevoix.networks.health import Health, health
from portevoix.networks.models import Account, Connection, Holding, PublicList
from portevoix.networks.registry import NETWORKS, connector_class, opening
from portevoix.people.models import Brand
from portevoix.programme.models import Voice, VoiceKind


def known_network(key: str) -> str:
    """Return `key` when it names a network of the registry. Raises NotFound otherwise, naming those there are."""
    if key not in NETWORKS:
        sentence = _("There is no network %(key)s; there are: %(known)s.")
        raise NotFound(sentence % {"key": key, "known": ", ".join(NETWORKS)})
    return key


def accounts_at(brand: Brand, instant: datetime) -> dict[int, list[Account]]:
    """Return {row id of a voice: the accounts that it holds at `instant`}, each with its connection: one query."""
    held: dict[int, list[Account]] = defaultdict(list)
    for holding in _held(brand=brand.pk, instant=instant):
        held[holding.voice_id].append(holding.account)
    return held


@prepared
def _held(brand: Any, instant: Any) -> QuerySet[Holding]:
    holdings = Holding.objects.at(instant).filter(voice__brand=brand).select_related("account__connection")
    return holdings.order_by("account__network", "account__handle", "pk")


def connection_of(account: Account) -> Connection | None:
    """Return what opens `account`, None where nothing does: no query for an account of `accounts_at`."""
    try:
        return account.connection
    except Connection.DoesNotExist:
        return None


def health_of(account: Account) -> Health:
    """Return how `account` fares."""
    connection = connection_of(account)
    return health(
        is_import_only=NETWORKS[account.network].is_import_only,
        is_linked=connection is not None,
        is_broken=connection is not None and connection.is_broken,
        failure=connection.failure if connection else "",
        ends_at=connection.ends_at if connection else None,
        now=clock.now(),
    )


def training_connection(account: Account) -> Connection:
    """Return what opens `account`, on a network inside the product.

    Raises UserError when the network reaches the outside, and when the account is not connected.
    """
    if account.network not in opening():
        raise UserError(_("This network reaches the public: nothing is tried out there. Nothing was sent."))
    found = Connection.objects.filter(account=account).first()
    if found is None:
        raise UserError(_("This account is not connected yet. Nothing was sent; connect it first."))
    return found


def training_holdings(brand: Brand, instant: datetime) -> list[Holding]:
    """Return who holds which account on a network inside the product, for the voices that `brand` owns."""
    held = Holding.objects.at(instant).filter(voice__brand=brand, account__network__in=opening())
    held = held.exclude(voice__kind=VoiceKind.NAMED).filter(account__connection__isnull=False)
    return list(held.select_related("voice__brand", "account__brand").order_by("voice__slug", "pk"))


def listed_accounts(brand: Brand, network: str, instant: datetime) -> list[str]:
    """Return the ids of the accounts on `network` through which personas of `brand` are heard at `instant`.

    They are what the public list holds; named voices are never among them.
    """
    heard = Voice.objects.official().filter(brand=brand, kind=VoiceKind.PERSONA)
    held = Holding.objects.at(instant).filter(voice__in=heard, account__network=network)
    return sorted(set(held.values_list("account__remote_id", flat=True)))


def keeps_lists(account: Account, instant: datetime) -> bool:
    """Return whether `account` can keep the public list: the brand's own voice has it, on a network with lists."""
    if NETWORKS[account.network].is_import_only:
        return False
    if not connector_class(account.network).capabilities.can_keep_lists:
        return False
    held = Holding.objects.at(instant).filter(account=account, voice__kind=VoiceKind.BRAND)
    return held.filter(voice__brand=account.brand_id).exists()


def may_keep_list(account: Account) -> bool:
    """Return whether the connection of `account` may keep lists, as far as anybody looked."""
    connection = connection_of(account)
    return connection is not None and (connection.granted is None or Ability.KEEP_LISTS in connection.granted)


def public_list(brand: Brand, network: str) -> PublicList | None:
    """Return the public list that is kept of `brand` on `network`, with the account that keeps it, or None."""
    return PublicList.objects.filter(brand=brand, network=network).select_related("account").first()


def granted_to(account: Account, connector: Connector) -> frozenset[Ability]:
    """Return what the sign-in of `account` may do: all that its network can, until somebody has looked."""
    connection = connection_of(account)
    possible = abilities_of(connector.capabilities)
    if connection is None or connection.granted is None:
        return possible
    return possible & {Ability(each) for each in connection.granted}


@dataclass(frozen=True)
class Speakers:
    """Who ever spoke through which account of a brand: the voices by row id, and the accounts of named ones.

    `named` are (network, id there): whatever they did, at any time, would tell beside a persona who that is.
    """

    voices: dict[int, Voice]
    named: frozenset[tuple[str, str]]


def speakers(brand: Brand) -> Speakers:
    """Return who ever spoke through accounts of `brand`, with one query."""
    told = (*(f"voice__{name}" for name in _VOICE), "account__network", "account__remote_id")
    voices: dict[int, Voice] = {}
    named = set()
    for *voice, network, remote_id in (
        Holding.objects.filter(voice__brand=brand).order_by().values_list(*told)
    ):
        found = voices.setdefault(voice[0], Voice.from_db("default", _VOICE, voice))
        if found.is_named:
            named.add((network, remote_id))
    return Speakers(voices, frozenset(named))


_VOICE: Final = ("id", "brand_id", "slug", "kind", "state", "first_name", "name", "hue")
"""What a list tells of a voice."""
