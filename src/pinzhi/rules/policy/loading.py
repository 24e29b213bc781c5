"""From a file's bytes to its text: txt (UTF-8, GB18030, UTF-16), html, docx, pdf.

Bytes in, text out; nothing is read from or written to disk. Files that are too large, packed to burst, or built to
make an XML parser work without end are refused with a ReadingError that names the place and the remedy.
"""

from __future__ import annotations

import codecs
import io
import re
import zipfile
from collections import Counter
from typing import Any

MAX_BYTES = 30_000_000
MAX_CHARS = 3_000_000
MAX_UNPACKED = 120_000_000
MAX_RATIO = 200
MAX_PAGES = 800


class ReadingError(ValueError):
    """A file that cannot be read: where, why and what to do, in Chinese and English."""

    def __init__(self, place: str, zh: str, en: str, remedy_zh: str, remedy_en: str) -> None:
        super().__init__(f"{place}: {zh}（{remedy_zh}）/ {en} ({remedy_en})")
        self.place = place
        self.message = {"zh": zh, "en": en}
        self.remedy = {"zh": remedy_zh, "en": remedy_en}


def text_of(data: bytes, name: str) -> str:
    """The text of a file by its first bytes, then by its name. Raises ReadingError."""
    if not data:
        raise ReadingError(name, "文件是空的", "the file is empty", "请重新上传文件", "upload the file again")
    if len(data) > MAX_BYTES:
        raise ReadingError(
            name, f"文件过大（{len(data) // 1_000_000} MB）", f"the file is too large ({len(data) // 1_000_000} MB)",
            "请上传不超过 30 MB 的文件，或只保留正文", "upload at most 30 MB, or the body text only",
        )  # fmt: skip
    suffix = name.lower().rsplit(".", 1)[-1] if "." in name else ""
    if data[:5] == b"%PDF-" or suffix == "pdf":
        text = _pdf(data, name)
    elif data[:2] == b"PK" or suffix == "docx":
        text = _docx(data, name)
    elif data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise ReadingError(
            name, "这是旧版 Word（.doc）文件", "this is an old Word (.doc) file",
            "请在 Word 或 WPS 中另存为 .docx 后上传", "save it as .docx and upload that",
        )  # fmt: skip
    else:
        text = decode(data, name)
        if suffix in ("html", "htm", "xhtml", "shtml") or re.match(
            r"\s*(?:<!doctype html|<html|<\?xml[^>]*>\s*<!doctype html)", text[:600], re.I
        ):
            from .portal import article_text

            text = article_text(text, name)
    if len(text) > MAX_CHARS:
        raise ReadingError(
            name, "文字过长（超过三百万字）", "the text is too long (over three million characters)",
            "请只上传这一份政策文件", "upload this one policy document only",
        )  # fmt: skip
    return text


def decode(data: bytes, name: str) -> str:
    """Bytes to text: a byte order mark first, then UTF-8, UTF-16 without a mark, GB18030. Raises ReadingError."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return _strict(data, encoding, name)
    zeros = data[:4000].count(0)
    if zeros:
        sample = data[:4000]
        for encoding, lane in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[0::2])):
            if lane.count(0) > 0 or zeros > len(sample) // 50:
                try:
                    text = data.decode(encoding)
                except UnicodeDecodeError:
                    continue
                if _chinese(text) > 0.3:
                    return text
        raise _wrong(name)
    for encoding in ("utf-8", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    for encoding in ("utf-16-le", "utf-16-be"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _chinese(text) > 0.3:
            return text
    raise _wrong(name)


def _strict(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _wrong(name) from error


def _wrong(name: str) -> ReadingError:
    return ReadingError(
        name, "不是可识别的文字编码", "the text encoding is not recognised",
        "请另存为 UTF-8 或 GB18030 文本", "save it as UTF-8 or GB18030 text",
    )  # fmt: skip


def _chinese(text: str) -> float:
    sample = [c for c in text[:4000] if not c.isspace()]
    return sum("\u3000" <= c <= "\u9fff" or "\uff00" <= c <= "\uffef" for c in sample) / max(1, len(sample))


def _docx(data: bytes, name: str) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            unpacked = sum(e.file_size for e in entries)
            if (
                len(entries) > 5000
                or unpacked > MAX_UNPACKED
                or any(
                    e.file_size > 1_000_000 and e.file_size > MAX_RATIO * max(1, e.compress_size)
                    for e in entries
                )
            ):
                raise ReadingError(
                    name, "压缩内容异常膨胀", "the archive unpacks to far too much",
                    "请用 Word 或 WPS 重新另存后上传", "save it again in a word processor and upload that",
                )  # fmt: skip
            names = {e.filename for e in entries}
            if "word/document.xml" not in names:
                raise ReadingError(
                    name, "不是 Word 文档", "this is not a Word document",
                    "请上传 txt、html、docx 或 pdf", "upload txt, html, docx or pdf",
                )  # fmt: skip
            for part in names:
                if part.endswith((".xml", ".rels")):
                    with archive.open(part) as stream:
                        head = stream.read(4096)
                    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                        raise ReadingError(
                            f"{name}: {part}", "文档含有不允许的实体声明", "the document declares XML entities",
                            "请用 Word 或 WPS 重新另存后上传", "save it again in a word processor and upload that",
                        )  # fmt: skip
        from .wordfile import document_text

        return document_text(data)
    except ReadingError:
        raise
    except Exception as error:
        raise ReadingError(
            name, "Word 文档损坏，无法读取", "the Word document is damaged",
            "请用 Word 或 WPS 打开并重新另存", "open it in a word processor and save it again",
        ) from error  # fmt: skip


def _pdf(data: bytes, name: str) -> str:
    import logging

    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.ERROR)
    try:
        reader: Any = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise ReadingError(
                name,
                "PDF 已加密",
                "the PDF is encrypted",
                "请去除密码后上传",
                "remove the password and upload it again",
            )
        pages = len(reader.pages)
        if pages > MAX_PAGES:
            raise ReadingError(
                name, f"PDF 共 {pages} 页，过长", f"the PDF has {pages} pages, too many",
                "请只上传这一份政策文件", "upload this one policy document only",
            )  # fmt: skip
        parts, size = [], 0
        for page in reader.pages:
            parts.append(page.extract_text() or "")
            size += len(parts[-1])
            if size > MAX_CHARS:
                break
    except ReadingError:
        raise
    except Exception as error:
        raise ReadingError(
            name,
            "PDF 损坏，无法读取",
            "the PDF is damaged",
            "请重新导出 PDF 后上传",
            "export the PDF again and upload it",
        ) from error
    text = "\n".join(_without_running_heads([_without_page_numbers(p) for p in parts]))
    if len(re.sub(r"\s", "", text)) < 20:
        raise ReadingError(
            name, "PDF 中没有文字（可能是扫描件）", "the PDF holds no text (perhaps a scan)",
            "请上传可复制文字的 PDF 或 Word 文件", "upload a PDF with selectable text, or the Word file",
        )  # fmt: skip
    return text


def _without_running_heads(pages: list[str]) -> list[str]:
    """Drop what is printed at the edge of most pages (the name of a gazette): it stands in the midst of sentences."""
    split = [[line for line in page.splitlines() if line.strip()] for page in pages]

    def plain(line: str) -> str:
        return re.sub(r"[\s\d]", "", line)

    def running(edge: slice) -> set[str]:
        seen = Counter(plain(line) for lines in split for line in lines[edge] if len(line.strip()) <= 60)
        return {
            line
            for line, n in seen.items()
            if n >= max(2, 0.6 * len(pages)) and re.search(r"[^\W\d]{3}", line)
        }

    heads, feet = running(slice(0, 2)), running(slice(-2, None))
    kept = []
    for lines in split:
        while lines and plain(lines[0]) in heads:
            lines.pop(0)
        while lines and plain(lines[-1]) in feet:
            lines.pop()
        kept.append(_without_page_numbers("\n".join(lines)))
    return kept


def _without_page_numbers(page: str) -> str:
    lines = page.splitlines()
    for edge in (0, -1):
        while lines and re.fullmatch(
            r"\s*(?:[-—–－]\s*)?(?:第\s*)?\d{1,3}(?:\s*页)?(?:\s*[-—–－/]\s*\d{0,3})?\s*", lines[edge]
        ):
            lines.pop(edge)
    return "\n".join(lines)
