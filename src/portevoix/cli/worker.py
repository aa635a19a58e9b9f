"""`portevoix worker`: background work and the timetable."""

import argparse

from portevoix.cli.language import gettext_noop

HELP = gettext_noop("Run background work: collecting, figures, and the timetable.")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options: there are none."""


def run(arguments: argparse.Namespace) -> int:
    """Work until asked to stop; return the exit status."""
    from django.conf import settings  # noqa: PLC0415
    from huey.consumer import Consumer  # noqa: PLC0415

    from portevoix.core.worker import queue, schedule_sweeps  # noqa: PLC0415

    schedule_sweeps()
    Consumer(queue, workers=settings.WORKERS, periodic=True, backoff=1.15, max_delay=2.0).run()
    return 0
