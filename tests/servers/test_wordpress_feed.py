"""The feed that a real WordPress writes: found from the site's address, and read without gap or repeat."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings

from portevoix.networks.contracts import Draft
from portevoix.networks.errors import OptionsRefused
from portevoix.networks.rss.connector import RssConnector
from portevoix.networks.wordpress.connector import WordPressConnector
from tests.servers.wordpress.running import WordPressSite, running_wordpress

pytestmark = pytest.mark.servers


@pytest.fixture(scope="module")
def wordpress() -> Iterator[WordPressSite]:
    """Start a site."""
    with running_wordpress() as site:
        yield site


@pytest.fixture(autouse=True)
def _this_machine_may_be_called(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "ALLOW_PRIVATE_ADDRESSES", True)


def moment() -> datetime:
    """Return an instant of the real site's clock, a little ahead of it."""
    return datetime.now(UTC) + timedelta(seconds=5)


def publish(site: WordPressSite, title: str, text: str) -> str:
    """Publish an article as Marion; return where people open it."""
    answers = {"address": site.address, "login": "marion", "password": site.passwords["marion"]}
    (signed,) = WordPressConnector.sign_in(answers, now=moment())
    with WordPressConnector(signed.options, signed.credentials) as door:
        draft = Draft(text, title=title, language="fr")
        return door.publish(draft, key=door.new_key(moment()), now=moment()).url


def test_the_feeds_of_a_real_site_are_found_and_read(wordpress: WordPressSite) -> None:
    first = publish(wordpress, "L’été & l’hiver", "Une ligne, « entre guillemets ».\n\nUne autre 👋")
    signed = RssConnector.sign_in({"feed": wordpress.address}, now=moment())
    assert len(signed) == 2  # articles, and comments
    with RssConnector(signed[0].options) as door:
        assert door.verify(moment()).actor == signed[0].profile.actor
        page = door.read_posts("", moment())
        mine = next(one for one in page.items if one.url == first)
        assert mine.text.startswith("L’été & l’hiver\n\nUne ligne, « entre guillemets ».\n\nUne autre 👋")
        assert mine.remote_id.startswith("http")
        assert abs(mine.at - moment()) < timedelta(minutes=10)

        second = publish(wordpress, "Deux", "Encore.")
        page = door.read_posts(page.cursor, moment())
        assert ([one.url for one in page.items], page.has_gap) == ([second], False)
        assert door.read_posts(page.cursor, moment()).items == ()


def test_a_page_of_a_real_site_that_is_no_feed_links_nothing(wordpress: WordPressSite) -> None:
    with pytest.raises(OptionsRefused):
        RssConnector.sign_in({"feed": f"{wordpress.address}/nothing-here"}, now=moment())
