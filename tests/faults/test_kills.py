"""kill -9 of server, sequencer and database while others append and import: what was acknowledged is there, whole."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

import psycopg
import pytest

from pinzhi.doors.cli import embedded
from pinzhi.rules.identifiers import uscc
from tests.faults.conftest import REGISTER
from tests.faults.stack import PINZHI, Stack, until

pytestmark = pytest.mark.slow
STEP = f"/api/v1/registers/{REGISTER}/steps/enter_decision"
FILE_ROWS = 40
ROWS = 4  # appointments that stand or fall together


class Writer(threading.Thread):
    """Appends sets of records one after the other, and remembers which were acknowledged."""

    def __init__(
        self, stack: Stack, token: str, sample: dict[str, Any], number: int, stop: threading.Event
    ) -> None:
        super().__init__(daemon=True)
        self.stack, self.token, self.sample, self.number, self.stop_asked = stack, token, sample, number, stop
        self.acknowledged: list[list[str]] = []
        self.sent: list[list[str]] = []
        self.refused: list[Any] = []

    def run(self) -> None:
        turn = 0
        while not self.stop_asked.is_set():
            turn += 1
            first = self.number * 1_000_000 + turn * ROWS
            subjects = [uscc.make(first + row, region="350100").text for row in range(ROWS)]
            items = [{"subject": one, "region": "350100", "values": self.sample} for one in subjects]
            self.sent.append(subjects)
            try:
                status, body = self.stack.ask("POST", STEP, {"items": items}, self.token)
            except (OSError, http.client.HTTPException, ValueError):
                time.sleep(0.1)  # no answer: it may have been done or not, but nothing in between
                continue
            if status == 200:
                self.acknowledged.append(subjects)
            elif status < 500:
                self.refused.append(body)
            else:
                time.sleep(0.1)


class Importer(threading.Thread):
    """Sends files to be imported, one after the other; each is background work that stands or falls as a whole."""

    def __init__(self, stack: Stack, token: str, sample: dict[str, Any], stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.stack, self.token, self.sample, self.stop_asked = stack, token, sample, stop
        self.files: list[list[str]] = []
        self.jobs: dict[str, list[str]] = {}

    def run(self) -> None:
        names = [name for name, value in self.sample.items() if not isinstance(value, (list, dict))]
        while not self.stop_asked.wait(0.3):
            first = 20_000_000 + len(self.files) * FILE_ROWS
            subjects = [uscc.make(first + row, region="350100").text for row in range(FILE_ROWS)]
            lines = [[one, "350100", *(str(self.sample[name]) for name in names)] for one in subjects]
            table = "\n".join(",".join(line) for line in [["subject", "region", *names], *lines])
            self.files.append(subjects)
            try:
                address = f"/api/v1/registers/{REGISTER}/imports"
                status, body = self.stack.upload(
                    address, self.token, table.encode(), step="enter_decision", mode="all"
                )
            except (OSError, http.client.HTTPException, ValueError):
                continue
            if status == 200 and body["job"]:
                self.jobs[body["job"]] = subjects


def test_what_was_acknowledged_is_there_and_whole(stack: Stack, token: str, sample: dict[str, Any]) -> None:
    stop = threading.Event()
    writers = [Writer(stack, token, sample, number, stop) for number in range(1, 5)]
    importer = Importer(stack, token, sample, stop)
    for thread in (*writers, importer):
        thread.start()
    done = lambda: sum(len(writer.acknowledged) for writer in writers)  # noqa: E731
    try:
        for part in ("sequencer", "server", "database", "sequencer", "database"):
            before = done()
            assert until(lambda: done() >= before + 5, 40), (part, stack.said())  # noqa: B023
            stack.kill(part)
        before = done()
        assert until(lambda: done() >= before + 5, 40), stack.said()
    finally:
        stop.set()
        for thread in (*writers, importer):
            thread.join(30)
    assert not any(writer.refused for writer in writers), [w.refused[:1] for w in writers]
    url = embedded.ensure_running(stack.state)
    with psycopg.connect(url) as connection:
        waits = lambda: connection.execute("SELECT count(*) FROM registers_pending").fetchone()[0]  # type: ignore[index] # noqa: E731

        def numbered() -> bool:
            connection.rollback()
            return waits() == 0

        assert until(numbered, 30), stack.said()
        finished: list[str] = []

        def some() -> bool:
            finished[:] = [job for job in importer.jobs if _state(stack, token, job) == "done"]
            return bool(finished)

        assert until(some, 30), stack.said()
        connection.rollback()
        rows = connection.execute(
            "SELECT subject, count(*) FROM registers_entry WHERE register = %s GROUP BY subject", [REGISTER]
        ).fetchall()
    held = dict(rows)
    acknowledged = [subjects for writer in writers for subjects in writer.acknowledged]
    sent = [subjects for writer in writers for subjects in writer.sent]
    assert len(acknowledged) >= 30
    lost = [subjects for subjects in acknowledged if any(held.get(one) != 1 for one in subjects)]
    assert not lost, f"{len(lost)} of {len(acknowledged)} acknowledged sets are not there: {lost[:2]}"
    halves = [subjects for subjects in sent if 0 < sum(held.get(one, 0) for one in subjects) < ROWS]
    assert not halves
    assert importer.jobs
    halves = [
        subjects for subjects in importer.files if 0 < sum(held.get(one, 0) for one in subjects) < FILE_ROWS
    ]
    assert not halves
    assert all(held.get(one) == 1 for job in finished for one in importer.jobs[job])
    assert "Everything holds" in stack.run("check")
    size, opened = stack.run("register", "verify", REGISTER).split("\n")[0].split("\t")[1:]
    assert size == opened and int(size) >= sum(held.values())


def test_an_import_that_is_killed_is_done_whole_or_not_at_all(
    stack: Stack, token: str, sample: dict[str, Any], tmp_path: Path
) -> None:
    """The file is brought in by `pinzhi register import`; it and then the database are killed in its midst."""
    first, count = 50_000_000, 3000
    file = tmp_path / "many.jsonl"
    lines = [
        json.dumps(
            {"subject": uscc.make(first + n, region="350100").text, "region": "350100", **sample},
            ensure_ascii=False,
        )
        for n in range(count)
    ]
    file.write_text("\n".join(lines), encoding="utf-8")
    command = [*PINZHI, "register", "import", REGISTER, str(file), "--step", "enter_decision"]

    def held() -> int:
        with psycopg.connect(embedded.ensure_running(stack.state)) as connection:
            wanted = [uscc.make(first + n, region="350100").text for n in (0, count // 2, count - 1)]
            row = connection.execute(
                "SELECT count(*) FROM registers_entry WHERE subject = ANY(%s)", [wanted]
            ).fetchone()
            return int(row[0])  # type: ignore[index]

    for victim in ("import", "database"):
        running = subprocess.Popen(
            command, env=stack.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        assert until(lambda: _inserting(stack), 60)
        if victim == "import":
            os.kill(running.pid, signal.SIGKILL)
        else:
            stack.kill("database")
        running.wait(60)
        assert running.returncode != 0
        assert until(stack.answers, 60), stack.said()
        assert held() == 0
    assert f"{count}\t{count}" in stack.run(
        "register", "import", REGISTER, str(file), "--step", "enter_decision"
    )
    assert held() == 3


def _state(stack: Stack, token: str, job: str) -> str:
    return str(stack.ask("GET", f"/api/v1/jobs/{job}", token=token)[1]["state"])


def _inserting(stack: Stack) -> bool:
    """Whether the import holds rows that are not committed yet."""
    with psycopg.connect(embedded.ensure_running(stack.state)) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_locks l JOIN pg_class c ON c.oid = l.relation JOIN pg_stat_activity a USING (pid)"
            " WHERE c.relname = 'registers_entry' AND l.mode = 'RowExclusiveLock' AND a.pid <> pg_backend_pid()"
        ).fetchone()
        return bool(row and row[0])


def test_two_sequencers_number_nothing_twice(stack: Stack, token: str, sample: dict[str, Any]) -> None:
    second = subprocess.Popen([*PINZHI, "sequencer"], env=stack.env, stderr=subprocess.DEVNULL)
    try:
        stop = threading.Event()
        writers = [Writer(stack, token, sample, number, stop) for number in (7, 8)]
        for writer in writers:
            writer.start()
        assert until(lambda: all(len(writer.acknowledged) >= 10 for writer in writers), 40), stack.said()
        os.kill(second.pid, signal.SIGKILL)  # in the middle of whatever it does
        second.wait()
        before = sum(len(writer.acknowledged) for writer in writers)
        assert until(lambda: sum(len(w.acknowledged) for w in writers) >= before + 5, 40)
        stop.set()
        for writer in writers:
            writer.join(30)
    finally:
        stop.set()
        if second.poll() is None:
            second.kill()
            second.wait()
    with psycopg.connect(embedded.ensure_running(stack.state), autocommit=True) as connection:
        waits = "SELECT count(*) FROM registers_pending"
        assert until(lambda: connection.execute(waits).fetchone() == (0,), 30)
    assert "Everything holds" in stack.run("check")


def test_head_on_disk_follows_the_database(stack: Stack, token: str, sample: dict[str, Any]) -> None:
    """The published head is never beyond the database; where it stayed behind, the next entry brings it up."""
    head = stack.state / "published" / f"{REGISTER}.checkpoint"
    size = int(head.read_text(encoding="utf-8").splitlines()[1])
    status, body = stack.ask("GET", f"/api/v1/registers/{REGISTER}/entries?since=0&limit=1", token=token)
    assert status == 200 and size == body["size"]
    head.unlink()
    subject = uscc.make(90_000_000, region="350100").text
    item = {"subject": subject, "region": "350100", "values": sample}
    assert stack.ask("POST", STEP, {"items": [item]}, token)[0] == 200
    assert until(
        lambda: head.exists() and int(head.read_text(encoding="utf-8").splitlines()[1]) == size + 1, 15
    )
