"""A total and its parts, printed in the same sentence, must agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class PartsSum:
    total: Decimal
    sum: Decimal
    adds_up: bool
    zh: str
    en: str


def parts_sum(total: Decimal, parts: Sequence[Decimal], *, complete: bool = True) -> PartsSum:
    """Whether the parts make up the total (新产品100项: 40 + 30 + 20 + 10).

    With `complete` false the list is known to be a choice (其中…): the parts may come to less, never to more.
    Raises `ValueError` for no parts.
    """
    if not parts:
        raise ValueError("a total without parts is nothing to check")
    found = sum(parts, Decimal(0))
    shown = " + ".join(f"{p.normalize():f}" for p in parts)
    adds_up = found == total or (not complete and found < total)
    sign = "=" if found == total else "<" if found < total else ">"
    line = f"{shown} = {found.normalize():f} {sign} {total.normalize():f}"
    if sign == "=":
        return PartsSum(
            total,
            found,
            True,
            f"分项之和等于总数：{shown} = {total.normalize():f}。",
            f"The parts make up the total: {shown} = {total.normalize():f}.",
        )
    if adds_up:
        return PartsSum(
            total,
            found,
            True,
            f"所列分项是总数的一部分：{line}。",
            f"The parts listed are some of the total: {line}.",
        )
    return PartsSum(
        total,
        found,
        False,
        f"分项之和与总数不符：{line}。请核对原文。",
        f"The parts do not make up the total: {line}. Compare with the text.",
    )
