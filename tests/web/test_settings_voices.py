"""Settings, the voices: who they are, their colour, their life; colleagues apart, with their consent."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from portevoix.core import clock
from portevoix.measures.models import Scorecard, ScorecardLine
from portevoix.networks.models import Account, Holding
from portevoix.people.models import Role
from portevoix.programme.models import Consent, ProductRange, Sphere, Tenure, Voice
from tests.web.conftest import Company, SignIn
from tests.web.test_measures import HTML_BUDGET, SQL_BUDGET, text_of
from tests.web.undoing import told, undo

VOICES = "/b/acme/settings/voices/"
COLLEAGUES = "/b/acme/settings/colleagues/"
SENT = {"kind": "persona", "first_name": "Léa", "name": "Léa from Acme", "biography": "A voice of Acme."}
SENT |= {"languages": "fr, en", "sphere": "", "range": "", "watch_domain": "law", "weekly_minutes": "90"}
SENT |= {"hue": "17"}


def test_a_persona_begins_as_a_candidate_with_the_chosen_colour(company: Company, signed_in: SignIn) -> None:
    lead = signed_in("lead")
    assert lead.post(VOICES, SENT).headers["Location"] == VOICES
    lea = Voice.objects.get(slug="lea")
    assert (lea.kind, lea.state, lea.hue, lea.weekly_minutes) == ("persona", "candidate", 17, 90)
    assert told(lead, VOICES)[0].startswith("Léa from Acme is a candidate now.")


def test_a_voice_whose_name_is_taken_is_another(company: Company, signed_in: SignIn) -> None:
    signed_in("lead").post(VOICES, {**SENT, "first_name": "Marion", "name": ""})
    assert Voice.objects.get(slug="marion-2").first_name == "Marion"


def test_what_is_wrong_with_a_new_voice_is_told_at_its_field(company: Company, signed_in: SignIn) -> None:
    answer = signed_in("lead").post(VOICES, {**SENT, "weekly_minutes": "much", "hue": "99"})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "whole number" in page.split('id="id_weekly_minutes_error"')[1].split("</div>")[0]
    assert "whole number from 0 to 23" in page.split('class="palette"')[1]
    assert "Léa from Acme" in page
    assert not Voice.objects.filter(slug="lea").exists()


def test_a_voice_is_changed_and_changed_back(company: Company, signed_in: SignIn) -> None:
    lead = signed_in("lead")
    law = ProductRange.objects.create(brand=company.brand, slug="law", name="Law")
    sphere = Sphere.objects.create(brand=company.brand, key="sales")
    Voice.objects.filter(pk=company.marion.pk).update(product_range=law, sphere=sphere, languages=["fr"])
    page = f"{VOICES}marion/"
    assert lead.post(page, {**SENT, "sphere": "business"}).headers["Location"] == page
    marion = Voice.objects.get(slug="marion")
    assert (marion.name, marion.hue, marion.product_range) == ("Léa from Acme", 17, None)
    assert (str(marion.sphere), marion.state) == ("Business", "active")
    undo(lead, page)
    marion.refresh_from_db()
    assert (marion.name, marion.first_name, marion.hue, marion.languages) == ("", "Marion", 3, ["fr"])
    assert (marion.product_range, marion.sphere, marion.weekly_minutes) == (law, sphere, None)


def test_colours_stand_with_who_has_them_the_proposed_one_first(company: Company, signed_in: SignIn) -> None:
    palette = signed_in("lead").get(VOICES).content.decode().split('class="palette"')[1]
    labels = re.findall(r'<label class="hue-(\d+)( taken)?">(.*?)</label>', palette, re.DOTALL)
    assert len(labels) == 24
    assert "proposed" in labels[0][2]
    assert "checked" in labels[0][2]
    taken = {
        int(hue): re.sub(r"<[^>]+>", " ", text).split()[2:] for hue, is_taken, text in labels if is_taken
    }
    assert taken == {3: ["Marion"], 9: ["Hugo"], 12: ["another", "voice"]}


def test_who_speaks_is_asked_for_while_one_types(company: Company, signed_in: SignIn) -> None:
    lead = signed_in("lead")
    address = "/b/acme/settings/disclosure/"
    asked = lead.post(address, {"first_name": "Léa", "biography": "I read case law."}).content.decode()
    assert "The name does not say Acme." in asked
    assert "The biography does not say that Acme runs this voice." in asked
    assert "say who runs this voice" in lead.post(address, SENT).content.decode()
    assert f'hx-post="{address}"' in lead.get(VOICES).content.decode()


def test_a_voice_is_paused_and_the_pause_undone(company: Company, signed_in: SignIn) -> None:
    lead, page = signed_in("lead"), f"{VOICES}marion/"
    lead.post(f"{page}move/", {"state": "paused"})
    assert Voice.objects.get(slug="marion").state == "paused"
    assert undo(lead, page).startswith("Marion is paused.")
    assert Voice.objects.get(slug="marion").state == "active"


@pytest.mark.parametrize(
    ("state", "buttons"),
    [
        ("candidate", {"trial": "Begin the trial", "closed": "Close Marion for good"}),
        ("trial", {"active": "End the trial: active from now on", "closed": "Close Marion for good"}),
        ("paused", {"active": "Resume", "closed": "Close Marion for good"}),
        ("closed", {}),
    ],
)
def test_only_the_steps_that_its_life_allows_are_offered(
    company: Company, signed_in: SignIn, state: str, buttons: dict[str, str]
) -> None:
    Voice.objects.filter(pk=company.marion.pk).update(state=state)
    page = signed_in("lead").get(f"{VOICES}marion/").content.decode()
    assert dict(re.findall(r'<button name="state" value="(\w+)">([^<]+)</button>', page)) == buttons


def test_closing_says_what_it_means_and_has_no_way_back(company: Company, signed_in: SignIn) -> None:
    lead, page = signed_in("lead"), f"{VOICES}marion/"
    assert "closing cannot be undone" in text_of(lead, page)
    lead.post(f"{page}move/", {"state": "closed"})
    assert told(lead, page)[:2] == ("Marion is closed. Its history is kept.", "")
    lead.post(f"{page}move/", {"state": "active"})
    assert "does not go from" in told(lead, page)[0]
    assert lead.post(f"{page}move/", {"state": "famous"}).status_code == 404


def test_a_colleague_never_stands_with_a_persona(company: Company, signed_in: SignIn) -> None:
    lead = signed_in("lead")
    assert "Paul" not in text_of(lead, VOICES) + text_of(lead, f"{VOICES}marion/")
    for page in (COLLEAGUES, f"{COLLEAGUES}paul/"):
        told_there = text_of(lead, page)
        assert "Paul" in told_there
        assert "Marion" not in told_there
        assert "Hugo" not in told_there
    for address in (f"{VOICES}paul/", f"{COLLEAGUES}marion/"):
        assert lead.get(address).status_code == 404
        assert lead.post(f"{address}move/", {"state": "paused"}).status_code == 404


def test_a_colleague_is_added_with_the_consent(company: Company, signed_in: SignIn) -> None:
    lead = signed_in("lead")
    sent = {**SENT, "name": "Karim Benali", "given_on": "2024-01-15", "figures_shared": "on"}
    assert lead.post(COLLEAGUES, {**sent, "given_on": ""}).status_code == 400
    assert not Voice.objects.filter(name="Karim Benali").exists()
    lead.post(COLLEAGUES, sent)
    karim = Voice.objects.get(name="Karim Benali")
    consent = karim.consents.get()
    assert (karim.kind, karim.state, consent.is_sharing_figures) == ("named", "candidate", True)


def test_a_consent_that_is_taken_back_silences_at_once_and_another_may_be_given(
    company: Company, signed_in: SignIn
) -> None:
    lead, page = signed_in("lead"), f"{COLLEAGUES}paul/"
    Consent.objects.create(voice=company.paul, given_on="2024-01-15")
    assert "This cannot be undone" in text_of(lead, page)
    lead.post(f"{page}consent/revoke/")
    assert told(lead, page)[:2] == ("The consent is revoked. Paul is silent.", "")
    assert Voice.objects.get(slug="paul").state == "paused"
    older = lead.post(f"{page}consent/", {"given_on": "2024-02-01"})
    assert older.status_code == 400
    assert "only one given since counts" in older.content.decode()
    today = company.brand.day(clock.now())
    lead.post(f"{page}consent/", {"given_on": str(today)})
    assert told(lead, page)[0] == "The consent is recorded."
    lead.post(f"{page}move/", {"state": "active"})
    assert Voice.objects.get(slug="paul").state == "active"


def test_a_colleague_without_a_consent_may_not_speak(company: Company, signed_in: SignIn) -> None:
    lead, page = signed_in("lead"), f"{COLLEAGUES}paul/"
    Voice.objects.filter(pk=company.paul.pk).update(state="paused")
    lead.post(f"{page}move/", {"state": "active"})
    assert "no consent that counts today" in told(lead, page)[0]
    lead.post(f"{page}consent/revoke/")
    assert "no consent to revoke" in told(lead, page)[0]


@pytest.mark.parametrize("who", [*(role for role in Role if role != Role.LEAD), "stranger"])
def test_nobody_else_sets_voices_up(company: Company, signed_in: SignIn, who: str) -> None:
    client = signed_in(who)
    for address in (VOICES, f"{VOICES}marion/", f"{VOICES}marion/move/", COLLEAGUES, f"{COLLEAGUES}paul/"):
        assert client.post(address, {**SENT, "state": "paused"}).status_code == 404
    assert Voice.objects.get(slug="marion").state == "active"


def test_empty_lists_teach(company: Company, signed_in: SignIn) -> None:
    boss = signed_in("administrator")
    assert "For instance Marion" in text_of(boss, "/b/other/settings/voices/")
    assert "For instance a salesperson" in text_of(boss, "/b/other/settings/colleagues/")


def test_the_pages_cost_little_however_large_the_family(
    company: Company, signed_in: SignIn, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    for number in range(40):
        Voice.objects.create(brand=company.brand, slug=f"v{number}", kind="persona", name=f"Voice {number}")
    client = signed_in("lead")
    for path in (VOICES, f"{VOICES}marion/", COLLEAGUES, f"{COLLEAGUES}paul/"):
        with django_assert_max_num_queries(SQL_BUDGET):
            page = client.get(path)
        assert len(page.content) < HTML_BUDGET


def test_a_voice_that_was_added_by_mistake_is_taken_back_and_added_again(
    company: Company, signed_in: SignIn
) -> None:
    lead = signed_in("lead")
    lead.post(VOICES, SENT)
    undo(lead, VOICES)
    assert not Voice.objects.filter(slug="lea").exists()
    assert undo(lead, VOICES) == "Léa from Acme is taken away, as if it had never been added."
    lea = Voice.objects.get(slug="lea")
    assert (lea.biography, lea.hue, lea.kind, lea.state) == ("A voice of Acme.", 17, "persona", "candidate")


def test_a_colleague_that_was_added_by_mistake_leaves_with_the_consent_and_without_a_trace_of_the_name(
    company: Company, signed_in: SignIn
) -> None:
    lead = signed_in("lead")
    lead.post(COLLEAGUES, {**SENT, "name": "Karim Benali", "first_name": "Karim", "given_on": "2024-01-15"})
    undo(lead, COLLEAGUES)
    assert not Voice.objects.filter(name="Karim Benali").exists()
    text_of(lead, COLLEAGUES)  # what was told is told once
    persons, named = (text_of(lead, f"/b/acme/settings/journal/{page}") for page in ("", "named/"))
    assert "Karim" not in persons + named
    assert "took away a voice that had just been added" in named
    assert "consent" not in persons.split("Programme and voices")[-1]


@pytest.mark.parametrize("what", ["holder", "account", "move", "figure"])
def test_a_voice_that_has_begun_its_life_is_not_taken_back(
    company: Company, signed_in: SignIn, what: str
) -> None:
    lead = signed_in("lead")
    lead.post(VOICES, SENT)
    _sentence, action, fields = told(lead, VOICES)
    lea = Voice.objects.get(slug="lea")
    account = Account.objects.create(brand=company.brand, network="mastodon", remote_id="lea")
    card = Scorecard.objects.get()
    hang: dict[str, Callable[[], object]] = {
        "holder": lambda: Tenure.objects.create(
            voice=lea, holder="1", role="principal", from_on="2012-01-01"
        ),
        "account": lambda: Holding.objects.create(voice=lea, account=account),
        "move": lambda: Voice.objects.filter(pk=lea.pk).update(state="trial"),
        "figure": lambda: ScorecardLine.objects.create(
            scorecard=card, voice=lea, metric="likes_received", metric_version=1, value=1
        ),
    }
    hang[what]()
    lead.post(action, fields)
    assert told(lead, VOICES)[0] == "This voice has begun its life, so it stays. Close it when it is to end."
    assert Voice.objects.filter(slug="lea").exists()


def test_a_figure_without_a_value_keeps_no_voice(company: Company, signed_in: SignIn) -> None:
    lead = signed_in("lead")
    lead.post(VOICES, SENT)
    line = {"metric": "likes_received", "metric_version": 1, "value": None}
    ScorecardLine.objects.create(
        scorecard=Scorecard.objects.get(), voice=Voice.objects.get(slug="lea"), **line
    )
    undo(lead, VOICES)
    assert not Voice.objects.filter(slug="lea").exists()


def test_a_voice_is_only_taken_back_by_what_told_of_its_adding(company: Company, signed_in: SignIn) -> None:
    lead = signed_in("lead")
    Voice.objects.create(brand=company.brand, slug="eve", kind="persona", state="candidate")
    lead.post(VOICES, SENT)
    _sentence, _action, fields = told(lead, VOICES)
    assert lead.post(f"{VOICES}eve/remove/", fields).status_code == 404
    assert Voice.objects.filter(slug="eve").exists()


def test_a_consent_that_was_recorded_by_mistake_is_taken_back_with_a_line_of_its_own(
    company: Company, signed_in: SignIn
) -> None:
    lead, page = signed_in("lead"), f"{COLLEAGUES}paul/"
    Voice.objects.filter(pk=company.paul.pk).update(state="paused")
    lead.post(f"{page}consent/", {"given_on": "2024-02-01", "figures_shared": "on"})
    assert undo(lead, page) == "The consent is recorded."
    assert not company.paul.consents.exists()
    undo(lead, page)
    assert "took back that a consent behind Paul was recorded" in text_of(
        lead, "/b/acme/settings/journal/named/"
    )
    assert company.paul.consents.get().is_sharing_figures


def test_a_consent_by_which_a_voice_speaks_is_revoked_not_taken_back(
    company: Company, signed_in: SignIn
) -> None:
    lead, page = signed_in("lead"), f"{COLLEAGUES}paul/"
    Voice.objects.filter(pk=company.paul.pk).update(state="paused")
    lead.post(f"{page}consent/", {"given_on": "2024-02-01"})
    _sentence, action, fields = told(lead, page)
    lead.post(f"{page}move/", {"state": "active"})
    lead.post(action, fields)
    assert told(lead, page)[0] == "This consent has been used, so it stays. Revoke it when it ends."
    assert company.paul.consents.exists()
