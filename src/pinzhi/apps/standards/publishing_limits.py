"""What the public sees of limits, studies and the degree of conformity, written into registers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pinzhi.apps.standards.limit_words import vocabulary
from pinzhi.apps.standards.models.limits import ComparisonStudy, LimitEntry
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.registers.publish import Publication, publish, withdraw

LIMITS = "d07_limits"
STUDIES = "d06_comparisons"
CONFORMITY = "d07_conformity"


def limit_key(entry: LimitEntry) -> str:
    return f"XZ-{entry.document.region}-{entry.pk:07d}"


def study_key(study: ComparisonStudy) -> str:
    return study.number


def publish_limits(entries: Sequence[LimitEntry], *, by: Actor) -> None:
    """Publish confirmed limits; an unchanged one makes no entry."""
    publish(LIMITS, [_limit(entry) for entry in entries], by=by)


def _limit(entry: LimitEntry) -> Publication:
    document, kind = entry.document, vocabulary().kinds[entry.kind]
    values: dict[str, Any] = {
        "indicator": entry.analyte,
        "limit_value": entry.value,
        "quantity_kind": kind.title["zh"],
        "quantity_kind_en": kind.title["en"],
        "aggregate": entry.aggregate,
        "test_method": entry.method,
        "conditions": entry.conditions,
        "scope": entry.scope,
        "applies": entry.applies,
        "family": document.family,
        "document_no": document.number,
        "document_title": document.title_zh or document.title_en,
        "clause": entry.clause,
        "market": document.market,
        "holds_from": entry.effective_on or document.effective_on,
        "holds_until": entry.withdrawn_on or document.withdrawn_on,
        "source": entry.source,
    }
    return Publication(key=limit_key(entry), values=_said(values), region=document.region)


def withdraw_limits(entries: Sequence[LimitEntry], *, reason: str, by: Actor) -> None:
    withdraw(LIMITS, [limit_key(entry) for entry in entries], by=by, reason=reason)


def publish_study(study: ComparisonStudy, *, by: Actor) -> None:
    counts = study.counts
    values = {
        "study_title": study.title,
        "study_year": study.year,
        "family": study.family,
        "lead_unit": study.lead_unit,
        "purpose_text": study.purpose,
        "domestic_documents": "；".join(d.number for d in study.domestic.all()),
        "foreign_documents": "；".join(f"{d.number}（{d.market}）" for d in study.foreign.all()),
        "compared_on": study.compared_on,
        **{name: counts.get(name, 0) for name in ("stricter", "equal", "laxer", "different")},
        "our_gaps": counts.get("ours", 0),
        "items": [_item(row) for row in study.result],
        "conclusion": study.conclusion,
        "follow_up": study.follow_up,
        "follow_up_due": study.follow_up_due,
    }
    publish(STUDIES, [Publication(key=study_key(study), values=_said(values), region=study.region)], by=by)


def _item(row: dict[str, Any]) -> dict[str, str]:
    names = ("indicator", "products", "domestic", "domestic_clause", "foreign", "foreign_clause", "market")
    found = {name: str(row.get(name) or "") for name in names}
    found |= {"verdict": str(row.get("verdict_zh") or ""), "reason": str(row.get("reason_zh") or "")}
    return {name: value for name, value in found.items() if value}


def _said(values: dict[str, Any]) -> dict[str, Any]:
    """Without what is not said."""
    return {name: value for name, value in values.items() if value not in ("", None, [])}
