"""Progress of long work.

    job = start("registers.import", title_zh="…", title_en="…", by=actor, task=import_rows, digest="…")

    @app.task(name="registers.import")
    def import_rows(job_id: str, digest: str) -> None:
        with track(job_id) as progress:
            if progress.finished:  # by a worker that died before it could say so
                return
            with transaction.atomic():
                for batch in …:
                    …
                    progress.advance(len(batch))
                progress.finish({"rows": n})

Progress is written at most twice a second on a connection of its own, so it is seen while the work's
transaction is open; `finish` writes the result inside that transaction: one fact with what was done.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.audit.recording import request_id
from pinzhi.kernel.errors import Refused
from pinzhi.kernel.jobs.models import JobProgress, State
from pinzhi.kernel.jobs.queue import defer

EVERY_SECONDS = 0.5
log = logging.getLogger(__name__)


class JobStopped(Exception):
    """Raised out of `advance` where somebody asked the work to stop; its transaction is rolled back."""


def start(
    kind: str,
    *,
    title_zh: str,
    title_en: str,
    by: Actor,
    task: Any,
    total: int | None = None,
    link: str = "",
    **arguments: Any,
) -> JobProgress:
    """Put work in the queue, in the caller's transaction: if that is rolled back, nothing was started.

    `task` is a procrastinate task that takes `job_id` and the arguments (JSON values).
    """
    with transaction.atomic():
        job = JobProgress.objects.create(
            kind=kind,
            title_zh=title_zh[:200],
            title_en=title_en[:200],
            started_by=by.username,
            user_id=by.user_id,
            total=total,
            link=link,
            created_at=clock.now(),
            updated_at=clock.now(),
        )
        defer(task, job_id=str(job.pk), **arguments)
    return job


class Progress:
    """What the work tells of itself. Not for several threads at once."""

    def __init__(self, job_id: UUID, total: int | None, *, finished: bool) -> None:
        self.job_id = job_id
        self.total = total
        self.done = 0
        self.finished = finished
        self._message = ("", "")
        self._written_at = 0.0
        self._aside: BaseDatabaseWrapper | None = None

    def expect(self, total: int | None) -> None:
        """How much there is to do, once it is known; None where it cannot be told."""
        self.total = total
        self._write(force=True)

    def advance(self, by: int = 1) -> None:
        """So much more is done. Raises JobStopped where somebody asked for that."""
        self.done += by
        self._write()

    def say(self, zh: str, en: str) -> None:
        """What is being done now."""
        self._message = (zh[:500], en[:500])
        self._write()

    def finish(self, result: Mapping[str, Any] | None = None, *, link: str = "") -> None:
        """The work is done: written with the work, in its transaction. Nothing may be told after it."""
        changes: dict[str, Any] = {
            "state": State.DONE,
            "done": self.done,
            "total": self.total if self.total is not None else self.done,
            "result": dict(result or {}),
            "updated_at": clock.now(),
        }
        if link:
            changes["link"] = link
        JobProgress.objects.filter(pk=self.job_id).update(**changes)
        self.finished = True

    def _write(self, *, force: bool = False) -> None:
        # After `finish` the work's transaction holds the row: a write beside it would wait for us.
        if self.finished:
            return
        now = time.monotonic()
        if not force and now - self._written_at < EVERY_SECONDS:
            return
        self._written_at = now
        row = self._execute(
            "UPDATE jobs_jobprogress SET state = %s, done = %s, total = %s, message_zh = %s, message_en = %s,"
            " updated_at = %s WHERE id = %s RETURNING stop_asked",
            [State.RUNNING, self.done, self.total, *self._message, clock.now(), self.job_id],
        )
        if row is not None and row[0]:
            raise JobStopped

    def _end(self, state: str, zh: str, en: str) -> None:
        self._execute(
            "UPDATE jobs_jobprogress SET state = %s, done = %s, message_zh = %s, message_en = %s,"
            " updated_at = %s WHERE id = %s AND state <> 'done' RETURNING id",
            [state, self.done, zh[:500], en[:500], clock.now(), self.job_id],
        )

    def _execute(self, statement: str, values: list[Any]) -> Any:
        if self._aside is None:
            self._aside = connections.create_connection("default")
        with self._aside.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchone()

    def _close(self) -> None:
        if self._aside is not None:
            self._aside.close()
            self._aside = None


@contextmanager
def track(job_id: str | UUID) -> Iterator[Progress]:
    """Show the work inside the block as running, then as done, failed or stopped.

    A Refused is the user's to mend and is shown to the user; of anything else the user reads that it failed,
    and the error goes on (the queue keeps it as failed, the log has its trace).
    """
    job = JobProgress.objects.get(pk=job_id)
    progress = Progress(job.pk, job.total, finished=job.state == State.DONE)
    token = request_id.set(f"job-{job.pk.hex[:16]}")
    try:
        if not progress.finished:
            progress._write(force=True)
        yield progress
        if not progress.finished:
            progress.finish()
    except JobStopped:
        progress._end(State.STOPPED, "已按要求停止，未保存任何更改。", "Stopped as asked; nothing was saved.")
    except Refused as refused:
        progress._end(
            State.FAILED,
            f"{refused.zh} {refused.remedy_zh}".strip(),
            f"{refused.en} {refused.remedy_en}".strip(),
        )
    except Exception:
        log.exception("job %s (%s) failed", job.pk, job.kind)
        progress._end(
            State.FAILED,
            f"内部错误，未保存任何更改。请将编号 {job.pk.hex[:8]} 告知运维人员。",
            f"An internal error; nothing was saved. Tell the operator this number: {job.pk.hex[:8]}.",
        )
        raise
    finally:
        progress._close()
        request_id.reset(token)
