"""Declarations of the demonstration: own standards with indicators, what main producers work to, commitments, a ranking.

Made by the real actions from the fixed seed. Firms, their standards (Q/YL…) and what they declare are invented; the limits
that they are compared with are facts (`standards_limits`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

from pinzhi.apps.standards import queries_declarations as queries
from pinzhi.apps.standards.actions.compute_ranking import compute_ranking
from pinzhi.apps.standards.actions.declare import declare
from pinzhi.apps.standards.actions.publish_ranking import publish_ranking
from pinzhi.apps.standards.actions.revise_declaration import revise_declaration
from pinzhi.apps.standards.actions.save_ranking import save_ranking
from pinzhi.apps.standards.actions.select_front_runners import select_front_runners, usual_end
from pinzhi.apps.standards.actions.withdraw_declaration import withdraw_declaration
from pinzhi.doors.cli.demonstration import accounts, names
from pinzhi.doors.cli.demonstration.parties import SEED, Firm, firms
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor

BY = Actor.system("demonstration")
Work = Callable[[], Any]
AT_ONCE = 1000
#: Of a hundred main producers so many have declared; the rest is what the rate is about.
DECLARING = 93
CLASS = "儿童纺织产品 B类"
TSHIRTS, TOYS, BOARDS = 30, 16, 14
PROMISES = (
    "七日内无理由退货，质量问题包换。",
    "主要零部件三年内免费维修。",
    "每批产品出厂前自检合格，检验报告可随时查阅。",
    "发现质量安全隐患，二十四小时内通知消费者并主动召回。",
)
PLAN: dict[str, Any] = {
    "product_class": CLASS,
    "sector": "children",
    "evaluator": "云岭省标准化研究院（演示）",
    "note": "演示数据：企业、标准和声明值均为虚构。",
    "indicators": [
        {"name": "甲醛含量", "role": "core", "kind": "mass_fraction", "better": "lower", "unit": "mg/kg", "floor": "≤75",
         "floor_source": "GB 18401-2010", "tiers": "≤20；≤50；≤75", "method": "GB/T 2912.1"},
        {"name": "耐水色牢度", "role": "core", "kind": "grey_scale_grade", "better": "higher", "floor": "≥3级",
         "floor_source": "GB 18401-2010", "tiers": "≥4级；≥3-4级；≥3级", "method": "GB/T 5713"},
        {"name": "耐酸汗渍色牢度", "role": "core", "kind": "grey_scale_grade", "better": "higher", "floor": "≥3级",
         "floor_source": "GB 18401-2010", "tiers": "≥4级；≥3-4级；≥3级", "method": "GB/T 3922"},
        {"name": "pH值", "role": "basic", "kind": "ph", "floor": "4.0–8.5", "floor_source": "GB 18401-2010"},
        {"name": "抗菌率", "role": "innovative", "kind": "ratio", "better": "higher", "unit": "%"},
    ],
}  # fmt: skip


def batches(today: date) -> Iterator[Work]:
    """Declarations in the order in which they were made, then a change and a withdrawal, then the ranking."""
    rng = Random(SEED + 29)
    everyone = [firm for firm in firms() if not firm.cooperative]
    main = [f for f in everyone if f.size in ("large", "medium") and rng.randrange(100) < DECLARING]
    for start in range(0, len(main), AT_ONCE):
        yield lambda part=main[start : start + AT_ONCE], salt=start: _by_published(part, salt)  # type: ignore[misc]
    yield lambda: _families(everyone, today)
    yield lambda: _promises(everyone, today)
    yield lambda: _ranking(today)


def _by_published(part: Sequence[Firm], salt: int) -> None:
    """What main producers work to, where they have not declared yet."""
    there = queries.declarations_of([firm.code for firm in part], clock.today())
    rng = Random(SEED + 31 + salt)
    rows = []
    for firm in part:
        sector = names.SECTOR[firm.sector]
        goods = rng.choice(sector.goods)
        if there[firm.code]:
            continue
        rows.append(
            {
                "uscc": firm.code,
                "product_name": goods,
                "brand": firm.brand,
                "sector": sector.code,
                "standard_no": rng.choice(sector.standards),
                "standard_name": goods,
                "commitment": rng.choice(PROMISES),
            }
        )
    if rows:
        declare(rows, by=BY, declared_on=date(2024, 6, 3))


def _indicators(*rows: tuple[str, str, str, str]) -> list[dict[str, str]]:
    names_ = ("indicator", "value", "unit", "method")
    return [{k: v for k, v in zip(names_, row, strict=True) if v} for row in rows]


def tshirt(firm: Firm, rng: Random) -> dict[str, Any]:
    """A firm's own standard for children's T-shirts, from better than asked to just what is asked."""
    grade = ("≥3级", "≥3-4级", "≥4级", "≥4-5级")
    formaldehyde = rng.choices(("≤10", "≤16", "≤20", "≤30", "≤50", "≤75", "≤100"), (3, 2, 7, 6, 6, 5, 1))[0]
    rows = [
        ("甲醛含量", formaldehyde, "mg/kg", "GB/T 2912.1-2009"),
        ("pH值", rng.choice(("4.0～7.5", "4.5～7.5", "4.0～8.5")), "", "GB/T 7573-2009"),
        ("耐水色牢度", rng.choices(grade, (3, 4, 5, 1))[0], "", "GB/T 5713-2013"),
        ("耐酸汗渍色牢度", rng.choices(grade, (3, 4, 5, 1))[0], "", "GB/T 3922-2013"),
        ("耐干摩擦色牢度", rng.choices(grade, (2, 4, 5, 1))[0], "", "GB/T 3920-2008"),
        ("异味", "无", "", "GB 18401-2010"),
        ("可分解致癌芳香胺染料(24种)", "≤20", "mg/kg", "GB/T 17592-2011"),
        (
            "起球",
            rng.choice(("≥3级", "≥3-4级", "≥4级")),
            "",
            "" if rng.randrange(15) == 0 else "GB/T 4802.1-2008",
        ),
    ]
    if rng.randrange(4) == 0:
        rows.append(("抗菌率", rng.choice(("≥90", "≥95", "≥99")), "%", "GB/T 20944.3-2008"))
    return {
        "uscc": firm.code,
        "product_name": "儿童针织T恤衫",
        "generic_name": "T恤衫",
        "brand": firm.brand,
        "specification": "110～160",
        "product_class": CLASS,
        "sector": "children",
        "standard_no": f"Q/YL{firm.number:05d} 001-2024",
        "standard_name": "儿童针织T恤衫",
        "indicators": _indicators(*rows),
        "commitment": rng.choice(PROMISES),
    }


def toy(firm: Firm, rng: Random) -> dict[str, Any]:
    return {
        "uscc": firm.code,
        "product_name": "积木玩具",
        "brand": firm.brand,
        "product_class": "玩具",
        "sector": "children",
        "standard_no": f"Q/YL{firm.number:05d} 002-2024",
        "standard_name": "塑料积木玩具",
        "indicators": _indicators(
            ("可迁移铅", rng.choice(("≤90", "≤60", "≤30")), "mg/kg", "GB 6675.4-2014"),
            ("可迁移镉", rng.choice(("≤75", "≤50")), "mg/kg", "GB 6675.4-2014"),
            ("可迁移汞", "≤60", "mg/kg", "GB 6675.4-2014"),
            ("插拔次数", rng.choice(("≥2000", "≥5000")), "次", "本标准附录A"),
        ),
        "commitment": rng.choice(PROMISES),
    }


def board(firm: Firm, rng: Random) -> dict[str, Any]:
    return {
        "uscc": firm.code,
        "product_name": "环保刨花板",
        "brand": firm.brand,
        "product_class": "人造板及其制品",
        "sector": "home",
        "standard_no": f"Q/YL{firm.number:05d} 003-2025",
        "standard_name": "环保刨花板",
        "indicators": _indicators(
            (
                "甲醛释放量", rng.choice(("≤0.124", "≤0.08", "≤0.050", "≤0.030", "≤0.15")), "mg/m³",
                "1 m³气候箱法 GB 18580-2017 附录A" if rng.randrange(3) == 0 else "1 m3气候箱法",
            ),
            ("静曲强度", rng.choice(("≥11", "≥13", "≥15")), "MPa", "GB/T 17657-2022"),
        ),
        "commitment": rng.choice(PROMISES),
    }  # fmt: skip


def _families(everyone: Sequence[Firm], today: date) -> None:
    """Own standards of three families and of the firm of the demonstration account; one changed, one withdrawn."""
    rng = Random(SEED + 37)
    fields = {
        code: rng.sample([f for f in everyone if f.sector == code], count)
        for code, count in (("textile_garment", TSHIRTS), ("children", TOYS), ("home", BOARDS))
    }
    rows = [tshirt(firm, rng) for firm in fields["textile_garment"]]
    rows += [toy(firm, rng) for firm in fields["children"]]
    rows += [board(firm, rng) for firm in fields["home"]]
    made = declare(rows, by=BY, declared_on=min(date(2025, 3, 10), today))
    first, second = made[TSHIRTS], made[TSHIRTS + TOYS]
    revise_declaration(first.number, {"commitment": PROMISES[2]}, by=BY)
    withdraw_declaration(second.number, "产品停产，演示数据。", by=BY)
    firm = firms()[0]  # whose account demo-firm is
    own = [
        {**tshirt(firm, Random(1)), "product_name": "儿童针织圆领衫"},
        {
            "uscc": firm.code, "product_name": "针织T恤衫（成人）", "brand": firm.brand, "sector": "textile_garment",
            "product_class": "纺织产品 B类", "standard_no": "GB/T 22849-2009", "standard_name": "针织T恤衫", "commitment": PROMISES[0],
        },
    ]  # fmt: skip
    declare(own, by=BY, declared_on=min(date(2025, 6, 2), today))


def _promises(everyone: Sequence[Firm], today: date) -> None:
    rng = Random(SEED + 41)
    rows = [
        {
            "uscc": firm.code,
            "kind": "commitment",
            "product_name": rng.choice(names.SECTOR[firm.sector].goods),
            "brand": firm.brand,
            "sector": firm.sector,
            "commitment": rng.choice(PROMISES),
        }
        for firm in rng.sample(everyone, 60)
    ]
    declare(rows, by=BY, declared_on=min(date(2025, 9, 15), today))


def _ranking(today: date) -> None:
    """One ranking, published, and its front runners."""
    day = today - timedelta(days=20)
    clerk, approver = accounts.actor("demo-clerk"), accounts.actor("demo-approver")
    with clock.at(day):
        row = save_ranking(
            None,
            {
                **PLAN,
                "title": f"{day.year}年儿童针织T恤衫企业标准排行榜",
                "year": day.year,
                "region": accounts.PROVINCE,
            },
            by=clerk,
        )
        compute_ranking(row.number, by=clerk)
        published = publish_ranking(row.number, by=approver)
        leaders = published.result["leaders"]
        if leaders:
            select_front_runners(row.number, leaders[:5], usual_end(), by=approver)
