"""The table of measurements: what was measured, beside what, by how much, and whether that is enough.

BENCH_N       rows (1,000,000)          BENCH_ROUNDS  rounds of each, of which the median is shown (5)
BENCH_ONLY    names parted by commas    BENCH_DATABASE_URL  another server than the embedded one
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.data import write_csv
from bench.place import TEMPLATE, Place, server

Result = dict[str, Any]


@dataclass
class Line:
    work: str
    product: str
    beside: str
    ratio: str
    reach: str
    good: bool


@dataclass
class Run:
    """One run: its size, its rounds, and the lines that it has so far."""

    place: Place
    count: int
    rounds: int
    lines: list[Line] = field(default_factory=list)

    def child(self, database: str, name: str, *more: str) -> Result:
        """One measurement in a process of its own."""
        env = {
            **os.environ,
            "DATABASE_URL": self.place.url(database),
            "PINZHI_STATE_DIR": str(self.place.folder),
        }
        begun = time.perf_counter()
        command = [sys.executable, "-m", "bench.child", name, str(self.count), *more]
        done = subprocess.run(command, env=env, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"{name} failed:\n{done.stderr[-3000:]}")
        result: Result = json.loads(done.stdout.splitlines()[-1])
        print(
            f"  {name:<10} {time.perf_counter() - begun:8.1f} s  {json.dumps(result, ensure_ascii=False)}",
            file=sys.stderr,
        )
        return result

    def several(self, database: str, name: str, *more: str) -> list[Result]:
        return [self.child(database, name, *more) for _ in range(self.rounds)]

    def add(self, work: str, product: str, beside: str, ratio: str, reach: str, good: bool) -> None:
        self.lines.append(Line(work, product, beside, ratio, reach, good))
        print_line(self.lines[-1])


def median(results: list[Result], name: str) -> float:
    return statistics.median(result[name] for result in results)


def bulk(run: Run, only: set[str]) -> None:
    """Import and bulk append: each round into an empty database, product and COPY in turns."""
    n = run.count
    file = str(write_csv(run.place.folder / "firms.csv", n))
    dump = str(run.place.folder / "rows")
    imports, copies = [], []
    for _ in range(run.rounds if not only or "import" in only else 1):
        run.place.fresh("bench")
        imports.append(run.child("bench", "import", file))
        copies.append(run.child("bench", "copy", dump))
    took, beside, memory = (
        median(imports, "seconds"),
        median(copies, "seconds"),
        max(r["mb"] for r in imports),
    )
    run.add(
        f"import of {n:,} enterprises from CSV to the signed tree",
        f"{took:.0f} s ({n / took:,.0f}/s), {memory} MB",
        f"COPY {beside:.0f} s",
        f"1/{took / beside:.1f}",
        "≥ 1/8; < 500 MB",
        took <= 8 * beside and memory < 500,
    )
    if only and not only & {"append", "single", "clients", "targets"}:
        return
    appends, copies = [], []
    for number in range(run.rounds if not only or "append" in only else 1):
        # The last round stays, beside the imported enterprises: what follows is measured over both.
        last = number == run.rounds - 1 or (only and "append" not in only)
        database = "bench" if last else "bench_append"
        if not last:
            run.place.fresh(database)
        appends.append(run.child(database, "append"))
        copies.append(run.child(database, "copy", dump, "e01_cqo"))
    run.place.drop("bench_append")
    took, beside = median(appends, "seconds"), median(copies, "seconds")
    run.add(
        f"bulk append of {n:,} entries to the signed tree",
        f"{took:.0f} s ({n / took:,.0f}/s)",
        f"COPY {beside:.0f} s",
        f"1/{took / beside:.1f}",
        "≥ 1/10",
        took <= 10 * beside,
    )


def singles(run: Run) -> None:
    found = run.several("bench", "single")
    own, bare = median(found, "ms"), median(found, "bare_ms")
    run.add(
        "one append, one commit",
        f"{own:.2f} ms",
        f"bare row {bare:.2f} ms",
        f"+{own - bare:.2f} ms",
        "≤ +3 ms",
        own - bare <= 3,
    )


def clients(run: Run) -> None:
    found = run.several("bench", "clients")
    rate, wait = median(found, "per_second"), median(found, "in_tree_p95_s")
    run.add(
        "appends from 8 clients, sequencer running",
        f"{rate:,.0f}/s, in the tree after {median(found, 'in_tree_s'):.2f} s (p95 {wait:.2f} s)",
        "–",
        "–",
        "≥ 300/s; ≤ 1 s",
        rate >= 300 and wait <= 1,
    )


def inclusion(run: Run) -> None:
    found = run.several("bench", "inclusion")
    run.add(
        f"inclusion proof at {found[0]['size']:,} entries",
        f"{median(found, 'ms'):.2f} ms (p95 {median(found, 'p95_ms'):.2f})",
        "–",
        "–",
        "≤ 5 ms",
        median(found, "ms") <= 5,
    )


def targets(run: Run) -> None:
    found = run.several("bench", "targets")
    own, hand = median(found, "seconds"), median(found, "hand_seconds")
    run.add(
        f"{found[0]['targets']} targets ({found[0]['counts']} counts) over {run.count:,} records",
        f"{own:.2f} s",
        f"SQL by hand {hand:.2f} s",
        f"{own / hand:.2f} ×",
        "≤ 2 ×",
        own <= 2 * hand,
    )


def search(run: Run) -> None:
    found = run.several("bench", "search")
    differing = sorted({one for result in found for one in result["differing"]})
    run.add(
        f"search over {run.count:,} names ({found[0]['queries']} queries)",
        f"p95 {median(found, 'p95_ms'):.1f} ms (median {median(found, 'median_ms'):.1f})",
        f"LIKE p95 {median(found, 'like_p95_ms'):.0f} ms (median {median(found, 'like_median_ms'):.1f})",
        "same answers" if not differing else f"other answers: {differing}",
        "p95 ≤ 30 ms",
        median(found, "p95_ms") <= 30 and not differing,
    )


def page(run: Run) -> None:
    found = run.several("bench", "page")
    own, hand = median(found, "ms"), median(found, "hand_ms")
    run.add(
        f"portal record page, nothing kept ({found[0]['queries']} queries)",
        f"{own:.1f} ms",
        f"view by hand {hand:.1f} ms",
        f"1/{own / hand:.2f}",
        "≥ 1/2; ≤ 6 queries",
        own <= 2 * hand and found[0]["queries"] <= 6,
    )


LIVE = {
    "single": singles,
    "clients": clients,
    "inclusion": inclusion,
    "targets": targets,
    "search": search,
    "page": page,
}


def print_line(line: Line) -> None:
    mark = "yes" if line.good else "NO"
    print(
        f"| {line.work} | {line.product} | {line.beside} | {line.ratio} | {line.reach} | {mark} |", flush=True
    )


def cores() -> str:
    """How many cores, and what they are."""
    model = ""
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [
            row.partition(":")[2].strip()
            for row in info.read_text().splitlines()
            if row.startswith("model name")
        ]
        model = names[0] if names else ""
    return f"{len(os.sched_getaffinity(0))} × {model or platform.processor() or platform.machine()}"


def main() -> None:
    count = int(os.environ.get("BENCH_N", "1000000"))
    rounds = int(os.environ.get("BENCH_ROUNDS", "5"))
    only = {name for name in os.environ.get("BENCH_ONLY", "").split(",") if name}
    load = os.getloadavg()[0]
    print(
        f"{count:,} rows, medians of {rounds}; {cores()}; Python {platform.python_version()}; load before {load:.1f}\n"
    )
    print("| work | product | beside it | ratio | reach | reached |\n|---|---|---|---|---|---|", flush=True)
    with server() as place:
        run = Run(place, count, rounds)
        place_template(run)
        bulk(run, only)
        run.child("bench", "settle")
        for name, measure in LIVE.items():
            if not only or name in only:
                measure(run)
    if not all(line.good for line in run.lines):
        sys.exit(1)


def place_template(run: Run) -> None:
    import psycopg

    with psycopg.connect(run.place.server, autocommit=True) as server_:
        server_.execute(f'DROP DATABASE IF EXISTS "{TEMPLATE}"')
        server_.execute(f'CREATE DATABASE "{TEMPLATE}"')
    run.child(TEMPLATE, "prepare")
