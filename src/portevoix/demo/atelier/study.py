"""The study with which the company began, written with its guest: sections, dated steps, rivals that were read."""

from datetime import timedelta
from typing import Any, Final

from portevoix.core import clock
from portevoix.demo.atelier.calendar import Calendar
from portevoix.people.models import Brand, User
from portevoix.programme.actions.study import move_step, show_figure, write_rival, write_section, write_step
from portevoix.programme.actions.versions import make_version
from portevoix.programme.models import StudySection, StudyStep
from portevoix.programme.states import StepState
from portevoix.programme.study.content import Coding

_SECTIONS: Final = (
    (
        "Ce pour quoi nous voulons être connus",
        "Une réponse juste, signée, en moins d’un jour. Nos formateurs savent répondre\u00a0; "
        "personne ne les entend.\n\n"
        "- une voix reconnue par gamme\n- des exemples plutôt que des promesses\n- la source, toujours",
    ),
    (
        "À qui nous parlons",
        "Ceux qui choisissent une formation ne sont pas ceux qui la suivent. Les responsables RH lisent le matin, "
        "les stagiaires le soir. Nous ne mélangeons jamais les deux dans nos chiffres.",
    ),
    (
        "Ce que font les autres",
        "Un organisme publie chaque jour sans jamais répondre. Le seul qui converse est anglais, et c’est le "
        "plus cité. La grille se relit deux fois par an.",
    ),
    (
        "Nos voix",
        "Huit personas, qui appartiennent à la marque et que des salariés tiennent en plus de leur métier. Chacun "
        "dit qui l’anime\u00a0: l’équipe d’Atelier Formation. Une voix qui n’a rien à dire est fermée.",
    ),
    (
        "Comment nous saurons",
        "Après quatre mois d’essai\u00a0: les mentions, les réponses reçues, et le temps réellement passé. Pas de "
        "classement entre ambassadeurs.",
    ),
)
_STEPS: Final = (
    ("Écouter ce qui se dit de nous", "France", -84, 21, "Peu de choses, et surtout des questions sans réponse."),
    ("Voir comment on fait ailleurs", "Royaume-Uni", -63, 21, "Trois entretiens\u00a0: répondre d’abord."),
    ("Voir comment on fait ailleurs", "Allemagne", -49, 14, "Des voix d’experts, peu nombreuses et très suivies."),
    ("Lire les concurrents", "France", -35, 21, "Quatre organismes codés selon la même grille."),
    ("Choisir les sphères, les gammes et les voix", "", -14, 14, "Quatre sphères, quatre gammes, huit personas."),
)  # fmt: skip
"""Title, country, first day from the beginning of the life, days, and what came out of it."""
_RIVALS: Final = (
    ("Cap Compétences", "France", "https://cap-competences.example", (3, 4, 1, 1, 0, 4, 0, 0)),
    ("Institut Vauban", "France", "https://institut-vauban.example", (2, 2, 2, 3, 1, 1, 1, 2)),
    ("Northgate Learning", "Royaume-Uni", "https://northgate.example", (3, 3, 4, 3, 2, 1, 3, 4)),
    ("Werkstatt Akademie", "Allemagne", "https://werkstatt.example", (1, 1, 2, 4, 1, 0, 1, 1)),
)
_CRITERIA: Final = (
    "networks", "cadence", "tone", "expert", "curated", "commercial", "courtesy", "answering",
)  # fmt: skip
_EVIDENCE: Final = {
    ("Cap Compétences", "cadence"): "Trois publications chaque jour ouvré, relevées pendant deux semaines.",
    ("Cap Compétences", "answering"): "Vingt-deux questions sous ses publications\u00a0; aucune réponse.",
    ("Institut Vauban", "expert"): "Six auteurs de la maison signent ce qui est publié.",
    ("Institut Vauban", "answering"): "Trois à cinq jours pour une réponse, toujours de la même personne.",
    ("Northgate Learning", "tone"): "Chaque message est signé d’un prénom.",
    ("Northgate Learning", "answering"): "Trois heures au milieu des quarante réponses relevées.",
    ("Werkstatt Akademie", "networks"): "Un seul compte, sur un réseau professionnel.",
    ("Werkstatt Akademie", "expert"): "Des études entières, chapitre après chapitre.",
}
"""What some grades rest on, by rival and criterion."""
_SHOWN: Final = ((0, "mentions_received"), (1, "distinct_people"), (4, "replies_received"))
"""Which of the brand's own figures stand beside which section, once there are figures."""


def write(brand: Brand, calendar: Calendar, *, by: User) -> None:
    """Write the whole study of `brand`, as it was when the programme began."""
    for title, text in _SECTIONS:
        write_section(brand, None, title=title, text=text, by=by)
    for title, country, begins, days, outcome in _STEPS:
        first = calendar.day(0, 1) + timedelta(days=begins)
        dates: dict[str, Any] = {"from_on": first, "until_on": first + timedelta(days=days - 1)}
        step = write_step(brand, None, title=title, country=country, outcome=outcome, **dates, by=by)
        for state in (StepState.UNDER_WAY, StepState.DONE):
            move_step(step, state, by=by)
    read_on = (calendar.day(0, 1) - timedelta(days=20)).isoformat()
    for name, country, site, grades in _RIVALS:
        codings = [
            Coding(criterion, grade, _EVIDENCE.get((name, criterion), ""), read_on)
            for criterion, grade in zip(_CRITERIA, grades, strict=True)
        ]
        write_rival(brand, None, name=name, country=country, site=site, codings=codings, by=by)


def adopt(brand: Brand, *, by: User) -> None:
    """Freeze the study as it was adopted: no figure existed then."""
    reason = "Adoptée par la direction avant l’ouverture des premiers comptes."
    make_version(brand, reason=reason, values={}, by=by, now=clock.now())


def compare(brand: Brand, *, by: User) -> None:
    """Set figures beside the text once there are some."""
    sections = list(StudySection.objects.filter(brand=brand, is_removed=False))
    for place, metric in _SHOWN:
        show_figure(sections[place], metric=metric, voice=None, month="", by=by)


def begin_again(brand: Brand, calendar: Calendar, *, by: User) -> StudyStep:
    """Begin to read the study again, a year later."""
    first = calendar.day(12, 8)
    title = "Relire l’étude, un an après"
    step = write_step(brand, None, title=title, from_on=first, until_on=first + timedelta(days=60), by=by)
    return move_step(step, StepState.UNDER_WAY, by=by)
