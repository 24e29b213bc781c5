"""Declarations of standards on the real path: action, rules, rows, entries: `python -m bench.standards_declarations`.

BENCH_DECLARATIONS  how many, of 20 indicators each (100,000); 10,000 gives the slope
BENCH_WORKERS       processes that declare at the same time, as an API's workers do (4)
BENCH_BATCH         declarations a call (500)

The catalogue holds some editions and 28 confirmed limits that every product is under, so that 18 of its 20 indicators are
compared; values, units and methods differ from one declaration to the next. Then the check as one types: one declaration a
call, on a process that has answered before; and searches of the list of declarations. CPU seconds are told beside the
wall's, of the workers and of the database, because a machine is seldom quiet.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import statistics
import time
from pathlib import Path
from typing import Any

COUNT = int(os.environ.get("BENCH_DECLARATIONS", "100000"))
WORKERS = int(os.environ.get("BENCH_WORKERS", "4"))
BATCH = int(os.environ.get("BENCH_BATCH", "500"))
INDICATORS = 20
FIRMS = 2000
#: Indicator, kind of quantity, unit, limit, test method: what products of the bench are under.
LIMITED = [
    ("甲醛含量", "mass_fraction", "mg/kg", 75, "GB/T 2912.1"),
    ("可萃取铅", "mass_fraction", "mg/kg", 90, "GB/T 30157"),
    ("镉", "mass_fraction", "mg/kg", 100, "GB/T 30157"),
    *((f"有害物质{n}", "mass_fraction", "mg/kg", 10 * n, f"GB/T {20000 + n}") for n in range(1, 16)),
]


def codes() -> list[str]:
    from pinzhi.rules.identifiers import uscc

    return [uscc.make(number, region="350100").text for number in range(1, FIRMS + 1)]


def world() -> None:
    """Firms, editions and confirmed limits."""
    from pinzhi.apps.parties.actions.register_enterprises import register_enterprises
    from pinzhi.apps.standards.actions.register_editions import register_editions
    from pinzhi.apps.standards.models import LimitDocument, LimitEntry
    from pinzhi.kernel import clock
    from pinzhi.kernel.access.actor import Actor

    by = Actor.system("bench")
    register_enterprises(
        [
            {"uscc": code, "name": f"甲{at}服饰有限公司", "region": "350100", "trade": "C1811", "size": "medium",
             "roles": ["producer"], "status": "active", "consumer_goods": True, "main_producer": True}
            for at, code in enumerate(codes())
        ],
        by=by,
    )  # fmt: skip
    numbers = ["GB 31701-2015", "GB/T 22849-2014", "GB/T 2912.1-2009", "GB/T 30157-2013"]
    numbers += [f"GB/T {20000 + n}-2015" for n in range(1, 16)]
    register_editions(
        [
            {
                "number": n,
                "title_zh": "测试标准",
                "region": "350000",
                "effective_on": "2016-06-01",
                "field": "children",
            }
            for n in numbers
        ],
        by=by,
    )
    now = clock.now()
    for number, rows in (("GB 31701-2015", LIMITED), ("GB/T 22849-2014", LIMITED[:10])):
        document = LimitDocument.objects.create(
            key=number, number=number, market="CN", region="350000", updated_at=now, updated_by="bench"
        )
        for name, kind, unit, most, method in rows:
            LimitEntry.objects.create(
                document=document, clause="5.1", analyte=name, kind=kind, value=f"≤{most} {unit}", scope="儿童纺织产品",
                applies="B类", method=method, source="测试", state="confirmed", place_key=f"{number}{name}", entered_by="a",
                entered_at=now, decided_by="b", decided_at=now,
            )  # fmt: skip


def row(number: int, code: str, dice: random.Random) -> dict[str, Any]:
    """A declaration of twenty indicators, eighteen of them limited; every hundredth is below a limit."""
    indicators = []
    for name, _kind, unit, most, method in LIMITED:
        value = dice.uniform(0.2, 1.0) * most * (1.5 if number % 100 == 0 else 1)
        small = dice.randrange(4) == 0
        text = f"≤{value / 10000:.7f}" if small else f"≤{value:.2f}"
        indicators.append(
            {"indicator": name, "value": text, "unit": "%" if small else unit, "method": f"{method}-2015"}
        )
    indicators.append(
        {"indicator": "断裂强力", "value": f"≥{dice.randrange(200, 900)}", "unit": "N", "method": "附录A"}
    )
    indicators.append({"indicator": "外观", "value": "无明显色差、无破损", "unit": "", "method": "目测"})
    return {
        "uscc": code,
        "product_name": f"儿童针织衫{number}",
        "brand": "甲",
        "model": f"M{number}",
        "product_class": "儿童纺织产品 B类",
        "sector": "children",
        "standard_no": f"Q/JF{number % FIRMS} {number:06d}-2026" if number % 3 else "GB/T 22849-2014",
        "standard_name": "儿童针织衫",
        "indicators": indicators,
        "commitment": "七日内质量问题包退。",
    }


def declare_part(job: tuple[str, int, int]) -> tuple[int, int, float, float]:
    """One worker: calls of the action, a batch each. Returns (declared, flagged, seconds, seconds of CPU), its start aside."""
    url, start, stop = job
    os.environ["DATABASE_URL"] = url
    from bench.place import open_product

    open_product()
    from pinzhi.apps.standards.actions.declare import declare
    from pinzhi.kernel.access.actor import Actor

    by, firms, dice = Actor.system("bench"), codes(), random.Random(start)
    done = flagged = 0
    began, cpu = time.perf_counter(), time.process_time()
    for first in range(start, stop, BATCH):
        rows = [row(n, firms[n % FIRMS], dice) for n in range(first, min(first + BATCH, stop))]
        found = declare(rows, by=by)
        done += len(found)
        flagged += sum(bool(one.flags) for one in found)
    return done, flagged, time.perf_counter() - began, time.process_time() - cpu


def live(times: int = 200) -> dict[str, float]:
    """The check of one declaration as it is typed; milliseconds."""
    from pinzhi.apps.standards.cleaning_declarations import check_one
    from pinzhi.kernel import clock

    dice, firms = random.Random(7), codes()
    taken = []
    for n in range(times):
        said = row(n, firms[0], dice)
        began = time.perf_counter()
        check_one(said, clock.today())
        taken.append(1000 * (time.perf_counter() - began))
    ordered = sorted(taken[5:])
    return {
        "median": statistics.median(ordered),
        "p95": ordered[int(0.95 * len(ordered))],
        "worst": ordered[-1],
    }


def searches() -> dict[str, float]:
    """The first page of the list of declarations for a rare word, a number, a common word; milliseconds, median of five."""
    from pinzhi.apps.standards import queries_declarations as queries
    from pinzhi.kernel.access.actor import Actor
    from pinzhi.kernel.search.queries import settle
    from pinzhi.kernel.web.lists import Asked, from_queryset

    settle("registers_record", "search_text")
    found = {}
    for word in ("儿童针织衫4711", "Q/JF12 0", "甲7服饰", "针织"):
        taken = []
        for _ in range(5):
            began = time.perf_counter()
            asked = Asked(search=word, order_by="-declared_on")
            from_queryset(queries.declarations(by=Actor.system("bench"), search=word), asked)
            taken.append(1000 * (time.perf_counter() - began))
        found[word] = round(statistics.median(taken), 1)
    return found


def server_cpu(folder: Path) -> float:
    """Seconds of CPU that the embedded server has used so far, those of connections that are closed with them."""
    (head,) = (int(path.read_text().split()[0]) for path in folder.rglob("postmaster.pid"))
    ticks = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parts = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(path.parent.name) == head:
            ticks += sum(map(int, parts[11:15]))
        elif int(parts[1]) == head:
            ticks += sum(map(int, parts[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


def main() -> None:
    from bench.place import TEMPLATE, open_product, server

    with server() as place:
        import psycopg

        with psycopg.connect(place.server, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{TEMPLATE}" WITH (FORCE)')
            connection.execute(f'CREATE DATABASE "{TEMPLATE}"')
        url = place.url(TEMPLATE)
        os.environ["DATABASE_URL"] = url
        open_product()
        from bench.place import prepare

        prepare()
        world()
        step = -(-COUNT // WORKERS)
        jobs = [(url, at, min(at + step, COUNT)) for at in range(0, COUNT, step)]
        cpu_before = server_cpu(place.folder)
        began = time.perf_counter()
        with multiprocessing.get_context("spawn").Pool(WORKERS) as pool:
            found = pool.map(declare_part, jobs, chunksize=1)
        seconds = time.perf_counter() - began
        server_seconds = server_cpu(place.folder) - cpu_before
        result = {
            "declarations": sum(one[0] for one in found),
            "indicators": INDICATORS,
            "flagged": sum(one[1] for one in found),
            "workers": WORKERS,
            "seconds": round(seconds, 1),
            "seconds_without_start": round(max(one[2] for one in found), 1),
            "worker_cpu_seconds": round(sum(one[3] for one in found), 1),
            "server_cpu_seconds": round(server_seconds, 1),
            "load": os.getloadavg()[0],
            "live_ms": {name: round(value, 1) for name, value in live().items()},
            "search_ms": searches(),
        }
        print(json.dumps(result, ensure_ascii=False))


if __name__ == "__main__":
    main()
