"""The lists of parties: columns, filters, what may be downloaded."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from pinzhi.apps.parties.fields import fields_of
from pinzhi.kernel.places import queries as places
from pinzhi.kernel.registers.definitions import FieldDef
from pinzhi.kernel.web.lists import Column, Filter, ListSpec

FORMATS = ("csv", "xlsx", "jsonl")


def field(what: str, name: str) -> FieldDef:
    return next(f for f in fields_of(what) if f.name == name)


def _options(what: str, name: str) -> list[tuple[str, Any]]:
    return [(o.value, o) for o in field(what, name).options or ()]


def _downloads(what: str) -> dict[str, str]:
    return {kind: reverse(f"parties_{what}_download", args=[kind]) for kind in FORMATS}


def trade_options() -> list[tuple[str, Any]]:
    """Sections and divisions: enough to narrow by, few enough to choose from."""
    table = places.trades()
    codes = sorted(table.trades, key=lambda code: (table.trades[code].section, len(code), code))
    return [
        (code, {"zh": f"{code} {table.trades[code].zh}", "en": f"{code} {table.trades[code].en}"})
        for code in codes
        if len(code) <= 2
    ]


def enterprises() -> ListSpec:
    what = "enterprises"
    return ListSpec(
        name=what,
        columns=[
            Column(
                "name",
                _("Name"),
                sort="sort_key",
                link=lambda row: reverse("parties_enterprise", args=[row.uscc]),
            ),
            Column("uscc", _("Credit code")),
            Column("region", _("Region"), kind="region", sort="region"),
            Column("trade", _("Trade"), field=field(what, "trade")),
            Column("size", _("Size"), field=field(what, "size")),
            Column("status", _("Status"), field=field(what, "status")),
        ],
        filters=[
            Filter("region", _("Region"), kind="region"),
            Filter("trade", _("Trade"), trade_options),
            Filter("size", _("Size"), _options(what, "size")),
            Filter("role", _("Role"), _options(what, "roles")),
            Filter("status", _("Status"), _options(what, "status")),
        ],
        order="name",
        search_hint=_("Name, former name, credit code, legal representative"),
        downloads=_downloads(what),
        empty_title=_("No enterprise fits"),
        empty_why=_("Take a filter away, or bring in a spreadsheet."),
        empty_url=reverse("parties_imports"),
        empty_action=_("Import"),
    )


def products() -> ListSpec:
    what = "products"
    return ListSpec(
        name=what,
        columns=[
            Column(
                "name",
                _("Name"),
                sort="sort_key",
                link=lambda row: reverse("parties_product", args=[row.number]),
            ),
            Column("number", _("Number")),
            Column("brand", _("Brand")),
            Column("specification", _("Specification")),
            Column("sector", field(what, "sector").title, field=field(what, "sector")),
            Column("producer_code", _("Producer"), field=field(what, "producer_code")),
            Column("status", _("Status"), field=field(what, "status")),
        ],
        filters=[
            Filter("region", _("Region"), kind="region"),
            Filter("sector", field(what, "sector").title, _options(what, "sector")),
            Filter("status", _("Status"), _options(what, "status")),
        ],
        order="name",
        search_hint=_("Name, brand, bar code, producer, standard"),
        downloads=_downloads(what),
        empty_title=_("No product fits"),
        empty_why=_("Take a filter away, or bring in a spreadsheet."),
    )


def bodies() -> ListSpec:
    what = "bodies"
    return ListSpec(
        name=what,
        columns=[
            Column(
                "name", _("Name"), sort="sort_key", link=lambda row: reverse("parties_body", args=[row.uscc])
            ),
            Column("uscc", _("Credit code")),
            Column("region", _("Region"), kind="region", sort="region"),
            Column("kinds", _("Kinds"), field=field(what, "kinds")),
            Column("accreditation_no", _("Accreditation no.")),
            Column("approval_expires_on", _("Valid until"), kind="date", sort="approval_expires_on"),
            Column("status", _("Status"), field=field(what, "status")),
        ],
        filters=[
            Filter("region", _("Region"), kind="region"),
            Filter("kind", _("Kind"), _options(what, "kinds")),
            Filter("status", _("Status"), _options(what, "status")),
        ],
        order="name",
        search_hint=_("Name, credit code, accreditation no."),
        downloads=_downloads(what),
        empty_title=_("No technical body fits"),
    )


def claims() -> ListSpec:
    from pinzhi.apps.parties.models import Claim

    return ListSpec(
        name="claims",
        columns=[
            Column("number", _("Number"), link=lambda row: reverse("parties_claim", args=[row.number])),
            Column("enterprise", _("Enterprise"), value="enterprise.name"),
            Column("display_name", _("Claimed by")),
            Column("status", _("Status"), value=lambda row: row.get_status_display()),
            Column("made_at", _("Made"), kind="datetime", sort="made_at"),
        ],
        filters=[Filter("status", _("Status"), Claim.Status.choices, default="pending")],
        order="-made_at",
        searchable=False,
        empty_title=_("No claim waits"),
    )
