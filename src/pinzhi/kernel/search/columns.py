"""How a table becomes searchable: an operation for its migration."""

from __future__ import annotations

from django.db.migrations.operations import RunSQL

#: New rows wait in a list before they are sorted into the index; who fills it sorts it in. With the 4 MB that PostgreSQL
#: would let it grow to, one writer of some thousands waits more than a second; with this, a tenth of one.
PENDING_KB = 1024


def bigram_column(column: str) -> str:
    """Name of the generated column beside a searched one."""
    return f"{column}_bigrams"


def index_name(table: str, column: str) -> str:
    return f"{table}_{column}_bigrams"[:63]


def add_bigrams(table: str, column: str) -> RunSQL:
    """A migration operation: the generated column and its index.

    The migration must depend on `("search", "0001_bigrams")`. The column is no model field, so that no
    SELECT of a model carries it along and nobody writes to it.
    """
    generated, index = bigram_column(column), index_name(table, column)
    return RunSQL(
        f'ALTER TABLE "{table}" ADD COLUMN "{generated}" tsvector '
        f'GENERATED ALWAYS AS (pinzhi_bigrams("{column}")) STORED;\n'
        # Far more than the default hundred values: whether a bigram is common decides which plan is fast.
        f'ALTER TABLE "{table}" ALTER COLUMN "{generated}" SET STATISTICS 300;\n'
        f'CREATE INDEX "{index}" ON "{table}" USING gin ("{generated}")'
        f" WITH (gin_pending_list_limit = {PENDING_KB});",
        f'ALTER TABLE "{table}" DROP COLUMN "{generated}";',
    )
