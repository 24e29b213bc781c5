"""The forms of the catalogue, made from the same fields that files and the API use."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from pinzhi.kernel.web.forms import SectionedForm

REQUIRED = {"required": _("Fill this in.")}


class AsOfForm(SectionedForm):
    """A reference and a day: which edition is meant."""

    reference = forms.CharField(
        label=_("Standard, with or without the year"),
        max_length=200,
        error_messages=REQUIRED,
        help_text=_("Such as GB 31701-2015 or GB 31701."),
    )
    on = forms.DateField(
        label=_("On"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
