"""Who holds a persona is nobody's business: every address, as everybody, and logs, mails and the journal."""

import json
import logging
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.db import connection, transaction
from django.template.loader import render_to_string
from django.test import Client
from django.urls import URLPattern, get_resolver

from portevoix.core import clock
from portevoix.core.periods import Month
from portevoix.core.worker import run_sweeps
from portevoix.measures.actions import comment
from portevoix.networks.actions.linking import link
from portevoix.networks.models import Account, Holding
from portevoix.people.models import JournalEntry, Membership, Role, User
from portevoix.programme.actions import end_tenure, start_tenure
from portevoix.programme.models import Tenure, TenureRole, Voice
from portevoix.web.urls import urlpatterns
from tests.web import leaking
from tests.web.addresses import filled_in, names
from tests.web.conftest import PASSWORD, Company, SignIn
from tests.web.secrecy import GRANTS, PERSONAS, Form, Reply, Secret, faults, folded, forms_of, joins

TODAY = date(2026, 11, 24)
READERS = (*(str(role) for role in Role), "administrator", "stranger", "nobody", "second", "gone")
READING = ("programme.holder.read", "programme.actor.read")
ERRORS = ("/nowhere/", "/b/acme/family/nobody/", "/b/acme/measures/2012-13/", "/b/nowhere/family/")
"""Addresses that end in a page that says so."""
PEOPLE = {
    "ambassador": ("Aude Bessonneau-Kermarrec", "aude.bk@acme.example", "audebk.perso"),
    "expert": ("Côme Dieutegarde", "cdieutegarde@acme.example", "come_dtg"),
    "reviewer": ("Élise Fauquembergue", "elise.f75@acme.example", "elisefauq"),
    "manager": ("Gaspard Hurlevent", "gaspard.hurlevent@acme.example", "gasp_hurle"),
    "second": ("Ysé Jaubertie-Lancel", "yse.jl@acme.example", "ysejl.perso"),
    "gone": ("Konrad Wadowski", "kwadowski@elsewhere.example", "konrad_wd"),
}
"""Name, address, personal handle of those who hold, or held, a persona; "gone" takes part in nothing any more."""


@pytest.fixture
def secrets(company: Company) -> list[Secret]:
    """Let six people hold or have held Marion and Hugo in every role; the first also speaks under the own name."""
    for key in ("second", "gone"):
        company.people[key] = User.objects.create_user(f"{key}@example.org", PASSWORD)
    Membership.objects.create(user=company.people["second"], brand=company.brand, role=Role.AMBASSADOR)
    for key, (name, email, _handle) in PEOPLE.items():
        User.objects.filter(pk=company.people[key].pk).update(name=name, email=email)
        company.people[key].refresh_from_db()
    Voice.objects.filter(pk=company.paul.pk).update(name=PEOPLE["ambassador"][0])
    Account.objects.filter(handle="u3").update(handle=PEOPLE["ambassador"][2])
    held = _held(company)
    return [
        Secret(key, company.people[key].pk, (name.split(maxsplit=1)[1], email, handle), frozenset(held[key]))
        for key, (name, email, handle) in PEOPLE.items()
    ]


def _held(company: Company) -> dict[str, set[int]]:
    """Write the tenures of the cast; return the personas of each."""
    soon, before, marion, hugo = date(2999, 1, 1), date(2011, 1, 1), company.marion, company.hugo
    times = [
        ("expert", marion, "co_holder", before, None),
        ("reviewer", marion, "deputy", before, soon),
        ("gone", marion, "principal", before, date(2011, 12, 31)),
        ("second", hugo, "principal", before, None),
        ("manager", hugo, "deputy", before, date(2012, 1, 1)),
        ("ambassador", company.paul, "principal", before, None),
    ]
    held = {key: set[int]() for key in PEOPLE}
    held["ambassador"].add(marion.pk)
    for key, voice, role, start, end in times:
        holder = str(company.people[key].pk)
        Tenure.objects.create(voice=voice, holder=holder, role=role, from_on=start, to_on=end)
        if not voice.is_named:
            held[key].add(voice.pk)
    return held


def _browser(signed_in: SignIn, reader: str) -> Client:
    client = Client() if reader == "nobody" else signed_in(reader)
    client.raise_request_exception = False
    return client


def _last() -> int:
    return JournalEntry.objects.values_list("pk", flat=True).order_by("-pk").first() or 0


def _asked(reader: User | None, since: int) -> bool:
    """Return whether the journal says, after the line `since`, that `reader` was told who holds or acted."""
    told = JournalEntry.objects.filter(pk__gt=since, action__in=READING, actor=reader)
    return reader is not None and told.exists()


@pytest.fixture
def reply(company: Company, signed_in: SignIn) -> Callable[..., Reply]:
    """Return the function that asks for something as somebody, and says what was answered."""

    def ask(reader: str, path: str, form: Form | None = None, language: str = "en") -> Reply:
        client, since = _browser(signed_in, reader), _last()
        headers = {"Accept-Language": language}
        if form is None:
            answer: Any = client.get(path, headers=headers)
        else:
            answer = client.post(path, form.fields, headers=headers, follow=True)
        method = "GET" if form is None else "POST"
        asked = _asked(company.people.get(reader), since)
        return Reply.of(answer, reader=reader, method=method, path=path, was_journalled=asked)

    return ask


Ask = Callable[..., Reply]


def journal_faults(secrets: list[Secret], since: int = 0) -> list[str]:
    """Return lines of the journal that name a holder, or in which one acts in the own name on the own persona."""
    found = []
    for entry in JournalEntry.objects.filter(pk__gt=since).exclude(action__in=READING):
        said = f"{entry.action} {entry.subject} {entry.actor_subject} {json.dumps(entry.facts)}"
        for secret in secrets:
            is_named = any(folded(word) in folded(said) for word in secret.words)
            is_own = entry.actor_id == secret.user_id and _subjects(secret).intersection(said.split())
            if is_named or is_own:
                found.append(f"{said} by {entry.actor}")
    return found


def _subjects(secret: Secret) -> set[str]:
    """Return how the journal names the personas of `secret` and what belongs to them."""
    held = Holding.objects.filter(voice__in=secret.voices).values_list("account", flat=True)
    return {f"voice:{voice}" for voice in secret.voices} | {f"account:{account}" for account in held}


def _sent(ask: Ask, reader: str, page: Reply, secrets: list[Secret]) -> Iterator[str]:
    """Send the forms of `page`, and nothing at all to its address; yield what leaks. Nothing stays written."""
    for form in (Form(page.path), *forms_of(page.body, page.path)):
        if form.action in ("/sign-out/", "/language/"):
            continue
        with transaction.atomic():
            since = _last()
            answered = ask(reader, form.action, form)
            if not connection.needs_rollback:
                yield from faults(answered, secrets)
                yield from journal_faults(secrets, since)
            transaction.set_rollback(True)


def leaks(ask: Ask, reader: str, addresses: list[str], secrets: list[Secret], language: str) -> Iterator[str]:
    """Yield what `reader` is told, of what nobody else may know, at any of `addresses`."""
    for path in addresses:
        page = ask(reader, path, language=language)
        yield from faults(page, secrets)
        if language == "en":
            yield from _sent(ask, reader, page, secrets)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("reader", READERS)
def test_no_reply_and_no_log_tells_who_holds_a_persona_to_whoever_may_not_know(
    company: Company, secrets: list[Secret], reply: Ask, reader: str, language: str, caplog: Any, capfd: Any
) -> None:
    caplog.set_level(logging.INFO)
    paths = [*(address.path for address in filled_in(company)), *ERRORS]

    assert list(leaks(reply, reader, paths, secrets, language)) == []
    logged = folded(caplog.text + "".join(capfd.readouterr()))
    assert [word for secret in secrets for word in secret.words if folded(word) in logged] == []


def test_pages_that_say_that_something_is_wrong_name_nobody(
    company: Company, secrets: list[Secret], signed_in: SignIn
) -> None:
    client = signed_in("lead")
    client.handler.enforce_csrf_checks = True
    forged = client.post("/b/acme/family/marion/holders/")
    elsewhere = client.get("/b/acme/family/marion/", headers={"Host": "elsewhere.example"})
    replies = [
        Reply.of(answer, reader="lead", method="POST", path="/wrong/") for answer in (forged, elsewhere)
    ]
    pages = [render_to_string(f"{name}.html") for name in ("403", "403_csrf", "404", "429", "500")]
    replies += [Reply("lead", "GET", "/wrong/", page, "", was_journalled=False) for page in pages]

    assert (forged.status_code, elsewhere.status_code) == (403, 400)
    assert [fault for each in replies for fault in faults(each, secrets)] == []


def test_who_may_know_is_told_and_the_journal_says_so(secrets: list[Secret], reply: Ask) -> None:
    told = reply("lead", "/b/acme/family/marion/holders/", Form(""))

    assert told.was_journalled
    assert [secret.reader for secret in secrets if folded(secret.words[0]) in folded(told.body)] == [
        "ambassador", "expert", "reviewer", "gone"
    ]  # fmt: skip
    assert faults(told, secrets) == []
    line = JournalEntry.objects.get(action="programme.holder.read")
    assert line.subject == f"voice:{Voice.objects.get(slug='marion').pk}"


def test_the_same_told_without_a_line_in_the_journal_would_be_a_leak(
    secrets: list[Secret], reply: Ask
) -> None:
    told = reply("lead", "/b/acme/family/marion/holders/", Form(""))
    silent = Reply(told.reader, told.method, told.path, told.body, told.around, was_journalled=False)

    assert len(faults(silent, secrets)) == 4


def test_a_colleague_is_read_under_the_own_name_on_a_page_without_personas(
    secrets: list[Secret], reply: Ask
) -> None:
    page = reply("expert", "/b/acme/colleagues/")

    assert secrets[0].words[0] in page.body
    assert faults(page, secrets) == []
    beside = Reply(page.reader, page.method, page.path, page.body + "<p>Marion</p>", "", was_journalled=False)
    assert len(faults(beside, secrets)) == 2


@pytest.mark.parametrize("view", leaking.VIEWS, ids=lambda view: view.__name__)
def test_a_page_that_leaks_is_found_wherever_it_says_it(
    company: Company, secrets: list[Secret], reply: Ask, settings: Any, view: Callable[..., Any]
) -> None:
    settings.ROOT_URLCONF = "tests.web.leaking"
    path = f"/b/acme/leak/{view.__name__}/"

    assert list(leaks(reply, "lead", [path], secrets, "fr"))
    assert list(leaks(reply, "nobody", [path], secrets, "fr"))
    assert list(leaks(reply, "ambassador", [path], secrets, "fr")) == []  # what is one's own


@pytest.mark.parametrize("part", ["settings/members/", "settings/journal/", "colleagues/leak/"])
def test_where_names_may_stand_they_may_not_stand_beside_a_persona(
    company: Company, secrets: list[Secret], reply: Ask, settings: Any, part: str
) -> None:
    settings.ROOT_URLCONF = "tests.web.leaking"

    assert list(leaks(reply, "lead", [f"/b/acme/{part}"], secrets, "fr"))


def test_names_and_personas_may_share_a_page_only_in_different_rows() -> None:
    page = "<h1>Journal</h1><tr><td>{}</td></tr><tr><td>{}</td></tr>"
    rows = (
        page.replace("<table>", "").replace("</table>", "").format("Aude Kermarrec signed in", "Marion moved")
    )

    assert not joins(rows, "Kermarrec")
    assert joins(rows.replace("signed in", "moved Marion"), "Kermarrec")
    assert joins(rows.replace("Journal", "Marion"), "Kermarrec")
    assert not joins("<form><h2>Marion</h2><select><option>Aude Kermarrec</select></form>", "Kermarrec")


def test_every_address_is_walked_those_of_later_pages_too(company: Company) -> None:
    unnamed = [each for each in urlpatterns if not (isinstance(each, URLPattern) and each.name)]

    assert unnamed == []  # what has no name of its own would not be walked
    assert len(get_resolver().url_patterns) == 1
    assert {address.name for address in filled_in(company)} == set(names())


def test_each_place_where_a_name_may_stand_says_why() -> None:
    assert [grant for grant in GRANTS if len(grant.why.split()) < 5] == []
    assert {reader for grant in GRANTS for reader in grant.who} <= set(READERS)


def test_forms_are_sent_as_a_browser_would_send_them() -> None:
    page = (
        '<form method="post" action="/a/"><input type="hidden" name="x" value="1"><textarea name="t">Hi</textarea>'
        '<select name="s"><option value="p">P</option><option value="q" selected>Q</option></select>'
        '<input type="checkbox" name="c"><button name="b" value="1">One</button>'
        '<button name="b" value="2">Two</button></form>'
        '<form method="get"><input name="y"></form><form method="post"><button>Go</button></form>'
    )
    sent = {"x": "1", "t": "Hi", "s": "q"}

    assert list(forms_of(page, "/here/")) == [
        Form("/a/", {**sent, "b": "1"}),
        Form("/a/", {**sent, "b": "2"}),
        Form("/here/", {}),
    ]


def test_what_holders_and_the_lead_do_leaves_no_name_beside_a_persona_in_the_journal(
    company: Company, secrets: list[Secret], data_folder: Path
) -> None:
    now = clock.now()
    account = Account.objects.get(handle="u1")
    Account.objects.filter(pk=account.pk).update(network="sandbox")
    account.refresh_from_db()
    for key in ("ambassador", "expert", "reviewer"):
        comment(company.marion, Month(2012, 7), f"Said by {key}.", by=company.people[key], now=now)
    link(account, options={"account": "1"}, credentials="", by=company.people["ambassador"], now=now)
    nadia = Voice.objects.create(brand=company.brand, slug="nadia", kind="persona")
    tenure = start_tenure(
        nadia,
        holder=company.people["second"],
        role=TenureRole.PRINCIPAL,
        from_on=TODAY,
        by=company.people["lead"],
    )
    end_tenure(tenure, to_on=TODAY + timedelta(days=1), by=company.people["lead"])

    assert JournalEntry.objects.count() > 4
    assert journal_faults(secrets) == []


def test_a_line_in_which_a_holder_acts_in_the_own_name_on_the_own_persona_is_found(
    company: Company, secrets: list[Secret]
) -> None:
    line = {
        "brand": company.brand,
        "action": "programme.voice.moved",
        "subject": f"voice:{company.marion.pk}",
    }
    JournalEntry.objects.create(actor=company.people["ambassador"], **line)
    JournalEntry.objects.create(actor=company.people["lead"], facts={"by": "Dieutegarde"}, **line)

    assert len(journal_faults(secrets)) == 2


@pytest.mark.parametrize("day", [1, 4, 6])
def test_mails_name_no_persona_to_its_holder_and_no_holder_to_anybody(
    company: Company, secrets: list[Secret], day: int
) -> None:
    run_sweeps(datetime(2012, 8, day, 12, tzinfo=company.brand.zone))

    assert len(mail.outbox) >= 3
    for sent in mail.outbox:
        assert len(sent.recipients()) == 1, sent.subject
        said = folded(
            f"{sent.subject}\n{sent.body}\n{sent.alternatives if hasattr(sent, 'alternatives') else ''}"
        )
        names = [word for secret in secrets for word in secret.words if folded(word) in said]
        assert names == [], sent.subject
        assert not any(persona in said for persona in PERSONAS), sent.subject
