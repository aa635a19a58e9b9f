"""What pages ask the worker for: one request at a time, done once, its end kept, its failure told."""

from datetime import timedelta
from typing import Any

import pytest

from portevoix.core import jobs
from portevoix.core.errors import NotAllowed
from portevoix.core.models import Job
from portevoix.core.periods import Month
from portevoix.measures.actions import refresh, requests, verify
from portevoix.measures.actions.verify import Verification
from portevoix.measures.errors import NotClosable, NotClosed
from portevoix.measures.models import ClosedLine, Closing
from portevoix.measures.queries import CLOSE, VERIFY, request_of
from portevoix.people.models import Brand, User
from portevoix.programme.models import Voice
from tests.measures.months import AUGUST, JULY, LATER


def _closed(brand: Brand, lead: User) -> Closing:
    requests.serve(requests.ask_to_close(brand, JULY, by=lead, now=LATER), now=LATER)
    return Closing.objects.get()


def test_a_month_is_closed_by_the_worker_as_the_lead_asked(brand: Brand, lead: User, marion: Voice) -> None:
    job = requests.ask_to_close(brand, JULY, by=lead, now=LATER)
    assert not Closing.objects.exists()

    assert requests.serve_requests(now=LATER) == 1

    job.refresh_from_db()
    assert (job.state, job.cursor["outcome"]["digest"]) == ("done", Closing.objects.get().digest)


def test_who_asks_twice_finds_the_request_that_is_under_way(brand: Brand, lead: User, marion: Voice) -> None:
    first = requests.ask_to_close(brand, JULY, by=lead, now=LATER)
    assert requests.ask_to_close(brand, JULY, by=lead, now=LATER) == first
    assert request_of(CLOSE, brand, JULY) == first
    assert request_of(CLOSE, brand, JULY.previous) is None


def test_what_could_not_be_closed_is_not_asked_of_the_worker(brand: Brand, lead: User, marion: Voice) -> None:
    refresh([brand], JULY, now=lambda: AUGUST)
    with pytest.raises(NotClosable, match="still awaited"):
        requests.ask_to_close(brand, JULY, by=lead, now=AUGUST)
    with pytest.raises(NotClosed):
        requests.ask_to_verify(brand, JULY, by=lead)
    assert not Job.objects.filter(kind__in=(CLOSE, VERIFY)).exists()


def test_only_who_may_close_may_ask_for_it(brand: Brand, marion: Voice) -> None:
    somebody = User.objects.create_user("somebody@example.org")
    with pytest.raises(NotAllowed):
        requests.ask_to_close(brand, JULY, by=somebody, now=LATER)


def test_a_request_whose_worker_died_is_done_by_the_next(brand: Brand, lead: User, marion: Voice) -> None:
    job = requests.ask_to_close(brand, JULY, by=lead, now=LATER)
    Job.objects.filter(pk=job.pk).update(
        state="running", attempt=1, host="elsewhere", lease_until=LATER + timedelta(seconds=60)
    )
    assert requests.serve_requests(now=LATER) == 0

    assert requests.serve_requests(now=LATER + timedelta(minutes=2)) == 1

    assert Closing.objects.exists()


def test_a_long_replay_is_not_taken_over_by_another_host(
    brand: Brand, lead: User, marion: Voice, monkeypatch: pytest.MonkeyPatch
) -> None:
    _closed(brand, lead)
    job = requests.ask_to_verify(brand, JULY, by=lead)
    taken: list[bool] = []

    def replay(brand: Brand, month: Month, *, by: User, now: Any) -> Verification:
        monkeypatch.setattr("socket.gethostname", lambda: "elsewhere")
        other = Job.objects.get(pk=job.pk)
        taken.extend(jobs.claim(other, LATER + timedelta(minutes=each)) for each in (2, 59))
        return verify(brand, month, by=by, now=now)

    monkeypatch.setattr(requests, "verify", replay)
    assert requests.serve(job, now=LATER)
    assert (taken, Job.objects.get(pk=job.pk).state) == ([False, False], "done")


def test_a_request_that_went_wrong_after_it_was_taken_over_is_left_to_whoever_has_it(
    brand: Brand, lead: User, marion: Voice, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = requests.ask_to_close(brand, JULY, by=lead, now=LATER)

    def fail(*_args: Any, **_kwargs: Any) -> None:
        Job.objects.filter(pk=job.pk).update(attempt=7, host="elsewhere")
        raise ZeroDivisionError

    monkeypatch.setattr(requests, "close", fail)
    assert not requests.serve(job, now=LATER)
    assert Job.objects.get(pk=job.pk).state == "running"


def test_what_has_become_impossible_meanwhile_is_told_in_the_words_of_who_asked(
    brand: Brand, lead: User, marion: Voice
) -> None:
    User.objects.filter(pk=lead.pk).update(language="fr")
    job = requests.ask_to_close(brand, JULY, by=lead, now=LATER)

    requests.serve(job, now=AUGUST - timedelta(days=10))

    job.refresh_from_db()
    assert job.state == "failed"
    assert "juillet 2026" in job.detail


def test_replaying_keeps_what_it_found(brand: Brand, lead: User, marion: Voice) -> None:
    _closed(brand, lead)
    requests.serve(requests.ask_to_verify(brand, JULY, by=lead), now=LATER)

    found = request_of(VERIFY, brand, JULY)
    assert found
    assert found.cursor["outcome"]["is_sound"]
    assert (found.cursor["outcome"]["different"], found.cursor["outcome"]["same"]) == ([], 34)


def test_a_figure_that_was_changed_in_the_database_is_named(brand: Brand, lead: User, marion: Voice) -> None:
    _closed(brand, lead)
    ClosedLine.objects.filter(voice=marion, metric="likes_received").update(value=99)
    requests.serve(requests.ask_to_verify(brand, JULY, by=lead), now=LATER)

    found = request_of(VERIFY, brand, JULY)
    assert found
    assert found.cursor["outcome"]["different"] == [["marion", "likes_received", 99, 3]]
    assert not found.cursor["outcome"]["is_sealed"]


def test_a_new_request_follows_one_that_failed(brand: Brand, lead: User, marion: Voice) -> None:
    job = requests.ask_to_close(brand, JULY, by=lead, now=LATER)
    requests.serve(job, now=AUGUST - timedelta(days=10))
    assert requests.ask_to_close(brand, JULY, by=lead, now=LATER) != job
