"""Values for a register's fields: what the firm and the day say, else something of the right kind.

What a record is counted by is always given by the caller; this fills in the rest, so that a page has no holes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from random import Random
from typing import Any

from pinzhi.doors.cli.demonstration import names, wording
from pinzhi.doors.cli.demonstration.parties import CITY_NAME, Firm, Product, products
from pinzhi.kernel.places import queries as places
from pinzhi.kernel.registers import catalogue
from pinzhi.kernel.registers.definitions import Definition, FieldDef
from pinzhi.kernel.registers.values import applies, asked_in


@dataclass
class Context:
    """What a record's values are drawn from."""

    rng: Random
    day: date
    firm: Firm
    number: int

    @property
    def sector(self) -> names.Sector:
        return names.SECTOR[self.firm.sector]

    @property
    def product(self) -> Product:
        own = products_of().get(self.firm.code)
        return own[self.number % len(own)] if own else products()[self.firm.number]

    @property
    def city(self) -> str:
        return CITY_NAME[self.firm.city]


@lru_cache(maxsize=1)
def products_of() -> dict[str, list[Product]]:
    """Products by the firm's code."""
    found: dict[str, list[Product]] = {}
    for product in products():
        found.setdefault(product.firm.code, []).append(product)
    return found


def _standard(c: Context) -> str:
    return c.sector.standards[c.number % len(c.sector.standards)]


def _revenue(c: Context) -> str:
    return str(c.firm.revenue)


BY_NAME: dict[str, Callable[[Context], Any]] = {
    **dict.fromkeys(
        (
            "enterprise_name",
            "holder_name",
            "winner_name",
            "owner_name",
            "host_name",
            "operator_name",
            "employer_name",
            "lead_drafter",
            "applicant_name",
            "unit_name",
            "recipient_name",
            "supplier_name",
        ),
        lambda c: c.firm.name,
    ),
    **dict.fromkeys(("brand_name", "mark_name", "regional_brand", "user_brand"), lambda c: c.firm.brand),
    **dict.fromkeys(
        ("contact_person", "person_name", "expert_name", "mentor", "compiler", "brand_officer", "heir"),
        lambda c: names.person(c.rng),
    ),
    **dict.fromkeys(("contact_phone", "mobile", "service_phone"), lambda c: names.phone(c.rng)),
    **dict.fromkeys(
        ("standard_executed", "applicable_no", "executed_no", "domestic_standard", "standards_used"),
        _standard,
    ),
    "revenue": _revenue,
    "candidate_name": lambda c: c.product.name,
    "product_name": lambda c: c.product.name,
    "signature_product": lambda c: c.product.name,
    "main_products": lambda c: "、".join(c.rng.sample(c.sector.goods, 2)),
    "product_category": lambda c: c.sector.zh,
    "specification": lambda c: c.product.model,
    "model": lambda c: c.product.model,
    "gtin": lambda c: c.product.gtin,
    "trade": lambda c: c.firm.trade,
    "sector": lambda c: c.firm.sector,
    "plan_trade": lambda c: c.sector.plan_trade,
    "consumer_goods": lambda c: True,
    "consumer_industry": lambda c: True,
    "agri_consumer_goods": lambda c: True,
    "enterprise_size": lambda c: c.firm.size,
    "employees": lambda c: c.firm.staff,
    "owner_type": lambda c: "cooperative" if c.firm.cooperative else "enterprise",
    "holder_type": lambda c: "cooperative" if c.firm.cooperative else "enterprise",
    "host_type": lambda c: "cooperative" if c.firm.cooperative else "enterprise",
    "industry": lambda c: c.sector.zh,
    "leading_industry": lambda c: f"{c.sector.zh}产业",
    "place": lambda c: f"{names.PROVINCE}省{c.city}市演示路{1 + c.number % 300}号",
    "address": lambda c: f"{names.PROVINCE}省{c.city}市演示路{1 + c.number % 300}号",
    "plant_address": lambda c: f"{names.PROVINCE}省{c.city}市演示工业园{1 + c.number % 40}号",
    "post": lambda c: c.rng.choice(("质量总监", "副总经理", "总工程师", "质量管理部经理")),
    "professional_title": lambda c: c.rng.choice(("高级工程师", "工程师", "质量工程师")),
    "test_result": lambda c: "qualified",
    "check_result": lambda c: "qualified",
    "neq_counts": lambda c: False,
    "consumer_scope": lambda c: "consumer",
}
#: Left empty: addresses that would answer, and what only real papers can hold.
NEVER = {"website", "id_number", "email", "latitude", "longitude"}


class Filler:
    """Fills one register's fields."""

    def __init__(self, register: str) -> None:
        self.definition: Definition = catalogue.get(register).definition
        self.sample: Mapping[str, Any] = self.definition.sample or {}
        self.demanded = {check.field for check in self.definition.checks if check.rule == "required_if"}

    def __call__(
        self, c: Context, record_type: str, step: str, given: Mapping[str, Any], *, full: bool = False
    ) -> dict[str, Any]:
        """Values that `step` asks for. Optional fields are filled where a list shows or counts them, or `full`."""
        values: dict[str, Any] = {}
        for field in self.definition.fields:
            if field.name in given:
                if given[field.name] is not None and asked_in(field, step):
                    values[field.name] = given[field.name]
                continue
            if field.type == "file" or field.name in NEVER or not asked_in(field, step):
                continue
            if not applies(field, values, record_type):
                continue
            if field.required or full or field.count or field.list or field.name in self.demanded:
                value = self._value(field, c)
                if value is not None:
                    values[field.name] = value
        return values

    def _value(self, field: FieldDef, c: Context) -> Any:
        called = wording.title(self.definition.register_name, field.name, lambda: self._about(c), c.number)
        if called is not None:
            return called
        rule = BY_NAME.get(field.name)
        if rule is not None:
            value = rule(c)
            if not field.options or value in {option.value for option in field.options}:
                return value
        if field.options:
            chosen = c.rng.choice(field.options).value
            return [chosen] if field.many else chosen
        return self._by_type(field, c)

    def _by_type(self, field: FieldDef, c: Context) -> Any:
        if field.type == "date":
            # Forms ask for days in the order in which they come.
            at = self.definition.fields.index(field)
            return (c.day - timedelta(days=100 - at)).isoformat() if field.required else None
        if field.type == "year":
            return c.day.year
        if field.type in ("number", "money", "integer"):
            return self._number(field, c)
        if field.type == "boolean":
            return bool(self.sample.get(field.name, True))
        if field.name.endswith("_document"):
            return f"云质演〔{c.day.year}〕{1 + c.number % 180}号"
        if field.name.endswith(("_no", "_number", "_code")) and not field.format.startswith(("uscc", "gtin")):
            return f"YL{c.day.year}{c.number:05d}"
        sample = self.sample.get(field.name)
        if isinstance(sample, list):
            return sample
        if sample is not None:
            return wording.ours(str(sample), c.number % 97)
        return "情况属实，见归档材料。" if field.required or field.name in self.demanded else None

    def _about(self, c: Context) -> dict[str, str]:
        county = places.region(c.firm.region)
        return {
            "firm": c.firm.short,
            "city": c.city,
            "county": county.zh if county else c.city,
            "sector": c.sector.zh,
            "goods": c.rng.choice(c.sector.goods),
            "year": str(c.day.year),
        }

    def _number(self, field: FieldDef, c: Context) -> Any:
        sample = self.sample.get(field.name)
        base = Decimal(str(sample)) if sample is not None else Decimal(20)
        value = base * Decimal(c.rng.randrange(60, 140)) / 100
        low, high = field.constraints.minimum, field.constraints.maximum
        if high is not None:
            value = min(value, Decimal(str(high)))
        if low is not None:
            value = max(value, Decimal(str(low)))
        if field.type == "integer":
            return int(value)
        return str(round(value, 2 if field.decimals is None else field.decimals))
