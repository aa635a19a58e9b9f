"""What can be done to people: their accounts, sign-in links, roles in brands and invitations."""

from portevoix.people.actions.accounts import (
    PLACEHOLDER_DOMAIN,
    change_password,
    choose_language,
    choose_name,
    complete,
    ensure_administrator,
    has_placeholder,
    is_incomplete,
)
from portevoix.people.actions.links import INVITATION_LIFE, LINK_LIFE, make_sign_in_link, use_sign_in_link
from portevoix.people.actions.members import (
    Invitation,
    grant,
    invite,
    invite_again,
    prolong,
    put_back,
    remove,
)

__all__ = (
    "INVITATION_LIFE",
    "LINK_LIFE",
    "PLACEHOLDER_DOMAIN",
    "Invitation",
    "change_password",
    "choose_language",
    "choose_name",
    "complete",
    "ensure_administrator",
    "grant",
    "has_placeholder",
    "invite",
    "invite_again",
    "is_incomplete",
    "make_sign_in_link",
    "prolong",
    "put_back",
    "remove",
    "use_sign_in_link",
)
