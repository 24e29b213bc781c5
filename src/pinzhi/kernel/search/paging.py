"""The first page of a search, and how many there are: quick for a rare word and for one that half the names have.

A common word is not worth a count, and its first twenty by name may lie anywhere; so what is found beyond the cap is
shown in the order of entry. Whether a word is common is told by a sample of the table's pages, under the same conditions
as the search itself, and only where the index's statistics say that it might be.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connections, models, transaction

from pinzhi.kernel.search.columns import bigram_column
from pinzhi.kernel.search.folding import terms_of
from pinzhi.kernel.search.queries import COUNT_CAP, bigrams_of

#: Pages looked at to tell a common word; on a smaller table everything is counted.
SAMPLE_PAGES = 900
SMALL_PAGES = 6 * SAMPLE_PAGES
#: What a sample must promise, as a multiple of the cap, for the count to be left out: some hundred and eighty rows of
#: twelve thousand, which a word at the cap itself reaches by chance about never.
SURE = 1.5
#: Rows that a sample looks at, about: where no more can fit, the search itself is as quick as asking whether they are many.
SAMPLED_ROWS = 9_000
_FRESH_SECONDS = 300.0
_frequencies: dict[tuple[str, str, str], tuple[float, dict[str, float]]] = {}


@dataclass(frozen=True)
class Page:
    """Rows of one page; `count` up to the cap, `capped` where there are more; `by_entry`: in the order of entry."""

    rows: list[Any]
    count: int
    capped: bool
    by_entry: bool


def search_page(
    queryset: models.QuerySet[Any],
    column: str,
    typed: str,
    *,
    order: Sequence[str],
    offset: int = 0,
    size: int = 20,
    cap: int = COUNT_CAP,
) -> Page:
    """A page of `queryset`, which has been narrowed to what was typed (`queries.find`).

    Up to `cap` rows they come in `order`; of more, in the order of entry.
    """
    if _may_be_common(queryset, column, typed, max(cap, SAMPLED_ROWS)) and _is_common(queryset, cap):
        return Page(_by_entry(queryset, offset, size), cap, True, True)
    keys, count = _found(queryset, order, offset, size, cap)
    if count > cap:
        return Page(_by_entry(queryset, offset, size), cap, True, True)
    rows = queryset.order_by().filter(pk__in=keys)
    by_key = {row.pk: row for row in rows}
    return Page([by_key[key] for key in keys if key in by_key], count, False, False)


def _may_be_common(queryset: models.QuerySet[Any], column: str, typed: str, cap: int) -> bool:
    """Whether the statistics leave room for more than `cap` rows: the rarest pair of characters is the bound."""
    found = _statistics(queryset.db, queryset.model._meta.db_table, bigram_column(column))
    pairs = [pair for term in terms_of(typed) for pair in bigrams_of(term)]
    if not pairs:
        return False
    return min(found.get(pair, 0.0) for pair in pairs) * found.get("", 0.0) > cap


def _statistics(using: str, table: str, column: str) -> dict[str, float]:
    """Share of rows that hold each common pair of characters; under the empty name, how many rows there are."""
    key, now = (using, table, column), time.monotonic()
    kept = _frequencies.get(key)
    if kept is not None and now - kept[0] < _FRESH_SECONDS:
        return kept[1]
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT e.name, e.share FROM pg_stats s, unnest(s.most_common_elems::text::text[], s.most_common_elem_freqs[1:"
            " array_length(s.most_common_elems::text::text[], 1)]) AS e(name, share)"
            " WHERE s.schemaname = current_schema() AND s.tablename = %s AND s.attname = %s",
            [table, column],
        )
        found = {name: float(share) for name, share in cursor.fetchall()}
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = %s::regclass", [f'"{table}"'])
        found[""] = max(0.0, float(cursor.fetchone()[0]))
    _frequencies[key] = (now, found)
    return found


def _is_common(queryset: models.QuerySet[Any], cap: int) -> bool:
    """Whether a sample of the table's pages promises far more than `cap` rows that fit."""
    plain = queryset.order_by().values_list("pk")
    if len(plain.query.alias_map) > 1:
        return False
    table = f'"{queryset.model._meta.db_table}"'
    sql, params = plain.query.get_compiler(using=queryset.db).as_sql()
    with connections[queryset.db].cursor() as cursor:
        cursor.execute("SELECT relpages FROM pg_class WHERE oid = %s::regclass", [table])
        pages = cursor.fetchone()[0]
        if pages < SMALL_PAGES:
            return False
        percent = 100 * SAMPLE_PAGES / pages
        sampled = sql.replace(
            f"FROM {table}", f"FROM {table} TABLESAMPLE SYSTEM ({percent:.6f}) REPEATABLE (1)", 1
        )
        cursor.execute(f"SELECT count(*) FROM ({sampled}) t", params)  # noqa: S608  Django's own SQL around parameters
        return bool(cursor.fetchone()[0] * 100 / percent >= SURE * cap)


def _by_entry(queryset: models.QuerySet[Any], offset: int, size: int) -> list[Any]:
    """Rows by primary key, walked in its order: where so many fit, the first few are soon met."""
    with transaction.atomic(using=queryset.db), connections[queryset.db].cursor() as cursor:
        switches = ("enable_bitmapscan", "enable_seqscan", "enable_sort")
        cursor.execute("; ".join(f"SET LOCAL {name} = off" for name in switches))
        rows = list(queryset.order_by("pk")[offset : offset + size])
        cursor.execute("; ".join(f"SET LOCAL {name} = on" for name in switches))
    return rows


def _found(
    queryset: models.QuerySet[Any], order: Sequence[str], offset: int, size: int, cap: int
) -> tuple[list[Any], int]:
    """Keys of the page and how many rows fit (at most one more than the cap): found first, sorted then, in one pass.

    Left to itself the planner takes the words of a phrase for independent, and walks all names in order for the first.
    """
    meta = queryset.model._meta
    fields = [meta.pk if name.lstrip("-") == "pk" else meta.get_field(name.lstrip("-")) for name in order]
    names = list(dict.fromkeys([meta.pk.name, *(field.name for field in fields)]))
    inner = queryset.order_by().values_list(*names)[: cap + 1]
    sql, params = inner.query.get_compiler(using=queryset.db).as_sql()
    by = ", ".join(
        f'"{field.column}" {"DESC" if name.startswith("-") else "ASC"}'
        for field, name in zip(fields, order, strict=True)
    )
    with connections[queryset.db].cursor() as cursor:
        cursor.execute(
            f"WITH found AS MATERIALIZED ({sql}) SELECT {meta.pk.column}, (SELECT count(*) FROM found) FROM found"  # noqa: S608
            f" ORDER BY {by} OFFSET %s LIMIT %s",
            [*params, offset, size],
        )
        rows = cursor.fetchall()
        if rows or not offset:
            return [row[0] for row in rows], rows[0][1] if rows else 0
        cursor.execute(f"SELECT count(*) FROM ({sql}) found", params)  # noqa: S608
        return [], cursor.fetchone()[0]
