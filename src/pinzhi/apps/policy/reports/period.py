"""Periods of a report: a month `2024-06`, a quarter `2024Q2`, a half-year `2024H1`, a year `2024`."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from pinzhi.kernel.errors import NotFound, in_language

Kind = Literal["month", "quarter", "half", "year"]
_FORM = re.compile(
    r"(?P<year>(?:19|20)\d\d)(?:-(?P<month>0[1-9]|1[0-2])|Q(?P<quarter>[1-4])|H(?P<half>[12]))?"
)
_QUARTERS = "一二三四"
_MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


@dataclass(frozen=True)
class Period:
    """From its first to its last day, both included."""

    code: str
    kind: Kind
    start: date
    end: date

    @property
    def zh(self) -> str:
        year = f"{self.start.year}年"
        if self.kind == "month":
            return f"{year}{self.start.month}月"
        if self.kind == "quarter":
            return f"{year}第{_QUARTERS[self.start.month // 3]}季度"
        if self.kind == "half":
            return f"{year}{'上' if self.start.month == 1 else '下'}半年"
        return f"{year}度"

    @property
    def en(self) -> str:
        if self.kind == "month":
            return f"{self.start:%B %Y}"
        if self.kind == "quarter":
            return f"quarter {self.start.month // 3 + 1} of {self.start.year}"
        if self.kind == "half":
            return f"{'first' if self.start.month == 1 else 'second'} half of {self.start.year}"
        return str(self.start.year)

    def __str__(self) -> str:
        return in_language(self.zh, self.en)


def parse(code: str) -> Period:
    """The period of a code. Raises NotFound for what is none."""
    found = _FORM.fullmatch(code)
    if found is None:
        raise NotFound(
            "no_such_period",
            zh=f"“{code}”不是报告期。",
            en=f"{code} is no period.",
            place="period",
            remedy_zh="应为 2024-06、2024Q2、2024H1 或 2024。",
            remedy_en="Give 2024-06, 2024Q2, 2024H1 or 2024.",
        )
    kind: Kind = "year"
    first = 1
    for name in ("month", "quarter", "half"):
        if found[name]:
            kind = name
            first = (int(found[name]) - 1) * _MONTHS[name] + 1
    year, last = int(found["year"]), first + _MONTHS[kind] - 1
    return Period(code, kind, date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1]))


def periods(begins: date, ends: date, kind: Kind) -> list[Period]:
    """The periods of one kind that touch these days, the latest first."""
    step, found = _MONTHS[kind], []
    for year in range(begins.year, ends.year + 1):
        for number in range(1, 12 // step + 1):
            code = {
                "month": f"{year}-{number:02d}",
                "quarter": f"{year}Q{number}",
                "half": f"{year}H{number}",
            }.get(kind, str(year))
            period = parse(code)
            if period.end >= begins and period.start <= ends:
                found.append(period)
    return found[::-1]
