"""The logins to try the product with. They exist in the demonstration alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.hashers import make_password

from pinzhi.doors.cli.demonstration.parties import bodies, firms
from pinzhi.kernel.access.accounts import give_right, open_account
from pinzhi.kernel.access.actor import Actor, Right
from pinzhi.kernel.access.models import User
from pinzhi.kernel.errors import Conflict
from pinzhi.kernel.places import queries as places

PASSWORD = "Yunlan-2026-Demo"  # noqa: S105  shown to everybody on purpose
PROVINCE, CITY = "990000", "990100"
#: The bureau as it is today was set up in the reform of 2018.
SINCE = date(2018, 10, 1)


@dataclass(frozen=True)
class Login:
    """One account: what it is for, whom it speaks for, and its roles in its party's functions and region."""

    username: str
    display_name: str
    zh: str
    en: str
    speaks_for: str
    party: str
    region: str
    roles: tuple[str, ...]
    #: Functions of government; empty: those that the agency holds, `*`: all.
    functions: tuple[str, ...] = ()


def logins() -> list[Login]:
    """All accounts, in the order in which they are shown."""
    bureau, city = f"{PROVINCE}-market_supervision", f"{CITY}-market_supervision"
    firm, body = firms()[0], bodies()[0]
    return [
        Login(
            "demo-clerk",
            "陈思远",
            "省市场监管局经办（牵头单位）",
            "Clerk of the lead bureau",
            "agency",
            bureau,
            PROVINCE,
            ("clerk",),
        ),
        Login(
            "demo-reviewer",
            "林慧敏",
            "省市场监管局审核",
            "Reviewer of the bureau",
            "agency",
            bureau,
            PROVINCE,
            ("reviewer",),
        ),
        Login(
            "demo-approver",
            "周国栋",
            "省市场监管局审批",
            "Approver of the bureau",
            "agency",
            bureau,
            PROVINCE,
            ("approver",),
        ),
        Login(
            "demo-auditor",
            "吴若水",
            "省市场监管局审计",
            "Auditor",
            "agency",
            bureau,
            PROVINCE,
            ("auditor",),
            ("*",),
        ),
        Login(
            "demo-admin",
            "郑立新",
            "省市场监管局系统管理员",
            "Administrator",
            "agency",
            bureau,
            PROVINCE,
            ("administrator",),
            ("*",),
        ),
        Login(
            "demo-commerce",
            "许雨桐",
            "省商务厅经办",
            "Clerk of the commerce department",
            "agency",
            f"{PROVINCE}-commerce",
            PROVINCE,
            ("clerk",),
        ),
        Login(
            "city-clerk",
            "何俊杰",
            "临江市市场监管局经办",
            "Clerk of Linjiang city",
            "agency",
            city,
            CITY,
            ("clerk",),
        ),
        Login(
            "city-approver",
            "傅素云",
            "临江市市场监管局审批",
            "Approver of Linjiang city",
            "agency",
            city,
            CITY,
            ("approver",),
        ),
        Login(
            "demo-firm",
            firm.legal,
            f"企业用户：{firm.name}",
            "An enterprise's quality manager",
            "enterprise",
            firm.code,
            firm.region,
            (),
        ),
        Login(
            "demo-body",
            body.legal,
            f"机构用户：{body.name}",
            "A testing institute",
            "body",
            body.code,
            body.region,
            (),
        ),
    ]


def functions_of(login: Login) -> tuple[str, ...]:
    if login.functions:
        return login.functions
    agency = places.agency(login.party)
    return tuple(duty.function for duty in agency.functions) if agency else ()


def open_accounts(by: Actor) -> None:
    """Open those that are not there yet, each with its rights; all have the one password, hashed once."""
    opened: list[str] = []
    for login in logins():
        try:
            user = open_account(
                username=login.username,
                display_name=login.display_name,
                speaks_for=login.speaks_for,
                party=login.party,
                region=login.region,
                by=by,
            )
        except Conflict:
            continue
        opened.append(login.username)
        for role in login.roles:
            for function in functions_of(login):
                give_right(user, role=role, function=function, region=login.region, starts_on=SINCE, by=by)
    User.objects.filter(username__in=opened).update(password=make_password(PASSWORD))


def actor(username: str) -> Actor:
    """One of the accounts as it acts, on whatever day the clock says."""
    login = next(one for one in logins() if one.username == username)
    rights = tuple(
        Right(function, "*", role, login.region, SINCE)
        for role in login.roles
        for function in functions_of(login)
    )
    return Actor(
        username=login.username,
        speaks_for=login.speaks_for,  # type: ignore[arg-type]
        party=login.party,
        display_name=login.display_name,
        rights=rights,
    )
