"""Loading the demonstration: stages in the order in which people look, each in batches that are whole or not there."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.db import transaction

from pinzhi.apps.parties.actions.register_bodies import register_bodies
from pinzhi.apps.parties.actions.register_enterprises import register_enterprises
from pinzhi.apps.parties.actions.register_products import register_products
from pinzhi.doors.cli.demonstration import (
    accounts,
    declarations,
    desk,
    inspection,
    lives,
    lots,
    lots_counted,
    lots_others,
    names,
    plan,
    series,
    standards_catalogue,
    standards_declarations,
    standards_limits,
    yearly,
)
from pinzhi.doors.cli.demonstration.parties import CITY_NAME, Body, Firm, Product, bodies, firms, products
from pinzhi.doors.cli.demonstration.state import Done, Shown
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import Refused
from pinzhi.kernel.jobs import reminders
from pinzhi.kernel.registers import catalogue
from pinzhi.kernel.registers.actions.carry_out import Item, carry_out

BY = Actor.system("demonstration")
FIRST_FIRMS, FIRST_PRODUCTS = 6000, 400
Work = Callable[[], Any]


@dataclass(frozen=True)
class Stage:
    """`weight` is about its seconds; `batches` are pieces of work, each in a transaction of its own."""

    name: str
    zh: str
    en: str
    weight: float
    batches: Callable[[], Iterator[Work]]


def load(say: Callable[[str], None] = lambda line: print(line, file=sys.stderr, flush=True)) -> None:
    """Load what is not there yet."""
    done = Done()
    stages = all_stages(clock.today())
    shown = Shown(sum(stage.weight for stage in stages))
    catalogue.sync()
    began = time.monotonic()
    for stage in stages:
        if done.is_over(stage.name):
            shown.advance(stage.weight, stage.zh, stage.en)
            continue
        since = time.monotonic()
        _run(stage, done, shown)
        say(f"{stage.name}: {time.monotonic() - since:.1f} s")
    shown.finish()
    say(f"demonstration loaded in {time.monotonic() - began:.0f} s")


def _run(stage: Stage, done: Done, shown: Shown) -> None:
    skip = done.count(stage.name)
    work = list(stage.batches())
    shown.advance(stage.weight * skip / max(len(work), 1), stage.zh, stage.en)
    for number, piece in enumerate(work[skip:], skip + 1):
        try:
            with transaction.atomic():
                piece()
                done.write(stage.name, number)
        except Refused as refused:
            raise RuntimeError(
                f"{stage.name}, batch {number}: {refused.zh} {[str(r) for r in getattr(refused, 'rows', [])[:3]]}"
            ) from refused
        done.remember(stage.name, number)
        shown.advance(stage.weight / len(work), stage.zh, stage.en)
    done.write(stage.name, -1)
    done.remember(stage.name, -1)


def all_stages(today: date) -> list[Stage]:
    """The stages, the most looked at first."""
    return [
        Stage(
            "accounts",
            "开通演示账号",
            "opening accounts",
            2,
            lambda: iter([lambda: accounts.open_accounts(BY)]),
        ),
        Stage(
            "first firms",
            "登记企业",
            "registering enterprises",
            6,
            lambda: firm_batches(firms()[:FIRST_FIRMS]),
        ),
        Stage(
            "bodies",
            "登记技术机构",
            "registering bodies",
            1,
            lambda: iter([lambda: register_bodies([as_body(b) for b in bodies()], by=BY)]),
        ),
        Stage(
            "first products",
            "登记产品",
            "registering products",
            1,
            lambda: product_batches(products()[:FIRST_PRODUCTS]),
        ),
        Stage(
            "standards",
            "登记标准目录",
            "registering standards",
            8,
            lambda: standards_catalogue.batches(today),
        ),
        Stage("declarations", "声明企业标准", "declaring standards", 10, declarations.batches),
        Stage(
            "limits",
            "录入指标限值、比对研究",
            "entering limits and studies",
            6,
            lambda: standards_limits.batches(today),
        ),
        Stage("series", "录入统计数列", "entering statistics", 3, series_batches),
        Stage(
            "plans",
            "读入省、市、县规划",
            "reading the plans",
            3,
            lambda: iter(
                [
                    plan.bring_in_province,
                    plan.bring_in_city,
                    plan.bring_in_county,
                    plan.map_plans,
                    lambda: plan.report_figures(today),
                ]
            ),
        ),
        Stage(
            "counted",
            "录入登记册",
            "filling the registers",
            20,
            lambda: lot_batches(lots_counted.COUNTED, today, 1),
        ),
        Stage("checks", "录入监督抽查", "entering spot checks", 30, lambda: inspection.batches(today)),
        Stage(
            "readings",
            "计算目标进度",
            "counting targets",
            4,
            lambda: iter([lambda: plan.count(cities=False)]),
        ),
        Stage("lives", "办理中的事项", "work in hand", 8, lambda: lives.batches(today)),
        Stage(
            "progress", "单位报送进展", "progress of the units", 3, lambda: iter([lambda: plan.report(today)])
        ),
        Stage(
            "year",
            "年度计划、考核与报告",
            "yearly plans, appraisals, reports",
            3,
            lambda: yearly.batches(today),
        ),
        Stage(
            "others",
            "录入其他登记册",
            "filling the other registers",
            15,
            lambda: lot_batches(lots_others.OTHERS, today, 2),
        ),
        Stage(
            "firms",
            "登记其余企业",
            "registering the other enterprises",
            15,
            lambda: firm_batches(firms()[FIRST_FIRMS:]),
        ),
        Stage(
            "products",
            "登记其余产品",
            "registering the other products",
            60,
            lambda: product_batches(products()[FIRST_PRODUCTS:]),
        ),
        Stage(
            "own standards",
            "声明企业自己的标准、排行榜",
            "declaring own standards, a ranking",
            8,
            lambda: standards_declarations.batches(today),
        ),
        Stage(
            "late",
            "录入信用记录",
            "entering credit records",
            2,
            lambda: lot_batches(lots_others.LATE, today, 3),
        ),
        Stage(
            "desk",
            "认领、查重与导入",
            "claims, duplicates, imports",
            2,
            lambda: desk.batches(today, as_enterprise),
        ),
        Stage("reminders", "发送提醒", "sending reminders", 2, lambda: iter([lambda: remind(today)])),
        Stage(
            "all readings",
            "按市计算目标进度",
            "counting targets by city",
            10,
            lambda: iter([lambda: plan.count_past(today), lambda: plan.count(cities=True)]),
        ),
    ]


def remind(today: date) -> None:
    """What the daily work would tell people today, so that their inboxes speak of what is due."""
    for name in reminders.names():
        reminders.send(name, today)


def _cut(rows: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    return (rows[start : start + size] for start in range(0, len(rows), size))


def firm_batches(rows: Sequence[Firm]) -> Iterator[Work]:
    for part in _cut(rows, 2000):
        yield lambda part=part: register_enterprises([as_enterprise(f) for f in part], by=BY)  # type: ignore[misc]


def product_batches(rows: Sequence[Product]) -> Iterator[Work]:
    for part in _cut(rows, 3000):
        yield lambda part=part: register_products([as_product(p) for p in part], by=BY)  # type: ignore[misc]


def series_batches() -> Iterator[Work]:
    def enter(register: str, year: int, items: list[Item]) -> Work:
        def work() -> None:
            # A year's figures are released in the spring after it.
            with clock.at(min(date(year + 1, 4, 20), clock.today())):
                carry_out(register, "enter_decision", items, by=BY)

        return work

    figures = sorted(series.figures(), key=lambda f: (f[0], f[1]))
    for (register, year), group in groupby(figures, key=lambda f: (f[0], f[1])):
        day = date(year + 1, 4, 10)
        if day > clock.today():
            continue
        function = catalogue.get(register).definition.function
        items = [
            Item(
                region=region,
                agency=lots.agency_of(function, "province", region),
                record_type=kind,
                values=values,
                effective_on=day,
            )
            for _, _, region, kind, values in group
        ]
        yield enter(register, year, items)


def lot_batches(which: Sequence[lots.Lot], today: date, salt: int) -> Iterator[Work]:
    def enter(batch: lots.Batch) -> Work:
        def work() -> None:
            with clock.at(batch.clock):
                refs = carry_out(batch.register, batch.step, batch.items, by=BY)
                after = lots.following(batch, [ref.key for ref in refs], today)
                if after and batch.lot.follow:
                    carry_out(batch.register, batch.lot.follow[0], after, by=BY)

        return work

    for batch in lots.batches(which, today, salt=salt):
        yield enter(batch)


def as_enterprise(firm: Firm) -> dict[str, Any]:
    roles = ["producer", "seller"] if firm.number % 3 else ["producer"]
    return {
        "uscc": firm.code,
        "name": firm.name,
        "region": firm.region,
        "trade": firm.trade,
        "size": firm.size,
        "enterprise_type": "cooperative" if firm.cooperative else "company",
        "above_scale": firm.above_scale,
        "consumer_goods": True,
        "main_producer": firm.size in ("large", "medium") and not firm.cooperative,
        "roles": [*roles, "exporter"] if firm.exporter else roles,
        "status": "suspended" if firm.number % 97 == 96 else "active",
        "registered_on": firm.founded.isoformat(),
        "legal_representative": firm.legal,
        "address": f"{names.PROVINCE}省{CITY_NAME[firm.city]}市演示路{1 + firm.number % 900}号",
        "business_scope": f"{names.SECTOR[firm.sector].zh}的生产、销售（演示数据）。",
    }


def as_product(product: Product) -> dict[str, Any]:
    sector = names.SECTOR[product.firm.sector]
    return {
        "gtin": product.gtin,
        "name": product.name,
        "brand": product.brand,
        "model": product.model,
        "category": sector.zh,
        "sector": sector.code,
        "consumer_goods": True,
        "producer_code": product.firm.code,
        "imported": False,
        "standard_executed": product.standard,
        "status": "on_sale",
        "since": product.listed_on.isoformat(),
    }


KINDS = {
    "testing": "testing",
    "certification": "certification",
    "metrology": "metrology",
    "standards": "standards",
    "training": "consulting",
    "association": "association",
}


def as_body(body: Body) -> dict[str, Any]:
    return {
        "uscc": body.code,
        "name": body.name,
        "region": body.region,
        "kinds": [KINDS[body.kind]],
        "ownership": "private" if body.code.startswith("91") else "public_institution",
        "fields": ["general"],
        "status": "active",
        "address": f"{names.PROVINCE}省演示路{1 + len(body.name)}号",
    }
