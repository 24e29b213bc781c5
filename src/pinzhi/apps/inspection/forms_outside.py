"""The form with which results of other levels and regions come in."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from pinzhi.apps.inspection.forms import REQUIRED
from pinzhi.kernel.web.forms import SectionedForm


class OutsideForm(SectionedForm):
    source = forms.CharField(
        label=_("Source"),
        max_length=120,
        help_text=_("Whose results they are and where they were published, for example 国家市场监督管理总局 2026年第3号通告."),
        error_messages=REQUIRED,
    )  # fmt: skip
    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,
        help_text=_("CSV or XLSX, a row for each batch. Good rows are taken, the others refused one by one."),
        error_messages=REQUIRED,
    )
