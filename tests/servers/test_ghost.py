"""The connector against a real Ghost: what is claimed of it holds there too."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from django.conf import settings

from portevoix.networks.connector import Options
from portevoix.networks.contracts import Draft, PostKind, PublishedRef
from portevoix.networks.errors import ContentRefused, NeedsReconnection, OptionsRefused, OutcomeUnknown
from portevoix.networks.ghost.connector import GhostConnector
from tests.networks.contract import ConnectorCase
from tests.networks.walk import PICTURE
from tests.servers.contract_of_blogs import PROMISES
from tests.servers.ghost.running import GhostSite, running_ghost
from tests.servers.losing import Losing

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


def connector_of(site: GhostSite, loses: str = "") -> GhostConnector:
    """Return the site's connector, as typing its key opens it."""
    (signed,) = GhostConnector.sign_in({"address": site.address, "key": site.key}, now=moment())
    return GhostConnector(signed.options, signed.credentials, transport=Losing(loses))


class RealGhost(ConnectorCase):
    """The real site as a case of the contract."""

    def __init__(self, site: GhostSite) -> None:
        super().__init__(Path())
        self.site = site

    def connector(self) -> GhostConnector:
        return connector_of(self.site)

    def bad_options(self) -> list[Options]:
        return []

    def refused_draft(self) -> Draft:
        return Draft("A text.", title="x" * 256)

    def somebody(self) -> str:
        return self.site.address

    def typed(self) -> Mapping[str, str]:
        return {"address": self.site.address, "key": self.site.key}


@pytest.fixture(scope="module")
def ghost() -> Iterator[GhostSite]:
    """Start a site for all of these tests."""
    with running_ghost() as site:
        yield site


@pytest.fixture(autouse=True)
def _this_machine_may_be_called(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "ALLOW_PRIVATE_ADDRESSES", True)


@pytest.fixture
def door(ghost: GhostSite) -> Iterator[GhostConnector]:
    """Open the site's connector."""
    with connector_of(ghost) as opened:
        yield opened


def told(door: GhostConnector) -> dict[str, str]:
    """Return the words of all articles, by their ids."""
    return {one.remote_id: one.text for one in door.read_posts("", moment()).items}


def found(door: GhostConnector, key: str) -> list[PublishedRef]:
    """Return what stands under a key."""
    return list(door.find(ARTICLE, key=key, since=moment(), now=moment()))


def test_an_article_with_pictures_is_published_read_changed_and_withdrawn(door: GhostConnector) -> None:
    pictures = (door.upload(PICTURE, now=moment()), door.upload(PICTURE, now=moment()))
    key = door.new_key(moment())
    ref = door.publish(replace(ARTICLE, media=pictures), key=key, now=moment())
    page = httpx.get(ref.url, timeout=60).text
    assert page.count(f'alt="{PICTURE.alternative_text}"') == 2
    assert 'href="https://example.org/a?b=1' in page
    (seen,) = [one for one in door.read_posts("", moment()).items if one.remote_id == ref.remote_id]
    assert (seen.text, seen.kind, seen.url) == (WORDS, PostKind.ARTICLE, ref.url)
    assert door.update(ref, Draft("Autre chose."), now=moment()).remote_id == ref.remote_id
    assert told(door)[ref.remote_id] == "Autre chose."
    assert found(door, key)[0].remote_id == ref.remote_id
    for _time in range(2):
        door.withdraw(ref, now=moment())
    assert httpx.get(ref.url, timeout=60).status_code == 404
    assert found(door, key) == []
    with pytest.raises(ContentRefused):
        door.update(ref, ARTICLE, now=moment())
    with pytest.raises(ContentRefused):
        door.publish(ARTICLE, key=key, now=moment())


@pytest.mark.parametrize("loses", ["POST /ghost/api/admin/posts/", "PUT /ghost/api/admin/posts/"])
def test_whatever_answer_was_thrown_away_the_same_key_publishes_once(ghost: GhostSite, loses: str) -> None:
    with connector_of(ghost, loses) as door:
        key = door.new_key(moment())
        with pytest.raises(OutcomeUnknown):
            door.publish(ARTICLE, key=key, now=moment())
        assert len(found(door, key)) == loses.startswith("PUT")
        again = door.publish(ARTICLE, key=key, now=moment())
        assert [one.remote_id for one in found(door, key)] == [again.remote_id]


def test_three_who_publish_with_one_key_at_once_publish_once(ghost: GhostSite) -> None:
    doors = [connector_of(ghost) for _each in range(3)]
    for _round in range(3):
        key = doors[0].new_key(moment())
        with ThreadPoolExecutor(3) as pool:
            refs = list(pool.map(lambda door, key=key: door.publish(ARTICLE, key=key, now=moment()), doors))
        assert {ref.remote_id for ref in refs} == {one.remote_id for one in found(doors[0], key)}
        assert len(found(doors[0], key)) == 1
    for door in doors:
        door.close()


def test_what_ghost_refuses_comes_back_with_its_reason(door: GhostConnector) -> None:
    with pytest.raises(ContentRefused, match="255"):
        door.publish(replace(ARTICLE, title="x" * 256), key=door.new_key(moment()), now=moment())


def test_a_clock_that_is_wrong_is_set_by_the_servers(door: GhostConnector) -> None:
    for hours in (-5, 5):
        assert door.verify(moment() + timedelta(hours=hours)).actor.display_name == "A Ghost"


def test_a_wrong_key_is_refused_in_words(ghost: GhostSite, door: GhostConnector) -> None:
    wrong = f"{ghost.key.partition(':')[0]}:{'ab' * 32}"
    with pytest.raises(OptionsRefused):
        GhostConnector.sign_in({"address": ghost.address, "key": wrong}, now=moment())
    with (
        GhostConnector(door.options, wrong, transport=Losing()) as opened,
        pytest.raises(NeedsReconnection),
    ):
        opened.verify(moment())


@pytest.mark.parametrize("promise", PROMISES)
def test_the_contract_holds_on_a_real_site(ghost: GhostSite, door: GhostConnector, promise: str) -> None:
    PROMISES[promise](RealGhost(ghost), door)
