"""Titles of records, and the catalogue's own examples made the invented province's: no real place or body stays in them."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from pinzhi.doors.cli.demonstration.parties import CITIES, bodies
from pinzhi.kernel.places import queries as places

Words = tuple[str, ...]
#: What a record is called, by register and field: a pattern, and for {what} one of several words.
TITLES: dict[tuple[str, str], tuple[str, Words]] = {
    ("e06_expert_clinics", "visit_topic"): (
        "{firm}{what}巡诊",
        ("微生物控制", "工艺参数优化", "标签标识", "出厂检验能力", "原料验收", "过程质量控制"),
    ),
    ("f08_ecommerce", "name"): (
        "{county}{what}",
        ("电商服务站", "农特产品网上集市", "直播基地", "电商公共服务中心"),
    ),
    ("i05_upgrading_projects", "project_name"): (
        "{firm}{goods}{what}",
        ("智能化生产线改造", "绿色工厂改造", "检测能力提升", "包装自动化改造"),
    ),
    ("m07_negative_list", "item_name"): ("{goods}{what}", ("生产许可", "委托检验", "备案核查", "产地证明")),
    ("m10_fair_competition", "document_title"): (
        "{city}市促进{sector}产业{what}若干措施",
        ("高质量发展", "品牌培育", "市场开拓", "技术改造"),
    ),
    ("q03_shared_resources", "resource_name"): (
        "{what}",
        (
            "液相色谱-串联质谱仪",
            "电感耦合等离子体质谱仪",
            "扫描电子显微镜",
            "织物透气性测试仪",
            "家具力学试验机",
            "电磁兼容暗室",
            "恒温恒湿试验箱",
            "原子荧光光谱仪",
            "玩具燃烧试验仪",
        ),
    ),
    ("q09_metrology", "standard_name"): (
        "{what}",
        (
            "二等铂电阻温度计标准装置",
            "电子天平检定装置",
            "砝码标准装置",
            "压力变送器检定装置",
            "酒精计标准装置",
            "数字多用表标准装置",
            "水表检定装置",
        ),
    ),
    ("r03_sentinel_points", "point_name"): (
        "{city}{what}监测点",
        ("中心医院", "儿童医院", "骨伤医院", "第二人民医院"),
    ),
    ("r03_sentinel_points", "host_name"): ("{city}中心医院", ()),
    ("s04_group_standards", "standard_name"): (
        "{goods}{what}",
        ("质量通则", "加工技术规程", "分等分级", "感官评价方法"),
    ),
    ("s09_committees", "committee_name"): ("云澜省{sector}标准化技术委员会", ()),
    ("s09_committees", "secretariat"): ("云澜省标准化研究院", ()),
    ("s13_pilots", "project_name"): ("{county}{sector}{what}标准化试点", ("生产", "服务", "物流", "追溯")),
    ("t02_talent_programmes", "programme"): ("云澜质量工匠培育计划", ()),
    ("t08_funds", "project_name"): (
        "{firm}{goods}{what}项目",
        ("质量提升", "标准研制", "品牌培育", "检测平台"),
    ),
    ("t10_procurement", "project_name"): (
        "{city}市{what}采购",
        ("中小学校服", "机关办公家具", "医院被服", "敬老院适老用品", "图书馆桌椅"),
    ),
    ("w07_litigation_aid", "case_title"): (
        "{goods}{what}消费公益诉讼案",
        ("虚假标注", "质量不合格", "夸大宣传"),
    ),
    ("w11_social_supervision", "subject_title"): (
        "{goods}{what}社会监督",
        ("标识标注", "价格质量", "售后服务"),
    ),
    ("w14_publicity_events", "event_name"): (
        "{year}年{city}市{what}",
        ("“质量月”启动仪式", "“3·15”宣传活动", "世界标准日开放日", "质量知识进校园", "检验机构开放日"),
    ),
    ("x08_export_zones", "zone_name"): ("{county}出口{goods}质量安全示范区", ()),
    ("x08_export_zones", "host_name"): ("{city}市人民政府", ()),
    ("f05_logistics", "facility_name"): ("{firm}{what}", ("1号冷库", "预冷车间", "冷藏车队", "冷链分拨中心")),
    ("b17_brand_promotion", "place"): ("{city}会展中心", ()),
    ("b01_quality_awards", "nominated_by"): ("{city}市市场监督管理局", ()),
}

ENDINGS = re.compile(r"(中心|协会|促进会|委员会|研究院|大学|公司|学院|合作社|公会)$")
BY_WORD = (
    ("认证", "certification"),
    ("绿色", "certification"),
    ("计量", "metrology"),
    ("标准", "standards"),
    ("协会", "association"),
    ("促进", "association"),
    ("公会", "association"),
    ("大学", "training"),
    ("学院", "training"),
    ("委员会", "association"),
)


@lru_cache(maxsize=1)
def _real_places() -> re.Pattern[str]:
    """Every place of the real country, the longest name first, with or without its ending."""
    found: set[str] = {"闽东", "榕江", "武夷", "灵州"}
    for region in places.regions():
        if region.code.startswith("99") or len(region.zh) < 2:
            continue
        found.add(region.zh)
        short = re.sub(r"(省|市|县|区|自治区)$", "", region.zh)
        # A county's short name may be any word (and is not what an example would name alone).
        if len(short) >= 2 and region.level in ("province", "prefecture", "city"):
            found.add(short)
    return re.compile("|".join(sorted(map(re.escape, found), key=len, reverse=True)))


@lru_cache(maxsize=4096)
def ours(text: str, number: int) -> str:
    """An example's text with places and bodies of the demonstration in place of real ones."""
    city = CITIES[number % len(CITIES)][1]
    if ENDINGS.search(text) and len(text) <= 30:
        kind = next((kind for word, kind in BY_WORD if word in text), "testing")
        choice = [body.name for body in bodies() if body.kind == kind]
        return choice[number % len(choice)]
    return _real_places().sub(lambda found: city + ("市" if found.group().endswith("市") else ""), text)


def title(register: str, field: str, ask: Callable[[], dict[str, str]], number: int) -> str | None:
    """What a record is called, or None where the register has no such pattern."""
    found = TITLES.get((register, field))
    if found is None:
        return None
    pattern, words = found
    return pattern.format(what=words[number % len(words)] if words else "", **ask())
