"""The pages that officials read are made of the tables that the tests run."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SPEC = importlib.util.spec_from_file_location("rule_pages", ROOT / "scripts" / "rule_pages.py")
assert SPEC and SPEC.loader
rule_pages = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(rule_pages)


@pytest.mark.parametrize("name", sorted(rule_pages.PAGE_OF))
def test_page_is_up_to_date(name: str) -> None:
    page = (rule_pages.PAGES / name).read_text(encoding="utf-8")
    assert page == rule_pages.PAGE_OF[name](), "run: python scripts/rule_pages.py"
