"""From when a published batch counts in pass rates: failing and passing batches of a month enter on the same day.

A failed result is published when nobody can object to it any more, a passed one at once. A rate of what is published
would therefore be too high for as long as objections run. So the batches of a department whose first reports were signed
in one month count together, from the day on which the term of objection counted from the month's end is over and every
one of them is published. Until then the month is open, and no batch of it counts, passed or failed. A batch that is
reported later counts as soon as its month is whole again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection

from pinzhi.apps.inspection.publishing import SPOT_KINDS
from pinzhi.kernel import law
from pinzhi.kernel.calendar import queries as calendar
from pinzhi.rules.inspection import deadlines
from pinzhi.rules.law import NoSuchLawError

#: Months with something published that does not count yet; label checks and the like have rates of their own.
_MONTHS = """
SELECT p.agency, CASE WHEN p.kind = ANY(%(spot)s) THEN '' ELSE p.kind END AS kind,
       date_trunc('month', r.issued_on)::date AS month,
       count(*) FILTER (WHERE t.published_on IS NULL) AS awaited,
       count(*) FILTER (WHERE t.published_on IS NULL AND r.verdict = 'fail') AS awaited_failed,
       count(*) FILTER (WHERE t.published_on IS NOT NULL AND t.counted_from IS NULL) AS ready
FROM inspection_report r JOIN inspection_sample s ON s.id = r.sample_id
JOIN inspection_programme p ON p.id = s.programme_id LEFT JOIN inspection_result t ON t.sample_id = s.id
WHERE r.test = 'first' AND r.verdict <> 'open' AND r.issued_on >= %(since)s
GROUP BY 1, 2, 3 ORDER BY 3, 1, 2
"""
_SINCE = """
SELECT min(r.issued_on) FROM inspection_report r LEFT JOIN inspection_result t ON t.sample_id = r.sample_id
WHERE r.test = 'first' AND r.verdict <> 'open' AND t.counted_from IS NULL
"""
_COUNT = """
UPDATE inspection_result t SET counted_from = %(on)s
FROM inspection_report r, inspection_sample s, inspection_programme p
WHERE r.sample_id = t.sample_id AND r.test = 'first' AND s.id = t.sample_id AND p.id = s.programme_id
  AND t.counted_from IS NULL AND t.published_on IS NOT NULL AND p.agency = %(agency)s
  AND CASE WHEN p.kind = ANY(%(spot)s) THEN '' ELSE p.kind END = %(kind)s
  AND r.issued_on >= %(month)s AND r.issued_on < %(next)s
RETURNING t.sample_id
"""


@dataclass(frozen=True)
class Month:
    """Reports of a department's month: `awaited` are not published yet, `ready` wait for the others; `over`: the last day
    of the term of objection, None where the holidays of that year are not arranged."""

    agency: str
    kind: str
    month: date
    awaited: int
    awaited_failed: int
    ready: int
    over: date | None

    def whole(self, on: date) -> bool:
        return self.awaited == 0 and self.over is not None and self.over < on


def _next(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def term_over(month: date) -> date | None:
    """The last day on which an objection could come to a report of the month's last day, served on that day."""
    end = _next(month) - timedelta(days=1)
    days = []
    for key in ("inspection.objection_days", "inspection.food_re_inspection_days"):
        try:
            count, unit, _ = deadlines.term(law.as_of(end), key)
        except NoSuchLawError:
            continue
        found = deadlines.due(end, count, unit, calendar.workdays()).day
        if found is None:
            return None
        days.append(found)
    return max(days, default=end)


def open_months() -> list[Month]:
    """Months of which not everything counts, the oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(_SINCE)
        since = cursor.fetchone()[0]
        if since is None:
            return []
        cursor.execute(_MONTHS, {"spot": SPOT_KINDS, "since": since.replace(day=1)})
        rows = cursor.fetchall()
    over: dict[date, date | None] = {}
    found = []
    for agency, kind, month, awaited, failed, ready in rows:
        if awaited or ready:
            if month not in over:
                over[month] = term_over(month)
            found.append(Month(agency, kind, month, awaited, failed, ready, over[month]))
    return found


def count_in(on: date, agencies: Iterable[str] | None = None) -> list[int]:
    """Let the batches of months that are whole count from `on`; returns their samples. In the caller's transaction."""
    wanted = None if agencies is None else set(agencies)
    samples: list[int] = []
    for one in open_months():
        if one.ready and one.whole(on) and (wanted is None or one.agency in wanted):
            samples += _counted(one, on)
    return samples


def _counted(one: Month, on: date) -> list[int]:
    said: dict[str, Any] = {
        "on": on,
        "agency": one.agency,
        "kind": one.kind,
        "spot": SPOT_KINDS,
        "month": one.month,
        "next": _next(one.month),
    }
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, said)
        return [row[0] for row in cursor.fetchall()]
