"""What is said is said once."""

from collections import Counter

import pytest

from portevoix.demo.atelier import sayings
from portevoix.demo.atelier.network import PRESENCES
from portevoix.networks.sandbox.text import measure


@pytest.mark.parametrize("account", PRESENCES)
def test_no_two_posts_of_an_account_are_alike_and_all_fit(account: str) -> None:
    language = PRESENCES[account].language
    number = sayings.sentences(account, language)
    texts = [
        sayings.post(account, each, language=language, credit="ana.weiss1", sibling="hugo.atelier")
        for each in range(number)
    ]
    assert len({text.replace(str(1000 + each), "") for each, text in enumerate(texts)}) == number > 250
    assert all(measure(text).valid for text in texts)


def test_accounts_speak_of_different_things() -> None:
    subjects = Counter(subject for own in sayings.SUBJECTS.values() for subject in own)
    assert set(subjects.values()) == {1}


def test_some_posts_ask_some_credit_and_some_name_a_colleague() -> None:
    texts = [
        sayings.post("marion", each, language="fr", credit="ana.weiss1", sibling="hugo.atelier")
        for each in range(200)
    ]
    asking, crediting, naming = (
        sum(sign in text for text in texts) for sign in ("?", "@ana.weiss1", "@hugo.atelier")
    )
    assert 20 < asking < 100
    assert 20 < crediting < 100
    assert 5 < naming < 50


def test_an_answer_names_whom_it_answers() -> None:
    answers = {sayings.answer(draw, language="fr", name="ana.weiss1") for draw in range(200)}
    assert len(answers) == len(sayings.THANKS["fr"]) * len(sayings.ANSWERS["fr"])
    assert all("@ana.weiss1" in text and measure(text).valid for text in answers)


@pytest.mark.parametrize("said", [sayings.COMMENTS, sayings.GOOD_MONTH, sayings.POOR_MONTH])
def test_no_two_voices_say_the_same_of_a_month_nor_one_of_two_months_in_a_row(said: tuple[str, ...]) -> None:
    for scene in range(13):
        told = [sayings.comment(scene, place, said) for place in range(9)]
        assert len(set(told)) == 9
        assert all(sayings.comment(scene + 1, place, said) != told[place] for place in range(9))
