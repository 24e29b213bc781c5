"""The policy documents, the chain of what each implements, and who has to do what."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from pinzhi.doors.portal import described, frame, policy
from pinzhi.kernel.errors import NotFound
from pinzhi.kernel.registers import public
from pinzhi.kernel.registers.definitions import Register
from pinzhi.kernel.web.names import region_name
from pinzhi.kernel.web.texts import in_lang

MOST = 5_000


def _register(name: str) -> Register | None:
    try:
        return public.register(name)
    except NotFound:
        return None


def documents(request: HttpRequest) -> HttpResponse:
    """All policy documents, newest first."""
    register = _register(policy.DOCUMENTS)
    rows = []
    for record in public.records(policy.DOCUMENTS)[:MOST] if register else ():
        rows.append(
            {
                "record": record,
                "values": record.values,
                "region": region_name(record.region),
                "url": reverse("portal:document", args=[record.key]),
                "force": _option(register, "force_status", record.values.get("force_status")),
            }
        )
    rows.sort(key=lambda row: str(row["values"].get("issued_on") or ""), reverse=True)
    return frame.page(request, "documents.html", {"rows": rows})


def document(request: HttpRequest, key: str) -> HttpResponse:
    """One document: its head, its chain, its targets, its duties by unit (`?unit=` narrows)."""
    register = public.register(policy.DOCUMENTS)
    record = public.record(policy.DOCUMENTS, key)
    every = list(public.records(policy.DOCUMENTS)[:MOST])
    numbers = {r.values.get("document_number"): r for r in every if r.values.get("document_number")}
    chain = [
        (number, numbers[number].label if number in numbers else "", _url(numbers.get(number)))
        for number in record.values.get("basis_numbers") or []
    ]
    parent = next((r for r in every if r.key == record.values.get("parent_document")), None)
    below = [
        (r.label, _url(r))
        for r in every
        if r.values.get("parent_document") == key
        or record.values.get("document_number") in (r.values.get("basis_numbers") or [])
    ]
    duties = list(public.records(policy.DUTIES).filter(values__contains={"document_key": key})[:MOST])
    unit = request.GET.get("unit", "")
    units = _by_unit(duties)
    kept = _register(policy.DUTIES) if duties else None
    context = {
        "record": record,
        "state": described.state_of(register, record),
        "sections": described.facts(register, record),
        "chain": chain,
        "parent": (parent.label, _url(parent)) if parent else None,
        "below": below,
        "targets": policy.targets(document=key),
        "units": units,
        "unit": unit if unit in units else "",
        "duties": [
            _duty(kept, d)
            for d in sorted(duties, key=lambda r: r.key)
            if not unit or d.values.get("unit_name") == unit
        ],
        "record_url": described.record_url(policy.DOCUMENTS, key),
        "crumbs": [(_("Policies and duties"), reverse("portal:documents"))],
    }
    return frame.page(request, "document.html", context)


def _url(record: Any) -> str:
    return reverse("portal:document", args=[record.key]) if record else ""


def _by_unit(duties: list[Any]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for duty in duties:
        name = str(duty.values.get("unit_name") or "")
        counts[name] = counts.get(name, 0) + 1
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def _duty(register: Register | None, record: Any) -> dict[str, Any]:
    return {
        "values": record.values,
        "role": _option(register, "role", record.values.get("role")),
        "status": _option(register, "status", record.values.get("status")),
        "status_code": record.values.get("status"),
        "url": described.record_url(policy.DUTIES, record.key),
    }


def _option(register: Register | None, name: str, value: Any) -> str:
    field = register.definition.by_name.get(name) if register else None
    title = field.option_title(str(value)) if field and value is not None else None
    return in_lang(title) if title else str(value or "")
