"""A site with a blog: its feed is written by Django's feed generator, and answered as Django answers."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import httpx
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.http import ConditionalGetMiddleware
from django.test import RequestFactory
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed
from django.utils.http import http_date

from tests.networks.contract import START

SITE = "https://blog.example.org"
FEED = f"{SITE}/feed/"
PAGE = """<!doctype html><html><head><title>Atelier</title>
<link rel="stylesheet" href="/look.css"><link rel="ALTERNATE" type="application/rss+xml" href="feed/">
<link rel="alternate" type="application/atom+xml; charset=utf-8" href="/atom/">
<link rel="alternate stylesheet" type="application/rss+xml" href="/no">
<link rel="alternate" hreflang="en" href="/en">
</head><body><p>Bonjour.</p></body></html>"""


@dataclass
class Blog:
    """The site, of which the last `window` articles stand in the feed. `gone`: it was closed for good.

    `moved` is where its feed has moved for ever, '' while it is where it was; `asked` are the requests that came.
    """

    titles: list[str] = field(default_factory=list)
    window: int = 10
    gone: bool = False
    moved: str = ""
    asked: list[httpx.Request] = field(default_factory=list)

    def write(self, *titles: str) -> None:
        """Publish articles, an hour apart."""
        self.titles += titles

    def play(self, request: httpx.Request) -> httpx.Response:
        """Answer a request as the site does."""
        self.asked.append(request)
        address = str(request.url)
        if address == f"{SITE}/":
            return httpx.Response(200, text=PAGE, headers={"content-type": "text/html; charset=utf-8"})
        if self.moved and address == FEED:
            return httpx.Response(301, headers={"location": self.moved})
        if address not in (FEED, f"{SITE}/atom/", self.moved):
            return httpx.Response(404)
        return httpx.Response(410) if self.gone else self._answer(request)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        asked = RequestFactory().get(request.url.path, headers=dict(request.headers))
        answer = ConditionalGetMiddleware(self._feed)(asked)
        assert isinstance(answer, HttpResponse)
        return httpx.Response(answer.status_code, headers=dict(answer.items()), content=answer.content)

    def _feed(self, request: HttpRequest) -> HttpResponseBase:
        is_atom = request.path.startswith("/atom")
        written = self.document(Atom1Feed if is_atom else Rss201rev2Feed)
        answer = HttpResponse(written, content_type="application/xml; charset=utf-8")
        answer["Last-Modified"] = http_date(self._at(len(self.titles)).timestamp())
        return answer

    def document(self, kind: type[SyndicationFeed] = Rss201rev2Feed) -> str:
        """Return the feed, newest first."""
        feed = kind("Atelier  Durand", f"{SITE}/", "On wood & <b>glue</b>.", language="fr-CA", feed_url=FEED)
        first = max(0, len(self.titles) - self.window)
        for number in range(len(self.titles) - 1, first - 1, -1):
            title = self.titles[number]
            link = f"{SITE}/{number + 1}"
            said = f"<p>{title}, at length.</p><p>And more.</p>"
            feed.add_item(title, link, said, unique_id=link, pubdate=self._at(number))
        return feed.writeString("utf-8")

    def _at(self, number: int) -> datetime:
        return START + timedelta(hours=number - 1000)
