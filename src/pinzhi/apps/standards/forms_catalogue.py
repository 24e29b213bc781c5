"""The forms of the catalogue, made from the same fields that files and the API use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pinzhi.apps.standards.fields_catalogue import fields_of
from pinzhi.kernel.web.forms import SectionedForm
from pinzhi.kernel.web.texts import in_lang
from pinzhi.kernel.web.widgets import form_field

REQUIRED = {"required": _("Fill this in.")}


class FieldsForm(SectionedForm):
    """A form over fields; `values()` is what the action takes."""

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data.get(name) for name in self.fields if name in self.cleaned_data}


def fields_form(
    what: str = "editions", *, without: tuple[str, ...] = (), initial: Mapping[str, Any] | None = None
) -> type[FieldsForm]:
    """The form class for an edition or a relation. `without`: fields that this form does not ask for."""
    made: dict[str, forms.Field] = {}
    sections: dict[str, list[str]] = {}
    for field in fields_of(what):
        if field.name in without:
            continue
        made[field.name] = form_field(field, required=field.required, initial=(initial or {}).get(field.name))
        sections.setdefault(in_lang(field.group), []).append(field.name)
    return type("AForm", (FieldsForm,), {"sections_of": list(sections.items()), **made})


class AsOfForm(SectionedForm):
    """A reference and a day: which edition is meant."""

    reference = forms.CharField(
        label=_("Standard, with or without the year"),
        max_length=200,
        error_messages=REQUIRED,
        help_text=_("Such as GB 31701-2015 or GB 31701."),
    )
    on = forms.DateField(label=_("On"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
