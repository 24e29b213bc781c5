"""The lists of the catalogue: columns, filters, what may be downloaded."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from pinzhi.apps.standards.fields_catalogue import field_of
from pinzhi.apps.standards.models import Edition
from pinzhi.kernel.registers.definitions import FieldDef
from pinzhi.kernel.web.drawing import badge_html
from pinzhi.kernel.web.lists import Column, Filter, ListSpec
from pinzhi.kernel.web.marks import Mark

FORMATS = ("csv", "xlsx", "jsonl")
STATUS_MARKS = {
    "draft": ("circle-dashed", ""),
    "published": ("hourglass", "pz-course"),
    "in_force": ("circle-check", "pz-good"),
    "withdrawn": ("ban", ""),
}


def status_mark(status: str) -> Mark:
    """A status as a word with its mark."""
    icon, tone = STATUS_MARKS[status]
    return Mark(str(Edition.Status(status).label), icon, tone)


def status_html(status: str) -> SafeString:
    mark = status_mark(status)
    return badge_html(mark.word, mark.icon, mark.tone)


def options(field: FieldDef) -> list[tuple[str, Any]]:
    return [(o.value, o) for o in field.options or ()]


def title_of(row: Edition) -> str:
    return row.title_zh or row.title_en


def catalogue() -> ListSpec:
    return ListSpec(
        name="standards",
        columns=[
            Column(
                "number",
                _("Standard no."),
                sort="sort_key",
                link=lambda row: reverse("standards_edition", args=[row.key]),
            ),
            Column("title_zh", _("Title of the standard"), value=title_of),
            Column("status", _("Status"), kind="html", value=lambda row: status_html(row.status)),
            Column("nature", _("Nature"), field=field_of("nature")),
            Column("effective_on", _("In force from"), kind="date", sort="effective_on"),
            Column("field", _("Product field"), field=field_of("field")),
        ],
        filters=[
            Filter("level", _("Level"), options(field_of("level"))),
            Filter("status", _("Status"), options(field_of("status"))),
            Filter("nature", _("Nature"), options(field_of("nature"))),
            Filter("field", _("Product field"), options(field_of("field"))),
            Filter("key_standard", _("Key standard"), [("1", {"zh": "是", "en": "Yes"})]),
            Filter("on", _("In force on"), kind="date"),
            Filter("region", _("Region"), kind="region"),
        ],
        order="number",
        search_hint=_("Number or a part of it, title, committee, standard adopted"),
        downloads={kind: reverse("standards_download", args=[kind]) for kind in FORMATS},
        empty_title=_("No standard fits"),
        empty_why=_("Take a filter away, or bring in a file."),
        empty_url=reverse("standards_imports"),
        empty_action=_("Import"),
    )
