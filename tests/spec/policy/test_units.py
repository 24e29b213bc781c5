"""Lists of units: splitting, cleaning, and the level that is printed once."""

from __future__ import annotations

import pytest

from pinzhi.rules.policy.reader import read_text
from pinzhi.rules.policy.units import expand_units, split_unit_list

LISTS = [
    ("省质监局、经信委，福建检验检疫局", ["省质监局", "经信委", "福建检验检疫局"]),
    (
        "省发展和改革委员会、省工业和信息化厅及省财政厅",
        ["省发展和改革委员会", "省工业和信息化厅", "省财政厅"],
    ),
    ("省住房和城乡建设厅和省文化和旅游厅", ["省住房和城乡建设厅", "省文化和旅游厅"]),
    ("各市、县（区）人民政府", ["各市、县(区)人民政府"]),
    ("市质监局、各县（市、区）人民政府，市级有关部门", ["市质监局", "各县(市、区)人民政府", "市级有关部门"]),
    ("县市场监管局等部门", ["县市场监管局"]),
    ("县绩效办、县委组织部等", ["县绩效办", "县委组织部"]),
    ("市场监管总局（标准委）、海关总署", ["市场监管总局(标准委)", "海关总署"]),
    ("省质监局负责", ["省质监局"]),
    ("由省质监局、省商务厅分别", ["省质监局", "省商务厅"]),
    ("西宁经济技术开发区、海东工业园区管委会", ["西宁经济技术开发区", "海东工业园区管委会"]),
    ("省科技厅、省教育厅、各高等院校", ["省科技厅", "省教育厅", "各高等院校"]),
    ("无", []),
    ("", []),
]


@pytest.mark.parametrize(("text", "names"), LISTS)
def test_split(text: str, names: list[str]) -> None:
    half = text.translate(str.maketrans("（）", "()"))
    assert split_unit_list(half) == names


EXPANDED = [
    (["省质监局", "经信委", "商务厅"], ["省质监局", "省经信委", "省商务厅"]),
    (
        ["省质监局", "工商局", "福建检验检疫局", "厦门检验检疫局"],
        ["省质监局", "省工商局", "福建检验检疫局", "厦门检验检疫局"],
    ),
    (["自治区质监局", "农牧厅"], ["自治区质监局", "自治区农牧厅"]),
    (["省质监局", "省委宣传部"], ["省质监局", "省委宣传部"]),
    (["市质监局", "各县人民政府", "财政局"], ["市质监局", "各县人民政府", "市财政局"]),
    (["福建检验检疫局", "厦门检验检疫局"], ["福建检验检疫局", "厦门检验检疫局"]),
    (["市场监管局", "商务局"], ["市场监管局", "商务局"]),
]


@pytest.mark.parametrize(("names", "full"), EXPANDED)
def test_expand(names: list[str], full: list[str]) -> None:
    assert expand_units(names) == full


def _duties(text: str) -> list[tuple[str, tuple[str, ...], tuple[str, ...], tuple[str, ...]]]:
    return [(m.number[-1], m.lead, m.support, m.responsible) for m in read_text(text).measures]


FORMS = [
    ("（一）攻关。推进应用。（省科技厅、省经信厅按职责分工负责，各市人民政府结合实际落实）",
     (), (), ("省科技厅", "省经信厅", "各市人民政府")),
    ("（一）攻关。推进应用。【主办：市工商局；协办：市质监局、市食药监局】", ("市工商局",), ("市质监局", "市食药监局"), ()),
    ("（一）攻关。推进应用。\n【责任单位】市质监局　市商务局\n【完成时限】2020年底", (), (), ("市质监局", "市商务局")),
    ("（一）攻关。推进应用。\n实施单位：省质监局（牵头）、省农业厅、省林业厅（配合单位）。", ("省质监局",), ("省林业厅",), ("省农业厅",)),
    ("（一）攻关。推进应用。责任单位：市工信局、各县（区）人民政府（管委会）", (), (), ("市工信局", "各县（区）人民政府（管委会）")),
    ("（一）攻关。推进应用。（省质监局负责，各市、县、自治县人民政府配合）", (), ("各市、县、自治县人民政府",), ("省质监局",)),
    ("（一）攻关。推进应用。（省商务厅、省农业厅按职责分工牵头，省供销社配合）", ("省商务厅", "省农业厅"), ("省供销社",), ()),
    ("（一）攻关\n1.目标。新建平台5个。\n2.措施。推进应用。\n3.责任单位。市质监局牵头，市商务局配合。", ("市质监局",), ("市商务局",), ()),
    ("（一）攻关。推进应用。\n市质监局、市经信局负责，市总工会、市职业中学参与。",
     (), ("市总工会", "市职业中学"), ("市质监局", "市经信局")),
]  # fmt: skip


@pytest.mark.parametrize(("task", "lead", "support", "responsible"), FORMS, ids=[f[0][-24:] for f in FORMS])
def test_forms_of_duty_lists(
    task: str, lead: tuple[str, ...], support: tuple[str, ...], responsible: tuple[str, ...]
) -> None:
    assert _duties(f"二、重点任务\n{task}\n") == [("（一）", lead, support, responsible)]


def test_paragraphs_counted_in_words_are_tasks_when_units_answer_for_each() -> None:
    text = "主要任务\n一是推动标准升级。加快制修订标准。（责任单位：市质监局）\n二是推动质量升级。开展质量比对。（责任单位：市经信委）\n"
    assert _duties(text) == [("p1", (), (), ("市质监局",)), ("p2", (), (), ("市经信委",))]
