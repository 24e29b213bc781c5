"""The vocabulary of limits and the methods of the degree of conformity, read once from catalogue/standards."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from pinzhi.rules import yaml_text
from pinzhi.rules.standards.conformity import Method, method_on, methods
from pinzhi.rules.standards.limits import Vocabulary


def _read(name: str) -> Any:
    path = Path(settings.CATALOGUE_DIR) / "standards" / f"{name}.yaml"
    return yaml_text.load(path.read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """Units, kinds of quantity, methods, analytes and scopes."""
    return Vocabulary.build(
        *(_read(name) for name in ("units", "quantities", "methods", "analytes", "scopes"))
    )


@lru_cache(maxsize=1)
def conformity_methods() -> tuple[Method, ...]:
    """All versions of the method, oldest first."""
    return methods(_read("conformity"))


def conformity_method(day: date) -> Method:
    """The method in force on a day."""
    return method_on(conformity_methods(), day)
