"""What the company's voices say, in variety: a subject of the voice's own, a remark, and an ending.

`post` numbers its sentences so that no two of one voice are alike, however many there are asked.
"""

from collections.abc import Mapping
from typing import Final

SUBJECTS: Final[Mapping[str, tuple[str, ...]]] = {
    "atelier": (
        "Choisir une formation quand on est douze dans l’entreprise",
        "Ce que nos stagiaires retiennent six mois après",
        "Le catalogue de la saison",
        "Financer une formation sans y passer ses soirées",
        "Douze centres, une même façon d’accueillir",
        "La formation à distance, un an plus tard",
        "Évaluer une session sans questionnaire de vingt pages",
        "L’accessibilité de nos salles et de nos supports",
        "Former les encadrants de proximité",
    ),
    "atelier-en": (
        "Choosing a course when you are a team of twelve",
        "What people remember six months later",
        "Training across borders",
        "Remote sessions, one year on",
        "Measuring a course without a twenty-page form",
        "Coaching first-time managers",
    ),
    "marion": (
        "L’entretien professionnel",
        "Le plan de développement des compétences",
        "La période d’essai",
        "Le télétravail et l’accord qui va avec",
        "Le droit à la déconnexion",
        "La rupture conventionnelle",
        "Le règlement intérieur",
        "La visite de reprise",
        "Le document unique d’évaluation des risques",
        "La transparence des salaires",
    ),
    "hugo": (
        "Le prix psychologique",
        "Une enquête de satisfaction qui sert à quelque chose",
        "Le plan marketing en une page",
        "La segmentation par usages",
        "Le taux de réachat",
        "L’argumentaire qui tient en trois phrases",
        "La relance sans insister",
        "Le parcours d’achat entre entreprises",
        "Le tableau de bord du lundi",
    ),
    "ines": (
        "L’achat public responsable",
        "L’accueil des usagers en mairie",
        "La lettre administrative lisible",
        "Le budget d’une petite commune",
        "L’encadrement d’équipe à l’hôpital",
        "La délibération, pas à pas",
        "La mobilité dans la fonction publique",
        "Le télétravail dans les collectivités",
        "L’open data communal",
    ),
    "paul": (
        "Le bulletin de paie clarifié",
        "La régularisation des charges",
        "Les heures supplémentaires exonérées",
        "La prime de partage de la valeur",
        "Le titre-restaurant et ses plafonds",
        "La déclaration sociale nominative",
        "L’indemnité de congés payés",
    ),
    "nadia": (
        "Le compte rendu rédigé dans l’heure",
        "L’agenda partagé de trois dirigeants",
        "Le classement que tout le monde retrouve",
        "La note de frais sans papier",
        "L’accueil téléphonique difficile",
        "L’assistanat de plusieurs équipes",
        "La réunion à distance bien préparée",
        "Le courriel en cinq lignes",
        "La prise de notes rapide",
    ),
    "olivier": (
        "Le premier appel à un grand compte",
        "La négociation face à un acheteur formé",
        "La prospection sans fichier",
        "Le rendez-vous qui ne vend rien",
        "La concession qui se paie",
        "L’objection sur le prix",
        "Le compte rendu de visite",
        "Le forfait contre la régie",
    ),
    "sarah": (
        "La courbe de l’oubli",
        "L’apprentissage en situation de travail",
        "Le module de dix minutes",
        "La classe à distance qui fait parler",
        "L’évaluation à froid",
        "Le tutorat entre pairs",
        "La réalité virtuelle, hors mode",
        "L’exercice raté, et bien raté",
        "Le formateur occasionnel",
    ),
    "lucie": (
        "Une journée dans un centre de formation",
        "Le métier de responsable pédagogique",
        "La préparation d’une salle",
        "Devenir formatrice à quarante ans",
        "Ce que l’on entend à la pause",
        "L’équipe du planning",
        "La première session d’une collègue",
    ),
    "julien-berthier": (
        "Ma matinée de rendez-vous",
        "Une question de client entendue hier",
        "Le salon de la semaine",
        "Pourquoi je rappelle toujours le vendredi",
        "Un devis refusé, et bien refusé",
        "Ce que je lis dans le train",
    ),
    "claire-nivelle": (
        "La session que j’ai suivie au fond de la salle",
        "Un support refait de zéro",
        "Recruter un formateur",
        "Le retour d’une stagiaire",
        "Une réunion pédagogique utile",
        "Notre atelier du jeudi",
    ),
    "thomas-ollivon": (
        "Ma semaine chez les clients",
        "Un service RH qui se forme lui-même",
        "La convention signée ce matin",
        "Ce que demandent les PME",
        "Une visite de centre",
        "Le catalogue expliqué en deux minutes",
    ),
}

REMARKS: Final[Mapping[str, tuple[str, ...]]] = {
    "fr": (
        "ce que nous avons appris en trois sessions, et ce que nous referions autrement.",
        "une méthode en quatre étapes, à essayer dès lundi.",
        "l’erreur la plus fréquente est de commencer par l’outil.",
        "trois chiffres suffisent pour savoir où l’on en est.",
        "un cas réel, raconté par une stagiaire de Lyon.",
        "la règle a changé ; voici ce que cela change pour une petite équipe.",
        "dix minutes de préparation en font gagner soixante.",
        "on en parle beaucoup, on le mesure peu.",
        "la question à poser avant de signer quoi que ce soit.",
        "ce que disent les textes, et ce que font les équipes.",
        "une fiche d’une page, à imprimer et à annoter.",
        "le plus difficile n’est pas de savoir, c’est d’oser demander.",
        "commencer petit, montrer le résultat, puis élargir.",
        "deux lectures opposées, et de bonnes raisons des deux côtés.",
    ),
    "en": (
        "what three sessions taught us, and what we would do otherwise.",
        "four steps to try on Monday.",
        "most people begin with the tool; begin with the question.",
        "three figures are enough to know where you stand.",
        "a true story, told by a trainee in Lille.",
        "much talked about, seldom measured.",
        "ten minutes of preparation save sixty.",
        "start small, show the result, then widen.",
    ),
}

ENDINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "fr": (
        "Et chez vous ?",
        "Merci à @{credit} pour l’idée.",
        "La suite vendredi.",
        "Vu chez @{credit}, à lire en entier.",
        "Je garde vos exemples pour la prochaine session.",
        "Qui a essayé ?",
        "À lire avec la note de @{sibling}.",
        "Le détail tient en une fiche : https://sandbox.invalid/fiches/{number}",
        "Bonne semaine à toutes les équipes.",
        "Bravo à @{credit}, qui l’a fait avant nous.",
        "Il reste quelques places le mois prochain.",
        "Qu’est-ce que j’oublie ?",
    ),
    "en": (
        "What about you?",
        "Thanks to @{credit} for the idea.",
        "More on Friday.",
        "Worth reading in full at @{credit}.",
        "Who has tried it?",
        "The details fit on a page: https://sandbox.invalid/notes/{number}",
    ),
}
_STEP: Final = 977
"""A prime that divides no number of sentences: stepping by it meets each of them once."""


def post(account: str, number: int, *, language: str, credit: str, sibling: str) -> str:
    """Return the post `number` (from 0) of `account`; `credit` and `sibling` are handles without @.

    Two numbers give two texts as long as there are fewer than the account has sentences (`sentences`).
    """
    subjects, remarks, endings = SUBJECTS[account], REMARKS[language], ENDINGS[language]
    place = number * _STEP % sentences(account, language)
    rest, subject = divmod(place, len(subjects))
    ending, remark = divmod(rest, len(remarks))
    colon = "\u00a0: " if language == "fr" else ": "
    said = endings[ending].format(credit=credit, sibling=sibling, number=1000 + number)
    return f"{subjects[subject]}{colon}{remarks[remark]} {said}"


def sentences(account: str, language: str) -> int:
    """Return how many different posts `account` has to say."""
    return len(SUBJECTS[account]) * len(REMARKS[language]) * len(ENDINGS[language])


THANKS: Final[Mapping[str, tuple[str, ...]]] = {
    "fr": (
        "Merci @{name}.",
        "Bonjour @{name}, bonne question.",
        "@{name}, vous avez raison de le demander.",
        "Merci de votre lecture, @{name}.",
        "@{name}, c’est noté.",
        "Oui, @{name}.",
    ),
    "en": ("Thank you, @{name}.", "Good question, @{name}.", "Noted, @{name}."),
}
ANSWERS: Final[Mapping[str, tuple[str, ...]]] = {
    "fr": (
        "Dans une petite équipe, nous commençons par une seule personne volontaire.",
        "La source est en première page de la fiche, avec sa date.",
        "Cela dépend de l’effectif ; au-delà de cinquante, la règle est plus stricte.",
        "Je pose la question à notre expert et je reviens vers vous.",
        "Vous me dites comment cela se passe chez vous ?",
        "Nous en parlons jeudi, l’entrée est libre.",
        "C’est justement le sujet du prochain article.",
    ),
    "en": (
        "In a small team we begin with one volunteer.",
        "The source stands on the first page, with its date.",
        "I will ask our expert and come back to you.",
    ),
}


def answer(draw: int, *, language: str, name: str) -> str:
    """Return what is answered to the person of handle `name`; `draw` is any number from 0."""
    thanks, answers = THANKS[language], ANSWERS[language]
    rest, first = divmod(draw, len(thanks))
    return f"{thanks[first].format(name=name)} {answers[rest % len(answers)]}"


ECHOES: Final = (
    "Même constat de notre côté, avec les stagiaires d’Angers.",
    "J’ajoute un exemple : une équipe de quatre, sans budget, en six semaines.",
    "À relire avant la prochaine réunion d’équipe.",
    "Et cela vaut aussi pour les encadrants.",
    "Je le transmets à celles et ceux qui m’ont posé la question.",
)
"""What one voice of the company answers another."""

COMMENTS: Final = (
    "Mois régulier. Les questions viennent surtout des petites entreprises.",
    "Les articles courts marchent mieux que les fiches ; je continue dans ce sens.",
    "Beaucoup de réponses sur un seul sujet : j’en fais une série.",
    "Moins de temps que prévu, deux publications par semaine au lieu de trois.",
    "De nouveaux abonnés après l’échange de la deuxième semaine.",
    "Peu de reprises, mais des conversations plus longues.",
    "Le thème du mois intéressait moins ; j’en change.",
    "Trois personnes m’ont demandé le programme : transmis aux collègues.",
    "J’ai davantage crédité mes sources, et elles répondent.",
)
"""What people say of a month's figures; of a good one and of a poor one, below."""
GOOD_MONTH: Final = (
    "Très bon mois : la semaine des métiers a été reprise partout.",
    "La série de la rentrée a porté ; les mentions ont doublé.",
    "Excellent mois, porté par trois articles et beaucoup de réponses.",
    "Le meilleur mois depuis le début ; je note ce qui a marché.",
    "Deux journalistes ont cité mes publications.",
    "Beaucoup de nouveaux lecteurs, venus par les collègues des autres gammes.",
    "Les exemples de stagiaires ont été repris plus que tout le reste.",
    "J’ai publié davantage, et chaque publication a mieux marché.",
    "La question posée en début de mois a reçu des réponses pendant trois semaines.",
)
POOR_MONTH: Final = (
    "Mois faible : congés, puis un dossier urgent. Je reprends le rythme.",
    "Peu de publications, donc peu de retours. C’était prévu.",
    "Mois creux ; j’en ai profité pour préparer les fiches de la suite.",
    "Deux semaines d’absence, et personne pour prendre le relais.",
    "Rien de neuf dans mon domaine ce mois-ci.",
    "La période des inscriptions ne m’a pas laissé le temps convenu.",
    "J’ai surtout répondu, peu publié.",
    "Mois à oublier ; le calendrier du suivant est déjà rempli.",
    "Une seule publication par semaine, mais elles ont été lues.",
)


def comment(scene: int, place: int, said: tuple[str, ...] = COMMENTS) -> str:
    """Return what the voice at `place` says of the month of `scene`: no two voices of a month say the same."""
    return said[(scene * _TURN + place) % len(said)]


_TURN: Final = 4
"""By how much the comments move on from month to month."""
