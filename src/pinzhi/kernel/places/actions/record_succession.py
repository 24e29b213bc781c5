"""Enter that one agency stands in another's place from a day on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.access.queries import require
from pinzhi.kernel.audit.recording import record
from pinzhi.kernel.errors import Refused
from pinzhi.kernel.places import queries
from pinzhi.kernel.places.models import Succession


@transaction.atomic
def record_succession(
    *,
    predecessor: str,
    successor: str,
    since: date,
    functions: Sequence[str] = (),
    source: str = "",
    by: Actor,
) -> Succession:
    """Needs the administrator's role for the predecessor's region.

    Without functions the predecessor ends on the day before; with functions it hands over only those.
    """
    for place, code in (("predecessor", predecessor), ("successor", successor)):
        if queries.agency(code) is None:
            raise Refused(
                "unknown_agency",
                zh=f"没有代码为“{code}”的机构。",
                en=f"There is no agency “{code}”.",
                place=place,
            )
    heirs = {a.code for a in queries.successors(successor, date.max)} | {successor}
    if predecessor in heirs:
        raise Refused(
            "succession_circle",
            zh="机构不能承继自己。",
            en="An agency cannot follow upon itself.",
            place="successor",
        )
    region = predecessor.partition("-")[0]
    require(by, "administrator", region=region)
    row, _ = Succession.objects.update_or_create(
        predecessor=predecessor,
        successor=successor,
        defaults={"since": since, "functions": list(functions), "source": source},
    )
    record("places.record_succession", by=by, subject_kind="agency", subject_key=predecessor, region=region)
    return row
