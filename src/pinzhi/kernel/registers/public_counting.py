"""Counting from the public side alone, exactly as `rules/proof/verify.py` counts from the downloaded entries.

What a stranger would get who downloads the register today: entries of which nothing is open do not count.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connections

from pinzhi.kernel import clock
from pinzhi.kernel.errors import Refused
from pinzhi.kernel.places import queries as places
from pinzhi.kernel.registers.definitions import Register
from pinzhi.kernel.registers.public import PORTAL, register
from pinzhi.rules.proof import verify

ENVELOPE = "e.groups->'entry'->'values'"
NUMERIC = {"ge": ">=", "le": "<=", "gt": ">", "lt": "<"}
#: JSON values that verify.py takes for numbers: integers, and strings that are decimals.
A_NUMBER = r"^-?[0-9]{1,30}(\.[0-9]{1,20})?$"


@dataclass(frozen=True)
class PublicRow:
    """One entry that counts."""

    key: str
    index: int
    state: str
    effective_on: str
    region: str


@dataclass(frozen=True)
class PublicCount:
    """How many entries count, the figure where it is a single one, a page of them and where to go on."""

    count: int
    value: Decimal | None
    rows: list[PublicRow]
    next: str


class _Query:
    def __init__(self, spec: Mapping[str, Any]) -> None:
        try:
            self.spec = verify.check_spec(dict(spec))
        except verify.ProofError as error:
            raise Refused(
                "bad_count", zh=f"口径不对：{error.zh}", en=f"The count is malformed: {error.en}"
            ) from error
        self.register: Register = register(self.spec["register"])
        self.classes = list(self.register.definition.classes)
        self.params: dict[str, Any] = {}

    def put(self, value: Any) -> str:
        """A placeholder for a value; by name, so that the text may be put together in any order."""
        name = f"p{len(self.params)}"
        self.params[name] = value
        return f"%({name})s"

    def field(self, name: str) -> str:
        """A field's value as JSON: the envelope's, or from whichever open group holds it."""
        if name in verify.ENVELOPE_FIELDS or name.startswith("entry."):
            return f"nullif(v->{self.put(name.removeprefix('entry.'))}, 'null')"
        place = self.put(name)
        parts = [f"nullif(groups->{self.put(group)}->'values'->{place}, 'null')" for group in self.classes]
        return f"coalesce({', '.join(parts)}, NULL::jsonb)"

    def live(self) -> str:
        """Entries that stand: not replaced by a later one, with a state."""
        known = ""
        if self.spec["size"] is not None:
            known += f" AND e.index < {self.put(self.spec['size'])}"
        if self.spec["known_at"] is not None:
            known += f" AND {_text(ENVELOPE, 'recorded_at')} <= {self.put(self.spec['known_at'])}"
        return (
            f"WITH seen AS (SELECT e.index, e.groups, {ENVELOPE} AS v FROM public_entry e"
            f" WHERE e.log = {self.put(self.register.name)} AND e.groups ? 'entry'"
            f" AND (e.open_until IS NULL OR e.open_until >= {self.put(clock.today())}){known}),"
            " void AS (SELECT v->>'replaces' AS id, max(index) AS at FROM seen WHERE v->>'replaces' IS NOT NULL"
            " GROUP BY 1),"
            " live AS (SELECT s.* FROM seen s LEFT JOIN void ON void.id = s.v->>'id'"
            " WHERE s.v->>'state' IS NOT NULL AND (void.at IS NULL OR void.at <= s.index))"
        )

    def chosen(self) -> str:
        """SQL of the entries that count."""
        spec, mode, effective = self.spec, self.spec["mode"], _text("v", "effective_on")
        if mode in ("level", "series"):
            day = self.put(spec["date"])
            per = f"v->>'key', {self.field(spec['period_field'])}" if mode == "series" else "v->>'key'"
            sql = (
                f"{self.live()}, last AS (SELECT DISTINCT ON ({per}) * FROM live WHERE {effective} <= {day}"
                f" ORDER BY {per}, {effective} DESC, index DESC) SELECT * FROM last WHERE TRUE"
            )
            if spec["states"] is not None:
                sql += f" AND v->>'state' = ANY({self.put(spec['states'])})"
            if mode == "level":
                sql += f" AND (v->>'valid_from' IS NULL OR {_text('v', 'valid_from')} <= {day})"
                sql += f" AND (v->>'valid_until' IS NULL OR {_text('v', 'valid_until')} >= {day})"
        else:
            sql = (
                f"{self.live()}, first AS (SELECT DISTINCT ON (v->>'key') * FROM live"
                f" WHERE v->>'state' = ANY({self.put(spec['states'])}) ORDER BY v->>'key', {effective}, index)"
                f" SELECT * FROM first WHERE {effective} BETWEEN {self.put(spec['from'])} AND {self.put(spec['to'])}"
            )
        return sql + self._conditions()

    def _conditions(self) -> str:
        sql = ""
        if self.spec["regions"] is not None:
            patterns = [_like(code) for code in self.spec["regions"]]
            sql += f" AND coalesce(v->>'region', '') LIKE ANY({self.put(patterns)})"
        for test in self.spec["filters"]:
            sql += f" AND {self._test(test['field'], test['op'], test['value'])}"
        return sql

    def _test(self, name: str, op: str, wanted: Any) -> str:
        field = self.field(name)
        if op == "present":
            return f"({field} IS NOT NULL) = {'TRUE' if wanted else 'FALSE'}"
        test = self._of_one("eq" if op == "ne" else op, wanted)
        # One value is a list of one, nothing an empty list: no op holds of that but "ne".
        some = (
            f"coalesce((SELECT bool_or({test}) FROM (SELECT {field} AS x) f, jsonb_array_elements("
            "CASE WHEN f.x IS NULL THEN '[]' WHEN jsonb_typeof(f.x) = 'array' THEN f.x"
            " ELSE jsonb_build_array(f.x) END) AS i), FALSE)"
        )
        return f"NOT {some}" if op == "ne" else some

    def _of_one(self, op: str, wanted: Any) -> str:
        """Whether one value, `i`, fits."""
        if op == "eq":
            return f"i = {self.put(json.dumps(wanted))}::jsonb"
        if op == "in":
            return f"i = ANY({self.put([json.dumps(one) for one in wanted])}::jsonb[])"
        if op == "prefix":
            starts = [_like(start) for start in ([wanted] if isinstance(wanted, str) else wanted)]
            return f"jsonb_typeof(i) = 'string' AND i #>> '{{}}' LIKE ANY({self.put(starts)})"
        if verify.number(wanted) is not None:
            # CASE, because the cast must not be tried on what is no number.
            return (
                f"CASE WHEN jsonb_typeof(i) IN ('number', 'string') AND i #>> '{{}}' ~ {self.put(A_NUMBER)}"
                f" THEN (i #>> '{{}}')::numeric {NUMERIC[op]} {self.put(str(wanted))}::numeric ELSE FALSE END"
            )
        return f"jsonb_typeof(i) = 'string' AND (i #>> '{{}}') COLLATE \"C\" {NUMERIC[op]} {self.put(wanted)}"


def _text(value: str, part: str) -> str:
    """A part of the envelope that is compared as verify.py compares texts."""
    return f"({value}->>'{part}') COLLATE \"C\""


def _like(prefix: str) -> str:
    return prefix.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"


def counted(spec: Mapping[str, Any], *, limit: int = 50, after: str = "") -> PublicCount:
    """The public entries that a spec counts, a page by key. Raises Refused for a spec that does not hold together.

    `value` is the figure of a plain or distinct count and of a sum; None for figures by year and the latest of a series,
    which the rows themselves show.
    """
    query = _Query(spec)
    sql = query.chosen()
    with connections[PORTAL].cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({sql}) c", query.params)
        count = int(cursor.fetchone()[0])
        value = _value(query, sql, count)
        key = _text("v", "key")
        page = f"WHERE {key} > {query.put(after)} ORDER BY {key}, index LIMIT {query.put(limit + 1)}"
        cursor.execute(
            "SELECT v->>'key', index, coalesce(v->>'state', ''), v->>'effective_on', coalesce(v->>'region', '')"
            f" FROM ({sql}) c {page}",
            query.params,
        )
        rows = [PublicRow(*row) for row in cursor.fetchall()]
    following = rows[limit - 1].key if len(rows) > limit else ""
    return PublicCount(count, value, rows[:limit], following)


def _value(query: _Query, sql: str, count: int) -> Decimal | None:
    spec = query.spec
    if spec["mode"] == "per_year" or spec["aggregate"] == "latest":
        return None
    if spec["aggregate"] == "count" and spec["distinct"] is None:
        return Decimal(count)
    field = query.field(spec["distinct"] or spec["value_field"])
    what = (
        f"count(DISTINCT {field})" if spec["distinct"] else f"coalesce(sum(({field} #>> '{{}}')::numeric), 0)"
    )
    with connections[PORTAL].cursor() as cursor:
        cursor.execute(f"SELECT {what} FROM ({sql}) c", query.params)
        return Decimal(cursor.fetchone()[0])


def by_region(spec: Mapping[str, Any], codes: Sequence[str]) -> dict[str, Decimal]:
    """The same count for each region's subtree, in one query; empty for figures by year and the latest of a series."""
    query = _Query(spec)
    whole = query.spec
    if whole["mode"] in ("per_year", "series") or whole["aggregate"] not in ("count", "sum"):
        return {}
    sql = query.chosen()
    region = "coalesce(v->>'region', '')"
    if whole["distinct"]:
        what = f"SELECT DISTINCT {region}, {query.field(whole['distinct'])}::text FROM ({sql}) c"
    elif whole["aggregate"] == "sum":
        what = f"SELECT {region}, sum(({query.field(whole['value_field'])} #>> '{{}}')::numeric) FROM ({sql}) c GROUP BY 1"
    else:
        what = f"SELECT {region}, count(*) FROM ({sql}) c GROUP BY 1"
    with connections[PORTAL].cursor() as cursor:
        cursor.execute(what, query.params)
        rows = cursor.fetchall()
    found: dict[str, Decimal] = {}
    for code in codes:
        inside = [
            value for place, value in rows if place and value is not None and places.contains(code, place)
        ]
        found[code] = Decimal(len(set(inside))) if whole["distinct"] else Decimal(sum(inside))
    return found
