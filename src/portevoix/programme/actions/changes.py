"""Changing a programme from a page: the same rows, checks and sentences as a programme file's."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db import transaction

from portevoix.people import journal
from portevoix.people.journal import By
from portevoix.people.models import Brand
from portevoix.programme import queries, rights
from portevoix.programme.actions.checks import Check, unchecked
from portevoix.programme.actions.files import Applied, apply
from portevoix.programme.file.entries import ProgrammeFile
from portevoix.programme.file.reader import read_tree
from portevoix.programme.file.typed import Typed, compose
from portevoix.programme.models import Voice
from portevoix.programme.tally import Change

Document = Mapping[str, Mapping[str, Typed] | Sequence[Mapping[str, Typed]]]
"""Sections of a programme file as somebody typed them; the brand's slug is left out."""


@transaction.atomic
def change(
    brand: Brand,
    document: Document,
    fields: Sequence[str],
    *,
    networks: Collection[str],
    by: By,
    now: datetime,
    check: Check = unchecked,
) -> Applied:
    """Write what `document` says of `brand`: rows it names are added or changed, all others are kept.

    `fields` are the form's, by which a problem's line is told; `networks` the keys that may be named; `check` is
    called once nobody else can write, and raises where the form is out of date. Raises NotAllowed, and
    BadProgrammeFile, nothing written.
    """
    rights.require("programme.change", by=by, on=brand)
    Brand.objects.select_for_update().get(pk=brand.pk)
    check()
    file = read_typed(brand, document, fields, networks=networks, now=now)
    applied = apply(file, by=by, now=now)
    _journal(applied, file, by=by)
    return applied


def read_typed(
    brand: Brand, document: Document, fields: Sequence[str], *, networks: Collection[str], now: datetime
) -> ProgrammeFile:
    """Return what `document` says of `brand`, read against what is stored now. Raises BadProgrammeFile.

    To be called in the transaction that writes it: the brand is locked.
    """
    told = {"slug": brand.slug, **_mapping(document.get("brand", {}))}
    root = compose({**document, "brand": told}, fields)
    return read_tree(root, networks=networks, stored=queries.stored, now=now)


def _mapping(section: Mapping[str, Typed] | Sequence[Mapping[str, Typed]]) -> Mapping[str, Typed]:
    return section if isinstance(section, Mapping) else {}


def _journal(applied: Applied, file: ProgrammeFile, *, by: By) -> None:
    """Write down which kinds of row were changed, which of their fields, and the voice where it is one."""
    tally, brand = applied.tally, applied.brand
    if not tally.has_written:
        return
    kinds = [kind for kind, counts in tally.kinds.items() if counts[Change.ADDED] or counts[Change.CHANGED]]
    facts = {"kinds": ", ".join(kinds), "written": ", ".join(tally.written)}
    subject = f"brand:{brand.pk}"
    if file.voices:
        subject = f"voice:{Voice.objects.get(brand=brand, slug=file.voices[0].slug).pk}"
    journal.record("programme.changed", by=by, brand=brand, subject=subject, **facts)
