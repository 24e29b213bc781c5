"""A value of a register's field as HTML, by the field's type and format."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, format_html_join, linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from pinzhi.kernel.web import formats, names
from pinzhi.kernel.web.texts import in_lang

#: Formats whose value is a key that has a page of its own: name of the address, first that exists is taken.
LINKS = {"uscc": ("portal:enterprise",), "gtin": ("portal:product",)}


def field_html(field: Any, value: Any, file_url: str = "") -> SafeString:
    """The value as its field's type wants it shown; an em dash where there is none."""
    if value is None or value == "" or value == []:
        return format_html('<span class="pz-none">{}</span>', formats.NOTHING)
    if isinstance(value, (list, tuple)):
        if field.type == "table":
            return table_html(field, value)
        if field.type == "file":
            items = format_html_join("", "<li>{}</li>", ((_file(v, file_url),) for v in value))
            return format_html('<ul class="pz-files">{}</ul>', items)
        return format_html_join(
            pgettext("between several values", ", "), "{}", ((_one(field, v, file_url),) for v in value)
        )
    return _one(field, value, file_url)


def value_text(field: Any, value: Any) -> str:
    """The same in plain text: for titles, options, exports to people."""
    if value is None or value == "" or value == []:
        return formats.NOTHING
    if field.type == "table":
        return "; ".join(
            " ".join(value_text(c, row.get(c.name)) for c in _filled(field, value)) for row in value
        )
    if isinstance(value, (list, tuple)):
        return pgettext("between several values", ", ").join(value_text(field, v) for v in value)
    title = field.option_title(str(value)) if field.options else None
    if title is not None:
        return in_lang(title)
    if field.type == "boolean":
        return _("Yes") if _truth(value) else _("No")
    if field.type in {"integer", "number", "money"}:
        shown = formats.number_text(value, _precision(field))
        return f"{shown} {_unit(field)}".strip()
    if field.type == "date":
        return formats.date_text(value)
    if field.type == "datetime":
        return formats.datetime_text(value)
    if field.format == "region":
        return names.region_name(value)
    if field.format == "agency":
        return names.agency_name(value)
    if field.format == "trade":
        return names.trade_name(value)
    if field.type == "file":
        return str(value.get("name", "")) if isinstance(value, Mapping) else str(value)
    return str(value)


def table_html(field: Any, rows: Any) -> SafeString:
    """The rows of a table field: a table on a screen, a card a row on a phone; columns that hold nothing are left out."""
    columns = _filled(field, rows)
    numeric = {c.name for c in columns if c.type in {"integer", "number", "money"}}
    heads = format_html_join(
        "",
        '<th scope="col"{}>{}{}</th>',
        (
            (
                mark_safe(' class="pz-num"') if c.name in numeric else "",
                in_lang(c.title),
                format_html(' <span class="pz-unit">{}</span>', in_lang(c.unit)) if c.unit else "",
            )
            for c in columns
        ),
    )
    lines = format_html_join(
        "",
        "<tr>{}</tr>",
        (
            (
                format_html_join(
                    "",
                    '<td data-title="{}"{}>{}</td>',
                    (
                        (
                            in_lang(c.title),
                            mark_safe(' class="pz-num"') if c.name in numeric else "",
                            _cell(c, row.get(c.name)),
                        )
                        for c in columns
                    ),
                ),
            )
            for row in rows
        ),
    )
    return format_html(
        '<div class="pz-table-box" role="region" tabindex="0" aria-label="{}"><table class="pz-table pz-stack">'
        "<thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>",
        in_lang(field.title),
        heads,
        lines,
    )


def _filled(field: Any, rows: Any) -> list[Any]:
    held = {name for row in rows for name in row}
    return [column for column in field.columns if column.name in held]


def _cell(column: Any, value: Any) -> SafeString:
    # The unit stands in the head of the column.
    if value is not None and column.unit and column.type in {"integer", "number", "money"}:
        return format_html("{}", formats.number_text(value, _precision(column)))
    return field_html(column, value)


def _one(field: Any, value: Any, file_url: str) -> SafeString:
    if field.type == "file":
        return _file(value, file_url)
    if field.type in {"integer", "number", "money"}:
        unit = _unit(field)
        return format_html(
            '<span class="pz-num">{}{}</span>',
            formats.number_text(value, _precision(field)),
            format_html('<span class="pz-unit">{}</span>', unit) if unit else "",
        )
    if field.type == "text":
        return mark_safe(linebreaks(str(value), autoescape=True))  # noqa: S308 - escaped by linebreaks
    text = str(value)
    if field.format in LINKS:
        return key_html(field.format, text)
    if field.format == "uri" and re.match(r"https?://", text):
        return format_html('<a href="{0}" rel="noopener nofollow">{0}</a>', text)
    if field.format == "email":
        return format_html('<a href="mailto:{0}">{0}</a>', text)
    if field.format == "phone":
        return format_html('<a class="pz-num" href="tel:{}">{}</a>', re.sub(r"[^\d+]", "", text), text)
    return format_html("{}", value_text(field, value))


def key_html(kind: str, key: str) -> SafeString:
    """A credit code or product number, linked to its page where the door has one."""
    for name in LINKS.get(kind, ()):
        try:
            return format_html('<a class="pz-num" href="{}">{}</a>', reverse(name, args=[key]), key)
        except NoReverseMatch:
            continue
    return format_html('<span class="pz-num">{}</span>', key)


def _file(value: Any, file_url: str) -> SafeString:
    digest = str(value.get("sha256", "")) if isinstance(value, Mapping) else str(value)
    name = str(value.get("name") or digest[:12]) if isinstance(value, Mapping) else digest[:12]
    size = value.get("size") if isinstance(value, Mapping) else None
    note = format_html(' <span class="pz-unit">{}</span>', formats.size_text(int(size))) if size else ""
    if not file_url or not digest:
        return format_html("{}{}", name, note)
    return format_html('<a href="{}">{}</a>{}', file_url.replace("{sha256}", digest), name, note)


def _truth(value: Any) -> bool:
    return value is True or str(value).lower() in {"true", "1", "yes"}


def _unit(field: Any) -> str:
    return in_lang(getattr(field, "unit", None)) or (_("yuan") if field.type == "money" else "")


def _precision(field: Any) -> int | None:
    if field.type == "integer":
        return 0
    decimals = getattr(field, "decimals", None)
    return int(decimals) if decimals is not None else None
