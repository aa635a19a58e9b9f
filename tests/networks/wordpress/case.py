"""WordPress as a case of the contract."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

import httpx

from portevoix.networks.connector import Options
from portevoix.networks.contracts import Draft, PublishedRef
from portevoix.networks.wordpress.connector import WordPressConnector
from tests.networks.blogs import BlogCase
from tests.networks.contract import START
from tests.networks.wordpress.rows import HOME
from tests.networks.wordpress.site import WordPress

OPTIONS = {"home": HOME, "root": f"{HOME}/wp-json/", "user": 3}


class WordPressCase(BlogCase):
    """Marion, an author of a blog on which Paul writes too; his one post takes no comments."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.site = WordPress(START - timedelta(seconds=1))
        opened = START - timedelta(days=30)
        self.pauls = self.site.make_post(4, "Closed", opened, is_open=False)
        self.site.say(self.pauls.number, "Not for Marion", opened)

    def play(self, request: httpx.Request) -> httpx.Response:
        return self.site.play(request)

    def is_look(self, request: httpx.Request) -> bool:
        query = request.url.params
        looks_for_an_answer = request.url.path.endswith("/comments") and "author" in query
        return request.method == "GET" and (looks_for_an_answer or "trash" in query.get("status", ""))

    def ends(self, request: httpx.Request) -> bool:
        return b'"draft"' not in request.content

    def somebody(self) -> str:
        return f"{HOME}/?author=4"

    def connector(self) -> WordPressConnector:
        return WordPressConnector(OPTIONS, self.secret(), transport=self.wire)

    def bad_options(self) -> list[Options]:
        return [
            {},
            {**OPTIONS, "home": 3},
            {**OPTIONS, "home": "blog"},
            {**OPTIONS, "root": "ftp://blog.example/"},
            {**OPTIONS, "root": "http://blog.example/wp-json/"},
            {**OPTIONS, "home": "https://marion:secret@blog.example"},
            {**OPTIONS, "home": "https://[blog"},
            {**OPTIONS, "user": "3"},
            {**OPTIONS, "user": True},
            {**OPTIONS, "user": 0},
            {**OPTIONS, "colour": "red"},
        ]

    def secret(self) -> str:
        return "marion:abcd1234EFGH5678ijkl9012"

    def revoke(self) -> None:
        self.site.authors[3].password = "another"

    def refused_draft(self) -> Draft:
        return Draft("A comment.", in_reply_to=f"{HOME}/?p={self.pauls.number}")

    def typed(self) -> Mapping[str, str]:
        return {"address": "blog.example", "login": "marion", "password": "abcd 1234 EFGH 5678 ijkl 9012"}

    def let_others_react(self, ref: PublishedRef) -> list[datetime]:
        start, post = ref.at or START, int(ref.remote_id.rpartition("=")[2])
        sittings = [start + timedelta(hours=hours) for hours in (1, 2, 7, 30, 31, 500)]
        for number, at in enumerate(sittings):
            for minute in range(number + 3):
                self.site.say(
                    post, f"Word {number}.{minute}", at - timedelta(minutes=minute), f"Reader {minute}"
                )
        return sittings
