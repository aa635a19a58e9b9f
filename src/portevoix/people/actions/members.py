"""Who takes part in a brand: invitations, and roles that are given, prolonged, taken away and put back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from portevoix.core import clock
from portevoix.core.errors import NotFound, UserError
from portevoix.people import journal, rights
from portevoix.people.actions.links import close_links, make_invitation_link
from portevoix.people.journal import By
from portevoix.people.models import GUESTS, Brand, Membership, Role, SignInLink, User
from portevoix.people.rules import GUEST_MONTHS, has_ended, lasts_less, latest_end, prolonged


@dataclass(frozen=True)
class Invitation:
    """Who was invited, and the token of the link to hand over; it is empty where none may be made here."""

    user: User
    token: str


@transaction.atomic
def invite(
    brand: Brand, *, name: str, email: str, role: Role, by: By, now: datetime, expires_on: date | None = None
) -> Invitation:
    """Give a role in `brand` to whoever has the address `email`; where nobody has it, an account is made.

    The account has no password: the person chooses one, coming in by the link. Who has an account already only
    gets the role. Raises NotAllowed, and UserError for what is no address, or as `grant` does.
    """
    _claim(brand, by=by)
    user = _person(brand, name=name, email=_address(email), by=by, role=role)
    grant(user, brand, role, by=by, expires_on=expires_on, on=brand.day(now))
    may_link = rights.awaits_password(user) and (not isinstance(by, User) or rights.may_invite(user, by=by))
    return Invitation(user, make_invitation_link(user, brand, by=by, now=now) if may_link else "")


def _address(email: str) -> str:
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError as problem:
        raise UserError(_("This is not an e-mail address. Nobody was invited.")) from problem
    return address


def _person(brand: Brand, *, name: str, email: str, by: By, role: Role) -> User:
    """Return whoever has that address, made now when nobody has."""
    found = User.objects.filter(email__iexact=email).first()
    if found and not found.is_active:
        raise UserError(
            _("This address cannot be invited; ask whoever runs the installation. Nobody was invited.")
        )
    if found:
        return found
    user = User.objects.create_user(email, name=name.strip())
    subject = f"user:{user.pk}"
    journal.record("people.member.invited", by=by, brand=brand, subject=subject, role=str(role))
    return user


@transaction.atomic
def invite_again(user: User, brand: Brand, *, by: By, now: datetime) -> str:
    """Return the token of a new link for `user`, who takes part in `brand` and has chosen no password yet.

    Raises NotAllowed, and NotFound when the person has no role there.
    """
    if not Membership.objects.filter(user=user, brand=brand).exists():
        raise NotFound(_("This person has no role in the brand."))
    return make_invitation_link(user, brand, by=by, now=now)


@transaction.atomic
def grant(
    user: User,
    brand: Brand,
    role: Role,
    *,
    by: By,
    expires_on: date | None = None,
    on: date | None = None,
) -> Membership:
    """Give `user` a role in `brand` until the end of the day `expires_on`, or change until when it lasts.

    `on` is the day of the brand on which that is done, today's when it is not told. Raises NotAllowed, and
    UserError for a day that is past, for a guest without a last day or with one that is too far away, and for
    the last lead's, which would leave the brand without one.
    """
    _claim(brand, by=by)
    _check_end(role, expires_on, on or brand.day(clock.now()))
    return _give(user, brand, role, expires_on, by=by)


def _claim(brand: Brand, *, by: By) -> None:
    """Keep others from the members of `brand` until the transaction ends, then ask whether `by` may change them.

    In this order: two leads taking the role from each other would else each be one still.
    """
    Brand.objects.select_for_update().get(pk=brand.pk)
    rights.require("people.change_members", by=by, brand=brand)


def _check_end(role: Role, expires_on: date | None, on: date) -> None:
    if has_ended(expires_on, on=on):
        raise UserError(_("This last day is already past. Nothing was changed; choose a later one."))
    if role in GUESTS and (expires_on is None or expires_on > latest_end(on)):
        sentence = _(
            "A consultant's access ends by itself: choose a last day within %(months)s months. "
            "Nothing was changed."
        )
        raise UserError(sentence % {"months": GUEST_MONTHS})


def _give(user: User, brand: Brand, role: Role, expires_on: date | None, *, by: By) -> Membership:
    if role == Role.LEAD:
        _check_lead(user, brand, expires_on, by=by)
    _forget_earlier_links(user, brand)
    membership, _made = Membership.objects.update_or_create(
        user=user, brand=brand, role=role, defaults={"expires_on": expires_on}
    )
    journal.record("people.membership.granted", by=by, brand=brand, subject=f"user:{user.pk}", role=str(role))
    return membership


def _check_lead(user: User, brand: Brand, expires_on: date | None, *, by: By) -> None:
    leads = _leads(brand)
    if user.pk not in leads:
        rights.require_appointment(brand, by=by)
    _check_leads_last(leads, {**leads, user.pk: expires_on})


def _leads(brand: Brand) -> dict[int, date | None]:
    """Return who leads `brand` today, by key, and until when."""
    leads = Membership.objects.current(brand.day(clock.now())).filter(brand=brand, role=Role.LEAD)
    return dict(leads.filter(user__is_active=True).values_list("user", "expires_on"))


def _come_in(leads: Mapping[int, date | None]) -> dict[int, date | None]:
    """Return those of `leads` who have a password, or have come in by a link."""
    by_link = set(
        SignInLink.objects.filter(user__in=leads).exclude(used_at=None).values_list("user", flat=True)
    )
    by_password = {user.pk for user in User.objects.filter(pk__in=leads) if user.has_usable_password()}
    return {key: day for key, day in leads.items() if key in by_link | by_password}


def _check_leads_last(before: Mapping[int, date | None], after: Mapping[int, date | None]) -> None:
    """Raise UserError when the brand, led as `before` tells, would sooner be without a lead."""
    if lasts_less(before.values(), after.values()):
        raise UserError(
            _(
                "The brand would be left without a lead. Give this role to somebody else first, with no last day "
                "or a later one; it was kept."
            )
        )


def _forget_earlier_links(user: User, brand: Brand) -> None:
    """Close the links of somebody who comes new to the brand: whoever has one would come in here as well."""
    if rights.awaits_password(user) and not Membership.objects.filter(user=user, brand=brand).exists():
        close_links(user, now=clock.now())


@transaction.atomic
def prolong(user: User, brand: Brand, role: Role, *, by: By, on: date) -> Membership:
    """Let a role that ends last longer by one step, counted on the day `on`; one that has ended begins again.

    Raises NotAllowed, and NotFound when the person does not have it.
    """
    _claim(brand, by=by)
    found = Membership.objects.filter(user=user, brand=brand, role=role).first()
    if found is None:
        raise NotFound(_("This person does not have this role."))
    if found.expires_on is None and role not in GUESTS:
        return found
    return _give(user, brand, role, prolonged(found.expires_on, on=on), by=by)


@transaction.atomic
def remove(user: User, brand: Brand, role: Role, *, by: By) -> bool:
    """Take a role away from `user` in `brand`; return whether there was one.

    The links of somebody who has chosen no password yet stop working. Raises NotAllowed, and UserError for the
    last lead's role, whoever takes it; one's own goes only to a lead who has come in, since nobody else undoes it.
    """
    _claim(brand, by=by)
    if role == Role.LEAD:
        leads = _leads(brand)
        others = {key: day for key, day in leads.items() if key != user.pk}
        _check_leads_last(leads, _come_in(others) if by == user else others)
    removed, _rows = Membership.objects.filter(user=user, brand=brand, role=role).delete()
    if removed:
        if rights.awaits_password(user):
            close_links(user, now=clock.now())
        journal.record(
            "people.membership.removed", by=by, brand=brand, subject=f"user:{user.pk}", role=str(role)
        )
    return bool(removed)


@transaction.atomic
def put_back(user: User, brand: Brand, role: Role, *, expires_on: date | None, by: By) -> Membership:
    """Undo a change: let `user` have the role in `brand` until the very day that it had, past or not.

    Raises NotAllowed, and UserError when the brand would be left without a lead.
    """
    _claim(brand, by=by)
    return _give(user, brand, role, expires_on, by=by)
