"""The catalogue of standards of the demonstration: facts of real ones, inventions of the province's own, a programme at work.

Facts (numbers, dates, what is adopted) stand in `standards/*.csv`; no text of a standard does. What bears DB99, T/YL… or
Q/YL… is invented and says so.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from importlib.resources import files
from random import Random
from typing import Any

from pinzhi.apps.standards import alerts
from pinzhi.apps.standards.actions.decide_alert import decide_alert
from pinzhi.apps.standards.actions.edit_system import edit_system
from pinzhi.apps.standards.actions.publish_system import publish_system
from pinzhi.apps.standards.actions.register_editions import register_editions
from pinzhi.apps.standards.actions.send_comment import send_comment
from pinzhi.doors.cli.demonstration.parties import CITIES, SEED
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.registers.actions.carry_out import Item, carry_out

BY = Actor.system("demonstration")
PROVINCE, BUREAU, HEALTH = "990000", "990000-market_supervision", "990000-health"
MARK = "演示数据（虚构）"
PROGRAMME, COMMENTS, FOOD = "s03_local_programme", "s17_consultation_comments", "s05_food_followup"
FAMILIES = {
    "children": (
        "儿童服装",
        [
            "绳带安全",
            "号型",
            "反光标识",
            "耐洗涤性能",
            "领口弹性",
            "包装与标签",
            "校服面料",
            "防晒性能",
            "可追溯编码",
            "绿色评价",
        ],
    ),
    "children_toys": (
        "木制玩具",
        [
            "边角处理",
            "涂层附着力",
            "拼插件强度",
            "益智玩具分级",
            "售后与召回",
            "绿色评价",
            "小零件测试频次",
            "标签",
        ],
    ),
    "home": (
        "竹木家具",
        [
            "甲醛释放控制",
            "含水率",
            "包装运输",
            "环境舱快速测试",
            "定制家具服务",
            "绿色评价",
            "修复与回收",
            "儿童房家具",
        ],
    ),
    "home_ceramics": (
        "日用陶瓷",
        [
            "铅镉溶出企业控制",
            "釉面硬度",
            "热稳定性",
            "地理标志青瓷",
            "绿色工厂",
            "包装",
            "微波适应性",
            "修坯工艺",
        ],
    ),
}
#: What firms' own standards of a family cite; some of it has lapsed.
CITED = {
    "children": "GB 31701；GB 18401-2010",
    "children_toys": "GB 6675.1；GB 6675.4-2014",
    "home": "GB 18580-2001；GB/T 17657",
    "home_ceramics": "GB 4806.4；GB/T 3532-2009",
}
GROUPS = {"children": "YLFZ", "children_toys": "YLWJ", "home": "YLJJ", "home_ceramics": "YLTC"}
Work = Callable[[], Any]


def _facts(name: str) -> list[dict[str, str]]:
    text = (
        files("pinzhi.doors.cli.demonstration")
        .joinpath("standards", f"{name}.csv")
        .read_text(encoding="utf-8")
    )
    return [{k: v for k, v in row.items() if v} for row in csv.DictReader(text.splitlines())]


def invented() -> list[dict[str, Any]]:
    """Local, group and enterprise standards of the province: nobody's, and marked."""
    rng, rows = Random(SEED + 41), []
    for at, (family, (thing, topics)) in enumerate(FAMILIES.items()):
        field = family.partition("_")[0]
        for number, topic in enumerate(topics):
            year = 2014 + rng.randrange(11)
            day = date(year, rng.randrange(1, 13), rng.randrange(1, 28))
            common = {"field": field, "remark": MARK, "region": PROVINCE}
            local = {
                **common,
                "number": f"DB99/T {1001 + at * 20 + number}-{year}",
                "title_zh": f"{thing} {topic}规范",
                "published_on": day.isoformat(),
                "effective_on": (day + timedelta(days=90)).isoformat(),
                "owner": "云澜省市场监督管理局",
                "drafters": "云澜省标准化研究院",
                "local_role": "主导",
            }
            if number == 3:
                rows.append(
                    {
                        **local,
                        "number": f"DB99/T {1001 + at * 20 + number}-{year - 6}",
                        "published_on": date(year - 6, 5, 8).isoformat(),
                        "effective_on": date(year - 6, 8, 8).isoformat(),
                        "withdrawn_on": local["effective_on"],
                    }
                )
                local["replaces"] = rows[-1]["number"]
            rows.append(local)
            rows.append(
                {
                    **common,
                    "number": f"T/{GROUPS[family]} {1 + number:03d}-{min(year + 2, 2026)}",
                    "title_zh": f"{thing} {topic}",
                    "published_on": date(min(year + 2, 2026), 3, 1 + number).isoformat(),
                    "effective_on": date(min(year + 2, 2026), 4, 1 + number).isoformat(),
                    "local_role": "主导",
                }
            )
            rows.append(
                {
                    **common,
                    "number": f"Q/YL{'FWJT'[at]}{1 + number:02d} {1 + number:03d}-{2020 + rng.randrange(6)}",
                    "title_zh": f"{thing}（{topic}）",
                    "region": rng.choice(CITIES)[0],
                    "cites": CITED[family],
                }
            )
    return rows


def register() -> None:
    """All editions: those abroad first, so that what adopts them is tied at once."""
    home = {"region": PROVINCE}
    register_editions([{**home, **row} for row in _facts("abroad")], by=BY)
    led = {
        "GB/T 3532-2022": "参与",
        "GB 31701-2015": "参与",
        "GB/T 22702-2019": "主导",
        "GB/T 39600-2021": "参与",
    }
    national = [{**home, **row} for row in _facts("national")]
    for row in national:
        if row["number"] in led:
            row["local_role"] = led[row["number"]]
    register_editions(national, by=BY)
    register_editions(invented(), by=BY)


PLACES: tuple[tuple[Any, ...], ...] = (
    ("1", "安全", "Safety", None, "", ""),
    ("1.1", "纺织产品基本安全", "Basic safety of textiles", 1, "GB 18401", ""),
    ("1.2", "婴幼儿及儿童纺织产品安全", "Safety of textiles for infants and children", 1, "GB 31701", ""),
    (
        "1.3",
        "绳索和拉带",
        "Cords and drawstrings",
        1,
        "GB/T 22702；DB99/T 1001；GB/T 23155",
        "与国家标准重复的地方标准纳入复审",
    ),
    ("1.4", "机械安全设计", "Mechanical safety by design", 1, "GB/T 22704", ""),
    ("1.5", "燃烧性能", "Flammability", 1, "", "跟踪国家标准立项"),
    ("2", "产品", "Products", None, "", ""),
    ("2.1", "婴幼儿针织服饰", "Knitted wear for infants", 1, "FZ/T 73025", ""),
    ("2.2", "机织婴幼儿服装", "Woven garments for infants", 1, "GB/T 33271", ""),
    ("2.3", "儿童针织服装", "Knitted garments for children", 1, "FZ/T 73045", ""),
    ("2.4", "机织儿童服装", "Woven garments for children", 1, "GB/T 31900", ""),
    ("2.5", "中小学生校服面料", "Fabrics of school uniforms", 2, "DB99/T 1007", "补一项团体标准"),
    ("2.6", "儿童防晒服", "Sun-protective wear for children", 1, "DB99/T 1008；T/YLFZ 008", ""),
    ("3", "号型与标签", "Sizes and labels", None, "", ""),
    ("3.1", "服装号型", "Sizes", 1, "GB/T 1335.3", ""),
    ("3.2", "使用说明", "Instructions for use", 1, "GB/T 5296.4", ""),
    ("3.3", "可追溯编码", "Traceability codes", 1, "DB99/T 1009", ""),
    ("4", "试验方法", "Test methods", None, "", ""),
    ("4.1", "甲醛", "Formaldehyde", 1, "GB/T 2912.1", ""),
    ("4.2", "pH 值", "pH", 1, "GB/T 7573", ""),
    ("4.3", "可分解致癌芳香胺染料", "Azo colourants", 1, "GB/T 17592", ""),
    ("4.4", "色牢度", "Colour fastness", 4, "GB/T 3920；GB/T 3922；GB/T 5713；GB/T 18886", ""),
    ("4.5", "铅、镉和邻苯二甲酸酯", "Lead, cadmium, phthalates", 2, "GB/T 30157；GB/T 20388", ""),
    ("5", "绿色与质量分级", "Green products and grading", None, "", ""),
    ("5.1", "绿色产品评价", "Green product assessment", 1, "DB99/T 1010", ""),
    ("5.2", "质量分级与领跑者", "Grading and top runners", 1, "", "列入 2027 年团体标准计划"),
)


def draw_system() -> None:
    """The table of children's clothing."""
    names = ("place", "title_zh", "title_en", "wanted", "numbers", "plan")
    head = {
        "title_zh": "儿童服装标准体系表",
        "title_en": "Standards system for children's clothing",
        "field": "children",
        "region": PROVINCE,
        "note": "按安全、产品、号型与标签、试验方法、绿色与分级五个方面编制，与标准目录逐日对照。",
    }
    edit_system("KIDS-CLOTHING", head, [dict(zip(names, row, strict=True)) for row in PLACES], by=BY)
    publish_system("KIDS-CLOTHING", by=BY)


def _project(rng: Random, number: int) -> dict[str, Any]:
    family = list(FAMILIES)[number % 4]
    thing, topics = FAMILIES[family]
    return {
        "title": f"{thing}{topics[number // 4 % len(topics)]}技术规范",
        "sector": family.partition("_")[0],
        "consumer_goods": True,
        "work_kind": ("make", "make", "revise", "convert")[number % 4],
        "nature": "recommended",
        "lead_drafter": ("云澜省标准化研究院", "云澜省纺织品检验中心", "云澜省家具协会", "云澜大学")[
            number % 4
        ],
        "local_role": "participant" if number % 7 == 6 else "lead",
        "department": "云澜省市场监督管理局",
        "plan_no": f"DB99-{2024 + number % 3}-{number:03d}",
        "scope": f"适用于{thing}的设计、生产和检验。{MARK}",
        "no_higher_standard": True,
        "from_group_standard": f"T/{GROUPS[family]} {1 + number // 4:03d}-2022" if number % 4 == 3 else None,
    }


class Programme:
    """Projects that go through the stages, each step on its own day."""

    def __init__(self, today: date) -> None:
        self.today, self.rng, self.number = today, Random(SEED + 43), 0

    def project(self, start: date) -> tuple[str, dict[str, Any]]:
        values = _project(self.rng, self.number)
        self.number += 1
        return self._step("enter_project", None, start, values), values

    def _step(
        self, step: str, key: str | None, day: date, values: Mapping[str, Any] | None = None, **more: Any
    ) -> str:
        item = Item(
            key=key,
            region=None if key else PROVINCE,
            agency=BUREAU,
            values={k: v for k, v in (values or {}).items() if v is not None},
            effective_on=day,
            decision_number=f"云市监标〔{day.year}〕{1 + self.rng.randrange(60)}号",
            **more,
        )
        with clock.at(day):
            (ref,) = carry_out(PROGRAMME, step, [item], by=BY)
        return ref.key

    def go(self, until: str, back: int) -> str:
        """A project begun so many days ago, taken as far as the named stage."""
        start = self.today - timedelta(days=back)
        key, values = self.project(start)
        if until == "drafting":
            return key
        opened = start + timedelta(days=40)
        until_day = opened + timedelta(days=35)
        period = {"consultation_from": opened.isoformat(), "consultation_until": until_day.isoformat()}
        self._step("consult", key, opened, period)
        if until == "consultation":
            return key
        comments = self._comments(key, opened + timedelta(days=5), 3)
        closed = until_day + timedelta(days=1)
        self._step("close_consultation", key, closed, {"comments_received": len(comments)})
        if until == "disposition":
            return key
        self._dispose(comments, closed + timedelta(days=12))
        summary = {
            "comments_adopted": 2,
            "comments_summary": "采纳 1 条，部分采纳 1 条，未采纳 1 条，均已说明理由。",
        }
        self._step("submit", key, closed + timedelta(days=15), summary)
        if until == "submitted":
            return key
        if until == "revising":
            return self._step(
                "send_back", key, closed + timedelta(days=20), reason="试验方法依据不足，请补充验证数据。"
            )
        reviewed = closed + timedelta(days=25)
        verdict = {"reviewed_on": reviewed.isoformat(), "review_conclusion": "一致同意通过审查。"}
        self._step("pass_review", key, reviewed, verdict, reason="专家组一致通过")
        if until == "approval":
            return key
        out = reviewed + timedelta(days=20)
        number = f"DB99/T {2000 + self.number}-{out.year}"
        day = {
            "standard_no": number,
            "published_on": out.isoformat(),
            "effective_from": (out + timedelta(days=60)).isoformat(),
        }
        self._step("publish_standard", key, out, day)
        register_editions(
            [
                {
                    "number": number,
                    "title_zh": values["title"],
                    "field": values["sector"],
                    "published_on": day["published_on"],
                    "effective_on": day["effective_from"],
                    "region": PROVINCE,
                    "local_role": "参与" if values["local_role"] == "participant" else "主导",
                    "drafters": values["lead_drafter"],
                    "remark": MARK,
                }
            ],
            by=BY,
        )
        return key

    def _comments(self, key: str, day: date, count: int) -> list[str]:
        said = (
            ("4.2", "建议明确绳带长度的测量方法。", "增加“按附录 A 测量”。", "consumer"),
            ("5.1", "限值与现行国家标准的写法不一致。", "改用国家标准的单位。", "enterprise"),
            ("6", "抽样数量过多，小企业难以承担。", "按批量分档。", "association"),
        )
        found = []
        for at in range(count):
            clause, comment, proposal, kind = said[at % 3]
            with clock.at(day + timedelta(days=at * 3)):
                found.append(
                    send_comment(
                        key,
                        {
                            "clause": clause,
                            "comment": comment,
                            "proposal": proposal,
                            "kind_of_sender": kind,
                            "sender_name": "某某（演示）",
                        },
                        by=BY,
                    )
                )
        return found

    def _dispose(self, keys: list[str], day: date) -> None:
        gist = ("明确绳带长度的测量方法", "限值单位与国家标准一致", "减少抽样数量")
        how = ("adopted", "partly", "not_adopted")
        why = ("已在 5.3 增加测量方法。", "单位已改，限值维持。", "抽样数量与国家标准一致，不宜减少。")
        items = [
            Item(
                key=key,
                values={"gist": gist[at % 3], "disposition": how[at % 3], "disposition_reason": why[at % 3]},
                effective_on=day,
                reason="起草组研究意见",
            )
            for at, key in enumerate(keys)
        ]
        with clock.at(day):
            carry_out(COMMENTS, "dispose", items, by=BY)


def run_programme(today: date) -> None:
    """Projects at every stage; the latest consultations are open today."""
    programme = Programme(today)
    for until, back in (
        ("published", 700), ("published", 620), ("published", 560), ("published", 480), ("published", 430),
        ("published", 360), ("published", 300), ("approval", 150), ("revising", 130), ("submitted", 120),
        ("disposition", 95), ("drafting", 60), ("drafting", 30), ("drafting", 12),
    ):  # fmt: skip
        programme.go(until, back)
    for back in (66, 58, 45):
        key = programme.go("consultation", back)
        programme._comments(key, today - timedelta(days=back - 41), 2 if back < 60 else 1)


def enter_old(today: date) -> None:
    """Local standards published years ago, with what became of them; and proposals that wait."""
    rng, items = Random(SEED + 47), []
    for number in range(24):
        day = date(2017 + number % 7, 1 + number % 12, 12)
        items.append(
            Item(
                region=PROVINCE,
                agency=BUREAU,
                values={
                    **{k: v for k, v in _project(rng, 30 + number).items() if v is not None},
                    "standard_no": f"DB99/T {700 + number}-{day.year}",
                    "published_on": day.isoformat(),
                    "effective_from": (day + timedelta(days=60)).isoformat(),
                },
                effective_on=day,
                decision_number=f"云质监标〔{day.year}〕{number + 3}号",
            )
        )
    with clock.at(date(2023, 12, 20)):
        refs = carry_out(PROGRAMME, "enter_published", items, by=BY)
    keys = [ref.key for ref in refs]
    day = date(2024, 5, 20)
    with clock.at(day):
        carry_out(
            PROGRAMME,
            "start_rereview",
            [Item(key=k, reason="已满五年", effective_on=day) for k in keys[:8]],
            by=BY,
        )
    day = date(2024, 9, 10)

    def conclude(step: str, some: list[str], conclusion: str, **values: Any) -> None:
        rows = [
            Item(
                key=key,
                values={"rereview_conclusion": conclusion, **values},
                reason="复审专家组意见",
                decision_number="云市监标〔2024〕41号",
                effective_on=day,
            )
            for key in some
        ]
        with clock.at(day):
            carry_out(PROGRAMME, step, rows, by=BY)

    conclude("keep", keys[:2], "keep")
    conclude("order_revision", keys[2:3], "revise")
    conclude("merge", keys[3:5], "merge", merged_into="DB99/T 1024-2021")
    conclude("abolish", keys[5:7], "abolish")
    with clock.at(today - timedelta(days=9)):
        asked = [
            Item(
                region=PROVINCE,
                agency=BUREAU,
                values={k: v for k, v in _project(rng, 60 + n).items() if v is not None},
            )
            for n in range(3)
        ]
        carry_out(PROGRAMME, "propose", asked, by=BY)


def follow_up(today: date) -> None:
    """Problems found in applying food-safety standards, at each step of their way."""
    found = (
        (
            "鱼糜制品分类与检验项目不对应",
            "GB 10136-2015",
            "3.4",
            "水产制品",
            "unclear",
            "分类表与检验项目表对不上。",
        ),
        (
            "糕点菌落总数采样方案难以执行",
            "GB 7099-2015",
            "3.5",
            "糕点",
            "method",
            "小作坊批量小，五份采样难以执行。",
        ),
        (
            "营养标签修约间隔与检测方法精度不配",
            "GB 28050-2011",
            "6",
            "预包装食品",
            "conflict",
            "修约间隔小于方法精度。",
        ),
        (
            "保健食品胶囊壳铬限量引用不明",
            "GB 16740-2014",
            "3.2",
            "保健食品",
            "gap",
            "没有写明胶囊壳单独检测。",
        ),
    )
    refs, start = [], today - timedelta(days=120)
    for number, (title, standard, clause, food, kind, problem) in enumerate(found):
        values = {
            "problem_title": title,
            "standard_no": standard,
            "clause": clause,
            "standard_level": "national",
            "food_class": food,
            "problem_kind": kind,
            "problem": f"{problem}（演示）",
            "found_on": (start + timedelta(days=number)).isoformat(),
            "found_in": ("inspection", "enterprise", "laboratory", "monitoring")[number],
            "samples": 6 + number * 5,
        }
        with clock.at(start + timedelta(days=number)):
            item = Item(
                region=PROVINCE, agency=HEALTH, values=values, effective_on=start + timedelta(days=number)
            )
            refs += carry_out(FOOD, "submit", [item], by=BY)
    keys = [ref.key for ref in refs]
    with clock.at(start + timedelta(days=20)):
        items = [
            Item(key=key, values={"verification": "抽查六家企业，情况属实。"}, reason="核实")
            for key in keys[:3]
        ]
        carry_out(FOOD, "verify", items, by=BY)
    with clock.at(start + timedelta(days=40)):
        sent = {"fed_back_to": "国家食品安全风险评估中心"}
        carry_out(FOOD, "forward", [Item(key=key, values=sent) for key in keys[:2]], by=BY)
    with clock.at(start + timedelta(days=80)):
        answer = {"answer": "已列入标准修订计划。", "outcome": "revision"}
        carry_out(FOOD, "dispose", [Item(key=keys[0], values=answer, reason="收到答复")], by=BY)


def decide(today: date) -> None:
    """One alert that is in hand already."""
    found, _count = alerts.alerts_of("stale_adoption", today, size=1)
    if found:
        decide_alert([found[0].key], "in_hand", reason="已向全国技术委员会提出修订建议。", by=BY)


def batches(today: date) -> Iterator[Work]:
    """Pieces of work, each in a transaction of its own."""
    yield register
    yield draw_system
    yield lambda: run_programme(today)
    yield lambda: enter_old(today)
    yield lambda: follow_up(today)
    yield lambda: decide(today)
