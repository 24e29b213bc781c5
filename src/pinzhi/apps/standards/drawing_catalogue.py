"""The chain of replacements as a drawing: the oldest editions above, arrows to what replaced them, dashed where only in part."""

from __future__ import annotations

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from pinzhi.apps.standards.models import Edition
from pinzhi.apps.standards.queries_catalogue import Chain

WIDE, HIGH, GAP, DROP, EDGE = 210, 48, 16, 44, 6


def _ranks(chain: Chain) -> dict[str, int]:
    """How far down each edition stands: below everything that it replaced."""
    rank = dict.fromkeys(chain.nodes, 0)
    for _step in range(len(rank)):
        moved = False
        for older, newer, _wholly in chain.arrows:
            if rank[newer] <= rank[older]:
                rank[newer], moved = rank[older] + 1, True
        if not moved:
            break
    return rank


def chain_svg(chain: Chain, current: str) -> SafeString:
    """The drawing; empty where nothing replaced anything."""
    if not chain.arrows:
        return SafeString("")
    rank = _ranks(chain)
    rows: dict[int, list[str]] = {}
    for key in sorted(chain.nodes, key=lambda k: (rank[k], k)):
        rows.setdefault(rank[key], []).append(key)
    widest = max(len(keys) for keys in rows.values())
    width = widest * (WIDE + GAP) - GAP + 2 * EDGE
    at: dict[str, tuple[float, float]] = {}
    for line, keys in enumerate(rows[r] for r in sorted(rows)):
        left = (width - (len(keys) * (WIDE + GAP) - GAP)) / 2
        for place, key in enumerate(keys):
            at[key] = (left + place * (WIDE + GAP), EDGE + line * (HIGH + DROP))
    height = EDGE * 2 + len(rows) * (HIGH + DROP) - DROP
    arrows = format_html_join(
        "",
        '<path d="M{} {} L{} {}" fill="none" stroke="currentColor" stroke-width="1.4"{} '
        'marker-end="url(#pz-arrow)"><title>{}</title></path>',
        (
            (
                f"{at[older][0] + WIDE / 2:.0f}",
                f"{at[older][1] + HIGH:.0f}",
                f"{at[newer][0] + WIDE / 2:.0f}",
                f"{at[newer][1] - 3:.0f}",
                "" if wholly else SafeString(' stroke-dasharray="5 4"'),
                _("replaced wholly") if wholly else _("replaced partly"),
            )
            for older, newer, wholly in chain.arrows
        ),
    )
    boxes = format_html_join(
        "", "{}", ((_box(chain.nodes[key], *place, key == current),) for key, place in at.items())
    )
    return format_html(
        '<svg class="pz-chain" role="group" aria-label="{}" viewBox="0 0 {} {}" width="{}" height="{}">'
        '<defs><marker id="pz-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 0L8 4L0 8z" fill="currentColor"/></marker></defs>{}{}</svg>',
        _("Replacements"),
        f"{width:.0f}",
        f"{height:.0f}",
        f"{width:.0f}",
        f"{height:.0f}",
        arrows,
        boxes,
    )


def _box(node: Edition | str, x: float, y: float, current: bool) -> SafeString:
    number = node.number if isinstance(node, Edition) else node
    status = node.get_status_display() if isinstance(node, Edition) else _("not in the catalogue")
    drawn = format_html(
        '<rect x="{}" y="{}" width="{}" height="{}" rx="5" fill="none" stroke="currentColor" stroke-width="{}"/>'
        '<text x="{}" y="{}" font-size="14"{} fill="currentColor">{}</text>'
        '<text x="{}" y="{}" font-size="12" fill="currentColor">{}</text>',
        f"{x:.0f}",
        f"{y:.0f}",
        WIDE,
        HIGH,
        "2.6" if current else "1",
        f"{x + 10:.0f}",
        f"{y + 20:.0f}",
        SafeString(' font-weight="700"') if current else "",
        number if len(number) <= 26 else number[:25] + "…",
        f"{x + 10:.0f}",
        f"{y + 38:.0f}",
        status,
    )
    if not isinstance(node, Edition) or current:
        return drawn
    return format_html('<a href="{}">{}</a>', reverse("standards_edition", args=[node.key]), drawn)
