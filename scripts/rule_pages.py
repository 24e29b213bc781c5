#!/usr/bin/env python3
"""Write the tables that hold the rules as pages that an official reads: `docs/reference/rules/*.md`.

The table is the test; the page is made of it, and a test holds that it is up to date.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
PAGES = ROOT / "docs" / "reference" / "rules"
STATUS = {"reached": "已达到", "on_course": "进度正常", "behind": "滞后", "cannot_tell": "无法判断"}
KIND = {"level": "达到", "increment": "新增", "per_year": "每年"}


def cell(text: Any) -> str:
    return str(text).replace("|", "\\|").replace("\n", " ")


def goal(target: dict[str, Any]) -> str:
    top = f"～{target['value_max']}" if target.get("value_max") is not None else ""
    words = [f"{target['comparator']}{target['value']}{top}{target.get('unit', '')}", KIND[target["kind"]]]
    words += [
        f"{name} {value}"
        for name, value in target.items()
        if name not in ("comparator", "value", "value_max", "unit", "kind")
    ]
    return "，".join(words)


def attainment() -> str:
    """目标完成情况的判断 · How a target is judged."""
    data = yaml.safe_load((ROOT / "tests/spec/indicators/attainment.yaml").read_text(encoding="utf-8"))
    plan = data["plan"]
    lines = [
        "# 目标完成情况的判断 · How a target is judged",
        "",
        f"除另有说明，规划期为 {plan['start']} 至 {plan['end']}。"
        "每一行都是一次自动测试：左边是政策怎么说、读数是多少，右边是系统怎么判断。",
        "",
        f"Unless a row says otherwise the plan runs from {plan['start']} to {plan['end']}. Each row is a test.",
    ]
    for section in data["sections"]:
        lines += [
            "",
            f"## {section['zh']} · {section['en']}",
            "",
            "| 情形 | 目标 | 读数 | 判断 | 理由 |",
            "|---|---|---|---|---|",
        ]
        for row in section["rows"]:
            readings = (
                "；".join(f"{day}：{value}" for day, value in (row.get("readings") or {}).items()) or "—"
            )
            gives = row["gives"]
            others = "，".join(f"{k} {v}" for k, v in gives.items() if k not in ("status", "why"))
            lines.append(
                f"| {cell(row['says'])} | {cell(goal(row['target']))} | {cell(readings)} | {STATUS[gives['status']]} |"
                f" {cell(gives.get('why', ''))}{'（' + cell(others) + '）' if others else ''} |"
            )
    return "\n".join(lines) + "\n"


def said(value: object) -> object:
    """A list of named items by its names; any other value as it stands."""
    items = value.get("items") if isinstance(value, dict) else None
    return "；".join(str(one["zh"]) for one in items) if isinstance(items, list) else value


def law() -> str:
    """法律参数 · Parameters of the law."""
    lines = [
        "# 法律参数 · Parameters of the law",
        "",
        "| 参数 | 单位 | 自 | 至 | 数值 | 来源 | 已核对 |",
        "|---|---|---|---|---|---|---|",
    ]
    for path in sorted((ROOT / "src/pinzhi/catalogue/law").glob("*.yaml")):
        for key, entry in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            for value in entry["values"]:
                checked = "是" if value.get("verified") else "否"
                lines.append(
                    f"| {cell(entry['title']['zh'])} `{key}` | {cell(entry.get('unit') or '')} | {value['from']} |"
                    f" {value.get('until') or ''} | {cell(said(value['value']))} | {cell(value['source'])} | {checked} |"
                )
    return "\n".join(lines) + "\n"


VERDICT = {"stricter": "严于", "equal": "等同", "laxer": "宽于", "incomparable": "不可比"}


def limits() -> str:
    """指标限值的比较 · How limits are compared."""
    folder = ROOT / "tests/spec/standards"
    lines = [
        "# 指标限值的比较 · How limits are compared",
        "",
        "比较的是合格范围：甲的合格范围在乙之内为“严于”，相同为“等同”，包含乙为“宽于”，其余“不可比”并说明理由。"
        "量的种类不同、试验方法不等效、适用产品没有交集、条件或时期不同的，不作比较。每一行都是一次自动测试。",
        "",
        "What is compared is what passes. Nothing is put in order across kinds of quantity, unlike methods, disjoint products,",
        "other conditions or other times. Each row is a test.",
    ]
    words = {
        "scope": "",
        "class": "",
        "aggregate": "",
        "method": "方法 ",
        "conditions": "条件 ",
        "from": "自 ",
        "until": "至 ",
    }
    for group in yaml.safe_load((folder / "limits_pairs.yaml").read_text(encoding="utf-8")):
        base = group["base"]
        said = "，".join(str(value) for value in base.values())
        lines += ["", f"## {said}", "", "| 甲 | 乙 | 甲对乙 | 理由代码 |", "|---|---|---|---|"]
        for pair in group["pairs"]:
            sides = []
            for side in (pair["a"], pair["b"]):
                more = [side.get("analyte", ""), side.get("kind", ""), side["value"]]
                more += [f"{word}{side[name]}" for name, word in words.items() if side.get(name)]
                sides.append(cell("，".join(filter(None, map(str, more)))))
            lines.append(f"| {sides[0]} | {sides[1]} | {VERDICT[pair['is']]} | {pair.get('why', '')} |")
    lines += ["", "## 限值的写法 · How limits are read", "", "| 量的种类 | 原文 | 结果 |", "|---|---|---|"]
    table = yaml.safe_load((folder / "limits_read.yaml").read_text(encoding="utf-8"))
    for row in [*table["read"], *table["refused"]]:
        unit = f"（单位栏 {row['unit']}）" if row.get("unit") else ""
        result = row.get("is") or f"不予接受：{row['code']}"
        lines.append(f"| {cell(row['kind'])} | {cell(row['raw'] or '（空）')}{unit} | {cell(result)} |")
    return "\n".join(lines) + "\n"


def inspection_deadlines() -> str:
    """不合格后处理期限 · Terms after a failed check."""
    from datetime import date

    sys.path.insert(0, str(ROOT / "src"))
    from pinzhi.rules.inspection.deadlines import CLOCKS, term
    from pinzhi.rules.law import parse

    law = parse(
        yaml.safe_load((ROOT / "src/pinzhi/catalogue/law/inspection.yaml").read_text(encoding="utf-8"))
    )
    table = yaml.safe_load((ROOT / "tests/spec/inspection/deadlines.yaml").read_text(encoding="utf-8"))
    titles = {rule.name: law.as_of(date(2024, 6, 3)).get(rule.law).title["zh"] for rule in CLOCKS}
    lines = [
        "# 不合格后处理期限 · Terms after a failed check",
        "",
        "期间自起算日的次日计算（《民法典》第二百零一条）；自然日的届满日是休息日的，顺延至下一工作日（第二百零三条）；"
        "工作日不含休息日。每一行都是一次自动测试：届满日、前一日和后一日各核一次。",
        "",
        "A term begins on the day after the one it is counted from. Each row is a test at the last day, the day before and"
        " the day after.",
        "",
        "| 期限 | 责任方 | 时长 | 依据 | 数值已核对 |",
        "|---|---|---|---|---|",
    ]
    who = {"agency": "监管部门", "enterprise": "企业", "laboratory": "检验机构"}
    for rule in CLOCKS:
        days, unit, provisional = term(law.as_of(date(2024, 6, 3)), rule.law)
        length = "立即" if not days else f"{days}{'个工作日' if unit == 'working_day' else '日'}"
        lines.append(
            f"| {titles[rule.name]} | {who[rule.who]} | {length} | {rule.article} | {'否，暂定' if provisional else '是'} |"
        )
    lines += ["", "| 起算日 | 期限 | 届满日 | 说明 | Why |", "|---|---|---|---|---|"]
    lines += [
        f"| {row['from']} | {titles[row['clock']]} | {row['last']} | {row.get('zh', '')} | {row.get('en', '')} |"
        for row in table["rows"]
    ]
    return "\n".join(lines) + "\n"


PAGE_OF = {
    "attainment.md": attainment,
    "inspection-deadlines.md": inspection_deadlines,
    "law.md": law,
    "limits.md": limits,
}


def main() -> int:
    PAGES.mkdir(parents=True, exist_ok=True)
    for name, write in PAGE_OF.items():
        (PAGES / name).write_text(write(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
