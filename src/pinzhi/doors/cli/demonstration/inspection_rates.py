"""Samples that were drawn with a known probability, year after year, and the risk classes of the firms: for rates."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

from pinzhi.apps.inspection.actions.enter_reports import enter_reports
from pinzhi.apps.inspection.actions.freeze_draw import freeze_draw
from pinzhi.apps.inspection.actions.make_draw import make_draw
from pinzhi.apps.inspection.actions.name_draw import name_draw
from pinzhi.apps.inspection.actions.open_draw import close_task, open_draw, read_draw
from pinzhi.apps.inspection.actions.record_samples import record_samples
from pinzhi.apps.inspection.actions.save_programme import release_programme, save_programme
from pinzhi.apps.parties.actions.set_risk_classes import set_risk_classes
from pinzhi.doors.cli.demonstration import inspection, inspection_draws
from pinzhi.doors.cli.demonstration.inspection_goods import GOODS
from pinzhi.doors.cli.demonstration.parties import SEED, Product, firms, products
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor

BY = Actor.system("demonstration")
RULES, SIZE = "XZ-ET01", 180
CLASSES, SHARES = "ABCD", (56, 33, 8, 3)


def batches(today: date, years: list[int]) -> Iterator[Callable[[], Any]]:
    yield lambda: classes(today)
    for year in years:
        if date(year, 5, 31) < today:
            yield lambda year=year: drawn_year(year, today)  # type: ignore[misc]


def classes(today: date) -> None:
    """Risk classes from the first day of the year on, as a file of the credit system would say them."""
    rng = Random(SEED + 91)
    rows = [
        {
            "uscc": firm.code,
            "risk_class": rng.choices(CLASSES, SHARES)[0],
            "since": date(today.year, 1, 1),
            "basis": "信用风险分类（演示）",
        }
        for firm in firms()
        if firm.number < 6000 and firm.founded < date(today.year, 1, 1)
    ]
    with clock.at(date(today.year, 1, 4)):
        for start in range(0, len(rows), 1000):
            set_risk_classes(rows[start : start + 1000], by=BY)


def plan(year: int) -> inspection.Plan:
    goods = tuple(g for g in GOODS if g.code == RULES)
    return inspection.Plan(
        f"{year}年儿童玩具质量状况抽样调查", "spot_check", "provincial", inspection.PROVINCE, inspection.BUREAU,
        SIZE, goods, ("plant",),
    )  # fmt: skip


def drawn_year(year: int, today: date) -> None:
    """A survey of the toy makers: programme, draw, samples, reports. Some firms are closed on the day."""
    wanted, goods = plan(year), plan(year).goods[0]
    with clock.at(date(year, 1, 6)):
        row = save_programme(
            title=wanted.title, year=year, kind=wanted.kind, level=wanted.level, region=wanted.region,
            agency=wanted.agency, targeted=False, basis="质量状况调查方案（演示）", budget=str(SIZE * goods.cost),
            products=[{"rules": RULES, "batches": SIZE, "unit_cost": str(goods.cost), "channels": ["plant"]}],
            parties=[], by=BY,
        )  # fmt: skip
        release_programme(row.number, by=BY)
    day = date(year, 3, 10)
    with clock.at(inspection_draws.at(day)):
        draw = name_draw(
            row.number, title=f"{year}年儿童玩具生产企业抽取（质量状况调查）", rules=RULES,
            scope={**inspection_draws.TOYS, "no_repeat": []},
            design={"kind": "total", "n": SIZE, "minimum": 2}, by=BY,
        )  # fmt: skip
        freeze_draw(draw.number, by=BY)
        inspection_draws.declared(draw.number, day)
    with clock.at(inspection_draws.at(day + timedelta(days=1))):
        make_draw(draw.number, value={"numbers": inspection_draws.numbers(day)}, by=BY)
    sample(row.number, draw.number, wanted, year, today)
    with clock.at(inspection_draws.at(day + timedelta(days=60))):
        open_draw(draw.number, by=BY)


def sample(programme: str, draw: str, wanted: inspection.Plan, year: int, today: date) -> None:
    rng, goods = Random(SEED + year), wanted.goods[0]
    made: dict[str, Product] = {}
    for product in products():
        made.setdefault(product.firm.code, product)
    named = {firm.code: firm.name for firm in firms()}
    rows: list[dict[str, Any]] = []
    day = date(year, 3, 15)
    with clock.at(inspection_draws.at(date(year, 4, 16), 16)):
        for unit in read_draw(draw, by=BY):
            task = unit.task
            if rng.random() < 0.04:
                close_task(task.number, "absent", "企业停产，现场无待销产品。", by=BY)
                continue
            goods_of = made.get(task.uscc)
            rows.append(
                {
                    "programme": programme, "rules": RULES, "task": task.number, "channel": "plant",
                    "sampled_on": day + timedelta(days=rng.randrange(30)), "region": task.region,
                    "sampled_region": task.region, "producer_code": task.uscc, "outcome": "taken",
                    "producer_name": named.get(task.uscc, ""), "sampled_at_name": named.get(task.uscc, ""),
                    "product_number": goods_of.gtin.zfill(14) if goods_of else "",
                    "product_name": goods_of.name if goods_of else goods.name,
                    "gtin": goods_of.gtin if goods_of else "", "trademark": goods_of.brand if goods_of else "",
                    "specification": goods_of.model if goods_of else "", "laboratory": task.laboratory,
                }
            )  # fmt: skip
        numbers = record_samples(rows, by=BY)
    when = date(year, 5, 30)
    with clock.at(when):
        given = [
            report
            for number, row in zip(numbers, rows, strict=True)
            if (report := inspection.report(rng, number, row, wanted, goods, year, when)) is not None
        ]
        outcome = enter_reports(given, by=BY, door="file")
        if outcome.refused:
            raise RuntimeError(f"{year}: {outcome.refused[0].code} {outcome.refused[0].zh}")
