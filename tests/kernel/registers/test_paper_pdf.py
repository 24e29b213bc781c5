"""Papers as PDF: what the printable page says, on one page, with the code that leads to the record."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from pinzhi.kernel.registers import paper_pdf, papers
from pinzhi.kernel.web import pdf

ADDRESS = "https://quality.example.gov.cn/registers/e01_cqo/records/CQO-2024-000001/"


def paper(template: str = "grant_certificate", **changes: Any) -> papers.Paper:
    values: dict[str, Any] = {
        "template": papers.templates()[template],
        "number": "证〔2024〕7号",
        "to": "榕江食品有限公司",
        "paragraphs": ["经审核，符合条件，准予登记。" * 3],
        "facts": [("编号", "CQO-2024-000001"), ("有效期", "2024年5月10日至2027年5月9日")],
        "agency": "福州市市场监督管理局",
        "day": papers.chinese_day(date(2024, 5, 10)),
    }
    return papers.Paper(**{**values, **changes})


def read(content: bytes) -> tuple[int, str]:
    reader = PdfReader(io.BytesIO(content))
    text = "".join(page.extract_text() for page in reader.pages)
    return len(reader.pages), "".join(text.split())


@pytest.mark.parametrize("template", sorted(papers.templates()))
def test_every_paper_fits_one_page(template: str) -> None:
    pages, text = read(paper_pdf.render(paper(template), ADDRESS))
    found = papers.templates()[template]
    assert pages == 1
    for said in (
        found.title.zh,
        "证〔2024〕7号",
        "准予登记。",
        "有效期",
        "福州市市场监督管理局",
        "2024年5月10日",
    ):
        assert "".join(said.split()) in text, said
    assert "扫码核验登记内容" in text and all(f"{one}：" in text for one in found.signatures)


def test_without_a_public_record_there_is_no_code() -> None:
    assert "扫码" not in read(paper_pdf.render(paper()))[1]


def test_a_long_one_is_set_smaller_and_nothing_is_lost() -> None:
    sentences = [f"第{n}项：所列事项已经核实，依据充分，程序合法，决定如下。" for n in range(22)]
    pages, text = read(paper_pdf.render(paper("rejection_notice", paragraphs=sentences), ADDRESS))
    assert pages == 1 and all(one in text for one in sentences)
    pages, text = read(paper_pdf.render(paper("rejection_notice", paragraphs=sentences * 6), ADDRESS))
    assert pages > 1 and text.count("第21项") == 6


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=300), st.text(max_size=60), st.text(max_size=400))
def test_whatever_is_written_makes_a_file(reason: str, agency: str, to: str) -> None:
    content = paper_pdf.render(paper("rejection_notice", paragraphs=[reason], agency=agency, to=to), ADDRESS)
    assert content.startswith(b"%PDF-") and read(content)[0] >= 1


def test_markup_is_text() -> None:
    said = "<b>甲</b> & <font color='red'>乙</font> <img src='file:///etc/passwd'/>"
    text = read(paper_pdf.render(paper(paragraphs=[said])))[1]
    assert "".join(said.split()) in text


def test_fonts_of_a_folder_are_contained(settings: Any, tmp_path: Path) -> None:
    """Any TrueType font will do for the test; the one of the plotting tests of reportlab itself is there."""
    import reportlab

    (source,) = (Path(reportlab.__file__).parent / "fonts").glob("Vera.ttf")
    (tmp_path / "song.ttf").write_bytes(source.read_bytes())
    settings.PINZHI_PAPER_FONTS = str(tmp_path)
    pdf.face.cache_clear()
    try:
        assert pdf.face("song") == "pinzhi-song" and pdf.face("hei") == pdf.GENERAL
        content = paper_pdf.render(paper(paragraphs=["abc"]), ADDRESS)
        fonts = PdfReader(io.BytesIO(content)).pages[0]["/Resources"]["/Font"]  # type: ignore[index]
        assert any("Vera" in str(font.get_object().get("/BaseFont")) for font in fonts.values())
        (tmp_path / "kai.ttf").write_bytes(b"no font")
        with pytest.raises(ValueError, match=r"kai\.ttf"):
            pdf.face("kai")
    finally:
        pdf.face.cache_clear()
