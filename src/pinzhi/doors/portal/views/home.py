"""The start page: what this is, a large search, where the targets stand, what there is, how to check."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from pinzhi.doors.portal import frame, policy
from pinzhi.doors.portal.views.registers import grouped


def home(request: HttpRequest) -> HttpResponse:
    rows = policy.targets()
    groups = grouped()
    context = {
        "summary": policy.summary(rows),
        "targets": policy.most_telling(rows, 6),
        "targets_total": len(rows),
        "groups": groups,
        "records_total": sum(r["count"] for group in groups for r in group["registers"]),
        "registers_total": sum(len(group["registers"]) for group in groups),
    }
    return frame.page(request, "home.html", context)
