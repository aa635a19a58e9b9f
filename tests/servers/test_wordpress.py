"""The connector against a real WordPress: what is claimed of it holds there too."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.conf import settings

from portevoix.networks.connector import Options, abilities_of
from portevoix.networks.contracts import Ability, Counted, Draft, Event, Kind, Page, PostKind, PublishedRef
from portevoix.networks.errors import ContentRefused, NeedsReconnection, OptionsRefused, OutcomeUnknown
from portevoix.networks.wordpress.connector import WordPressConnector
from tests.networks.contract import ConnectorCase
from tests.networks.walk import PICTURE
from tests.servers.contract_of_blogs import PROMISES
from tests.servers.losing import Losing
from tests.servers.wordpress.running import WordPressSite, running_wordpress

pytestmark = pytest.mark.servers
ARTICLE = Draft(
    "Première ligne, « guillemets » & <balises>.\nDeuxième : https://example.org/a?b=1&c=2.\n\nFin 👋",
    title="L'été, déjà <3",
    link="https://example.org/suite",
    language="fr",
)
WORDS = f"{ARTICLE.title}\n\n{ARTICLE.text}\n\n{ARTICLE.link}"


def moment() -> datetime:
    """Return an instant of the real site's clock, a little ahead of it: only ever compared with the site's."""
    return datetime.now(UTC) + timedelta(seconds=5)


def connector_of(site: WordPressSite, login: str = "marion", loses: str = "") -> WordPressConnector:
    """Return the connector of one of the site's authors, as typing the password opens it."""
    answers = {"address": site.address, "login": login, "password": site.passwords[login]}
    (signed,) = WordPressConnector.sign_in(answers, now=moment())
    return WordPressConnector(signed.options, signed.credentials, transport=Losing(loses))


class RealWordPress(ConnectorCase):
    """The real site as a case of the contract."""

    def __init__(self, site: WordPressSite) -> None:
        super().__init__(Path())
        self.site = site

    def connector(self) -> WordPressConnector:
        return connector_of(self.site)

    def bad_options(self) -> list[Options]:
        return []

    def refused_draft(self) -> Draft:
        return Draft("x" * 70_000, in_reply_to=publish(self.connector()).remote_id)

    def somebody(self) -> str:
        return self.site.address

    def typed(self) -> Mapping[str, str]:
        return {"address": self.site.address, "login": "marion", "password": self.site.passwords["marion"]}


@pytest.fixture(scope="module")
def wordpress() -> Iterator[WordPressSite]:
    """Start a site for all of these tests."""
    with running_wordpress() as site:
        yield site


@pytest.fixture(autouse=True)
def _this_machine_may_be_called(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "ALLOW_PRIVATE_ADDRESSES", True)


@pytest.fixture
def door(wordpress: WordPressSite) -> Iterator[WordPressConnector]:
    """Open the author Marion's connector."""
    with connector_of(wordpress) as opened:
        yield opened


@pytest.fixture
def helene(wordpress: WordPressSite) -> Iterator[WordPressConnector]:
    """Open the connector of the site's administrator."""
    with connector_of(wordpress, "helene") as opened:
        yield opened


def asked(site: WordPressSite, method: str, route: str, login: str = "", **body: Any) -> Any:
    """Ask the site without the connector."""
    auth = (login, site.passwords[login]) if login else None
    answer = httpx.request(method, f"{site.address}/wp-json/wp/v2/{route}", auth=auth, **body)
    answer.raise_for_status()
    return answer.json()


def number(ref: PublishedRef) -> int:
    """Return the site's number of a post."""
    return int(ref.remote_id.rpartition("=")[2])


def a_visitor_says(site: WordPressSite, ref: PublishedRef, words: str, name: str = "Ada") -> None:
    """Fill in the form beneath an article, as anybody does."""
    form = {"author": name, "email": "ada@example.org", "comment": words, "comment_post_ID": number(ref)}
    answer = httpx.post(f"{site.address}/wp-comments-post.php", data=form)
    assert answer.status_code == 302, answer.text


def approve(site: WordPressSite) -> None:
    """Approve all comments that wait."""
    for one in asked(site, "GET", "comments?status=hold&context=edit", "helene"):
        asked(site, "POST", f"comments/{one['id']}", "helene", json={"status": "approved"})


def publish(door: WordPressConnector, draft: Draft = ARTICLE) -> PublishedRef:
    """Publish with a key of its own."""
    return door.publish(draft, key=door.new_key(moment()), now=moment())


def everything(door: WordPressConnector, cursor: str = "") -> tuple[list[Event], str]:
    """Return all events after a cursor, and the next cursor."""
    told: list[Event] = []
    page: Page[Event] = Page((), cursor, has_more=True)
    while page.has_more:
        page = door.read_events(page.cursor, moment())
        told += page.items
    return told, page.cursor


def test_an_article_with_a_picture_is_published_read_changed_and_withdrawn(
    wordpress: WordPressSite, door: WordPressConnector
) -> None:
    pictures = (door.upload(PICTURE, now=moment()), door.upload(PICTURE, now=moment()))
    key = door.new_key(moment())
    ref = door.publish(replace(ARTICLE, media=pictures), key=key, now=moment())
    assert key in ref.url
    page = httpx.get(ref.url)
    assert page.status_code == 200
    told = asked(wordpress, "GET", f"posts/{number(ref)}?_embed=1")
    assert told["_embedded"]["wp:featuredmedia"][0]["alt_text"] == PICTURE.alternative_text
    assert f'alt="{PICTURE.alternative_text}"' in told["content"]["rendered"]
    assert 'href="https://example.org/a?b=1&amp;c=2"' in told["content"]["rendered"]
    assert '<div lang="fr">' in told["content"]["rendered"]
    seen = [one for one in door.read_posts("", moment()).items if one.remote_id == ref.remote_id]
    assert [(one.text, one.language, one.kind) for one in seen] == [(WORDS, "fr", PostKind.ARTICLE)]
    changed = door.update(ref, Draft("Autre chose."), now=moment())
    assert changed.remote_id == ref.remote_id
    assert asked(wordpress, "GET", f"posts/{number(ref)}")["featured_media"] == 0
    assert [one.remote_id for one in door.find(ARTICLE, key=key, since=moment(), now=moment())] == [
        ref.remote_id
    ]
    for _time in range(2):
        door.withdraw(ref, now=moment())
    assert httpx.get(ref.url, follow_redirects=True).status_code == 404
    assert door.find(ARTICLE, key=key, since=moment(), now=moment()) == ()
    with pytest.raises(ContentRefused):
        door.update(ref, ARTICLE, now=moment())
    with pytest.raises(ContentRefused):
        door.publish(ARTICLE, key=key, now=moment())


@pytest.mark.parametrize("loses", ["POST /wp-json/wp/v2/posts", "POST /wp-json/wp/v2/posts/"])
def test_whatever_answer_was_thrown_away_the_same_key_publishes_once(
    wordpress: WordPressSite, loses: str
) -> None:
    with connector_of(wordpress, loses=loses) as door:
        key = door.new_key(moment())
        with pytest.raises(OutcomeUnknown):
            door.publish(ARTICLE, key=key, now=moment())
        found = door.find(ARTICLE, key=key, since=moment(), now=moment())
        assert len(found) == (1 if loses.endswith("/") else 0)
        again = door.publish(ARTICLE, key=key, now=moment())
        assert [one.remote_id for one in door.find(ARTICLE, key=key, since=moment(), now=moment())] == [
            again.remote_id
        ]
        assert not found or found[0].remote_id == again.remote_id
    slugs = [one["slug"] for one in asked(wordpress, "GET", "posts?status=any&per_page=100", "helene")]
    assert len([slug for slug in slugs if slug.startswith(key)]) == 1


def test_two_who_publish_with_one_key_at_once_publish_once(wordpress: WordPressSite) -> None:
    doors = [connector_of(wordpress) for _each in range(3)]
    for _round in range(5):
        key = doors[0].new_key(moment())
        with ThreadPoolExecutor(3) as pool:
            refs = list(pool.map(lambda door, key=key: door.publish(ARTICLE, key=key, now=moment()), doors))
        standing = asked(wordpress, "GET", "posts?status=any&per_page=100", "helene")
        assert len([one for one in standing if one["slug"].startswith(key)]) == 1
        assert len({ref.remote_id for ref in refs}) == 1
    for door in doors:
        door.close()


def test_a_comment_is_told_once_it_is_approved_and_once_only(
    wordpress: WordPressSite, door: WordPressConnector, helene: WordPressConnector
) -> None:
    ref, other = publish(door), publish(helene)
    _earlier, cursor = everything(door)
    a_visitor_says(wordpress, ref, 'C\'est "bien" <b>vu</b> & dit.')
    a_visitor_says(wordpress, other, "For somebody else.")
    waiting, cursor = everything(door, cursor)
    assert waiting == []
    publish(door, Draft("Something later."))
    late, cursor = everything(door, cursor)
    assert late == []
    approve(wordpress)
    told, cursor = everything(door, cursor)
    assert [(one.kind, one.object_id, one.actor.display_name) for one in told] == [
        (Kind.REPLY, ref.remote_id, "Ada")
    ]
    assert "bien" in told[0].text
    assert "vu" in told[0].text
    assert everything(door, cursor) == ([], cursor)
    (reading,) = door.read_counts((ref,), moment())
    assert (reading.counted, reading.value, reading.object_id) == (Counted.REPLIES, 1, ref.remote_id)


def test_an_author_answers_once_and_the_thread_has_it(
    wordpress: WordPressSite, door: WordPressConnector
) -> None:
    ref = publish(door)
    a_visitor_says(wordpress, ref, "A question?")
    approve(wordpress)
    _article, question = door.read_thread(ref, moment())
    answer = Draft('It\'s an "answer" -- yes :-) & more.', in_reply_to=question.remote_id)
    first, again = (door.publish(answer, key=door.new_key(moment()), now=moment()) for _time in range(2))
    assert first.remote_id == again.remote_id
    assert [one.remote_id for one in door.find(answer, key="k", since=moment(), now=moment())] == [
        first.remote_id
    ]
    thread = door.read_thread(first, moment())
    assert [one.in_reply_to for one in thread] == ["", ref.remote_id, question.remote_id]
    assert thread[2].author.remote_id == door.verify(moment()).actor.remote_id
    changed = door.update(first, Draft("Another answer."), now=moment())
    assert door.read_thread(changed, moment())[2].text == "Another answer."
    for _time in range(2):
        door.withdraw(first, now=moment())
    assert len(door.read_thread(ref, moment())) == 2


def test_a_site_tells_who_one_is_and_what_one_may(
    wordpress: WordPressSite, door: WordPressConnector, helene: WordPressConnector
) -> None:
    own = door.verify(moment())
    assert (own.actor.display_name, own.actor.handle) == ("Marion L’Hermite", "marion@127.0.0.1")
    assert door.abilities(moment()) == abilities_of(door.capabilities)
    asked(
        wordpress,
        "POST",
        f"users/{own.actor.remote_id.rpartition('=')[2]}",
        "helene",
        json={"roles": ["contributor"]},
    )
    try:
        assert Ability.PUBLISH not in door.abilities(moment())
        with pytest.raises(ContentRefused) as caught:
            publish(door)
        assert caught.value.reason
    finally:
        asked(
            wordpress,
            "POST",
            f"users/{own.actor.remote_id.rpartition('=')[2]}",
            "helene",
            json={"roles": ["author"]},
        )
    assert door.read_profile(wordpress.address, moment()).actor.display_name == "A blog"
    assert helene.read_profile(own.actor.remote_id, moment()).actor == own.actor


def test_a_wrong_password_is_refused_in_words(wordpress: WordPressSite, door: WordPressConnector) -> None:
    typed = {"address": wordpress.address, "login": "marion", "password": "wrong"}
    with pytest.raises(OptionsRefused):
        WordPressConnector.sign_in(typed, now=moment())
    with (
        WordPressConnector(door.options, "marion:wrong", transport=Losing()) as opened,
        pytest.raises(NeedsReconnection),
    ):
        opened.verify(moment())


def test_a_site_without_readable_links_is_found_and_used(
    wordpress: WordPressSite, door: WordPressConnector
) -> None:
    plain = {**door.options, "root": f"{wordpress.address}/index.php?rest_route=/"}
    with WordPressConnector(plain, f"marion:{wordpress.passwords['marion']}", transport=Losing()) as opened:
        ref = publish(opened)
        assert ref.remote_id in {one.remote_id for one in opened.read_posts("", moment()).items}
        opened.withdraw(ref, now=moment())


@pytest.mark.parametrize("promise", PROMISES)
def test_the_contract_holds_on_a_real_site(
    wordpress: WordPressSite, door: WordPressConnector, promise: str
) -> None:
    PROMISES[promise](RealWordPress(wordpress), door)
