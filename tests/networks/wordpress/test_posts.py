"""Articles: what they are made of, and how they are read back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from portevoix.networks.contracts import (
    Draft,
    Media,
    PostKind,
)
from portevoix.networks.wordpress.connector import WordPressConnector
from tests.networks.contract import START
from tests.networks.walk import PICTURE
from tests.networks.wordpress.case import WordPressCase
from tests.networks.wordpress.doing import number, posts, publish
from tests.networks.wordpress.rows import HOME, ZONE


def test_pictures_stand_above_and_at_the_end_of_the_article(
    case: WordPressCase, door: WordPressConnector
) -> None:
    first, second = (
        door.upload(replace(PICTURE, alternative_text=words), now=START) for words in ("Été", "B")
    )
    post = case.site.posts[number(publish(door, Draft("A text.", media=(first, second))))]
    (featured, above), (_number, below) = case.site.media.items()
    assert (post.featured, above["alt_text"]) == (featured, "Été")
    assert post.content.count("<img") == 1
    assert below["name"] in post.content
    assert below["name"].endswith(".png")


def test_a_picture_of_any_sort_is_named_by_its_content(case: WordPressCase, door: WordPressConnector) -> None:
    door.upload(Media(b"abc", "image/avif", "Words"), now=START)
    assert next(iter(case.site.media.values()))["name"] == "ba7816bf8f01cfea.bin"


def test_an_article_is_told_with_its_words_its_kind_and_its_language(door: WordPressConnector) -> None:
    draft = Draft("L'été « ici » & là <3 👋", title="AT&T", link="https://example.org/é", language="fr")
    ref = publish(door, draft)
    (seen,) = posts(door)[0]
    assert seen.text == "AT&T\n\nL'été « ici » & là <3 👋\n\nhttps://example.org/é"
    assert (seen.kind, seen.language, seen.url) == (PostKind.ARTICLE, "fr", ref.url)
    assert seen.author.remote_id == f"{HOME}/?author=3"


def test_a_scheduled_article_is_told_once_it_is_public_though_others_came_before(
    case: WordPressCase, door: WordPressConnector
) -> None:
    late = case.site.make_post(3, "Scheduled", START, status="future")
    case.site.make_post(3, "Written after", START + timedelta(hours=1))
    told, cursor = posts(door)
    assert [one.text for one in told] == ["Written after\n\nWritten after"[: len("Written after")]]
    late.status = "publish"
    told, cursor = posts(door, cursor)
    assert [one.remote_id for one in told] == [f"{HOME}/?p={late.number}"]
    assert posts(door, cursor)[0] == []


def test_more_articles_than_a_page_are_all_told_though_some_have_one_instant(
    case: WordPressCase, door: WordPressConnector
) -> None:
    made = [case.site.make_post(3, str(count), START + timedelta(hours=count // 7)) for count in range(230)]
    told, cursor = posts(door)
    assert [one.remote_id for one in told] == [f"{HOME}/?p={one.number}" for one in made]
    assert posts(door, cursor)[0] == []


def test_more_articles_of_one_instant_than_a_page_holds_are_told_too(
    case: WordPressCase, door: WordPressConnector
) -> None:
    made = [case.site.make_post(3, str(count), START) for count in range(150)]
    assert len({one.remote_id for one in posts(door)[0]}) == len(made)


def test_the_hour_that_comes_twice_hides_nothing(case: WordPressCase, door: WordPressConnector) -> None:
    first = datetime(2026, 10, 25, 0, 40, tzinfo=UTC)
    second = datetime(2026, 10, 25, 1, 10, tzinfo=UTC)
    assert first.astimezone(ZONE).hour == second.astimezone(ZONE).hour
    case.site.make_post(3, "First", first)
    told, cursor = posts(door)
    assert len(told) == 1
    case.site.make_post(3, "Second", second)
    assert len(posts(door, cursor)[0]) == 1
