"""Withdraw a declaration, with a reason that the public reads."""

from __future__ import annotations

from django.db import transaction

from pinzhi.apps.standards import access
from pinzhi.apps.standards.cleaning_declarations import REGISTER
from pinzhi.apps.standards.loading_declarations import declaration, present_values, refuse_withdrawn
from pinzhi.apps.standards.models import Declaration
from pinzhi.apps.standards.saving_declarations import update
from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import Refused


@transaction.atomic
def withdraw_declaration(number: str, reason: str, *, by: Actor) -> None:
    """It stays to be read with its reason and counts no more. Raises NotFound, NotPermitted, Refused."""
    row = declaration(number, lock=True)
    access.require(by, "standards.declare", [row.region], register=REGISTER, subject=row.uscc)
    refuse_withdrawn(row)
    reason = " ".join(reason.split())[:300]
    if not reason:
        raise Refused(
            "no_reason",
            zh="撤回应说明理由，理由会公开。",
            en="A withdrawal needs a reason, which will be public.",
            place="reason",
        )
    kept = {**present_values(row), "withdrawn_reason": reason}
    row.status, row.withdrawn_on, row.withdrawn_reason = Declaration.Status.WITHDRAWN, clock.today(), reason
    update(row, kept, by=by, kind="withdraw", reason=reason)
    audit.record(
        "standards.withdraw_declaration",
        by=by,
        register=REGISTER,
        subject_kind="declaration",
        subject_key=number,
        region=row.region,
        detail={"reason": reason},
    )
