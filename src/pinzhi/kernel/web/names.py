"""Names for codes: what a region, an agency, a register's state is called. All from the catalogue's side.

The places and registers of the kernel answer; where a code is unknown to them the code itself is shown, so that an
old or foreign record can always be read.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from pinzhi.kernel.registers.definitions import State
from pinzhi.kernel.web.texts import in_lang


def region_name(code: Any, on: date | None = None) -> str:
    """The region's name, or the code where it is unknown."""
    return _ask("region_name", code, on)


def agency_name(code: Any, on: date | None = None) -> str:
    """The agency's name, or the code where it is unknown."""
    return _ask("agency_name", code, on)


def trade_name(code: Any) -> str:
    """The code with the trade's name (1421 糖果、巧克力制造), or the code alone where it is unknown."""
    from pinzhi.kernel.places import queries

    found = queries.trade(str(code))
    return f"{code} {in_lang(found)}" if found else str(code)


def _ask(function: str, code: Any, on: date | None) -> str:
    if code in (None, ""):
        return ""
    from pinzhi.kernel.places import queries

    found = getattr(queries, function)(str(code), on) if on else getattr(queries, function)(str(code))
    return in_lang(found) or str(code)


def lifecycle_state(register: str, state: str) -> State | None:
    """The lifecycle's state of that name, None where register or state are unknown."""
    from pinzhi.kernel.registers import catalogue

    found = catalogue.registers().get(register)
    return found.life.state_by_name.get(state) if found else None
