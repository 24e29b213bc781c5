"""Lists of documents with limits and of comparison studies."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from pinzhi.apps.standards import queries_limits as queries
from pinzhi.apps.standards.limit_rows import MARKETS
from pinzhi.apps.standards.models.limits import ComparisonStudy, LimitDocument
from pinzhi.kernel.web.lists import Column, Filter, ListSpec
from pinzhi.kernel.web.texts import in_lang


def market_name(code: str) -> str:
    return in_lang(MARKETS.get(code) or {"zh": code, "en": code})


def title_of(document: LimitDocument) -> str:
    """The title in the reader's language, else in the other."""
    zh, en = document.title_zh or document.title_en, document.title_en or document.title_zh
    return in_lang({"zh": zh, "en": en}) if zh else ""


def _families() -> list[tuple[str, Any]]:
    return [(name, name) for name in queries.families()]


def documents() -> ListSpec:
    return ListSpec(
        name="limits",
        columns=[
            Column(
                "number",
                _("Document"),
                sort="number",
                link=lambda row: reverse("standards_limit_document", args=[row.pk]),
            ),
            Column("title", _("Title"), value=title_of),
            Column("market", _("Market"), value=lambda row: market_name(row.market), sort="market"),
            Column("family", _("Product family"), sort="family"),
            Column("effective_on", _("In force from"), kind="date", sort="effective_on"),
            Column("confirmed", _("Confirmed limits"), kind="number", sort="confirmed"),
            Column("waiting", _("To be confirmed"), kind="number", sort="waiting"),
        ],
        filters=[
            Filter("market", _("Market"), [(code, title) for code, title in MARKETS.items()]),
            Filter("family", _("Product family"), _families),
        ],
        order="number",
        search_hint=_("Number, title, product family"),
        empty_title=_("No document fits"),
        empty_why=_("Register a document, or bring in a spreadsheet of limits."),
        empty_url=reverse("standards_limit_import"),
        empty_action=_("Bring in"),
    )


def studies() -> ListSpec:
    return ListSpec(
        name="studies",
        columns=[
            Column("title", _("Study"), link=lambda row: reverse("standards_study", args=[row.number])),
            Column("number", _("Number")),
            Column("year", _("Year"), sort="year"),
            Column("family", _("Product family")),
            Column("lead_unit", _("Lead unit")),
            Column("state", _("State"), value=lambda row: row.get_state_display()),
        ],
        filters=[
            Filter("year", _("Year"), kind="year"),
            Filter("state", _("State"), ComparisonStudy.State.choices),
        ],
        order="-year",
        searchable=False,
        empty_title=_("There is no comparison study yet"),
        empty_why=_("Compare documents first; the page of the result leads to a study."),
        empty_url=reverse("standards_comparisons"),
        empty_action=_("Compare standards"),
    )
