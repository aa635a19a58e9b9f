"""What the company agreed, written as programme files: the lead's way to say it (`docs/programme-file.md`)."""

import json
from datetime import timedelta
from typing import Any

from django.db import transaction

from portevoix.core import clock
from portevoix.demo.atelier.calendar import Calendar
from portevoix.demo.atelier.cast import NAME, SLUG, ZONE, Part
from portevoix.networks.actions.holdings import hold_accounts
from portevoix.networks.registry import NETWORKS
from portevoix.people.journal import By
from portevoix.people.models import Brand
from portevoix.programme import queries
from portevoix.programme.actions import apply, journal_applied
from portevoix.programme.file.reader import read

Document = dict[str, Any]
_DISCLOSURE = "Voix d’Atelier Formation, tenue par son équipe."


@transaction.atomic
def write(document: Document, *, by: By) -> Brand:
    """Apply a programme file of the company, now; return its brand. Raises BadProgrammeFile, NotAllowed."""
    now = clock.now()
    named = {**document, "brand": {"slug": SLUG, **document.get("brand", {})}}
    content = json.dumps(named, default=str).encode()  # which is YAML too
    file = read(content, networks=NETWORKS, stored=queries.stored, now=now)
    applied = apply(file, by=by, now=now)
    applied.tally.add(hold_accounts(applied.brand, file.accounts, by=by))
    journal_applied(applied, by=by)
    return applied.brand


def beginning(calendar: Calendar) -> Document:
    """Return the programme as it began: spheres, ranges, a test of some months, a first editorial line."""
    return {
        "brand": {"name": NAME, "time_zone": ZONE, "languages": ["fr", "en"]},
        "spheres": [
            {
                "key": "corporate",
                "objectives": ["Être la source que citent les journalistes de la formation"],
            },
            {"key": "business", "objectives": ["Une voix reconnue par gamme", "Répondre en moins d’un jour"]},
            {"key": "sales", "objectives": ["Faire connaître le catalogue sans le réciter"]},
            {"key": "people", "objectives": ["Montrer les métiers, par celles et ceux qui les exercent"]},
        ],
        "ranges": _ranges(),
        "phases": [_test(calendar)],
        "line": {
            "from": calendar.day(0, 1),
            "topics": ["droit du travail", "vente", "secteur public", "assistanat", "pédagogie"],
            "tone": "Précis, simple, jamais moqueur.",
            "languages": ["fr", "en"],
            "forbidden_words": ["révolutionnaire", "incontournable"],
            "disclosure": _DISCLOSURE,
            "commercial_ceiling": 30,
            "courtesy": ["Citer la source", "Remercier qui partage"],
        },
    }


def _ranges() -> list[Document]:
    return [
        {
            "slug": "rh",
            "name": "Ressources humaines",
            "objectives": ["Remplir les sessions de printemps", "Deux articles repris par mois"],
            "cadence": 4,
            "vocabulary": ["entretien professionnel", "compétences", "dialogue social"],
            "audience_segments": ["responsables RH", "stagiaires"],
            "preferred_networks": ["sandbox", "linkedin"],
        },
        {
            "slug": "marketing",
            "name": "Marketing et commercial",
            "objectives": ["Faire connaître le parcours « vente complexe »"],
            "cadence": 3,
            "vocabulary": ["prospection", "satisfaction", "prix"],
            "audience_segments": ["directions commerciales", "stagiaires"],
            "preferred_networks": ["sandbox", "x"],
        },
        {
            "slug": "secteur-public",
            "name": "Secteur public",
            "objectives": ["Être lu dans les petites communes"],
            "cadence": 3,
            "vocabulary": ["achat public", "usagers", "délibération"],
            "audience_segments": ["collectivités", "hôpitaux"],
            "preferred_networks": ["sandbox", "mastodon"],
        },
        {
            "slug": "assistanat",
            "name": "Assistanat et organisation",
            "objectives": ["Parler à celles et ceux que l’on oublie"],
            "cadence": 2,
            "vocabulary": ["compte rendu", "agenda", "accueil"],
            "audience_segments": ["assistantes et assistants", "dirigeants"],
            "preferred_networks": ["sandbox", "facebook"],
        },
    ]


def _test(calendar: Calendar) -> Document:
    criteria = ["Quatre voix tenues trois mois de suite", "Une réponse à chaque question posée"]
    return {"slug": "essai", "kind": "test", "from": calendar.day(0, 1), "exit_criteria": criteria}


def expertise(calendar: Calendar) -> Document:
    """Return what was agreed at the end of the test: experts first, range by range."""
    day = calendar.day(3, 5)
    common: Document = {"kind": "expertise", "from": day, "commercial_ceiling": 20}
    return {
        "phases": [
            {**_test(calendar), "to": day},
            {**common, "slug": "expertise-rh", "range": "rh", "targets": {"reposts_received": 40}},
            {
                **common,
                "slug": "expertise-marketing",
                "range": "marketing",
                "targets": {"likes_received": 90},
            },
            {
                **common,
                "slug": "expertise-public",
                "range": "secteur-public",
                "targets": {"mentions_received": 12},
            },
        ]
    }


def second_line() -> Document:
    """Return the second version of the editorial line: less selling, more courtesy."""
    return {
        "line": {
            "topics": ["droit du travail", "vente", "secteur public", "assistanat", "pédagogie", "métiers"],
            "forbidden_words": ["révolutionnaire", "incontournable", "disruptif"],
            "commercial_ceiling": 20,
            "courtesy": [
                "Citer la source",
                "Remercier qui partage",
                "Répondre à chaque question sous un jour",
            ],
        }
    }


def relations(calendar: Calendar) -> Document:
    """Return the phase in which the human-resources range turns to people who count in its field."""
    phase = {
        "slug": "relations-rh",
        "kind": "relations",
        "range": "rh",
        "from": calendar.day(10, 7),
        "commercial_ceiling": 15,
        "targets": {"mentions_received": 25, "distinct_people": 150},
    }
    return {"phases": [phase]}


def second_test(calendar: Calendar) -> Document:
    """Return the test of the range of office work, which ends within weeks from now."""
    phase = {
        "slug": "essai-assistanat",
        "kind": "test",
        "range": "assistanat",
        "from": calendar.day(11, 7),
        "to": calendar.now.astimezone(calendar.zone).date() + timedelta(days=20),
        "exit_criteria": ["Deux publications par semaine", "Un lectorat d’assistantes et d’assistants"],
    }
    return {"phases": [phase]}


def voice(part: Part, calendar: Calendar) -> Document:
    """Return the entry of a voice that begins, with its accounts and, under a person's own name, the consent."""
    day = calendar.day(part.enters, 2)
    entry: Document = {"slug": part.slug, "kind": "persona", "state": "candidate", **part.words}
    entry["name"] = part.public_name
    entry["accounts"] = [
        {
            "network": "sandbox",
            "remote_id": presence.id,
            "handle": presence.handle,
            "display_name": part.public_name,
            "from": day,
        }
        for presence in part.presences
    ]
    if part.is_named:
        entry["consent"] = {"given_on": day, "figures_shared": part.is_shared}
    return {"voices": [entry]}


def ended(part: Part, calendar: Calendar, *, on: int) -> Document:
    """Return the entry of a voice that holds its accounts until the day `on` of the month in which it closes."""
    scene = part.closes or 0
    begun, ended = calendar.day(part.enters, 2), calendar.day(scene, on)
    accounts = [
        {"network": "sandbox", "remote_id": presence.id, "from": begun, "to": ended}
        for presence in part.presences
    ]
    return {"voices": [{"slug": part.slug, "accounts": accounts}]}
