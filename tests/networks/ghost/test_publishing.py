"""One key is one article on Ghost, and an article has a title, its pictures and its words."""

from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from portevoix.networks.contracts import Draft, Media, Page, PostKind, PublishedRef, SeenPost
from portevoix.networks.errors import (
    ContentRefused,
    NetworkError,
    NotSupported,
    OutcomeUnknown,
    UnexpectedReply,
)
from portevoix.networks.ghost.connector import GhostConnector
from tests.networks.contract import START
from tests.networks.ghost.case import OPTIONS, GhostCase
from tests.networks.ghost.site import HOME
from tests.networks.walk import CALLS, PICTURE, TROUBLES

LATER = START + timedelta(days=30)


def publish(door: GhostConnector, draft: Draft | None = None, key: str = "") -> PublishedRef:
    return door.publish(draft or Draft("A text."), key=key or door.new_key(START), now=START)


def posts(door: GhostConnector, cursor: str = "") -> tuple[list[SeenPost], str]:
    told: list[SeenPost] = []
    page: Page[SeenPost] = Page((), cursor, has_more=True)
    while page.has_more:
        page = door.read_posts(page.cursor, LATER)
        told += page.items
    return told, page.cursor


@pytest.mark.parametrize("name", ["publish", "update", "withdraw"])
@pytest.mark.parametrize("trouble", [trouble for trouble in TROUBLES if trouble != "401"])
def test_what_befalls_a_look_means_what_it_means_for_reading(
    case: GhostCase, door: GhostConnector, name: str, trouble: str
) -> None:
    ref = publish(door)
    before = dict(vars(case.site.articles[ref.remote_id[-24:]]))
    case.wire.look_too = True
    case.wire.spoil(TROUBLES[trouble])
    with pytest.raises(NetworkError) as caught:
        CALLS[name][1](case, door, ref)
    assert type(caught.value) is TROUBLES[trouble].meaning[1]
    assert vars(case.site.articles[ref.remote_id[-24:]]) == before
    assert len(case.site.articles) == 1


@pytest.mark.parametrize("passing", [0, 1])
@pytest.mark.parametrize("trouble", TROUBLES)
def test_whichever_write_goes_wrong_the_same_key_publishes_once(
    case: GhostCase, trouble: str, passing: int
) -> None:
    writes: list[int] = []

    def spoiled(request: httpx.Request) -> httpx.Response:
        if request.method != "GET":
            writes.append(1)
            if len(writes) == passing + 1:
                case.wire.spoil(TROUBLES[trouble])
        return case.wire.handle_request(request)

    with GhostConnector(OPTIONS, case.secret(), transport=httpx.MockTransport(spoiled)) as door:
        with pytest.raises(NetworkError) as caught:
            publish(door, key="once")
        assert type(caught.value) is TROUBLES[trouble].meaning[0]
        again = publish(door, key="once")
        assert publish(door, key="once") == again
    assert [(one.slug, one.status) for one in case.site.articles.values()] == [("once", "published")]


def test_drafts_made_at_the_same_moment_become_one_article(case: GhostCase, door: GhostConnector) -> None:
    def meeting(request: httpx.Request) -> httpx.Response:
        if request.method == "POST" and not case.site.articles:
            case.site.make("Mine", START, slug="met", status="draft", published_at=None)
        return case.site.play(request)

    with GhostConnector(OPTIONS, case.secret(), transport=httpx.MockTransport(meeting)) as first:
        ref = publish(first, key="met")
    assert publish(door, key="met") == ref
    assert [(one.slug, one.status) for one in case.site.articles.values()] == [("met", "published")]


def test_a_draft_that_another_changes_or_takes_away_is_looked_for_anew(case: GhostCase) -> None:
    done: list[str] = []

    def meddling(request: httpx.Request) -> httpx.Response:
        if request.method == "PUT" and len(done) == 0:
            case.site.articles[request.url.path.rstrip("/")[-24:]].updated_at += timedelta(seconds=9)
            done.append("changed")
        elif request.method == "PUT" and len(done) == 1:
            done.append(case.site.articles.popitem()[0])
        return case.site.play(request)

    with GhostConnector(OPTIONS, case.secret(), transport=httpx.MockTransport(meddling)) as door:
        publish(door, key="meddled")
    assert [(one.slug, one.status) for one in case.site.articles.values()] == [("meddled", "published")]


def test_one_that_always_meets_somebody_else_is_looked_for_later(case: GhostCase) -> None:
    def meddling(request: httpx.Request) -> httpx.Response:
        if request.method == "PUT":
            case.site.articles[request.url.path.rstrip("/")[-24:]].updated_at += timedelta(seconds=9)
        return case.site.play(request)

    with (
        GhostConnector(OPTIONS, case.secret(), transport=httpx.MockTransport(meddling)) as door,
        pytest.raises(OutcomeUnknown),
    ):
        publish(door)


def test_a_site_that_gives_slugs_of_its_own_publishes_nothing_from_here(case: GhostCase) -> None:
    def renaming(request: httpx.Request) -> httpx.Response:
        answer = case.site.play(request)
        for article in case.site.articles.values():
            article.slug = "a-nicer-one"
        return answer

    with (
        GhostConnector(OPTIONS, case.secret(), transport=httpx.MockTransport(renaming)) as door,
        pytest.raises(UnexpectedReply),
    ):
        publish(door)
    assert not case.site.articles


def test_an_article_that_somebody_withdrew_on_the_site_stays_so(
    case: GhostCase, door: GhostConnector
) -> None:
    ref = publish(door, key="withdrawn")
    case.site.articles[ref.remote_id[-24:]].status = "draft"
    with pytest.raises(ContentRefused, match="stays so"):
        publish(door, key="withdrawn")
    with pytest.raises(ContentRefused, match="not on the site"):
        door.update(ref, Draft("Again."), now=START)


def test_an_article_is_neither_changed_nor_withdrawn_while_somebody_edits_it(case: GhostCase) -> None:
    def editing(request: httpx.Request) -> httpx.Response:
        if request.method == "PUT" and b'"updated_at"' in request.content and is_edited:
            case.site.articles[request.url.path.rstrip("/")[-24:]].updated_at += timedelta(seconds=9)
        return case.site.play(request)

    is_edited: list[bool] = []
    with GhostConnector(OPTIONS, case.secret(), transport=httpx.MockTransport(editing)) as door:
        ref = publish(door)
        is_edited.append(True)
        with pytest.raises(ContentRefused, match="just changed"):
            door.update(ref, Draft("Mine."), now=START)
        with pytest.raises(ContentRefused, match="just changed"):
            door.withdraw(ref, now=START)


def test_what_was_deleted_between_look_and_write_is_gone(case: GhostCase) -> None:
    def deleting(request: httpx.Request) -> httpx.Response:
        if request.method == "PUT" and deletes:
            case.site.articles.clear()
        return case.site.play(request)

    deletes: list[bool] = []
    with GhostConnector(OPTIONS, case.secret(), transport=httpx.MockTransport(deleting)) as door:
        ref = publish(door)
        deletes.append(True)
        with pytest.raises(ContentRefused, match="not on the site"):
            door.update(ref, Draft("Mine."), now=START)
        door.withdraw(ref, now=START)
        door.withdraw(PublishedRef("nowhere"), now=START)


def test_an_article_has_a_title_pictures_and_no_newsletter(case: GhostCase, door: GhostConnector) -> None:
    first, second = (
        door.upload(replace(PICTURE, alternative_text=words), now=START) for words in ("Été", "B")
    )
    text = (
        "L'été « ici » & là <3 👋\n\nSuite, assez longue pour qu’un titre en soit coupé quelque part par là."
    )
    ref = publish(door, Draft(text, media=(first, second), language="fr"))
    article = case.site.articles[ref.remote_id[-24:]]
    assert article.title == "L'été « ici » & là <3 👋 Suite, assez longue pour qu’un titre en soit coupé…"
    assert article.feature_image == first.remote_id
    assert article.feature_image_alt == "Été"
    assert article.html.count("<img") == 1
    (seen,) = posts(door)[0]
    assert (seen.text, seen.kind, seen.url) == (text, PostKind.ARTICLE, f"{HOME}/{article.slug}/")
    door.update(ref, Draft("Other."), now=START)
    assert article.feature_image is None


def test_a_picture_that_ghost_does_not_take_is_refused_with_its_reason(door: GhostConnector) -> None:
    with pytest.raises(ContentRefused, match="valid image"):
        door.upload(Media(b"abc", "image/avif", "Words"), now=START)


@pytest.mark.parametrize(
    ("draft", "kind"),
    [
        (Draft("Words.", in_reply_to=f"{HOME}/x"), NotSupported),
        (Draft("  "), ContentRefused),
        (Draft("x" * 1_000_001), ContentRefused),
        (Draft("Words.", title="x" * 256), ContentRefused),
    ],
)
def test_what_cannot_be_published_is_refused(
    case: GhostCase, door: GhostConnector, draft: Draft, kind: type[NetworkError]
) -> None:
    with pytest.raises(kind):
        publish(door, draft)
    assert not case.site.articles


def test_a_scheduled_article_is_told_once_it_is_public(case: GhostCase, door: GhostConnector) -> None:
    late = case.site.make("Scheduled", START, status="scheduled")
    case.site.make("Written after", START + timedelta(hours=1))
    told, cursor = posts(door)
    assert [one.text for one in told] == ["Written after"]
    late.status = "published"
    told, cursor = posts(door, cursor)
    assert [one.remote_id for one in told] == [f"{HOME}/ghost/#/editor/post/{late.id}"]
    assert posts(door, cursor)[0] == []


def test_more_articles_than_a_page_are_all_told_though_some_have_one_instant(
    case: GhostCase, door: GhostConnector
) -> None:
    made = [case.site.make(str(count), START + timedelta(minutes=count // 7)) for count in range(230)]
    told, cursor = posts(door)
    assert [one.remote_id[-24:] for one in told] == [one.id for one in made]
    assert posts(door, cursor)[0] == []
