"""Forms of yearly plans, made from the fields of their register."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from pinzhi.apps.policy import year_plans
from pinzhi.apps.policy.forms import StyledForm
from pinzhi.apps.policy.forms_appraisal import in_force
from pinzhi.kernel.errors import Refused, RefusedRows
from pinzhi.kernel.web.widgets import PickedField, form_field


class YearPlanForm(StyledForm):
    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)
    title = forms.CharField(label=_("Title"), max_length=200)
    doc_number = forms.CharField(label=_("Document number"), required=False, max_length=120)
    document = forms.ChoiceField(label=_("Plan document"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"] = PickedField("region", label=_t("Region"), help_text=_t("Name or code."))
        field = self.fields["document"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = in_force()


class ProductForm(forms.Form):
    """Fields of a key product: those that are planned, or those that are reported."""

    def __init__(self, *args: Any, names: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in year_plans.fields(names):
            self.fields[field.name] = form_field(field, required=field.name in year_plans.REQUIRED)

    def add_refusal(self, error: Refused) -> None:
        """Each wrong value at its field."""
        titles = {str(field.label): name for name, field in self.fields.items()}
        defined = {field.title.zh: field.name for field in year_plans.fields(list(self.fields))}
        for row in error.rows if isinstance(error, RefusedRows) else ():
            name = defined.get(row.column or "") or titles.get(row.column or "")
            self.add_error(name, f"{row.wrong} {row.right}".strip())
        if not isinstance(error, RefusedRows):
            self.add_error(None, f"{error.text} {error.remedy}".strip())


class ImportProductsForm(StyledForm):
    file = forms.FileField(
        label=_("Spreadsheet of key products"), help_text=_("XLSX or CSV, filled in after the template.")
    )
