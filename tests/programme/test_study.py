"""Writing the study: who may, what is kept, what is refused, and versions that never change."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from portevoix.core.errors import NotAllowed, NotFound, UserError
from portevoix.people.journal import SYSTEM
from portevoix.people.models import JournalEntry, Membership, Role, User
from portevoix.programme import rights
from portevoix.programme.actions import study as actions
from portevoix.programme.actions.versions import make_version
from portevoix.programme.kinds import GRADES, SCALES, Criterion
from portevoix.programme.models import (
    RivalCoding,
    StudiedRival,
    StudyRevision,
    StudySection,
    StudyStep,
    Voice,
)
from portevoix.programme.states import StepState
from portevoix.programme.study import queries
from portevoix.programme.study.content import Asked, Coding, Value, mark_of, thawed
from tests.docs.pages import cells, codes, text
from tests.programme.conftest import NOW, TODAY, Cast

WRITERS = {Role.LEAD, Role.CONSULTANT}


def a_section(cast: Cast, title: str = "Our field", words: str = "One.") -> StudySection:
    """Return a section that the lead wrote."""
    return actions.write_section(cast.brand, None, title=title, text=words, by=cast.lead)


def as_role(cast: Cast, role: Role, **membership: Any) -> User:
    """Return somebody who has `role` in the brand."""
    user = User.objects.create_user(f"some-{role}@example.org")
    Membership.objects.create(user=user, brand=cast.brand, role=role, **membership)
    return user


@pytest.mark.parametrize("role", list(Role))
def test_all_members_read_the_study_and_the_lead_and_consultants_write_it(cast: Cast, role: Role) -> None:
    user = as_role(cast, role)
    assert rights.allows("programme.see_study", user, cast.brand)
    assert rights.allows("programme.change_study", user, cast.brand) is (role in WRITERS)


def test_strangers_neither_read_nor_write_and_the_administrator_does_both(cast: Cast) -> None:
    for permission in ("programme.see_study", "programme.change_study"):
        assert not rights.allows(permission, cast.stranger, cast.brand)
        assert rights.allows(permission, cast.administrator, cast.brand)


def test_a_consultant_whose_access_has_ended_is_out(cast: Cast) -> None:
    guest = as_role(cast, Role.CONSULTANT, expires_on=date(2020, 1, 1))
    assert not rights.allows("programme.see_study", guest, cast.brand)
    with pytest.raises(NotAllowed):
        actions.write_section(cast.brand, None, title="Late", text="", by=guest)


WRITES: dict[str, Callable[[Cast, StudySection, User], object]] = {
    "begin": lambda cast, _row, by: actions.begin_study(cast.brand, by=by),
    "clear": lambda cast, _row, by: actions.clear_outline(cast.brand, [], by=by),
    "write": lambda cast, row, by: actions.write_section(cast.brand, row, title="T", text="", by=by),
    "move": lambda _cast, row, by: actions.move_section(row, is_up=True, by=by),
    "show": lambda _cast, row, by: actions.show_figure(row, metric="m", voice=None, month="", by=by),
    "step": lambda cast, _row, by: actions.write_step(cast.brand, None, title="T", by=by),
    "rival": lambda cast, _row, by: actions.write_rival(
        cast.brand, None, name="R", country="", site="", codings=(), by=by
    ),
    "remove": lambda _cast, row, by: actions.set_removed(row, True, by=by),
    "version": lambda cast, _row, by: make_version(cast.brand, reason="why", values={}, by=by, now=NOW),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_an_action_asks_for_the_right_itself_and_writes_nothing_without_it(
    cast: Cast, write: Callable[[Cast, StudySection, User], object]
) -> None:
    section = a_section(cast)
    lines = JournalEntry.objects.count()
    for user in (cast.ambassador, cast.manager, cast.stranger):
        with pytest.raises(NotAllowed):
            write(cast, section, user)
    section.refresh_from_db()
    assert (section.title, section.is_removed, section.figures.count()) == ("Our field", False, 0)
    assert JournalEntry.objects.count() == lines


def test_a_study_begins_with_five_sections_and_steps_in_the_language_of_whoever_begins(cast: Cast) -> None:
    with translation.override("fr"):
        actions.begin_study(cast.brand, by=cast.lead)
    assert queries.sections(cast.brand)[0].title == "Ce pour quoi nous voulons être connus"
    assert len(queries.sections(cast.brand)) == len(queries.steps(cast.brand)) == 5
    with pytest.raises(UserError, match="begun already"):
        actions.begin_study(cast.brand, by=cast.lead)


def test_taking_the_outline_back_keeps_what_was_filled_in_meanwhile(cast: Cast) -> None:
    given = actions.begin_study(cast.brand, by=cast.lead)
    first = StudySection.objects.first()
    actions.write_section(cast.brand, first, title="Kept", text="Written.", by=cast.lead)
    step = StudyStep.objects.first()
    actions.write_step(cast.brand, step, title="Kept too", country="Canada", by=cast.lead)
    actions.clear_outline(cast.brand, given, by=cast.lead)
    assert [section.title for section in queries.sections(cast.brand)] == ["Kept"]
    assert [step.title for step in queries.steps(cast.brand)] == ["Kept too"]


def test_taking_the_outline_back_removes_nothing_that_others_added_or_began_and_deletes_nothing(
    cast: Cast,
) -> None:
    given = actions.begin_study(cast.brand, by=cast.lead)
    added = actions.write_step(cast.brand, None, title="A title only", by=cast.lead)
    begun = StudyStep.objects.get(pk=int(given[-1].split(":")[1]))
    actions.move_step(begun, StepState.UNDER_WAY, by=cast.lead)
    titled = a_section(cast, "Another title only", "")
    said = [*given, actions.subject_of(added), actions.subject_of(titled)]
    actions.clear_outline(cast.brand, said, by=cast.lead)
    assert [section.title for section in queries.sections(cast.brand)] == ["Another title only"]
    assert {step.number for step in queries.steps(cast.brand)} == {added.pk, begun.pk}
    assert (StudySection.objects.count(), StudyStep.objects.count()) == (6, 6)


def test_sections_change_places_with_their_neighbours(cast: Cast) -> None:
    first, _second, third = (a_section(cast, title) for title in ("1", "2", "3"))
    assert actions.move_section(third, is_up=True, by=cast.lead)
    assert not actions.move_section(first, is_up=True, by=cast.lead)
    assert actions.move_section(first, is_up=False, by=cast.lead)
    assert [section.title for section in queries.sections(cast.brand)] == ["3", "1", "2"]


def test_what_is_removed_is_kept_and_comes_back_where_it_was(cast: Cast) -> None:
    first, _second = a_section(cast, "1"), a_section(cast, "2")
    actions.set_removed(first, True, by=cast.lead)
    assert [section.title for section in queries.sections(cast.brand)] == ["2"]
    with pytest.raises(NotFound):
        queries.row(StudySection, cast.brand, first.pk)
    actions.set_removed(first, False, by=cast.lead)
    assert [section.title for section in queries.sections(cast.brand)] == ["1", "2"]


def test_a_study_of_one_brand_is_not_found_from_another(cast: Cast) -> None:
    section = a_section(cast)
    with pytest.raises(NotFound):
        queries.row(StudySection, Membership.objects.get(user=cast.stranger).brand, section.pk)


def test_a_study_is_short_enough_to_be_read_as_a_whole(cast: Cast) -> None:
    rows = [a_section(cast, str(number)) for number in range(actions.MOST["study_section"])]
    with pytest.raises(UserError, match="at most 20"):
        a_section(cast, "one too many")
    actions.set_removed(rows[0], True, by=cast.lead)
    a_section(cast, "in its place")
    with pytest.raises(UserError, match="at most 20"):
        actions.set_removed(rows[0], False, by=cast.lead)


def test_figures_are_of_voices_that_the_brand_owns_and_each_stands_once(
    cast: Cast, marion: Voice, karim: Voice
) -> None:
    section = a_section(cast)
    for _again in range(2):
        actions.show_figure(section, metric="likes_received", voice=marion, month="", by=cast.lead)
    assert section.figures.count() == 1
    with pytest.raises(UserError, match="owns"):
        actions.show_figure(section, metric="likes_received", voice=karim, month="", by=cast.lead)
    for month in ("2026-01", "2026-02", "2026-03"):
        actions.show_figure(section, metric="likes_received", voice=None, month=month, by=cast.lead)
    with pytest.raises(UserError, match="At most 4"):
        actions.show_figure(section, metric="likes_received", voice=None, month="2026-04", by=cast.lead)
    actions.hide_figure(section.figures.get(voice=marion), by=cast.lead)
    assert section.figures.count() == 3


def test_a_step_goes_one_state_at_a_time_and_back(cast: Cast) -> None:
    step = actions.write_step(cast.brand, None, title="Look abroad", by=cast.lead)
    with pytest.raises(UserError, match="Planned"):
        actions.move_step(step, StepState.DONE, by=cast.lead)
    for state in (StepState.UNDER_WAY, StepState.DONE, StepState.UNDER_WAY, StepState.PLANNED):
        actions.move_step(step, state, by=cast.lead)
    assert StudyStep.objects.get().state == StepState.PLANNED


def test_the_days_of_a_step_go_forward_and_one_day_is_enough(cast: Cast) -> None:
    days: dict[str, Any] = {"from_on": TODAY, "until_on": TODAY}
    step = actions.write_step(cast.brand, None, title="One day", **days, by=cast.lead)
    with pytest.raises(UserError, match="last day"):
        actions.write_step(cast.brand, step, until_on=TODAY - timedelta(1), from_on=TODAY, by=cast.lead)
    with pytest.raises(IntegrityError), transaction.atomic():
        StudyStep.objects.filter(pk=step.pk).update(until_on=TODAY - timedelta(1))


def test_writing_a_part_keeps_what_others_wrote_of_it_since_it_was_read(cast: Cast) -> None:
    section, second = a_section(cast, "1"), a_section(cast, "2")
    step = actions.write_step(cast.brand, None, title="Visit", by=cast.lead)
    actions.move_section(second, is_up=True, by=cast.lead)
    actions.set_removed(StudySection.objects.get(pk=section.pk), True, by=cast.lead)
    actions.write_step(cast.brand, StudyStep.objects.get(), title="Visit", outcome="Seen.", by=cast.lead)
    actions.write_section(cast.brand, section, title="1", text="New.", by=cast.lead)
    actions.move_step(step, StepState.UNDER_WAY, by=cast.lead)
    stored = StudySection.objects.get(pk=section.pk)
    assert (stored.text, stored.position, stored.is_removed) == ("New.", 2, True)
    assert StudyStep.objects.get().outcome == "Seen."


def test_what_was_changed_since_it_was_read_is_not_written_over(cast: Cast) -> None:
    section = a_section(cast)
    read = mark_of(queries.words_of(section))
    actions.write_section(cast.brand, section, title="A", text="Theirs.", read=read, by=cast.lead)
    with pytest.raises(UserError, match="Somebody changed this"):
        actions.write_section(cast.brand, section, title="B", text="Mine.", read=read, by=cast.lead)
    assert StudySection.objects.get().text == "Theirs."


def test_steps_stand_by_their_days_and_those_without_come_last(cast: Cast) -> None:
    for title, from_on in (("undated", None), ("later", date(2026, 5, 1)), ("first", date(2026, 3, 1))):
        actions.write_step(cast.brand, None, title=title, from_on=from_on, by=cast.lead)
    assert [step.title for step in queries.steps(cast.brand)] == ["first", "later", "undated"]


def test_reading_a_rival_again_replaces_what_was_read(cast: Cast) -> None:
    about = {"name": "Rival", "country": "Belgium", "site": ""}
    read = [Coding("cadence", 3, "14 posts", "2026-05-12"), Coding("tone", 0, "", "2026-05-12")]
    rival = actions.write_rival(cast.brand, None, **about, codings=read, by=cast.lead)
    actions.write_rival(cast.brand, rival, **about, codings=read[1:], by=cast.lead)
    assert queries.rivals(cast.brand)[0].codings == (read[1],)


def test_a_grade_outside_the_scale_is_refused_by_the_database_and_nothing_is_lost(cast: Cast) -> None:
    rival = actions.write_rival(
        cast.brand,
        None,
        name="R",
        country="",
        site="",
        codings=[Coding("tone", 1, "", "2026-05-12")],
        by=cast.lead,
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        RivalCoding.objects.update(grade=GRADES)
    with pytest.raises(ValueError, match="humour"), transaction.atomic():
        actions.write_rival(
            cast.brand, rival, name="R", country="", site="", codings=[Coding("humour", 1, "", "2026-05-12")],
            by=cast.lead,
        )  # fmt: skip
    assert RivalCoding.objects.get().grade == 1


def test_a_version_keeps_the_study_and_its_figures_as_they_were(cast: Cast, marion: Voice) -> None:
    section = a_section(cast)
    actions.show_figure(section, metric="likes_received", voice=marion, month="", by=cast.lead)
    values = {Asked("likes_received", "marion", ""): Value("2026-10", 60.0, 50.0)}
    first = make_version(cast.brand, reason=" The visits are over ", values=values, by=cast.lead, now=NOW)
    kept = thawed(StudyRevision.objects.get().content)
    actions.write_section(cast.brand, section, title="Renamed", text="", by=cast.lead)
    Voice.objects.filter(pk=marion.pk).update(first_name="Marianne")
    StudiedRival.objects.all().delete()
    assert make_version(cast.brand, reason="later", values={}, by=cast.lead, now=NOW).number == 2
    again = thawed(StudyRevision.objects.get(number=1).content)
    assert again == kept
    assert (again.sections[0].title, again.sections[0].figures[0].name) == ("Our field", "Marion")
    assert again.sections[0].figures[0].told == Value("2026-10", 60.0, 50.0)
    assert (first.reason, first.made_at, first.made_by) == ("The visits are over", NOW, cast.lead)


def test_a_version_needs_its_reason(cast: Cast) -> None:
    with pytest.raises(UserError, match="why"):
        make_version(cast.brand, reason="  ", values={}, by=SYSTEM, now=NOW)
    assert not StudyRevision.objects.exists()


def test_a_version_holds_no_named_voice_and_nobody_who_holds_one(
    cast: Cast, marion: Voice, karim: Voice
) -> None:
    made = make_version(cast.brand, reason="first", values={}, by=cast.lead, now=NOW)
    assert "Marion" in str(made.content)
    assert "Karim" not in str(made.content)
    assert "@example.org" not in str(made.content)


def test_the_journal_says_what_was_done_to_which_part(cast: Cast) -> None:
    section = a_section(cast)
    actions.set_removed(section, True, by=cast.lead)
    make_version(cast.brand, reason="first", values={}, by=cast.lead, now=NOW)
    lines = JournalEntry.objects.filter(action__startswith="programme.study").order_by("pk")
    told = [(line.action, line.subject.split(":")[0], line.facts) for line in lines]
    assert told == [
        ("programme.study.changed", "study_section", {"what": "added"}),
        ("programme.study.changed", "study_section", {"what": "removed"}),
        ("programme.study.versioned", "study_revision", {"number": 1}),
    ]


def test_the_coding_grid_is_described_grade_by_grade() -> None:
    rows = cells(text("coding-grid.md"))
    assert [codes(row[0])[0] for row in rows] == Criterion.values
    with translation.override("en"):
        assert [row[1:] for row in rows] == [[str(word) for word in SCALES[each]] for each in Criterion]
    assert {len(scale) for scale in SCALES.values()} == {GRADES}
