"""Keeping several processes of one command alive: start, restart with back-off, stop together.

The supervisor owns no work: it may die at any moment, and its children then end by themselves, because each
follows its parent (`core.follower`). A child is restarted when it dies; sooner than `STEADY` seconds after
its start, with a pause that doubles up to `LONGEST_PAUSE`.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import structlog

log = structlog.get_logger(__name__)

STEADY: Final = 30.0
LONGEST_PAUSE: Final = 30.0
FIRST_PAUSE: Final = 0.5
GRACE: Final = 10.0
"""Seconds that a child has to end by itself before it is killed."""
_LOOK: Final = 0.2

Clock = Callable[[], float]


@dataclass
class Child:
    """One process to keep alive, and when it may be started again (monotonic seconds).

    `pause` is how long its next death is waited out, unless it ran for STEADY seconds before.
    """

    name: str
    arguments: Sequence[str]
    process: "subprocess.Popen[bytes] | None" = None
    started_at: float = 0.0
    not_before: float = 0.0
    pause: float = FIRST_PAUSE

    def start(self, now: float) -> None:
        """Start the process in a group of its own, so that nothing of it outlives it."""
        command = [sys.executable, "-m", "portevoix.core.follower", str(os.getpid()), *self.arguments]
        self.process = subprocess.Popen(command, start_new_session=True)
        self.started_at = now

    def note_death(self, now: float) -> None:
        """Clear away what the dead process left in its group, and choose when to start it again."""
        self.signal(signal.SIGKILL)
        self.process = None
        if now - self.started_at >= STEADY:
            self.pause = FIRST_PAUSE
        self.not_before = now + self.pause
        self.pause = min(self.pause * 2, LONGEST_PAUSE)

    def signal(self, number: int) -> None:
        """Send signal `number` to the whole group of the process, if there is one."""
        if self.process:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, number)


@dataclass
class Supervisor:
    """Keeps the children of one command alive until it is asked to stop.

    `children` maps a name to the arguments of the command `portevoix`.
    """

    children: Mapping[str, Sequence[str]]
    clock: Clock = time.monotonic
    is_stopping: bool = False
    _kept: list[Child] = field(default_factory=list)

    def start(self) -> None:
        """Start every child."""
        self._kept = [Child(name, arguments) for name, arguments in self.children.items()]
        for child in self._kept:
            child.start(self.clock())

    def look(self) -> None:
        """Start again each child that has died and whose pause is over."""
        now = self.clock()
        for child in self._kept:
            if child.process and child.process.poll() is not None:
                log.warning("child_died", child=child.name, status=child.process.returncode)
                child.note_death(now)
            if child.process is None and now >= child.not_before:
                child.start(now)

    def has_died_early(self, name: str) -> bool:
        """Return whether the child `name` is dead at this moment."""
        child = next(child for child in self._kept if child.name == name)
        return child.process is None or child.process.poll() is not None

    def stop(self) -> None:
        """End every child, kindly first; return when all are gone."""
        for child in self._kept:
            self._tell(child, signal.SIGTERM)
        deadline = self.clock() + GRACE
        for child in self._kept:
            if child.process:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    child.process.wait(max(0.1, deadline - self.clock()))
                child.signal(signal.SIGKILL)
                child.process.wait()

    @staticmethod
    def _tell(child: Child, number: int) -> None:
        # The leader alone: it ends its own workers in order, which a signal to all would disturb.
        if child.process and child.process.poll() is None:
            child.process.send_signal(number)

    def run(self) -> None:
        """Look after the children until SIGINT or SIGTERM."""
        while not self.is_stopping:
            self.look()
            time.sleep(_LOOK)

    @contextlib.contextmanager
    def supervised(self) -> Iterator["Supervisor"]:
        """Start the children for a block of code and end them after it, whatever happens."""

        def ask(_number: int, _frame: object) -> None:
            self.is_stopping = True

        before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            self.start()
            yield self
        finally:
            self.stop()
            for number, handler in before.items():
                signal.signal(number, handler)
