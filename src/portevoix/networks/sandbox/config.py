"""What a sandbox account needs to know: its id there, and the file that is the network."""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from portevoix.networks.connector import Options
from portevoix.networks.contracts import Asked
from portevoix.networks.errors import OptionsRefused

KNOWN = frozenset({"account", "file"})
ASKS = (
    Asked("account", gettext_noop("Id in the sandbox")),
    Asked(
        "token",
        gettext_noop("Token"),
        gettext_noop("Leave it empty: the sandbox opens the account by itself."),
        is_secret=True,
    ),
)


@dataclass(frozen=True)
class SandboxOptions:
    """Checked options: the account's id, and the network's file."""

    account: str
    file: Path


def default_file() -> Path:
    """Return the file of the installation's own sandbox, beside its database but never in it."""
    return Path(settings.DATA) / "sandbox.sqlite3"


def read_options(options: Options) -> SandboxOptions:
    """Return `options` checked: `account` (required) and `file`, inside the data folder.

    Without `file` it is the installation's own sandbox. Raises OptionsRefused.
    """
    account, file = options.get("account"), options.get("file", "")
    if unknown := options.keys() - KNOWN:
        raise OptionsRefused(_("The sandbox knows no option “%(name)s”.") % {"name": min(unknown)})
    if not isinstance(account, str) or not account or "/" in account or not account.isprintable():
        raise OptionsRefused(_("A sandbox account needs the id that it has there, without a slash."))
    if not isinstance(file, str):
        raise OptionsRefused(_("The sandbox's file is a path written as text."))
    return SandboxOptions(account, _inside(file) if file else default_file())


def _inside(file: str) -> Path:
    """Return the path of `file`, relative to the data folder. Raises OptionsRefused when it leads out of it."""
    folder = Path(settings.DATA).resolve()
    try:
        path = (folder / file).resolve() if file.isprintable() else folder
    except (OSError, RuntimeError):  # links that lead in a circle
        path = folder
    if folder not in path.parents or path.is_dir():
        raise OptionsRefused(_("The sandbox's file lies inside the data folder."))
    return path


def check_token(token: str) -> str:
    """Return `token` when it can be one. Raises OptionsRefused."""
    if not token.isprintable():
        raise OptionsRefused(_("This is no token of the sandbox."))
    return token
