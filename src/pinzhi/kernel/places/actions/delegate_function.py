"""Enter that an agency exercises a function in a region in another's place, on some days."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.access.queries import require
from pinzhi.kernel.audit.recording import record
from pinzhi.kernel.errors import Refused
from pinzhi.kernel.places import queries
from pinzhi.kernel.places.models import Delegation


@transaction.atomic
def delegate_function(
    *,
    function: str,
    region: str,
    delegate: str,
    valid_from: date,
    valid_until: date | None = None,
    source: str = "",
    by: Actor,
) -> Delegation:
    """Needs the administrator's role for function and region; the delegator is who holds the function."""
    require(by, "administrator", function=function, region=region)
    if queries.agency(delegate) is None:
        raise Refused(
            "unknown_agency",
            zh=f"没有代码为“{delegate}”的机构。",
            en=f"There is no agency “{delegate}”.",
            place="delegate",
        )
    holder = queries.agency_for(function, region, valid_from)
    row = Delegation.objects.create(
        function=function,
        region=region,
        delegate=delegate,
        delegator=holder.code if holder else "",
        valid_from=valid_from,
        valid_until=valid_until,
        source=source,
        entered_by=by.username,
        entered_at=clock.now(),
    )
    record("places.delegate_function", by=by, subject_kind="agency", subject_key=delegate, region=region)
    return row
