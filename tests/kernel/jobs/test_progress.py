"""Progress is seen while the work's transaction is open; done with the work, or not at all."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.audit.models import AuditEvent
from pinzhi.kernel.audit.recording import request_id
from pinzhi.kernel.errors import Conflict, NotFound, Refused
from pinzhi.kernel.jobs import progress as module
from pinzhi.kernel.jobs.actions.stop_job import stop_job
from pinzhi.kernel.jobs.models import JobProgress, State
from pinzhi.kernel.jobs.progress import JobStopped, start, track
from pinzhi.kernel.jobs.queries import get_job, list_jobs
from pinzhi.kernel.jobs.queue import defer
from pinzhi.kernel.jobs.worker import run_worker

ME = Actor(username="wang", speaks_for="agency", user_id=41)
OTHER = Actor(username="zhao", speaks_for="agency", user_id=42)


@app.task(name="tests.count")
def count(job_id: str, upto: int) -> None:
    with track(job_id) as progress, transaction.atomic():
        for _ in range(upto):
            progress.advance()
        progress.finish({"counted": upto})


@app.task(name="tests.break")
def break_down(job_id: str) -> None:
    with track(job_id) as progress, transaction.atomic():
        progress.advance(3)
        JobProgress.objects.create(kind="leftover", title_zh="x", title_en="x", started_by="x")
        raise RuntimeError("secret detail")


def new(task: Any = count, **arguments: Any) -> JobProgress:
    return start("tests.count", title_zh="数数", title_en="Counting", by=ME, task=task, **arguments)


def seen_from_elsewhere(job: JobProgress) -> JobProgress:
    """The row as another connection sees it now."""
    found: list[JobProgress] = []

    def look() -> None:
        found.append(JobProgress.objects.get(pk=job.pk))
        connections.close_all()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    return found[0]


@pytest.fixture
def every_step(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(module, "EVERY_SECONDS", 0)
    yield


@pytest.mark.django_db(transaction=True)
def test_a_worker_runs_it_and_says_so() -> None:
    job = new(upto=7)
    assert job.state == State.QUEUED
    run_worker(wait=False)
    job.refresh_from_db()
    assert (job.state, job.done, job.total, job.result) == (State.DONE, 7, 7, {"counted": 7})


@pytest.mark.django_db(transaction=True)
def test_nothing_starts_out_of_a_transaction_that_is_rolled_back() -> None:
    before = ProcrastinateJob.objects.count()  # a foreign table: the reset between tests leaves it alone
    with pytest.raises(RuntimeError), transaction.atomic():
        new(upto=1)
        assert ProcrastinateJob.objects.count() == before + 1
        raise RuntimeError
    assert not JobProgress.objects.exists()
    assert ProcrastinateJob.objects.count() == before


@app.task(name="tests.asks_for_more")
def asks_for_more(job_id: str, keep: bool) -> None:
    with track(job_id), transaction.atomic():
        new(upto=3)
        if not keep:
            raise Refused("no", zh="不行。", en="No.")


@pytest.mark.django_db(transaction=True)
def test_a_task_queues_within_its_own_transaction_too() -> None:
    new(asks_for_more, keep=False)
    kept = new(asks_for_more, keep=True)
    run_worker(wait=False)
    counted = JobProgress.objects.filter(result={"counted": 3})
    assert counted.count() == 1
    assert not ProcrastinateJob.objects.filter(task_name="tests.count", status="failed").exists()
    kept.refresh_from_db()
    assert kept.state == State.DONE


@pytest.mark.django_db(transaction=True)
def test_once_means_once_while_it_waits() -> None:
    with transaction.atomic():
        assert defer(count, once="tests.once", job_id="-", upto=1) is True
        assert defer(count, once="tests.once", job_id="-", upto=1) is False
        transaction.set_rollback(True)
    assert not ProcrastinateJob.objects.filter(queueing_lock="tests.once").exists()


@pytest.mark.django_db(transaction=True)
def test_progress_shows_while_the_transaction_is_open(every_step: None) -> None:
    job = new(upto=1)
    with track(job.pk) as progress:
        assert request_id.get() == f"job-{job.pk.hex[:16]}"
        progress.expect(10)
        with transaction.atomic():
            progress.advance(4)
            progress.say("正在校验", "checking")
            seen = seen_from_elsewhere(job)
            assert (seen.state, seen.done, seen.total, seen.message_en) == (State.RUNNING, 4, 10, "checking")
            progress.finish({"rows": 4})
            assert seen_from_elsewhere(job).state == State.RUNNING, "not done before it is committed"
            progress.advance(1)
    assert request_id.get() == ""
    assert seen_from_elsewhere(job).state == State.DONE


@pytest.mark.django_db(transaction=True)
def test_it_is_written_at_most_twice_a_second() -> None:
    job = new(upto=1)
    writes = 0
    with track(job.pk) as progress:
        plain = progress._execute

        def counted(*args: Any) -> Any:
            nonlocal writes
            writes += 1
            return plain(*args)

        progress._execute = counted  # type: ignore[method-assign]
        for _ in range(10_000):
            progress.advance()
    assert writes <= 2
    job.refresh_from_db()
    assert job.done == 10_000


@pytest.mark.django_db(transaction=True)
def test_what_is_refused_is_shown_and_what_breaks_is_not(every_step: None) -> None:
    job = new(upto=1)
    with track(job.pk):
        raise Refused(
            "bad", zh="第 3 行不对。", en="Row 3 is wrong.", remedy_zh="请改。", remedy_en="Mend it."
        )
    job.refresh_from_db()
    assert (job.state, job.message_zh, job.message_en) == (
        State.FAILED,
        "第 3 行不对。 请改。",
        "Row 3 is wrong. Mend it.",
    )

    broken = new(break_down)
    run_worker(wait=False)
    broken.refresh_from_db()
    assert (broken.state, broken.done) == (State.FAILED, 3)
    assert "secret" not in broken.message_zh + broken.message_en
    assert broken.pk.hex[:8] in broken.message_zh
    assert not JobProgress.objects.filter(kind="leftover").exists()
    assert ProcrastinateJob.objects.filter(task_name="tests.break").latest("id").status == "failed"


@pytest.mark.django_db(transaction=True)
def test_stopping_rolls_back(every_step: None) -> None:
    job = new(upto=1)
    with track(job.pk) as progress, transaction.atomic():
        JobProgress.objects.create(kind="half", title_zh="x", title_en="x", started_by="x")
        thread = threading.Thread(target=lambda: (stop_job(job_id=job.pk, by=ME), connections.close_all()))
        thread.start()
        thread.join()
        with pytest.raises(JobStopped):
            progress.advance()
        raise JobStopped
    job.refresh_from_db()
    assert (job.state, job.stop_asked) == (State.STOPPED, True)
    assert not JobProgress.objects.filter(kind="half").exists()
    assert AuditEvent.objects.filter(action="jobs.stop", username="wang").count() == 1
    with pytest.raises(Conflict):
        stop_job(job_id=job.pk, by=ME)


@pytest.mark.django_db(transaction=True)
def test_done_work_is_not_done_again() -> None:
    job = new(upto=2)
    run_worker(wait=False)
    with track(job.pk) as progress:
        assert progress.finished
    job.refresh_from_db()
    assert (job.state, job.result) == (State.DONE, {"counted": 2})


@pytest.mark.django_db
def test_a_job_is_its_owners(db: None) -> None:
    job = JobProgress.objects.create(kind="k", title_zh="x", title_en="x", started_by="wang", user_id=41)
    assert get_job(job.pk, by=ME).pk == job.pk
    assert [found.pk for found in list_jobs(by=ME)] == [job.pk]
    assert list_jobs(by=OTHER) == []
    with pytest.raises(NotFound):
        get_job(job.pk, by=OTHER)
    with pytest.raises(NotFound):
        stop_job(job_id=job.pk, by=OTHER)
    assert get_job(job.pk, by=Actor.system()).pk == job.pk
