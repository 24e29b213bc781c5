"""What the public sees of policies, written into registers: documents, targets, duties, readings."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from pinzhi.apps.policy import indicators
from pinzhi.apps.policy.models import Document, Duty, Target, TargetReading
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.places import queries as places
from pinzhi.kernel.registers import catalogue, counting
from pinzhi.kernel.registers.publish import Publication, publish

KINDS = (
    ("实施意见", "implementation_opinions"),
    ("意见", "opinions"),
    ("规划", "plan"),
    ("方案", "plan"),
    ("办法", "measures"),
    ("通知", "notice"),
    ("决定", "decision"),
)
LEVELS = {
    "country": "state",
    "province": "province",
    "city": "city",
    "prefecture": "city",
    "county": "county",
    "zone": "county",
}
FORCE = {
    Document.Status.IN_FORCE: "in_force",
    Document.Status.REPEALED: "repealed",
    Document.Status.READ: "in_force",
}


def _text(value: Decimal | None) -> str | None:
    """As the registers keep it: at most four decimals."""
    return None if value is None else format(round(value, 4).normalize(), "f")


def publish_document(document: Document, *, by: Actor) -> None:
    """Publish the head of a confirmed document and its basis chain."""
    region = places.region(document.region, document.issued_on)
    kind = next((code for word, code in KINDS if word in document.title), "other")
    values: dict[str, Any] = {
        "title": document.title,
        "document_number": document.doc_number,
        "index_number": document.index_number,
        "issuer": document.issuer or "—",
        "issuer_level": LEVELS.get(getattr(region, "level", ""), "unit"),
        "document_kind": kind,
        "issued_on": document.issued_on,
        "effective_from": document.plan_from,
        "force_status": FORCE[Document.Status(document.status)],
        "basis_numbers": [basis.number for basis in document.bases.all()],
        "parent_document": document.parent.code if document.parent else None,
        "plan_from_year": document.plan_from.year if document.plan_from else None,
        "plan_to_year": document.plan_until.year if document.plan_until else None,
        "text_sha256": document.digest,
        "targets_count": document.targets.filter(review="confirmed").count(),
        "measures_count": document.measures.filter(review="confirmed").count(),
    }
    record_type = "local_plan" if document.parent_id else "document"
    item = Publication(
        key=document.code,
        values=values,
        subject=document.code,
        region=document.region,
        agency=document.issuer_agency,
        record_type=record_type,
    )
    publish("policy_documents", [item], by=by)


def publish_targets(targets: Sequence[Target], *, by: Actor) -> None:
    """Publish confirmed targets: the sentence, the bound, and how it is read."""
    items = []
    for target in targets:
        bound = indicators.indicators().get(target.indicator)
        values = {
            "document_key": target.document.code,
            "document_title": target.document.title,
            "target_no": target.number,
            "quote": target.quote[:500],
            "at": "".join(target.at)[:200],
            "indicator": target.indicator,
            "indicator_title": target.name,
            "comparator": target.comparator,
            "value": _text(target.value),
            "value_max": _text(target.value_max),
            "unit": target.unit,
            "target_kind": target.kind,
            "base_year": target.base_year,
            "base_value": _text(target.base_value),
            "by_year": target.by_year
            or (target.document.plan_until.year if target.document.plan_until else None),
            "by_year_implied": target.by_year is None,
            "scope_region": target.region,
            "options_chosen": json.dumps(target.choices, ensure_ascii=False, sort_keys=True),
            "tolerance": _text(target.tolerance),
            "steady": target.holds == "every_year",
            "lead_unit": target.lead_unit,
            "confirmed_on": target.confirmed_at.date() if target.confirmed_at else None,
            "status": "confirmed" if bound else "unbound",
        }
        items.append(
            Publication(
                key=target.key,
                values=values,
                subject=target.key,
                region=target.region,
                agency=target.lead_agency,
            )
        )
    publish("policy_targets", items, by=by)


def duty_key(duty: Duty) -> str:
    """The duty's number in the public register."""
    return f"{duty.measure.document.code}-M{duty.measure.position:02d}-{duty.position + 1:02d}"


def publish_duties(duties: Sequence[Duty], today: date, *, by: Actor) -> None:
    """Publish who answers for which task, and how far it is."""
    items = []
    for duty in duties:
        document = duty.measure.document
        last = duty.notes.first()
        overdue = (
            (today - duty.due_on).days
            if duty.due_on and duty.state != "done" and today > duty.due_on
            else None
        )
        values = {
            "document_key": document.code,
            "document_title": document.title,
            "measure_no": duty.measure.number or str(duty.measure.position),
            "title": duty.measure.title,
            "unit_name": duty.unit,
            "unit_agency": duty.agency,
            "role": duty.role,
            "due_on": duty.due_on,
            "status": duty.state,
            "progress": last.text[:2000] if last else None,
            "progress_on": last.at.date() if last else None,
            "evidence_count": sum(len(note.files) for note in duty.notes.all()),
            "overdue_days": overdue,
        }
        key = duty_key(duty)
        items.append(
            Publication(key=key, values=values, subject=key, region=document.region, agency=duty.agency)
        )
    publish("policy_duties", items, by=by)


def publish_readings(readings: Sequence[TargetReading], *, by: Actor) -> None:
    """Publish where targets stand. A provisional reading is not published (its number of the law is not verified)."""
    items = []
    for reading in readings:
        target = reading.target
        if reading.provisional:
            continue
        bound = indicators.get(target.indicator)
        kind = str(bound.source.get("type", "unavailable"))
        values = {
            "document_key": target.document.code,
            "target_key": target.key,
            "target_quote": target.quote[:500],
            "indicator": bound.name,
            "indicator_title": target.name,
            "scope_region": reading.region,
            "as_of": reading.as_of,
            "period": reading.period,
            "value": _text(reading.value),
            "unit": target.unit or bound.unit,
            "numerator": _text(reading.numerator),
            "denominator": _text(reading.denominator),
            "interval_low": _text(reading.low),
            "interval_high": _text(reading.high),
            "interval_method": bound.interval,
            "count_spec": json.dumps(reading.published, ensure_ascii=False, sort_keys=True)
            if reading.published
            else None,
            "source_kind": "register"
            if kind in ("register", "ratio")
            else "series"
            if kind == "series"
            else "formula",
            "stands_on": reading.source,
            "publicly_verifiable": is_verifiable(reading),
            "method_version": str(reading.method_version),
            "provisional": False,
            "target_value": _text(target.value),
            "attainment": reading.status,
            "attainment_note": json.dumps(reading.why, ensure_ascii=False)[:500],
            "gap": _text(reading.gap),
            "expected_now": _text(reading.expected),
            "pace": pace_of(reading),
            "history": json.dumps(reading.history, ensure_ascii=False),
            "lead_unit": target.lead_unit,
            "computed_at": reading.computed_at,
        }
        known = catalogue.get("policy_readings").definition.by_name
        items.append(
            Publication(
                key=f"{target.key}@{reading.region or places.ROOT}",
                values={name: value for name, value in values.items() if name in known},
                subject=target.key,
                region=reading.region,
                agency=target.lead_agency,
            )
        )
    publish("policy_readings", items, by=by)


def pace_of(reading: TargetReading) -> str:
    """Ahead of, with or behind the straight line to the goal. Two per cent above the line is still with it."""
    if reading.value is None or reading.expected is None:
        return "unknown"
    if reading.status == "behind":
        return "behind"
    ahead = reading.value - reading.expected
    if reading.target.comparator in ("<=", "<"):
        ahead = -ahead
    return "ahead" if ahead * 50 > abs(reading.expected) else "with"


def is_verifiable(reading: TargetReading) -> bool:
    """Whether a stranger can recount the reading: every count filters on public, non-personal facts only."""
    if not reading.published or reading.value is None:
        return False
    return all(spec_is_public(spec) for spec in reading.specs)


def spec_is_public(spec: dict[str, Any]) -> bool:
    """Whether all that a spec looks at is open to the public."""
    definition = catalogue.get(spec["register"]).definition
    opened = {name for name, rule in definition.classes.items() if not rule.personal}
    names = [f["field"] for f in spec.get("filters") or []]
    names += [spec[k] for k in ("distinct", "value_field") if spec.get(k)]
    fields_open = all(
        name in counting.ENVELOPE_COLUMNS
        or (name in definition.by_name and definition.by_name[name].publicity in opened)
        for name in names
    )
    lasting = set(spec.get("states") or ())
    return fields_open and any(
        lasting <= set(definition.classes[name].states) for name in definition.envelope_classes
    )
