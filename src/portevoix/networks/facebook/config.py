"""What a Facebook Page needs to know, and what a person does at Meta before connecting one."""

import re
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from portevoix.networks.connector import Options
from portevoix.networks.contracts import Asked
from portevoix.networks.errors import OptionsRefused
from portevoix.networks.signing import GuideStep

APPS: Final = "https://developers.facebook.com/apps/"
KNOWN: Final = frozenset({"account"})
SCOPES: Final = (
    *("pages_show_list", "pages_read_engagement", "pages_manage_posts"),
    *("pages_read_user_content", "pages_manage_engagement", "read_insights"),
)
ASKS: Final = (
    Asked("client_id", gettext_noop("App ID"), gettext_noop("From the app's page “Settings”, “Basic”.")),
    Asked("client_secret", gettext_noop("App secret"), gettext_noop("From the same page."), is_secret=True),
)
GUIDE: Final = (
    GuideStep(
        gettext_noop("Create an app at Meta"),
        gettext_noop(
            "Create one app for your company, of the type “Business”, and choose to manage everything on your "
            "Page. Link it to your company's business portfolio."
        ),
        APPS,
    ),
    GuideStep(
        gettext_noop("Let people sign in with it"),
        gettext_noop(
            "Add “Facebook Login”, and in its settings this address to the valid OAuth redirect URIs. Leave "
            "“Require app secret” off."
        ),
        APPS,
        copy="redirect",
    ),
    GuideStep(
        gettext_noop("Ask for the permissions"),
        gettext_noop(
            "Porte-voix asks for pages_show_list, pages_read_engagement, pages_manage_posts, "
            "pages_read_user_content, pages_manage_engagement and read_insights. People with a role in the app "
            "can grant them at once; for everybody else Meta reviews the app and verifies your company first."
        ),
        APPS,
    ),
    GuideStep(
        gettext_noop("Give the persona a Page of its own"),
        gettext_noop(
            "Meta forbids profiles of invented people, so a persona speaks through a Page. The person who signs "
            "in needs full control of it, or the right to publish on it. Nobody outside sees who that is."
        ),
        "https://www.facebook.com/pages/create",
    ),
    GuideStep(
        gettext_noop("Bring the app's keys"),
        gettext_noop(
            "Copy the App ID and the App secret here. Then sign in at Facebook, choose the Pages, and agree."
        ),
        APPS,
    ),
)
_NUMBER: Final = re.compile(r"[0-9]{1,20}")
_POST: Final = re.compile(r"[0-9]{1,20}_[0-9]{1,20}")


@dataclass(frozen=True)
class FacebookOptions:
    """Checked options: the number of the Page."""

    account: str


def is_number(text: str) -> bool:
    """Return whether `text` can be the number of a Page or a picture."""
    return bool(_NUMBER.fullmatch(text))


def is_object(text: str) -> bool:
    """Return whether `text` can be the id of a post (Page and post) or of a comment (post and comment)."""
    return bool(_POST.fullmatch(text))


def read_options(options: Options) -> FacebookOptions:
    """Return `options` checked. Raises OptionsRefused."""
    account = options.get("account")
    if unknown := options.keys() - KNOWN:
        raise OptionsRefused(_("A Facebook Page knows no option “%(name)s”.") % {"name": min(unknown)})
    if not isinstance(account, str) or not is_number(account):
        raise OptionsRefused(_("A Facebook Page is known by its number there, not by its name."))
    return FacebookOptions(account)
