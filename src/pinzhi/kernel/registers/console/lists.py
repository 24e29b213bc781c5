"""All registers by function, and the list of one register's records."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pinzhi.kernel.access.actor import Actor, actor_of
from pinzhi.kernel.access.names import function_choices
from pinzhi.kernel.errors import Refused
from pinzhi.kernel.registers import queries
from pinzhi.kernel.registers.console import common
from pinzhi.kernel.registers.definitions import FieldDef, Register, Transition
from pinzhi.kernel.registers.models import Record
from pinzhi.kernel.registers.permission import may_step
from pinzhi.kernel.registers.scope import readable_q
from pinzhi.kernel.registers.values import Wrong, clean_value
from pinzhi.kernel.web.lists import (
    Asked,
    Column,
    Filter,
    Found,
    Kind,
    ListSpec,
    from_queryset,
    parse,
    render_list,
)
from pinzhi.kernel.web.pickers import resolve
from pinzhi.kernel.web.texts import in_lang

#: A filter on a field of the definition stands in the address under this prefix, beside those of the envelope.
FIELD = "f_"
FORMATS = ("csv", "xlsx", "jsonl")
COLUMNS_OF_FIELDS = 3


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The registers in which the account has something to read or to begin, by function of government."""
    actor = actor_of(request)
    registers = queries.registers_for(actor)
    counts = _counts(actor, registers)
    titles = dict(function_choices())
    sections: dict[str, list[dict[str, Any]]] = {}
    for register in registers:
        by_state = counts.get(register.name, {})
        kinds = {"open": 0, "pending": 0, "valid": 0, "ended": 0}
        for state in register.life.states:
            kinds[state.kind] += by_state.get(state.name, 0)
        pending = [s.name for s in register.life.states if s.kind in ("open", "pending")]
        sections.setdefault(register.definition.function, []).append(
            {
                "register": register,
                "url": common.list_url(register),
                "pending": kinds["open"] + kinds["pending"],
                "pending_url": f"{common.list_url(register)}?{'&'.join(f'state={s}' for s in pending)}",
                "valid": kinds["valid"],
                "all": sum(kinds.values()),
                "begin": reverse("registers_new", args=[register.name])
                if common.beginnings(actor, register)
                else "",
            }
        )
    shown = [(titles.get(function, function), rows) for function, rows in sections.items()]
    return render(
        request,
        "registers/index.html",
        {"sections": shown, "own": actor.speaks_for in ("enterprise", "body"), "total": len(registers)},
    )


def _counts(actor: Actor, registers: Iterable[Register]) -> dict[str, dict[str, int]]:
    rows = (
        Record.objects.filter(readable_q(actor, registers))
        .order_by()
        .values_list("register", "state")
        .annotate(found=Count("*"))
    )
    counts: dict[str, dict[str, int]] = {}
    for name, state, count in rows:
        counts.setdefault(name, {})[state] = count
    return counts


@require_safe
def records(request: HttpRequest, name: str) -> HttpResponse:
    """The records of a register that the account reads: search, filters, sorting, download, steps on several."""
    actor, register = common.register_of(request, name)
    steps = bulk_steps(actor, register)
    spec = list_spec(register, pick=bool(steps), own=actor.speaks_for != "agency")

    def fetch(asked: Asked) -> Found:
        records = asked_records(actor, register, asked).defer("search_text").order_by("-entry_id")
        found = from_queryset(records, asked)
        # Only steps that some record of this page can take.
        present = {row.state for row in found.rows}
        context["bulk_steps"] = [step for step in steps if present & set(step.from_)]
        hidden = [c.field for c in spec.columns if c.field is not None and is_hidden(register, c.field)]
        if hidden and found.rows:
            common.note_reading(actor, register, count=len(found.rows), what="list")
        return found

    context: dict[str, Any] = {
        "register": register,
        "crumbs": common.crumbs(),
        "list_title": in_lang(register.title),
        "begin_url": reverse("registers_new", args=[name]) if common.beginnings(actor, register) else "",
        "import_url": reverse("registers_import", args=[name]) if may_import(actor, register) else "",
        "about_url": reverse("registers_about", args=[name]),
        "bulk_url": reverse("registers_bulk", args=[name]),
    }
    return render_list(request, spec, fetch, template="registers/list.html", context=context)


def bulk_steps(actor: Actor, register: Register) -> list[Transition]:
    """Steps that this account may do on several records at once."""
    if actor.speaks_for != "agency":
        return []
    regions = {right.region for right in actor.rights}
    return [
        step
        for step in register.life.transitions
        if step.entry
        and step.bulk
        and any(state is not None for state in step.from_)
        and any(may_step(actor, register, step, subject="", region=region) for region in regions)
    ]


def may_import(actor: Actor, register: Register) -> bool:
    return actor.speaks_for == "agency" and bool(common.beginnings(actor, register))


def is_hidden(register: Register, field: FieldDef) -> bool:
    """Whether the field is never shown to everybody, or only while a person is in office."""
    rule = register.definition.classes.get(field.publicity)
    return rule is None or rule.personal


def list_spec(register: Register, *, pick: bool = False, own: bool = False) -> ListSpec:
    """Columns and filters of a register's list, from its definition."""
    definition = register.definition
    columns: list[Column] = []
    if pick:
        columns.append(Column("pick", _("Select"), "html", value=_checkbox))
    columns.append(
        Column(
            "label",
            _label_title(register),
            sort="sort_key",
            link=lambda row: common.record_url(register, row.key),
        )
    )
    columns.append(Column("key", _("Number"), "html", value=_key, sort="key"))
    columns.append(Column("state", _("State"), "state"))
    if definition.record_types:
        titles = {t.name: t.title for t in definition.record_types}
        columns.append(
            Column("record_type", _("Type"), value=lambda row: in_lang(titles.get(row.record_type)))
        )
    listed = [f for f in definition.fields if f.list and f.name != definition.label_field]
    for field in listed[:COLUMNS_OF_FIELDS]:
        kind: Kind = "number" if field.type in ("integer", "number", "money") else "text"
        columns.append(Column(field.name, field.title, kind, value=f"values.{field.name}", field=field))
    if not own:
        columns.append(Column("region", _("Region"), "region", sort="region"))
    columns.append(Column("valid_until", _("Valid until"), "date", sort="valid_until"))
    if definition.validity is None:
        columns.pop()
        columns.append(Column("state_since", _("State since"), "date", sort="state_since"))
    return ListSpec(
        name=f"registers-{register.name}",
        columns=columns,
        filters=_filters(register, own),
        order="",
        search_hint=_("Name, number, credit code …"),
        downloads={kind: reverse("registers_export", args=[register.name, kind]) for kind in FORMATS},
        empty_why=in_lang(definition.purpose),
    )


def _label_title(register: Register) -> str:
    field = register.definition.by_name.get(register.definition.label_field or "")
    return in_lang(field.title) if field else _("Name")


def _checkbox(row: Any) -> SafeString:
    return format_html(
        '<input class="form-check-input" type="checkbox" form="bulk" name="key" value="{}" aria-label="{}">',
        row.key,
        _("Select %(label)s") % {"label": row.label},
    )


def _key(row: Any) -> SafeString:
    return format_html('<span class="pz-num">{}</span>', row.key)


def _filters(register: Register, own: bool) -> list[Filter]:
    definition = register.definition
    filters = [
        Filter(
            "state",
            _("State"),
            [(s.name, s.title) for s in register.life.states if s.name != "draft"],
            many=True,
        )
    ]
    if not own:
        filters.append(Filter("region", _("Region"), kind="region"))
    if definition.record_types:
        filters.append(Filter("record_type", _("Type"), [(t.name, t.title) for t in definition.record_types]))
    for field in definition.fields:
        if not field.count or field.type == "file":
            continue
        options = _options(field)
        kind = "select" if options else "year" if field.type == "year" else "text"
        filters.append(Filter(FIELD + field.name, field.title, options, kind=kind))  # type: ignore[arg-type]
    return filters


def _options(field: FieldDef) -> list[tuple[str, Any]]:
    if field.options:
        return [(o.value, o) for o in field.options]
    if field.constraints.enum:
        return [(value, value) for value in field.constraints.enum]
    if field.type == "boolean":
        return [("true", _("Yes")), ("false", _("No"))]
    return []


def asked_records(actor: Actor, register: Register, asked: Asked) -> QuerySet[Record]:
    """The records that an address asks for, among those that the account reads."""
    filters: dict[str, Any] = {}
    for name, raw in asked.filters.items():
        field = register.definition.by_name.get(name.removeprefix(FIELD)) if name.startswith(FIELD) else None
        if field is None:
            continue
        try:
            value = clean_value(field, raw)
        except Wrong:
            value = raw  # what no record can hold is found nowhere
        filters[field.name] = value[0] if isinstance(value, list) else value
    return queries.list_records(
        queries.readable(actor, register),
        register,
        search=asked.search,
        states=asked.filters.get("state", []),
        regions=_region(asked.filters.get("region", "")),
        record_type=asked.filters.get("record_type", ""),
        filters=filters,
    )


def _region(typed: str) -> list[str]:
    if not typed:
        return []
    try:
        return [resolve("region", typed)]
    except Refused:
        return ["none"]  # a place that nobody knows holds no record


def asked_of(request: HttpRequest, register: Register) -> Asked:
    """The list that the address of a download asks for."""
    return parse(request.GET, list_spec(register))
