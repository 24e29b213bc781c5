"""What may be asked of places: regions with their subtrees by date, agencies by function, trades.

Every question takes a day where the answer depends on one; without it today is meant. Codes are strings;
an unknown code is no error but has no name.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from pinzhi.kernel import clock
from pinzhi.kernel.errors import Refused
from pinzhi.kernel.places import catalogue
from pinzhi.kernel.places.local import catalogue_only, forget, places
from pinzhi.kernel.search.pinyin import romanised
from pinzhi.rules.identifiers.trade import Trade, TradeTable
from pinzhi.rules.places.agencies import Agency, Resolved
from pinzhi.rules.places.regions import ROOT, Area, Region, is_code, level_of, parent_of

__all__ = [
    "ROOT",
    "Agency",
    "Area",
    "PlaceName",
    "Region",
    "Resolved",
    "Trade",
    "agencies_for",
    "agencies_in",
    "agency",
    "agency_for",
    "agency_name",
    "ancestors",
    "area",
    "catalogue_only",
    "children",
    "contains",
    "find_region",
    "find_regions",
    "forget",
    "is_code",
    "level_of",
    "parent_of",
    "places",
    "region",
    "region_name",
    "region_path",
    "region_q",
    "regions",
    "regions_in",
    "resolve_agency",
    "sql_region_filter",
    "subtree",
    "successors",
    "trade",
    "trades",
]


@dataclass(frozen=True, slots=True)
class PlaceName:
    """A name in both languages. English names that the catalogue lacks are the Chinese ones in pinyin."""

    zh: str
    english: str = ""
    spoken: str = ""

    @property
    def en(self) -> str:
        return self.english or romanised(self.spoken or self.zh)

    def __str__(self) -> str:
        return self.zh


# --- regions


def region(code: str, on: date | None = None) -> Region | None:
    """The region of that code as of a day, None where no such code was in force."""
    return places().regions.get(code, on or clock.today())


def known_region(code: str, place: str = "region") -> str:
    """The code, where there is such a region today. Raises Refused that names `place` where there is none."""
    if region(code) is None:
        shown = code[:20]
        raise Refused(
            "no_such_region",
            zh=f"没有代码为“{shown}”的地区。",
            en=f"There is no region {shown}.",
            place=place,
        )
    return code


def regions(on: date | None = None, *, level: str | None = None, within: str = ROOT) -> list[Region]:
    """Regions in force on a day, in the order of their codes."""
    day, table = on or clock.today(), places().regions
    return [
        r
        for r in table
        if r.in_force(day)
        and (level is None or r.level == level)
        and (within == ROOT or table.contains(within, r.code, day))
    ]


def region_name(code: str, on: date | None = None) -> PlaceName | None:
    """What the region is or was called; of a code that was abolished its last name."""
    found = places().regions.ever(code, on)
    return PlaceName(found.zh, found.en, found.short) if found else None


def region_path(code: str, on: date | None = None, *, below: str = ROOT) -> list[Region]:
    """The region and those around it, from just below `below` down: 福建省, 厦门市, 思明区."""
    table = places().regions
    line = [code, *table.ancestors(code)]
    if below in line:
        line = line[: line.index(below)]
    return [r for c in reversed(line) if (r := table.ever(c, on))]


def ancestors(code: str) -> list[str]:
    """Codes above, nearest first, the country last."""
    return places().regions.ancestors(code)


def children(code: str, on: date | None = None) -> list[Region]:
    """Regions directly below, zones last."""
    return places().regions.children(code, on or clock.today())


def contains(whole: str, part: str, on: date | None = None) -> bool:
    """Whether `part` lies in the subtree of `whole` as the borders are on the day."""
    return places().regions.contains(whole, part, on or clock.today())


def subtree(code: str, on: date | None = None) -> list[str]:
    """The code and all known codes within it, zones and abolished codes that live on in it included."""
    return places().regions.subtree(code, on or clock.today())


regions_in = subtree


def area(code: str, on: date | None = None) -> Area:
    """The subtree as prefixes of codes: `code in area(...)` equals `contains`, also for codes nobody
    knows.
    """
    return places().regions.area(code, on or clock.today())


def region_q(code: str, field: str = "region", on: date | None = None) -> Q:
    """A Django filter for rows whose region lies in the subtree; nothing is filtered for the country."""
    found = area(code, on)
    if "" in found.prefixes and not found.without:
        return Q()
    inside = Q()
    for prefix in found.prefixes:
        inside |= _begins(field, prefix)
    for prefix in found.without:
        inside &= ~_begins(field, prefix)
    return inside


def _begins(field: str, prefix: str) -> Q:
    # A whole code may have zones below it, so only the country's empty prefix is not a prefix search.
    return Q(**{f"{field}__startswith": prefix})


def sql_region_filter(code: str, column: str = "region", on: date | None = None) -> tuple[str, list[str]]:
    """SQL condition and parameters for the subtree; `column` is a name in the code's own hands.

    Prefixes are digits and letters only, so nothing in them is special to LIKE.
    """
    found = area(code, on)
    if "" in found.prefixes and not found.without:
        return "TRUE", []
    parts = " OR ".join(f"{column} LIKE %s" for _ in found.prefixes)
    condition, params = f"({parts})", [p + "%" for p in found.prefixes]
    for prefix in found.without:
        condition += f" AND {column} NOT LIKE %s"
        params.append(prefix + "%")
    return condition, params


def find_regions(text: str, *, within: str = ROOT, on: date | None = None) -> list[Region]:
    """Regions that a text names (code, name, short name, path), the likeliest first."""
    return places().regions.find(text, within=within, on=on)


def find_region(text: str, *, within: str = ROOT, on: date | None = None) -> Region | None:
    """The region that a text names, None where it names none or where two are equally likely.

    A full name beats a short one, and a higher level a lower one: 海南 is the province, 鼓楼区 alone is
    ambiguous as soon as two cities have one.
    """
    found = find_regions(text, within=within, on=on or clock.today())
    day = on or clock.today()
    if not found:
        return None
    best = found[0]
    rivals = [
        r
        for r in found[1:]
        if r.level == best.level and (r.zh == best.zh) and r.code != best.code and r.in_force(day)
    ]
    return None if rivals and best.in_force(day) else best


# --- agencies


def agency(code: str, on: date | None = None) -> Agency | None:
    """The agency of that code; with a day only if it exists on it."""
    found = places().agency(code)
    return found if found is None or on is None or found.in_force(on) else None


def agency_name(code: str, on: date | None = None) -> PlaceName | None:
    """What the agency is or was called. The day is taken for symmetry: an agency that is renamed is
    another one.
    """
    found = places().agency(code)
    if found is None:
        return None
    seat = region_name(found.region)
    return PlaceName(found.zh, _english(found, seat))


def _english(found: Agency, seat: PlaceName | None) -> str:
    title = found.en.rpartition(", ")[0] if seat and found.kind and found.region != ROOT else found.en
    return f"{title}, {seat.en}" if seat and title and title != found.en else found.en


def agencies_in(region_code: str, on: date | None = None) -> list[Agency]:
    """Agencies of one region (not of its subtree) that exist on a day."""
    day = on or clock.today()
    return [a for a in places().in_region(region_code) if a.in_force(day)]


def agencies_for(function: str, region_code: str, on: date | None = None) -> list[Agency]:
    """All agencies that hold a function in a region on a day, who is delegated before who holds it by
    rule.
    """
    day, known = on or clock.today(), places()
    codes = [
        d.delegate
        for d in known.delegations
        if d.function == function
        and known.regions.contains(d.region, region_code, day)
        and (d.valid_from is None or d.valid_from <= day)
        and (d.valid_until is None or day <= d.valid_until)
    ]
    delegated = [a for code in dict.fromkeys(codes) if (a := known.agency(code)) and a.in_force(day)]
    return delegated + [
        a for a in known.in_region(region_code) if a.holds(function, day) and a.code not in codes
    ]


def agency_for(function: str, region_code: str, on: date | None = None) -> Agency | None:
    """The agency that exercises a function in a region on a day.

    A zone, or a level that has no such agency, is served by the next region above that has one.
    """
    for code in (region_code, *ancestors(region_code)):
        found = agencies_for(function, code, on)
        if found:
            return found[0]
    return None


def resolve_agency(name: str, region_code: str, on: date | None = None) -> Resolved:
    """Whom a name in a document of that region and day means (省质监局 in 福建, 2017): agency or
    candidates.
    """
    known, day = places(), on or clock.today()
    line = {region_code, *known.regions.ancestors(region_code)}
    # A bureau's own names hold in its region, and everything it has entered below is reached by full name.
    changed = [*known.own, *known.aliases]
    own = [a for code in dict.fromkeys(changed) if (a := known.agency(code))]
    usable = [a for a in own if a.region in line or name in (a.zh, a.short)]
    return known.book.resolve(name, region=region_code, on=day, more=usable)


def successors(code: str, on: date | None = None) -> list[Agency]:
    """Who stands in an agency's place on a day: itself while it exists, else its heirs, theirs if need be."""
    day, known = on or clock.today(), places()
    found: dict[str, Agency] = {}
    seen: set[str] = set()
    waiting: Iterable[str] = [code]
    while waiting:
        heirs: list[str] = []
        for each in waiting:
            candidate = known.agency(each)
            if candidate is None or each in seen:
                continue
            seen.add(each)
            if candidate.in_force(day):
                found[each] = candidate
            else:
                heirs.extend(candidate.becomes)
        waiting = heirs
    return list(found.values())


# --- trades


def trades() -> TradeTable:
    """GB/T 4754-2017 as in the catalogue."""
    return catalogue.trades()


def trade(code: str) -> Trade | None:
    """The trade of a code (1512, C1512, C), None where there is none; an unlisted class has its group's
    name.
    """
    try:
        return trades().parse(code)
    except ValueError:
        return None
