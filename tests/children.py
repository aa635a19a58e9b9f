"""Processes that tests start: each is waited for with a limit, and one that hangs fails with what it said."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from threading import Event, Timer
from time import monotonic
from typing import IO, Any, Final, TypedDict, Unpack

import psutil
import pytest

import portevoix

SECONDS: Final = 300.0
"""How long a process may take to end by itself, on a slow machine that does several things at once."""
PATIENCE: Final = 60.0
"""Seconds in which something that is expected of a process comes true."""
FAREWELL: Final = 20.0
"""Seconds in which a process that was killed gives up what it had still to say."""
SOURCES: Final = Path(portevoix.__file__).parents[1]
PORTEVOIX: Final = (sys.executable, "-m", "portevoix")
"""The beginning of every command of ours."""
Command = Sequence[str | Path]
Child = subprocess.Popen[str]
Done = subprocess.CompletedProcess[str]


class How(TypedDict, total=False):
    """How a process is started; both its outputs are read unless it is said where they go."""

    env: dict[str, str]
    cwd: Path
    stdin: int
    stdout: int | IO[Any]
    stderr: int | IO[Any]
    start_new_session: bool


def environ_of(data: Path, **variables: str) -> dict[str, str]:
    """Return the environment of commands that work in the folder `data`, and know no setting but `variables`."""
    ours = ("PORTEVOIX_", "DJANGO_", "PYTHONUNBUFFERED")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    told = {"PORTEVOIX_DATA": str(data), "PYTHONPATH": str(SOURCES), "LC_ALL": "C.UTF-8"}
    return kept | told | variables


def started(command: Command, **how: Unpack[How]) -> Child:
    """Start `command`, as from a terminal: Ctrl-C ends it."""
    asked: How = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **how}
    with _minding_ctrl_c():
        return subprocess.Popen(command, text=True, **asked)


@contextlib.contextmanager
def _minding_ctrl_c() -> Iterator[None]:
    """Let Ctrl-C end what is started meanwhile, although a shell's background job, such as this run, ignores it.

    Processes inherit what is ignored, but not what is handled.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def ended(child: Child, seconds: float = SECONDS) -> Done:
    """Return how `child` ended; fail with what it said when it takes more than `seconds`."""
    try:
        said, complained = child.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        told = end(child)
        pytest.fail(f"{child.args!r} did not end within {seconds:g} s, and said:\n{told}")
    return Done(child.args, child.returncode, said or "", complained or "")


def heard(child: Child, word: str, seconds: float = PATIENCE) -> str:
    """Return what `child` prints up to the first line with `word`; fail when there is none within `seconds`."""
    said, watch = "", Timer(seconds, partial(_kill, child))
    watch.start()
    try:
        for line in child.stdout or ():
            said += line
            if word in line:
                return said
    finally:
        watch.cancel()
    pytest.fail(f"{child.args!r} ended, or took more than {seconds:g} s, and said:\n{said}\n{end(child)}")


def end(child: Child) -> str:
    """Kill `child` with all that it started; return what they said on both outputs."""
    _kill(child)
    return "\n".join(told for told in child.communicate(timeout=FAREWELL) if told)


def _kill(child: Child) -> None:
    if child.poll() is None:
        for process in psutil.Process(child.pid).children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        child.kill()


@contextlib.contextmanager
def running(command: Command, **how: Unpack[How]) -> Iterator[Child]:
    """Start `command`; what is left of it and of what it started ends with the block."""
    child = started(command, **how)
    try:
        yield child
    finally:
        end(child)


def run(command: Command, *, seconds: float = SECONDS, **how: Unpack[How]) -> Done:
    """Run `command` to its end within `seconds`, whatever its status, and return what it said."""
    with running(command, **how) as child:
        return ended(child, seconds)


def printed(command: Command, **how: Unpack[How]) -> str:
    """Return what `command`, which must succeed, printed."""
    done = run(command, **how)
    assert done.returncode == 0, done.stderr
    return done.stdout


def eventually(what: Callable[[], bool], seconds: float = PATIENCE) -> bool:
    """Return whether `what` comes true within `seconds`."""
    pause, deadline = Event(), monotonic() + seconds
    while monotonic() < deadline:
        if what():
            return True
        pause.wait(0.05)
    return False
