"""From when until when a right is valid, and how long a step must wait: the definition's and the law's periods."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from pinzhi.kernel import law
from pinzhi.kernel.registers.definitions import Register, Wait
from pinzhi.rules.dates import add_months


def until(register: Register, start: date, values: dict[str, Any]) -> date | None:
    """The last day of validity for a start: three years from 2024-05-10 end on 2027-05-09. None: without end."""
    rule = register.definition.validity
    if rule is None:
        return None
    if rule.until_field:
        text = values.get(rule.until_field)
        return date.fromisoformat(text) if text else None
    if rule.law:
        number = law.value(rule.law, start)
        count = int(number.number)
        unit = (number.unit or "").lower()
        if unit in ("年", "year", "years"):
            return add_months(start, 12 * count) - timedelta(days=1)
        if unit in ("月", "个月", "month", "months"):
            return add_months(start, count) - timedelta(days=1)
        return start + timedelta(days=count - 1)
    if rule.years or rule.months:
        return add_months(start, 12 * (rule.years or 0) + (rule.months or 0)) - timedelta(days=1)
    return start + timedelta(days=rule.days - 1) if rule.days else None


def start_of(register: Register, effective_on: date, values: dict[str, Any]) -> date:
    """The first day of validity: a field of its own where the definition names one."""
    rule = register.definition.validity
    text = values.get(rule.from_field) if rule and rule.from_field else None
    return date.fromisoformat(text) if text else effective_on


def after(start: date, wait: Wait | str) -> date:
    """The first day on which a step may be done that waits since `start`; also: the last day of a deadline."""
    if isinstance(wait, str):
        wait = Wait(law=wait)
    days, working = wait.days or 0, wait.working
    if wait.law:
        number = law.value(wait.law, start)
        days = int(number.number)
        working = working or (number.unit or "") in ("工作日", "working days", "个工作日")
    from pinzhi.kernel.calendar import queries as calendar

    return calendar.add_days(start, days, working=working)
