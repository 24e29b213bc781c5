"""Word documents as lines: paragraphs, rows of tables with tabs, numbers of automatic numbering written out."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

from docx import Document
from docx.oxml.ns import qn

_CN = "零一二三四五六七八九十"


def chinese(number: int) -> str:
    """1..99 as a Chinese numeral."""
    if number <= 10:
        return _CN[number]
    tens, ones = divmod(number, 10)
    return (
        ("" if tens == 1 else _CN[tens]) + "十" + (_CN[ones] if ones else "") if number < 100 else str(number)
    )


def _format(number: int, style: str) -> str:
    if style.startswith(("chinese", "ideograph", "japaneseCounting", "taiwanese")):
        return chinese(number)
    if style in ("decimalEnclosedCircle", "decimalEnclosedCircleChinese"):
        return chr(0x245F + number) if number <= 20 else str(number)
    return str(number)


class _Numbering:
    """Counts automatic numbers as Word does: by list and level, deeper levels start again."""

    def __init__(self, document: Any) -> None:
        self.levels: dict[tuple[str, int], tuple[str, str, int]] = {}
        self.abstract: dict[str, str] = {}
        self.counts: dict[tuple[str, int], int] = {}
        try:
            root = document.part.numbering_part.element
        except (KeyError, NotImplementedError, AttributeError):
            return
        for item in root.findall(qn("w:num")):
            link = item.find(qn("w:abstractNumId"))
            if link is not None:
                self.abstract[item.get(qn("w:numId"))] = link.get(qn("w:val"))
        for item in root.findall(qn("w:abstractNum")):
            for level in item.findall(qn("w:lvl")):

                def value(tag: str, default: str, level: Any = level) -> str:
                    found = level.find(qn(tag))
                    return default if found is None else found.get(qn("w:val")) or default

                key = (item.get(qn("w:abstractNumId")), int(level.get(qn("w:ilvl")) or 0))
                start = value("w:start", "1")
                self.levels[key] = (
                    value("w:numFmt", "decimal"),
                    value("w:lvlText", ""),
                    int(start) if start.isdigit() else 1,
                )

    def mark(self, paragraph: Any) -> str:
        """The number that Word prints before a paragraph; empty for none and for bullets."""
        found = paragraph.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
        if found is None:
            return ""
        number, level = found.find(qn("w:numId")), found.find(qn("w:ilvl"))
        if number is None:
            return ""
        abstract = self.abstract.get(number.get(qn("w:val")), "")
        depth = int(level.get(qn("w:val")) or 0) if level is not None else 0
        rule = self.levels.get((abstract, depth))
        if rule is None or rule[0] in ("bullet", "none"):
            return ""
        key = (abstract, depth)
        self.counts[key] = self.counts.get(key, rule[2] - 1) + 1
        for other in list(self.counts):
            if other[0] == abstract and other[1] > depth:
                del self.counts[other]

        def level_number(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            style = self.levels.get((abstract, at), ("decimal", "", 1))
            return _format(self.counts.get((abstract, at), style[2]), style[0])

        return re.sub(r"%(\d)", level_number, rule[1])


def _text(element: Any) -> str:
    parts: list[str] = []
    for node in element.iter():
        if node.tag == qn("w:t"):
            parts.append(node.text or "")
        elif node.tag in (qn("w:br"), qn("w:cr")):
            parts.append("\n")
        elif node.tag == qn("w:tab") and node.getparent().tag == qn("w:r"):
            parts.append(" ")
        elif node.tag == qn("w:noBreakHyphen"):
            parts.append("-")
    return "".join(parts)


def _blocks(body: Any) -> Iterator[Any]:
    for child in body.iterchildren():
        if child.tag in (qn("w:p"), qn("w:tbl")):
            yield child
        elif child.tag in (qn("w:sdt"), qn("w:ins"), qn("w:smartTag")):
            content = child.find(qn("w:sdtContent"))
            yield from _blocks(child if content is None else content)


def document_text(data: bytes) -> str:
    """The text of a .docx file. Raises whatever python-docx raises for a damaged file."""
    document = Document(io.BytesIO(data))
    numbering = _Numbering(document)
    lines: list[str] = []
    for block in _blocks(document.element.body):
        if block.tag == qn("w:p"):
            lines.append(numbering.mark(block) + _text(block))
            continue
        held: dict[int, str] = {}
        for number, row in enumerate(block.iterchildren(qn("w:tr"))):
            cells: list[str] = []
            column = 0
            for cell in row.iterchildren(qn("w:tc")):
                span = cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}")
                merge = cell.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
                words = " ".join(
                    numbering.mark(p) + _text(p).replace("\n", " ").replace("\t", " ")
                    for p in cell.iter(qn("w:p"))
                )
                wide = int(span.get(qn("w:val")) or 1) if span is not None else 1
                if merge is not None and merge.get(qn("w:val")) != "restart":
                    words = words or held.get(column, "")
                held[column] = words
                # a cell that spans columns heads each of them in the first row; below it is one cell
                cells.extend([words.strip() or "-"] * (min(wide, 60) if number == 0 else 1))
                column += wide
            lines.append("\t".join(cells))
    return "\n".join(lines)
