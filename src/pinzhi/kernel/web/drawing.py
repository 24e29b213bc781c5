"""The small things of a page as HTML: marks, numbers, deadlines, trends, codes. No inline style anywhere."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import segno
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from pinzhi.kernel import clock
from pinzhi.kernel.web import formats, marks
from pinzhi.kernel.web.assets import asset
from pinzhi.kernel.web.charts import as_data, table_of
from pinzhi.kernel.web.texts import in_lang

NUMBER_CELL = mark_safe(' class="pz-num"')


def icon_html(name: str) -> SafeString:
    """A drawing beside a word; hidden from screen readers, which read the word."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        asset("pinzhi/icons.svg"),
        name,
    )


def badge_html(word: Any, icon: str = "", tone: str = "") -> SafeString:
    """A word with its mark; `tone` is a class of pinzhi.css: pz-good, pz-course, pz-warn, pz-bad or none."""
    return format_html(
        '<span class="pz-badge{}">{}{}</span>',
        f" {tone}" if tone else "",
        icon_html(icon) if icon else "",
        in_lang(word),
    )


def mark_html(mark: marks.Mark) -> SafeString:
    return badge_html(mark.word, mark.icon, mark.tone)


def state_html(record: Any) -> SafeString:
    """The state of whatever carries one; see `marks.mark_of`."""
    return mark_html(marks.mark_of(record, clock.today()))


def tip_html(summary: Any, body: Any) -> SafeString:
    """A word with its explanation on hover, tap or focus; without a script, and allowed inside a paragraph."""
    return format_html(
        '<button type="button" class="pz-tip"><span class="pz-tip-mark">{}</span>'
        '<span class="pz-tip-body">{}</span></button>',
        summary,
        body,
    )


def date_html(value: Any) -> SafeString:
    day = formats.as_date(value)
    if day is None:
        return format_html('<span class="pz-num">{}</span>', formats.date_text(value))
    return format_html('<time class="pz-num" datetime="{0}">{0}</time>', day.isoformat())


def number_html(value: Any, precision: Any = None, unit: Any = "") -> SafeString:
    text = formats.number_text(value, precision)
    unit_text = in_lang(unit)
    if not unit_text or text == formats.NOTHING:
        return format_html('<span class="pz-num">{}</span>', text)
    return format_html('<span class="pz-num">{}<span class="pz-unit">{}</span></span>', text, unit_text)


def rate_html(
    value: Any,
    numerator: Any = None,
    denominator: Any = None,
    precision: int = 1,
    interval: Sequence[Any] | None = None,
    level: Any = "95",
) -> SafeString:
    """A rate in per cent with its base, and its interval (in per cent, too) on demand."""
    top, base = formats.as_decimal(numerator), formats.as_decimal(denominator)
    if formats.as_decimal(value) is None and top is not None and base:
        value = 100 * top / base
    shown = number_html(value, precision, "%")
    if base is None or top is None:
        return format_html('<span class="pz-rate">{}</span>', shown)
    base_html = format_html(
        '<span class="pz-rate-base">{}</span>',
        _("%(part)s of %(whole)s") % {"part": formats.number_text(top), "whole": formats.number_text(base)},
    )
    if interval and all(formats.as_decimal(limit) is not None for limit in interval[:2]):
        said = _("The true rate lies between %(low)s%% and %(high)s%% (%(level)s%% confidence).") % {
            "low": formats.number_text(interval[0], precision),
            "high": formats.number_text(interval[1], precision),
            "level": level,
        }
        base_html = tip_html(base_html, said)
    return format_html('<span class="pz-rate">{}{}</span>', shown, base_html)


def deadline_html(due: Any, article: Any = "", done: bool = False) -> SafeString:
    """The day and the days left; the article of the law on hover or tap."""
    day = formats.as_date(due)
    if day is None:
        return format_html('<span class="pz-none">{}</span>', formats.NOTHING)
    if done:
        return date_html(day)
    today = clock.today()
    icon, tone = marks.deadline_mark(day, today)
    law = in_lang(article)
    left = formats.days_left_text(day, today)
    return format_html(
        '<span class="pz-deadline">{} {}</span>',
        tip_html(date_html(day), law) if law else date_html(day),
        # Only what is near or late stands out; the rest is quiet.
        badge_html(left, icon, tone) if tone else format_html('<span class="pz-none">{}</span>', left),
    )


def qr_html(text: str, label: Any = "") -> SafeString:
    """A QR code as inline SVG; black on white in every theme, so that it can be scanned."""
    code = segno.make(str(text), error="m", micro=False)
    rows = [list(row) for row in code.matrix_iter(border=2)]
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return format_html(
        '<span class="pz-qr"><svg viewBox="0 0 {0} {0}" role="img" aria-label="{1}" '
        'shape-rendering="crispEdges"><rect width="{0}" height="{0}" fill="#fff"/>'
        '<path d="{2}" fill="#000"/></svg></span>',
        len(rows),
        in_lang(label) or _("QR code: %(text)s") % {"text": text},
        path,
    )


def copyable_html(text: Any, label: Any = "") -> SafeString:
    """A code with a button that copies it; the button comes with the script."""
    return format_html(
        '<span class="pz-copy"><code class="pz-code">{0}</code>'
        '<button type="button" class="pz-quiet d-print-none" data-copy="{0}" data-copied="{1}" hidden>'
        '{2}<span class="pz-hidden">{3}</span></button></span>',
        text,
        _("Copied"),
        icon_html("copy"),
        in_lang(label) or _("Copy"),
    )


def sparkline_html(values: Sequence[Any], target: Any = None, label: Any = "") -> SafeString:
    """A trend as small as a word; a gap where there is no value, a dashed line for the target."""
    numbers = [formats.as_decimal(v) for v in values or ()]
    known = [n for n in numbers if n is not None]
    if len(known) < 2:
        return SafeString("")
    goal = formats.as_decimal(target)
    bounds = [*known, goal] if goal is not None else known
    low, span = min(bounds), (max(bounds) - min(bounds)) or 1
    width, height = 100.0, 24.0

    def x(i: int) -> float:
        return round(3 + (width - 6) * i / (len(numbers) - 1), 1)

    def y(n: Any) -> float:
        return round(height - 3 - (height - 6) * float((n - low) / span), 1)

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
    line = format_html('<path class="pz-spark-goal" d="M0 {}H100"/>', y(goal)) if goal is not None else ""
    return format_html(
        '<svg class="pz-spark" viewBox="0 0 100 24" role="img" aria-label="{}">{}'
        '<path d="{}"/><circle cx="{}" cy="{}" r="2.5"/></svg>',
        said,
        line,
        path,
        x(last),
        y(numbers[last]),
    )


def meter_html(value: Any, target: Any, label: Any = "") -> SafeString:
    """How far on the way, the target as a line; the numbers stand beside it in words."""
    now, goal = formats.as_decimal(value), formats.as_decimal(target)
    if now is None or goal is None or goal <= 0:
        return SafeString("")
    full = (goal if goal > now else now) * 105 / 100
    return format_html(
        '<svg class="pz-meter" viewBox="0 0 100 8" preserveAspectRatio="none" role="img" aria-label="{}">'
        '<rect class="pz-meter-all" width="100" height="8"/>'
        '<rect class="pz-meter-now" width="{}" height="8"/>'
        '<line class="pz-meter-goal" x1="{}" x2="{}" y1="0" y2="8"/></svg>',
        in_lang(label)
        or _("%(now)s of %(goal)s") % {"now": formats.number_text(now), "goal": formats.number_text(goal)},
        round(100 * float(now / full), 1) if now > 0 else 0,
        round(100 * float(goal / full), 1),
        round(100 * float(goal / full), 1),
    )


def table_html(head: Sequence[str], rows: Sequence[Sequence[str]]) -> SafeString:
    """A small table: words in the first column, numbers in the others."""
    heads = format_html_join(
        "", '<th scope="col"{}>{}</th>', ((NUMBER_CELL if i else "", text) for i, text in enumerate(head))
    )
    lines = format_html_join(
        "",
        '<tr><th scope="row">{}</th>{}</tr>',
        (
            (row[0], format_html_join("", "<td{}>{}</td>", ((NUMBER_CELL, text) for text in row[1:])))
            for row in rows
        ),
    )
    return format_html(
        '<table class="pz-table"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>', heads, lines
    )


def chart_html(spec: Any, *, with_script: bool = True) -> SafeString:
    """A chart of kernel/web/charts.py with its table; the script that draws is asked for once a page."""
    data = as_data(spec)
    payload = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&":  # a closing tag inside the data must not end the element
        payload = payload.replace(sign, f"\\u{ord(sign):04x}")
    title = data.get("title") or ""
    return format_html(
        '<figure class="pz-chart"><figcaption>{title}</figcaption>'
        '<div data-chart role="img" aria-label="{says}"></div>'
        '<script type="application/json">{payload}</script>'
        '<details class="pz-more"><summary>{word}</summary>'
        '<div class="pz-table-box" tabindex="0" role="region" aria-label="{title}">{table}</div></details>'
        "{script}</figure>",
        title=title,
        says=data.get("says") or title,
        payload=SafeString(payload),
        word=_("Show as a table"),
        table=table_html(*table_of(data)),
        script=format_html('<script src="{}" defer></script>', asset("pinzhi/vendor/charts.js"))
        if with_script
        else "",
    )
