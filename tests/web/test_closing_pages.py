"""A month's comments, its closing, its restatements, its seal, the page to sign, and courses over months."""

import re
from datetime import UTC, date, datetime
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portevoix.core.models import Job
from portevoix.core.periods import Month
from portevoix.ledger.actions.record import record
from portevoix.ledger.models import Coverage
from portevoix.measures.actions import closing as actions
from portevoix.measures.basis import Basis
from portevoix.measures.models import Closing, Comment, Scorecard, ScorecardLine
from portevoix.measures.queries import CLOSE, VERIFY
from portevoix.networks.contracts import ActorRef, Event, Kind
from portevoix.people.models import JournalEntry, Membership, Role, User
from portevoix.programme.models import Tenure
from portevoix.web.monthly import MonthPage
from tests.web.conftest import JULY, Company, SignIn, at
from tests.web.test_measures import HTML_BUDGET, SQL_BUDGET, text_of

CLOSED = datetime(2012, 8, 7, 9, 0, tzinfo=UTC)


def _close(company: Company) -> Closing:
    """Close July as the action does, from the scorecard of the fixture."""
    basis = Basis.of(company.brand, JULY)
    card = Scorecard.objects.get(brand=company.brand, month="2012-07")
    Scorecard.objects.filter(pk=card.pk).update(fingerprint=basis.fingerprint, mark=basis.mark)
    return actions.close(company.brand, JULY, by=company.people["lead"], now=CLOSED)


def _late(company: Company) -> None:
    """Let a like of July become known after the closing, and the scorecard be computed anew."""
    event = Event(Kind.LIKE, ActorRef("late"), "1", at(5), "")
    record(company.brand, "x", now=datetime(2012, 9, 1, tzinfo=UTC), source="test", events=[event])
    lines = ScorecardLine.objects.filter(scorecard__brand=company.brand, metric="likes_received")
    lines.filter(voice=company.marion).update(value=61)
    card = Scorecard.objects.filter(brand=company.brand)
    card.update(mark=Basis.of(company.brand, JULY).mark)


def _say(client: Client, company: Company, text: str, voice: str = "marion") -> Any:
    return client.post(company.path(f"comment/{voice}/"), {"text": text}, follow=True)


def test_whoever_holds_a_voice_comments_on_its_month_and_the_journal_names_the_voice(
    company: Company, signed_in: SignIn
) -> None:
    page = _say(signed_in("ambassador"), company, "A long strike.").content.decode()

    assert "The comment of Marion is kept." in page
    assert "A long strike." in page
    line = JournalEntry.objects.get(action="measures.comment.written")
    assert (line.actor, line.actor_subject) == (None, f"voice:{company.marion.pk}")


def test_undo_puts_back_what_was_said_before(company: Company, signed_in: SignIn) -> None:
    client = signed_in("ambassador")
    _say(client, company, "First.")
    page = _say(client, company, "Second.").content.decode()
    assert '<input type="hidden" name="text" value="First.">' in page

    _say(client, company, "First.")

    assert Comment.objects.get().text == "First."


def _undo_fields(page: str) -> dict[str, str]:
    """Return what the Undo button of `page` posts."""
    return {
        name: unescape(value) for name, value in re.findall(r'"hidden" name="(\w+)" value="([^"]*)"', page)
    }


def test_undo_leaves_alone_what_somebody_else_wrote_since(company: Company, signed_in: SignIn) -> None:
    client = signed_in("ambassador")
    undo = _undo_fields(_say(client, company, "Mine,\r\nin two lines.").content.decode())
    _say(signed_in("lead"), company, "The lead’s.")

    answer = client.post(company.path("comment/marion/"), undo, follow=True)

    assert "Somebody has written another comment since." in answer.content.decode()
    assert Comment.objects.get().text == "The lead’s."


def test_undo_takes_away_what_was_written_over_several_lines(company: Company, signed_in: SignIn) -> None:
    client = signed_in("ambassador")
    undo = _undo_fields(_say(client, company, "Mine,\nin two lines. ").content.decode())
    undo = {name: value.replace("\n", "\r\n") for name, value in undo.items()}

    answer = client.post(company.path("comment/marion/"), undo, follow=True)

    assert "The comment of Marion is kept." in answer.content.decode()
    assert not Comment.objects.exists()


def _give_hugo(company: Company, who: str) -> None:
    """Let `who` hold Hugo."""
    holder = str(company.people[who].pk)
    Tenure.objects.create(voice=company.hugo, holder=holder, role="principal", from_on=date(2012, 1, 1))


@pytest.mark.parametrize("who", ["manager", "reviewer", "expert"])
def test_whoever_holds_a_voice_comments_in_whatever_role_and_sees_no_other_voice(
    company: Company, signed_in: SignIn, who: str
) -> None:
    _give_hugo(company, who)
    _say(signed_in("ambassador"), company, "Between us.")
    client = signed_in(who)
    with CaptureQueriesContext(connection) as asked:
        page = client.get(company.path()).content.decode()
    assert len(asked) <= SQL_BUDGET, "\n".join(query["sql"][:120] for query in asked)
    assert ('id="comment-hugo"' in page, "Marion" in page, "Between us." in page) == (True, False, False)
    assert "likes_received/" not in page.replace("trends/likes_received/", "")

    page = _say(signed_in(who), company, "A long strike.", voice="hugo").content.decode()

    assert "The comment of Hugo is kept." in page
    assert "A long strike." in page
    assert "does not allow this" in _say(signed_in(who), company, "Not mine.").content.decode()
    assert Comment.objects.get(voice=company.marion).text == "Between us."


def test_who_leads_and_manages_sees_how_many_commented_and_closes(
    company: Company, signed_in: SignIn
) -> None:
    Membership.objects.create(user=company.people["manager"], brand=company.brand, role=Role.LEAD)
    for voice in (company.marion, company.hugo):
        Comment.objects.create(
            brand=company.brand, voice=voice, month="2012-07", text="Between us.", written_at=CLOSED
        )
    client, path = signed_in("manager"), company.path()
    assert "Open. 2 of 2 voices commented." in text_of(client, path)
    assert "Close the month" in text_of(client, path)
    told = client.get(company.path("close/")).content.decode()
    assert "2 of 2" in told
    assert not any(each in told for each in ("Between us.", "Marion", "Hugo", "No voice has a figure"))


def test_who_leads_and_manages_may_close_as_soon_as_all_have_commented(company: Company) -> None:
    Membership.objects.create(user=company.people["manager"], brand=company.brand, role=Role.LEAD)
    for voice in (company.marion, company.hugo):
        Comment.objects.create(
            brand=company.brand, voice=voice, month="2012-07", text="Between us.", written_at=CLOSED
        )
    second = datetime(2012, 8, 2, 9, 0, tzinfo=UTC)
    user = User.objects.get(pk=company.people["manager"].pk)
    page = MonthPage.of(user, company.brand, JULY, now=second, asked={})
    assert (page.state.may_close, page.may_close, page.said) == (True, True, ())


def test_nobody_comments_for_a_voice_that_somebody_else_holds(company: Company, signed_in: SignIn) -> None:
    page = _say(signed_in("ambassador"), company, "Not mine.", voice="hugo").content.decode()
    assert "does not allow this" in page
    assert not Comment.objects.exists()
    page = _say(signed_in("manager"), company, "Not mine.").content.decode()
    assert "does not allow this" in page
    assert not Comment.objects.exists()
    assert signed_in("lead").post(company.path("comment/paul/"), {"text": "…"}).status_code == 404


def test_the_form_stands_open_for_ones_own_voice_and_on_demand_for_the_lead(
    company: Company, signed_in: SignIn
) -> None:
    mine = signed_in("ambassador").get(company.path()).content.decode()
    assert ('id="comment-marion"' in mine, 'id="comment-hugo"' in mine) == (True, False)
    lead = signed_in("lead").get(company.path()).content.decode()
    assert "<textarea" not in lead
    assert "?comment=hugo#said-hugo" in lead
    assert 'id="comment-hugo"' in signed_in("lead").get(company.path("?comment=hugo")).content.decode()
    assert "<textarea" not in signed_in("executive").get(company.path("?comment=hugo")).content.decode()


def test_a_manager_sees_neither_comments_nor_who_has_not_commented(
    company: Company, signed_in: SignIn
) -> None:
    _say(signed_in("ambassador"), company, "Between us.")
    _close(company)
    for path in ("", "signed/", "trends/likes_received/"):
        page = signed_in("manager").get(company.path(path)).content.decode()
        assert "Between us." not in page
        assert "Marion" not in page
        assert "Awaited" not in page


def test_closing_is_asked_of_the_worker_after_a_page_that_says_what_it_freezes(
    company: Company, signed_in: SignIn
) -> None:
    told = text_of(signed_in("lead"), company.path("close/"))
    assert "That cannot be undone." in told
    assert "Close July 2012 for good" in told

    page = signed_in("lead").post(company.path("close/"), follow=True).content.decode()

    assert Job.objects.filter(kind=CLOSE, owner=company.brand.owner).count() == 1
    assert "The month is being closed" in page
    assert "Close the month" not in page


def test_a_month_that_is_not_over_says_from_when_it_can_be_closed(
    company: Company, signed_in: SignIn
) -> None:
    path = "/b/acme/measures/2199-01/close/"
    assert "is not over yet" in text_of(signed_in("lead"), path)
    answer = signed_in("lead").post(path)
    assert answer.status_code == 409
    assert "is not over yet" in answer.content.decode()


def test_the_page_to_close_a_month_that_is_closed_says_when_it_was_and_leads_to_what_it_keeps(
    company: Company, signed_in: SignIn
) -> None:
    _close(company)
    page = signed_in("lead").get(company.path("close/")).content.decode()
    told = text_of(signed_in("lead"), company.path("close/"))

    assert "July 2012 is closed Closed Aug. 7, 2012" in told
    assert "Awaited" not in told
    assert "for good" not in told
    assert {f'href="{company.path()}"', f'href="{company.path("signed/")}"'} <= set(
        re.findall(r'href="[^"]*"', page)
    )


def test_a_month_of_which_nothing_is_known_says_that_there_is_nothing_to_close_and_offers_no_closing(
    company: Company, signed_in: SignIn
) -> None:
    month = "/b/acme/measures/2011-01/"
    told = text_of(signed_in("lead"), f"{month}close/")

    assert "There is nothing to close January 2011 has no figure at all" in told
    assert "Go to the last month of which something is known" in told
    assert "What is frozen" not in told
    assert "Close the month" not in text_of(signed_in("lead"), month)


def test_only_the_lead_and_the_administrator_are_offered_the_closing(
    company: Company, signed_in: SignIn
) -> None:
    for who in ("lead", "administrator"):
        assert "Close the month" in text_of(signed_in(who), company.path())
    for who in ("ambassador", "manager", "executive"):
        assert "Close the month" not in text_of(signed_in(who), company.path())
        assert signed_in(who).post(company.path("close/")).status_code == 404


def test_a_closed_month_keeps_its_figures_and_shows_what_they_would_be_now(
    company: Company, signed_in: SignIn
) -> None:
    _close(company)
    _late(company)
    page = signed_in("lead").get(company.path()).content.decode()
    told = text_of(signed_in("lead"), company.path())

    assert '<a href="marion/likes_received/">60</a>' in page
    assert '<small class="restated">now 61</small>' in page
    assert "1 of them is another now: see below." in told
    assert "Marion Likes received 60 61 +1" in told


def test_a_closed_figure_opens_onto_the_facts_that_were_known_then(
    company: Company, signed_in: SignIn
) -> None:
    _close(company)
    _late(company)
    path = company.path("marion/likes_received/")

    assert "60 in all" in text_of(signed_in("lead"), path)
    assert "As it was closed" in text_of(signed_in("lead"), path)
    assert "61 in all" in text_of(signed_in("lead"), f"{path}?now")
    assert "As it is known now" in text_of(signed_in("lead"), f"{path}?now")
    assert "As it is known now" not in text_of(signed_in("lead"), path)


def test_the_sheet_of_a_closed_month_is_the_closed_one(company: Company, signed_in: SignIn) -> None:
    _close(company)
    _late(company)
    sheet = signed_in("lead").get(company.path()[:-1] + ".csv").content.decode()
    assert "2012-07,marion,likes_received,60,7" in sheet


def test_a_comment_cannot_be_changed_once_the_month_is_closed(company: Company, signed_in: SignIn) -> None:
    _close(company)
    assert "<textarea" not in signed_in("ambassador").get(company.path()).content.decode()
    assert "is closed" in _say(signed_in("ambassador"), company, "Too late.").content.decode()
    assert not Comment.objects.exists()


def test_the_page_to_sign_has_figures_comments_seal_and_definitions(
    company: Company, signed_in: SignIn
) -> None:
    _say(signed_in("ambassador"), company, "A long strike.")
    assert signed_in("lead").get(company.path("signed/")).status_code == 404
    closing = _close(company)

    told = text_of(signed_in("lead"), company.path("signed/"))

    assert closing.digest[:8] in told
    assert "A long strike." in told
    assert "Likes received v1" in told
    assert "portevoix scorecards verify --brand acme --month 2012-07" in told


def test_the_page_to_sign_tells_zone_and_coverage_as_they_were_at_the_closing(
    company: Company, signed_in: SignIn
) -> None:
    _close(company)
    company.brand.time_zone = "Asia/Tokyo"
    company.brand.save()
    Coverage.objects.filter(brand=company.brand).delete()

    told = text_of(signed_in("lead"), company.path("signed/"))

    assert "Closed Aug. 7, 2012, 11:00." in told
    assert "Covered at the closing: X (likes, mentions, posts, quotes, replies, reposts)." in told
    assert "Tokyo" not in told


def _verified(company: Company, **outcome: Any) -> None:
    found = {"is_sound": True, "is_sealed": True, "has_its_facts": True, "same": 40, "not_replayed": 0}
    Job.objects.create(
        kind=VERIFY,
        owner=company.brand.owner,
        state="done",
        finished_at=CLOSED,
        cursor={"month": "2012-07", "outcome": {**found, "different": [], **outcome}},
    )


def test_what_replaying_found_stands_beside_the_seal(company: Company, signed_in: SignIn) -> None:
    _close(company)
    page = signed_in("lead").post(company.path("verify/"), follow=True).content.decode()
    assert "The month is being replayed" in page
    Job.objects.all().delete()
    _verified(company)
    assert "all 40 figures came out the same" in text_of(signed_in("manager"), company.path())
    _verified(company, is_sound=False, has_its_facts=False)
    assert "it is not what was closed" in text_of(signed_in("manager"), company.path())


def test_an_open_month_cannot_be_replayed(company: Company, signed_in: SignIn) -> None:
    answer = signed_in("lead").post(company.path("verify/"), follow=True)
    assert "there is nothing to compare with" in answer.content.decode()


def test_a_request_that_failed_says_why(company: Company, signed_in: SignIn) -> None:
    cursor = {"month": "2012-07", "user": 1}
    Job.objects.create(kind=CLOSE, owner=company.brand.owner, state="failed", detail="Why.", cursor=cursor)
    assert "was not done Why." in text_of(signed_in("lead"), company.path())


def test_a_course_has_a_drawing_a_line_and_its_points_open_their_facts(
    company: Company, signed_in: SignIn
) -> None:
    _close(company)
    page = signed_in("lead").get(company.path("trends/likes_received/")).content.decode()
    assert page.count('class="chart"') == 3
    assert 'href="/b/acme/measures/2012-07/marion/likes_received/" aria-label="July 2012: 60"' in page
    assert 'class="full"' in page
    brand_only = signed_in("manager").get(company.path("trends/likes_received/")).content.decode()
    assert brand_only.count('class="chart"') == 1
    assert '/likes_received/" aria-label' not in brand_only


def test_a_course_that_nobody_looked_at_teaches(company: Company, signed_in: SignIn) -> None:
    assert "Nobody has looked yet" in text_of(signed_in("lead"), company.path("trends/quotes_received/"))
    assert signed_in("lead").get(company.path("trends/nonsense/")).status_code == 404


@pytest.mark.parametrize("who", ["lead", "ambassador", "manager"])
@pytest.mark.parametrize("rest", ["", "close/", "signed/", "trends/likes_received/"])
def test_pages_of_a_closed_month_ask_little_and_are_light(
    company: Company, signed_in: SignIn, who: str, rest: str
) -> None:
    _close(company)
    _late(company)
    client = signed_in(who)
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(company.path(rest))

    assert answer.status_code == (404 if rest == "close/" and who != "lead" else 200)
    assert len(asked) <= SQL_BUDGET, "\n".join(query["sql"][:120] for query in asked)
    assert len(answer.content) < HTML_BUDGET


def test_coverage_of_a_month_is_told_within_the_month(company: Company, signed_in: SignIn) -> None:
    told = text_of(signed_in("lead"), f"/b/acme/measures/{Month(2012, 7)}/")
    assert "Facts cover July 1, 2012 to July 8, 2012." in told
    assert User.objects.exists()
