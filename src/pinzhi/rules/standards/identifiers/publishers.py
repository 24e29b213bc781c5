"""The codes of publishers: `catalogue/standards/publishers.yaml`, part of the package, read once when first needed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from pinzhi.rules import yaml_text


@dataclass(frozen=True, slots=True)
class Publisher:
    """One code: the trade or publisher it stands for, the level of its standards, and how it is written."""

    code: str
    zh: str
    en: str
    level: str
    written: str


@dataclass(frozen=True, slots=True)
class Publishers:
    """Chinese codes, province codes of local standards, and publishers outside China."""

    chinese: dict[str, Publisher]
    provinces: dict[str, str]
    abroad: dict[str, Publisher]


@lru_cache(maxsize=1)
def publishers() -> Publishers:
    """Everything of the catalogue's list."""
    text = (files("pinzhi") / "catalogue" / "standards" / "publishers.yaml").read_text(encoding="utf-8")
    content: dict[str, Any] = yaml_text.load(text)

    def read(section: str) -> dict[str, Publisher]:
        return {
            code: Publisher(code, row["zh"], row.get("en", ""), row["level"], row.get("written", code))
            for code, row in content[section].items()
        }

    return Publishers(read("chinese"), {str(k): v for k, v in content["provinces"].items()}, read("abroad"))
