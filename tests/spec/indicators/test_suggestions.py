"""The words of the catalogue lead a target's sentence to its indicator."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.shared import SHARED

from pinzhi.rules.indicators.definition import parse_indicator
from pinzhi.rules.policy.reader import read_text
from pinzhi.rules.policy.suggest import ENOUGH, IndicatorWords, suggest_indicators
from pinzhi.rules.policy.text import squeeze

CATALOGUE = Path(__file__).parents[3] / "src/pinzhi/catalogue/indicators"
DEFINITIONS = {
    d.name: d
    for path in sorted(CATALOGUE.glob("*.yaml"))
    for d in [parse_indicator(yaml.safe_load(path.read_text(encoding="utf-8")))]
}
WORDS = [
    IndicatorWords(d.name, (d.title["zh"], d.title["en"]), d.words, d.accepted_units, d.kinds)
    for d in DEFINITIONS.values()
]
SENTENCES = yaml.safe_load(Path(__file__).with_name("suggestions.yaml").read_text(encoding="utf-8"))

# labelled document: target: indicator
LABELLED = {
    "000": {1: 3, 2: 1, 3: 21, 4: 8, 5: 10, 6: 11, 7: 12, 8: 25, 9: 25},
    "002": {1: 22, 2: 21, 3: 4, 4: 23, 5: 20, 6: 20, 7: 19, 8: 19, 9: 19, 10: 19, 11: 19, 12: 17, 13: 24,
            14: 17, 15: 11, 16: 8, 17: 10},
    "004": {1: 2, 2: 1, 3: 16, 4: 27, 5: 8, 6: 9, 7: 7, 8: 18},
}  # fmt: skip


def first(target: dict[str, Any]) -> int | None:
    found = suggest_indicators(target, WORDS)
    return DEFINITIONS[found[0][0]].number if found else None


@pytest.mark.parametrize("row", SENTENCES, ids=[row["says"] for row in SENTENCES])
def test_the_genre_in_other_words(row):
    assert first({**row, "quote": row["says"]}) == row["number"]


@pytest.mark.skipif(not (SHARED / "policy/truth").is_dir(), reason="the labelled documents are not here")
@pytest.mark.parametrize("document", LABELLED)
def test_the_labelled_documents(document):
    truth = json.loads((SHARED / f"policy/truth/{document}.json").read_text(encoding="utf-8"))
    wrong = {t["id"]: (t["indicator"], first(t)) for t in truth["targets"]
             if first(t) != LABELLED[document][int(t["id"][1:])]}  # fmt: skip
    assert wrong == {}


@pytest.mark.skipif(not (SHARED / "policy/truth").is_dir(), reason="the labelled documents are not here")
@pytest.mark.parametrize("document", LABELLED)
def test_the_reader_s_own_rows(document):
    """The same from the rows that the reader finds, with the names that it gives."""
    text = (SHARED / f"policy/texts/{document}.txt").read_text(encoding="utf-8")
    rows = [asdict(row) for row in read_text(text).targets]
    truth = json.loads((SHARED / f"policy/truth/{document}.json").read_text(encoding="utf-8"))
    right = 0
    for label in truth["targets"]:
        quote = squeeze(label["quote"])
        same = [r for r in rows if r["value"] == label["value"] and r["unit"] == label["unit"]]
        met = [r for r in same if squeeze(r["quote"]) in quote or quote in squeeze(r["quote"])]
        right += any(first(r) == LABELLED[document][int(label["id"][1:])] for r in met)
    assert right >= 0.95 * len(truth["targets"])


# sentence, indicator's number, option: value that the words ask for
CHOICES = [
    ("消费品质量国家监督抽查合格率稳定在91%以上", 1, {"level_of_check": "national", "holds": "every_year"}),
    ("消费品质量省级以上监督抽查合格率达到90%以上", 1, {"level_of_check": "provincial_up", "holds": "last_year"}),
    ("产品质量监督抽查合格率达到92%", 1, {"level_of_check": "all", "base": "batches"}),
    ("与国际标准一致性程度达到95%以上", 2, {"benchmark": "international", "method": "r1"}),
    ("与国际或国内标准一致性程度达到95%以上", 2, {"benchmark": "any"}),
    ("主导制定国家标准20项", 6, {"role": "lead"}),
    ("消费品福建名牌产品达850个", 8, {"goods": "consumer"}),
    ("新增青海省名牌产品25个", 8, {"goods": "all", "level": "provincial"}),
    ("中国驰名商标达到60件", 9, {"honour": "well_known"}),
    ("地理标志证明商标40件", 10, {"scheme": "gi_mark"}),
    ("地理标志产品15个", 10, {"scheme": "gi_product"}),
    ("建成2个以上国家级知名品牌示范区", 11, {"level": "national", "stage": "named"}),
    ("获得“三品一标”认证的农产品类消费品数量达到3000个", 16, {"goods": "consumer", "scheme": "all"}),
    ("建成中藏药材规范化生产示范基地50个以上", 17, {"kind": "herb"}),
    ("生物医药行业30项", 19, {"trade": "biomedicine"}),
    ("全省消费品行业培育新产品100项", 19, {"trade": "all"}),
    ("省级企业技术中心、工程（技术）研究中心、重点实验室达到18家以上", 20,
     {"level": "provincial", "kinds_of_platform": "three"}),
    ("建成3家国家级工程（技术）研究中心、重点实验室等创新平台", 20,
     {"level": "national", "kinds_of_platform": "all"}),
    ("年均增速保持两位数", 22, {"holds": "average"}),
    ("冷链运输率达到15%", 25, {"rate": "transport"}),
    ("冷链流通率达到10%", 25, {"rate": "circulation"}),
    ("引进领军人才20名", 28, {"what": "leading"}),
    ("旅游名镇5至10个", 30, {"what": "towns"}),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "number", "expected"), CHOICES)
def test_the_words_put_the_right_choice_first(sentence, number, expected):
    definition = next(d for d in DEFINITIONS.values() if d.number == number)
    chosen = definition.choices_for(sentence)
    assert {name: chosen[name] for name in expected} == expected


# Goals of the genre that no indicator of the catalogue counts: not one of them may be bound before somebody has looked.
UNFIT = (
    "每年选取不少于300家消费品生产企业开展标准实施情况调查",
    "举办质量培训班20期",
    "建设检验检测公共服务平台10个",
    "推广先进质量管理方法的企业达到200家",
    "培育质量标杆企业20家",
    "创建质量强县5个",
    "企业标准领跑者达到30家",
    "消费投诉办结率达到98%",
    "建立消费维权服务站500个",
    "标准实施监督检查企业200家",
    "组织消费教育进社区活动100场",
    "新增绿色产品认证证书200张",
    "质量贷款达到20亿元",
)


@pytest.mark.parametrize("sentence", UNFIT)
def test_what_fits_nowhere_is_not_bound(sentence):
    (target, *_) = read_text(f"一、主要目标\n到2025年，{sentence}。\n").targets
    found = suggest_indicators(asdict(target), WORDS)
    assert not found or found[0][1] < ENOUGH, found[:2]


def test_what_fits_is_likely_enough():
    for row in SENTENCES:
        assert suggest_indicators({**row, "quote": row["says"]}, WORDS)[0][1] >= ENOUGH, row["says"]
