"""Forms of programmes: which kind of check, then what is checked, how often, where, with whom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pinzhi.apps.inspection.forms import REQUIRED
from pinzhi.apps.inspection.forms_tables import TableForm, column, table
from pinzhi.apps.inspection.models import Programme
from pinzhi.apps.inspection.models.programme import Channel, Level
from pinzhi.kernel.errors import Refused
from pinzhi.kernel.web.forms import SectionedForm
from pinzhi.kernel.web.pickers import resolve
from pinzhi.kernel.web.table_field import TableField
from pinzhi.kernel.web.widgets import PickedField

MOST_PRODUCTS, MOST_PARTIES = 200, 40


class KindForm(SectionedForm):
    """Which kind of check the programme is for."""

    kind = forms.ChoiceField(
        label=_("Kind of check"), choices=Programme.Kind.choices, widget=forms.RadioSelect, error_messages=REQUIRED
    )  # fmt: skip


class ProgrammeForm(TableForm):
    """A programme of one kind of check; `programme_form` gives it the detailed rules to choose from."""

    sections_of: Any = (
        (_("Programme"), ("title", "year", "level", "region", "budget", "basis", "targeted")),
        (_("What is checked"), ("products", "channels")),
        (_("Joint check"), ("parties",)),
    )
    title = forms.CharField(label=_("Title"), max_length=200, error_messages=REQUIRED)
    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100, error_messages=REQUIRED)
    level = forms.ChoiceField(label=_("Level of the check"), choices=Level.choices)
    region = PickedField("region", label=_("Region"), help_text=_("Name or code."), error_messages=REQUIRED)
    budget = forms.DecimalField(
        label=_("Budget (yuan)"),
        min_value=0,
        max_digits=14,
        decimal_places=2,
        required=False,
        help_text=_("The batches must not cost more together; empty: not limited."),
    )
    basis = forms.CharField(label=_("Basis"), max_length=300, required=False)
    targeted = forms.BooleanField(
        label=_("Aimed at risks"),
        required=False,
        help_text=_("The rate of such a check says nothing of the rate of all goods; pages say so."),
    )
    channels = forms.MultipleChoiceField(
        label=_("Where sampled"), choices=Channel.choices, widget=forms.CheckboxSelectMultiple, error_messages=REQUIRED
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for number, row in enumerate(data.get("parties") or (), 1):
            try:
                row["agency"] = resolve("agency", str(row["agency"]))
            except Refused as refused:
                self.wrong_cell("parties", number, "agency", f"{refused.text}{refused.remedy}")
        return data

    def product_rows(self) -> list[dict[str, Any]]:
        return [{**row, "channels": self.cleaned_data["channels"]} for row in self.cleaned_data["products"]]

    def party_rows(self) -> list[dict[str, Any]]:
        """The parties of a joint check; the first one leads."""
        return [
            {"agency": row["agency"], "items": _split(str(row.get("items") or "")), "lead": at == 0}
            for at, row in enumerate(self.cleaned_data.get("parties") or ())
        ]


def _split(text: str) -> list[str]:
    for mark in ("，", "、", ";", "；"):
        text = text.replace(mark, ",")
    return [part.strip() for part in text.split(",") if part.strip()]


def programme_form(rules: Sequence[tuple[str, str]]) -> type[ProgrammeForm]:
    """The form in which these detailed rules (number, title) can be chosen."""
    products = table(
        "products",
        ("产品", "Products"),
        [
            column(
                "rules", ("实施细则", "Detailed rules"), required=True, options=[(c, t, t) for c, t in rules]
            ),
            column("batches", ("计划批次", "Batches planned"), type="integer", required=True),
            column("unit_cost", ("每批费用（元）", "Cost of a batch (yuan)"), type="number"),
        ],
        most=MOST_PRODUCTS,
    )
    parties = table(
        "parties",
        ("联合抽查的部门", "Departments of a joint check"),
        [
            column("agency", ("部门", "Agency"), required=True, longest=100),
            column("items", ("检查事项", "What it checks"), longest=400),
        ],
        most=MOST_PARTIES,
        required=False,
    )
    made = {
        "products": TableField(
            products,
            label=gettext("Products"),
            help_text=gettext("A class of goods once; only rules of this kind of check can be chosen."),
            error_messages={"required": gettext("Plan at least one class of goods.")},
        ),
        "parties": TableField(
            parties,
            label=gettext("Departments of a joint check"),
            required=False,
            help_text=gettext(
                "Name or code of each agency and what it checks; the first one leads. Empty: no joint check."
            ),
        ),
    }
    return type("AProgramme", (ProgrammeForm,), made)
