"""From a register's definition to what its public pages show: columns, filters, facts, the steps of a history."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pinzhi.kernel.places import queries as places
from pinzhi.kernel.registers import public
from pinzhi.kernel.registers.definitions import FieldDef, Register
from pinzhi.kernel.web import marks, names
from pinzhi.kernel.web.lists import Column, Filter
from pinzhi.kernel.web.texts import in_lang
from pinzhi.kernel.web.values import field_html, key_html, value_text

#: More columns than these are not read but scrolled past; the record has them all.
MOST_COLUMNS = 5
MOST_FILTERS = 8
FILE_URL = "/files/{sha256}/"
SUBJECT_PAGES = {"enterprise": "uscc", "product": "gtin"}


def record_url(register: str, key: str) -> str:
    return reverse("portal:record", args=[register, key])


def state_of(register: Register, record: Any) -> dict[str, Any]:
    """What `{% pz_state %}` wants, from the definition as the public side has it."""
    state = register.life.state_by_name.get(record.state)
    return {
        "state": record.state,
        "state_title": state.title if state else record.state,
        "state_kind": state.kind if state else "",
        "valid_until": record.valid_until,
    }


@dataclass(frozen=True)
class Row:
    """A public record as a row of a list."""

    register: Register
    record: Any

    def __getattr__(self, name: str) -> Any:
        if name in ("state_title", "state_kind"):
            return state_of(self.register, self.record)[name]
        return getattr(self.record, name)


def _value(field: FieldDef) -> Callable[[Any], Any]:
    return lambda row: row.record.values.get(field.name)


def columns(register: Register) -> list[Column]:
    """Name (with the link to the record), the fields marked `list`, region, until when, state."""
    definition = register.definition
    label = definition.by_name.get(definition.label_field or "")
    title: Any = label.title if label else gettext_lazy("Name")
    found = [
        Column(
            "name",
            title,
            value="label",
            sort="sort_key",
            link=lambda row: record_url(row.register.name, row.record.key),
        )
    ]
    listed = [f for f in public.public_fields(register) if f.list and f.name != definition.label_field]
    for field in listed[:MOST_COLUMNS]:
        kind: Any = "number" if field.type in ("integer", "number", "money") else "text"
        found.append(
            Column(field.name, field.title, kind, value=_value(field), field=field, file_url=FILE_URL)
        )
    found.append(Column("region", gettext_lazy("Region"), "region"))
    if definition.validity:
        found.append(Column("valid_until", gettext_lazy("Valid until"), "date", sort="valid_until"))
    found.append(Column("effective_on", gettext_lazy("In effect since"), "date", sort="effective_on"))
    if len(public_states(register)) > 1:
        found.append(Column("state", gettext_lazy("State"), "state"))
    return found


def public_states(register: Register) -> list[str]:
    """States in which something is public, in the lifecycle's order."""
    shown = {s for c in register.definition.classes.values() for s in c.states}
    return [state.name for state in register.life.states if state.name in shown]


def filters(register: Register, regions: Sequence[str]) -> list[Filter]:
    """State, type, region, and the countable public fields that have few values."""
    found = []
    states = public_states(register)
    if len(states) > 1:
        titles = register.life.state_by_name
        found.append(Filter("state", gettext_lazy("State"), [(s, titles[s].title) for s in states]))
    types = register.definition.record_types
    if types:
        found.append(Filter("type", gettext_lazy("Type"), [(t.name, t.title) for t in types]))
    if regions:
        found.append(
            Filter("region", gettext_lazy("Region"), [(c, _indented(c)) for c in _with_those_around(regions)])
        )
    for field in countable(register):
        found.append(Filter(field.name, field.title, _choices(field)))
    return found[:MOST_FILTERS]


def countable(register: Register) -> list[FieldDef]:
    """Public, impersonal fields with a closed set of values that a list may be narrowed by."""
    open_classes = {name for name, rule in register.definition.classes.items() if not rule.personal}
    return [
        field
        for field in register.definition.fields
        if field.count
        and field.publicity in open_classes
        and not field.personal
        and (field.options or field.type == "boolean")
    ]


def _choices(field: FieldDef) -> list[tuple[str, Any]]:
    if field.type == "boolean":
        return [("true", gettext_lazy("Yes")), ("false", gettext_lazy("No"))]
    return [(option.value, option) for option in field.options or ()]


def _with_those_around(codes: Iterable[str]) -> list[str]:
    """The regions with the provinces and cities that they lie in, in the order of the codes."""
    found = {c for code in codes if code for c in (code, *places.ancestors(code)) if c != places.ROOT}
    return sorted(code for code in found if places.region_name(code))


def _indented(code: str) -> str:
    depth = {"city": 1, "county": 2}.get(str(places.level_of(code)), 0)
    return "\N{IDEOGRAPHIC SPACE}" * depth + names.region_name(code)


def narrowed(register: Register, found: Any, chosen: Mapping[str, Any]) -> Any:
    """The records that fit the filters chosen on a list."""
    fields = {field.name: field for field in countable(register)}
    for name, value in chosen.items():
        if name == "state":
            found = found.filter(state=value)
        elif name == "type":
            found = found.filter(record_type=value)
        elif name == "region":
            found = public.in_region(found, str(value))
        elif name in fields:
            plain: Any = value == "true" if fields[name].type == "boolean" else value
            found = found.filter(values__contains={name: [plain] if fields[name].many else plain})
    return found


def facts(register: Register, record: Any) -> list[tuple[str, list[tuple[Any, SafeString]]]]:
    """(heading, facts) of what is public of a record now, in the definition's order."""
    sections: dict[str, list[tuple[Any, SafeString]]] = {}
    for field in public.public_fields(register):
        if field.name in record.values:
            heading = in_lang(field.group) if field.group else ""
            value = _shown(field, record.values[field.name])
            sections.setdefault(heading, []).append((field.title, value))
    return list(sections.items())


def _shown(field: FieldDef, value: Any) -> SafeString:
    """A value as its field wants it; what is kept as JSON text is laid out to be read."""
    if field.type in ("string", "text") and isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return format_html(
                '<pre class="pp-note" tabindex="0">{}</pre>',
                json.dumps(json.loads(value), ensure_ascii=False, indent=1),
            )
        except ValueError:
            pass
    return field_html(field, value, FILE_URL)


def envelope_facts(register: Register, record: Any, subject_name: str) -> list[tuple[Any, Any]]:
    """Number, whom it is about, type, region, how long it is valid, who keeps it."""
    found: list[tuple[Any, Any]] = []
    kind = SUBJECT_PAGES.get(register.definition.about)
    if record.subject and record.subject != record.key:
        link = key_html(kind, record.subject) if kind else record.subject
        if subject_name and subject_name != record.label:
            found.append((about_title(register.definition.about), subject_name))
        found.append((_("Credit code") if kind == "uscc" else _("About (number)"), link))
    elif kind and record.subject:
        found.append(
            (_("Credit code") if kind == "uscc" else _("Product number"), key_html(kind, record.subject))
        )
    types = {t.name: t.title for t in register.definition.record_types}
    if record.record_type:
        found.append((_("Type"), in_lang(types.get(record.record_type, record.record_type))))
    if record.region:
        found.append(
            (_("Region"), " ".join(in_lang(r) for r in places.region_path(record.region)) or record.region)
        )
    if record.valid_from or record.valid_until:
        found.append((_("Validity"), period_text(record.valid_from, record.valid_until)))
    if record.agency:
        found.append((_("Recorded by"), names.agency_name(record.agency)))
    return found


def about_title(about: str) -> str:
    return {
        "enterprise": _("Enterprise"),
        "product": _("Product"),
        "person": _("Person"),
        "place": _("Place"),
        "document": _("Document"),
        "body": _("Body"),
    }.get(about, _("About"))


def period_text(start: date | str | None, end: date | str | None) -> str:
    if start and end:
        return _("%(start)s to %(end)s") % {"start": start, "end": end}
    if end:
        return _("until %(end)s") % {"end": end}
    return _("from %(start)s, without end") % {"start": start}


def timeline(register: Register, steps: Sequence[public.PublicStep]) -> list[dict[str, Any]]:
    """The public entries of a record, newest first: what happened, when, by whom, and what changed by it."""
    replaced = {step.envelope["replaces"]: step.index for step in steps if step.envelope.get("replaces")}
    by_id = {step.envelope["id"]: step for step in steps}
    events = []
    last: public.PublicStep | None = None
    for step in steps:
        envelope = step.envelope
        corrected = by_id.get(envelope.get("replaces") or "")
        before = corrected or last
        state = register.life.state_by_name.get(envelope.get("state") or "")
        void_by = replaced.get(envelope["id"])
        events.append(
            {
                "index": step.index,
                "title": step_title(register, str(envelope.get("kind") or "")),
                "when": envelope.get("recorded_at"),
                "effective_on": envelope.get("effective_on"),
                "validity": period_text(envelope.get("valid_from"), envelope.get("valid_until"))
                if envelope.get("valid_until")
                else "",
                "who": names.agency_name(envelope.get("agency")),
                "mark": marks.state_mark(state.name, state.title, state.kind) if state else None,
                "void_by": void_by,
                "replaces": corrected.index if corrected else None,
                "changes": changes(register, before.values, step.values) if before is not None else [],
            }
        )
        if void_by is None:
            last = step
    return events[::-1]


def step_title(register: Register, kind: str) -> str:
    """What a step is called: the lifecycle's transition, else what the engine does by itself."""
    transition = register.life.transition(kind)
    if transition:
        return in_lang(transition.title)
    own = {
        "correct": _("Corrected"),
        "lapse": _("Lapsed"),
        "expire": _("Term over"),
        "publish": _("Published"),
    }
    return own.get(kind, kind)


def changes(
    register: Register, before: Mapping[str, Any], after: Mapping[str, Any]
) -> list[tuple[str, str, str]]:
    """(field, before, after) of what differs between two public pictures of a record."""
    found = []
    for name in dict.fromkeys([*before, *after]):
        field = register.definition.by_name.get(name)
        if field is not None and field.type != "file" and before.get(name) != after.get(name):
            old, new = value_text(field, before.get(name)), value_text(field, after.get(name))
            found.append((in_lang(field.title), _short(old), _short(new)))
    return found


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:79] + "…"


def hit(register: Register, record: Any) -> dict[str, Any]:
    """A record as a find of a search: name, address, register, state, and a line of facts."""
    fields = [
        f for f in public.public_fields(register) if f.list and f.name != register.definition.label_field
    ]
    shown = [
        (in_lang(f.title), value_text(f, record.values[f.name])) for f in fields if f.name in record.values
    ]
    return {
        "label": record.label,
        "key": record.key,
        "url": page_of(record),
        "register": register.title,
        "state": state_of(register, record),
        "region": names.region_name(record.region),
        "facts": [(title, _short(text)) for title, text in shown[:3]],
    }


def page_of(record: Any) -> str:
    """The page that says most about a record: an enterprise's or product's own, a target's, else the record's."""
    own = {
        "p_enterprises": "portal:enterprise",
        "p_products": "portal:product",
        "policy_targets": "portal:target",
    }
    if record.register in own:
        return reverse(own[record.register], args=[record.key])
    return record_url(record.register, record.key)
