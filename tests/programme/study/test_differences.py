"""What changed between two states of a study, by part and field, without a database."""

from dataclasses import replace

import pytest

from portevoix.programme.study.content import Coding, Line, Section, Study, Value
from portevoix.programme.study.differences import Change, FieldChange, differences, paragraphs
from tests.programme.study.test_content import LIKES, OWN, STUDY


def test_the_same_study_has_no_difference() -> None:
    assert differences(STUDY, STUDY) == ()


def test_a_value_that_moved_on_is_no_change_of_the_study() -> None:
    assert differences(STUDY, STUDY.with_values({LIKES.asked: Value("2026-07", 1.0, 2.0)})) == ()


def test_a_text_tells_the_paragraphs_that_are_gone_and_those_that_are_new() -> None:
    after = replace(STUDY, sections=(Section(1, "Our trade", "One.\n\nThree.", (LIKES,)), STUDY.sections[1]))
    assert differences(STUDY, after) == (
        Change(
            "sections",
            "Our trade",
            "changed",
            (
                FieldChange("name", ("Our field",), ("Our trade",)),
                FieldChange("text", ("Two.",), ("Three.",)),
                FieldChange("figures", (":".join(OWN.asked),), ()),
            ),
        ),
    )


def test_what_came_and_what_went_is_named() -> None:
    first, second = STUDY.sections
    found = differences(replace(STUDY, sections=(first,)), replace(STUDY, sections=(second,)))
    assert found == (Change("sections", "Our voices", "added"), Change("sections", "Our field", "removed"))


def test_another_order_is_told_once_and_an_insertion_is_none() -> None:
    first, second = STUDY.sections
    assert differences(STUDY, replace(STUDY, sections=(second, first))) == (
        Change("sections", "", "reordered"),
    )
    between = replace(STUDY, sections=(first, Section(9, "Between", "", ()), second))
    assert differences(STUDY, between) == (Change("sections", "Between", "added"),)


def test_a_rival_that_was_read_again_tells_its_grades() -> None:
    again = replace(STUDY.rivals[0], codings=(Coding("cadence", 4, "22 posts", "2026-09-12"),))
    (change,) = differences(STUDY, replace(STUDY, rivals=(again,)))
    assert change.fields == (
        FieldChange("grades", ("cadence:3",), ("cadence:4",)),
        FieldChange("evidence", ("14 posts",), ("22 posts",)),
    )


def test_steps_objectives_targets_and_the_line_are_compared_too() -> None:
    after = replace(
        STUDY,
        steps=(replace(STUDY.steps[0], state="under_way"), STUDY.steps[1]),
        spheres=(replace(STUDY.spheres[0], objectives=("Be asked first",)),),
        phases=(replace(STUDY.phases[0], targets=(("likes_received", 50.0),)),),
        line=Line(3, "2026-09-01", ("training", "law"), "Plain."),
    )
    found = {(change.part, change.name): change.fields for change in differences(STUDY, after)}
    assert found == {
        ("steps", "Look abroad"): (FieldChange("state", ("done",), ("under_way",)),),
        ("spheres", "business"): (FieldChange("objectives", ("Be asked",), ("Be asked first",)),),
        ("phases", "test"): (FieldChange("targets", ("likes_received:40",), ("likes_received:50",)),),
        ("line", ""): (FieldChange("version", ("2",), ("3",)), FieldChange("topics", (), ("law",))),
    }


def test_an_empty_study_that_is_filled_has_only_additions() -> None:
    assert {change.what for change in differences(Study(), STUDY) if change.part != "line"} == {"added"}


@pytest.mark.parametrize("text", ["a\n\nb", "a\r\n\r\nb", "\n\na\n \n\nb\n"])
def test_blank_lines_part_paragraphs_whatever_the_system(text: str) -> None:
    assert paragraphs(text) == ("a", "b")
