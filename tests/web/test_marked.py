"""What somebody else wrote meanwhile is shown beside what was typed, never written over unseen."""

import re
from datetime import date
from typing import Any

import pytest
from django.db.models import Model

from portevoix.people.models import Brand
from portevoix.programme.models import (
    EditorialLine,
    Phase,
    ProductRange,
    PublicPage,
    Sphere,
    StudyStep,
    Voice,
)
from tests.web.conftest import Company, SignIn
from tests.web.test_settings_line import SENT as A_LINE
from tests.web.test_settings_phases import SENT as A_PHASE
from tests.web.test_settings_voices import SENT as A_VOICE

HERE = "/b/acme"
SETTINGS = f"{HERE}/settings/"
SENTENCE = "Somebody changed this after you had opened it."
BRAND = {"name": "Mine", "time_zone": "Europe/Paris", "languages": "fr"}
OPEN = {"introduction": "Mine", "charter": "", "contact_email": "", "contact_url": ""}
Told = tuple[str, str, dict[str, str], type[Model], dict[str, Any], str]
"""A page, where its form is sent, what is typed, what somebody else writes into which row, as read beside it."""
FORMS: dict[str, Told] = {
    "the brand": (SETTINGS, f"{SETTINGS}brand/", BRAND, Brand, {"name": "Theirs"}, "Theirs"),
    "a sphere": (
        SETTINGS,
        f"{SETTINGS}spheres/sales/",
        {"objectives": "Mine"},
        Sphere,
        {"objectives": ["Theirs"]},
        "Theirs",
    ),
    "a range": (
        f"{SETTINGS}?range=law",
        f"{SETTINGS}ranges/",
        {"slug": "law", "name": "Mine"},
        ProductRange,
        {"cadence": 7},
        "7",
    ),
    "a phase": (
        f"{SETTINGS}phases/?phase=test",
        f"{SETTINGS}phases/change/",
        A_PHASE | {"slug": "test"},
        Phase,
        {"exit_criteria": "Theirs"},
        "Theirs",
    ),
    "the line": (
        f"{SETTINGS}line/",
        f"{SETTINGS}line/write/",
        A_LINE,
        EditorialLine,
        {"tone": "Theirs"},
        "Theirs",
    ),
    "a voice": (
        f"{SETTINGS}voices/marion/",
        f"{SETTINGS}voices/marion/",
        A_VOICE,
        Voice,
        {"biography": "Theirs"},
        "Theirs",
    ),
    "the public page": (
        f"{SETTINGS}public/",
        f"{SETTINGS}public/",
        OPEN,
        PublicPage,
        {"charter": "Theirs"},
        "Theirs",
    ),
    "a step": (
        f"{HERE}/strategy/steps/STEP/edit/",
        f"{HERE}/strategy/steps/STEP/edit/",
        {"title": "Mine"},
        StudyStep,
        {"outcome": "Theirs"},
        "Theirs",
    ),
}


@pytest.fixture
def step(company: Company) -> StudyStep:
    """Return a step, beside a range, a phase, a sphere and a version of the line."""
    brand = company.brand
    ProductRange.objects.create(brand=brand, slug="law", name="Law")
    Phase.objects.create(brand=brand, slug="test", kind="test", from_on=date(2090, 1, 1))
    Sphere.objects.create(brand=brand, key="sales", objectives=["Ours"])
    EditorialLine.objects.create(brand=brand, version=1, from_on=date(2012, 1, 1), tone="Plain")
    return StudyStep.objects.filter(brand=brand).latest("pk")


def marks(page: str) -> list[str]:
    """Return the marks of the forms on a page."""
    return re.findall(r'name="read" value="([^"]+)"', page)


@pytest.mark.parametrize("what", FORMS)
def test_what_somebody_else_wrote_meanwhile_is_not_written_over(
    company: Company, signed_in: SignIn, step: StudyStep, what: str
) -> None:
    page, path, typed, model, theirs, told = FORMS[what]
    page, path = (each.replace("STEP", str(step.pk)) for each in (page, path))
    lead = signed_in("lead")
    shown = marks(lead.get(page).content.decode())
    mine = {Brand: company.brand.pk, Voice: company.marion.pk}
    written = model._default_manager.filter(**{"pk": mine[model]} if model in mine else {})
    written.update(**theirs)
    [field] = theirs

    changed = [mark for mark in shown if mark not in marks(lead.get(page).content.decode())]
    assert len(changed) == 1, "one form alone says something else now"
    refused = lead.post(path, typed | {"read": changed[0]})

    assert refused.status_code == 400
    answer = refused.content.decode()
    assert SENTENCE in answer
    assert told in re.sub(r"<form.*?</form>", "", answer, flags=re.DOTALL) or f"<dd>{told}</dd>" in answer
    assert getattr(written.get(), field) == theirs[field]
    again = [mark for mark in marks(answer) if mark not in shown]
    assert lead.post(path, typed | {"read": again[0]}).status_code == 302, "who saves again has seen it"


def test_what_nobody_touched_is_saved(signed_in: SignIn, step: StudyStep) -> None:
    lead, page = signed_in("lead"), f"{HERE}/strategy/steps/{step.pk}/edit/"
    [mark] = marks(lead.get(page).content.decode())
    StudyStep.objects.filter(pk=step.pk).update(
        state="done"
    )  # how far it has come is not what the form writes

    assert lead.post(page, {"title": "Mine", "read": mark}).status_code == 302
    step.refresh_from_db()
    assert (step.title, step.state) == ("Mine", "done")


@pytest.mark.usefixtures("step")
def test_a_range_that_was_taken_away_meanwhile_is_told_before_it_is_made_again(signed_in: SignIn) -> None:
    lead = signed_in("lead")
    shown = marks(lead.get(f"{SETTINGS}?range=law").content.decode())
    ProductRange.objects.all().delete()
    [mark] = set(shown) - set(marks(lead.get(SETTINGS).content.decode()))
    sent = {"slug": "law", "name": "Law"}

    assert SENTENCE in lead.post(f"{SETTINGS}ranges/", sent | {"read": mark}).content.decode()
    assert not ProductRange.objects.exists()
    assert lead.post(f"{SETTINGS}ranges/", sent).status_code == 302
