"""`portevoix sign-in-link [EMAIL]`: a fresh link that signs one person in, once."""

import argparse

from portevoix.cli import arguments as common
from portevoix.cli.language import gettext as _
from portevoix.cli.language import gettext_noop

HELP = gettext_noop(
    "Print a fresh link that signs a person in once: the first administrator, or the one named."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "email", nargs="?", metavar="EMAIL", help=_("whom it signs in; default: the first administrator")
    )
    common.add_format(parser, "table", "json")


def run(arguments: argparse.Namespace) -> int:
    """Print the link; return the exit status."""
    from portevoix.core.serving import base_url  # noqa: PLC0415
    from portevoix.people.links import link_for  # noqa: PLC0415

    link = link_for(arguments.email, base_url())
    if arguments.format == "json":
        common.print_json({"link": link})
    else:
        print(link)
    return 0
