"""Three years of spot checks: rules, programmes, samples, reports, what followed the failures, what was published.

About 8,000 batches a year, made by the same actions that officials use, in batches of a month.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Any

from pinzhi.apps.inspection import queries
from pinzhi.apps.inspection.actions.accept_outside import accept_outside
from pinzhi.apps.inspection.actions.enter_reports import enter_reports
from pinzhi.apps.inspection.actions.keep_lists import declare_capabilities, list_inspectors
from pinzhi.apps.inspection.actions.publish_results import publish_results, publish_year
from pinzhi.apps.inspection.actions.publish_supervision import publish_supervision
from pinzhi.apps.inspection.actions.record_case_event import Given
from pinzhi.apps.inspection.actions.record_samples import record_samples
from pinzhi.apps.inspection.actions.save_programme import release_programme, save_programme
from pinzhi.apps.inspection.actions.save_rules import release_rules, save_rules
from pinzhi.apps.inspection.actions.take_over_cases import take_over_cases
from pinzhi.apps.inspection.reporting import GivenItem, GivenReport
from pinzhi.apps.parties.actions.set_risk_classes import set_risk_classes
from pinzhi.doors.cli.demonstration import inspection_draws, names
from pinzhi.doors.cli.demonstration.inspection_goods import (
    ALL,
    DECLARED_GOODS,
    GOODS,
    LABEL_GOODS,
    Goods,
)
from pinzhi.doors.cli.demonstration.parties import (
    CITIES,
    CITY_NAME,
    SEED,
    Body,
    Product,
    bodies,
    firms,
    products,
)
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.rules.identifiers import uscc

BY = Actor.system("demonstration")
PROVINCE, BUREAU = "990000", "990000-market_supervision"
YEARS = 3
#: Shares of a hundred batches that fail the first test, by level, in the first year; they fall by a little each year.
FAILING = {"national": 8.6, "provincial": 7.6, "city": 6.4}
BETTER_EACH_YEAR = 0.6
#: The kinds of check that have rules of their own.
KIND_OF = {LABEL_GOODS.code: "label_check", DECLARED_GOODS.code: "declared_standard"}
Work = Callable[[], Any]


@dataclass(frozen=True)
class Plan:
    """One programme of a year: how many batches of which goods."""

    title: str
    kind: str
    level: str
    region: str
    agency: str
    batches: int
    goods: tuple[Goods, ...]
    channels: tuple[str, ...]
    targeted: bool = False
    joint: bool = False


def plans(year: int) -> list[Plan]:
    """The programmes of a year: the nation's, the province's, special ones, the cities'."""
    city = [
        Plan(
            f"{year}年{CITY_NAME[code]}市产品质量监督抽查计划", "spot_check", "city", code, f"{code}-market_supervision",
            110 + 7 * weight, GOODS, ("plant", "shop"),
        )
        for code, _, weight, _ in CITIES
    ]  # fmt: skip
    return [
        Plan(f"{year}年国家监督抽查（云澜组织实施）", "spot_check", "national", PROVINCE, BUREAU, 1400, GOODS,
             ("plant", "shop", "online")),
        Plan(f"{year}年省级产品质量监督抽查计划", "spot_check", "provincial", PROVINCE, BUREAU, 3500, GOODS, ("plant", "shop")),
        Plan(f"{year}年儿童用品与老年用品风险抽查", "spot_check", "provincial", PROVINCE, BUREAU, 500,
             tuple(g for g in GOODS if g.sector in ("children", "elderly", "textile_garment")), ("shop",), targeted=True),
        Plan(f"{year}年网售产品质量专项抽查", "online", "provincial", PROVINCE, BUREAU, 500, GOODS, ("online",), targeted=True),
        Plan(f"{year}年学校幼儿园用品联合抽查", "school_goods", "provincial", PROVINCE, BUREAU, 300,
             tuple(g for g in GOODS if g.sector in ("children", "sports", "home")), ("school",), joint=True),
        *city,
        Plan(f"{year}年产品标签标识专项检查", "label_check", "provincial", PROVINCE, BUREAU, 240, (LABEL_GOODS,), ("shop",)),
        Plan(f"{year}年企业标准自我声明监督检查", "declared_standard", "provincial", PROVINCE, BUREAU, 160, (DECLARED_GOODS,),
             ("plant",)),
    ]  # fmt: skip


@cache
def laboratories() -> tuple[Body, ...]:
    return tuple(body for body in bodies() if body.kind == "testing")


@cache
def of_sector(sector: str) -> tuple[Product, ...]:
    """The goods that checks meet: those of the firms that are entered first."""
    return tuple(p for p in products() if p.firm.sector == sector and p.firm.number < 6000)


def years(today: date) -> list[int]:
    return [today.year - YEARS + 1 + n for n in range(YEARS)]


def batches(today: date) -> Iterator[Work]:
    """All of it, in pieces that are whole or not there. Nothing lies after today."""
    first = years(today)[0]
    yield lambda: lay_down_rules(date(first - 1, 12, 1))
    for year in years(today):
        yield lambda year=year: draw_up(year, today)  # type: ignore[misc]
        for month in range(1, 11):
            if date(year, month, 8) < today:
                yield lambda year=year, month=month: check(year, month, today)  # type: ignore[misc]
    yield lambda: classes(first)
    from pinzhi.doors.cli.demonstration import inspection_rates  # it uses what stands here

    yield from inspection_rates.batches(today, years(today))
    yield from inspection_draws.batches(today)
    yield lambda: follow_up(today)
    for year in years(today):
        for month in (4, 6, 8, 10, 12):
            yield lambda year=year, month=month: publish(year, month, today)  # type: ignore[misc]
        yield lambda year=year: lists(year, today)  # type: ignore[misc]
    yield lambda: publish_supervision(today.year, PROVINCE, by=BY)
    yield lambda: from_elsewhere(today)
    yield lambda: next_year(today)


def lay_down_rules(on: date) -> None:
    """Detailed rules, who may test after them, and the list of inspectors."""
    with clock.at(on):
        for goods in ALL:
            save_rules(
                goods.code, product_class=goods.name, sector=goods.sector,
                items=[item.as_row(code) for item, code in zip(goods.items, goods.item_codes(), strict=True)],
                food=goods.food, risk=goods.risk, test_samples=goods.test, backup_samples=goods.backup,
                sample_unit=goods.unit, standards=goods.standards, judgement="任一项目不合格，判该批次不合格。",
                basis="演示数据，限值以标准文本为准", kind=KIND_OF.get(goods.code, "spot_check"), region=PROVINCE, by=BY,
            )  # fmt: skip
            release_rules(goods.code, on, region=PROVINCE, by=BY)
        declare_capabilities(
            [
                {"laboratory": lab.code, "name": lab.name, "region": lab.region, "rules": goods.code, "valid_from": on, "capacity": 1500}
                for number, lab in enumerate(laboratories())
                for place, goods in enumerate(ALL)
                if number < 3 or (number + place) % 3
            ],
            by=BY,
        )  # fmt: skip
        rng = Random(SEED + 31)
        list_inspectors(
            [
                {
                    "code": f"ZF{code[:4]}{n:03d}",
                    "name": names.person(rng),
                    "agency": f"{code}-market_supervision",
                    "region": code,
                }
                for code in (PROVINCE, *(c[0] for c in CITIES))
                for n in range(1, 9)
            ],
            by=BY,
        )


def draw_up(year: int, today: date) -> None:
    """The year's programmes, released in January; the numbers are looked up by title."""
    with clock.at(min(today, date(year, 1, 5))):
        for plan in plans(year):
            share = max(1, plan.batches // len(plan.goods))
            row = save_programme(
                title=plan.title, year=year, kind=plan.kind, level=plan.level, region=plan.region, agency=plan.agency,
                targeted=plan.targeted, basis="年度产品质量监督抽查计划（演示）", budget=str(share * sum(g.cost for g in plan.goods)),
                products=[
                    {"rules": g.code, "batches": share, "unit_cost": str(g.cost), "channels": list(plan.channels)}
                    for g in plan.goods
                ],
                parties=[
                    {"agency": BUREAU, "region": PROVINCE, "items": [], "lead": True},
                    {"agency": f"{PROVINCE}-education", "region": PROVINCE,
                     "items": sorted({item.name for g in plan.goods for item in g.items if item.label})},
                ] if plan.joint else (),
                by=BY,
            )  # fmt: skip
            release_programme(row.number, by=BY)


def next_year(today: date) -> None:
    """The coming year's programme as a draft: it waits for an approver under "My work"."""
    plan = plans(today.year)[1]
    share = max(1, plan.batches // len(plan.goods))
    products = [
        {"rules": g.code, "batches": share, "unit_cost": str(g.cost), "channels": list(plan.channels)}
        for g in plan.goods
    ]
    with clock.at(today):
        save_programme(
            title=plan.title.replace(str(today.year), str(today.year + 1)), year=today.year + 1, kind=plan.kind,
            level=plan.level, region=plan.region, agency=plan.agency, basis="年度产品质量监督抽查计划（演示）",
            budget=str(share * sum(g.cost for g in plan.goods)), products=products, by=BY,
        )  # fmt: skip


def numbers_of(year: int) -> dict[str, str]:
    return dict(queries.programmes(by=BY, year=year).values_list("title", "number"))


def last_day(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def check(year: int, month: int, today: date) -> None:
    """The samples of a month and the reports that have come of them by six weeks later."""
    rng, numbers = Random(SEED + year * 100 + month), numbers_of(year)
    end = min(last_day(year, month), today - timedelta(days=1))
    rows: list[dict[str, Any]] = []
    about: list[tuple[Plan, Goods]] = []
    for plan in plans(year):
        count = plan.batches // 10 + (rng.random() < plan.batches % 10 / 10)
        for _ in range(count):
            goods = plan.goods[rng.randrange(len(plan.goods))]
            row = sample(rng, plan, goods, numbers[plan.title], date(year, month, 1), end)
            if row is not None:
                if row["channel"] in ("shop", "online") and len(rows) % 17 == 0:
                    row |= from_next_door(len(rows), row)
                rows.append(row)
                about.append((plan, goods))
    when = min(today, end + timedelta(days=42))
    with clock.at(when):
        found = record_samples(rows, by=BY)
        given = [
            made
            for number, row, (plan, goods) in zip(found, rows, about, strict=True)
            if row["outcome"] == "taken"
            and (made := report(rng, number, row, plan, goods, year, when)) is not None
        ]
        outcome = enter_reports(given, by=BY, door="file")
        if outcome.refused:
            raise RuntimeError(f"{year}-{month}: {outcome.refused[0].code} {outcome.refused[0].zh}")


def sample(
    rng: Random, plan: Plan, goods: Goods, programme: str, start: date, end: date
) -> dict[str, Any] | None:
    """One sampling sheet; most are of goods of the province's own firms, in the plan's region."""
    sector = goods.sector if goods in GOODS else GOODS[rng.randrange(len(GOODS))].sector
    pool = of_sector(sector)
    product = pool[rng.randrange(len(pool))]
    if plan.level == "city":
        for _ in range(60):
            if product.firm.city == plan.region:
                break
            product = pool[rng.randrange(len(pool))]
        else:
            return None
    day = start + timedelta(days=rng.randrange(max(1, (end - start).days + 1)))
    if product.listed_on > day:
        return None
    channel = plan.channels[rng.randrange(len(plan.channels))]
    outcome = "taken" if rng.random() < 0.985 else ("absent" if rng.random() < 0.8 else "refused")
    city = product.firm.city
    lab = laboratories()[rng.randrange(3)] if goods in (LABEL_GOODS, DECLARED_GOODS) else able(rng, goods)
    place = {
        "plant": product.firm.name,
        "shop": f"{CITY_NAME[city]}市{names.word(rng)}商贸行",
        "online": f"{names.word(rng)}商城“{product.brand}”旗舰店",
        "school": f"{CITY_NAME[city]}市第{1 + rng.randrange(30)}幼儿园",
    }[channel]
    return {
        "programme": programme,
        "rules": goods.code,
        "sampled_on": day,
        "outcome": outcome,
        "refusal": "被抽样单位拒绝签字并阻挠取样，已录像。" if outcome == "refused" else "",
        "channel": channel,
        "region": product.firm.region,
        "sampled_region": product.firm.region if channel == "plant" else city,
        "sampled_at_name": place,
        "sampled_at_code": product.firm.code if channel == "plant" else "",
        "producer_code": product.firm.code,
        "producer_name": product.firm.name,
        "product_number": product.gtin.zfill(14),
        "product_name": product.name,
        "gtin": product.gtin,
        "trademark": product.brand,
        "specification": product.model,
        "standard_executed": product.standard,
        "batch_no": (day - timedelta(days=10 + rng.randrange(80))).strftime("%Y%m%d"),
        "price": f"{rng.randrange(900, 39900) / 100:.2f}",
        "stock": f"{rng.randrange(20, 900)}{goods.unit}",
        "laboratory": lab.code,
        "inspectors": [f"ZF{plan.region[:4]}{n:03d}" for n in rng.sample(range(1, 9), 2)],
        "online": {"order": f"YL{day:%Y%m%d}{rng.randrange(10**6):06d}", "account": "抽样专用账号"}
        if channel == "online"
        else {},
    }


#: The invented province next door: goods of its producers are sold here too, and failures are told to its authority.
NEXT_DOOR, NEXT_CITY = "980000", "980100"


@cache
def neighbours() -> tuple[tuple[str, str], ...]:
    """Credit codes and names of the producers next door."""
    return tuple(
        (uscc.make(8000 + n, region=NEXT_CITY).text, f"海岭{word}有限公司（演示）")
        for n, word in enumerate(names.word(Random(SEED + 300 + n)) + "实业" for n in range(40))
    )


def from_next_door(place: int, row: dict[str, Any]) -> dict[str, Any]:
    """The same batch as one of a producer of another province, who is on no roster here."""
    code, name = neighbours()[(place // 17 + int(row["sampled_on"].strftime("%j"))) % len(neighbours())]
    return {
        "producer_code": code,
        "producer_name": name,
        "region": row["sampled_region"],
        "product_number": "",
        "gtin": "",
        "trademark": "",
    }


@cache
def _able(goods: Goods) -> tuple[Body, ...]:
    place = ALL.index(goods)
    return tuple(lab for number, lab in enumerate(laboratories()) if number < 3 or (number + place) % 3)


def able(rng: Random, goods: Goods) -> Body:
    found = _able(goods)
    return found[rng.randrange(len(found))]


def report(
    rng: Random, number: str, row: dict[str, Any], plan: Plan, goods: Goods, year: int, today: date
) -> GivenReport | None:
    """The laboratory's report, where it is out by now."""
    tested = row["sampled_on"] + timedelta(days=4 + rng.randrange(8))
    issued = tested + timedelta(days=3 + rng.randrange(11))
    if issued > today:
        return None
    size = {"large": 0.2, "medium": 0.6, "small": 1.1, "micro": 1.35}
    firm = _firm_size(row["product_number"])
    age = year - years(clock.today())[0] if year <= clock.today().year else 0
    share = (FAILING[plan.level] - BETTER_EACH_YEAR * max(0, age)) * size.get(firm, 1.0)
    share *= 1.7 if plan.targeted else 1.9 if goods is LABEL_GOODS else 1.0
    weights = [item.weight for item in goods.items]
    failing = set(rng.choices(range(len(goods.items)), weights)) if rng.random() * 100 < share else set()
    if failing and rng.random() < 0.12:
        failing |= set(rng.choices(range(len(goods.items)), weights))
    return GivenReport(
        sample=number,
        number=f"JD{number[3:]}",
        laboratory=row["laboratory"],
        received_on=row["sampled_on"] + timedelta(days=2),
        tested_on=tested,
        issued_on=issued,
        said="fail" if failing else "pass",
        items=[
            GivenItem(code, item.value(rng, fails=place in failing), item.unit)
            for place, (code, item) in enumerate(zip(goods.item_codes(), goods.items, strict=True))
        ],
    )


@cache
def _sizes() -> dict[str, str]:
    return {p.gtin.zfill(14): p.firm.size for p in products()}


def _firm_size(number: str) -> str:
    return _sizes().get(number, "small")


def from_elsewhere(today: date) -> None:
    """What a neighbouring province and the nation have published of the year's goods: accepted, not tested again."""
    rng = Random(SEED + 91)
    rows = []
    for number in range(1, 61):
        goods = GOODS[number % len(GOODS)]
        product = of_sector(goods.sector)[rng.randrange(200)]
        failed = [goods.items[0].name] if rng.random() < 0.1 else []
        rows.append(
            {
                "reference": f"HL{today.year}-{number:04d}",
                "level": "national" if number % 3 == 0 else "provincial",
                "agency": "国家监督抽查（演示）" if number % 3 == 0 else "海岭省市场监督管理局（演示）",
                "sampled_on": today - timedelta(days=15 + rng.randrange(300)),
                "verdict": "fail" if failed else "pass",
                "failed_items": failed,
                "producer_code": product.firm.code,
                "producer_name": product.firm.name,
                "product_name": product.name,
                "trademark": product.brand,
                "specification": product.model,
                "standard_executed": product.standard,
                "gtin": product.gtin,
                "laboratory": "海岭省产品质量检验中心（演示）",
            }
        )
    with clock.at(today):
        accept_outside(f"海岭省{today.year}年监督抽查通告（演示）", rows, by=BY)


def classes(year: int) -> None:
    """Risk classes of the firms that checks meet, as a file of the credit department would say; never public."""
    rng = Random(SEED + 5)
    with clock.at(date(year, 1, 6)):
        set_risk_classes(
            [
                {
                    "uscc": f.code,
                    "risk_class": "AAAAABBBBBBCCCCD"[rng.randrange(16)],
                    "basis": "信用风险分类（演示）",
                }
                for f in firms()[:4000]
            ],
            source="demonstration",
            by=BY,
        )


def follow_up(today: date) -> None:
    """What came of every failure up to today: most corrected in time, some objected, late, failed again, handed over."""
    histories: dict[str, Sequence[Given]] = {}
    rng = Random(SEED + 77)
    rows = queries.cases(by=BY).select_related("sample__rules__rules", "report").order_by("id")
    able_of = {g.code: [lab.code for lab in _able(g)] for g in ALL}
    for row in rows.iterator(chunk_size=2000):
        others = [code for code in able_of[row.sample.rules.rules.code] if code != row.report.laboratory]
        given = history(rng, row.report.issued_on, row.food, row.microbiological, others, row.number)
        if row.sample.producer_code[2:4] == NEXT_DOOR[:2] and row.pk % 4:
            given.insert(1, told_next_door(given[0], row.number))
        kept = []
        for one in given:
            if one.on is None or one.on > today:
                break
            kept.append(one)
        if kept:
            histories[row.sample.number] = kept
    with clock.at(today):
        take_over_cases(histories, by=BY)


def told_next_door(served: Given, number: str) -> Given:
    """The letter to the producer's province, sent on the day on which the result was served."""
    return Given(
        "province_notified",
        served.on,
        "mail",
        f"通报函 {number[-6:]}",
        detail={"to": "海岭省市场监督管理局", "region": NEXT_DOOR},
    )


def history(
    rng: Random, issued: date, food: bool, micro: bool, others: list[str], number: str
) -> list[Given]:
    """The events of one case in their order, far into the future where it was late."""
    day = issued + timedelta(days=2 + rng.randrange(5))
    found: list[Given] = []

    def then(kind: str, days: int, *, served: bool = False, **detail: Any) -> None:
        nonlocal day
        day += timedelta(days=days)
        method = rng.choice(("direct", "mail", "electronic")) if served else ""
        found.append(
            Given(
                kind, day, method, f"送达回证 {number[-6:]}-{len(found) + 1}" if served else "", detail=detail
            )
        )

    then("result_served", 0, served=True)
    if not (food and micro) and rng.random() < 0.11:
        then("objected", 2 + rng.randrange(6), text="对检验结果有异议，申请复检")
        if rng.random() < 0.15:
            then("objection_refused", 2)
        else:
            then("objection_accepted", 2 + rng.randrange(3))
            if not food:
                then("re_inspection_filed", 3)
            then("laboratory_named", 3 + rng.randrange(4), laboratory=rng.choice(others))
            then("re_inspection_sent", 2)
            if rng.random() < 0.12:
                then("re_inspection_passed", 8)
                then("result_overturned", 1)
                return found
            then("re_inspection_failed", 8)
    then("sale_stopped", 0 if rng.random() < 0.9 else 2)
    then("correction_ordered", 2 + rng.randrange(4), served=True)
    ordered = day
    if rng.random() < 0.03:
        then("ceased", 20)
        return found
    then("corrected", 18 + rng.randrange(38) if rng.random() < 0.93 else 64)
    if rng.random() < 0.93:
        then("re_check_passed", max(1, min(12, 70 - (day - ordered).days)))
        if rng.random() < 0.9:
            then("closed", 3)
        return found
    then("re_check_failed", 9)
    then("second_failure_published", 6, served=True)
    if rng.random() < 0.7:
        then("second_re_check_passed", 63 + rng.randrange(20))
    else:
        then("second_re_check_failed", 70 + rng.randrange(15))
        then("handed_over", 5)
    then("closed", 4)
    return found


def publish(year: int, month: int, today: date) -> None:
    """Every second month what may be published is."""
    day = min(last_day(year, month) - timedelta(days=4), today)
    if date(year, month, 1) > today:
        return
    with clock.at(day):
        # Months are published when they can be whole; in the last run whatever is ready, so that some wait for others.
        until = day if day + timedelta(days=64) > today else last_day(year, month - 2)
        numbers = queries.ready_for_publication(by=BY, on=day, most=20_000, reported_until=until)
        if numbers:
            publish_results(numbers, by=BY, on=day, lists=False)


def lists(year: int, today: date) -> None:
    """The lists of the year's enterprises; those of products for this year alone, or the first start would take longer."""
    with clock.at(min(today, date(year, 12, 28))):
        publish_year(year, by=BY, products=year == today.year)
