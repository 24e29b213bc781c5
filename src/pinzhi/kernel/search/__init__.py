"""Search in Chinese at any length, with the answers that LIKE would give.

A table that is searched has a text column, written folded (`folding.searchable`), and beside it a generated
column of bigrams with a GIN index, made in a migration with `columns.add_bigrams(table, column)`. Django
never reads or writes it. Asking: `queries.find(queryset, "search_text", typed)` or the lookup
`search_text__finds=typed`.
"""
