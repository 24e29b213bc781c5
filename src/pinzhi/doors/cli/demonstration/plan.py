"""The province plan and the city plan: read, corrected, confirmed, counted and reported on by the real actions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from importlib.resources import files
from random import Random
from typing import Any

from pinzhi.apps.policy import cascade, queries
from pinzhi.apps.policy.actions.change_target import change_target
from pinzhi.apps.policy.actions.compute_readings import compute_readings, targets_in_force
from pinzhi.apps.policy.actions.confirm_document import confirm_document
from pinzhi.apps.policy.actions.import_document import import_document
from pinzhi.apps.policy.actions.map_child import map_child
from pinzhi.apps.policy.actions.report_figure import report_figure
from pinzhi.apps.policy.actions.report_progress import report_progress
from pinzhi.doors.cli.demonstration import accounts, scans
from pinzhi.doors.cli.demonstration.parties import CITIES, SEED
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.registers.actions.carry_out import Item, carry_out

BUREAU, CITY_BUREAU = "990000-market_supervision", "990100-market_supervision"
COUNTY, COUNTY_BUREAU = "990121", "990121-market_supervision"
INDUSTRY, STATISTICS = "990000-industry", "990000-statistics"

#: What the officials corrected in the reading, by a word of the target's sentence: what the text leaves open. Where the
#: invented province keeps no records of its own (spot checks), the reported series are chosen.
PROVINCE: Mapping[str, Mapping[str, Any]] = {
    "一致性程度": {"name": "重点领域主要消费品与国际标准一致性程度"},
    "新增主导或参与": {"name": "新增主导或参与制定的消费品标准", "comparator": ">="},
    "左右": {"tolerance": "1", "name": "规上消费品工业增加值占全省工业比重"},
    "竞争力指数": {"name": "消费品质量竞争力指数"},
    "国家监督抽查": {"name": "消费品国家监督抽查合格率"},
    "首席质量官": {"name": "建立首席质量官制度的企业"},
    # Declarations are registered here from this year on; the figure of 2023 is the one that was reported.
    "公开率": {"base_value": "93.1", "base_year": "2023"},
    "国家级创新平台": {"name": "国家级创新平台（消费品工业）"},
    "研发投入": {"name": "大中型消费品工业企业研发投入强度"},
    "比对": {"name": "国内外标准比对研究（每年）"},
    "示范区": {"name": "全国知名品牌示范区", "comparator": ">="},
    "年均增长": {"name": "规上消费品工业增加值年均增速"},
    "质量奖": {"name": "新增省政府质量奖", "comparator": ">="},
    "国内影响力": {"comparator": ">=", "name": "新增国内知名消费品品牌"},
    "新产品": {"comparator": ">=", "name": "培育消费品新产品"},
    "老字号": {"comparator": ">=", "name": "新认定云澜老字号"},
    "旅游品牌": {"comparator": ">=", "name": "文化旅游品牌"},
    "原料生产基地": {"comparator": ">=", "name": "优质农产品原料基地"},
    "培训产业创新型人才": {"comparator": ">=", "name": "培训产业创新型人才"},
    "引进领军人才": {"comparator": ">=", "name": "引进领军人才"},
    "比对研究": {"by_year": "2027"},
}
CITY: Mapping[str, Mapping[str, Any]] = {
    "主导制定": {"name": "新增主导制定的消费品标准", "comparator": ">="},
    "质量奖": {"name": "新增市政府质量奖", "comparator": ">=", "choices": {"level": "municipal"}},
    # No register counts surveyed firms: the bureau reports their number, and another person releases it.
    "实施情况调查": {"indicator": "i31_reported_by_unit", "name": "标准实施情况调查企业（每年）"},
    "执行国家标准": {"name": "执行国家标准、行业标准的企业占比"},
    "监督抽查": {"name": "消费品省级以上监督抽查合格率"},
    "首席质量官": {"name": "建立首席质量官制度的企业"},
    "老字号": {"comparator": ">=", "name": "新认定云澜老字号"},
    "合作社": {"comparator": ">=", "name": "农民专业合作社新增注册商标"},
    "新产品": {"comparator": ">=", "name": "培育消费品新产品"},
    "食品行业": {"comparator": ">=", "name": "其中：食品行业新产品"},
    "轻工纺织": {"comparator": ">=", "name": "其中：轻工纺织行业新产品"},
    "旅游名镇": {"comparator": ">="},
    "旅游名村": {"comparator": ">="},
    "专家库": {"comparator": ">=", "name": "优势特色产业专家库"},
    "专业人才": {"name": "工农业领域专业人才比重"},
}
#: Targets whose sentence stands before any task: who answers for them.
LEADS = {
    "增加值": (INDUSTRY, "省工业和信息化厅"),
    "研发投入": (INDUSTRY, "省工业和信息化厅"),
    "新产品": (INDUSTRY, "省工业和信息化厅"),
}


def text(name: str) -> bytes:
    """The text of a plan that comes with the program."""
    return (files("pinzhi.doors.cli.demonstration") / "plans" / name).read_bytes()


def bring_in_province() -> None:
    """Read, correct and confirm the province's plan, in the weeks after it was issued."""
    clerk, approver = accounts.actor("demo-clerk"), accounts.actor("demo-approver")
    _bring_in("province.txt", "990000", PROVINCE, (BUREAU, "省市场监管局"), date(2024, 3, 4), clerk, approver)


def bring_in_city() -> None:
    """The same for the city's plan, which implements the province's."""
    clerk, approver = accounts.actor("city-clerk"), accounts.actor("city-approver")
    _bring_in("city.txt", "990100", CITY, (CITY_BUREAU, "市市场监管局"), date(2024, 5, 27), clerk, approver)


def bring_in_county() -> None:
    """A county's plan below the city's, the last link of the chain."""
    clerk, approver = accounts.actor("city-clerk"), accounts.actor("city-approver")
    unit = (COUNTY_BUREAU, "县市场监管局")
    _bring_in("county.txt", COUNTY, {}, unit, date(2025, 2, 24), clerk, approver)


def report_figures(today: date) -> int:
    """What the city's bureau reported for the target that nothing counts."""
    clerk, approver = accounts.actor("city-clerk"), accounts.actor("city-approver")
    target = own().get(region="990100").targets.get(quote__contains="实施情况调查")
    made = 0
    for period, value, day in (
        ("2024", "306", date(2025, 1, 14)),
        ("2025", "318", date(2026, 1, 15)),
        (f"{today.year}Q{(today.month - 1) // 3}", "262", today),
    ):
        if day > today or period.endswith("Q0"):
            continue
        values = {
            "period": period,
            "value": value,
            "source": "标准实施情况调查台账",
            "compiled_by": "临江市市场监管局",
            "data_status": "final",
        }
        with clock.at(datetime.combine(day, time(9, 30), clock.SHANGHAI)):
            entry = report_figure(target.pk, values, by=clerk)
        with clock.at(datetime.combine(day, time(15, 10), clock.SHANGHAI)):
            carry_out("p02_reported_figures", "release", [Item(key=entry.key)], by=approver)
        made += 1
    return made


def map_plans() -> int:
    """What the city's and the county's rows take up of the plan above: as suggested, each looked at by the clerk."""
    made = 0
    for child in own().exclude(parent=None).order_by("plan_from"):
        with clock.at(datetime.combine(child.plan_from, time(15, 30), clock.SHANGHAI)):
            made += map_child(child.pk, by=accounts.actor("city-clerk"), **cascade.suggested(child))
    return made


def own() -> Any:
    """The demonstration's own plans: a visitor may bring in others while it still loads."""
    return queries.documents().filter(
        filename__in=("province.txt", "city.txt", "county.txt"),
        region__in=("990000", "990100", COUNTY),
        status="in_force",
    )


def _bring_in(
    file: str,
    region: str,
    changes: Mapping[str, Mapping[str, Any]],
    lead: tuple[str, str],
    day: date,
    clerk: Actor,
    approver: Actor,
) -> None:
    day = min(day, clock.today())
    with clock.at(datetime.combine(day, time(9, 20), clock.SHANGHAI)):
        document = import_document(text(file), file, region=region, by=clerk)
        for target in document.targets.order_by("number"):
            wanted: dict[str, Any] = {}
            for words, change in changes.items():
                if words in target.quote or words in target.name:
                    wanted |= change
            if not target.lead_agency:
                found = next(
                    (unit for words, unit in LEADS.items() if region == "990000" and words in target.quote),
                    lead,
                )
                wanted |= {"lead_agency": found[0], "lead_unit": found[1]}
            if wanted:
                change_target(target.pk, wanted, by=clerk)
    with clock.at(datetime.combine(day, time(16, 5), clock.SHANGHAI)):
        confirm_document(document.pk, by=approver)


def count(*, cities: bool) -> int:
    """Count where every target stands today, for the plan's region and (`cities`) for each city besides."""
    regions = [code for code, _, _, _ in CITIES] if cities else []
    by = Actor.system("demonstration")
    mine = {document.pk for document in own()}
    targets = [target for target in targets_in_force() if target.document_id in mine]
    province = [t for t in targets if t.document.region == "990000"]
    rest = [t for t in targets if t.document.region != "990000"]
    return len(compute_readings(province, by=by, regions=regions)) + len(compute_readings(rest, by=by))


def count_past(today: date) -> int:
    """The ends of the last whole quarter, half-year and year, for the reports of those periods."""
    quarter = date(today.year, 3 * ((today.month - 1) // 3) + 1, 1) - timedelta(days=1)
    half = date(today.year, 6, 30) if today.month > 6 else date(today.year - 1, 12, 31)
    mine = {document.pk for document in own().filter(region="990000")}
    targets = [target for target in targets_in_force() if target.document_id in mine]
    by, days = Actor.system("demonstration"), sorted({quarter, half, date(today.year - 1, 12, 31)})
    return sum(len(compute_readings(targets, by=by, on=day)) for day in days)


SAID = (
    ("已印发年度工作要点，分解任务到处室，建立月调度台账。", "", "on_course"),
    ("完成调研摸底，召开联席会议两次，推动重点企业逐户对接。", "部分县区基层人员力量不足。", "on_course"),
    ("完成年度任务量的七成，相关数据已录入登记册。", "", "on_course"),
    ("已组织专项培训三期，覆盖企业四百余家。", "中小企业参训积极性有待提高。", "on_course"),
    ("阶段性任务全部完成，已报送总结材料。", "", "done"),
    ("方案仍在征求意见，进度滞后于计划。", "配套资金尚未下达，请省财政厅支持。", "behind"),
)


def _evidence(number: int, task: str, day: date, by: Actor) -> list[dict[str, Any]]:
    """What a unit attaches to its report: a summary, now and then a photograph."""
    lines = [
        f"任务：{task}"[:36],
        f"截至 {day.year}年{day.month}月{day.day}日 的进展情况如下：",
        "工作部署、培训与检查均已开展。",
    ]
    paper = scans.letter("工作进展情况", lines, "承担单位", f"{day.year}年{day.month}月{day.day}日")
    files = [scans.kept(paper, f"进展情况-{number:03d}.pdf", by)]
    if number % 24 == 0:
        files.append(scans.kept(scans.photograph(number), f"现场照片-{number:03d}.jpg", by))
    return [{name: file[name] for name in ("sha256", "name", "size")} for file in files]


def report(today: date) -> int:
    """Progress notes of the units, half-yearly, on most duties; some have never reported."""
    rng = Random(SEED + 7)
    by = Actor.system("demonstration")
    made = 0
    for found in list(own()):
        for measure in queries.matrix(found):
            for duty in measure.duties.all():
                if rng.random() < 0.25:
                    continue
                for day in (date(2024, 12, 10), date(2025, 6, 20), date(2025, 12, 12), date(2026, 7, 3)):
                    if day > today or rng.random() < 0.35:
                        continue
                    said, problem, state = (
                        SAID[min(rng.randrange(7), 5)] if day.year > 2025 else SAID[rng.randrange(4)]
                    )
                    with clock.at(datetime.combine(day, time(10, rng.randrange(60)), clock.SHANGHAI)):
                        files = _evidence(made, measure.title, day, by) if made % 12 == 0 else ()
                        report_progress(duty.pk, by=by, text=said, problem=problem, state=state, files=files)
                    made += 1
    return made
