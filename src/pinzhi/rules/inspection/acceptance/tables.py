"""GB/T 2828.1: code letters and single sampling plans, looked up in the printed tables.

The tables are data (`catalogue/inspection/gbt2828_1_2012.yaml`). Double and multiple plans are refused: their
tables are not in the catalogue, and a plan that only resembles the standard's is worse than none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

from pinzhi.rules.inspection.acceptance import names
from pinzhi.rules.inspection.errors import InputError

DOWN, UP = "↓", "↑"


@dataclass(frozen=True, slots=True)
class Plan:
    """A single plan for one lot: inspect `n` items, accept at `ac` or fewer, reject at `re` or more."""

    code_letter: str
    """The letter whose plan is used, after the arrows."""
    asked_letter: str
    """The letter of the lot size, before the arrows."""
    n: int
    """Items to inspect; the whole lot where the table's sample is not smaller than the lot."""
    ac: int
    re: int
    n_table: int
    """Sample size as printed."""
    full_inspection: bool
    aql: str
    severity: str

    @property
    def moved(self) -> bool:
        """Whether an arrow led to another letter."""
        return self.code_letter != self.asked_letter


@dataclass(frozen=True, slots=True)
class _Row:
    n: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of one edition of the standard."""

    standard: str
    source: Mapping[str, str]
    aqls: tuple[str, ...]
    highest_percent: Decimal
    """Above this AQL only nonconformities per 100 items can be meant."""
    _letters: tuple[tuple[int, int | None, tuple[str, ...]], ...]
    _levels: tuple[str, ...]
    _single: Mapping[str, Mapping[str, _Row]]

    def aql(self, value: Any, field: str = "aql") -> str:
        """The AQL as the table prints it ("0.40" for 0.4). Raises `InputError` naming the neighbours."""
        found = names.number(str(value).strip().removesuffix("%") if isinstance(value, str) else value, field)
        printed = {Decimal(a): a for a in self.aqls}
        if found in printed:
            return printed[found]
        below = [a for a in self.aqls if Decimal(a) < found][-1:]
        above = [a for a in self.aqls if Decimal(a) > found][:1]
        near = (below + above) if found > 0 else above
        raise InputError(
            field,
            f"AQL“{value}”不是标准的优先值；相邻的是 {'、'.join(near)}。",
            f"AQL '{value}' is not a preferred value of the standard; its neighbours are {', '.join(near)}.",
        )

    def letter(self, lot_size: int, level: str) -> str:
        """The code letter of a lot. Raises `InputError` for a lot of fewer than two."""
        column = self._levels.index(level)
        for low, high, letters in self._letters:
            if low <= lot_size and (high is None or lot_size <= high):
                return letters[column]
        raise InputError(
            "lot_size",
            f"批量 {lot_size} 小于 {self._letters[0][0]}：标准不对单件产品抽样，应当逐件检验。",
            f"A lot of {lot_size} is below {self._letters[0][0]}: inspect the item itself, the standard gives no plan.",
        )

    def single(self, letter: str, aql: str, severity: str, lot_size: int | None = None) -> Plan:
        """The single plan of a code letter at a printed AQL, arrows followed.

        Where the sample is not smaller than the lot, the whole lot is inspected with the same Ac.
        """
        table = self._single[severity]
        column = self.aqls.index(aql)
        rows = list(table)
        at = rows.index(letter)
        while table[rows[at]].cells[column] in (DOWN, UP):
            at += 1 if table[rows[at]].cells[column] == DOWN else -1
        row = table[rows[at]]
        ac = int(row.cells[column])
        whole = lot_size is not None and row.n >= lot_size
        n = lot_size if whole and lot_size is not None else row.n
        return Plan(rows[at], letter, n, ac, ac + 1, row.n, whole, aql, severity)

    def tighter(self, plan: Plan) -> Plan | None:
        """The plan one AQL step tighter with the same letter; None where there is none (Table 2, left edge).

        The switching score asks whether the lot would have been accepted by it.
        """
        column = self.aqls.index(plan.aql) - 1
        if column < 0:
            return None
        return self.single(plan.code_letter, self.aqls[column], plan.severity)


def parse(data: Mapping[str, Any]) -> Tables:
    """The catalogue's file as `Tables`. Raises `ValueError` where it does not hold together."""
    aqls = tuple(str(a) for a in data["aql"])
    levels = tuple(str(name) for name in data["levels"])
    letters = tuple(
        (int(low), None if high is None else int(high), tuple(str(row).split()))
        for low, high, row in data["letters"]
    )
    single: dict[str, dict[str, _Row]] = {}
    for severity in names.SEVERITIES:
        table = {
            str(k): _Row(int(v["n"]), tuple(str(v["ac"]).split()))
            for k, v in data["single"][severity].items()
        }
        for name, row in table.items():
            if len(row.cells) != len(aqls):
                raise ValueError(f"{severity} {name}: {len(row.cells)} cells for {len(aqls)} AQLs")
        for column, aql in enumerate(aqls):
            cells = [row.cells[column] for row in table.values()]
            if cells[0] == UP or cells[-1] == DOWN or any(a + b == DOWN + UP for a, b in pairwise(cells)):
                raise ValueError(f"{severity} {aql}: an arrow leads to no plan")
        single[severity] = table
    if any(len(row) != len(levels) for _, _, row in letters):
        raise ValueError("a row of code letters does not match the levels")
    return Tables(
        str(data["standard"]),
        dict(data["source"]),
        aqls,
        Decimal(str(data["highest_percent"])),
        letters,
        levels,
        single,
    )


def look_up(tables: Tables, asked: Mapping[str, Any]) -> tuple[Plan, str | None]:
    """A plan from a question as people put it, and the level used (None where a code letter was given).

    Keys: `lot_size` or `code_letter` (or both), `level` (II where none is said, clause 10.1), `aql`, `severity`
    (normal where none is said, clause 9.1), `plan` (single). Raises `InputError`.
    """
    kind = names.text(asked.get("plan") or "single").lower()
    if kind not in ("single", "一次", "一次抽样"):
        raise InputError(
            "plan",
            f"“{asked['plan']}”：目录中只有一次抽样方案；二次、多次抽样方案的表未收录，不作答。",
            f"'{asked['plan']}': the catalogue holds single plans; the tables of double and multiple plans are not in it.",
        )
    said_lot, said_letter = asked.get("lot_size"), asked.get("code_letter")
    if said_lot is None and not said_letter:
        raise InputError(
            "lot_size",
            "请给出批量 lot_size 或样本量字码 code_letter。",
            "Give the lot_size or the code_letter.",
        )
    if asked.get("aql") is None:
        raise InputError("aql", "缺少 AQL。", "The AQL is missing.")
    aql = tables.aql(asked["aql"])
    severity = names.severity(asked.get("severity") or names.NORMAL)
    level = names.level(asked.get("level") or "II")
    lot = None if said_lot is None else names.whole(said_lot, "lot_size", 1)
    by_lot = None if lot is None else tables.letter(lot, level)
    if not said_letter:
        assert by_lot is not None
        return tables.single(by_lot, aql, severity, lot), level
    letter = names.letter(said_letter)
    if asked.get("level") and by_lot is not None and by_lot != letter:
        raise InputError(
            "code_letter",
            f"批量 {lot}、水平 {level} 的字码是 {by_lot}，不是 {letter}；只给其中一项，或改正。",
            f"A lot of {lot} at level {level} has letter {by_lot}, not {letter}; give one of the two or mend it.",
        )
    return tables.single(letter, aql, severity, lot), None
