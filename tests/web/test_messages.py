"""Everything that is said is said in French too, with the same placeholders, and compiled."""

import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from tests.children import run
from tools import messages

ROOT = Path(__file__).parents[2]


def catalog(
    source: str | tuple[str, str], french: str | tuple[str, str], *, flags: tuple[str, ...] = ()
) -> Catalog:
    made = Catalog(locale="fr")
    made.add(source, french, flags=flags)
    return made


def test_the_catalogue_is_complete_and_compiled() -> None:
    done = run([sys.executable, "tools/messages.py", "check"], cwd=ROOT)

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("source", "french", "fault"),
    [
        ("Sign in", "", "no French"),
        (("%(n)s line", "%(n)s lines"), ("%(n)s ligne", ""), "no French"),
        ("%(name)s is here", "%(nom)s est là", "placeholders differ"),
        ("%(name)s is here", "il est là", "placeholders differ"),
        ("%s is here", "%s est là", "a placeholder has no name"),
        ("Why: this", "Pourquoi : ceci", "a space that may break a line"),
        ("“This”", "« Ceci\u00a0»", "a space that may break a line"),
    ],
)
def test_what_is_missing_or_wrong_is_found(
    source: str | tuple[str, str], french: str | tuple[str, str], fault: str
) -> None:
    assert [found.split(":")[0] for found in messages.faults(catalog(source, french))] == [fault]


def test_a_doubtful_translation_is_found() -> None:
    found = list(messages.faults(catalog("Sign in", "Entrer", flags=("fuzzy",))))

    assert found == ["doubtful: Sign in"]


def test_a_plural_may_leave_its_number_out_where_it_is_one() -> None:
    made = catalog(("One of %(names)s", "%(n)s of %(names)s"), ("Un de %(names)s", "%(n)s de %(names)s"))

    assert list(messages.faults(made)) == []


def test_templates_and_code_are_both_read() -> None:
    files = {file for file, _found in messages.sentences()}

    assert {"web/templates/web/measures.html", "web/telling.py", "measures/catalogue/received.py"} <= files


def test_compiling_twice_gives_the_same_bytes() -> None:
    assert messages.compiled(messages.stored()) == messages.MO.read_bytes()
