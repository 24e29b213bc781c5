"""What the public sees of rankings and front runners, written into their registers in the transaction of the action."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pinzhi.apps.standards.cleaning_declarations import REGISTER as DECLARATIONS
from pinzhi.apps.standards.models import Declaration, FrontRunner, Ranking
from pinzhi.apps.standards.numbers import leading_number
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.registers.models import Record
from pinzhi.kernel.registers.publish import Publication, publish, withdraw
from pinzhi.rules.standards.rankings import with_unit

RANKINGS, FRONT_RUNNERS = "d04_rankings", "d05_front_runners"


def publish_lists(row: Ranking, *, by: Actor) -> None:
    """The ranking with its plan and its tiers. Who was not entered is counted and not named."""
    result = row.result
    rows = {d.number: d for d in Declaration.objects.filter(number__any_of=result["entered"])}
    none = {one["indicator"]: one["none"][0] for one in result["lists"] if one["none"]}
    places = [
        _filled(
            {
                "indicator": one["indicator"],
                "tier": tier["tier"],
                "tier_text": tier["text"],
                "enterprise": rows[place["key"]].enterprise,
                "product": rows[place["key"]].product,
                "brand": rows[place["key"]].brand,
                "value": place["value"],
                "standard": rows[place["key"]].standard,
                "declaration": place["key"],
            }
        )
        for one in result["lists"]
        for tier in one["tiers"]
        for place in tier["places"]
    ]
    innovative = [
        {
            "indicator": name,
            "enterprise": rows[key].enterprise,
            "product": rows[key].product,
            "value": value,
            "declaration": key,
        }
        for key, name, value in result["innovative"]
    ]
    values: dict[str, Any] = {
        "title": row.title,
        "product_class": row.product_class,
        "sector": row.sector,
        "year": row.year,
        "evaluator": row.evaluator,
        "as_of": row.as_of.isoformat() if row.as_of else None,
        "entered": len(result["entered"]),
        "not_entered": len({one["key"] for one in result["refused"]} - set(result["entered"])),
        "method_version": row.method_version,
        "note": "\n".join([row.note, *(zh for zh, _en in result["notes"])]).strip() or None,
        "indicators": [
            _filled(
                {
                    "indicator": one["name"],
                    "role": one["role"],
                    "better": one.get("better"),
                    "floor": with_unit(one.get("floor", ""), one.get("unit", ""))
                    if one.get("floor")
                    else None,
                    "floor_source": one.get("floor_source"),
                    "no_list": none.get(one["name"]),
                }
            )
            for one in row.indicators
        ],
        "places": places,
        "innovative": innovative,
    }
    publish(RANKINGS, [Publication(key=row.number, region=row.region, values=values)], by=by)


def take_down(row: Ranking, *, reason: str, by: Actor) -> None:
    withdraw(RANKINGS, [row.number], by=by, reason=reason)


def publish_front_runners(
    row: Ranking, made: Sequence[FrontRunner], rows: Mapping[str, Declaration], *, by: Actor
) -> None:
    """Each front runner with its declared core values beside what the standard demands."""
    floors = {one["name"]: f"{_floor(one)} {one.get('floor_source', '')}".strip() for one in row.indicators}
    names = dict(
        Record.objects.filter(register=DECLARATIONS, key__any_of=list(rows)).values_list(
            "key", "values__standard_name"
        )
    )
    items = []
    for one in made:
        declared = rows[one.declaration]
        values = [
            _filled(
                {
                    "indicator": found["indicator"],
                    "value": place["value"],
                    "floor": floors.get(found["indicator"]),
                }
            )
            for found in row.result["lists"]
            for tier in found["tiers"]
            for place in tier["places"]
            if place["key"] == one.declaration
        ]
        items.append(
            Publication(
                key=one.number,
                subject=one.uscc,
                region=declared.region,
                valid_until=one.valid_until,
                values={
                    "product_name": declared.product,
                    "brand": declared.brand or None,
                    "product_class": row.product_class,
                    "sector": row.sector,
                    "enterprise_name": declared.enterprise,
                    "standard_no": standard.number
                    if (standard := leading_number(declared.standard)) is not None
                    else declared.standard,
                    "standard_name": names.get(one.declaration),
                    "declaration_no": one.declaration,
                    "ranking_no": row.number,
                    "values": values,
                    "year": row.year,
                    "evaluator": row.evaluator,
                    "selected_on": one.selected_on.isoformat(),
                    "commitment_kept": one.commitment_kept,
                },
            )
        )
    publish(FRONT_RUNNERS, items, by=by)


def publish_fulfilment(one: FrontRunner, *, by: Actor) -> None:
    """What was found of its commitment, beside what the register says of a front runner already."""
    record = Record.objects.get(register=FRONT_RUNNERS, key=one.number)
    values = {
        **record.values,
        "commitment_kept": one.commitment_kept,
        "commitment_note": one.kept_note,
        "commitment_checked_on": one.kept_checked_on,
    }
    publish(
        FRONT_RUNNERS,
        [
            Publication(
                key=one.number,
                subject=record.subject,
                region=record.region,
                valid_until=one.valid_until,
                values={name: value for name, value in values.items() if value not in (None, "")},
            )
        ],
        by=by,
    )


def _floor(one: Mapping[str, Any]) -> str:
    """What the standard demands, with its unit."""
    return with_unit(one["floor"], one.get("unit", "")) if one.get("floor") else ""


def _filled(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value not in (None, "")}
