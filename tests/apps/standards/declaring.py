"""A firm, some standards and confirmed limits, for the tests of declarations and rankings."""

from __future__ import annotations

from datetime import date
from typing import Any

from pinzhi.apps.parties.actions.register_enterprises import register_enterprises
from pinzhi.apps.standards.actions.register_editions import register_editions
from pinzhi.apps.standards.limit_words import vocabulary
from pinzhi.apps.standards.models import Edition, LimitDocument, LimitEntry
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor, Right
from pinzhi.rules.identifiers import uscc

SYSTEM = Actor.system("tests")
HOME = "350100"
SINCE = date(2010, 1, 1)


def code(number: int) -> str:
    return uscc.make(number, region=HOME).text


def firm(number: int) -> Actor:
    """The account of an enterprise."""
    return Actor(f"firm{number}", "enterprise", code(number), f"firm{number}")


def official(name: str, *roles: str, region: str = "350000") -> Actor:
    rights = tuple(Right("standards", "*", role, region, SINCE) for role in roles)
    return Actor(name, "agency", "amr-350000", name, rights)


def firms(*numbers: int, **changes: Any) -> None:
    """Registered enterprises; the first of each ten is a main producer."""
    rows = [
        {
            "uscc": code(n), "name": f"榕江{n}服饰有限公司", "region": HOME, "trade": "C1811", "size": "medium",
            "roles": ["producer"], "status": "active", "consumer_goods": True, "main_producer": n % 10 == 1, **changes,
        }
        for n in numbers
    ]  # fmt: skip
    register_enterprises(rows, by=SYSTEM)


def standards(*more: dict[str, Any]) -> None:
    """GB 31701 in force, GB/T 22849 in two editions, a method."""
    base = {"region": "350000", "field": "children"}
    rows: list[dict[str, Any]] = [
        {
            "number": "GB 31701-2015",
            "title_zh": "婴幼儿及儿童纺织产品安全技术规范",
            "effective_on": "2016-06-01",
        },
        {
            "number": "GB/T 22849-2009",
            "title_zh": "针织T恤衫",
            "effective_on": "2010-01-01",
            "withdrawn_on": "2014-12-01",
        },
        {
            "number": "GB/T 22849-2014",
            "title_zh": "针织T恤衫",
            "effective_on": "2014-12-01",
            "replaces": "GB/T 22849-2009",
        },
        {"number": "GB/T 2912.1-2009", "title_zh": "纺织品 甲醛的测定 第1部分", "effective_on": "2010-02-01"},
        *more,
    ]
    register_editions([{**base, **row} for row in rows], by=SYSTEM)


def limit(
    document: str,
    analyte: str,
    kind: str,
    value: str,
    *,
    scope: str = "儿童纺织产品",
    applies: str = "",
    method: str = "",
) -> LimitEntry:
    """A limit that somebody entered and somebody else confirmed."""
    number = document.replace("—", "-")
    edition = Edition.objects.filter(key=number).first()
    row, _ = LimitDocument.objects.get_or_create(
        key=number,
        defaults={
            "number": document, "market": "CN", "edition": edition, "region": "350000", "updated_at": clock.now(),
            "updated_by": "tests",
        },
    )  # fmt: skip
    return LimitEntry.objects.create(
        document=row, clause="5.1", analyte=analyte, kind=vocabulary().kind(kind).kind, value=value, scope=scope,
        applies=applies, method=method, source="标准文本", state=LimitEntry.State.CONFIRMED,
        place_key=f"{number}|{analyte}|{applies}", entered_by="a", entered_at=clock.now(), decided_by="b", decided_at=clock.now(),
    )  # fmt: skip


def limits() -> None:
    """What children's clothing is under: a mandatory standard with two classes, a recommended one."""
    for value, applies in (("≤20 mg/kg", "A类"), ("≤75 mg/kg", "B类")):
        limit("GB 31701—2015", "甲醛含量", "mass_fraction", value, applies=applies, method="GB/T 2912.1")
    limit("GB 31701—2015", "pH值", "ph", "4.0–8.5", applies="B类")
    limit("GB/T 22849—2014", "起球", "grey_scale_grade", "≥3级")


INDICATORS = [
    {"indicator": "甲醛含量", "value": "≤20", "unit": "mg/kg", "method": "GB/T 2912.1-2009"},
    {"indicator": "pH值", "value": "4.0～7.5", "method": "GB/T 7573-2009"},
    {"indicator": "起球", "value": "≥3-4级", "method": "GB/T 4802.1-2008"},
]


def said(**changes: Any) -> dict[str, Any]:
    """A declaration as an enterprise types it."""
    return {
        "product_name": "儿童针织T恤衫",
        "brand": "榕江",
        "product_class": "儿童纺织产品 B类",
        "sector": "children",
        "standard_no": "Q/RJ 001-2026",
        "standard_name": "儿童针织T恤衫",
        "indicators": INDICATORS,
        "commitment": "七日内质量问题包退。",
        **changes,
    }


def with_value(indicator: str, value: str, **more: str) -> list[dict[str, str]]:
    """The indicators with the value of one changed."""
    return [{**row, "value": value, **more} if row["indicator"] == indicator else row for row in INDICATORS]
