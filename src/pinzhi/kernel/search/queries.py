"""What may be asked of a searched column."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db import connections, models
from django.db.models import CharField, Lookup, TextField
from django.db.models.expressions import Col

from pinzhi.kernel.search.columns import bigram_column, index_name
from pinzhi.kernel.search.folding import terms_of

_M = TypeVar("_M", bound=models.Model)

# A long term needs no more than this many of its bigrams: the LIKE that follows makes the answer exact.
_MOST_BIGRAMS = 12
COUNT_CAP = 10_000


def bigrams_of(term: str) -> list[str]:
    """The pairs of neighbouring characters of a folded term, each once."""
    return list(dict.fromkeys(term[i : i + 2] for i in range(len(term) - 1)))


def query_for(term: str) -> str:
    """The tsquery, as text, that every text with this folded term fulfils."""
    if len(term) == 1:
        return f"{_quoted(term)}:*"
    pairs = bigrams_of(term)
    if len(pairs) > _MOST_BIGRAMS:
        step = (len(pairs) - 1) / (_MOST_BIGRAMS - 1)
        pairs = [pairs[round(i * step)] for i in range(_MOST_BIGRAMS)]
    return " & ".join(_quoted(pair) for pair in pairs)


def like_pattern(term: str) -> str:
    """The LIKE pattern, with backslash as its escape, of texts that hold the term."""
    escaped = term.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def conditions(alias: str, column: str, typed: str) -> tuple[str, list[str]]:
    """SQL condition and its parameters for hand-written queries; true for every row if nothing is typed.

    `alias` and `column` are names in the code's own hands, never a user's. Send the parameters as literals,
    as Django does, and not in a prepared statement: a generic plan cannot know whether a word is common.
    """
    return _conditions(f'"{alias}"', column, typed)


def _conditions(table: str, column: str, typed: str) -> tuple[str, list[str]]:
    parts: list[str] = []
    params: list[str] = []
    for term in terms_of(typed):
        parts.append(f'{table}."{bigram_column(column)}" @@ %s::tsquery')
        params.append(query_for(term))
        if len(term) > 2:  # one bigram or one prefix is already exact
            parts.append(f'{table}."{column}" LIKE %s')
            params.append(like_pattern(term))
    return " AND ".join(parts) or "TRUE", params


@CharField.register_lookup
@TextField.register_lookup
class Finds(Lookup):
    """`column__finds=typed`: rows whose folded text holds every term that was typed."""

    lookup_name = "finds"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[str, ...]]:
        if not isinstance(self.lhs, Col) or self.lhs.alias is None:
            raise TypeError("finds looks into a column that add_bigrams made searchable")
        column = str(self.lhs.target.column)
        # The alias that Django gives a table inside a subquery (U0) is written without quotes.
        table = compiler.quote_name_unless_alias(self.lhs.alias)
        sql, params = _conditions(table, column, str(self.rhs))
        return sql, tuple(params)


def find(queryset: models.QuerySet[_M], column: str, typed: str) -> models.QuerySet[_M]:
    """The rows whose column holds every term that was typed; all rows where nothing was."""
    return queryset.filter(**{f"{column}__finds": typed}) if terms_of(typed) else queryset


def capped_count(queryset: models.QuerySet[Any], cap: int = COUNT_CAP) -> tuple[int, bool]:
    """How many rows, up to `cap`, and whether there are more: a common word is not worth a full count.

    Where rows are neither grouped nor compared it asks for no column, so that an index alone may answer.
    """
    rows, query = queryset.order_by(), queryset.query
    if not (query.distinct or query.group_by or query.combinator):
        rows = rows.values_list(models.Value(1))
    found = rows[: cap + 1].count()
    return min(found, cap), found > cap


def settle(table: str, column: str, using: str = "default") -> None:
    """After a bulk load: empty the index's pending list and learn which bigrams are common."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT gin_clean_pending_list(%s::regclass)", [f'"{index_name(table, column)}"'])
        cursor.execute(f'ANALYZE "{table}"')


def _quoted(lexeme: str) -> str:
    doubled = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{doubled}'"
