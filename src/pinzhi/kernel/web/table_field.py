"""The form field of a register's table: rows of small controls that one adds to, pastes into and never loses.

The cells of a column share one name (`indicators.value`), in the order of the rows: so a row can come and go anywhere
without any other being renumbered, and what was typed is the same with and without a script.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from pinzhi.kernel.errors import in_language
from pinzhi.kernel.registers import values as register_values
from pinzhi.kernel.registers.definitions import FieldDef
from pinzhi.kernel.registers.wrong import Wrong, WrongCells
from pinzhi.kernel.web.texts import in_lang
from pinzhi.kernel.web.wording import sentence_en, sentence_zh

#: Empty rows that a form offers beyond what is filled in; at least so many rows are there at all.
SPARE, AT_LEAST = 1, 3


class Typed(list[dict[str, str]]):
    """The rows as they were typed, blank ones too; `more`: the button for another row was pressed, no script ran."""

    more = False


class TableInput(forms.Widget):
    """Rows and columns of controls; `wrong` names the cells to mark, as (row from 1, column)."""

    template_name = "web/components/table_input.html"

    def __init__(self, defined: FieldDef, attrs: dict[str, Any] | None = None) -> None:
        self.defined = defined
        self.wrong: set[tuple[int, str]] = set()
        super().__init__(attrs)

    def names(self, name: str) -> list[str]:
        """The names of the controls of a field of that name."""
        return [f"{name}.{column.name}" for column in self.defined.columns]

    def id_for_label(self, id_: str, index: str = "0") -> str:
        return f"{id_}-0-{self.defined.columns[0].name}" if id_ else id_

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Typed:
        columns = {c.name: _listed(data, f"{name}.{c.name}") for c in self.defined.columns}
        rows = Typed()
        for at in range(max(map(len, columns.values()), default=0)):
            rows.append({key: cells[at] if at < len(cells) else "" for key, cells in columns.items()})
        rows.more = f"{name}.more" in data
        return rows

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return not any(one in data for one in self.names(name))

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, None, attrs)
        id_ = (attrs or {}).get("id") or f"id_{name}"
        rows = [dict(row) for row in value or () if isinstance(row, Mapping)]
        while rows and not any(str(v).strip() for v in rows[-1].values() if v is not None):
            rows.pop()
        shown = [*rows, *({} for _ in range(max(SPARE, AT_LEAST - len(rows))))]
        context |= {
            "columns": [self._head(column, context["widget"]) for column in self.defined.columns],
            "rows": [
                {"number": at, "cells": [self._cell(name, id_, at, c, row) for c in self.defined.columns]}
                for at, row in enumerate(shown, start=1)
            ],
            "blank": [self._cell(name, "", 0, c, {}) for c in self.defined.columns],
            "title": in_lang(self.defined.title),
            "most": self.defined.constraints.maxLength or "",
        }
        return context

    def _head(self, column: FieldDef, widget: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "title": in_lang(column.title),
            "unit": in_lang(column.unit) if column.unit else "",
            "help": in_lang(column.help) if column.help else "",
            "required": column.constraints.required,
            "width": _width(column),
        }

    def _cell(
        self, name: str, id_: str, number: int, column: FieldDef, row: Mapping[str, Any]
    ) -> dict[str, Any]:
        value = row.get(column.name)
        value = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
        wrong = (number, column.name) in self.wrong
        choices = _choices(column)
        if choices and value and value not in {one for one, _title in choices}:
            choices = [*choices, (value, value)]  # what was sent stays to be seen and put right
        return {
            "name": f"{name}.{column.name}",
            "id": f"{id_}-{number - 1}-{column.name}" if id_ else "",
            "title": in_lang(column.title),
            "number": number,
            "value": value,
            "wrong": wrong,
            "choices": choices,
            "long": column.type == "text",
            "mode": {"integer": "numeric", "year": "numeric", "number": "decimal", "money": "decimal"}.get(
                column.type, ""
            ),
            "type": "date" if column.type == "date" else "text",
            "longest": column.constraints.maxLength or "",
            # An example in every row would look like values that are there already.
            "example": column.example if column.example is not None and number == 1 else "",
        }


class TableField(forms.Field):
    """A table of a definition: `clean` gives the kept rows (None for none), each wrong cell a sentence of its own."""

    widget: TableInput

    def __init__(self, defined: FieldDef, **kwargs: Any) -> None:
        self.defined = defined
        super().__init__(widget=TableInput(defined), **kwargs)

    def clean(self, value: Any) -> Any:
        self.widget.wrong = set()
        try:
            kept = register_values.clean_value(self.defined, value)
        except Wrong as wrong:
            if isinstance(wrong, WrongCells):
                self.widget.wrong = wrong.places
            raise forms.ValidationError(
                [
                    forms.ValidationError(
                        in_language(sentence_zh(t[0], t[2]), sentence_en(t[1], t[3])), code="wrong"
                    )
                    for t, _value in wrong.parts
                ]
            ) from None
        if getattr(value, "more", False):
            raise forms.ValidationError(_("There is another row: go on filling in."), code="more")
        if self.required and not kept:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return kept


def _listed(data: Any, name: str) -> Sequence[str]:
    if hasattr(data, "getlist"):
        return [str(one) for one in data.getlist(name)]
    value = data.get(name, [])
    return [str(one) for one in value] if isinstance(value, (list, tuple)) else [str(value)]


def _width(column: FieldDef) -> str:
    """A class for the column's width, from what it holds."""
    if column.type in ("integer", "number", "money", "year", "boolean"):
        return "pz-col-short"
    longest = column.constraints.maxLength or 400
    return "pz-col-short" if longest <= 20 else "pz-col-mid" if longest <= 60 else "pz-col-long"


def _choices(column: FieldDef) -> list[tuple[str, str]]:
    if column.options:
        return [("", ""), *((option.value, in_lang(option)) for option in column.options)]
    if column.constraints.enum:
        return [("", ""), *((value, value) for value in column.constraints.enum)]
    if column.type == "boolean":
        return [("", ""), ("true", _("Yes")), ("false", _("No"))]
    return []
