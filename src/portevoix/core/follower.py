"""Runs the command `portevoix` as a child that ends when its parent does.

`python -m portevoix.core.follower PARENT ARGUMENT…` does what `portevoix ARGUMENT…` does. A thread looks
twice a second whether the process PARENT still is the parent, which works on every Unix.
"""

import os
import runpy
import signal
import sys
import threading
import time
from typing import Final

_NAME: Final = "follower"
_LOOK: Final = 0.5
_GRACE: Final = 10.0


def follow(parent: int) -> None:
    """End this process as soon as `parent` is no longer its parent: kindly, and by force after ten seconds."""
    while os.getppid() == parent:
        time.sleep(_LOOK)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_GRACE)
    os.killpg(os.getpgid(0), signal.SIGKILL)


def is_followed() -> bool:
    """Return whether this process follows another: whoever typed a command reads what that one says."""
    return any(thread.name == _NAME for thread in threading.enumerate())


def main(arguments: list[str]) -> None:
    """Follow the process that `arguments` names first, and run the command that the others say."""
    threading.Thread(target=follow, name=_NAME, args=(int(arguments[0]),), daemon=True).start()
    sys.argv = ["portevoix", *arguments[1:]]
    runpy.run_module("portevoix", run_name="__main__")


if __name__ == "__main__":
    main(sys.argv[1:])
