"""Who there is: an invented company, its voices and its people. First names of personas are nobody's of them."""

from dataclasses import dataclass, field
from typing import Final

from portevoix.people.models import Role

SLUG: Final = "atelier"
NAME: Final = "Atelier Formation"
ZONE: Final = "Europe/Paris"
LEAD: Final = "helene.aubrac@example.org"
GUEST: Final = "fiona.teasdale@example.org"


@dataclass(frozen=True)
class Person:
    """Somebody of the company, or a guest: `guest_days` is for how many days from now the access still lasts."""

    email: str
    name: str
    role: Role
    scene: int = 0
    language: str = "fr"
    guest_days: int | None = None


@dataclass(frozen=True)
class Presence:
    """An account on the sandbox: with so many followers at first, and so many newcomers a day on average."""

    id: str
    handle: str
    followers: int
    growth: float
    language: str = "fr"


@dataclass(frozen=True)
class Part:
    """A voice and what happens to it, by scene: when it is first heard, settled, closed (None: it is not).

    `cadence` is posts a week. `words` is the programme file's entry, states and accounts aside.
    """

    slug: str
    first_holder: str
    enters: int
    cadence: float
    presences: tuple[Presence, ...]
    words: dict[str, object] = field(hash=False)
    settles: int | None = None
    closes: int | None = None
    is_shared: bool | None = None
    """For a named voice: whether the person shares the figures. None: it is no named voice."""

    @property
    def public_name(self) -> str:
        """Return how the voice is called everywhere: a persona says whose it is."""
        return str(self.words.get("name") or f"{self.words['first_name']} d’{NAME}")

    @property
    def is_named(self) -> bool:
        """Return whether an employee speaks here under the own name."""
        return self.is_shared is not None


PEOPLE: Final = (
    Person(LEAD, "Hélène Aubrac", Role.LEAD),
    Person("berengere.chauvet@example.org", "Bérengère Chauvet", Role.AMBASSADOR),
    Person("etienne.duquesne@example.org", "Étienne Duquesne", Role.AMBASSADOR),
    Person("karine.escoffier@example.org", "Karine Escoffier", Role.AMBASSADOR),
    Person("gilles.fauvel@example.org", "Gilles Fauvel", Role.AMBASSADOR),
    Person("mathilde.herbin@example.org", "Mathilde Herbin", Role.AMBASSADOR),
    Person("stephane.jolivet@example.org", "Stéphane Jolivet", Role.AMBASSADOR),
    Person("aurelie.kermarec@example.org", "Aurélie Kermarec", Role.AMBASSADOR, scene=6),
    Person("benoit.loriot@example.org", "Benoît Loriot", Role.AMBASSADOR, scene=11),
    Person("damien.maupas@example.org", "Damien Maupas", Role.AMBASSADOR, scene=8),
    Person("julien.berthier@example.org", "Julien Berthier", Role.AMBASSADOR, scene=2),
    Person("claire.nivelle@example.org", "Claire Nivelle", Role.AMBASSADOR, scene=3),
    Person("thomas.ollivon@example.org", "Thomas Ollivon", Role.AMBASSADOR, scene=4),
    Person("philippe.quemener@example.org", "Philippe Quéméner", Role.MANAGER),
    Person("anne.rostand@example.org", "Anne Rostand", Role.REVIEWER),
    Person("bertrand.sauvage@example.org", "Bertrand Sauvage", Role.EXECUTIVE),
    Person("xavier.urvoy@example.org", "Xavier Urvoy", Role.EXPERT, scene=3),
    Person("ursule.thebault@example.org", "Ursule Thébault", Role.PROTECTION_OFFICER),
    Person(GUEST, "Fiona Teasdale", Role.CONSULTANT, language="en", guest_days=10),
)
SUCCESSOR: Final = ("ines", "damien.maupas@example.org", 8)
"""Whose voice passes on, to whom, in which scene."""
DEPUTY: Final = ("hugo", "aurelie.kermarec@example.org")
"""Whose absence is bridged at present, and by whom."""

PARTS: Final = (
    Part(
        "atelier",
        LEAD,
        enters=0,
        settles=0,
        cadence=4.0,
        presences=(
            Presence("atelier", "atelier", 2900, 3.4),
            Presence("atelier-en", "atelier.training", 640, 1.1, "en"),
        ),
        words={
            "kind": "brand",
            "name": NAME,
            "sphere": "corporate",
            "languages": ["fr", "en"],
            "biography": "Atelier Formation, organisme de formation. Compte officiel, à plusieurs mains.",
            "watch_domain": "La formation professionnelle, ses règles et ses chiffres",
            "weekly_minutes": 120,
        },
    ),
    Part(
        "marion",
        "berengere.chauvet@example.org",
        enters=0,
        settles=3,
        cadence=3.6,
        presences=(Presence("marion", "marion.atelier", 720, 2.2),),
        words={
            "first_name": "Marion",
            "sphere": "business",
            "range": "rh",
            "languages": ["fr"],
            "biography": "Je lis le droit du travail pour les équipes RH. Voix d’Atelier Formation, "
            "tenue par son équipe.",
            "watch_domain": "Droit du travail, entretiens, compétences",
            "weekly_minutes": 90,
        },
    ),
    Part(
        "hugo",
        "etienne.duquesne@example.org",
        enters=0,
        settles=3,
        cadence=3.2,
        presences=(Presence("hugo", "hugo.atelier", 560, 1.9),),
        words={
            "first_name": "Hugo",
            "sphere": "business",
            "range": "marketing",
            "languages": ["fr", "en"],
            "biography": "Marketing et vente, exemples à l’appui. Voix d’Atelier Formation, tenue par son équipe.",
            "watch_domain": "Études de marché, prix, relation client",
            "weekly_minutes": 75,
        },
    ),
    Part(
        "ines",
        "karine.escoffier@example.org",
        enters=0,
        settles=3,
        cadence=2.6,
        presences=(Presence("ines", "ines.atelier", 410, 1.4),),
        words={
            "first_name": "Inès",
            "sphere": "business",
            "range": "secteur-public",
            "languages": ["fr"],
            "biography": "Ce qui bouge dans les collectivités et les hôpitaux. Voix d’Atelier Formation, "
            "tenue par son équipe.",
            "watch_domain": "Fonction publique, achats publics, service aux usagers",
            "weekly_minutes": 60,
        },
    ),
    Part(
        "paul",
        "gilles.fauvel@example.org",
        enters=0,
        closes=5,
        cadence=1.1,
        presences=(Presence("paul", "paul.atelier", 130, 0.2),),
        words={
            "first_name": "Paul",
            "sphere": "business",
            "range": "rh",
            "languages": ["fr"],
            "biography": "La paie, ligne par ligne. Voix d’Atelier Formation, tenue par son équipe.",
            "watch_domain": "Paie et charges sociales",
            "weekly_minutes": 30,
        },
    ),
    Part(
        "nadia",
        "mathilde.herbin@example.org",
        enters=0,
        settles=4,
        cadence=2.4,
        presences=(Presence("nadia", "nadia.atelier", 350, 1.2),),
        words={
            "first_name": "Nadia",
            "sphere": "sales",
            "range": "assistanat",
            "languages": ["fr"],
            "biography": "Pour celles et ceux qui font tourner les équipes. Voix d’Atelier Formation, "
            "tenue par son équipe.",
            "watch_domain": "Métiers de l’assistanat, outils de bureau, organisation",
            "weekly_minutes": 60,
        },
    ),
    Part(
        "olivier",
        "stephane.jolivet@example.org",
        enters=2,
        settles=5,
        closes=10,
        cadence=1.7,
        presences=(Presence("olivier", "olivier.atelier", 240, 0.6),),
        words={
            "first_name": "Olivier",
            "sphere": "business",
            "range": "marketing",
            "languages": ["fr"],
            "biography": "La vente sans jargon. Voix d’Atelier Formation, tenue par son équipe.",
            "watch_domain": "Prospection, négociation, grands comptes",
            "weekly_minutes": 45,
        },
    ),
    Part(
        "sarah",
        "aurelie.kermarec@example.org",
        enters=7,
        settles=10,
        cadence=2.8,
        presences=(Presence("sarah", "sarah.atelier", 210, 2.0),),
        words={
            "first_name": "Sarah",
            "sphere": "business",
            "range": "rh",
            "languages": ["fr", "en"],
            "biography": "Apprendre au travail. Voix d’Atelier Formation, tenue par son équipe.",
            "watch_domain": "Pédagogie des adultes, formation à distance",
            "weekly_minutes": 60,
        },
    ),
    Part(
        "lucie",
        "benoit.loriot@example.org",
        enters=12,
        cadence=2.2,
        presences=(Presence("lucie", "lucie.atelier", 60, 1.6),),
        words={
            "first_name": "Lucie",
            "sphere": "people",
            "range": "secteur-public",
            "languages": ["fr"],
            "biography": "Les métiers de la formation vus de l’intérieur. Voix d’Atelier Formation, "
            "tenue par son équipe.",
            "watch_domain": "Métiers de la formation, vie des centres",
            "weekly_minutes": 45,
        },
    ),
    Part(
        "julien-berthier",
        "julien.berthier@example.org",
        enters=3,
        settles=3,
        cadence=1.4,
        presences=(Presence("julien-berthier", "julien.berthier", 310, 0.7),),
        is_shared=True,
        words={
            "kind": "named",
            "name": "Julien Berthier",
            "sphere": "sales",
            "range": "marketing",
            "languages": ["fr"],
            "biography": "Commercial chez Atelier Formation. Je parle en mon nom.",
        },
    ),
    Part(
        "claire-nivelle",
        "claire.nivelle@example.org",
        enters=4,
        settles=4,
        cadence=1.2,
        presences=(Presence("claire-nivelle", "claire.nivelle", 260, 0.6),),
        is_shared=False,
        words={
            "kind": "named",
            "name": "Claire Nivelle",
            "sphere": "people",
            "languages": ["fr"],
            "biography": "Responsable pédagogique chez Atelier Formation. Je parle en mon nom.",
        },
    ),
    Part(
        "thomas-ollivon",
        "thomas.ollivon@example.org",
        enters=5,
        settles=5,
        closes=9,
        cadence=1.0,
        presences=(Presence("thomas-ollivon", "thomas.ollivon", 180, 0.4),),
        is_shared=False,
        words={
            "kind": "named",
            "name": "Thomas Ollivon",
            "sphere": "sales",
            "range": "rh",
            "languages": ["fr"],
            "biography": "Commercial chez Atelier Formation. Je parle en mon nom.",
        },
    ),
)
BY_SLUG: Final = {part.slug: part for part in PARTS}
PERSONAS: Final = tuple(part for part in PARTS if "kind" not in part.words)
