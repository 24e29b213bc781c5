"""The bureau's year: plans of key products, appraisals with what follows from them, reports and major matters."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from pinzhi.apps.policy import queries
from pinzhi.apps.policy.actions.change_year_plan import (
    create_year_plan,
    publish_year_plan,
    report_product,
    save_products,
)
from pinzhi.apps.policy.actions.compute_appraisal import compute_appraisal
from pinzhi.apps.policy.actions.confirm_appraisal import confirm_appraisal
from pinzhi.apps.policy.actions.create_appraisal import change_appraisee, create_appraisal
from pinzhi.apps.policy.actions.decide_award import decide_award
from pinzhi.apps.policy.actions.enter_expert_score import enter_expert_score
from pinzhi.apps.policy.actions.propose_awards import propose_for_appraisal
from pinzhi.apps.policy.actions.report_major_matter import reply, report_major_matter
from pinzhi.apps.policy.actions.set_criteria import set_criteria
from pinzhi.apps.policy.actions.set_incentive_rule import set_incentive_rule
from pinzhi.apps.policy.actions.write_report import write_report
from pinzhi.doors.cli.demonstration import accounts, scans
from pinzhi.doors.cli.demonstration.parties import CITY_NAME
from pinzhi.doors.cli.demonstration.plan import own
from pinzhi.kernel import clock

PROVINCE = "990000"
#: Sentences by which the province's targets are found.
SPOT, RATE, OFFICERS, BRANDS = "监督抽查合格率", "实施率", "首席质量官", "名牌产品"
DECLARED = "i05_declaration_rate"


def batches(today: date) -> Iterator[Callable[[], Any]]:
    """Each piece whole or not there; what belongs to a day that has not come is left out."""
    for work in (
        key_products,
        next_key_products,
        ranked_appraisal,
        graded_appraisal,
        incentives,
        report,
        matters,
    ):
        yield lambda work=work: work(today)  # type: ignore[misc]


def _on(day: date, hour: int = 10) -> AbstractContextManager[None]:
    return clock.at(datetime.combine(min(day, clock.today()), time(hour, 15), clock.SHANGHAI))


def _plan() -> Any:
    return own().get(region=PROVINCE)


#: Name, field, problem, goal, tools, responsible unit, batches and firms planned, pass rate before; then how it stands.
PRODUCTS: tuple[tuple[tuple[Any, ...], tuple[Any, ...] | None], ...] = (
    (
        ("儿童书包", "children", "反光材料亮度不足", "合格率提高到95%", ["spot_check", "assistance"], 120, 60, "89.4"),
        ("on_course", 88, 41, "93.2", "抽查88批次，上门帮扶41家企业，不合格企业均已整改复查。"),
    ),
    (
        ("电热毯", "appliance", "输入功率偏差、防触电保护", "合格率提高到94%",
         ["spot_check", "risk"], 90, 35, "88.1"),
        ("behind", 30, 12, "88.9", "部分产区企业停产，抽样批次未达进度。"),
    ),
    (
        ("袋泡茶", "food", "农药残留超标", "合格率稳定在98%以上", ["risk", "standards"], 150, 80, "96.7"),
        ("done", 150, 83, "98.4", "全年任务完成，合格率达到目标。"),
    ),
    (
        ("学生校服", "textile_garment", "纤维含量与标识不符", "合格率提高到96%", ["spot_check", "publicity"], 100, 45, "92.6"),
        ("on_course", 64, 30, "94.8", "已完成春季抽查，秋季抽查正在进行。"),
    ),
    (
        ("折叠床", "home", "甲醛释放量、结构强度", "合格率提高到93%", ["spot_check", "testing"], 60, 28, "87.5"),
        None,
    ),
)  # fmt: skip


def _products(count: int) -> list[dict[str, Any]]:
    found = []
    for planned, _ in PRODUCTS[:count]:
        name, sector, problem, goal, wanted, batches_, firms, before = planned
        found.append(
            {
                "product_name": name,
                "sector": sector,
                "problem": problem,
                "goal": goal,
                "tools": wanted,
                "lead_unit": "省市场监管局",
                "support_units": ["省工业和信息化厅"],
                "batches_planned": batches_,
                "firms_planned": firms,
                "pass_rate_before": before,
            }
        )
    return found


def key_products(today: date) -> None:
    """This year's plan, published in spring and reported on since."""
    if today < date(today.year, 3, 20):
        return
    clerk, approver = accounts.actor("demo-clerk"), accounts.actor("demo-approver")
    with _on(date(today.year, 2, 26)):
        plan = create_year_plan(
            by=clerk,
            year=today.year,
            title=f"云澜省{today.year}年重点消费品质量提升计划",
            region=PROVINCE,
            doc_number=f"云市监质〔{today.year}〕12号",
            document=_plan().code,
        )
        products = save_products(plan.pk, _products(len(PRODUCTS)), by=clerk)
    with _on(date(today.year, 3, 12), 15):
        publish_year_plan(plan.pk, by=approver)
    names = ("status", "batches_done", "firms_helped", "pass_rate_after", "summary")
    for product, (_, said) in zip(products, PRODUCTS, strict=True):
        if said is not None:
            with _on(today - timedelta(days=9)):
                report_product(product.pk, dict(zip(names, said, strict=True)), by=clerk)


def next_key_products(today: date) -> None:
    """Next year's plan is being drawn up."""
    with _on(today - timedelta(days=4)):
        clerk = accounts.actor("demo-clerk")
        plan = create_year_plan(
            by=clerk,
            year=today.year + 1,
            title=f"云澜省{today.year + 1}年重点消费品质量提升计划（征求意见稿）",
            region=PROVINCE,
        )
        save_products(plan.pk, _products(2), by=clerk)


def _criteria() -> list[dict[str, Any]]:
    targets = {t.name: t.pk for t in _plan().targets.all()}
    of = lambda words: next(key for name, key in targets.items() if words in name)
    return [
        {"title": "国家监督抽查合格率", "source": "target", "target": of(SPOT), "weight": 30},
        {"title": "标准实施率", "source": "target", "target": of(RATE), "weight": 20},
        # Declarations were kept elsewhere until this year: what the cities reported for the year counts.
        {"title": "企业标准自我声明公开率", "source": "indicator", "indicator": DECLARED, "choices": {"basis": "reported"},
         "goal": "100", "weight": 15},
        {"title": "建立首席质量官制度的企业", "source": "target", "target": of(OFFICERS), "weight": 15, "method": "min_max"},
        {"title": "云澜名牌产品", "source": "target", "target": of(BRANDS), "weight": 10, "method": "min_max"},
        {"title": "群众满意度评议", "source": "expert", "weight": 10},
    ]  # fmt: skip


def _appraised(year: int, today: date, *, graded: bool, title: str, announced: str, problems: bool) -> None:
    """Begun in January, judged and computed in February, confirmed by a second person in March."""
    if today < date(year + 1, 3, 25):
        return
    clerk, approver = accounts.actor("demo-clerk"), accounts.actor("demo-approver")
    with _on(date(year + 1, 1, 15)):
        found = create_appraisal(
            by=clerk,
            year=year,
            title=title,
            region=PROVINCE,
            appraisees=list(CITY_NAME),
            document=_plan().code,
            graded=graded,
        )
        found = set_criteria(found.pk, _criteria(), by=clerk)
    judged = found.criteria.get(source="expert")
    with _on(date(year + 1, 2, 10)):
        for at, unit in enumerate(found.appraisees.order_by("key")):
            score = Decimal(94 - (at * 7 + year) % 19)
            lines = [f"评议对象：{unit.name}", f"回收有效问卷 {420 + 37 * at} 份", f"满意度得分：{score}"]
            paper = scans.letter(
                f"{year}年度消费品质量群众满意度评议表", lines, "云澜省市场监督管理局", f"{year + 1}年2月8日"
            )
            file = scans.kept(paper, f"满意度评议-{unit.name}.pdf", clerk)
            enter_expert_score(
                judged.pk,
                unit.pk,
                by=clerk,
                score=score,
                note_text="依据年度群众满意度问卷调查结果。",
                files=[{name: file[name] for name in ("sha256", "name", "size")}],
            )
        if problems:
            last = found.appraisees.order_by("-key").first()
            assert last is not None
            change_appraisee(last.pk, by=clerk, problems="标准实施情况调查覆盖面不足，品牌培育进展较慢。")
        compute_appraisal(found.pk, by=clerk)
    with _on(date(year + 1, 3, 20), 16):
        confirm_appraisal(found.pk, by=approver, announced_in=announced)


def ranked_appraisal(today: date) -> None:
    """Last year's appraisal has scores and ranks: nothing in it waits for a comparison with the law, so it is published."""
    year = today.year - 1
    title = f"{year}年度消费品质量工作综合评价"
    _appraised(year, today, graded=False, title=title, announced=f"云市监质〔{year + 1}〕9号", problems=True)


def graded_appraisal(today: date) -> None:
    """The one before has grades, whose rule is not compared with its text yet: confirmed, provisional, not published."""
    year = today.year - 2
    _appraised(year, today, graded=True, title=f"{year}年度政府质量工作考核", announced="", problems=False)


def incentives(today: date) -> None:
    """Two rules, what they propose on the published result, and the decisions; the last one still waits."""
    if today < date(today.year, 4, 20):
        return
    found = queries.published_appraisal(PROVINCE, today.year - 1)
    if found is None:
        return
    clerk, approver = accounts.actor("demo-clerk"), accounts.actor("demo-approver")
    for title, trigger, threshold, measure in (
        ("综合评价前三名通报表扬", "rank_top", "3", "praise"),
        ("综合评价末位约谈", "rank_bottom", "1", "talk"),
    ):
        with _on(date(today.year, 3, 25)):
            set_incentive_rule(
                by=approver,
                region=PROVINCE,
                title=title,
                trigger=trigger,
                threshold=threshold,
                measure=measure,
            )
    with _on(date(today.year, 4, 2)):
        proposed = propose_for_appraisal(found.pk, by=clerk)
    for award in proposed[:-1]:
        with _on(date(today.year, 4, 15)):
            decide_award(award.pk, by=approver, do=True)


def report(today: date) -> None:
    """The progress report of the last whole half-year."""
    year, half = (today.year, 1) if today.month > 6 else (today.year - 1, 2)
    plan = _plan()
    end = date(year, 6, 30) if half == 1 else date(year, 12, 31)
    if plan.plan_from is None or end < plan.plan_from:
        return
    with _on(end + timedelta(days=12)):
        write_report(
            plan.pk,
            f"{year}H{half}",
            {
                "opening": "各级各部门认真落实提升行动部署，重点任务总体按进度推进，标准、质量、品牌工作协同发力。",
                "problems": "一是部分县区基层力量不足，标准实施情况调查进展较慢；二是中小企业参与品牌培育的积极性有待提高。",
                "next_steps": "加强对滞后任务的调度，完善部门协作机制，组织专家对重点产业开展巡诊帮扶。",
                "addressee": "省人民政府",
                "doc_number": f"云市监报〔{today.year}〕21号",
                "signatory": "郑立新",
                "signed_on": (end + timedelta(days=12)).isoformat(),
            },
            by=accounts.actor("demo-clerk"),
        )


def matters(today: date) -> None:
    """Two major matters: one answered, one not yet."""
    clerk, plan = accounts.actor("demo-clerk"), _plan()
    first, second = today - timedelta(days=130), today - timedelta(days=6)
    if plan.plan_from is None or first < plan.plan_from:
        return
    with _on(first):
        paper = scans.letter(
            "抽查情况说明", ["涉及企业 3 家、产品 5 批次", "已全部下架封存并启动召回"], "云澜省市场监督管理局",
            f"{first.year}年{first.month}月{first.day}日",
        )  # fmt: skip
        file = scans.kept(paper, "抽查情况说明.pdf", clerk)
        answered = report_major_matter(
            plan.pk,
            by=clerk,
            title="儿童玩具监督抽查集中出现邻苯二甲酸酯超标",
            text="在第二季度监督抽查中，3家企业5批次塑胶玩具邻苯二甲酸酯超标。已责令停产整改、下架封存，"
            "并通报所在地政府。\n拟组织全省同类企业专项排查，请予支持。",
            reported_to="省人民政府",
            urgency="urgent",
            doc_number=f"云市监报〔{first.year}〕15号",
            signatory="郑立新",
            files=[{name: file[name] for name in ("sha256", "name", "size")}],
        )
    with _on(first + timedelta(days=11)):
        reply(
            answered.pk,
            by=clerk,
            text="同意开展专项排查。请会同省工业和信息化厅、省公安厅抓好落实，结果及时报告。",
        )
    with _on(second):
        report_major_matter(
            plan.pk,
            by=clerk,
            title="冷链流通率统计口径调整",
            text="国家统计口径调整后，果蔬冷链流通率历史数据需重新核算，可能影响目标的评价。\n"
            "建议由省统计局牵头核定基期数据。",
            reported_to="省人民政府",
        )
