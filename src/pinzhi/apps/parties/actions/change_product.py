"""Change what is kept of a product."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from pinzhi.apps.parties import access, loading
from pinzhi.apps.parties.cleaning import Cleaner, differing
from pinzhi.apps.parties.saving import PRODUCT, update_products
from pinzhi.kernel import audit
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import RefusedRows, RowError, refuse_changed

_UNKNOWN = frozenset({"imported", "since"})


@transaction.atomic
def change_product(
    number: str, values: Mapping[str, Any], *, revision: int | None = None, by: Actor
) -> list[str]:
    """Change the fields given (a blank one is emptied); returns the names of those that changed.

    The GTIN and the producer's own number are the product's identity and stay. Raises NotFound, NotPermitted,
    RefusedRows, Conflict.
    """
    row = loading.product(number)
    access.require(by, "parties.write", access.PRODUCTS, [row.region])
    refuse_changed(row, revision)
    cleaner = Cleaner("products")
    kept, errors = cleaner.given(values, 1)
    for name in ("gtin", "own_number"):
        if name in kept and kept[name] != getattr(row, name):
            errors.append(
                RowError(
                    1,
                    name,
                    kept[name],
                    "编号不能改",
                    "the number stays",
                    "另登记一个产品",
                    "register another",
                )
            )
    for field in cleaner.fields:
        if field.name in values and field.name not in kept and field.required:
            if not any(error.column == field.title.zh for error in errors):
                errors.append(
                    RowError(1, field.title.zh, None, "必填", "is required", "请填写", "fill it in")
                )
    if errors:
        raise RefusedRows(errors)
    emptied = {
        field.name: None if field.name in _UNKNOWN else ""
        for field in cleaner.fields
        if field.name in values and field.name not in {*kept, "gtin", "own_number"}
    }
    whole = {**emptied, **kept}
    producers = loading.producer_names([whole.get("producer_code", row.producer_code)])
    if whole.get("producer_code") and whole["producer_code"] not in producers:
        raise RefusedRows(
            [
                RowError(
                    1, "producer_code", whole["producer_code"], "企业名录中没有这家企业", "is on no roster"
                )
            ]
        )
    changed = differing(row, whole, PRODUCT)
    if not changed:
        return []
    for name in changed:
        setattr(row, name, whole[name])
    if "producer_code" in changed and row.producer_code:
        row.region = producers[row.producer_code][1]
        access.require(by, "parties.write", access.PRODUCTS, [row.region])
    update_products([row], {code: name for code, (name, _) in producers.items()}, by=by)
    audit.record(
        "parties.change_product",
        by=by,
        subject_kind="product",
        subject_key=row.number,
        register=access.PRODUCTS,
        region=row.region,
        detail={"fields": ",".join(changed)[:300]},
    )
    return changed
