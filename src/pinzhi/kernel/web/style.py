"""The living style page: every component in every state, for whoever builds pages and for the screenshots."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from pinzhi.kernel import clock
from pinzhi.kernel.registers import catalogue
from pinzhi.kernel.web import charts
from pinzhi.kernel.web.forms import form_for
from pinzhi.kernel.web.lists import Asked, Column, Filter, Found, ListSpec, from_sequence, render_list
from pinzhi.kernel.web.marks import Mark
from pinzhi.kernel.web.navigation import NavItem
from pinzhi.kernel.web.texts import in_lang

YEARS = ["2021", "2022", "2023", "2024", "2025", "2026"]


def _t(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


CITIES = [
    (_t("甲州市", "Jiazhou"), 1240, "reached"),
    (_t("乙安市", "Yi'an"), 986, "reached"),
    (_t("丙江市", "Bingjiang"), 870, "on_course"),
    (_t("丁海市", "Dinghai"), 610, "behind"),
    (_t("戊山市", "Wushan"), 421, "cannot_tell"),
]
STATES = [
    ("draft", _t("草稿", "Draft"), "open"),
    ("review", _t("审核中", "In review"), "pending"),
    ("granted", _t("已认定", "Granted"), "valid"),
    ("lapsed", _t("已失效", "Lapsed"), "ended"),
    ("revoked", _t("已撤销", "Revoked"), "ended"),
]
ARTICLE = _t(
    "示例：《某某办法》第十二条，自受理之日起二十个工作日内作出决定。",
    "Example: article 12 of a measure, twenty working days from acceptance.",
)


def _figures() -> list[dict[str, Any]]:
    return [
        {
            "title": _t("监督抽查合格率", "Spot check pass rate"),
            "value": "91.3",
            "unit": "%",
            "precision": 1,
            "note": _t("目标 91% 以上", "Target: 91% or more"),
        },
        {
            "title": _t("建立首席质量官制度的企业", "Enterprises with a chief quality officer"),
            "value": 4127,
            "unit": {"zh": "家", "en": "firms"},
            "note": _t("目标 4,500 家", "Target: 4,500"),
            "url": "#",
        },
        {"title": _t("有效登记", "Records in force"), "value": 1280441},
        {"title": _t("标准化试点", "Pilot projects"), "value": None, "note": _t("尚无数据", "No data yet")},
    ]


def _charts() -> list[charts.Chart]:
    return [
        charts.trend(
            _t("合格率趋势", "Pass rate over the years"),
            YEARS,
            [(_t("合格率", "Pass rate"), [89.1, 89.9, 90.2, None, 90.8, 91.3])],
            target=91,
            unit="%",
            precision=1,
        ),
        charts.bars(
            _t("各市企业数", "Enterprises by city"), CITIES, target=800, name=_t("企业数", "Enterprises")
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
            [f"2026-{month:02}" for month in range(1, 11)],
            [91.2, 90.8, 91.5, 91.0, 87.2, 91.1, 90.9, 91.6, 91.3, 91.2],
            centre=91.0,
            upper=93.1,
            lower=88.9,
            unit="%",
            precision=1,
        ),
    ]


def samples() -> dict[str, Any]:
    """Invented values for every component."""
    today, now = clock.today(), clock.now()
    records: list[dict[str, Any]] = [{"state": n, "state_title": t, "state_kind": k} for n, t, k in STATES]
    records.append({**records[2], "valid_until": today - timedelta(days=1)})
    return {
        "records": records,
        "attainments": ["reached", "on_course", "behind", "cannot_tell"],
        "days": [(today + timedelta(days=d), ARTICLE) for d in (30, 5, 0, -3)],
        "rate": {"value": None, "n": 7412, "d": 8118, "interval": ["90.7", "91.9"]},
        "figures": _figures(),
        "spark": [3120, 3320, 3580, None, 3990, 4127],
        "facts": [
            (_t("企业名称", "Enterprise"), "榕江食品有限公司"),
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
                "article": ARTICLE,
                "state": Mark(in_lang(_t("进行中", "Under way")), "hourglass", "pz-course"),
            },
            {
                "title": _t("报送三季度进展", "Report on the third quarter"),
                "url": "#",
                "due": today - timedelta(days=3),
                "hint": _t("省市场监管局牵头，省商务厅配合", "Led by the market bureau with commerce"),
            },
            {
                "title": _t("复核 12 份申请", "Review 12 applications"),
                "url": "#",
                "state": Mark(in_lang(_t("未开始", "Not begun")), "circle-dashed"),
            },
        ],
        "events": [
            {
                "title": _t("认定", "Granted"),
                "when": now,
                "who": _t("省市场监管局", "Provincial bureau"),
                "text": _t("有效期至 2029-11-20", "Valid until 2029-11-20"),
                "url": "#",
                "link": _t("查验证明", "Check the proof"),
            },
            {"title": _t("公示", "Public notice"), "when": now - timedelta(days=8), "who": "王五"},
            {
                "title": _t("申请", "Applied"),
                "when": now - timedelta(days=40),
                "mark": Mark(in_lang(_t("3 份附件", "3 files")), "file-text"),
            },
        ],
        "charts": _charts(),
    }


def _frame(door: str = "console") -> dict[str, Any]:
    if door == "portal":
        nav = [
            NavItem(_t("目标看板", "Scoreboard"), "/style/portal/"),
            NavItem(_t("登记册", "Registers"), "/registers/"),
            NavItem(_t("企业与产品", "Enterprises and products"), "/parties/"),
            NavItem(_t("开放数据", "Open data"), "/data/"),
        ]
    else:
        plan = (
            NavItem(_t("目标", "Targets"), "/style/targets/"),
            NavItem(_t("任务", "Duties"), "/style/duties/"),
        )
        nav = [
            NavItem(_t("我的工作", "My work"), "/style/", "inbox", count=12, exact=True),
            NavItem(_t("规划", "Plan"), "/style/plan/", "target", children=plan),
            NavItem(_t("登记册", "Registers"), "/style/list/", "book-2", section=_t("登记", "Records")),
            NavItem(_t("市场主体", "Parties"), "/style/form/", "building"),
            NavItem(_t("导入", "Imports"), "/style/imports/", "file-import", count=1),
        ]
    return {
        "nav": nav,
        "crumbs": [(_t("登记册", "Registers"), "#"), (_t("首席质量官", "Chief quality officers"), "#")],
        "foot_links": [
            {"url": "#", "title": _t("如何查验", "How to check")},
            {"url": "#", "title": _t("开放数据", "Open data")},
        ],
        "door_name": _t("工作台", "Console")
        if door == "console"
        else _t("质量工作公开平台", "Quality in public"),
        "search_url": "/search/",
    }


def style(request: HttpRequest, door: str = "console") -> HttpResponse:
    """Every component, as the console or as the portal shows it; `?messages=1` with messages."""
    if request.GET.get("messages"):
        messages.success(request, _("Sent."))
        messages.warning(request, _("Nothing fits"))
        messages.error(request, _("It did not work"))
    template = "web/style_console.html" if door == "console" else "web/style_portal.html"
    return render(request, template, {**samples(), **_frame(door)})


def sample_list(request: HttpRequest) -> HttpResponse:
    """A list of invented records in memory."""
    titles = {name: (title, kind) for name, title, kind in STATES}
    rows: list[dict[str, Any]] = [
        {
            "key": f"CQO-350100-2026-{i:06}",
            "name": f"{'榕江闽北鹭岛东山'[i % 4 * 2 : i % 4 * 2 + 2]}食品第{i}有限公司",
            "city": CITIES[i % 5][0],
            "staff": 12 + i * 37 % 4000,
            "state": STATES[i % 5][0],
            "state_title": STATES[i % 5][1],
            "state_kind": STATES[i % 5][2],
            "on": clock.today() - timedelta(days=i * 3),
            "due": clock.today() + timedelta(days=i * 7 % 40 - 5),
        }
        for i in range(1, 131)
    ]
    spec = ListSpec(
        name="sample",
        columns=[
            Column("name", _t("企业名称", "Enterprise"), sort="name", link=lambda row: f"#{row['key']}"),
            Column("city", _t("地区", "Region")),
            Column("staff", _t("从业人员", "Employees"), "number", sort="staff"),
            Column("on", _t("登记日期", "Recorded"), "date", sort="on"),
            Column("due", _t("期限", "Deadline"), "deadline", sort="due"),
            Column("state", _t("状态", "State"), "state"),
        ],
        filters=[
            Filter("state", _t("状态", "State"), [(name, title) for name, (title, _kind) in titles.items()]),
            Filter("since", _t("登记日期不早于", "Recorded since"), kind="date"),
        ],
        order="name",
        search_hint=_t("名称、编号", "Name, number"),
        downloads={"csv": "#csv", "xlsx": "#xlsx"},
        empty_title=_t("还没有登记", "No records yet"),
        empty_why=_t(
            "企业申请或导入后显示在这里。", "They appear here once firms apply or a file is imported."
        ),
        empty_url="#",
        empty_action=_t("导入", "Import"),
    )

    def fetch(asked: Asked) -> Found:
        state, since = asked.filters.get("state"), asked.filters.get("since")
        fitting = [
            row
            for row in rows
            if asked.search in row["name"] + row["key"]
            and (not state or row["state"] == state)
            and (not since or row["on"] >= since)
        ]
        return from_sequence([] if request.GET.get("empty") else fitting, asked)

    title = _t("首席质量官登记册", "Register of chief quality officers")
    return render_list(request, spec, fetch, context={**_frame(), "list_title": title})


def sample_form(request: HttpRequest) -> HttpResponse:
    """The form of the first step of a real register; POST shows its errors, nothing is kept."""
    register = catalogue.registers()[request.GET.get("register", "e01_cqo")]
    step = next(t for t in register.life.transitions if "fields" in t.asks and t.entry and None in t.from_)
    made = form_for(
        register.definition, step, request.GET.get("type", ""), ask_subject=True, ask_region=False
    )
    form = made(request.POST, request.FILES) if request.method == "POST" else made()
    sent = request.method == "POST" and form.is_valid()
    context = {**_frame(), "form": form, "register": register, "sent": sent}
    return render(request, "web/style_form.html", context)
