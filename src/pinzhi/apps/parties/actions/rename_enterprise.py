"""An enterprise has another name from a day on."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from pinzhi.apps.parties import access, loading
from pinzhi.apps.parties.actions.change_enterprise import refuse_merged
from pinzhi.apps.parties.cleaning import Cleaner
from pinzhi.apps.parties.models import Enterprise, FormerName
from pinzhi.apps.parties.saving import update_enterprises
from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import Refused, RefusedRows, refuse_changed


@transaction.atomic
def rename_enterprise(
    uscc: str, name: str, *, since: date | None = None, revision: int | None = None, by: Actor
) -> None:
    """Give the enterprise a new name from `since` (today) on; the old one goes to its history.

    Raises NotFound, NotPermitted, RefusedRows, Refused (the day lies in the future or before the present name's),
    Conflict.
    """
    row = loading.enterprise(uscc)
    access.require(by, "parties.write", access.ENTERPRISES, [row.region])
    refuse_merged(row)
    refuse_changed(row, revision)
    kept, errors = Cleaner("enterprises").given({"name": name or None}, 1)
    if errors:
        raise RefusedRows(errors)
    since = since or clock.today()
    if "name" not in kept or kept["name"] == row.name:
        raise Refused(
            "same_name",
            zh="新名称与现名称相同或为空。",
            en="The new name is empty or the present one.",
            place="name",
        )
    if since > clock.today() or (row.name_since is not None and since < row.name_since):
        raise Refused(
            "rename_day",
            zh="更名日期应不晚于今天，不早于现名称的启用日期。",
            en="The day lies after today or before the day of the present name.",
            place="since",
            remedy_zh="请核对登记机关的变更日期。",
            remedy_en="Compare the day of the registration authority.",
        )
    note_former_name(row, since, by=by)
    row.name, row.name_since = kept["name"], since
    update_enterprises([row], by=by)
    audit.record(
        "parties.rename_enterprise",
        by=by,
        subject_kind="enterprise",
        subject_key=row.uscc,
        register=access.ENTERPRISES,
        region=row.region,
        detail={"since": since.isoformat()},
    )


def note_former_name(row: Enterprise, until: date, *, by: Actor) -> None:
    """Put the present name into the history, borne until the day before `until`."""
    FormerName.objects.get_or_create(
        enterprise=row,
        name=row.name,
        until=until,
        defaults={"since": row.name_since, "recorded_at": clock.now(), "recorded_by": by.username},
    )
