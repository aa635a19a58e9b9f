"""Chance that comes out the same in every process and in every year.

Only `Random.random` is promised to stay reproducible between versions of Python, so all else is built on it.
Logarithms may differ in their last bit between machines, hence an instant by a microsecond.
"""

import math
from random import Random

_KNUTH_BELOW = 30.0


class Dice:
    """A stream of draws that depends on the names it is given, and on nothing else."""

    def __init__(self, *names: object) -> None:
        self._random = Random("|".join(map(str, names))).random  # noqa: S311  (chance, not secrecy)

    def below(self, number: int) -> int:
        """Return a whole number from 0 to `number` (excluded)."""
        return int(self._random() * number)

    def happens(self, probability: float) -> bool:
        """Return whether something of this probability (0 to 1) happens."""
        return self._random() < probability

    def wait(self, mean: float) -> float:
        """Return how long something takes that takes `mean` on average and never grows older."""
        return -math.log(1.0 - self._random()) * mean

    def normal(self) -> float:
        """Return a draw around 0 with deviation 1."""
        radius = math.sqrt(-2.0 * math.log(1.0 - self._random()))
        return radius * math.cos(2.0 * math.pi * self._random())

    def count(self, mean: float) -> int:
        """Return how often something happens that happens `mean` times on average."""
        if mean >= _KNUTH_BELOW:
            return max(0, round(mean + math.sqrt(mean) * self.normal()))
        floor, product, times = math.exp(-mean), self._random(), 0
        while product > floor:
            product *= self._random()
            times += 1
        return times
