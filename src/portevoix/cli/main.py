"""The command `portevoix`: finds the module of a command, prepares the data folder, and turns errors into exits.

Exit status: 0 done, 1 failed (one clear line on standard error), 2 used wrongly.
"""

import argparse
import gc
import logging
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from portevoix import __version__
from portevoix.config.commands import COMMANDS
from portevoix.config.options import BadOption


def run(argv: Sequence[str] | None = None) -> None:
    """Run the command line and leave the process with its exit status."""
    sys.exit(main(sys.argv[1:] if argv is None else argv))


def main(argv: Sequence[str]) -> int:
    """Run the command that `argv` names; return the exit status."""
    name = next((word for word in argv if not word.startswith("-")), "")
    if name not in COMMANDS or argv[0] != name:
        return _usage(argv)
    module = import_module(COMMANDS[name])
    parser = argparse.ArgumentParser(prog=f"portevoix {name}", description=module.HELP)
    module.add_arguments(parser)
    arguments = parser.parse_args(argv[1:])
    os.environ.setdefault("PORTEVOIX_DATA", getattr(module, "DATA_FOLDER", "./portevoix-data"))
    try:
        prepare()
    except BadOption as problem:
        return _failed(str(problem))
    return _run(module, arguments)


def _usage(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="portevoix",
        description="Run a brand-ambassador programme on social networks.",
        epilog="`portevoix COMMAND --help` tells more about one command.",
    )
    parser.add_argument("--version", action="version", version=f"portevoix {__version__}")
    parser.add_argument("command", choices=sorted(COMMANDS), metavar="COMMAND", help=", ".join(COMMANDS))
    parser.parse_args(argv[:1])
    parser.error("name the command first")


def prepare() -> None:
    """Set Django up and bring the database's tables up to date, as every command needs."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portevoix.config.settings")
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    import django  # noqa: PLC0415 - its settings read the environment set just above

    django.setup()
    from portevoix.core import logs  # noqa: PLC0415

    logs.configure(logging.WARNING)
    _speak_the_terminals_language()
    _migrate()


def _speak_the_terminals_language() -> None:
    from django.utils import translation  # noqa: PLC0415

    spoken = next(
        (value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), ""
    )
    translation.activate("fr" if spoken.lower().startswith("fr") else "en")


def _migrate() -> None:
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415

    from portevoix.core.locks import machine_lock  # noqa: PLC0415

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        with machine_lock("migrations", is_patient=True):
            call_command("migrate", verbosity=0, interactive=False)


def _run(module: Any, arguments: argparse.Namespace) -> int:
    from portevoix.core.errors import UserError  # noqa: PLC0415

    calm_the_collector()
    try:
        return int(module.run(arguments))
    except UserError as problem:
        return _failed(str(problem))
    except KeyboardInterrupt:
        return _failed("Stopped. What was stored is kept; the same command goes on from there.")
    except BrokenPipeError:
        sys.stderr.close()  # whoever read our output has read enough
        return 0


def calm_the_collector() -> None:
    """Let the garbage collector look rarely: facts are tuples by the ten thousand, none of them in a cycle."""
    gc.freeze()  # what start-up made lives as long as the process
    gc.set_threshold(100_000, 50, 50)


def _failed(sentence: str) -> int:
    print(f"portevoix: {sentence}", file=sys.stderr)
    return 1
