"""Lives that were lived and work in hand: applications walked step by step, each on its own day and by its own hand.

The officials are those that one can log in as, so that each of them finds something in “my work”.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

from pinzhi.doors.cli.demonstration import accounts, scans
from pinzhi.doors.cli.demonstration.decisions import Given
from pinzhi.doors.cli.demonstration.filling import Context
from pinzhi.doors.cli.demonstration.parties import firms
from pinzhi.doors.cli.demonstration.walks import Walk
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.registers.actions.carry_out import Item, carry_out

SYSTEM = Actor.system("demonstration")
SCORES = {
    "score_quality": "34",
    "score_market": "20",
    "score_efficiency": "12",
    "score_development": "15",
    "score_total": "81",
}


def batches(today: date) -> Iterator[Callable[[], Any]]:
    """One life, or one heap of work in hand, each in a transaction of its own."""
    for life in (
        finished_brands,
        revoked_brands,
        brands_in_hand,
        renewals,
        officers,
        awards,
        zones,
        projects,
        filings,
        listings,
        money,
        statistics,
        commerce,
        own_matters,
    ):
        yield lambda life=life: life(today)  # type: ignore[misc]


def hands() -> tuple[Actor, Actor, Actor]:
    return accounts.actor("demo-clerk"), accounts.actor("demo-reviewer"), accounts.actor("demo-approver")


def _brand(c: Context) -> dict[str, Any]:
    return {
        "brand_name": f"{c.firm.brand}牌",
        "level": "provincial",
        "spot_check_result": "all_passed",
        "standard_level": "national",
        "grant_year": c.day.year,
        "batch": f"{c.day.year}年度",
        "granted_by": "云澜省市场监督管理局",
    }


def _letter(c: Context, title: str, line: str) -> dict[str, Any]:
    """A paper of the firm, stored as its upload would be."""
    day = f"{c.day.year}年{c.day.month}月{c.day.day}日"
    return scans.kept(scans.letter(title, [line], c.firm.name, day), f"{title}.pdf", SYSTEM)


def _brand_with_papers(c: Context) -> dict[str, Any]:
    """An application with what belongs to it."""
    picture = scans.kept(scans.photograph(c.number), "产品照片.jpg", SYSTEM)
    return {
        **_brand(c),
        "application_form": [_letter(c, "名牌产品申请表", f"申报产品：{c.product.name}"), picture],
        "test_reports": [_letter(c, "检验报告", f"样品：{c.product.name}　结论：合格")],
    }


def finished_brands(_today: date) -> None:
    """Two yearly selections from the application to the certificate; some were turned down or gave up."""
    clerk, reviewer, approver = hands()
    for year in (2024, 2025):
        walk = Walk("b02_famous_brands", 26, salt=year, record_type="famous_brand_product", given=_brand)
        walk.step("apply", date(year, 3, 11), clerk)
        walk.part(2).step("decline", date(year, 3, 14), clerk, reason="所报产品不属于目录范围。")
        walk.step("accept", date(year, 3, 15), clerk)
        walk.step("review", date(year, 5, 20), reviewer, given=SCORES, reason="经专家组评审，符合认定条件。")
        walk.part(3).step("reject", date(year, 6, 3), approver, reason="总分未达到认定线。")
        walk.step("post_notice", date(year, 6, 5), approver)
        contested = walk.part(3)
        contested.step("object", date(year, 6, 10), clerk, reason="群众反映市场占有率数据与实际不符。")
        contested.part(1).step(
            "uphold_objection", date(year, 6, 21), approver, reason="经核查，申报数据不实。"
        )
        contested.step("dismiss_objection", date(year, 6, 21), approver, reason="经核查，反映情况不属实。")
        contested.step("grant", date(year, 7, 8), approver)
        walk.step("grant", date(year, 7, 1), approver)


def revoked_brands(_today: date) -> None:
    """Honours that were taken away or given up."""
    clerk, reviewer, approver = hands()
    walk = Walk("b02_famous_brands", 5, salt=3, record_type="famous_brand_product", given=_brand)
    walk.step("enter_decision", date(2024, 7, 15), approver)
    walk.part(1).step("cancel", date(2025, 9, 2), clerk, reason="企业停产，自愿放弃。")
    walk.part(1).step(
        "recheck",
        date(2025, 10, 10),
        reviewer,
        given={"recheck_on": "2025-10-09", "recheck_result": "kept"},
        reason="复查合格。",
    )
    walk.step("propose_revocation", date(2025, 11, 3), reviewer, reason="省级监督抽查连续两次不合格。")
    walk.part(1).step("drop_revocation", date(2025, 11, 18), approver, reason="复检合格，申辩理由成立。")
    walk.step("revoke", date(2025, 11, 26), approver, reason="产品质量连续两次监督抽查不合格。")


def brands_in_hand(today: date) -> None:
    """This year's second selection, at every stage."""
    clerk, reviewer, approver = hands()
    ago = lambda days: today - timedelta(days=days)
    walk = Walk("b02_famous_brands", 34, salt=4, record_type="famous_brand_product", given=_brand_with_papers)
    walk.part(7).step("apply", ago(3), clerk)
    late = walk.part(3).step("apply", ago(16), clerk)
    late.part(1).step("return", ago(12), clerk, reason="缺少近一年的检验报告，请补正。")
    walk.step("apply", ago(62), clerk).step("accept", ago(58), clerk)
    walk.part(8)
    walk.step("review", ago(24), reviewer, given=SCORES, reason="经专家组评审，建议认定。")
    walk.part(5)
    walk.step("post_notice", ago(11), approver)
    walk.part(2).step("object", ago(4), clerk, reason="同业企业反映商标权属存在争议。")
    city = Walk(
        "b02_famous_brands", 6, salt=5, firms="linjiang", record_type="famous_brand_product", given=_brand
    )
    city.step("apply", ago(4), accounts.actor("city-clerk"))


def renewals(today: date) -> None:
    """Recognitions that are about to lapse: some were renewed, some have asked, some have not."""
    clerk, reviewer, approver = hands()
    ago = lambda days: today - timedelta(days=days)
    walk = Walk("b02_famous_brands", 12, salt=6, record_type="famous_brand_product", given=_brand)
    walk.step("enter_decision", ago(3 * 365 - 30), approver)
    walk.part(4)
    walk.step("apply_renewal", ago(55), clerk)
    walk.part(3)
    walk.step("post_renewal_notice", ago(40), reviewer, reason="材料齐全，拟同意延续。")
    walk.part(2)
    walk.step("renew", ago(20), approver)


def officers(today: date) -> None:
    """Chief quality officers: reported, returned, suspended, ended, refused."""
    clerk, reviewer, approver = hands()
    ago = lambda days: today - timedelta(days=days)
    given: Given = lambda c: {
        "appointed_on": (c.day - timedelta(days=3)).isoformat(),
        "term_years": 3,
        "veto_right": True,
        "first_appointment": True,
        "training_date": None,
        "training_hours": None,
        "training_certificate_no": None,
        "appointment_letter": [_letter(c, "首席质量官聘任书", "聘任期三年，行使质量安全一票否决权。")],
    }
    Walk("e01_cqo", 14, salt=20, firms="firms", given=given).step("report", ago(5), clerk)
    Walk("e01_cqo", 6, salt=21, firms="linjiang", given=given).step(
        "report", ago(2), accounts.actor("city-clerk")
    )
    back = Walk("e01_cqo", 5, salt=22, firms="firms", given=given).step("report", ago(21), clerk)
    back.part(3).step("return", ago(17), reviewer, reason="聘任文件未加盖公章，请补正。")
    back.step("refuse", ago(15), reviewer, reason="所报人员为兼职，不符合任职条件。")
    held = (
        Walk("e01_cqo", 9, salt=23, firms="firms", given=given)
        .step("report", ago(400), clerk)
        .step("appoint", ago(395), reviewer)
    )
    held.part(3).step("end", ago(90), clerk, reason="调离企业。")
    held.part(2).step("suspend", ago(60), approver, reason="企业发生质量事故，暂停履职。")
    held.part(1).step("revoke", ago(45), approver, reason="提供虚假任职材料。")


def awards(today: date) -> None:
    """The next session of the quality award."""
    clerk, reviewer, _ = hands()
    given: Given = lambda c: {
        "award_name": "云澜省政府质量奖",
        "level": "provincial",
        "session": f"第{(today.year - 2008) // 2 + 1}届",
        "award_category": "organisation",
        "organisation_kind": "manufacturing",
        "linked_number": None,
        "accidents": False,
        "declaration_result": "all_declared",
        "declaration_checked_on": c.day.isoformat(),
    }
    walk = Walk("b01_quality_awards", 9, salt=30, record_type="quality_award", given=given)
    walk.step("apply", today - timedelta(days=30), clerk)
    walk.part(3)
    walk.step("accept", today - timedelta(days=26), clerk)
    walk.part(4)
    walk.step("review", today - timedelta(days=6), reviewer, reason="材料评审通过，进入现场评审。")


def zones(today: date) -> None:
    """Brand zones on their way: proposed, recommended, being built, asking for acceptance."""
    clerk, reviewer, approver = hands()
    given: Given = lambda c: {
        "zone_name": f"{c.city}市{c.sector.zh}知名品牌示范区",
        "level": "national" if c.number % 3 == 0 else "provincial",
        "host_name": f"{c.city}市人民政府",
        "place_type": "cluster",
        "building_to": None,
        "building_from": None,
    }
    walk = Walk("b06_brand_zones", 10, salt=40, record_type="brand_zone", given=given)
    walk.part(2).step("propose", today - timedelta(days=12), clerk)
    walk.step("propose", date(2024, 9, 3), clerk).step(
        "recommend", date(2024, 11, 5), reviewer, reason="基础扎实，建议批准创建。"
    )
    walk.part(2)
    walk.step("start", date(2025, 1, 10), approver)
    walk.part(3)
    walk.step("report", today - timedelta(days=40), clerk)


def projects(today: date) -> None:
    """Standards being made, and brands in the nursery."""
    clerk, reviewer, approver = hands()
    given: Given = lambda c: {
        "topic": f"{c.rng.choice(c.sector.goods)}质量分级",
        "standard_type": "local",
        "local_role": "lead",
        "stage": "drafting",
        "published_no": None,
        "published_on": None,
        "due_on": date(today.year + 1, 10, 31).isoformat(),
    }
    tasks = Walk(
        "s07_standards_programme", 16, salt=50, firms="firms", record_type="standard_task", given=given
    )
    tasks.part(4).step("propose", today - timedelta(days=9), clerk)
    tasks.step("propose", date(2026, 2, 10), clerk).step(
        "recommend", date(2026, 3, 20), reviewer, reason="符合重点领域需求。"
    )
    tasks.part(3)
    tasks.step("start", date(2026, 4, 15), approver)
    tasks.part(1).step("stop", date(2026, 9, 1), approver, reason="已有国家标准立项，终止。")
    nursery = Walk("b08_brand_cultivation", 30, salt=51, firms="firms", record_type="candidate")
    nursery.step("propose", date(2026, 1, 15), clerk).step(
        "recommend", date(2026, 2, 20), reviewer, reason="同意纳入。"
    ).step("start", date(2026, 3, 5), approver)


def filings(today: date) -> None:
    """Systems, surveys and indications filed and waiting; some changed, suspended, cancelled."""
    clerk, reviewer, _ = hands()
    ago = lambda days: today - timedelta(days=days)
    system: Given = lambda c: {
        "system": "iso9001",
        "stage": "running",
        "expires_on": None,
        "issued_on": None,
        "certificate_no": None,
        "last_audit_on": None,
        "introduced_on": "2025-03-01",
    }
    walk = Walk("e02_management_systems", 16, salt=60, firms="firms", given=system)
    walk.part(8).step("file", ago(4), clerk)
    walk.step("file", ago(300), clerk).step("register", ago(295), reviewer)
    walk.part(2).step("suspend", ago(100), clerk, reason="监督审核未通过。")
    walk.part(2).step("cancel", ago(80), clerk, reason="企业申请注销。")
    survey: Given = lambda c: {
        "survey_name": f"{today.year}年第四季度标准实施情况调查",
        "survey_year": today.year,
        "applicable": True,
        "applies": True,
        "declared": True,
        "surveyed_on": c.day.isoformat(),
        "executed_kind": "national",
    }
    Walk("d09_implementation_survey", 12, salt=61, firms="firms", given=survey).step("file", ago(6), clerk)


def listings(today: date) -> None:
    """The list of abnormal operation: proposed, told, asking to be taken off, taken off."""
    clerk, _, approver = hands()
    ago = lambda days: today - timedelta(days=days)
    given: Given = lambda c: {
        "entry_reason": "unreachable",
        "decided_by": "云澜省市场监督管理局",
        "entered_on": c.day.isoformat(),
        "removal_reason": None,
        "transferred": False,
        "serious_due_on": None,
        "removal_applied_on": None,
    }
    walk = Walk("c05_abnormal_operation", 14, salt=70, firms="late", given=given)
    walk.part(4).step("propose", ago(8), clerk, reason="通过登记住所无法联系。")
    walk.step("propose", ago(200), clerk, reason="通过登记住所无法联系。").step("enter", ago(190), approver)
    asking = walk.part(6).step("apply_removal", ago(15), clerk, reason="已变更住所并补报年报。")
    asking.part(2).step("remove", ago(7), approver, reason="经核实，符合移出条件。")


def money(today: date) -> None:
    """Funds: approved, paid, audited, and one that is claimed back."""
    walk = Walk("t08_funds", 12, salt=80, record_type="fund_project")
    walk.step("apply", date(2025, 3, 10), SYSTEM).step("accept", date(2025, 3, 14), SYSTEM)
    walk.part(2).step("reject", date(2025, 4, 10), SYSTEM, reason="绩效目标不明确。")
    walk.step("review", date(2025, 4, 20), SYSTEM, reason="建议支持。").step(
        "post_notice", date(2025, 5, 6), SYSTEM
    )
    walk.step("approve", date(2025, 5, 20), SYSTEM)
    walk.part(3)
    walk.step("pay", date(2025, 7, 1), SYSTEM)
    walk.part(1).step("demand_recovery", date(2026, 2, 9), SYSTEM, reason="未按规定用途使用。")
    walk.step("audit", date(2026, 5, 12), SYSTEM, reason="资金使用合规。")


def statistics(today: date) -> None:
    """This year's preliminary figures wait for their check."""
    clerk, _, _ = hands()
    day = today - timedelta(days=2)
    items = [
        Item(
            region=code,
            effective_on=day,
            values={
                "series": "spot_check_pass_rate_all",
                "period": f"{today.year}Q3",
                "value": value,
                "unit": "percent",
                "goods_scope": "consumer",
                "check_level": "all",
                "first_test": True,
                "method_version": "2019-1",
                "source": "第三季度监督抽查（演示数据）",
                "compiled_by": "市市场监督管理局",
                "data_status": "preliminary",
            },
        )
        for code, value in (("990100", "94.6"), ("990200", "94.9"), ("990300", "93.7"), ("990400", "94.2"))
    ]
    with clock.at(day):
        carry_out("stats_quality", "report", items, by=clerk)


def commerce(today: date) -> None:
    """What waits at the commerce department."""
    by = accounts.actor("demo-commerce")
    given: Given = lambda c: {
        "level": "provincial",
        "founded_year": 1908,
        "brand_name": c.firm.brand,
        "heritage_level": "none",
    }
    walk = Walk("b04_time_honoured", 6, salt=90, firms="firms", given=given).step(
        "apply", today - timedelta(days=9), by
    )
    walk.part(4)
    walk.step("accept", today - timedelta(days=6), by)
    Walk("f05_logistics", 4, salt=91, firms="farm", record_type="cold_chain").step(
        "submit", today - timedelta(days=5), by
    )
    events: Given = lambda c: {
        "starts_on": (today + timedelta(days=25)).isoformat(),
        "ends_on": None,
        "market": "domestic",
        "event_name": f"云澜好物·{c.sector.zh}展销会",
        "organiser": "省商务厅",
    }
    Walk("b17_brand_promotion", 3, salt=92, firms="firms", record_type="promotion", given=events).step(
        "plan", today - timedelta(days=10), by
    )


def own_matters(today: date) -> None:
    """What the enterprise account finds of its own firm, and the technical body of its."""
    clerk, reviewer, approver = hands()
    firm, own = firms()[0], accounts.actor("demo-firm")
    ago = lambda days: today - timedelta(days=days)
    Walk("b02_famous_brands", 1, salt=95, record_type="famous_brand_product", given=_brand).of(firm).step(
        "enter_decision", date(2025, 7, 15), approver
    )
    asked = (
        Walk("b02_famous_brands", 1, salt=96, record_type="famous_brand_product", given=_brand_with_papers)
        .of(firm)
        .step("apply", ago(14), own)
    )
    asked.step("return", ago(10), clerk, reason="缺少近一年的检验报告，请补正。")
    officer: Given = lambda c: {
        "appointed_on": c.day.isoformat(),
        "term_years": 3,
        "training_date": None,
        "training_hours": None,
        "training_certificate_no": None,
        "veto_right": True,
        "appointment_letter": [_letter(c, "首席质量官聘任书", "聘任期三年，行使质量安全一票否决权。")],
    }
    Walk("e01_cqo", 1, salt=97, given=officer).of(firm).step("report", ago(320), own).step(
        "appoint", ago(315), reviewer
    )
    system: Given = lambda c: {
        "system": "excellence",
        "stage": "running",
        "expires_on": None,
        "issued_on": None,
        "certificate_no": None,
        "last_audit_on": None,
        "introduced_on": "2025-06-01",
    }
    Walk("e02_management_systems", 1, salt=98, given=system).of(firm).step("file", ago(3), own)
    Walk("q03_shared_resources", 2, salt=99).step("submit", ago(4), accounts.actor("demo-body"))
