"""Bring in a policy document: its text is read, and every row waits for an official's confirmation."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal

from django.db import transaction

from pinzhi.apps.policy import binding
from pinzhi.apps.policy.access import require_clerk
from pinzhi.apps.policy.models import Basis, Document, Duty, Measure, Target
from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import Conflict, Refused
from pinzhi.kernel.places import queries as places
from pinzhi.rules.policy.loading import ReadingError, text_of
from pinzhi.rules.policy.model import Reading, reading_to_json
from pinzhi.rules.policy.period import plan_years
from pinzhi.rules.policy.reader import read_text
from pinzhi.rules.policy.titles import proposed_title


def import_document(data: bytes, filename: str, *, region: str, by: Actor, title: str = "") -> Document:
    """Read a file (txt, html, docx, pdf) of `region` and keep document, targets, tasks and duties as read.

    Raises NotPermitted, Refused (a file that cannot be read: place and remedy), Conflict (brought in before).
    """
    require_clerk(by, region)
    try:
        text = text_of(data, filename)
    except ReadingError as error:
        raise Refused(
            "unreadable_document",
            zh=error.message["zh"],
            en=error.message["en"],
            place=filename,
            remedy_zh=error.remedy["zh"],
            remedy_en=error.remedy["en"],
        ) from error
    digest = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
    reading = read_text(text)
    with transaction.atomic():
        known = Document.objects.filter(digest=digest, region=region).first()
        if known is not None:
            raise Conflict(
                "known_document",
                zh=f"该文件已导入：{known.title}（{known.code}）。",
                en=f"This document has been brought in before: {known.code}.",
                place=filename,
                remedy_zh="打开已有文件继续核对。",
                remedy_en="Open it and go on reviewing.",
            )
        document = _document(reading, text, filename, digest, region, title, by)
        _rows(document, reading)
        audit.record(
            "policy.import_document",
            by=by,
            subject_kind="document",
            subject_key=document.code,
            region=region,
            detail={"targets": len(reading.targets), "measures": len(reading.measures), "digest": digest},
        )
    return document


def next_code(region: str, year: int) -> str:
    """A document's number: region, year, serial."""
    prefix = f"{region}-{year}-"
    taken = Document.objects.filter(code__startswith=prefix).values_list("code", flat=True)
    last = max((int(code.rsplit("-", 1)[1]) for code in taken), default=0)
    return f"{prefix}{last + 1:02d}"


def _document(
    reading: Reading, text: str, filename: str, digest: str, region: str, title: str, by: Actor
) -> Document:
    head = reading.document
    issued_on = date.fromisoformat(head.issued_on) if head.issued_on else None
    issuer = places.resolve_agency(head.issuer, region, issued_on).agency if head.issuer else None
    first, last = plan_years(text, issued_on.year if issued_on else None)
    begins = (
        max(issued_on, date(first, 1, 1))
        if issued_on and first
        else (issued_on or (date(first, 1, 1) if first else None))
    )
    document = Document.objects.create(
        code=next_code(region, (issued_on or clock.today()).year),
        title=title or head.title or proposed_title(text) or filename.rsplit(".", 1)[0],
        title_is_proposed=not (title or head.title),
        doc_number=head.doc_number or "",
        index_number=head.index_number or "",
        issuer=head.issuer or "",
        issuer_agency=issuer.code if issuer else "",
        region=region,
        issued_on=issued_on,
        plan_from=begins,
        plan_until=date(last, 12, 31) if last else None,
        text=text,
        filename=filename,
        digest=digest,
        reading=reading_to_json(reading),
        imported_by=by.username,
        imported_at=clock.now(),
    )
    for number in head.basis_numbers:
        upper = Document.objects.filter(doc_number=number).exclude(pk=document.pk).first()
        Basis.objects.create(document=document, number=number, upper=upper)
        if upper is not None and document.parent_id is None:
            document.parent = upper
    if document.parent_id:
        document.save(update_fields=["parent"])
    if document.doc_number:
        Basis.objects.filter(number=document.doc_number, upper=None).update(upper=document)
    return document


def _rows(document: Document, reading: Reading) -> None:
    day = document.issued_on
    measures: dict[tuple[str, ...], Measure] = {}
    for position, row in enumerate(reading.measures, 1):
        measure = Measure.objects.create(
            document=document,
            position=position,
            path=list(row.number),
            title=row.title[:300],
            start=row.start,
            end=row.end,
        )
        measures[row.number] = measure
        named = [("lead", u) for u in row.lead] + [("support", u) for u in row.support]
        named += [("responsible", u) for u in row.responsible]
        duties = {}
        for place, (role, unit) in enumerate(named):
            agency = places.resolve_agency(unit, document.region, day).agency
            duties[(role, unit)] = Duty(
                measure=measure,
                role=role,
                unit=unit,
                agency=agency.code if agency else "",
                position=place,
                due_on=document.plan_until,
            )
        Duty.objects.bulk_create(duties.values())
    targets = []
    for position, goal in enumerate(reading.targets, 1):
        target = Target(
            document=document,
            number=f"T{position:02d}",
            quote=goal.quote,
            start=goal.start,
            end=goal.end,
            at=list(goal.at),
            name=(goal.indicator or goal.quote)[:200],
            comparator=goal.comparator,
            value=Decimal(str(goal.value)),
            value_max=None if goal.value_max is None else Decimal(str(goal.value_max)),
            unit=goal.unit,
            by_year=goal.by_year,
            kind=goal.kind,
            region=document.region,
        )
        binding.suggest(target)
        binding.suggest_lead(target, measures)
        targets.append(target)
    Target.objects.bulk_create(targets)
