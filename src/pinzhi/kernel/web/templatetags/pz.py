"""`{% load pz %}`: how a thing of the domain looks on a page. Each tag's use is shown in docs/developers/components.md."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import segno
from django import template
from django.template.base import NodeList, Parser, Token
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from pinzhi.kernel import clock
from pinzhi.kernel.web import formats, marks, navigation
from pinzhi.kernel.web.assets import asset as asset_url
from pinzhi.kernel.web.texts import in_lang
from pinzhi.kernel.web.values import field_html

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
    """`{% icon 'search' %}`: a drawing beside a word; hidden from screen readers, which read the word."""
    return icon_html(name)


def icon_html(name: str) -> SafeString:
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        asset_url("pinzhi/icons.svg"),
        name,
    )


class CaptureNode(template.Node):
    def __init__(self, nodelist: NodeList, name: str) -> None:
        self.nodelist, self.name = nodelist, name

    def render(self, context: template.Context) -> SafeString:
        context[self.name] = mark_safe(self.nodelist.render(context).strip())  # noqa: S308 - already rendered
        return mark_safe("")


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
    """`?{% query_with page=2 %}`: the page's own query string with some parameters changed (None drops one)."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        if value is None or value == "":
            query.pop(name, None)
        else:
            query[name] = str(value)
    return query.urlencode()


# ---------- dates and numbers ----------


@register.simple_tag
def pz_date(value: Any) -> SafeString:
    """`{% pz_date d %}` → 2026-11-21."""
    day = formats.as_date(value)
    if day is None:
        return format_html('<span class="pz-num">{}</span>', formats.date_text(value))
    return format_html('<time class="pz-num" datetime="{}">{}</time>', day.isoformat(), day.isoformat())


@register.simple_tag
def pz_datetime(value: Any, seconds: bool = False) -> SafeString:
    """`{% pz_datetime t %}` → 2026-11-21 14:05, the clock of Asia/Shanghai."""
    return format_html('<time class="pz-num">{}</time>', formats.datetime_text(value, seconds))


@register.simple_tag
def pz_number(value: Any, precision: int | None = None, unit: Any = "") -> SafeString:
    """`{% pz_number v 1 "%" %}`: tabular figures, thousands separated, rounded half to even."""
    return number_html(value, precision, unit)


def number_html(value: Any, precision: int | None = None, unit: Any = "") -> SafeString:
    text = formats.number_text(value, precision)
    unit_text = in_lang(unit)
    if not unit_text or text == formats.NOTHING:
        return format_html('<span class="pz-num">{}</span>', text)
    return format_html('<span class="pz-num">{}<span class="pz-unit">{}</span></span>', text, unit_text)


@register.simple_tag
def pz_rate(
    value: Any,
    numerator: Any = None,
    denominator: Any = None,
    precision: int = 1,
    interval: Sequence[Any] | None = None,
    level: Any = "95",
) -> SafeString:
    """`{% pz_rate 91.3 n d interval=reading.interval %}` → 91.3 %, 7,412 of 8,118; the interval on demand.

    `value` and `interval` are in per cent. Where `value` is empty it is computed from its base.
    """
    top, base = formats.as_decimal(numerator), formats.as_decimal(denominator)
    if formats.as_decimal(value) is None and top is not None and base:
        value = 100 * top / base
    shown = number_html(value, precision, "%")
    if base is None or top is None:
        return format_html('<span class="pz-rate">{}</span>', shown)
    base_text = _("%(part)s of %(whole)s") % {
        "part": formats.number_text(top),
        "whole": formats.number_text(base),
    }
    if (
        interval
        and formats.as_decimal(interval[0]) is not None
        and formats.as_decimal(interval[1]) is not None
    ):
        said = _("The true rate lies between %(low)s %% and %(high)s %% (%(level)s %% confidence).") % {
            "low": formats.number_text(interval[0], precision),
            "high": formats.number_text(interval[1], precision),
            "level": level,
        }
        return format_html(
            '<span class="pz-rate">{}{}</span>',
            shown,
            tip_html(format_html('<span class="pz-rate-base">{}</span>', base_text), said),
        )
    return format_html(
        '<span class="pz-rate">{}<span class="pz-rate-base">{}</span></span>', shown, base_text
    )


def tip_html(summary: Any, body: Any) -> SafeString:
    """A word with its explanation on hover (title), tap or key (details); works without a script."""
    return format_html(
        '<details class="pz-tip" title="{1}"><summary><span class="pz-tip-mark">{0}</span></summary>'
        "<div>{1}</div></details>",
        summary,
        body,
    )


@register.simple_tag
def pz_tip(summary: Any, body: Any) -> SafeString:
    """`{% pz_tip "GTIN" _("the number under the bar code") %}`: a word with its explanation on hover or tap."""
    return tip_html(in_lang(summary), in_lang(body))


# ---------- states ----------


def mark_html(mark: marks.Mark) -> SafeString:
    return format_html(
        '<span class="pz-badge{}">{}{}</span>',
        f" {mark.tone}" if mark.tone else "",
        icon_html(mark.icon),
        mark.word,
    )


@register.simple_tag
def pz_state(record: Any) -> SafeString:
    """`{% pz_state record %}`: word, mark and colour of a record's state (or of a lifecycle's state itself)."""
    return mark_html(marks.mark_of(record, clock.today()))


@register.simple_tag
def pz_mark(word: Any, icon: str = "", tone: str = "") -> SafeString:
    """`{% pz_mark word "check" "good" %}`: any badge; tone good, course, warn, bad or none."""
    shown = f" pz-{tone}" if tone and tone != "none" else ""
    return format_html(
        '<span class="pz-badge{}">{}{}</span>', shown, icon_html(icon) if icon else "", in_lang(word)
    )


@register.simple_tag
def pz_attainment(attainment: str, why: Any = "") -> SafeString:
    """`{% pz_attainment "behind" why %}`: reached, on course, behind, cannot be told; the reason on demand."""
    badge = mark_html(marks.attainment_mark(attainment))
    reason = in_lang(why)
    return format_html("{} {}", badge, tip_html(_("why"), reason)) if reason else badge


@register.simple_tag
def pz_deadline(due: Any, article: Any = "", done: bool = False) -> SafeString:
    """`{% pz_deadline due article %}`: the day and the days left; the article of the law on hover or tap."""
    day = formats.as_date(due)
    if day is None:
        return format_html('<span class="pz-none">{}</span>', formats.NOTHING)
    if done:
        return pz_date(day)
    today = clock.today()
    symbol, tone = marks.deadline_mark(day, today)
    left = format_html(
        '<span class="pz-badge{}">{}{}</span>',
        f" {tone}" if tone else "",
        icon_html(symbol),
        formats.days_left_text(day, today),
    )
    law = in_lang(article)
    return format_html(
        '<span class="pz-deadline">{} {}</span>', tip_html(pz_date(day), law) if law else pz_date(day), left
    )


# ---------- values of definitions ----------


@register.simple_tag
def field_value(field: Any, value: Any, file_url: str = "") -> SafeString:
    """`{% field_value field value %}`: a value of a register's field, as its type wants it.

    `file_url`: address of a file with `{sha256}` in it; without it files are named but not linked.
    """
    return field_html(field, value, file_url)


@register.inclusion_tag("web/components/facts.html")
def facts(rows: Any) -> dict[str, Any]:
    """`{% facts rows %}`: (title, value) pairs, or mappings with `title`, `value`, optional `help` and `change` (a link).

    Also what a form asks to be checked before it is sent: give each row its `change` address.
    """
    shown = []
    for row in rows:
        if not isinstance(row, Mapping):
            row = {"title": row[0], "value": row[1]}
        shown.append({**row, "title": in_lang(row["title"])})
    return {"rows": shown}


# ---------- navigation ----------


@register.inclusion_tag("web/components/nav.html", takes_context=True)
def nav_list(
    context: template.Context, items: Sequence[navigation.NavItem], style: str = "side"
) -> dict[str, Any]:
    """`{% nav_list nav %}`: the console's navigation; `style="tabs"` lays it out in a row."""
    here = navigation.current(items or (), context["request"].path) if "request" in context else None
    return {"items": items or (), "here": here, "style": style}


@register.inclusion_tag("web/components/breadcrumbs.html")
def breadcrumbs(crumbs: Sequence[tuple[Any, str]]) -> dict[str, Any]:
    """`{% breadcrumbs crumbs %}`: (title, address) pairs of the way back; the page itself is not among them."""
    return {"crumbs": [(in_lang(title), url) for title, url in crumbs or ()]}


@register.inclusion_tag("web/components/pagination.html", takes_context=True)
def pagination(
    context: template.Context,
    page: int = 1,
    pages: int | None = None,
    next_cursor: str | None = None,
    prev_cursor: str | None = None,
    target: str = "",
) -> dict[str, Any]:
    """`{% pagination page pages %}` by numbers or `{% pagination next_cursor=c %}` by cursor; keeps the query string."""

    def link(**changes: Any) -> str:
        return "?" + query_with(context, **changes)

    numbers = []
    if pages:
        numbers = [
            (n, link(page=n if n > 1 else None, cursor=None) if n else "")
            for n in navigation.page_numbers(page, pages)
        ]
    return {
        "page": page,
        "pages": pages,
        "numbers": numbers,
        "previous": link(page=page - 1 if page > 2 else None, cursor=None) if pages and page > 1 else "",
        "next": link(page=page + 1, cursor=None) if pages and page < pages else "",
        "next_cursor": link(cursor=next_cursor, page=None) if next_cursor else "",
        "first": link(cursor=prev_cursor or None, page=None)
        if not pages and "request" in context and context["request"].GET.get("cursor")
        else "",
        "target": target,
    }


@register.inclusion_tag("web/components/sort_header.html", takes_context=True)
def sort_header(
    context: template.Context, name: str, title: Any, order: str = "", kind: str = "text"
) -> dict[str, Any]:
    """`{% sort_header "name" title order %}`: a table head that sorts; `order` is `name` or `-name`."""
    down = order == f"-{name}"
    up = order == name
    following = f"-{name}" if up else name
    return {
        "title": in_lang(title),
        "url": "?" + query_with(context, order=following, page=None, cursor=None),
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
    """`{% task_list tasks %}`: mappings or objects with `title`, `url`, `hint`, `due`, `article`, `state` (a Mark or text)."""
    return {"tasks": tasks}


@register.inclusion_tag("web/components/timeline.html")
def timeline(events: Sequence[Any]) -> dict[str, Any]:
    """`{% timeline events %}`: newest first; each with `title`, `when`, `who`, `text`, `url`, `link`, `mark` (a Mark)."""
    return {"events": events}


@register.inclusion_tag("web/components/figures.html")
def figures(items: Sequence[Any]) -> dict[str, Any]:
    """`{% figures items %}`: numbers first; each with `title`, `value`, `unit`, `precision`, `url`, `note`."""
    return {"items": items}


@register.inclusion_tag("web/components/progress.html")
def progress_bar(
    done: int, total: int | None, title: Any = "", poll: str = "", note: Any = "", finished: bool = False
) -> dict[str, Any]:
    """`{% progress_bar done total title poll=url %}`: asks `poll` every second until `finished`; total None: unknown.

    The address in `poll` answers with this same component (and `finished=True` at the end).
    """
    share = min(100, int(100 * done / total)) if total else None
    return {
        "done": formats.number_text(done),
        "total": formats.number_text(total) if total else "",
        "share": share,
        "title": in_lang(title),
        "poll": "" if finished else poll,
        "note": in_lang(note),
        "finished": finished,
    }


@register.simple_tag
def mark_badge(mark: Any) -> SafeString:
    """`{% mark_badge mark %}`: a Mark, or plain text as a neutral badge."""
    if isinstance(mark, marks.Mark):
        return mark_html(mark)
    return format_html('<span class="pz-badge">{}</span>', in_lang(mark)) if mark else mark_safe("")


@register.simple_tag
def copyable(text: Any, label: Any = "") -> SafeString:
    """`{% copyable record.key %}`: a code with a button that copies it."""
    return format_html(
        '<span class="pz-copy"><code class="pz-code">{0}</code><button type="button" class="pz-quiet d-print-none" '
        'data-copy="{0}" data-copied="{1}" hidden>{2}<span class="pz-hidden">{3}</span></button></span>',
        text,
        _("Copied"),
        icon_html("copy"),
        in_lang(label) or _("Copy"),
    )


@register.simple_tag
def qr(text: str, label: Any = "") -> SafeString:
    """`{% qr url %}`: a QR code as inline SVG; black on white in every theme, so that it can be scanned."""
    code = segno.make(str(text), error="m", micro=False)
    matrix = [list(row) for row in code.matrix_iter(border=2)]
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(matrix) for x, dark in enumerate(row) if dark)
    side = len(matrix)
    return format_html(
        '<span class="pz-qr"><svg viewBox="0 0 {0} {0}" role="img" aria-label="{1}" shape-rendering="crispEdges">'
        '<rect width="{0}" height="{0}" fill="#fff"/><path d="{2}" fill="#000"/></svg></span>',
        side,
        in_lang(label) or _("QR code: %(text)s") % {"text": text},
        path,
    )


# ---------- charts ----------


@register.simple_tag(takes_context=True)
def chart(context: template.Context, spec: Any) -> SafeString:
    """`{% chart spec %}`: a chart of kernel/web/charts.py with its table below it; the script is loaded once a page."""
    from pinzhi.kernel.web.charts import as_data, table_of

    data = as_data(spec)
    head, rows = table_of(data)
    loaded = (
        context.render_context.get("pz_charts_loaded", False) if context.render_context is not None else False
    )
    if context.render_context is not None and context.render_context.dicts:
        context.render_context.dicts[0]["pz_charts_loaded"] = True
    payload = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    safe = payload.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    title = in_lang(data.get("title", ""))
    return format_html(
        '<figure class="pz-chart"><figcaption>{0}</figcaption>'
        '<div data-chart role="img" aria-label="{1}"></div>'
        '<script type="application/json">{2}</script>'
        '<details class="pz-more"><summary>{3}</summary><div class="pz-table-box" tabindex="0" role="region" '
        'aria-label="{0}"><table class="pz-table"><thead><tr>{4}</tr></thead><tbody>{5}</tbody></table></div></details>'
        "{6}</figure>",
        title,
        data.get("says") or title,
        mark_safe(safe),  # noqa: S308 - JSON with <, > and & escaped
        _("Show as a table"),
        format_html_join(
            "",
            '<th scope="col"{}>{}</th>',
            ((mark_safe(' class="pz-num"') if i else "", cell) for i, cell in enumerate(head)),
        ),
        format_html_join(
            "",
            "<tr>{}</tr>",
            (
                (
                    format_html_join(
                        "",
                        "<{0}{1}>{2}</{3}>",
                        (
                            (
                                ("td", mark_safe(' class="pz-num"'), cell, "td")
                                if i
                                else ("th", mark_safe(' scope="row"'), cell, "th")
                            )
                            for i, cell in enumerate(row)
                        ),
                    ),
                )
                for row in rows
            ),
        ),
        ""
        if loaded
        else format_html('<script src="{}" defer></script>', asset_url("pinzhi/vendor/charts.js")),
    )


@register.simple_tag
def sparkline(values: Sequence[Any], target: Any = None, label: Any = "") -> SafeString:
    """`{% sparkline values target %}`: a trend as small as a word; gaps where there is no value."""
    numbers = [formats.as_decimal(v) for v in values or ()]
    known = [n for n in numbers if n is not None]
    if len(known) < 2:
        return mark_safe("")
    goal = formats.as_decimal(target)
    low = min([*known, goal] if goal is not None else known)
    high = max([*known, goal] if goal is not None else known)
    span = (high - low) or 1
    width, height = 100.0, 24.0

    def x(i: int) -> float:
        return round(2 + (width - 4) * i / (len(numbers) - 1), 1)

    def y(n: Any) -> float:
        return round(height - 2 - (height - 4) * float((n - low) / span), 1)

    path, pen = "", "M"
    for i, number in enumerate(numbers):
        if number is None:
            pen = "M"
            continue
        path += f"{pen}{x(i)} {y(number)}"
        pen = "L"
    last = max(i for i, number in enumerate(numbers) if number is not None)
    said = in_lang(label) or _("From %(first)s to %(last)s") % {
        "first": formats.number_text(known[0]),
        "last": formats.number_text(known[-1]),
    }
    line = (
        format_html('<path class="pz-spark-goal" d="M0 {0}H{1}"/>', y(goal), width)
        if goal is not None
        else ""
    )
    return format_html(
        '<svg class="pz-spark" viewBox="0 0 100 24" preserveAspectRatio="none" role="img" aria-label="{}">{}'
        '<path d="{}"/><circle cx="{}" cy="{}" r="2.5"/></svg>',
        said,
        line,
        path,
        x(last),
        y(numbers[last]),
    )


@register.simple_tag
def meter(value: Any, target: Any, label: Any = "") -> SafeString:
    """`{% meter now target %}`: how far on the way, with the target as a line; numbers stand beside it in words."""
    now, goal = formats.as_decimal(value), formats.as_decimal(target)
    if now is None or not goal or goal < 0:
        return mark_safe("")
    full = max(now, goal) * 105 / 100
    said = in_lang(label) or _("%(now)s of %(goal)s") % {
        "now": formats.number_text(now),
        "goal": formats.number_text(goal),
    }
    return format_html(
        '<svg class="pz-meter" viewBox="0 0 100 8" preserveAspectRatio="none" role="img" aria-label="{}">'
        '<rect class="pz-meter-all" width="100" height="8"/><rect class="pz-meter-now" width="{}" height="8"/>'
        '<line class="pz-meter-goal" x1="{}" x2="{}" y1="0" y2="8"/></svg>',
        said,
        round(100 * float(max(now, 0) / full), 1),
        round(100 * float(goal / full), 1),
        round(100 * float(goal / full), 1),
    )
