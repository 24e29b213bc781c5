from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

import pytest
import segno
from django.template import engines
from django.test import RequestFactory
from django.utils import translation

from pinzhi.kernel import clock
from pinzhi.kernel.registers.definitions import FieldDef
from pinzhi.kernel.web import charts
from pinzhi.kernel.web.style import samples
from pinzhi.kernel.web.values import value_text

TODAY = date(2026, 11, 21)
EVIL = "<script>alert(1)</script>\"'&"


def render(source: str, language: str = "zh-hans", address: str = "/", **context: Any) -> str:
    request = RequestFactory().get(address)
    with translation.override(language), clock.at(TODAY):
        return engines["django"].from_string("{% load i18n pz pz_forms %}" + source).render(context, request)


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


def field(**values: Any) -> FieldDef:
    return FieldDef.model_validate({"name": "f", "title": {"zh": "字段", "en": "Field"}, **values})


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("base", ["web/base.html", "web/public.html"])
def test_no_page_needs_an_inline_script_or_style(base: str, language: str) -> None:
    html = render("{% include 'web/style_body.html' %}", language, **samples())
    html += engines["django"].from_string(f"{{% extends '{base}' %}}").render({}, RequestFactory().get("/"))
    assert not re.search(r"\sstyle=", html)
    assert not re.search(r"\son\w+=", html)
    for attributes, body in re.findall(r"<script([^>]*)>(.*?)</script>", html, re.S):
        assert "src=" in attributes or 'type="application/json"' in attributes, body[:80]
    assert "<style" not in html
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", html)


@pytest.mark.parametrize(
    ("state", "word", "tone", "icon"),
    [
        (
            {"state": "granted", "state_title": {"zh": "已认定", "en": "Granted"}, "state_kind": "valid"},
            "已认定",
            "pz-good",
            "circle-check",
        ),
        (
            {"state": "revoked", "state_title": {"zh": "已撤销", "en": "Revoked"}, "state_kind": "ended"},
            "已撤销",
            "pz-bad",
            "ban",
        ),
        (
            {"state": "lapsed", "state_title": {"zh": "已失效", "en": "Lapsed"}, "state_kind": "ended"},
            "已失效",
            "",
            "clock",
        ),
        (
            {
                "state": "granted",
                "state_title": {"zh": "已认定", "en": "Granted"},
                "state_kind": "valid",
                "valid_until": date(2026, 11, 20),
            },
            "有效期已过",
            "pz-warn",
            "clock",
        ),
        (
            {
                "state": "granted",
                "state_title": {"zh": "已认定", "en": "G"},
                "state_kind": "valid",
                "valid_until": TODAY,
            },
            "已认定",
            "pz-good",
            "circle-check",
        ),
    ],
)
def test_a_state_has_a_word_a_mark_and_a_colour(
    state: dict[str, Any], word: str, tone: str, icon: str
) -> None:
    html = render("{% pz_state record %}", record=state)
    assert words(html) == word
    assert f"#{icon}" in html
    assert (tone in html) if tone else 'class="pz-badge"' in html


def test_a_state_of_a_register_is_looked_up_by_its_name() -> None:
    html = render("{% pz_state record %}", record={"register": "e01_cqo", "state": "appointed"})
    assert "pz-good" in html and words(html) != "appointed"


@pytest.mark.parametrize(
    ("attainment", "zh", "en"),
    [
        ("reached", "已达到", "Reached"),
        ("on_course", "按进度", "On course"),
        ("behind", "滞后", "Behind"),
        ("cannot_tell", "无法判断", "Cannot be told"),
        ("", "无法判断", "Cannot be told"),
    ],
)
def test_attainment(attainment: str, zh: str, en: str) -> None:
    assert words(render("{% pz_attainment a %}", a=attainment)) == zh
    assert words(render("{% pz_attainment a %}", "en", a=attainment)) == en


def test_a_rate_shows_its_base_and_its_interval_on_demand() -> None:
    html = render("{% pz_rate None 7412 8118 interval=limits %}", "en", limits=["90.68", "91.91"])
    assert words(html).startswith("91.3 % 7,412 of 8,118")
    assert "between 90.7% and 91.9% (95% confidence)" in html
    assert words(render("{% pz_rate 91.3 %}")) == "91.3 %"
    assert words(render("{% pz_rate None 0 0 %}")) == "— 0 / 0"


def test_a_deadline_says_how_many_days_and_by_which_article() -> None:
    late = render(
        "{% pz_deadline due law %}", due=date(2026, 11, 18), law={"zh": "第十二条", "en": "Article 12"}
    )
    assert "已逾期 3 天" in late and "pz-bad" in late and "第十二条" in late
    far = render("{% pz_deadline due %}", due=date(2026, 12, 31))
    assert "还有 40 天" in far and "pz-badge" not in far
    assert words(render("{% pz_deadline due done=True %}", due=date(2026, 11, 18))) == "2026-11-18"
    assert words(render("{% pz_deadline None %}")) == "—"


@pytest.mark.parametrize(
    ("definition", "value", "shown"),
    [
        ({"type": "boolean"}, True, "是"),
        ({"type": "boolean"}, False, "否"),
        ({"type": "integer", "unit": "人"}, 12345, "12,345 人"),
        ({"type": "money"}, "1234567.50", "1,234,567.50 元"),
        ({"type": "number", "decimals": 2}, "3.1", "3.10"),
        ({"options": [{"value": "a", "zh": "甲", "en": "A"}]}, "a", "甲"),
        (
            {
                "options": [{"value": "a", "zh": "甲", "en": "A"}, {"value": "b", "zh": "乙", "en": "B"}],
                "many": True,
            },
            ["a", "b"],
            "甲、乙",
        ),
        ({"type": "date"}, "2026-11-21", "2026-11-21"),
        ({"type": "text"}, "一\n二", "一 二"),
        ({}, None, "—"),
        ({}, "", "—"),
    ],
)
def test_values_as_their_fields_want_them(definition: dict[str, Any], value: Any, shown: str) -> None:
    assert words(render("{% field_value f v %}", f=field(**definition), v=value)).replace(
        " ", ""
    ) == shown.replace(" ", "")


def test_links_of_values() -> None:
    assert 'href="https://example.cn/"' in render(
        "{% field_value f v %}", f=field(format="uri"), v="https://example.cn/"
    )
    assert "href" not in render("{% field_value f v %}", f=field(format="uri"), v="javascript:alert(1)")
    assert 'href="mailto:a@example.cn"' in render(
        "{% field_value f v %}", f=field(format="email"), v="a@example.cn"
    )
    files = [{"sha256": "ab" * 32, "name": "证书.pdf", "size": 2048}]
    html = render("{% field_value f v '/files/{sha256}/' %}", f=field(type="file", many=True), v=files)
    assert f'href="/files/{"ab" * 32}/"' in html and "证书.pdf" in html and "2 KB" in html
    with translation.override("zh-hans"):
        assert value_text(field(type="file"), files[0]) == "证书.pdf"


def test_whatever_is_typed_is_escaped_everywhere() -> None:
    source = (
        "{% field_value f v %}{% copyable v %}{% pz_tip v v %}{% pz_mark v %}{% facts rows %}{% empty_state v v '/' v %}"
        "{% task_list tasks %}{% timeline events %}{% qr v %}{% chart chart %}{% figures figures %}{% breadcrumbs crumbs %}"
    )
    html = render(
        source,
        f=field(),
        v=EVIL,
        rows=[(EVIL, EVIL)],
        tasks=[{"title": EVIL, "url": EVIL, "hint": EVIL, "state": EVIL}],
        events=[{"title": EVIL, "when": TODAY, "who": EVIL, "text": EVIL, "url": "/", "link": EVIL}],
        chart=charts.bars(EVIL, [(EVIL, 1)], name=EVIL),
        figures=[{"title": EVIL, "value": 1, "unit": EVIL, "note": EVIL}],
        crumbs=[(EVIL, "/")],
    )
    assert "<script>alert" not in html
    assert '</script>"' not in html


def test_a_chart_and_its_table_say_the_same() -> None:
    spec = charts.trend(
        {"zh": "合格率", "en": "Pass rate"},
        [2024, 2025],
        [({"zh": "合格率", "en": "Rate"}, ["91.25", None])],
        target=91,
        unit="%",
        precision=1,
    )
    html = render("{% chart spec %}", "en", spec=spec)
    data = json.loads(re.search(r'<script type="application/json">(.*?)</script>', html, re.S)[1])  # type: ignore[index]
    assert data["kind"] == "trend"
    assert data["series"] == [{"name": "Rate", "values": [91.25, None]}]
    assert data["target"] == 91 and data["target_name"] == "Target"
    table = words(re.search(r"<table.*</table>", html, re.S)[0])  # type: ignore[index]
    assert table == "Period Rate (%) 2024 91.2 2025 — Target 91.0"


def test_the_chart_script_is_asked_for_once() -> None:
    spec = charts.funnel("a", [("x", 3), ("y", 1)])
    html = render("{% chart spec %}{% chart spec %}", spec=spec)
    assert html.count("vendor/charts.js") == 1


def test_bars_are_ordered_and_carry_their_attainment() -> None:
    data = charts.as_data(
        charts.bars("a", [("x", 1, "behind"), ("y", "3", "reached"), ("z", None, "behind")])
    )
    assert data["categories"] == ["y", "x"]
    assert data["values"] == [3, 1]
    assert data["states"] == ["reached", "behind"]


def test_a_qr_code_is_the_code_of_its_text() -> None:
    text = "https://pinzhi.example/r/CQO-350100-2026-000123"
    path = re.search(r'<path d="([^"]+)"', render("{% qr text %}", text=text))[1]  # type: ignore[index]
    drawn = {(int(x), int(y)) for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", path)}
    code = segno.make(text, error="m", micro=False)
    wanted = {
        (x, y) for y, row in enumerate(code.matrix_iter(border=2)) for x, dark in enumerate(row) if dark
    }
    assert drawn == wanted


def test_a_trend_has_gaps_where_there_are_no_values() -> None:
    html = render("{% sparkline values 5 %}", values=[1, None, 3, 4])
    assert re.search(r' d="(M[^"]*)"/><circle', html)[1].count("M") == 2  # type: ignore[index]
    assert render("{% sparkline values %}", values=[1]) == ""


def test_a_progress_bar_asks_until_it_is_finished() -> None:
    running = render("{% progress_bar 25 100 'CSV' poll='/jobs/7/' %}")
    assert 'hx-get="/jobs/7/"' in running and 'value="25"' in running
    done = render("{% progress_bar 100 100 'CSV' poll='/jobs/7/' finished=True %}")
    assert "hx-get" not in done and "已完成" in done
    assert 'value="' not in render("{% progress_bar 7 None 'CSV' %}").split("<progress")[1]


def test_pages_and_sorting_keep_what_was_asked() -> None:
    html = render("{% pagination 2 5 %}", address="/x/?q=%E8%B4%A8&page=2")
    assert 'href="?q=%E8%B4%A8"' in html and 'href="?q=%E8%B4%A8&amp;page=3"' in html
    head = render("{% sort_header 'name' 'N' '-name' %}", address="/x/?q=a&page=3&order=-name")
    assert 'aria-sort="descending"' in head and 'href="?q=a&amp;order=name"' in head
