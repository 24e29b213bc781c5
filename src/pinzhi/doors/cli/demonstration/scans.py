"""Files as people send them: letters and reports as PDF, photographs as JPEG; drawn by the program, each a little different."""

from __future__ import annotations

import io
from collections.abc import Sequence
from random import Random
from typing import Any

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.files.actions.store_file import store_file
from pinzhi.kernel.web import pdf

MARK = "演示材料，不具法律效力"


def letter(title: str, lines: Sequence[str], signed: str, day: str) -> bytes:
    """A sheet A4: title, lines, who signed it and when; marked as part of the demonstration."""
    out = io.BytesIO()
    page = Canvas(out, pagesize=A4, invariant=True, lang="zh-CN")
    page.setTitle(title)
    font = pdf.face("song")
    width, height = A4
    page.setFont(font, 20)
    page.drawCentredString(width / 2, height - 110, title)
    page.setFont(font, 12)
    for number, line in enumerate(lines):
        page.drawString(80, height - 170 - 24 * number, line)
    foot = height - 210 - 24 * len(lines)
    page.drawRightString(width - 80, foot, signed)
    page.drawRightString(width - 80, foot - 24, day)
    page.setStrokeColorRGB(0.75, 0.1, 0.1)
    page.circle(width - 120, foot - 10, 34)
    page.setFont(font, 9)
    page.setFillGray(0.5)
    page.drawCentredString(width / 2, 40, MARK)
    page.save()
    return out.getvalue()


def photograph(number: int) -> bytes:
    """A small picture: shelves with boxes, drawn from a number."""
    rng = Random(number)
    picture = Image.new("RGB", (480, 320), (226, 228, 224))
    draw = ImageDraw.Draw(picture)
    for shelf in range(3):
        floor = 100 + 100 * shelf
        draw.rectangle((0, floor, 480, floor + 8), fill=(120, 104, 88))
        left = 10
        while left < 440:
            wide, high = rng.randrange(24, 60), rng.randrange(36, 84)
            colour = tuple(rng.randrange(70, 220) for _ in range(3))
            draw.rectangle((left, floor - high, left + wide, floor - 1), fill=colour, outline=(60, 60, 60))
            left += wide + rng.randrange(4, 14)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=70)
    return out.getvalue()


def upload(content: bytes, name: str) -> ContentFile[bytes]:
    """A content as a form would send it."""
    return ContentFile(content, name=name)


def kept(content: bytes, name: str, by: Actor) -> dict[str, Any]:
    """A stored file as a record's field names it."""
    stored = store_file(upload(content, name), name=name, by=by)
    return {
        "sha256": stored.sha256,
        "name": stored.download_name,
        "size": stored.size,
        "type": stored.media_type,
    }
