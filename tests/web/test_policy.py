"""What holds for every page: nothing inline, nothing from elsewhere, no engine, an entry in the documentation."""

import re
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
import rules
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.test import Client

from tests.children import environ_of, printed
from tests.web.addresses import POSTED, filled_in, names
from tests.web.conftest import Company, SignIn

ROOT = Path(__file__).parents[2]


class Findings(HTMLParser):
    """Collects what a page must not have, and the addresses that it loads."""

    def __init__(self) -> None:
        super().__init__()
        self.inline: list[str] = []
        self.loaded: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "style" or (tag == "script" and "src" not in given):
            self.inline.append(tag)
        self.inline += [name for name in given if name == "style" or name.startswith("on")]
        is_loaded = given.get("rel") not in ("canonical", "alternate")
        if tag in {"script", "img", "link"} and is_loaded:
            self.loaded.append(given.get("src") or given.get("href") or "")
        if identifier := given.get("id"):
            self.ids.append(identifier)


def looked_at(html: str) -> Findings:
    found = Findings()
    found.feed(html)
    return found


@pytest.fixture
def every_page(company: Company, signed_in: SignIn) -> dict[str, str]:
    """Return {path: HTML} of every page, signed in and not, and of every error."""
    pages = {}
    for who, client in (("nobody", Client()), ("administrator", signed_in("administrator"))):
        for address in filled_in(company):
            answer = client.get(address.path)
            is_file = "Content-Disposition" in answer.headers  # opened outside the product, by itself
            is_html = "html" in answer.headers.get("Content-Type", "") and not is_file
            if answer.status_code in (200, 404) and is_html:
                pages[f"{address.path} to {who}"] = answer.content.decode()
    for template in ("403.html", "404.html", "429.html", "500.html", "403_csrf.html"):
        pages[template] = render_to_string(template)
    return pages


def test_no_page_has_anything_inline(every_page: dict[str, str]) -> None:
    assert len(every_page) > 10
    assert {path: found for path, html in every_page.items() if (found := looked_at(html).inline)} == {}


def test_every_page_loads_only_what_the_product_serves_and_has(every_page: dict[str, str]) -> None:
    for path, html in every_page.items():
        for url in looked_at(html).loaded:
            assert url.startswith("/static/"), (path, url)
            assert finders.find(url.removeprefix("/static/")), (path, url)


def test_no_page_has_the_same_id_twice(every_page: dict[str, str]) -> None:
    for path, html in every_page.items():
        ids = looked_at(html).ids
        assert len(ids) == len(set(ids)), path


def test_every_page_says_its_language(every_page: dict[str, str]) -> None:
    for path, html in every_page.items():
        if "<html" in html:
            assert '<html lang="en">' in html, path


def test_every_answer_carries_the_content_policy(company: Company, signed_in: SignIn) -> None:
    for address in filled_in(company):
        policy = signed_in("lead").get(address.path).headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy, address.path
        assert "unsafe" not in policy, address.path


@pytest.mark.parametrize(
    ("path", "host", "status"),
    [
        ("/static/portevoix/look.css", "localhost", 200),
        ("/static/nothing.css", "localhost", 404),
        ("/", "elsewhere.example", 400),
        ("/sign-in", "localhost", 301),
        ("/", "localhost", 302),
    ],
)
def test_files_refusals_and_redirects_carry_it_too(
    db: None, client: Client, path: str, host: str, status: int
) -> None:
    answer = client.get(path, headers={"Host": host})
    answer.close()

    assert answer.status_code == status
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]


def test_a_file_may_be_kept_by_the_browser(db: None, client: Client) -> None:
    answer = client.get("/static/portevoix/look.css")
    answer.close()

    assert answer.headers["Cache-Control"] == "max-age=60, public"


def test_styles_and_fonts_come_from_the_product_alone() -> None:
    found = finders.find("portevoix/look.css")
    assert isinstance(found, str)
    style = Path(found).read_text(encoding="utf-8")

    urls = re.findall(r'url\("([^"]+)"\)', style)
    assert urls
    for url in urls:
        assert (Path(found).parent / url).is_file(), url
        assert (Path(found).parent / url).with_suffix(".LICENSE").is_file(), url
    assert "@import" not in style


@pytest.mark.parametrize("marked", [True, False])
def test_a_demonstration_says_so_on_every_page(
    company: Company, signed_in: SignIn, settings: pytest.FixtureRequest, marked: bool
) -> None:
    settings.IS_DEMONSTRATION = marked  # type: ignore[attr-defined]  # pytest-django's settings

    for path in ("/sign-in/", "/nowhere/", company.path(), company.path("marion/likes_received/")):
        page = signed_in("lead").get(path, follow=True).content.decode()
        assert ("Demonstration: invented personas" in page) == marked, path


ENGINES = ("ibis", "pyarrow", "duckdb", "pandas", "numpy", "sqlglot")


def test_the_web_process_loads_no_engine() -> None:
    program = (
        "import sys; from portevoix.config.wsgi import application; from django.urls import get_resolver;"
        "get_resolver().url_patterns; import portevoix.web.urls;"
        f"print([name for name in {ENGINES!r} if name in sys.modules])"
    )
    environ = environ_of(settings.DATA, DJANGO_SETTINGS_MODULE="portevoix.config.settings")

    assert printed([sys.executable, "-c", program], env=environ) == "[]\n"


def test_every_right_that_is_asked_for_exists() -> None:
    asked = set()
    for file in (ROOT / "src" / "portevoix").rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        asked.update(re.findall(r'(?:has_perm|require|of_brand|allows)\(\s*"([a-z]+\.[a-z_]+)"', text))

    assert {"measures.see_voices", "ledger.import", "networks.link"} <= asked
    assert {name for name in asked if not rules.perm_exists(name)} == set()


def test_every_address_has_its_entry_in_the_documentation() -> None:
    page = (ROOT / "docs" / "pages.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| `(\w+)` \|", page, re.M)

    assert sorted(told) == sorted(names())
    assert set(names()) >= POSTED
