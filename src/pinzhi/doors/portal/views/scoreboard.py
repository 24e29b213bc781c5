"""The scoreboard: one row a target; a target's page; the records counted; the reading as verify.py recounts it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from pinzhi.doors.portal import described, frame, policy
from pinzhi.kernel.errors import NotFound
from pinzhi.kernel.places import queries as places
from pinzhi.kernel.registers import public, public_counting
from pinzhi.kernel.registers.definitions import Register
from pinzhi.kernel.web.formats import number_text
from pinzhi.kernel.web.lists import count_text
from pinzhi.kernel.web.marks import attainment_mark
from pinzhi.kernel.web.names import region_name
from pinzhi.kernel.web.texts import in_lang
from pinzhi.kernel.web.values import field_html

SIZE = 50


def scoreboard(request: HttpRequest) -> HttpResponse:
    """All targets, narrowed by `?document=`, `?region=`, `?attainment=`."""
    every = policy.targets()
    documents = {
        str(r.of("document_key")): str(r.of("document_title") or r.of("document_key")) for r in every
    }
    regions = sorted({r.region for r in every if r.region})
    document = _known(request, "document", documents)
    region = _known(request, "region", regions)
    rows = [
        row
        for row in every
        if (not document or row.of("document_key") == document)
        and (not region or places.contains(region, row.region))
    ]
    attainment = _known(request, "attainment", policy.ATTAINMENTS)
    summary = [
        (
            attainment_mark(name),
            count,
            _query(document, region, "" if name == attainment else name),
            name == attainment,
        )
        for name, count in policy.summary(rows)
    ]
    shown = [row for row in rows if not attainment or row.attainment == attainment]
    context = {
        "rows": shown,
        "count": count_text(len(shown)),
        "summary": summary,
        "documents": list(documents.items()),
        "regions": [(code, region_name(code)) for code in regions],
        "attainments": [(name, attainment_mark(name).word) for name in policy.ATTAINMENTS],
        "document": document,
        "region": region,
        "attainment": attainment,
        "nothing_at_all": not every,
    }
    return frame.page(request, "scoreboard.html", context)


def _known(request: HttpRequest, name: str, values: Any) -> str:
    value = request.GET.get(name, "")
    return value if value in values else ""


def _query(document: str, region: str, attainment: str) -> str:
    chosen = {"document": document, "region": region, "attainment": attainment}
    return "?" + urlencode({name: value for name, value in chosen.items() if value})


def target(request: HttpRequest, key: str) -> HttpResponse:
    """One target: number, chart, table, and how to count it again."""
    row = policy.target(key)
    registers = {register.name: register for register in public.registers()}
    context = {
        "row": row,
        "trend": policy.trend_chart(row),
        "by_region": policy.region_chart(row),
        "parts": [
            {
                "name": part_title(name),
                "url": f"{reverse('portal:counted', args=[key])}?part={name}",
                "value": number_text(row.read(name)),
                "register": registers[spec["register"]].title if spec.get("register") in registers else "",
                "register_url": reverse("portal:register", args=[spec["register"]]),
            }
            for name, spec in row.parts
        ],
        "facts": target_facts(row),
        "target_record": described.record_url(policy.TARGETS, key),
        "reading_record": described.record_url(policy.READINGS, row.reading.key) if row.reading else "",
        "mirrors": [(registers[n].title if n in registers else n, n) for n in row.registers],
        "crumbs": [(_("Scoreboard"), reverse("portal:scoreboard"))],
    }
    return frame.page(request, "target.html", context)


def target_facts(row: policy.TargetRow) -> list[tuple[str, Any]]:
    """The sentence and how it is read, then how the reading was made; only what is there."""
    found: list[tuple[str, Any]] = []
    target = public.register(policy.TARGETS).definition.by_name
    made = public.register(policy.READINGS).definition.by_name
    document = row.of("document_key")
    if document:
        link = format_html(
            '<a href="{}">{}</a>',
            reverse("portal:document", args=[document]),
            row.of("document_title") or document,
        )
        found.append((_("Document"), link))
    for name in (
        "at",
        "indicator_title",
        "scope_region",
        "scope_note",
        "target_kind",
        "steady",
        "tolerance",
        "confirmed_on",
    ):
        if row.of(name) not in (None, "", False) and name in target:
            found.append((in_lang(target[name].title), field_html(target[name], row.of(name))))
    for name in ("source_kind", "stands_on", "period", "interval_method", "method_version", "computed_at"):
        if row.read(name) not in (None, "") and name in made:
            found.append((in_lang(made[name].title), field_html(made[name], row.read(name))))
    return found


def part_title(name: str) -> str:
    return {"numerator": _("Numerator"), "denominator": _("Denominator")}.get(name, _("Value"))


def reading(request: HttpRequest, key: str) -> HttpResponse:
    """READING.json for `verify.py indicator`."""
    found = policy.target(key).reading_file
    if found is None:
        raise NotFound(
            "no_count",
            zh="这个目标的读数不是从登记册计数得来的。",
            en="The reading of this target does not come from counting a register.",
            place=key,
            remedy_zh="目标页说明了它的来源。",
            remedy_en="The target's page says where it comes from.",
        )
    response = HttpResponse(
        json.dumps(found, ensure_ascii=False, indent=1) + "\n", content_type="application/json; charset=utf-8"
    )
    response.headers["Content-Disposition"] = 'attachment; filename="reading.json"'
    return response


def counted_once(register: Register, spec: Mapping[str, Any], found: public_counting.PublicCount) -> str:
    """Why there are more records than the figure says: a firm with two declarations is one firm. Empty where each counts."""
    of = spec.get("distinct")
    if not of or found.value is None or found.value == found.count:
        return ""
    numbers = {"records": number_text(found.count), "value": number_text(found.value)}
    if (field := register.definition.by_name.get(of)) is None:
        text = _(
            "Each subject counts once, however many records it has: %(records)s records, %(value)s counted."
        )
        return text % numbers
    text = _("Each value of “%(field)s” counts once: %(records)s records, %(value)s counted.")
    return text % {"field": in_lang(field.title), **numbers}


def counted(request: HttpRequest, key: str) -> HttpResponse:
    """The public records behind a reading, each with its own page and proof; `?after=` goes on."""
    row = policy.target(key)
    parts = dict(row.parts)
    part = request.GET.get("part", "")
    if part not in parts:
        part = next(iter(parts), "")
    if not part:
        reading(request, key)  # says why there is nothing to list
    spec = parts[part]
    register = public.register(str(spec["register"]))
    found = public_counting.counted(spec, limit=SIZE, after=request.GET.get("after", "")[:200])
    labels = public.names(register.name, [one.key for one in found.rows])
    now = row.read(part)
    context = {
        "row": row,
        "register": register,
        "part": part_title(part),
        "others": [(part_title(n), f"?part={n}") for n in parts if n != part],
        "found": found,
        "published": now,
        "agrees": now is not None and found.value is not None and str(found.value) == number_plain(now),
        "count": count_text(found.count),
        "once": counted_once(register, spec, found),
        "records": [
            {
                "label": labels.get(one.key) or one.key,
                "key": one.key,
                "url": described.record_url(register.name, one.key) if one.key in labels else "",
                "region": region_name(one.region),
                "effective_on": one.effective_on,
                "state": register.life.state_by_name.get(one.state),
                "index": one.index,
            }
            for one in found.rows
        ],
        "next": f"?part={part}&after={found.next}" if found.next else "",
        "spec": json.dumps(spec, ensure_ascii=False, indent=1),
        "crumbs": [
            (_("Scoreboard"), reverse("portal:scoreboard")),
            (row.of("indicator_title") or key, reverse("portal:target", args=[key])),
        ],
    }
    return frame.page(request, "counted.html", context)


def number_plain(value: Any) -> str:
    """A published number without superfluous zeros, to be held against a count."""
    number = Decimal(str(value)).normalize()
    return format(number, "f")
