"""`portevoix web`: the web process."""

import argparse

from portevoix.cli import arguments as common
from portevoix.cli.language import gettext as _
from portevoix.cli.language import gettext_noop

HELP = gettext_noop("Serve the pages.")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    common.add_place(parser)


def run(arguments: argparse.Namespace) -> int:
    """Serve until asked to stop; return the exit status."""
    from django.conf import settings  # noqa: PLC0415
    from granian import Granian  # noqa: PLC0415
    from granian.constants import Interfaces  # noqa: PLC0415
    from granian.log import LogLevels  # noqa: PLC0415

    from portevoix.core.serving import check_address, free_port, local_url  # noqa: PLC0415

    check_address(settings.ADDRESS)
    wanted = settings.PORT if arguments.port is None else arguments.port
    port = free_port(settings.ADDRESS, wanted)
    if not wanted:
        print(_("Porte-voix answers at %(url)s/") % {"url": local_url(settings.ADDRESS, port)}, flush=True)
    Granian(
        "portevoix.config.wsgi:application",
        address=settings.ADDRESS,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=4,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
    ).serve()
    return 0
