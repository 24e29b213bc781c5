"""The rules of a draw: strata, allocation, method, caps. They are frozen together with the frame."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal, cast

from pinzhi.rules.inspection.verify_draw import ProofError, allocate, digest

__all__ = ["Allocation", "Cell", "Design", "DrawError", "allocated", "from_dict"]

Cell = tuple[str, str, str]
"""(stratum, risk class or "" where the design does not look at it, "1" for units drawn with certainty)."""

Kind = Literal["total", "strata", "ratios"]
_RATIO = re.compile(r"(0|1|0?\.[0-9]{1,6}|0\.[0-9]{1,6}|1\.0{1,6})\Z")


class DrawError(ProofError, ValueError):
    """A draw that is refused, said in Chinese (`zh`) and English (`en`)."""

    @property
    def zh(self) -> str:
        return str(self.args[0])

    @property
    def en(self) -> str:
        return str(self.args[1])

    def __str__(self) -> str:
        return self.en


@dataclass(frozen=True, slots=True)
class Allocation:
    """How many are drawn of each cell.

    - `total`: `n` in all, shared over the strata in proportion to their eligible units;
    - `strata`: `n` is a mapping from each stratum to its number;
    - `ratios`: `n` is a mapping from each risk class to its share of the eligible units ("0.05"). In each stratum
      the shares are added up, rounded up and shared over the classes.

    Whole numbers come from bounded largest remainders (`verify_draw.share`); ties go in the order of the cells.
    """

    kind: Kind
    n: int | Mapping[str, int] | Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Design:
    """The design of one draw.

    `minimum` (at least 1) is drawn of every cell, so that no eligible unit can never be drawn; `capacity` is
    the most that a stratum can take (units, or firms where `per_firm`). `per_firm` draws in two stages: firms,
    then at most so many of each firm's units. Units marked with certainty are taken whole, within total and
    capacity. `pps` draws with probability proportional to size (Sampford's design); a cell then may not be
    larger than `PPS_LIMIT` units times draws.
    """

    allocation: Allocation
    method: Literal["equal", "pps"] = "equal"
    per_firm: int | None = None
    minimum: int = 1
    capacity: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _check_allocation(self.allocation)
        if self.method not in ("equal", "pps"):
            raise DrawError(f"不认识的抽样方法：{self.method}", f"unknown method: {self.method}")
        if self.per_firm is not None and (self.per_firm < 1 or self.method == "pps"):
            raise DrawError(
                "每家上限至少为 1，且只用于等概率抽样",
                "the cap per firm is at least 1, and goes with equal probabilities only",
            )
        if self.minimum < 1:
            raise DrawError(
                "每层至少抽 1 个，否则有的单位永远抽不到",
                "at least 1 of each cell, or some units could never be drawn",
            )
        if any(limit < 0 for limit in self.capacity.values()):
            raise DrawError("能力上限为负", "a capacity is negative")

    @property
    def by_class(self) -> bool:
        """Whether the draw looks at the risk class: then cells have classes and tickets are closed."""
        return self.allocation.kind == "ratios"

    def rules(self, veil: str) -> dict[str, Any]:
        """rules.json; `veil` are 32 random bytes in hex that keep the seed closed until the opening."""
        given = self.allocation
        numbers = given.n if isinstance(given.n, int) else dict(given.n)
        return {
            "v": 1,
            "method": self.method,
            "per_firm": self.per_firm,
            "by_class": self.by_class,
            "allocation": {"kind": given.kind, "n": numbers},
            "minimum": self.minimum,
            "capacity": dict(self.capacity),
            "veil": veil,
        }


PPS_LIMIT = 2_000_000


def _check_allocation(given: Allocation) -> None:
    if given.kind == "total":
        good = type(given.n) is int and given.n > 0
    elif given.kind == "strata":
        good = isinstance(given.n, Mapping) and all(type(n) is int and n > 0 for n in given.n.values())
    else:
        good = given.kind == "ratios" and isinstance(given.n, Mapping) and bool(given.n)
        for name, ratio in given.n.items() if isinstance(given.n, Mapping) and good else ():
            if not (isinstance(ratio, str) and _RATIO.match(ratio) and 0 < Fraction(ratio) <= 1):
                raise DrawError(
                    f"等级 {name} 的比例 {ratio} 不是大于 0、不超过 1 的小数",
                    f"the ratio {ratio} of class {name} is not a decimal above 0 and up to 1",
                )
    if not good:
        raise DrawError(
            "要抽多少个没有写明，或不是正整数",
            "how many are drawn is not said, or not a positive whole number",
        )


def from_dict(rules: Mapping[str, Any]) -> Design:
    """The design in a rules.json. Raises DrawError for one that is not in order."""
    try:
        given = rules["allocation"]
        design = Design(
            Allocation(given["kind"], given["n"]),
            rules["method"],
            rules["per_firm"],
            rules["minimum"],
            rules["capacity"],
        )
        if design.rules(rules["veil"]) == rules:
            return design
    except (KeyError, TypeError, AttributeError):
        pass
    raise DrawError("抽取规则的格式不对", "the rules of the draw are malformed")


def allocated(design: Design, cells: Mapping[Cell, int]) -> dict[Cell, int]:
    """How many are drawn of each cell of so many eligible units; of firms where `per_firm`.

    Raises DrawError when it cannot be done: fewer in all than the minima, a class without a ratio, …
    """
    if design.by_class:
        missing = sorted({cell[1] for cell in cells} - set(cast(Mapping[str, str], design.allocation.n)))
        if missing:
            zh, en = (
                "、".join(m or "未分类" for m in missing),
                ", ".join(m or "not classified" for m in missing),
            )
            raise DrawError(
                f"没有写明抽查比例的风险等级：{zh}；请放弃本次抽取，补上比例后重新登记",
                f"no ratio for risk class: {en}; give this draw up and name another with it",
            )
    if design.allocation.kind == "strata":
        nowhere = sorted(set(cast(Mapping[str, int], design.allocation.n)) - {cell[0] for cell in cells})
        if nowhere:
            names = "、".join(nowhere)
            raise DrawError(f"层 {names} 没有可抽的单位", f"no eligible unit in stratum {names}")
    try:
        return allocate(dict(cells), design.rules(""))
    except ProofError as error:
        raise DrawError(*error.args) from None


def rules_digest(rules: Mapping[str, Any]) -> str:
    """The digest of a rules.json that its commitment holds."""
    return digest("rules", dict(rules))
