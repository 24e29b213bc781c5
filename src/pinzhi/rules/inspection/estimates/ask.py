"""An estimate asked for in words: which columns say how the rows were drawn, and what is wanted of which column."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from math import inf, isfinite
from typing import Any

from pinzhi.rules.inspection.errors import InputError
from pinzhi.rules.inspection.estimates import adjusting, intervals, linear
from pinzhi.rules.inspection.estimates.design import FAIL, Design, describe

Columns = Mapping[str, Sequence[Any]]
MISSING = ("", "NA", "NaN", "null", "缺失")
WHATS = ("mean", "total", "share", "count", "ratio")


def answer(asked: Mapping[str, Any], columns: Columns) -> dict[str, Any]:
    """The estimate as plain data.

    Keys of `asked`: `what` (mean, total, share, count, ratio), `of` (a column), `to` (the denominator of a ratio),
    `equals` (share of rows whose value is this), `by` (a column of groups), `where` ({column: value or values});
    of the design `weights` or `probabilities`, `strata`, `clusters`, `population` (a column or one for each stage),
    `nest`, `unequal`, `lonely`; `post_stratify` ({by, totals}) or `rake` (a list of these); `skip_missing`,
    `confidence`, `method` (of a share's interval), `deff`. Raises `InputError`.
    """
    what = asked.get("what", "mean")
    if not isinstance(what, str) or what not in WHATS:
        raise InputError(
            "what", f"可用：{'、'.join(WHATS)}。", f"Use one of {', '.join(WHATS)}, not '{what}'."
        )
    design = _design(asked, columns)
    chosen = asked.get("where") or {}
    if not isinstance(chosen, Mapping):
        raise InputError("where", "where 应当是 {列: 值}。", "where is {column: value}.")
    for name, wanted in chosen.items():
        values = {str(v) for v in (wanted if isinstance(wanted, list) else [wanted])}
        design = design.where([str(v) in values for v in _column(columns, name, "where")])
    by = asked.get("by")
    if by is None:
        return _one(asked, columns, design, what)
    groups = _labels(columns, by, "by")
    found = {
        str(name): _one(asked, columns, design.where([g == name for g in groups]), what)
        for name in linear.indicators(groups)
    }
    return {"by": by, "groups": found}


def _one(asked: Mapping[str, Any], columns: Columns, design: Design, what: str) -> dict[str, Any]:
    skip = bool(asked.get("skip_missing"))
    confidence = _number(asked.get("confidence", 0.95), "confidence")
    if not 0 < confidence < 1:
        raise InputError("confidence", "置信水平应当在 0 和 1 之间。", "A confidence lies between 0 and 1.")
    method = str(asked.get("method", intervals.BETA))
    name = asked.get("of")
    if name is None:
        raise InputError("of", "缺少要估计的列 of。", "The column to estimate, of, is missing.")
    if what in ("share", "count"):
        return _categories(asked, columns, design, what, skip, confidence, method)
    values = _numbers(columns, name, "of")
    if what == "ratio":
        if asked.get("to") is None:
            raise InputError("to", "缺少分母列 to。", "The column of the denominator, to, is missing.")
        found = linear.ratio(design, values, _numbers(columns, asked["to"], "to"), skip_missing=skip)
    else:
        found = {"mean": linear.mean, "total": linear.total}[what](design, {name: values}, skip_missing=skip)
    result = _plain(found, confidence)
    if asked.get("deff") and what != "ratio":
        result["deff"] = linear.design_effect(design, values, of=what, skip_missing=skip)
    return result


def _categories(
    asked: Mapping[str, Any],
    columns: Columns,
    design: Design,
    what: str,
    skip: bool,
    confidence: float,
    method: str,
) -> dict[str, Any]:
    labels = _labels(columns, asked["of"], "of")
    if asked.get("equals") is None:
        found = (linear.shares if what == "share" else linear.counts)(design, labels, skip_missing=skip)
        return {"categories": {str(n): _plain(found, confidence, at) for at, n in enumerate(found.names)}}
    wanted = str(asked["equals"])
    hits = [None if v is None else int(v == wanted) for v in labels]
    if what == "count":
        return _plain(linear.total(design, {wanted: hits}, skip_missing=skip), confidence)
    result = _plain(linear.mean(design, {wanted: hits}, skip_missing=skip), confidence)
    found_interval = intervals.of_share(design, hits, method, confidence, skip_missing=skip)
    result |= {"low": found_interval.low, "high": found_interval.high, "method": method}
    if asked.get("deff"):
        result["deff"] = linear.design_effect(design, hits, skip_missing=skip)
    return result


def _plain(found: linear.Estimates, confidence: float, at: int = 0) -> dict[str, Any]:
    result: dict[str, Any] = {"estimate": found.values[at], "se": found.errors[at]}
    if found.degrees_of_freedom >= 1:
        span = intervals.estimate(found.values[at], found.errors[at], found.degrees_of_freedom, confidence)
        result |= {"low": span.low, "high": span.high}
    return {**result, "df": found.degrees_of_freedom, "rows": found.rows}


def _design(asked: Mapping[str, Any], columns: Columns) -> Design:
    n = len(next(iter(columns.values()), ()))
    stages = {key: _several(asked.get(key)) for key in ("clusters", "strata", "population")}
    given: dict[str, Any] = {
        "clusters": [_labels(columns, c, "clusters") for c in stages["clusters"]],
        "strata": [_labels(columns, c, "strata") for c in stages["strata"]],
        "population": [_numbers(columns, c, "population") for c in stages["population"]],
    }
    for key in ("weights", "probabilities"):
        if asked.get(key) is not None:
            given[key] = _numbers(columns, asked[key], key)
    design = describe(
        n,
        **given,
        nest=bool(asked.get("nest")),
        unequal=bool(asked.get("unequal")),
        lonely=str(asked.get("lonely", FAIL)),
    )
    if asked.get("post_stratify") is not None:
        groups, totals = _margin(asked["post_stratify"], columns, "post_stratify")
        design = adjusting.post_stratify(design, groups, totals)
    if asked.get("rake") is not None:
        design = adjusting.rake(design, [_margin(m, columns, "rake") for m in _several(asked["rake"])])
    return design


def _margin(said: Any, columns: Columns, field: str) -> tuple[list[Hashable], dict[Hashable, float]]:
    if not isinstance(said, Mapping) or not isinstance(said.get("totals"), Mapping) or "by" not in said:
        raise InputError(field, "应当是 {by: 列, totals: {组: 总数}}。", "Give {by: column, totals: {…}}.")
    totals: dict[Hashable, float] = {str(g): _number(v, field) for g, v in said["totals"].items()}
    return _labels(columns, said["by"], field), totals


def _several(said: Any) -> list[Any]:
    if said is None:
        return []
    return list(said) if isinstance(said, list) else [said]


def _column(columns: Columns, name: Any, field: str) -> Sequence[Any]:
    if not isinstance(name, str) or name not in columns:
        raise InputError(field, f"没有列“{name}”。", f"There is no column '{name}'.")
    return columns[name]


def _labels(columns: Columns, name: Any, field: str) -> list[Hashable]:
    return [None if _gap(v) else str(v) for v in _column(columns, name, field)]


def _numbers(columns: Columns, name: Any, field: str) -> list[float | None]:
    found: list[float | None] = []
    for at, value in enumerate(_column(columns, name, field)):
        try:
            number = None if _gap(value) else float(value)
            # Only of a population may be said that it has no end.
            if number is not None and not isfinite(number) and not (field == "population" and number == inf):
                raise ValueError
            found.append(number)
        except (TypeError, ValueError, OverflowError):
            raise InputError(
                field,
                f"列“{name}”第 {at + 1} 行的“{value}”不是数。",
                f"'{value}' in row {at + 1} of column '{name}' is not a number.",
            ) from None
    return found


def _number(value: Any, field: str) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        raise InputError(field, f"“{value}”不是数。", f"'{value}' is not a number.") from None


def _gap(value: Any) -> bool:
    return value is None or (isinstance(value, str) and value.strip() in MISSING)
