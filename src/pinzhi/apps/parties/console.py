"""The console's pages of enterprises, products and bodies: lists, records, forms."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pinzhi.apps.parties import access, queries, tables
from pinzhi.apps.parties.actions.change_enterprise import change_enterprise
from pinzhi.apps.parties.actions.change_product import change_product
from pinzhi.apps.parties.actions.close_enterprise import close_enterprise
from pinzhi.apps.parties.actions.register_bodies import change_body, register_bodies
from pinzhi.apps.parties.actions.register_enterprises import register_enterprises
from pinzhi.apps.parties.actions.register_products import register_products
from pinzhi.apps.parties.actions.rename_enterprise import rename_enterprise
from pinzhi.apps.parties.fields import PRIVATE, ROSTER_OF, columns_of, fields_of
from pinzhi.apps.parties.forms import CloseForm, RenameForm, party_form
from pinzhi.apps.parties.models import Claim, Enterprise
from pinzhi.kernel.access.actor import Actor, actor_of
from pinzhi.kernel.errors import NotFound, NotPermitted, Refused
from pinzhi.kernel.transfer.writing import csv_chunks, jsonl_chunks, write_xlsx
from pinzhi.kernel.web.editing import form_page, revision_seen
from pinzhi.kernel.web.lists import Asked, Found, ListSpec, from_queryset, parse, render_list
from pinzhi.kernel.web.texts import in_lang, reads_english
from pinzhi.kernel.web.values import field_html

MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/x-ndjson; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
#: How many rows a spreadsheet program opens without pain; more come as CSV.
MOST_XLSX = 100_000
TITLES: dict[str, Callable[[], str]] = {
    "enterprises": lambda: _("Enterprises"),
    "products": lambda: _("Products"),
    "bodies": lambda: _("Technical bodies"),
}


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Where to go; an enterprise goes straight to itself."""
    actor = actor_of(request)
    if actor.speaks_for == "enterprise" and actor.party:
        return redirect("parties_enterprise", actor.party)
    if actor.speaks_for == "body" and actor.party:
        return redirect("parties_body", actor.party)
    reads = [
        what
        for what, roster in ROSTER_OF.items()
        if what in TITLES and access.held(actor, queries.READ, roster) != frozenset()
    ]
    waiting = queries.claims(by=actor, status=Claim.Status.PENDING).count()
    open_pairs = queries.duplicates(by=actor).count()
    return render(
        request,
        "parties/index.html",
        {
            "lists": [(TITLES[what](), reverse(f"parties_{what}")) for what in reads],
            "may_import": access.held(actor, "parties.import", access.ENTERPRISES) != frozenset(),
            "may_decide": access.held(actor, "parties.decide_claim", access.ENTERPRISES) != frozenset(),
            "waiting": waiting,
            "open_pairs": open_pairs,
        },
    )


def _crumbs(what: str = "") -> list[tuple[str, str]]:
    found = [(_("Parties"), reverse("parties_index"))]
    return [*found, (TITLES[what](), reverse(f"parties_{what}"))] if what else found


def _fetch(what: str, actor: Actor) -> Callable[[Asked], Any]:
    ask: dict[str, Callable[..., Any]] = {
        "enterprises": queries.enterprises,
        "products": queries.products,
        "bodies": queries.bodies,
    }
    return lambda asked: ask[what](by=actor, search=asked.search, **asked.filters)


def _list(request: HttpRequest, what: str, spec: ListSpec) -> HttpResponse:
    actor = actor_of(request)
    fetch = _fetch(what, actor)

    def found(asked: Asked) -> Found:
        return from_queryset(fetch(asked).defer("search_text"), asked)

    context = {
        "list_title": TITLES[what](),
        "crumbs": _crumbs(),
        "new_url": reverse(f"parties_{what}_new") if _may_write(actor, what) else "",
    }
    return render_list(request, spec, found, template="parties/list.html", context=context)


def _may_write(actor: Actor, what: str) -> bool:
    return access.held(actor, "parties.write", ROSTER_OF[what]) != frozenset()


@require_safe
def enterprises(request: HttpRequest) -> HttpResponse:
    return _list(request, "enterprises", tables.enterprises())


@require_safe
def products(request: HttpRequest) -> HttpResponse:
    return _list(request, "products", tables.products())


@require_safe
def bodies(request: HttpRequest) -> HttpResponse:
    return _list(request, "bodies", tables.bodies())


@require_safe
def download(request: HttpRequest, what: str, kind: str) -> HttpResponse:
    """The list as asked for, as CSV, XLSX or JSON Lines; it opens in the import again."""
    spec = {"enterprises": tables.enterprises, "products": tables.products, "bodies": tables.bodies}[what]()
    actor, asked = actor_of(request), parse(request.GET, spec)
    if kind not in MEDIA:
        raise NotFound("no_such_format", zh=f"没有“{kind}”格式。", en=f"There is no format {kind}.")
    rows = _fetch(what, actor)(asked).order_by(*filter(None, [asked.order_by, "pk"]))
    columns, lang = columns_of(what), "en" if reads_english() else "zh"
    headers = {"Content-Disposition": f'attachment; filename="{what}.{kind}"'}
    if kind == "xlsx":
        if rows[MOST_XLSX : MOST_XLSX + 1].exists():
            raise Refused(
                "too_many_rows",
                zh=f"超过 {MOST_XLSX:,} 行。",
                en=f"There are more than {MOST_XLSX:,} rows.",
                remedy_zh="请改用 CSV 下载。",
                remedy_en="Download it as CSV.",
            )
        out = io.BytesIO()
        write_xlsx(columns, queries.exported(rows, what, by=actor), out, lang=lang)
        return HttpResponse(out.getvalue(), content_type=MEDIA[kind], headers=headers)
    values = queries.exported(rows, what, by=actor)
    chunks = csv_chunks(columns, values, lang=lang) if kind == "csv" else jsonl_chunks(columns, values)
    return StreamingHttpResponse(chunks, content_type=MEDIA[kind], headers=headers)  # type: ignore[return-value]


def _facts(what: str, values: dict[str, Any], names: frozenset[str] | None = None) -> list[tuple[Any, Any]]:
    return [
        (in_lang(field.title), field_html(field, values.get(field.name)))
        for field in fields_of(what)
        if (names is None or field.name in names) and values.get(field.name) not in (None, "", [])
    ]


def _split(what: str, values: dict[str, Any]) -> dict[str, Any]:
    private = frozenset(PRIVATE[ROSTER_OF[what]]) | ({"scope"} if what == "bodies" else frozenset())
    public = frozenset(field.name for field in fields_of(what)) - private
    return {"facts": _facts(what, values, public), "private_facts": _facts(what, values, private)}


@require_safe
def enterprise(request: HttpRequest, uscc: str) -> HttpResponse:
    """The facts, the names it bore, its risk class for who may see it, its records, its products, its users."""
    actor = actor_of(request)
    row = queries.enterprise(uscc, by=actor)
    merged = [one.uscc for one in Enterprise.objects.filter(merged_into=row.uscc).only("uscc")]
    records = queries.records_about([row.uscc, *merged], by=actor)
    products_ = queries.products(by=actor, producer=row.uscc)
    own = actor.is_subject(row.uscc, access.ENTERPRISES)
    return render(
        request,
        "parties/enterprise.html",
        {
            "row": row,
            "status": tables.field("enterprises", "status").option_title(row.status),
            "crumbs": [] if own else _crumbs("enterprises"),
            **_split("enterprises", queries.values_of(row, "enterprises")),
            "former": row.former_names.all(),
            "risk": queries.risk_classes(row, by=actor),
            "records": records,
            "products": products_.order_by("sort_key")[:10],
            "products_count": products_.count(),
            "users": queries.users_of(row, by=actor),
            "is_keeper": own and queries.is_keeper(actor),
            "may_revoke": not own
            and access.allowed(actor, "parties.revoke_user", access.ENTERPRISES, row.region),
            "may_write": not row.merged_into
            and access.allowed(actor, "parties.write", access.ENTERPRISES, row.region),
            "merged": merged,
        },
    )


@require_safe
def product(request: HttpRequest, number: str) -> HttpResponse:
    actor = actor_of(request)
    row = queries.product(number, by=actor)
    return render(
        request,
        "parties/product.html",
        {
            "row": row,
            "status": tables.field("products", "status").option_title(row.status),
            "crumbs": _crumbs("products"),
            "facts": _facts("products", queries.values_of(row, "products")),
            "producer": queries.names_of([row.producer_code]).get(row.producer_code, ""),
            "records": queries.records_about([row.number], by=actor),
            "may_write": access.allowed(actor, "parties.write", access.PRODUCTS, row.region),
        },
    )


@require_safe
def body(request: HttpRequest, uscc: str) -> HttpResponse:
    actor = actor_of(request)
    row = queries.body(uscc, by=actor)
    return render(
        request,
        "parties/body.html",
        {
            "row": row,
            "status": tables.field("bodies", "status").option_title(row.status),
            "crumbs": _crumbs("bodies"),
            **_split("bodies", queries.values_of(row, "bodies")),
            "records": queries.records_about([row.uscc], by=actor),
            "may_write": access.allowed(actor, "parties.write", access.BODIES, row.region),
        },
    )


NEW: dict[str, tuple[Callable[..., list[str]], str]] = {
    "enterprises": (register_enterprises, "parties_enterprise"),
    "products": (register_products, "parties_product"),
    "bodies": (register_bodies, "parties_body"),
}


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, what: str) -> HttpResponse:
    """Register one party."""
    actor = actor_of(request)
    if not _may_write(actor, what):
        raise NotPermitted("not_permitted", zh="您没有登记权限。", en="You may not register this.")
    form = party_form(what)(request.POST or None)
    register, page = NEW[what]
    title = {
        "enterprises": _("Register an enterprise"),
        "products": _("Register a product"),
        "bodies": _("Register a technical body"),
    }[what]

    def save() -> str:
        return reverse(page, args=register([form.values()], by=actor))

    return form_page(request, form, save, title=title, crumbs=_crumbs(what))


@require_http_methods(["GET", "POST"])
def edit_enterprise(request: HttpRequest, uscc: str) -> HttpResponse:
    actor = actor_of(request)
    row = queries.enterprise(uscc, by=actor)
    access.require(actor, "parties.write", access.ENTERPRISES, [row.region])
    values = queries.values_of(row, "enterprises")
    form = party_form("enterprises", without=("uscc", "name", "status", "former_names"), initial=values)(
        request.POST or None
    )

    def save() -> str:
        change_enterprise(uscc, form.values(), revision=revision_seen(request), by=actor)
        return reverse("parties_enterprise", args=[uscc])

    crumbs = [*_crumbs("enterprises"), (row.name, reverse("parties_enterprise", args=[uscc]))]
    return form_page(
        request, form, save, title=_("Change the enterprise"), crumbs=crumbs, revision=row.revision
    )


@require_http_methods(["GET", "POST"])
def rename(request: HttpRequest, uscc: str) -> HttpResponse:
    actor = actor_of(request)
    row = queries.enterprise(uscc, by=actor)
    access.require(actor, "parties.write", access.ENTERPRISES, [row.region])
    form: Any = RenameForm(request.POST or None, initial={"name": row.name})

    def save() -> str:
        data = form.cleaned_data
        rename_enterprise(uscc, data["name"], since=data["since"], revision=revision_seen(request), by=actor)
        return reverse("parties_enterprise", args=[uscc])

    crumbs = [*_crumbs("enterprises"), (row.name, reverse("parties_enterprise", args=[uscc]))]
    return form_page(
        request, form, save, title=_("Rename the enterprise"), crumbs=crumbs, revision=row.revision
    )


@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, uscc: str) -> HttpResponse:
    actor = actor_of(request)
    row = queries.enterprise(uscc, by=actor)
    access.require(actor, "parties.write", access.ENTERPRISES, [row.region])
    form: Any = CloseForm(request.POST or None, initial={"status": row.status})

    def save() -> str:
        data = form.cleaned_data
        close_enterprise(
            uscc, status=data["status"], on=data["on"], successor_code=data["successor_code"],
            revision=revision_seen(request), by=actor,
        )  # fmt: skip
        return reverse("parties_enterprise", args=[uscc])

    crumbs = [*_crumbs("enterprises"), (row.name, reverse("parties_enterprise", args=[uscc]))]
    return form_page(
        request, form, save, title=_("Status of the enterprise"), crumbs=crumbs, revision=row.revision
    )


@require_http_methods(["GET", "POST"])
def edit_product(request: HttpRequest, number: str) -> HttpResponse:
    actor = actor_of(request)
    row = queries.product(number, by=actor)
    access.require(actor, "parties.write", access.PRODUCTS, [row.region])
    form = party_form("products", without=("gtin", "own_number"), initial=queries.values_of(row, "products"))(
        request.POST or None
    )

    def save() -> str:
        change_product(number, form.values(), revision=revision_seen(request), by=actor)
        return reverse("parties_product", args=[number])

    crumbs = [*_crumbs("products"), (row.name, reverse("parties_product", args=[number]))]
    return form_page(request, form, save, title=_("Change the product"), crumbs=crumbs, revision=row.revision)


@require_http_methods(["GET", "POST"])
def edit_body(request: HttpRequest, uscc: str) -> HttpResponse:
    actor = actor_of(request)
    row = queries.body(uscc, by=actor)
    access.require(actor, "parties.write", access.BODIES, [row.region])
    form = party_form("bodies", without=("uscc",), initial=queries.values_of(row, "bodies"))(
        request.POST or None
    )

    def save() -> str:
        change_body(uscc, form.values(), revision=revision_seen(request), by=actor)
        return reverse("parties_body", args=[uscc])

    crumbs = [*_crumbs("bodies"), (row.name, reverse("parties_body", args=[uscc]))]
    return form_page(request, form, save, title=_("Change the body"), crumbs=crumbs, revision=row.revision)
