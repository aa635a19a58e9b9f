"""The people of the sandbox: any number of them, each always the same."""

import unicodedata
from functools import lru_cache

from portevoix.networks.contracts import ActorRef
from portevoix.networks.sandbox.chance import Dice

BLOCK = 20_011
"""How many people one crowd is drawn from before it needs more: a prime, so that any step visits them all."""
SITE = "https://sandbox.invalid"
PREFIX = "person/"
_DIGITS = 12

FIRST_NAMES = (
    *(
        "Adèle",
        "Amadou",
        "Ana",
        "Arthur",
        "Béatrice",
        "Camille",
        "Chiara",
        "Clément",
        "Daria",
        "Driss",
        "Elif",
    ),
    *(
        "Émile",
        "Fatou",
        "Félix",
        "Greta",
        "Hugo",
        "Inès",
        "Ivan",
        "Jeanne",
        "Joris",
        "Karim",
        "Lena",
        "Lucas",
    ),
    *(
        "Maëlle",
        "Malik",
        "Nadia",
        "Noé",
        "Olga",
        "Oscar",
        "Paola",
        "Quentin",
        "Rosa",
        "Sacha",
        "Tomas",
        "Yara",
    ),
)
LAST_NAMES = (
    *("Abel", "Andrieu", "Barros", "Benali", "Bianchi", "Carlier", "Cissé", "Delmas", "Dubreuil", "Ekman"),
    *(
        "Fabre",
        "Fischer",
        "Garnier",
        "Haddad",
        "Hoffmann",
        "Jansen",
        "Keller",
        "Lacoste",
        "Lambert",
        "Lindqvist",
    ),
    *("Marchetti", "Mercier", "Moreau", "Novak", "Okafor", "Pereira", "Petit", "Rahimi", "Ribeiro", "Sorel"),
    *("Tanaka", "Vasseur", "Weiss"),
)


def url_of(path: str) -> str:
    """Return the address of something on the sandbox; its host exists nowhere (RFC 2606)."""
    return f"{SITE}/{path}"


def _plain(name: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFD", name).lower() if "a" <= letter <= "z")


@lru_cache(maxsize=BLOCK)
def person(number: int) -> ActorRef:
    """Return the person of that number."""
    last, first = divmod(number % (len(FIRST_NAMES) * len(LAST_NAMES)), len(FIRST_NAMES))
    names = FIRST_NAMES[first], LAST_NAMES[last]
    remote_id = f"{PREFIX}{number}"
    return ActorRef(
        remote_id, f"{_plain(names[0])}.{_plain(names[1])}{number}", " ".join(names), url_of(remote_id)
    )


def number_of(remote_id: str) -> int | None:
    """Return the number of the person whose id this is, or None when it is nobody's."""
    text = remote_id.removeprefix(PREFIX)
    is_one = remote_id.startswith(PREFIX) and len(text) <= _DIGITS and text.isascii() and text.isdecimal()
    return int(text) if is_one and str(int(text)) == text else None


def followers_of(number: int) -> int:
    """Return how many follow a person: many have few, few have many."""
    return int(40 * 2.718 ** (1.4 * Dice("followers", number).normal()))
