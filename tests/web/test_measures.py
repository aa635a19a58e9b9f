"""The monthly table as its readers see it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portevoix.core import clock
from portevoix.core.worker import queue
from portevoix.ledger.actions.record import record
from portevoix.ledger.models import Coverage, Import
from portevoix.measures.catalogue import METRICS
from portevoix.measures.models import Scorecard, ScorecardLine
from portevoix.networks.actions.holdings import hold_accounts
from portevoix.networks.models import Account
from portevoix.people import journal
from portevoix.people.journal import SYSTEM
from portevoix.people.models import Brand
from portevoix.programme.models import Voice
from tests.web.conftest import COMPUTED, JULY, Company, SignIn
from tests.web.imports import an_import, ended

SQL_BUDGET = 12
HTML_BUDGET = 60_000


def text_of(client: Client, path: str, **headers: Any) -> str:
    """Return the page, tags and runs of blanks taken out."""
    page = client.get(path, **headers).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def cell(page: str, href: str) -> str:
    """Return the text of the link to `href`."""
    found = re.search(rf'<a href="{re.escape(href)}">([^<]*)</a>', page)
    assert found, href
    return found[1]


def test_each_figure_opens_and_the_month_before_stands_under_it(company: Company, signed_in: SignIn) -> None:
    page = signed_in("lead").get(company.path()).content.decode()

    assert cell(page, "marion/mentions_received/") == "1"
    assert cell(page, "marion/likes_received/") == "60"
    assert cell(page, "*/internal_interactions/") == "2"
    assert re.search(r'<a href="marion/likes_received/">60</a><small>7</small>', page)


def test_a_persona_is_called_by_its_first_name_with_the_brand_set_back(
    company: Company, signed_in: SignIn
) -> None:
    Voice.objects.filter(pk=company.marion.pk).update(first_name="Marion", name="Marion from Acme")
    page = signed_in("lead").get(company.path()).content.decode()
    assert '<span>Marion <small class="rest">from Acme</small></span>' in page


def test_the_line_of_the_brand_is_told_from_a_voice_of_its_name(company: Company, signed_in: SignIn) -> None:
    Voice.objects.filter(pk=company.marion.pk).update(name=company.brand.name)
    page = signed_in("lead").get(company.path()).content.decode()
    foot = page.partition("<tfoot>")[2].partition("</tfoot>")[0]
    assert "The whole brand" in foot
    assert company.brand.name not in foot


def test_what_nobody_looked_for_is_a_dash_and_does_not_open(company: Company, signed_in: SignIn) -> None:
    page = signed_in("lead").get(company.path("?columns=all")).content.decode()

    assert "marion/quotes_received/" not in page
    assert "<td>–<small>7</small></td>" in page


def test_columns_without_any_value_are_named_below_and_can_be_shown(
    company: Company, signed_in: SignIn
) -> None:
    page = signed_in("lead").get(company.path()).content.decode()
    everything = signed_in("lead").get(company.path("?columns=all")).content.decode()

    assert 'href="#def-quotes_received"' not in page
    assert "no source looked: Quotes received" in page
    assert all(f'href="#def-{metric.id}"' in everything for metric in METRICS)


@pytest.mark.parametrize(
    ("language", "audience", "rate"), [("en", "1,234,567", "7.50"), ("fr", "1\xa0234\xa0567", "7,50")]
)
def test_numbers_are_written_as_the_language_does(
    company: Company, signed_in: SignIn, language: str, audience: str, rate: str
) -> None:
    ScorecardLine.objects.filter(voice=company.marion, metric="applause_rate").update(value=7.5)

    page = signed_in("lead").get(company.path(), HTTP_ACCEPT_LANGUAGE=language).content.decode()

    assert cell(page, "marion/audience_size/") == audience
    assert cell(page, "marion/applause_rate/") == rate


def test_the_page_says_on_what_the_figures_rest(company: Company, signed_in: SignIn) -> None:
    told = text_of(signed_in("lead"), company.path())

    assert "Open. 0 of 2 voices commented. Facts cover July 1, 2012 to July 8, 2012." in told
    assert told.count("UTC") == 1, "which zone means what is said once"
    assert "Computed Aug. 2, 2012, 09:30" in told
    assert told.count("Europe/Paris") == 1
    assert "likes, mentions, posts, quotes, replies, reposts" in told


def test_every_metric_is_defined_with_its_basis_and_what_it_is_not(
    company: Company, signed_in: SignIn
) -> None:
    page = signed_in("lead").get(company.path()).content.decode()

    for metric in METRICS:
        assert f'id="def-{metric.id}"' in page
    assert "Not unique people" in page
    assert "Basis: Received in the month · a number · likes_received, version 1" in page


def test_months_lead_to_their_neighbours_but_never_beyond_today(company: Company, signed_in: SignIn) -> None:
    now = clock.now().astimezone(company.brand.zone)
    july = signed_in("lead").get(company.path()).content.decode()
    today = signed_in("lead").get(f"/b/acme/measures/{now:%Y-%m}/").content.decode()

    assert "/b/acme/measures/2012-06/" in july
    assert "/b/acme/measures/2012-08/" in july
    assert 'rel="next"' not in today


def test_without_a_month_the_last_one_of_which_something_is_known_is_shown(
    company: Company, signed_in: SignIn
) -> None:
    latest = signed_in("lead").get("/b/acme/measures/")
    chosen = signed_in("lead").get("/b/acme/measures/?month=2012-05")

    assert latest.headers["Location"] == company.path()
    assert chosen.headers["Location"] == "/b/acme/measures/2012-05/"


@pytest.mark.parametrize("month", ["2012-13", "2012-00", "0001-01", "1969-12", "9999-01"])
def test_a_month_that_does_not_exist_has_no_page(company: Company, signed_in: SignIn, month: str) -> None:
    lead = signed_in("lead")

    assert lead.get(f"/b/acme/measures/{month}/").status_code == 404
    assert lead.get(f"/b/acme/measures/{month}.csv").status_code == 404
    assert lead.get(f"/b/acme/measures/?month={month}").status_code == 404


@pytest.mark.parametrize("month", ["1970-01", "9998-12"])
def test_the_first_and_the_last_month_have_a_page(company: Company, signed_in: SignIn, month: str) -> None:
    lead = signed_in("lead")

    assert lead.get(f"/b/acme/measures/{month}/").status_code == 200
    assert lead.get(f"/b/acme/measures/{month}/news/").status_code == 200
    assert lead.get(f"/b/acme/measures/{month}.csv").status_code == 200
    assert 'href="/b/acme/measures/1969-12/"' not in lead.get(f"/b/acme/measures/{month}/").content.decode()


def test_an_empty_month_teaches_with_the_exact_command(company: Company, signed_in: SignIn) -> None:
    told = text_of(signed_in("lead"), "/b/acme/measures/2011-01/")

    assert "portevoix ledger import activity.csv --brand acme --network x" in told


def test_facts_about_nobodys_account_say_what_is_missing(company: Company, signed_in: SignIn) -> None:
    ScorecardLine.objects.all().delete()

    assert "portevoix programme init programme.yaml" in text_of(signed_in("lead"), company.path())


def test_the_sheet_is_what_the_command_line_prints(company: Company, signed_in: SignIn) -> None:
    answer = signed_in("lead").get("/b/acme/measures/2012-07.csv")
    lines = answer.content.decode().splitlines()

    assert lines[0] == "month,voice,metric,value,previous"
    assert "2012-07,marion,likes_received,60,7" in lines
    assert "2012-07,marion,quotes_received,,7" in lines
    assert "2012-07,*,applause_rate,1.0,7.5" in lines
    assert answer.headers["Content-Disposition"] == 'attachment; filename="acme-2012-07.csv"'


def test_figures_that_facts_have_overtaken_are_computed_again_and_the_page_says_so(
    company: Company, signed_in: SignIn
) -> None:
    queue.flush()
    assert "computed anew" not in text_of(signed_in("lead"), company.path())
    assert len(queue) == 0

    record(company.brand, "x", now=clock.now(), source="manual")

    assert "computed anew" in text_of(signed_in("lead"), company.path())
    assert len(queue) == 1


def test_a_month_that_was_rung_for_a_moment_ago_is_not_rung_for_again(
    company: Company, signed_in: SignIn
) -> None:
    record(company.brand, "x", now=clock.now(), source="manual")
    queue.flush()

    for _turn in range(3):
        signed_in("lead").get(company.path())
    assert len(queue) == 1

    Scorecard.objects.update(computed_at=COMPUTED + timedelta(seconds=1))
    signed_in("lead").get(company.path())
    assert len(queue) == 2, "what was computed meanwhile and is overtaken anew is rung for at once"


@pytest.mark.parametrize("month", ["1970-02", "2011-01", "2012-08", "9998-11"])
def test_a_month_of_which_no_source_told_anything_waits_for_no_figures(
    company: Company, signed_in: SignIn, month: str
) -> None:
    queue.flush()

    told = text_of(signed_in("lead"), f"/b/acme/measures/{month}/")

    assert "Nothing has come in for this month yet" in told
    assert "being computed" not in told
    assert len(queue) == 0


def test_while_first_figures_are_computed_the_page_does_not_say_that_there_are_none(
    company: Company, signed_in: SignIn
) -> None:
    Scorecard.objects.all().delete()

    told = text_of(signed_in("lead"), company.path())

    assert "are being computed" in told
    assert "No voice held an account" not in told


@pytest.mark.parametrize("change", ["holding", "zone"])
def test_figures_that_the_programme_has_overtaken_are_computed_again(
    company: Company, signed_in: SignIn, change: str
) -> None:
    if change == "holding":
        journal.record("networks.account.held", by=SYSTEM, brand=company.brand)
    else:
        Brand.objects.filter(pk=company.brand.pk).update(time_zone="America/New_York")

    assert "computed anew" in text_of(signed_in("lead"), company.path())


def test_what_another_brand_learns_overtakes_nothing_here(company: Company, signed_in: SignIn) -> None:
    record(company.elsewhere, "x", now=clock.now(), source="manual")
    hold_accounts(company.elsewhere, [], by=SYSTEM)

    assert "computed anew" not in text_of(signed_in("lead"), company.path())


def _grown(company: Company, voices: int) -> None:
    """Give the brand `voices` voices with a figure in every column."""
    card = Scorecard.objects.get(brand=company.brand)
    for number in range(voices):
        voice = Voice.objects.create(
            brand=company.brand, slug=f"voice-{number}", first_name=f"Anne-Sophie {number}", kind="persona",
            state="active", hue=number % 24,
        )  # fmt: skip
        ScorecardLine.objects.bulk_create(
            ScorecardLine(
                scorecard=card, voice=voice, metric=metric.id, metric_version=1, value=123456, previous=98765
            )
            for metric in METRICS
        )


@pytest.mark.parametrize("who", ["lead", "ambassador", "manager", "administrator"])
@pytest.mark.parametrize("query", ["", "?columns=all"])
def test_the_page_asks_the_database_little_however_large_the_family(
    company: Company, signed_in: SignIn, running: Import, who: str, query: str
) -> None:
    _grown(company, 12)
    ended(an_import(company.brand, lease=timedelta(0)), timedelta(minutes=5))
    client = signed_in(who)

    with CaptureQueriesContext(connection) as asked:
        page = client.get(company.path(query))

    assert page.status_code == 200
    assert len(asked) <= SQL_BUDGET, "\n".join(
        query["sql"][query["sql"].find("FROM") :][:70] for query in asked
    )


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_page_is_light_even_with_every_column_of_sixteen_voices(
    company: Company, signed_in: SignIn, language: str
) -> None:
    _grown(company, 14)

    page = signed_in("lead").get(company.path("?columns=all"), HTTP_ACCEPT_LANGUAGE=language)

    assert len(page.content) < HTML_BUDGET


def test_a_line_says_until_when_its_account_was_looked_at(company: Company, signed_in: SignIn) -> None:
    end_us = JULY.bounds_us(company.brand.zone)[1]
    account = Account.objects.get(remote_id="1")
    Coverage.objects.filter(account=account).update(to_us=end_us - clock.DAY_US // 2)

    told = text_of(signed_in("lead"), company.path())

    assert "Marion X:" not in told
    assert "Hugo X: looked at until July 8, 2012" in told
    assert "1 account looked at only in part" in told


def test_who_sees_the_brands_line_alone_reads_how_many_accounts_were_looked_at_in_part(
    company: Company, signed_in: SignIn
) -> None:
    told = text_of(signed_in("manager"), company.path())

    assert "2 accounts looked at only in part" in told
    assert "looked at until" not in told


def test_coverage_with_a_hole_says_so(company: Company, signed_in: SignIn) -> None:
    for day in (1, 20):
        start = clock.to_us(COMPUTED) - (32 - day) * clock.DAY_US
        Coverage.objects.create(
            brand=company.brand, network="mastodon", kind="like", from_us=start, to_us=start + clock.DAY_US
        )

    assert "with gaps" in text_of(signed_in("lead"), company.path())


def test_the_title_names_the_month_in_the_readers_language(company: Company, signed_in: SignIn) -> None:
    page = signed_in("lead").get(company.path(), HTTP_ACCEPT_LANGUAGE="fr").content.decode()

    assert str(JULY) == "2012-07"
    assert '<h1 id="title">Juillet 2012</h1>' in page
    assert "du 1er juillet 2012 au 8 juillet 2012" in page
    assert "en petit\xa0: juin 2012" in page
