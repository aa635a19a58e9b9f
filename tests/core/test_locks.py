"""Locks of this machine are given back by whoever leaves, in whatever way."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from portevoix.core.locks import machine_lock
from tests.children import heard, running

HOLDER = """
import sys
from django.conf import settings
settings.configure(DATA=__import__("pathlib").Path(sys.argv[1]))
from portevoix.core.locks import machine_lock
with machine_lock("work") as is_held:
    print(is_held, flush=True)
    sys.stdin.read()
"""


def test_one_holds_it_at_a_time(data_folder: Path) -> None:
    with machine_lock("work") as is_held, machine_lock("work") as is_held_too:
        assert (is_held, is_held_too) == (True, False)
    with machine_lock("work") as is_held:
        assert is_held


def test_locks_of_other_names_are_others(data_folder: Path) -> None:
    with machine_lock("work") as is_held, machine_lock("other") as is_other_held:
        assert is_held
        assert is_other_held


def test_an_exception_gives_it_back(data_folder: Path) -> None:
    with pytest.raises(RuntimeError), machine_lock("work"):
        raise RuntimeError
    with machine_lock("work") as is_held:
        assert is_held


def test_the_patient_wait_until_it_is_theirs(data_folder: Path) -> None:
    order: list[str] = []

    def wait() -> None:
        with machine_lock("work", is_patient=True) as is_held:
            order.append(f"patient {is_held}")

    waiting = threading.Thread(target=wait)
    with machine_lock("work"):
        waiting.start()
        order.append("first")
    waiting.join(timeout=20)
    assert order == ["first", "patient True"]


def test_a_killed_process_holds_nothing(data_folder: Path) -> None:
    command = [sys.executable, "-c", HOLDER, str(data_folder)]
    with running(command, env={**os.environ, "PYTHONPATH": "src"}, stdin=subprocess.PIPE) as holder:
        heard(holder, "True")
        with machine_lock("work") as is_held:
            assert not is_held
    with machine_lock("work") as is_held:
        assert is_held
