"""A register's paper as PDF: one page A4, as the printable page has it."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Frame, HRFlowable, PageTemplate, Spacer, Table
from reportlab.platypus.doctemplate import BaseDocTemplate

from pinzhi.kernel.registers.papers import Paper
from pinzhi.kernel.web import pdf

WIDTH, HEIGHT = A4
SIDE, TOP = 28 * mm, 30 * mm
#: Sizes in points, the largest that fits the page is taken.
SIZES = (16, 14, 12, 10.5, 9)


def render(paper: Paper, qr_url: str = "") -> bytes:
    """The file's content. What does not fit one page in the smallest size goes on to a second."""
    content = b""
    for size in SIZES:
        content, pages = _at_size(paper, qr_url, size)
        if pages == 1:
            break
    return content


def _at_size(paper: Paper, qr_url: str, size: float) -> tuple[bytes, int]:
    out = io.BytesIO()
    title = f"{paper.template.title.zh} {paper.number}"
    document = BaseDocTemplate(out, pagesize=A4, title=title, author=paper.agency, lang="zh-CN")
    frame = Frame(SIDE, TOP, WIDTH - 2 * SIDE, HEIGHT - 2 * TOP, 0, 0, 0, 0)
    border = _border if paper.template.style == "certificate" else _nothing
    document.addPageTemplates(PageTemplate(frames=[frame], onPage=border))
    document.build(list(_story(paper, qr_url, size)))
    return out.getvalue(), document.page


def _nothing(_canvas: Canvas, _document: Any) -> None:
    pass


def _border(canvas: Canvas, _document: Any) -> None:
    """The double frame of a certificate."""
    for inset, width in ((14 * mm, 2.0), (15.5 * mm, 0.7)):
        canvas.setLineWidth(width)
        canvas.rect(inset, inset, WIDTH - 2 * inset, HEIGHT - 2 * inset)


def _story(paper: Paper, qr_url: str, size: float) -> Iterable[Flowable]:
    certificate = paper.template.style == "certificate"
    body = pdf.style("fangsong", size, size * 1.9, firstLineIndent=2 * size)
    flush = pdf.style("fangsong", size, size * 1.9)
    middle = pdf.style("fangsong", size, size * 1.6, alignment=TA_CENTER)
    head = pdf.style("title", size * (2 if certificate else 1.5), size * 2.4, alignment=TA_CENTER)
    if not certificate and paper.agency:
        yield pdf.paragraph(paper.agency, pdf.style("title", size * 1.2, size * 2, alignment=TA_CENTER))
    yield pdf.paragraph(paper.template.title.zh, head)
    yield pdf.paragraph(paper.number, middle)
    yield Spacer(1, size * 1.5)
    if paper.to:
        yield pdf.paragraph(f"{paper.to}：", flush)
    for text in paper.paragraphs:
        yield pdf.paragraph(text, body)
    if paper.facts:
        yield Spacer(1, size)
        cells = [[pdf.paragraph(title, flush), pdf.paragraph(value, flush)] for title, value in paper.facts]
        wide = WIDTH - 2 * SIDE
        lines = [("LINEBELOW", (0, 0), (-1, -1), 0.5, "#999999"), ("VALIGN", (0, 0), (-1, -1), "TOP")]
        yield Table(cells, colWidths=[wide * 0.3, wide * 0.7], style=lines)
    yield Spacer(1, size * 3)
    yield _foot(paper, qr_url, size, middle)
    if paper.template.signatures:
        yield Spacer(1, size * 3)
        for one in paper.template.signatures:
            yield pdf.paragraph(f"{one}：", flush)
            yield HRFlowable(width="100%", thickness=0.5, color="#333333", spaceAfter=size)


def _foot(paper: Paper, qr_url: str, size: float, middle: Any) -> Table:
    """The QR code on the left where the public can check the record, the agency, the day and the seal on the right."""
    small = pdf.style("song", 9, 13, alignment=TA_CENTER)
    code: list[Flowable] = (
        [pdf.QrCode(qr_url, 30 * mm), pdf.paragraph("扫码核验登记内容", small)] if qr_url else []
    )
    seal = [
        pdf.paragraph(paper.agency or "（发文机关）", middle),
        pdf.paragraph(paper.day, middle),
        Spacer(1, size),
        pdf.paragraph("（印章）", small),
    ]
    wide = WIDTH - 2 * SIDE
    return Table(
        [[code, "", seal]],
        colWidths=[32 * mm, wide * 0.5 - 32 * mm, wide * 0.5],
        style=[("VALIGN", (0, 0), (-1, -1), "BOTTOM"), ("LEFTPADDING", (0, 0), (-1, -1), 0)],
    )
