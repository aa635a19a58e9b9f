"""The first visit: four steps, each of which can be skipped, left and found again."""

from typing import Any

import pytest
from django.test import Client

from portevoix.networks.models import Account, Connection, Holding
from portevoix.people.models import Brand, JournalEntry, Membership, Role, User
from portevoix.programme.models import ProductRange, Voice
from tests.web.conftest import Company, SignIn

BRAND = {
    "name": "Atelier & Fils",
    "slug": "",
    "time_zone": "Europe/Paris",
    "languages": ["fr"],
    "leads": "on",
}


@pytest.fixture
def newcomer(db: None, data_folder: object) -> Client:
    """Return the browser of an administrator without a brand."""
    client = Client()
    client.force_login(
        User.objects.create_user("boss@example.org", is_superuser=True),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    return client


def personas(*names: str, do: str = "save", **more: str) -> dict[str, str]:
    """Return what the second step sends for these first names."""
    sent = {f"{place}-first_name": name for place, name in enumerate(names)}
    return {**sent, "rows": "3", "do": do, **more}


def test_an_administrator_without_a_brand_begins_with_the_first_visit(newcomer: Client) -> None:
    assert newcomer.get("/").headers["Location"] == "/start/"
    told = newcomer.get("/start/").content.decode()

    assert 'class="steps"' in told
    assert "portevoix demo" in told


def test_a_brand_is_made_as_a_file_would_and_its_maker_may_lead_it(newcomer: Client) -> None:
    made = newcomer.post("/start/", BRAND)

    brand = Brand.objects.get()
    assert made.headers["Location"] == "/b/atelier-fils/start/personas/"
    assert (brand.slug, brand.name, brand.time_zone, brand.languages) == (
        "atelier-fils",
        "Atelier & Fils",
        "Europe/Paris",
        ["fr"],
    )
    assert Membership.objects.get().role == Role.LEAD
    actions = set(JournalEntry.objects.values_list("action", flat=True))
    assert actions == {"programme.file.applied", "people.membership.granted"}


def test_whoever_does_not_lead_the_brand_stays_an_administrator(newcomer: Client) -> None:
    newcomer.post("/start/", {**BRAND, "leads": ""})

    assert not Membership.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"time_zone": "Europe/Pariss"}, "is no IANA time zone: write one like Europe/Paris"),
        ({"slug": "Not A Slug"}, "is no slug"),
        ({"name": ""}, "This field is required."),
        ({"name": "Zero\u200bwidth", "slug": "zero"}, "a character that no"),
    ],
)
def test_what_the_file_would_refuse_is_told_beside_its_field_and_what_was_typed_stays(
    newcomer: Client, wrong: dict[str, str], sentence: str
) -> None:
    answer = newcomer.post("/start/", {**BRAND, **wrong})
    told = answer.content.decode()

    assert answer.status_code == 400
    assert sentence in told
    assert f'id="id_{next(iter(wrong))}_error"' in told
    assert not Brand.objects.exists()


def test_a_brand_that_is_there_is_never_changed_by_making_another(newcomer: Client) -> None:
    newcomer.post("/start/", BRAND)
    again = newcomer.post("/start/", {**BRAND, "name": "Other", "slug": "atelier-fils"})

    assert again.status_code == 400
    assert "There is a brand of this short name already" in again.content.decode()
    assert Brand.objects.get().name == "Atelier & Fils"


def test_personas_are_added_with_their_ranges_and_colours(newcomer: Client) -> None:
    newcomer.post("/start/", BRAND)
    sent = personas(
        "Marion",
        "",
        "Hugo",
        **{"0-range": "Human resources", "2-range": "Human resources", "0-sphere": "people"},
    )
    done = newcomer.post("/b/atelier-fils/start/personas/", sent)

    marion, hugo = Voice.objects.get(slug="marion"), Voice.objects.get(slug="hugo")
    assert done.headers["Location"] == "/b/atelier-fils/start/networks/"
    assert (marion.kind, marion.sphere.key if marion.sphere else "", marion.languages) == (
        "persona",
        "people",
        ["fr"],
    )
    assert marion.hue != hugo.hue
    assert [each.name for each in ProductRange.objects.all()] == ["Human resources"]


def test_ranges_are_the_same_only_by_their_name(newcomer: Client) -> None:
    newcomer.post("/start/", BRAND)
    names = ("日本", "中国", "Été", "ete", "中国")
    sent = personas("Marion", "Hugo", "Inès", "Ines", "李", rows="5")
    newcomer.post(
        "/b/atelier-fils/start/personas/", sent | {f"{row}-range": name for row, name in enumerate(names)}
    )
    newcomer.post("/b/atelier-fils/start/personas/", personas("Zoé", **{"0-range": "e\u0301te\u0301"}))

    spoken = dict(Voice.objects.values_list("slug", "product_range__name"))
    assert spoken == {
        "marion": "日本", "hugo": "中国", "ines": "Été", "ines-2": "ete", "persona": "中国", "zoe": "Été"
    }  # fmt: skip
    slugs = set(ProductRange.objects.values_list("slug", flat=True))
    assert slugs == {"range", "range-2", "ete", "ete-2"}


def test_two_personas_of_one_first_name_are_two(newcomer: Client) -> None:
    newcomer.post("/start/", BRAND)
    newcomer.post("/b/atelier-fils/start/personas/", personas("Marion", "Marion"))
    newcomer.post("/b/atelier-fils/start/personas/", personas("Marion"))

    assert set(Voice.objects.values_list("slug", flat=True)) == {"marion", "marion-2", "marion-3"}


def test_more_rows_come_without_losing_what_was_typed(newcomer: Client) -> None:
    newcomer.post("/start/", BRAND)
    told = newcomer.post("/b/atelier-fils/start/personas/", personas("Marion", do="more")).content.decode()

    assert 'name="4-first_name"' in told
    assert 'value="Marion"' in told
    assert not Voice.objects.exists()


def test_a_wrong_row_says_so_beside_its_field_and_adds_none(newcomer: Client) -> None:
    newcomer.post("/start/", BRAND)
    answer = newcomer.post("/b/atelier-fils/start/personas/", personas("Marion", "Hu\u200bgo"))
    told = answer.content.decode()

    assert answer.status_code == 400
    assert 'id="id_1-first_name_error"' in told
    assert 'value="Marion"' in told
    assert not Voice.objects.exists()


def test_no_name_at_all_is_told_with_the_way_on(newcomer: Client) -> None:
    newcomer.post("/start/", BRAND)
    answer = newcomer.post("/b/atelier-fils/start/personas/", personas("", ""))

    assert "or skip this step" in answer.content.decode()


def test_one_click_opens_sandbox_accounts_for_all_and_a_second_one_opens_none(newcomer: Client) -> None:
    newcomer.post("/start/", BRAND)
    newcomer.post("/b/atelier-fils/start/personas/", personas("Marion", "Hugo"))
    for _time in range(2):
        done = newcomer.post("/b/atelier-fils/start/networks/", {"do": "sandbox"})

    assert done.headers["Location"] == "/b/atelier-fils/start/post/"
    assert set(Account.objects.values_list("remote_id", flat=True)) == {
        "atelier-fils.marion",
        "atelier-fils.hugo",
    }
    assert Connection.objects.count() == Holding.objects.count() == 2


def test_accounts_that_exist_are_added_by_network_and_name(newcomer: Client) -> None:
    newcomer.post("/start/", BRAND)
    newcomer.post("/b/atelier-fils/start/personas/", personas("Marion", "Hugo"))
    sent = {"do": "save", "marion-network": "x", "marion-handle": "@marion", "marion-remote_id": "88"}
    newcomer.post("/b/atelier-fils/start/networks/", sent)

    account = Account.objects.get()
    assert (account.network, account.handle, account.remote_id) == ("x", "marion", "88")
    assert Holding.objects.get().voice.slug == "marion"


def test_an_account_that_another_voice_holds_is_told_and_nothing_is_written(newcomer: Client) -> None:
    newcomer.post("/start/", BRAND)
    newcomer.post("/b/atelier-fils/start/personas/", personas("Marion", "Hugo"))
    same = {"marion-network": "x", "marion-handle": "us", "hugo-network": "x", "hugo-handle": "us"}
    answer = newcomer.post("/b/atelier-fils/start/networks/", {"do": "save", **same})

    assert answer.status_code == 400
    assert "holds this account at the same time" in answer.content.decode()
    assert not Account.objects.exists()


def test_a_first_post_is_written_collected_and_counted(newcomer: Client) -> None:
    newcomer.post("/start/", BRAND)
    newcomer.post("/b/atelier-fils/start/personas/", personas("Marion"))
    newcomer.post("/b/atelier-fils/start/networks/", {"do": "sandbox"})
    newcomer.post("/b/atelier-fils/sandbox/atelier-fils.marion/", {"text": "Hello"})

    done = newcomer.post(
        "/b/atelier-fils/sandbox/atelier-fils.marion/collect/", {"after": "start"}, follow=True
    ).content.decode()

    assert "The first figures" in done
    assert "1,200" in done


def test_the_brand_can_be_mended_in_its_step(newcomer: Client) -> None:
    newcomer.post("/start/", BRAND)
    newcomer.post("/b/atelier-fils/start/brand/", {**BRAND, "name": "Atelier", "languages": ["fr", "en"]})

    brand = Brand.objects.get()
    assert (brand.slug, brand.name, brand.languages) == ("atelier-fils", "Atelier", ["fr", "en"])


@pytest.mark.parametrize("step", ["brand", "personas", "networks", "post"])
def test_each_step_can_be_skipped_and_found_again(
    newcomer: Client, step: str, django_assert_max_num_queries: Any
) -> None:
    newcomer.post("/start/", BRAND)
    with django_assert_max_num_queries(12):
        told = newcomer.get(f"/b/atelier-fils/start/{step}/").content.decode()

    assert "Skip" in told
    assert 'aria-current="step"' in told


def test_there_is_no_other_step(company: Company, signed_in: SignIn) -> None:
    assert signed_in("lead").get("/b/acme/start/other/").status_code == 404


@pytest.mark.parametrize("who", ["manager", "ambassador", "stranger"])
def test_the_first_visit_is_for_who_may_change_the_programme(
    company: Company, signed_in: SignIn, who: str
) -> None:
    assert signed_in(who).post("/start/", BRAND).status_code == 404
    assert signed_in(who).post("/b/acme/start/personas/", personas("Eve")).status_code == 404
    assert not Voice.objects.filter(first_name="Eve").exists()
