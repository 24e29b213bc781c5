"""PDF files: lines broken at a fixed width, page numbers and running heads do not matter."""

from __future__ import annotations

import io

import pytest

from pinzhi.rules.policy.loading import text_of
from pinzhi.rules.policy.reader import read_bytes, reading_to_json

from .scoring import documents, load, score

pytest.importorskip("reportlab", reason="makes the PDF files")

DOCUMENTS = [d for d in documents() if "\t" not in d[1].read_text(encoding="utf-8")]
WIDTH, LINES = 28, 22
NEVER_FIRST = "，。；、）”》％%："


def _pdf(text: str, head: str) -> bytes:
    """The text as office software prints it: 28 characters a line, 22 lines a page, — 1 — below."""
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    lines: list[tuple[int, str]] = []
    for paragraph in text.split("\n"):
        plain = paragraph.strip("\u3000 ")
        indent = 2 if paragraph != plain else 0
        while plain:
            cut = WIDTH - indent
            while cut < len(plain) and plain[cut] in NEVER_FIRST:
                cut += 1
            lines.append((indent, plain[:cut]))
            plain, indent = plain[cut:], 0
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    for page, first in enumerate(range(0, len(lines), LINES), 1):
        canvas.setFont("STSong-Light", 9)
        canvas.drawCentredString(300, 815, head)
        canvas.setFont("STSong-Light", 16)
        for row, (indent, words) in enumerate(lines[first : first + LINES]):
            canvas.drawString(70 + 16 * indent, 780 - 30 * row, words)
        canvas.setFont("STSong-Light", 10)
        canvas.drawCentredString(300, 40, f"— {page} —")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


@pytest.mark.parametrize(
    ("document", "head"),
    [(d, "某某市人民政府公报" if i % 2 else "") for i, d in enumerate(DOCUMENTS)],
    ids=lambda v: v[0] if isinstance(v, tuple) else "running-head" if v else "plain",
)
def test_printed_document(document, head: str) -> None:  # type: ignore[no-untyped-def]
    text, truth = load(*document[1:])
    data = _pdf(text, head)
    result = score(text, truth, reading_to_json(read_bytes(data, "plan.pdf")))
    assert min(result.targets, result.measures, result.duties) >= 0.97, result.misses
    if head:
        assert head not in text_of(data, "plan.pdf")
