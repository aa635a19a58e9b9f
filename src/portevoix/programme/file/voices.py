"""Reads the voices, their life and their consents."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import cast

from django.utils.translation import gettext as _
from yaml.nodes import Node

from portevoix.programme import rules
from portevoix.programme.file import fields, parts, schema
from portevoix.programme.file.accounts import read_accounts
from portevoix.programme.file.entries import ConsentEntry, Given, StoredVoice, Value, VoiceEntry
from portevoix.programme.file.parts import Context, Part, Schema
from portevoix.programme.kinds import VoiceKind
from portevoix.programme.states import SPEAKING, VOICE, VoiceState

NEW_VOICE: Mapping[str, Value] = {"kind": VoiceKind.PERSONA.value, "state": VoiceState.ACTIVE.value}
"""What a voice is that the programme did not have before, where the file does not say."""

_VOICES = Schema("voices", "slug", fields.slug(), schema.VOICE, apart=("consent", "accounts"))
_CONSENT = Schema("consent", "given_on", fields.day_text, schema.CONSENT)


def read_voices(context: Context, node: Node | None) -> Iterator[VoiceEntry]:
    """Yield the voices listed at `node`."""
    for part in parts.read_distinct(context.report, node, _VOICES):
        parts.check_range(context, part)
        before = context.known.voices.get(part.name)
        given = part.given if before else {**NEW_VOICE, **part.given}
        consent = _consent(context, part.nodes.get("consent"))
        if before:
            _check_life(context, part, before)
        if "kind" not in part.nodes or "kind" in part.given:
            _check_consent(context, part, given, before, consent)
        accounts = tuple(read_accounts(context, part.name, part.nodes.get("accounts")))
        yield VoiceEntry(part.line, part.name, given, consent, accounts)


def _check_life(context: Context, part: Part, before: StoredVoice) -> None:
    state = str(part.given.get("state", before.state))
    if part.given.get("kind", before.kind) != before.kind:
        reason = _("a voice never changes its kind, here %(kind)s: close it and add another")
        context.report.refuse(part.at("kind"), reason % {"kind": before.kind})
    if state != before.state and not VOICE.allows(before.state, state):
        words = {"before": before.state, "following": ", ".join(VOICE.edges[before.state]) or "–"}
        reason = _("a voice that is %(before)s may only become: %(following)s")
        context.report.refuse(part.at("state"), reason % words)


def _consent(context: Context, node: Node | None) -> ConsentEntry | None:
    if node is None or fields.is_null(node):
        return None
    part = parts.read_one(context.report, node, _CONSENT)
    if not part.name:
        return None
    given_on = date.fromisoformat(part.name)
    revoked_on = part.given.get("revoked_on")
    if isinstance(revoked_on, date) and not given_on <= revoked_on <= context.today:
        reason = _("a consent is revoked today at the latest, and not before it was given")
        context.report.refuse(part.at("revoked_on"), reason)
    return ConsentEntry(part.line, given_on, part.given)


def _check_consent(
    context: Context, part: Part, given: Given, before: StoredVoice | None, consent: ConsentEntry | None
) -> None:
    kind = before.kind if before else given["kind"]
    if kind == VoiceKind.NAMED:
        _check_age(context, part, before, consent)
        _check_named(context, part, given, _consents(before, consent))
    elif "consent" in part.nodes:
        context.report.refuse(part.at("consent"), _("only a named voice has a consent"))


def _check_age(
    context: Context, part: Part, before: StoredVoice | None, consent: ConsentEntry | None
) -> None:
    if before and consent and rules.precedes_revocation(before.consents, consent.given_on):
        reason = _("the person revoked a consent after that day: only one given since counts")
        context.report.refuse(part.at("consent"), reason)


def _check_named(context: Context, part: Part, given: Given, consents: Mapping[date, date | None]) -> None:
    if list(consents.values()).count(None) > 1:
        reason = _("this would leave two consents unrevoked: revoke the later one first")
        context.report.refuse(part.at("consent"), reason)
    elif not consents:
        if "consent" not in part.nodes or fields.is_null(part.at("consent")):
            reason = _("a named voice needs its written consent: consent: {given_on: …}")
            context.report.refuse(part.at("consent"), reason)
    elif given.get("state") in SPEAKING and not rules.has_consent(consents, context.today):
        reason = _("no consent counts today: the voice may only be candidate, paused or closed")
        context.report.refuse(part.at("state"), reason)


def _consents(before: StoredVoice | None, consent: ConsentEntry | None) -> Mapping[date, date | None]:
    stored = before.consents if before else {}
    if consent is None:
        return stored
    revoked_on = cast("date | None", consent.given.get("revoked_on"))
    is_told = "revoked_on" in consent.given
    return rules.merge_consents(stored, consent.given_on, revoked_on, is_revocation_told=is_told)
