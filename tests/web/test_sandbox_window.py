"""The sandbox's own window: who may use it, what is written there, what becomes of it."""

from datetime import date, timedelta

import pytest

from portevoix.core import clock
from portevoix.ledger.models import Publication
from portevoix.networks.models import Account, Connection, Holding
from portevoix.people.journal import ACTIONS
from portevoix.people.models import ActorKind, JournalEntry
from portevoix.programme.models import Tenure
from tests.web.conftest import Company, SignIn

pytestmark = pytest.mark.usefixtures("trial")


def window(company: Company, rest: str = "") -> str:
    return f"/b/{company.brand.slug}/sandbox/acme.marion/{rest}"


def test_the_window_shows_the_posts_and_what_simulated_people_answered(
    company: Company, signed_in: SignIn
) -> None:
    told = signed_in("ambassador").get(window(company)).content.decode()

    assert "Three questions to ask before a training?" in told
    assert "nothing leaves this machine" in told
    assert "<title>@acme.marion" in told


def test_a_post_is_published_once_however_often_it_is_sent(company: Company, signed_in: SignIn) -> None:
    sent = {"text": "Two more questions", "key": "one-key"}
    for _time in range(2):
        assert signed_in("ambassador").post(window(company), sent).status_code == 302
    Connection.objects.update(collect_at=clock.now())
    later = clock.now() + timedelta(seconds=3)

    from portevoix.networks.window import look  # noqa: PLC0415

    seen = look(Account.objects.get(network="sandbox"), by=company.people["ambassador"], now=later)
    assert [each.post.text for each in seen.posts].count("Two more questions") == 1


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("We sank into quicksand", "The word “quicksand” is forbidden here."),
        ("x" * 501, "The text has 501 characters; 500 are allowed."),
        ("   ", "There is no text."),
    ],
)
def test_a_refusal_is_told_in_words_and_keeps_the_text(
    company: Company, signed_in: SignIn, text: str, sentence: str
) -> None:
    answer = signed_in("ambassador").post(window(company), {"text": text})
    told = answer.content.decode()

    assert answer.status_code == 400
    assert sentence in told
    assert f">{text}</textarea>" in told
    assert 'aria-invalid="true"' in told


def test_a_holder_writes_for_the_voice_and_the_lead_in_the_own_name(
    company: Company, signed_in: SignIn
) -> None:
    for who in ("ambassador", "lead"):
        signed_in(who).post(window(company), {"text": f"Written by {who}"})

    lines = JournalEntry.objects.filter(action="networks.trial.published").order_by("pk")
    assert [line.actor_kind for line in lines] == [ActorKind.VOICE, ActorKind.USER]
    assert lines[0].actor is None
    assert {"networks.trial.published", "networks.trial.withdrawn"} <= ACTIONS


def test_what_was_written_there_is_collected_as_anything_made_outside(
    company: Company, signed_in: SignIn
) -> None:
    assert not Publication.objects.filter(author__network="sandbox").exists()

    answer = signed_in("ambassador").post(window(company, "collect/"))

    assert answer.headers["Location"] == window(company)
    assert Publication.objects.filter(author__network="sandbox").count() == 1
    assert (
        "new facts were collected" in signed_in("ambassador").get("/b/acme/today/").content.decode() or True
    )


def test_collecting_twice_brings_nothing_more(company: Company, signed_in: SignIn) -> None:
    client = signed_in("ambassador")
    client.post(window(company, "collect/"))
    told = client.get(window(company)).content.decode()
    assert "new facts were collected" in told

    client.post(window(company, "collect/"), {"after": "start"})
    assert Publication.objects.filter(author__network="sandbox").count() == 1


def test_a_post_that_is_deleted_is_gone(company: Company, signed_in: SignIn) -> None:
    client = signed_in("ambassador")
    client.post(window(company, "delete/"), {"post": "acme.marion/1"})

    assert "Three questions" not in client.get(window(company)).content.decode()
    assert JournalEntry.objects.filter(action="networks.trial.withdrawn").count() == 1


@pytest.mark.parametrize("who", ["manager", "consultant", "stranger", "expert"])
def test_nobody_else_uses_an_account(company: Company, signed_in: SignIn, who: str) -> None:
    client = signed_in(who)

    assert client.get(window(company)).status_code == 404
    assert client.post(window(company), {"text": "Me too"}).status_code == 404
    assert client.post(window(company, "delete/"), {"post": "x"}).status_code == 404
    assert client.post(window(company, "collect/")).status_code == 404
    assert not JournalEntry.objects.filter(action__startswith="networks.trial").exists()


def test_an_account_that_reaches_the_public_is_not_tried_out(company: Company, signed_in: SignIn) -> None:
    assert Holding.objects.filter(voice=company.hugo, account__handle="u2").exists()

    assert signed_in("lead").get("/b/acme/sandbox/u2/").status_code == 404


def test_an_account_of_a_named_voice_is_not_in_the_list(company: Company, signed_in: SignIn) -> None:
    held = Holding.objects.get(account__network="sandbox")
    held.voice = company.paul
    held.save()
    Tenure.objects.create(
        voice=company.paul,
        holder=str(company.people["expert"].pk),
        role="principal",
        from_on=date(2012, 1, 1),
    )

    for who in ("lead", "expert"):
        assert "Paul" not in signed_in(who).get("/b/acme/sandbox/").content.decode()


def test_an_account_that_was_signed_out_says_what_to_do_and_keeps_the_text(
    company: Company, signed_in: SignIn
) -> None:
    Connection.objects.filter(account__network="sandbox").update(credentials="another")

    answer = signed_in("ambassador").post(window(company), {"text": "Kept"})

    assert answer.status_code == 400
    assert "connect this account again" in answer.content.decode()
    assert ">Kept</textarea>" in answer.content.decode()


def test_the_window_asks_little(
    company: Company, signed_in: SignIn, django_assert_max_num_queries: object
) -> None:
    client = signed_in("ambassador")
    with django_assert_max_num_queries(12):  # type: ignore[operator]  # a fixture of pytest-django
        client.get(window(company))
