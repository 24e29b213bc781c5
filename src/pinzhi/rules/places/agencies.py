"""Agencies by function of government: what they are called where and when, and whom a document means.

A kind (market_supervision) stands for the same agency at every level and in every region. The agency of a
kind in a region has the code `<region>-<kind>` and exists on the days on which its kind does; nothing has
to be entered for it. What differs in one place (another name, another holder of a function) is a bureau's own
data, laid over this.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pinzhi.rules.places.regions import ROOT, Region, RegionTable, level_of

_LEVEL_WORDS = {
    "省": "province",
    "自治区": "province",
    "市": "city",
    "州": "city",
    "县": "county",
    "区": "county",
}


@dataclass(frozen=True, slots=True)
class Duty:
    """A function that a kind of agency holds, on some days."""

    function: str
    since: date | None = None
    until: date | None = None

    def in_force(self, on: date) -> bool:
        return (self.since is None or self.since <= on) and (self.until is None or on <= self.until)


@dataclass(frozen=True, slots=True)
class Agency:
    """One agency: of a kind in a region, or a bureau's own. Days are the first and the last it exists."""

    code: str
    region: str
    zh: str
    en: str
    short: str = ""
    kind: str = ""
    functions: tuple[Duty, ...] = ()
    aliases: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None
    becomes: tuple[str, ...] = ()
    source: str = ""
    verified: bool = False

    def in_force(self, on: date) -> bool:
        return (self.valid_from is None or self.valid_from <= on) and (
            self.valid_until is None or on <= self.valid_until
        )

    def holds(self, function: str, on: date) -> bool:
        return self.in_force(on) and any(d.function == function and d.in_force(on) for d in self.functions)


@dataclass(frozen=True, slots=True)
class Kind:
    """A row of `catalogue/agencies.yaml`."""

    name: str
    zh: Mapping[str, str]
    en: Mapping[str, str]
    national: Mapping[str, Any]
    aliases: tuple[str, ...]
    functions: tuple[Duty, ...]
    since: date | None
    until: date | None
    becomes: tuple[str, ...]
    exceptions: Mapping[str, str]
    regions: tuple[str, ...]
    regions_not: tuple[str, ...]
    before: str
    vertical: bool
    party: bool
    source: str
    verified: bool

    @property
    def titles(self) -> set[str]:
        """Everything that may stand after the region's name."""
        return {*self.zh.values(), *self.exceptions.values(), *self.aliases}

    def exists_in(self, region: str) -> bool:
        level = level_of(region)
        if level == "country":
            return bool(self.national)
        if level not in self.zh:
            return False
        if self.regions and not region.startswith(self.regions):
            return False
        return not (self.regions_not and region.startswith(self.regions_not))


@dataclass(frozen=True, slots=True)
class Resolved:
    """Whom a name in a document means: the agency where one answer is clear, else the candidates."""

    agency: Agency | None
    candidates: tuple[Agency, ...] = field(default=())


class AgencyBook:
    """All kinds of agencies over a table of regions."""

    def __init__(self, data: Mapping[str, Any], regions: RegionTable) -> None:
        self._regions = regions
        sources = data.get("sources", {})
        self.kinds: dict[str, Kind] = {name: _kind(name, row, sources) for name, row in data["kinds"].items()}
        for kind in self.kinds.values():
            for heir in kind.becomes:
                if heir not in self.kinds:
                    raise ValueError(f"{kind.name} becomes {heir!r}, which is no kind")

    def agency(self, code: str) -> Agency | None:
        """The agency `<region>-<kind>`, whether it still exists or not."""
        region_code, _, kind_name = code.partition("-")
        kind = self.kinds.get(kind_name)
        if kind is None or not kind.exists_in(region_code):
            return None
        region = self._regions.get(region_code)
        return self._made(kind, region) if region else None

    def in_region(self, region_code: str) -> Iterator[Agency]:
        """All agencies of one region (not of its subtree), past ones included."""
        region = self._regions.get(region_code)
        for kind in self.kinds.values() if region else ():
            if region and kind.exists_in(region_code):
                yield self._made(kind, region)

    def holders(self, function: str, region_code: str, on: date) -> list[Agency]:
        """Agencies of one region that hold a function on a day."""
        return [a for a in self.in_region(region_code) if a.holds(function, on)]

    def _made(self, kind: Kind, region: Region) -> Agency:
        if region.code == ROOT:
            zh, en = str(kind.national["zh"]), str(kind.national["en"])
            aliases = tuple(kind.national.get("aliases", ()))
            short = aliases[0] if aliases else zh
        else:
            title = kind.exceptions.get(region.code) or kind.zh[region.level]
            stem = region.short if kind.vertical or (kind.party and region.level != "zone") else region.zh
            if kind.party:
                stem = "中共" + region.zh
            zh = kind.before + stem + title
            en = f"{kind.en[region.level]}, {region.en or region.short}"
            aliases = kind.aliases
            short = _level_word(region) + (aliases[0] if aliases and aliases[0] else title)
            if kind.vertical:
                short = region.short + title
        return Agency(
            code=f"{region.code}-{kind.name}",
            region=region.code,
            zh=zh,
            en=en,
            short=short,
            kind=kind.name,
            functions=kind.functions,
            aliases=aliases,
            valid_from=kind.since,
            valid_until=kind.until,
            becomes=tuple(f"{region.code}-{k}" for k in kind.becomes if self.kinds[k].exists_in(region.code)),
            source=kind.source,
            verified=kind.verified,
        )

    def resolve(self, name: str, *, region: str, on: date, more: Iterable[Agency] = ()) -> Resolved:
        """Whom `name` means in a document of a region (省质监局, 福州市发改委, 平潭综合实验区管委会).

        A level word (省, 市, 县) or a region's name in front says the level; without one the document's
        own level is meant, as where a list says 省 only once. Agencies that exist on the day go before
        past and later ones. `more` are a bureau's own agencies, which go before the general ones.
        """
        text = "".join(unicodedata.normalize("NFKC", name).split())
        found: dict[str, Agency] = {}
        for agency in more:
            if text in (agency.zh, agency.short, *agency.aliases):
                found[agency.code] = agency
        for area, title in self._readings(text, region, on):
            for agency in self.in_region(area):
                if title in self.kinds[agency.kind].titles or title in agency.aliases or text == agency.zh:
                    found.setdefault(agency.code, agency)
            if found:
                break
        if not found:
            found = {a.code: a for a in self.in_region(ROOT) if text in (a.zh, *a.aliases)}
        ranked = sorted(found.values(), key=lambda a: self._rank(a, text, on))
        if not ranked:
            return Resolved(None)
        best = self._rank(ranked[0], text, on)
        clear = len(ranked) == 1 or self._rank(ranked[1], text, on) > best
        return Resolved(ranked[0] if clear else None, tuple(ranked))

    def _rank(self, agency: Agency, text: str, on: date) -> tuple[bool, bool, bool]:
        # Who exists on the day, then who bears the name itself, then who is first among those of the alias.
        kind = self.kinds.get(agency.kind)
        title_is_own = kind is None or any(text.endswith(t) for t in kind.zh.values())
        return (not agency.in_force(on), not title_is_own, bool(kind and not kind.functions))

    def _readings(self, text: str, region: str, on: date) -> Iterator[tuple[str, str]]:
        """Ways to part a name into region and title, the most explicit first."""
        text = text.removeprefix("中共").removeprefix("国家税务总局")
        for cut in range(len(text), 1, -1):
            for place in self._regions.find(text[:cut], on=on)[:3]:
                inside = region == ROOT or self._regions.contains(self._province(region), place.code, on)
                if inside or text[:cut] == place.zh:
                    yield place.code, text[cut:]
        line = [region, *self._regions.ancestors(region)]
        for word, level in _LEVEL_WORDS.items():
            if text.startswith(word):
                for code in line:
                    if level_of(code) == level:
                        yield code, text.removeprefix(word)
        yield region, text

    def _province(self, region: str) -> str:
        return next(
            (c for c in (region, *self._regions.ancestors(region)) if level_of(c) == "province"), ROOT
        )


def _level_word(region: Region) -> str:
    """省 for a province or autonomous region, else the region's short name: how documents shorten
    agencies.
    """
    if region.level == "province":
        return "省" if region.zh.endswith("省") else region.zh[-1] if region.zh.endswith("市") else "自治区"
    return {"city": "州" if region.zh.endswith("州") else "市", "county": region.zh[-1]}.get(region.level, "")


def _kind(name: str, row: Mapping[str, Any], sources: Mapping[str, str]) -> Kind:
    levels = row.get("levels", ["province", "city", "county"])
    return Kind(
        name=name,
        zh=_by_level(row["zh"], levels),
        en=_by_level(row["en"], levels),
        national=row.get("national", {}),
        aliases=tuple(row["aliases"]),
        functions=tuple(
            Duty(f) if isinstance(f, str) else Duty(f["function"], f.get("from"), f.get("until"))
            for f in row["functions"]
        ),
        since=row.get("from"),
        until=row.get("until"),
        becomes=tuple(row.get("becomes", ())),
        exceptions=row.get("except", {}),
        regions=tuple(row.get("regions", ())),
        regions_not=tuple(row.get("regions_not", ())),
        before=row.get("before", ""),
        vertical=bool(row.get("vertical")),
        party=bool(row.get("party")),
        source=sources.get(row["source"], row["source"]),
        verified=bool(row["verified"]),
    )


def _by_level(value: str | Mapping[str, str], levels: Iterable[str]) -> dict[str, str]:
    below = [level for level in levels if level != "country"]
    return dict.fromkeys(below, value) if isinstance(value, str) else dict(value)
