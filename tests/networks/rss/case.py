"""A feed as a case of the contract."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from portevoix.networks.connector import Options
from portevoix.networks.errors import SourceClosed
from portevoix.networks.rss.connector import RssConnector
from tests.networks.contract import ConnectorCase
from tests.networks.rss.blog import FEED, Blog
from tests.networks.walk import TROUBLES, Wire


class RssCase(ConnectorCase):
    """The feed of a blog that has three articles."""

    speaks_http = True
    own_meanings = MappingProxyType({(call, 410): SourceClosed for call in ("verify", "read_posts")})

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.blog = Blog()
        self.blog.write("Oak", "Ash & elm", "Été")
        self.wire = self._way = Wire(self.blog.play)

    def connector(self) -> RssConnector:
        return RssConnector({"feed": FEED}, transport=self.wire)

    def bad_options(self) -> list[Options]:
        wrong = ("", "words", "ftp://example.org/feed", "https://a:b@example.org/", "https://[x/", 3, None)
        return [{}, {"feed": FEED, "colour": "red"}, *({"feed": each} for each in wrong)]

    def unreachable(self) -> None:
        self._way.spoil(TROUBLES["no connection"])

    def lose_answer(self) -> None:
        self._way.spoil(TROUBLES["time-out"])

    def limit_rate(self) -> None:
        self._way.spoil(TROUBLES["429"])

    def revoke(self) -> None:
        self.blog.gone = True

    def typed(self) -> Mapping[str, str]:
        return {"feed": "Blog.Example.org"}
