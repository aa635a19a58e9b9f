"""The life of a voice, and the consent of those who speak under their own name."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from portevoix.core.errors import NotAllowed, UserError
from portevoix.core.worker import run_sweeps
from portevoix.people.journal import SYSTEM
from portevoix.people.models import Brand, JournalEntry, Membership
from portevoix.programme import tasks
from portevoix.programme.actions import (
    give_consent,
    move_voice,
    pause_unconsented,
    revoke_consent,
    start_tenure,
)
from portevoix.programme.actions.voices import settle
from portevoix.programme.models import Consent, TenureRole, Voice, VoiceKind
from portevoix.programme.states import VoiceState
from tests.programme.conftest import NOW, TODAY, Cast


def actions_of(brand_slug: str) -> list[str]:
    return list(JournalEntry.objects.filter(brand__slug=brand_slug).values_list("action", flat=True))


def test_the_lead_moves_a_voice_and_the_journal_says_so(cast: Cast, marion: Voice) -> None:
    move_voice(marion, VoiceState.PAUSED, by=cast.lead, on=TODAY)
    marion.refresh_from_db()
    assert marion.state == VoiceState.PAUSED
    entry = JournalEntry.objects.get(action="programme.voice.moved")
    assert entry.actor == cast.lead
    assert entry.facts == {"before": "active", "after": "paused"}


@pytest.mark.parametrize("who", ["ambassador", "manager", "stranger"])
def test_nobody_else_moves_a_voice(cast: Cast, marion: Voice, who: str) -> None:
    with pytest.raises(NotAllowed):
        move_voice(marion, VoiceState.PAUSED, by=getattr(cast, who), on=TODAY)
    marion.refresh_from_db()
    assert marion.state == VoiceState.ACTIVE


def test_a_move_that_its_life_does_not_know_is_refused(cast: Cast, marion: Voice) -> None:
    with pytest.raises(UserError, match="Nothing was changed"):
        move_voice(marion, VoiceState.TRIAL, by=cast.lead, on=TODAY)


def test_nothing_writes_a_move_that_its_life_does_not_know(cast: Cast, marion: Voice) -> None:
    with pytest.raises(UserError, match="does not go from"):
        settle(marion, VoiceState.TRIAL, by=SYSTEM)
    marion.refresh_from_db()
    assert marion.state == VoiceState.ACTIVE
    assert not JournalEntry.objects.exists()


def test_of_two_people_who_move_a_voice_at_once_one_is_told(cast: Cast, marion: Voice) -> None:
    same_voice = Voice.objects.get(pk=marion.pk)
    move_voice(marion, VoiceState.CLOSED, by=cast.lead, on=TODAY)
    with pytest.raises(UserError, match="same moment"):
        move_voice(same_voice, VoiceState.PAUSED, by=cast.lead, on=TODAY)


def test_a_named_voice_is_not_active_without_a_consent_that_counts(cast: Cast, karim: Voice) -> None:
    with pytest.raises(UserError, match="consent"):
        move_voice(karim, VoiceState.ACTIVE, by=cast.lead, on=TODAY)
    give_consent(karim, given_on=TODAY, is_sharing_figures=False, by=cast.lead)
    assert move_voice(karim, VoiceState.ACTIVE, by=cast.lead, on=TODAY).state == VoiceState.ACTIVE


def test_a_persona_has_no_consent(cast: Cast, marion: Voice) -> None:
    with pytest.raises(UserError):
        give_consent(marion, given_on=TODAY, is_sharing_figures=False, by=cast.lead)


def test_a_consent_is_given_once_until_it_is_revoked(cast: Cast, karim: Voice) -> None:
    give_consent(karim, given_on=date(2026, 1, 1), is_sharing_figures=False, by=cast.lead)
    with pytest.raises(UserError):
        give_consent(karim, given_on=TODAY, is_sharing_figures=True, by=cast.lead)
    with pytest.raises(IntegrityError), transaction.atomic():
        Consent.objects.create(voice=karim, given_on=TODAY)


def test_a_consent_older_than_the_revocation_revives_nothing(cast: Cast, karim: Voice) -> None:
    give_consent(karim, given_on=date(2026, 2, 1), is_sharing_figures=False, by=cast.lead)
    revoke_consent(karim, on=TODAY, by=cast.lead)
    with pytest.raises(UserError, match="given since"):
        give_consent(karim, given_on=date(2026, 1, 1), is_sharing_figures=False, by=cast.lead)
    assert give_consent(karim, given_on=TODAY, is_sharing_figures=False, by=cast.lead).revoked_on is None


def test_one_voice_that_cannot_be_silenced_stops_no_other(cast: Cast, karim: Voice) -> None:
    nowhere = Brand.objects.create(slug="aaa", name="Nowhere", time_zone="No/Where")
    Voice.objects.create(brand=nowhere, slug="adam", kind=VoiceKind.NAMED, state=VoiceState.ACTIVE, hue=1)
    assert pause_unconsented(NOW) == 1
    karim.refresh_from_db()
    assert karim.state == VoiceState.CLOSED


def test_the_person_revokes_and_the_voice_falls_silent_at_once(cast: Cast, karim: Voice) -> None:
    give_consent(karim, given_on=date(2026, 1, 1), is_sharing_figures=True, by=cast.lead)
    move_voice(karim, VoiceState.ACTIVE, by=cast.lead, on=TODAY)
    start_tenure(
        karim, holder=cast.ambassador, role=TenureRole.PRINCIPAL, from_on=date(2020, 1, 1), by=cast.lead
    )
    revoke_consent(karim, on=TODAY, by=cast.ambassador)
    karim.refresh_from_db()
    assert karim.state == VoiceState.PAUSED
    assert not karim.consents.in_force(TODAY).exists()
    assert karim.consents.in_force(TODAY - timedelta(days=1)).exists()
    assert {"programme.consent.given", "programme.consent.revoked"} <= set(actions_of("acme"))


def test_whoever_left_the_brand_still_revokes_the_own_consent(cast: Cast, karim: Voice) -> None:
    give_consent(karim, given_on=date(2026, 1, 1), is_sharing_figures=True, by=cast.lead)
    start_tenure(
        karim, holder=cast.ambassador, role=TenureRole.PRINCIPAL, from_on=date(2020, 1, 1), by=cast.lead
    )
    Membership.objects.filter(user=cast.ambassador).delete()
    assert revoke_consent(karim, on=TODAY, by=cast.ambassador).revoked_on == TODAY


def test_revoking_may_close_the_voice(cast: Cast, karim: Voice) -> None:
    give_consent(karim, given_on=date(2026, 1, 1), is_sharing_figures=True, by=cast.lead)
    move_voice(karim, VoiceState.ACTIVE, by=cast.lead, on=TODAY)
    revoke_consent(karim, on=TODAY, by=cast.lead, state=VoiceState.CLOSED)
    karim.refresh_from_db()
    assert karim.state == VoiceState.CLOSED


@pytest.mark.parametrize("who", ["other_ambassador", "manager", "stranger"])
def test_nobody_else_revokes_a_consent(cast: Cast, karim: Voice, who: str) -> None:
    give_consent(karim, given_on=date(2026, 1, 1), is_sharing_figures=True, by=cast.lead)
    with pytest.raises(NotAllowed):
        revoke_consent(karim, on=TODAY, by=getattr(cast, who))


def test_there_must_be_a_consent_to_revoke(cast: Cast, karim: Voice) -> None:
    with pytest.raises(UserError):
        revoke_consent(karim, on=TODAY, by=SYSTEM)


def test_the_sweep_silences_whoever_speaks_without_consent(cast: Cast, karim: Voice, marion: Voice) -> None:
    Voice.objects.filter(pk=karim.pk).update(state=VoiceState.ACTIVE)
    assert pause_unconsented(NOW) == 1
    assert pause_unconsented(NOW) == 0
    states = dict(Voice.objects.values_list("slug", "state"))
    assert states == {"karim": VoiceState.PAUSED, "marion": VoiceState.ACTIVE}


def test_the_worker_knows_that_sweep(cast: Cast, karim: Voice) -> None:
    Voice.objects.filter(pk=karim.pk).update(state=VoiceState.ACTIVE)
    tasks.silence_unconsented(NOW)
    karim.refresh_from_db()
    assert karim.state == VoiceState.PAUSED
    assert "programme.consents" not in run_sweeps(NOW)


def test_a_named_voice_is_never_listed_among_the_official_ones(
    cast: Cast, karim: Voice, marion: Voice
) -> None:
    Voice.objects.create(brand=cast.brand, slug="old", kind=VoiceKind.PERSONA, state=VoiceState.CLOSED, hue=0)
    assert list(Voice.objects.official()) == [marion]
    assert set(Voice.objects.open()) == {karim, marion}


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({"first_name": "Marion", "name": "Marion d'Acme"}, "Marion d'Acme"),
        ({"first_name": "Marion"}, "Marion"),
        ({}, "marion"),
    ],
)
def test_a_voice_is_shown_by_the_best_name_it_has(fields: dict[str, str], shown: str) -> None:
    assert Voice(slug="marion", **fields).display_name == shown


@pytest.mark.django_db
@pytest.mark.parametrize("wrong", [{"hue": 24}, {"kind": "robot"}, {"state": "dead"}])
def test_the_database_refuses_what_no_voice_can_be(marion: Voice, wrong: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Voice.objects.filter(pk=marion.pk).update(**wrong)
