"""Agencies: names by level and date, successors, whom a document means."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from tests.spec.places.test_regions import TABLE

import pinzhi
from pinzhi.rules.places.agencies import AgencyBook

_CATALOGUE = Path(pinzhi.__file__).parent / "catalogue"
BOOK = AgencyBook(yaml.safe_load((_CATALOGUE / "agencies.yaml").read_text(encoding="utf-8")), TABLE)
D2017, D2020 = date(2017, 6, 1), date(2020, 6, 1)


@pytest.mark.parametrize(
    ("code", "zh"),
    [
        ("350000-market_supervision", "福建省市场监督管理局"),
        ("640000-market_supervision", "宁夏回族自治区市场监督管理厅"),
        ("350200-market_supervision", "厦门市市场监督管理局"),
        ("350203-quality_supervision", "思明区质量技术监督局"),
        ("350000-entry_exit_inspection", "福建出入境检验检疫局"),
        ("350000-taxation", "国家税务总局福建省税务局"),
        ("350000-publicity_department", "中共福建省委员会宣传部"),
        ("35Z001-zone_committee", "平潭综合实验区管理委员会"),
        ("100000-market_supervision", "国家市场监督管理总局"),
        ("630000-farming_husbandry", "青海省农牧厅"),
        ("990100-market_supervision", "临江市市场监督管理局"),
    ],
)
def test_names(code: str, zh: str) -> None:
    agency = BOOK.agency(code)
    assert agency is not None and agency.zh == zh and agency.en


@pytest.mark.parametrize("code", ["", "350000", "350000-none", "000000-commerce", "350000-farming_husbandry"])
def test_what_is_no_agency(code: str) -> None:
    assert BOOK.agency(code) is None


@pytest.mark.parametrize(
    ("name", "region", "on", "code"),
    [
        ("省质监局", "350000", D2017, "350000-quality_supervision"),
        ("质监局", "350000", D2017, "350000-quality_supervision"),
        ("省质量技术监督局", "350000", D2017, "350000-quality_supervision"),
        ("省市场监管局", "350000", D2020, "350000-market_supervision"),
        ("福建省市场监督管理局", "350000", D2020, "350000-market_supervision"),
        ("省经信委", "350000", D2017, "350000-industry_informatisation_commission"),
        ("省经济和信息化委", "630000", D2017, "630000-industry_informatisation_commission"),
        ("省农牧厅", "630000", D2017, "630000-farming_husbandry"),
        ("农业厅", "350000", D2017, "350000-agriculture_department"),
        ("厦门检验检疫局", "350000", D2017, "350200-entry_exit_inspection"),
        ("福建检验检疫局", "350000", D2017, "350000-entry_exit_inspection"),
        ("青海保监局", "630000", D2017, "630000-insurance_regulation"),
        ("省委宣传部", "350000", D2017, "350000-publicity_department"),
        ("省编办", "630000", D2017, "630000-institutional_establishment"),
        ("省政府法制办", "630000", D2017, "630000-legal_affairs"),
        ("福州市发改委", "350000", D2017, "350100-development"),
        ("市发改委", "350102", D2017, "350100-development"),
        ("区工商局", "350102", D2017, "350102-industry_commerce"),
        ("平潭综合实验区管委会", "350000", D2017, "35Z001-zone_committee"),
        ("西宁经济技术开发区", "630000", D2017, "6301Z1-zone_committee"),
        ("柴达木循环经济试验区管委会", "630000", D2017, "6328Z1-zone_committee"),
        ("质检总局", "350000", D2017, "100000-quality_supervision"),
        ("自治区市场监管厅", "640000", D2020, "640000-market_supervision"),
        ("福建省人民政府办公厅", "350000", D2017, "350000-government_office"),
        ("食品药品监管局", "350000", D2017, "350000-food_drug"),
        ("药监局", "350000", D2020, "350000-drug"),
    ],
)
def test_whom_a_document_means(name: str, region: str, on: date, code: str) -> None:
    resolved = BOOK.resolve(name, region=region, on=on)
    assert resolved.agency is not None and resolved.agency.code == code, resolved.candidates


@pytest.mark.parametrize("name", ["", "省", "某某协会", "省不存在局"])
def test_unknown_names_have_no_candidates(name: str) -> None:
    resolved = BOOK.resolve(name, region="350000", on=D2017)
    assert resolved.agency is None and not resolved.candidates


def test_succession_of_2018() -> None:
    old = BOOK.agency("350000-quality_supervision")
    assert old is not None and old.in_force(D2017) and not old.in_force(D2020)
    assert old.becomes == ("350000-market_supervision",)
    assert [a.kind for a in BOOK.holders("quality", "350000", D2017)] == ["quality_supervision"]
    assert [a.kind for a in BOOK.holders("quality", "350000", D2020)] == ["market_supervision"]


def test_every_function_has_one_holder_at_every_level() -> None:
    functions = yaml.safe_load((_CATALOGUE / "functions.yaml").read_text(encoding="utf-8"))
    held = {d.function for k in BOOK.kinds.values() for d in k.functions}
    assert held <= set(functions), held - set(functions)
    for function in functions:
        for region in ("350000", "350100", "350102", "630000", "990000"):
            for on in (D2017, D2020):
                holders = [a.kind for a in BOOK.holders(function, region, on)]
                shared = function in ("taxation", "financial_supervision", "enforcement") and on == D2017
                assert len(holders) == 1 or (shared and holders), (function, region, on, holders)


def test_units_of_the_labelled_documents_are_known() -> None:
    folder = Path(__file__).parents[4] / "shared" / "policy" / "truth"
    if not folder.exists():
        pytest.skip("no labelled documents here")
    for document, region in (("002", "630000"), ("004", "350000")):
        truth = json.loads((folder / f"{document}.json").read_text(encoding="utf-8"))
        units = [m.get(key) or [] for m in truth["measures"] for key in ("lead", "support", "responsible")]
        names = {name for unit in units for name in unit}
        unknown = {n for n in names if BOOK.resolve(n, region=region, on=D2017).agency is None}
        assert unknown <= {"人行西宁中心支行"}, unknown


@given(st.text(max_size=15), st.sampled_from(["350000", "350102", "35Z001", "100000", "999999"]))
def test_no_name_crashes(name: str, region: str) -> None:
    BOOK.resolve(name, region=region, on=D2020)
    BOOK.agency(name)
