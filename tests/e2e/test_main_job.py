"""The main job in a real browser: a policy brought in, confirmed, counted, published, and checked by a stranger.

Every page on the way is held to be accessible (axe-core), quiet (no complaint, nothing asked of another machine) and as
wide as its screen.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import date
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
        CHROMIUM is None, reason="no Chromium on this machine: the main job was not tried in a browser"
    ),
    pytest.mark.skipif(not VENDOR.exists(), reason="the front end is not built: run make frontend"),
]

PLAN = """临江市人民政府关于提升消费品质量的实施意见
临政发〔2025〕8号

各县（区）人民政府，市直各部门：

　　一、主要目标

　　到2027年，建立首席质量官制度的企业达到40家以上。到2027年，消费品质量监督抽查合格率稳定在93%以上。

　　二、重点任务

　　（一）推行首席质量官制度。组织企业首席质量官培训，推动企业建立首席质量官制度。（市市场监管局牵头，市工业和信息化局配合）

临江市人民政府
2025年3月10日
"""
REGION = "990100"


@pytest.fixture
def browser() -> Iterator[Any]:
    with playwright_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(autouse=True)
def world(settings: Any, transactional_db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pinzhi.kernel.registers import catalogue, logs

    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # playwright's loop runs in this thread
    settings.REQUIRE_TOTP = False
    settings.PINZHI_PUBLISHED_DIR = tmp_path
    catalogue.sync()
    logs.publish_keys()


def account(username: str, *roles: str) -> str:
    """An account with these roles in the city; returns the cookie of its session."""
    from django.test import Client

    from pinzhi.kernel import clock
    from pinzhi.kernel.access.models import Grant, User

    party = f"{REGION}-market_supervision"
    user = User.objects.create(
        username=username,
        display_name=username,
        speaks_for="agency",
        party=party,
        region=REGION,
        date_joined=clock.now(),
    )
    for role in roles:
        Grant.objects.create(
            user=user, function="quality", role=role, region=REGION, starts_on=date(2020, 1, 1)
        )
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client.cookies["pinzhi_session"].value


class Visitor:
    """A browser of one person: every page it comes to is looked at."""

    def __init__(
        self, browser: Any, base: str, session: str = "", *, width: int = 1280, language: str = "zh-hans"
    ) -> None:
        self.base, self.complaints = base, []
        self.context = browser.new_context(viewport={"width": width, "height": 900}, locale="zh-CN")
        cookies = {"pinzhi_lang": language, **({"pinzhi_session": session} if session else {})}
        self.context.add_cookies(
            [{"name": name, "value": value, "url": base} for name, value in cookies.items()]
        )
        self.page = self.context.new_page()
        self.page.on(
            "console", lambda m: self.complaints.append(m.text) if m.type in ("error", "warning") else None
        )
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on(
            "request", lambda r: r.url.startswith((base, "data:", "blob:")) or self.complaints.append(r.url)
        )

    def go(self, address: str) -> Any:
        self.page.goto(self.base + address, wait_until="networkidle")
        self.look()
        return self.page

    def look(self) -> None:
        from axe_playwright_python.sync_playwright import Axe

        assert self.complaints == [], f"{self.page.url}: {self.complaints}"
        wide = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{self.page.url} is {wide} px too wide"
        found = Axe().run(
            self.page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
        )
        faults = [(v["id"], v["nodes"][0]["html"][:200]) for v in found.response["violations"]]
        assert not faults, f"{self.page.url}: {faults}"


def test_from_the_document_to_the_proof(browser: Any, live_server: Any, tmp_path: Path) -> None:
    from pinzhi.kernel.access.actor import Actor
    from pinzhi.kernel.registers import catalogue, sequencer
    from pinzhi.kernel.registers.actions.carry_out import Item, carry_out
    from pinzhi.rules.identifiers import uscc

    file = tmp_path / "plan.txt"
    file.write_text(PLAN, encoding="utf-8")
    clerk = Visitor(browser, live_server.url, account("clerk", "clerk"))
    page = clerk.go("/console/policy/new/")
    page.set_input_files("input[name=file]", file)
    page.fill("input[name=region]", "临江市")
    page.click("main form button.btn-primary")
    page.wait_for_url("**/review/")
    clerk.look()
    assert page.locator(".pz-span-target").count() == 2 and page.locator("text=首席质量官").count()
    code = page.url.split("/policy/")[1].split("/")[0]

    approver = Visitor(browser, live_server.url, account("approver", "clerk", "approver"))
    page = approver.go(f"/console/policy/{code}/review/")
    page.click("text=确认并生效")
    page.wait_for_url(f"**/policy/{code}/")
    approver.look()

    sample = catalogue.get("e01_cqo").definition.sample
    firms = [Item(subject=uscc.make(n, region=REGION).text, region=REGION, values=sample) for n in range(3)]
    refs = carry_out("e01_cqo", "enter_decision", firms, by=Actor.system("entry"))
    sequencer.drain()
    page = approver.go("/console/scoreboard/")
    page.click("text=按今日重新统计")
    page.wait_for_load_state("networkidle")
    sequencer.drain()
    page = approver.go(f"/console/policy/{code}/targets/T01/")
    assert page.locator(f"text={refs[0].key}").count() == 1
    for address in (
        "/console/",
        "/console/registers/",
        "/console/registers/e01_cqo/",
        f"/console/registers/e01_cqo/records/{refs[0].key}/",
        "/console/registers/e01_cqo/new/",
    ):
        approver.go(address)

    for width, language in ((390, "zh-hans"), (1280, "en")):
        stranger = Visitor(browser, live_server.url, width=width, language=language)
        page = stranger.go("/scoreboard/")
        assert page.locator("text=40家以上").count() >= 1
        for address in (
            "/",
            "/search/?q=首席",
            "/registers/",
            "/registers/e01_cqo/",
            f"/registers/e01_cqo/records/{refs[0].key}/",
            f"/scoreboard/{code}-T01/",
            "/documents/",
            "/open-data/",
            "/verify/",
        ):
            stranger.go(address)
        stranger.context.close()

    from pinzhi.kernel.registers import keys, proofs
    from pinzhi.rules.proof import verify

    proof = json.loads(json.dumps(proofs.record_proof("e01_cqo", refs[0].key)))
    assert verify.check_record(proof, [signer.key for signer in keys.signers()])


def test_by_keyboard_alone(browser: Any, live_server: Any) -> None:
    visitor = Visitor(browser, live_server.url)
    page = visitor.go("/registers/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.classList.contains('pz-skip')"), (
        "the first stop skips to the content"
    )
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.goto(live_server.url + "/")
    page.focus("main input[type=search]")
    page.keyboard.type("首席质量官")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/**")
    visitor.look()
