"""The firms, products and technical bodies of the invented province, always the same for the same seed."""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import accumulate
from random import Random

from pinzhi.doors.cli.demonstration import names
from pinzhi.rules.identifiers import gtin, uscc

SEED = 20240226
FIRMS, PRODUCTS, BODIES = 20_000, 60_000, 48
COOPERATIVES = 14  # of a hundred firms, in farming
#: Cities with their weight, short name and counties: the richer ones have more firms.
CITIES = (
    ("990100", "临江", 24, ("990102", "990103", "990104", "990105", "990106", "990107", "990121", "990181")),
    ("990200", "海澄", 20, ("990202", "990203", "990204", "990205", "990206", "990221")),
    ("990300", "南陵", 10, ("990302", "990303", "990304", "990321", "990322", "990381")),
    ("990400", "锦川", 12, ("990402", "990403", "990404", "990421", "990422", "990423", "990481")),
    ("990500", "青岩", 8, ("990502", "990503", "990521", "990522", "990523", "990581")),
    ("990600", "白沙洲", 8, ("990602", "990603", "990621", "990622", "990681")),
    ("990700", "泽远", 7, ("990702", "990703", "990721", "990722", "990723", "990781")),
    ("990800", "苍梧岭", 6, ("990802", "990803", "990821", "990822", "990823", "990881")),
    ("990900", "朔原", 5, ("990902", "990903", "990921", "990922", "990923", "990981")),
)
CITY_NAME = {code: name for code, name, _, _ in CITIES}
SIZES = (("large", 1), ("medium", 7), ("small", 47), ("micro", 45))
STAFF = {"large": (800, 6000), "medium": (200, 800), "small": (20, 200), "micro": (2, 20)}
REVENUE = {
    "large": (80_000, 900_000),
    "medium": (8_000, 80_000),
    "small": (600, 8_000),
    "micro": (30, 600),
}  # 万元


@dataclass(frozen=True, slots=True)
class Firm:
    """An enterprise or cooperative. `revenue` in 万元."""

    number: int
    code: str
    name: str
    short: str
    region: str
    city: str
    sector: str
    trade: str
    size: str
    staff: int
    revenue: int
    founded: date
    legal: str
    cooperative: bool
    exporter: bool
    brand: str

    @property
    def above_scale(self) -> bool:
        return self.revenue >= 2000 and not self.cooperative


@dataclass(frozen=True, slots=True)
class Product:
    """A product of a firm."""

    gtin: str
    name: str
    brand: str
    model: str
    firm: Firm
    standard: str
    listed_on: date


@dataclass(frozen=True, slots=True)
class Body:
    """A technical body: testing, certification, standards, training."""

    code: str
    name: str
    kind: str
    region: str
    founded: date
    legal: str


class Chooser:
    """Draws by weight, faster than random.choices for one draw."""

    def __init__(self, weights: list[int]) -> None:
        self.sums = list(accumulate(weights))

    def __call__(self, rng: Random) -> int:
        return bisect(self.sums, rng.random() * self.sums[-1])


@lru_cache(maxsize=1)
def firms() -> tuple[Firm, ...]:
    """All firms, in the order in which they are entered."""
    rng = Random(SEED)
    city_of, size_of, sector_of = (
        Chooser([c[2] for c in CITIES]),
        Chooser([s[1] for s in SIZES]),
        Chooser(names.WEIGHTS),
    )
    taken: set[str] = set()
    made = []
    for number in range(FIRMS):
        city, short, _, counties = CITIES[city_of(rng)]
        sector = names.SECTORS[sector_of(rng)]
        cooperative = sector.code == "farm" and rng.randrange(100) < 45
        # The first firms are the ones that honours, pending work and screenshots draw upon: larger than most.
        size = SIZES[size_of(rng)][0] if number >= 400 else ("medium" if number % 5 else "large")
        if cooperative:
            size = "small" if rng.random() < 0.3 else "micro"
        region = rng.choice(counties)
        while True:
            brand = names.word(rng)
            ending = (
                "农民专业合作社"
                if cooperative
                else ("集团" if size == "large" and rng.random() < 0.2 else "") + "有限公司"
            )
            title = f"{names.PROVINCE}{short}{brand}{'' if cooperative else rng.choice(sector.firm)}{ending}"
            if title not in taken:
                taken.add(title)
                break
        low, high = STAFF[size]
        poor, rich = REVENUE[size]
        made.append(
            Firm(
                number=number,
                code=uscc.make(number, region=region, kind="93" if cooperative else "91").text,
                name=title,
                short=short + brand,
                region=region,
                city=city,
                sector=sector.code,
                trade=rng.choice(sector.trades),
                size=size,
                staff=rng.randrange(low, high),
                revenue=rng.randrange(poor, rich),
                founded=date(1992, 1, 1) + timedelta(days=int(rng.betavariate(3, 2) * 365 * 31)),
                legal=names.person(rng),
                cooperative=cooperative,
                exporter=not cooperative and rng.random() < (0.35 if size in ("large", "medium") else 0.08),
                brand=brand,
            )
        )
    return tuple(made)


@lru_cache(maxsize=1)
def products() -> tuple[Product, ...]:
    """All products; larger firms have more of them."""
    rng = Random(SEED + 1)
    every = firms()
    weight = {"large": 22, "medium": 10, "small": 3, "micro": 2}
    owner = Chooser([weight[firm.size] for firm in every])
    made = []
    for number in range(PRODUCTS):
        # Every firm of the first few hundred has products of its own.
        firm = every[number] if number < 400 else every[owner(rng)]
        sector = names.SECTOR[firm.sector]
        started = max(firm.founded, date(2012, 1, 1))
        made.append(
            Product(
                gtin=gtin.make(number).text,
                name=f"{firm.brand}{rng.choice(('', '精选', '经典', '轻享', '鲜', '优选', '传承'))}{rng.choice(sector.goods)}",
                brand=firm.brand,
                model=rng.choice(("", "A", "B", "S", "X"))
                + str(rng.choice((100, 150, 200, 250, 300, 500, 800))),
                firm=firm,
                standard=rng.choice(sector.standards),
                listed_on=started + timedelta(days=rng.randrange(max(1, (date(2026, 6, 30) - started).days))),
            )
        )
    return tuple(made)


BODY_KINDS = (
    ("testing", "产品质量检验研究院", "12"),
    ("testing", "检测技术服务有限公司", "91"),
    ("testing", "食品检验检测中心", "12"),
    ("certification", "认证服务有限公司", "91"),
    ("metrology", "计量测试研究所", "12"),
    ("standards", "标准化研究院", "12"),
    ("training", "质量培训中心", "52"),
    ("association", "品牌促进会", "51"),
)


@lru_cache(maxsize=1)
def bodies() -> tuple[Body, ...]:
    """The technical bodies of the province and its cities."""
    rng = Random(SEED + 2)
    made = []
    for number in range(BODIES):
        kind, ending, department = BODY_KINDS[number % len(BODY_KINDS)]
        _, short, _, counties = CITIES[(number // len(BODY_KINDS)) % len(CITIES)]
        region = "990000" if number < len(BODY_KINDS) and department != "91" else counties[0]
        seat = "省" if region == "990000" else short
        own = names.word(rng) if department == "91" else ""
        made.append(
            Body(
                code=uscc.make(FIRMS + 100 + number, region=region, kind=department).text,
                name=f"{names.PROVINCE}{seat}{own}{ending}",
                kind=kind,
                region=region,
                founded=date(1985 + rng.randrange(30), 1 + rng.randrange(12), 1 + rng.randrange(28)),
                legal=names.person(rng),
            )
        )
    return tuple(made)
