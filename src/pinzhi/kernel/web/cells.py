"""The cells of a list as HTML, by the column's kind."""

from __future__ import annotations

from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from pinzhi.kernel.web import formats, names
from pinzhi.kernel.web.drawing import deadline_html, number_html, state_html
from pinzhi.kernel.web.texts import in_lang
from pinzhi.kernel.web.values import field_html


def cell_html(column: Any, row: Any) -> SafeString:
    """The value of a column in a row; where the column leads to the row's page, as a link."""
    shown = _value(column, row)
    return format_html('<a href="{}">{}</a>', column.link(row), shown) if column.link else shown


def _value(column: Any, row: Any) -> SafeString:
    if column.kind == "state":
        return state_html(row)
    value = column.of(row)
    if column.field is not None:
        return field_html(column.field, value, column.file_url)
    if value is None or value == "":
        return format_html('<span class="pz-none">{}</span>', formats.NOTHING)
    if column.kind == "number":
        return number_html(value, column.precision, column.unit)
    if column.kind == "deadline":
        return deadline_html(value)
    if column.kind == "date":
        return format_html('<span class="pz-num">{}</span>', formats.date_text(value))
    if column.kind == "datetime":
        return format_html('<span class="pz-num">{}</span>', formats.datetime_text(value))
    if column.kind == "region":
        return format_html("{}", names.region_name(value))
    if column.kind == "agency":
        return format_html("{}", names.agency_name(value))
    return format_html("{}", value if isinstance(value, SafeString) else in_lang(value))
