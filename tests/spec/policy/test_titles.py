"""A title is proposed from the text's own words, or none is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinzhi.rules.policy.reader import read_text
from pinzhi.rules.policy.titles import LONGEST, proposed_title

from .scoring import SHARED

TEXTS = [
    (
        "各市人民政府：\n　　现将《云澜省消费品质量提升实施方案（2024—2026年）》印发给你们，请遵照执行。",
        "云澜省消费品质量提升实施方案（2024—2026年）",
    ),
    (
        "各县：\n　　为进一步提升消费品质量，结合我市实际，制定本实施方案。\n一、总体要求",
        "关于进一步提升消费品质量的实施方案",
    ),
    (
        "各区：\n为贯彻落实《省政府办公厅关于印发质量强省纲要的通知》（云政办〔2023〕1号），现提出如下实施意见。",
        "关于贯彻落实质量强省纲要的实施意见",
    ),
    (
        "根据《云澜省“十四五”质量规划》，结合实际，制定本方案。",
        "关于贯彻落实《云澜省“十四五”质量规划》的方案",
    ),
    (
        "为贯彻落实《省政府关于推进品牌建设的意见》，现制定如下实施方案：\n一、目标",
        "关于推进品牌建设的实施方案",
    ),
    ("消费品工业“三品”专项行动方案\n\n　　到2027年，建成示范区3个。", "消费品工业“三品”专项行动方案"),
    ("一、总体要求\n到2025年，合格率达到92%以上。", None),
    ("各市人民政府：\n到2025年，合格率达到92%以上。", None),
    ("", None),
]


@pytest.mark.parametrize(("text", "title"), TEXTS)
def test_what_a_text_says_of_itself(text: str, title: str | None) -> None:
    assert proposed_title(text) == title


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared documents are not here")
def test_the_proposal_is_near_the_title_where_there_is_one() -> None:
    """000 has its title: without it, the rest of the text proposes the same one, its issuer aside."""
    text = (SHARED / "texts" / "000.txt").read_text(encoding="utf-8")
    title = "".join((read_text(text).document.title or "").split())
    lines = text.splitlines()
    rest = "\n".join(line for line in lines if "".join(line.split()) not in title or not line.strip())
    plain = str.maketrans("（）－—", "()--")
    digits = {ord("０") + n: str(n) for n in range(10)}
    found = (proposed_title(rest) or "").translate(plain).translate(digits)
    whole = title.translate(plain).translate(digits)
    assert len(found) > 15 and found in whole
    for name in ("002", "004"):
        proposed = proposed_title((SHARED / "texts" / f"{name}.txt").read_text(encoding="utf-8"))
        assert proposed and proposed.startswith("关于") and "消费品" in proposed, name


@given(st.text(max_size=2000))
def test_it_never_fails_and_is_never_long(text: str) -> None:
    found = proposed_title(text)
    assert found is None or (found.strip() and len(found) <= LONGEST)
