"""One's own page."""

from portevoix.people.models import User
from portevoix.programme.models import Tenure
from tests.web.conftest import PASSWORD, Company, SignIn
from tests.web.test_measures import text_of


def test_people_find_their_own_roles_and_voices_and_nobody_elses(company: Company, signed_in: SignIn) -> None:
    own = text_of(signed_in("ambassador"), "/me/")
    assert "Marion Acme · Persona" in own
    assert "Acme Ambassador" in own
    assert "Marion" not in text_of(signed_in("lead"), "/me/")
    assert "You run the installation" in text_of(signed_in("administrator"), "/me/")


def test_a_named_voice_of_ones_own_never_stands_beside_a_persona(company: Company, signed_in: SignIn) -> None:
    holder = str(company.people["ambassador"].pk)
    Tenure.objects.create(voice=company.paul, holder=holder, role="principal", from_on="2012-01-01")
    assert "Paul" not in text_of(signed_in("ambassador"), "/me/")
    Tenure.objects.filter(voice=company.marion).delete()
    assert "Paul Acme · Named voice" in text_of(signed_in("ambassador"), "/me/")


def test_people_change_their_name_and_password_and_stay_here(company: Company, signed_in: SignIn) -> None:
    client = signed_in("lead")
    assert client.post("/me/name/", {"name": "Ann"}).status_code == 302
    assert client.post("/me/name/", {"name": " "}).status_code == 400
    wrong = client.post("/me/password/", {"old": "wrong", "new": "seven-green-kettles"})
    assert (wrong.status_code, b"not your present password" in wrong.content) == (400, True)
    elsewhere = signed_in("lead")
    assert client.post("/me/password/", {"old": PASSWORD, "new": "seven-green-kettles"}).status_code == 302
    assert "Ann" in text_of(client, "/me/")
    assert elsewhere.get("/me/").status_code == 302
    assert User.objects.get(name="Ann").check_password("seven-green-kettles")
