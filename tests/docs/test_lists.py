"""Each closed list of the code has its document, with every entry and no other."""

import ast
import re
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps

from portevoix.config.options import OPTIONS
from portevoix.core.errors import InternalError, UserError
from portevoix.ledger.rejects import REASON_SENTENCES
from portevoix.ledger.rows import KNOWN_COLUMNS, REASONS
from portevoix.networks.contracts import Kind
from portevoix.people.journal import ACTIONS
from tests.architecture.house import modules
from tests.docs.pages import ROOT, cells, codes, first_codes, text
from tools import documents


def test_every_setting_is_described_with_its_default() -> None:
    told = {codes(row[0])[0]: row[1].strip("`") for row in cells(text("settings.md"))}
    assert told == {option.name: option.default or "empty" for option in OPTIONS}


def test_settings_that_are_secrets_say_so() -> None:
    told = {codes(row[0])[0]: row[2] for row in cells(text("settings.md"))}
    assert {name for name, words in told.items() if words.startswith("Secret.")} == {
        option.name for option in OPTIONS if option.is_secret
    }


def test_every_journal_action_has_its_sentence() -> None:
    rows = {codes(row[0])[0]: row[1] for row in cells(text("journal.md"))}
    assert rows.keys() == ACTIONS
    assert all(sentence.endswith(".") for sentence in rows.values())


def test_every_journal_action_is_written_somewhere() -> None:
    literals = {
        node.value
        for module in modules()
        if module.place not in ("people/journal.py", "web/settings/journal_sentences.py")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert ACTIONS - literals == set()


def test_every_model_has_its_word() -> None:
    known = {model._meta.label for model in apps.get_models() if model.__module__.startswith("portevoix.")}
    table = text("glossary.md").split("Words without a row of their own")[0]
    assert sorted(first_codes(table, 1)) == sorted(known)


def subclasses(root: type[Exception]) -> set[type[Exception]]:
    return {root}.union(*(subclasses(each) for each in root.__subclasses__()))


def product_errors(root: type[Exception]) -> set[str]:
    """Return the dotted names of `root` and everything below it, wherever in the product it is declared."""
    for module in modules():
        if re.search(r"^class \w+\(", module.text, re.MULTILINE) and "Error" in module.text:
            import_module(module.dotted)
    found = {f"{each.__module__}.{each.__qualname__}" for each in subclasses(root)}
    return {name for name in found if name.startswith("portevoix.")}


def test_every_error_is_described() -> None:
    users, internal = text("errors.md").split("## Internal errors")
    assert set(first_codes(users)) == product_errors(UserError)
    assert set(first_codes(internal)) == product_errors(InternalError)


def test_every_reason_for_refusing_a_line_is_described() -> None:
    told = text("import.md").split("## Refused lines")[1]
    assert first_codes(told) == list(REASONS) == list(REASON_SENTENCES)


def test_every_column_and_kind_of_an_import_is_described() -> None:
    told = text("import.md").split("## The answer")[0]
    assert first_codes(told) == list(KNOWN_COLUMNS)
    assert {str(kind) for kind in Kind} <= {code for row in cells(told) for code in codes(row[2])}


@pytest.mark.parametrize("name", documents.DOCUMENTS)
def test_generated_documents_are_up_to_date(name: str) -> None:
    assert (ROOT / name).read_text(encoding="utf-8") == documents.DOCUMENTS[name](), "run `make docs`"


def direct_dependencies() -> dict[str, set[str]]:
    """Return, for each lock, the packages that pyproject.toml names for it."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras, groups = told["project"]["optional-dependencies"], told["dependency-groups"]
    run = told["project"]["dependencies"]
    dev = [*run, *groups["dev"], *extras["postgres"]]
    wanted = {"run": run, "dev": dev, "servers": [*dev, *extras["spark"]], "build": groups["build"]}
    return {lock: {re.split(r"[\[<>=~! ;]", each)[0] for each in some} for lock, some in wanted.items()}


def locked(lock: str) -> dict[str, str]:
    """Return {package: version} of a lock."""
    content = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9._-]+)==([^ ;]+)", content, re.MULTILINE))


@pytest.mark.parametrize("lock", ["run", "dev", "servers", "build"])
def test_every_direct_dependency_is_locked(lock: str) -> None:
    assert direct_dependencies()[lock] <= locked(lock).keys()


def test_each_lock_holds_what_the_ones_before_it_hold() -> None:
    run, dev, servers, build = map(locked, ("run", "dev", "servers", "build"))
    assert run.items() <= dev.items() <= servers.items()
    shared = build.keys() & servers.keys()
    assert {name: build[name] for name in shared} == {name: servers[name] for name in shared}


@pytest.mark.parametrize("path", sorted((ROOT / "requirements").glob("*.txt")), ids=lambda path: path.stem)
def test_a_lock_has_a_hash_for_everything_and_no_address(path: Path) -> None:
    content = path.read_text(encoding="utf-8")
    assert "://" not in content
    assert "--index" not in content
    packages = re.split(r"^(?=[a-z0-9._-]+==)", content, flags=re.MULTILINE)[1:]
    assert packages
    assert [package.split("==")[0] for package in packages if "--hash=sha256:" not in package] == []


def test_every_direct_dependency_is_argued_for() -> None:
    argued = {name for row in cells(text("decisions/0008-dependencies.md")) for name in codes(row[0])}
    direct = direct_dependencies()
    assert argued == direct["servers"]


def test_the_version_that_is_argued_for_is_the_one_that_is_locked() -> None:
    versions = locked("servers")
    for row in cells(text("decisions/0008-dependencies.md")):
        if told := re.search(r"` ([\d.]+)$", row[0]):
            name = codes(row[0])[0]
            assert f"{versions[name]}.".startswith(f"{told[1]}."), name


def test_whatever_is_imported_is_a_direct_dependency() -> None:
    """A package that another one happens to bring may go with it."""
    import_names = {
        "dj-database-url": "dj_database_url", "django-allauth": "allauth", "django-htmx": "django_htmx",
        "ibis-framework": "ibis", "markdown-it-py": "markdown_it", "pillow": "PIL", "psycopg": "psycopg",
        "pyjwt": "jwt", "python-calamine": "python_calamine", "pyyaml": "yaml",
    }  # fmt: skip
    direct = direct_dependencies()["servers"]
    known = {import_names.get(name, name) for name in direct} | {"portevoix"}
    outside = {name.split(".")[0] for module in modules() for name in module.imported()}
    assert outside - known - sys.stdlib_module_names == set()
