"""Numbers that checks bear: never given twice, told apart by year and region."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from pinzhi.apps.inspection.models import Paper
from pinzhi.kernel.places import queries as places


def serials(count: int) -> list[int]:
    """So many fresh serial numbers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('inspection_serial') FROM generate_series(1, %s)", [count])
        return [row[0] for row in cursor.fetchall()]


def numbers(prefix: str, year: int, region: str, count: int = 1) -> list[str]:
    """Numbers such as CY-2026-990000-000123."""
    return [f"{prefix}-{year}-{region}-{serial:06d}" for serial in serials(count)]


def ids(table: str, count: int) -> list[int]:
    """Fresh primary keys of a table, for rows that are copied in."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
        )
        return [row[0] for row in cursor.fetchall()]


def paper_serials(kind: str, agency: str, year: int, count: int) -> Sequence[int]:
    """The next numbers of an agency's papers of a kind in a year; in one transaction with the papers."""
    with connection.cursor() as cursor:
        # Two clerks who issue at once take their numbers one after the other.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"paper/{kind}/{agency}/{year}"])
    rows = Paper.objects.filter(kind=kind, agency=agency, year=year).order_by("-serial")
    last = rows.values_list("serial", flat=True).first() or 0
    return range(last + 1, last + 1 + count)


def agency_mark(agency: str) -> str:
    """How an agency is called in the number of a paper: its name."""
    found = places.agency_name(agency)
    return found.zh if found else agency
