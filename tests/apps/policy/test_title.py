"""A text without a title: one is proposed, the review screen asks, and what an official says stands."""

from __future__ import annotations

import pytest

from pinzhi.apps.policy.actions.import_document import import_document
from pinzhi.apps.policy.models import Target
from pinzhi.kernel.registers import catalogue
from tests.apps.policy.world import BOSS, FUJIAN, PROVINCE, login, user

pytestmark = pytest.mark.django_db
BODY = """各市人民政府：

　　为贯彻落实《国务院办公厅关于印发消费品标准和质量提升规划的通知》（国办发〔2016〕68号），提出以下实施意见。

　　一、主要目标

　　到2027年，建立首席质量官制度的企业达到40家以上。每年选取不少于300家消费品生产企业开展标准实施情况调查。
"""


def test_the_review_screen_asks() -> None:
    catalogue.sync()
    document = import_document(BODY.encode(), "004.txt", region=FUJIAN, by=BOSS)
    assert document.title == "关于贯彻落实消费品标准和质量提升规划的实施意见" and document.title_is_proposed
    clerk = login(user("chen", "clerk"))
    page = clerk.get(f"/console/policy/{document.code}/review/").content.decode()
    assert "正文没有标题" in page and document.title in page
    clerk.post(
        f"/console/policy/{document.code}/title/", {"title": "  省政府办公厅关于贯彻落实规划的实施意见 "}
    )
    document.refresh_from_db()
    assert document.title == "省政府办公厅关于贯彻落实规划的实施意见" and not document.title_is_proposed
    page = clerk.get(f"/console/policy/{document.code}/review/").content.decode()
    assert "正文没有标题" not in page
    assert "没有足够匹配的指标" in page and "标准" in page.split("没有足够匹配的指标")[1][:200]
    bound = dict(Target.objects.filter(document=document).values_list("name", "indicator"))
    assert [bool(name) for name in bound.values()] == [True, False], bound


def test_an_empty_title_is_refused_and_another_s_plan_is_not_touched() -> None:
    catalogue.sync()
    document = import_document(BODY.encode(), "004.txt", region=FUJIAN, by=BOSS)
    clerk, stranger = login(user("chen", "clerk")), login(user("wu", "clerk", region="350200"))
    for client, title in ((clerk, " "), (clerk, "字" * 301), (stranger, "别的标题")):
        client.post(f"/console/policy/{document.code}/title/", {"title": title})
        document.refresh_from_db()
        assert document.title_is_proposed


def test_a_text_with_a_title_is_not_asked_about() -> None:
    catalogue.sync()
    assert not import_document(PROVINCE.encode(), "a.txt", region=FUJIAN, by=BOSS).title_is_proposed
    named = import_document(BODY.encode(), "004.txt", region=FUJIAN, by=BOSS, title="我们的方案")
    assert (named.title, named.title_is_proposed) == ("我们的方案", False)
