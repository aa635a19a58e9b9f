"""Runs commands of `portevoix` in this process, and ends it in the middle as a power cut would.

`python -m tests.kills.runner [OPTION…] -- COMMAND… [-- COMMAND…]…` prints one JSON list at the end, if there
is an end: the exit status and the output of each command. `sandbox`, `connect NETWORK INSTANT TYPED` and
`collect INSTANT` are commands too, beside those of `portevoix`: the worker has no command line for one turn.
"""

import argparse
import gc
import io
import json
import os
import resource
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from datetime import datetime
from importlib import import_module
from pathlib import Path

from portevoix.cli.main import main as portevoix
from portevoix.cli.main import prepare
from portevoix.core import progress


def on_step(passing: int, step: str, act: Callable[[], object]) -> None:
    """Do `act` at the `passing`-th time that the work passes `step` ('*': any)."""
    left = passing

    def listen(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal left
        if event == progress.EVENT and step in ("*", arguments[0]):
            left -= 1
            if left == 0:
                act()

    sys.addaudithook(listen)


def cpu_seconds() -> float:
    """Return the processor time that this process has used."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def resize(setting: str) -> None:
    """Set a size, given as `module.NAME=number`: a small file then comes in several pieces."""
    dotted, number = setting.split("=")
    module, name = dotted.rsplit(".", 1)
    if not isinstance(getattr(import_module(module), name), int):
        raise TypeError(f"{dotted} is no size")
    setattr(import_module(module), name, int(number))


def collect(arguments: Sequence[str]) -> int:
    """Collect what is due at the instant given; print how many accounts were collected."""
    from portevoix.ledger.actions.due import collect_due  # noqa: PLC0415 - Django must be set up first

    print(collect_due(now=datetime.fromisoformat(arguments[0])))
    return 0


def sandbox(_arguments: Sequence[str]) -> int:
    """Open the sandbox of `tests.kills.sandbox` and connect its accounts."""
    from tests.kills.sandbox import open_sandbox  # noqa: PLC0415 - Django must be set up first

    open_sandbox()
    return 0


def connect(arguments: Sequence[str]) -> int:
    """Connect the accounts of a network, with what is typed for each (JSON, by the account's id)."""
    from portevoix.networks.actions.linking import link  # noqa: PLC0415 - Django must be set up first
    from portevoix.networks.models import Account  # noqa: PLC0415
    from portevoix.networks.registry import connector_class  # noqa: PLC0415
    from portevoix.people.journal import SYSTEM  # noqa: PLC0415

    network, instant, typed = arguments
    now, answers = datetime.fromisoformat(instant), json.loads(typed)
    for account in Account.objects.filter(network=network):
        (signed,) = connector_class(network).sign_in(answers[account.remote_id], now=now)
        link(account, options=signed.options, credentials=signed.credentials, by=SYSTEM, now=now)
    return 0


def carry_out(command: Sequence[str]) -> dict[str, object]:
    """Run one command; return its exit status and what it printed."""
    own = {"collect": collect, "connect": connect, "sandbox": sandbox}.get(command[0])
    with redirect_stdout(io.StringIO()) as said:
        status = own(command[1:]) if own else portevoix(command)
    gc.unfreeze()  # a command freezes what it finds, and expects to be the process's only one
    return {"status": status, "out": said.getvalue()}


def parts(argv: Sequence[str]) -> list[list[str]]:
    """Return the runner's own words, then those of each command."""
    found: list[list[str]] = [[]]
    for word in argv:
        if word == "--":
            found.append([])
        else:
            found[-1].append(word)
    return found


def options(argv: Sequence[str]) -> argparse.Namespace:
    """Read the runner's own options."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--at", metavar="STEP", help="end at this step")
    parser.add_argument("--passing", type=int, default=1, help="the how-many-th time it is passed")
    parser.add_argument("--signal", default="SIGKILL", help="how to end, or SIGSTOP to wait there")
    parser.add_argument("--after", type=float, help="end after so much processor time since the first step")
    parser.add_argument("--size", action="append", default=[], metavar="MODULE.NAME=NUMBER")
    parser.add_argument("--cpu-file", type=Path, help="write the processor time since the first step here")
    return parser.parse_args(argv)


def main(argv: Sequence[str]) -> int:
    """Run the commands that `argv` lists after the options; return the first exit status that is not 0."""
    own, *commands = parts(argv)
    chosen = options(own)
    prepare()
    for size in chosen.size:
        resize(size)
    first_step: list[float] = []
    on_step(1, "*", lambda: first_step.append(cpu_seconds()))
    if chosen.at:
        on_step(chosen.passing, chosen.at, lambda: os.kill(os.getpid(), signal.Signals[chosen.signal]))
    if chosen.after:
        # Nobody handles this signal, so the system ends the process wherever it is, in C code as well.
        on_step(1, "*", lambda: signal.setitimer(signal.ITIMER_PROF, chosen.after))
    results = [carry_out(command) for command in commands]
    if chosen.cpu_file:
        chosen.cpu_file.write_text(str(cpu_seconds() - first_step[0]), encoding="utf-8")
    print(json.dumps(results))
    return next((int(str(each["status"])) for each in results if each["status"]), 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
