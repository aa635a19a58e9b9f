"""What columns and words are is guessed from how people call them."""

import pytest

from portevoix.ledger.columns import digest, guessed, kind_of


@pytest.mark.parametrize(
    ("names", "columns"),
    [
        (("actor", "target", "at", "kind"), ("actor", "target", "at", "kind")),
        (("Kind", "AT", "Target ", "Actor", "note"), ("kind", "at", "target", "actor", "-")),
        (("Utilisateur", "Compte cible", "Date", "Action"), ("actor", "target", "at", "kind")),
        (("created_at", "type", "from", "to", "post id"), ("at", "kind", "actor", "target", "object")),
        (("Événement", "Horodatage", "Auteur", "Vers"), ("kind", "at", "actor", "target")),
        (("one", "two"), ("-", "-")),
    ],
)
def test_columns_are_known_by_what_people_call_them(names: tuple[str, ...], columns: tuple[str, ...]) -> None:
    assert guessed(names) == columns


def test_no_two_columns_are_taken_for_the_same() -> None:
    assert guessed(("actor", "user", "actor")) == ("actor", "-", "-")


@pytest.mark.parametrize(
    ("word", "kind"),
    [("RT", "repost"), ("J’aime", "like"), ("Favourite", "like"), ("réponse", "reply"), ("clap", "")],
)
def test_words_for_kinds_are_known_in_both_languages(word: str, kind: str) -> None:
    assert kind_of(word) == kind


def test_a_header_is_the_same_however_it_is_capitalised() -> None:
    assert digest(("Date", "Auteur")) == digest((" date", "AUTEUR")) != digest(("Auteur", "Date"))
