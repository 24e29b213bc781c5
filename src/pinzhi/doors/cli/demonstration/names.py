"""Words that invented names are made of. Places, firms, brands and people exist in this province alone."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

#: Two characters that sound like a trade name; combined at random, so none is anybody's in particular.
FIRST = "禾沐澜岚汀屿璟栖穗稻荷芷蘅瓯筠溪澄霁岑暖拾晴朗砚陶织梭棠枫柏槿菱苇鹭鸥鲤砂磐"
SECOND = "野田原川汀舍坊谷源丰盈晟佳悦康禧瑞宁安和顺达恒远诚信润泽清雅然朴匠造衡品优乐"

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN = [
    "明",
    "静",
    "建国",
    "晓燕",
    "志强",
    "丽华",
    "文斌",
    "雪梅",
    "海涛",
    "春兰",
    "俊杰",
    "慧敏",
    "国栋",
    "秀英",
    "子涵",
    "雨桐",
    "思远",
    "嘉怡",
    "立新",
    "永康",
    "卫东",
    "桂芳",
    "少华",
    "素云",
    "振宇",
    "婉清",
    "昊然",
    "若水",
]

#: The short names of the province's cities, in front of a firm's trade name.
PROVINCE = "云澜"


@dataclass(frozen=True)
class Sector:
    """A field of consumer goods: its code in the registers, trades after GB/T 4754, and goods."""

    code: str
    zh: str
    share: int
    trades: tuple[str, ...]
    firm: tuple[str, ...]
    goods: tuple[str, ...]
    standards: tuple[str, ...]
    plan_trade: str = "other"


SECTORS = (
    Sector(
        "food",
        "食品",
        26,
        ("1411", "1431", "1421", "1353", "1523", "1371"),
        ("食品", "粮油食品", "农副产品加工", "乳业", "饮品"),
        (
            "糙米饼",
            "山核桃酥",
            "速冻水饺",
            "菌菇酱",
            "手工挂面",
            "桂花藕粉",
            "蓝莓果汁",
            "低温酸奶",
            "腊味香肠",
            "荞麦面",
            "笋干",
            "海苔脆",
        ),
        ("GB/T 20977-2007", "GB 7099-2015", "GB/T 19855-2015"),
        "food",
    ),
    Sector(
        "farm",
        "农产品",
        12,
        ("0121", "0141", "0311", "0411", "0169"),
        ("农业开发", "生态农业", "茶业", "果业", "水产"),
        ("高山绿茶", "有机大米", "脐橙", "枸杞干果", "土蜂蜜", "生态鸡蛋", "莲子", "黄花鱼干"),
        ("GB/T 14456.1-2017", "GB/T 1354-2018", "NY/T 391-2021"),
        "food",
    ),
    Sector(
        "textile_garment",
        "纺织服装",
        16,
        ("1711", "1751", "1810", "1821", "1830"),
        ("服饰", "纺织", "针织", "家纺", "丝绸"),
        ("蚕丝被", "抗菌袜", "羊毛衫", "婴幼儿连体衣", "棉麻衬衫", "运动外套", "香云纱围巾", "毛巾"),
        ("GB 18401-2010", "GB/T 22849-2024", "FZ/T 73020-2019"),
        "light_textile",
    ),
    Sector(
        "footwear",
        "鞋类",
        5,
        ("1951", "1952", "1953"),
        ("鞋业", "皮具"),
        ("轻便跑鞋", "儿童凉鞋", "牛皮工装鞋", "防滑老人鞋"),
        ("QB/T 1002-2015", "GB 25038-2024"),
        "light_textile",
    ),
    Sector(
        "home",
        "家居日用",
        13,
        ("2110", "2927", "3075", "2221", "3389"),
        ("家居用品", "家具", "日用陶瓷", "竹木制品", "日用品"),
        ("竹纤维餐具", "实木书桌", "骨瓷茶具", "床垫", "硅藻泥吸水垫", "保温杯", "收纳柜"),
        ("GB 18584-2024", "GB/T 3324-2017", "GB 4806.4-2016"),
        "light_textile",
    ),
    Sector(
        "appliance",
        "家用电器",
        8,
        ("3853", "3854", "3856", "3857"),
        ("电器", "智能科技", "电子"),
        ("空气净化器", "电热水壶", "智能电饭煲", "落地风扇", "料理机", "除湿机"),
        ("GB 4706.1-2005", "GB/T 18801-2022", "GB 21456-2024"),
        "other",
    ),
    Sector(
        "children",
        "婴童用品",
        4,
        ("2451", "2452", "1830"),
        ("儿童用品", "玩具"),
        ("积木玩具", "儿童推车", "婴儿湿巾", "学生书包", "安全座椅"),
        ("GB 6675.1-2014", "GB 14748-2020"),
        "light_textile",
    ),
    Sector(
        "elderly",
        "老年用品",
        2,
        ("3586", "3587"),
        ("康养用品", "适老科技"),
        ("折叠助行器", "老年代步车", "防跌倒感应器", "成人护理垫"),
        ("GB/T 12996-2012", "GB/T 28004.1-2021"),
        "other",
    ),
    Sector(
        "medicine",
        "医药保健",
        5,
        ("2740", "2730", "1492", "2770"),
        ("药业", "中药饮片", "生物科技", "医疗用品"),
        ("枸杞原浆", "铁皮石斛颗粒", "医用纱布", "艾灸贴", "西洋参饮片"),
        ("GB 16740-2014", "YY 0331-2006"),
        "biomedicine",
    ),
    Sector(
        "cosmetics",
        "化妆品日化",
        3,
        ("2682", "2681"),
        ("日化", "化妆品"),
        ("茶籽洗发水", "蚕丝面膜", "植物精油皂", "儿童润肤乳"),
        ("GB/T 29680-2013", "QB/T 2872-2017"),
        "other",
    ),
    Sector(
        "crafts",
        "工艺美术",
        3,
        ("2431", "2437", "2432"),
        ("工艺品", "文化创意"),
        ("漆器食盒", "竹编手包", "刺绣摆件", "青石砚台", "银饰"),
        ("GB/T 30419-2013", "QB/T 4183-2011"),
        "ethnic",
    ),
    Sector(
        "sports",
        "文体用品",
        3,
        ("2441", "2411", "2449"),
        ("体育用品", "文具"),
        ("瑜伽垫", "羽毛球拍", "中性笔", "徒步背包"),
        ("GB/T 22868-2008", "GB 21027-2020"),
        "other",
    ),
)
SECTOR = {sector.code: sector for sector in SECTORS}
WEIGHTS = [sector.share for sector in SECTORS]


def person(rng: Random) -> str:
    """An invented person's name."""
    return rng.choice(SURNAMES) + rng.choice(GIVEN)


def word(rng: Random) -> str:
    """A trade name or a brand of two characters."""
    return rng.choice(FIRST) + rng.choice(SECOND)


def phone(rng: Random) -> str:
    """A number in the range 199 0000, which is shown as belonging to the demonstration."""
    return f"1990000{rng.randrange(10000):04d}"
