"""Papers in the official layout of GB/T 9704-2012, as Word documents.

A4; type area 156 × 225 mm, top margin 37 mm, left 28 mm (clause 5.2); 22 lines a page of 28 characters in size 3
仿宋 (5.2.3); title size 2 小标宋 (7.3.1); headings 一、 in 黑体, （一） in 楷体, 1. and （1） in 仿宋 (7.3.3); page numbers
in size 4 半角宋体 with a dash on either side, 7 mm below the type area, odd pages right and even pages left with one
character of space (7.5); the head in red (7.2.4, 10.1).

Sizes by number: 2 is 22 pt, 3 is 16 pt, 4 is 14 pt, 5 is 10.5 pt.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import docx
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

SONG, FANGSONG, HEI, KAI, TITLE = "宋体", "仿宋_GB2312", "黑体", "楷体_GB2312", "方正小标宋简体"
#: What a machine without a font may take instead, best first (the font table's alternate names).
FALLBACKS = {
    TITLE: "FZXiaoBiaoSong-B05S,小标宋体,华文中宋,STZhongsong,宋体,SimSun,Noto Serif CJK SC",
    FANGSONG: "仿宋,FangSong,华文仿宋,STFangsong,Noto Serif CJK SC",
    KAI: "楷体,KaiTi,华文楷体,STKaiti,Noto Serif CJK SC",
    HEI: "SimHei,华文黑体,STHeiti,Noto Sans CJK SC",
    SONG: "SimSun,华文宋体,STSong,Noto Serif CJK SC",
}
SIZE_2, SIZE_3, SIZE_4, SIZE_5 = Pt(22), Pt(16), Pt(14), Pt(10.5)
#: 28 characters in 156 mm are 15.79 pt each: size 3 is set closer by a quarter of a point (in twentieths).
CLOSER = -5
#: 225 mm in 22 lines.
LINE = Pt(28.9)
TITLE_LINE = Pt(33)
WIDTH, TEXT_WIDTH = 156.0, 28
RED = RGBColor(0xFF, 0, 0)
Align = Literal["left", "right", "center"]
ALIGN = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
}
HEADING_FONTS = {1: HEI, 2: KAI, 3: FANGSONG, 4: FANGSONG}
#: What the schema wants behind an element of a paragraph's properties.
_AFTER_SNAP = (
    "w:spacing",
    "w:ind",
    "w:contextualSpacing",
    "w:jc",
    "w:textAlignment",
    "w:outlineLvl",
    "w:rPr",
    "w:sectPr",
)
_AFTER_BORDERS = ("w:shd", "w:tabs", "w:snapToGrid", *_AFTER_SNAP)
_DIGITS = "零一二三四五六七八九十"


def chinese_number(n: int) -> str:
    """1 to 99 in Chinese: 一, 十, 十二, 二十, 二十一."""
    if n <= 10:
        return _DIGITS[n]
    tens, ones = divmod(n, 10)
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")


def heading_number(level: int, n: int) -> str:
    """一、 （一） 1. （1）"""
    return {1: f"{chinese_number(n)}、", 2: f"（{chinese_number(n)}）", 3: f"{n}.", 4: f"（{n}）"}[level]


def day_text(day: date) -> str:
    """2024年6月30日: Arabic numerals, no zeros in front (7.3.5.4)."""
    return f"{day.year}年{day.month}月{day.day}日"


@dataclass(frozen=True)
class Head:
    """The head in red. `report`: to a superior, with who signed it off; `letter`: the letter form (10.1)."""

    agency: str
    number: str = ""
    kind: Literal["report", "letter"] = "report"
    signatory: str = ""
    urgency: str = ""


class Paper:
    """A paper that is written from top to bottom."""

    def __init__(self, head: Head | None = None) -> None:
        self._word = docx.Document()
        about = self._word.core_properties
        about.author, about.comments, about.title = (head.agency if head else ""), "", ""
        self._counts = [0, 0, 0, 0]
        self._tables = 0
        self._page(letter=head is not None and head.kind == "letter")
        self._fonts()
        if head is not None:
            self._letter_head(head) if head.kind == "letter" else self._report_head(head)

    # --- what is written

    def title(self, text: str) -> None:
        """Size 2 小标宋, in the middle, two empty lines above where a head stands."""
        self._word.core_properties.title = text.replace("\n", "")
        for line in text.split("\n"):
            self._line(line, TITLE, SIZE_2, align="center", spacing=TITLE_LINE)
        self._line("")

    def addressee(self, text: str) -> None:
        """Whom it is sent to: at the left edge, with a full-width colon."""
        self._line(text.rstrip("：:") + "：")

    def heading(self, text: str, level: int = 1) -> None:
        """A heading with its number, counted by itself."""
        self._counts[level - 1] += 1
        self._counts[level:] = [0] * (4 - level)
        numbered = heading_number(level, self._counts[level - 1]) + text
        found = self._line(numbered, HEADING_FONTS[level], indent=2)
        found.paragraph_format.keep_with_next = True

    def text(self, text: str) -> None:
        """Running text, each line of it a paragraph with two characters of indent."""
        for line in text.splitlines():
            if line.strip():
                self._line(line.strip(), indent=2)

    def table(
        self,
        caption: str,
        head: Sequence[str],
        rows: Iterable[Sequence[str]],
        widths: Sequence[float],
        align: Sequence[Align],
    ) -> None:
        """A table of three lines: thick above and below, thin under the head, which is repeated on each page.

        `widths` in mm, scaled to the type area.
        """
        self._tables += 1
        above = self._line(f"表{self._tables}　{caption}", HEI, Pt(12), align="center", spacing=Pt(22))
        above.paragraph_format.keep_with_next = True
        lines = [tuple(head), *(tuple(row) for row in rows)]
        table = self._word.add_table(rows=0, cols=len(head))
        table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
        scale = WIDTH / sum(widths)
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Mm(width * scale)
        for number, line in enumerate(lines):
            row = table.add_row()
            for at, (cell, value) in enumerate(zip(row.cells, line, strict=True)):
                cell.width = Mm(widths[at] * scale)
                self._cell(
                    cell, str(value), HEI if number == 0 else SONG, "center" if number == 0 else align[at]
                )
            properties = row._tr.get_or_add_trPr()
            properties.append(OxmlElement("w:cantSplit"))
            if number == 0:
                properties.append(OxmlElement("w:tblHeader"))
                for cell in row.cells:
                    cell._tc.get_or_add_tcPr().append(_borders("w:tcBorders", bottom=6))
        table._tbl.tblPr.insert_element_before(
            _borders("w:tblBorders", top=12, bottom=12), "w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook"
        )
        self._line("", spacing=Pt(12))

    def signature(self, agency: str, day: date) -> None:
        """Who signs and when: two empty lines, the agency in the middle above the date, four characters from the right."""
        for _ in range(2):
            self._line("").paragraph_format.keep_with_next = True
        shown = day_text(day)
        # The agency stands in the middle above the date (7.3.5.1); above a long name's middle the date moves left.
        over = (width_of(agency) - width_of(shown)) / 2
        name = self._line(agency, align="right")
        name.paragraph_format.keep_with_next = True
        _indent(name, right=max(0.0, 4 - over))
        _indent(self._line(shown, align="right"), right=max(4.0, over))

    def save(self) -> bytes:
        """The document as a file's content."""
        out = io.BytesIO()
        self._word.save(out)
        return out.getvalue()

    # --- how it looks

    def _page(self, *, letter: bool) -> None:
        section = self._word.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin, section.bottom_margin = Mm(37), Mm(35)
        section.left_margin, section.right_margin = Mm(28), Mm(26)
        # The dash of the page number stands 7 mm below the type area: 35 - 7 - the line's own 6.
        section.header_distance, section.footer_distance = Mm(15), Mm(22)
        for old in section._sectPr.findall(qn("w:docGrid")):
            section._sectPr.remove(old)
        grid = OxmlElement("w:docGrid")
        # Of the grid only the lines: programs disagree on its characters, so those are set closer in the runs.
        for name, value in (("type", "lines"), ("linePitch", "578")):
            grid.set(qn(f"w:{name}"), value)
        section._sectPr.append(grid)
        self._word.settings.odd_and_even_pages_header_footer = True
        self._number(section.footer.paragraphs[0], "right")
        self._number(section.even_page_footer.paragraphs[0], "left")
        if letter:
            section.different_first_page_header_footer = True
            section.header_distance = Mm(20)
            line = section.first_page_footer.paragraphs[0]
            _indent_mm(line, -7, -7)
            _rule(line, style="thinThickSmallGap", top=24)

    def _number(self, paragraph: Any, side: Align) -> None:
        paragraph.alignment = ALIGN[side]
        _indent(paragraph, **{side: 1.0})
        _plain(paragraph)
        for text in ("— ", None, " —"):
            run = paragraph.add_run(text or "")
            _font(run, SONG, SIZE_4)
            if text is None:
                for kind in ("begin", None, "end"):
                    run._r.append(_field_char(kind) if kind else _instruction("PAGE"))

    def _fonts(self) -> None:
        normal = self._word.styles["Normal"]
        _font(normal, FANGSONG, SIZE_3)
        language = OxmlElement("w:lang")
        for name in ("val", "eastAsia"):
            language.set(qn(f"w:{name}"), "zh-CN")
        normal.element.rPr.append(language)
        shape = normal.paragraph_format
        shape.space_before = shape.space_after = Pt(0)
        shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, LINE
        shape.widow_control = False
        for part in self._word.part.package.iter_parts():
            if str(part.partname) == "/word/fontTable.xml":
                part._blob = _font_table(part.blob)

    def _line(
        self,
        text: str,
        font: str = FANGSONG,
        size: Any = SIZE_3,
        *,
        align: Align | None = None,
        indent: int = 0,
        spacing: Any = LINE,
    ) -> Any:
        paragraph = self._word.add_paragraph()
        paragraph.alignment = ALIGN[align] if align else WD_ALIGN_PARAGRAPH.JUSTIFY
        paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
        paragraph.paragraph_format.line_spacing = spacing
        if indent:
            _indent(paragraph, first=indent)
        run = paragraph.add_run(text)
        _font(run, font, size)
        if size == SIZE_3:
            _closer(run)
        return paragraph

    def _cell(self, cell: Any, text: str, font: str, align: Align) -> None:
        paragraph = cell.paragraphs[0]
        paragraph.alignment = ALIGN[align]
        _plain(paragraph)
        paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
        _font(paragraph.add_run(text), font, SIZE_5)

    def _report_head(self, head: Head) -> None:
        """The head of a document to a superior: 35 mm from the type area's edge to the agency (7.2.4), red line below."""
        if head.urgency:
            self._line(head.urgency, HEI)
        agency = self._red_name(head.agency + "文件")
        agency.paragraph_format.space_before = Mm(35) - (LINE if head.urgency else 0)
        self._line("")
        self._line("")
        line = self._line("", align="left")
        # One character from the left, and from the right a tab stop one character in (7.2.6, 7.2.5).
        _indent(line, left=1, right=1)
        stops = line.paragraph_format.tab_stops
        stops.add_tab_stop(Mm(WIDTH) - SIZE_3, alignment=2)
        line.runs[0].text = head.number
        if head.signatory:
            _font(line.add_run("\t签发人："), FANGSONG, SIZE_3)
            _font(line.add_run(head.signatory), KAI, SIZE_3)
        rule = self._line("", spacing=Pt(11.3))
        _rule(rule, bottom=18)
        self._line("")
        self._line("")

    def _letter_head(self, head: Head) -> None:
        """The letter form: the agency 30 mm from the page's edge, a thick and a thin line of 170 mm 4 mm below (10.1)."""
        section = self._word.sections[0]
        section.top_margin = Mm(30)
        name = self._red_name(head.agency)
        _indent_mm(name, -7, -7)
        _rule(name, style="thickThinSmallGap", bottom=24, space=11)
        self._line(head.number, align="right")
        if head.urgency:
            self._line(head.urgency, HEI)
        self._line("")
        self._line("")

    def _red_name(self, text: str) -> Any:
        size = Pt(min(48, max(22, int(WIDTH / 25.4 * 72 / max(1, len(text))))))
        name = self._line(text, TITLE, size, align="center", spacing=Pt(size.pt * 1.2))
        name.runs[0].font.color.rgb = RED
        return name


def width_of(text: str) -> float:
    """In full-width characters."""
    return sum(0.5 if ord(c) < 0x2000 else 1.0 for c in text)


def _font(target: Any, name: str, size: Any) -> None:
    target.font.name, target.font.size = name, size
    fonts = (target.element if hasattr(target, "element") else target._r).get_or_add_rPr().get_or_add_rFonts()
    for script in ("eastAsia", "ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{script}"), name)


def _closer(run: Any) -> None:
    spacing = OxmlElement("w:spacing")
    spacing.set(qn("w:val"), str(CLOSER))
    run._r.get_or_add_rPr().insert_element_before(
        spacing, "w:w", "w:kern", "w:position", "w:sz", "w:szCs", "w:u", "w:lang"
    )


def _indent(paragraph: Any, *, first: float = 0, left: float = 0, right: float = 0) -> None:
    """In characters of size 3, and in twips for programs that do not know characters."""
    found = paragraph._p.get_or_add_pPr().get_or_add_ind()
    for name, count in (("firstLine", first), ("left", left), ("right", right)):
        if count:
            found.set(qn(f"w:{name}Chars"), str(round(count * 100)))
            found.set(qn(f"w:{name}"), str(round(count * 320)))


def _indent_mm(paragraph: Any, left: float, right: float) -> None:
    paragraph.paragraph_format.left_indent, paragraph.paragraph_format.right_indent = Mm(left), Mm(right)


def _plain(paragraph: Any) -> None:
    """Off the page's grid: tables and page numbers have lines of their own height."""
    properties = paragraph._p.get_or_add_pPr()
    snap = OxmlElement("w:snapToGrid")
    snap.set(qn("w:val"), "0")
    properties.insert_element_before(snap, *_AFTER_SNAP)
    paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE


def _borders(tag: str, *, style: str = "single", color: str = "000000", space: int = 1, **edges: int) -> Any:
    """Lines at edges, in eighths of a point."""
    found = OxmlElement(tag)
    for edge in ("top", "left", "bottom", "right"):
        if edge in edges:
            line = OxmlElement(f"w:{edge}")
            for name, value in (("val", style), ("sz", edges[edge]), ("space", space), ("color", color)):
                line.set(qn(f"w:{name}"), str(value))
            found.append(line)
    return found


def _rule(paragraph: Any, *, style: str = "single", space: int = 1, **edges: int) -> None:
    """A red line above or below a paragraph."""
    properties = paragraph._p.get_or_add_pPr()
    border = _borders("w:pBdr", style=style, color="FF0000", space=space, **edges)
    properties.insert_element_before(border, *_AFTER_BORDERS)


def _field_char(kind: str) -> Any:
    found = OxmlElement("w:fldChar")
    found.set(qn("w:fldCharType"), kind)
    return found


def _instruction(text: str) -> Any:
    found = OxmlElement("w:instrText")
    found.set(qn("xml:space"), "preserve")
    found.text = text
    return found


def _font_table(blob: bytes) -> bytes:
    """The font table with our fonts and what may stand in for them."""
    from lxml import etree

    # The file is python-docx's own template, not somebody's.
    table = etree.fromstring(blob)
    for name, others in FALLBACKS.items():
        font = etree.SubElement(table, qn("w:font"))
        font.set(qn("w:name"), name)
        etree.SubElement(font, qn("w:altName")).set(qn("w:val"), others)
        etree.SubElement(font, qn("w:charset")).set(qn("w:val"), "86")
        etree.SubElement(font, qn("w:family")).set(qn("w:val"), "auto")
    return bytes(etree.tostring(table, xml_declaration=True, encoding="UTF-8", standalone=True))
