"""Forms for what a bureau enters of places itself. They parse; actions decide."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pinzhi.kernel.places import catalogue
from pinzhi.kernel.web.forms import SectionedForm
from pinzhi.kernel.web.texts import in_lang


def function_choices() -> list[tuple[str, str]]:
    """Functions of government with their titles in the reader's language."""
    return [(name, in_lang(row["title"])) for name, row in catalogue.functions().items()]


class ListField(forms.CharField):
    """Several values in one line, parted by comma, semicolon or blank."""

    def to_python(self, value: Any) -> Any:
        return [part for part in re.split(r"[\s,;、，；]+", super().to_python(value) or "") if part]

    def prepare_value(self, value: Any) -> Any:
        return "、".join(value) if isinstance(value, list | tuple) else value

    def validate(self, value: Any) -> None:
        if self.required and not value:
            raise forms.ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value: Any) -> None:
        """Its parts are the action's matter."""


def _day(label: Any, *, required: bool = False) -> forms.DateField:
    return forms.DateField(
        label=label, required=required, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )


class AgencyForm(SectionedForm):
    code = forms.CharField(
        label=_("Code"), max_length=64, help_text=_("Region code, hyphen, a word: 350100-quality_office")
    )
    zh = forms.CharField(label=_("Name in Chinese"), max_length=100)
    en = forms.CharField(label=_("Name in English"), max_length=160, required=False)
    short = forms.CharField(label=_("Short name"), max_length=40, required=False)
    functions = forms.MultipleChoiceField(
        label=_("Functions"), required=False, help_text=_("None chosen: a general agency keeps its own")
    )
    aliases = ListField(label=_("Names in documents"), required=False)
    valid_from = _day(_("From"))
    valid_until = _day(_("Until"))
    source = forms.CharField(label=_("Source"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["functions"].choices = function_choices()  # type: ignore[attr-defined]


class RegionForm(SectionedForm):
    code = forms.CharField(
        label=_("Code"),
        max_length=12,
        help_text=_("The region's first 2, 4 or 6 digits, Z and a number: 3501Z9"),
    )
    zh = forms.CharField(label=_("Name in Chinese"), max_length=60)
    en = forms.CharField(label=_("Name in English"), max_length=120, required=False)
    covers = ListField(
        label=_("Covers"), required=False, help_text=_("Codes of regions that lie wholly within the zone")
    )
    aliases = ListField(label=_("Also called"), required=False)
    valid_from = _day(_("From"))
    valid_until = _day(_("Until"))
    source = forms.CharField(label=_("Source"), max_length=300, required=False)


class SuccessionForm(SectionedForm):
    predecessor = forms.CharField(label=_("Predecessor"), max_length=64)
    successor = forms.CharField(label=_("Successor"), max_length=64)
    since = _day(_("Since"), required=True)
    functions = forms.MultipleChoiceField(
        label=_("Functions"), required=False, help_text=_("None chosen: all, and the predecessor ends")
    )
    source = forms.CharField(label=_("Source"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["functions"].choices = function_choices()  # type: ignore[attr-defined]


class DelegationForm(SectionedForm):
    function = forms.ChoiceField(label=_("Function"))
    region = forms.CharField(label=_("Region"), max_length=12)
    delegate = forms.CharField(label=_("Delegated to"), max_length=64)
    valid_from = _day(_("From"), required=True)
    valid_until = _day(_("Until"))
    source = forms.CharField(label=_("Source"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["function"].choices = function_choices()  # type: ignore[attr-defined]
