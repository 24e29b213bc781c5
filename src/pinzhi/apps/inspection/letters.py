"""The letter to the authority where the producer of a failed product is at home (总局令第18号第四十四条).

A department tells its own districts by the case itself; a letter goes to the region of its own level that the producer
is in, or to the next above where that place has no such level.
"""

from __future__ import annotations

from dataclasses import dataclass

from pinzhi.apps.inspection import access
from pinzhi.apps.inspection.models import Case
from pinzhi.apps.parties import queries as parties
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.places import queries as places
from pinzhi.kernel.registers import catalogue
from pinzhi.rules.places.regions import level_of

KIND, SENT = "producer_letter", "province_notified"


@dataclass(frozen=True)
class Recipient:
    """Whom the letter is to: the authority's name, its region."""

    region: str
    agency: str


def home_of(code: str) -> str:
    """The region of an enterprise: by the roster, else by its credit code; empty where neither says it."""
    if not code:
        return ""
    row = parties.enterprises(by=Actor.system("letters")).filter(uscc=code).values_list("region", flat=True)
    found = row.first()
    if found:
        return str(found)
    for part in (code[2:8], f"{code[2:6]}00", f"{code[2:4]}0000"):
        if places.region_name(part) is not None:
            return part
    return ""


def recipient(case: Case) -> Recipient | None:
    """Who is told of the failure by letter; None where the producer is at home in the department's own region."""
    own = case.sample.programme.region
    home = home_of(case.sample.producer_code)
    if not home or own == places.ROOT or places.contains(own, home):
        return None
    level = level_of(own)
    line = [home, *places.ancestors(home)]
    same = [code for code in line if level_of(code) == level]
    above = [code for code in line if level_of(code) in ("city", "province")]
    region = (same or above or [home])[0]
    function = catalogue.get(access.RESULTS).definition.function
    agency = next(iter(places.agencies_for(function, region)), None)
    named = places.region_name(region)
    return Recipient(region, agency.zh if agency else f"{named.zh if named else region}市场监督管理局")
