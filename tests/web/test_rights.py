"""Who may see what: every address, as every role, as a stranger of another brand, and as nobody."""

from itertools import combinations

import pytest
from django.test import Client

from portevoix.people.models import Membership, Role
from tests.web.addresses import ANYBODY, POSTED, SETTING_UP, SIGNED_IN, filled_in, names
from tests.web.conftest import Company, SignIn
from tests.web.rendered import without_tokens

SEES_VOICES = {"lead", "ambassador", "consultant", "executive", "administrator"}
LEADS = {"lead", "administrator"}
CHANGES_STUDY = {"lead", "consultant", "administrator"}
WRITES_STUDY = {
    *(f"strategy_{name}" for name in ("begin", "keep", "figure", "version_new")),
    *(f"strategy_section_{name}" for name in ("new", "edit", "move")),
    *(f"strategy_{name}" for name in ("step_new", "step_edit", "step_state", "rival_new", "rival_edit")),
}
EVERYBODY = (*(str(role) for role in Role), "stranger", "administrator")

NARROWER = {
    "facts": (200, SEES_VOICES),
    **dict.fromkeys(("stop_import", "upload_change"), (405, LEADS)),
    "imports": (200, LEADS),
    # There is neither a file nor an import here.
    **dict.fromkeys(("upload", "upload_state", "import_rejects"), (404, LEADS)),
    "settings_public": (200, LEADS),
    "public_preview": (200, LEADS),
    "close_month": (200, LEADS),
    "start": (200, {"administrator"}),
    "start_step": (200, LEADS),
    **{name: (405 if name in POSTED else 200, CHANGES_STUDY) for name in WRITES_STUDY},
    "settings_voices": (200, LEADS),
    "settings_voice": (200, LEADS),
    "settings_colleagues": (200, LEADS),
    "settings_colleague": (200, LEADS),
    **dict.fromkeys(SETTING_UP, (405, LEADS)),
    **dict.fromkeys(("members", "invite"), (200, LEADS)),
    **dict.fromkeys(("invite_again", "give_role", "prolong_role", "remove_role", "undo_role"), (405, LEADS)),
    # Running the installation gives no right to know who holds a voice.
    **{name: (200, {"lead"}) for name in ("holders", "named_holders", "holder")},
    **{name: (405, {"lead"}) for name in ("start_tenure", "end_tenure", "undo_tenure", "journal_actor")},
    **{name: (200, {*LEADS, "protection_officer"}) for name in ("journal", "journal_of_named")},
    "list_account": (405, LEADS),
    # Who holds the voice links its accounts too.
    **{name: (200, {*LEADS, "ambassador"}) for name in ("voice_accounts", "link_account")},
    **{name: (200, {*LEADS, "ambassador"}) for name in ("link_network", "account")},
}
"""What these addresses answer, and to whom; to everybody else of the brand there is no such page."""
OTHERWISE = {
    "verify_month": {405},
    "comment": {405},
    "voice_holders": {405},
    "signed": {404},
    "sandbox_account": {404},
    "sandbox_delete": {405},
    "sandbox_collect": {405},
    "account_ceiling": {405},
    "look_account": {405},
    "choose_account": {404},
}
"""What others answer to every member: one that takes only what is sent, and one of closed months alone."""


def expected(name: str, who: str) -> set[int]:
    """Return the answers that `who` may get at the address `name`."""
    if name == "accounts_back":
        return {400}
    if name in ANYBODY | SIGNED_IN:
        return {200, 302, 405}
    if who == "stranger":
        return {404}
    if name in NARROWER:
        answer, whom = NARROWER[name]
        return {answer} if who in whom else {404}
    return OTHERWISE.get(name, {200, 302})


@pytest.mark.parametrize("who", EVERYBODY)
def test_everybody_sees_what_the_role_allows_and_nothing_else(
    company: Company, signed_in: SignIn, who: str
) -> None:
    walked = {
        address.path: (signed_in(who).get(address.path).status_code, expected(address.name, who))
        for address in filled_in(company)
    }

    assert {path: got for path, (got, allowed) in walked.items() if got not in allowed} == {}
    assert len(walked) > len(names())


def test_nobody_sees_anything_without_signing_in(company: Company) -> None:
    for address in filled_in(company):
        if address.name not in ANYBODY:
            answer = Client().get(address.path)
            assert answer.status_code == 302, address.path
            assert answer.headers["Location"].startswith("/sign-in/"), address.path


@pytest.mark.parametrize("who", ["manager", "stranger", "ambassador"])
def test_only_who_brings_facts_in_may_stop_an_import(company: Company, signed_in: SignIn, who: str) -> None:
    assert signed_in(who).post(f"/b/{company.brand.slug}/imports/1/stop/").status_code == 404


def test_what_only_takes_what_is_sent_shows_nothing(company: Company, signed_in: SignIn) -> None:
    shown = {
        address.name: signed_in("lead").get(address.path).status_code
        for address in filled_in(company)
        if address.name in POSTED
    }

    assert shown == dict.fromkeys(POSTED, 405)


def test_a_brand_that_is_not_there_looks_like_one_that_may_not_be_seen(
    company: Company, signed_in: SignIn
) -> None:
    there, nowhere = (signed_in("lead").get(f"/b/{slug}/measures/") for slug in ("other", "wrong"))

    assert (there.status_code, nowhere.status_code) == (404, 404)
    told = [without_tokens(answer.content.decode()) for answer in (there, nowhere)]
    assert told[0].replace("other", "") == told[1].replace("wrong", "")


@pytest.mark.parametrize("who", ["manager", "expert", "reviewer", "protection_officer"])
def test_who_may_not_see_single_voices_gets_the_brands_line_alone(
    company: Company, signed_in: SignIn, who: str
) -> None:
    page = signed_in(who).get(company.path()).content.decode()
    sheet = signed_in(who).get(company.path()[:-1] + ".csv").content.decode()

    assert "Marion" not in page
    assert "likes_received/" not in page
    assert {line.split(",")[1] for line in sheet.splitlines()[1:]} == {"*"}


@pytest.mark.parametrize("other", [role for role in Role if role != Role.MANAGER])
def test_being_a_manager_outweighs_every_other_role(company: Company, signed_in: SignIn, other: Role) -> None:
    Membership.objects.create(user=company.people["manager"], brand=company.brand, role=other)

    assert signed_in("manager").get(company.path("marion/likes_received/")).status_code == 404


def test_whoever_sees_single_voices_may_see_facts(company: Company) -> None:
    for some in combinations(Role, 2):
        user = company.people["stranger"]
        Membership.objects.filter(user=user, brand=company.brand).delete()
        for role in some:
            Membership.objects.create(user=user, brand=company.brand, role=role)
        if user.has_perm("measures.see_voices", company.brand):
            assert user.has_perm("ledger.see_facts", company.brand), some


def test_a_guest_whose_access_has_ended_sees_nothing(company: Company, signed_in: SignIn) -> None:
    Membership.objects.filter(user=company.people["consultant"]).update(expires_on="2020-01-01")

    assert signed_in("consultant").get(company.path()).status_code == 404


def test_the_figures_of_a_named_voice_are_nobodys_table(company: Company, signed_in: SignIn) -> None:
    assert signed_in("lead").get(company.path("paul/likes_received/")).status_code == 404
    assert "Paul" not in signed_in("lead").get(company.path()).content.decode()
