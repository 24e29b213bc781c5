"""docs/glossary.md from catalogue/glossary.yaml: python tools/glossary.py (a test holds the page to the catalogue)."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "pinzhi" / "catalogue" / "glossary.yaml"
PAGE = ROOT / "docs" / "glossary.md"
HEAD = """# 术语 · Glossary

Made from `src/pinzhi/catalogue/glossary.yaml` by `python tools/glossary.py`.
"""


def page() -> str:
    """The page: a table for each section, which the YAML file names in a comment after an empty line."""
    lines, before = [HEAD], ""
    for line in SOURCE.read_text(encoding="utf-8").splitlines()[1:]:
        if line.startswith("# ") and not before:
            lines += [f"## {line[2:]}", "", "| 中文 | English |", "|---|---|"]
        elif line and not line.startswith("#"):
            zh, _, en = line.partition(": ")
            lines.append(f"| {zh} | {en.strip(chr(34) + chr(39))} |")
        elif not line and len(lines) > 1:
            lines.append("")
        before = line
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
