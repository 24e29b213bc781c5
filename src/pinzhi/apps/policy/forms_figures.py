"""The form of a reported figure. It parses; the register judges."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pinzhi.apps.policy import evidence
from pinzhi.apps.policy.forms import StyledForm
from pinzhi.apps.policy.models import Target
from pinzhi.apps.policy.readings import REPORTED_REGISTER
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import in_language
from pinzhi.kernel.registers import catalogue

SENSES = {
    "level": _("What there is at the end of the period."),
    "increment": _("All that is new since the plan began, up to the end of the period."),
    "per_year": _("What belongs to the year of the period, up to its end."),
}
STATUS = [("final", _("final")), ("preliminary", _("preliminary")), ("revised", _("revised"))]


class FigureForm(StyledForm):
    period = forms.CharField(
        label=_("Period"), max_length=6, help_text=_("A year is 2024, a quarter 2024Q1.")
    )
    value = forms.CharField(label=_("Value"), max_length=30)
    numerator = forms.CharField(
        label=_("Numerator"),
        max_length=30,
        required=False,
        help_text=_("For a rate, so that others can check it."),
    )
    denominator = forms.CharField(label=_("Denominator"), max_length=30, required=False)
    data_status = forms.ChoiceField(label=_("Standing of the figure"), choices=STATUS)
    source = forms.CharField(label=_("Source of the figure"), max_length=200)
    compiled_by = forms.CharField(label=_("Reported by"), max_length=120)
    scope_note = forms.CharField(
        label=_("How it was counted"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    published_in = forms.CharField(label=_("Published in"), max_length=200, required=False)

    def __init__(self, *args: Any, target: Target, by: Actor, **kwargs: Any) -> None:
        today = clock.today()
        quarter = (today.month - 1) // 3
        last = f"{today.year}Q{quarter}" if quarter else str(today.year - 1)
        kwargs["initial"] = {"period": last, "compiled_by": target.lead_unit, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        value = self.fields["value"]
        value.label = f"{value.label} ({target.unit})" if target.unit else value.label
        value.help_text = SENSES[target.kind]
        self.fields["files"] = evidence.field(by)

    def add_refusal(self, error: Any) -> None:
        rows = getattr(error, "rows", None)
        if not rows:
            super().add_refusal(error)
            return
        fields = catalogue.get(REPORTED_REGISTER).definition.fields
        named = {title: field.name for field in fields for title in (field.title.zh, field.title.en)}
        for row in rows:
            name = named.get(row.column or "", "")
            wrong = (
                f"{in_language(row.wrong_zh, row.wrong_en)} {in_language(row.right_zh, row.right_en)}".strip()
            )
            known = name in self.fields
            self.add_error(name if known else None, wrong if known else f"{row.column or ''} {wrong}".strip())
