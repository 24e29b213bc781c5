"""What the public may see of parties, written into the rosters in the transaction of the action."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from pinzhi.apps.parties.access import BODIES, ENTERPRISES, PRODUCTS
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.registers.publish import Publication, publish

ENTERPRISE = (
    "name", "former_names", "enterprise_type", "trade", "size", "above_scale", "consumer_goods", "main_producer", "roles",
    "status", "registered_on", "address", "business_scope", "successor_code",
)  # fmt: skip
PRODUCT = (
    "name", "gtin", "brand", "specification", "model", "category", "category_code", "sector", "consumer_goods",
    "producer_code", "producer_name", "made_for_code", "imported", "country_of_origin", "standard_executed", "licence_no",
    "status", "since",
)  # fmt: skip
BODY = (
    "name", "short_name", "kinds", "ownership", "fields", "accreditation_no", "approval_expires_on", "address",
    "service_phone", "website", "head_office_code", "status",
)  # fmt: skip


def public_values(kept: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """Of kept values those that are public, in canonical form; what is empty is left out."""
    return {
        name: value for name in names if (value := kept.get(name)) is not None and value != "" and value != []
    }


def publish_enterprises(
    rows: Sequence[Mapping[str, Any]], *, by: Actor, effective_on: date | None = None, agency: str = ""
) -> None:
    """Publish enterprises, given as kept values with `uscc` and `region`."""
    _publish(ENTERPRISES, rows, "uscc", ENTERPRISE, by, effective_on, agency)


def publish_products(
    rows: Sequence[Mapping[str, Any]], *, by: Actor, effective_on: date | None = None, agency: str = ""
) -> None:
    """Publish products, given as kept values with `number`, `region` and the producer's name."""
    _publish(PRODUCTS, rows, "number", PRODUCT, by, effective_on, agency)


def publish_bodies(
    rows: Sequence[Mapping[str, Any]], *, by: Actor, effective_on: date | None = None, agency: str = ""
) -> None:
    """Publish technical bodies, given as kept values with `uscc` and `region`."""
    _publish(BODIES, rows, "uscc", BODY, by, effective_on, agency)


def _publish(
    roster: str,
    rows: Sequence[Mapping[str, Any]],
    key: str,
    names: Sequence[str],
    by: Actor,
    effective_on: date | None,
    agency: str,
) -> None:
    items = [
        Publication(
            key=row[key],
            subject=row[key],
            region=row.get("region", ""),
            values=public_values(row, names),
            agency=agency,
            effective_on=effective_on,
        )
        for row in rows
    ]
    # The values come out of `cleaning`, which keeps to the roster's own fields.
    publish(roster, items, by=by, trusted=True)
