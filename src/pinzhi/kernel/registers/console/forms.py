"""The form of a step as the pages of registers use it: which questions are asked, and nothing typed is ever lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core import signing
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.registers import catalogue
from pinzhi.kernel.registers.actions.carry_out import Item
from pinzhi.kernel.registers.console.common import keep_file
from pinzhi.kernel.registers.definitions import Definition, FieldDef, Register, Text, Transition
from pinzhi.kernel.registers.models import Record
from pinzhi.kernel.web.forms import RecordForm, form_for
from pinzhi.kernel.web.table_field import TableInput
from pinzhi.kernel.web.widgets import SALT, FilesField

Raw = dict[str, dict[str, Any]]


def definition_for(
    register: Register, step: Transition | None, kept: Mapping[str, Any] | None = None
) -> Definition:
    """The definition with the fields that this step asks: some are asked for by later steps only. None: all.

    `kept`: values that stand; an identity number among them is never shown again and need not be typed again.
    """
    fields = [
        _kept_secret(f) if f.format == "id-number" and (kept or {}).get(f.name) else f
        for f in register.definition.fields
        if f.steps is None or step is None or step.name in f.steps
    ]
    if fields == register.definition.fields:
        return register.definition
    narrowed = register.definition.model_copy(update={"fields": fields})
    for cached in ("by_name", "groups"):
        narrowed.__dict__.pop(cached, None)
    return narrowed


def _kept_secret(field: FieldDef) -> FieldDef:
    note = Text(
        zh="已登记，不再显示；留空则保持不变。",
        en="Registered and not shown again; left empty it stays as it is.",
    )
    optional = field.constraints.model_copy(update={"required": False})
    return field.model_copy(update={"constraints": optional, "help": note, "example": None})


def as_initial(definition: Definition, values: Mapping[str, Any]) -> dict[str, Any]:
    """Kept values as the widgets of a form take them; identity numbers are left out."""
    shown = dict(values)
    for name, value in values.items():
        field = definition.by_name.get(name)
        if field is None:
            continue
        if field.format == "id-number":
            shown.pop(name)
        elif isinstance(value, bool):
            shown[name] = "true" if value else "false"
        elif isinstance(value, list) and field.type not in ("file", "table") and not field.options:
            shown[name] = "\n".join(str(one) for one in value)
    return shown


def home_of(register: Register, subject: str) -> str:
    """The region of a subject from its roster; empty where it is on none."""
    roster = catalogue.ROSTERS.get(register.definition.about)
    if roster is None or not subject:
        return ""
    return Record.objects.filter(register=roster, key=subject).values_list("region", flat=True).first() or ""


def new_form(
    actor: Actor,
    register: Register,
    step: Transition,
    record_type: str,
    initial: Mapping[str, Any] | None = None,
) -> type[RecordForm]:
    """The form with which a record begins. The applicant itself is not asked who it is."""
    own = actor.speaks_for in ("enterprise", "body")
    about = register.definition.about
    key_of = register.definition.key.of or []
    names = [key_of] if isinstance(key_of, str) else list(key_of)
    ask_region = not home_of(register, actor.party) if own else True
    regions = {right.region for right in actor.rights if right.region}
    first = (
        {"region": regions.pop()}
        if len(regions) == 1 and about not in ("enterprise", "body", "product")
        else {}
    )
    form = form_for(
        definition_for(register, step),
        step,
        record_type,
        {**first, **(initial or {})},
        ask_subject=not own and about != "none",
        ask_region=ask_region,
        keep_file=keep_file(actor),
    )
    region = form.base_fields.get("region")
    if region is not None and "region" not in names and not own:
        region.required = False
    return form


def step_form(
    actor: Actor,
    register: Register,
    step: Transition,
    record: Record,
    initial: Mapping[str, Any] | None = None,
) -> type[RecordForm]:
    """The form of a step on a record that is there: filled with what stands."""
    definition = definition_for(register, step, record.values)
    first = as_initial(definition, {**record.values, **(initial or {})})
    return form_for(definition, step, record.record_type, first, keep_file=keep_file(actor))


def bulk_form(actor: Actor, register: Register, step: Transition) -> type[RecordForm]:
    """The form of a step on several records: their own fields stay as they are."""
    asked = step.model_copy(update={"asks": [ask for ask in step.asks if ask != "fields"]})
    return form_for(register.definition, asked, "", {}, keep_file=keep_file(actor))


def item_of(form: RecordForm, *, key: str | None = None, revision: int | None = None) -> Item:
    """What a valid form asks for. On a record that is there an emptied field is emptied, not left as it was."""
    values = form.record_values()
    if key is not None and form.asks_fields:
        values = {
            name: form.cleaned_data.get(name)
            for name, field in form.definition.by_name.items()
            if name in form.fields and (field.format != "id-number" or form.cleaned_data.get(name))
        }
    return Item(key=key, values=values, revision=revision, **form.envelope())


def raw_of(form: RecordForm) -> Raw:
    """Everything typed into a bound form, and references to the files that came with it."""
    values: dict[str, list[str]] = {}
    files: dict[str, list[Mapping[str, Any]]] = {}
    for name, field in form.fields.items():
        if isinstance(field, FilesField):
            kept = getattr(form, "cleaned_data", {}).get(name)
            before = [one for one in form[name].data or () if isinstance(one, Mapping)]
            files[name] = list(kept or before)
        elif hasattr(form.data, "getlist"):
            names = field.widget.names(name) if isinstance(field.widget, TableInput) else [name]
            values |= {one: form.data.getlist(form.add_prefix(one)) for one in names}
    return {"values": values, "files": files}


def data_of(raw: Mapping[str, Any]) -> QueryDict:
    """What was typed, as a form takes it."""
    data = QueryDict(mutable=True)
    for name, values in (raw.get("values") or {}).items():
        data.setlist(name, list(values))
    for name, references in (raw.get("files") or {}).items():
        data.setlist(f"{name}__kept", [signing.dumps(dict(one), salt=SALT) for one in references])
    return data


def keep_typed(form: RecordForm) -> None:
    """Let a form with errors show the files that came with it as already sent."""
    form.data = data_of(raw_of(form))
    form.files = MultiValueDict()
