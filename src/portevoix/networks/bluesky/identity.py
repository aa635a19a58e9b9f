"""From a handle to the account's id, and from there to the server on which it lives: anybody may run one."""

from datetime import datetime
from typing import Any, Final
from urllib.parse import unquote

from django.utils.translation import gettext as _

from portevoix.core.http import Client
from portevoix.networks.bluesky.config import DID, check_server
from portevoix.networks.calls import Calls, understood
from portevoix.networks.errors import NetworkError, OptionsRefused, UnexpectedReply, Unreachable

ENTRY: Final = "https://public.api.bsky.app"
"""Who is asked first for the id of a handle; it looks both at the domain's records and at its site."""
DIRECTORY: Final = "https://plc.directory"
"""Where identities of the kind did:plc are kept."""


class Identities:
    """Looks accounts up, over `client`. `entry` and `directory` are addresses of servers."""

    def __init__(self, client: Client, *, entry: str = ENTRY, directory: str = DIRECTORY) -> None:
        self._calls = Calls(client, entry)
        self._directory = directory

    def server_of(self, named: str, *, now: datetime) -> str:
        """Return the address of the server on which the account of a handle, or of an id, lives.

        Raises OptionsRefused when there is none, or when the identity does not claim the handle back.
        """
        did = named if DID.fullmatch(named) else self._did_of(named, now)
        document = self._document(did, now)
        with understood(writes=False):
            claimed = [str(name).lower() for name in document.get("alsoKnownAs", ())]
            if named != did and f"at://{named}" not in claimed:
                raise OptionsRefused(
                    _("This handle points to an account that does not use it. Check the handle.")
                )
            return check_server(_server(document))

    def _did_of(self, handle: str, now: datetime) -> str:
        """Return the id of `handle`: as the entry knows it, else as its own domain says."""
        try:
            query = {"handle": handle}
            told = self._calls.json("GET", "/xrpc/com.atproto.identity.resolveHandle", now=now, params=query)
            with understood(writes=False):
                return _checked(str(told["did"]))
        except UnexpectedReply:
            return self._did_from_domain(handle, now)

    def _did_from_domain(self, handle: str, now: datetime) -> str:
        try:
            answer = self._calls.ask("GET", f"https://{handle}/.well-known/atproto-did", now=now)
            return _checked(answer.text.strip())
        except (UnexpectedReply, Unreachable):
            raise _nobody() from None

    def _document(self, did: str, now: datetime) -> dict[str, Any]:
        """Return the document of an identity. Raises OptionsRefused when there is none."""
        kind, _colon, name = did.removeprefix("did:").partition(":")
        own = f"https://{unquote(name)}/.well-known/did.json"
        address = own if kind == "web" else f"{self._directory}/{did}"
        try:
            told = self._calls.json("GET", address, now=now)
        except UnexpectedReply:
            raise _nobody() from None
        if not isinstance(told, dict):
            raise UnexpectedReply("an identity that is no object")
        return told


def _server(document: dict[str, Any]) -> str:
    for service in document.get("service", ()):
        if str(service["id"]).endswith("#atproto_pds"):
            return str(service["serviceEndpoint"])
    raise OptionsRefused(_("This account has no server. Ask whoever runs it, or type the server's address."))


def _checked(did: str) -> str:
    if not DID.fullmatch(did):
        raise UnexpectedReply("no id of an account where one was promised")
    return did


def _nobody() -> NetworkError | OptionsRefused:
    return OptionsRefused(
        _("Nobody has this handle. Check its spelling, and that the account is still there.")
    )
