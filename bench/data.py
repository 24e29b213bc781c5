"""Invented firms, the same for every run: names as they are built in China, valid codes, a province's regions."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from pathlib import Path

from pinzhi.rules.identifiers import uscc

PLACES = [
    "福建",
    "福州",
    "厦门",
    "泉州",
    "漳州",
    "宁德",
    "莆田",
    "三明",
    "南平",
    "龙岩",
    "晋江",
    "石狮",
    "南安",
    "福清",
    "长乐",
    "永安",
]
WORDS = list(
    "鑫宏达盛泰恒源丰华瑞祥隆兴昌荣顺通利和信诚远东海天地金银玉龙凤鹏飞翔腾云雅美佳优品康健安宁馨怡悦欣茂森林松竹梅兰菊莲"
)
TRADES = [
    ("食品", "1432"), ("茶叶", "1530"), ("鞋业", "1952"), ("服装", "1810"), ("纺织", "1711"), ("家具", "2110"),
    ("电器", "3850"), ("玩具", "2450"), ("陶瓷", "3071"), ("日化", "2682"), ("医药", "2720"), ("体育用品", "2440"),
    ("工艺品", "2430"), ("塑胶", "2920"), ("贸易", "5130"), ("电子商务", "5292"), ("科技", "6510"), ("农业发展", "0190"),
]  # fmt: skip
ENDS = ["有限公司", "有限公司", "有限公司", "有限责任公司", "股份有限公司", "厂", "农民专业合作社", "商行"]
REGIONS = [
    "350102", "350103", "350104", "350105", "350111", "350121", "350181", "350203", "350205", "350206", "350211",
    "350212", "350302", "350402", "350502", "350503", "350505", "350521", "350581", "350582", "350583", "350602",
    "350702", "350802", "350902", "350981",
]  # fmt: skip
ROADS = [
    "儒江东路",
    "五四路",
    "湖滨南路",
    "东海大街",
    "江滨中路",
    "建设路",
    "工业园区一路",
    "人民路",
    "解放大道",
    "创业路",
]
PEOPLE = list("林陈黄郑吴张王李刘杨许蔡叶苏谢何曾郭邱洪")
HEADERS = [
    "统一社会信用代码", "企业名称", "地区", "企业类型", "行业代码（GB/T 4754）", "企业规模", "角色", "成立日期", "住所",
    "经营范围", "法定代表人", "联系人电话",
]  # fmt: skip


def firms(count: int, seed: int = 20, start: int = 0) -> Iterator[list[str]]:
    """Rows under HEADERS."""
    rng = random.Random(seed + start)
    for number in range(start, start + count):
        region = rng.choice(REGIONS)
        trade, code = rng.choice(TRADES)
        word = "".join(rng.choices(WORDS, k=rng.choice((2, 2, 2, 3))))
        name = rng.choice(PLACES) + rng.choice(("", "省", "市")) + word + trade + rng.choice(ENDS)
        yield [
            uscc.make(number, region=region).text,
            name,
            region,
            rng.choice(("公司", "公司", "公司", "个体工商户", "农民专业合作社")),
            code,
            rng.choice(("小型", "小型", "微型", "中型", "大型")),
            rng.choice(("生产者", "销售者", "生产者;出口商", "进口商")),
            f"{rng.randint(1990, 2024)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}",
            f"{rng.choice(PLACES)}市{rng.choice(ROADS)}{rng.randint(1, 999)}号",
            f"{trade}生产、销售;货物进出口。",
            rng.choice(PEOPLE) + rng.choice(WORDS) + rng.choice(WORDS),
            f"0591-8{rng.randint(1000000, 9999999)}",
        ]


def write_csv(path: Path, count: int) -> Path:
    """A spreadsheet as a bureau exports it: CSV, UTF-8 with a byte-order mark."""
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(HEADERS)
        writer.writerows(firms(count))
    return path
