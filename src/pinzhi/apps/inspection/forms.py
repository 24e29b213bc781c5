"""Forms of checks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pinzhi.apps.inspection.actions.record_case_event import METHODS
from pinzhi.apps.inspection.models import Task
from pinzhi.apps.inspection.rulebook import Item
from pinzhi.apps.inspection.wording import event_title
from pinzhi.kernel.web.forms import SectionedForm
from pinzhi.kernel.web.texts import in_lang
from pinzhi.rules.inspection.follow_up import EVENTS

REQUIRED = {"required": _("Fill this in.")}


def day(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages=REQUIRED,
    )


class ReportForm(SectionedForm):
    """A laboratory's report: head and one line an item."""

    number = forms.CharField(label=_("Report number"), max_length=80, error_messages=REQUIRED)
    received_on = day(_("Received on"), required=False)
    tested_on = day(_("Tested on"))
    issued_on = day(_("Report signed on"))
    said = forms.ChoiceField(
        label=_("Verdict of the laboratory"),
        choices=[("", _("as the items say")), ("pass", _("Passed")), ("fail", _("Failed"))],
        required=False,
    )
    seals = forms.CharField(
        label=_("Seal numbers"), max_length=400, required=False, help_text=_("Several with commas.")
    )


def report_form(items: Sequence[Item], laboratories: Sequence[tuple[str, str]]) -> type[ReportForm]:
    """The form for the items of one version of detailed rules."""
    made: dict[str, forms.Field] = {}
    if len(laboratories) != 1:
        made["laboratory"] = forms.ChoiceField(label=_("Laboratory"), choices=list(laboratories))
    sections: list[tuple[Any, list[str]]] = [
        (_("Report"), ["laboratory", "number", "received_on", "tested_on", "issued_on", "said", "seals"])
    ]
    for item in items:
        # The item's name in each label: "Value" alone says nothing to who hears the form, or reads its list of errors.
        names = [f"value_{item.id}", f"unit_{item.id}", f"uncertainty_{item.id}"]
        made[names[0]] = forms.CharField(
            label=f"{item.name} · {_('Value')}",
            max_length=60,
            help_text=item.wording,
            error_messages=REQUIRED,
        )
        made[names[1]] = forms.CharField(
            label=f"{item.name} · {_('Unit')}", max_length=24, required=False, initial=item.limit.unit
        )
        made[names[2]] = forms.CharField(
            label=f"{item.name} · {_('Uncertainty')}", max_length=40, required=False
        )
        sections.append((item.name, names))
    return type("AReport", (ReportForm,), {"sections_of": sections, **made})


class EventForm(SectionedForm):
    """One event of a case."""

    kind = forms.ChoiceField(label=_("What happened"), error_messages=REQUIRED)
    on = day(_("On"))
    method = forms.ChoiceField(label=_("Method of service"), required=False)
    proof = forms.CharField(
        label=_("Proof of service"),
        max_length=200,
        required=False,
        help_text=_(
            "Number of the receipt, of the mail, of the electronic service. Terms begin with service."
        ),
    )
    laboratory = forms.ChoiceField(label=_("Laboratory of the re-inspection"), required=False)
    note = forms.CharField(
        label=_("Note"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(
        self,
        *args: Any,
        kinds: Sequence[str] = (),
        laboratories: Sequence[tuple[str, str]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (
            ("kind", [("", "—"), *((kind, event_title(kind)) for kind in kinds)]),
            ("method", [("", "—"), *[(m, in_lang(t)) for m, t in METHODS.items()]]),
            ("laboratory", [("", "—"), *laboratories]),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices
        self._only(kinds)

    def _only(self, kinds: Sequence[str]) -> None:
        """What belongs to none of the events is not asked; one event alone is no choice."""
        if "laboratory_named" not in kinds:
            del self.fields["laboratory"]
        if not any(EVENTS[kind].served for kind in kinds if kind in EVENTS):
            del self.fields["method"], self.fields["proof"]
        if len(kinds) == 1:
            del self.fields["kind"]
            if EVENTS[kinds[0]].served:
                for name in ("method", "proof"):
                    self.fields[name].required = True
                    self.fields[name].error_messages.update(REQUIRED)
        if list(kinds) == ["objected"]:
            self.fields["note"].label = _("Grounds of the objection")


class UploadForm(SectionedForm):
    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,
        help_text=_(
            "CSV or XLSX, a row for each item. Good reports are taken, the others refused one by one."
        ),
        error_messages=REQUIRED,
    )


class ReasonForm(SectionedForm):
    reason = forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}), error_messages=REQUIRED
    )


class TaskForm(SectionedForm):
    status = forms.ChoiceField(
        label=_("What became of it"),
        choices=[
            (Task.Status.ABSENT.value, _("Closed or no goods")),
            (Task.Status.REFUSED.value, _("Sampling refused")),
            (Task.Status.CANCELLED.value, _("Cancelled")),
        ],
    )
    reason = forms.CharField(label=_("Reason"), max_length=500, error_messages=REQUIRED)


class CorrectForm(SectionedForm):
    """Correct a published result."""

    product_name = forms.CharField(label=_("Product"), max_length=200, error_messages=REQUIRED)
    producer_name = forms.CharField(label=_("Producer"), max_length=200, required=False)
    trademark = forms.CharField(label=_("Trade mark"), max_length=100, required=False)
    specification = forms.CharField(label=_("Specification and model"), max_length=120, required=False)
    batch_no = forms.CharField(label=_("Batch or production date"), max_length=60, required=False)
    reason = forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}), error_messages=REQUIRED
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20)
