"""Tables in and out: CSV, XLSX, JSON and JSON Lines, from and to rows of named values.

`reading.open_table(stream, columns, …)` gives rows one by one; `writing` makes files and descriptors. Neither knows
registers: both are told the columns.
"""
