"""Draws of the demonstration at every stage: one open to verification, one drawn, one that awaits its value, one given up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from pinzhi.apps.inspection import queries
from pinzhi.apps.inspection.actions.freeze_draw import freeze_draw
from pinzhi.apps.inspection.actions.make_draw import make_draw
from pinzhi.apps.inspection.actions.name_draw import abandon_draw, name_draw
from pinzhi.apps.inspection.actions.name_public_value import name_public_value
from pinzhi.apps.inspection.actions.open_draw import close_task, open_draw, read_draw
from pinzhi.apps.inspection.actions.record_samples import record_samples
from pinzhi.apps.parties import queries as parties
from pinzhi.doors.cli.demonstration import inspection_sampling
from pinzhi.doors.cli.demonstration.parties import SEED
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor

BY = Actor.system("demonstration")
#: Numbers of an invented lottery, so that nobody takes them for a real draw's.
LOTTERY = "云澜演示彩票（开出顺序）"
TOYS = {"trades": ["2451", "2452", "1830"], "strata": "city", "sector": "children"}


FARMS = {"trades": ["0141", "0151", "0170"], "strata": "city"}


def batches(today: date) -> Iterator[Callable[[], Any]]:
    yield lambda: opened(today)
    yield lambda: opened(today, day=today - timedelta(days=70), farms=True)
    yield lambda: others(today)
    yield lambda: inspection_sampling.hand_out(today)


def at(day: date, hour: int = 9) -> datetime:
    return datetime.combine(day, time(hour, 30), clock.SHANGHAI)


def programme(today: date) -> str:
    """The province's routine programme of the year."""
    rows = queries.programmes(by=BY, year=today.year, kind="spot_check", level="provincial")
    return str(rows.filter(targeted=False).order_by("number").values_list("number", flat=True)[0])


def declared(number: str, day: date) -> None:
    """The lottery of the evening, and the one two days later should it not take place."""
    issue = f"{day:%Y%j}"
    name_public_value(
        number,
        source={"kind": "lottery", "name": LOTTERY, "issue": issue, "at": at(day, 21)},
        fallback={
            "kind": "lottery",
            "name": LOTTERY,
            "issue": f"{issue}-备",
            "at": at(day + timedelta(days=2), 21),
        },
        by=BY,
    )


def numbers(day: date) -> str:
    rng = Random(SEED + day.toordinal())
    return " ".join(f"{n:02d}" for n in rng.sample(range(1, 34), 7))


def drawn(today: date, day: date, title: str, size: int, rules: str = "XZ-ET01", scope: Any = TOYS) -> str:
    """A draw named and frozen in the morning, made on the day after its lottery."""
    with clock.at(at(day)):
        draw = name_draw(
            programme(today), title=title, rules=rules, scope=scope,
            design={"kind": "total", "n": size, "minimum": 1}, by=BY,
        )  # fmt: skip
        freeze_draw(draw.number, by=BY)
        declared(draw.number, day)
    with clock.at(at(day + timedelta(days=1))):
        make_draw(draw.number, value={"numbers": numbers(day)}, by=BY)
    return draw.number


def opened(today: date, day: date | None = None, *, farms: bool = False) -> None:
    """Drawn eight weeks ago, sampled, two firms not to be had, opened: anybody can repeat it.

    One of farms beside that of toys, so that the firm which has an account finds itself in one.
    """
    day = day or today - timedelta(days=56)
    if farms:
        rules, goods = "XZ-SP02", "初级农产品"
        number = drawn(today, day, f"{today.year}年秋季农产品生产企业抽取", 18, rules, FARMS)
    else:
        rules, goods = "XZ-ET01", "积木玩具"
        number = drawn(today, day, f"{today.year}年第三季度儿童用品生产企业抽取", 40)
    with clock.at(at(day + timedelta(days=12), 15)):
        units = read_draw(number, by=BY)
        tasks = [unit.task for unit in units]
        for task in tasks[:2]:
            close_task(task.number, "refused", "企业拒绝抽样，已录像并移送。", by=BY)
        names = parties.names_of([task.uscc for task in tasks])
        record_samples(
            [
                {
                    "programme": programme(today), "rules": rules, "task": task.number,
                    "sampled_on": day + timedelta(days=5 + place % 7), "channel": "plant", "region": task.region,
                    "sampled_region": task.region, "producer_code": task.uscc, "producer_name": names.get(task.uscc, ""),
                    "sampled_at_name": names.get(task.uscc, ""), "product_name": goods, "specification": "演示",
                    "laboratory": task.laboratory,
                }
                for place, task in enumerate(tasks[2:])
            ],
            by=BY,
        )  # fmt: skip
    with clock.at(at(day + timedelta(days=20))):
        open_draw(number, by=BY)


def others(today: date) -> None:
    """One drawn last week and closed until its samples are taken, one that awaits tonight's value, one given up."""
    drawn(today, today - timedelta(days=6), f"{today.year}年第四季度儿童用品生产企业抽取", 24)
    with clock.at(at(today - timedelta(days=1))):
        waiting = name_draw(
            programme(today), title=f"{today.year}年岁末家具生产企业抽取", rules="XZ-JJ01",
            scope={"trades": ["2110", "2221"], "strata": "size"}, design={"kind": "total", "n": 30}, by=BY,
        )  # fmt: skip
        freeze_draw(waiting.number, by=BY)
        declared(waiting.number, today + timedelta(days=1))
    with clock.at(at(today - timedelta(days=20))):
        wrong = name_draw(
            programme(today), title=f"{today.year}年学生用品经营单位抽取", rules="XZ-WT01",
            scope={"trades": ["2411"], "channel": "shop"}, design={"kind": "total", "n": 20}, by=BY,
        )  # fmt: skip
        abandon_draw(wrong.number, "抽取范围误登为生产类行业，不含经营单位；已放弃并另行登记。", by=BY)
