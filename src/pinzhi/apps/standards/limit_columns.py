"""Columns of limits in spreadsheets: what a file may bring, and what a download holds. A download opens in the import again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pinzhi.apps.standards.limit_rows import AGGREGATES, MARKETS
from pinzhi.apps.standards.limit_words import vocabulary
from pinzhi.apps.standards.models.limits import LimitEntry
from pinzhi.kernel.transfer.columns import Column
from pinzhi.rules.standards.limits import COLUMNS

_EXAMPLES = {
    "edition": "GB 31701-2015",
    "clause": "5.2",
    "market": "中国",
    "scope": "婴幼儿纺织产品",
    "applies": "A类",
    "analyte": "甲醛含量",
    "kind": "含量",
    "aggregate": "单项",
    "value": "≤20 mg/kg",
    "method": "GB/T 2912.1",
    "effective_on": "2016-06-01",
    "source": "标准文本表1",
}
_HELP = {
    "kind": (
        "单位相同的量不一定可比，必须写明：含量、可迁移元素、特定迁移量、pH、灰卡级数 …",
        "The unit does not tell what may be compared: content, migration of elements, specific migration, pH …",
    ),
    "value": (
        "照原文写：≤20 mg/kg、4.0–8.5、3-4级、不得检出（检出限 20 mg/kg）、禁用",
        "As it is written: ≤20 mg/kg, 4.0–8.5, 3-4, not detected (LOD 20 mg/kg), prohibited",
    ),
    "comparator": (
        "限值分栏写的：<=、>=、<、>、range、not_detected、prohibited",
        "Where the limit stands in parts",
    ),
    "aggregate": ("单项、总和、平均值、最大值；不写为单项", "each, sum, mean or max; each where left out"),
    "clause": ("没有条款的写表号或页码", "A table or page where there is no clause"),
}
_EN = {
    "edition": "Document no.",
    "clause": "Clause",
    "market": "Market",
    "scope": "Products",
    "applies": "Class or part",
    "analyte": "Indicator",
    "kind": "Kind of quantity",
    "aggregate": "How the value is taken",
    "value": "Limit",
    "comparator": "Sign",
    "low": "Lower bound",
    "high": "Upper bound",
    "lod": "Detection limit",
    "unit": "Unit",
    "method": "Test method",
    "conditions": "Conditions",
    "effective_on": "Holds from",
    "withdrawn_on": "Holds until",
    "source": "Source",
}
_REQUIRED = ("edition", "clause", "analyte", "kind", "source")


def _column(name: str) -> Column:
    zh, en = _HELP.get(name, ("", ""))
    return Column(
        name,
        COLUMNS[name][0],
        _EN[name],
        required=name in _REQUIRED,
        aliases=tuple(n for n in COLUMNS[name] if n not in (COLUMNS[name][0], _EN[name])),
        example=_EXAMPLES.get(name, ""),
        help_zh=zh,
        help_en=en,
    )


IMPORT_COLUMNS: tuple[Column, ...] = (
    *(_column(name) for name in COLUMNS),
    Column("document_title", "文件名称", "Title of the document", aliases=("标准名称", "title")),
    Column("family", "产品大类", "Product family", aliases=("family",)),
    Column("note", "备注", "Note", aliases=("note", "remark")),
)
#: What a template asks for: the limit in one column; the parts are for files that have them.
TEMPLATE_COLUMNS = tuple(c for c in IMPORT_COLUMNS if c.name not in ("comparator", "low", "high", "lod"))


def exported(entries: Sequence[LimitEntry], lang: str) -> Iterator[Mapping[str, Any]]:
    """Limits as rows of `TEMPLATE_COLUMNS`."""
    kinds = vocabulary().kinds
    for row in entries:
        document = row.document
        yield {
            "edition": document.number,
            "clause": row.clause,
            "market": MARKETS.get(document.market, {}).get(lang, document.market),
            "scope": row.scope,
            "applies": row.applies,
            "analyte": row.analyte,
            "kind": kinds[row.kind].title[lang],
            "aggregate": AGGREGATES[row.aggregate][lang],
            "value": row.value,
            "unit": "",
            "method": row.method,
            "conditions": row.conditions,
            "effective_on": row.effective_on.isoformat() if row.effective_on else "",
            "withdrawn_on": row.withdrawn_on.isoformat() if row.withdrawn_on else "",
            "source": row.source,
            "document_title": document.title_zh or document.title_en,
            "family": document.family,
            "note": row.note,
        }


_VERDICT_HEADS = (
    ("indicator", "指标", "Indicator"),
    ("kind", "量的种类", "Kind of quantity"),
    ("products", "产品和类别", "Products and class"),
    ("domestic_document", "国内标准", "Domestic standard"),
    ("domestic", "国内限值", "Domestic limit"),
    ("domestic_clause", "国内条款", "Domestic clause"),
    ("domestic_method", "国内方法", "Domestic method"),
    ("market", "市场", "Market"),
    ("foreign_document", "国外文件", "Foreign document"),
    ("foreign", "国外限值", "Foreign limit"),
    ("foreign_clause", "国外条款", "Foreign clause"),
    ("foreign_method", "国外方法", "Foreign method"),
    ("foreign_products", "国外适用产品", "Foreign products"),
    ("verdict", "结论代码", "Verdict (code)"),
    ("verdict_zh", "结论", "Verdict (Chinese)"),
    ("verdict_en", "结论（英文）", "Verdict"),
    ("reason_code", "理由代码", "Reason (code)"),
    ("reason_zh", "理由", "Reason (Chinese)"),
    ("reason_en", "理由（英文）", "Reason"),
)
VERDICT_COLUMNS: tuple[Column, ...] = tuple(Column(name, zh, en) for name, zh, en in _VERDICT_HEADS)
