"""Papers in the official layout of GB/T 9704-2012, as PDF files: the same sheets as `official.Paper` writes for Word.

A4; type area 156 × 225 mm; 22 lines a page of 28 characters (clause 5.2); title size 2, text size 3; page numbers in
size 4 below the type area, odd pages right and even pages left (7.5); the head in red (7.2.4, 10.1).
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from reportlab.lib.enums import TA_CENTER, TA_LEFT, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import CondPageBreak, Flowable, Frame, KeepTogether, PageTemplate, Spacer, Table
from reportlab.platypus.doctemplate import BaseDocTemplate
from reportlab.platypus.flowables import HRFlowable

from pinzhi.apps.policy.reports.official import Align, Head, day_text, heading_number, width_of
from pinzhi.kernel.web import pdf

LEFT, TOP, WIDE, HIGH = 28 * mm, 37 * mm, 156 * mm, 225 * mm
LINE = HIGH / 22
SIZE = WIDE / 28
"""28 characters fill a line: size 3 (16 pt), a hair closer."""
RED = "#ff0000"
SIDES = {"left": TA_LEFT, "right": TA_RIGHT, "center": TA_CENTER}
HEADING_FACES = {1: "hei", 2: "kai", 3: "fangsong", 4: "fangsong"}


class PdfPaper:
    """A paper that is written from top to bottom; the same calls as `official.Paper`."""

    def __init__(self, head: Head | None = None) -> None:
        self._head, self._title = head, ""
        self._story: list[Flowable] = []
        self._counts = [0, 0, 0, 0]
        self._tables = 0
        if head is not None:
            self._letter_head(head) if head.kind == "letter" else self._report_head(head)

    def title(self, text: str) -> None:
        """Size 2 in the middle."""
        self._title = text.replace("\n", "")
        self._add(text, pdf.style("title", 22, 33, alignment=TA_CENTER))
        self._empty()

    def addressee(self, text: str) -> None:
        """Whom it is sent to, with a full-width colon."""
        self._add(text.rstrip("：:") + "：", _text())

    def heading(self, text: str, level: int = 1) -> None:
        """A heading with its number; it does not stand alone at the foot of a page."""
        self._counts[level - 1] += 1
        self._counts[level:] = [0] * (4 - level)
        numbered = heading_number(level, self._counts[level - 1]) + text
        self._story.append(CondPageBreak(3 * LINE))
        self._add(numbered, _text(HEADING_FACES[level], indent=2))

    def text(self, text: str) -> None:
        """Running text, each line of it a paragraph with two characters of indent."""
        for line in text.splitlines():
            if line.strip():
                self._add(line.strip(), _text(indent=2))

    def table(
        self,
        caption: str,
        head: Sequence[str],
        rows: Iterable[Sequence[str]],
        widths: Sequence[float],
        align: Sequence[Align],
    ) -> None:
        """A table of three lines, its head repeated on each page."""
        self._tables += 1
        self._story.append(CondPageBreak(5 * LINE))
        self._add(f"表{self._tables}　{caption}", pdf.style("hei", 12, 22, alignment=TA_CENTER))
        top = pdf.style("hei", 10.5, 14, alignment=TA_CENTER)
        styles = [pdf.style("song", 10.5, 14, alignment=SIDES[side]) for side in align]
        cells: list[list[Any]] = [[pdf.paragraph(str(value), top) for value in head]]
        for row in rows:
            cells.append([pdf.paragraph(str(v), look) for v, look in zip(row, styles, strict=True)])
        look = [
            ("LINEABOVE", (0, 0), (-1, 0), 1.5, "#000000"),
            ("LINEBELOW", (0, 0), (-1, 0), 0.75, "#000000"),
            ("LINEBELOW", (0, -1), (-1, -1), 1.5, "#000000"),
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("LEFTPADDING", (0, 0), (-1, -1), 3),
            ("RIGHTPADDING", (0, 0), (-1, -1), 3),
        ]
        wide = [width * WIDE / sum(widths) for width in widths]
        self._story += [Table(cells, colWidths=wide, style=look, repeatRows=1, splitInRow=1), Spacer(1, 12)]

    def signature(self, agency: str, day: date) -> None:
        """Who signs and when: the agency in the middle above the date, the date four characters from the right."""
        shown = day_text(day)
        over = (width_of(agency) - width_of(shown)) / 2
        lines = [
            pdf.paragraph(agency, _text(side="right", right=max(0.0, 4 - over))),
            pdf.paragraph(shown, _text(side="right", right=max(4.0, over))),
        ]
        self._story.append(KeepTogether([Spacer(1, 2 * LINE), *lines]))

    def save(self) -> bytes:
        """The document as a file's content."""
        out = io.BytesIO()
        agency = self._head.agency if self._head else ""
        document = BaseDocTemplate(out, pagesize=A4, title=self._title, author=agency, lang="zh-CN")
        frame = Frame(LEFT, A4[1] - TOP - HIGH, WIDE, HIGH, 0, 0, 0, 0)
        document.addPageTemplates(PageTemplate(frames=[frame], onPage=_number))
        document.build(self._story)
        return out.getvalue()

    def _add(self, text: str, style: Any) -> None:
        self._story.append(pdf.paragraph(text, style))

    def _empty(self, lines: float = 1) -> None:
        self._story.append(Spacer(1, lines * LINE))

    def _report_head(self, head: Head) -> None:
        if head.urgency:
            self._add(head.urgency, _text("hei"))
        self._empty(35 * mm / LINE - (1 if head.urgency else 0))
        self._red_name(head.agency + "文件")
        self._empty(2)
        signed = f"签发人：{head.signatory}" if head.signatory else ""
        sides = [
            pdf.paragraph(f"　{head.number}", _text()),
            pdf.paragraph(f"{signed}　", _text(side="right")),
        ]
        self._story.append(Table([sides], colWidths=[WIDE / 2, WIDE / 2], style=_BARE))
        self._story.append(HRFlowable(width="100%", thickness=2.25, color=RED, spaceBefore=4))
        self._empty(2)

    def _letter_head(self, head: Head) -> None:
        self._red_name(head.agency)
        # 170 mm wide, a thick and a thin line (10.1).
        for thickness in (3.0, 0.8):
            self._story.append(HRFlowable(width=170 * mm, thickness=thickness, color=RED, spaceBefore=2))
        self._add(head.number, _text(side="right"))
        if head.urgency:
            self._add(head.urgency, _text("hei"))
        self._empty(2)

    def _red_name(self, text: str) -> None:
        size = min(48.0, max(22.0, WIDE / max(1, len(text))))
        look = pdf.style("title", size, size * 1.3, alignment=TA_CENTER, textColor=RED)
        self._add(text, look)


_BARE = [("LEFTPADDING", (0, 0), (-1, -1), 0), ("RIGHTPADDING", (0, 0), (-1, -1), 0)]


def _text(name: str = "fangsong", *, indent: int = 0, side: Align = "left", right: float = 0) -> Any:
    more = {"firstLineIndent": indent * SIZE, "alignment": SIDES[side], "rightIndent": right * SIZE}
    return pdf.style(name, SIZE, LINE, **more)


def _number(canvas: Canvas, document: Any) -> None:
    """— 2 —: 7 mm below the type area, one character from its right on odd pages, from its left on even ones."""
    canvas.setFont(pdf.face("song"), 14)
    text, y = f"— {document.page} —", A4[1] - TOP - HIGH - 7 * mm
    if document.page % 2:
        canvas.drawRightString(LEFT + WIDE - SIZE, y, text)
    else:
        canvas.drawString(LEFT + SIZE, y, text)
