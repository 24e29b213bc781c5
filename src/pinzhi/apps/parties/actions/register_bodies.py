"""Take technical bodies into the roster, or change what is kept of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction

from pinzhi.apps.parties import access, loading
from pinzhi.apps.parties.actions.register_enterprises import twice
from pinzhi.apps.parties.cleaning import Cleaner, differing
from pinzhi.apps.parties.models import Body
from pinzhi.apps.parties.saving import BODY, insert_bodies, update_bodies
from pinzhi.kernel import audit
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import RefusedRows, RowError, refuse_changed


def register_bodies(
    rows: Sequence[Mapping[str, Any]], *, by: Actor, effective_on: date | None = None
) -> list[str]:
    """Register technical bodies given as typed values by field; returns their credit codes. All or nothing.

    Raises NotPermitted, RefusedRows.
    """
    kept, errors, first = Cleaner("bodies").whole_rows(rows, "uscc", twice)
    known = Body.objects.filter(uscc__in=list(first)).values_list("uscc", "name")
    errors += [
        RowError(
            first[code],
            "统一社会信用代码",
            code,
            f"已登记为“{name}”",
            f"is registered already: {name}",
            "改用“变更”",
            "change it",
        )
        for code, name in known
    ]
    if errors:
        raise RefusedRows(errors)
    access.require(by, "parties.write", access.BODIES, {one["region"] for one in kept})
    with transaction.atomic():
        insert_bodies(kept, by=by, effective_on=effective_on)
        audit.record(
            "parties.register_bodies",
            by=by,
            subject_kind="body",
            subject_key=kept[0]["uscc"] if len(kept) == 1 else "",
            register=access.BODIES,
            count=len(kept),
        )
    return [one["uscc"] for one in kept]


@transaction.atomic
def change_body(uscc: str, values: Mapping[str, Any], *, revision: int | None = None, by: Actor) -> list[str]:
    """Change the fields given (a blank one is emptied); returns the names of those that changed."""
    row = loading.body(uscc)
    access.require(by, "parties.write", access.BODIES, [row.region])
    refuse_changed(row, revision)
    cleaner = Cleaner("bodies")
    kept, errors = cleaner.given(values, 1)
    if kept.get("uscc", row.uscc) != row.uscc:
        errors.append(
            RowError(
                1, "uscc", kept["uscc"], "代码不能改", "the code stays", "另登记一家机构", "register another"
            )
        )
    for field in cleaner.fields:
        if field.name in values and field.name not in kept and field.required and field.name != "uscc":
            if not any(error.column == field.title.zh for error in errors):
                errors.append(
                    RowError(1, field.title.zh, None, "必填", "is required", "请填写", "fill it in")
                )
    if errors:
        raise RefusedRows(errors)
    blank: dict[str, Any] = {"kinds": [], "fields": [], "approval_expires_on": None}
    emptied = {
        field.name: blank.get(field.name, "")
        for field in cleaner.fields
        if field.name in values and field.name not in {*kept, "uscc"}
    }
    whole = {**emptied, **kept}
    access.require(by, "parties.write", access.BODIES, [whole.get("region", row.region)])
    changed = differing(row, whole, BODY)
    if not changed:
        return []
    for name in changed:
        setattr(row, name, whole[name])
    update_bodies([row], by=by)
    audit.record(
        "parties.change_body",
        by=by,
        subject_kind="body",
        subject_key=row.uscc,
        register=access.BODIES,
        region=row.region,
        detail={"fields": ",".join(changed)[:300]},
    )
    return changed
