"""Freezing, drawing and verifying a spot check over a country's firms: `python -m bench.inspection_draw`.

BENCH_UNITS     firms (1,000,000); the bar is set for 8,000,000, which take 4 GB of disk and some minutes
BENCH_WORKERS   processes (4)
BENCH_BESIDE    "sql,sampler" beside it on the same ids: a window query of the embedded PostgreSQL, and the
                package consistent_sampler where it is installed; "" leaves them out
"""

from __future__ import annotations

import datetime as dt
import json
import multiprocessing
import os
import platform
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import psutil

from pinzhi.rules.dates import add_months
from pinzhi.rules.inspection import verify_draw
from pinzhi.rules.inspection.draws import opening
from pinzhi.rules.inspection.draws.design import Allocation, Design
from pinzhi.rules.inspection.draws.frame import Commitment, freeze_file
from pinzhi.rules.inspection.draws.seed import Lottery, Value, declare, settle
from pinzhi.rules.inspection.draws.select import Result, draw

STRATA = [f"35{city:02d}{county:02d}" for city in range(1, 10) for county in range(1, 15)][:124]
RATIOS = {"A": "0.002", "B": "0.01", "C": "0.06", "D": "0.35"}
DAY = dt.date(2026, 6, 1)
NOON = dt.datetime(2026, 6, 1, 4, tzinfo=dt.UTC)
DIGITS = b"0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = [pow(3, i, 31) for i in range(17)]
Done = TypeVar("Done")


def codes(start: int, stop: int) -> Iterator[bytes]:
    """Valid credit codes, rising."""
    place = [31**i for i in range(7, -1, -1)]
    for number in range(start, stop):
        body = [9, 1, 3, 5, 0, 1, 0, 2, 20, *(number // p % 31 for p in place)]
        body.append(-sum(map(int.__mul__, body, WEIGHTS)) % 31)
        yield bytes(DIGITS[value] for value in body)


def write_part(job: tuple[str, int, int]) -> None:
    """Roster lines start…stop, as COPY would write them."""
    path, start, stop = job
    dice = random.Random(start)
    with Path(path).open("wb") as out:
        for number, code in zip(range(start, stop), codes(start, stop), strict=True):
            stratum = STRATA[dice.randrange(124)]
            class_ = dice.choices("ABCD", (50, 35, 12, 3))[0]
            line = f"\t福州鑫{number % 9973}贸易有限公司\t{stratum}\t{1 + number % 500}\t{class_}\t0\n"
            out.write(code + b"\t" + code + line.encode())


def roster(path: Path, count: int, workers: int) -> None:
    step = -(-count // (4 * workers))
    jobs = [(f"{path}.{at:09d}", at, min(at + step, count)) for at in range(0, count, step)]
    with multiprocessing.Pool(workers) as pool, path.open("wb") as out:
        for (part, _, _), _ in zip(jobs, pool.imap(write_part, jobs), strict=True):
            with Path(part).open("rb") as file:
                shutil.copyfileobj(file, out, 1 << 22)
            Path(part).unlink()


def checks(count: int) -> list[tuple[bytes, dt.date]]:
    """A year of earlier checks, one firm in sixteen."""
    dice = random.Random(7)
    return [
        (next(codes(number, number + 1)), DAY - dt.timedelta(days=dice.randrange(365)))
        for number in range(0, count, 16)
    ]


def recent(earlier: list[tuple[bytes, dt.date]]) -> Iterator[tuple[str, str, str]]:
    for key, day in earlier:
        if add_months(day, 6) > DAY:
            yield key.decode(), "no_repeat", day.isoformat()


class Memory:
    """The most memory that this process and its children had together (proportional set size), in MB."""

    def __enter__(self) -> Memory:
        self.peak, self._over = 0, threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def _watch(self) -> None:
        me = psutil.Process()
        while not self._over.wait(1.0):
            total = 0
            for process in [me, *me.children(recursive=True)]:
                try:
                    total += process.memory_full_info().pss
                except (psutil.Error, FileNotFoundError):
                    continue
            self.peak = max(self.peak, total >> 20)

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()


def timed(name: str, work: Callable[[], Done], table: dict[str, Any]) -> Done:
    with Memory() as memory:
        before, begun = os.times(), time.perf_counter()
        found = work()
        seconds, after = time.perf_counter() - begun, os.times()
    cpu = sum(after[:4]) - sum(before[:4])
    table[name] = {"seconds": round(seconds, 3), "cpu_seconds": round(cpu, 1), "memory_mb": memory.peak}
    print(f"  {name:<28} {seconds:9.2f} s {cpu:8.1f} s CPU {memory.peak:6d} MB", file=sys.stderr, flush=True)
    return found


def sql_window(path: Path, result: Result, table: dict[str, Any]) -> None:
    """The same numbers of the same cells by a window query: no commitment, no proof, the whole sort in the server."""
    import psycopg

    from bench.place import server

    with server() as place, psycopg.connect(place.server, autocommit=True) as db:
        db.execute(
            "CREATE UNLOGGED TABLE roster (key text, firm text, name text, stratum text, size bigint, class text, must text)"
        )
        with db.cursor().copy("COPY roster FROM STDIN") as copy, path.open("rb") as file:
            while block := file.read(1 << 22):
                copy.write(block)
        db.execute("CREATE TABLE quota (stratum text, class text, n int)")
        with db.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO quota VALUES (%s, %s, %s)", [(q.cell[0], q.cell[1], q.n) for q in result.cells]
            )
        db.execute("ANALYZE roster")
        db.execute("SET max_parallel_workers_per_gather = 4")
        query = (
            "SELECT key FROM (SELECT key, stratum, class, row_number() OVER (PARTITION BY stratum, class"
            " ORDER BY sha256(('2026' || key)::bytea)) AS rank FROM roster) ranked"
            " JOIN quota USING (stratum, class) WHERE rank <= n"
        )
        timed("sql window, no commitment", lambda: db.execute(query).fetchall(), table)


def sampler(path: Path, take: int, table: dict[str, Any]) -> None:
    try:
        import consistent_sampler
    except ImportError:
        print("  consistent_sampler is not installed", file=sys.stderr)
        return
    with path.open("rb") as file:
        ids = [line.partition(b"\t")[0].decode() for line in file]
    timed("consistent_sampler", lambda: list(consistent_sampler.sampler(ids, "2026", take=take)), table)


def main() -> None:
    count = int(os.environ.get("BENCH_UNITS", "1000000"))
    workers = int(os.environ.get("BENCH_WORKERS", "4"))
    beside = os.environ.get("BENCH_BESIDE", "sql,sampler").split(",")
    table: dict[str, Any] = {}
    place = Path(tempfile.mkdtemp(prefix="pinzhi-draw-"))
    try:
        if shutil.disk_usage(place).free < count * 900:
            raise SystemExit(f"{count * 900 >> 30} GB of disk are needed")
        path, folder = place / "roster.tsv", place / "draw"
        print(f"{count:,} firms, {len(STRATA)} strata, {workers} processes", file=sys.stderr)
        roster(path, count, workers)
        earlier = checks(count)
        capacity = {stratum: max(20, count // 124 // 40) for stratum in STRATA[::5]}
        design = Design(Allocation("ratios", RATIOS), capacity=capacity)

        def commit() -> Commitment:
            return freeze_file(
                path,
                recent(earlier),
                design,
                folder,
                draw="bench-2026",
                roster={"register": "enterprises", "size": count},
                frozen_at=NOON,
                workers=workers,
            )

        commitment = timed("freeze and commit", commit, table)
        settled = settle(
            declare(
                commitment.document,
                announced_at=NOON + dt.timedelta(hours=1),
                source=Lottery("双色球", "2026061", NOON + dt.timedelta(days=1)),
                fallback=Lottery("双色球", "2026062", NOON + dt.timedelta(days=3)),
            ),
            Value(numbers="3 7 12 22 28 31 5"),
        )
        result = timed("draw", lambda: draw(folder, settled, workers=workers), table)
        table["drawn"], table["excluded"] = len(result.drawn), commitment.document["excluded"]
        timed("open to an auditor", lambda: opening.open_auditor(folder, place / "opened"), table)
        command = [sys.executable, verify_draw.__file__, "draw", str(place / "opened"), "--lang", "en"]
        done = timed("verify_draw.py draw", lambda: subprocess.run(command, check=False), table)
        key = result.drawn[len(result.drawn) // 2].key
        proof = timed("one firm's proof", lambda: opening.prove(folder, key, with_draw=True), table)
        (place / "proof.json").write_text(json.dumps(proof), encoding="utf-8")
        text = json.loads((place / "proof.json").read_bytes())
        held = timed(
            "one firm's ticket, checked", lambda: verify_draw.check_firm(text, lambda *_: None)[0], table
        )
        if done.returncode or not held:
            raise SystemExit("the draw does not verify")
        shutil.rmtree(place / "opened")
        if "sampler" in beside:
            sampler(path, len(result.drawn), table)
        if "sql" in beside:
            sql_window(path, result, table)
    finally:
        shutil.rmtree(place, ignore_errors=True)
    load = os.getloadavg()[1]
    machine = (
        f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, load {load:.1f}"
    )
    print(json.dumps({"units": count, "workers": workers, "machine": machine, **table}, ensure_ascii=False))


if __name__ == "__main__":
    main()
