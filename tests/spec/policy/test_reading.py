"""The reader on labelled documents, on the same documents printed otherwise, and on anything at all."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinzhi.rules.policy.model import Reading
from pinzhi.rules.policy.reader import read_bytes, read_text, reading_to_json

from .scoring import SHARED, Score, documents, documents_read_once, load, score, squeeze

DOCUMENTS = documents()
NAMES = [d[0] for d in DOCUMENTS]
ONCE = documents_read_once()
# Each document is printed in one other way of each kind; these in all of them.
THOROUGH = ("000", "002", "004", "council_plan", "yun_county_long", "lingdong_supply")


def _in_turn(kinds: Sequence[object]) -> list[tuple[tuple[str, Path, Path], object]]:
    return [
        (document, kind)
        for i, document in enumerate(DOCUMENTS)
        for k, kind in enumerate(kinds)
        if k == i % len(kinds) or document[0] in THOROUGH
    ]


def _named(value: object) -> str:
    return value[0] if isinstance(value, tuple) else getattr(value, "__name__", str(value)).strip("_")


def _score(text: str, text_path: Path, truth_path: Path) -> Score:
    _, truth = load(text_path, truth_path)
    return score(text, truth, reading_to_json(read_text(text)))


@pytest.mark.parametrize("document", [*DOCUMENTS, *ONCE], ids=[*NAMES, *(d[0] for d in ONCE)])
def test_labelled_document(document: tuple[str, Path, Path]) -> None:
    text, _ = load(*document[1:])
    result = _score(text, *document[1:])
    assert min(result.targets, result.measures, result.duties) >= 0.99, result.misses
    assert result.fields == 1, result.misses
    assert result.named >= 0.85, result.misses


# Tables and headings numbered "1 总体目标" cannot be told from running text once their lines are gone.
FOLDED = [
    d
    for d in ONCE
    if d[0] not in ("linxi_decimal", "chengjiang_cells") and not re.search(r"[\t|]", d[1].read_text("utf-8"))
]


@pytest.mark.parametrize("document", FOLDED, ids=[d[0] for d in FOLDED])
def test_page_folded_into_one_line(document: tuple[str, Path, Path]) -> None:
    text, _ = load(*document[1:])
    result = _score(re.sub(r"\s*\n\s*", " ", text), *document[1:])
    assert min(result.targets, result.measures, result.duties) >= 0.95, result.misses
    assert result.fields >= 0.8, result.misses


def test_shared_documents_are_read_where_they_are_at_hand() -> None:
    if not (SHARED / "texts").is_dir():
        pytest.skip("the shared documents are not here")
    assert {"000", "002", "004"} <= set(NAMES)


def _rows(reading: Reading) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    """What must not change with the print."""
    targets = [
        (squeeze(t.quote), t.comparator, t.value, t.value_max, squeeze(t.unit), t.by_year, t.kind)
        for t in reading.targets
    ]
    measures = [
        (
            tuple(squeeze(n) for n in m.number),
            squeeze(m.title),
            *(tuple(map(squeeze, r)) for r in (m.lead, m.support, m.responsible)),
        )
        for m in reading.measures
    ]
    return targets, measures


def _brackets(text: str) -> str:
    return text.replace("（", "(").replace("）", ")").replace("〔", "[").replace("〕", "]")


def _square(text: str) -> str:
    return text.replace("（", "【").replace("）", "】")


def _wide(text: str) -> str:
    return re.sub(r"[0-9%]", lambda m: chr(ord(m[0]) + 0xFEE0), text)


def _spaces(text: str) -> str:
    out, rng = [], random.Random(7)
    for line in text.split("\n"):
        pieces = re.split(r"(?<=[\u4e00-\u9fff])(?=[\u4e00-\u9fff])", line)
        out.append(rng.choice(["", "\u3000\u3000", "\u00a0", "\u2002\u2002"]) + "".join(
            p + (rng.choice(["\u00a0", "\u2002"]) if i > 12 and rng.random() < 0.03 else "") for i, p in enumerate(pieces)
        ))  # fmt: skip
    return "\n".join(out)


def _crlf(text: str) -> str:
    return text.replace("\n", "\r\n")


WIDTH_BLIND = [_brackets, _square, _wide, _crlf]


@pytest.mark.parametrize(("document", "change"), _in_turn(WIDTH_BLIND), ids=_named)
def test_print_does_not_matter(document: tuple[str, Path, Path], change) -> None:  # type: ignore[no-untyped-def]
    text, _ = load(*document[1:])
    plain, changed = _rows(read_text(text)), _rows(read_text(change(text)))
    strip = str.maketrans("", "", "()【】[]〔〕")

    def bare(rows):  # type: ignore[no-untyped-def]
        return [str(row).translate(strip) for row in rows]

    assert bare(plain[0]) == bare(changed[0])
    assert bare(plain[1]) == bare(changed[1])


@pytest.mark.parametrize("document", DOCUMENTS[::3], ids=NAMES[::3])
def test_gb18030_and_utf16_are_right(document: tuple[str, Path, Path]) -> None:
    text, _ = load(*document[1:])
    assert read_bytes(text.encode("gb18030"), "a.txt") == read_text(text)
    assert read_bytes(text.encode("utf-16"), "a.txt") == read_text(text)


def _broken(text: str, seed: int) -> str:
    """Break long paragraphs inside words, as portals do; tables, heads and lists of units stay."""
    rng = random.Random(seed)
    lines = []
    for line in text.split("\n"):
        plain = line.strip("\u3000 ")
        places = [
            i for i in range(30, len(line) - 12) if re.match(r"[\u4e00-\u9fff]{4}", line[i - 2 : i + 2])
        ]
        if len(plain) > 60 and "\t" not in line and places:
            at = rng.choice(places)
            lines += [line[:at], line[at:]]
        else:
            lines.append(line)
    return "\n".join(lines)


@pytest.mark.parametrize(("document", "seed"), _in_turn([1, 2, 3]), ids=_named)
def test_lines_broken_inside_words(document: tuple[str, Path, Path], seed: int) -> None:
    text, _ = load(*document[1:])
    result = _score(_broken(text, seed), *document[1:])
    assert min(result.targets, result.measures, result.duties) >= 0.97, result.misses


def _glued(text: str) -> str:
    """Every heading hangs on the end of the line before it, where that line ends a sentence or a list of units."""
    lines = [""]
    for line in text.split("\n"):
        heading = re.match(
            r"[\s\u3000]*(?:[一二三四五六七八九十]{1,3}、|（[一二三四五六七八九十]{1,3}）|\d{1,2}[.．、][^\d])",
            line,
        )
        if heading and lines[-1].rstrip().endswith(("。", "）")) and "\t" not in line + lines[-1]:
            lines[-1] = lines[-1].rstrip() + line.strip()
        else:
            lines.append(line)
    return "\n".join(lines)


@pytest.mark.parametrize("document", DOCUMENTS, ids=NAMES)
def test_headings_glued_to_the_line_before(document: tuple[str, Path, Path]) -> None:
    text, _ = load(*document[1:])
    result = _score(_glued(text), *document[1:])
    assert min(result.targets, result.measures, result.duties) >= 0.97, result.misses


def _page_numbers(text: str) -> str:
    """The number of a page on a line of its own, after every third line and once inside a long paragraph."""
    lines: list[str] = []
    for i, line in enumerate(text.split("\n"), 1):
        lines.append(line)
        if i % 3 == 0 and "\t" not in line:
            lines.append(("— %d —", "－%d－", "第 %d 页　共 30 页")[i % 2] % (i // 3))
    return "\n".join(lines)


@pytest.mark.parametrize(
    "document", [d for d in DOCUMENTS if "\t" not in load(*d[1:])[0]], ids=lambda d: d[0]
)
def test_page_numbers_stand_between_lines(document: tuple[str, Path, Path]) -> None:
    text, _ = load(*document[1:])
    plain, paged = _rows(read_text(text)), _rows(read_text(_page_numbers(text)))
    assert [t[1:] for t in plain[0]] == [t[1:] for t in paged[0]]
    assert plain[1] == paged[1]


def _hard_wrapped(text: str, *, indent: bool, pages: int = 0, head: str = "") -> str:
    """Lines of 30 characters as a PDF file gives them; a page's number and head after so many lines."""
    out: list[str] = []
    for paragraph in text.split("\n"):
        plain = paragraph.strip()
        lead = len(paragraph) - len(paragraph.lstrip())
        if "\t" in paragraph or lead > 8 or not plain:
            out.append(paragraph)
            continue
        plain = ("\u3000\u3000" if indent and lead else "") + plain
        while plain:
            taken, columns = 0, 0
            while taken < len(plain) and columns < 60:
                columns += 1 if plain[taken].isascii() else 2
                taken += 1
            while taken < len(plain) and plain[taken] in "，。；：、）》”":
                taken += 1
            out.append(plain[:taken])
            plain = plain[taken:]
            if pages and len(out) % pages == 0:
                out += [f"— {len(out) // pages} —", *([head] if head else [])]
    return "\n".join(out)


@pytest.mark.parametrize(("document", "indent"), _in_turn([True, False]), ids=_named)
def test_hard_wrapped_lines(document: tuple[str, Path, Path], indent: bool) -> None:
    text, _ = load(*document[1:])
    result = _score(_hard_wrapped(text, indent=indent), *document[1:])
    assert min(result.targets, result.measures, result.duties) >= 0.97, result.misses
    assert result.fields == 1, result.misses


@pytest.mark.parametrize("document", DOCUMENTS[::2], ids=NAMES[::2])
def test_running_heads_between_pages(document: tuple[str, Path, Path]) -> None:
    text, _ = load(*document[1:])
    head = "某某行动方案"
    printed = _hard_wrapped(text, indent=True, pages=18, head=head)
    if printed.count(head) < 2:
        pytest.skip("one page")
    plain, paged = read_text(_hard_wrapped(text, indent=True)), read_text(printed)
    assert [t[1:] for t in _rows(plain)[0]] == [t[1:] for t in _rows(paged)[0]]
    assert _rows(plain)[1] == _rows(paged)[1]


@pytest.mark.parametrize("document", DOCUMENTS, ids=NAMES)
def test_odd_white_space(document: tuple[str, Path, Path]) -> None:
    text, _ = load(*document[1:])
    if "\t" in text or "  配合单位" in text or "县财政局 县经科信局" in text:
        pytest.skip("white space separates cells or units here")
    result = _score(_spaces(text), *document[1:])
    assert min(result.targets, result.measures, result.duties) >= 0.97, result.misses


@pytest.mark.parametrize(
    "document",
    [d for d in DOCUMENTS if d[0] in ("000", "002", "004", "region_verbs", "county_lines")],
    ids=lambda d: d[0],
)
def test_renumbered_headings(document: tuple[str, Path, Path]) -> None:
    """一、 as 第一章, （一） as 第一节 …: paths change with the print, titles, duties and targets do not."""
    text, _ = load(*document[1:])
    chapters = re.sub(r"(?m)^([\s\u3000]*)([一二三四五六])、", r"\1第\2章　", text)
    before, after = read_text(text), read_text(chapters)
    assert [t[1:] for t in _rows(before)[0]] == [t[1:] for t in _rows(after)[0]]
    assert [(squeeze(m.title), m.lead, m.support, m.responsible, m.number[1:]) for m in before.measures] == [
        (squeeze(m.title), m.lead, m.support, m.responsible, m.number[1:]) for m in after.measures
    ]


@pytest.mark.parametrize("document", DOCUMENTS, ids=NAMES)
def test_offsets_mark_what_was_read(document: tuple[str, Path, Path]) -> None:
    text, _ = load(*document[1:])
    reading = read_text(text)
    for target in reading.targets:
        assert squeeze(text[target.start : target.end]) == squeeze(target.quote)
    for measure in reading.measures:
        assert squeeze(measure.title) in squeeze(text[measure.start : measure.end])
        for unit in (*measure.lead, *measure.support, *measure.responsible):
            assert any(squeeze(unit) in squeeze(text[a:b]) for a, b in measure.duty_spans)
    starts = [span.start for span in reading.spans]
    assert starts == sorted(starts)


def test_speed_for_40_kb() -> None:
    text = "\n".join(load(*d[1:])[0] for d in DOCUMENTS)
    while len(text.encode()) < 40_000:
        text += "\n" + text
    text = text.encode()[:40_000].decode(errors="ignore")
    best = 9.0
    for _ in range(12):  # other processes of a busy machine cost time as well: the best of some
        start = time.process_time()
        read_text(text)
        best = min(best, time.process_time() - start)
        if best < 0.2:
            break
    assert best < 0.2


_PIECES = st.sampled_from(
    [
        "一、",
        "（一）",
        "1.",
        "（1）",
        "①",
        "第一章",
        "到2020年",
        "达到",
        "95%",
        "以上",
        "3～5家",
        "“",
        "”",
        "《",
        "》",
        "（",
        "）",
        "牵头单位：",
        "省质监局",
        "、",
        "，",
        "。",
        "；",
        "\n",
        "\t",
        "\u3000",
        "新增",
        "每年",
        "两位数",
        "百分之九十",
        "其中",
        "各100名",
        "5至3家",
        "由15%至5%",
        "九成五以上",
        "1/2",
        "减半",
        "百家以上",
        "分别",
        "均",
        "国办发〔2016〕68号",
        "序号\t指标\t2025年",
        "1\t率\t≥90",
        "责任单位",
        "列第一位的为牵头单位",
        "2017年1月3日",
        "索引号：",
    ]
)


def _holds(text: str) -> None:
    reading = read_text(text)
    plain = squeeze(text)
    for target in reading.targets:
        assert squeeze(target.quote) in plain
        assert target.comparator in (">=", "<=", "=", ">", "<", "~")
        assert target.kind in ("level", "increment", "per_year")
        assert 0 <= target.start <= target.end <= len(text)
        assert target.value_max is None or target.value < target.value_max
    reading_to_json(reading)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=400))
def test_any_text_is_read(text: str) -> None:
    _holds(text)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        _PIECES | st.text("的业品企质量标准制定甲乙0123456789.%万亿元个项", max_size=8), max_size=60
    ).map("".join)
)
def test_any_text_of_the_genre_is_read(text: str) -> None:
    _holds(text)


@pytest.mark.parametrize("piece", ["质", "|\n", "2020年", "《", "省质监局牵头，"])
def test_odd_texts_take_time_in_proportion(piece: str) -> None:
    """Twice as much of one thing takes about twice as long, and 40 KB of it no more than seconds."""

    def seconds(length: int) -> float:
        text = piece * (length // len(piece))
        start = time.process_time()
        read_text(text)
        return time.process_time() - start

    half = seconds(20_000)
    assert seconds(40_000) < max(1.0, 4 * half)


@pytest.mark.parametrize("piece", ["90%、", "在5个行业、", "培育1个", "翻一番", "超100亿元、", "各100名"])
def test_a_sentence_without_end_takes_time_in_proportion(piece: str) -> None:
    """40 KB of one phrase over and over: no prose, and no reason to read for minutes."""
    text = "一、工作目标\n" + piece * (13_000 // len(piece))
    start = time.process_time()
    read_text(text)
    assert time.process_time() - start < 6
