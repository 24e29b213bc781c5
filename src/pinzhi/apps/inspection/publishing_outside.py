"""Results from elsewhere in their public register, each with its source: at the product a shopper sees them beside ours."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from pinzhi.apps.inspection.models import Sample
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.places import queries as places
from pinzhi.kernel.registers.publish import Publication, publish

REGISTER = "m01_outside_results"


def record_key(source: str, reference: str) -> str:
    """The key of a result in the register: the same source and number are the same record."""
    digest = hashlib.sha256("\x1f".join((source, reference)).encode()).hexdigest()
    return f"WB-{digest[:16].upper()}"


def publish_outside(rows: Sequence[Mapping[str, Any]], *, by: Actor) -> None:
    """Publish results as they are kept; what has not changed makes no entry. In the caller's transaction."""
    numbers = product_numbers(rows)
    agency = places.agency(by.party or "") if by.speaks_for == "agency" else None
    publish(
        REGISTER,
        [
            Publication(
                key=record_key(row["source"], row["reference"]),
                subject=numbers.get(row["product_key"], "") or (row["gtin"].zfill(14) if row["gtin"] else ""),
                region=row["region"] or (agency.region if agency else ""),
                values={name: value for name, value in values_of(row).items() if value not in ("", None)},
            )
            for row in rows
        ],
        by=by,
    )


def values_of(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "product_name": row["product_name"],
        "final_result": row["verdict"],
        "producer_name": row["producer_name"],
        "producer_code": row["producer_code"],
        "gtin": row["gtin"],
        "trademark": row["trademark"],
        "specification": row["specification"],
        "standard_executed": row["standard_executed"],
        "failed_detail": "、".join(row["failed_items"])[:2000],
        "laboratory_name": row["laboratory"],
        "source": row["source"],
        "reference": row["reference"],
        "checked_by": row["agency"],
        "level": row["level"],
        "sampled_on": row["sampled_on"],
        "sampled_region": row["region"],
    }


def product_numbers(rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Numbers of our products by the key of the no-repeat rule, as our own samples know them."""
    keys = {row["product_key"] for row in rows}
    known = Sample.objects.filter(product_key__in=keys).exclude(product_number="")
    return dict(known.values_list("product_key", "product_number"))
