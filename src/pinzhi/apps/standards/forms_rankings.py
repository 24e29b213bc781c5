"""The form of an evaluation plan."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from pinzhi.apps.standards.ranking_plans import plan_field
from pinzhi.apps.standards.tables_declarations import options
from pinzhi.kernel import clock
from pinzhi.kernel.web.forms import SectionedForm
from pinzhi.kernel.web.table_field import TableField
from pinzhi.kernel.web.texts import in_lang
from pinzhi.kernel.web.widgets import PickedField

FIELDS = (
    "title", "product_class", "sector", "year", "evaluator", "region", "indicators", "most_tiers", "fewer_core", "note",
)  # fmt: skip


def plan_form(initial: dict[str, Any], classes: list[str]) -> type[SectionedForm]:
    """The form class of a plan; `classes`: classes of products that declarations name."""
    text = {"class": "form-control"}
    fields: dict[str, forms.Field] = {
        "title": forms.CharField(label=_("Title"), max_length=120),
        "product_class": forms.CharField(
            label=_("Class of products"),
            help_text=_("As the declarations write it: only those of this class are ranked."),
            max_length=80,
            widget=forms.TextInput(attrs={**text, "list": "product-classes"}),
        ),
        "sector": forms.ChoiceField(
            label=_("Field of consumer goods"),
            choices=lambda: [(value, in_lang(one)) for value, one in options("sector")],
        ),
        "year": forms.IntegerField(
            label=_("Year"), min_value=2015, max_value=2100, initial=clock.today().year
        ),
        "evaluator": forms.CharField(label=_("Evaluator"), max_length=120),
        "region": PickedField(
            "region", label=_("Region"), help_text=_("Declarations of this region are ranked.")
        ),
        "indicators": TableField(
            plan_field(),
            label=_("Indicators"),
            help_text=_(
                "Core indicators are graded, in principle three or more; basic ones must be met; innovative ones are shown."
            ),
            error_messages={"required": _("Name at least one core indicator.")},
        ),
        "most_tiers": forms.IntegerField(
            label=_("Tiers at most, where the plan names no thresholds"), min_value=1, max_value=10, initial=3
        ),
        "fewer_core": forms.CharField(
            label=_("Why there are fewer core indicators"), max_length=300, required=False
        ),
        "note": forms.CharField(
            label=_("Note for the public"),
            max_length=2000,
            required=False,
            widget=forms.Textarea(attrs={**text, "rows": 3}),
        ),
    }
    for name, field in fields.items():
        if name != "indicators":
            field.error_messages["required"] = _("Fill this in.")
    for name, value in initial.items():
        if name in fields:
            fields[name].initial = value
    return type("PlanForm", (SectionedForm,), fields)


class ReasonForm(SectionedForm):
    reason = forms.CharField(max_length=300)
