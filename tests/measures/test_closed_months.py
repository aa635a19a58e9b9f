"""A month that is closed is read as it was closed, wherever its figures stand."""

from typing import Any

from portevoix.core.periods import FIRST_MONTH, Month
from portevoix.measures import queries
from portevoix.measures.actions import refresh
from portevoix.measures.courses import course
from portevoix.measures.models import ClosedLine, Closing
from portevoix.measures.years import year_of
from portevoix.people.models import Brand
from portevoix.programme.models import Voice
from tests.measures.months import JULY, JUNE, LATER, liked


def test_a_course_tells_closed_figures_where_there_are_some(
    brand: Brand, closing: Closing, marion: Voice, django_assert_max_num_queries: Any
) -> None:
    liked(brand, 2, first=10, now=LATER)
    for month in (JUNE, JULY):
        refresh([brand], month, now=lambda: LATER)
    with django_assert_max_num_queries(3):
        likes = course(brand, JULY, metric="likes_received", count=3)
    assert likes.values == {marion.pk: [None, 5, 3], None: [None, 5, 3]}
    assert likes.closed == {JULY}
    assert course(brand, JULY, metric="applause_rate", count=3).values[None] == [None, None, 3.0]


def _learned_later(brand: Brand, voice: Voice) -> None:
    """Let one figure of July become known that nobody had at the closing, and another change."""
    ClosedLine.objects.filter(voice=voice, metric="likes_received").delete()
    ClosedLine.objects.filter(voice=None, metric="likes_received").delete()
    liked(brand, 2, first=10, now=LATER)
    refresh([brand], JULY, now=lambda: LATER)


def test_what_was_unknown_at_the_closing_has_no_value_wherever_the_month_is_read(
    brand: Brand, closing: Closing, marion: Voice, django_assert_max_num_queries: Any
) -> None:
    _learned_later(brand, marion)
    with django_assert_max_num_queries(2):
        found = queries.figures_in(brand, [JULY], ["likes_received", "applause_rate"])
        assert {key[1:] for key in found} == {("marion", "applause_rate"), ("*", "applause_rate")}
    assert course(brand, JULY, metric="likes_received").values == {}


def test_the_year_of_a_voice_tells_no_figure_that_was_unknown_at_the_closing(
    brand: Brand, closing: Closing, marion: Voice, django_assert_max_num_queries: Any
) -> None:
    _learned_later(brand, marion)
    ClosedLine.objects.filter(voice=marion).delete()
    with django_assert_max_num_queries(2):
        year = year_of(marion, JULY)
    assert (year.is_closed, year.figures) == (True, ())


def test_the_latest_figures_of_a_closed_month_are_the_closed_ones(
    brand: Brand, closing: Closing, marion: Voice, django_assert_max_num_queries: Any
) -> None:
    liked(brand, 2, first=10, now=LATER)
    refresh([brand], JULY, now=lambda: LATER)
    with django_assert_max_num_queries(2):
        last = queries.latest(brand, [marion.pk])
    assert last
    assert (last.month, last.computed_at) == (JULY, closing.closed_at)
    likes = {each.voice_slug: each.value for each in last.figures if each.metric.id == "likes_received"}
    assert likes == {"marion": 3, "*": 3}


def test_a_course_begins_with_the_first_month_that_can_be_typed(brand: Brand) -> None:
    assert queries.back_from(FIRST_MONTH, 24) == [FIRST_MONTH]
    assert len(queries.back_from(Month(1971, 12), 24)) == 24
    assert course(brand, Month(1970, 2), metric="likes_received").months == [FIRST_MONTH, Month(1970, 2)]


def test_how_far_a_month_is_from_being_closed_takes_few_queries(
    brand: Brand, closing: Closing, django_assert_max_num_queries: Any
) -> None:
    for month in (JUNE, JULY):
        with django_assert_max_num_queries(6):
            queries.closing_state(brand, month, now=LATER)
    with django_assert_max_num_queries(2):
        queries.restated(closing)
