"""Take in results of other levels and regions: one test, accepted by all. They count for the rule of no repeat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction

from pinzhi.apps.inspection import access
from pinzhi.apps.inspection.attempts import keep_refused
from pinzhi.apps.inspection.models import OutsideResult
from pinzhi.apps.inspection.models.programme import Level
from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import NotPermitted, RefusedRows, RowError
from pinzhi.rules.inspection.matching import product_key

_TEXTS = {
    "reference": 120, "region": 12, "agency": 200, "producer_code": 18, "producer_name": 200, "product_name": 200,
    "trademark": 100, "specification": 120, "standard_executed": 120, "gtin": 14, "laboratory": 200,
}  # fmt: skip


def accept_outside(source: str, rows: Sequence[Mapping[str, Any]], *, by: Actor) -> int:
    """Rows by field name with `reference` (number at the source), `level`, `sampled_on`, `verdict`, `failed_items`; what was
    taken in before is brought up to date. All or nothing. Raises NotPermitted, RefusedRows.
    """
    if not access.anywhere(by, "inspection.report"):
        raise NotPermitted(
            "not_permitted", zh="您没有接收外部结果的权限。", en="You may not take in results."
        )
    kept, errors = [], []
    for number, raw in enumerate(rows, 1):
        one, wrong = _row(number, source.strip()[:120], raw)
        errors += wrong
        kept.append(one)
    if errors:
        keep_refused("outside", rows, errors, key="reference", by=by)
        raise RefusedRows(errors)
    moment = clock.now()
    with transaction.atomic():
        OutsideResult.objects.bulk_create(
            [OutsideResult(**one, entered_at=moment, entered_by=by.username) for one in kept],
            update_conflicts=True,
            unique_fields=["source", "reference"],
            update_fields=[
                *_TEXTS.keys() - {"reference"},
                "product_key",
                "level",
                "sampled_on",
                "verdict",
                "failed_items",
            ],
            batch_size=1000,
        )
        audit.record("inspection.accept_outside", by=by, register=access.RESULTS, count=len(kept))
    return len(kept)


def _row(number: int, source: str, raw: Mapping[str, Any]) -> tuple[dict[str, Any], list[RowError]]:
    one: dict[str, Any] = {name: str(raw.get(name) or "").strip()[:most] for name, most in _TEXTS.items()}
    errors: list[RowError] = []
    try:
        day = (
            raw["sampled_on"]
            if isinstance(raw.get("sampled_on"), date)
            else date.fromisoformat(str(raw.get("sampled_on")))
        )
    except ValueError:
        day = None
        errors.append(RowError(number, "sampled_on", str(raw.get("sampled_on")), "不是日期", "is no day"))
    if day is not None and day > clock.today():
        errors.append(RowError(number, "sampled_on", str(day), "抽样日期晚于今天", "is a day to come"))
    if not source or not one["reference"]:
        errors.append(
            RowError(number, "reference", None, "没有来源或来源编号", "has no source or number there")
        )
    level, verdict = str(raw.get("level") or ""), str(raw.get("verdict") or "")
    if level not in Level.values:
        errors.append(
            RowError(number, "level", level, "级别不在范围内", "is no level", "、".join(Level.values))
        )
    if verdict not in ("pass", "fail"):
        errors.append(
            RowError(number, "verdict", verdict, "结论应为 pass 或 fail", "is neither pass nor fail")
        )
    key = product_key(
        one["producer_code"] or one["producer_name"],
        one["standard_executed"],
        one["trademark"],
        one["specification"],
    )
    if not key:
        errors.append(
            RowError(
                number,
                "producer_code",
                None,
                "缺少生产者或产品信息，无法匹配",
                "cannot be matched to any goods",
            )
        )
    items = raw.get("failed_items") or []
    one |= {
        "source": source,
        "level": level,
        "verdict": verdict,
        "sampled_on": day,
        "product_key": key,
        "failed_items": [str(i)[:120] for i in (items if isinstance(items, list) else [items])][:40],
    }
    return one, errors
