"""A form that is sent twice does once what it says, and both sendings lead to the same place."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Model
from django.test import Client

from portevoix.core import clock
from portevoix.core.models import SentForm
from portevoix.core.sent import LIFE
from portevoix.networks.models import Holding
from portevoix.people.models import Brand, Membership, User
from portevoix.programme.models import (
    Consent,
    EditorialLine,
    Phase,
    ProductRange,
    StudiedRival,
    StudyFigure,
    StudyRevision,
    StudySection,
    StudyStep,
    Tenure,
    Voice,
)
from tests.web.conftest import Company, SignIn
from tests.web.test_settings_line import SENT as A_LINE
from tests.web.test_settings_phases import SENT as A_PHASE
from tests.web.test_settings_voices import SENT

HERE = "/b/acme"
VOICES = f"{HERE}/settings/voices/"
TENURE = {"person": "", "role": "deputy", "from_on": "2012-09-01"}
ROWS = {"do": "save", "rows": "1", "0-first_name": "Léa", "0-range": "Law", "0-sphere": "business"}
CREATING: dict[str, tuple[str, dict[str, str], type[Model]]] = {
    "a brand": ("/start/", {"name": "New", "slug": "new", "time_zone": "Europe/Paris"}, Brand),
    "personas of the first visit": (f"{HERE}/start/personas/", ROWS, Voice),
    "a voice": (VOICES, SENT, Voice),
    "a colleague": (f"{HERE}/settings/colleagues/", SENT | {"given_on": "2024-01-15"}, Voice),
    "an account": (f"{VOICES}hugo/accounts/", {"network": "mastodon", "remote_id": "hugo"}, Holding),
    "a consent": (
        f"{HERE}/settings/colleagues/paul/consent/",
        {"given_on": "2012-07-01", "shares_figures": "on"},
        Consent,
    ),
    "a range": (f"{HERE}/settings/ranges/", {"slug": "", "name": "Law"}, ProductRange),
    "a phase": (f"{HERE}/settings/phases/change/", A_PHASE, Phase),
    "a version of the line": (f"{HERE}/settings/line/write/", A_LINE, EditorialLine),
    "a time with a voice": (f"{HERE}/settings/holders/of/hugo/start/", TENURE, Tenure),
    "an outline": (f"{HERE}/strategy/begin/", {}, StudySection),
    "a section": (f"{HERE}/strategy/sections/new/", {"title": "Twice?", "text": ""}, StudySection),
    "a step": (f"{HERE}/strategy/steps/new/", {"title": "Twice?"}, StudyStep),
    "a rival": (f"{HERE}/strategy/rivals/new/", {"name": "Rival"}, StudiedRival),
    "a version of the study": (f"{HERE}/strategy/versions/new/", {"reason": "Enough"}, StudyRevision),
}


@pytest.fixture
def lead(signed_in: SignIn, company: Company) -> Client:
    """Return the lead, who runs the installation as well."""
    User.objects.filter(pk=company.people["lead"].pk).update(is_superuser=True)
    return signed_in("lead")


def shown(client: Client, path: str = VOICES) -> str:
    """Return what tells this showing of a form from every other."""
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', client.get(path).content.decode())
    assert found
    return found[1]


@pytest.mark.parametrize("what", CREATING)
def test_a_form_that_is_sent_twice_makes_no_second_row(company: Company, lead: Client, what: str) -> None:
    path, fields, model = CREATING[what]
    if what == "an outline":
        StudySection.objects.all().delete()
        StudyStep.objects.all().delete()
    if what == "a time with a voice":
        fields = fields | {"person": str(company.people["ambassador"].pk)}
    fields = fields | {"csrfmiddlewaretoken": shown(lead)}
    before = model._default_manager.count()

    first, second = lead.post(path, fields), lead.post(path, fields)

    added = model._default_manager.count() - before
    assert first.status_code == 302, first.content.decode()
    assert added == (5 if what == "an outline" else 1)
    assert (second.status_code, second["Location"]) == (302, first["Location"])


def test_a_figure_an_invitation_and_a_role_are_themselves_known_again(company: Company, lead: Client) -> None:
    section = StudySection.objects.get()
    figure = {"metric": "likes_received", "line": "hugo", "month": "2012-07"}
    invited = {"name": "Eve", "email": "eve@example.org", "role": "expert"}
    eve: dict[str, Any] = {"user__email": "eve@example.org"}
    for _time in range(2):
        lead.post(f"{HERE}/strategy/sections/{section.pk}/figures/", figure)
        lead.post(f"{HERE}/settings/members/invite/", invited)

    assert StudyFigure.objects.filter(section=section, voice=company.hugo).count() == 1
    assert Membership.objects.filter(**eve).count() == 1
    lead.post(f"{HERE}/settings/members/{Membership.objects.get(**eve).user_id}/give/", {"role": "expert"})
    assert Membership.objects.filter(**eve).count() == 1


def test_every_showing_of_a_form_is_another_one(lead: Client) -> None:
    for _time in range(2):
        lead.post(VOICES, SENT | {"csrfmiddlewaretoken": shown(lead)})

    assert Voice.objects.filter(first_name="Léa").count() == 2, "two people may have the same first name"


def test_who_goes_back_and_writes_something_else_makes_something_else(lead: Client) -> None:
    token = {"csrfmiddlewaretoken": shown(lead)}
    for name in ("Léa", "Zoé"):
        lead.post(VOICES, SENT | token | {"first_name": name})

    assert set(Voice.objects.filter(hue=17).values_list("first_name", flat=True)) == {"Léa", "Zoé"}


def test_what_was_refused_may_be_sent_again_as_it_is(company: Company, lead: Client) -> None:
    fields = SENT | {"range": "law", "csrfmiddlewaretoken": shown(lead)}
    assert lead.post(VOICES, fields).status_code == 400
    ProductRange.objects.create(brand=company.brand, slug="law", name="Law")

    assert lead.post(VOICES, fields).status_code == 302
    assert Voice.objects.filter(slug="lea").exists()


def test_a_change_that_is_sent_twice_is_no_change_by_somebody_else(lead: Client) -> None:
    path = f"{HERE}/strategy/sections/{StudySection.objects.get().pk}/edit/"
    page = lead.get(path).content.decode()
    [read] = re.findall(r'name="read" value="([^"]+)"', page)
    fields = {"title": "Ours", "text": "New.", "read": read, "csrfmiddlewaretoken": shown(lead)}

    assert [lead.post(path, fields).status_code for _time in range(2)] == [302, 302]


def test_what_somebody_sent_is_nothing_to_somebody_else(lead: Client, signed_in: SignIn) -> None:
    fields = SENT | {"csrfmiddlewaretoken": shown(lead)}
    lead.post(VOICES, fields)

    assert signed_in("administrator").post(VOICES, fields).status_code == 302
    assert Voice.objects.filter(first_name="Léa").count() == 2


def test_forms_that_were_sent_are_forgotten_after_a_while(lead: Client) -> None:
    SentForm.objects.create(key="old", sent_at=clock.now() - LIFE - timedelta(minutes=1))

    lead.post(VOICES, SENT | {"csrfmiddlewaretoken": shown(lead)})

    assert [form.place for form in SentForm.objects.all()] == [VOICES]
