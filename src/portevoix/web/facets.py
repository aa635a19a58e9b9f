"""Narrowing a list by what its rows have: chips that are links, so that no script is needed."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import urlencode

Row = TypeVar("Row")
Value = tuple[str, str]
"""How an address names it, and what people read."""


@dataclass(frozen=True)
class Facet(Generic[Row]):
    """One way to narrow a list: its name in the address, its label, and the values that a row has of it."""

    name: str
    label: str
    values: Callable[[Row], Iterable[Value]]

    def holds(self, row: Row, wanted: str) -> bool:
        """Return whether `row` has the value `wanted`; every row has the empty one."""
        return not wanted or any(key == wanted for key, _label in self.values(row))


@dataclass(frozen=True)
class Option:
    """One value that may be chosen: what people read, how many rows there would be, the query that chooses it.

    The query of one that is chosen takes it back.
    """

    label: str
    count: int
    query: str
    is_chosen: bool


@dataclass(frozen=True)
class Choice:
    """The values of one facet that lead somewhere."""

    name: str
    label: str
    options: tuple[Option, ...]


def chosen(facets: Iterable[Facet[Row]], query: Mapping[str, str]) -> dict[str, str]:
    """Return what `query` chooses of `facets`, {} when nothing."""
    found = ((facet.name, query.get(facet.name, "")) for facet in facets)
    return {name: value for name, value in found if value}


def narrowed(rows: Iterable[Row], facets: Sequence[Facet[Row]], by: Mapping[str, str]) -> list[Row]:
    """Return the rows that have everything that is chosen."""
    return [row for row in rows if all(facet.holds(row, by.get(facet.name, "")) for facet in facets)]


def choices(rows: Sequence[Row], facets: Sequence[Facet[Row]], by: Mapping[str, str]) -> tuple[Choice, ...]:
    """Return what may be chosen of each facet, given what is chosen of the others: what leads to some row.

    A facet of which all rows have the same is left out: it would split nothing.
    """
    split = [facet for facet in facets if len(_known(rows, facet)) > 1]
    found = (Choice(each.name, each.label, tuple(_options(rows, facets, each, by))) for each in split)
    return tuple(choice for choice in found if choice.options)


def _known(rows: Iterable[Row], facet: Facet[Row]) -> list[Value]:
    """Return the values that `rows` have of `facet`, in the order in which they are met."""
    return list({value: None for row in rows for value in facet.values(row)})


def _options(
    rows: Sequence[Row], facets: Sequence[Facet[Row]], facet: Facet[Row], by: Mapping[str, str]
) -> Iterator[Option]:
    others = {name: value for name, value in by.items() if name != facet.name}
    counts = Counter(value for row in narrowed(rows, facets, others) for value in facet.values(row))
    for key, label in _known(rows, facet):
        count, is_chosen = counts[key, label], key == by.get(facet.name)
        if count or is_chosen:
            yield Option(
                label, count, _query(others if is_chosen else {**others, facet.name: key}), is_chosen
            )


def _query(by: Mapping[str, str]) -> str:
    return f"?{urlencode(by)}"
