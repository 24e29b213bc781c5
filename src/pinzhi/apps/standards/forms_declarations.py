"""Forms of declarations: the fields of the register that an enterprise fills in, and the reason of a withdrawal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from pinzhi.apps.standards import cleaning_declarations as cleaning
from pinzhi.kernel.registers import catalogue
from pinzhi.kernel.web.forms import RecordForm, SectionedForm, form_for
from pinzhi.kernel.web.table_field import TableInput


def declaration_form(
    kind: str, initial: Mapping[str, Any] | None = None, *, ask_subject: bool = False
) -> type[RecordForm]:
    """The form of a declaration or a commitment; an official is asked for whom."""
    step = catalogue.get(cleaning.REGISTER).life.transition("publish")
    assert step is not None
    made = form_for(
        cleaning.definition(),
        step.model_copy(update={"asks": ["fields"]}),
        kind,
        initial,
        ask_subject=ask_subject,
    )
    if "product_class" in made.base_fields:
        made.base_fields["product_class"].widget.attrs["list"] = "product-classes"
    return made


def typed(data: QueryDict) -> dict[str, Any]:
    """What stands in a declaration's form at this moment, finished or not."""
    found: dict[str, Any] = {}
    for name in cleaning.SAID:
        field = cleaning.definition().by_name[name]
        if field.type == "table":
            found[name] = TableInput(field).value_from_datadict(data, {}, name)
        elif data.get(name):
            found[name] = str(data[name]).strip()[:400]
    return found


class WithdrawForm(SectionedForm):
    reason = forms.CharField(
        label=_("Why it is withdrawn"),
        help_text=_("The public reads the reason beside the declaration."),
        max_length=300,
        error_messages={"required": _("Say why it is withdrawn.")},
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
    )
