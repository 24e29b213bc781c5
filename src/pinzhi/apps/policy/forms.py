"""Forms of the plan's pages. They parse; actions decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pinzhi.apps.policy import binding, evidence, indicators
from pinzhi.apps.policy.models import Duty, Target
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import Refused, in_language
from pinzhi.kernel.places import queries as places

COMPARATORS = [
    (">=", _("at least (≥)")),
    (">", _("more than (>)")),
    ("=", _("exactly named (=)")),
    ("~", _("about (左右)")),
    ("<=", _("at most (≤)")),
    ("<", _("less than (<)")),
]
KINDS = [
    ("level", _("reach a level")),
    ("increment", _("new in the plan period")),
    ("per_year", _("every year")),
]
HOLDS = [
    ("", _("as the kind suggests")),
    ("last_year", _("in the last year")),
    ("every_year", _("in every year of the plan")),
    ("average", _("on the yearly average")),
]
EQUALS = [("at_least", _("at least so many")), ("exactly", _("exactly so many"))]


class StyledForm(forms.Form):
    """Widgets in the house's classes; an action's refusal stands at its field."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            css = "form-select" if isinstance(field.widget, forms.Select) else "form-control"
            if isinstance(field.widget, forms.CheckboxInput):
                css = "form-check-input"
            field.widget.attrs.setdefault("class", css)

    def add_refusal(self, error: Refused) -> None:
        text = f"{error.text} {error.remedy}".strip()
        self.add_error(error.place if error.place in self.fields else None, text)


class ImportForm(StyledForm):
    file = forms.FileField(
        label=_("Policy document"), help_text=_("Word, PDF, web page or plain text, up to 30 MB.")
    )
    region = forms.CharField(label=_("Region that issued it"), max_length=40, help_text=_("Name or code."))
    title = forms.CharField(label=_("Title, where the file has none"), max_length=300, required=False)

    def clean_region(self) -> str:
        typed = self.cleaned_data["region"].strip()
        found = places.region(typed) or places.find_region(typed)
        if found is None:
            raise forms.ValidationError(_("No region of that name or code, or more than one. Give the code."))
        return found.code


class DocumentForm(StyledForm):
    title = forms.CharField(label=_("Title"), max_length=300)
    doc_number = forms.CharField(label=_("Document number"), max_length=80, required=False)
    index_number = forms.CharField(label=_("Index number"), max_length=80, required=False)
    issuer = forms.CharField(label=_("Issuer"), max_length=120, required=False)
    issued_on = forms.CharField(label=_("Issued on"), required=False, help_text="2026-11-21")
    plan_from = forms.CharField(label=_("Plan begins"), required=False, help_text="2026-11-21")
    plan_until = forms.CharField(label=_("Plan ends"), required=False, help_text="2030-12-31")
    basis_numbers = forms.CharField(
        label=_("Documents that it implements"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One document number a line."),
    )
    parent = forms.CharField(label=_("Plan above it, by its number here"), required=False, max_length=40)


class TargetForm(StyledForm):
    quote = forms.CharField(label=_("Sentence of the document"), widget=forms.Textarea(attrs={"rows": 2}))
    name = forms.CharField(label=_("Target"), max_length=200, required=False)
    comparator = forms.ChoiceField(label=_("Bound"), choices=COMPARATORS)
    value = forms.CharField(label=_("Value"), max_length=30)
    value_max = forms.CharField(label=_("Upper value of a range"), max_length=30, required=False)
    unit = forms.CharField(label=_("Unit"), max_length=20, required=False)
    by_year = forms.CharField(label=_("By the end of the year"), max_length=6, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=KINDS)
    indicator = forms.ChoiceField(label=_("Indicator"), required=False)
    holds = forms.ChoiceField(label=_("Reading of “steady at”"), choices=HOLDS, required=False)
    equals = forms.ChoiceField(label=_("Reading of a bare number"), choices=EQUALS, required=False)
    tolerance = forms.CharField(
        label=_("Tolerance of “about”"),
        max_length=30,
        required=False,
        help_text=_("In the unit of the value; without it an “about” cannot be judged."),
    )
    base_value = forms.CharField(label=_("Base value"), max_length=30, required=False)
    base_year = forms.CharField(label=_("Base year"), max_length=6, required=False)
    lead_unit = forms.CharField(label=_("Lead unit as named"), max_length=120, required=False)
    region = forms.CharField(
        label=_("Region counted"), max_length=12, required=False, help_text=_("Code; with all below it.")
    )

    def __init__(self, *args: Any, target: Target | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        likely = [(i.name, score) for i, score in binding.suggestions(target)[:3]] if target else []
        named = indicators.indicators()
        first = [
            (name, f"★ {in_language(named[name].title['zh'], named[name].title['en'])}")
            for name, _score in likely
        ]
        chosen = {name for name, _score in likely}
        rest = [
            (i.name, f"{i.number}. {in_language(i.title['zh'], i.title['en'])}")
            for i in named.values()
            if i.name not in chosen
        ]
        field = self.fields["indicator"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "—"), *first, *rest]
        self.option_names: list[str] = []
        indicator = named.get(
            (self.data.get("indicator") if self.is_bound else None) or (target.indicator if target else "")
        )
        for option in indicator.options if indicator else ():
            if option.sets or not option.values:
                continue
            name = f"option_{option.name}"
            self.option_names.append(option.name)
            self.fields[name] = forms.ChoiceField(
                label=in_language(option.title["zh"], option.title["en"]),
                choices=[(str(v.value), in_language(v.title["zh"], v.title["en"])) for v in option.values],
                required=False,
                initial=str((target.choices if target else {}).get(option.name, option.default)),
                help_text=in_language(option.why["zh"], option.why["en"]),
                widget=forms.Select(attrs={"class": "form-select"}),
            )

    def changes(self) -> dict[str, Any]:
        """What was typed, in the form in which the action takes it."""
        data = dict(self.cleaned_data)
        chosen = {
            name: data.pop(f"option_{name}") for name in self.option_names if data.get(f"option_{name}")
        }
        for name in self.option_names:
            data.pop(f"option_{name}", None)
        if chosen and data.get("indicator"):
            data["choices"] = chosen
        return data


class MeasureForm(StyledForm):
    title = forms.CharField(label=_("Task"), max_length=300)
    lead = forms.CharField(label=_("Lead units"), required=False, help_text=_("Parted by 、"))
    support = forms.CharField(label=_("Supporting units"), required=False)
    responsible = forms.CharField(label=_("Units jointly responsible"), required=False)
    due_on = forms.CharField(label=_("Due on"), required=False, help_text="2026-11-21")


class ProgressForm(StyledForm):
    state = forms.ChoiceField(label=_("State"), choices=Duty.State.choices)
    text = forms.CharField(label=_("Progress"), widget=forms.Textarea(attrs={"rows": 5}), max_length=4000)
    problem = forms.CharField(
        label=_("What stands in the way"),
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
        max_length=2000,
    )

    def __init__(self, *args: Any, by: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["files"] = evidence.field(by)

    def clean_files(self) -> Any:
        return self.cleaned_data["files"] or ()
