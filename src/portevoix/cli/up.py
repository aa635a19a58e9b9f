"""`portevoix up`: everything under one supervisor."""

import argparse

from portevoix.cli import arguments as common
from portevoix.cli.language import gettext_noop

HELP = gettext_noop("Run the web pages and the background work together, and print where they are.")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    common.add_place(parser)


def run(arguments: argparse.Namespace) -> int:
    """Serve until asked to stop; return the exit status."""
    from django.conf import settings  # noqa: PLC0415

    from portevoix.core.serving import serve  # noqa: PLC0415
    from portevoix.people.links import greeting  # noqa: PLC0415

    port = settings.PORT if arguments.port is None else arguments.port
    serve(address=settings.ADDRESS, port=port, welcome=greeting)
    return 0
