"""Lines of figures over months: honest about months in which nobody looked."""

import re

from hypothesis import given
from hypothesis import strategies as st

from portevoix.web import charts

VALUES = st.lists(st.none() | st.floats(-1e9, 1e9), min_size=1, max_size=24)


def _paths(drawn: str) -> list[str]:
    return re.findall(r'<path d="([^"]+)"', drawn)


def test_a_month_in_which_nobody_looked_is_a_gap() -> None:
    assert len(_paths(charts.spark([1, 2, None, 3, 4]))) == 2
    assert len(_paths(charts.spark([1, 2, 3, 4]))) == 1


def test_the_greatest_value_stands_highest_and_the_least_lowest() -> None:
    low, high = charts.points([10.0, 20.0])
    assert low == (charts.MARGIN, charts.HEIGHT - charts.MARGIN)
    assert high == (charts.WIDTH - charts.MARGIN, charts.MARGIN)


def test_equal_values_make_a_level_line() -> None:
    assert {place[1] for place in charts.points([5, 5, 5]) if place} == {charts.HEIGHT / 2}


def test_one_value_alone_is_no_course_and_draws_nothing() -> None:
    assert charts.spark([None, 3]) == ""
    assert charts.spark([]) == ""


def test_the_dot_stands_on_the_last_month_only_when_it_is_known() -> None:
    assert "<circle" in charts.spark([1, 2])
    assert "<circle" not in charts.spark([1, 2, None])


def test_a_lone_month_between_two_gaps_can_be_seen() -> None:
    assert _paths(charts.spark([1, None, 3, None, 5]))[1].count("H") == 1


def test_a_label_is_told_and_escaped_and_without_one_the_line_is_decoration() -> None:
    assert 'aria-label="&lt;b&gt;"' in charts.spark([1, 2], "<b>")
    assert 'aria-hidden="true"' in charts.spark([1, 2])


@given(VALUES)
def test_every_known_value_stands_within_the_drawing(values: list[float | None]) -> None:
    places = charts.points(values)
    assert [place is None for place in places] == [value is None for value in values]
    for place in filter(None, places):
        assert 0 <= place[0] <= charts.WIDTH
        assert 0 <= place[1] <= charts.HEIGHT
