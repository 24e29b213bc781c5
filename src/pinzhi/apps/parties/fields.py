"""What is asked of enterprises, products and bodies: one description for forms, spreadsheets, the API and checks.

The public part is the roster's definition; what is not public is added here and is in no roster.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from pinzhi.apps.parties.access import BODIES, ENTERPRISES, PRODUCTS
from pinzhi.kernel.registers import catalogue
from pinzhi.kernel.registers.columns import field_column
from pinzhi.kernel.registers.definitions import FieldDef
from pinzhi.kernel.transfer.columns import Column

#: Kept in the tables here, out of every roster.
PRIVATE = {
    ENTERPRISES: (
        "registration_no",
        "legal_representative",
        "contact_name",
        "contact_phone",
        "contact_email",
    ),
    PRODUCTS: (),
    BODIES: ("contact_name", "contact_phone"),
}
#: Names that spreadsheets in use give to columns.
ALIASES: dict[str, tuple[str, ...]] = {
    "uscc": ("信用代码", "社会信用代码", "统一代码", "注册号/统一社会信用代码", "credit code", "USCC"),
    "name": (
        "名称",
        "企业(机构)名称",
        "单位名称",
        "公司名称",
        "单位全称",
        "企业全称",
        "enterprise",
        "product name",
    ),
    "brand": ("商标", "牌号", "注册商标", "品牌名称"),
    "category": ("类别", "产品分类", "产品大类", "品类"),
    "sector": ("领域", "所属领域"),
    "producer_name": ("生产厂家", "生产企业名称", "生产商", "生产者", "生产单位"),
    "since": ("上市时间",),
    "region": ("所属区域", "行政区划", "所在地", "所属地区", "地区代码"),
    "address": ("地址", "注册地址", "住址", "经营场所"),
    "legal_representative": ("法人", "法人代表", "负责人", "法定代表人(负责人)"),
    "registered_on": ("成立时间", "注册日期", "登记日期"),
    "trade": ("行业", "行业代码", "国民经济行业"),
    "size": ("规模", "企业划型"),
    "status": ("经营状态", "存续状态", "企业状态"),
    "contact_phone": ("联系电话", "电话", "手机"),
    "business_scope": ("范围",),
    "registration_no": ("注册号", "原注册号", "营业执照注册号"),
    "gtin": ("条码", "条形码", "商品编码", "barcode"),
    "standard_executed": ("执行标准号", "产品标准"),
    "producer_code": ("生产企业代码", "生产企业信用代码", "生产者代码"),
    "specification": ("规格型号",),
    "risk_class": ("风险等级", "风险类别", "分类等级"),
}


def _field(name: str, zh: str, en: str, **more: Any) -> FieldDef:
    return FieldDef.model_validate({"name": name, "title": {"zh": zh, "en": en}, "type": "string", **more})


_PLACE = {"zh": "所在地", "en": "Place"}
_REACH = {"zh": "联系方式（不公开）", "en": "Contact (not public)"}
_REGION = _field(
    "region",
    "地区",
    "Region",
    format="region",
    constraints={"required": True, "maxLength": 60},
    group=_PLACE,
    help={"zh": "行政区划代码或名称。", "en": "Code or name."},
    example="350105",
)
_USCC = _field(
    "uscc",
    "统一社会信用代码",
    "Unified social credit code",
    format="uscc",
    constraints={"required": True, "maxLength": 18},
    example="91350100M000100Y43",
)
_CONTACT = (
    _field("contact_name", "联系人", "Contact", constraints={"maxLength": 60}, personal=True, group=_REACH),
    _field(
        "contact_phone", "联系人电话", "Contact's telephone", format="phone", constraints={"maxLength": 40},
        personal=True, group=_REACH,
    ),
)  # fmt: skip
_ENTERPRISE_EXTRA = (
    _field(
        "legal_representative", "法定代表人", "Legal representative", constraints={"maxLength": 60}, personal=True,
        group=_REACH,
    ),
    *_CONTACT,
    _field(
        "contact_email", "联系人邮箱", "Contact's e-mail", format="email", constraints={"maxLength": 200},
        personal=True, group=_REACH,
    ),
    _field(
        "registration_no", "工商注册号（15位）", "Old registration number", constraints={"maxLength": 15}, group=_REACH,
        help={"zh": "2015 年以前的注册号，用于查重。", "en": "From before 2015; used to find duplicates."},
    ),
)  # fmt: skip
_OWN_NUMBER = _field(
    "own_number",
    "企业自编产品编号",
    "Producer's own number",
    constraints={"maxLength": 60},
    help={
        "zh": "没有商品条码时填写，同一企业内不重复。",
        "en": "Where there is no GTIN; unique within the producer.",
    },
)
_SCOPE = _field("scope", "资质范围", "Scope of accreditation", type="text", constraints={"maxLength": 4000})
_RISK = (
    _USCC,
    _field(
        "risk_class", "风险等级", "Risk class", constraints={"required": True},
        options=[{"value": c, "zh": f"{c}类", "en": f"Class {c}"} for c in "ABCD"],
    ),
    _field("since", "起始日期", "From", type="date", example="2026-01-01"),
    _field("until", "截止日期", "Until", type="date"),
    _field("basis", "依据", "Basis", constraints={"maxLength": 200}, example="2025年度信用风险分类结果"),
)  # fmt: skip

# Not typed but derived: who took over, the producer's name.
_DERIVED = {"successor_code", "producer_name"}


def _roster(name: str) -> list[FieldDef]:
    return [field for field in catalogue.get(name).definition.fields if field.name not in _DERIVED]


@lru_cache(maxsize=8)
def _fields(what: str, _hash: str) -> tuple[FieldDef, ...]:
    if what == "enterprises":
        own = _roster(ENTERPRISES)
        return (_USCC, own[0], _REGION, *own[1:], *_ENTERPRISE_EXTRA)
    if what == "products":
        own = _roster(PRODUCTS)
        return (own[0], own[1], _OWN_NUMBER, *own[2:])
    if what == "bodies":
        own = _roster(BODIES)
        return (_USCC, own[0], _REGION, *own[1:], _SCOPE, *_CONTACT)
    return _RISK


ROSTER_OF = {
    "enterprises": ENTERPRISES,
    "products": PRODUCTS,
    "bodies": BODIES,
    "risk_classes": ENTERPRISES,
}


def fields_of(what: str) -> tuple[FieldDef, ...]:
    """The fields of enterprises, products, bodies or risk_classes, in the order of forms and templates."""
    return _fields(what, catalogue.get(ROSTER_OF[what]).hash)


def required_in_file(what: str) -> frozenset[str]:
    """Columns that a file must have; what else is demanded of a new party may have a value for the whole file."""
    keys = {"enterprises": ("uscc", "name"), "products": ("name",), "bodies": ("uscc", "name")}
    return frozenset(keys.get(what, ("uscc", "risk_class")))


def columns_of(what: str) -> list[Column]:
    """The same fields as columns of a spreadsheet."""
    needed = required_in_file(what)
    return [
        field_column(field, required=field.name in needed, aliases=ALIASES.get(field.name, ()))
        for field in fields_of(what)
    ]


def subset(fields: Sequence[FieldDef], names: Sequence[str]) -> list[FieldDef]:
    """Of the fields, those named, in the fields' order."""
    return [field for field in fields if field.name in names]
