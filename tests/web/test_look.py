"""Drawings that stand for voices, sentences told after a gesture, and the page that shows every component."""

from pathlib import Path

import pytest
from django.template import engines
from django.template.loader import get_template
from django.test import Client, RequestFactory

from portevoix.programme.models import Voice, VoiceKind
from portevoix.web import avatars, toasts
from portevoix.web.views.style import NAMES
from tests.web.conftest import Company, SignIn

WEB = Path(toasts.__file__).parent


def _drawn(voice: Voice, **options: str) -> str:
    template = engines["django"].from_string(
        "{% load telling_tags %}{% avatar voice size=size label=label %}"
    )
    return template.render(
        {"voice": voice, "size": options.get("size", ""), "label": options.get("label", "")}
    )


def test_the_same_name_always_has_the_same_drawing() -> None:
    assert avatars.drawing("marion") == avatars.drawing("marion")


def test_two_voices_of_a_company_seldom_have_the_same_drawing() -> None:
    drawings = [tuple(avatars.drawing(name.lower())) for name in NAMES]
    assert len(set(drawings)) > len(NAMES) * 2 // 3


def test_every_part_that_can_be_drawn_is_there_and_no_other() -> None:
    used = {part for number in range(3000) for part in avatars.drawing(f"voice-{number}")} | {"brand"}
    assert {path.stem for path in (WEB / "templates/web/avatar").iterdir()} == used
    for name in used:
        get_template(f"web/avatar/{name}.svg")


def test_a_brands_own_voice_is_drawn_as_a_megaphone() -> None:
    assert "f-wave" in avatars.paths_of(Voice(slug="marion", kind=VoiceKind.BRAND))
    assert "f-skin" in avatars.paths_of(Voice(slug="marion", kind=VoiceKind.PERSONA))


def test_a_drawing_is_decoration_unless_it_stands_for_the_name() -> None:
    voice = Voice(slug="marion", kind=VoiceKind.PERSONA, hue=5)
    assert 'class="avatar hue-5" viewBox="0 0 40 40" aria-hidden="true"' in _drawn(voice)
    assert 'class="avatar hue-5 large" viewBox="0 0 40 40" role="img" aria-label="&lt;M&gt;"' in _drawn(
        voice, size="large", label="<M>"
    )


@pytest.mark.django_db
def test_what_was_done_is_told_once_with_its_undo(company: Company, signed_in: SignIn) -> None:
    lead = signed_in("lead")
    answer = lead.post("/style/", {"name": "Alma", "kind": "persona", "words": "…"}, follow=True)
    told = answer.content.decode()
    assert "Alma is paused." in told
    assert '<form method="post" action="/style/">' in told
    assert '<input type="hidden" name="kind" value="persona">' in told
    assert "Alma is paused." not in lead.get("/style/").content.decode()


@pytest.mark.django_db
def test_a_form_with_an_error_keeps_what_was_typed_and_says_what_is_wrong(
    company: Company, signed_in: SignIn
) -> None:
    answer = signed_in("lead").post("/style/", {"name": "", "kind": "persona", "words": "Kept"})
    assert answer.status_code == 400
    assert "Kept</textarea>" in answer.content.decode()
    assert 'id="id_name_error"' in answer.content.decode()


def test_nothing_is_told_where_there_is_no_session() -> None:
    assert toasts.taken(RequestFactory().get("/")) is None


@pytest.mark.django_db
def test_who_has_not_signed_in_has_no_such_page() -> None:
    assert Client().get("/style/").headers["Location"].startswith("/sign-in/")
