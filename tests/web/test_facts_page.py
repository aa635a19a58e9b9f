"""The page behind a figure: what it lists, what it keeps to itself, at what cost."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portevoix.core import clock
from portevoix.ledger.actions.record import record
from portevoix.ledger.models import Publication
from portevoix.measures.catalogue import METRICS
from portevoix.networks.contracts import OURS, ActorRef, Event, Kind
from portevoix.networks.models import Account, Holding
from portevoix.people.models import Role
from portevoix.programme.models import Tenure
from tests.web.conftest import Company, SignIn, at
from tests.web.test_measures import HTML_BUDGET, SQL_BUDGET, text_of


def times(page: str) -> list[tuple[str, str]]:
    """Return (title, text) of every `<time>` of a page; the title is empty where there is none."""
    return re.findall(r'<time datetime="[^"]*"(?: title="([^"]*)")?>([^<]*)</time>', page)


def test_an_act_tells_who_what_and_when_with_the_exact_time_on_hover(
    company: Company, signed_in: SignIn
) -> None:
    page = signed_in("lead").get(company.path("marion/mentions_received/")).content.decode()

    assert times(page) == [("July 3, 2012, 00:15:00 CEST", "July 3, 2012, 00:15")]
    assert '<a href="https://x.example/fan_one" rel="noreferrer noopener external">fan_one</a>' in page
    assert '<a href="https://x.example/e1" rel="noreferrer noopener external">mention, reply</a>' in page


def test_the_figure_stands_with_its_definition_and_the_way_back(company: Company, signed_in: SignIn) -> None:
    told = text_of(signed_in("lead"), company.path("marion/mentions_received/"))
    page = signed_in("lead").get(company.path("marion/mentions_received/")).content.decode()

    assert "Mentions received 1" in told
    assert "June 2012: 7" in told
    assert "Not a number of people" in told
    assert "Received in the month" in told
    assert f'<a href="{company.path()}">Measures, July 2012</a>' in page


def test_a_long_list_is_cut_into_pages(company: Company, signed_in: SignIn) -> None:
    first = signed_in("lead").get(company.path("marion/likes_received/")).content.decode()
    second = signed_in("lead").get(company.path("marion/likes_received/?page=2")).content.decode()

    assert (len(times(first)), len(times(second))) == (50, 10)
    assert "Page 1 of 2, 60 in all" in first
    assert 'rel="next" href="?page=2"' in first
    assert 'rel="prev" href="?page=1"' in second


@pytest.mark.parametrize("number", ["3", "0", "-1", "x", "²", "99999999999999999999"])
def test_a_page_that_is_not_there_is_not_found(company: Company, signed_in: SignIn, number: str) -> None:
    answer = signed_in("lead").get(company.path("marion/likes_received/"), {"page": number})

    assert answer.status_code == 404


@pytest.mark.parametrize("rest", ["marion/no_such_metric/", "nobody/likes_received/", "-/likes_received/"])
def test_a_figure_that_is_not_there_is_not_found(company: Company, signed_in: SignIn, rest: str) -> None:
    assert signed_in("lead").get(company.path(rest)).status_code == 404


def test_an_address_that_could_do_harm_is_no_link_and_a_handle_is_no_markup(
    company: Company, signed_in: SignIn
) -> None:
    page = signed_in("lead").get(company.path("marion/reposts_received/")).content.decode()

    assert "javascript:" not in page
    assert "&lt;b&gt;bold&lt;/b&gt;" in page
    assert '<a href="https://x.example/p1" rel="noreferrer noopener external">the post</a>' in page


def test_a_named_voice_is_never_told_beside_a_persona(company: Company, signed_in: SignIn) -> None:
    for line in ("marion", "*"):
        page = signed_in("lead").get(company.path(f"{line}/internal_interactions/")).content.decode()

        assert "A colleague under the own name" in page
        assert "jean.dupont" not in page
        assert "Paul" not in page
        assert "Hugo" in page


def test_what_a_colleague_did_at_another_time_is_not_told_beside_a_persona_either(
    company: Company, signed_in: SignIn
) -> None:
    held = Holding.objects.get(voice__slug="paul")
    Holding.objects.filter(pk=held.pk).update(from_at=at(20))
    colleague = ActorRef(
        held.account.remote_id, "jean.dupont", "Jean Dupont", "https://x.example/jean.dupont"
    )
    liked = Event(Kind.LIKE, colleague, "1", at(10), "p1", url="https://x.example/jean.dupont/1")
    record(company.brand, "x", now=at(9), source="test", events=[liked])

    for path in ("marion/likes_received/", "marion/distinct_people/", "*/likes_received/"):
        page = signed_in("lead").get(company.path(path)).content.decode()
        assert "A colleague under the own name" in page
        assert "jean.dupont" not in page
        assert "Jean" not in page


@pytest.mark.parametrize(
    ("who", "metric", "shows_hours"),
    [
        ("lead", "posts_published", False),
        ("administrator", "posts_published", False),
        ("ambassador", "posts_published", True),
        ("ambassador", "internal_interactions", False),
        ("lead", "reposts_received", True),
    ],
)
def test_when_a_voice_acted_is_told_to_the_day_except_to_its_holder(
    company: Company, signed_in: SignIn, who: str, metric: str, shows_hours: bool
) -> None:
    page = signed_in(who).get(company.path(f"marion/{metric}/")).content.decode()

    assert times(page)
    assert all(bool(title) == shows_hours for title, _text in times(page))
    assert ("11:41" in page) == (shows_hours and metric == "posts_published")


def test_the_brands_line_says_to_whom(company: Company, signed_in: SignIn) -> None:
    own = text_of(signed_in("lead"), company.path("marion/reposts_received/"))
    whole = text_of(signed_in("lead"), company.path("*/reposts_received/"))

    assert "To whom" not in own
    assert "To whom" in whole
    assert "Marion" in whole


def test_people_are_listed_with_how_often_and_the_last_time(company: Company, signed_in: SignIn) -> None:
    page = signed_in("lead").get(company.path("marion/distinct_people/")).content.decode()

    row = re.search(r"<tr><td>(?:(?!</tr>).)*fan_one.*?</tr>", page, re.S)
    assert row
    assert '<td class="num right">2</td>' in row[0]


def test_posts_are_listed_with_what_each_got(company: Company, signed_in: SignIn) -> None:
    page = signed_in("lead").get(company.path("marion/applause_rate/")).content.decode()

    assert re.findall(r'<td class="num right">([^<]*)</td>', page) == ["0", "1", "0", "–"]
    assert '<a href="https://x.example/p1"' in page


def test_a_post_that_was_written_outside_says_so(company: Company, signed_in: SignIn) -> None:
    for maker, is_told in ((OURS, False), ("Another application", True), ("", False)):
        Publication.objects.update(made_with=maker)
        page = signed_in("lead").get(company.path("marion/applause_rate/")).content.decode()
        assert ("written outside" in page) is is_told


def test_readings_are_listed_account_by_account(company: Company, signed_in: SignIn) -> None:
    page = signed_in("lead").get(company.path("marion/audience_growth/")).content.decode()

    assert re.findall(r'<td class="num right">([^<]*)</td>', page) == ["1,234,567", "–", "–"]


def test_nothing_found_and_nobody_looked_are_told_apart(company: Company, signed_in: SignIn) -> None:
    found_none = text_of(signed_in("lead"), company.path("hugo/likes_received/"))
    nobody_looked = text_of(signed_in("lead"), company.path("hugo/quotes_received/"))

    assert "A source looked and found none." in found_none
    assert "No source looked for this in this month" in nobody_looked


def test_a_list_that_is_newer_than_its_figure_says_so(company: Company, signed_in: SignIn) -> None:
    late = Event(Kind.LIKE, ActorRef("late"), "1", at(6))
    record(company.brand, "x", now=clock.now(), source="manual", events=[late])

    told = text_of(signed_in("lead"), company.path("marion/likes_received/"))

    assert "the list below is newer than the figure" in told


def _with_two_accounts(company: Company) -> None:
    account = Account.objects.create(
        brand=company.brand, network="mastodon", remote_id="https://m.example/@m"
    )
    Holding.objects.create(voice=company.marion, account=account)


@pytest.mark.parametrize("line", ["marion", "*"])
@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: str(metric.id))
def test_the_page_asks_the_database_little_and_is_light(
    company: Company, signed_in: SignIn, metric: object, line: str
) -> None:
    _with_two_accounts(company)
    client = signed_in(Role.AMBASSADOR)

    with CaptureQueriesContext(connection) as asked:
        page = client.get(company.path(f"{line}/{getattr(metric, 'id')}/"))  # noqa: B009

    assert page.status_code == 200
    assert len(asked) <= SQL_BUDGET, [query["sql"][:150] for query in asked]
    assert len(page.content) < HTML_BUDGET


def test_the_holder_of_several_voices_is_known_for_each(company: Company, signed_in: SignIn) -> None:
    Tenure.objects.all().update(to_on="2012-02-01")

    page = signed_in("ambassador").get(company.path("marion/posts_published/")).content.decode()

    assert all(not title for title, _text in times(page)), "a former holder is no holder"
