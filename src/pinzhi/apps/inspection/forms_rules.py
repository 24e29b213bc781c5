"""Forms of detailed rules: what they begin with, the rules themselves, their release."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pinzhi.apps.inspection import item_templates
from pinzhi.apps.inspection.forms import REQUIRED, day
from pinzhi.apps.inspection.forms_tables import Lines, TableForm, column, table
from pinzhi.apps.inspection.models import RuleItem
from pinzhi.apps.inspection.models.programme import CheckKind
from pinzhi.apps.inspection.publishing import RESULTS
from pinzhi.kernel import clock
from pinzhi.kernel.errors import Refused
from pinzhi.kernel.registers import catalogue
from pinzhi.kernel.web.forms import SectionedForm
from pinzhi.kernel.web.table_field import TableField
from pinzhi.kernel.web.texts import in_lang, reads_english
from pinzhi.kernel.web.widgets import PickedField
from pinzhi.rules.inspection.judgement import Kind, Unreadable
from pinzhi.rules.inspection.requirement import Requirement, read_requirement, written

MOST_ITEMS = 200
#: What an item can be besides: serious, microbiological, label item.
MARKS: dict[str, tuple[str, str, tuple[bool, bool, bool]]] = {
    "serious": ("严重缺陷", "Serious", (True, False, False)),
    "micro": ("微生物", "Microbiological", (False, True, False)),
    "micro_serious": ("微生物、严重", "Microbiological, serious", (True, True, False)),
    "label": ("标签标识", "Label", (False, False, True)),
    "label_serious": ("标签标识、严重", "Label, serious", (True, False, True)),
}
ITEMS = table(
    "rows",
    ("项目", "Items"),
    [
        column("name", ("项目", "Item"), required=True, longest=120, example="甲醛含量"),
        column("requirement", ("要求", "Requirement"), required=True, longest=200, example="≤75"),
        column("unit", ("单位", "Unit"), longest=24, example="mg/kg"),
        column("method", ("检验方法", "Method"), longest=120, example="GB/T 2912.1"),
        column("standard", ("依据标准", "Standard"), longest=80, example="GB 18401-2010"),
        column("mark", ("标记", "Mark"), options=[(name, zh, en) for name, (zh, en, _held) in MARKS.items()]),
        column(
            "rounded", ("修约位数", "Digits compared"), options=[(str(n), str(n), str(n)) for n in range(7)],
            help_=("留空：全数值比较", "blank: the whole value"),
        ),
        column("code", ("项目代码", "Code"), longest=40, help_=("留空自动编号", "blank: numbered")),
    ],
    most=MOST_ITEMS,
)  # fmt: skip
#: Columns of the action's errors that stand elsewhere in the table.
COLUMNS = {"kind": "requirement", "lower": "requirement", "upper": "requirement"}


def sectors() -> list[tuple[str, Any]]:
    """The fields of consumer goods as the register of results has them."""
    field = catalogue.get(RESULTS).definition.by_name["sector"]
    return [(option.value, in_lang(option)) for option in field.options or ()]


class TemplateForm(SectionedForm):
    """What new detailed rules begin with."""

    kind = forms.ChoiceField(
        label=_("Kind of check"),
        choices=CheckKind.choices,
        widget=forms.RadioSelect,
        help_text=_("Rules of each kind have items of their own; a programme takes those of its kind."),
        error_messages=REQUIRED,
    )
    sector = forms.ChoiceField(
        label=_("Field of consumer goods"),
        required=False,
        help_text=_("For checks of labels: the items that the texts ask of this field are proposed."),
    )
    product_class = forms.CharField(
        label=_("Class of products as declared"),
        max_length=80,
        required=False,
        help_text=_("For declared standards: the indicators that the declarations of this class give are proposed."),
    )  # fmt: skip
    declaration = forms.CharField(
        label=_("Or number of one declaration"), max_length=40, required=False, help_text=_("For one product of one enterprise.")
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["sector"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", gettext("Please choose")), *sectors()]
        self.template: item_templates.Template | None = None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        today, kind = clock.today(), data.get("kind")
        try:
            if kind == CheckKind.LABEL:
                if not data.get("sector"):
                    self.add_error("sector", REQUIRED["required"])
                else:
                    self.template = item_templates.label_template(data["sector"], today)
            elif kind == CheckKind.DECLARED:
                if data.get("declaration"):
                    self.template = item_templates.declaration_template(data["declaration"].strip(), today)
                elif data.get("product_class"):
                    self.template = item_templates.class_template(data["product_class"].strip(), today)
                else:
                    self.add_error(
                        "product_class", _("Give a class of products or the number of a declaration.")
                    )
        except Refused as refused:
            self.add_refusal(refused)
        return data


class RulesForm(TableForm):
    """Detailed rules: head, samples, items, how a batch is judged. `item_rows()` is what the action takes."""

    sections_of: Any = (
        (_("Rules"), ("code", "kind", "product_class", "sector", "region", "risk", "food", "consumer_goods")),
        (_("Samples"), ("test_samples", "backup_samples", "sample_unit")),
        (_("Items"), ("rows",)),
        (_("Judgement"), ("standards", "judgement", "basis")),
    )
    code = forms.CharField(
        label=_("Number of the rules"), max_length=64, help_text=_("Letters and digits, for example XZ-FZ01."), error_messages=REQUIRED
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("Kind of check"), choices=CheckKind.choices)
    product_class = forms.CharField(label=_("Class of goods"), max_length=80, error_messages=REQUIRED)
    sector = forms.ChoiceField(label=_("Field of consumer goods"), error_messages=REQUIRED)
    region = PickedField(
        "region",
        label=_("Region"),
        help_text=_("Whose rules they are: name or code."),
        error_messages=REQUIRED,
    )
    risk = forms.ChoiceField(
        label=_("Risk class of the goods"), choices=[(c, c) for c in "ABCD"], initial="B"
    )
    food = forms.BooleanField(
        label=_("Food"),
        required=False,
        help_text=_("Terms of food apply: re-inspection, service, publication."),
    )
    consumer_goods = forms.BooleanField(label=_("Consumer goods"), required=False, initial=True)
    test_samples = forms.IntegerField(
        label=_("Samples for the test"), min_value=1, max_value=10_000, initial=1, error_messages=REQUIRED
    )
    backup_samples = forms.IntegerField(
        label=_("Backup samples"), min_value=0, max_value=10_000, initial=1, error_messages=REQUIRED
    )
    sample_unit = forms.CharField(
        label=_("Unit of a sample"), max_length=20, initial="件", error_messages=REQUIRED
    )
    rows = TableField(
        ITEMS,
        label=_("Items"),
        help_text=_("Write limits as the standard does: ≤75, ≥3-4 级, 4.0～8.5, 不得检出, 应符合…"),
        error_messages={"required": _("Name at least one item.")},
    )
    standards = Lines(label=_("Standards"), required=False, help_text=_("One a line."), longest=120)
    judgement = forms.CharField(
        label=_("How a batch is judged"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    basis = forms.CharField(label=_("Basis"), max_length=200, required=False)

    def __init__(self, *args: Any, fixed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["sector"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", gettext("Please choose")), *sectors()]
        if fixed:  # rules that exist keep their number and region
            del self.fields["code"], self.fields["region"]
        self.read: list[Requirement] = []

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self.read = []
        # The typed rows, so that a cell that is missing elsewhere does not hide what is wrong here.
        for number, row in self.typed_rows("rows"):
            requirement = row.get("requirement", "").strip()
            if not requirement:
                continue
            try:
                self.read.append(read_requirement(requirement, row.get("unit", "")))
            except Unreadable as error:
                place = "unit" if error.code in ("unit_unknown", "two_units") else "requirement"
                self.mark("rows", number, place, error.en if reads_english() else error.zh)
        return data

    def item_rows(self, before: Sequence[RuleItem] = ()) -> list[dict[str, Any]]:
        """Items as the action takes them. A limit that has not changed keeps the wording that it had (`before`)."""
        rows = self.cleaned_data["rows"]
        given = {str(row["code"]) for row in rows if row.get("code")}
        free = (name for name in (f"{n:02d}" for n in range(1, 10_000)) if name not in given)
        kept = {item.code: item for item in before}
        found = []
        for row, limit in zip(rows, self.read, strict=True):
            code = str(row.get("code") or next(free))
            old = kept.get(code)
            same = old is not None and (old.kind, old.lower, old.upper) == (
                limit.kind,
                limit.lower,
                limit.upper,
            )
            serious, micro, label = _held(str(row.get("mark") or ""))
            found.append(
                {
                    "code": code,
                    "name": row["name"],
                    "standard": row.get("standard", ""),
                    "method": row.get("method", ""),
                    "unit": limit.unit,
                    "kind": limit.kind,
                    "lower": limit.lower,
                    "upper": limit.upper,
                    "wording": limit.wording or (old.wording if same and old else ""),
                    "rounded": row.get("rounded", ""),
                    "serious": serious,
                    "microbiological": micro,
                    "label": label,
                }
            )
        return found


def _held(mark: str) -> tuple[bool, bool, bool]:
    """Serious, microbiological, label."""
    return MARKS[mark][2] if mark in MARKS else (False, False, False)


def row_of(item: RuleItem) -> dict[str, Any]:
    """An item as a row of the form's table."""
    kind: Kind = item.kind  # type: ignore[assignment]
    words = item.wording if kind in ("absent", "conforms", "report") else ""
    return {
        "name": item.name,
        "requirement": written(Requirement(kind, item.lower, item.upper, item.unit, words)),
        "unit": item.unit,
        "method": item.method,
        "standard": item.standard,
        "mark": next(
            (
                name
                for name, (*_titles, held) in MARKS.items()
                if held == (item.serious, item.microbiological, item.label)
            ),
            "serious" if item.serious else "",
        ),
        "rounded": "" if item.rounded is None else str(item.rounded),
        "code": item.code,
    }


def template_initial(kind: str, template: item_templates.Template | None) -> Mapping[str, Any]:
    """What the form begins with for a kind of check."""
    if template is None:
        return {"kind": kind}
    label = kind == CheckKind.LABEL.value
    titles = dict(sectors())
    return {
        "kind": kind,
        "product_class": template.product_class
        or (gettext("Labels: %(goods)s") % {"goods": titles.get(template.sector, "")} if label else ""),
        "sector": template.sector,
        "food": template.sector == "food",
        "backup_samples": 0 if label else 1,
        "standards": template.standards,
        "basis": template.basis,
        "judgement": "任一项目不符合，判该批次不合格。",
        "rows": [one.row() for one in template.items],
    }


class ReleaseForm(SectionedForm):
    """From which day on the draft holds."""

    valid_from = day(_("In force from"), help_text=_("Samples of that day on are judged by this version."))
