"""What stands in the registers: for each, how many decisions of which year, on whom, and what is counted of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Any

from pinzhi.doors.cli.demonstration import decisions, names
from pinzhi.doors.cli.demonstration.decisions import Given
from pinzhi.doors.cli.demonstration.filling import Context, Filler
from pinzhi.doors.cli.demonstration.parties import SEED, Firm, bodies, firms
from pinzhi.kernel.places import queries as places
from pinzhi.kernel.registers import catalogue
from pinzhi.kernel.registers.actions.carry_out import Item

#: The step by which a decision that was made is entered.
ENTERING = {"resource": "enter", "fund": "enter_decision"}


@dataclass(frozen=True)
class Lot:
    """`years`: how many in which year. `on`: month and day of the yearly batch; None: any day of the year."""

    register: str
    years: Mapping[int, int]
    record_type: str | None = None
    given: Given = lambda c: {}
    on: tuple[int, int] | None = None
    pick: str = "firms"
    level: str = "county"
    full: bool = False
    #: A step that follows for most of them: its name, after how many days, for how many of a hundred, its values.
    follow: tuple[str, int, int, Given] | None = None
    #: Firms one after the other instead of drawn, so that few are met twice.
    in_turn: bool = False

    @property
    def total(self) -> int:
        return sum(self.years.values())


def spread(*counts: int, until: int = 2026) -> dict[int, int]:
    """Counts of consecutive years, the last of them `until`."""
    return {until - len(counts) + 1 + i: count for i, count in enumerate(counts)}


@cache
def pool(name: str) -> Sequence[Firm]:
    """Firms that a lot may draw from."""
    every = firms()[:6000]
    chosen = {
        "firms": [f for f in every if not f.cooperative],
        "large": [f for f in every if f.size in ("large", "medium")],
        "farm": [f for f in every if f.sector in ("farm", "food")],
        "cooperatives": [f for f in every if f.cooperative],
        "exporters": [f for f in every if f.exporter],
        "late": list(firms()[12_000:]),
        "linjiang": [f for f in every if f.city == "990100"],
    }
    return chosen[name]


#: First come those that plans are counted from; the rest fills the other registers.
COUNTED: tuple[Lot, ...] = (
    Lot(
        "b01_quality_awards",
        {2018: 4, 2020: 5, 2022: 5, 2024: 5, 2026: 5},
        "quality_award",
        decisions.award("provincial"),
        (6, 18),
        "large",
        "province",
        True,
    ),
    Lot(
        "b01_quality_awards",
        {2024: 3, 2025: 3, 2026: 3},
        "quality_award",
        decisions.award("municipal"),
        (5, 12),
        "linjiang",
        "city",
        True,
    ),
    Lot(
        "b04_time_honoured",
        {2019: 18, 2021: 20, 2023: 22, 2025: 24},
        None,
        decisions.honoured("provincial"),
        (9, 9),
        "firms",
        "province",
        True,
    ),
    Lot(
        "b05_geographical_indications",
        spread(8, 9, 9, 9, 9, 5, 4),
        "geographical_indication",
        decisions.indication("gi_product"),
        None,
        "farm",
        "county",
        True,
    ),
    Lot(
        "b05_geographical_indications",
        spread(6, 7, 8, 8),
        "geographical_indication",
        decisions.indication("gi_mark"),
        None,
        "farm",
        "county",
    ),
    Lot("b05_geographical_indications", spread(30, 40, 50), "gi_user", decisions.user, None, "farm"),
    Lot(
        "b06_brand_zones",
        {2024: 1, 2025: 1},
        "brand_zone",
        decisions.zone("national", "全国知名品牌示范区"),
        (10, 20),
        "large",
        "city",
        True,
    ),
    Lot(
        "b06_brand_zones",
        {2023: 2, 2024: 2, 2025: 3},
        "brand_zone",
        decisions.zone("provincial", "知名品牌示范区"),
        (11, 6),
        "large",
        "city",
    ),
    Lot(
        "b06_brand_zones",
        {2024: 2, 2025: 2},
        "three_goods_city",
        decisions.zone("provincial", "“三品”战略示范城市"),
        (11, 6),
        "large",
        "city",
    ),
    Lot(
        "b10_brand_value",
        {2022: 3, 2023: 2, 2024: 2, 2025: 2, 2026: 2},
        "influential_brand",
        decisions.influential,
        (5, 10),
        "large",
        "province",
        True,
    ),
    Lot(
        "b02_famous_brands",
        spread(3, 2, 4, 4, 4),
        "tourism_brand",
        decisions.tourism("tourism_brand"),
        (3, 28),
        "firms",
        "province",
    ),
    Lot(
        "b02_famous_brands",
        {2024: 5, 2025: 5, 2026: 5},
        "tourism_town",
        decisions.tourism("tourism_town"),
        (3, 28),
        "firms",
        "province",
    ),
    Lot(
        "b02_famous_brands",
        {2024: 9, 2025: 8, 2026: 8},
        "tourism_village",
        decisions.tourism("tourism_village"),
        (3, 28),
        "firms",
        "province",
    ),
    Lot(
        "f01_production_bases",
        spread(12, 14, 14, 15, 15, 10, 10, 7),
        "base",
        decisions.base,
        None,
        "farm",
        "county",
    ),
    Lot(
        "i01_innovation_platforms",
        {2019: 1, 2022: 1, 2025: 1},
        "platform",
        decisions.platform("national"),
        (12, 1),
        "large",
        "province",
        True,
    ),
    Lot(
        "i01_innovation_platforms",
        spread(8, 8, 9, 8, 8, 8, 7),
        "platform",
        decisions.platform("provincial"),
        (8, 15),
        "large",
        "province",
    ),
    Lot(
        "i04_new_products",
        spread(58, 62, 66, 118, 124, 96),
        None,
        decisions.new_product,
        None,
        "firms",
        "county",
    ),
    Lot(
        "s07_standards_programme",
        spread(12, 14, 15, 16, 17, 15),
        "standard_task",
        decisions.standard,
        None,
        "firms",
        "county",
    ),
    Lot("t01_expert_banks", {2024: 6, 2025: 5, 2026: 3}, "bank", decisions.bank, (4, 16), "firms", "city"),
    Lot(
        "t01_expert_banks",
        {2024: 70, 2025: 80, 2026: 60},
        "expert",
        decisions.expert,
        (5, 16),
        "firms",
        "city",
    ),
    Lot(
        "t02_talent_programmes",
        spread(90, 100, 150, 170, 165),
        "trainee",
        decisions.trainee,
        (4, 8),
        "firms",
        "county",
        follow=("train", 45, 100, lambda c: {"trained_on": c.day.isoformat()}),
    ),
    Lot(
        "t02_talent_programmes",
        spread(8, 7, 8, 8, 7),
        "leading_talent",
        decisions.leader,
        (6, 3),
        "large",
        "county",
    ),
    Lot(
        "b02_famous_brands",
        spread(175, 195, 215, 235, 260, 285, 270),
        "famous_brand_product",
        decisions.brand("provincial"),
        (7, 15),
        "firms",
        "province",
    ),
    Lot(
        "b03_trademarks",
        spread(230, 240, 250, 260, 265, 275, 280),
        "famous",
        decisions.mark("famous", "provincial", 4),
        (6, 5),
        "firms",
        "province",
    ),
    Lot(
        "b03_trademarks",
        spread(50, 60, 75, 80, 85),
        "registered",
        decisions.mark("registered", "national", 10),
        None,
        "cooperatives",
        "county",
    ),
    Lot(
        "f02_farm_certification",
        spread(300, 330, 350, 380, 440, 450, 400),
        None,
        decisions.certificate,
        None,
        "farm",
        "county",
    ),
    Lot(
        "e01_cqo",
        spread(380, 460, 600, 780, 860, 900, 860),
        None,
        decisions.officer,
        None,
        "firms",
        "county",
        in_turn=True,
        follow=(
            "train",
            40,
            60,
            lambda c: {
                "training_date": c.day.isoformat(),
                "training_hours": 24,
                "training_body": "云澜省质量培训中心",
            },
        ),
    ),
    Lot("d09_implementation_survey", {2025: 520, 2026: 560}, None, decisions.survey, None, "firms", "county"),
)
OTHERS: tuple[Lot, ...] = (
    Lot(
        "b02_famous_brands",
        spread(60, 70, 70),
        "famous_brand_product",
        decisions.brand("municipal"),
        (9, 10),
        "firms",
        "city",
    ),
    Lot(
        "b02_famous_brands",
        spread(60, 80, 90),
        "contract_honouring",
        decisions.brand("provincial"),
        (3, 15),
        "firms",
        "province",
    ),
    Lot(
        "b03_trademarks",
        spread(150, 160, 180, 200),
        "registered",
        decisions.mark("registered", "national", 10),
        None,
        "firms",
        "county",
    ),
    Lot(
        "b03_trademarks",
        spread(6, 6, 8),
        "well_known",
        decisions.mark("well_known", "national", 10),
        (12, 2),
        "large",
        "province",
    ),
    Lot(
        "b03_trademarks",
        spread(20, 25, 30),
        "overseas",
        decisions.mark("overseas", "national", 10),
        None,
        "exporters",
        "county",
    ),
    Lot("b08_brand_cultivation", spread(40, 50, 60), "candidate"),
    Lot(
        "b10_brand_value",
        spread(40, 50, 60),
        "valuation",
        lambda c: {"brand_name": c.firm.brand, "evaluation_year": c.day.year},
        None,
        "large",
    ),
    Lot(
        "b13_brand_protection",
        spread(60, 60),
        "protected_brand",
        lambda c: {"right_kind": ["trademark"], "right_numbers": f"YL{60_000_000 + c.number}"},
    ),
    Lot(
        "b14_brand_directory",
        spread(80, 90),
        "directory_entry",
        lambda c: {"honour_basis": ["famous_brand"], "listed_year": c.day.year},
    ),
    Lot(
        "b17_brand_promotion",
        spread(14, 16, 18),
        "promotion",
        lambda c: {
            "event_name": f"{c.city}市{c.sector.zh}品牌推介会",
            "organiser": f"{c.city}市商务局",
            "starts_on": c.day.isoformat(),
            "market": "domestic",
        },
        None,
        "firms",
        "city",
    ),
    Lot(
        "d08_same_line",
        spread(40, 60, 70),
        None,
        lambda c: {"export_markets": ["东盟"], "line_name": f"{1 + c.number % 6}号生产线"},
        None,
        "exporters",
    ),
    Lot("e02_management_systems", spread(320, 350, 380, 420), None, decisions.system),
    Lot(
        "e06_expert_clinics",
        spread(60, 70, 80),
        None,
        lambda c: {
            "visit_on": c.day.isoformat(),
            "organiser": f"{c.city}市市场监督管理局",
            "experts": names.person(c.rng),
            "problems_found": 3 + c.number % 5,
            "problems_solved": c.number % 4,
            "follow_up_on": None,
            "consumer_goods": True,
        },
    ),
    Lot(
        "e07_benchmarking",
        spread(20, 24, 28),
        "benchmark",
        lambda c: {
            "topic": f"{c.firm.short}全过程质量管控经验",
            "plan_year": c.day.year,
            "starts_on": (c.day - timedelta(days=200)).isoformat(),
        },
        None,
        "large",
    ),
    Lot(
        "f01_production_bases",
        spread(30, 30),
        "livestock_farm",
        lambda c: {"base_name": f"{c.firm.brand}标准化养殖场", "accepted_on": c.day.isoformat()},
        None,
        "farm",
    ),
    Lot(
        "f05_logistics",
        spread(70, 80, 90),
        "cold_chain",
        lambda c: {"in_service_since": c.day.isoformat()},
        None,
        "farm",
    ),
    Lot("f08_ecommerce", spread(12, 14, 16), "rural", lambda c: {}, None, "farm"),
    Lot(
        "i01_innovation_platforms",
        spread(20, 25, 25),
        "platform",
        decisions.platform("municipal"),
        (9, 1),
        "large",
        "city",
    ),
    Lot(
        "i01_innovation_platforms",
        spread(110, 120, 130),
        "high_tech",
        decisions.host("高新技术企业"),
        (12, 10),
        "large",
        "province",
    ),
    Lot("i05_upgrading_projects", spread(25, 30, 35), "upgrading", lambda c: {}, None, "large"),
    Lot(
        "q07_certification",
        spread(220, 250, 280),
        "certificate",
        lambda c: {"expires_on": date(c.day.year + 3, c.day.month, min(c.day.day, 28)).isoformat()},
    ),
    Lot("q03_shared_resources", {2025: 60}, None, lambda c: {}, None, "bodies"),
    Lot("q04_testing_bodies", {2024: 40}, "testing_body", lambda c: {}, None, "bodies"),
    Lot("q09_metrology", {2024: 40}, "public_standard", lambda c: {}, None, "bodies"),
    Lot("r03_sentinel_points", {2024: 18}, None, lambda c: {}, None, "bodies"),
    Lot("r03_injury_cases", spread(60, 80), "injury_case", decisions.injury, None, "bodies"),
    Lot("s04_group_standards", spread(30, 35), None, decisions.group_standard, None, "bodies"),
    Lot("s09_committees", {2024: 14}, "committee", lambda c: {}, None, "large"),
    Lot("s13_pilots", spread(14, 16), "pilot", lambda c: {}, None, "large"),
    Lot("t02_talent_programmes", spread(40, 45, 50), "craftsman", decisions.leader),
    Lot("t04_quality_titles", spread(50, 60), None, lambda c: {}, None, "large"),
    Lot("t08_funds", spread(50, 60, 70), "fund_project", lambda c: {}, None, "large"),
    Lot("t10_procurement", spread(20, 20), None, lambda c: {}, None, "large"),
    Lot("w07_litigation_aid", spread(6, 8), "public_suit", lambda c: {}, None, "bodies"),
    Lot("w11_social_supervision", spread(12, 14), "supervision", lambda c: {}, None, "bodies"),
    Lot("w14_publicity_events", spread(20, 24, 26), "publicity", lambda c: {}, None, "firms", "city"),
    Lot("x08_export_zones", spread(4, 5), "zone", lambda c: {}, None, "exporters", "county"),
    Lot("x09_export_supervision", spread(80, 90), "enrolment", lambda c: {}, None, "exporters"),
    Lot("m07_negative_list", spread(10, 10), "negative_item", lambda c: {}),
    Lot("m10_fair_competition", spread(14, 16), None, lambda c: {}),
    Lot(
        "annual_plans",
        spread(10, 12),
        "plan_product",
        lambda c: {"plan_year": c.day.year},
        None,
        "firms",
        "city",
    ),
)

#: After all firms are registered: these are drawn from those that have no honours.
LATE: tuple[Lot, ...] = (
    Lot("c05_abnormal_operation", spread(80, 90, 110), None, decisions.abnormal, None, "late", "county"),
)


@dataclass(frozen=True)
class Batch:
    """Items of one register and step to be carried out on one day's clock."""

    register: str
    step: str
    clock: date
    lot: Lot
    items: list[Item] = field(default_factory=list)


def batches(lots: Sequence[Lot], today: date, *, salt: int, size: int = 2000) -> Iterator[Batch]:
    """What is entered, lot by lot and year by year. Nothing lies after today."""
    for number, lot in enumerate(lots):
        definition = catalogue.get(lot.register).definition
        life = catalogue.get(lot.register).life
        step = ENTERING.get(life.lifecycle, "enter_decision")
        filler = Filler(lot.register)
        serial = salt * 1_000_000 + number * 20_000
        for year, count in sorted(lot.years.items()):
            rng = Random(SEED + salt * 1000 + number * 37 + year)
            items: list[Item] = []
            for _ in range(count):
                serial += 1
                item = _item(lot, definition, filler, step, rng, year, serial, today)
                if item is not None:
                    items.append(item)
            for start in range(0, len(items), size):
                part = items[start : start + size]
                if part:
                    yield Batch(lot.register, step, min(today, date(year, 12, 30)), lot, part)


def _item(
    lot: Lot, definition: Any, filler: Filler, step: str, rng: Random, year: int, serial: int, today: date
) -> Item | None:
    if lot.on:
        day = date(year, *lot.on)
    else:
        # A year that is not over has its share of days; so many are asked for as it has.
        end = min(date(year, 12, 24), today - timedelta(days=1))
        start = date(year, 1, 6)
        if end < start:
            return None
        day = start + timedelta(days=rng.randrange((end - start).days + 1))
    if day > today:
        return None
    body = None
    if lot.pick == "bodies":
        body = bodies()[serial % len(bodies())]
        firm = firms()[serial % 400]
    else:
        choice = pool(lot.pick)
        firm = choice[serial * 7919 % len(choice)] if lot.in_turn else choice[rng.randrange(len(choice))]
    c = Context(rng, day, firm, serial)
    given = lot.given(c)
    if body is not None:
        given = {
            **dict.fromkeys(("body_name", "institution_name", "host_name", "association_name"), body.name),
            **given,
        }
        given = {name: value for name, value in given.items() if name in definition.by_name}
    region = body.region if body else firm.region
    if definition.about == "place" or lot.level == "city":
        region = firm.city if lot.level == "city" else region
    subject = {"enterprise": firm.code, "body": body.code if body else bodies()[0].code, "place": region}.get(
        definition.about
    )
    return Item(
        subject=subject,
        region=region,
        agency=agency_of(definition.function, lot.level, region),
        record_type=lot.record_type,
        effective_on=day,
        values=filler(c, lot.record_type or "", step, given, full=lot.full),
        decision_number=f"云质演〔{year}〕{1 + serial % 90}号",
    )


@cache
def agency_of(function: str, level: str, region: str) -> str:
    """The agency that decides: the province's, the city's or the county's."""
    seat = {"province": "990000", "city": region[:4] + "00"}.get(level, region)
    for place in (seat, region[:4] + "00", "990000"):
        found = places.agency_for(function, place)
        if found is not None:
            return found.code
    return ""


def following(batch: Batch, keys: Sequence[str], today: date) -> list[Item]:
    """The step that follows for most of a batch's records, where its day has come."""
    if batch.lot.follow is None:
        return []
    _, later, share, given = batch.lot.follow
    items = []
    for number, (key, before) in enumerate(zip(keys, batch.items, strict=True)):
        day = (before.effective_on or batch.clock) + timedelta(days=later)
        if number % 100 >= share or day > batch.clock or day > today:
            continue
        c = Context(Random(SEED + number), day, firms()[number % 400], number)
        items.append(Item(key=key, effective_on=day, values=dict(given(c))))
    return items
