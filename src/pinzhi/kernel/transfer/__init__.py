"""Tables in and out: CSV, XLSX, JSON and JSON Lines, from and to rows of named values; files that are checked and brought in.

`reading.open_table(stream, columns, …)` gives rows one by one; `writing` makes files and descriptors. Neither knows
registers: both are told the columns. `imports.Imports` is what an app fills in so that its files come in: handed in,
checked row by row, decided on, brought in (`judging`, `actions/import_file`, `tasks`, `console`, `api`).
"""
