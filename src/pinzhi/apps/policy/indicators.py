"""The indicators of the catalogue, as checked values; one file is one indicator."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from pinzhi.kernel.errors import NotFound
from pinzhi.kernel.registers import catalogue
from pinzhi.rules import yaml_text
from pinzhi.rules.indicators.definition import IndicatorDefinition, parse_indicator


@lru_cache(maxsize=1)
def indicators() -> dict[str, IndicatorDefinition]:
    """All indicators by name, in the order of their numbers."""
    found = [
        parse_indicator(yaml_text.load(path.read_text(encoding="utf-8")))
        for path in sorted((Path(settings.CATALOGUE_DIR) / "indicators").glob("*.yaml"))
    ]
    return {indicator.name: indicator for indicator in sorted(found, key=lambda i: i.number)}


def get(name: str) -> IndicatorDefinition:
    """One indicator, or NotFound."""
    found = indicators().get(name)
    if found is None:
        raise NotFound(
            "no_such_indicator", zh=f"没有指标“{name}”。", en=f"There is no indicator {name}.", place=name
        )
    return found


def count_of(register: str, name: str) -> Mapping[str, Any]:
    """A register's count as the rules take it. Raises KeyError."""
    found = catalogue.registers().get(register)
    if found is None:
        raise KeyError(register)
    count = found.definition.count(name)
    filters = [
        {"field": f.field, "op": f.op, "value": f.value is not False if f.op == "present" else f.value}
        for f in count.filters
    ]
    return {**count.model_dump(exclude={"title", "help", "filters"}), "filters": filters}
