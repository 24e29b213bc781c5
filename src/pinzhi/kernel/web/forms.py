"""Forms made from a register's definition for one step of its lifecycle; rendered by `{% form_body form %}`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import override

from pinzhi.kernel.errors import Refused, RefusedRows, in_language
from pinzhi.kernel.registers import values as register_values
from pinzhi.kernel.registers.definitions import Constraints, Definition, FieldDef, Text, Transition
from pinzhi.kernel.web.texts import in_lang
from pinzhi.kernel.web.widgets import KeepFile, PickedField, form_field
from pinzhi.kernel.web.wording import sentence_en, sentence_zh

#: What a step asks beyond the record's own fields, by the name in the lifecycle; `step_` keeps the names apart.
STEP = "step_"
EVIDENCE_KINDS = ["pdf", "jpg", "jpeg", "png", "docx", "xlsx", "ofd"]


@dataclass(frozen=True)
class Section:
    """A part of a form under one heading; `fields` are bound fields."""

    title: str
    fields: Sequence[forms.BoundField]


class SectionedForm(forms.Form):
    """A form that knows its sections and takes an action's refusal to the fields that it names."""

    sections_of: Sequence[tuple[str, Sequence[str]]] = ()

    def sections(self) -> list[Section]:
        """The form's parts in order; what no section names stands in a last one without a title."""
        named = [name for _title, names in self.sections_of for name in names]
        rest = [name for name in self.fields if name not in named]
        parts = [*self.sections_of, ("", rest)]
        return [
            Section(title, [self[name] for name in names if name in self.fields])
            for title, names in parts
            if any(name in self.fields for name in names)
        ]

    def add_refusal(self, error: Refused) -> None:
        """Show a refusal: each wrong row at the field of its column, everything else at the top."""
        if isinstance(error, RefusedRows):
            for row in error.rows:
                text = in_language(
                    sentence_zh(row.wrong_zh, row.right_zh), sentence_en(row.wrong_en, row.right_en)
                )
                self.add_error(self._field_called(row.column), text)
            return
        self.add_error(self._field_called(error.place), f"{error.text} {error.remedy}".strip())

    def _field_called(self, column: str | None) -> str | None:
        if column is None:
            return None
        if column in self.fields:
            return column
        if f"{STEP}{column}" in self.fields:
            return f"{STEP}{column}"
        for name, field in self.fields.items():
            defined = getattr(field, "defined", None)
            if column == str(field.label) or (defined and column in (defined.title.zh, defined.title.en)):
                return name
        return None


class RecordForm(SectionedForm):
    """The form of one step: `record_values()` for the item's values, `envelope()` for the rest of it."""

    definition: Definition
    record_type = ""
    asks_fields = False

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.asks_fields:
            return data
        kept = {name: data.get(name) for name in self.definition.by_name if name in self.fields}
        for name, field in self.definition.by_name.items():
            if name not in self.fields:
                continue
            # A field that another field's value rules out is neither demanded nor sent.
            if not register_values.applies(field, kept, self.record_type):
                data[name] = None
                self.errors.pop(name, None)
            elif field.required and data.get(name) is None and name not in self.errors:
                self.add_error(name, _("Fill in: %(label)s.") % {"label": in_lang(field.title)})
        return data

    def record_values(self) -> dict[str, Any]:
        """Values of the definition's fields that were filled in, in their kept form."""
        return {
            name: self.cleaned_data[name]
            for name in self.definition.by_name
            if name in self.cleaned_data and self.cleaned_data[name] is not None
        }

    def envelope(self) -> dict[str, Any]:
        """Arguments for `Item` beyond values: subject, region, dates, reason, decision number, evidence."""
        found: dict[str, Any] = {}
        for name in ("subject", "region", "agency"):
            if self.cleaned_data.get(name):
                found[name] = self.cleaned_data[name]
        for name in ("effective_on", "valid_from", "valid_until"):
            if self.cleaned_data.get(STEP + name):
                found[name] = date.fromisoformat(self.cleaned_data[STEP + name])
        for name in ("reason", "decision_number"):
            if self.cleaned_data.get(STEP + name):
                found[name] = self.cleaned_data[STEP + name]
        if self.cleaned_data.get(STEP + "evidence"):
            found["evidence"] = self.cleaned_data[STEP + "evidence"]
        if self.record_type:
            found["record_type"] = self.record_type
        return found

    def answers(self) -> list[dict[str, Any]]:
        """Title and value of what was filled in, for "check your answers" (`{% facts form.answers %}`)."""
        from pinzhi.kernel.web.values import field_html

        shown = []
        for name, field in self.fields.items():
            value = self.cleaned_data.get(name)
            defined = getattr(field, "defined", None)
            if value in (None, "", []):
                continue
            shown.append(
                {
                    "title": field.label,
                    "value": field_html(defined, value) if defined else value,
                    "name": name,
                }
            )
        return shown


def form_for(
    definition: Definition,
    transition: Transition,
    record_type: str = "",
    initial: Mapping[str, Any] | None = None,
    lang: str | None = None,
    *,
    ask_subject: bool = False,
    ask_region: bool = False,
    keep_file: KeepFile | None = None,
) -> type[RecordForm]:
    """The form class of a step. `initial`: values of fields by name, and of the step by `reason`, `effective_on` ….

    `ask_subject` for a new record that is not the applicant's own, `ask_region` where the region does not follow from
    the subject. `keep_file` stores an uploaded file and gives its reference; without it no file can be sent.
    `lang` ("zh", "en") sets the language of labels; by default the reader's.
    """
    with override({"zh": "zh-hans", "en": "en"}[lang]) if lang else nullcontext():
        return _form_for(
            definition, transition, record_type, dict(initial or {}), ask_subject, ask_region, keep_file
        )


def _form_for(
    definition: Definition,
    transition: Transition,
    record_type: str,
    initial: dict[str, Any],
    ask_subject: bool,
    ask_region: bool,
    keep_file: KeepFile | None,
) -> type[RecordForm]:
    made: dict[str, forms.Field] = {}
    sections: list[tuple[str, list[str]]] = []
    envelope: list[str] = []
    if ask_subject and definition.about != "none":
        made["subject"] = _subject_field(definition, initial.get("subject"))
        envelope.append("subject")
    if ask_region:
        made["region"] = PickedField(
            "region",
            label=_("Region"),
            error_messages={"required": _("Fill in: %(label)s.") % {"label": _("Region")}},
            help_text=_("Name or code (GB/T 2260)."),
            initial=initial.get("region"),
        )
        envelope.append("region")
    if envelope:
        sections.append((_("Whom or what it concerns"), envelope))
    asks_fields = "fields" in transition.asks
    if asks_fields:
        for field in definition.fields:
            if not _for_type(field, record_type):
                continue
            depends = {k: v for k, v in (field.when or {}).items() if k != "record_type"}
            # One that depends on another field is demanded in `clean`, when the other one's value is known.
            required = field.required and not depends and transition.entry
            new = form_field(
                field,
                required=required,
                initial=initial.get(field.name, field.default),
                keep_file=keep_file,
            )
            if depends:
                _depend(new, depends)
            made[field.name] = new
            title = in_lang(field.group) if field.group else _("Particulars")
            part = next((names for heading, names in sections if heading == title), None)
            if part is None:
                sections.append((title, [field.name]))
            else:
                part.append(field.name)
    step = _step_fields(transition, initial, keep_file)
    if step:
        made |= step
        sections.append((in_lang(transition.title), list(step)))
    return type(
        "StepForm",
        (RecordForm,),
        {
            "definition": definition,
            "record_type": record_type,
            "asks_fields": asks_fields and transition.entry,
            "sections_of": sections,
            **made,
        },
    )


def _subject_field(definition: Definition, initial: Any) -> forms.Field:
    kind = {"enterprise": "uscc", "body": "uscc", "product": "gtin", "place": "region"}.get(definition.about)
    label, help_text = {
        "enterprise": (_("Enterprise"), _("Unified social credit code; type the name to look it up.")),
        "body": (_("Technical body"), _("Unified social credit code; type the name to look it up.")),
        "product": (
            _("Product"),
            _("Number under the bar code, or product number; type the name to look it up."),
        ),
        "place": (_("Place"), _("Name or code (GB/T 2260).")),
    }.get(definition.about, (_("Whom it concerns"), ""))
    common = {
        "label": label,
        "help_text": help_text,
        "initial": initial,
        "required": bool(kind),
        "error_messages": {"required": _("Fill in: %(label)s.") % {"label": label}},
    }
    if kind:
        return PickedField(kind, **common)
    return forms.CharField(
        max_length=64, widget=forms.TextInput(attrs={"class": "form-control pz-w-mid"}), **common
    )


def _step_fields(
    transition: Transition, initial: Mapping[str, Any], keep_file: KeepFile | None
) -> dict[str, forms.Field]:
    """The fields for what a step asks beyond the record's own: reason, numbers, dates, evidence."""
    made: dict[str, forms.Field] = {}
    needs_reason = transition.asks and "fields" not in transition.asks
    for ask in transition.asks:
        name = STEP + ask
        if ask == "reason":
            field = FieldDef(
                name="reason",
                title=_two("理由", "Reason"),
                type="text",
                constraints=Constraints(required=True, maxLength=2000),
            )
            made[name] = form_field(field, required=bool(needs_reason), initial=initial.get(ask))
        elif ask == "decision_number":
            field = FieldDef(
                name="decision_number",
                title=_two("决定文号", "Number of the decision"),
                constraints=Constraints(maxLength=100),
                example="闽市监质〔2026〕12号",
            )
            made[name] = form_field(field, required=False, initial=initial.get(ask))
        elif ask in ("effective_on", "valid_from", "valid_until"):
            titles = {
                "effective_on": _two("生效日期", "Takes effect on"),
                "valid_from": _two("有效期自", "Valid from"),
                "valid_until": _two("有效期至", "Valid until"),
            }
            helps = {
                "effective_on": _two("留空即为今天。", "Left empty: today."),
                "valid_from": _two("留空即为生效日期。", "Left empty: the day it takes effect."),
                "valid_until": _two(
                    "留空则按本登记册规定的有效期计算。", "Left empty: after the register's own term."
                ),
            }
            made[name] = form_field(
                FieldDef(name=ask, title=titles[ask], type="date", help=helps[ask]),
                required=False,
                initial=initial.get(ask),
            )
        elif ask == "evidence":
            field = FieldDef(
                name="evidence",
                title=_two("证明材料", "Evidence"),
                type="file",
                many=True,
                accept=EVIDENCE_KINDS,
                help=_two(
                    "PDF、OFD、图片、Word 或 Excel，每个不超过 20 MB。",
                    "PDF, OFD, pictures, Word or Excel, up to 20 MB each.",
                ),
            )
            made[name] = form_field(field, required=False, keep_file=keep_file)
    return made


def _two(zh: str, en: str) -> Text:
    return Text(zh=zh, en=en)


def _for_type(field: FieldDef, record_type: str) -> bool:
    wanted = (field.when or {}).get("record_type")
    if wanted is None:
        return True
    return record_type in (wanted if isinstance(wanted, list) else [wanted])


def _depend(field: forms.Field, depends: Mapping[str, Any]) -> None:
    """Marks on the field's place in the page that hide it until the other field has one of the values."""
    name, wanted = next(iter(depends.items()))
    values = wanted if isinstance(wanted, list) else [wanted]
    field.when_field = name  # type: ignore[attr-defined]
    field.when_values = json.dumps([_as_typed(v) for v in values], ensure_ascii=False)  # type: ignore[attr-defined]


def _as_typed(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
