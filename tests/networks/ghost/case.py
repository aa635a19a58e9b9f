"""Ghost as a case of the contract."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import httpx

from portevoix.networks.connector import Options
from portevoix.networks.contracts import Draft
from portevoix.networks.ghost.connector import GhostConnector
from tests.networks.blogs import BlogCase
from tests.networks.contract import START
from tests.networks.ghost.site import HOME, KEY_ID, SECRET, Ghost

OPTIONS = {"site": HOME, "api": HOME}


class GhostCase(BlogCase):
    """A site, with the key of an integration."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.site = Ghost(START - timedelta(seconds=1))

    def play(self, request: httpx.Request) -> httpx.Response:
        return self.site.play(request)

    def is_look(self, request: httpx.Request) -> bool:
        """Tell looks by what only they ask for: an article by its id, a slug in whatever state."""
        wanted = request.url.params.get("filter", "")
        of_one = request.url.path.count("/") > len(("", "ghost", "api", "admin", "posts"))
        return request.method == "GET" and (of_one or (wanted.startswith("slug:") and "status" not in wanted))

    def ends(self, request: httpx.Request) -> bool:
        is_draft_to_publish = request.method == "POST" and b'"draft"' in request.content
        return not is_draft_to_publish

    def connector(self) -> GhostConnector:
        return GhostConnector(OPTIONS, self.secret(), transport=self.wire)

    def bad_options(self) -> list[Options]:
        return [
            {},
            {"site": HOME},
            {**OPTIONS, "api": 3},
            {**OPTIONS, "api": "ghost.example"},
            {**OPTIONS, "api": "ftp://ghost.example"},
            {**OPTIONS, "api": "http://ghost.example"},
            {**OPTIONS, "site": "https://a:b@ghost.example"},
            {**OPTIONS, "site": "https://[ghost"},
            {**OPTIONS, "colour": "red"},
        ]

    def secret(self) -> str:
        return f"{KEY_ID}:{SECRET}"

    def revoke(self) -> None:
        self.site.keys.clear()

    def refused_draft(self) -> Draft:
        return Draft("A text.", title="x" * 256)

    def somebody(self) -> str:
        return HOME

    def typed(self) -> Mapping[str, str]:
        return {"address": f"{HOME}/ghost/#/settings/integrations", "key": f" {self.secret()} "}
