"""Compute the degree of conformity from the lists and the confirmed limits, and publish it line by line."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q

from pinzhi.apps.standards import access
from pinzhi.apps.standards.access_verbs_limits import CONFORMITY, PUBLISH_CONFORMITY
from pinzhi.apps.standards.actions.save_limit_documents import document_key
from pinzhi.apps.standards.limit_words import conformity_method, vocabulary
from pinzhi.apps.standards.models.catalogue import Edition, Relation
from pinzhi.apps.standards.models.limits import (
    ConformityLine,
    ConformityRun,
    InternationalStandard,
    KeyField,
    KeyStandard,
    LimitDocument,
)
from pinzhi.apps.standards.publishing_limits import CONFORMITY as REGISTER
from pinzhi.apps.standards.queries_limits import confirmed_limits
from pinzhi.apps.standards.wording_limits import limit_text
from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import Conflict, NotFound, Refused
from pinzhi.kernel.registers.models import Record
from pinzhi.kernel.registers.publish import Publication, publish, withdraw
from pinzhi.rules.standards.conformity import (
    Conversion,
    Method,
    Rate,
    conforms,
    count,
    outcome,
    rates,
)
from pinzhi.rules.standards.conformity import (
    KeyStandard as KeyFact,
)
from pinzhi.rules.standards.limits.matching import Pair, match

Kind = ConformityLine.Rate
RECORD_TYPES = {Kind.STANDARD: "key_standard", Kind.VERDICT: "verdict", Kind.CONVERSION: "conversion"}


@transaction.atomic
def compute_conformity(*, region: str, on: date | None = None, by: Actor) -> ConformityRun:
    """Compute R1, R2 and R3 of a region's lists as of a day (today where none is given), with every line.

    Raises NotPermitted; Refused where no key field is on the list, for a rate without its list means nothing.
    """
    access.require(by, CONFORMITY, [region], register=REGISTER)
    day = on or clock.today()
    method = conformity_method(day)
    fields = list(KeyField.objects.filter(_listed(day), region=region))
    if not fields:
        raise Refused(
            "no_key_fields",
            zh="重点领域清单是空的，无法测算。",
            en="No key field is on the list, so there is nothing to compute from.",
            remedy_zh="先列出重点领域和重点标准",
            remedy_en="list key fields and key standards first",
        )
    run = ConformityRun(
        as_of=day, region=region, method=method.version, computed_by=by.username, computed_at=clock.now()
    )
    standards, facts = _standards(fields, day, method)
    verdicts = list(_verdicts(fields, day))
    foreign, conversions = _conversions(fields, day)
    found = rates(
        method,
        standards=facts,
        outcomes=count(line.values["outcome"] for line in verdicts),
        conversions=conversions,
    )
    for name in ("r1", "r2", "r2_ordered", "r3"):
        rate: Rate = getattr(found, name)
        setattr(run, name, [rate.numerator, rate.denominator])
    run.outcomes = {
        name: getattr(found.outcomes, name) for name in ("stricter", "equal", "laxer", "different")
    }
    ConformityRun.objects.filter(region=region, state=ConformityRun.State.COMPUTED).update(
        state=ConformityRun.State.DROPPED
    )
    run.save()
    lines = [*standards, *verdicts, *foreign]
    for line in lines:
        line.run = run
    ConformityLine.objects.bulk_create(lines)
    _note("standards.compute_conformity", run, by)
    return run


def _listed(day: date) -> Q:
    return Q(ended_on=None) | Q(ended_on__gt=day)


def _common(field: KeyField, number: str, title: str, source: str) -> dict[str, Any]:
    return {
        "subject_no": number,
        "subject_title": title,
        "key_field": field.code,
        "key_field_title": field.title_zh,
        "basis": source,
    }


def _standards(
    fields: list[KeyField], day: date, method: Method
) -> tuple[list[ConformityLine], list[KeyFact]]:
    rows = _key_standards(fields, day)
    lines, facts = [], adoptions_of(rows, day)
    for row, fact in zip(rows, facts, strict=True):
        values = _common(row.field, row.number, row.title_zh, row.source) | {
            "counterpart": fact.counterpart,
            "has_counterpart": bool(fact.counterpart),
            "degree": fact.degree,
            "adopts_current": fact.current and bool(fact.degree),
            "conforms": conforms(fact, method),
        }
        lines.append(_line(Kind.STANDARD, row.field, row.number, values))
    return lines, facts


def adoptions_of(rows: Sequence[KeyStandard], day: date) -> list[KeyFact]:
    """How key standards adopt their counterparts: as the list says; what it leaves open as the catalogue says."""
    keys = {row.pk: document_key(row.number)[1] for row in rows}
    relations: dict[str, Relation] = {}
    found = Relation.objects.select_related("to_edition", "from_edition").filter(
        from_edition__key__in=set(keys.values()), kind=Relation.Kind.ADOPTS
    )
    for relation in found.order_by("-degree", "-id"):
        relations[relation.from_edition.key] = relation
    stated = {row.pk: document_key(row.counterpart)[1] for row in rows if row.counterpart}
    editions = {e.key: e for e in Edition.objects.filter(key__in=set(stated.values())).defer("search_text")}
    facts = []
    for row in rows:
        known = relations.get(keys[row.pk])
        counterpart = row.counterpart or (known.to_number if known else "")
        degree = row.degree or (known.degree if known else "")
        current = row.current
        if current is None:
            adopted = (known.to_edition if known else None) or editions.get(stated.get(row.pk, ""))
            # What the catalogue does not know is taken as it is stated: the edition named is the one adopted.
            current = adopted is None or not (
                adopted.status == Edition.Status.WITHDRAWN
                and (adopted.withdrawn_on is None or adopted.withdrawn_on <= day)
            )
        facts.append(KeyFact(row.number, counterpart, degree, bool(current)))
    return facts


def _key_standards(fields: list[KeyField], day: date) -> list[KeyStandard]:
    rows = KeyStandard.objects.filter(_listed(day), field__in=fields).select_related("field", "document")
    return list(rows.prefetch_related("benchmarks").order_by("field__code", "number"))


def _verdicts(fields: list[KeyField], day: date) -> Iterator[ConformityLine]:
    """The limits of each key standard against each of its benchmarks; gaps are listed elsewhere and not counted."""
    seen: set[str] = set()
    rows = [row for row in _key_standards(fields, day) if row.benchmarks.all()]
    keys = {row.pk: document_key(row.number)[1] for row in rows if row.document is None}
    found = {one.key: one for one in LimitDocument.objects.filter(key__in=set(keys.values()))}
    documents = {row.pk: row.document or found.get(keys.get(row.pk, "")) for row in rows}
    all_of = [*filter(None, documents.values()), *(one for row in rows for one in row.benchmarks.all())]
    limits = confirmed_limits(list({one.pk: one for one in all_of}.values()), on=day)
    for row in rows:
        document, benchmarks = documents[row.pk], list(row.benchmarks.all())
        if document is None:
            continue
        for other in benchmarks:
            for pair in match(limits[document.pk], limits[other.pk], vocabulary()):
                if pair.verdict is None:
                    continue
                line = _verdict_line(row, document, other, pair)
                if line.key not in seen:
                    seen.add(line.key)
                    yield line


def _verdict_line(
    row: KeyStandard, document: LimitDocument, other: LimitDocument, pair: Pair
) -> ConformityLine:
    assert pair.a is not None and pair.b is not None and pair.verdict is not None
    mine, their = pair.a, pair.b
    values = _common(row.field, document.number, document.title_zh, mine.source) | {
        "indicator": mine.analyte,
        "products": " ".join(filter(None, (mine.scope, mine.applies))),
        "domestic_limit": limit_text(mine),
        "domestic_clause": mine.clause,
        "foreign_no": other.number,
        "foreign_limit": limit_text(their),
        "foreign_clause": their.clause,
        "benchmark": _benchmark(other),
        "outcome": outcome(pair.verdict.relation),
        "reason_code": pair.verdict.code,
        "reason_zh": pair.verdict.zh[:600],
        "reason_en": pair.verdict.en[:600],
    }
    parts = (mine, their)
    marks = "|".join(
        "/".join((p.edition, p.clause, p.analyte, p.kind.kind, p.aggregate, p.scope, p.applies, p.method))
        for p in parts
    )
    return _line(Kind.VERDICT, row.field, marks, values)


def _benchmark(document: LimitDocument) -> str:
    return {"INTL": "international", "CN": "national"}.get(document.market, "foreign_advanced")


def _conversions(fields: list[KeyField], day: date) -> tuple[list[ConformityLine], list[Conversion]]:
    lines, facts = [], []
    rows = InternationalStandard.objects.filter(_listed(day), field__in=fields).select_related("field")
    for row in rows.order_by("field__code", "number"):
        facts.append(Conversion(row.number, row.convertible, bool(row.converted_by)))
        values = _common(row.field, row.number, row.title, row.source) | {
            "convertible": row.convertible,
            "why_not": row.why_not,
            "converted": bool(row.converted_by),
            "converted_by": row.converted_by,
        }
        lines.append(_line(Kind.CONVERSION, row.field, row.number, values))
    return lines, facts


def _line(kind: str, field: KeyField, marks: str, values: dict[str, Any]) -> ConformityLine:
    digest = hashlib.sha256(f"{kind}|{field.code}|{marks}".encode()).hexdigest()[:16].upper()
    return ConformityLine(rate=kind, field=field.code, key=f"YZX-{field.region}-{digest}", values=values)


@transaction.atomic
def publish_conformity(run_id: int, *, by: Actor) -> ConformityRun:
    """Publish a computation: every line as a record, then the result; lines that are no longer there are withdrawn.

    Raises NotPermitted, NotFound, Conflict; Refused for who computed it.
    """
    run = ConformityRun.objects.select_for_update().filter(pk=run_id).first()
    if run is None:
        raise NotFound("no_such_run", zh="没有这次测算。", en="There is no such computation.")
    access.require(by, PUBLISH_CONFORMITY, [run.region], register=REGISTER)
    if run.state != ConformityRun.State.COMPUTED:
        raise Conflict("decided_already", zh="这次测算已经处理。", en="This computation has been dealt with.")
    if run.computed_by == by.username and not by.is_system:
        raise Refused(
            "own_work",
            zh="不能公布本人的测算，须由他人复核。",
            en="Somebody else than who computed it publishes it.",
            status=403,
        )
    # A line that has not changed makes no new entry: the day stands with the result alone.
    extra = {"method_version": run.method}
    items = [
        Publication(
            key=line.key,
            values=_said(line.values | extra),
            region=run.region,
            record_type=RECORD_TYPES[Kind(line.rate)],
        )
        for line in run.lines.all()
    ]
    for field in KeyField.objects.filter(_listed(run.as_of), region=run.region):
        values: dict[str, Any] = {
            "subject_no": field.code,
            "subject_title": field.title_zh,
            "key_field": field.code,
        }
        values |= {"key_field_title": field.title_zh, "basis": field.basis} | extra
        items.append(
            Publication(
                f"YZX-{run.region}-F-{field.code}", values, region=run.region, record_type="key_field"
            )
        )
    items.append(_result(run, extra | {"as_of": run.as_of}))
    kept = {item.key for item in items}
    gone = [
        record.key
        for record in _published(run.region)
        if record.key not in kept and record.record_type != "result"
    ]
    publish(REGISTER, items, by=by)
    if gone:
        withdraw(REGISTER, gone, by=by, reason="不再列入清单或不再成对（no longer listed or paired）")
    run.state, run.published_by, run.published_at = ConformityRun.State.PUBLISHED, by.username, clock.now()
    run.save(update_fields=["state", "published_by", "published_at"])
    _note("standards.publish_conformity", run, by)
    return run


def _published(region: str) -> Any:
    return Record.objects.filter(register=REGISTER, region=region, state="listed").only("key", "record_type")


def _result(run: ConformityRun, extra: dict[str, Any]) -> Publication:
    values = {
        "subject_no": f"{run.as_of.isoformat()} {run.method}",
        "subject_title": "国际标准一致性程度",
        **extra,
        "r1_numerator": run.r1[0],
        "r1_denominator": run.r1[1],
        "r2_numerator": run.r2[0],
        "r2_denominator": run.r2[1],
        "r2_ordered_denominator": run.r2_ordered[1],
        "r3_numerator": run.r3[0],
        "r3_denominator": run.r3[1],
    }
    return Publication(
        f"YZX-{run.region}-{run.as_of:%Y%m%d}", values, region=run.region, record_type="result"
    )


def _said(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in ("", None)}


def _note(step: str, run: ConformityRun, by: Actor) -> None:
    audit.record(
        step,
        by=by,
        subject_kind="conformity_run",
        subject_key=str(run.pk),
        register=REGISTER,
        region=run.region,
        detail={"method": run.method},
    )
