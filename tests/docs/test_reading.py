"""Documents hang together: links lead somewhere, both languages say the same, examples are true."""

import doctest
import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.architecture.house import project
from tests.docs.pages import DOCS, ROOT, text

PAGES = sorted([*DOCS.rglob("*.md"), *ROOT.glob("*.md")])


def headings(page: Path) -> list[str]:
    inside_code = re.sub(
        r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL
    )
    return re.findall(r"^(#+) ", inside_code, re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    inside = [target for target in targets if not re.match(r"[a-z]+:", target)]
    assert [target for target in inside if not (page.parent / unquote(target)).exists()] == []


def test_both_readmes_have_the_same_parts_commands_and_links() -> None:
    english, french = ROOT / "README.md", ROOT / "README.fr.md"
    assert headings(english) == headings(french)
    pair = [page.read_text(encoding="utf-8") for page in (english, french)]
    for pattern in (r"^```.*?^```$", r"`(?:make|portevoix) [^`]*`"):
        one, other = (re.findall(pattern, page, re.MULTILINE | re.DOTALL) for page in pair)
        assert one == other
    one, other = (sorted(re.findall(r"\]\((\S+?)\)", page)) for page in pair)
    assert [link for link in one if "README" not in link] == [link for link in other if "README" not in link]


def test_every_verb_that_is_taught_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    verbs = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    taught = {
        verb
        for page in PAGES
        for verb in re.findall(r"`make ([a-z-]+)[^`]*`", page.read_text(encoding="utf-8"))
    }
    assert taught <= verbs
    assert {"demo", "test", "test-servers", "check", "fix", "bench", "docs"} <= taught | verbs


def test_decisions_are_numbered_without_gap_and_say_where_they_stand() -> None:
    pages = sorted((DOCS / "decisions").glob("*.md"))
    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    for page in pages:
        told = page.read_text(encoding="utf-8")
        assert re.match(rf"# {int(page.name[:4])}\. ", told), page.name
        assert re.search(r"^Status: (accepted|replaced by)", told, re.MULTILINE), page.name
        assert re.search(r"^## Context$.*^## Decision$.*^## Consequences$", told, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", sorted((DOCS / "algorithms").glob("*.md")), ids=lambda page: page.stem)
def test_examples_are_true(page: Path) -> None:
    outcome = doctest.testfile(str(page), module_relative=False, encoding="utf-8")
    assert outcome.failed == 0


def test_most_algorithms_have_examples_that_run() -> None:
    with_examples = [
        page.stem for page in (DOCS / "algorithms").glob("*.md") if ">>>" in page.read_text("utf-8")
    ]
    assert {"identity", "months", "import-and-resume"} <= set(with_examples)


def test_the_package_names_the_licence_of_everything_that_it_ships() -> None:
    told = project()["project"]
    licences = {path for pattern in told["license-files"] for path in ROOT.glob(pattern)}
    assert licences == {ROOT / "LICENSE", *(ROOT / "src").rglob("*.LICENSE")}
    assert told["license"] == "Apache-2.0 AND OFL-1.1"
    assert told["license"] in text("licences.md")


def test_no_document_is_lost() -> None:
    """Each page is reached from the README or the architecture, directly or through another page."""
    reached, waiting = set[Path](), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in reached or not page.exists():
            continue
        reached.add(page)
        for target in re.findall(r"\]\(([^)#\s:]+\.md)", page.read_text(encoding="utf-8")):
            waiting.append((page.parent / target).resolve())
    assert [str(page.relative_to(ROOT)) for page in PAGES if page not in reached] == []


def test_the_changelog_has_something_to_say_of_the_next_version() -> None:
    assert re.search(r"^## \[Unreleased\]$\n+### ", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
