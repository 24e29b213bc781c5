from __future__ import annotations

import gzip
import os
from pathlib import Path

from pinzhi.kernel.web import fresh


def test_our_static_files_are_packed_once_and_again_after_an_edit(tmp_path: Path) -> None:
    sheet = tmp_path / "a.css"
    sheet.write_text("a { color: red }" * 100)
    (tmp_path / "b.png").write_bytes(b"x")
    assert fresh.pack(tmp_path) == 1
    assert fresh.pack(tmp_path) == 0
    assert gzip.decompress((tmp_path / "a.css.gz").read_bytes()) == sheet.read_bytes()
    sheet.write_text("b")
    later = (tmp_path / "a.css.gz").stat().st_mtime + 5
    os.utime(sheet, (later, later))
    assert fresh.pack(tmp_path) == 1
    assert gzip.decompress((tmp_path / "a.css.gz").read_bytes()) == b"b"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.css", "a.css.gz", "b.png"]


def test_translations_are_compiled_where_stale(tmp_path: Path) -> None:
    folder = tmp_path / "locale" / "zh_Hans" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "a"\nmsgstr "甲"\n'
    )
    assert fresh.translations([tmp_path, tmp_path / "none"]) == 1
    assert fresh.translations([tmp_path]) == 0
    assert "甲".encode() in (folder / "django.mo").read_bytes()
