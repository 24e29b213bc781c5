"""Pages of the catalogue of standards: first page, list, edition, forms, which edition on a day."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pinzhi.apps.standards import access
from pinzhi.apps.standards import queries_catalogue as queries
from pinzhi.apps.standards import tables_catalogue as tables
from pinzhi.apps.standards.actions.change_edition import change_edition
from pinzhi.apps.standards.actions.register_editions import register_editions
from pinzhi.apps.standards.actions.relate_editions import drop_relation, relate_editions
from pinzhi.apps.standards.alerts import count_alerts
from pinzhi.apps.standards.drawing_catalogue import chain_svg
from pinzhi.apps.standards.fields_catalogue import columns_of, fields_of
from pinzhi.apps.standards.forms_catalogue import AsOfForm
from pinzhi.apps.standards.models import Edition
from pinzhi.apps.standards.numbers import typed as spelled
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor, actor_of
from pinzhi.kernel.errors import NotFound, NotPermitted, Refused
from pinzhi.kernel.registers import catalogue as registers
from pinzhi.kernel.registers.queries import registers_for
from pinzhi.kernel.search.paging import search_page
from pinzhi.kernel.transfer.writing import csv_chunks, jsonl_chunks, write_xlsx
from pinzhi.kernel.web.editing import fields_form, form_page, revision_seen
from pinzhi.kernel.web.lists import Asked, Found, from_queryset, parse, render_list
from pinzhi.kernel.web.texts import in_lang, reads_english
from pinzhi.kernel.web.values import field_html

MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/x-ndjson; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
MOST_XLSX = 100_000
MOST_SORTED = 4_000
#: Pages of the other parts of this app that the first page leads to, where they are there.
PARTS = (
    (
        "standards_limits",
        {"zh": "指标与限量", "en": "Indicators and limits"},
        {
            "zh": "各标准和市场规则的限值，逐条注明条款和来源，由另一人核对。",
            "en": "Limits of standards and markets' rules, each with clause and source, confirmed by a second person.",
        },
    ),
    (
        "standards_comparisons",
        {"zh": "标准比对", "en": "Comparison of standards"},
        {
            "zh": "国内外限值逐项对照：严于、等同、宽于或不可比，并说明理由。",
            "en": "Limits side by side: stricter, equal, laxer or not comparable, with the reason.",
        },
    ),
    (
        "standards_conformity",
        {"zh": "与国际标准一致性程度", "en": "Consistency with international standards"},
        {
            "zh": "三个比率、基数和方法版本，可查到每项标准、每项限值。",
            "en": "Three rates with their base and method, down to each standard and limit.",
        },
    ),
    (
        "standards_declarations",
        {"zh": "企业标准自我声明", "en": "Self-declared standards"},
        {
            "zh": "企业公开产品执行的标准和指标，边填边核对，即时公开。",
            "en": "The standards and indicators that firms declare: checked as they type, public at once.",
        },
    ),
    (
        "standards_rankings",
        {"zh": "排行榜与领跑者", "en": "Rankings and top runners"},
        {
            "zh": "按声明值分档，同一档内不分先后。",
            "en": "Tiers by declared values; nobody stands before another inside a tier.",
        },
    ),
)
REGISTERS = ("s03_local_programme", "s17_consultation_comments", "s04_group_standards", "s05_food_followup")
#: What a reference turned out to be, in words.
FOUND = {
    "exact": {"zh": "就是这个版本", "en": "It is this edition"},
    "undated": {
        "zh": "不注日期的引用，当日现行的是这个版本",
        "en": "Undated: the edition in force on that day",
    },
    "not_yet": {"zh": "各版本在当日都尚未实施", "en": "No edition was in force yet on that day"},
    "withdrawn": {"zh": "各版本在当日都已废止", "en": "Every edition had been withdrawn by that day"},
    "unknown_year": {
        "zh": "目录中有这个标准，没有这个年号的版本；不以其他年号代替",
        "en": "The standard is in the catalogue, this edition is not; no other year takes its place",
    },
    "draft_cited": {"zh": "引用的是草案，目录中没有该草案", "en": "A draft, which is not in the catalogue"},
    "unknown_part": {
        "zh": "目录中有这个标准的其他部分",
        "en": "Other parts of this standard are in the catalogue",
    },
    "unknown_number": {"zh": "目录中没有这个标准", "en": "This standard is not in the catalogue"},
    "unreadable": {"zh": "不是标准编号", "en": "This is no standard's number"},
}


def home() -> list[tuple[str, str]]:
    return [(_("Standards"), reverse("standards_index"))]


def _registers(actor: Actor) -> list[tuple[str, str, str]]:
    """Title, address and purpose: the desk's page of a register that the account holds, else the public one."""
    held = {register.name for register in registers_for(actor)}
    found = []
    for name in REGISTERS:
        page = "registers_list" if name in held else "portal:register"
        try:
            address = reverse(page, args=[name])
        except NoReverseMatch:  # an installation without the portal
            continue
        register = registers.get(name)
        found.append((in_lang(register.title), address, in_lang(register.definition.purpose)))
    return found


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Where to go, and how many standards there are."""
    actor = actor_of(request)
    counts = Edition.objects.aggregate(
        all=Count("pk"),
        in_force=Count("pk", filter=Q(status="in_force")),
        coming=Count("pk", filter=Q(status="published")),
        key=Count("pk", filter=Q(key_standard=True, status="in_force")),
    )
    parts = []
    for name, title, text in PARTS:
        try:
            parts.append((in_lang(title), reverse(name), in_lang(text)))
        except NoReverseMatch:
            continue
    own = actor.speaks_for in ("enterprise", "body")
    return render(
        request,
        "standards/index.html",
        {
            "counts": counts,
            "parts": parts,
            "registers": [] if own else _registers(actor),
            "may_import": access.anywhere(actor, "standards.import"),
            "may_write": access.anywhere(actor, "standards.write"),
            "alerts": None if own else count_alerts(clock.today()),
        },
    )


def _fetch(asked: Asked) -> Any:
    given = dict(asked.filters)
    key = given.pop("key_standard", None)
    return queries.editions(search=asked.search, key_standard=True if key else None, **given)


def found_page(asked: Asked) -> Found:
    """A page of the list. Of a search that finds more than four thousand nobody reads the last ones: they are not sorted."""
    rows = _fetch(asked).defer("search_text")
    if not asked.search or asked.order_chosen:
        return from_queryset(rows, asked)
    order = [asked.order_by or "sort_key", "pk"]
    page = search_page(
        rows,
        "search_text",
        spelled(asked.search),
        order=order,
        offset=asked.offset,
        size=asked.size,
        cap=MOST_SORTED,
    )
    return Found(page.rows, page.count, page.capped)


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """The list; a number typed in full leads to its edition at once."""
    actor = actor_of(request)

    typed = request.GET.get("q", "").strip()[:200]
    context = {
        "list_title": _("Catalogue of standards"),
        "crumbs": home(),
        "hit": queries.find_edition(typed) if any(ch.isdigit() for ch in typed) else None,
        "may_write": access.anywhere(actor, "standards.write"),
        "may_import": access.anywhere(actor, "standards.import"),
    }
    return render_list(
        request, tables.catalogue(), found_page, template="standards/catalogue.html", context=context
    )


@require_safe
def download(request: HttpRequest, kind: str) -> HttpResponse:
    """The list as asked for, as CSV, XLSX or JSON Lines; it opens in the import again."""
    if kind not in MEDIA:
        raise NotFound("no_such_format", zh=f"没有“{kind}”格式。", en=f"There is no format {kind}.")
    actor, asked = actor_of(request), parse(request.GET, tables.catalogue())
    rows = _fetch(asked).order_by(asked.order_by or "sort_key", "pk")
    columns, lang = columns_of(), "en" if reads_english() else "zh"
    headers = {"Content-Disposition": f'attachment; filename="standards.{kind}"'}
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
        write_xlsx(columns, queries.exported(rows, by=actor), out, lang=lang)
        return HttpResponse(out.getvalue(), content_type=MEDIA[kind], headers=headers)
    values = queries.exported(rows, by=actor)
    chunks = csv_chunks(columns, values, lang=lang) if kind == "csv" else jsonl_chunks(columns, values)
    return StreamingHttpResponse(chunks, content_type=MEDIA[kind], headers=headers)  # type: ignore[return-value]


def _facts(row: Edition) -> list[tuple[Any, Any]]:
    values = queries.values_of(row)
    left_out = {"number", "title_zh", "replaces", "cites", "implements", "status"}
    return [
        (in_lang(field.title), field_html(field, values.get(field.name)))
        for field in fields_of()
        if field.name not in left_out and values.get(field.name) not in (None, "", [])
    ]


#: The groups of relations in the order of the page.
GROUPS = (
    ("adopts", {"zh": "采用的国际（国外）标准", "en": "Adopts"}),
    ("replaces", {"zh": "代替", "en": "Replaces"}),
    ("replaced_by", {"zh": "被代替", "en": "Replaced by"}),
    ("cites", {"zh": "引用", "en": "Cites"}),
    ("implements", {"zh": "落实", "en": "Implements"}),
    ("adopted_by", {"zh": "被采用", "en": "Adopted by"}),
    ("cited_by", {"zh": "被引用", "en": "Cited by"}),
    ("implemented_by", {"zh": "被落实", "en": "Implemented by"}),
)
OWN = frozenset({"adopts", "replaces", "cites", "implements"})


@require_safe
def edition(request: HttpRequest, key: str) -> HttpResponse:
    """The facts of an edition, what it stands to, what replaced what, its other editions."""
    actor = actor_of(request)
    row = queries.edition(key)
    if row.key != key:
        return redirect("standards_edition", row.key)
    related = queries.related(row)
    chain = queries.chain(row)
    may_write = access.allowed(actor, "standards.write", row.region)
    today = clock.today()
    return render(
        request,
        "standards/edition.html",
        {
            "row": row,
            "title": tables.title_of(row),
            "status": tables.status_html(queries.status_of(row, today)),
            "facts": _facts(row),
            "groups": [
                (in_lang(title), [(one, _standing(one)) for one in related[name]], name in OWN and may_write)
                for name, title in GROUPS
                if related.get(name)
            ],
            "drawing": chain_svg(chain, row.key),
            "siblings": [one for one in queries.siblings(row) if one.pk != row.pk],
            "may_write": may_write,
            "crumbs": [*home(), (_("Catalogue of standards"), reverse("standards_catalogue"))],
            "public_url": _public_url(row),
        },
    )


def _standing(one: queries.Related) -> str:
    words = []
    if one.degree:
        words.append(one.degree)
    if one.part == "partly":
        words.append(_("partly"))
    if not one.dated:
        words.append(_("undated"))
    return "，".join(words) if not reads_english() else ", ".join(words)


def _public_url(row: Edition) -> str:
    if row.level not in ("national", "industry", "local", "group", "enterprise"):
        return ""
    try:
        return reverse("portal:record", args=["s01_standards", row.key])
    except NoReverseMatch:
        return ""


def _require_somewhere(actor: Actor, verb: str) -> None:
    if not access.anywhere(actor, verb):
        raise NotPermitted("not_permitted", zh="您没有这项权限。", en="You may not do this.")


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Register one edition."""
    actor = actor_of(request)
    _require_somewhere(actor, "standards.write")
    regions = {right.region for right in actor.rights if right.role == "clerk" and right.region}
    initial = {"region": min(regions)} if len(regions) == 1 else {}
    form = fields_form(fields_of(), initial=initial)(request.POST or None)
    crumbs = [*home(), (_("Catalogue of standards"), reverse("standards_catalogue"))]

    def save() -> str:
        return reverse("standards_edition", args=register_editions([form.values()], by=actor))

    return form_page(request, form, save, title=_("Register a standard"), crumbs=crumbs)


def _edition_crumbs(row: Edition) -> list[tuple[str, str]]:
    return [
        *home(),
        (_("Catalogue of standards"), reverse("standards_catalogue")),
        (row.number, reverse("standards_edition", args=[row.key])),
    ]


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, key: str) -> HttpResponse:
    actor = actor_of(request)
    row = queries.edition(key)
    access.require(actor, "standards.write", [row.region])
    without = ("number", "level", "nature") if row.level not in ("regional", "foreign") else ("number",)
    form = fields_form(fields_of(), without=without, initial=queries.values_of(row))(request.POST or None)

    def save() -> str:
        change_edition(row.key, form.values(), revision=revision_seen(request), by=actor)
        return reverse("standards_edition", args=[row.key])

    title = _("Change %(number)s") % {"number": row.number}
    return form_page(request, form, save, title=title, crumbs=_edition_crumbs(row), revision=row.revision)


@require_http_methods(["GET", "POST"])
def relate(request: HttpRequest, key: str) -> HttpResponse:
    """Say how the edition stands to another document."""
    actor = actor_of(request)
    row = queries.edition(key)
    access.require(actor, "standards.write", [row.region])
    form = fields_form(fields_of("relations"), without=("number",))(request.POST or None)

    def save() -> str:
        relate_editions([{**form.values(), "number": row.number}], by=actor)
        return reverse("standards_edition", args=[row.key])

    title = _("Relation of %(number)s to another standard") % {"number": row.number}
    return form_page(request, form, save, title=title, crumbs=_edition_crumbs(row))


@require_POST
def unrelate(request: HttpRequest, key: str, relation_id: int) -> HttpResponse:
    row = queries.edition(key)
    drop_relation(relation_id, by=actor_of(request))
    messages.success(request, _("The relation was taken back."))
    return redirect("standards_edition", row.key)


@require_safe
def as_of(request: HttpRequest) -> HttpResponse:
    """Which edition a reference means on a day, and why."""
    asked = bool(request.GET.get("reference"))
    form = AsOfForm(request.GET if asked else None, initial={"on": clock.today()})
    context: dict[str, Any] = {"form": form, "crumbs": home()}
    if asked and form.is_valid():
        on: date = form.cleaned_data["on"] or clock.today()
        found = queries.resolve(form.cleaned_data["reference"], on)
        keys = [fact.key for fact in ((found.edition,) if found.edition else found.candidates) if fact][:12]
        rows = {row.key: row for row in Edition.objects.filter(key__any_of=keys)}
        status = found.status.value if found.status else ""
        context |= {
            "asked": True,
            "on": on,
            "reference": form.cleaned_data["reference"],
            "answer": in_lang(FOUND[found.found.value]),
            "found": rows.get(found.edition.key) if found.edition else None,
            "status": tables.status_html(status) if status else "",
            "changed": found.rule,
            "candidates": []
            if found.edition
            else [
                (rows[key], tables.status_html(queries.status_of(rows[key], on)))
                for key in keys
                if key in rows
            ],
        }
    return render(request, "standards/catalogue_as_of.html", context)
