"""Clocks as pages show them: of a case, and of a sample from its taking to the publication."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from pinzhi.apps.inspection import wording
from pinzhi.kernel.web.marks import Mark
from pinzhi.kernel.web.texts import in_lang
from pinzhi.rules.inspection.deadlines import Due
from pinzhi.rules.inspection.follow_up import Clock
from pinzhi.rules.inspection.sample_clocks import SampleTerm


def of_case(one: Clock) -> dict[str, Any]:
    return {
        "title": in_lang(wording.CLOCKS[one.name]),
        "who": in_lang(wording.PARTIES[one.rule.who]),
        "term": _length(one.days, one.unit) if one.days else _("at once"),
        "article": one.rule.article,
        "earliest": one.earliest,
        **_common(one.due, one.status),
        "started": one.started,
        "done_on": one.done_on,
        "late": one.late,
        "provisional": one.provisional,
    }


def of_sample(one: SampleTerm) -> dict[str, Any]:
    return {
        "title": in_lang(wording.SAMPLE_TERMS[one.name]),
        "who": in_lang(wording.PARTIES[one.who]),
        "term": _length(one.length, one.unit),
        "article": one.article,
        **_common(one.due, one.status),
        "started": one.started,
        "done_on": one.done_on,
        "late": one.late,
        "provisional": one.provisional,
    }


def _length(count: int, unit: str) -> str:
    word = {"working_day": _("working days"), "month": _("months")}.get(unit) or _("days")
    return f"{count} {word}"


def _common(due: Due, status: str) -> dict[str, Any]:
    return {
        "due": due.day,
        "not_before": due.not_before,
        "unknown_year": due.unknown_year,
        "halted": due.halted,
        "mark": Mark(
            in_lang(wording.STATUSES[status]),
            "check" if status in ("met", "kept") else "clock",
            wording.TONES.get(status, ""),
        ),
    }
