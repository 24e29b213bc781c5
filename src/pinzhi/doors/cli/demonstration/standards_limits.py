"""Limits of four product families, comparison studies and the degree of conformity, made by the real actions.

The limits are plain facts with clause and source (standards/limits.yaml). Who studied them, what was concluded and the
further key standards of the invented province are made up, and say so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from importlib.resources import files
from random import Random
from typing import Any

from pinzhi.apps.standards import queries_limits as queries
from pinzhi.apps.standards.actions.compute_conformity import compute_conformity, publish_conformity
from pinzhi.apps.standards.actions.decide_limits import confirm_limits
from pinzhi.apps.standards.actions.draw_up_study import approve_study, draw_up_study, submit_study
from pinzhi.apps.standards.actions.enter_limits import enter_limits
from pinzhi.apps.standards.actions.keep_key_lists import (
    save_international_standard,
    save_key_field,
    save_key_standard,
)
from pinzhi.apps.standards.actions.save_limit_documents import save_limit_documents
from pinzhi.doors.cli.demonstration import accounts
from pinzhi.doors.cli.demonstration.parties import SEED
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.rules import yaml_text

REGION = accounts.PROVINCE
INVENTED = "演示数据（虚构）"
TEXTILES, TOYS, BOARDS, CERAMICS = "婴幼儿及儿童纺织产品", "玩具", "人造板及家具（甲醛释放）", "日用陶瓷"
FIELDS = (
    ("children_textiles", TEXTILES, "Textiles for infants and children"),
    ("toys", TOYS, "Toys"),
    ("furniture_boards", "家具及人造板", "Furniture and wood-based panels"),
    ("ceramics", CERAMICS, "Ceramic ware"),
)
#: number, title, field, counterpart, degree, whether the edition adopted is in force, benchmarks of its limits.
KEY_STANDARDS: Sequence[tuple[str, str, str, str, str, bool | None, Sequence[str]]] = (
    ("GB 18401-2010", "国家纺织产品基本安全技术规范", "children_textiles", "", "", None,
     ("REACH Annex XVII 43", "REACH Annex XVII 72", "OEKO-TEX STANDARD 100", "Japan Act No. 112 of 1973")),
    ("GB 31701-2015", "婴幼儿及儿童纺织产品安全技术规范", "children_textiles", "", "", None,
     ("CPSIA section 101", "REACH Annex XVII 72")),
    ("GB/T 2912.1-2009", "纺织品 甲醛的测定 第1部分", "children_textiles", "ISO 14184-1:1998", "MOD", False, ()),
    ("GB/T 7573-2009", "纺织品 水萃取液pH值的测定", "children_textiles", "ISO 3071:2005", "MOD", False, ()),
    ("GB 6675.4-2014", "玩具安全 第4部分：特定元素的迁移", "toys", "ISO 8124-3:2010", "MOD", False,
     ("ISO 8124-3:2020", "Directive 2009/48/EC", "ASTM F963-17")),
    ("GB 6675.1-2014", "玩具安全 第1部分：基本规范", "toys", "", "", None,
     ("16 CFR 1307", "REACH Annex XVII 51", "REACH Annex XVII 52")),
    ("GB 24613-2009", "玩具用涂料中有害物质限量", "toys", "", "", None, ("16 CFR 1303",)),
    ("GB 18580-2017", "室内装饰装修材料 人造板及其制品中甲醛释放限量", "furniture_boards", "", "", None,
     ("EN 13986:2004+A1:2015", "40 CFR 770", "JAS F☆☆☆☆", "REACH Annex XVII 77")),
    ("GB 4806.4-2016", "食品安全国家标准 陶瓷制品", "ceramics", "ISO 6486-2:1999", "NEQ", True,
     ("ISO 6486-2:1999", "Directive 84/500/EEC", "FDA CPG 545.450/545.400")),
)  # fmt: skip
#: family, title, conclusion, follow-up; two studies a year.
STUDIES = (
    (CERAMICS, "日用陶瓷铅、镉溶出量国内外比对", "扁平制品、贮存罐、杯类与国际标准一致；烹调器皿的铅、镉限值宽于国际标准。",
     "建议归口单位修订时研究烹调器皿限值；出口企业按目的地限值控制。"),
    (TOYS, "玩具可迁移元素与增塑剂国内外比对", "可迁移元素与国际标准、美国一致；铅、镉、砷等宽于欧盟。"
     "增塑剂按总和控制，与美国按单项控制的物质组合不同，不能直接比较。",
     "对出口欧盟企业开展专题培训；跟踪国际标准修订。"),
    (BOARDS, "人造板甲醛释放限量国内外比对", "气候箱法限量与欧盟E1一致；美国以体积分数、日本以干燥器法规定，方法和量不同，不能换算比较。",
     "推动检测机构同时具备各目的地方法的能力。"),
    (TEXTILES, "婴幼儿及儿童纺织产品安全指标国内外比对", "甲醛A类宽于生态标签、严于欧盟；"
     "铅、镉欧盟限可萃取量，我国限总量，不能直接比较；唾液色牢度等为我方特有。",
     "向归口标委会反映比对结果；组织生产企业对标。"),
)  # fmt: skip


def facts() -> list[dict[str, Any]]:
    path = files("pinzhi.doors.cli.demonstration").joinpath("standards", "limits.yaml")
    found: dict[str, Any] = yaml_text.load(path.read_text(encoding="utf-8"))
    return list(found["documents"])


def batches(today: date) -> Iterator[Callable[[], Any]]:
    """Pieces of work, each in a transaction of its own. Who enters, and who confirms, are two of the accounts."""
    begin = date(today.year - 5, 3, 1)
    clerk, approver = accounts.actor("demo-clerk"), accounts.actor("demo-approver")
    yield lambda: enter(begin, clerk, accounts.actor("demo-reviewer"))
    days = [date(year, 12, 20) for year in range(today.year - 4, today.year)]
    if today >= date(today.year, 6, 30):
        days.append(date(today.year, 6, 30))
    for number, day in enumerate(days):
        yield lambda number=number, day=day: compute(number, day, clerk, approver)  # type: ignore[misc]
        yield lambda number=number, day=day: study(number, day, clerk, approver)  # type: ignore[misc]
        if day.year < today.year:
            yield lambda number=number, day=day: study(number + 1, day, clerk, approver)  # type: ignore[misc]
    yield lambda: left_open(clerk)


def enter(day: date, by: Actor, second: Actor) -> None:
    """Documents and their limits, entered, and confirmed by a second person."""
    with clock.at(day):
        found = facts()
        saved = save_limit_documents([_document(one["document"]) for one in found], region=REGION, by=by)
        ids: list[int] = []
        for owner, one in zip(saved, found, strict=True):
            rows = [{**one["common"], **limit} for limit in one["limits"]]
            ids += [entry.pk for entry in enter_limits(owner.pk, rows, by=by)]
        confirm_limits(ids, by=second)


def _document(head: Mapping[str, Any]) -> dict[str, Any]:
    days = {
        name: date.fromisoformat(head[name]) for name in ("effective_on", "withdrawn_on") if head.get(name)
    }
    return {**head, **days}


def _documents() -> dict[str, int]:
    keys = queries.limit_document_numbers()
    return {number.replace("—", "-"): pk for number, pk in keys.items()}


def compute(number: int, day: date, by: Actor, approver: Actor) -> None:
    """The lists as they stood in a year, the rates computed from them, and published."""
    with clock.at(day):
        fields = (
            {
                code: save_key_field(
                    {
                        "code": code,
                        "title_zh": zh,
                        "title_en": en,
                        "basis": f"全省消费品标准和质量提升规划 · {INVENTED}",
                    },
                    region=REGION,
                    by=by,
                )
                for code, zh, en in FIELDS
            }
            if number == 0
            else queries.key_fields(REGION)
        )
        if number == 0:
            pks = _documents()
            for text, title, field, counterpart, degree, current, benchmarks in KEY_STANDARDS:
                values = {
                    "number": text,
                    "title_zh": title,
                    "counterpart": counterpart,
                    "degree": degree,
                    "current": current,
                }
                save_key_standard(
                    fields[field],
                    {**values, "source": "标准文本前言"},
                    benchmarks=[pks[one] for one in benchmarks],
                    by=by,
                )
        _invented(number, fields, by)
        run = compute_conformity(region=REGION, by=by)
        publish_conformity(run.pk, by=approver)


def _invented(number: int, fields: Mapping[str, Any], by: Actor) -> None:
    """Forty further key standards of the invented province: each year some more adopt the edition in force."""
    for place in range(40):
        code = FIELDS[place % len(FIELDS)][0]
        begins = Random(f"{SEED}:key standard:{place}").randrange(-12, 6)
        if number and begins != number:
            continue
        current = begins <= number
        common = {"source": INVENTED}
        counterpart = f"ISO 99{place + 100}"
        save_key_standard(
            fields[code],
            {
                "number": f"GB/T 99{place + 100}",
                "title_zh": f"{fields[code].title_zh} 演示标准{place + 1}（虚构）",
                "counterpart": counterpart,
                "degree": "IDT" if place % 3 else "MOD",
                "current": current,
                **common,
            },
            benchmarks=[],
            by=by,
        )
        save_international_standard(
            fields[code],
            {
                "number": counterpart,
                "title": "演示用国际标准（虚构）",
                "convertible": place % 13 != 5,
                "why_not": "与国内法规体系不同" if place % 13 == 5 else "",
                "converted_by": f"GB/T 99{place + 100}" if current else "",
                **common,
            },
            by=by,
        )


def study(number: int, day: date, by: Actor, approver: Actor) -> None:
    """A comparison study, approved before the year is out."""
    family, title, conclusion, follow_up = STUDIES[number % len(STUDIES)]
    with clock.at(day):
        rows = list(queries.limit_documents(family=family))
        made = draw_up_study(
            {
                "title": f"{title}（{day.year}年）",
                "year": day.year,
                "family": family,
                "lead_unit": f"省标准化研究院 · {INVENTED}",
                "purpose": "比较国内强制性标准与国际标准、主要出口市场规则的指标限值。",
                "conclusion": f"{conclusion}（{INVENTED}）",
                "follow_up": follow_up,
                "follow_up_due": date(day.year + 1, 6, 30),
                "compared_on": day,
            },
            domestic=[
                row.pk
                for row in rows
                if row.domestic and (row.withdrawn_on is None or row.withdrawn_on >= day)
            ],
            foreign=[row.pk for row in rows if not row.domestic],
            region=REGION,
            by=by,
        )
        submit_study(made.number, by=by)
        approve_study(made.number, by=approver)


def left_open(by: Actor) -> None:
    """What is left to do: two entries of one limit that clash, and some that wait for the second person."""
    pks = _documents()
    common = {"scope": "纺织产品", "source": "网页转载的限量表", "clause": "表1", "method": "GB/T 7573"}
    enter_limits(
        pks["GB 18401-2010"],
        [{"analyte": "pH值", "kind": "pH", "value": "4.0–7.5", "applies": "B类", **common}],
        by=by,
    )
    waiting = {
        "kind": "含量",
        "scope": "婴幼儿纺织产品",
        "clause": "待核",
        "source": "标准宣贯材料",
        "applies": "A类",
    }
    enter_limits(
        pks["GB 31701-2015"],
        [{"analyte": "DIBP", "value": "≤0.1 %", "method": "GB/T 20388", **waiting}],
        by=by,
    )
