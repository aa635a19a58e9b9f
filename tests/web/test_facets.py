"""Narrowing a list: what is shown, what may be chosen, and which link takes a choice back."""

from dataclasses import dataclass

from portevoix.web.facets import Facet, choices, chosen, narrowed


@dataclass(frozen=True)
class Fruit:
    colour: str
    uses: tuple[str, ...]


FRUITS = [Fruit("red", ("jam", "pie")), Fruit("red", ("pie",)), Fruit("green", ("salad",)), Fruit("", ())]
COLOUR = Facet[Fruit](
    "colour", "Colour", lambda fruit: [(fruit.colour, fruit.colour.title())] if fruit.colour else []
)
USE = Facet[Fruit]("use", "Use", lambda fruit: [(use, use.title()) for use in fruit.uses])
FACETS = (COLOUR, USE)


def test_rows_have_everything_that_is_chosen() -> None:
    assert narrowed(FRUITS, FACETS, {"colour": "red", "use": "jam"}) == FRUITS[:1]
    assert narrowed(FRUITS, FACETS, {}) == FRUITS
    assert narrowed(FRUITS, FACETS, {"colour": "blue"}) == []


def test_only_what_the_list_knows_is_chosen() -> None:
    assert chosen(FACETS, {"colour": "red", "use": "", "page": "2"}) == {"colour": "red"}


def test_each_choice_says_how_many_rows_there_would_be_given_the_others() -> None:
    colour, use = choices(FRUITS, FACETS, {"use": "pie"})
    assert [(option.label, option.count, option.query) for option in colour.options] == [
        ("Red", 2, "?use=pie&colour=red")
    ]
    assert [(option.label, option.count, option.is_chosen) for option in use.options] == [
        ("Jam", 1, False), ("Pie", 2, True), ("Salad", 1, False)
    ]  # fmt: skip


def test_the_link_of_what_is_chosen_takes_it_back() -> None:
    _colour, use = choices(FRUITS, FACETS, {"use": "pie", "colour": "red"})
    assert next(option for option in use.options if option.is_chosen).query == "?colour=red"


def test_what_would_split_nothing_is_not_offered() -> None:
    assert [choice.name for choice in choices(FRUITS[:1], FACETS, {})] == ["use"]
