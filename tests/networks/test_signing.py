"""A person signs in, here or at the network, and an account is linked to a voice."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from portevoix.core.errors import NotAllowed, NotFound, UserError
from portevoix.networks.actions.signing import (
    PATIENCE,
    begin,
    choose,
    finish,
    forget_old,
    opened_by,
    sign_in,
    under_way_of,
)
from portevoix.networks.actions.telling import look
from portevoix.networks.errors import OptionsRefused, SignInUnfinished, Unreachable
from portevoix.networks.models import Account, Connection, Holding, Manner, Telling, UnderWay
from portevoix.people.models import Brand, JournalEntry, Membership, Role, User
from portevoix.programme.models import Consent, Voice, VoiceKind
from tests.networks.harbour import Port, harbour

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=20)
BACK = "https://porte-voix.example/back/"
TYPED = {"name": "Marion", "password": "open"}


@pytest.fixture
def port(data_folder: Path) -> Iterator[Port]:
    """Let there be the harbour."""
    with harbour() as port:
        yield port


@pytest.fixture
def brand() -> Brand:
    """Return a brand with a persona and a colleague."""
    brand = Brand.objects.create(slug="acme", name="Acme", time_zone="UTC")
    Voice.objects.create(brand=brand, slug="marion", kind=VoiceKind.PERSONA, first_name="Marion", hue=0)
    Voice.objects.create(brand=brand, slug="karim", kind=VoiceKind.NAMED, name="Karim Belkacem")
    return brand


@pytest.fixture
def marion(brand: Brand) -> Voice:
    """Return the persona."""
    return Voice.objects.get(brand=brand, slug="marion")


@pytest.fixture
def lead(brand: Brand) -> User:
    """Return who leads the brand."""
    user = User.objects.create(email="lead@example.org")
    Membership.objects.create(user=user, brand=brand, role=Role.LEAD)
    return user


def state_of(url: str) -> str:
    """Return the state with which a person will come back."""
    return parse_qs(urlsplit(url).query)["state"][0]


def linked(voice: Voice, by: User, now: datetime = NOW) -> Connection:
    """Link the first account that a sign-in by typing opens."""
    under_way = sign_in(voice, "harbour", TYPED, by=by, now=now)
    return choose(under_way, opened_by(under_way)[0].profile.actor.remote_id, by=by, now=now)


def test_what_a_person_types_links_an_account(port: Port, marion: Voice, lead: User) -> None:
    connection = linked(marion, lead)
    account = connection.account
    assert (account.remote_id, account.handle, account.display_name) == ("marion", "@marion", "Marion")
    assert connection.options == {"pier": 3}
    assert Holding.objects.get(account=account).from_at == NOW
    assert not UnderWay.objects.exists()
    actions = list(JournalEntry.objects.order_by("pk").values_list("action", flat=True))
    assert actions == ["networks.account.held", "networks.connection.linked"]


def test_what_is_mistyped_links_nothing(port: Port, marion: Voice, lead: User) -> None:
    with pytest.raises(OptionsRefused):
        sign_in(marion, "harbour", {**TYPED, "password": "shut"}, by=lead, now=NOW)
    assert not UnderWay.objects.exists()


def test_who_agrees_at_the_network_comes_back_once(port: Port, marion: Voice, lead: User) -> None:
    url = begin(marion, "harbour", {}, redirect_to=BACK, by=lead, now=NOW)
    under_way = finish({"state": state_of(url), "code": "yes"}, by=lead, now=NOW)
    with pytest.raises(NotFound):
        finish({"state": state_of(url), "code": "yes"}, by=lead, now=NOW)
    assert choose(under_way, "marion", by=lead, now=NOW).account.remote_id == "marion"


def test_a_sign_in_that_the_network_could_not_finish_is_finished_later(
    port: Port, marion: Voice, lead: User
) -> None:
    url = begin(marion, "harbour", {}, redirect_to=BACK, by=lead, now=NOW)
    returned = {"state": state_of(url), "code": "half"}
    with pytest.raises(SignInUnfinished, match="Load this page again"):
        finish(returned, by=lead, now=NOW)
    under_way = finish(returned, by=lead, now=NOW)
    assert choose(under_way, "marion", by=lead, now=NOW).account.remote_id == "marion"
    with pytest.raises(NotFound):
        finish(returned, by=lead, now=NOW)


def test_nobody_comes_back_with_anothers_sign_in_or_too_late(
    port: Port, brand: Brand, marion: Voice, lead: User
) -> None:
    other = User.objects.create(email="other@example.org")
    Membership.objects.create(user=other, brand=brand, role=Role.LEAD)
    url = begin(marion, "harbour", {}, redirect_to=BACK, by=lead, now=NOW)
    returned = {"state": state_of(url), "code": "yes"}
    for by, now in ((other, NOW), (lead, NOW + PATIENCE)):
        with pytest.raises(NotFound):
            finish(returned, by=by, now=now)
    with pytest.raises(NotFound):
        finish({"code": "yes"}, by=lead, now=NOW)
    assert finish(returned, by=lead, now=NOW)


def test_a_sign_in_that_is_refused_at_the_network_links_nothing(
    port: Port, marion: Voice, lead: User
) -> None:
    url = begin(marion, "harbour", {}, redirect_to=BACK, by=lead, now=NOW)
    with pytest.raises(OptionsRefused):
        finish({"state": state_of(url), "error": "access_denied"}, by=lead, now=NOW)
    assert not Account.objects.exists()


def test_old_sign_ins_are_forgotten_with_what_they_held(port: Port, marion: Voice, lead: User) -> None:
    old = sign_in(marion, "harbour", TYPED, by=lead, now=NOW)
    assert forget_old(now=NOW + PATIENCE / 2) == 0
    assert forget_old(now=NOW + PATIENCE) == 1
    assert not UnderWay.objects.filter(pk=old.pk).exists()
    with pytest.raises(NotFound):
        under_way_of(old.pk, by=lead, now=NOW)


def test_secrets_of_a_sign_in_are_encrypted(port: Port, marion: Voice, lead: User) -> None:
    under_way = sign_in(marion, "harbour", TYPED, by=lead, now=NOW)
    raw = UnderWay.objects.filter(pk=under_way.pk).extra(select={"raw": "signed"}).values_list("raw")
    assert "token" not in str(list(raw))


def test_a_person_chooses_among_several(port: Port, marion: Voice, lead: User) -> None:
    port.accounts = (("acme", False), ("acme-training", False))
    under_way = sign_in(marion, "harbour", TYPED, by=lead, now=NOW)
    assert [one.profile.actor.remote_id for one in opened_by(under_way)] == ["acme", "acme-training"]
    with pytest.raises(NotFound):
        choose(under_way, "elsewhere", by=lead, now=NOW)
    assert choose(under_way, "acme-training", by=lead, now=NOW).account.remote_id == "acme-training"


def test_connecting_again_loses_nothing(port: Port, marion: Voice, lead: User) -> None:
    before = linked(marion, lead)
    account = before.account
    refresh = json.loads(before.credentials)["refresh"]
    url = begin(marion, "harbour", {}, redirect_to=BACK, account=account, by=lead, now=LATER)
    under_way = finish({"state": state_of(url), "code": "again"}, by=lead, now=LATER)
    after = choose(under_way, "marion", by=lead, now=LATER)
    assert after.pk == before.pk
    assert json.loads(after.credentials)["refresh"] == refresh
    assert json.loads(after.credentials)["token"] != json.loads(before.credentials)["token"]
    assert Holding.objects.get(account=account).from_at == NOW


def test_another_account_is_never_connected_in_the_place_of_one(
    port: Port, marion: Voice, lead: User
) -> None:
    account = linked(marion, lead).account
    port.accounts = (("paul", False),)
    under_way = sign_in(marion, "harbour", TYPED, account=account, by=lead, now=LATER)
    with pytest.raises(UserError, match="@paul"):
        choose(under_way, "paul", by=lead, now=LATER)
    assert Connection.objects.get().account.remote_id == "marion"


def test_an_account_that_another_voice_holds_is_not_taken(
    port: Port, brand: Brand, marion: Voice, lead: User
) -> None:
    linked(marion, lead)
    paul = Voice.objects.create(brand=brand, slug="paul", kind=VoiceKind.PERSONA, first_name="Paul", hue=1)
    with pytest.raises(UserError, match="Marion"):
        linked(paul, lead, LATER)
    assert Holding.objects.get().voice == marion


def test_no_persona_speaks_through_a_real_persons_profile(port: Port, marion: Voice, lead: User) -> None:
    port.accounts = (("karim", True),)
    with pytest.raises(UserError, match="real person"):
        linked(marion, lead)
    assert not Account.objects.exists()


def test_a_colleague_speaks_through_the_own_profile_while_consent_lasts(
    port: Port, brand: Brand, lead: User
) -> None:
    port.accounts = (("karim", True),)
    karim = Voice.objects.get(brand=brand, slug="karim")
    with pytest.raises(UserError, match="consent"):
        linked(karim, lead)
    Consent.objects.create(voice=karim, given_on=NOW.date())
    assert linked(karim, lead).account.remote_id == "karim"


def test_only_the_lead_or_who_holds_the_voice_links(port: Port, brand: Brand, marion: Voice) -> None:
    reviewer = User.objects.create(email="reviewer@example.org")
    Membership.objects.create(user=reviewer, brand=brand, role=Role.REVIEWER)
    with pytest.raises(NotAllowed):
        sign_in(marion, "harbour", TYPED, by=reviewer, now=NOW)
    with pytest.raises(NotAllowed):
        begin(marion, "harbour", {}, redirect_to=BACK, by=reviewer, now=NOW)


def test_in_which_manner_acts_are_told_is_declared_with_its_date(
    port: Port, marion: Voice, lead: User
) -> None:
    account = linked(marion, lead).account
    told = {each.kind: (each.manner, each.since) for each in Telling.objects.filter(account=account)}
    assert told == {
        "like": (Manner.BY_COUNT, NOW),
        "reply": (Manner.BY_EVENT, NOW),
        "follow": (Manner.BY_COUNT, NOW),
    }
    linked(marion, lead, LATER)
    assert Telling.objects.filter(account=account).count() == 3


def test_looking_says_whom_a_connection_opens_and_what_it_may_do(
    port: Port, marion: Voice, lead: User
) -> None:
    account = linked(marion, lead).account
    look(account, by=lead, now=NOW)
    connection = Connection.objects.select_related("account").get()
    assert connection.granted == ["read_counts"]
    manners = {each.kind: each.manner for each in Telling.objects.filter(account=account)}
    assert manners["reply"] == Manner.BY_COUNT  # who replied is not told to this sign-in
    assert (connection.account.handle, connection.account.display_name) == ("@new", "New name")
    assert connection.last_success_at == NOW


@pytest.mark.parametrize("site", ["javascript:alert(1)//", f"https://harbour.example/{'x' * 500}"])
def test_what_a_network_claims_of_an_account_is_made_to_fit(
    port: Port, marion: Voice, lead: User, site: str
) -> None:
    port.site, port.name = site, "n" * 300
    account = linked(marion, lead).account
    assert account.url == ""
    look(account, by=lead, now=NOW)
    account.refresh_from_db()
    assert (account.url, account.handle, account.display_name) == ("", "@new", "n" * 200)


def test_a_look_that_fails_is_noted(port: Port, marion: Voice, lead: User) -> None:
    account = linked(marion, lead).account
    port.trouble = Unreachable("down")
    with pytest.raises(Unreachable):
        look(account, by=lead, now=NOW)
    assert Connection.objects.get().failure == "unreachable"
