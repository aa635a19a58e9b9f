"""Forms of Settings: what they send, what they show again, and the line of time."""

from datetime import date

from django.http import QueryDict

from portevoix.programme.models import EditorialLine, ProductRange
from portevoix.web.settings.line import differences
from portevoix.web.settings.programme import RangeForm
from portevoix.web.settings.timeline import Scale

TODAY = date(2026, 11, 23)


def a_range() -> ProductRange:
    return ProductRange(
        slug="law",
        name="Law",
        objectives=["One", "Two"],
        cadence=0,
        preferred_networks=["x", "rss", "mastodon", "bluesky"],
    )


def test_what_undo_sends_is_what_is_stored() -> None:
    sent = RangeForm.of(a_range()).posted()
    again = RangeForm(sent)
    assert again.is_valid()
    assert again.typed == {
        "slug": "law",
        "name": "Law",
        "objectives": ["One", "Two"],
        "cadence": "0",
        "vocabulary": [],
        "audience_segments": [],
        "preferred_networks": ["x", "rss", "mastodon", "bluesky"],
    }


def test_a_form_shows_again_what_was_typed_whatever_it_was() -> None:
    form = RangeForm(QueryDict("name=&cadence=many&objectives=One%0D%0AOne&preferred_networks_0=x"))
    form.is_valid()
    form.add_error("cadence", "wrong")
    shown = str(form["cadence"]) + str(form["objectives"]) + str(form["preferred_networks"])
    assert 'value="many"' in shown
    assert "One\r\nOne" in shown
    assert '<option value="x" selected>' in shown


def test_the_line_of_time_begins_with_the_first_month_and_holds_today() -> None:
    scale = Scale.of([(date(2026, 1, 16), date(2026, 7, 1))], TODAY)
    assert (scale.count, scale.width) == (14, 1400)
    bar = scale.bar(date(2026, 1, 16), date(2026, 7, 1))
    assert (bar.x, bar.width, bar.open_width) == (48, 552, 0)
    assert scale.today == 1073


def test_what_has_no_end_is_certain_until_today_and_open_to_the_edge() -> None:
    scale = Scale.of([(date(2026, 11, 1), None)], TODAY)
    bar = scale.bar(date(2026, 11, 1), None)
    assert (bar.x, bar.width, bar.open_width) == (0, 73, 527)
    assert scale.bar(date(2026, 12, 1), None).width == 0


def test_a_long_line_of_time_names_only_as_many_months_as_there_is_room_for() -> None:
    scale = Scale.of([(date(2016, 1, 1), date(2027, 1, 1))], TODAY)
    assert 5 < sum(tick.is_named for tick in scale.ticks) <= 12


def test_a_difference_tells_what_came_and_what_went() -> None:
    before = EditorialLine(topics=["law", "work"], tone="Plain", commercial_ceiling=30, languages=["fr"])
    after = EditorialLine(topics=["work", "schools"], tone="Plain", languages=["fr"])
    told = [(each.label, each.gone, each.come) for each in differences(before, after)]
    assert told == [
        ("Topics", ("law",), ("schools",)),
        ("Commercial posts, at most", ("30%",), ()),
    ]


def test_the_same_words_differ_in_nothing() -> None:
    assert differences(EditorialLine(tone="Plain"), EditorialLine(tone="Plain")) == ()
