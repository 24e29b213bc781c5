"""Files of four kinds become the same text; what is no document is refused with place and remedy."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st

from pinzhi.rules.policy.loading import MAX_BYTES, ReadingError, text_of
from pinzhi.rules.policy.reader import read_bytes, read_text, reading_to_json

from .scoring import CORPUS, load, score

NAMES = sorted(p.stem for p in CORPUS.glob("*.txt"))


def _document(name: str) -> tuple[str, Path, Path]:
    return name, CORPUS / f"{name}.txt", CORPUS / f"{name}.json"


def _docx(text: str) -> bytes:
    document = Document()
    rows: list[list[str]] = []
    for line in [*text.split("\n"), ""]:
        if "\t" in line:
            rows.append(line.split("\t"))
            continue
        if rows:
            table = document.add_table(rows=len(rows), cols=max(map(len, rows)))
            for cells, row in zip(rows, table.rows, strict=True):
                for words, cell in zip(cells, row.cells, strict=False):
                    cell.text = words
            rows = []
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _html(text: str, name: str) -> bytes:
    body = []
    for line in text.split("\n"):
        if "\t" in line:
            cells = "".join(f"<td><p>{c}</p></td>" for c in line.split("\t"))
            body.append(f"<tr>{cells}</tr>")
        else:
            body.append(f"<p><span style='font-size:16pt'>{line.replace('<', '&lt;')}</span></p>")
    links = "".join(f"<li><a href='/x{i}'>关于第{i}件事情的通知</a></li>" for i in range(30))
    return f"""<!DOCTYPE html><html><head><meta charset="gb18030"><title>政府网</title><script>var 到2020年='达到99%';</script>
<style>p{{}}</style></head><body><div class="header nav"><ul>{links}</ul></div><div class="main"><div id="zoom">{"".join(body)}</div></div>
<div class="footer">版权所有 网站标识码 3500000001 主办单位：某某办公室</div></body></html>""".encode(
        "gb18030"
    )


@pytest.mark.parametrize("name", NAMES[::2])
def test_word_file(name: str) -> None:
    text, truth = load(*_document(name)[1:])
    result = score(text, truth, reading_to_json(read_bytes(_docx(text), "plan.docx")))
    assert min(result.targets, result.measures, result.duties) >= 0.97, result.misses


@pytest.mark.parametrize("name", NAMES[1::2])
def test_portal_page(name: str) -> None:
    text, truth = load(*_document(name)[1:])
    if "    " in text.strip() and name == "ministry_bare":
        pytest.skip("signers are apart by spaces that HTML folds")
    result = score(text, truth, reading_to_json(read_bytes(_html(text, name), "page.html")))
    assert min(result.targets, result.measures, result.duties) >= 0.97, result.misses


def _numbered(document, words: str, number: int, level: int) -> None:  # type: ignore[no-untyped-def]
    paragraph = document.add_paragraph(words)
    properties = paragraph._p.get_or_add_pPr()
    num = OxmlElement("w:numPr")
    for tag, value in (("w:ilvl", level), ("w:numId", number)):
        child = OxmlElement(tag)
        child.set(qn("w:val"), str(value))
        num.append(child)
    properties.append(num)


def test_automatic_numbers_of_headings() -> None:
    document = Document()
    root = document.part.numbering_part.element
    abstract = OxmlElement("w:abstractNum")
    abstract.set(qn("w:abstractNumId"), "77")
    for level, (form, words) in enumerate(
        (("chineseCountingThousand", "%1、"), ("chineseCounting", "（%2）"))
    ):
        row = OxmlElement("w:lvl")
        row.set(qn("w:ilvl"), str(level))
        for tag, value in (("w:start", "1"), ("w:numFmt", form), ("w:lvlText", words)):
            child = OxmlElement(tag)
            child.set(qn("w:val"), value)
            row.append(child)
        abstract.append(row)
    root.insert(0, abstract)
    link = OxmlElement("w:num")
    link.set(qn("w:numId"), "77")
    target = OxmlElement("w:abstractNumId")
    target.set(qn("w:val"), "77")
    link.append(target)
    root.append(link)
    _numbered(document, "主要目标", 77, 0)
    document.add_paragraph("到2025年，产品质量合格率达到95%以上。")
    _numbered(document, "重点任务", 77, 0)
    _numbered(document, "提升标准水平。完善标准体系。（省质监局负责）", 77, 1)
    _numbered(document, "加强品牌建设。培育知名品牌10个。（省商务厅负责）", 77, 1)
    out = io.BytesIO()
    document.save(out)
    reading = read_bytes(out.getvalue(), "a.docx")
    assert [(m.number, m.title, m.responsible) for m in reading.measures] == [
        (("二", "（一）"), "提升标准水平", ("省质监局",)),
        (("二", "（二）"), "加强品牌建设", ("省商务厅",)),
    ]
    assert [(t.value, t.by_year, t.at) for t in reading.targets] == [
        (95, 2025, ("一",)),
        (10, None, ("二", "（二）")),
    ]


def _zip(entries: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return out.getvalue()


REFUSED = [
    ("empty.txt", b""),
    ("big.txt", b"a" * (MAX_BYTES + 1)),
    ("bomb.docx", _zip({"word/document.xml": b" " * 50_000_000})),
    ("entities.docx", _zip({"word/document.xml": b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', "[Content_Types].xml": b"<x/>"})),
    ("other.docx", _zip({"xl/workbook.xml": b"<x/>"})),
    ("broken.docx", b"PK\x03\x04 nothing here"),
    ("broken.pdf", b"%PDF-1.7 nothing here"),
    ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600),
    ("picture.txt", b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(range(128, 256)) * 40),
]  # fmt: skip


@pytest.mark.parametrize(("name", "data"), REFUSED, ids=[r[0] for r in REFUSED])
def test_refused_with_place_and_remedy(name: str, data: bytes) -> None:
    with pytest.raises(ReadingError) as caught:
        read_bytes(data, name)
    error = caught.value
    assert error.place.startswith(name)
    assert error.message["zh"] and error.message["en"] and error.remedy["zh"] and error.remedy["en"]


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["a.txt", "a.html", "a.docx", "a.pdf", "a"]))
def test_any_bytes_are_read_or_refused(data: bytes, name: str) -> None:
    try:
        text = text_of(data, name)
    except ReadingError:
        return
    read_text(text)


def test_cells_that_span_rows_and_columns_stand_in_each() -> None:
    page = """<html><body><p>重点任务分工表</p><table>
    <tr><th>序号</th><th>重点任务</th><th>工作内容</th><th>责任单位</th><th>完成时限</th></tr>
    <tr><td rowspan="2">1</td><td rowspan="2">提升标准</td><td>制修订地方标准20项</td><td>市市场监管局<br>市农业农村局</td>
    <td>2023年底</td></tr><tr><td>培育团体标准10项以上</td><td>市市场监管局</td><td>2024年底</td></tr></table>
    <p>主要指标</p><table><tr><td rowspan="2">类别</td><td rowspan="2">指标</td><td rowspan="2">单位</td>
    <td colspan="2">目标值</td></tr><tr><td>2023年</td><td>2025年</td></tr>
    <tr><td>质量</td><td>产品质量合格率</td><td>%</td><td>94.5</td><td>≥95</td></tr></table></body></html>"""
    reading = read_bytes(page.encode(), "a.html")
    assert [(m.title, m.responsible) for m in reading.measures] == [
        ("制修订地方标准20项", ("市市场监管局", "市农业农村局")),
        ("培育团体标准10项以上", ("市市场监管局",)),
    ]
    assert [(t.value, t.unit, t.comparator, t.by_year) for t in reading.targets] == [
        (20, "项", "=", 2023),
        (10, "项", ">=", 2024),
        (94.5, "%", "=", 2023),
        (95, "%", ">=", 2025),
    ]
