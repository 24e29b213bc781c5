"""The catalogue's regions, agencies and trades, read once a process. Needs no database."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from pinzhi.rules import yaml_text
from pinzhi.rules.identifiers.trade import TradeTable
from pinzhi.rules.places.agencies import AgencyBook
from pinzhi.rules.places.regions import Region, RegionTable, read_rows


def _folder() -> Path:
    return Path(settings.CATALOGUE_DIR)


@lru_cache(maxsize=1)
def region_rows() -> tuple[Region, ...]:
    """All rows of `regions/*.csv`."""
    rows: list[Region] = []
    for file in sorted((_folder() / "regions").glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as lines:
            rows.extend(read_rows(lines))
    return tuple(rows)


@lru_cache(maxsize=1)
def regions() -> RegionTable:
    return RegionTable(region_rows())


@lru_cache(maxsize=1)
def agency_data() -> dict[str, Any]:
    return dict(_yaml("agencies.yaml"))


@lru_cache(maxsize=1)
def agencies() -> AgencyBook:
    """The general agencies over the catalogue's regions."""
    return AgencyBook(agency_data(), regions())


@lru_cache(maxsize=1)
def functions() -> dict[str, Any]:
    """Functions of government by key, each with its title."""
    return dict(_yaml("functions.yaml"))


@lru_cache(maxsize=1)
def trades() -> TradeTable:
    """GB/T 4754-2017."""
    return TradeTable.from_data(_yaml("trades.yaml"))


def _yaml(name: str) -> Any:
    with (_folder() / name).open(encoding="utf-8") as stream:
        return yaml_text.load(stream)
