"""Change what is kept of an enterprise, its name and its end aside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from pinzhi.apps.parties import access, loading
from pinzhi.apps.parties.cleaning import Cleaner, differing
from pinzhi.apps.parties.models import Enterprise
from pinzhi.apps.parties.saving import ENTERPRISE, add_former_names, update_enterprises
from pinzhi.kernel import audit
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import Refused, RefusedRows, RowError, refuse_changed

#: What has an action of its own, because it has a day and a history.
ELSEWHERE = {"uscc": "登记", "name": "更名", "status": "注销"}


@transaction.atomic
def change_enterprise(
    uscc: str, values: Mapping[str, Any], *, revision: int | None = None, by: Actor
) -> list[str]:
    """Change the fields given (a blank one is emptied); returns the names of those that changed.

    Raises NotFound, NotPermitted (the region it has and the one it is to have), RefusedRows, Conflict.
    """
    row = loading.enterprise(uscc)
    access.require(by, "parties.write", access.ENTERPRISES, [row.region])
    refuse_merged(row)
    refuse_changed(row, revision)
    cleaner = Cleaner("enterprises")
    kept, errors = cleaner.given(values, 1)
    for name, how in ELSEWHERE.items():
        if name in kept and kept[name] != getattr(row, name):
            errors.append(RowError(1, name, None, f"请用“{how}”办理", "has an action of its own"))
    for field in cleaner.fields:
        if field.name in values and field.name not in kept and field.required and field.name not in ELSEWHERE:
            if not any(error.column == field.title.zh for error in errors):
                errors.append(
                    RowError(1, field.title.zh, None, "必填", "is required", "请填写", "fill it in")
                )
    if errors:
        raise RefusedRows(errors)
    emptied = {
        field.name: _empty(field.name)
        for field in cleaner.fields
        if field.name in values and field.name not in kept and field.name not in {*ELSEWHERE, "former_names"}
    }
    whole = {**emptied, **kept}
    access.require(by, "parties.write", access.ENTERPRISES, [whole.get("region", row.region)])
    changed = differing(row, whole, ENTERPRISE)
    former = whole.pop("former_names", None)
    if not changed and not former:
        return []
    for name in changed:
        setattr(row, name, whole[name])
    if former:
        add_former_names({row.uscc: former}, by=by)
        changed.append("former_names")
    update_enterprises([row], by=by)
    audit.record(
        "parties.change_enterprise",
        by=by,
        subject_kind="enterprise",
        subject_key=row.uscc,
        register=access.ENTERPRISES,
        region=row.region,
        detail={"fields": ",".join(changed)[:300]},
    )
    return changed


def refuse_merged(row: Enterprise) -> None:
    """Raise Refused for an entry that was merged into another: that one is the firm."""
    if row.merged_into:
        raise Refused(
            "merged",
            zh=f"“{row.name}”已并入 {row.merged_into}。",
            en=f"{row.name} was merged into {row.merged_into}.",
            remedy_zh="请到合并后的企业办理。",
            remedy_en="Do this for the enterprise that it was merged into.",
            status=409,
        )


def _empty(name: str) -> Any:
    if name == "roles":
        return []
    return None if name in ("above_scale", "consumer_goods", "main_producer", "registered_on") else ""
