"""The yearly plan of key products (P07) in the terms of its public register, whose fields and rules it shares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pinzhi.apps.policy.models import KeyProduct
from pinzhi.kernel.errors import RowError
from pinzhi.kernel.registers import catalogue
from pinzhi.kernel.registers.columns import field_column
from pinzhi.kernel.registers.definitions import FieldDef, Text
from pinzhi.kernel.registers.values import Wrong, clean_value
from pinzhi.kernel.transfer.columns import Column

REGISTER = "annual_plans"
PLANNED = (
    "product_name",
    "sector",
    "product_code",
    "problem",
    "goal",
    "tools",
    "lead_unit",
    "support_units",
    "due_on",
    "batches_planned",
    "firms_planned",
    "pass_rate_before",
)
REPORTED = ("status", "batches_done", "firms_helped", "pass_rate_after", "summary")
REQUIRED = ("product_name", "sector", "tools", "lead_unit", "status")
#: Kept under another name than the register's.
OWN_NAMES = {"status": "state"}
_DUE = FieldDef(
    name="due_on",
    title=Text(zh="完成时限", en="Due on"),
    type="date",
    help=Text(zh="留空为年底。", en="Left empty: the end of the year."),
)


def fields(names: Sequence[str]) -> list[FieldDef]:
    """Definitions of fields, as the register has them; the day when it is due is the plan's own."""
    known = catalogue.get(REGISTER).definition.by_name
    return [_DUE if name == "due_on" else known[name] for name in names]


def columns(names: Sequence[str]) -> list[Column]:
    """The columns of a spreadsheet of these fields."""
    return [field_column(field, required=field.name in REQUIRED) for field in fields(names)]


def clean(
    names: Sequence[str], values: Mapping[str, Any], row: int = 1
) -> tuple[dict[str, Any], list[RowError]]:
    """Values in their kept form, and what is wrong with them, by the register's own rules."""
    kept: dict[str, Any] = {}
    errors = []
    for field in fields(names):
        if field.name not in values:
            continue
        try:
            kept[field.name] = clean_value(field, values[field.name])
        except Wrong as wrong:
            errors.append(RowError(row, field.title.zh, str(values[field.name])[:80], *wrong.args4))
            continue
        if kept[field.name] is None and field.name in REQUIRED:
            errors.append(RowError(row, field.title.zh, None, "必填", "is required", "请填写", "fill it in"))
    return kept, errors


def missing(names: Sequence[str], values: Mapping[str, Any], row: int = 1) -> list[RowError]:
    """Fields that must be there and are not even named."""
    return [
        RowError(row, field.title.zh, None, "必填", "is required", "请填写", "fill it in")
        for field in fields(names)
        if field.name in REQUIRED and field.name not in values
    ]


def apply(product: KeyProduct, kept: Mapping[str, Any]) -> None:
    """Set a product's fields from kept values."""
    for name, value in kept.items():
        own = OWN_NAMES.get(name, name)
        field = KeyProduct._meta.get_field(own)
        if value is None and not field.null:
            value = [] if own in ("tools", "support_units") else ""
        setattr(product, own, value)


def typed(product: KeyProduct, names: Sequence[str]) -> dict[str, Any]:
    """A product's values for a form or a spreadsheet."""
    found: dict[str, Any] = {}
    for name in names:
        value = getattr(product, OWN_NAMES.get(name, name))
        found[name] = "、".join(value) if name == "support_units" else value
    return found


def option_titles(name: str) -> dict[str, Text]:
    """Titles of a field's choices."""
    return {str(option.value): Text(zh=option.zh, en=option.en) for option in fields([name])[0].options or ()}
