"""Processes that tests start: none is waited for without end, and each minds Ctrl-C."""

import signal
import sys
from collections.abc import Iterator

import psutil
import pytest

from tests.children import ended, heard, run, running

HESITANT = """
import threading
print("lost in thought", flush=True)
threading.Event().wait()
"""
PROLIFIC = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)
print(child.pid, flush=True)
child.wait()
"""


@pytest.fixture
def in_the_background() -> Iterator[None]:
    """Ignore Ctrl-C, as a job does that a shell started in the background."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("in_the_background")
def test_ctrl_c_ends_a_child_of_a_run_that_ignores_it() -> None:
    with running([sys.executable, "-c", HESITANT]) as child:
        heard(child, "lost in thought")
        child.send_signal(signal.SIGINT)
        assert "KeyboardInterrupt" in ended(child, seconds=20).stderr
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN


def test_a_child_that_hangs_fails_with_what_it_said() -> None:
    with pytest.raises(pytest.fail.Exception, match=r"did not end within 1 s(?s:.*)lost in thought"):
        run([sys.executable, "-c", HESITANT], seconds=1)


@pytest.mark.parametrize("program", [HESITANT, "print('lost in thought')"], ids=["it hangs", "it ends"])
def test_a_child_that_does_not_say_what_is_expected_fails_with_what_it_said(program: str) -> None:
    with running([sys.executable, "-c", program]) as child:
        with pytest.raises(pytest.fail.Exception, match=r"(?s)more than 1 s.*lost in thought"):
            heard(child, "eureka", seconds=1)
        assert child.poll() is not None


def test_what_a_child_started_ends_with_it() -> None:
    with running([sys.executable, "-c", PROLIFIC]) as child:
        grandchild = psutil.Process(int(heard(child, "\n")))
    psutil.wait_procs([grandchild], timeout=20)
    assert not grandchild.is_running()
