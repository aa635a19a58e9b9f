"""One key is one article, whatever goes wrong between us and the site."""

import httpx
import pytest

from portevoix.networks.contracts import (
    Draft,
    PublishedRef,
)
from portevoix.networks.errors import (
    ContentRefused,
    NetworkError,
    UnexpectedReply,
)
from portevoix.networks.wordpress.connector import WordPressConnector
from tests.networks.contract import START
from tests.networks.walk import CALLS, TROUBLES
from tests.networks.wordpress.case import OPTIONS, WordPressCase
from tests.networks.wordpress.doing import number, publish
from tests.networks.wordpress.rows import HOME


@pytest.mark.parametrize("name", ["publish", "find"])
@pytest.mark.parametrize("trouble", TROUBLES)
def test_what_befalls_the_look_before_a_post_means_what_it_means_for_reading(
    case: WordPressCase, door: WordPressConnector, name: str, trouble: str
) -> None:
    case.wire.look_too = True
    case.wire.spoil(TROUBLES[trouble])
    with pytest.raises(NetworkError) as caught:
        CALLS[name][1](case, door, PublishedRef(""))
    assert type(caught.value) is TROUBLES[trouble].meaning[1]
    assert not [one for one in case.site.posts.values() if one.author == 3]


@pytest.mark.parametrize("passing", [0, 1])
@pytest.mark.parametrize("trouble", TROUBLES)
def test_whichever_write_goes_wrong_the_same_key_publishes_once(
    case: WordPressCase, door: WordPressConnector, trouble: str, passing: int
) -> None:
    plays, writes = case.wire.handle_request, 0

    def spoiled(request: httpx.Request) -> httpx.Response:
        nonlocal writes
        if request.method == "POST":
            writes += 1
            if writes == passing + 1:
                case.wire.spoil(TROUBLES[trouble])
        return plays(request)

    with WordPressConnector(OPTIONS, case.secret(), transport=httpx.MockTransport(spoiled)) as other:
        with pytest.raises(NetworkError) as caught:
            other.publish(Draft("A text."), key="once", now=START)
        assert type(caught.value) is TROUBLES[trouble].meaning[0]
        again = other.publish(Draft("A text."), key="once", now=START)
    standing = [one for one in case.site.posts.values() if one.author == 3]
    assert [(one.slug, one.status, one.number) for one in standing] == [("once", "publish", number(again))]


def test_drafts_made_at_the_same_moment_become_one_post(
    case: WordPressCase, door: WordPressConnector
) -> None:
    plays = case.site.play

    def meeting(request: httpx.Request) -> httpx.Response:
        answer = plays(request)
        if request.method == "POST" and request.url.path.endswith("/posts") and not others:
            others.append(case.site.make_post(3, "Mine", START, slug="met", status="draft"))
            others.append(case.site.make_post(3, "Mine", START, slug="met-2", status="draft"))
        return answer

    others: list[object] = []
    with WordPressConnector(OPTIONS, case.secret(), transport=httpx.MockTransport(meeting)) as first:
        ref = first.publish(Draft("Mine."), key="met", now=START)
    assert door.publish(Draft("Mine."), key="met", now=START).remote_id == ref.remote_id
    assert [one.status for one in case.site.posts.values() if one.author == 3] == ["publish"]


def test_a_draft_that_another_took_away_is_made_anew(case: WordPressCase) -> None:
    plays = case.site.play
    taken: list[object] = []

    def taking(request: httpx.Request) -> httpx.Response:
        if request.method == "POST" and not request.url.path.endswith("/posts") and not taken:
            taken.append(case.site.posts.pop(max(case.site.posts)))
        return plays(request)

    with WordPressConnector(OPTIONS, case.secret(), transport=httpx.MockTransport(taking)) as door:
        ref = door.publish(Draft("Mine."), key="taken", now=START)
    assert case.site.posts[number(ref)].slug == "taken"
    assert taken


def test_a_site_that_gives_slugs_of_its_own_publishes_nothing_from_here(case: WordPressCase) -> None:
    def renaming(request: httpx.Request) -> httpx.Response:
        answer = case.site.play(request)
        case.site.posts[max(case.site.posts)].slug = "a-nicer-one"
        return answer

    with (
        WordPressConnector(OPTIONS, case.secret(), transport=httpx.MockTransport(renaming)) as door,
        pytest.raises(UnexpectedReply),
    ):
        door.publish(Draft("Mine."), key="named", now=START)
    assert not [one for one in case.site.posts.values() if one.author == 3]


def test_a_key_is_the_last_part_of_an_address_and_names_nobody(door: WordPressConnector) -> None:
    key = door.new_key(START)
    assert key.startswith("20261102-")
    assert key == "".join(letter for letter in key if letter in "0123456789abcdef-")
    assert publish(door).url.startswith(f"{HOME}/20261102-")


def test_a_site_without_a_trash_deletes(case: WordPressCase, door: WordPressConnector) -> None:
    case.site.has_trash = False
    ref = publish(door)
    for _time in range(2):
        door.withdraw(ref, now=START)
    assert number(ref) not in case.site.posts


def test_what_others_wrote_is_neither_changed_nor_withdrawn(
    case: WordPressCase, door: WordPressConnector
) -> None:
    ref = PublishedRef(f"{HOME}/?p={case.pauls.number}")
    for call in (lambda: door.withdraw(ref, now=START), lambda: door.update(ref, Draft("Mine."), now=START)):
        with pytest.raises(ContentRefused, match="not allowed"):
            call()
    with pytest.raises(ContentRefused, match="not on the site"):
        door.update(PublishedRef("https://other.example/?p=1"), Draft("Mine."), now=START)
