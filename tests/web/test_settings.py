"""Settings as each role sees them, and what their pages cost."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portevoix.people import journal
from portevoix.people.journal import ForVoice
from portevoix.people.models import Membership, Role, User
from portevoix.people.rights import roles
from portevoix.programme.models import Tenure, Voice
from portevoix.programme.rights import allows
from portevoix.web.settings.powers import POWERS, table
from portevoix.web.settings.tabs import TABS
from tests.web.conftest import Company, SignIn
from tests.web.settings_pages import HOLDERS, JOURNAL, MARION, MEMBERS
from tests.web.test_measures import HTML_BUDGET, SQL_BUDGET, text_of

EVERYBODY = (*(str(role) for role in Role), "administrator", "stranger")


def test_the_table_of_roles_says_what_the_rights_say(company: Company) -> None:
    for power in POWERS:
        told = {
            who
            for who in EVERYBODY
            if power.is_of(roles(company.people[who], company.brand), is_administrator=who == "administrator")
        }
        having = {who for who in EVERYBODY if allows(power.permission, company.people[who], company.brand)}
        assert told == having, power.permission


def test_a_manager_is_told_to_see_no_single_voice_whatever_the_other_role(company: Company) -> None:
    manager = company.people["manager"]
    Membership.objects.create(user=manager, brand=company.brand, role=Role.AMBASSADOR)
    told = {
        power.permission
        for power in POWERS
        if power.is_of(roles(manager, company.brand), is_administrator=False)
    }
    assert "measures.see_voices" not in told


def test_the_table_has_a_row_for_each_role_and_the_administrator_looks_up_no_holder(company: Company) -> None:
    rows = {row.role: row.powers for row in table()}
    assert len(rows) == len(Role) + 1
    assert "say who holds a voice, and look it up" in rows["Lead"]
    assert "say who holds a voice, and look it up" not in rows["Administrator"]


@pytest.mark.parametrize("who", EVERYBODY)
def test_everybody_is_offered_the_pages_of_settings_that_open(
    company: Company, signed_in: SignIn, who: str
) -> None:
    client = signed_in(who)
    for tab in TABS:
        path = reverse(tab.page, args=["acme"])
        is_open = client.get(path).status_code == 200
        assert is_open == allows(tab.permission, company.people[who], company.brand), path


def test_the_pages_of_settings_cost_little_however_much_there_is(company: Company, signed_in: SignIn) -> None:
    brand, lead = company.brand, signed_in("lead")
    for number in range(60):
        user = User.objects.create_user(f"person{number}@example.org", name=f"Person of the number {number}")
        Membership.objects.create(user=user, brand=brand, role="ambassador")
        voice = Voice.objects.create(brand=brand, slug=f"v{number}", kind="persona")
        Tenure.objects.create(voice=voice, holder=str(user.pk), role="principal", from_on="2026-01-01")
        author = ForVoice(user, voice.pk)
        journal.record("networks.connection.linked", by=author, brand=brand, subject="account:1")
        journal.record("people.membership.granted", by=user, brand=brand, subject=f"user:{user.pk}", role="x")
    person = f"{MEMBERS}?person={company.people['expert'].pk}"
    paths = (MEMBERS, f"{MEMBERS}invite/", person, HOLDERS, f"{HOLDERS}named/", MARION, JOURNAL, "/me/")
    for path in (*paths, f"{JOURNAL}named/"):
        with CaptureQueriesContext(connection) as queries:
            page = lead.get(path)
        assert page.status_code == 200
        assert len(queries) <= SQL_BUDGET, (path, len(queries))
        assert len(page.content) < HTML_BUDGET, (path, len(page.content))
    with CaptureQueriesContext(connection) as queries:
        lead.post(MARION)
    assert len(queries) <= SQL_BUDGET


def test_the_pages_of_settings_speak_french(company: Company, signed_in: SignIn) -> None:
    client = signed_in("lead")
    client.post("/language/", {"language": "fr"})
    assert "Ce que chaque rôle voit et fait" in text_of(client, MEMBERS)
    assert "Tenue depuis le 1er janvier 2012" in text_of(client, HOLDERS)
    assert "Du plus récent" not in text_of(client, JOURNAL)
    assert "Voix que vous tenez" in text_of(client, "/me/")
