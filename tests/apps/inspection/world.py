"""A bureau, a laboratory, detailed rules and a programme, made by the actions."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from pinzhi.apps.inspection.actions.enter_reports import Outcome, enter_reports
from pinzhi.apps.inspection.actions.record_samples import record_samples
from pinzhi.apps.inspection.actions.save_programme import release_programme, save_programme
from pinzhi.apps.inspection.actions.save_rules import release_rules, save_rules
from pinzhi.apps.inspection.models import Capability, DetailedRules, Programme
from pinzhi.apps.inspection.reporting import GivenItem, GivenReport
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor, Right
from pinzhi.rules.identifiers import uscc

FUJIAN, FUZHOU, MAWEI = "350000", "350100", "350105"
LABORATORY, OTHER_LABORATORY = (uscc.make(n, region=FUJIAN, kind="12").text for n in (900_001, 900_002))
PRODUCER = uscc.make(7, region=FUZHOU).text
DAY = date(2026, 4, 8)

ITEMS: list[dict[str, Any]] = [
    {
        "code": "HCHO",
        "name": "甲醛含量",
        "kind": "max",
        "upper": "75",
        "unit": "mg/kg",
        "serious": True,
        "method": "GB/T 2912.1",
    },
    {"code": "PH", "name": "pH值", "kind": "range", "lower": "4.0", "upper": "8.5"},
    {"code": "FIBRE", "name": "纤维含量", "kind": "conforms", "label": True},
]


def official(name: str, *roles: str, region: str = FUJIAN) -> Actor:
    rights = tuple(Right("*", "*", role, region, date(2010, 1, 1)) for role in roles)
    return Actor(name, "agency", f"{region}-market_supervision", name, rights)


CLERK, REVIEWER, BOSS = (
    official("clerk", "clerk"),
    official("reviewer", "reviewer"),
    official("boss", "approver"),
)


def rules(
    code: str = "XZ-TEX", items: Any = ITEMS, on: date = date(2026, 1, 1), **more: Any
) -> DetailedRules:
    with clock.at(on):
        save_rules(
            code, product_class="婴幼儿服装", sector="children", items=items, test_samples=2, backup_samples=2,
            standards=["GB 18401-2010"], region=FUJIAN, by=CLERK, **more,
        )  # fmt: skip
        version = release_rules(code, on, region=FUJIAN, by=BOSS)
    Capability.objects.get_or_create(
        body_code=LABORATORY,
        rules=version.rules,
        valid_from=date(2020, 1, 1),
        defaults={"name": "省产品质量检验研究院", "region": FUJIAN, "capacity": 5000},
    )
    return version.rules


def programme(*codes: str, level: str = "provincial", year: int = 2026, **more: Any) -> Programme:
    with clock.at(date(year, 1, 15)):
        row = save_programme(
            title=f"{year}年监督抽查计划",
            year=year,
            level=level,
            region=more.pop("region", FUJIAN),
            budget=Decimal(1_000_000),
            products=[
                {"rules": code, "batches": 50, "unit_cost": "2000", "channels": ["plant", "shop"]}
                for code in codes
            ],
            by=CLERK,
            **more,
        )
        return release_programme(row.number, by=BOSS)


def sample_row(programme: Programme, code: str = "XZ-TEX", **changes: Any) -> dict[str, Any]:
    return {
        "programme": programme.number,
        "rules": code,
        "sampled_on": DAY,
        "channel": "plant",
        "region": MAWEI,
        "sampled_region": MAWEI,
        "sampled_at_name": "榕江童装有限公司",
        "producer_code": PRODUCER,
        "producer_name": "榕江童装有限公司",
        "product_number": "06901234567892",
        "product_name": "婴幼儿连体衣",
        "gtin": "6901234567892",
        "trademark": "榕江",
        "specification": "80/48",
        "standard_executed": "GB 31701-2015",
        "laboratory": LABORATORY,
        "inspectors": ["王一", "李二"],
        **changes,
    }


def sampled(programme: Programme, count: int = 1, **changes: Any) -> list[str]:
    with clock.at(changes.get("sampled_on", DAY)):
        return record_samples([sample_row(programme, **changes) for _ in range(count)], by=CLERK)


def report(
    sample: str, number: str = "", *, formaldehyde: str = "20", unit: str = "mg/kg", **changes: Any
) -> GivenReport:
    return GivenReport(
        sample=sample,
        number=number or f"R-{sample}",
        laboratory=changes.pop("laboratory", LABORATORY),
        tested_on=changes.pop("tested_on", date(2026, 4, 15)),
        issued_on=changes.pop("issued_on", date(2026, 4, 20)),
        items=changes.pop(
            "items",
            [
                GivenItem("甲醛含量", formaldehyde, unit),
                GivenItem("PH", "6.5"),
                GivenItem("纤维含量", "符合"),
            ],
        ),
        **changes,
    )


def entered(*given: GivenReport, by: Actor = CLERK, on: date = date(2026, 4, 21)) -> Outcome:
    with clock.at(on):
        return enter_reports(list(given), by=by)
