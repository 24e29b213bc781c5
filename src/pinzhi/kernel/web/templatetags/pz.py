"""`{% load pz %}`: how a thing of the domain looks. Each tag's use is shown in docs/developers/components.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django.template.base import NodeList, Parser, Token
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from pinzhi.kernel.web import drawing, formats, marks, navigation, values
from pinzhi.kernel.web.assets import asset as asset_url
from pinzhi.kernel.web.texts import in_lang

register = template.Library()

# ---------- texts, assets, icons ----------


@register.filter(name="lang")
def lang_filter(value: Any) -> str:
    """`{{ register.title|lang }}`: the reader's language of a `{zh, en}` mapping or object."""
    return in_lang(value)


@register.simple_tag
def asset(path: str) -> str:
    """`{% asset 'pinzhi/pinzhi.css' %}`: the address of a static file with a mark of its content."""
    return asset_url(path)


@register.simple_tag
def icon(name: str) -> SafeString:
    """`{% icon 'search' %}`: a drawing beside a word (symbols of static/pinzhi/icons.svg)."""
    return drawing.icon_html(name)


class CaptureNode(template.Node):
    def __init__(self, nodelist: NodeList, name: str) -> None:
        self.nodelist, self.name = nodelist, name

    def render(self, context: template.Context) -> SafeString:
        context[self.name] = SafeString(self.nodelist.render(context).strip())
        return SafeString("")


@register.tag
def capture(parser: Parser, token: Token) -> CaptureNode:
    """`{% capture name %}…{% endcapture %}`: renders once what the page shows twice (its title)."""
    bits = token.split_contents()
    if len(bits) != 2:
        raise template.TemplateSyntaxError("capture takes one name")
    nodelist = parser.parse(("endcapture",))
    parser.delete_first_token()
    return CaptureNode(nodelist, bits[1])


@register.simple_tag(takes_context=True)
def query_with(context: template.Context, **changes: Any) -> str:
    """`?{% query_with page=2 %}`: the page's own query with some parameters changed (None drops one)."""
    request = context.get("request")
    if request is None:
        return ""
    query = request.GET.copy()
    for name, value in changes.items():
        if value is None or value == "":
            query.pop(name, None)
        else:
            query[name] = str(value)
    return query.urlencode()


# ---------- dates, numbers, states ----------


@register.simple_tag
def pz_date(value: Any) -> SafeString:
    """`{% pz_date d %}` → 2026-11-21."""
    return drawing.date_html(value)


@register.simple_tag
def pz_datetime(value: Any, seconds: bool = False) -> SafeString:
    """`{% pz_datetime t %}` → 2026-11-21 14:05, the clock of Asia/Shanghai."""
    return format_html('<time class="pz-num">{}</time>', formats.datetime_text(value, seconds))


@register.simple_tag
def pz_number(value: Any, precision: Any = None, unit: Any = "") -> SafeString:
    """`{% pz_number v 1 "%" %}`: tabular figures, thousands separated, rounded half to even."""
    return drawing.number_html(value, precision, unit)


@register.simple_tag
def pz_rate(
    value: Any,
    numerator: Any = None,
    denominator: Any = None,
    precision: int = 1,
    interval: Sequence[Any] | None = None,
    level: Any = "95",
) -> SafeString:
    """`{% pz_rate 91.3 n d interval=limits %}` → 91.3 %, 7,412 of 8,118; the interval on demand.

    `value` and `interval` are in per cent. Where `value` is empty it is computed from its base.
    """
    return drawing.rate_html(value, numerator, denominator, precision, interval, level)


@register.simple_tag
def pz_tip(summary: Any, body: Any) -> SafeString:
    """`{% pz_tip "GTIN" explanation %}`: a word with its explanation on hover or tap."""
    return drawing.tip_html(in_lang(summary), in_lang(body))


@register.simple_tag
def pz_state(record: Any) -> SafeString:
    """`{% pz_state record %}`: word, mark and colour of a record's state (or of a lifecycle's state itself)."""
    return drawing.state_html(record)


@register.simple_tag
def pz_mark(word: Any, icon: str = "", tone: str = "") -> SafeString:
    """`{% pz_mark word "check" "good" %}`: any badge; tone good, course, warn, bad, or empty."""
    return drawing.badge_html(word, icon, f"pz-{tone}" if tone else "")


@register.simple_tag
def mark_badge(mark: Any) -> SafeString:
    """`{% mark_badge mark %}`: a Mark, or text as a neutral badge."""
    if not mark:
        return SafeString("")
    return drawing.mark_html(mark) if isinstance(mark, marks.Mark) else drawing.badge_html(mark)


@register.simple_tag
def pz_attainment(attainment: str, why: Any = "") -> SafeString:
    """`{% pz_attainment "behind" why %}`: reached, on_course, behind, else "cannot be told"; why on demand."""
    badge = drawing.mark_html(marks.attainment_mark(attainment))
    reason = in_lang(why)
    return format_html("{} {}", badge, drawing.tip_html(_("why"), reason)) if reason else badge


@register.simple_tag
def pz_deadline(due: Any, article: Any = "", done: bool = False) -> SafeString:
    """`{% pz_deadline due article %}`: the day and the days left; the article of the law on hover or tap."""
    return drawing.deadline_html(due, article, done)


# ---------- values of definitions ----------


@register.simple_tag
def field_value(field: Any, value: Any, file_url: str = "") -> SafeString:
    """`{% field_value field value %}`: a value of a register's field, as its type wants it.

    `file_url`: address of a file with `{sha256}` in it; without it files are named but not linked.
    """
    return values.field_html(field, value, file_url)


@register.inclusion_tag("web/components/facts.html")
def facts(rows: Any) -> dict[str, Any]:
    """`{% facts rows %}`: (title, value) pairs or mappings `title`, `value`, `help`, `change` (an address).

    Also "check your answers" before a form is sent: each row with its `change` address.
    """
    shown = []
    for row in rows or ():
        whole = row if isinstance(row, Mapping) else {"title": row[0], "value": row[1]}
        shown.append({**whole, "title": in_lang(whole["title"])})
    return {"rows": shown}


# ---------- navigation ----------


@register.inclusion_tag("web/components/nav.html", takes_context=True)
def nav_list(
    context: template.Context, items: Sequence[navigation.NavItem], style: str = "side"
) -> dict[str, Any]:
    """`{% nav_list nav %}`: the navigation as a column; `{% nav_list nav "tabs" %}` as a row."""
    request = context.get("request")
    here = navigation.current(items or (), request.path) if request else None
    return {"items": items or (), "here": here, "style": style}


@register.inclusion_tag("web/components/breadcrumbs.html")
def breadcrumbs(crumbs: Sequence[tuple[Any, str]]) -> dict[str, Any]:
    """`{% breadcrumbs crumbs %}`: (title, address) pairs of the way back, without the page itself."""
    return {"crumbs": [(in_lang(title), url) for title, url in crumbs or ()]}


@register.inclusion_tag("web/components/pagination.html", takes_context=True)
def pagination(
    context: template.Context, page: int = 1, pages: int | None = None, next_cursor: str | None = None
) -> dict[str, Any]:
    """`{% pagination page pages %}` by numbers, `{% pagination next_cursor=c %}` by cursor; keeps the query."""

    def link(**changes: Any) -> str:
        return "?" + query_with(context, **changes)

    def to(number: int) -> str:
        return link(page=number if number > 1 else None, cursor=None)

    request = context.get("request")
    at_cursor = bool(not pages and request and request.GET.get("cursor"))
    return {
        "page": page,
        "numbers": [(n, to(n) if n else "") for n in navigation.page_numbers(page, pages)] if pages else [],
        "previous": to(page - 1) if pages and page > 1 else "",
        "next": to(page + 1) if pages and page < pages else "",
        "next_cursor": link(cursor=next_cursor, page=None) if next_cursor else "",
        "first": link(cursor=None, page=None) if at_cursor else "",
    }


@register.inclusion_tag("web/components/sort_header.html", takes_context=True)
def sort_header(
    context: template.Context, name: str, title: Any, order: str = "", kind: str = "text"
) -> dict[str, Any]:
    """`{% sort_header "name" title order %}`: a table head that sorts; `order` is `name` or `-name`."""
    up, down = order == name, order == f"-{name}"
    return {
        "title": in_lang(title),
        "url": "?" + query_with(context, order=f"-{name}" if up else name, page=None, cursor=None),
        "sort": "descending" if down else "ascending" if up else "",
        "kind": kind,
    }


# ---------- larger components ----------


@register.inclusion_tag("web/components/empty.html")
def empty_state(
    title: Any, why: Any = "", url: str = "", action: Any = "", icon: str = "inbox"
) -> dict[str, Any]:
    """`{% empty_state title why url action %}`: an empty list says why it is empty and what to do."""
    return {"title": in_lang(title), "why": in_lang(why), "url": url, "action": in_lang(action), "icon": icon}


@register.inclusion_tag("web/components/tasks.html")
def task_list(tasks: Sequence[Any]) -> dict[str, Any]:
    """`{% task_list tasks %}`: each with `title`, `url`, `hint`, `due`, `article`, `state` (Mark or text)."""
    return {"tasks": tasks}


@register.inclusion_tag("web/components/timeline.html")
def timeline(events: Sequence[Any]) -> dict[str, Any]:
    """`{% timeline events %}`: newest first; each with `title`, `when`, `who`, `text`, `url`, `link`, `mark`."""
    return {"events": events}


@register.inclusion_tag("web/components/figures.html")
def figures(items: Sequence[Any]) -> dict[str, Any]:
    """`{% figures items %}`: numbers first; each with `title`, `value`, `unit`, `precision`, `url`, `note`."""
    return {"items": items}


@register.inclusion_tag("web/components/progress.html")
def progress_bar(
    done: int, total: int | None, title: Any = "", poll: str = "", note: Any = "", finished: bool = False
) -> dict[str, Any]:
    """`{% progress_bar done total title poll=url %}`: asks `poll` each second until `finished`.

    The address in `poll` answers with this same component. `total` None: nobody knows how much there is.
    """
    return {
        "done": formats.number_text(done),
        "total": formats.number_text(total) if total else "",
        "share": min(100, int(100 * done / total)) if total else None,
        "title": in_lang(title),
        "poll": "" if finished else poll,
        "note": in_lang(note),
        "finished": finished,
    }


@register.simple_tag
def copyable(text: Any, label: Any = "") -> SafeString:
    """`{% copyable record.key %}`: a code with a button that copies it."""
    return drawing.copyable_html(text, label)


@register.simple_tag
def qr(text: str, label: Any = "") -> SafeString:
    """`{% qr url %}`: a QR code as inline SVG."""
    return drawing.qr_html(text, label)


@register.simple_tag(takes_context=True)
def chart(context: template.Context, spec: Any) -> SafeString:
    """`{% chart spec %}`: a chart of kernel/web/charts.py with its table; its script is asked for once a page."""
    seen: dict[Any, Any] = context.render_context.dicts[0] if context.render_context is not None else {}
    html = drawing.chart_html(spec, with_script="pz_charts" not in seen)
    seen["pz_charts"] = True
    return html


@register.simple_tag
def sparkline(values: Sequence[Any], target: Any = None, label: Any = "") -> SafeString:
    """`{% sparkline values target %}`: a trend as small as a word."""
    return drawing.sparkline_html(values, target, label)


@register.simple_tag
def meter(value: Any, target: Any, label: Any = "") -> SafeString:
    """`{% meter now target %}`: how far on the way, with the target as a line."""
    return drawing.meter_html(value, target, label)
