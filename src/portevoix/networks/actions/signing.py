"""Signing in to a network for a voice: typed here, or agreed to there, until an account is linked to the voice."""

import json
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from portevoix.core.errors import NotFound, UserError
from portevoix.networks.actions.linking import link
from portevoix.networks.connector import Connector
from portevoix.networks.contracts import ActorRef, Profile
from portevoix.networks.errors import SignInUnfinished
from portevoix.networks.fitting import actor as fitted
from portevoix.networks.models import Account, Connection, Holding, UnderWay
from portevoix.networks.registry import NETWORKS, connector_class
from portevoix.networks.rights import require_link_voice
from portevoix.networks.signing import Signed
from portevoix.people import journal
from portevoix.people.journal import By
from portevoix.people.models import User
from portevoix.programme.models import Voice

PATIENCE: Final = timedelta(minutes=30)
"""How long a person may take at the network, and to choose among the accounts that were opened."""


def sign_in(
    voice: Voice,
    network: str,
    answers: Mapping[str, str],
    *,
    account: Account | None = None,
    by: User,
    now: datetime,
) -> UnderWay:
    """Sign in with what a person typed; what was opened waits in the answer to be linked to `voice`.

    `account` is the one that is connected again. Raises NotAllowed, OptionsRefused and NetworkError, nothing
    kept.
    """
    require_link_voice(voice, by=by)
    signed = door_of(network).sign_in(answers, now=now)
    under_way = _begun(voice, network, account, by=by, now=now)
    under_way.signed = _told(signed)
    under_way.save()
    return under_way


def begin(
    voice: Voice,
    network: str,
    answers: Mapping[str, str],
    *,
    redirect_to: str,
    account: Account | None = None,
    by: User,
    now: datetime,
) -> str:
    """Return where the person has to go to agree; they come back to `redirect_to`, and `finish` is called.

    Raises as `sign_in`.
    """
    require_link_voice(voice, by=by)
    state = secrets.token_urlsafe(32)
    begun = door_of(network).begin_sign_in(answers, redirect_to=redirect_to, state=state, now=now)
    under_way = _begun(voice, network, account, by=by, now=now)
    under_way.state, under_way.pending = _digest(state), begun.pending
    under_way.save()
    return begun.url


def finish(returned: Mapping[str, str], *, by: User, now: datetime) -> UnderWay:
    """Take what a person came back from the network with; what was opened waits in the answer.

    One return is taken once; again only after SignInUnfinished, with what was granted. Raises NotFound when
    nobody, or somebody else, began it, or too long ago; OptionsRefused and NetworkError as the network answers.
    """
    under_way = _taken(returned.get("state", ""), by=by, now=now)
    require_link_voice(under_way.voice, by=by)
    try:
        signed = door_of(under_way.network).finish_sign_in(under_way.pending, returned, now=now)
    except SignInUnfinished as stopped:
        under_way.pending, under_way.state = stopped.pending, _digest(returned["state"])
        under_way.save()
        raise
    under_way.pending, under_way.signed = "", _told(signed)
    under_way.save()
    return under_way


@transaction.atomic
def choose(under_way: UnderWay, remote_id: str, *, by: User, now: datetime) -> Connection:
    """Link the account `remote_id`, one of those that were opened, to the voice; the sign-in is over then.

    Raises NotAllowed, NotFound, and UserError when the voice may not speak through it or another one does.
    """
    signed = next((one for one in opened_by(under_way) if one.profile.actor.remote_id == remote_id), None)
    if signed is None:
        raise NotFound(_("This sign-in opens no such account."))
    connection = attach(under_way.voice, under_way.network, signed, account=under_way.account, by=by, now=now)
    under_way.delete()
    return connection


@transaction.atomic
def attach(
    voice: Voice, network: str, signed: Signed, *, account: Account | None = None, by: By, now: datetime
) -> Connection:
    """Let `voice` speak through the account that was opened, from now on, and connect it.

    What is connected again keeps its facts and its holders; what only its old credentials had is kept. Raises
    NotAllowed, and UserError when it is another account than `account`, when the network keeps it for the person
    whose name it bears, or when another voice holds it.
    """
    require_link_voice(voice, by=by)
    _require_same(account, signed)
    _require_own_name(voice, network, signed, now=now)
    told = account or _account(voice, network, signed.profile.actor)
    _hold(voice, told, by=by, now=now)
    known = Connection.objects.filter(account=told).first()
    credentials = (
        door_of(network).kept(known.credentials, signed.credentials) if known else signed.credentials
    )
    return link(told, options=signed.options, credentials=credentials, by=by, now=now)


def forget_old(*, now: datetime) -> int:
    """Forget sign-ins that nobody finished in time, with what they opened. Return how many."""
    return UnderWay.objects.filter(begun_at__lte=now - PATIENCE).delete()[0]


def opened_by(under_way: UnderWay) -> tuple[Signed, ...]:
    """Return the accounts that a sign-in has opened."""
    return tuple(_read(each) for each in json.loads(under_way.signed or "[]"))


def under_way_of(number: int, *, by: User, now: datetime) -> UnderWay:
    """Return a sign-in that `by` has under way. Raises NotFound for another's, or one of too long ago."""
    found = UnderWay.objects.filter(pk=number, begun_by=by, begun_at__gt=now - PATIENCE)
    under_way = found.select_related("voice__brand", "account").first()
    if under_way is None:
        raise NotFound(
            _("This sign-in is over, or was begun too long ago. Nothing was changed; begin again.")
        )
    return under_way


def door_of(network: str) -> type[Connector]:
    """Return the connector class of a network. Raises UserError when facts of it come from files alone."""
    if NETWORKS[network].is_import_only:
        words = {"network": NETWORKS[network].label}
        raise UserError(_("%(network)s cannot be connected yet: bring its figures by file.") % words)
    return connector_class(network)


def _begun(voice: Voice, network: str, account: Account | None, *, by: User, now: datetime) -> UnderWay:
    """Return a new sign-in, not stored."""
    state = _digest(secrets.token_urlsafe(32))
    return UnderWay(voice=voice, account=account, network=network, begun_by=by, begun_at=now, state=state)


def _taken(state: str, *, by: User, now: datetime) -> UnderWay:
    """Return the sign-in that `state` names, which nobody can take again."""
    found = UnderWay.objects.filter(state=_digest(state), begun_by=by).first() if state else None
    under_way = under_way_of(found.pk if found else 0, by=by, now=now)
    spent = _digest(secrets.token_urlsafe(32))
    if not UnderWay.objects.filter(pk=under_way.pk, state=_digest(state)).update(state=spent):
        return under_way_of(0, by=by, now=now)
    under_way.state = spent
    return under_way


def _digest(state: str) -> str:
    return sha256(state.encode()).hexdigest()


def _told(signed: tuple[Signed, ...]) -> str:
    return json.dumps(
        [
            {
                "actor": vars(one.profile.actor),
                "read_at": one.profile.read_at.isoformat(),
                "options": dict(one.options),
                "credentials": one.credentials,
                "is_personal": one.is_personal,
            }
            for one in signed
        ]
    )


def _read(told: Mapping[str, Any]) -> Signed:
    profile = Profile(ActorRef(**told["actor"]), datetime.fromisoformat(told["read_at"]))
    return Signed(profile, told["options"], told["credentials"], is_personal=told["is_personal"])


def _require_same(account: Account | None, signed: Signed) -> None:
    actor = signed.profile.actor
    if account and actor.remote_id != account.remote_id:
        words = {"other": actor.handle or actor.remote_id, "account": account.handle or account.remote_id}
        raise UserError(
            _(
                "This sign-in opens %(other)s, and %(account)s is the account to connect again. Nothing was "
                "changed: sign in there as %(account)s, or link %(other)s as an account of its own."
            )
            % words
        )


def _require_own_name(voice: Voice, network: str, signed: Signed, *, now: datetime) -> None:
    """Hold that an account which a network keeps for a real person is that person's, who has consented."""
    if not signed.is_personal:
        return
    words = {"network": NETWORKS[network].label}
    if not voice.is_named:
        raise UserError(
            _(
                "%(network)s keeps this profile for the real person whose name it bears: no persona may speak "
                "through it. Choose a Page instead. Nothing was linked."
            )
            % words
        )
    if not voice.consents.in_force(voice.brand.day(now)).exists():
        raise UserError(
            _(
                "This person has not consented in writing, or has revoked it. Nothing was linked; "
                "record the consent."
            )
        )


def _account(voice: Voice, network: str, actor: ActorRef) -> Account:
    fit = fitted(actor)
    told = {"handle": fit.handle, "display_name": fit.display_name, "url": fit.url}
    account, _is_new = Account.objects.update_or_create(
        brand=voice.brand, network=network, remote_id=actor.remote_id, defaults=told
    )
    return account


def _hold(voice: Voice, account: Account, *, by: By, now: datetime) -> None:
    """Let `voice` hold `account` from now on, unless it does."""
    # Locked to the end, so that two sign-ins which finish together do not both hold it.
    Account.objects.select_for_update().get(pk=account.pk)
    held = list(Holding.objects.overlapping(now, None).filter(account=account).select_related("voice"))
    if other := next((each for each in held if each.voice_id != voice.pk), None):
        words = {"voice": other.voice.display_name}
        if other.voice.is_named != voice.is_named:
            raise UserError(_("Another voice holds this account. Nothing was linked; end that first."))
        raise UserError(_("%(voice)s holds this account. Nothing was linked; end that first.") % words)
    if not Holding.objects.at(now).filter(account=account, voice=voice).exists():
        Holding.objects.create(voice=voice, account=account, from_at=now)
        journal.record(
            "networks.account.held",
            by=require_link_voice(voice, by=by),
            brand=voice.brand,
            subject=f"account:{account.pk}",
            voice=voice.slug,
            from_at=now.isoformat(),
            to_at=None,
        )
