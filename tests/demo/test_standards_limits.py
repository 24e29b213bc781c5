"""The demonstration's limits, studies and degree of conformity: all made by the real actions."""

from __future__ import annotations

from datetime import date

import pytest

from pinzhi.apps.standards import queries_limits as queries
from pinzhi.doors.cli.demonstration import standards_limits
from pinzhi.kernel import clock
from pinzhi.kernel.registers import catalogue, counting

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)


def test_limits_studies_and_the_degree_of_conformity_by_year() -> None:
    catalogue.sync()
    with clock.at(TODAY):
        for work in standards_limits.batches(TODAY):
            work()
        documents = list(queries.limit_documents())
    assert len({row.family for row in documents}) == 4
    assert any(place.clash for row in documents for place in queries.places(row))
    runs = list(queries.conformity_runs())
    assert len(runs) == 5
    newest = runs[0]
    assert newest.r1[1] >= 40
    assert newest.r2[1] >= 60
    assert [run.r1[0] for run in reversed(runs)] == sorted(run.r1[0] for run in runs)
    # What a page shows is what anybody counts from the records.
    for count, value in (("standards_conforming", newest.r1[0]), ("indicators_compared", newest.r2[1])):
        spec = counting.spec_of("d07_conformity", count, on=TODAY)
        assert counting.count(spec).value == value
    spec = counting.spec_of("d06_comparisons", "studies_a_year", start=date(2022, 1, 1), end=TODAY)
    assert counting.count(spec).years == {"2022": 2, "2023": 2, "2024": 2, "2025": 2, "2026": 1}
