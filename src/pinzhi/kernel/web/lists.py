"""Lists: search, filters, sorting and pages that stand in the address, so that a list can be shared and returned to.

A door describes its list once (`ListSpec`), gives a function that fetches, and calls `render_list`. The same page works
without a script; with htmx only the results are exchanged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _

from pinzhi.kernel.search.paging import search_page
from pinzhi.kernel.search.queries import capped_count
from pinzhi.kernel.web import formats
from pinzhi.kernel.web.texts import in_lang

Kind = Literal["text", "number", "date", "datetime", "state", "region", "agency", "deadline", "html"]
SIZES = (20, 50, 100)
COUNT_CAP = 10_000
DEEPEST_PAGE = 500
LONGEST = 200


@dataclass(frozen=True)
class Column:
    """One column. `value`: a key or attribute of the row (default: the name), or a function of the row.

    `sort`: what the fetching function sorts by when this head is clicked. `link`: the address of the row's page, as a
    function; the first column with one is the row's head. `field`: a definition's field, which then renders the value.
    """

    name: str
    title: Any
    kind: Kind = "text"
    value: str | Callable[[Any], Any] = ""
    sort: str = ""
    link: Callable[[Any], str] | None = None
    field: Any = None
    unit: Any = ""
    precision: int | None = None
    file_url: str = ""

    def of(self, row: Any) -> Any:
        if callable(self.value):
            return self.value(row)
        return _get(row, self.value or self.name)


@dataclass(frozen=True)
class Filter:
    """One filter: a select with `options`, a text, a date or a region; `many` takes several options at once."""

    name: str
    title: Any
    options: Sequence[tuple[str, Any]] | Callable[[], Iterable[tuple[str, Any]]] = ()
    kind: Literal["select", "text", "date", "region", "year"] = "select"
    many: bool = False
    default: str = ""

    def choices(self) -> list[tuple[str, str]]:
        found = self.options() if callable(self.options) else self.options
        return [(str(value), in_lang(title)) for value, title in found]


@dataclass(frozen=True)
class ListSpec:
    """A list: its columns and filters, what may be downloaded, and what an empty one says."""

    name: str
    columns: Sequence[Column]
    filters: Sequence[Filter] = ()
    order: str = ""
    searchable: bool = True
    search_hint: Any = ""
    downloads: Mapping[str, str] = field(default_factory=dict)
    empty_title: Any = ""
    empty_why: Any = ""
    empty_url: str = ""
    empty_action: Any = ""

    def sorts(self) -> dict[str, str]:
        return {column.name: column.sort for column in self.columns if column.sort}


@dataclass(frozen=True)
class Asked:
    """What an address asks of a list: cleaned, so that no bad parameter is an error."""

    search: str = ""
    filters: Mapping[str, Any] = field(default_factory=dict)
    order: str = ""
    order_by: str = ""
    page: int = 1
    size: int = SIZES[0]
    cursor: str = ""
    order_chosen: bool = False

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.size

    @property
    def narrowed(self) -> bool:
        return bool(self.search or self.filters)


@dataclass(frozen=True)
class Found:
    """What a fetch found: the rows of the page, how many in all (`capped`: at least that many), or a next cursor."""

    rows: Sequence[Any]
    count: int | None = None
    capped: bool = False
    next_cursor: str = ""


def parse(query: QueryDict, spec: ListSpec) -> Asked:
    """The list that an address asks for; unknown or spoilt parameters count as absent."""
    filters: dict[str, Any] = {}
    for one in spec.filters:
        values = [v.strip()[:LONGEST] for v in query.getlist(one.name) if v.strip() and "\x00" not in v]
        if one.kind == "select":
            known = {value for value, _title in one.choices()}
            values = [v for v in values if v in known]
        elif one.kind == "date":
            values = [v for v in values if formats.as_date(v)]
        elif one.kind == "year":
            values = [v for v in values if v.isascii() and v.isdigit() and len(v) == 4]
        if not values and one.default and one.name not in query:
            values = [one.default]
        if values:
            filters[one.name] = (
                values if one.many else formats.as_date(values[0]) if one.kind == "date" else values[0]
            )
    order = query.get("order", "")
    sorts = spec.sorts()
    if order.lstrip("-") not in sorts:
        order = spec.order
    by = sorts.get(order.lstrip("-"), "")
    size = _number(query.get("size"), SIZES[0])
    return Asked(
        search=query.get("q", "").replace("\x00", "").strip()[:LONGEST] if spec.searchable else "",
        filters=filters,
        order=order,
        order_by=f"-{by}" if by and order.startswith("-") else by,
        page=min(_number(query.get("page"), 1), DEEPEST_PAGE),
        size=size if size in SIZES else SIZES[0],
        cursor=query.get("cursor", "")[:LONGEST],
        order_chosen=bool(order) and order == query.get("order", ""),
    )


def from_queryset(
    queryset: QuerySet[Any], asked: Asked, *, tie: str = "pk", searched: str = "search_text"
) -> Found:
    """A page of a queryset, sorted as asked with a tie-break, counted up to 10,000.

    `searched`: the column of the model in which `asked.search` was looked for. What more than 10,000 rows hold is shown
    in the order of entry, unless the reader has chosen one.
    """
    names = {field.name for field in queryset.model._meta.concrete_fields}
    if asked.search and searched in names and not asked.order_chosen:
        order = [asked.order_by, tie] if asked.order_by else [tie]
        page = search_page(
            queryset, searched, asked.search, order=order, offset=asked.offset, size=asked.size, cap=COUNT_CAP
        )
        return Found(page.rows, page.count, page.capped)
    if asked.order_by:
        queryset = queryset.order_by(asked.order_by, tie)
    count, capped = capped_count(queryset, COUNT_CAP)
    return Found(list(queryset[asked.offset : asked.offset + asked.size]), count, capped)


def from_sequence(rows: Sequence[Any], asked: Asked) -> Found:
    """A page of rows that are all in memory; sorted where a sort is asked for, empty values last."""
    if asked.order_by:
        name = asked.order_by.lstrip("-")
        filled = [row for row in rows if _get(row, name) is not None]
        filled.sort(key=lambda row: _get(row, name), reverse=asked.order_by.startswith("-"))
        rows = [*filled, *(row for row in rows if _get(row, name) is None)]
    return Found(rows[asked.offset : asked.offset + asked.size], len(rows))


def count_text(count: int | None, capped: bool = False) -> str:
    """ "128 found", "more than 10,000 found"."""
    if count is None:
        return ""
    shown = formats.number_text(count)
    return _("more than %(count)s") % {"count": shown} if capped else _("%(count)s in all") % {"count": shown}


def render_list(
    request: HttpRequest,
    spec: ListSpec,
    fetch: Callable[[Asked], Found],
    *,
    template: str = "web/list.html",
    context: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """The page of a list; for htmx its results alone. `template` extends a door's base and includes `web/list_body.html`."""
    asked = parse(request.GET, spec)
    found = fetch(asked)
    whole = {**(context or {}), **list_context(request, spec, asked, found)}
    if getattr(request, "htmx", False) and request.headers.get("HX-Target") == "list-results":
        response = render(request, "web/list_results.html", whole)
    else:
        response = render(request, template, whole)
    response.headers["Vary"] = ", ".join(filter(None, [response.headers.get("Vary"), "HX-Request"]))
    return response


def list_context(request: HttpRequest, spec: ListSpec, asked: Asked, found: Found) -> dict[str, Any]:
    """What the templates of a list need; for pages that hold a list among other things."""
    from pinzhi.kernel.web.cells import cell_html

    pages = None
    if found.count is not None:
        pages = min(max(1, -(-found.count // asked.size)), DEEPEST_PAGE)
    head = next((column.name for column in spec.columns if column.link), "")
    rows = [
        [
            (column, in_lang(column.title), cell_html(column, row), column.name == head)
            for column in spec.columns
        ]
        for row in found.rows
    ]
    return {
        "list": spec,
        "asked": asked,
        "rows": rows,
        "count": count_text(found.count, found.capped),
        "nothing": not found.rows,
        "pages": pages,
        "next_cursor": found.next_cursor,
        "filters": [_shown(one, asked) for one in spec.filters],
        "chips": _chips(spec, asked),
        "downloads": [(kind.upper(), _with_query(url, spec, asked)) for kind, url in spec.downloads.items()],
        "sizes": SIZES,
        "path": request.path,
    }


def _shown(one: Filter, asked: Asked) -> dict[str, Any]:
    value = asked.filters.get(one.name, [] if one.many else "")
    return {
        "name": one.name,
        "title": in_lang(one.title),
        "kind": one.kind,
        "many": one.many,
        "choices": one.choices(),
        "value": value.isoformat() if isinstance(value, date) else value,
    }


def parameters(spec: ListSpec, asked: Asked, without: tuple[str, str] | None = None) -> list[tuple[str, str]]:
    """The query of an address that asks for the same rows (no page), for links and downloads."""
    pairs = [("q", asked.search)] if asked.search and without != ("q", asked.search) else []
    for name, value in asked.filters.items():
        for one in value if isinstance(value, list) else [value]:
            text = one.isoformat() if isinstance(one, date) else str(one)
            if (name, text) != without:
                pairs.append((name, text))
    if asked.order and asked.order != spec.order:
        pairs.append(("order", asked.order))
    return pairs


def _with_query(url: str, spec: ListSpec, asked: Asked) -> str:
    query = urlencode(parameters(spec, asked))
    return f"{url}{'&' if '?' in url else '?'}{query}" if query else url


def _chips(spec: ListSpec, asked: Asked) -> list[tuple[str, str]]:
    """What the list is narrowed by, each with the address without it."""
    chips = []
    if asked.search:
        chips.append((f"“{asked.search}”", "?" + urlencode(parameters(spec, asked, ("q", asked.search)))))
    for one in spec.filters:
        value = asked.filters.get(one.name)
        titles = dict(one.choices())
        for each in value if isinstance(value, list) else [value] if value else []:
            text = each.isoformat() if isinstance(each, date) else str(each)
            shown = titles.get(text, text)
            if one.kind == "region":
                from pinzhi.kernel.web.names import region_name

                shown = region_name(text)
            rest = urlencode(parameters(spec, asked, (one.name, text)))
            chips.append((f"{in_lang(one.title)}{_(': ')}{shown}", f"?{rest}"))
    return chips


def _number(text: str | None, default: int) -> int:
    return (
        int(text)
        if text and text.isascii() and text.isdigit() and 0 < len(text) < 8 and int(text) > 0
        else default
    )


def _get(row: Any, name: str) -> Any:
    for part in name.split("."):
        row = row.get(part) if isinstance(row, Mapping) else getattr(row, part, None)
        if row is None:
            return None
    return row
