"""The pages of Settings: one line each, in the order in which they stand."""

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_noop

from portevoix.people.models import Brand, User
from portevoix.programme.rights import allows


@dataclass(frozen=True)
class Tab:
    """A page of Settings: its label, its view (`page`), who has it, and the views that belong to it."""

    label: str
    page: str
    permission: str
    parts: frozenset[str] = frozenset()


TABS: Final = (
    Tab(
        gettext_noop("Programme"),
        "settings_programme",
        "programme.see",
        frozenset({"change_brand", "change_sphere", "change_range"}),
    ),
    Tab(gettext_noop("Phases"), "settings_phases", "programme.see", frozenset({"change_phase"})),
    Tab(gettext_noop("Editorial line"), "settings_line", "programme.see", frozenset({"write_line"})),
    Tab(
        gettext_noop("Voices"),
        "settings_voices",
        "programme.change",
        frozenset({"settings_voice", "hold_account", "end_holding", "connect_account"}),
    ),
    Tab(
        gettext_noop("Colleagues"),
        "settings_colleagues",
        "programme.change",
        frozenset({"settings_colleague", "give_consent"}),
    ),
    Tab(
        gettext_noop("Members"),
        "members",
        "people.change_members",
        frozenset({"invite", "invite_again", "give_role"}),
    ),
    Tab(
        gettext_noop("Holders"),
        "holders",
        "programme.change_holders",
        frozenset({"named_holders", "holder", "start_tenure"}),
    ),
    Tab(
        gettext_noop("Journal"),
        "journal",
        "people.read_journal",
        frozenset({"journal_of_named", "journal_actor"}),
    ),
    Tab(gettext_noop("Imports"), "imports", "ledger.import", frozenset({"upload", "upload_state"})),
    Tab(gettext_noop("Public page"), "settings_public", "programme.change", frozenset({"public_preview"})),
)
VIEWS: Final = frozenset(view for tab in TABS for view in (tab.page, *tab.parts))
"""Every page of Settings; whoever sees the brand at all may open the first."""


def tabs_of(user: User, brand: Brand) -> list[Tab]:
    """Return the pages of Settings that `user` may open in `brand`."""
    permissions = {tab.permission for tab in TABS}
    allowed = {permission for permission in permissions if allows(permission, user, brand)}
    return [tab for tab in TABS if tab.permission in allowed]
