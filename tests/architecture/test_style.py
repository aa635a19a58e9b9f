"""What every function and sentence of the product keeps to."""

import ast
import re
import statistics
from collections.abc import Iterator

import pytest

from tests.architecture.house import (
    ROOT,
    SOURCE,
    Function,
    Module,
    body_lines,
    call_name,
    calls,
    functions,
    modules,
    parts,
    project,
)

LONGEST = 40
LONGEST_FILE_OF_TESTS = 400
TRANSLATORS = (
    "_",
    "gettext",
    "gettext_lazy",
    "gettext_noop",
    "pgettext",
    "ngettext",
    "ngettext_lazy",
    "pgettext_lazy",
)
UNNAMED = re.compile(r"(?<!%)(?:%%)*%(?!\(|%)[-#0+ ]*\d*(?:\.\d+)?[diouxXeEfFgGcrsa]\b")
FORMATTED = re.compile(r"\{\w*\}")
NOW = ("now", "utcnow", "today", "localtime", "gmtime")
RUNNERS = ("run", "call", "check_call", "check_output")
WAITERS = ("core/supervisor.py", "core/serving.py", "core/follower.py", "core/patience.py")
"""Looking after processes is waiting, and so is patience with another one; nothing else may."""


def public(nodes: list[ast.stmt]) -> Iterator[ast.ClassDef | Function]:
    """Yield public classes and functions of `nodes`, and those inside public classes."""
    for node in nodes:
        if isinstance(node, ast.ClassDef | Function) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from public(node.body)


def sentences(module: Module) -> Iterator[tuple[int, ast.expr]]:
    """Yield (line, argument) of every text given to gettext; of a plural, both forms."""
    for call in calls(module.tree):
        if call_name(call) in TRANSLATORS and call.args:
            is_plural = call_name(call).startswith("n")
            for argument in call.args[: 2 if is_plural else 1]:
                yield call.lineno, argument


def test_everything_public_says_what_it_is() -> None:
    silent = [
        f"{module.place}: {node.name}"
        for module in modules()
        for node in public(module.tree.body)
        if node.name != "Meta" and ast.get_docstring(node) is None
    ]
    assert silent == []


def test_every_module_says_what_it_holds() -> None:
    assert [module.place for module in modules() if ast.get_docstring(module.tree) is None] == []


def test_functions_are_short() -> None:
    lengths = {
        f"{module.place}: {function.name}": body_lines(function)
        for module in modules()
        for function in functions(module.tree)
    }
    assert [name for name, length in lengths.items() if length > LONGEST] == []
    assert statistics.median(lengths.values()) <= 9


def test_functions_of_tests_and_tools_fit_on_a_screen_too() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {function.name}"
        for folder in ("tests", "tools", "bench")
        for path in (ROOT / folder).rglob("*.py")
        for function in functions(ast.parse(path.read_text(encoding="utf-8")))
        if body_lines(function) > LONGEST
    ]
    assert found == []


def test_a_file_of_tests_has_one_subject() -> None:
    lengths = {
        path: len(path.read_text(encoding="utf-8").splitlines()) for path in (ROOT / "tests").rglob("*.py")
    }
    assert [path for path, length in lengths.items() if length > LONGEST_FILE_OF_TESTS] == []


def test_placeholders_have_names() -> None:
    unnamed = []
    for module in modules():
        for line, argument in sentences(module):
            text = argument.value if isinstance(argument, ast.Constant) else None
            # What is looked up at run time (a metric's label) was marked where it is written.
            is_looked_up = isinstance(argument, ast.Name | ast.Attribute | ast.Subscript | ast.Call)
            if not is_looked_up and (
                not isinstance(text, str) or UNNAMED.search(text) or FORMATTED.search(text)
            ):
                unnamed.append(f"{module.place}:{line}")
    assert unnamed == []


WORDS = re.compile(r"[^\W\d_]{2,} [^\W\d_]{2,}")
SAYING = ("print", "ArgumentTypeError")


def untranslated(tree: ast.AST) -> list[int]:
    """Return the lines where a sentence of ours is printed, refused or offered as help without gettext."""
    said = [
        (call.lineno, text)
        for call in calls(tree)
        for text in (
            *(call.args if call_name(call) in SAYING else ()),
            *(keyword.value for keyword in call.keywords if keyword.arg in ("help", "description", "epilog")),
        )
    ]
    return [line for line, text in said if any(WORDS.search(words) for words in plain_texts(text))]


def plain_texts(node: ast.expr) -> Iterator[str]:
    """Yield the texts that `node` is made of, but those that a translator is given."""
    if isinstance(node, ast.Call) and call_name(node) in TRANSLATORS:
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            yield from plain_texts(child)


def test_commands_speak_the_language_of_the_terminal() -> None:
    silent = {
        f"{module.place}:{line}"
        for module in modules()
        if module.part in ("cli", "demo")
        for line in untranslated(module.tree)
    }
    assert silent == set()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('print("nothing was done")', [1]),
        ('print(f"nothing was {what} today, dear")', [1]),
        ('raise ArgumentTypeError("no such thing")', [1]),
        ('add(help="say it")', [1]),
        ('print(_("nothing was done"))', []),
        ('print(f"{file}:{line}")', []),
        ('print("  ".join(cells))', []),
    ],
)
def test_a_sentence_that_is_not_translated_would_be_found(text: str, found: list[int]) -> None:
    assert untranslated(ast.parse(text)) == found


def test_an_unnamed_placeholder_would_be_found() -> None:
    assert all(UNNAMED.search(text) for text in ("%s files", "in %d days", "%5.1f %%", "%%%s"))
    assert not any(
        UNNAMED.search(text) for text in ("%(count)d lines", "at most (%)", "100 %", "%(number)s%%")
    )


def test_only_the_clock_knows_the_time() -> None:
    asking = [
        f"{module.place}:{call.lineno}"
        for module in modules()
        for call in calls(module.tree)
        if call_name(call) in NOW and isinstance(call.func, ast.Attribute)
        if isinstance(call.func.value, ast.Name)
        and call.func.value.id in ("datetime", "date", "timezone", "time")
    ]
    assert [place for place in asking if not place.startswith("core/clock.py:")] == []


def pretending(tree: ast.AST) -> list[int]:
    """Return the lines where it is made to be another instant than it is."""
    by_name = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "portevoix.core.clock"
        if "at" in {alias.name for alias in node.names}
    ]
    return by_name + [
        call.lineno
        for call in calls(tree)
        if isinstance(call.func, ast.Attribute) and call.func.attr == "at"
        if isinstance(call.func.value, ast.Name) and call.func.value.id == "clock"
    ]


def test_nobody_but_the_demonstration_lives_at_another_time() -> None:
    found = {module.part for module in modules() if pretending(module.tree)}
    assert found == {"demo"}


@pytest.mark.parametrize("text", ["clock.at(then)", "from portevoix.core.clock import at"])
def test_living_at_another_time_would_be_found(text: str) -> None:
    assert pretending(ast.parse(text)) == [1]


def test_no_instant_is_made_without_a_zone() -> None:
    naive = [
        f"{module.place}:{call.lineno}"
        for module in modules()
        for call in calls(module.tree)
        if isinstance(call.func, ast.Name) and call.func.id == "datetime"
        if "tzinfo" not in {keyword.arg for keyword in call.keywords}
    ]
    assert naive == []


def test_nothing_waits_but_what_looks_after_processes() -> None:
    waiting = {
        module.place for module in modules() for call in calls(module.tree) if call_name(call) == "sleep"
    }
    assert waiting <= set(WAITERS)


def test_the_type_checker_is_never_silenced_without_a_reason() -> None:
    # A reason stands in a comment of its own behind the marker.
    silenced = re.compile(r"# type: ignore(?:\[[\w, -]+\])?(?!.*# ?\S)")
    files = [*SOURCE.rglob("*.py"), *(ROOT / "tools").rglob("*.py")]
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in files
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if silenced.search(line)
    ]
    assert found == []


def test_warnings_are_errors_and_markers_are_strict() -> None:
    options = project()["tool"]["pytest"]["ini_options"]
    assert options["filterwarnings"][0] == "error"
    assert options["xfail_strict"] is True
    assert {"--strict-markers", "--strict-config"} <= set(options["addopts"])
    assert project()["tool"]["mypy"]["strict"] is True


def test_tests_mirror_the_house() -> None:
    elsewhere = {"architecture", "docs", "kills", "servers", "tools", "browser", "bench"}
    for path in (ROOT / "tests").rglob("test_*.py"):
        folders = path.relative_to(ROOT / "tests").parts[:-1]
        assert folders, f"{path.name} stands in no folder"
        if folders[0] not in elsewhere:
            assert folders[0] in parts(), path
            assert (SOURCE / "/".join(folders)).is_dir(), path


def test_tests_never_sleep() -> None:
    for path in (ROOT / "tests").rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert [call.lineno for call in calls(tree) if call_name(call) == "sleep"] == [], path


def waiting_for_ever(tree: ast.AST) -> list[int]:
    """Return the lines where a process may be waited for without end; so does one that ends with its block."""
    blocks = [
        item.context_expr for node in ast.walk(tree) if isinstance(node, ast.With) for item in node.items
    ]
    return [
        call.lineno
        for call in calls(tree)
        if isinstance(call.func, ast.Attribute)
        if (call_name(call) in ("wait", "communicate") and not call.args and not call.keywords)
        or (call_name(call) in RUNNERS and ast.unparse(call.func.value) == "subprocess")
        or (call_name(call) == "Popen" and call in blocks)
    ]


def test_tests_never_wait_for_a_process_for_ever() -> None:
    for path in (ROOT / "tests").rglob("*.py"):
        assert waiting_for_ever(ast.parse(path.read_text(encoding="utf-8"))) == [], path


@pytest.mark.parametrize(
    "text",
    [
        "child.wait()",
        "child.communicate()",
        "subprocess.run(command)",
        "subprocess.check_output(command)",
        "with subprocess.Popen(command) as child: pass",
    ],
)
def test_waiting_for_ever_would_be_found(text: str) -> None:
    assert waiting_for_ever(ast.parse(text)) == [1]
