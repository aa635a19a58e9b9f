"""When voices speak: at believable hours, as much as the scene wants, always the same."""

from collections import Counter
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from portevoix.demo.atelier import plan
from portevoix.demo.atelier.calendar import Calendar
from portevoix.demo.atelier.cast import BY_SLUG, NAME, PARTS, PEOPLE, PERSONAS
from portevoix.demo.atelier.plan import Doing
from portevoix.people.models import Role
from portevoix.programme.rules import names_brand

PARIS = ZoneInfo("Europe/Paris")
CALENDAR = Calendar(datetime(2026, 11, 24, 9, 30, tzinfo=UTC), PARIS)
ACTS = [act for month in CALENDAR.months for act in plan.acts(month, CALENDAR)]
POSTS = [act for act in ACTS if act.doing is Doing.POST]


def test_the_same_months_are_spoken_in_the_same_way() -> None:
    again = [act for month in CALENDAR.months for act in plan.acts(month, CALENDAR)]
    assert again == ACTS
    assert plan.acts(CALENDAR.months[5], CALENDAR, seed=1) != plan.acts(CALENDAR.months[5], CALENDAR)


def test_people_speak_in_the_daytime_and_hardly_ever_at_the_weekend() -> None:
    local = [act.at.astimezone(PARIS) for act in POSTS]
    assert all(7 <= at.hour < 20 for at in local)
    weekend = sum(at.weekday() >= 5 for at in local)
    assert 0 < weekend < len(local) / 10


def test_a_month_is_good_and_another_poor() -> None:
    posts = Counter(CALENDAR.scene(month) for month in CALENDAR.months for act in plan.acts(month, CALENDAR))
    usual = sorted(posts[scene] for scene in range(3, 13))[5]
    assert posts[plan.GOOD] > 1.3 * usual
    assert posts[plan.POOR] < 0.6 * usual


def test_a_voice_is_heard_from_its_trial_to_its_end() -> None:
    heard = {part.slug: [act.at for act in POSTS if act.account == part.slug] for part in PARTS}
    paul, sarah = BY_SLUG["paul"], BY_SLUG["sarah"]
    assert paul.closes is not None
    assert max(heard["paul"]) < CALENDAR.at(CALENDAR.day(paul.closes, plan.CLOSES), 0)
    assert min(heard["sarah"]) > CALENDAR.at(CALENDAR.day(sarah.enters, plan.ENTERS), 23, 59)
    assert all(heard.values())


def test_the_company_is_as_large_as_the_story_wants() -> None:
    named = [part for part in PARTS if part.is_named]
    assert (len(PERSONAS), len(named), len(PARTS)) == (8, 3, 12)
    assert len({part.words["sphere"] for part in PARTS}) == 4
    assert len({part.words.get("range") for part in PERSONAS}) == 4
    assert {person.role for person in PEOPLE} == set(Role)
    assert all(person.email.endswith("@example.org") for person in PEOPLE)


def test_every_voice_of_the_brand_s_own_says_whose_it_is() -> None:
    owned = [part for part in PARTS if not part.is_named]
    assert all(names_brand(part.public_name, NAME) for part in owned)
    assert all(names_brand(str(part.words["biography"]), NAME) for part in owned)


def test_no_holder_bears_the_first_name_of_a_persona() -> None:
    personas = {str(part.words["first_name"]) for part in PERSONAS}
    assert personas.isdisjoint(person.name.split()[0] for person in PEOPLE)
