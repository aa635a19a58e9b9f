"""Serving a whole installation from one terminal: web and worker under one supervisor.

What `portevoix up` and `portevoix demo` share: choose the port, wait until the pages answer, say where.
"""

import contextlib
import http.client
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _

from portevoix.core.errors import UserError
from portevoix.core.locks import machine_lock
from portevoix.core.supervisor import Supervisor

HEALTH_PATH: Final = "/health/"
PATIENCE: Final = 60.0
"""Seconds that the pages have to answer for the first time."""
_LOOK: Final = 0.1
_LOCK: Final = "served"


def free_port(address: str, port: int) -> int:
    """Return `port` when it is free on `address`, or any free one for 0. Raises UserError when it is taken."""
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except (OSError, OverflowError) as problem:
            sentence = _(
                "Port %(port)d of %(address)s cannot be used (%(reason)s). Nothing was started; "
                "choose another with --port, or --port 0 for any free one."
            )
            reason = getattr(problem, "strerror", None) or problem
            raise UserError(sentence % {"port": port, "address": address, "reason": reason}) from problem
        return int(probe.getsockname()[1])


def check_address(address: str) -> None:
    """Raise UserError when `address` means every one of this machine and none is known that people type.

    Pages answer only to names that they know: another could be one that somebody else invented.
    """
    if _reachable(address) != address and not settings.PUBLIC_URL:
        sentence = _(
            "%(address)s means every address of this machine, and the pages answer only to names they know. "
            "Nothing was started; set PORTEVOIX_PUBLIC_URL to what people type, such as http://192.168.1.20:8000."
        )
        raise UserError(sentence % {"address": address})


def _reachable(address: str) -> str:
    """Return an address that a browser on this machine can open, for one that means every interface."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address, address)  # noqa: S104


def local_url(address: str, port: int) -> str:
    """Return the address to type in a browser on this machine, without a final slash."""
    host = _reachable(address)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def base_url() -> str:
    """Return where the pages are: the public address, else that of a running `up`, else the configured one."""
    if settings.PUBLIC_URL:
        return str(settings.PUBLIC_URL)
    with contextlib.suppress(OSError):
        return _address_file().read_text(encoding="utf-8").strip()
    return local_url(settings.ADDRESS, settings.PORT)


def _address_file() -> Path:
    return Path(settings.DATA) / "address"


def is_served() -> bool:
    """Return whether pages and worker of this data folder run under one supervisor of this machine."""
    with machine_lock(_LOCK) as is_free:
        return not is_free


def _answers(address: str, port: int) -> bool:
    connection = http.client.HTTPConnection(_reachable(address), port, timeout=2)
    try:
        connection.request("GET", HEALTH_PATH)
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _wait(supervisor: Supervisor, address: str, port: int) -> bool:
    """Return once the pages answer (True) or somebody asks to stop (False). Raises UserError when they cannot."""
    deadline = time.monotonic() + PATIENCE
    while not supervisor.is_stopping:
        if _answers(address, port):
            return True
        if supervisor.has_died_early("web") or time.monotonic() > deadline:
            raise UserError(_("The web process did not start; what it said stands above. Nothing was lost."))
        time.sleep(_LOOK)
    return False


def serve(*, address: str, port: int, welcome: Callable[[str], str]) -> None:
    """Run web and worker until asked to stop.

    Once the pages answer, `welcome` is given their address and returns what to print. Raises UserError when
    the address or the port cannot be used, or the web process does not start.
    """
    check_address(address)
    chosen = free_port(address, port)
    where = settings.PUBLIC_URL or local_url(address, chosen)
    children = {"web": ["web", "--address", address, "--port", str(chosen)], "worker": ["worker"]}
    with machine_lock(_LOCK), Supervisor(children).supervised() as supervisor:
        if not _wait(supervisor, address, chosen):
            return
        _address_file().write_text(where, encoding="utf-8")
        try:
            print(welcome(where), flush=True)
            supervisor.run()
        finally:
            _address_file().unlink(missing_ok=True)
    print(
        _("Porte-voix has stopped. Everything is kept in %(folder)s.") % {"folder": settings.DATA},
        file=sys.stderr,
    )
