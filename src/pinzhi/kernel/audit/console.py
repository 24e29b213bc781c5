"""The auditor's page: the trail with filters, an export. Looking at the trail is itself written down."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pinzhi.kernel import audit
from pinzhi.kernel.access import names
from pinzhi.kernel.access.actor import actor_of
from pinzhi.kernel.audit import kinds, queries
from pinzhi.kernel.audit.models import AuditEvent
from pinzhi.kernel.clock import SHANGHAI

PER_PAGE = 50
CAP = 10_000
# A cell that a spreadsheet would take for a formula is led by an apostrophe.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@require_safe
def events(request: HttpRequest) -> HttpResponse:
    """The trail, newest first."""
    actor = actor_of(request)
    filters, wrong = filters_of(request.GET)
    before = request.GET.get("before", "")
    rows, following = queries.page(
        filters, by=actor, before=int(before) if before.isdecimal() else None, limit=PER_PAGE
    )
    total = queries.count(filters, by=actor, cap=CAP)
    audit.record_read("audit.read", by=actor, subject_kind="audit", count=len(rows), detail=_asked(filters))
    query = request.GET.copy()
    query.pop("before", None)
    return render(
        request,
        "audit/events.html",
        {
            "rows": [in_words(event) for event in rows],
            "filters": filters,
            "wrong": wrong,
            "total": total,
            "capped": total >= CAP,
            "next_url": "?" + urlencode({**query.dict(), "before": following}) if following else "",
            "first_url": "?" + query.urlencode() if before else "",
            "export_url": "export/?" + query.urlencode(),
            "kinds": [(kind.action, _kind_title(kind)) for kind in kinds.declared()],
        },
        status=422 if wrong else 200,
    )


@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """The events that fit, as CSV (UTF-8 with a mark, so that a spreadsheet reads the Chinese)."""
    actor = actor_of(request)
    filters, _wrong = filters_of(request.GET)
    found = queries.all_events(filters, by=actor)
    audit.record_read("audit.export", by=actor, subject_kind="audit", detail=_asked(filters))
    response = StreamingHttpResponse(_lines(found), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="audit.csv"'
    return response


def filters_of(get: QueryDict) -> tuple[queries.EventFilter, list[str]]:
    """The filter of an address and what was wrong with it; a day that is none filters nothing."""
    wrong: list[str] = []

    def day(name: str) -> date | None:
        text = get.get(name, "").strip()
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            wrong.append(_("“%(text)s” is not a day; write it like 2026-11-21.") % {"text": text[:20]})
            return None

    def text(name: str) -> str:
        return get.get(name, "").strip()[:200]

    filters = queries.EventFilter(
        who=text("who"),
        action=text("action").removesuffix(".*"),
        register=text("register"),
        region=text("region"),
        subject=text("subject"),
        request=text("request"),
        since=day("since"),
        until=day("until"),
        reads={"yes": True, "no": False}.get(get.get("reads", "")),
    )
    return filters, wrong


def in_words(event: AuditEvent) -> dict[str, Any]:
    """One event as the page and the export show it."""
    language = get_language() or "zh"
    try:
        sensitive = kinds.kind_of(event.action).sensitive
    except kinds.UndeclaredError:
        sensitive = False
    detail = event.detail if isinstance(event.detail, dict) else {}
    called = {"register": names.register(event.register or "*")}
    if not event.subject_key:
        called["subject"] = ""
    step = event.action.removeprefix("registers.")
    if step != event.action and (title := names.step(event.register, step)):
        called["step"] = title
    if event.region:
        called["region"] = names.region(event.region)
    if "role" in detail:
        called["role"] = names.role(str(detail["role"]))
    if "function" in detail:
        called["function"] = names.function(str(detail["function"]))
    if "where" in detail:
        called["where"] = names.region("" if detail["where"] == "*" else str(detail["where"]))
    return {
        "event": event,
        "sentence": _tidy(kinds.sentence(event, language, names=called)),
        "link": kinds.link(event),
        "sensitive": sensitive,
        "detail": json.dumps(event.detail, ensure_ascii=False, sort_keys=True) if event.detail else "",
    }


def _tidy(sentence: str) -> str:
    """A sentence without the gaps that a missing subject leaves."""
    return re.sub(r"[:：]?\s+(?=[(（]|$)", " ", sentence).replace("” （", "”（").strip(" :：")


def _kind_title(kind: kinds.Kind) -> str:
    text = kind.en if (get_language() or "zh").startswith("en") else kind.zh
    return re.sub(r"\{\w+\}", "…", text)


def _asked(filters: queries.EventFilter) -> dict[str, str]:
    """The filter as a fact of the trail."""
    return {name: str(value) for name, value in asdict(filters).items() if value not in ("", None)}


def _lines(found: Iterator[AuditEvent]) -> Iterator[str]:
    head = [
        _("Time"),
        _("Account"),
        _("Party"),
        _("Action"),
        _("What"),
        pgettext("audit", "Subject"),
        _("Register"),
        _("Region"),
    ]
    yield "\ufeff" + _line([*head, _("How many"), _("Only read"), _("Request"), _("Details")])
    for event in found:
        words = in_words(event)
        yield _line(
            [
                event.at.astimezone(SHANGHAI).isoformat(timespec="seconds"),
                event.username,
                event.party,
                event.action,
                words["sentence"],
                event.subject_key,
                event.register,
                event.region,
                event.count,
                "1" if event.is_read else "",
                event.request_id,
                words["detail"],
            ]
        )


def _line(cells: list[Any]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(
        "'" + cell if isinstance(cell, str) and cell.startswith(FORMULA) else cell for cell in cells
    )
    return out.getvalue()
