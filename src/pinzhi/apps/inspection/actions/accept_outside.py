"""Take in results of other levels and regions: one test, accepted by all. They count for the rule of no repeat, and stand
in a public register of their own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction

from pinzhi.apps.inspection import access
from pinzhi.apps.inspection.attempts import keep_refused
from pinzhi.apps.inspection.models import OutsideResult
from pinzhi.apps.inspection.models.programme import Level
from pinzhi.apps.inspection.publishing_outside import publish_outside
from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import NotPermitted, RefusedRows, RowError
from pinzhi.kernel.places import queries as places
from pinzhi.rules.identifiers import gtin, uscc
from pinzhi.rules.inspection.matching import product_key

TEXTS = {
    "reference": 120, "region": 12, "agency": 200, "producer_code": 18, "producer_name": 200, "product_name": 200,
    "trademark": 100, "specification": 120, "standard_executed": 120, "gtin": 14, "laboratory": 200,
}  # fmt: skip
Kept = dict[str, Any]


def accept_outside(source: str, rows: Sequence[Mapping[str, Any]], *, by: Actor) -> int:
    """Rows by field name with `reference` (number at the source), `level`, `sampled_on`, `verdict`, `failed_items`; what was
    taken in before is brought up to date. All or nothing. Raises NotPermitted, RefusedRows.
    """
    require(by)
    kept, errors = checked(source, rows)
    if errors:
        keep_refused("outside", rows, errors, key="reference", by=by)
        raise RefusedRows(errors)
    return write([one for _row, one in kept], by=by)


def accept_good_ones(
    source: str, rows: Sequence[Mapping[str, Any]], *, by: Actor
) -> tuple[int, list[RowError]]:
    """The same row by row: good rows are taken, the others refused with what is wrong of each, and kept as attempts.

    Returns how many were taken, and the errors with the rows' numbers from 1. Raises NotPermitted.
    """
    require(by)
    kept, errors = checked(source, rows)
    wrong = {error.row for error in errors}
    if errors:
        keep_refused("outside", rows, errors, key="reference", by=by)
    return write([one for row, one in kept if row not in wrong], by=by), errors


def require(by: Actor) -> None:
    if not access.anywhere(by, "inspection.report"):
        raise NotPermitted(
            "not_permitted", zh="您没有接收外部结果的权限。", en="You may not take in results."
        )


def checked(source: str, rows: Sequence[Mapping[str, Any]]) -> tuple[list[tuple[int, Kept]], list[RowError]]:
    """Each row as it would be kept with its number from 1, and everything that is wrong."""
    kept: list[tuple[int, Kept]] = []
    errors: list[RowError] = []
    seen: dict[tuple[str, str], int] = {}
    for number, raw in enumerate(rows, 1):
        one, wrong = _row(number, source, raw)
        first = seen.setdefault((one["source"], one["reference"]), number)
        if first != number and one["reference"]:
            wrong.append(
                RowError(
                    number, "reference", one["reference"], f"与第{first}行编号相同", f"has the number of row {first}"
                )
            )  # fmt: skip
        errors += wrong
        kept.append((number, one))
    return kept, errors


def write(kept: Sequence[Kept], *, by: Actor) -> int:
    """Keep and publish rows that were checked; those known by source and number are brought up to date."""
    if not kept:
        return 0
    moment = clock.now()
    with transaction.atomic():
        OutsideResult.objects.bulk_create(
            [OutsideResult(**one, entered_at=moment, entered_by=by.username) for one in kept],
            update_conflicts=True,
            unique_fields=["source", "reference"],
            update_fields=[
                *TEXTS.keys() - {"reference"},
                "product_key",
                "level",
                "sampled_on",
                "verdict",
                "failed_items",
            ],
            batch_size=1000,
        )
        publish_outside(kept, by=by)
        audit.record("inspection.accept_outside", by=by, register=access.RESULTS, count=len(kept))
    return len(kept)


def _row(number: int, source: str, raw: Mapping[str, Any]) -> tuple[Kept, list[RowError]]:
    errors: list[RowError] = []
    one: Kept = {}

    def wrong(column: str, value: Any, zh: str, en: str, right_zh: str = "", right_en: str = "") -> None:
        errors.append(
            RowError(number, column, None if value is None else str(value), zh, en, right_zh, right_en)
        )

    for name, most in TEXTS.items():
        one[name] = str(raw.get(name) or "").strip()
        if len(one[name]) > most:
            wrong(name, one[name][:40], f"超过{most}字", f"is longer than {most} characters")
            one[name] = one[name][:most]
    source = str(raw.get("source") or source).strip()[:120]
    day = _day(raw.get("sampled_on"))
    if day is None:
        wrong(
            "sampled_on", raw.get("sampled_on"), "不是日期", "is no day", "例如 2026-04-08", "e.g. 2026-04-08"
        )
    elif day > clock.today():
        wrong("sampled_on", day, "抽样日期晚于今天", "is a day to come")
    if not source or not one["reference"]:
        wrong("reference", None, "没有来源或来源编号", "has no source or number there")
    level, verdict = str(raw.get("level") or ""), str(raw.get("verdict") or "")
    if level not in Level.values:
        wrong(
            "level", level, "级别不在范围内", "is no level", "、".join(Level.values), ", ".join(Level.values)
        )
    if verdict not in ("pass", "fail"):
        wrong(
            "verdict",
            verdict,
            "结论应为合格或不合格",
            "is neither pass nor fail",
            "pass、fail",
            "pass or fail",
        )
    if one["producer_code"]:
        try:
            one["producer_code"] = uscc.parse(one["producer_code"]).text
        except ValueError:
            wrong(
                "producer_code", one["producer_code"], "统一社会信用代码不对", "is no credit code",
                "核对代码，没有的留空并写企业名称", "check it, or leave it empty and give the name",
            )  # fmt: skip
    if one["gtin"]:
        try:
            one["gtin"] = gtin.parse(one["gtin"]).text
        except ValueError:
            wrong("gtin", one["gtin"], "条码校验位不对", "the bar code's check digit is wrong")
    if one["region"] and places.region(one["region"]) is None:
        wrong("region", one["region"], "没有这个地区", "is no region", "填行政区划代码", "give its code")
    if not one["product_name"]:
        wrong("product_name", None, "没有产品名称", "the product has no name")
    one |= {
        "source": source,
        "level": level,
        "verdict": verdict,
        "sampled_on": day,
        "product_key": key_of(one),
        "failed_items": _items(raw.get("failed_items")),
    }
    if not one["product_key"]:
        wrong(
            "producer_code", None, "缺少生产者，或标准、商标、规格都没有，无法匹配", "cannot be matched to any goods",
            "填写生产者，以及执行标准、商标、规格型号之一", "give the producer, and standard, trademark or specification",
        )  # fmt: skip
    return one, errors


def key_of(row: Mapping[str, str]) -> str:
    return product_key(
        row["producer_code"] or row["producer_name"],
        row["standard_executed"],
        row["trademark"],
        row["specification"],
    )


def _day(raw: Any) -> date | None:
    if isinstance(raw, date):
        return raw
    try:
        return date.fromisoformat(str(raw))
    except ValueError:
        return None


def _items(raw: Any) -> list[str]:
    found = raw if isinstance(raw, list) else [raw] if raw else []
    return [str(one)[:120] for one in found][:40]
