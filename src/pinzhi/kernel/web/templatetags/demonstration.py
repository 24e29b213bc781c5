"""`{% load demonstration %}`: the strip that says on every page that nothing here is real."""

from __future__ import annotations

import json
from typing import Any

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString

from pinzhi.kernel.web.texts import in_lang

register = template.Library()

NOTHING_REAL = {
    "zh": "演示数据：省份、企业、品牌和人员均为虚构，不代表任何真实对象。",
    "en": "Demonstration: the province, its firms, brands and people are invented.",
}
LOADING = {"zh": "正在载入 {percent} %（{what}）", "en": "Loading, {percent} % ({what})"}


@register.simple_tag
def demonstration_strip() -> SafeString:
    """Nothing outside the demonstration. While it loads, how far that is (a file in the state directory)."""
    if not settings.DEMO:
        return SafeString("")
    state = _loading()
    if state is None:
        return format_html('<aside class="pz-demo" aria-label="{0}">{0}</aside>', in_lang(NOTHING_REAL))
    more = in_lang(LOADING).format(percent=state["percent"], what=in_lang(state))
    return format_html(
        '<aside class="pz-demo" aria-label="{0}">{0} <strong>{1}</strong>'
        ' <progress max="100" value="{2}" aria-label="{1}"></progress></aside>',
        in_lang(NOTHING_REAL), more, state["percent"],
    )  # fmt: skip


def _loading() -> dict[str, Any] | None:
    try:
        state: dict[str, Any] = json.loads(
            (settings.STATE_DIR / "demonstration.json").read_text(encoding="utf-8")
        )
        return None if int(state["percent"]) >= 100 else {**state, "percent": int(state["percent"])}
    except (OSError, ValueError, KeyError, TypeError):
        return None
