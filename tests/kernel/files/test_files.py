"""Files: stored whole under their hash, judged by content, refused with a remedy."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import NotFound, Refused
from pinzhi.kernel.files import archives, disk, kinds, queries
from pinzhi.kernel.files.actions.erase_file import erase_file
from pinzhi.kernel.files.actions.store_file import clean_name, store_file
from pinzhi.kernel.files.models import StoredFile

BY = Actor.system("test")
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
JPG = b"\xff\xd8\xff\xe0" + b"\0" * 40


def _xlsx() -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["名称", "数值"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _docx() -> bytes:
    out = io.BytesIO()
    docx.Document().save(out)
    return out.getvalue()


def _zip(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.fixture(autouse=True)
def _folder(settings: object, tmp_path: Path) -> Iterator[None]:
    settings.PINZHI_FILES_DIR = tmp_path / "files"  # type: ignore[attr-defined]
    yield


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "name", "accept", "kind"),
    [
        (PDF, "证明.pdf", ["pdf"], "pdf"),
        (PDF, "证明.jpg", ["pdf", "jpg"], "pdf"),  # by content, not by name
        (PNG, "a", ["png"], "png"),
        (JPG, "a.jpeg", ["jpeg"], "jpg"),
        (_docx(), "a.docx", ["docx"], "docx"),
        (_xlsx(), "a.xlsx", ["xlsx"], "xlsx"),
        (_zip({"OFD.xml": b"<ofd/>"}), "a.ofd", ["ofd"], "ofd"),
        ("甲,乙\n1,2\n".encode("gb18030"), "a.csv", ["csv", "txt"], "csv"),
        ("甲乙".encode("utf-16"), "a.txt", ["txt"], "txt"),
        ("甲乙丙丁".encode(), "a.md", ["txt"], "txt"),
    ],
)
def test_kind_is_judged_by_content(content: bytes, name: str, accept: list[str], kind: str) -> None:
    stored = store_file(io.BytesIO(content), name=name, accept=accept, by=BY)
    assert (stored.kind, stored.size, stored.sha256) == (
        kind,
        len(content),
        hashlib.sha256(content).hexdigest(),
    )
    with queries.open_file(stored.sha256) as file:
        assert file.read() == content
    assert stored.download_name.endswith("." + kind)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "a.pdf", "file_empty"),
        (b"MZ\x90\x00" + bytes(range(256)), "a.pdf", "file_kind"),
        (b"<html><script>alert(1)</script></html>", "a.pdf", "file_kind"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100, "a.doc", "file_kind"),
        (PDF + b" " * 300, "a.pdf", "file_too_large"),
        (b"PK\x03\x04" + b"garbage" * 20, "a.xlsx", "file_kind"),
        (_zip({"xl/workbook.xml": b"x", "xl/vbaProject.bin": b"x"}), "a.xlsx", "macros"),
        (_zip({"xl/workbook.xml": b"x", "../../evil": b"x"}), "a.xlsx", "bad_path"),
        (_zip({"xl/workbook.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a/>'}), "a.xlsx", "document_type"),
    ],
)
def test_what_is_refused(content: bytes, name: str, code: str) -> None:
    limit = 300 if code == "file_too_large" else 10_000
    with pytest.raises(Refused) as caught:
        store_file(io.BytesIO(content), name=name, accept=["pdf", "xlsx"], max_bytes=limit, by=BY)
    assert caught.value.code == code and caught.value.zh and caught.value.remedy_zh
    assert not StoredFile.objects.exists()
    assert not list(disk.all_hashes()) and not list((disk.root() / "incoming").glob("*"))


@pytest.mark.django_db
def test_zip_bomb_is_refused_before_it_unpacks() -> None:
    bomb = _zip({"xl/workbook.xml": b"<x/>", "xl/worksheets/sheet1.xml": b"\0" * 30_000_000})
    assert len(bomb) < 100_000
    with pytest.raises(Refused) as caught:
        store_file(io.BytesIO(bomb), name="a.xlsx", by=BY)
    assert caught.value.code == "zip_bomb"
    with pytest.raises(Refused):
        archives.refuse_harmful(io.BytesIO(_zip({"a": bytes(range(256)) * 40})), max_unpacked=10_000)


@pytest.mark.django_db
def test_same_content_is_the_same_file() -> None:
    first = store_file(io.BytesIO(PDF), name="甲.pdf", by=BY)
    again = store_file(SimpleUploadedFile("乙.pdf", PDF), name="乙.pdf", by=BY)
    by_chunks = store_file(iter([PDF[:5], PDF[5:]]), name="丙.pdf", by=BY)
    assert first.pk == again.pk == by_chunks.pk and StoredFile.objects.count() == 1
    assert len(list(disk.all_hashes())) == 1


@pytest.mark.django_db
def test_erasing_and_storing_again(django_capture_on_commit_callbacks: Any) -> None:
    stored = store_file(io.BytesIO(PDF), name="身份证.pdf", by=BY)
    with django_capture_on_commit_callbacks(execute=True):
        erase_file(sha256=stored.sha256, by=BY, reason="本人申请")
    assert queries.get_file(stored.sha256) is None and not list(disk.all_hashes())
    with pytest.raises(NotFound):
        queries.open_file(stored.sha256)
    with pytest.raises(NotFound):
        erase_file(sha256=stored.sha256, by=BY)
    row = StoredFile.objects.get(pk=stored.pk)
    assert (row.original_name, row.uploaded_by) == ("", "")
    store_file(io.BytesIO(PDF), name="新.pdf", by=BY)
    assert queries.get_files([stored.sha256])[stored.sha256].original_name == "新.pdf"


@pytest.mark.django_db
def test_a_rolled_back_erasure_keeps_the_content(django_capture_on_commit_callbacks: Any) -> None:
    stored = store_file(io.BytesIO(PDF), name="a.pdf", by=BY)
    with (
        django_capture_on_commit_callbacks(execute=True),
        pytest.raises(RuntimeError),
        transaction.atomic(),
    ):
        erase_file(sha256=stored.sha256, by=BY)
        raise RuntimeError
    with queries.open_file(stored.sha256) as file:
        assert file.read() == PDF


@pytest.mark.django_db
def test_orphans_unused_and_damaged() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        store_file(io.BytesIO(PDF), name="a.pdf", by=BY)
        raise RuntimeError
    assert list(queries.orphans()) == [hashlib.sha256(PDF).hexdigest()]
    kept = store_file(io.BytesIO(PNG), name="a.png", by=BY)
    later = clock.now() + timedelta(seconds=1)
    assert queries.unused({kept.sha256}, later) == []
    assert [f.pk for f in queries.unused(set(), later)] == [kept.pk]
    assert list(queries.damaged()) == []
    disk.path_of(kept.sha256).write_bytes(b"changed")
    assert [f.pk for f in queries.damaged()] == [kept.pk]


@pytest.mark.django_db
@pytest.mark.parametrize("sha", ["", "../../etc/passwd", "A" * 64, "0" * 64])
def test_only_hashes_open(sha: str) -> None:
    with pytest.raises(NotFound):
        queries.open_file(sha)


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("C:\\资料\\证明.pdf", "证明.pdf"),
        ("../../etc/passwd", "passwd"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("a\r\nb.pdf", "ab.pdf"),
        ("名" * 300 + ".pdf", "名" * 196 + ".pdf"),
        ("", ""),
    ],
)
def test_names(name: str, clean: str) -> None:
    assert clean_name(name) == clean


@given(st.binary(max_size=300))
def test_no_content_crashes_the_judge(content: bytes) -> None:
    kinds.kind_of(io.BytesIO(content))
    kinds.kind_of(io.BytesIO(b"PK\x03\x04" + content))


@given(st.text(st.sampled_from("质量标准福建厦门,;\t1234abc\n。")))
def test_chinese_texts_are_known_in_every_encoding(text: str) -> None:
    # One or two characters alone can be valid in two encodings; a table has a header.
    text = "企业名称,统一社会信用代码\n" + text
    for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16"):
        found = kinds.encoding_of(text.encode(encoding))
        assert found is not None and text.encode(encoding).decode(found) == text
