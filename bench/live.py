"""Measurements on a filled database: single appends, proofs, targets, search, a page."""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

CQO, ROSTER = "e01_cqo", "p_enterprises"
CLIENTS, CLIENT_SECONDS = 8, 6.0


def _ms(work: Callable[[], Any], times: int) -> list[float]:
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        taken.append((time.perf_counter() - begun) * 1000)
    return taken


def p95(values: list[float]) -> float:
    return sorted(values)[max(0, round(len(values) * 0.95) - 1)]


def _one_append(serial: list[int], prefix: str) -> int:
    from django.db import transaction

    from pinzhi.kernel.registers import catalogue
    from pinzhi.kernel.registers.append import append
    from pinzhi.kernel.registers.entries import EntryDraft

    register = catalogue.get(CQO)
    serial[0] += 1
    draft = EntryDraft(
        key=f"{prefix}-{os.getpid()}-{serial[0]}", kind="appoint", state="appointed",
        values={**register.definition.sample}, effective_on=date(2024, 5, 10), valid_from=date(2024, 5, 10),
        valid_until=date(2027, 5, 9), region="350105", agency="amr-350000", subject="91350100M000100Y43",
    )  # fmt: skip
    with transaction.atomic():
        (ref,) = append(register, [draft], by="bench")
    return ref.entry_id


def single_appends(_: int) -> dict[str, Any]:
    """One entry, one transaction; beside it one bare row, one transaction, on the same connection."""
    from django.db import connection

    serial = [0]
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS bench_bare (id bigserial PRIMARY KEY, note text)")
    for _ in range(20):
        _one_append(serial, "warm")
    product, bare = [], []
    with connection.cursor() as cursor:
        # In turns, so that whatever else the machine does falls on both alike.
        for _ in range(300):
            product += _ms(lambda: _one_append(serial, "one"), 1)
            bare += _ms(lambda: cursor.execute("INSERT INTO bench_bare (note) VALUES ('x')"), 1)
    return {"ms": statistics.median(product), "bare_ms": statistics.median(bare)}


def _ready() -> None:
    """Say so to who started this process."""
    print("ready", flush=True)


def client(_: int) -> dict[str, Any]:
    """One of several who append as fast as they can, for some seconds."""
    serial, count = [0], 0
    _one_append(serial, "warm")
    _ready()
    sys.stdin.readline()
    begun = time.perf_counter()
    while time.perf_counter() - begun < CLIENT_SECONDS:
        _one_append(serial, "c")
        count += 1
    return {"count": count, "seconds": time.perf_counter() - begun}


def sequencing(_: int) -> dict[str, Any]:
    """The sequencer as the product runs it, until its standard input closes."""
    from threading import Event, Thread

    from pinzhi.kernel.registers import sequencer

    over = Event()

    def watch() -> None:
        sys.stdin.read()
        over.set()

    _ready()
    Thread(target=watch, daemon=True).start()
    sequencer.run_forever(over.is_set)
    return {}


def eight_clients(_: int) -> dict[str, Any]:
    """Appends a second from eight clients with the sequencer running; how long until one more is in the tree."""
    import json

    from django.db import connection

    def start(name: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "bench.child", name, "0"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    everybody = [start(name) for name in ("sequencer", *["client"] * CLIENTS)]
    for one in everybody:
        assert one.stdout and one.stdout.readline() == "ready\n"
    sequencer, *clients = everybody
    time.sleep(1.0)  # the sequencer's first round takes in what the warming up left
    for one in clients:
        assert one.stdin
        one.stdin.write("go\n")
        one.stdin.flush()
    waits, serial = [], [0]
    while any(one.poll() is None for one in clients):
        entry = _one_append(serial, "probe")
        begun = time.perf_counter()
        with connection.cursor() as cursor:
            while time.perf_counter() - begun < 30:
                cursor.execute("SELECT 1 FROM registers_sequenced WHERE entry_id = %s", [entry])
                if cursor.fetchone():
                    break
                time.sleep(0.01)
        waits.append(time.perf_counter() - begun)
    done = [json.loads(one.communicate()[0].splitlines()[-1]) for one in clients]
    sequencer.communicate("")
    return {
        "per_second": sum(one["count"] / one["seconds"] for one in done),
        "in_tree_s": statistics.median(waits),
        "in_tree_p95_s": p95(waits),
        "probes": len(waits),
    }


def inclusion(_: int) -> dict[str, Any]:
    """An inclusion proof of a random entry, from the tiles as the portal reads them, nothing kept in memory."""
    from pinzhi.kernel.registers import proofs
    from pinzhi.kernel.registers.models import Log

    size, rng = Log.objects.using("portal").get(name=ROSTER).size, random.Random(5)
    proofs.inclusion(ROSTER, 0)
    taken = _ms(lambda: proofs.inclusion(ROSTER, rng.randrange(size)), 300)
    return {"ms": statistics.median(taken), "p95_ms": p95(taken), "size": size}


PLACES = ("350000", "350100", "350200", "350300", "350400", "350500", "350600", "350700", "350800", "350900")
TARGETS = 58


def _targets() -> list[Any]:
    """Fifty-eight targets of invented plans: firms with a chief quality officer, by region and by year."""
    from decimal import Decimal

    from pinzhi.apps.policy.models import Document, Target
    from pinzhi.kernel import clock

    document, _ = Document.objects.get_or_create(
        code="BENCH", defaults={
            "title": "消费品标准和质量提升规划", "region": "350000", "issued_on": date(2024, 1, 5),
            "plan_from": date(2024, 1, 5), "plan_until": date(2026, 12, 31), "text": "", "digest": "0" * 64,
            "imported_by": "bench", "imported_at": clock.now(), "status": "in_force",
        },
    )  # fmt: skip
    found = []
    for number in range(TARGETS):
        found.append(
            Target(
                document=document, number=f"T{number}", quote="建立首席质量官制度", name="首席质量官", comparator=">=",
                value=Decimal(1000 + number), unit="家", by_year=2024 + number % 3, kind="level", review="confirmed",
                indicator="i18_firms_with_cqo", region=PLACES[number % len(PLACES)], equals="at_least",
            )
        )  # fmt: skip
    return found


HAND = """
SELECT count({what}) FROM registers_span
WHERE register = 'e01_cqo' AND state = ANY(%s) AND starts <= %s AND (ends IS NULL OR ends > %s)
  AND (valid_from IS NULL OR valid_from <= %s) AND (valid_until IS NULL OR valid_until >= %s){where}
"""


def targets(_: int) -> dict[str, Any]:
    """All targets computed as the product does (readings, history, attainment), and their counts alone by hand."""
    from django.db import connection

    from pinzhi.apps.policy import readings
    from pinzhi.kernel import clock
    from pinzhi.kernel.registers import counting

    rows, counted, plain = _targets(), [], counting.count

    def noting(spec: Any) -> Any:
        found = plain(spec)
        counted.append((dict(spec), found.value))
        return found

    with clock.at(date(2026, 11, 20)):
        readings.counting.count = noting
        try:
            for row in rows:
                readings.compute(row)
        finally:
            readings.counting.count = plain
        begun = time.perf_counter()
        for row in rows:
            readings.compute(row)
        product = time.perf_counter() - begun
    begun = time.perf_counter()
    with connection.cursor() as cursor:
        for spec, value in counted:
            day, where, params = spec["date"], "", []
            if spec.get("regions"):
                where = " AND (" + " OR ".join(["region LIKE %s"] * len(spec["regions"])) + ")"
                params = [f"{code}%" for code in spec["regions"]]
            for filter_ in spec.get("filters") or []:
                where += " AND facts @> %s::jsonb"
                params.append(f'{{"{filter_["field"]}": {str(filter_["value"]).lower()}}}')
            what = f"DISTINCT {spec['distinct']}" if spec.get("distinct") else "*"
            cursor.execute(HAND.format(what=what, where=where), [spec["states"], day, day, day, day, *params])
            assert cursor.fetchone()[0] == value, (spec, value)
    hand = time.perf_counter() - begun
    return {"seconds": product, "hand_seconds": hand, "counts": len(counted), "targets": len(rows)}


def _queries() -> list[str]:
    """Searches of two to eight characters: the commonest words, and pieces of names that are there."""
    from pinzhi.apps.parties.models import Enterprise

    rng = random.Random(11)
    names = list(Enterprise.objects.order_by("uscc").values_list("name", flat=True)[:4000])
    asked = [
        "有限",
        "公司",
        "福建",
        "有限公司",
        "食品",
        "福州",
        "责任公司",
        "鑫",
        "有限责任公司",
        "厂",
        "没有这家",
        "合作社",
    ]
    asked = [one for one in asked if len(one) > 1]
    for length in range(2, 9):
        for name in rng.sample(names, 6):
            if len(name) >= length:
                at = rng.randrange(len(name) - length + 1)
                asked.append(name[at : at + length])
    return asked


def search(_: int) -> dict[str, Any]:
    """First twenty by name and the count up to 10,000; beside it the same with LIKE '%…%'. The answers are compared."""
    from django.db import connection

    from pinzhi.apps.parties.models import Enterprise
    from pinzhi.kernel.search.folding import terms_of
    from pinzhi.kernel.search.paging import search_page
    from pinzhi.kernel.search.queries import COUNT_CAP, find

    def product(typed: str) -> tuple[list[int], int, bool]:
        rows = find(Enterprise.objects.defer("search_text"), "search_text", typed)
        page = search_page(rows, "search_text", typed, order=("sort_key", "pk"))
        return [row.pk for row in page.rows], page.count, page.capped

    def plain(typed: str) -> tuple[list[int], int, bool]:
        (term,) = terms_of(typed)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM (SELECT 1 FROM parties_enterprise WHERE search_text LIKE %s LIMIT %s) t",
                [f"%{term}%", COUNT_CAP + 1],
            )
            count = cursor.fetchone()[0]
            order = "id" if count > COUNT_CAP else "sort_key, id"
            cursor.execute(
                f"SELECT * FROM parties_enterprise WHERE search_text LIKE %s ORDER BY {order} LIMIT 20",
                [f"%{term}%"],
            )
            return [row[0] for row in cursor.fetchall()], min(count, COUNT_CAP), count > COUNT_CAP

    asked = _queries()
    taken, beside, differing = [], [], []
    for typed in asked:
        product(typed)
        taken += _ms(partial(product, typed), 3)
        beside += _ms(partial(plain, typed), 1)
        if product(typed) != plain(typed):
            differing.append(typed)
    slow = sorted(zip(taken[::3], asked, strict=True), reverse=True)[:3]
    return {
        "p95_ms": p95(taken), "median_ms": statistics.median(taken), "like_p95_ms": p95(beside),
        "like_median_ms": statistics.median(beside), "queries": len(asked), "differing": differing,
        "slowest": [f"{typed} {ms:.0f} ms" for ms, typed in slow],
    }  # fmt: skip


def page(_: int) -> dict[str, Any]:
    """A portal record page through the whole stack; beside it a view of three lines with the same queries, ready."""
    from django.conf import settings
    from django.db import connections
    from django.test import Client
    from django.test.utils import CaptureQueriesContext, setup_test_environment

    from bench import urls
    from pinzhi.doors.portal import kept
    from pinzhi.kernel.registers.models import PublicRecord

    setup_test_environment()
    settings.ROOT_URLCONF = "bench.urls"
    settings.ALLOWED_HOSTS = ["*"]
    record = PublicRecord.objects.using("portal").filter(register=ROSTER).first()
    assert record is not None
    client, address = Client(), f"/registers/{ROSTER}/records/{record.key}/"
    client.get(address)
    kept.forget()
    with CaptureQueriesContext(connections["portal"]) as queries:
        response = client.get(address)
    assert response.status_code == 200, response.status_code
    asked = [query["sql"] for query in queries.captured_queries]
    urls.capture(response, asked)
    by_hand = client.get("/bench-by-hand/")
    assert by_hand.status_code == 200 and abs(len(by_hand.content) - len(response.content)) < 2000

    def product() -> None:
        kept.forget()
        client.get(address)

    for _ in range(20):
        product()
        client.get("/bench-by-hand/")
    taken, beside = [], []
    for _ in range(200):
        taken += _ms(product, 1)
        beside += _ms(lambda: client.get("/bench-by-hand/"), 1)
    return {"ms": statistics.median(taken), "hand_ms": statistics.median(beside), "queries": len(asked)}


MEASURES: dict[str, Any] = {
    "single": single_appends,
    "client": client,
    "sequencer": sequencing,
    "clients": eight_clients,
    "inclusion": inclusion,
    "targets": targets,
    "search": search,
    "page": page,
}
