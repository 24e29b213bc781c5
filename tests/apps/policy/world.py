"""A province plan and a city plan below it, in the genre, brought in and put in force by the actions."""

from __future__ import annotations

from datetime import date

from django.test import Client

from pinzhi.apps.policy.actions.confirm_document import confirm_document
from pinzhi.apps.policy.actions.import_document import import_document
from pinzhi.apps.policy.models import Document
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor, Right
from pinzhi.kernel.access.models import Grant, User
from pinzhi.kernel.registers import catalogue
from pinzhi.kernel.registers.actions.carry_out import Item, carry_out
from pinzhi.rules.identifiers import uscc

FUJIAN, FUZHOU, XIAMEN = "350000", "350100", "350200"
CQO = "e01_cqo"

PROVINCE = """福建省人民政府关于提升消费品质量的实施意见
闽政〔2023〕7号

各市、县（区）人民政府，省人民政府各部门：

　　一、主要目标

　　到2025年，建立首席质量官制度的企业达到40家以上，重点消费品监督抽查合格率稳定在92%以上。

　　二、重点任务

　　（一）推行首席质量官制度。开展企业首席质量官培训。（省市场监管局牵头，省工信厅配合）

　　（二）加强监督抽查。加大抽查力度，依法公布结果。（省市场监管局牵头落实）

　　（三）培育知名品牌。支持企业创建品牌。（省工信厅牵头，省商务厅配合）

福建省人民政府
2023年3月10日
"""

CITY = """福州市人民政府关于提升消费品质量的实施方案
榕政综〔2023〕15号

各县（市）区人民政府，市直各委、办、局：

　　为贯彻落实《福建省人民政府关于提升消费品质量的实施意见》（闽政〔2023〕7号），制定本方案。

　　一、主要目标

　　到2025年，建立首席质量官制度的企业达到25家以上，重点消费品监督抽查合格率稳定在93%以上。

　　二、重点任务

　　（一）推行首席质量官制度。组织企业首席质量官培训。（市市场监管局牵头，市工信局配合）

　　（二）强化监督抽查。（市市场监管局牵头落实）

　　（三）举办食品节。（市商务局牵头）

福州市人民政府
2023年5月20日
"""


def official(name: str, *roles: str, region: str = FUJIAN, party: str = "350000-market_supervision") -> Actor:
    rights = tuple(Right("quality", "*", role, region, date(2010, 1, 1)) for role in roles)
    return Actor(name, "agency", party, name, rights)


BOSS = official("boss", "clerk", "approver")


def plans() -> tuple[Document, Document]:
    """Both plans in force; the city's stands below the province's by the number it cites."""
    catalogue.sync()
    upper = import_document(PROVINCE.encode(), "province.txt", region=FUJIAN, by=BOSS)
    lower = import_document(CITY.encode(), "city.txt", region=FUZHOU, by=BOSS)
    for document in (upper, lower):
        confirm_document(document.pk, by=BOSS)
        document.refresh_from_db()
    return upper, lower


def chief_officers(region: str, count: int, on: date, *, first: int = 0) -> None:
    """Enterprises of a region that appoint a chief quality officer on a day."""
    sample = catalogue.get(CQO).definition.sample
    seat = region if region.isdigit() else FUJIAN  # a zone has no code in GB/T 2260
    numbers = (int(region.encode().hex(), 16) % 10**7 * 10 + first + n for n in range(count))
    items = [Item(subject=uscc.make(n, region=seat).text, region=region, values=sample) for n in numbers]
    with clock.at(on):
        carry_out(CQO, "enter_decision", items, by=BOSS)


def user(
    username: str,
    *roles: str,
    region: str = FUJIAN,
    party: str = "350000-market_supervision",
    speaks_for: str = "agency",
) -> User:
    made = User.objects.create(
        username=username,
        display_name=username,
        speaks_for=speaks_for,
        party=party,
        date_joined=clock.now(),
        region=region,
    )
    for role in roles:
        Grant.objects.create(
            user=made, function="quality", register="*", role=role, region=region, starts_on=date(2020, 1, 1)
        )
    return made


def login(who: User) -> Client:
    client = Client()
    client.force_login(who, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client
