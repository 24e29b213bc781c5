"""Evaluation plans as they are kept, read into the rule's plan; declarations as the rule's entries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from pinzhi.apps.standards.cleaning_declarations import REGISTER
from pinzhi.apps.standards.declared_facts import Gathered, declared_of
from pinzhi.apps.standards.limit_words import vocabulary
from pinzhi.apps.standards.models import Declaration, Ranking
from pinzhi.apps.standards.queries_declarations import valid_declarations
from pinzhi.kernel import clock, law
from pinzhi.kernel.places import queries as places
from pinzhi.kernel.registers.definitions import FieldDef
from pinzhi.kernel.registers.models import Record
from pinzhi.rules.standards.limits import LimitError
from pinzhi.rules.standards.rankings import Entry, Plan, PlanError, PlanIndicator

METHOD_VERSION = "1"
ROLES = (
    ("basic", "基础指标", "Basic"),
    ("core", "核心指标", "Core"),
    ("innovative", "创新性指标", "Innovative"),
)
BETTER = (("lower", "越低越好", "Lower is better"), ("higher", "越高越好", "Higher is better"))


def plan_field() -> FieldDef:
    """The table of a plan's indicators, for forms and for the API."""
    kinds = [
        {"value": key, "zh": kind.title["zh"], "en": kind.title["en"]}
        for key, kind in vocabulary().kinds.items()
    ]
    columns: list[dict[str, Any]] = [
        {
            "name": "name",
            "title": {"zh": "指标", "en": "Indicator"},
            "constraints": {"required": True, "maxLength": 80},
            "example": "甲醛含量",
        },
        {
            "name": "role",
            "title": {"zh": "类型", "en": "Role"},
            "constraints": {"required": True},
            "options": _options(ROLES),
        },
        {
            "name": "kind",
            "title": {"zh": "量的种类", "en": "Kind of quantity"},
            "constraints": {"required": True},
            "options": kinds,
        },
        {"name": "better", "title": {"zh": "方向", "en": "Direction"}, "options": _options(BETTER)},
        {
            "name": "unit",
            "title": {"zh": "单位", "en": "Unit"},
            "constraints": {"maxLength": 20},
            "example": "mg/kg",
        },
        {
            "name": "floor",
            "title": {"zh": "国家（行业）标准要求", "en": "What the standard demands"},
            "constraints": {"maxLength": 120},
            "example": "≤75",
        },
        {
            "name": "floor_source",
            "title": {"zh": "标准编号", "en": "Standard"},
            "constraints": {"maxLength": 160},
            "example": "GB 31701-2015",
        },
        {
            "name": "tiers",
            "title": {"zh": "分档（用；隔开，从好到低）", "en": "Tiers (parted by ;)"},
            "constraints": {"maxLength": 200},
            "example": "≤20；≤50；≤75",
        },
        {
            "name": "method",
            "title": {"zh": "试验方法", "en": "Test method"},
            "constraints": {"maxLength": 160},
            "example": "GB/T 2912.1",
        },
    ]
    return FieldDef.model_validate(
        {
            "name": "indicators",
            "title": {"zh": "评估指标", "en": "Indicators"},
            "type": "table",
            "constraints": {"required": True, "maxLength": 40},
            "columns": columns,
        }
    )


def _options(rows: Sequence[tuple[str, str, str]]) -> list[dict[str, str]]:
    return [{"value": value, "zh": zh, "en": en} for value, zh, en in rows]


def plan_of(
    product_class: str, indicators: Sequence[Mapping[str, Any]], most_tiers: int = 3, fewer_core: str = ""
) -> Plan:
    """The rule's plan. Raises PlanError naming the row whose kind of quantity nobody knows."""
    words = vocabulary()
    found = []
    for row, one in enumerate(indicators, start=1):
        try:
            kind = words.kind(str(one.get("kind") or ""))
        except LimitError as error:
            raise PlanError(error.zh, error.en, error.remedy_zh, error.remedy_en, row=row) from None
        tiers = [part.strip() for part in str(one.get("tiers") or "").replace(";", "；").split("；")]
        found.append(
            PlanIndicator(
                name=str(one["name"]),
                role=one["role"],
                kind=kind,
                better=one.get("better") or ("higher" if kind.better == "higher" else "lower"),
                unit=str(one.get("unit") or ""),
                floor=str(one.get("floor") or ""),
                floor_source=str(one.get("floor_source") or ""),
                tiers=[part for part in tiers if part],
                method=str(one.get("method") or ""),
            )
        )
    return Plan(product_class, found, most_tiers, fewer_core)


def plan(ranking: Ranking) -> Plan:
    return plan_of(ranking.product_class, ranking.indicators, ranking.most_tiers, ranking.fewer_core)


def candidates(ranking: Ranking, on: date) -> list[Declaration]:
    """The declarations of the plan's class of products in public on a day, in the region of the ranking."""
    rows = valid_declarations(on, product_class=ranking.product_class)
    return list(rows.filter(places.region_q(ranking.region)))


def entries(rows: Sequence[Declaration], on: date) -> list[Entry]:
    """Declarations with what keeps them out: format, a lapsed standard or method, values below mandatory limits."""
    kept = dict(
        Record.objects.filter(register=REGISTER, key__any_of=[row.number for row in rows]).values_list(
            "key", "values"
        )
    )
    declared = {row.number: declared_of(kept[row.number]) for row in rows}
    gathered = Gathered(list(declared.values()), on)
    found = []
    for row in rows:
        one = declared[row.number]
        cited = gathered.cited(one.standard)
        facts = gathered.of(one)
        gate: list[tuple[str, str]] = []
        if not row.standard_key:
            gate.append(("标准编号不符合格式", "the number of its standard is not in form"))
        if cited.state in ("withdrawn", "not_yet", "draft"):
            gate.append((f"标准 {cited.number} 不是现行标准", f"its standard {cited.number} is not in force"))
        if cited.own and not one.indicators:
            gate.append(("没有公开指标", "no indicators are declared"))
        old = sorted(
            {c.number for cites in facts.methods.values() for c in cites if c.state == "withdrawn"}
            & _numbers(one, facts)
        )
        if old:
            gate.append(
                (f"引用的方法标准已废止：{'、'.join(old)}", f"it cites lapsed methods: {', '.join(old)}")
            )
        if "below_mandatory" in row.flags:
            gate.append(("有指标低于强制性标准", "it is below a mandatory standard"))
        if "methods_missing" in row.flags:
            gate.append(("没有写明试验方法", "test methods are missing"))
        found.append(Entry(row.number, one.indicators, gate))
    return found


def _numbers(declared: Any, facts: Any) -> set[str]:
    return {c.number for i in declared.indicators for c in facts.methods.get(i.method, ())}


def core_in_principle() -> int:
    """How many core indicators a plan has in principle, by the law of today."""
    return int(law.value("ranking.core_indicators", clock.today()).number)
