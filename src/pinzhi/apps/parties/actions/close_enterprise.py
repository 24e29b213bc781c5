"""An enterprise ends, rests, moves away, or stands again."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from pinzhi.apps.parties import access, loading
from pinzhi.apps.parties.actions.change_enterprise import refuse_merged
from pinzhi.apps.parties.cleaning import Cleaner
from pinzhi.apps.parties.saving import update_enterprises
from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import Refused, RefusedRows, refuse_changed

ENDS = frozenset({"deregistered", "revoked", "moved_out"})


@transaction.atomic
def close_enterprise(
    uscc: str,
    *,
    status: str = "deregistered",
    on: date | None = None,
    successor_code: str = "",
    revision: int | None = None,
    by: Actor,
) -> None:
    """Set the status: active, suspended, revoked, deregistered or moved_out, from a day on.

    `successor_code`: who takes over. Raises NotFound, NotPermitted, RefusedRows, Refused, Conflict.
    """
    row = loading.enterprise(uscc)
    access.require(by, "parties.write", access.ENTERPRISES, [row.region])
    refuse_merged(row)
    refuse_changed(row, revision)
    kept, errors = Cleaner("enterprises").given({"status": status}, 1)
    if errors:
        raise RefusedRows(errors)
    if kept["status"] == "merged":
        raise Refused(
            "merge_instead",
            zh="合并请用“疑似重复”裁定。",
            en="Merging is decided under possible duplicates.",
            place="status",
        )
    on = on or clock.today()
    if on > clock.today():
        raise Refused(
            "closes_later",
            zh="日期晚于今天。",
            en="The day lies after today.",
            place="on",
            remedy_zh="到那天再办理。",
        )
    successor = loading.credit_code(successor_code) if successor_code.strip() else ""
    if successor == row.uscc:
        raise Refused(
            "own_successor",
            zh="承继主体不能是本企业。",
            en="No firm succeeds itself.",
            place="successor_code",
        )
    row.status = kept["status"]
    row.closed_on = on if row.status in ENDS else None
    row.successor_code = successor if row.status in ENDS else ""
    update_enterprises([row], by=by)
    audit.record(
        "parties.close_enterprise",
        by=by,
        subject_kind="enterprise",
        subject_key=row.uscc,
        register=access.ENTERPRISES,
        region=row.region,
        detail={"status": row.status, "on": on.isoformat()},
    )
