"""What an account of LinkedIn needs to know, and what a person does at LinkedIn before connecting one."""

import re
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from portevoix.networks.connector import Options
from portevoix.networks.contracts import Asked
from portevoix.networks.errors import OptionsRefused
from portevoix.networks.signing import GuideStep

ORGANIZATION: Final = "urn:li:organization:"
PERSON: Final = "urn:li:person:"
DEVELOPERS: Final = "https://www.linkedin.com/developers/apps"
KNOWN: Final = frozenset({"account"})
SCOPES: Final = (
    *("r_basicprofile", "w_member_social", "rw_organization_admin"),
    *("r_organization_social", "w_organization_social"),
    *("r_organization_social_feed", "w_organization_social_feed"),
)
"""Permissions of the product “Community Management API”."""
ASKS: Final = (
    Asked("client_id", gettext_noop("Client ID"), gettext_noop("From the application's page “Auth”.")),
    Asked(
        "client_secret",
        gettext_noop("Primary Client Secret"),
        gettext_noop("From the same page."),
        is_secret=True,
    ),
)
GUIDE: Final = (
    GuideStep(
        gettext_noop("Create an application at LinkedIn"),
        gettext_noop(
            "Create one application for your company, and have it verified by an administrator of your "
            "company's Page. Use it for nothing else: LinkedIn gives the product you need to applications that "
            "have no other."
        ),
        DEVELOPERS,
    ),
    GuideStep(
        gettext_noop("Ask for the product “Community Management API”"),
        gettext_noop(
            "On the page “Products”, ask for “Community Management API”. LinkedIn reviews the request and may "
            "take some weeks. The first tier allows few calls a day; ask for the standard tier within twelve "
            "months."
        ),
        DEVELOPERS,
    ),
    GuideStep(
        gettext_noop("Let people sign in with it"),
        gettext_noop("On the page “Auth”, add this address to the authorized redirect URLs."),
        DEVELOPERS,
        copy="redirect",
    ),
    GuideStep(
        gettext_noop("Give the persona a Page of its own"),
        gettext_noop(
            "LinkedIn forbids profiles of invented people. A persona speaks through a Page or a showcase Page; "
            "the person who signs in must be its administrator. A real person may speak through the profile that "
            "bears the person's own name, once consent is recorded."
        ),
        "https://www.linkedin.com/company/setup/new/",
    ),
    GuideStep(
        gettext_noop("Bring the application's keys"),
        gettext_noop(
            "Copy the Client ID and the Primary Client Secret here. Then sign in at LinkedIn, and agree."
        ),
        DEVELOPERS,
    ),
)
_ACCOUNT: Final = re.compile(r"urn:li:(?:organization:[0-9]{1,19}|person:[A-Za-z0-9_-]{1,40})")


@dataclass(frozen=True)
class LinkedInOptions:
    """Checked options: the account's URN."""

    account: str

    @property
    def is_person(self) -> bool:
        """Return whether the account is a person's own profile, and no Page."""
        return self.account.startswith(PERSON)


def read_options(options: Options) -> LinkedInOptions:
    """Return `options` checked. Raises OptionsRefused."""
    account = options.get("account")
    if unknown := options.keys() - KNOWN:
        raise OptionsRefused(_("An account of LinkedIn knows no option “%(name)s”.") % {"name": min(unknown)})
    if not isinstance(account, str) or not _ACCOUNT.fullmatch(account):
        raise OptionsRefused(_("An account of LinkedIn is a Page or a profile, known by its URN."))
    return LinkedInOptions(account)
