"""The catalogue with a bureau's own rows laid over it, kept in memory.

Places are asked for on every page and change some times a year. So a process keeps what it has read; its
own changes count at once, another process's after at most `_FRESH` seconds.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import lru_cache

from pinzhi.kernel.places import catalogue
from pinzhi.kernel.places.models import Agency as AgencyRow
from pinzhi.kernel.places.models import AgencyAlias, Delegation, Succession
from pinzhi.kernel.places.models import Region as RegionRow
from pinzhi.rules.places.agencies import Agency, AgencyBook, Duty
from pinzhi.rules.places.regions import Region, RegionTable

_FRESH = 30.0
_REGIONS_KEPT = 500


@dataclass(frozen=True)
class Places:
    """Regions, the general agencies over them, and what a bureau has entered itself."""

    regions: RegionTable
    book: AgencyBook
    own: Mapping[str, Agency]
    aliases: Mapping[str, tuple[str, ...]]
    successions: tuple[Succession, ...]
    delegations: tuple[Delegation, ...]
    _asked: dict[str, tuple[Agency, ...]] = field(default_factory=dict, repr=False, compare=False)

    def agency(self, code: str) -> Agency | None:
        """The agency of that code: the bureau's own row, else the general one; with successions applied."""
        agency = self.own.get(code) or self.book.agency(code)
        if agency is None:
            return None
        names = self.aliases.get(code, ())
        whole = [s for s in self.successions if s.predecessor == code]
        becomes = (*(s.successor for s in whole), *agency.becomes) if whole else agency.becomes
        ends = agency.valid_until
        # Who hands over some functions only goes on with the others.
        last = min((s.since for s in whole if not s.functions), default=None)
        if last is not None:
            ends = last - timedelta(days=1)
        return replace(
            agency,
            aliases=(*names, *agency.aliases),
            becomes=tuple(dict.fromkeys(becomes)),
            valid_until=ends,
        )

    def in_region(self, region: str) -> tuple[Agency, ...]:
        """All agencies of one region, past ones included; asked for every row of a file, so it is kept."""
        found = self._asked.get(region)
        if found is None:
            if len(self._asked) >= _REGIONS_KEPT:
                self._asked.clear()
            found = self._asked[region] = tuple(self._agencies_in(region))
        return found

    def _agencies_in(self, region: str) -> list[Agency]:
        codes = [a.code for a in self.book.in_region(region)]
        codes += [a.code for a in self.own.values() if a.region == region and a.code not in codes]
        return [a for code in codes if (a := self.agency(code))]


_lock = threading.Lock()
_kept: tuple[float, Places] | None = None
_catalogue_only: ContextVar[bool] = ContextVar("pinzhi_catalogue_only", default=False)


@contextmanager
def catalogue_only() -> Iterator[None]:
    """Inside the block places are what the catalogue says: no table is read (the portal may read none of them)."""
    token = _catalogue_only.set(True)
    try:
        yield
    finally:
        _catalogue_only.reset(token)


@lru_cache(maxsize=1)
def _of_catalogue() -> Places:
    return Places(catalogue.regions(), catalogue.agencies(), {}, {}, (), ())


def places() -> Places:
    """What is known now."""
    if _catalogue_only.get():
        return _of_catalogue()
    global _kept
    kept = _kept
    if kept is None or time.monotonic() - kept[0] > _FRESH:
        with _lock:
            kept = _kept
            if kept is None or time.monotonic() - kept[0] > _FRESH:
                kept = _kept = (time.monotonic(), _read())
    return kept[1]


def forget() -> None:
    """Read anew at the next question: after a change, and between tests."""
    global _kept
    _kept = None


def _read() -> Places:
    added = [_region(row) for row in RegionRow.objects.all()]
    if added:
        changed = {r.code for r in added}
        table = RegionTable([*(r for r in catalogue.region_rows() if r.code not in changed), *added])
        book = AgencyBook(catalogue.agency_data(), table)
    else:
        table, book = catalogue.regions(), catalogue.agencies()
    aliases: dict[str, tuple[str, ...]] = {}
    for alias in AgencyAlias.objects.order_by("id"):
        aliases[alias.agency] = (*aliases.get(alias.agency, ()), alias.name)
    return Places(
        regions=table,
        book=book,
        own={row.code: _agency(row, book) for row in AgencyRow.objects.all()},
        aliases=aliases,
        successions=tuple(Succession.objects.order_by("since", "id")),
        delegations=tuple(Delegation.objects.order_by("id")),
    )


def _region(row: RegionRow) -> Region:
    return Region(
        code=row.code,
        zh=row.zh,
        en=row.en,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        becomes=tuple(row.becomes),
        covers=tuple(row.covers),
        aliases=tuple(row.aliases),
    )


def _agency(row: AgencyRow, book: AgencyBook) -> Agency:
    general = book.agency(row.code)
    return Agency(
        code=row.code,
        region=row.region,
        zh=row.zh,
        en=row.en or (general.en if general else ""),
        short=row.short or (general.short if general else row.zh),
        kind=general.kind if general else "",
        functions=tuple(Duty(f) for f in row.functions) or (general.functions if general else ()),
        aliases=general.aliases if general else (),
        valid_from=row.valid_from or (general.valid_from if general else None),
        valid_until=row.valid_until or (general.valid_until if general else None),
        becomes=general.becomes if general else (),
        source=row.source or (general.source if general else ""),
        verified=True,
    )
