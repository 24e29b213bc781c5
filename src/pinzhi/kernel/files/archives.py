"""Zip containers (docx, xlsx, ofd) that would do harm when opened: bombs, encryption, macros, document types."""

from __future__ import annotations

import re
import zipfile
from typing import BinaryIO

from pinzhi.kernel.errors import Refused

MAX_ENTRIES = 10_000
MAX_UNPACKED = 1024 * 1024 * 1024
# Real workbooks pack their XML 10 to 40 times; a bomb thousands of times.
MAX_RATIO = 200
_SMALL = 1024 * 1024
_DOCTYPE = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ELEMENT = re.compile(rb"<[A-Za-z_]")


def refuse_harmful(stream: BinaryIO, *, max_unpacked: int = MAX_UNPACKED) -> None:
    """Raise Refused unless the archive is safe to read; the stream is left at its beginning.

    zipfile never unpacks more of an entry than the directory declares, so the declared sizes bound the work.
    """
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as archive:
            entries = archive.infolist()
            _look_at(entries, max_unpacked)
            for entry in entries:
                if entry.filename.lower().endswith((".xml", ".rels")):
                    with archive.open(entry) as part:
                        head = part.read(4096)
                    # UTF-16 would hide the mark between zero bytes; a long comment would push it out of sight.
                    plain = head.replace(b"\x00", b"")
                    if _DOCTYPE.search(plain) or (len(head) == 4096 and not _ELEMENT.search(plain)):
                        raise _harmful(
                            "document_type", "文件内含文档类型声明（DTD）", "it declares a document type"
                        )
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise Refused(
            "file_damaged",
            zh="文件已损坏，无法打开。",
            en="The file is damaged and cannot be opened.",
            remedy_zh="请用办公软件打开后另存，再上传。",
            remedy_en="Open it in an office program, save it anew and upload that.",
        ) from error
    finally:
        stream.seek(0)


def _look_at(entries: list[zipfile.ZipInfo], max_unpacked: int) -> None:
    if len(entries) > MAX_ENTRIES:
        raise _harmful("too_many_parts", f"内部文件超过{MAX_ENTRIES}个", f"it holds over {MAX_ENTRIES} parts")
    if sum(e.file_size for e in entries) > max_unpacked:
        size = max_unpacked // (1024 * 1024)
        raise _harmful("zip_bomb", f"解压后超过{size}MB", f"it unpacks to more than {size} MB")
    for entry in entries:
        if entry.flag_bits & 0x1:
            raise _harmful("encrypted", "文件已加密", "it is encrypted")
        if entry.file_size > _SMALL and entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
            raise _harmful("zip_bomb", "压缩比异常", "it is packed beyond any real document")
        parts = entry.filename.replace("\\", "/").split("/")
        if ".." in parts or entry.filename.startswith("/"):
            raise _harmful("bad_path", "内部路径异常", "a path in it leads outside")
        if parts[-1].lower() == "vbaproject.bin":
            raise _harmful("macros", "文件含宏", "it contains macros")


def _harmful(code: str, zh: str, en: str) -> Refused:
    return Refused(
        code,
        zh=f"不接收此文件：{zh}。",
        en=f"This file is not accepted: {en}.",
        remedy_zh="请另存为不加密、不含宏的普通文件后上传；内容过大时请分成几个文件。",
        remedy_en="Save it as an ordinary file without encryption or macros; split it where it is too large.",
    )
