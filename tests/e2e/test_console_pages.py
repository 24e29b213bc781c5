"""Console and portal pages beside the main job, in a real browser: accessible, quiet, as wide as their screen."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured

from tests.e2e.test_main_job import VENDOR

playwright_api = pytest.importorskip("playwright.sync_api")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, databases=["default", "portal"]),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: these pages were not tried"),
    pytest.mark.skipif(not VENDOR.exists(), reason="the front end is not built: run make frontend"),
]
REGION, BUREAU = "350000", "350000-market_supervision"


@pytest.fixture
def browser() -> Iterator[Any]:
    with playwright_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def pages(
    settings: Any, transactional_db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, list[str]]:
    """Addresses by account, over a small bureau whose year has something in every drawer."""
    from pinzhi.apps.policy.models import Appraisal, MajorMatter, YearPlan
    from pinzhi.kernel.registers import catalogue, logs, sequencer
    from pinzhi.kernel.registers.actions.receive_import import receive_import
    from tests.apps.policy.world import official
    from tests.doors.api.test_policy_permissions import operations

    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    settings.REQUIRE_TOTP = False
    settings.PINZHI_PUBLISHED_DIR = tmp_path
    catalogue.sync()
    operations()
    batch = receive_import(
        "e01_cqo",
        "report",
        io.BytesIO("统一社会信用代码,首席质量官姓名\n91350100M000100Y44,\n".encode()),
        filename="一季度.csv",
        by=official("clerk", "clerk"),
    )
    sequencer.drain()
    logs.publish_keys()
    found = Appraisal.objects.filter(state="confirmed").first()
    plan, matter = YearPlan.objects.filter(state="published").first(), MajorMatter.objects.first()
    assert found and plan and matter
    document = matter.document.code
    base = "/console"
    return {
        "clerk": [
            f"{base}/appraisals/",
            f"{base}/appraisals/new/",
            f"{base}/appraisals/{found.code}/",
            f"{base}/appraisals/{found.code}/units/350100/",
            f"{base}/incentives/",
            f"{base}/plans/",
            f"{base}/plans/new/",
            f"{base}/plans/{plan.code}/",
            f"{base}/plans/{plan.code}/import/",
            f"{base}/policy/{document}/",
            f"{base}/policy/{document}/cascade/",
            f"{base}/policy/{document}/reports/",
            f"{base}/policy/{document}/reports/2024/",
            f"{base}/policy/{document}/reports/2024/text/",
            f"{base}/policy/{document}/matters/new/",
            f"{base}/matters/",
            f"{base}/matters/{matter.code}/",
            f"{base}/scoreboard/",
            f"{base}/duties/",
            f"{base}/registers/imports/",
            f"{base}/registers/e01_cqo/import/",
            f"{base}/registers/e01_cqo/import/{batch.pk}/",
            f"{base}/registers/e01_cqo/",
            f"{base}/registers/e01_cqo/about/",
            f"{base}/parties/",
            f"{base}/parties/enterprises/",
            f"{base}/jobs/",
            f"{base}/jobs/inbox/",
        ],
        "approver": [
            f"{base}/parties/claims/",
            f"{base}/parties/duplicates/",
            f"{base}/incentives/rules/new/",
        ],
        "administrator": [f"{base}/users/", f"{base}/users/new/"],
        "auditor": [f"{base}/audit/"],
        "": [
            "/registers/appraisals/",
            "/registers/e01_cqo/as-of/?on=2024-06-01",
            "/registers/annual_plans/",
            "/verify/",
        ],
    }


def cookie_of(role: str) -> str:
    from django.test import Client

    from pinzhi.kernel import clock
    from pinzhi.kernel.access.models import Grant, User

    user = User.objects.create(
        username=role,
        display_name=role,
        speaks_for="agency",
        party=BUREAU,
        region=REGION,
        date_joined=clock.now(),
    )
    Grant.objects.create(user=user, function="*", role=role, region=REGION, starts_on=date(2020, 1, 1))
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client.cookies[configured.SESSION_COOKIE_NAME].value


def test_every_page_in_both_languages_on_both_screens(
    browser: Any, live_server: Any, pages: dict[str, list[str]]
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    axe, wrong = Axe(), []
    for role, addresses in pages.items():
        cookies = (
            [{"name": configured.SESSION_COOKIE_NAME, "value": cookie_of(role), "url": live_server.url}]
            if role
            else []
        )
        for language, width in (("zh-hans", 1280), ("en", 390)):
            context = browser.new_context(viewport={"width": width, "height": 900})
            context.add_cookies(
                [*cookies, {"name": "pinzhi_lang", "value": language, "url": live_server.url}]
            )
            page = context.new_page()
            complaints: list[str] = []
            page.on("pageerror", lambda error, said=complaints: said.append(str(error)))
            page.on(
                "console",
                lambda message, said=complaints: message.type == "error" and said.append(message.text),
            )
            for address in addresses:
                response = page.goto(f"{live_server.url}{address}")
                where = f"{role or 'stranger'} {language} {width} {address}"
                if response is None or response.status != 200:
                    wrong.append(f"{where}: {response and response.status}")
                    continue
                for found in axe.run(page).response["violations"]:
                    targets = [node["target"] for node in found["nodes"]][:3]
                    wrong.append(f"{where}: {found['id']} {targets}")
                over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
                if over > 0:
                    wrong.append(f"{where}: {over} px too wide")
            wrong += [f"{role} {language}: {one}" for one in complaints]
            context.close()
    assert not wrong, "\n".join(wrong[:60]) + f"\n{len(wrong)} in all"
