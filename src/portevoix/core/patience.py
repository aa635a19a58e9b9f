"""Waiting for what another process has in hand: looking again from time to time, and not for ever."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

EVERY: Final = timedelta(seconds=1)


@dataclass(frozen=True)
class Patience:
    """How long to wait altogether, and how: `pause` is given seconds."""

    limit: timedelta
    pause: Callable[[float], None] = time.sleep

    def turns(self) -> Iterator[None]:
        """Yield each time that it is worth looking: at once, and then after each pause until the limit."""
        yield
        for _turn in range(self.limit // EVERY):
            self.pause(EVERY.total_seconds())
            yield


NONE: Final = Patience(timedelta(0))
"""Looks once."""
