"""Search in a catalogue of standards, as the list page does it: `python -m bench.standards_search`.

BENCH_EDITIONS  how many editions (170,000)
BENCH_QUERIES   how many queries (400), the same for every run: pieces of Chinese titles of one to seven characters, pieces of
                numbers in several writings, two words at once, words that nothing holds

Answers are compared with what LIKE finds; times are of the first page and the count, warm, by the clock. Titles are built
from the words that titles of standards are built from.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import time
from typing import Any

COUNT = int(os.environ.get("BENCH_EDITIONS", "170000"))
QUERIES = int(os.environ.get("BENCH_QUERIES", "400"))
THINGS = [
    "纺织品", "儿童服装", "针织内衣", "羊绒制品", "棉本色纱线", "化学纤维", "皮革", "皮鞋", "旅游鞋",
    "家具", "木家具", "床垫", "人造板", "胶合板", "涂料", "水性涂料", "胶粘剂", "塑料", "聚乙烯管材",
    "食品", "乳制品", "婴幼儿配方食品", "茶叶", "乌龙茶", "白酒", "葡萄酒", "食用植物油", "水产品",
    "速冻食品", "食品添加剂", "食品接触材料", "陶瓷", "日用陶瓷", "玻璃容器", "搪瓷制品", "玩具", "童车",
    "儿童安全座椅", "学生用品", "纸制品", "卫生纸", "洗涤剂", "化妆品", "牙膏", "家用电器", "电风扇",
    "电热水器", "房间空气调节器", "电动自行车", "锂离子电池", "灯具", "照明电器", "插头插座",
    "低压开关设备", "电线电缆", "变压器", "电动机", "轴承", "齿轮", "紧固件", "钢板", "钢管", "铝合金型材",
    "铜及铜合金", "铸铁", "焊接材料", "阀门", "泵", "压力容器", "起重机械", "农业机械", "拖拉机",
    "道路车辆", "摩托车", "船舶", "航空器", "铁路车辆", "工业机器人", "信息技术", "信息安全技术",
    "软件工程", "人工智能", "物流", "包装", "托盘", "集装箱", "气瓶", "煤", "石油产品", "天然气", "水质",
    "环境空气", "土壤", "固体废物", "医疗器械", "医用口罩", "中药材", "化学试剂", "肥料", "农药", "饲料",
    "种子", "牛", "猪", "林木", "竹制品", "消防", "建筑", "混凝土", "水泥", "建筑玻璃", "墙体材料",
]  # fmt: skip
MATTERS = [
    "甲醛含量", "重金属", "铅和镉", "可迁移元素", "偶氮染料", "邻苯二甲酸酯", "水分", "灰分", "粗蛋白",
    "色牢度", "断裂强力", "撕破强力", "耐磨性", "pH值", "尺寸变化率", "硬度", "密度", "粘度", "粒度",
    "热变形温度", "燃烧性能", "阻燃性能", "绝缘电阻", "电磁兼容", "能效限定值", "噪声", "振动",
    "有害物质限量", "挥发性有机化合物", "微生物", "农药残留", "兽药残留", "放射性", "耐腐蚀性",
    "表面粗糙度",
]  # fmt: skip
METHODS = [
    "气相色谱法", "高效液相色谱法", "原子吸收光谱法", "电感耦合等离子体质谱法", "分光光度法", "滴定法",
    "重量法", "水萃取法", "干燥器法", "气候箱法", "X射线荧光光谱法", "拉伸法", "冲击法",
]  # fmt: skip
FORMS = (
    "{thing}", "{thing}技术条件", "{thing}通用技术要求", "{thing} {matter}的测定 {method}", "{thing} {matter}的测定 第{n}部分：{method}",
    "{thing}术语", "{thing}安全技术规范", "{thing} 第{n}部分：通用要求", "{thing} 第{n}部分：{other}的特殊要求", "{thing}试验方法 {matter}",
    "{thing}中{matter}的测定", "{thing}{matter}分等分级", "{thing}质量通则", "{thing}抽样检验规则", "{thing}标志、包装、运输和贮存",
    "{thing}生产质量管理规范", "{thing}与{other}接口 第{n}部分：{matter}", "{thing}评价规范",
)  # fmt: skip


def titles(dice: random.Random) -> str:
    return dice.choice(FORMS).format(
        thing=dice.choice(THINGS),
        other=dice.choice(THINGS),
        matter=dice.choice(MATTERS),
        method=dice.choice(METHODS),
        n=dice.randint(1, 20),
    )


def fill() -> list[tuple[str, str]]:
    """The table of editions; (number, title) of each."""
    from bench.standards_identifiers import texts
    from pinzhi.apps.standards.numbers import read_number, sort_key
    from pinzhi.apps.standards.saving_catalogue import search_text
    from pinzhi.kernel import clock
    from pinzhi.kernel.registers.rows import insert_rows
    from pinzhi.kernel.search.queries import settle

    dice, now = random.Random(4), clock.now()
    columns = (
        "number", "key", "series_key", "title_zh", "title_en", "body", "level", "nature", "status", "ics", "ccs", "owner", "drafters",
        "field", "key_standard", "local_role", "adoption_text", "region", "url", "remark", "search_text", "sort_key", "source",
        "revision", "updated_at", "updated_by",
    )  # fmt: skip
    found: dict[str, tuple[str, str]] = {}
    rows: list[tuple[Any, ...]] = []
    for text in texts(COUNT + 2000):
        number = read_number(text)
        if number.key in found or len(found) == COUNT:
            continue
        title, owner = titles(dice), f"全国{dice.choice(THINGS)}标准化技术委员会"
        found[number.key] = (number.number, title)
        kept = {
            "number": number.number,
            "key": number.key,
            "series_key": number.series_key,
            "title_zh": title,
            "owner": owner,
        }
        rows.append(
            (
                number.number, number.key, number.series_key, title, "", number.body, number.level, number.nature, "in_force", "[]",
                "[]", owner, "[]", "", False, "", "", "350000", "", "", search_text(kept), sort_key(number.key), "", 1, now, "bench",
            )
        )  # fmt: skip
    insert_rows("standards_edition", columns, rows)
    settle("standards_edition", "search_text")
    return list(found.values())


def queries(editions: list[tuple[str, str]]) -> list[str]:
    """What is typed: pieces of what is there, and some of what is not."""
    dice = random.Random(11)
    found: list[str] = []
    while len(found) < QUERIES:
        number, title = dice.choice(editions)
        kind = dice.random()
        if kind < 0.5:
            length = dice.choice((1, 2, 2, 2, 3, 3, 4, 4, 5, 6, 7))
            at = dice.randrange(max(1, len(title) - length + 1))
            text = title[at : at + length]
        elif kind < 0.6:
            text = f"{dice.choice(THINGS)} {dice.choice(MATTERS)[:3]}"
        elif kind < 0.65:
            text = dice.choice(("量子纠缠", "貔貅", "GB/T 999999", "玩具煤", "ZZZ/T 1"))
        else:
            whole, _, _year = number.replace("—", "-").rpartition("-")
            digits = "".join(ch for ch in whole if ch.isdigit() or ch == ".")
            text = dice.choice(
                (
                    whole,
                    number,
                    digits,
                    digits[:4],
                    number[:6],
                    whole.replace(" ", ""),
                    whole.lower(),
                    f"{digits} {title[:2]}",
                )
            )
        if text.strip():
            found.append(text.strip())
    return found


def like(text: str) -> set[int]:
    """The keys that LIKE finds for every word of what was typed."""
    from pinzhi.apps.standards.models import Edition
    from pinzhi.apps.standards.numbers import typed
    from pinzhi.kernel.search.folding import terms_of

    rows = Edition.objects.all()
    for term in terms_of(typed(text)):
        rows = rows.filter(search_text__contains=term)
    return set(rows.values_list("pk", flat=True))


def measured(texts: list[str]) -> dict[str, Any]:
    from pinzhi.apps.standards import queries_catalogue
    from pinzhi.apps.standards.console_catalogue import found_page
    from pinzhi.kernel.web.lists import Asked

    times: list[list[float]] = [[] for _ in texts]
    counts = [0] * len(texts)
    for _round in range(4):
        for at, text in enumerate(texts):
            began = time.perf_counter()
            page = found_page(Asked(search=text, order_by="sort_key"))
            times[at].append(1000 * (time.perf_counter() - began))
            counts[at] = page.count or 0
    # The first round warms; of the three others the middle one, so that a neighbour's burst of work is no answer of ours.
    taken = [(statistics.median(one[1:]), text, n) for one, text, n in zip(times, texts, counts, strict=True)]
    unlike = [
        text
        for text in texts[:: max(1, len(texts) // 60)]
        if set(queries_catalogue.editions(search=text).values_list("pk", flat=True)) != like(text)
    ]
    ordered = sorted(one[0] for one in taken)
    single = sorted(ms for one in times for ms in one[1:])
    return {
        "queries": len(ordered),
        "median_ms": round(statistics.median(ordered), 1),
        "p95_ms": round(ordered[int(0.95 * len(ordered))], 1),
        "worst_ms": round(ordered[-1], 1),
        "p95_of_single_answers_ms": round(single[int(0.95 * len(single))], 1),
        "unlike_LIKE": unlike,
        "slowest": [(round(ms, 1), text, count) for ms, text, count in sorted(taken, reverse=True)[:14]],
    }


def main() -> None:
    from bench.place import TEMPLATE, open_product, server

    with server() as place:
        import psycopg

        with psycopg.connect(place.server, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{TEMPLATE}" WITH (FORCE)')
            connection.execute(f'CREATE DATABASE "{TEMPLATE}"')
        os.environ["DATABASE_URL"] = place.url(TEMPLATE)
        open_product()
        from bench.place import prepare

        prepare()
        editions = fill()
        found = {"editions": len(editions), **measured(queries(editions)), "load": os.getloadavg()[0]}
        print(json.dumps(found, ensure_ascii=False))


if __name__ == "__main__":
    main()
