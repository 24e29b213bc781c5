"""Set risk classes of enterprises as a file says, each from its day on. They are never published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from pinzhi.apps.parties import access
from pinzhi.apps.parties.cleaning import Cleaner, Kept
from pinzhi.apps.parties.models import Enterprise, RiskClass
from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import RefusedRows, RowError
from pinzhi.kernel.registers.rows import update_rows


def set_risk_classes(rows: Sequence[Mapping[str, Any]], *, source: str = "", by: Actor) -> int:
    """Rows of `uscc`, `risk_class`, `since` (today), `until`, `basis`; returns how many classes were set or changed.

    The class before ends the day before. All or nothing. Raises NotPermitted, RefusedRows.
    """
    cleaner = Cleaner("risk_classes")
    kept, errors = [], []
    for number, raw in enumerate(rows, 1):
        one, wrong = cleaner.whole(raw, number)
        errors += wrong
        kept.append(one)
    found, wrong = enterprises_of(kept, range(1, len(kept) + 1))
    errors += wrong
    if errors:
        raise RefusedRows(errors)
    with transaction.atomic():
        count = write_risk_classes(kept, found, source=source, by=by)
        audit.record(
            "parties.set_risk_classes",
            by=by,
            register=access.ENTERPRISES,
            count=count,
            detail={"import": source},
        )
    return count


def enterprises_of(
    kept: Sequence[Kept], numbers: Sequence[int]
) -> tuple[dict[str, Enterprise], list[RowError]]:
    """The enterprises of the rows by code; rows whose enterprise is on no roster, and codes that stand twice."""
    codes = [one["uscc"] for one in kept if "uscc" in one]
    found = {row.uscc: row for row in Enterprise.objects.filter(uscc__in=codes).only("uscc", "region")}
    errors: list[RowError] = []
    seen: dict[tuple[str, str], int] = {}
    for row, one in zip(numbers, kept, strict=True):
        code = one.get("uscc")
        if code and code not in found:
            errors.append(
                RowError(
                    row,
                    "统一社会信用代码",
                    code,
                    "企业名录中没有这家企业",
                    "is on no roster",
                    "先登记企业",
                    "register it first",
                )
            )
        if code:
            place = (code, one.get("since", ""))
            if place in seen:
                errors.append(
                    RowError(
                        row,
                        "统一社会信用代码",
                        code,
                        f"与第 {seen[place]} 行重复",
                        f"repeats row {seen[place]}",
                    )
                )
            seen[place] = row
        if one.get("until") and one["until"] < one.get("since", clock.today().isoformat()):
            errors.append(RowError(row, "截止日期", one["until"], "早于起始日期", "is before the first day"))
    return found, errors


def write_risk_classes(
    kept: Sequence[Kept], found: Mapping[str, Enterprise], *, source: str, by: Actor
) -> int:
    """Write classes in the caller's transaction; permission for every region that occurs."""
    access.require(by, "parties.set_risk", access.ENTERPRISES, {row.region for row in found.values()})
    moment, today, count = clock.now(), clock.today(), 0
    present: dict[int, list[RiskClass]] = {}
    for row in RiskClass.objects.filter(enterprise__in=list(found.values())).order_by("since"):
        present.setdefault(row.enterprise_id, []).append(row)
    fresh, ended = [], []
    for one in kept:
        enterprise = found[one["uscc"]]
        since = date.fromisoformat(one["since"]) if one.get("since") else today
        until = date.fromisoformat(one["until"]) if one.get("until") else None
        rows = present.setdefault(enterprise.pk, [])
        same = next((row for row in rows if row.since == since), None)
        later = min((row.since for row in rows if row.since > since), default=None)
        if later is not None and (until is None or until >= later):
            until = later - timedelta(days=1)
        for row in rows:
            if row.since < since and (row.until is None or row.until >= since):
                row.until = since - timedelta(days=1)
                ended.append(row)
        if same is not None:
            if (same.risk_class, same.until) != (one["risk_class"], until):
                same.risk_class, same.until, same.basis = one["risk_class"], until, one.get("basis", "")
                same.source, same.set_at, same.set_by = source, moment, by.username
                ended.append(same)
                count += 1
            continue
        row = RiskClass(
            enterprise=enterprise,
            risk_class=one["risk_class"],
            since=since,
            until=until,
            basis=one.get("basis", ""),
            source=source,
            set_at=moment,
            set_by=by.username,
        )
        rows.append(row)
        fresh.append(row)
        count += 1
    RiskClass.objects.bulk_create(fresh, batch_size=2000)
    changed = {row.pk: row for row in ended if row.pk}
    update_rows(list(changed.values()), ["risk_class", "until", "basis", "source", "set_at", "set_by"])
    return count
