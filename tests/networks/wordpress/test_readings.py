"""Counts, profiles and threads."""

from datetime import timedelta

import pytest

from portevoix.networks.contracts import (
    PublishedRef,
)
from portevoix.networks.errors import (
    UnexpectedReply,
)
from portevoix.networks.wordpress.connector import WordPressConnector
from tests.networks.contract import START
from tests.networks.wordpress.case import WordPressCase
from tests.networks.wordpress.doing import LATER, number, publish
from tests.networks.wordpress.rows import HOME


def test_counts_are_of_approved_comments_on_public_articles(
    case: WordPressCase, door: WordPressConnector
) -> None:
    first, second = publish(door), publish(door)
    case.site.say(number(first), "One", START)
    case.site.say(number(first), "Two", START, status="hold")
    door.withdraw(second, now=START)
    readings = door.read_counts((first, second, first, PublishedRef("nowhere")), START)
    assert [(one.object_id, one.value) for one in readings] == [(first.remote_id, 1)]


def test_the_site_and_other_authors_have_profiles(door: WordPressConnector) -> None:
    assert door.read_profile(HOME, START).actor.display_name == "A blog & more"
    assert door.read_profile(f"{HOME}/?author=4", START).actor.display_name == "Paul"
    for nobody in (f"{HOME}/?author=5", "nobody", f"{HOME}/?visitor=Ada", "https://other.example/?author=3"):
        with pytest.raises(UnexpectedReply):
            door.read_profile(nobody, START)


def test_a_thread_of_what_is_not_public_is_not_told(case: WordPressCase, door: WordPressConnector) -> None:
    ref = publish(door)
    door.withdraw(ref, now=START)
    for gone in (ref, PublishedRef("nowhere")):
        with pytest.raises(UnexpectedReply):
            door.read_thread(gone, START)


def test_a_long_thread_is_told_whole(case: WordPressCase, door: WordPressConnector) -> None:
    ref = publish(door)
    for minute in range(250):
        case.site.say(number(ref), f"Word {minute}", START + timedelta(minutes=minute))
    assert len(door.read_thread(ref, LATER)) == 251
