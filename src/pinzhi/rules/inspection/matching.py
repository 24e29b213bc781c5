"""Which goods are "the same" to the rule that nobody is checked twice within six months, and when it bars a check.

The rule (产品质量监督抽查管理暂行办法 art. 8): the same department does not check the same producer's goods of the same
executed standard, trademark, specification and model twice within six months. Policies say it more narrowly: what has
passed a national check is not checked again by anybody for six months. Both readings are parameters of a draw.
"""

from __future__ import annotations

import calendar
import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

Reading = Literal["same_department", "passed_national"]
LEVELS = ("county", "city", "provincial", "national")
_MARKS = re.compile(r"[^0-9A-Z\u3400-\u9fff./×+-]")


def plain(text: str) -> str:
    """Text as keys compare it: NFKC, capitals, without blanks, registered-trademark signs and brackets."""
    found = (
        unicodedata.normalize("NFKC", text)
        .upper()
        .replace("®", "")
        .replace("™", "")
        .replace("（", "")
        .replace("TM", "")
    )
    return _MARKS.sub("", found)


def standard_key(text: str) -> str:
    """A standard's number without its year and blanks: GB/T 20977-2007 and GB/T20977—2014 are one standard."""
    found = unicodedata.normalize("NFKC", text).upper().replace("—", "-").replace("–", "-")
    found = re.sub(r"[\s《》]", "", found)
    return re.sub(r"(?<=\d)-(19|20)\d\d(?=$|[;,、])", "", found)


def product_key(producer: str, standard: str, trademark: str, specification: str) -> str:
    """The key of the rule: 64 hex digits over producer, executed standard, trademark, specification and model.

    Empty where the producer or everything else is not known: what cannot be matched bars nothing.
    """
    parts = [plain(producer), standard_key(standard), plain(trademark), plain(specification)]
    if not parts[0] or not any(parts[1:]):
        return ""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Checked:
    """An earlier check of the same goods. `exempt`: a follow-up or an emergency, which the rule does not count."""

    on: date
    level: str
    agency: str
    passed: bool
    exempt: bool = False


@dataclass(frozen=True, slots=True)
class Barred:
    """Why a check may not be made now, and from which day on it may."""

    until: date
    code: Literal["same_department", "higher_level", "passed_national"]
    earlier: Checked


def add_months(day: date, months: int) -> date:
    """The same day `months` later, or the month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def barred(
    earlier: Iterable[Checked], on: date, *, level: str, agency: str, months: int, readings: Sequence[Reading]
) -> Barred | None:
    """What bars a check of the same goods on a day by a department of this level; None where nothing does."""
    for one in sorted(earlier, key=lambda c: c.on, reverse=True):
        until = add_months(one.on, months)
        if one.exempt or one.on > on or on >= until:
            continue
        if "passed_national" in readings and one.level == "national" and one.passed:
            return Barred(until, "passed_national", one)
        if "same_department" in readings:
            if one.agency == agency:
                return Barred(until, "same_department", one)
            if LEVELS.index(one.level) > LEVELS.index(level):
                return Barred(until, "higher_level", one)
    return None
