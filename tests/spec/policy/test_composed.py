"""Sentences and duty lists put together at random from the genre's parts: what was put in must be read out.

The parts are few and the ways to join them many; a fixed seed keeps the run the same.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable

import pytest

from pinzhi.rules.policy.reader import read_text

Wanted = tuple[float, float | None, str]
Made = tuple[str, list[Wanted]]
Roles = tuple[list[str], list[str], list[str]]

RATES = [
    "产品监督抽查合格率",
    "企业标准公开率",
    "农业标准化普及率",
    "消费投诉按期办结率",
    "首席质量官配备率",
    "优质农产品占比",
    "服务业顾客满意度",
]
COUNTS = [("名牌产品", "个"), ("驰名商标", "件"), ("地理标志产品", "个"), ("质量标杆企业", "家"), ("检测中心", "家"), ("团体标准", "项"),
          ("首席质量官", "名"), ("老字号", "家"), ("精品认证证书", "张"), ("品牌价值超10亿元企业", "家")]  # fmt: skip
WHEN = [("到2020年，", 2020), ("力争到2020年，全省", 2020), ("“十三五”期间，", 2020), ("2019年底前，", 2019)]
BOUND = ["", "以上", "左右"]


def _listed(r: random.Random) -> Made:
    chosen = [(name, unit, r.choice([2, 12, 150, 800])) for name, unit in r.sample(COUNTS, r.randrange(2, 5))]
    verb = r.choice(["培育", "新增", "打造", "认定", "累计达到", "建成", "拥有"])
    parts = [f"{name}{n}{unit}{r.choice(BOUND)}" for name, unit, n in chosen]
    return verb + r.choice("、，").join(parts), [(n, None, unit) for _, unit, n in chosen]


def _apart(r: random.Random) -> Made:
    rates, values = r.sample(RATES, 3), r.sample([90.0, 95.0, 92.5, 80.0], 3)
    verb = r.choice(["分别达到", "分别提高到", "分别不低于"])
    said = "、".join(f"{v:g}%" for v in values)
    return f"{rates[0]}、{rates[1]}和{rates[2]}{verb}{said}", [(v, None, "%") for v in values]


def _both(r: random.Random) -> Made:
    first, second = r.sample(RATES, 2)
    verb = r.choice(["均达到", "都保持在", "均稳定在"])
    return f"{first}{r.choice('、和')}{second}{verb}95%{r.choice(BOUND)}", [(95, None, "%")] * 2


def _whole(r: random.Random) -> Made:
    name, unit = r.choice(COUNTS[:6])
    text = f"{name}{r.choice(['总数达到', '达到', '突破'])}300{unit}，其中消费品类120{unit}、国家级75{unit}"
    return text, [(300, None, unit), (120, None, unit), (75, None, unit)]


def _changed(r: random.Random) -> Made:
    rate = r.choice(RATES)
    return r.choice(
        [
            (f"{rate}由2015年的82%提高到95%", [(95.0, None, "%")]),
            (f"{rate}较“十二五”末提高3.5个百分点", [(3.5, None, "个百分点")]),
            ("品牌产品销售额年均增长8%左右", [(8.0, None, "%")]),
            ("争创质量奖2～5个", [(2.0, 5.0, "个")]),
            ("每年新增团体标准20项以上", [(20.0, None, "项")]),
        ]
    )


MAKERS: list[Callable[[random.Random], Made]] = [_listed, _apart, _both, _whole, _changed]


@pytest.mark.parametrize("seed", range(4))
def test_goals_put_together(seed: int) -> None:
    r = random.Random(seed)
    for _ in range(60):
        when, year = r.choice(WHEN)
        made = [maker(r) for maker in r.sample(MAKERS, r.randrange(1, 4))]
        sentence = when + r.choice("；，。").join(text for text, _ in made) + "。"
        for heading in ("一、工作目标\n", "二、重点任务\n（一）提升质量。"):
            targets = read_text(f"{heading}{sentence}\n\n某某省人民政府\n2017年1月5日\n").targets
            said = Counter((t.value, t.value_max, t.unit) for t in targets)
            wanted = Counter(row for _, rows in made for row in rows)
            assert said == wanted, sentence
            if "目标" in heading:
                assert {t.by_year for t in targets} == {year}, sentence


UNITS = ["省质监局", "省经济和信息化委", "省卫生计生委", "省人力资源社会保障厅", "省委宣传部", "省总工会", "省住房城乡建设厅", "省供销社", "团省委", "省妇联",
         "省编办", "省政府法制办", "省国税局", "省质强办", "福建检验检疫局", "人行西宁中心支行", "青海银监局", "各市、县（区）人民政府", "各设区市人民政府",
         "平潭综合实验区管委会", "国网福建省电力公司", "中国铁路昆明局集团有限公司", "省质检院", "各有关部门", "省建材工业协会"]  # fmt: skip


def _duty(r: random.Random) -> tuple[str, Roles]:
    names = r.sample(UNITS, r.randrange(3, 8))
    lead, rest = names[:1], names[1:]
    a, b, c = lead[0], r.choice(["、", "，"]).join(rest), "、".join(names)
    return r.choice(
        [
            (f"（牵头单位：{a}，配合单位：{'、'.join(rest)}）", (lead, rest, [])),
            (f"（{a}牵头，{b}配合）", (lead, rest, [])),
            (f"（{a}牵头，{b}按职责分工负责）", (lead, [], rest)),
            (f"〔{a}牵头，{b}等参加〕", (lead, rest, [])),
            (f"（{a}会同{b}负责）", (lead, rest, [])),
            (f"（{c}按职责分工负责）", ([], [], names)),
            (f"【责任单位：{c}】", ([], [], names)),
            (f"\n责任单位：{c}", ([], [], names)),
            (f"\n牵头单位：{a}\n配合单位：{b}", (lead, rest, [])),
        ]
    )


def _broken(r: random.Random, line: str) -> str:
    at = r.randrange(20, len(line) - 2) if len(line) > 50 else 0
    return f"{line[:at]}\n{line[at:]}" if at else line


@pytest.mark.parametrize("seed", range(4))
def test_duties_put_together(seed: int) -> None:
    r = random.Random(seed)
    for _ in range(30):
        made = [_duty(r) for _ in range(4)]
        text = "二、主要任务\n" + "".join(
            f"（{number}）{title}。进一步健全机制，推动工作落实，形成长效机制。{form}\n"
            for number, title, (form, _) in zip(
                "一二三四",
                ["完善标准体系", "提升质量水平", "加强品牌培育", "优化消费环境"],
                made,
                strict=True,
            )
        )
        for printed in (text, "\n".join(_broken(r, line) for line in text.split("\n"))):
            rows = [m for m in read_text(printed).measures if len(m.number) == 2]
            said = [(sorted(m.lead), sorted(m.support), sorted(m.responsible)) for m in rows]
            assert said == [tuple(sorted(names) for names in roles) for _, roles in made], printed
