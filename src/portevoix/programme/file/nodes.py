"""YAML as a tree whose every node knows its line; small enough, shallow enough, without aliases.

Aliases are refused because a few lines of them stand for gigabytes; nothing in a programme needs them.
"""

from typing import Any, Final

import yaml
from django.utils.translation import gettext as _
from yaml.nodes import Node

from portevoix.programme.file.problems import BadProgrammeFile, Problem

MAX_BYTES: Final = 1_000_000
MAX_DEPTH: Final = 12


class _Refused(yaml.MarkedYAMLError):
    """The file uses what we do not read; `problem` is a sentence of ours."""


class _Composer(yaml.SafeLoader):
    """Composes nodes, never objects, and stops at the first alias or at MAX_DEPTH."""

    depth = 0

    def compose_node(self, parent: Node | None, index: int) -> Node | None:
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]  # PyYAML's stubs leave it untyped
        if getattr(event, "anchor", None) is not None:
            raise _Refused(
                problem=_("anchors and aliases are not read: write the value out"),
                problem_mark=event.start_mark,
            )
        if self.depth == MAX_DEPTH:
            raise _Refused(problem=_("this is nested too deeply"), problem_mark=event.start_mark)
        self.depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self.depth -= 1


def line_of(node: Node) -> int:
    """Return the line of the file on which `node` begins; the first line is 1."""
    return int(node.start_mark.line) + 1


def decode(content: bytes) -> str:
    """Return the text of a file. Raises BadProgrammeFile when it is too large or not UTF-8."""
    if len(content) > MAX_BYTES:
        limit = MAX_BYTES // 1_000_000
        raise BadProgrammeFile([Problem(1, _("the file is larger than %(limit)d MB") % {"limit": limit})])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = content.count(b"\n", 0, problem.start) + 1
        raise BadProgrammeFile([Problem(line, _("this is not text in UTF-8"))]) from problem


def compose(text: str) -> Node | None:
    """Return the root node of the YAML `text`, or None when it holds nothing.

    Raises BadProgrammeFile, with its line, for anything that is not one plain YAML document.
    """
    try:
        loader = _Composer(text)
    except yaml.reader.ReaderError as problem:
        line = text.count("\n", 0, problem.position) + 1
        raise BadProgrammeFile([Problem(line, _("a character that no text file may hold"))]) from problem
    try:
        return loader.get_single_node()
    except yaml.MarkedYAMLError as problem:
        raise BadProgrammeFile([_problem(problem)]) from problem
    except (yaml.YAMLError, ValueError, OverflowError) as problem:
        # The scanner converts escapes and versions without care: "\UFFFFFFFF" ends here.
        line = loader.line + 1
        raise BadProgrammeFile([Problem(line, _("this is not YAML"))]) from problem
    finally:
        loader.dispose()


def _problem(error: yaml.MarkedYAMLError) -> Problem:
    mark = error.problem_mark or error.context_mark
    line = int(mark.line) + 1 if mark else 1
    if isinstance(error, _Refused):
        return Problem(line, str(error.problem))
    words = ", ".join(part for part in (error.context, error.problem) if part)
    return Problem(line, _("this is not YAML: %(problem)s") % {"problem": words})
