"""The first page of checks: every part that a reader is shown opens, and none that does not concern them is shown."""

from __future__ import annotations

import re

import pytest

from pinzhi.apps.inspection.actions.save_rules import save_rules
from pinzhi.apps.parties.actions.register_enterprises import register_enterprises
from tests.apps.inspection import world
from tests.apps.inspection.test_pages import login, text
from tests.apps.inspection.world import CLERK, FUJIAN, LABORATORY, MAWEI, PRODUCER, sampled

pytestmark = pytest.mark.django_db(databases=["default", "portal"])
HOME = "/console/inspection/"
READERS = [
    ("clerk", "agency", ("clerk",), {"programmes", "rules", "seals", "sampling", "imports", "outside"}, {"publish"}),
    ("reviewer", "agency", ("reviewer",), {"programmes", "publish", "cases"}, {"imports", "sampling"}),
    ("approver", "agency", ("approver",), {"rules", "draws", "publish"}, {"imports", "sampling"}),
    ("auditor", "agency", ("auditor",), {"programmes", "attempts", "analysis"}, {"publish", "imports", "sampling"}),
    ("nobody", "agency", (), {"attempts"}, {"programmes", "rules", "samples", "cases", "analysis", "seals"}),
    ("laboratory", "body", (), {"samples", "imports", "rules", "laboratories"}, {"cases", "draws", "seals", "recusals"}),
    ("firm", "enterprise", (), {"samples", "cases", "enterprises"}, {"rules", "draws", "imports", "attempts"}),
]  # fmt: skip


@pytest.fixture(autouse=True)
def plan():
    world.rules()
    row = {"uscc": PRODUCER, "name": "榕江童装有限公司", "region": MAWEI, "trade": "1830", "roles": "生产者"}
    register_enterprises([row], by=CLERK)
    programme = world.programme("XZ-TEX")
    sampled(programme)
    return programme


@pytest.mark.parametrize(
    ("name", "speaks_for", "roles", "there", "not_there"), READERS, ids=[r[0] for r in READERS]
)
def test_what_is_shown_opens(
    name: str, speaks_for: str, roles: tuple[str, ...], there: set[str], not_there: set[str]
) -> None:
    party = {"body": LABORATORY, "enterprise": PRODUCER}.get(speaks_for, f"{FUJIAN}-market_supervision")
    client = login(name, *roles, speaks_for=speaks_for, party=party)
    page = text(client, HOME)
    main = page.split("<main")[-1]
    links = re.findall(r'<li><div><a href="(/console/inspection/[^"]+)">[^<]+</a><p>([^<]+)</p>', main)
    assert all(len(what) > 5 for _url, what in links)
    shown = {url.removeprefix(HOME).split("/")[0] for url, _what in links}
    if name == "nobody":
        assert not shown and "没有您可查看的内容" in main
    else:
        assert there <= shown, there - shown
    assert not not_there & shown, not_there & shown
    for url, _what in links:
        response = client.get(url, follow=True)
        assert response.status_code == 200, (url, response.status_code)


def test_the_parts_follow_the_work_and_say_what_waits(plan) -> None:
    main = text(login("boss", "clerk", "approver"), HOME).split("<main")[-1]
    order = [
        "programmes/",
        "rules/",
        "inspectors/",
        "draws/",
        "sampling/",
        "samples/",
        "cases/",
        "publish/",
        "analysis/",
    ]
    places = [main.index(f'<div><a href="{HOME}{part}"') for part in order]
    assert places == sorted(places)
    assert "件待办" not in main
    save_rules("XZ-2", product_class="雨衣", sector="children", items=world.ITEMS, region=FUJIAN, by=CLERK)
    assert "1 件待办" in text(login("li", "approver"), HOME)
    assert "件待办" not in text(login("zhao", "reviewer"), HOME).split("<main")[-1]
