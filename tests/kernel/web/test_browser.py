"""The pages in a real browser: accessible, calm about the content security policy, light, and usable by keyboard."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

playwright_api = pytest.importorskip("playwright.sync_api")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
VENDOR = Path(__file__).parents[3] / "src/pinzhi/kernel/web/static/pinzhi/vendor/tabler.css"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None, reason="no Chromium on this machine: pages were not tried in a browser"
    ),
    pytest.mark.skipif(not VENDOR.exists(), reason="the front end is not built: run make frontend"),
]
PAGES = ["/style/?messages=1", "/style/portal/", "/style/list/", "/style/form/", "/nothing/"]
PUBLIC_PAGE_BYTES = 150 * 1024


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


class Opened:
    """A page with what it complained about and where it asked for things."""

    def __init__(
        self,
        browser: Any,
        address: str,
        *,
        width: int = 1280,
        language: str = "zh-hans",
        theme: str = "light",
    ) -> None:
        self.context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=theme, locale="zh-CN"
        )
        self.context.grant_permissions(["clipboard-read", "clipboard-write"])
        self.complaints: list[str] = []
        self.asked: list[str] = []
        self.page = self.context.new_page()
        self.page.on("console", lambda message: self._hear(message))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.base = "/".join(address.split("/")[:3])
        self.context.add_cookies([{"name": "pinzhi_lang", "value": language, "url": self.base}])
        self.page.goto(address, wait_until="networkidle")

    def _hear(self, message: Any) -> None:
        if message.type in ("error", "warning") and "404" not in message.text:
            self.complaints.append(message.text)

    def __enter__(self) -> Opened:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("address", PAGES)
def test_pages_are_accessible_and_quiet(
    browser: Any, served: str, address: str, width: int, theme: str
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    language = "en" if width == 390 else "zh-hans"
    with Opened(browser, served + address, width=width, language=language, theme=theme) as opened:
        assert opened.complaints == []
        assert all(url.startswith((served, "data:")) for url in opened.asked), "a request left the machine"
        wide = opened.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"the page is {wide} px too wide"
        found = Axe().run(
            opened.page,
            options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
        )
        assert {"color-contrast", "html-has-lang", "label"} & {
            rule["id"] for rule in found.response["passes"]
        }
        wrong = [
            f"{violation['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:300]}"
            for violation in found.response["violations"]
            for node in violation["nodes"]
        ]
        assert wrong == []


def test_a_public_page_is_light(browser: Any, served: str) -> None:
    """Bytes over the line with gzip, charts aside: our own files as `make install` packs them."""
    import gzip

    with Opened(browser, served + "/style/portal/", width=390) as opened:
        total = 0
        for url in {u for u in opened.asked if u.startswith(served)}:
            if "charts.js" in url:
                continue
            total += len(gzip.compress(opened.context.request.get(url).body(), 9))
        assert 20_000 < total < PUBLIC_PAGE_BYTES, f"{total:,} bytes"


def test_the_keyboard_reaches_the_content_first(browser: Any, served: str) -> None:
    with Opened(browser, served + "/style/") as opened:
        opened.page.keyboard.press("Tab")
        assert opened.page.evaluate("document.activeElement.className") == "pz-skip"
        opened.page.keyboard.press("Enter")
        assert opened.page.evaluate("document.activeElement.id") == "content"


def test_the_theme_is_the_systems_until_one_chooses(browser: Any, served: str) -> None:
    with Opened(browser, served + "/style/", theme="dark") as opened:
        background = "getComputedStyle(document.body).backgroundColor"
        dark = opened.page.evaluate(background)
        opened.page.click("[data-theme-toggle]")
        light = opened.page.evaluate(background)
        assert dark != light
        opened.page.reload()
        assert opened.page.evaluate(background) == light


def test_the_dark_theme_needs_no_script(browser: Any, served: str) -> None:
    colours = {}
    for theme in ("light", "dark"):
        context = browser.new_context(java_script_enabled=False, color_scheme=theme)
        page = context.new_page()
        page.goto(served + "/style/portal/")
        page.screenshot()
        colours[theme] = page.locator("body").evaluate("e => getComputedStyle(e).backgroundColor")
        context.close()
    assert colours["light"] != colours["dark"]


def test_what_is_typed_is_put_back_and_personal_data_is_not(browser: Any, served: str) -> None:
    with Opened(browser, served + "/style/form/") as opened:
        page = opened.page
        page.fill("[name=enterprise_name]", "榕江食品有限公司")
        page.fill("[name=id_number]", "35010219800101002X")
        page.select_option("[name=enterprise_size]", "large")
        playwright_api.expect(page.locator("[data-saved-note]")).to_have_text("已保存在本机")
        kept = page.evaluate("JSON.stringify(localStorage)")
        assert "榕江" in kept and "35010219800101002X" not in kept
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto(served + "/style/form/")
        assert page.input_value("[name=enterprise_name]") == "榕江食品有限公司"
        assert page.input_value("[name=enterprise_size]") == "large"
        assert page.input_value("[name=id_number]") == ""
        assert page.text_content("[data-saved-note]") == "已恢复上次填写的内容"


def test_an_error_keeps_what_was_typed_and_leads_to_the_field(browser: Any, served: str) -> None:
    with Opened(browser, served + "/style/form/") as opened:
        page = opened.page
        page.fill("[name=enterprise_name]", "甲公司")
        page.fill("[name=employees]", "abc")
        page.click("form.pz-form button[type=submit]")
        page.wait_for_load_state("networkidle")
        assert page.input_value("[name=enterprise_name]") == "甲公司"
        assert page.input_value("[name=employees]") == "abc"
        assert page.evaluate("document.activeElement.id") == "errors"
        page.click(".pz-errors a[href='#id_employees']")
        assert page.evaluate("document.activeElement.id || location.hash") in (
            "id_employees",
            "#id_employees",
        )


def test_a_list_answers_while_one_types_and_its_address_can_be_shared(browser: Any, served: str) -> None:
    with Opened(browser, served + "/style/list/") as opened:
        page = opened.page
        page.fill("#list-q", "鹭岛")
        playwright_api.expect(page.locator("#list-results strong")).to_have_text("共 33 条")
        page.wait_for_url("**q=%E9%B9%AD%E5%B2%9B**")
        page.select_option("#f-state", "granted")
        page.wait_for_url("**state=granted**")
        shared = page.url
        page.goto(shared)
        assert page.input_value("#list-q") == "鹭岛" and page.input_value("#f-state") == "granted"
        assert opened.complaints == []


def test_a_number_is_copied(browser: Any, served: str) -> None:
    with Opened(browser, served + "/style/") as opened:
        opened.page.click("[data-copy]")
        assert opened.page.evaluate("navigator.clipboard.readText()") == "CQO-350100-2026-000123"


def test_charts_are_drawn_and_their_table_is_there(browser: Any, served: str) -> None:
    with Opened(browser, served + "/style/") as opened:
        assert opened.page.locator("[data-chart] canvas").count() == 4
        assert opened.page.locator("figure table").count() == 4
