"""State machines declared as data and checked when they are imported.

Each app's `states.py` builds one `StateGraph`; models take its choices from it, actions ask it before
they move a row, and the documentation draws it.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType


class StateGraph:
    """The states something can be in, and which state may follow which.

    `edges` maps each state to the states that may follow; a state that nothing follows maps to ().
    Raises ValueError at construction when a state is named but not declared, or cannot be reached.
    """

    def __init__(self, name: str, *, initial: str, edges: Mapping[str, Iterable[str]]) -> None:
        self.name = name
        self.initial = initial
        self.edges: Mapping[str, tuple[str, ...]] = MappingProxyType(
            {s: tuple(to) for s, to in edges.items()}
        )
        self._check()

    @property
    def states(self) -> tuple[str, ...]:
        """Return every state, in the order of declaration."""
        return tuple(self.edges)

    @property
    def final(self) -> frozenset[str]:
        """Return the states that nothing follows."""
        return frozenset(state for state, following in self.edges.items() if not following)

    def allows(self, before: str, after: str) -> bool:
        """Return whether a row in state `before` may move to `after`."""
        return after in self.edges[before]

    def sources(self, after: str) -> tuple[str, ...]:
        """Return the states from which `after` can be reached in one move."""
        return tuple(state for state, following in self.edges.items() if after in following)

    def _check(self) -> None:
        named = {self.initial}.union(*self.edges.values())
        if unknown := named - self.edges.keys():
            raise ValueError(f"{self.name}: undeclared states {sorted(unknown)}")
        reached, waiting = {self.initial}, [self.initial]
        while waiting:
            fresh = set(self.edges[waiting.pop()]) - reached
            reached |= fresh
            waiting.extend(fresh)
        if lost := self.edges.keys() - reached:
            raise ValueError(f"{self.name}: states that nothing leads to {sorted(lost)}")
