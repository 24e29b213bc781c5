"""The sequencer: numbers, hashes and signs what has been committed, in batches, at least every second.

One runs at a time (an advisory lock); a second waits. Each batch is one transaction: places, tiles, checkpoints, the
head over all heads and the public side stand or fall together. After the commit the signed heads are written to files
outside the database, against which a restore is compared.
"""

from __future__ import annotations

import fcntl
import logging
import time
from collections import deque
from collections.abc import Callable
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import OperationalError, close_old_connections, connection, transaction

from pinzhi.kernel import clock
from pinzhi.kernel.registers import catalogue, logs, publisher
from pinzhi.kernel.registers.models import Log
from pinzhi.kernel.registers.readonly import marker
from pinzhi.kernel.registers.rows import insert_rows
from pinzhi.rules.proof.groups import head_leaf

LOCK = 0x50696E7A  # any constant that no other part of the product uses
BATCH = 5000
PAUSE = 0.2

log = logging.getLogger(__name__)

DISTINCT_REGISTERS = """
WITH RECURSIVE waiting AS (
  (SELECT register FROM registers_pending ORDER BY register LIMIT 1)
  UNION ALL
  SELECT (SELECT p.register FROM registers_pending p WHERE p.register > w.register ORDER BY p.register LIMIT 1)
  FROM waiting w WHERE w.register IS NOT NULL
)
SELECT register FROM waiting WHERE register IS NOT NULL
"""


def sequence_once(batch: int = BATCH) -> int:
    """Number what is waiting, up to `batch` entries of each register; returns how many. 0 also where another runs."""
    if marker().exists():
        return 0
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
            if not cursor.fetchone()[0]:
                return 0
            cursor.execute(DISTINCT_REGISTERS)
            waiting = [row[0] for row in cursor.fetchall()]
        changed, count = [], 0
        for register in waiting:
            count += _sequence_register(register, batch)
            changed.append(register)
        if changed:
            extend_heads(changed)
    if changed:
        write_heads(changed)
    return count


def extend_heads(names: list[str]) -> None:
    """Append the present heads of these logs to the log of heads, and note where each stands in it."""
    heads = logs.get(logs.HEADS)
    rows = list(Log.objects.filter(name__in=names).order_by("name"))
    for at, row in enumerate(rows):
        row.head_index = heads.size + at
    logs.extend(heads, [head_leaf(row.name, row.size, bytes(row.root)) for row in rows])
    Log.objects.bulk_update(rows, ["head_index"])


def _sequence_register(register: str, batch: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT entry_id, key, leaf FROM registers_pending WHERE register = %s ORDER BY entry_id LIMIT %s",
            [register, batch],
        )
        rows = cursor.fetchall()
    place = logs.get(register)
    start = place.size
    logs.extend(place, [bytes(leaf) for _, _, leaf in rows])
    insert_rows(
        "registers_sequenced",
        ("entry_id", "register", "index"),
        [(entry_id, register, start + at) for at, (entry_id, _, _) in enumerate(rows)],
    )
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM registers_pending WHERE entry_id = ANY(%s)", [[row[0] for row in rows]])
    publisher.publish(register, list(dict.fromkeys(row[1] for row in rows)))
    return len(rows)


def write_heads(names: list[str] | None = None) -> None:
    """Write the newest checkpoints to files outside the database, each replaced whole.

    An import drains beside the sequencer: one at a time reads and writes, so that no older head replaces a newer one.
    """
    folder = Path(settings.PINZHI_PUBLISHED_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        rows = Log.objects.all() if names is None else Log.objects.filter(name__in=[*names, logs.HEADS])
        for row in rows:
            target = folder / f"{row.name}.checkpoint"
            partial = target.with_suffix(".new")
            partial.write_text(row.checkpoint, encoding="utf-8")
            partial.replace(target)


def drain(limit: float = 60.0) -> int:
    """Sequence until nothing waits (tests, imports that report at the end); returns how many entries."""
    total, deadline = 0, time.monotonic() + limit
    while (count := sequence_once()) and time.monotonic() < deadline:
        total += count
    return total


def tidy(register: str, keys: list[str]) -> bool:
    """Bring these records' public side up to date for a new day; False where another sequencer runs."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
            if not cursor.fetchone()[0]:
                return False
        publisher.publish(register, keys)
    return True


def run_forever(stop: Callable[[], bool] = lambda: False) -> None:
    """The sequencer process. Faults of the database are waited out; nothing that was committed is lost.

    What a new day closes is tidied in small parts between the batches. It is hidden on its day without that.
    """
    catalogue.sync()
    logs.publish_keys()
    day: date | None = None
    due: deque[tuple[str, list[str]]] = deque()
    while not stop():
        try:
            if clock.today() != day:
                due = deque(publisher.overdue())
                day = clock.today()
            done = sequence_once()
            if due and tidy(*due[0]):
                due.popleft()
            elif done == 0:
                time.sleep(PAUSE)
        except OperationalError as error:
            log.warning("database not reachable, trying again: %s", error)
            time.sleep(1)
            close_old_connections()
            connection.close()
