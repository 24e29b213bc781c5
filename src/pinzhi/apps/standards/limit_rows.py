"""Between what is kept of a limit and what the rules compute with."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pinzhi.apps.standards.limit_words import vocabulary
from pinzhi.apps.standards.models.limits import LimitDocument, LimitEntry
from pinzhi.rules.standards.limits import Limit, LimitError, LimitValue, accepted, value_text
from pinzhi.rules.standards.limits.vocabulary import plain

#: Parts of a limit by the field that keeps them.
TEXTS = ("clause", "scope", "applies", "method", "conditions", "source")
AGGREGATES = {
    "each": {"zh": "单项", "en": "Each"},
    "sum": {"zh": "总和", "en": "Sum"},
    "mean": {"zh": "平均值", "en": "Mean"},
    "max": {"zh": "最大值", "en": "Largest"},
    "unclear": {"zh": "原文不明", "en": "Not said"},
}
MARKETS: Mapping[str, Mapping[str, str]] = {
    "CN": {"zh": "中国", "en": "China"},
    "INTL": {"zh": "国际标准", "en": "International"},
    "EU": {"zh": "欧盟", "en": "EU"},
    "US": {"zh": "美国", "en": "US"},
    "JP": {"zh": "日本", "en": "Japan"},
    "KR": {"zh": "韩国", "en": "Korea"},
    "GB": {"zh": "英国", "en": "UK"},
    "DE": {"zh": "德国", "en": "Germany"},
    "FR": {"zh": "法国", "en": "France"},
    "CA": {"zh": "加拿大", "en": "Canada"},
    "AU": {"zh": "澳大利亚", "en": "Australia"},
    "EAEU": {"zh": "欧亚经济联盟", "en": "EAEU"},
    "BR": {"zh": "巴西", "en": "Brazil"},
    "AR": {"zh": "阿根廷", "en": "Argentina"},
    "ASEAN": {"zh": "东盟", "en": "ASEAN"},
    "GCC": {"zh": "海合会", "en": "GCC"},
    "OTHER": {"zh": "其他", "en": "Other"},
}
_MARKET_NAMES = {
    plain(name): code for code, titles in MARKETS.items() for name in (code, *titles.values())
} | {
    "international": "INTL",
    "int'l": "INTL",
    "usa": "US",
    "国际": "INTL",
    "uk": "GB",
    "china": "CN",
    "欧洲": "EU",
}


def market_code(text: str) -> str:
    """The code of a market as people write it; empty where it is not known."""
    return _MARKET_NAMES.get(plain(text), "")


def kept_value(value: LimitValue) -> dict[str, Any]:
    """What was read of a limit, as JSON keeps it: numbers as text."""

    def text(number: Decimal | None) -> str | None:
        return None if number is None else format(number, "f")

    return {
        "form": value.form,
        "unit": value.unit,
        "low": text(value.low),
        "high": text(value.high),
        "low_in": value.low_in,
        "high_in": value.high_in,
        "choices": sorted(value.choices),
        "lod": text(value.lod),
    }


def read_value(kept: Mapping[str, Any], raw: str = "") -> LimitValue:
    def number(name: str) -> Decimal | None:
        return None if kept.get(name) is None else Decimal(kept[name])

    return LimitValue(
        kept["form"],
        kept.get("unit", ""),
        number("low"),
        number("high"),
        kept.get("low_in", True),
        kept.get("high_in", True),
        frozenset(kept.get("choices") or ()),
        number("lod"),
        raw,
    )


def as_limit(entry: LimitEntry, document: LimitDocument | None = None) -> Limit:
    """The limit that the rules know; dates of the document hold where the limit has none of its own."""
    owner = document or entry.document
    return Limit(
        edition=owner.number,
        analyte=entry.analyte,
        kind=vocabulary().kinds[entry.kind],
        value=read_value(entry.read, entry.value),
        clause=entry.clause,
        scope=entry.scope,
        applies=entry.applies,
        aggregate=entry.aggregate,  # type: ignore[arg-type]
        method=entry.method,
        conditions=entry.conditions,
        effective_on=entry.effective_on or owner.effective_on,
        withdrawn_on=entry.withdrawn_on or owner.withdrawn_on,
        market=owner.market,
        source=entry.source,
    )


def fill(entry: LimitEntry, limit: Limit) -> LimitEntry:
    """Put a limit that was read into the row that keeps it."""
    entry.analyte, entry.kind, entry.aggregate = limit.analyte, limit.kind.kind, limit.aggregate
    entry.read = kept_value(limit.value)
    entry.value = _as_written(limit)[:120]
    for name in TEXTS:
        setattr(entry, name, getattr(limit, name))
    entry.effective_on, entry.withdrawn_on = limit.effective_on, limit.withdrawn_on
    entry.place_key = place_key(entry.document_id, limit)
    return entry


def _as_written(limit: Limit) -> str:
    """The words of the document; the unit of the table's head is put to them where they stand without."""
    value = limit.value
    if not value.raw:
        return value_text(value, limit.kind.scale is not None, "zh")
    needs_unit = value.unit and value.unit != "1" and (value.form == "interval" or value.lod is not None)
    raw = unicodedata.normalize("NFKC", value.raw)  # ㎎/㎏ are letters only then
    bare = not any(ch.isalpha() or ch in "%‰°" for ch in raw.replace("pH", ""))
    return f"{value.raw} {value.unit}" if needs_unit and bare else value.raw


def place_key(document_id: int, limit: Limit) -> str:
    """What makes two entries the same demand of one document: then only one of them can be right."""
    parts = (
        str(document_id),
        vocabulary().analyte(limit.analyte).key,
        limit.kind.kind,
        limit.aggregate,
        plain(limit.scope),
        plain(limit.applies),
        plain(limit.method),
        plain(limit.conditions),
        str(limit.effective_on or ""),
    )
    return "|".join(parts)[:400]


def same_demand(one: LimitEntry, other: LimitEntry) -> bool:
    """Whether two entries of one place say the same."""
    kind = vocabulary().kinds[one.kind]
    try:
        sets = [accepted(read_value(e.read), kind, vocabulary()) for e in (one, other)]
    except LimitError:
        return False
    return sets[0] == sets[1]


def refused_in(error: LimitError) -> dict[str, str]:
    """The words of a LimitError for a RowError or a form."""
    return {
        "wrong_zh": error.zh,
        "wrong_en": error.en,
        "right_zh": error.remedy_zh,
        "right_en": error.remedy_en,
    }
