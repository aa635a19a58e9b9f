"""Parts of pages that are drawn once."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import pytest
from django.conf import settings
from django.template.loader import get_template
from django.test import override_settings
from django.utils import translation
from django.utils.safestring import mark_safe

from portevoix.programme.models import Voice
from portevoix.web import drawn as module
from portevoix.web.avatars import Face, Portrait
from portevoix.web.drawn import NotPlain, drawn
from portevoix.web.shown import Who
from portevoix.web.table import Cell, Row, Whose

MARION = Face("marion", "persona", 3)
ROW = Row(
    Whose("Marion · Acme", "Marion", MARION),
    (Cell("12", "11", "marion/likes_received/", "13"),),
    (1, None, 3.5),
)
EVERYWHERE = {"web/measures/_row.html": ROW, "web/_avatar.html": Portrait(MARION, "small", "", False)}


@pytest.fixture(autouse=True)
def _nothing_is_kept() -> None:
    module._drawn.cache_clear()


@pytest.mark.parametrize("template", EVERYWHERE)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_is_kept_is_what_would_be_drawn_anew(template: str, language: str) -> None:
    value = EVERYWHERE[template]
    with translation.override(language):
        anew = get_template(template).render({"it": value})
        assert drawn(template, value) == drawn(template, value) == anew


def test_another_language_or_value_is_drawn_by_itself() -> None:
    with translation.override("fr"):
        french = drawn("web/measures/_row.html", ROW)
    with translation.override("en"):
        english = drawn("web/measures/_row.html", ROW)
        other = drawn("web/measures/_row.html", Row(Whose("Hugo", "", None), ROW.cells, ROW.course))
    assert len({french, english, other}) == 3


ALL: Final = "{{ request }}{{ user }}{{ brand }}{{ perms }}{{ languages }}{% csrf_token %}"
"""What other templates are given."""


def test_a_template_sees_the_value_and_nothing_besides() -> None:
    loaders = [("django.template.loaders.locmem.Loader", {"probe.html": ALL + "{{ it }}"})]
    templates = [{**settings.TEMPLATES[0], "APP_DIRS": False}]
    templates[0]["OPTIONS"] = {**templates[0]["OPTIONS"], "loaders": loaders}
    with override_settings(TEMPLATES=templates):
        assert drawn("probe.html", "value") == "value"


def test_what_somebody_wrote_is_escaped() -> None:
    assert "<b>" not in drawn("web/_who.html", Who("<b>Ada</b>", "X", ""))


@dataclass(frozen=True)
class Held:
    """Something within something."""

    things: tuple[Any, ...]


@pytest.mark.parametrize(
    "thing", [mark_safe("<b>"), Voice(slug="marion"), translation.gettext_lazy("Voice"), ["a list"]]
)
def test_what_is_more_than_plain_is_refused(thing: Any) -> None:
    with pytest.raises((NotPlain, TypeError)):
        drawn("web/_who.html", Held((("deep", thing),)))


def test_plain_values_are_taken() -> None:
    assert drawn("web/_who.html", Held(("text", 1, 1.5, True, None, date(2026, 1, 1))))


def test_only_so_many_are_kept() -> None:
    for number in range(module.KEPT + 10):
        drawn("web/measures/_column.html", Held((number,)))
    assert module._drawn.cache_info().currsize == module.KEPT
