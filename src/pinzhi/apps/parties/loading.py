"""What actions begin with: rows locked, or the refusal that says what is not there."""

from __future__ import annotations

from collections.abc import Sequence

from pinzhi.apps.parties.models import Body, Enterprise, Product
from pinzhi.kernel.errors import NotFound, Refused
from pinzhi.rules.identifiers import uscc
from pinzhi.rules.identifiers.errors import IdentifierError


def credit_code(text: str) -> str:
    """The code in canonical form; Refused naming the character that is not right."""
    try:
        return uscc.parse(text).text
    except IdentifierError as error:
        raise Refused(
            "invalid_code",
            zh=error.zh + "。",
            en=error.en + ".",
            place="uscc",
            remedy_zh="请核对营业执照上的代码。",
            remedy_en="Compare the code on the licence.",
        ) from None


def enterprise(code: str, *, lock: bool = True) -> Enterprise:
    """The enterprise of that code, or NotFound."""
    rows = Enterprise.objects.select_for_update() if lock else Enterprise.objects.all()
    found = rows.filter(uscc=code).first()
    if found is None:
        raise NotFound(
            "no_such_enterprise",
            zh=f"没有代码为“{code}”的企业。",
            en=f"There is no enterprise {code}.",
            place=code,
        )
    return found


def product(number: str, *, lock: bool = True) -> Product:
    rows = Product.objects.select_for_update() if lock else Product.objects.all()
    found = rows.filter(number=number).first()
    if found is None:
        raise NotFound(
            "no_such_product",
            zh=f"没有编号为“{number}”的产品。",
            en=f"There is no product {number}.",
            place=number,
        )
    return found


def body(code: str, *, lock: bool = True) -> Body:
    rows = Body.objects.select_for_update() if lock else Body.objects.all()
    found = rows.filter(uscc=code).first()
    if found is None:
        raise NotFound(
            "no_such_body", zh=f"没有代码为“{code}”的机构。", en=f"There is no body {code}.", place=code
        )
    return found


def producer_names(codes: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Name and region of enterprises by code."""
    rows = Enterprise.objects.filter(uscc__in={c for c in codes if c}).values_list("uscc", "name", "region")
    return {code: (name, region) for code, name, region in rows}
