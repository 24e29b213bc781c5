"""Further tests of a batch on pages: where their reports are entered, and what they come to."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from pinzhi.apps.inspection.models import Report, Sample
from pinzhi.apps.inspection.reporting import RE_CHECK, RE_INSPECTION


def test_title(test: str) -> str:
    return {
        RE_INSPECTION: _("Enter the report of the re-inspection"),
        RE_CHECK: _("Enter the report of the re-check"),
    }[test]


def links(row: Sample, tests: Sequence[str]) -> list[tuple[str, str]]:
    """Where such reports are entered, with titles."""
    return [(reverse("inspection_report_again", args=[row.number, test]), test_title(test)) for test in tests]


def final_word(reports: Sequence[Report], stage: str) -> str:
    """The final result of a case as its reports give it, in words; empty while it is open."""
    again = next((r for r in reports if r.test == RE_INSPECTION), None)
    if stage == "overturned":
        return _("Passed on re-inspection: the first result is overturned")
    if again is not None and stage != "re_inspection":
        return _("Failed: the re-inspection upholds it")
    return ""
