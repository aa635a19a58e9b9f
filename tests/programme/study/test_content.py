"""A study as one document: frozen and thawed it is the same, and each figure takes its value by what it asks."""

import json
from dataclasses import replace

from portevoix.programme.study.content import (
    Aim,
    Asked,
    Coding,
    Figure,
    Line,
    Rival,
    Section,
    Spoken,
    Stage,
    Step,
    Study,
    Value,
    frozen,
    thawed,
)

LIKES = Figure(1, "likes_received", "marion", "", "Marion", 3)
OWN = Figure(2, "likes_received", "*", "2026-05", "", None)
STUDY = Study(
    sections=(Section(1, "Our field", "One.\n\nTwo.", (LIKES, OWN)), Section(2, "Our voices", "", ())),
    steps=(
        Step(1, "Look abroad", "Canada", "2026-05-01", "", "done", "Seen."),
        Step(2, "Decide", "", "", "", "", ""),
    ),
    rivals=(Rival(1, "Rival", "Belgium", "", (Coding("cadence", 3, "14 posts", "2026-05-12"),)),),
    spheres=(Aim("business", "", ("Be asked",)),),
    ranges=(Aim("hr", "Human resources", ()),),
    voices=(Spoken("Marion", 3, "business", "hr"),),
    phases=(Stage("test", "test", "", "2026-01-01", "", (("likes_received", 40.0),)),),
    line=Line(2, "2026-03-01", ("training",), "Plain."),
)


def test_what_was_frozen_is_the_same_when_it_is_read_again() -> None:
    assert thawed(json.loads(json.dumps(frozen(STUDY)))) == STUDY


def test_figures_take_the_values_that_they_ask_for_and_others_have_none() -> None:
    told = STUDY.with_values({Asked("likes_received", "marion", ""): Value("2026-06", 12.0, 9.0)})
    assert [figure.told for figure in told.sections[0].figures] == [Value("2026-06", 12.0, 9.0), Value()]
    assert thawed(json.loads(json.dumps(frozen(told)))) == told


def test_a_study_knows_what_it_asks_and_where_it_looks() -> None:
    assert STUDY.asked == {("likes_received", "marion", ""), ("likes_received", "*", "2026-05")}
    assert STUDY.countries == ("Belgium", "Canada")
    assert replace(STUDY, steps=(), rivals=()).countries == ()
