"""Sampling in a real browser: without signal, killed while one writes, sent twice, refused; nothing lost, nothing twice."""

from __future__ import annotations

import io
import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

playwright_api = pytest.importorskip("playwright.sync_api")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
VENDOR = Path(__file__).parents[2] / "src/pinzhi/kernel/web/static/pinzhi/vendor/tabler.css"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "portal"]),
    pytest.mark.skipif(
        CHROMIUM is None, reason="no Chromium on this machine: sampling was not tried in a browser"
    ),
    pytest.mark.skipif(not VENDOR.exists(), reason="the front end is not built: run make frontend"),
]
PAGE = "/console/inspection/sampling/"


@pytest.fixture(autouse=True)
def world(settings: Any, transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from pinzhi.kernel.registers import catalogue
    from tests.apps.inspection import sampling_world as phone
    from tests.apps.inspection import world as made

    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # playwright's loop runs in this thread
    settings.REQUIRE_TOTP = False
    catalogue.sync()
    made.rules()
    programme = made.programme("XZ-TEX")
    samplers = phone.samplers("wang", "li")
    phone.task(programme, samplers)
    phone.task(programme, samplers, "RW-2026-000002")
    phone.seals()


@pytest.fixture
def session() -> str:
    from tests.apps.inspection.accounts import client_of

    return str(client_of("wang", "clerk").cookies["pinzhi_session"].value)


class Phone:
    """A phone with one profile: what the browser keeps there survives its end."""

    def __init__(
        self, playwright: Any, base: str, folder: Path, language: str = "zh-hans", width: int = 390
    ) -> None:
        self.playwright, self.base, self.folder = playwright, base, folder
        self.language, self.width = language, width
        self.complaints: list[str] = []
        self.context: Any = None

    def start(self, session: str = "", *, offline: bool = False) -> Any:
        self.context = self.playwright.chromium.launch_persistent_context(
            str(self.folder), executable_path=CHROMIUM, args=["--no-sandbox"], locale="zh-CN",
            viewport={"width": self.width, "height": 844},
        )  # fmt: skip
        self.sign_in(session)
        self.context.set_offline(offline)
        self.page = self.context.pages[0]
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._hear)
        self.page.goto(self.base + PAGE)
        return self.page

    def _hear(self, message: Any) -> None:
        # That there is no signal is no fault.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)

    def sign_in(self, session: str) -> None:
        cookies = {"pinzhi_lang": self.language, **({"pinzhi_session": session} if session else {})}
        self.context.add_cookies([{"name": n, "value": v, "url": self.base} for n, v in cookies.items()])

    def says(self, text: str) -> None:
        playwright_api.expect(self.page.locator("[data-line]")).to_contain_text(text, timeout=10_000)

    def kept(self) -> list[int]:
        """How many records and pictures this phone holds."""
        return list(
            self.page.evaluate(
                """async () => {
                  const db = await new Promise((done) => {
                    const asked = indexedDB.open("pinzhi-sampling");
                    asked.onsuccess = () => done(asked.result);
                  });
                  const count = (name) => new Promise((done) => {
                    const asked = db.transaction(name).objectStore(name).count();
                    asked.onsuccess = () => done(asked.result);
                  });
                  const found = [await count("records"), await count("pictures")];
                  db.close();
                  return found;
                }"""
            )
        )

    def look(self) -> None:
        from axe_playwright_python.sync_playwright import Axe

        assert self.complaints == []
        assert self.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
        found = Axe().run(self.page, options={"runOnly": tags})
        faults = [(v["id"], v["nodes"][0]["html"][:200]) for v in found.response["violations"]]
        assert not faults, f"{self.page.url}: {faults}"
        if shots := os.environ.get("PINZHI_SHOTS"):
            name = re.sub(r"\W+", "-", self.page.url.partition("/console/")[2])[:60]
            self.page.screenshot(path=f"{shots}/{name}-{self.width}-{self.language}.png", full_page=True)


@pytest.fixture
def phone(live_server: Any, tmp_path: Path) -> Iterator[Callable[..., Phone]]:
    made: list[Phone] = []
    with playwright_api.sync_playwright() as playwright:

        def make(**more: Any) -> Phone:
            made.append(Phone(playwright, live_server.url, tmp_path / str(len(made)), **more))
            return made[-1]

        yield make
        for one in made:
            one.context.close()


def photograph() -> dict[str, Any]:
    from PIL import Image

    out = io.BytesIO()
    Image.effect_noise((2400, 1800), 60).convert("RGB").save(out, "JPEG")
    return {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def fill(page: Any, **more: str) -> None:
    from tests.apps.inspection.sampling_world import SEALS

    values = {
        "product_name": "婴幼儿连体衣", "seals": SEALS[0], "backup_seals": SEALS[1], "price": "128.00",
        "sign_firm": "陈经理", "producer_name": "榕江童装有限公司", **more,
    }  # fmt: skip
    for name, value in values.items():
        page.fill(f"[name={name}]", value)
    page.set_input_files("[data-photo]", photograph())
    page.wait_for_selector("[data-photos] canvas")


def begin(page: Any, number: int = 0) -> None:
    page.locator("[data-task-list] button").nth(number).click()
    page.wait_for_selector("[data-form] >> visible=true")


def test_offline_killed_and_sent_twice(phone: Any, session: str) -> None:
    from pinzhi.apps.inspection.models import FieldRecord, Sample, Task
    from pinzhi.kernel.files import queries as files

    mine = phone()
    page = mine.start(session)
    page.wait_for_selector("[data-task-list] button")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    mine.look()

    mine.context.set_offline(True)
    page.reload()
    mine.says("无网络")
    begin(page)
    fill(page)
    pad = page.locator("[data-sign=firm] canvas")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    page.mouse.move(box["x"] + 30, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 160, box["y"] + 20, steps=6)
    page.mouse.up()
    page.fill("[name=stock]", "库存 200 件")
    page.wait_for_timeout(700)
    mine.look()
    mine.context.close()  # in the middle of writing

    page = mine.start(offline=True)  # the session is gone with the browser
    mine.says("填写中 1")
    page.click("[data-record-list] button.btn-primary")
    page.wait_for_selector("[data-photos] canvas")
    assert page.input_value("[name=stock]") == "库存 200 件" and page.input_value("[name=price]") == "128.00"
    assert mine.kept() == [1, 2]
    page.click("[data-form] button[type=submit]")
    mine.says("仅存本机 1")
    assert Sample.objects.count() == 0

    mine.context.set_offline(False)
    mine.says("您已退出登录")  # signal, but nobody is signed in: it stays
    assert mine.kept() == [1, 2]

    # The server takes it, the answer is lost.
    answers = []

    def lost(route: Any) -> None:
        answers.append(route.fetch().status)
        route.abort()

    page.route("**/sampling/records/", lost)
    mine.sign_in(session)
    with page.expect_event("requestfailed", predicate=lambda r: r.url.endswith("/records/")):
        page.reload()
    page.wait_for_selector("[data-send] >> visible=true")
    mine.says("仅存本机 1")
    assert answers[0] == 201
    assert Sample.objects.count() == 1 and mine.kept() == [1, 2]
    page.unroute("**/sampling/records/")
    page.click("[data-send]")
    mine.says("已发送 1")
    assert mine.kept() == [0, 0], "personal data leaves the phone with the confirmation"

    sample = Sample.objects.get()
    assert FieldRecord.objects.get().sample == sample
    assert Task.objects.get(samples=sample).status == Task.Status.SAMPLED
    assert sample.stock == "库存 200 件" and sample.seals.count() == 2
    stored = files.get_file(sample.photos[0]["sha256"])
    assert stored is not None and stored.kind == "jpg" and 20_000 < stored.size < 2_000_000
    assert [bool(s["sha256"]) for s in sample.signatures if s["role"] == "firm"] == [True]
    page.reload()
    mine.says("已发送 1")
    page.wait_for_timeout(300)
    assert Sample.objects.count() == 1
    mine.look()

    # Signing out takes along what was sent and the tasks.
    page.click("[data-sign-out] button")
    page.wait_for_load_state()
    names = page.evaluate("indexedDB.databases().then((all) => all.map((one) => one.name))")
    assert "pinzhi-sampling-session" not in names


def test_refused_stays_with_its_reason(phone: Any, session: str) -> None:
    from pinzhi.apps.inspection.models import Attempt, Sample
    from tests.apps.inspection.sampling_world import SEALS

    mine = phone(language="en", width=1280)
    page = mine.start(session)
    page.wait_for_selector("[data-task-list] button")
    begin(page, 1)
    page.keyboard.press("Tab")  # the title has the focus; the first field is next
    page.click("[data-form] button[type=submit]")
    page.wait_for_selector("[data-wrong] a >> visible=true")
    mine.look()
    fill(page, seals="FJ26-99999")
    page.click("[data-form] button[type=submit]")
    mine.says("refused: 1")
    card = page.locator("[data-record-list] li")
    assert "FJ26-99999" in card.inner_text() and "report the old one" in card.inner_text()
    assert mine.kept() == [1, 1] and Sample.objects.count() == 0
    assert Attempt.objects.filter(key="FJ26-99999").exists()
    mine.look()
    page.click("[data-record-list] button.btn-primary")
    page.wait_for_selector("[data-wrong] a >> visible=true")
    page.fill("[name=seals]", SEALS[3])
    page.click("[data-form] button[type=submit]")
    mine.says("sent: 1")
    assert Sample.objects.get().seals.filter(number=SEALS[3]).exists() and mine.kept() == [0, 0]
    page.click("[data-receipt-list] a")
    page.wait_for_selector("text=Note a hand-over")
    mine.look()
    page.check("[name=kind][value=handed_over]")
    page.check("[name=part][value=both]")
    page.check("[name=seals][value=intact]")
    page.click("main form button.btn-primary")
    page.wait_for_selector("text=The hand-over is noted.")
    mine.look()


def test_it_says_when_it_opens_without_signal_and_that_a_sample_is_one_at_least(
    phone: Any, session: str
) -> None:
    """Who drives off before the page is on the phone would stand before one that does not load."""
    one = phone()
    page = one.start(session)
    one.says("可离线使用。")
    begin(page)
    fill(page, test_samples="0")
    page.click("[data-form] button[type=submit]")
    playwright_api.expect(page.locator("[data-wrong]")).to_contain_text("检验样品数量")


def test_an_online_buy_of_another_producers_goods(phone: Any, session: str) -> None:
    """Order, payment, screenshot and unboxing are asked for; another's name does not keep the task firm's code."""
    from pinzhi.apps.inspection.models import Sample
    from tests.apps.inspection.sampling_world import SEALS

    one = phone()
    page = one.start(session)
    page.wait_for_selector("[data-task-list] button")
    begin(page)
    assert page.input_value("[name=producer_code]")
    page.select_option("[name=channel]", "online")
    page.fill("[name=producer_name]", "别家童装有限公司")
    page.keyboard.press("Tab")
    playwright_api.expect(page.locator("[data-gtin-said]")).to_contain_text("已清除其信用代码")
    assert page.input_value("[name=producer_code]") == ""
    goods = {"product_name": "连体衣", "seals": SEALS[0], "backup_seals": SEALS[1], "price": "99.90"}
    for name, value in goods.items():
        page.fill(f"[name={name}]", value)
    page.click("[data-form] button[type=submit]")
    wrong = page.locator("[data-wrong]")
    for asked in ("平台", "订单号", "付款方式", "照片"):
        playwright_api.expect(wrong).to_contain_text(asked)
    bought = {"online_platform": "某平台", "online_order": "DD-1", "online_payment": "微信 42"}
    for name, value in bought.items():
        page.fill(f"[name={name}]", value)
    for number, kind in enumerate(("screenshot", "unboxing"), 1):
        page.select_option("[data-kind]", kind)
        page.set_input_files("[data-photo]", photograph())
        playwright_api.expect(page.locator("[data-photos] canvas")).to_have_count(number)
    one.look()
    page.dblclick("[data-form] button[type=submit]")
    one.says("已发送 1")
    sample = Sample.objects.get()
    assert (sample.channel, sample.online["order"], sample.producer_code) == ("online", "DD-1", "")
    assert {photo["kind"] for photo in sample.photos} == {"screenshot", "unboxing"}
