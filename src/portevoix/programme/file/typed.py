"""What somebody typed into a form, as the nodes of a programme file: one line for each field.

So a page goes through the file's own readers and gets the file's own sentences, and the line of a problem says
which field it is about.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from yaml import Mark
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

_TAG: Final = "tag:yaml.org,2002:"
_FORM: Final = 1
"""The line of all that is no field's; the first field is on the next one."""


class Number(str):
    """What somebody typed where a number is wanted: whether it is one is the reader's to say."""

    __slots__ = ()


@dataclass(frozen=True)
class Placed:
    """A value that was typed into the field that `line` stands for, where the names of fields cannot tell."""

    value: "Typed"
    line: int


Typed = str | Number | bool | None | Placed | Sequence["Typed"] | Mapping[str, "Typed"]
"""A typed value; None empties what is stored."""


def compose(document: Mapping[str, Typed], fields: Sequence[str] = ()) -> Node:
    """Return the root node of a programme file that says `document`; keys named in `fields` have lines."""
    return _node(document, {key: line for line, key in enumerate(fields, _FORM + 1)}, _FORM)


def field_at(line: int, fields: Sequence[str]) -> str | None:
    """Return which of `fields` stands on `line`, None for the form as a whole."""
    place = line - _FORM - 1
    return fields[place] if 0 <= place < len(fields) else None


def _node(value: Typed, lines: Mapping[str, int], line: int) -> Node:
    if isinstance(value, Placed):
        return _node(value.value, lines, value.line)
    mark = Mark("form", 0, line - 1, 0, None, 0)
    if isinstance(value, Mapping):
        pairs = [_pair(key, item, lines, lines.get(key, line)) for key, item in value.items()]
        return MappingNode(f"{_TAG}map", pairs, mark, mark)
    if value is None or isinstance(value, str | bool):
        return ScalarNode(f"{_TAG}{_kind(value)}", _written(value), mark, mark)
    return SequenceNode(f"{_TAG}seq", [_node(item, lines, line) for item in value], mark, mark)


def _pair(key: str, value: Typed, lines: Mapping[str, int], line: int) -> tuple[Node, Node]:
    line = value.line if isinstance(value, Placed) else line
    return _node(key, lines, line), _node(value, lines, line)


def _kind(value: str | bool | None) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "bool"
        case Number():
            return "int"
    return "str"


def _written(value: str | bool | None) -> str:
    return str(value).lower() if isinstance(value, bool) else value or ""
