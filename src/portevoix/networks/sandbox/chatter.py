"""What simulated people say. Phrases are drawn by number, so that they stay the same; add at the end only."""

from collections.abc import Mapping

from portevoix.networks.contracts import Kind

PHRASES: Mapping[str, Mapping[Kind, tuple[str, ...]]] = {
    "en": {
        Kind.REPLY: (
            "Thank you, this is just what our team was looking for.",
            "Interesting. Do you have a source for that figure?",
            "We tried it last year and came to the same conclusion.",
            "I am not convinced: how does it work in a small company?",
            "Would you come and tell this at our next meeting?",
            "Well said. I would add that people need time for it.",
            "Could you explain the second point?",
        ),
        Kind.QUOTE: (
            "Worth reading before Monday’s meeting.",
            "I see it otherwise, but the question is the right one.",
            "This sums up ten years of our trade.",
            "For those who asked me about it last week.",
        ),
        Kind.MENTION: (
            "What does {handle} think of this?",
            "Good exchange this morning with {handle}, thank you.",
            "#FollowFriday {handle}, for the patience with beginners.",
            "Does anybody know whether {handle} has written about that?",
        ),
    },
    "fr": {
        Kind.REPLY: (
            "Merci, c’est exactement ce que cherchait notre équipe.",
            "Intéressant. Avez-vous la source de ce chiffre ?",
            "Nous l’avons essayé l’an dernier : même conclusion.",
            "Pas convaincu : et dans une petite entreprise ?",
            "Viendriez-vous raconter cela à notre prochaine rencontre ?",
            "Bien dit. J’ajoute qu’il faut du temps pour cela.",
            "Pourriez-vous expliquer le deuxième point ?",
        ),
        Kind.QUOTE: (
            "À lire avant la réunion de lundi.",
            "Je vois les choses autrement, mais la question est la bonne.",
            "Voilà dix ans de notre métier en trois lignes.",
            "Pour ceux qui m’en parlaient la semaine dernière.",
        ),
        Kind.MENTION: (
            "Qu’en pense {handle} ?",
            "Bel échange ce matin avec {handle}, merci.",
            "#FollowFriday {handle}, pour sa patience avec les débutants.",
            "Quelqu’un sait-il si {handle} a écrit là-dessus ?",
        ),
    },
}


def phrase(kind: Kind, draw: int, *, language: str, handle: str) -> str:
    """Return what is said in an act of this kind. `draw` is any number from 0; `handle` has no @."""
    said = PHRASES.get(language, PHRASES["en"])[kind]
    return said[draw % len(said)].replace("{handle}", f"@{handle}")
