"""Forms of limits, comparisons, studies and the lists of key fields. They parse; actions decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from pinzhi.apps.standards.limit_columns import IMPORT_COLUMNS
from pinzhi.apps.standards.limit_rows import AGGREGATES, MARKETS
from pinzhi.apps.standards.limit_words import vocabulary
from pinzhi.apps.standards.models.limits import LimitDocument
from pinzhi.kernel.errors import RefusedRows, in_language
from pinzhi.kernel.web.forms import SectionedForm
from pinzhi.kernel.web.texts import in_lang

REQUIRED = {"required": _("Fill this in.")}
_COLUMN_FIELD = {title: c.name for c in IMPORT_COLUMNS for title in (c.zh, c.en)}


def _text(
    label: Any, length: int, *, required: bool = True, help_text: Any = "", rows: int = 0
) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows}) if rows else None
    return forms.CharField(
        label=label,
        max_length=length,
        required=required,
        help_text=help_text,
        widget=widget,
        error_messages=REQUIRED,
    )


def _day_widget() -> forms.DateInput:
    """A browser's date field takes 2026-11-22 and nothing else: a day written as the language has it would be dropped."""
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def _day(label: Any, *, required: bool = False) -> forms.DateField:
    return forms.DateField(label=label, required=required, error_messages=REQUIRED, widget=_day_widget())


def market_choices() -> list[tuple[str, str]]:
    return [(code, in_lang(titles)) for code, titles in MARKETS.items()]


class _Form(SectionedForm):
    def values(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class DocumentForm(_Form):
    number = _text(
        _("Number of the document"), 160, help_text=_("Such as GB 31701-2015, EN 71-3:2019, 16 CFR 1303.")
    )
    market = forms.ChoiceField(label=_("Market where it holds"))
    title_zh = _text(_("Chinese title"), 300, required=False)
    title_en = _text(_("English title"), 400, required=False)
    family = _text(
        _("Product family"),
        60,
        required=False,
        help_text=_("Documents of one family are compared with one another."),
    )
    effective_on = _day(_("In force from"))
    withdrawn_on = _day(_("Last day in force"))
    source = _text(_("Where it can be read"), 300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["market"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = market_choices()


class LimitForm(_Form):
    analyte = _text(_("Indicator"), 160, help_text=_("As the document names it, such as 甲醛含量."))
    kind = forms.ChoiceField(
        label=_("Kind of quantity"),
        error_messages=REQUIRED,
        help_text=_("The unit alone does not tell what may be compared."),
    )
    value = _text(
        _("Limit"),
        120,
        help_text=_("As it is written: ≤20 mg/kg, 4.0–8.5, 3-4级, 不得检出（检出限 20 mg/kg）, 禁用."),
    )
    aggregate = forms.ChoiceField(label=_("How the value is taken"))
    clause = _text(_("Clause"), 60, help_text=_("Clause or table, such as 5.2 or Table 1."))
    source = _text(
        _("Source"), 300, help_text=_("Where you read it: the text itself, an official notice, a page.")
    )
    scope = _text(
        _("Products"), 200, required=False, help_text=_("What the limit is for, in the document's words.")
    )
    applies = _text(
        _("Class or part"), 120, required=False, help_text=_("Such as A类, 扁平制品, under 3 years.")
    )
    method = _text(
        _("Test method"),
        160,
        required=False,
        help_text=_("Such as GB/T 2912.1. Migration and emission are compared only where it is named."),
    )
    conditions = _text(_("Conditions"), 200, required=False)
    effective_on = _day(_("Holds from"))
    withdrawn_on = _day(_("Holds until"))
    note = _text(_("Note"), 300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(k.kind, in_lang(k.title)) for k in vocabulary().kinds.values()]
        for name, choices in (
            ("kind", [("", "—"), *kinds]),
            ("aggregate", [(code, in_lang(title)) for code, title in AGGREGATES.items()]),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices
        self.sections_of = (
            (_t("The limit"), ("analyte", "kind", "value", "aggregate", "clause", "source")),
            (_t("What it is for"), ("scope", "applies")),
            (
                _t("How it is tested, and since when"),
                ("method", "conditions", "effective_on", "withdrawn_on", "note"),
            ),
        )

    def row(self) -> dict[str, Any]:
        """What the action takes: days as text, like a row of a file."""
        found = self.values()
        for name in ("effective_on", "withdrawn_on"):
            found[name] = found[name].isoformat() if found[name] else ""
        return found

    def refuse(self, error: RefusedRows) -> None:
        """Each fault at the field of its column; a unit stands beside the limit here."""
        for row in error.rows:
            name = _COLUMN_FIELD.get(row.column or "", row.column or "")
            name = "value" if name in ("unit", "low", "high", "lod", "comparator") else name
            text = "。".join(
                filter(
                    None, (in_language(row.wrong_zh, row.wrong_en), in_language(row.right_zh, row.right_en))
                )
            )
            self.add_error(name if name in self.fields else None, text)


class LimitUploadForm(_Form):
    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,
        help_text=_(
            "CSV (UTF-8 or GB18030), XLSX or JSON, up to 20,000 rows. It is checked first, nothing is written yet."
        ),
        error_messages={"required": _("Choose a file.")},
    )


class CompareForm(_Form):
    """Which documents stand on which side."""

    a = forms.MultipleChoiceField(
        label=_("Domestic side"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Verdicts read from this side. Any other document does as well."),
    )
    b = forms.MultipleChoiceField(
        label=_("Compared with"), required=False, widget=forms.CheckboxSelectMultiple
    )
    on = forms.DateField(
        label=_("In force on"),
        required=False,
        widget=_day_widget(),
        help_text=_("Empty: all limits whose times meet."),
    )
    times = forms.BooleanField(
        label=_("Also compare limits of different times (old and new edition)"), required=False
    )

    def __init__(self, *args: Any, documents: list[LimitDocument], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [
            (str(d.pk), f"{d.number} · {in_lang(MARKETS.get(d.market, {'zh': d.market, 'en': d.market}))}")
            for d in documents
        ]
        for name in ("a", "b"):
            field = self.fields[name]
            assert isinstance(field, forms.MultipleChoiceField)
            field.choices = choices


class StudyForm(_Form):
    title = _text(_("Study"), 200)
    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100, error_messages=REQUIRED)
    lead_unit = _text(_("Lead unit"), 120)
    family = _text(_("Product family"), 60, required=False)
    compared_on = _day(_("Compared as of"), required=True)
    purpose = _text(_("Purpose"), 2000, required=False, rows=3)
    conclusion = _text(
        _("Conclusion"), 4000, required=False, rows=6, help_text=_("Needed before the study is submitted.")
    )
    follow_up = _text(
        _("Follow-up"), 2000, required=False, rows=4, help_text=_("What follows from it, who does it.")
    )
    follow_up_due = _day(_("Follow-up due"))


class KeyFieldForm(_Form):
    code = forms.SlugField(
        label=_("Code"),
        max_length=40,
        help_text=_("Letters, such as children_textiles."),
        error_messages=REQUIRED,
    )
    title_zh = _text(_("Chinese title"), 100)
    title_en = _text(_("English title"), 100, required=False)
    basis = _text(_("Basis"), 200, help_text=_("The plan or decision that makes it a key field."))


DEGREES = (("", "—"), ("IDT", "IDT"), ("MOD", "MOD"), ("NEQ", "NEQ"), ("EQV", "EQV"))


class KeyStandardForm(_Form):
    number = _text(_("Number of the standard"), 160)
    title_zh = _text(_("Title"), 300, required=False)
    counterpart = _text(
        _("International counterpart"),
        160,
        required=False,
        help_text=_("Empty where there is none; what the catalogue says is taken where you say nothing."),
    )
    degree = forms.ChoiceField(label=_("Degree of adoption"), choices=DEGREES, required=False)
    current = forms.ChoiceField(
        label=_("Adopts the edition in force"),
        required=False,
        choices=(("", _("as the catalogue says")), ("yes", _("Yes")), ("no", _("No"))),
    )
    benchmarks = forms.MultipleChoiceField(
        label=_("Its limits are held against"), required=False, widget=forms.CheckboxSelectMultiple
    )
    source = _text(_("Source"), 300)

    def __init__(self, *args: Any, documents: list[LimitDocument], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["benchmarks"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(str(d.pk), f"{d.number} · {d.market}") for d in documents]

    def values(self) -> dict[str, Any]:
        found = super().values()
        found["current"] = {"yes": True, "no": False}.get(found["current"])
        return found


class InternationalForm(_Form):
    number = _text(_("Number of the international standard"), 160)
    title = _text(_("Title"), 300, required=False)
    convertible = forms.BooleanField(label=_("It can be converted"), required=False, initial=True)
    why_not = _text(_("Why it cannot be converted"), 200, required=False)
    converted_by = _text(
        _("Converted by"),
        160,
        required=False,
        help_text=_("Number of the domestic standard; empty where it was not converted yet."),
    )
    source = _text(_("Source"), 300)
