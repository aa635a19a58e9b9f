"""Long work: one holder at a time, and nothing written by whoever lost it."""

from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from portevoix.core import jobs
from portevoix.core.locks import machine_lock
from portevoix.core.models import Job

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
AFTER_LEASE = NOW + jobs.LEASE + SECOND

pytestmark = pytest.mark.django_db


@pytest.fixture
def job() -> Job:
    """Return a job that nobody has touched."""
    return Job.objects.create(kind="test.work", owner="brand:1", progress_total=200)


def seen_by_another(job: Job) -> Job:
    """Return the row as another process reads it."""
    return Job.objects.get(pk=job.pk)


def break_off(job: Job) -> None:
    """Begin to work on `job`, and fail."""
    with jobs.claimed(job, NOW) as is_ours:
        assert is_ours
        raise RuntimeError


def test_a_waiting_job_is_claimed_once(job: Job) -> None:
    rival = seen_by_another(job)
    assert jobs.claim(job, NOW)
    assert not jobs.claim(rival, NOW)
    assert not jobs.claim(seen_by_another(job), NOW + jobs.LEASE)
    assert (job.state, job.attempt, job.lease_until) == ("running", 1, NOW + jobs.LEASE)


def test_two_who_read_the_same_row_cannot_both_take_it_over(job: Job) -> None:
    jobs.claim(job, NOW)
    one, other = seen_by_another(job), seen_by_another(job)
    assert jobs.claim(one, AFTER_LEASE)
    assert not jobs.claim(other, AFTER_LEASE)


def test_whoever_wakes_after_the_lease_writes_nothing_more(job: Job) -> None:
    jobs.claim(job, NOW)
    heir = seen_by_another(job)
    assert jobs.claim(heir, AFTER_LEASE)
    jobs.advance(heir, AFTER_LEASE, done=50)
    with pytest.raises(jobs.LeaseLost):
        jobs.advance(job, AFTER_LEASE, done=10)
    with pytest.raises(jobs.LeaseLost):
        jobs.finish(job, AFTER_LEASE)
    jobs.release(job)
    stored = seen_by_another(job)
    assert (stored.progress_done, stored.state, stored.attempt) == (50, "running", 2)
    assert stored.lease_until is not None


def test_each_step_renews_the_lease_and_keeps_the_cursor(job: Job) -> None:
    jobs.claim(job, NOW)
    later = NOW + timedelta(seconds=50)
    assert jobs.advance(job, later, done=100, cursor={"line": 7})
    assert jobs.advance(job, later, done=120)
    stored = seen_by_another(job)
    assert (stored.lease_until, stored.cursor, stored.progress_percent) == (
        later + jobs.LEASE,
        {"line": 7},
        60,
    )


def test_a_step_tells_that_somebody_asked_to_cancel(job: Job) -> None:
    assert not jobs.ask_to_cancel(job)
    jobs.claim(job, NOW)
    assert jobs.ask_to_cancel(seen_by_another(job))
    assert not jobs.advance(job, NOW, done=1)


def test_a_wish_to_cancel_does_not_outlive_the_work_it_was_meant_for(job: Job) -> None:
    jobs.claim(job, NOW)
    jobs.ask_to_cancel(job)
    jobs.finish(job, NOW, state="cancelled")
    assert jobs.claim(job, NOW)
    assert jobs.advance(job, NOW, done=1)


@pytest.mark.parametrize("state", ["done", "failed", "cancelled"])
def test_work_ends_in_one_of_three_ways_and_can_be_begun_again(job: Job, state: str) -> None:
    jobs.claim(job, NOW)
    jobs.finish(job, NOW, state=state, detail="as it was")
    stored = seen_by_another(job)
    assert (stored.state, stored.detail, stored.finished_at, stored.lease_until) == (
        state,
        "as it was",
        NOW,
        None,
    )
    assert jobs.claim(stored, AFTER_LEASE)
    assert (stored.detail, stored.finished_at) == ("", None)


def test_work_does_not_end_in_a_state_that_is_no_end(job: Job) -> None:
    jobs.claim(job, NOW)
    with pytest.raises(ValueError, match="does not become elsewhere"):
        jobs.finish(job, NOW, state="elsewhere")


def test_what_is_given_back_can_be_taken_at_once(job: Job) -> None:
    jobs.claim(job, NOW)
    jobs.release(job)
    assert jobs.claim(seen_by_another(job), NOW + SECOND)


def test_leaving_the_block_gives_unfinished_work_back(job: Job, data_folder: Path) -> None:
    with pytest.raises(RuntimeError):
        break_off(job)
    assert seen_by_another(job).lease_until is None
    with jobs.claimed(seen_by_another(job), NOW + SECOND) as is_ours:
        assert is_ours


def test_a_living_process_of_this_machine_keeps_its_work_even_past_its_lease(
    job: Job, data_folder: Path
) -> None:
    with jobs.claimed(job, NOW), jobs.claimed(seen_by_another(job), AFTER_LEASE) as is_ours:
        assert not is_ours


def test_a_dead_process_of_this_machine_is_followed_before_its_lease_ends(
    job: Job, data_folder: Path
) -> None:
    jobs.claim(job, NOW)  # and it dies: nobody holds the machine's lock
    with jobs.claimed(seen_by_another(job), NOW + SECOND) as is_ours:
        assert is_ours


def test_a_process_of_another_machine_keeps_its_work_until_its_lease_ends(
    job: Job, data_folder: Path
) -> None:
    jobs.claim(job, NOW)
    Job.objects.update(host="another.example")
    with jobs.claimed(seen_by_another(job), NOW + SECOND) as is_ours:
        assert not is_ours
    with jobs.claimed(seen_by_another(job), AFTER_LEASE) as is_ours:
        assert is_ours


def test_whoever_does_not_get_the_lock_takes_nothing(job: Job, data_folder: Path) -> None:
    with machine_lock(f"job-{job.pk}"), jobs.claimed(job, NOW) as is_ours:
        assert not is_ours
    assert seen_by_another(job).attempt == 0


def test_only_work_with_a_fresh_lease_is_in_progress(job: Job) -> None:
    assert not jobs.in_progress(Job.objects.all(), NOW).exists()
    jobs.claim(job, NOW)
    assert jobs.in_progress(Job.objects.all(), NOW + jobs.LEASE).get() == job
    assert not jobs.in_progress(Job.objects.all(), AFTER_LEASE).exists()


@pytest.mark.parametrize(("done", "total", "percent"), [(0, 0, None), (1, 3, 33), (3, 3, 100), (9, 3, 100)])
def test_progress_is_told_in_per_cent_where_the_size_is_known(
    done: int, total: int, percent: int | None
) -> None:
    assert Job(progress_done=done, progress_total=total).progress_percent == percent


def test_recurring_work_has_one_row_of_its_kind() -> None:
    first = jobs.recurring("test.sweep")
    assert jobs.recurring("test.sweep") == first
    assert jobs.recurring("test.other") != first
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.create(kind="test.sweep", owner="installation")
    Job.objects.create(kind="test.sweep", owner="brand:1")
    Job.objects.create(kind="test.sweep", owner="brand:1")


def test_two_rows_that_a_race_has_left_become_the_older_one() -> None:
    migration = import_module("portevoix.core.migrations.0002_recurring_work_once")
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX core_job_recurring_once")  # comes back as the test is rolled back
    first, _second = (Job.objects.create(kind="test.sweep", owner="installation") for _turn in range(2))
    migration.keep_the_oldest(apps, None)
    assert Job.objects.get(kind="test.sweep") == first
