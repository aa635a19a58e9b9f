"""What the columns and the words of a table are, guessed from how people call them: pure functions."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

from portevoix.ledger.rows import KNOWN_COLUMNS
from portevoix.networks.contracts import Kind

PASSED_OVER: Final = "-"
"""The name of a column that is none of ours."""
_NAMES: Final = {
    "actor": "actor user username author from who by source sender acteur auteur utilisateur compte qui de",
    "target": "target to account mentioned recipient whom profile cible destinataire vers a",
    "at": "at date time timestamp datetime instant created_at when heure horodatage quand le",
    "kind": "kind type action event interaction act genre nature evenement",
    "object": "object object_id post post_id tweet tweet_id status status_id publication objet",
    "id": "id remote_id event_id act_id interaction_id identifiant",
}
_WORDS: Final = {
    Kind.LIKE: "like likes liked fav favorite favourite favorited favori j_aime jaime aime",
    Kind.REPOST: "repost reposted rt retweet boost reblog share shared partage repartage",
    Kind.QUOTE: "quote quoted qt quote_tweet citation",
    Kind.REPLY: "reply replied re comment answer response reponse commentaire",
    Kind.MENTION: "mention mentioned mt at",
    Kind.FOLLOW: "follow followed follower abonnement abonne suivi",
}


def _plain(text: str) -> str:
    """Return a name in small letters without accents, its words joined by `_`."""
    bare = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"\W+", "_", bare).strip("_")


def guessed(names: Sequence[str]) -> tuple[str, ...]:
    """Return which of our columns each name stands for, each of ours once; PASSED_OVER for the rest.

    A column that is called as ours is wins over one in whose name the word merely occurs.
    """
    plain = [_plain(name) for name in names]
    found = [PASSED_OVER] * len(names)
    for parts in ([[name] for name in plain], [name.split("_") for name in plain]):
        for ours in KNOWN_COLUMNS:
            place = _place_of(ours, parts, found)
            if place is not None:
                found[place] = ours
    return tuple(found)


def _place_of(ours: str, parts: list[list[str]], found: list[str]) -> int | None:
    """Return which column, of those not taken, is called as ours may be; None where ours is taken or none is."""
    if ours in found:
        return None
    for wanted in _NAMES[ours].split():
        for place, words in enumerate(parts):
            if wanted in words and found[place] == PASSED_OVER:
                return place
    return None


def kind_of(word: str) -> str:
    """Return the kind that a table's word stands for, '' when nobody knows."""
    plain = _plain(word)
    if plain in set(Kind):
        return plain
    return next((str(kind) for kind, words in _WORDS.items() if plain in words.split()), "")


def digest(names: Iterable[str]) -> str:
    """Return what tells a header from others, however its names are capitalised."""
    return hashlib.sha256("\n".join(_plain(name) for name in names).encode()).hexdigest()
