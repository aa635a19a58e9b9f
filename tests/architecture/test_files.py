"""Inside a part, the same file names always mean the same thing."""

import ast
import re

import pytest

from tests.architecture.house import (
    ROOT,
    SOURCE,
    Module,
    body_lines,
    call_name,
    calls,
    functions,
    modules,
    parts,
)

MEANING = ("apps", "cards", "models", "states", "rules", "rights", "actions", "queries", "tasks", "errors")
NEVER = ("utils", "util", "helpers", "helper", "services", "service", "signals", "common", "misc", "managers")
WRITES = (
    "save",
    "create",
    "bulk_create",
    "get_or_create",
    "update_or_create",
    "update",
    "bulk_update",
    "delete",
)
IO_MODULES = (
    "os",
    "pathlib",
    "socket",
    "subprocess",
    "time",
    "httpx",
    "urllib",
    "random",
    "secrets",
    "tempfile",
)


def top_modules(part: str) -> set[str]:
    """Return the names of the modules and folders with code at the top of `part`."""
    files = {path.stem for path in (SOURCE / part).glob("*.py")}
    folders = {path.parent.name for path in (SOURCE / part).glob("*/__init__.py")}
    return (files | folders) - {"__init__", "migrations"}


def documented_words() -> dict[str, set[str]]:
    """Return, for each part, the modules of its own that docs/architecture.md lists."""
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)/` \| (.+?) \|$", text, re.MULTILINE)
    return {part: set(re.findall(r"`(\w+)(?:\.py|/)`", words)) for part, words in rows}


def named(name: str) -> list[Module]:
    """Return the modules called `name` at the top of a part, whether one file or a folder of that name."""
    return [module for module in modules() if re.fullmatch(rf"\w+/{name}(?:\.py|/\w+\.py)", module.place)]


@pytest.mark.parametrize("part", parts())
def test_a_part_s_own_words_are_in_the_architecture(part: str) -> None:
    assert top_modules(part) - set(MEANING) == documented_words().get(part, set())


def test_no_file_has_a_name_that_says_nothing() -> None:
    assert [module.place for module in modules() if module.path.stem in NEVER] == []


@pytest.mark.parametrize("part", parts())
def test_a_part_s_first_file_says_in_about_five_lines_what_it_owns_and_holds_no_code(part: str) -> None:
    tree = ast.parse((SOURCE / part / "__init__.py").read_text(encoding="utf-8"))
    said = ast.get_docstring(tree) or ""
    assert len(tree.body) == 1
    assert "own" in said.lower()
    assert 2 <= len(said.splitlines()) <= 6


def test_rules_know_no_database_no_clock_and_no_world_outside() -> None:
    for module in named("rules"):
        for name in module.imported():
            assert not name.startswith("django"), (module.place, name)
            reads_text = name.startswith("urllib.parse.")  # the rest of that package opens addresses
            assert reads_text or name.split(".")[0] not in IO_MODULES, (module.place, name)
            assert not re.search(r"\.(models|queries|actions)\b", name), (module.place, name)
            assert name != "portevoix.core.clock.now", module.place
        assert [
            call_name(call) for call in calls(module.tree) if call_name(call) in ("now", "today", "open")
        ] == []
    assert len(named("rules")) >= 2


def test_states_are_data() -> None:
    graphs = [module for module in named("states") if module.part != "core"]
    assert graphs
    for module in graphs:
        assert "StateGraph(" in module.text, module.place
        assert list(functions(module.tree)) == [], module.place


def test_models_speak_to_nobody_outside_the_database() -> None:
    for module in named("models"):
        outside = [name for name in module.imported() if name.split(".")[0] in ("httpx", "smtplib", "socket")]
        assert outside == [], module.place
        assert not any(
            name.startswith(("portevoix.core.http", "django.core.mail")) for name in module.imported()
        )


def test_queries_write_no_row() -> None:
    for module in named("queries"):
        written = [call_name(call) for call in calls(module.tree) if call_name(call) in WRITES]
        assert written == [], module.place


def test_who_acts_and_when_are_never_given_by_position() -> None:
    for module in named("actions"):
        for function in functions(module.tree):
            if not function.name.startswith("_"):
                positional = {argument.arg for argument in (*function.args.posonlyargs, *function.args.args)}
                assert "by" not in positional, (module.place, function.name)


def test_tasks_find_and_call_an_action_in_a_few_lines() -> None:
    for module in named("tasks"):
        for function in functions(module.tree):
            assert body_lines(function) <= 10, (module.place, function.name)


def test_a_command_s_entry_holds_no_logic() -> None:
    entries = [
        function
        for module in modules()
        if module.part in ("cli", "demo")
        for function in module.tree.body
        if isinstance(function, ast.FunctionDef) and function.name == "run"
    ]
    assert len(entries) > 5
    assert [function.name for function in entries if body_lines(function) > 30] == []


def test_a_view_is_short() -> None:
    views = [
        (module.place, function.name)
        for module in modules()
        if module.place.startswith("web/views/")
        for function in functions(module.tree)
        if body_lines(function) > 30
    ]
    assert views == []
