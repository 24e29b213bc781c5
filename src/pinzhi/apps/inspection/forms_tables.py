"""Tables in forms of checks: columns made short, and an action's refusal shown at the cell that it names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from pinzhi.kernel.errors import Refused, RefusedRows
from pinzhi.kernel.registers.definitions import FieldDef
from pinzhi.kernel.web.forms import SectionedForm
from pinzhi.kernel.web.table_field import TableField

Both = tuple[str, str]


def column(
    name: str,
    title: Both,
    *,
    options: Sequence[tuple[str, str, str]] = (),
    help_: Both | None = None,
    **more: Any,
) -> dict[str, Any]:
    """One column: titles as (zh, en), options as (value, zh, en); `required`, `longest` and FieldDef's own keys."""
    constraints: dict[str, Any] = {}
    if more.pop("required", False):
        constraints["required"] = True
    if longest := more.pop("longest", None):
        constraints["maxLength"] = longest
    found: dict[str, Any] = {"name": name, "title": _text(title), "constraints": constraints, **more}
    if options:
        found["options"] = [{"value": value, "zh": zh, "en": en} for value, zh, en in options]
    if help_:
        found["help"] = _text(help_)
    return found


def table(
    name: str, title: Both, columns: Sequence[dict[str, Any]], *, most: int, required: bool = True
) -> FieldDef:
    """A table of at most so many rows as a definition's field."""
    return FieldDef.model_validate(
        {
            "name": name,
            "title": _text(title),
            "type": "table",
            "constraints": {"maxLength": most, "required": required},
            "columns": list(columns),
        }
    )


def _text(both: Both) -> dict[str, str]:
    return {"zh": both[0], "en": both[1]}


class TableForm(SectionedForm):
    """A form with a table: `wrong_cell` marks a cell, `refuse` brings an action's wrong rows to theirs."""

    def shown_rows(self, name: str) -> list[int]:
        """For each row that was kept the number that the reader sees: blank rows are not kept, and count."""
        return [at for at, _row in self.typed_rows(name)]

    def typed_rows(self, name: str) -> list[tuple[int, dict[str, str]]]:
        """The rows that are not blank, as they were typed, with the numbers that the reader sees."""
        widget = self.fields[name].widget
        typed = widget.value_from_datadict(self.data, self.files, self.add_prefix(name))
        return [
            (at, row) for at, row in enumerate(typed, 1) if any(str(cell).strip() for cell in row.values())
        ]

    def wrong_cell(self, name: str, kept: int, column: str, text: str) -> None:
        """Say what is wrong in a column of the `kept`-th row that was filled in, counted from 1."""
        shown = self.shown_rows(name)
        self.mark(name, shown[kept - 1] if 0 < kept <= len(shown) else kept, column, text)

    def mark(self, name: str, row: int, column: str, text: str) -> None:
        """Say what is wrong in a column of a row as the reader counts them."""
        field = self.fields[name]
        assert isinstance(field, TableField)
        field.widget.wrong.add((row, column))
        self.add_error(name, _("Row %(row)s: %(what)s") % {"row": row, "what": text})

    def refuse(self, error: Refused, name: str, columns: Mapping[str, str] | None = None) -> None:
        """Show a refusal; `columns`: the table's columns by those of the action where they differ."""
        if not isinstance(error, RefusedRows):
            self.add_refusal(error)
            return
        field = self.fields[name]
        assert isinstance(field, TableField)
        own = {c.name for c in field.defined.columns}
        for row in error.rows:
            column = (columns or {}).get(row.column or "", row.column or "")
            text = "，".join(filter(None, [f"{row.value or ''} {row.wrong}".strip(), row.right]))
            if column in own or not column:
                self.wrong_cell(name, row.row, column, text)
            else:
                self.add_error(column if column in self.fields else None, text)


class Lines(forms.CharField):
    """Several short texts, one a line; `clean` gives them as a list without blanks and repeats."""

    widget = forms.Textarea(attrs={"rows": 3})

    def __init__(self, *, longest: int = 120, most: int = 40, **kwargs: Any) -> None:
        self.longest, self.most = longest, most
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, (list, tuple)) else value

    def clean(self, value: Any) -> Any:
        found = list(
            dict.fromkeys(
                " ".join(line.split()) for line in super().clean(value).splitlines() if line.strip()
            )
        )
        if len(found) > self.most:
            raise forms.ValidationError(_("At most %(count)s lines.") % {"count": self.most})
        if any(len(line) > self.longest for line in found):
            raise forms.ValidationError(
                _("A line is longer than %(count)s characters.") % {"count": self.longest}
            )
        return found
