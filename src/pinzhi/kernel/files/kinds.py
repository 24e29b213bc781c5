"""What a file is, by its content. Its name and what the sender says of it count for nothing."""

from __future__ import annotations

import codecs
import zipfile
from collections.abc import Iterable
from typing import BinaryIO

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "ofd": "application/ofd",
    "jpg": "image/jpeg",
    "png": "image/png",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "txt": "text/plain",
}
_ZIPPED = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx", "OFD.xml": "ofd"}
_SAMPLE = 64 * 1024
# Control characters that occur in texts: tab, line feed, form feed, carriage return, and the old end-of-file mark.
_IN_TEXT = {9, 10, 12, 13, 26}


def kind_of(stream: BinaryIO) -> str | None:
    """pdf, ofd, jpg, png, docx, xlsx, `text` (which may be csv or txt), `ole` for old Office files, or None."""
    stream.seek(0)
    head = stream.read(_SAMPLE)
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "ole"
    if head.startswith(b"PK\x03\x04"):
        return _zipped_kind(stream)
    return "text" if head and encoding_of(head) else None


def _zipped_kind(stream: BinaryIO) -> str | None:
    try:
        with zipfile.ZipFile(stream) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, UnicodeDecodeError):
        return None
    return next((kind for name, kind in _ZIPPED.items() if name in names), None)


def encoding_of(sample: bytes) -> str | None:
    """The encoding of the beginning of a text: utf-8-sig, utf-16, utf-8 or gb18030; None where it is no text.

    GB18030 covers GBK and GB2312, in which most Chinese spreadsheets save CSV; nearly any bytes are valid in it,
    so it is tried last and must give no control characters and few of the rarely used ones.
    """
    if sample.startswith(codecs.BOM_UTF8):
        return "utf-8-sig" if _is_text(sample[3:], "utf-8") else None
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16" if _is_text(sample, "utf-16") else None
    if b"\x00" in sample:
        return _utf16_without_mark(sample)
    if _is_text(sample, "utf-8"):
        return "utf-8"
    return "gb18030" if _is_text(sample, "gb18030") and _is_likely_chinese(sample) else None


def _decoded(sample: bytes, encoding: str) -> str | None:
    # The sample may end in the midst of a character.
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        return decoder.decode(sample, final=False)
    except UnicodeDecodeError:
        return None


def _is_text(sample: bytes, encoding: str) -> bool:
    text = _decoded(sample, encoding)
    return text is not None and not any(ord(c) < 32 and ord(c) not in _IN_TEXT for c in text)


def _utf16_without_mark(sample: bytes) -> str | None:
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    encoding = "utf-16-le" if odd > even else "utf-16-be"
    return encoding if _is_text(sample, encoding) else None


def _is_likely_chinese(sample: bytes) -> bool:
    text = _decoded(sample, "gb18030") or ""
    beyond = [c for c in text if ord(c) > 127]
    usual = sum(
        "\u4e00" <= c <= "\u9fff" or "\u3000" <= c <= "\u303f" or "\uff00" <= c <= "\uffef" for c in beyond
    )
    return bool(beyond) and usual >= 0.7 * len(beyond)


def accepted_as(found: str | None, name: str, accept: Iterable[str]) -> str | None:
    """The kind under which a file is kept, None where none of the accepted kinds fits.

    A text cannot show whether it is a table: it is csv where the name says so or nothing else is accepted.
    """
    wanted = [kind.lower().lstrip(".").replace("jpeg", "jpg") for kind in accept]
    if found == "text":
        if "csv" in wanted and (name.lower().endswith(".csv") or "txt" not in wanted):
            return "csv"
        return "txt" if "txt" in wanted else None
    return found if found in wanted else None
