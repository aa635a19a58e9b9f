"""`portevoix web`: the web process."""

import argparse

from portevoix.cli import arguments as common

HELP = "Serve the pages."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--address", help="listen here instead of the configured address")
    parser.add_argument("--port", type=common.port, help="listen on this port instead of the configured one")


def run(arguments: argparse.Namespace) -> int:
    """Serve until asked to stop; return the exit status."""
    from django.conf import settings  # noqa: PLC0415
    from granian import Granian  # noqa: PLC0415
    from granian.constants import Interfaces  # noqa: PLC0415
    from granian.log import LogLevels  # noqa: PLC0415

    from portevoix.core.serving import check_address  # noqa: PLC0415

    check_address(settings.ADDRESS)
    Granian(
        "portevoix.config.wsgi:application",
        address=settings.ADDRESS,
        port=settings.PORT if arguments.port is None else arguments.port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=4,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
    ).serve()
    return 0
