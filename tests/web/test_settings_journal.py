"""The journal in words: voices stand for whoever acted, and named voices stand apart."""

import re

import pytest
from django.utils import translation

from portevoix.networks.actions.holdings import let_go
from portevoix.networks.models import Account, Holding
from portevoix.people import journal
from portevoix.people.journal import ACTIONS, SYSTEM, ForVoice
from portevoix.people.models import JournalEntry
from portevoix.programme.file import schema
from portevoix.programme.models import Tenure
from portevoix.web.settings.journal import lines
from portevoix.web.settings.journal_sentences import FIELDS, PARTS, SENTENCES
from tests.web.conftest import Company, SignIn
from tests.web.settings_pages import JOURNAL
from tests.web.test_measures import text_of


def test_every_action_of_the_journal_has_its_sentence_and_its_part() -> None:
    assert SENTENCES.keys() == ACTIONS
    assert PARTS.keys() == {action.partition(".")[0] for action in ACTIONS}


@pytest.mark.parametrize(
    ("action", "subject", "facts", "sentence"),
    [
        (
            "programme.changed",
            "voice",
            {"written": "voices.biography, voices.hue"},
            "changed Marion on a page: biography, colour.",
        ),
        ("programme.changed", "voice", {"written": "voices.+"}, "changed Marion on a page: just added."),
        (
            "programme.changed",
            "brand",
            {"written": "spheres.+, ranges.cadence, ranges.objectives"},
            "changed Acme on a page: a range (cadence, objectives).",
        ),
        ("programme.changed", "brand", {"kinds": "ranges"}, "changed Acme on a page."),
        ("programme.study.changed", "study_step:1", {"what": "moved"}, "changed the study: a step (moved)."),
        (
            "programme.public_page.changed",
            "brand",
            {"fields": "charter, is_open"},
            "changed the public page of official voices: charter, whether anybody may read it.",
        ),
    ],
)
def test_a_line_says_what_was_changed_without_what_was_written(
    company: Company, action: str, subject: str, facts: dict[str, str], sentence: str
) -> None:
    numbers = {"voice": f"voice:{company.marion.pk}", "brand": f"brand:{company.brand.pk}"}
    about = numbers.get(subject, subject)
    entry = journal.record(action, by=SYSTEM, brand=company.brand, subject=about, **facts)
    assert (
        lines(company.brand, [entry], is_named=False, may_ask=False)[0].sentence
        == f"The installation {sentence}"
    )


def test_every_field_of_a_programme_has_a_name_in_the_journal() -> None:
    parts = (schema.BRAND, schema.SPHERE, schema.range_fields(()), schema.PHASE, schema.LINE, schema.VOICE)
    assert {name for part in parts for name, _reader in part.values()} <= FIELDS.keys()


@pytest.mark.parametrize("action", sorted(ACTIONS))
@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_line_is_told_whatever_facts_it_has(company: Company, action: str, language: str) -> None:
    facts: dict[str, str | int | bool | None] = {
        "is_again": False,
        "version": 1200,
        "file": "a.csv",
        "none": None,
    }
    entry = journal.record(action, by=SYSTEM, brand=company.brand, subject="month:2026-10", **facts)
    with translation.override(language):
        told = lines(company.brand, [entry], is_named=False, may_ask=False)[0].sentence
    assert told
    assert "%(" not in told


def test_lines_tell_names_roles_states_and_days(company: Company, signed_in: SignIn) -> None:
    lead, expert, brand = company.people["lead"], company.people["expert"], company.brand
    account = Account.objects.get(handle="u1")
    write = journal.record
    write("people.membership.granted", by=lead, brand=brand, subject=f"user:{expert.pk}", role="reviewer")
    marion = f"voice:{company.marion.pk}"
    write("programme.voice.moved", by=SYSTEM, brand=brand, subject=marion, before="trial", after="active")
    days: dict[str, str | None] = {"from_on": "2026-01-01", "to_on": None}
    write("programme.tenure.started", by=lead, brand=brand, subject=marion, role="deputy", **days)
    held = Tenure.objects.get(voice=company.marion)
    write("programme.holder.read", by=lead, brand=brand, subject=f"tenure:{held.pk}")
    write("networks.account.held", by=lead, brand=brand, subject=f"account:{account.pk}", voice="marion")
    write("ledger.month.archived", by=lead, brand=brand, subject="month:2026-10", version=2)
    write("people.language.chosen", by=lead, brand=company.elsewhere)
    told = text_of(signed_in("protection_officer"), JOURNAL)
    for sentence in (
        "lead@example.org gave expert@example.org the role “Reviewer”",
        "The installation moved Marion from “Trial” to “Active”.",
        "lead@example.org wrote down that somebody holds Marion (Deputy, since Jan. 1, 2026).",
        "lead@example.org looked up who holds Marion.",
        "lead@example.org wrote down when Marion speaks through u1 (X).",
        "lead@example.org archived the facts of October 2026 (version 2).",
    ):
        assert sentence in told
    assert "chose the language" not in told
    assert told.index("archived the facts") < told.index("gave expert")


def _acted(company: Company) -> JournalEntry:
    author = ForVoice(company.people["ambassador"], company.marion.pk)
    account = Account.objects.get(handle="u1")
    subject = f"account:{account.pk}"
    return journal.record("networks.connection.linked", by=author, brand=company.brand, subject=subject)


def test_a_voice_stands_for_whoever_acted_and_its_hour_is_not_told(
    company: Company, signed_in: SignIn
) -> None:
    JournalEntry.objects.all().delete()
    entry = _acted(company)
    hour = entry.at.astimezone(company.brand.zone).strftime("%H:%M")
    for who in ("lead", "administrator", "protection_officer"):
        page = signed_in(who).get(JOURNAL).content.decode()
        assert "The voice Marion connected the account u1 (X)." in page
        assert "ambassador@" not in page
        assert hour not in page
        assert ("Who really acted?" in page) == (who == "lead")


def test_the_lead_asks_who_really_acted_which_is_written_down(company: Company, signed_in: SignIn) -> None:
    entry = _acted(company)
    answer = signed_in("lead").post(f"{JOURNAL}{entry.pk}/who/")
    assert b"ambassador@example.org" in answer.content
    assert "no-store" in answer.headers["Cache-Control"]
    look = JournalEntry.objects.get(action="programme.actor.read")
    assert (look.actor, look.subject) == (company.people["lead"], f"entry:{entry.pk}")
    for who in ("administrator", "protection_officer", "ambassador"):
        assert signed_in(who).post(f"{JOURNAL}{entry.pk}/who/").status_code == 404
    assert signed_in("lead").post(f"{JOURNAL}{look.pk}/who/").status_code == 404
    assert JournalEntry.objects.filter(action="programme.actor.read").count() == 1


def test_what_touches_a_named_voice_never_stands_beside_a_persona(
    company: Company, signed_in: SignIn
) -> None:
    _acted(company)
    write, brand, lead = journal.record, company.brand, company.people["lead"]
    author = ForVoice(company.people["expert"], company.paul.pk)
    account = Account.objects.get(handle="u3")
    write("programme.consent.given", by=lead, brand=brand, subject=f"voice:{company.paul.pk}")
    write("networks.connection.linked", by=author, brand=brand, subject=f"account:{account.pk}")
    everything, named = (text_of(signed_in("lead"), path) for path in (JOURNAL, f"{JOURNAL}named/"))
    assert "Marion" in everything
    assert not re.search(r"Paul|u3", everything)
    assert "The voice Paul connected the account u3 (X)." in named
    assert not re.search(r"Marion|u1\b", named)


def test_an_account_taken_back_from_a_named_voice_stays_on_the_page_of_named_voices(
    company: Company, signed_in: SignIn
) -> None:
    brand, lead, holding = company.brand, company.people["lead"], Holding.objects.get(voice=company.paul)
    subject = f"account:{holding.account_id}"
    journal.record("networks.connection.linked", by=lead, brand=brand, subject=subject)
    let_go(holding, by=lead)
    assert "u3" not in text_of(signed_in("lead"), JOURNAL)
    named = text_of(signed_in("lead"), f"{JOURNAL}named/")
    assert "lead@example.org took back that Paul ever spoke through u3 (X)." in named
    assert "lead@example.org connected the account u3 (X)." in named


def test_lines_are_chosen_by_part_and_stand_fifty_a_page(company: Company, signed_in: SignIn) -> None:
    for _number in range(60):
        journal.record("people.language.chosen", by=company.people["lead"], brand=company.brand)
    journal.record("ledger.import.stopped", by=SYSTEM, brand=company.brand)
    lead = signed_in("lead")
    first, second = (lead.get(f"{JOURNAL}?part=people&page={n}").content.decode() for n in (1, 2))
    assert (first.count("chose the language"), second.count("chose the language")) == (50, 10)
    assert "asked a running import" not in first + second
    assert "The installation asked a running import to stop." in text_of(lead, f"{JOURNAL}?part=ledger")
    assert lead.get(f"{JOURNAL}?part=nothing").status_code == 404
