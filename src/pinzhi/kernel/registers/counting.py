"""Counting records in SQL, exactly as `rules/proof/verify.py` counts them from downloaded entries.

A spec is the mapping that verify.py documents. `level` at a day, `increment` and `per_year` in a period, `series`: each
count comes with the query that lists what was counted.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from pinzhi.kernel.errors import Refused
from pinzhi.kernel.registers import catalogue
from pinzhi.kernel.registers.definitions import CountDef
from pinzhi.rules.proof.verify import NUMBER

ENVELOPE_COLUMNS = ("key", "subject", "region", "record_type")
NUMBER_OPS = {"ge": ">=", "le": "<=", "gt": ">", "lt": "<"}


@dataclass(frozen=True)
class Counted:
    """What was counted: the figure (None where a series has none), by year for per_year, and the spec it came from."""

    value: Decimal | None
    spec: Mapping[str, Any]
    years: Mapping[str, int] | None = None
    period: str | None = None


def spec_of(
    register: str,
    count: str | CountDef,
    *,
    on: date | None = None,
    start: date | None = None,
    end: date | None = None,
    regions: Sequence[str] | None = None,
    filters: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """The spec of a register's named count for a day or a period, further filters and regions added."""
    found = catalogue.get(register).definition.count(count) if isinstance(count, str) else count
    spec: dict[str, Any] = {"register": register, "mode": found.mode, "states": list(found.states)}
    own = [
        {"field": f.field, "op": f.op, "value": f.value is not False if f.op == "present" else f.value}
        for f in found.filters
    ]
    if own or filters:
        spec["filters"] = [*own, *(dict(f) for f in filters)]
    if found.distinct and found.distinct != "key":
        spec["distinct"] = found.distinct
    if found.value_field:
        spec["value_field"] = found.value_field
        spec["aggregate"] = found.aggregate
    if regions:
        spec["regions"] = list(regions)
    if found.mode in ("level", "series"):
        day = on or end
        spec["date"] = day.isoformat() if day else None
    else:
        spec["from"], spec["to"] = (start.isoformat() if start else None), (end or on).isoformat()  # type: ignore[union-attr]
    return spec


class _Query:
    """The rows that a spec counts, as SQL over spans."""

    def __init__(self, spec: Mapping[str, Any]) -> None:
        self.spec = spec
        self.register = catalogue.get(spec["register"])
        self.params: list[Any] = []

    def rows(self) -> str:
        """SQL that yields one span per key counted (per key and period for a series)."""
        mode = self.spec["mode"]
        if mode == "level":
            return self._level()
        if mode in ("increment", "per_year"):
            return self._first()
        if mode == "series":
            return self._series()
        raise Refused(
            "bad_count", zh=f"不认识的计数方式 {mode}", en=f"there is no count mode {mode}", place="mode"
        )

    def _add(self, sql: str, *params: Any) -> str:
        self.params += params
        return sql

    def _level(self) -> str:
        day = _day(self.spec, "date")
        sql = self._add(
            "SELECT s.* FROM registers_span s WHERE s.register = %s AND s.state = ANY(%s) AND s.starts <= %s"
            " AND (s.ends IS NULL OR s.ends > %s) AND (s.valid_from IS NULL OR s.valid_from <= %s)"
            " AND (s.valid_until IS NULL OR s.valid_until >= %s)",
            self.register.name,
            list(self.spec["states"]),
            day,
            day,
            day,
            day,
        )
        return sql + self._conditions()

    def _first(self) -> str:
        start, end = _day(self.spec, "from"), _day(self.spec, "to")
        states = list(self.spec["states"])
        sql = self._add(
            "SELECT s.* FROM registers_span s WHERE s.register = %s AND s.state = ANY(%s)"
            " AND s.starts BETWEEN %s AND %s",
            self.register.name,
            states,
            start,
            end,
        )
        sql += self._conditions()
        return sql + self._add(
            " AND NOT EXISTS (SELECT 1 FROM registers_span e WHERE e.register = s.register AND e.key = s.key"
            " AND e.state = ANY(%s) AND (e.starts, e.entry_id) < (s.starts, s.entry_id))",
            states,
        )

    def _series(self) -> str:
        day = _day(self.spec, "date")
        period = self.spec.get("period_field") or "period"
        inner = self._add(
            "SELECT DISTINCT ON (s.key, s.facts->>%s) s.* FROM registers_span s WHERE s.register = %s AND s.starts <= %s"
            " ORDER BY s.key, s.facts->>%s, s.starts DESC, s.entry_id DESC",
            period,
            self.register.name,
            day,
            period,
        )
        sql = f"SELECT s.* FROM ({inner}) s WHERE TRUE"
        if self.spec.get("states"):
            sql += self._add(" AND s.state = ANY(%s)", list(self.spec["states"]))
        return sql + self._conditions()

    def _conditions(self) -> str:
        sql = ""
        if self.spec.get("regions"):
            patterns = [f"{code}%" for code in self.spec["regions"]]
            sql += self._add(" AND s.region LIKE ANY(%s)", patterns)
        for filter_ in self.spec.get("filters") or []:
            sql += " AND " + self._filter(filter_["field"], filter_.get("op", "eq"), filter_.get("value"))
        return sql

    def _filter(self, field: str, op: str, value: Any) -> str:
        if field.startswith("entry."):
            field = field.removeprefix("entry.")
        if field in ENVELOPE_COLUMNS or field in ("state", "agency", "valid_from", "valid_until"):
            return self._envelope_filter(field, op, value)
        if field not in self.register.definition.by_name:
            raise Refused("bad_count", zh=f"没有字段 {field}", en=f"there is no field {field}", place=field)
        if op == "eq":
            return self._add(
                "(s.facts @> %s::jsonb OR s.facts @> %s::jsonb)",
                _json({field: value}),
                _json({field: [value]}),
            )
        if op == "ne":
            return self._add(
                "NOT (s.facts @> %s::jsonb OR s.facts @> %s::jsonb)",
                _json({field: value}),
                _json({field: [value]}),
            )
        if op == "in":
            either = " OR ".join(self._filter(field, "eq", one) for one in value) or "FALSE"
            return f"({either})"
        if op == "present":
            return self._add(f"{'' if value is not False else 'NOT '}(s.facts ? %s)", field)
        if op == "prefix":
            prefixes = [value] if isinstance(value, str) else list(value)
            return self._add(
                "EXISTS (SELECT 1 FROM jsonb_array_elements_text(CASE jsonb_typeof(s.facts->%s) WHEN 'array'"
                " THEN s.facts->%s ELSE jsonb_build_array(s.facts->%s) END) AS one WHERE one LIKE ANY(%s))",
                field,
                field,
                field,
                [_like(prefix) for prefix in prefixes],
            )
        return self._compare("s.facts->>%s", [field], op, value)

    def _compare(self, column: str, params: list[Any], op: str, value: Any) -> str:
        """ge, le, gt, lt: as numbers where the filter's value reads as one (decimals are kept as text), else as text."""
        sign = NUMBER_OPS[op]
        if NUMBER.match(str(value)) and not isinstance(value, bool):
            # The pattern comes first, so that nothing that is no number is ever cast.
            return self._add(
                f"CASE WHEN ({column}) ~ %s THEN ({column})::numeric {sign} %s::numeric ELSE FALSE END",
                *params,
                NUMBER.pattern.replace("\\Z", "$").join(("^", "")),
                *params,
                str(value),
            )
        return self._add(
            f"(({column}) <> '' AND ({column}) COLLATE \"C\" {sign} %s)", *params, *params, str(value)
        )

    def _envelope_filter(self, field: str, op: str, value: Any) -> str:
        column = f"s.{field}"
        if field in ("valid_from", "valid_until"):
            column = f"{column}::text"
        if op == "eq":
            return self._add(f"{column} = %s", value)
        if op == "ne":
            return self._add(f"{column} IS DISTINCT FROM %s", value)
        if op == "in":
            return self._add(f"{column} = ANY(%s)", list(value))
        if op == "present":
            return f"{column} {'<>' if value is not False else '='} ''"
        if op == "prefix":
            return self._add(
                f"{column} LIKE ANY(%s)", [_like(v) for v in ([value] if isinstance(value, str) else value)]
            )
        return self._compare(column, [], op, value)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _like(prefix: str) -> str:
    return prefix.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"


def _day(spec: Mapping[str, Any], name: str) -> date:
    try:
        return date.fromisoformat(spec[name])
    except (KeyError, TypeError, ValueError):
        raise Refused(
            "bad_count", zh=f"计数缺少日期 {name}", en=f"the count has no day {name}", place=name
        ) from None


def count(spec: Mapping[str, Any]) -> Counted:
    """The figure of a spec. Raises Refused for a spec that does not hold together."""
    query = _Query(spec)
    rows = query.rows()
    mode, aggregate = spec["mode"], spec.get("aggregate") or "count"
    if mode == "series" and aggregate == "latest":
        return _latest(query, rows)
    with connection.cursor() as cursor:
        if mode == "per_year":
            what = _what(query, spec)
            sql = f"SELECT extract(year FROM s.starts)::int AS year, {what} FROM ({rows}) s GROUP BY 1"
            cursor.execute(sql, query.params)
            found = {int(year): int(number) for year, number in cursor.fetchall()}
            first, last = _day(spec, "from").year, _day(spec, "to").year
            years = {str(year): found.get(year, 0) for year in range(first, last + 1)}
            return Counted(_of_years(years, str(spec.get("years") or "each")), spec, years)
        cursor.execute(f"SELECT {_what(query, spec)} FROM ({rows}) s", query.params)
        value = cursor.fetchone()[0]
    return Counted(None if value is None else Decimal(value), spec)


def _of_years(years: Mapping[str, int], how: str) -> Decimal | None:
    figures = list(years.values())
    if how == "each" or not figures:
        return None
    chosen = {"min": min(figures), "max": max(figures), "last": figures[-1], "sum": sum(figures)}
    return Decimal(chosen[how])


def _what(query: _Query, spec: Mapping[str, Any]) -> str:
    if (spec.get("aggregate") or "count") == "sum":
        return f"coalesce(sum({_value(query, spec['value_field'])}), 0)"
    distinct = spec.get("distinct")
    if not distinct or distinct == "key":
        return "count(*)"
    if distinct in ENVELOPE_COLUMNS:
        return f"count(DISTINCT nullif(s.{distinct}, ''))"
    return f"count(DISTINCT s.facts->>'{_known(query, distinct)}')"


def _known(query: _Query, field: str) -> str:
    if field not in query.register.definition.by_name:
        raise Refused("bad_count", zh=f"没有字段 {field}", en=f"there is no field {field}", place=field)
    return field  # a name of the definition: letters, digits, underscores


def _value(query: _Query, field: str) -> str:
    return f"(s.facts->>'{_known(query, field)}')::numeric"


def _latest(query: _Query, rows: str) -> Counted:
    spec = query.spec
    period = _known(query, spec.get("period_field") or "period")
    value = _value(query, spec["value_field"])
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT s.facts->>'{period}', {value}, count(*) OVER (PARTITION BY s.facts->>'{period}')"
            f" FROM ({rows}) s WHERE {value} IS NOT NULL ORDER BY s.facts->>'{period}' COLLATE \"C\" DESC LIMIT 1",
            query.params,
        )
        row = cursor.fetchone()
    if row is None:
        return Counted(None, spec)
    if row[2] > 1:
        raise Refused(
            "ambiguous_series",
            zh=f"{row[0]} 有 {row[2]} 个数值，无法确定取哪一个",
            en=f"{row[2]} figures stand for {row[0]}",
            remedy_zh="在指标选项中限定地区或口径",
            remedy_en="narrow the region or the filters",
        )
    return Counted(Decimal(row[1]), spec, period=row[0])


def counted(spec: Mapping[str, Any], *, limit: int = 50, after: str = "") -> list[dict[str, Any]]:
    """What was counted, a page by key: register, key, state, days, region, subject."""
    query = _Query(spec)
    rows = query.rows()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.key, s.state, s.starts, s.valid_from, s.valid_until, s.region, s.subject, s.record_type, s.facts"
            f" FROM ({rows}) s WHERE s.key > %s ORDER BY s.key LIMIT %s",
            [*query.params, after, limit],
        )
        names = (
            "key",
            "state",
            "starts",
            "valid_from",
            "valid_until",
            "region",
            "subject",
            "record_type",
            "facts",
        )
        return [dict(zip(names, row, strict=True), register=spec["register"]) for row in cursor.fetchall()]


def by_region(spec: Mapping[str, Any], codes: Sequence[str]) -> dict[str, Decimal | None]:
    """The same count for each region's subtree."""
    return {code: count({**spec, "regions": [code]}).value for code in codes}
