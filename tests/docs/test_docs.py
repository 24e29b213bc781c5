"""The documentation holds together: links lead somewhere, pictures are there, the glossary is the catalogue's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from tools import glossary

ROOT = Path(__file__).parents[2]
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]


def test_the_glossary_is_the_catalogues() -> None:
    assert glossary.PAGE.read_text(encoding="utf-8") == glossary.page()


def test_every_term_stands_on_the_page() -> None:
    terms = yaml.safe_load(glossary.SOURCE.read_text(encoding="utf-8"))
    page = glossary.page()
    assert len(terms) > 100
    assert all(f"| {zh} | {en} |" in page for zh, en in terms.items())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8")):
        if not target.startswith(("http://", "https://", "mailto:")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_commands_that_are_named_exist() -> None:
    from pinzhi.doors.cli.main import COMMANDS

    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    named = set(re.findall(r"`(?:\.venv/bin/)?pinzhi ([a-z]+)", text)) | set(
        re.findall(r"^pinzhi ([a-z]+)", text, re.M)
    )
    assert named and named <= set(COMMANDS)
