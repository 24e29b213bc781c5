"""Bringing the value of a target into the unit of its indicator."""

from __future__ import annotations

from decimal import Decimal

_SCALES = {
    "": 1,
    "十": 10,
    "百": 100,
    "千": 1000,
    "万": 10**4,
    "十万": 10**5,
    "百万": 10**6,
    "千万": 10**7,
    "亿": 10**8,
    "万亿": 10**12,
}
_COUNTERS = frozenset("个家项件名人户种条批处座张支类只") | {"批次", "人次", "户企业", "家企业"}
_PERCENT = frozenset({"%", "％", "百分点", "个百分点"})


class UnitMismatchError(ValueError):
    """Two units that cannot stand for each other."""


def factor(unit: str, into: str) -> Decimal:
    """By what a value in `unit` is multiplied to stand in `into`: 万家 into 家 is 10000.

    Chinese counters (家, 个, 项 …) count the same things differently named and pass for each other; 吨 and 元
    do not. Raises `UnitMismatchError`.
    """
    scale, kind = _split(unit)
    other_scale, other_kind = _split(into)
    if kind != other_kind:
        raise UnitMismatchError(f"{unit or '(no unit)'} cannot be brought into {into or '(no unit)'}")
    return Decimal(scale) / Decimal(other_scale)


def _split(unit: str) -> tuple[int, str]:
    unit = unit.strip()
    if unit in _PERCENT:  # 百分点 is no hundred of anything
        return 1, "%"
    for prefix in sorted(_SCALES, key=len, reverse=True):
        kind = unit[len(prefix) :]
        if unit.startswith(prefix) and (kind or not prefix):
            break
    return _SCALES[prefix], "(count)" if kind in _COUNTERS else kind


def alike(unit: str) -> tuple[str, ...]:
    """The units in which a policy may print the same thing: 家 for 个, 个百分点 for %."""
    kind = _split(unit)[1]
    if kind == "%":
        return tuple(sorted(_PERCENT))
    return tuple(sorted(_COUNTERS)) if kind == "(count)" else (unit,)
