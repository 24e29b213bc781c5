"""The living style page: every component in every state, for whoever builds pages and for the screenshots."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from pinzhi.kernel import clock
from pinzhi.kernel.web import charts
from pinzhi.kernel.web.marks import Mark
from pinzhi.kernel.web.navigation import NavItem

YEARS = ["2021", "2022", "2023", "2024", "2025", "2026"]
CITIES = [
    ("甲州市", "Jiazhou"),
    ("乙安市", "Yi'an"),
    ("丙江市", "Bingjiang"),
    ("丁海市", "Dinghai"),
    ("戊山市", "Wushan"),
]


def _t(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


def samples() -> dict[str, Any]:
    """Invented values for every component."""
    today = clock.today()
    states = [
        ("draft", _t("草稿", "Draft"), "open"),
        ("review", _t("审核中", "In review"), "pending"),
        ("granted", _t("已认定", "Granted"), "valid"),
        ("lapsed", _t("已失效", "Lapsed"), "ended"),
        ("revoked", _t("已撤销", "Revoked"), "ended"),
    ]
    records = [{"state": n, "state_title": t, "state_kind": k} for n, t, k in states]
    records.append({**records[2], "valid_until": today - timedelta(days=1)})
    article = _t(
        "《产品质量监督抽查管理暂行办法》所定期限，自收到之日起计算。",
        "The period set by the interim measures on product quality spot checks, counted from receipt.",
    )
    return {
        "records": records,
        "attainments": ["reached", "on_course", "behind", "cannot_tell"],
        "days": [(today + timedelta(days=d), article) for d in (30, 5, 0, -3)],
        "article": article,
        "rate": {"value": None, "n": 7412, "d": 8118, "interval": ["90.7", "91.9"]},
        "figures": [
            {
                "title": _t("监督抽查合格率", "Spot check pass rate"),
                "value": "91.3",
                "unit": "%",
                "precision": 1,
                "note": _t("目标 91% 以上", "Target: over 91 %"),
            },
            {
                "title": _t("建立首席质量官制度的企业", "Enterprises with a CQO"),
                "value": 4127,
                "unit": _t("家", ""),
                "note": _t("目标 4,500 家", "Target: 4,500"),
                "url": "#",
            },
            {"title": _t("有效登记", "Records in force"), "value": 1280441},
            {"title": _t("标准化试点", "Pilot projects"), "value": None},
        ],
        "spark": [3120, 3320, 3580, None, 3990, 4127],
        "facts": [
            (_t("企业名称", "Enterprise"), "福建某某机械有限公司"),
            (_t("统一社会信用代码", "Credit code"), "91350100M000100Y43"),
            {
                "title": _t("首席质量官", "Chief quality officer"),
                "value": "张三",
                "change": "#",
                "help": _t("任期内公开", "public while in office"),
            },
        ],
        "tasks": [
            {
                "title": _t("完善质量激励措施", "Improve quality incentives"),
                "url": "#",
                "due": today + timedelta(days=5),
                "article": article,
                "state": Mark("进行中 · under way", "hourglass", "pz-course"),
            },
            {
                "title": _t("报送三季度进展", "Report the third quarter"),
                "url": "#",
                "due": today - timedelta(days=3),
                "hint": _t("省市场监管局牵头，省商务厅配合", "led by the market bureau"),
            },
            {
                "title": _t("复核 12 份申请", "Review 12 applications"),
                "url": "#",
                "state": Mark("未开始 · not begun", "circle-dashed"),
            },
        ],
        "events": [
            {
                "title": _t("认定", "Granted"),
                "when": clock.now(),
                "who": _t("省市场监管局", "Provincial bureau"),
                "text": _t("有效期至 2029-11-20", "valid until 2029-11-20"),
                "url": "#",
                "link": _t("查验证明", "Check the proof"),
            },
            {"title": _t("公示", "Public notice"), "when": clock.now() - timedelta(days=8), "who": "王五"},
            {
                "title": _t("申请", "Applied"),
                "when": clock.now() - timedelta(days=40),
                "mark": Mark("3 份附件", "file-text"),
            },
        ],
        "charts": [
            charts.trend(
                _t("合格率趋势", "Pass rate over the years"),
                YEARS,
                [(_t("合格率", "Pass rate"), [89.1, 89.9, 90.2, None, 90.8, 91.3])],
                target=91,
                unit="%",
                precision=1,
            ),
            charts.bars(
                _t("各市企业数", "Enterprises by city"),
                [
                    (_t(zh, en), v, s)
                    for (zh, en), v, s in zip(
                        CITIES,
                        (1240, 986, 870, 610, 421),
                        ("reached", "reached", "on_course", "behind", "cannot_tell"),
                        strict=True,
                    )
                ],
                target=800,
                unit=_t("家", ""),
            ),
            charts.funnel(
                _t("认定各环节", "Steps of the award"),
                [
                    (_t("申请", "Applied"), 320),
                    (_t("受理", "Accepted"), 281),
                    (_t("公示", "Notice"), 96),
                    (_t("认定", "Granted"), 88),
                ],
            ),
            charts.control(
                _t("每月合格率控制图", "Control chart of monthly pass rates"),
                [f"2026-{m:02}" for m in range(1, 11)],
                [91.2, 90.8, 91.5, 91.0, 87.2, 91.1, 90.9, 91.6, 91.3, 91.2],
                centre=91.0,
                upper=93.1,
                lower=88.9,
                unit="%",
                precision=1,
            ),
        ],
    }


def navigation() -> list[NavItem]:
    return [
        NavItem(_t("我的工作", "My work"), "/style/", "inbox", count=12),
        NavItem(
            _t("目标与任务", "Plan"),
            "/style/plan/",
            "target",
            children=(
                NavItem(_t("目标", "Targets"), "/style/plan/targets/"),
                NavItem(_t("任务", "Duties"), "/style/plan/duties/"),
            ),
        ),
        NavItem(_t("登记册", "Registers"), "/style/registers/", "book-2", section=_t("登记", "Records")),
        NavItem(_t("市场主体", "Parties"), "/style/parties/", "building"),
        NavItem(_t("导入", "Imports"), "/style/imports/", "file-import", count=1),
    ]


def style(request: HttpRequest, door: str = "console") -> HttpResponse:
    """The page as the console or as the portal shows it."""
    if request.GET.get("messages"):
        messages.success(request, "已提交，编号 CQO-350100-2026-000123。 Sent.")
        messages.info(request, "导入在后台进行。 The import goes on in the background.")
        messages.warning(request, "3 行与已有登记重复。 Three rows are there already.")
        messages.error(request, "第 17 行：统一社会信用代码校验位不符。 Row 17: check digit.")
    from pinzhi.kernel.web.style_form import sample_form

    form = sample_form(request)
    page = Paginator(range(400), 20).page(6)
    template = "web/style_console.html" if door == "console" else "web/style_portal.html"
    context = {
        **samples(),
        "nav": navigation()
        if door == "console"
        else [
            NavItem(_t("目标看板", "Scoreboard"), "/style/portal/"),
            NavItem(_t("登记册", "Registers"), "/registers/"),
            NavItem(_t("企业与产品", "Enterprises and products"), "/parties/"),
            NavItem(_t("开放数据", "Open data"), "/data/"),
        ],
        "crumbs": [(_t("登记册", "Registers"), "#"), (_t("首席质量官", "Chief quality officers"), "#")],
        "foot_links": [
            {"url": "#", "title": _t("如何查验", "How to check")},
            {"url": "#", "title": _t("开放数据", "Open data")},
        ],
        "door_name": _t("工作台", "Console")
        if door == "console"
        else _t("质量工作公开平台", "Quality in public"),
        "search_url": "/search/",
        "form": form,
        "page": page,
    }
    return render(request, template, context)
