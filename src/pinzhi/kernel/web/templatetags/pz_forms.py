"""`{% load pz_forms %}`: any Django form as label, hint, error, control; errors at the top lead to their fields."""

from __future__ import annotations

from typing import Any

from django import forms, template
from django.utils.translation import gettext as _

from pinzhi.kernel.web.forms import Section

register = template.Library()
GROUPED = (forms.RadioSelect, forms.CheckboxSelectMultiple)
PLAIN = (
    forms.TextInput,
    forms.Textarea,
    forms.NumberInput,
    forms.EmailInput,
    forms.URLInput,
    forms.PasswordInput,
)
CONTROL = (*PLAIN, forms.DateInput, forms.DateTimeInput, forms.FileInput)


@register.inclusion_tag("web/components/form.html")
def form_body(form: forms.Form) -> dict[str, Any]:
    """`{% form_body form %}`: the whole form but the <form> element, its token and its buttons."""
    sections = form.sections() if hasattr(form, "sections") else [Section("", form.visible_fields())]
    return {"form": form, "sections": sections}


@register.inclusion_tag("web/components/error_summary.html")
def error_summary(form: forms.Form) -> dict[str, Any]:
    """`{% error_summary form %}`: what needs to be put right, each a link to its field."""
    wrong = []
    for field in form.visible_fields():
        for error in list(field.errors)[:1]:
            text = str(error) if str(field.label) in str(error) else f"{field.label}{_(': ')}{error}"
            wrong.append((text, _anchor(field)))
    return {"form": form, "wrong": wrong, "count": len(wrong) + len(form.non_field_errors())}


@register.inclusion_tag("web/components/field.html")
def form_field(field: forms.BoundField) -> dict[str, Any]:
    """`{% form_field form.name %}`: one field with label, hint, example, errors, unit, suggestions."""
    widget = field.field.widget
    hint = bool(field.help_text or getattr(field.field, "example", None))
    described = " ".join(
        [f"{field.auto_id}-error"] * bool(field.errors) + [f"{field.auto_id}-hint"] * bool(hint)
    )
    attrs: dict[str, Any] = {}
    if described:
        attrs["aria-describedby"] = described
    if field.errors:
        attrs["aria-invalid"] = "true"
    # Browsers' own bubbles say less than our errors and in another language: the form is novalidate.
    checkbox = isinstance(widget, forms.CheckboxInput)
    grouped = isinstance(widget, GROUPED)
    if isinstance(widget, GROUPED) or checkbox:
        widget.attrs.setdefault("class", "form-check-input")
    elif isinstance(widget, forms.Select):
        widget.attrs.setdefault("class", "form-select pz-w-mid")
    elif isinstance(widget, CONTROL):
        widget.attrs.setdefault("class", "form-control")
    example = getattr(field.field, "example", None)
    return {
        "field": field,
        "control": "" if grouped else field.as_widget(attrs=attrs),
        "grouped": grouped,
        "checkbox": checkbox,
        "described": described,
        "example": "" if example is None or isinstance(example, bool) or _picks(widget) else example,
        "unit": getattr(field.field, "unit", ""),
        "picker": widget.attrs.get("data-picker", ""),
        "chosen": _name_of(widget.attrs.get("data-picker", ""), field.value()),
        "when_field": getattr(field.field, "when_field", ""),
        "when_values": getattr(field.field, "when_values", ""),
    }


def _anchor(field: forms.BoundField) -> str:
    return field.auto_id if isinstance(field.field.widget, GROUPED) else field.id_for_label or field.auto_id


def _name_of(kind: str, value: Any) -> str:
    if not kind or not value:
        return ""
    from pinzhi.kernel.web.pickers import name_of

    return name_of(kind, str(value))


@register.inclusion_tag("web/components/saved_note.html")
def saved_note() -> dict[str, Any]:
    """`{% saved_note %}`: says that what was typed is kept on this machine (forms with `data-autosave`)."""
    return {}


def _picks(widget: forms.Widget) -> bool:
    """Whether one chooses rather than types: then an example would only be in the way."""
    return isinstance(widget, (*GROUPED, forms.Select)) or getattr(widget, "input_type", "") in {
        "date",
        "datetime-local",
    }
