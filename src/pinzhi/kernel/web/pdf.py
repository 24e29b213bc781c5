"""PDF files with Chinese text, without a program or a font of the machine.

The Chinese font is the one that every reader of PDF brings for the character collection Adobe-GB1 (STSong-Light): it is
named in the file, not contained. Where `PINZHI_PAPER_FONTS` is a folder with TrueType files (song.ttf, fangsong.ttf,
hei.ttf, kai.ttf, title.ttf), what stands there is contained instead: for papers that are kept, and for rare characters.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from xml.sax.saxutils import escape

import segno
from django.conf import settings
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFError, TTFont
from reportlab.platypus import Flowable, Paragraph

MEDIA_TYPE = "application/pdf"
GENERAL = "STSong-Light"
#: By what a folder's files are called: running text, official text, headings, second headings, titles.
FACES = ("song", "fangsong", "hei", "kai", "title")


@lru_cache(maxsize=len(FACES))
def face(name: str) -> str:
    """The registered name of a face: the folder's file where there is one, else the general one."""
    folder = getattr(settings, "PINZHI_PAPER_FONTS", None)
    path = Path(folder) / f"{name}.ttf" if folder else None
    if path is not None and path.is_file():
        try:
            pdfmetrics.registerFont(TTFont(f"pinzhi-{name}", str(path)))
        except TTFError as error:
            raise ValueError(f"{path} is no TrueType font with outlines: {error}") from error
        return f"pinzhi-{name}"
    if GENERAL not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont(GENERAL))
    return GENERAL


def plain(text: str) -> str:
    """Text that can be set: no control characters, the breaks of lines kept."""
    return "".join(c for c in text if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs"))


def paragraph(text: str, style: ParagraphStyle) -> Paragraph:
    """A paragraph of plain text: nothing in it is markup; breaks of lines are kept."""
    return Paragraph(escape(plain(text)).replace("\n", "<br/>"), style)


def style(name: str = "song", size: float = 12, leading: float = 0, **more: object) -> ParagraphStyle:
    """A style for Chinese: lines break between any two characters, never before a closing mark."""
    wanted = {"fontName": face(name), "fontSize": size, "leading": leading or size * 1.6, "wordWrap": "CJK"}
    return ParagraphStyle(name, **{**wanted, **more})


class QrCode(Flowable):
    """A QR code of an address, `side` points wide with its quiet zone."""

    def __init__(self, text: str, side: float = 72) -> None:
        super().__init__()
        self._rows: Sequence[Sequence[int]] = [
            list(row) for row in segno.make(text, error="m", micro=False).matrix
        ]
        self.width = self.height = side

    def wrap(self, *_available: float) -> tuple[float, float]:
        return self.width, self.height

    def draw(self) -> None:
        step = self.width / (len(self._rows) + 8)
        for y, row in enumerate(self._rows):
            for x, dark in enumerate(row):
                if dark:
                    # A hair wider, so that no white line shows between neighbours.
                    place = (4 + x) * step, self.height - (5 + y) * step
                    self.canv.rect(*place, step * 1.02, step * 1.02, stroke=0, fill=1)
