"""The vocabulary of limits for tests: built once from the catalogue's files."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

import pinzhi
from pinzhi.rules.standards.limits import Limit, Vocabulary, limit_of_row

CATALOGUE = Path(pinzhi.__file__).parent / "catalogue" / "standards"
FILES = ("units", "quantities", "methods", "analytes", "scopes")


@cache
def vocabulary() -> Vocabulary:
    return Vocabulary.build(
        *(yaml.safe_load((CATALOGUE / f"{name}.yaml").read_text(encoding="utf-8")) for name in FILES)
    )


def limit(edition: str = "GB 1-2020", **row: Any) -> Limit:
    """A limit of a row of the tables in this folder."""
    columns = {"class": "applies", "from": "effective_on", "until": "withdrawn_on"}
    return limit_of_row({"edition": edition, **{columns.get(k, k): v for k, v in row.items()}}, vocabulary())
