"""The registers and what each of them shows."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from pinzhi.doors.portal import described, frame, kept
from pinzhi.kernel.access.names import function
from pinzhi.kernel.registers import public
from pinzhi.kernel.registers.catalogue import ROSTERS
from pinzhi.kernel.registers.definitions import Register
from pinzhi.kernel.web.lists import Asked, Found, ListSpec, from_queryset, render_list

MOST_BY_DAY = 50_000
#: A workbook is written whole before it can be sent; more rows than these are read by programs, from CSV.
MOST_XLSX = 20_000


def index(request: HttpRequest) -> HttpResponse:
    """All registers by the function of government that keeps them, with how many records each shows."""
    return frame.page(request, "registers.html", {"groups": grouped()})


def grouped() -> list[dict[str, Any]]:
    """Registers by function, in the catalogue's order, with their counts."""
    counts = kept.records_by_register()
    groups: dict[str, list[dict[str, Any]]] = {}
    for register in public.registers():
        row = {
            "name": register.name,
            "title": register.title,
            "purpose": register.definition.purpose,
            "count": counts.get(register.name, 0),
            "url": reverse("portal:register", args=[register.name]),
        }
        groups.setdefault(register.definition.function, []).append(row)
    return [{"title": function(code), "registers": rows, "code": code} for code, rows in groups.items()]


def register(request: HttpRequest, name: str) -> HttpResponse:
    """A register's records: search, filters, sort, count, downloads; the address can be shared."""
    found = public.register(name)
    spec = list_spec(found)

    def fetch(asked: Asked) -> Found:
        rows = chosen(found, asked)
        page = from_queryset(rows, asked)
        shown = [described.Row(found, record) for record in page.rows]
        return Found(shown, page.count, page.capped)

    context = frame.around(
        register=found,
        list_title=found.title,
        function=function(found.definition.function),
        crumbs=[(_("Registers"), reverse("portal:registers"))],
        log=kept.log(name),
        many=kept.records_by_register().get(name, 0) > MOST_XLSX,
        most_xlsx=MOST_XLSX,
        past_url=reverse("portal:as_of", args=[name]),
    )
    return render_list(request, spec, fetch, template="portal/register.html", context=context)


def chosen(register: Register, asked: Asked) -> Any:
    """The records that an address asks for, in its order."""
    found = public.search(asked.search, register=register.name)
    found = described.narrowed(register, found, asked.filters)
    return found.order_by(asked.order_by or "sort_key", "pk")


def list_spec(register: Register) -> ListSpec:
    name = register.name
    shown = kept.records_by_register().get(name, 0)
    # People look for what is new; rosters are looked up by name, and so is what is too long to be sorted by day at once.
    by_name = name in ROSTERS.values() or shown > MOST_BY_DAY
    return ListSpec(
        name=name,
        columns=described.columns(register),
        filters=described.filters(register, kept.regions(name)),
        order="name" if by_name else "-effective_on",
        search_hint=_("Name, number"),
        downloads={kind: reverse("portal:download", args=[name, kind]) for kind in ("csv", "xlsx", "jsonl")},
        empty_title=_("No public records yet"),
        empty_why=_("What the keeper publishes appears here a second later."),
    )
