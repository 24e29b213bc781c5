"""Enterprises and products by their numbers, from the public rosters."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django.urls import reverse

from pinzhi.kernel.registers import public
from pinzhi.kernel.registers.catalogue import ROSTERS
from pinzhi.rules.identifiers import gtin, uscc

ENTERPRISES, PRODUCTS = ROSTERS["enterprise"], ROSTERS["product"]
ROSTER_PAGES = {ENTERPRISES: "portal:enterprise", PRODUCTS: "portal:product"}
_CODE = re.compile(r"[0-9A-Z]{18}")


def code_of(text: str) -> str:
    """A credit code as people type it: half-width, capitals, no spaces."""
    return re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text)).upper()


def direct(typed: str) -> str:
    """The address of what a whole credit code or bar code names, or nothing."""
    code = code_of(typed)
    if _CODE.fullmatch(code) and is_uscc(code):
        return reverse("portal:enterprise", args=[code])
    digits = digits_of(typed)
    return f"{reverse('portal:products')}?gtin={digits}" if digits else ""


def is_uscc(code: str) -> bool:
    try:
        uscc.parse(code)
    except ValueError:
        return False
    return True


def digits_of(typed: str) -> str:
    """The digits of a bar code that is whole (its check digit holds), else nothing."""
    try:
        return str(gtin.parse(unicodedata.normalize("NFKC", typed).strip()).text)
    except ValueError:
        return ""


def roster(name: str, key: str) -> Any | None:
    """The public roster's record of a key, None where there is none."""
    return public.records(name).filter(key=key).first()


def product_by_gtin(digits: str) -> Any | None:
    """The product with this bar code; a code of 12 digits and the same with a zero before it are one."""
    bare = digits.lstrip("0")
    for record in public.search(bare, register=PRODUCTS)[:50]:
        if any(str(v).lstrip("0") == bare for v in (record.values.get("gtin"), record.key) if v):
            return record
    return None


def products_of(code: str, name: str, limit: int = 50) -> list[Any]:
    """Products of a producer: found by its name, which is indexed, and held against its code."""
    if not name:
        return []
    found = public.search(name, register=PRODUCTS).filter(values__contains={"producer_code": code})
    return list(found.order_by("sort_key", "pk")[:limit])
