"""Take products into the roster."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import connection, transaction

from pinzhi.apps.parties import access, loading
from pinzhi.apps.parties.cleaning import Cleaner, Kept
from pinzhi.apps.parties.models import Product
from pinzhi.apps.parties.saving import insert_products
from pinzhi.kernel import audit
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import RefusedRows, RowError
from pinzhi.rules.identifiers import gtin


def register_products(
    rows: Sequence[Mapping[str, Any]], *, by: Actor, effective_on: date | None = None
) -> list[str]:
    """Register products given as typed values by field; returns their numbers (GTIN-14, or one given here).

    All or nothing. A product lies in its producer's region. Raises NotPermitted, RefusedRows.
    """
    cleaner = Cleaner("products")
    kept, errors = [], []
    for number, raw in enumerate(rows, 1):
        one, wrong = cleaner.whole(raw, number)
        errors += wrong
        kept.append(one)
    errors += place_products(kept, range(1, len(kept) + 1))
    if errors:
        raise RefusedRows(errors)
    access.require(by, "parties.write", access.PRODUCTS, {one["region"] for one in kept})
    with transaction.atomic():
        number_products(kept)
        insert_products(kept, by=by, effective_on=effective_on)
        audit.record(
            "parties.register_products",
            by=by,
            subject_kind="product",
            subject_key=kept[0]["number"] if len(kept) == 1 else "",
            register=access.PRODUCTS,
            count=len(kept),
        )
    return [one["number"] for one in kept]


def place_products(kept: Sequence[Kept], numbers: Sequence[int], *, known_ok: bool = False) -> list[RowError]:
    """Put region and producer's name in, from the producer; what is wrong with producers and doubles.

    `known_ok`: products that are registered already are no error (an import changes them).
    """
    producers = loading.producer_names([one.get("producer_code", "") for one in kept])
    errors: list[RowError] = []
    seen: dict[str, int] = {}
    for row, one in zip(numbers, kept, strict=True):
        code = one.get("producer_code", "")
        if code and code not in producers:
            errors.append(
                RowError(
                    row, "生产企业统一社会信用代码", code, "企业名录中没有这家企业", "is on no roster", "先登记企业",
                    "register the enterprise first",
                )
            )  # fmt: skip
        elif not code and not one.get("imported"):
            errors.append(
                RowError(
                    row, "生产企业统一社会信用代码", None, "国产产品应填生产企业", "is required unless imported", "请填写",
                    "fill it in",
                )
            )  # fmt: skip
        one["producer_name"], one["region"] = producers.get(code, ("", one.get("region", "")))
        own = natural_number(one)
        if own and own in seen:
            errors.append(
                RowError(
                    row,
                    "商品条码",
                    own,
                    f"与第 {seen[own]} 行重复",
                    f"stands in row {seen[own]} already",
                    "保留一行",
                    "keep one",
                )
            )
        elif own:
            seen[own] = row
    if not known_ok:
        codes = [natural_number(one) for one in kept if one.get("gtin")]
        taken = set(Product.objects.filter(number__any_of=codes).values_list("number", flat=True))
        owns = {one["own_number"] for one in kept if one.get("own_number")}
        pairs = set(
            Product.objects.filter(own_number__any_of=owns).values_list("producer_code", "own_number")
        )
        for row, one in zip(numbers, kept, strict=True):
            key = natural_number(one) if one.get("gtin") else ""
            if key in taken or (one.get("producer_code", ""), one.get("own_number")) in pairs:
                errors.append(
                    RowError(
                        row,
                        "商品条码",
                        key or one.get("own_number"),
                        "已登记",
                        "is registered already",
                        "改用“变更”",
                        "change it",
                    )
                )
    return errors


def natural_number(kept: Mapping[str, Any]) -> str:
    """What tells a product apart: the GTIN's fourteen digits, else producer and own number; empty for neither."""
    if kept.get("gtin"):
        return gtin.Gtin(kept["gtin"]).key  # checked when it was cleaned
    if kept.get("own_number"):
        return f"{kept.get('producer_code', '')}/{kept['own_number']}"
    return ""


def number_products(kept: Sequence[Kept]) -> None:
    """Give each its number: the GTIN-14, or the next of this installation."""
    without = [one for one in kept if not one.get("gtin")]
    if without:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT nextval('parties_product_serial') FROM generate_series(1, %s)", [len(without)]
            )
            for one, (serial,) in zip(without, cursor.fetchall(), strict=True):
                one["number"] = f"CP-{serial:08d}"
    for one in kept:
        if one.get("gtin"):
            one["number"] = natural_number(one)
