"""What a decision says that is counted: values of each register's records, given whom it is on and when."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from pinzhi.doors.cli.demonstration import names
from pinzhi.doors.cli.demonstration.filling import Context
from pinzhi.doors.cli.demonstration.parties import bodies
from pinzhi.kernel.places import queries as places

Given = Callable[[Context], Mapping[str, Any]]


def brand(level: str) -> Given:
    return lambda c: {
        "brand_name": f"{c.firm.brand}牌",
        "level": level,
        "spot_check_result": "all_passed",
        "standard_level": "national",
        "grant_year": c.day.year,
        "batch": f"{c.day.year}年度",
        "granted_by": "云澜省市场监督管理局" if level == "provincial" else f"{c.city}市市场监督管理局",
    }


def mark(kind: str, level: str, years: int) -> Given:
    def given(c: Context) -> dict[str, Any]:
        registered = (
            c.day if kind in ("registered", "overseas") else c.day - timedelta(days=900 + c.number % 2000)
        )
        return {
            "registration_no": f"YL{60_000_000 + c.number}",
            "nice_classes": [str(1 + c.number % 45)],
            "goods": "、".join(c.rng.sample(c.sector.goods, 2)),
            "mark_kind": "goods" if c.number % 12 else "collective",
            "level": level,
            "registered_on": registered.isoformat(),
            "recognised_on": c.day.isoformat(),
            "applied_on": None,
            "expires_on": date(c.day.year + years, c.day.month, min(c.day.day, 28)).isoformat(),
            "geographical_indication": False,
        }

    return given


def officer(c: Context) -> dict[str, Any]:
    return {
        "appointed_on": c.day.isoformat(),
        "term_years": 3,
        "veto_right": True,
        "first_appointment": True,
        "training_date": None,
        "training_hours": None,
        "training_certificate_no": None,
        "appointment_document": f"{c.firm.brand}质〔{c.day.year}〕{1 + c.number % 9}号",
    }


_SCHEMES = ("green", "green", "green", "organic", "organic", "pollution_free")


def certificate(c: Context) -> dict[str, Any]:
    scheme = "gi_farm" if c.number % 30 == 0 else _SCHEMES[c.number % len(_SCHEMES)]
    ends = None if scheme == "gi_farm" else date(c.day.year + 3, c.day.month, min(c.day.day, 28)).isoformat()
    return {
        "scheme": scheme,
        "certificate_no": f"YL-{scheme[:2].upper()}-{c.day.year}-{c.number:06d}",
        "issued_on": c.day.isoformat(),
        "expires_on": ends,
        "certification_body": f"{names.PROVINCE}省农产品质量安全中心",
        "agri_consumer_goods": c.number % 7 != 0,
        "protected_area": None,
        "product_category": ("grain_oil", "vegetable", "fruit", "tea", "livestock", "aquatic", "herb")[
            c.number % 7
        ],
    }


def survey(c: Context) -> dict[str, Any]:
    applies = c.number % 100 < 91
    declared = c.number % 50 < 48
    return {
        "survey_name": f"{c.day.year}年消费品标准实施情况调查",
        "survey_year": c.day.year,
        "survey_way": "sample",
        "surveyed_on": c.day.isoformat(),
        "main_producer": c.firm.size in ("large", "medium"),
        "above_scale": c.firm.above_scale,
        "applicable": True,
        "applies": applies,
        "declared": declared,
        "edition_current": c.number % 20 != 0,
        "executed_kind": "national" if applies else "enterprise_other",
        "reason_not_applied": None if applies else c.rng.choice(("unknown", "outdated", "cost", "customer")),
    }


def trainee(c: Context) -> dict[str, Any]:
    return {
        "programme": "云澜质量人才工程",
        "plan_year": c.day.year,
        "starts_on": c.day.isoformat(),
        "trained_on": None,
        "ends_on": None,
        "batch": f"{c.day.year}年第{1 + c.number % 3}期",
        "organiser": "省人力资源和社会保障厅",
    }


def leader(c: Context) -> dict[str, Any]:
    return {
        "programme": "云澜领军人才引进计划",
        "plan_year": c.day.year,
        "starts_on": c.day.isoformat(),
        "trained_on": None,
        "ends_on": None,
    }


def platform(
    level: str, kinds: Sequence[str] = ("technology_centre", "engineering_centre", "key_laboratory")
) -> Given:
    return lambda c: {
        "platform_name": f"{c.firm.short}{c.sector.zh}{'国家' if level == 'national' else ''}"
        + {
            "technology_centre": "企业技术中心",
            "engineering_centre": "工程研究中心",
            "key_laboratory": "重点实验室",
        }[kinds[c.number % len(kinds)]],
        "platform_kind": kinds[c.number % len(kinds)],
        "level": level,
        "recognised_year": c.day.year,
        "batch": f"{c.day.year}年度",
        "research_field": f"{c.sector.zh}新材料与质量控制",
        "expires_on": None,
    }


def host(ending: str, kind: str | None = None) -> Given:
    def given(c: Context) -> dict[str, Any]:
        found = {
            "platform_name": f"{c.firm.short}{ending}",
            "level": "provincial",
            "research_field": f"{c.sector.zh}质量提升",
            "recognised_year": c.day.year,
            "expires_on": date(c.day.year + 3, c.day.month, min(c.day.day, 28)).isoformat(),
            "deal_on": None,
        }
        return found | ({"platform_kind": kind} if kind else {})

    return given


CROPS = ("水稻", "茶叶", "脐橙", "莲子", "蔬菜", "枸杞", "食用菌")


def base(c: Context) -> dict[str, Any]:
    place = places.region(c.firm.region) or places.region("990000")
    return {
        "base_name": f"{place.zh if place else ''}{c.firm.brand}{c.rng.choice(CROPS)}原料生产基地",
        "base_kind": "raw_material",
        "level": "provincial" if c.number % 3 else "municipal",
        "accepted_on": c.day.isoformat(),
        "certified": ["green"],
        "traceable": True,
        "place": f"{place.zh if place else ''}示范乡",
        "product_name": c.rng.choice(("优质稻米", "绿茶", "脐橙", "莲子", "有机蔬菜")),
    }


def standard(c: Context) -> dict[str, Any]:
    kind = ("group", "local", "national", "group", "group", "national")[c.number % 6]
    lead = c.number % 4 != 0
    number = {
        "group": f"T/YLA {1000 + c.number}-{c.day.year}",
        "local": f"DB99/T {2000 + c.number}-{c.day.year}",
        "national": f"GB/T 9{9000 + c.number}-{c.day.year}",
    }[kind]
    goods = c.rng.choice(c.sector.goods)
    return {
        "topic": f"{goods}{c.rng.choice(('质量通则', '生产技术规范', '质量分级', '绿色设计评价要求', '试验方法'))}",
        "standard_type": kind,
        "local_role": "lead" if lead else "participate",
        "stage": "published",
        "due_on": c.day.isoformat(),
        "published_on": c.day.isoformat(),
        "published_no": number,
        "nature": "recommended",
        "work_kind": "make",
    }


def new_product(c: Context) -> dict[str, Any]:
    return {
        "product_name": c.product.name,
        "novelty": ("provincial", "provincial", "national", "firm")[c.number % 4],
        "launched_on": (c.day - timedelta(days=90)).isoformat(),
        "entry_year": c.day.year,
        "batch": f"{c.day.year}年第{1 + c.day.month // 7}批",
        "gtin": c.product.gtin,
    }


def indication(scheme: str) -> Given:
    goods = (
        "白茶",
        "脐橙",
        "大米",
        "莲子",
        "枸杞",
        "黄花鱼",
        "蜜柚",
        "山羊",
        "食用菌",
        "陶器",
        "绸缎",
        "竹编",
        "米粉",
        "老酒",
        "香菇",
        "咸鸭蛋",
    )

    def given(c: Context) -> dict[str, Any]:
        place = places.region(c.firm.region)
        name = place.zh.rstrip("区县市") if place else c.city
        return {
            "product_name": f"{name}{goods[(c.number * 7) % len(goods)]}",
            "scheme": scheme,
            "announced_on": c.day.isoformat(),
            "announcement_no": f"{c.day.year}年第{10 + c.number % 300}号（演示）",
            "applicant_name": f"{name}特色产业协会",
            "protected_area": f"{names.PROVINCE}省{c.city}市{place.zh if place else ''}现辖行政区域",
            "sector": "farm",
            "user_code": c.firm.code if scheme == "user" else None,
            "users_count": 3 + c.number % 40,
        }

    return given


def user(c: Context) -> dict[str, Any]:
    return {
        **indication("gi_product")(c),
        "user_name": c.firm.name,
        "user_code": c.firm.code,
        "protected_area": None,
        "users_count": None,
    }


def zone(level: str, ending: str) -> Given:
    return lambda c: {
        "zone_name": f"{c.city}市{c.sector.zh}{ending}",
        "level": level,
        "host_name": f"{c.city}市人民政府",
        "place_type": "cluster",
        "leading_industry": f"{c.sector.zh}产业",
        "accepted_on": c.day.isoformat(),
    }


def honoured(level: str) -> Given:
    return lambda c: {
        "brand_name": c.firm.brand,
        "level": level,
        "founded_year": 1880 + c.number % 75,
        "recommended_to_china": False,
        "batch": f"第{c.day.year - 2010}批",
        "heritage_level": "none",
    }


def award(level: str) -> Given:
    return lambda c: {
        "award_name": "云澜省政府质量奖" if level == "provincial" else f"{c.city}市政府质量奖",
        "level": level,
        "session": f"第{(c.day.year - 2008) // 2}届" if level == "provincial" else f"{c.day.year}年度",
        "award_category": "organisation",
        "organisation_kind": "manufacturing",
        "award_year": c.day.year,
        "linked_number": None,
        "granting_authority": "云澜省人民政府" if level == "provincial" else f"{c.city}市人民政府",
    }


def influential(c: Context) -> dict[str, Any]:
    return {
        "brand_name": c.firm.brand,
        "evaluation_year": c.day.year,
        "rule_version": "2024-1",
        "listing_rule": ("well_known_mark", "value_threshold", "national_brand_list")[c.number % 3],
    }


def tourism(kind: str) -> Given:
    def given(c: Context) -> dict[str, Any]:
        place = places.region(c.firm.region)
        seat = place.zh.rstrip("区县市") if place else c.city
        ending = {
            "tourism_brand": "山水",
            "tourism_town": "古镇",
            "tourism_village": "村",
            "off_season_brand": "冬韵",
        }[kind]
        return {
            "brand_name": f"{seat}{c.firm.brand}{ending}",
            "level": "provincial",
            "sector": "other",
            "grant_year": c.day.year,
            "place_name": f"{seat}{c.firm.brand}{'镇' if kind == 'tourism_town' else '村'}",
            "holder_name": f"{seat}文化旅游发展中心",
            "consumer_goods": False,
            "trade": None,
        }

    return given


def bank(c: Context) -> dict[str, Any]:
    return {
        "bank_name": f"{c.city}市{c.sector.zh}产业质量专家库",
        "set_up_by": f"{c.city}市人力资源和社会保障局",
        "set_up_on": c.day.isoformat(),
    }


def expert(c: Context) -> dict[str, Any]:
    return {
        **bank(c),
        "title": "高级工程师",
        "speciality": f"{c.sector.zh}质量控制",
        "trained_on": None,
        "degree": "master",
    }


def system(c: Context) -> dict[str, Any]:
    return {
        "system": ("iso9001", "iso9001", "haccp", "excellence", "iso14001", "fives")[c.number % 6],
        "stage": "certified",
        "introduced_on": (c.day - timedelta(days=300)).isoformat(),
        "issued_on": c.day.isoformat(),
        "expires_on": date(c.day.year + 3, c.day.month, min(c.day.day, 28)).isoformat(),
        "certificate_no": f"YLQ{c.day.year}{c.number:06d}",
        "certification_body": next(b.name for b in bodies() if b.kind == "certification"),
        "last_audit_on": None,
        "audit_result": "kept",
        "guidance_class": None,
    }


def abnormal(c: Context) -> dict[str, Any]:
    return {
        "enterprise_name": c.firm.name,
        "entry_reason": ("annual_report", "unreachable", "annual_report", "false_information")[c.number % 4],
        "entered_on": c.day.isoformat(),
        "report_year": c.day.year - 1,
        "decided_by": f"{c.city}市市场监督管理局",
        "transferred": False,
        "removal_reason": None,
        "decision_document": f"{c.city}市监列〔{c.day.year}〕{c.number}号",
    }


def group_standard(c: Context) -> dict[str, Any]:
    to, number = {
        1: ("local", f"DB99/T {3000 + c.number}-{c.day.year}"),
        4: ("national", f"GB/T 98{c.number % 1000:03d}-{c.day.year}"),
    }.get(c.number % 8, ("none", None))
    return {
        "standard_no": f"T/YLA {100 + c.number % 900:03d}-{c.day.year}",
        "upgraded_to": to,
        "upgraded_no": number,
    }


def injury(c: Context) -> dict[str, Any]:
    return {"case_no": f"SH-{c.day.year}-{c.number % 100_000:05d}"}
