"""The lists that draws of people and laboratories are made from: inspectors, capabilities, recusals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction

from pinzhi.apps.inspection import access
from pinzhi.apps.inspection.models import Capability, DetailedRules, Inspector, Recusal
from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import Refused, RefusedRows, RowError
from pinzhi.rules.identifiers import uscc


@transaction.atomic
def list_inspectors(rows: Sequence[Mapping[str, Any]], *, by: Actor) -> int:
    """Put inspectors on the list or change them: `code`, `name`, `agency`, `region`, `username`, `active`."""
    access.require(by, "inspection.plan", {str(r["region"]) for r in rows})
    for row in rows:
        Inspector.objects.update_or_create(
            code=str(row["code"]),
            defaults={
                "name": str(row["name"]),
                "agency": str(row["agency"]),
                "region": str(row["region"]),
                "username": str(row.get("username") or ""),
                "active": bool(row.get("active", True)),
            },
        )
    audit.record("inspection.list_inspectors", by=by, count=len(rows))
    return len(rows)


@transaction.atomic
def declare_capabilities(rows: Sequence[Mapping[str, Any]], *, by: Actor) -> int:
    """Say what laboratories may test: `laboratory` (credit code), `name`, `region`, `rules` (code), `valid_from`,
    `valid_until`, `capacity`. Raises NotPermitted, RefusedRows.
    """
    access.require(by, "inspection.plan", {str(r["region"]) for r in rows})
    known = {r.code: r for r in DetailedRules.objects.filter(code__in={str(r["rules"]) for r in rows})}
    errors = []
    for number, row in enumerate(rows, 1):
        if str(row["rules"]) not in known:
            errors.append(
                RowError(number, "rules", str(row["rules"]), "没有这份实施细则", "there are no such rules")
            )
        try:
            uscc.parse(str(row["laboratory"]))
        except ValueError:
            errors.append(
                RowError(
                    number, "laboratory", str(row["laboratory"]), "统一社会信用代码不对", "is no credit code"
                )
            )
    if errors:
        raise RefusedRows(errors)
    Capability.objects.bulk_create(
        [
            Capability(
                body_code=str(row["laboratory"]),
                name=str(row["name"])[:200],
                region=str(row["region"]),
                rules=known[str(row["rules"])],
                valid_from=row["valid_from"],
                valid_until=row.get("valid_until"),
                capacity=int(row.get("capacity") or 0),
            )
            for row in rows
        ],
        update_conflicts=True,
        unique_fields=["body_code", "rules", "valid_from"],
        update_fields=["name", "region", "valid_until", "capacity"],
    )
    audit.record("inspection.declare_capabilities", by=by, count=len(rows))
    return len(rows)


@transaction.atomic
def recuse(
    who: str, uscc_code: str, *, reason: str, since: date | None = None, region: str, by: Actor
) -> None:
    """Bar an inspector or a laboratory from matters of an enterprise. Raises NotPermitted, Refused."""
    access.require(by, "inspection.plan", [region])
    if not reason.strip():
        raise Refused("no_reason", zh="请写明回避原因。", en="Say why.", place="reason")
    Recusal.objects.get_or_create(
        who=who, uscc=uscc_code, since=since or clock.today(), defaults={"reason": reason.strip()[:300]}
    )
    audit.record("inspection.recuse", by=by, subject_kind="enterprise", subject_key=uscc_code, region=region)
