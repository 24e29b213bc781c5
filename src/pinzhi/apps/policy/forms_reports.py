"""Forms of reports and major matters. They parse; actions decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pinzhi.apps.policy import evidence
from pinzhi.apps.policy.forms import StyledForm
from pinzhi.apps.policy.models import Document, Duty, MajorMatter
from pinzhi.kernel.access.actor import Actor


class ReportForm(StyledForm):
    opening = forms.CharField(
        label=_("General situation"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "Stands before the counted sentences. Do not type numbers that the report counts itself."
        ),
    )
    problems = forms.CharField(
        label=_("Main problems"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    next_steps = forms.CharField(
        label=_("Next steps"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    addressee = forms.CharField(label=_("Addressee"), required=False, max_length=120)
    doc_number = forms.CharField(label=_("Document number"), required=False, max_length=80)
    signatory = forms.CharField(label=_("Signed off by"), required=False, max_length=40)
    signed_on = forms.CharField(label=_("Date of the report"), required=False, help_text="2026-11-21")


class MatterForm(StyledForm):
    title = forms.CharField(label=_("Matter"), max_length=200)
    text = forms.CharField(
        label=_("What happened, what was done, what is asked for"),
        widget=forms.Textarea(attrs={"rows": 10}),
        max_length=20_000,
    )
    urgency = forms.ChoiceField(label=_("Urgency"), choices=MajorMatter.Urgency.choices)
    reported_to = forms.CharField(label=_("Reported to"), max_length=120)
    duty_id = forms.ChoiceField(label=_("Task concerned"), required=False)
    doc_number = forms.CharField(label=_("Document number"), required=False, max_length=80)
    signatory = forms.CharField(label=_("Signed off by"), required=False, max_length=40)

    def __init__(self, *args: Any, document: Document, by: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        duties = (
            Duty.objects.filter(measure__document=document)
            .select_related("measure")
            .order_by("measure__position", "position")
        )
        choices = [(str(duty.pk), f"{duty.measure.title[:40]} · {duty.unit}") for duty in duties]
        field = self.fields["duty_id"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "—"), *choices]
        self.fields["files"] = evidence.field(by)

    def clean_duty_id(self) -> int | None:
        return int(self.cleaned_data["duty_id"]) if self.cleaned_data["duty_id"] else None

    def clean_files(self) -> Any:
        return self.cleaned_data["files"] or ()


class ReplyForm(StyledForm):
    text = forms.CharField(label=_("Reply"), widget=forms.Textarea(attrs={"rows": 6}), max_length=20_000)
