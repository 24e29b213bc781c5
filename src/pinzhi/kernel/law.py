"""The law of the catalogue: dated parameters, read once, asked as of a day."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from pinzhi.rules import yaml_text
from pinzhi.rules.law import Law, LawAsOf, LawValue, parse_all


@lru_cache(maxsize=1)
def law() -> Law:
    """Every parameter of `catalogue/law/*.yaml` with all its values."""
    paths = sorted((Path(settings.CATALOGUE_DIR) / "law").glob("*.yaml"))
    return parse_all(yaml_text.load(path.read_text(encoding="utf-8")) for path in paths)


def as_of(day: date) -> LawAsOf:
    """The law in force on the day."""
    return law().as_of(day)


def value(key: str, day: date) -> LawValue:
    """One parameter as of the day; raises NoSuchLawError."""
    return as_of(day).get(key)
