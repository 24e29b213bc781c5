"""No repeat within six months: which units of a roster a new draw must leave out.

Two readings of the rule are in use, and both are parameters of the law (`inspection_draw.no_repeat.*`):

- `same_department` (SAMR Order 18, art. 8): a product with the same producer, executed standard, trademark and
  specification or model is not checked again within the months by the department that checked it, nor by a lower
  level when a higher one did. Follow-ups of failures and emergencies are exempt.
- `passed_national` (the policy documents): a product that passed a national check is not checked again within the
  months, by anyone, anywhere.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pinzhi.rules.dates import add_months
from pinzhi.rules.inspection.draws.frame import canonical_key
from pinzhi.rules.law import LawAsOf

__all__ = ["Check", "ProductKey", "Reading", "excluded_until", "readings"]

LEVELS = ("national", "province", "city", "county")
"""From the highest down."""

_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class ProductKey:
    """What counts as the same product. Build it with `of`, which brings every part to one form."""

    producer: str
    standard: str
    trademark: str
    model: str

    @classmethod
    def of(cls, producer: str, standard: str, trademark: str, model: str) -> ProductKey:
        """Width, case and blanks do not tell products apart; a missing trademark is empty."""

        def one(text: str) -> str:
            return _BLANKS.sub("", unicodedata.normalize("NFKC", text)).casefold()

        return cls(canonical_key(producer), one(standard).replace("—", "-"), one(trademark), one(model))


@dataclass(frozen=True, slots=True)
class Check:
    """A check made before: by whom (`department`, its level), on which day the sample was taken, for what `purpose`,
    and whether it passed (None: no result yet)."""

    key: ProductKey
    day: dt.date
    department: str
    level: Literal["national", "province", "city", "county"]
    passed: bool | None = None
    purpose: str = "routine"


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of the rule as of a day; `provisional` when it rests on a number nobody has compared."""

    name: Literal["same_department", "passed_national"]
    months: int
    higher_binds_lower: bool
    exempt: frozenset[str]
    provisional: bool


def readings(law: LawAsOf) -> dict[str, Reading]:
    """Both readings as the law says them on its day. Raises NoSuchLawError where the rule was not yet in force."""
    found: dict[str, Reading] = {}
    exempt = law.get("inspection_draw.no_repeat.exempt")
    for name in ("same_department", "passed_national"):
        value = law.get(f"inspection_draw.no_repeat.{name}")
        rule: Mapping[str, Any] = value.value
        found[name] = Reading(
            name=name,
            months=int(rule["months"]),
            higher_binds_lower=bool(rule.get("higher_binds_lower", False)),
            exempt=frozenset(exempt.value),
            provisional=value.provisional or exempt.provisional,
        )
    return found


def excluded_until(
    reading: Reading,
    checks: Iterable[Check],
    *,
    day: dt.date,
    department: str,
    level: Literal["national", "province", "city", "county"],
    purpose: str = "routine",
) -> tuple[dt.date, Check] | None:
    """Whether checks of the same product forbid `department` to check it on `day`: until which day they do (on that day
    it may be checked again) and the check that binds longest; None when it may be checked.

    Checks after `day` are passed over; so are purposes that are exempt, of the new check and of those before.
    """
    if purpose in reading.exempt:
        return None
    binding = [
        (add_months(check.day, reading.months), check)
        for check in checks
        if check.day <= day < add_months(check.day, reading.months)
        and _binds(reading, check, department, level)
    ]
    return max(binding, key=lambda found: found[0], default=None)


def _binds(reading: Reading, check: Check, department: str, level: str) -> bool:
    if check.purpose in reading.exempt:
        return False
    if reading.name == "passed_national":
        return check.level == "national" and check.passed is True
    higher = LEVELS.index(check.level) < LEVELS.index(level)
    return check.department == department or (reading.higher_binds_lower and higher)
