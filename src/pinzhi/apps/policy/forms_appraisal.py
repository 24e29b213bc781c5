"""Forms of appraisals and of what follows from them. They parse; actions decide."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from pinzhi.apps.policy import evidence, indicators
from pinzhi.apps.policy.appraisal import METHODS
from pinzhi.apps.policy.forms import StyledForm
from pinzhi.apps.policy.models import Appraisal, Criterion, Document, IncentiveRule, Review, Target
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import in_language
from pinzhi.kernel.web.widgets import PickedField
from pinzhi.rules.appraisal.ranking import MISSING_TITLES


def in_force() -> list[tuple[str, str]]:
    found = Document.objects.filter(status=Document.Status.IN_FORCE).only("code", "title")
    return [("", "—"), *((document.code, document.title[:60]) for document in found)]


class AppraisalForm(StyledForm):
    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)
    title = forms.CharField(label=_("Title"), max_length=120)
    kind = forms.ChoiceField(label=_("Who is appraised"), choices=Appraisal.Kind.choices)
    appraisees = forms.CharField(
        label=_("Codes of regions or units"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One a line. Left empty: all regions directly below."),
    )
    document = forms.ChoiceField(label=_("Plan document"), required=False)
    graded = forms.BooleanField(
        label=_("With grades A to D"),
        required=False,
        initial=True,
        help_text=_("By the appraisal rules. Without grades there are scores and ranks only."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"] = PickedField(
            "region", label=_t("Region that appraises"), help_text=_t("Name or code.")
        )
        field = self.fields["document"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = in_force()

    def clean_appraisees(self) -> list[str]:
        return [part for part in re.split(r"[\s,，、;；]+", self.cleaned_data["appraisees"]) if part]


class CriterionForm(StyledForm):
    title = forms.CharField(label=_("Criterion"), max_length=120)
    what = forms.ChoiceField(label=_("Where its value comes from"))
    weight = forms.CharField(label=_("Weight"), max_length=10)
    method = forms.ChoiceField(label=_("How a value becomes a score"), required=False)
    direction = forms.ChoiceField(label=_("Better is"), choices=[("up", _("more")), ("down", _("less"))])
    goal = forms.CharField(
        label=_("Goal for all"),
        required=False,
        max_length=20,
        help_text=_(
            "For attainment and distance. A region whose own plan has taken the target up is held to its own goal."
        ),
    )
    cap = forms.CharField(label=_("Highest score"), required=False, max_length=6, initial="100")
    table = forms.CharField(
        label=_("Table of points"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For points: one step a line, bound and points, such as 95 100."),
    )

    def __init__(self, *args: Any, appraisal: Appraisal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        general = [
            ("expert:", str(Criterion.Source.EXPERT.label)),
            ("duties:", str(Criterion.Source.DUTIES.label)),
        ]
        grouped: list[Any] = [(_t("General"), general)]
        if appraisal.kind == Appraisal.Kind.REGION:
            targets = Target.objects.filter(
                review=Review.CONFIRMED, document__status=Document.Status.IN_FORCE
            ).exclude(indicator="")
            if appraisal.document_id:
                targets = targets.filter(document_id=appraisal.document_id)
            named = [(f"target:{t.pk}", f"{t.number} {t.name[:50]}") for t in targets[:200]]
            grouped.append((_t("Targets of the plan"), named))
            known = [
                (f"indicator:{i.name}", f"{i.number}. {in_language(i.title['zh'], i.title['en'])}")
                for i in indicators.indicators().values()
                if not i.any_unit
            ]
            grouped.append((_t("Indicators"), known))
        for name, choices in (
            ("what", grouped),
            ("method", [(m, in_language(t["zh"], t["en"])) for m, t in METHODS.items()]),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices

    def clean_table(self) -> list[list[str]]:
        lines = [
            re.split(r"[\s,，:：;；]+", line.strip())
            for line in self.cleaned_data["table"].splitlines()
            if line.strip()
        ]
        return [[cell for cell in line if cell] for line in lines]

    def criterion(self) -> dict[str, Any]:
        """What was typed, as the action takes it."""
        data = dict(self.cleaned_data)
        source, _colon, key = data.pop("what").partition(":")
        return {
            **data,
            "source": source,
            "target": key if source == "target" else None,
            "indicator": key if source == "indicator" else "",
        }


class MethodForm(StyledForm):
    missing = forms.ChoiceField(label=_("What is missing"))
    spread = forms.DecimalField(
        label=_("How far the weights are varied"),
        min_value=Decimal("0.01"),
        max_value=1,
        help_text=_("0.25: every weight by up to a quarter."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["missing"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (name, in_language(title["zh"], title["en"])) for name, title in MISSING_TITLES.items()
        ]


class ScoreForm(StyledForm):
    score = forms.DecimalField(label=_("Score"), help_text=_("0 to 100"))
    note_text = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 4}), max_length=2000)

    def __init__(self, *args: Any, by: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["files"] = evidence.field(by)


class UnitForm(StyledForm):
    veto = forms.CharField(
        label=_("Reason for the lowest grade"),
        required=False,
        max_length=200,
        help_text=_("Such as a regional quality-safety incident."),
    )
    problems = forms.CharField(
        label=_("Main problems"), required=False, widget=forms.Textarea(attrs={"rows": 4}), max_length=2000
    )


class RuleForm(StyledForm):
    title = forms.CharField(label=_("Rule"), max_length=200)
    trigger = forms.ChoiceField(label=_("Trigger"), choices=IncentiveRule.Trigger.choices)
    threshold = forms.CharField(
        label=_("n or grade"), required=False, max_length=8, help_text=_("Such as 3, or A.")
    )
    measure = forms.ChoiceField(label=_("Measure"), choices=IncentiveRule.Measure.choices)
    amount = forms.DecimalField(
        label=_("Amount (10,000 yuan)"), required=False, min_value=0, decimal_places=2, max_digits=14
    )
    document = forms.ChoiceField(label=_("Basis"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"] = PickedField("region", label=_t("Region"), help_text=_t("Name or code."))
        field = self.fields["document"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = in_force()
