"""Reported statistics: yearly figures of the province and its cities, rising and falling as real ones do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random
from typing import Any

from pinzhi.doors.cli.demonstration.parties import CITIES, SEED

FIRST, LAST = 2019, 2025
PROVINCE = "990000"


@dataclass(frozen=True)
class Series:
    """`values`: the province's figures from FIRST to LAST. `base`: what a rate is taken of, province-wide."""

    register: str
    name: str
    unit: str
    values: tuple[float, ...]
    base: int = 0
    given: dict[str, Any] = field(default_factory=dict)
    record_type: str | None = None
    #: How far cities lie apart, in the figure's own unit; None: the province reports alone.
    spread: float | None = 2.0
    cap: float | None = 100
    places: int = 1


QUALITY, INDUSTRY, LOGISTICS, TALENT = (
    "stats_quality",
    "f11_industry_statistics",
    "f05_logistics_statistics",
    "t02_talent_statistics",
)
_SPOT = {"goods_scope": "consumer", "first_test": True}
_R1 = {"goods_scope": "key_consumer", "benchmark": "international", "neq_counts": False}
_SCALE = {"firm_scope": "above_scale"}
_COLD = {"goods_scope": "fruit", "coverage": "key_firms"}
SERIES = (
    Series(
        QUALITY,
        "spot_check_pass_rate_national",
        "percent",
        (90.2, 90.6, 91.1, 91.5, 91.9, 92.6, 93.1),
        1480,
        {**_SPOT, "check_level": "national"},
        spread=2.4,
    ),
    Series(
        QUALITY,
        "spot_check_pass_rate_provincial",
        "percent",
        (91.0, 91.3, 91.9, 92.4, 92.7, 93.2, 93.4),
        8200,
        {**_SPOT, "check_level": "provincial_up"},
        spread=1.8,
    ),
    Series(
        QUALITY,
        "spot_check_pass_rate_all",
        "percent",
        (91.8, 92.0, 92.5, 92.9, 93.3, 93.8, 94.1),
        21400,
        {**_SPOT, "check_level": "all"},
        spread=1.6,
    ),
    Series(
        QUALITY,
        "spot_check_pass_rate_firms",
        "percent",
        (90.1, 90.5, 91.2, 91.8, 92.2, 92.6, 92.9),
        6100,
        {**_SPOT, "check_level": "all"},
        spread=1.6,
    ),
    Series(
        QUALITY,
        "conformity_degree_r1",
        "percent",
        (78.1, 80.4, 82.6, 84.9, 87.2, 89.6, 92.3),
        640,
        _R1,
        spread=None,
    ),
    Series(
        QUALITY,
        "conformity_degree_r2",
        "percent",
        (80.5, 82.2, 84.0, 86.1, 88.3, 90.4, 92.9),
        2300,
        {"goods_scope": "key_consumer", "benchmark": "international"},
        spread=None,
    ),
    Series(
        QUALITY,
        "conformity_degree_r3",
        "percent",
        (61.0, 64.2, 66.8, 69.9, 72.5, 75.1, 78.0),
        910,
        {"goods_scope": "key_consumer", "benchmark": "international"},
        spread=None,
    ),
    Series(
        QUALITY,
        "implementation_rate_products",
        "percent",
        (85.0, 86.1, 87.0, 88.2, 89.0, 89.5, 89.9),
        12400,
        {"goods_scope": "consumer"},
        spread=2.2,
    ),
    Series(
        QUALITY,
        "implementation_rate_firms",
        "percent",
        (81.2, 82.7, 84.1, 85.5, 86.9, 88.4, 90.2),
        4800,
        {"goods_scope": "consumer"},
        spread=2.4,
    ),
    Series(
        QUALITY,
        "declaration_rate",
        "percent",
        (71.5, 78.2, 84.0, 89.3, 93.1, 96.4, 98.7),
        3900,
        {"goods_scope": "consumer"},
        spread=1.2,
    ),
    Series(
        QUALITY,
        "comparison_studies",
        "item",
        (1, 1, 2, 2, 2, 3, 2),
        0,
        {"goods_scope": "consumer"},
        spread=None,
        cap=None,
        places=0,
    ),
    Series(
        QUALITY,
        "new_standards_led",
        "item",
        (14, 16, 15, 18, 17, 19, 21),
        0,
        {"goods_scope": "consumer", "standards_role": "both"},
        spread=None,
        cap=None,
        places=0,
    ),
    Series(
        QUALITY,
        "competitiveness_index",
        "index",
        (79.6, 80.4, 81.1, 82.0, 82.8, 83.6, 84.5),
        0,
        {"goods_scope": "consumer"},
        spread=2.5,
    ),
    Series(
        INDUSTRY,
        "consumer_share_of_value_added",
        "percent",
        (24.1, 24.4, 25.0, 25.8, 26.4, 27.0, 27.5),
        0,
        _SCALE,
        "industry",
        4.0,
    ),
    Series(
        INDUSTRY,
        "consumer_value_added",
        "billion_yuan",
        (1420, 1492, 1640, 1771, 1899, 2049, 2215),
        0,
        _SCALE,
        "industry",
        None,
        None,
    ),
    Series(
        INDUSTRY,
        "industrial_value_added",
        "billion_yuan",
        (5892, 6115, 6560, 6864, 7193, 7589, 8054),
        0,
        _SCALE,
        "industry",
        None,
        None,
    ),
    Series(
        INDUSTRY,
        "consumer_value_added_growth",
        "percent",
        (7.4, 5.1, 9.9, 8.0, 7.2, 7.9, 8.1),
        0,
        {**_SCALE, "growth_kind": "constant_price"},
        "industry",
        1.6,
    ),
    Series(
        INDUSTRY,
        "consumer_revenue",
        "billion_yuan",
        (6120, 6390, 6980, 7410, 7820, 8310, 8890),
        0,
        _SCALE,
        "industry",
        None,
        None,
    ),
    Series(
        INDUSTRY,
        "above_scale_firms",
        "firm",
        (2110, 2160, 2244, 2312, 2390, 2455, 2521),
        0,
        _SCALE,
        "industry",
        None,
        None,
        0,
    ),
    Series(
        INDUSTRY,
        "rd_intensity_large_medium",
        "percent",
        (1.62, 1.70, 1.79, 1.86, 1.94, 2.01, 2.06),
        0,
        {"firm_scope": "large_medium"},
        "research",
        0.3,
        places=2,
    ),
    Series(
        INDUSTRY,
        "rd_spend",
        "billion_yuan",
        (71, 78, 88, 97, 107, 118, 129),
        0,
        {"firm_scope": "large_medium"},
        "research",
        None,
        None,
    ),
    Series(
        INDUSTRY,
        "processing_conversion_rate",
        "percent",
        (61.0, 62.1, 63.6, 65.2, 66.9, 68.6, 70.4),
        0,
        {"firm_scope": "all", "conversion_basis": "value"},
        "conversion",
        4.0,
    ),
    Series(
        INDUSTRY,
        "energy_per_value_added",
        "ton_sce",
        (0.31, 0.30, 0.29, 0.28, 0.27, 0.26, 0.25),
        0,
        _SCALE,
        "constraint",
        None,
        None,
        2,
    ),
    Series(
        LOGISTICS,
        "cold_chain_circulation_rate",
        "percent",
        (16.2, 18.0, 20.1, 22.4, 24.7, 27.2, 29.6),
        940_000,
        {**_COLD, "denominator_kind": "marketed"},
        spread=4.0,
    ),
    Series(
        LOGISTICS,
        "cold_chain_transport_rate",
        "percent",
        (27.0, 29.4, 32.1, 35.0, 37.6, 40.3, 42.8),
        760_000,
        {**_COLD, "denominator_kind": "transported"},
        spread=4.0,
    ),
    Series(
        LOGISTICS,
        "cold_store_capacity",
        "cubic",
        (3_100_000, 3_350_000, 3_700_000, 4_050_000, 4_420_000, 4_800_000, 5_150_000),
        0,
        {**_COLD, "denominator_kind": "none"},
        spread=None,
        cap=None,
        places=0,
    ),
    Series(
        TALENT,
        "specialist_share",
        "percent",
        (12.1, 12.6, 13.1, 13.7, 14.2, 14.8, 15.3),
        2_640_000,
        {"industry": "industry_agriculture", "talent_definition": "both"},
        spread=1.8,
    ),
    Series(
        TALENT,
        "skilled_worker_share",
        "percent",
        (24.0, 24.9, 25.8, 26.9, 28.0, 29.2, 30.1),
        2_640_000,
        {"industry": "industry_agriculture", "talent_definition": "skilled"},
        spread=2.0,
    ),
    Series(
        TALENT,
        "high_skilled_share",
        "percent",
        (27.5, 28.3, 29.0, 29.9, 30.7, 31.4, 32.2),
        740_000,
        {"industry": "industry_agriculture", "talent_definition": "skilled"},
        spread=2.0,
    ),
)
KEEPER = {
    QUALITY: "省市场监督管理局",
    INDUSTRY: "省统计局",
    LOGISTICS: "省商务厅",
    TALENT: "省人力资源和社会保障厅",
}
#: A city that has stopped reporting: what cannot be told is shown as such.
SILENT = {("implementation_rate_firms", "990900"), ("specialist_share", "990800")}


def figures() -> Iterator[tuple[str, int, str, str | None, dict[str, Any]]]:
    """Register, year, region, record type and values of every figure."""
    for number, one in enumerate(SERIES):
        rng = Random(SEED + 100 + number)
        yield from _lines(one, PROVINCE, one.values, one.base)
        if one.spread is None:
            continue
        for city, _, weight, _ in CITIES:
            lean = (rng.random() - 0.45) * 2 * one.spread + (weight - 11) / 13 * one.spread / 2
            values = tuple(
                min(one.cap or 10**9, round(v + lean + rng.uniform(-0.12, 0.12) * one.spread, one.places))
                for v in one.values
            )
            yield from _lines(one, city, values, one.base * weight // 100)


def _lines(
    one: Series, region: str, values: tuple[float, ...], base: int
) -> Iterator[tuple[str, int, str, str | None, dict[str, Any]]]:
    for offset, value in enumerate(values):
        year = FIRST + offset
        if (one.name, region) in SILENT and year > 2023:
            continue
        given: dict[str, Any] = {
            "series": one.name,
            "period": str(year),
            "unit": one.unit,
            "value": str(round(Decimal(str(value)), one.places)),
            "method_version": "2019-1",
            "source": f"{year}年度统计（演示数据）",
            "compiled_by": KEEPER[one.register],
            "data_status": "final",
            **one.given,
        }
        if base:
            whole = base + base * offset // 40
            part = round(whole * value / 100)
            given |= {
                "numerator": str(part),
                "denominator": str(whole),
                "value": str(round(Decimal(part) * 100 / whole, 2)),
            }
        yield one.register, year, region, one.record_type, given
