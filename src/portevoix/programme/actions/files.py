"""Applying a programme file: all of it but the accounts, which are `networks`'."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from portevoix.people import journal
from portevoix.people.journal import By
from portevoix.people.models import Brand
from portevoix.programme import rights, rules
from portevoix.programme.actions.consents import journal_consent, silence
from portevoix.programme.actions.voices import settle
from portevoix.programme.file import schema
from portevoix.programme.file.entries import (
    BrandEntry,
    ConsentEntry,
    Given,
    LineEntry,
    PhaseEntry,
    ProgrammeFile,
    SphereEntry,
    VoiceEntry,
)
from portevoix.programme.kinds import SphereKey
from portevoix.programme.models import Consent, EditorialLine, Phase, ProductRange, Sphere, Voice
from portevoix.programme.tally import Change, Tally, differing


@dataclass(frozen=True)
class Applied:
    """What applying a file did: the brand it speaks of, and the rows it wrote."""

    brand: Brand
    tally: Tally


@transaction.atomic
def apply(file: ProgrammeFile, *, by: By, now: datetime) -> Applied:
    """Write the programme that `file` describes: rows it names are added or changed, all others are kept.

    `file` must have been read against what is stored now, in the same transaction, and `journal_applied` be
    called at its end, when all is counted. Raises NotAllowed.
    """
    tally = Tally()
    brand = _brand(file.brand, tally, by=by)
    _spheres(brand, file.spheres, tally)
    for entry in file.ranges:
        product_range = _find(ProductRange(brand=brand, slug=entry.slug, name=entry.slug), "slug")
        tally.note("ranges", tally.store("ranges", product_range, entry.given))
    for phase in file.phases:
        tally.note("phases", _phase(brand, phase, tally))
    today = brand.day(now)
    if file.editorial_line:
        tally.note("lines", _line(brand, file.editorial_line, today, tally))
    for voice in file.voices:
        _voice(brand, voice, tally, by=by, today=today)
    return Applied(brand, tally)


def _brand(entry: BrandEntry, tally: Tally, *, by: By) -> Brand:
    # Locked to the end: two files applied at once would otherwise each add what the other adds.
    brand = Brand.objects.select_for_update().filter(slug=entry.slug).first()
    if brand is None:
        brand = Brand(slug=entry.slug)
        rights.require("programme.create", by=by, on=brand)
    else:
        rights.require("programme.change", by=by, on=brand)
    tally.note("brands", tally.store("brands", brand, entry.given))
    return brand


def _find(row: Any, key: str) -> Any:
    """Return the stored row of the same brand and `key` as `row`, or `row` itself, which is then new."""
    same = {"brand": row.brand, key: getattr(row, key)}
    return type(row).objects.filter(**same).first() or row


def _spheres(brand: Brand, entries: tuple[SphereEntry, ...], tally: Tally) -> None:
    """Write the spheres; every programme has all four, whether its file says something of them or not."""
    given = {entry.key: entry.given for entry in entries}
    for key in SphereKey.values:
        sphere = _find(Sphere(brand=brand, key=key), "key")
        tally.note("spheres", tally.store("spheres", sphere, given.get(key, {})))


def _linked(brand: Brand, given: Given) -> dict[str, Any]:
    """Return `given` with the rows that it names by slug or key in their place."""
    linked: dict[str, Any] = dict(given)
    if slug := linked.get("product_range"):
        linked["product_range"] = ProductRange.objects.get(brand=brand, slug=slug)
    if key := linked.get("sphere"):
        linked["sphere"] = Sphere.objects.get(brand=brand, key=key)
    return linked


def _phase(brand: Brand, entry: PhaseEntry, tally: Tally) -> Change:
    phase = _find(Phase(brand=brand, slug=entry.slug), "slug")
    return tally.store("phases", phase, _linked(brand, entry.given))


def _line(brand: Brand, entry: LineEntry, today: date, tally: Tally) -> Change:
    """Write a new version where the line differs; the last one is mended only while its day has not come."""
    last = EditorialLine.objects.filter(brand=brand).order_by("-version").first()
    if last is None:
        start = rules.line_start(entry.from_on, today=today, is_first=True)
        return tally.store("lines", EditorialLine(brand=brand, version=1, from_on=start), entry.given)
    if last.from_on > today:
        start = rules.line_start(entry.from_on or last.from_on, today=today, is_first=last.version == 1)
        return tally.store("lines", last, {**entry.given, "from_on": start})
    return _next_version(last, entry, tally, rules.line_start(entry.from_on, today=today, is_first=False))


def _next_version(last: EditorialLine, entry: LineEntry, tally: Tally, start: date) -> Change:
    if not differing(last, entry.given):
        return Change.UNCHANGED
    kept = {name: getattr(last, name) for name, _reader in schema.LINE.values()}
    following = EditorialLine(brand=last.brand, version=last.version + 1, from_on=start, **kept)
    tally.store("lines", following, entry.given)
    return Change.CHANGED


def _voice(brand: Brand, entry: VoiceEntry, tally: Tally, *, by: By, today: date) -> None:
    given = _linked(brand, entry.given)
    voice = _find(Voice(brand=brand, slug=entry.slug), "slug")
    if voice.pk is None:
        taken = Voice.objects.open().filter(brand=brand).values_list("hue", flat=True)
        voice.hue = rules.choose_hue(entry.slug, list(taken))
        change = tally.store("voices", voice, given)
    else:
        state = given.pop("state", voice.state)
        change = tally.store("voices", voice, given)
        if state != voice.state:
            settle(voice, state, by=by)
            change = Change.CHANGED
    if entry.consent:
        tally.note("consents", _consent(voice, entry.consent, tally, by=by))
        if not voice.consents.in_force(today).exists() and silence(voice, by=by):
            change = Change.CHANGED
    tally.note("voices", change)


def _consent(voice: Voice, entry: ConsentEntry, tally: Tally, *, by: By) -> Change:
    stored = {consent.given_on: consent for consent in voice.consents.all()}
    meant = rules.consent_meant({day: row.revoked_on for day, row in stored.items()}, entry.given_on)
    consent = stored[meant] if meant else Consent(voice=voice)
    before = consent.revoked_on
    change = tally.store("consents", consent, {**entry.given, "given_on": entry.given_on})
    if change != Change.UNCHANGED:
        is_revoked = consent.revoked_on is not None and consent.revoked_on != before
        action = "programme.consent.revoked" if is_revoked else "programme.consent.given"
        journal_consent(action, consent, by=by)
    return change


def journal_applied(applied: Applied, *, by: By) -> None:
    """Write down that a file was applied, if it wrote anything: its accounts, which others write, included."""
    tally, brand = applied.tally, applied.brand
    if tally.has_written:
        added, changed = tally.total(Change.ADDED), tally.total(Change.CHANGED)
        subject = f"brand:{brand.pk}"
        journal.record(
            "programme.file.applied", by=by, brand=brand, subject=subject, added=added, changed=changed
        )
