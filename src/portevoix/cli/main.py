"""The command `portevoix`: finds the module of a command, prepares the data folder, and turns errors into exits.

Exit status: 0 done, 1 failed (one clear line on standard error), 2 used wrongly.
"""

import argparse
import errno
import gc
import logging
import os
import shlex
import sqlite3
import stat
import sys
from collections.abc import Sequence
from importlib import import_module
from io import TextIOWrapper
from typing import Any, Final

from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError

from portevoix import __version__
from portevoix.cli import arguments as common
from portevoix.cli.language import gettext as _
from portevoix.cli.language import spoken
from portevoix.config.commands import COMMANDS
from portevoix.config.options import BadOption
from portevoix.core.errors import UserError

FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def run(argv: Sequence[str] | None = None) -> None:
    """Run the command line and leave the process with its exit status."""
    for output in (sys.stdout, sys.stderr):
        if isinstance(output, TextIOWrapper):
            output.reconfigure(errors="replace")  # what a terminal cannot show must not end the command
    try:
        sys.exit(main(sys.argv[1:] if argv is None else argv))
    finally:
        _let_go_of_output()


def _let_go_of_output() -> None:
    """Write what is left to print, or drop it: Python would else fail with a status of its own at the very end."""
    try:
        if sys.stdout:
            sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def main(argv: Sequence[str]) -> int:
    """Run the command that `argv` names; return the exit status."""
    name = next((word for word in argv if not word.startswith("-")), "")
    if name not in COMMANDS or argv[0] != name:
        return _usage(argv)
    module = import_module(COMMANDS[name])
    arguments = parser_of(name, module).parse_args(argv[1:])
    os.environ.setdefault("PORTEVOIX_DATA", _data_folder(module, arguments))
    if address := getattr(arguments, "address", None):
        # Settings, and processes that read theirs anew, must know the name to which the pages answer.
        os.environ["PORTEVOIX_ADDRESS"] = address
    return _run(module, arguments)


def _data_folder(module: Any, arguments: argparse.Namespace) -> str:
    """Return the data folder of a command for which the administrator names none."""
    return str(module.data_folder(arguments)) if hasattr(module, "data_folder") else "./portevoix-data"


def parser_of(name: str, module: Any) -> argparse.ArgumentParser:
    """Return the parser of the command `name`, which `module` answers."""
    parser = argparse.ArgumentParser(prog=f"portevoix {name}", description=_(module.HELP))
    common.understand(parser)
    module.add_arguments(parser)
    for argument in parser._actions:  # parts that may not import this one only mark what is to be said
        argument.help = argument.help and _(argument.help)
    return parser


def _usage(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="portevoix",
        description=_("Run a brand-ambassador programme on social networks."),
        epilog=_("`portevoix COMMAND --help` tells more about one command."),
    )
    parser.add_argument("--version", action="version", version=f"portevoix {__version__}")
    if {"-h", "--help"} & set(argv[:1]):
        commands = parser.add_subparsers(metavar="COMMAND", title=_("commands"))
        for name, place in COMMANDS.items():
            commands.add_parser(name, help=_(import_module(place).HELP))
    else:
        parser.add_argument("command", choices=sorted(COMMANDS), metavar="COMMAND")
    parser.parse_args(argv[:1])
    parser.error(_("name the command first"))


def prepare() -> None:
    """Set Django up and bring the database's tables up to date, as every command needs."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portevoix.config.settings")
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    import django  # noqa: PLC0415 - its settings read the environment set just above

    django.setup()
    from portevoix.core import logs  # noqa: PLC0415

    logs.configure(logging.WARNING)
    _speak_the_terminals_language()
    _warn_of_open_folder()
    _migrate()


def _warn_of_open_folder() -> None:
    from django.conf import settings  # noqa: PLC0415

    from portevoix.core.follower import is_followed  # noqa: PLC0415

    if settings.DATA.stat().st_mode & stat.S_IRWXO and not is_followed():
        sentence = _("%(folder)s is open to everybody on this machine; `chmod o= %(folder)s` closes it.")
        print(f"portevoix: {sentence % {'folder': shlex.quote(str(settings.DATA))}}", file=sys.stderr)


def _speak_the_terminals_language() -> None:
    from django.utils import translation  # noqa: PLC0415

    translation.activate(spoken())


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
    if sys.stdout is None:  # closed by the shell: the database's file, opened first, would take its place
        return _failed(
            _("Standard output is closed. Nothing was done; send it to /dev/null to hear nothing.")
        )
    try:
        prepare()
        calm_the_collector()
        status = int(module.run(arguments))
        sys.stdout.flush()
        return status
    except (BadOption, UserError) as problem:
        return _failed(str(problem))
    except KeyboardInterrupt:
        return _failed(_("Stopped. What was stored is kept; the same command goes on from there."))
    except BrokenPipeError:
        return 0  # whoever read our output has read enough
    except (OSError, ImproperlyConfigured, OperationalError, sqlite3.OperationalError) as problem:
        return _let_down(problem)


def _let_down(problem: Exception) -> int:
    """Say in one line that the machine or the database failed us. While developing, raise `problem` instead."""
    if os.environ.get("PORTEVOIX_DEBUG") == "1":
        raise problem
    if isinstance(problem, OSError) and problem.errno in FULL:
        sentence = _("There is no room left to write (%(reason)s). What was stored is kept.")
        return _failed(sentence % {"reason": problem.strerror})
    reason = " ".join(str(problem).split()) or type(problem).__name__
    sentence = _("%(reason)s. What was stored is kept; mend this, then run the same command again.")
    return _failed(sentence % {"reason": reason.rstrip(".")})


def calm_the_collector() -> None:
    """Let the garbage collector look rarely: facts are tuples by the ten thousand, none of them in a cycle."""
    gc.freeze()  # what start-up made lives as long as the process
    gc.set_threshold(100_000, 50, 50)


def _failed(sentence: str) -> int:
    print(f"portevoix: {sentence}", file=sys.stderr)
    return 1
