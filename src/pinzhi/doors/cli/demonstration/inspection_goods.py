"""Detailed rules of the invented province: classes of goods with items after the standards that they are tested by."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any


@dataclass(frozen=True)
class Item:
    """An item with the span of ordinary values and the span of failing ones; texts where it is no number."""

    name: str
    kind: str
    unit: str = ""
    lower: str = ""
    upper: str = ""
    good: tuple[float, float] | str = "符合"
    bad: tuple[float, float] | str = "不符合"
    method: str = ""
    serious: bool = False
    microbiological: bool = False
    label: bool = False
    digits: int = 1
    #: How often it is this item that fails, beside the others.
    weight: int = 2

    def value(self, rng: Random, *, fails: bool) -> str:
        span = self.bad if fails else self.good
        return span if isinstance(span, str) else f"{rng.uniform(*span):.{self.digits}f}"

    def as_row(self, code: str) -> dict[str, Any]:
        return {
            "code": code,
            "name": self.name,
            "kind": self.kind,
            "unit": self.unit,
            "lower": self.lower,
            "upper": self.upper,
            "method": self.method,
            "serious": self.serious,
            "microbiological": self.microbiological,
            "label": self.label,
        }


@dataclass(frozen=True)
class Goods:
    """A class of goods: whose rules, samples for the test and for backup, what it costs."""

    code: str
    name: str
    sector: str
    standards: tuple[str, ...]
    items: tuple[Item, ...]
    test: int = 2
    backup: int = 2
    unit: str = "件"
    cost: int = 1800
    food: bool = False
    risk: str = "B"

    def item_codes(self) -> list[str]:
        return [f"{self.code}-{n:02d}" for n in range(1, len(self.items) + 1)]


LABEL = Item("标签标识", "conforms", label=True, weight=3)
COLONIES = Item("菌落总数", "max", "CFU/g", upper="100000", good=(200, 20000), bad=(120000, 400000), method="GB 4789.2",
                microbiological=True, digits=0)  # fmt: skip
HCHO = Item(
    "甲醛含量", "max", "mg/kg", upper="75", good=(5, 45), bad=(82, 190), method="GB/T 2912.1", serious=True
)
PH = Item("pH值", "range", lower="4.0", upper="8.5", good=(5.2, 7.6), bad=(8.7, 9.9), method="GB/T 7573")
LEAD = Item("铅（以Pb计）", "max", "mg/kg", upper="0.5", good=(0.02, 0.2), bad=(0.55, 1.4), method="GB 5009.12", serious=True,
            digits=2)  # fmt: skip
FIBRE = Item("纤维含量", "conforms", weight=5, method="FZ/T 01057")

GOODS: tuple[Goods, ...] = (
    Goods("XZ-SP01", "方便食品与糕点", "food", ("GB 7099-2015", "GB 2760-2024"), (
        COLONIES, LEAD,
        Item("过氧化值（以脂肪计）", "max", "g/100g", upper="0.25", good=(0.02, 0.16), bad=(0.28, 0.6), digits=2),
        Item("脱氢乙酸", "max", "g/kg", upper="0.5", good=(0.01, 0.3), bad=(0.55, 1.1), digits=2),
        Item("大肠菌群", "max", "CFU/g", upper="100", good=(0, 10), bad=(120, 800), microbiological=True, digits=0),
        LABEL), 4, 2, "袋", 1600, True, "C"),
    Goods("XZ-SP02", "食用农产品与茶叶", "farm", ("GB 2763-2021", "GB/T 14456.1-2017"), (
        Item("吡虫啉", "max", "mg/kg", upper="0.5", good=(0.01, 0.2), bad=(0.6, 1.3), digits=2, serious=True),
        Item("水分", "max", "%", upper="7.0", good=(3.5, 6.2), bad=(7.3, 9.5)), LEAD,
        Item("总灰分", "max", "%", upper="8.0", good=(4.5, 7.0), bad=(8.3, 9.8)),
        LABEL), 2, 1, "kg", 1500, True, "B"),
    Goods("XZ-FZ01", "服装与家用纺织品", "textile_garment", ("GB 18401-2010", "GB/T 22849-2024"), (
        HCHO, PH, FIBRE,
        Item("可分解致癌芳香胺染料", "absent", good="未检出", bad="检出", serious=True, weight=1, method="GB/T 17592"),
        Item("耐摩擦色牢度", "min", "级", lower="3", good=(3, 4.5), bad=(1.5, 2.5)),
        LABEL), 3, 2, "件", 1400),
    Goods("XZ-XL01", "鞋类", "footwear", ("QB/T 1002-2015", "GB 25038-2024"), (
        Item("帮底剥离强度", "min", "N/cm", lower="40", good=(48, 90), bad=(18, 37)),
        Item("耐折性能（预割口裂口长度）", "max", "mm", upper="30.0", good=(6, 22), bad=(32, 45)),
        Item("外底耐磨（磨痕长度）", "max", "mm", upper="14.0", good=(7, 12), bad=(14.5, 18)), LABEL), 2, 1, "双", 1300),
    Goods("XZ-JJ01", "家具与家居用品", "home", ("GB 18584-2024", "GB/T 3324-2017"), (
        Item("甲醛释放量", "max", "mg/m3", upper="0.05", good=(0.005, 0.035), bad=(0.06, 0.14), digits=3, serious=True),
        Item("力学性能", "conforms"),
        Item("漆膜附着力", "max", "级", upper="3", good=(0, 2), bad=(4, 5), digits=0), LABEL), 1, 1, "件", 3200),
    Goods("XZ-DQ01", "家用电器", "appliance", ("GB 4706.1-2005", "GB 21456-2024"), (
        Item("泄漏电流", "max", "mA", upper="0.75", good=(0.05, 0.4), bad=(0.8, 1.6), digits=2, serious=True),
        Item("电气强度", "conforms", serious=True, weight=1), Item("接地电阻", "max", "Ω", upper="0.1", good=(0.02, 0.08),
        bad=(0.12, 0.4), digits=2, serious=True), Item("能效等级", "max", "级", upper="3", good=(1, 3), bad=(4, 5), digits=0,
        weight=4), LABEL), 2, 1, "台", 3600),
    Goods("XZ-ET01", "儿童玩具与用品", "children", ("GB 6675.1-2014", "GB 14748-2020"), (
        Item("小零件", "conforms", serious=True, weight=4),
        Item("邻苯二甲酸二辛酯（DEHP）", "max", "%", upper="0.1", good=(0.001, 0.05), bad=(0.12, 3.0), digits=3, serious=True),
        Item("可迁移元素铅", "max", "mg/kg", upper="90", good=(1, 40), bad=(96, 220), digits=0, serious=True),
        Item("机械强度", "conforms"), LABEL), 3, 2, "套", 2400, False, "C"),
    Goods("XZ-LN01", "老年用品", "elderly", ("GB/T 12996-2012", "GB/T 28004.1-2021"), (
        Item("制动距离", "max", "m", upper="1.5", good=(0.6, 1.2), bad=(1.6, 2.4)), Item("静态稳定性", "conforms"),
        Item("吸水倍率", "min", "", lower="7.0", good=(8, 14), bad=(4, 6.6)), LABEL), 2, 1, "件", 2000),
    Goods("XZ-YY01", "保健与医疗用品", "medicine", ("GB 16740-2014", "YY 0331-2006"), (
        LEAD, Item("水分", "max", "%", upper="9.0", good=(4, 8), bad=(9.3, 12)),
        Item("无菌", "conforms", serious=True, microbiological=True, weight=1), LABEL), 3, 2, "盒", 2200),
    Goods("XZ-HZ01", "化妆品与日化用品", "cosmetics", ("GB/T 29680-2013", "QB/T 2872-2017"), (
        Item("霉菌和酵母菌总数", "max", "CFU/g", upper="100", good=(0, 20), bad=(150, 900), microbiological=True, digits=0),
        Item("甲基异噻唑啉酮", "max", "mg/kg", upper="100", good=(0, 60), bad=(110, 260), digits=0), PH, LABEL), 3, 2, "瓶", 2100),
    Goods("XZ-GY01", "工艺品", "crafts", ("GB/T 30419-2013", "QB/T 4183-2011"), (
        HCHO, Item("可溶性铅", "max", "mg/kg", upper="90", good=(1, 45), bad=(95, 260), digits=0), LABEL), 1, 1, "件", 1500),
    Goods("XZ-WT01", "文体用品", "sports", ("GB/T 22868-2008", "GB 21027-2020"), (
        Item("可迁移元素铅", "max", "mg/kg", upper="90", good=(1, 40), bad=(95, 230), digits=0, serious=True),
        Item("苯", "max", "mg/kg", upper="10", good=(0, 4), bad=(12, 40), serious=True), Item("书写长度", "min", "m", lower="550",
        good=(600, 1200), bad=(300, 520), digits=0), LABEL), 5, 3, "件", 1200),
)  # fmt: skip

#: Checks of labels: what is to be disclosed, item by item.
LABEL_GOODS = Goods("BQ-01", "标签标识", "textile_garment", ("GB/T 5296.4-2012", "GB 7718-2011"), (
    Item("成分（配料）", "conforms", label=True, weight=4), Item("产地", "conforms", label=True),
    Item("适用人群（特殊人群适用性）", "conforms", label=True), Item("儿童用品警示标识", "conforms", label=True, weight=3),
    Item("执行标准", "conforms", label=True), Item("生产者名称地址", "conforms", label=True)), 1, 0, "件", 200)  # fmt: skip
#: Checks of declared standards: whether the goods keep what the firm has declared.
DECLARED_GOODS = Goods("BZ-01", "企业标准自我声明", "home", ("企业声明执行的标准",), (
    Item("声明信息完整性", "conforms"), Item("声明指标与产品实测一致", "conforms", weight=5),
    Item("不低于强制性标准", "conforms", serious=True, weight=1), Item("试验方法有效", "conforms")), 1, 1, "件", 900)  # fmt: skip
ALL = (*GOODS, LABEL_GOODS, DECLARED_GOODS)
BY_SECTOR = {goods.sector: goods for goods in GOODS}
