"""What is asked of editions and relations: one description for forms, spreadsheets, the API and checks."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from pinzhi.apps.standards.access import STANDARDS
from pinzhi.apps.standards.models import Edition, Relation
from pinzhi.kernel.registers import catalogue
from pinzhi.kernel.registers.columns import field_column
from pinzhi.kernel.registers.definitions import FieldDef
from pinzhi.kernel.transfer.columns import Column

#: Names that national and local platforms give to columns of their exports.
ALIASES: dict[str, tuple[str, ...]] = {
    "number": ("标准号", "标准编号", "编号", "standard number", "standard no", "number", "原始标准号"),
    "title_zh": ("标准名称", "中文标准名称", "中文名称", "名称", "title"),
    "title_en": ("英文标准名称", "英文名称", "english title", "english name"),
    "level": ("标准层级", "标准类型", "类别"),
    "nature": ("性质", "是否强制", "标准属性"),
    "status": ("标准状态", "当前状态", "状态"),
    "published_on": ("发布时间", "批准日期", "publication date"),
    "effective_on": ("实施时间", "生效日期", "effective date"),
    "withdrawn_on": ("作废日期", "失效日期", "废止时间", "withdrawal date"),
    "comment_until": ("意见截止日期", "征求意见截止时间"),
    "replaces": ("代替标准号", "代替国家标准", "代替标准情况", "被代替标准", "代替", "supersedes"),
    "adoption_text": ("采标", "采用国际标准情况", "原始采标情况", "采用程度"),
    "cites": ("规范性引用文件", "引用文件", "normative references"),
    "implements": ("落实的文件", "依据文件"),
    "ics": ("ICS分类号", "国际标准分类号"),
    "ccs": ("CCS分类号", "中国标准分类号"),
    "owner": ("归口部门", "技术归口", "主管部门", "技术委员会", "owner"),
    "drafters": ("主要起草单位", "drafting organisations"),
    "field": ("产品领域", "行业领域", "领域"),
    "local_role": ("参与方式", "主导或参与"),
    "url": ("全文地址", "链接"),
    "degree": ("采标程度", "采用程度", "一致性程度标识"),
    "kind": ("关系类型",),
    "part": ("代替程度",),
    "to_number": ("对象编号", "目标标准", "related standard"),
}
_ROSTER = {"field": "sector"}
_STANDARD = {"zh": "标准", "en": "Standard"}
_DATES = {"zh": "日期", "en": "Dates"}
_RELATIONS = {"zh": "与其他标准的关系", "en": "Relations"}
_KEEPER = {"zh": "分类与归口", "en": "Classes and owner"}


def _field(name: str, zh: str, en: str, **more: Any) -> FieldDef:
    return FieldDef.model_validate({"name": name, "title": {"zh": zh, "en": en}, "type": "string", **more})


def _options(*rows: tuple[str, str, str]) -> list[dict[str, str]]:
    return [{"value": value, "zh": zh, "en": en} for value, zh, en in rows]


NUMBER = _field(
    "number", "标准编号", "Standard no.", format="standard", constraints={"required": True, "maxLength": 200},
    group=_STANDARD, example="GB 31701-2015",
    help={"zh": "连同年号，各种破折号均可。", "en": "With its year; any kind of dash will do."},
)  # fmt: skip
LEVEL = _field(
    "level", "标准级别", "Level", group=_STANDARD,
    help={"zh": "由编号得出；国外法规（非标准）须填写。", "en": "Follows from the number; needed for a rule abroad that is no standard."},
    options=_options(
        ("national", "国家标准", "National"), ("industry", "行业标准", "Industry"), ("local", "地方标准", "Local"),
        ("group", "团体标准", "Group"), ("enterprise", "企业标准", "Enterprise"), ("international", "国际标准", "International"),
        ("regional", "区域标准", "Regional"), ("foreign", "国外标准", "Foreign"),
    ),
)  # fmt: skip
NATURE = _field(
    "nature", "标准性质", "Nature", group=_STANDARD,
    help={"zh": "由编号得出。", "en": "Follows from the number."},
    options=_options(
        ("mandatory", "强制性", "Mandatory"), ("recommended", "推荐性", "Recommended"),
        ("guide", "指导性技术文件", "Guidance document"), ("none", "不分", "Neither"),
    ),
)  # fmt: skip
STATUS = _field(
    "status", "状态", "Status", group=_STANDARD,
    help={"zh": "不填则由日期得出。", "en": "Left empty it follows from the dates."},
    options=_options(
        ("draft", "草案", "Draft"), ("published", "即将实施", "Published, not yet in force"), ("in_force", "现行", "In force"),
        ("withdrawn", "废止", "Withdrawn"),
    ),
)  # fmt: skip
DEGREE = _field(
    "degree", "采用程度", "Degree", group=_RELATIONS,
    options=_options(
        ("IDT", "等同（IDT）", "Identical (IDT)"), ("MOD", "修改（MOD）", "Modified (MOD)"),
        ("NEQ", "非等效（NEQ）", "Non-equivalent (NEQ)"), ("EQV", "等效（EQV）", "Equivalent (EQV)"),
    ),
)  # fmt: skip
KIND = _field(
    "kind", "关系", "Relation", constraints={"required": True}, group=_RELATIONS,
    options=_options(
        ("adopts", "采用", "adopts"), ("cites", "引用", "cites"), ("replaces", "代替", "replaces"),
        ("implements", "落实", "implements"),
    ),
)  # fmt: skip
PART = _field(
    "part", "代替范围", "Extent", group=_RELATIONS,
    options=_options(("wholly", "全部", "wholly"), ("partly", "部分", "partly")),
)  # fmt: skip
_LISTS = {"zh": "多个用分号分开。", "en": "Several parted by semicolons."}


@lru_cache(maxsize=8)
def _fields(what: str, _hash: str) -> tuple[FieldDef, ...]:
    sector = catalogue.get(STANDARDS).definition.by_name["sector"]
    options = [o.model_dump() for o in sector.options or ()]
    if what == "relations":
        return (
            NUMBER,
            KIND,
            _field(
                "to_number", "对象标准编号", "The other standard", format="standard",
                constraints={"required": True, "maxLength": 200}, group=_RELATIONS, example="ISO 8124-1:2018",
            ),
            DEGREE,
            PART,
        )  # fmt: skip
    return (
        NUMBER,
        _field(
            "title_zh",
            "标准名称",
            "Chinese title",
            constraints={"maxLength": 300},
            group=_STANDARD,
            example="婴幼儿及儿童纺织产品安全技术规范",
        ),
        _field("title_en", "英文名称", "English title", constraints={"maxLength": 400}, group=_STANDARD),
        LEVEL,
        NATURE,
        STATUS,
        _field("field", "产品领域", "Product field", group=_STANDARD, options=options),
        _field("consumer_goods", "是否消费品", "Consumer goods", type="boolean", group=_STANDARD),
        _field("key_standard", "重点标准", "Key standard", type="boolean", group=_STANDARD),
        _field("published_on", "发布日期", "Published on", type="date", group=_DATES, example="2015-05-26"),
        _field("effective_on", "实施日期", "In force from", type="date", group=_DATES, example="2016-06-01"),
        _field(
            "withdrawn_on",
            "废止日期",
            "Withdrawn on",
            type="date",
            group=_DATES,
            help={"zh": "不再有效的第一天。", "en": "The first day on which it is no longer in force."},
        ),
        _field(
            "comment_until",
            "征求意见截止日期",
            "Comments until",
            type="date",
            group=_DATES,
            help={"zh": "草案填写。", "en": "Of a draft."},
        ),
        _field(
            "replaces",
            "代替标准",
            "Replaces",
            type="text",
            constraints={"maxLength": 2000},
            group=_RELATIONS,
            help={
                "zh": "多个用分号分开；部分代替的注明“（部分代替）”。",
                "en": "Several parted by semicolons; mark partial replacement by (partly).",
            },
            example="GB 18401-2003",
        ),
        _field(
            "adoption_text",
            "采标情况",
            "Adoption",
            type="text",
            constraints={"maxLength": 400},
            group=_RELATIONS,
            help={
                "zh": "按标准文本的写法填写，编号和程度自动读出。",
                "en": "As the standard words it; numbers and degree are read from it.",
            },
            example="本标准修改采用ISO国际标准：ISO 8124-1:2000。",
        ),
        _field(
            "cites",
            "规范性引用文件",
            "Normative references",
            type="text",
            constraints={"maxLength": 4000},
            group=_RELATIONS,
            help=_LISTS,
        ),
        _field(
            "implements",
            "落实的文件",
            "Implements",
            type="text",
            constraints={"maxLength": 1000},
            group=_RELATIONS,
            help=_LISTS,
        ),
        _field(
            "ics",
            "国际标准分类号（ICS）",
            "ICS",
            many=True,
            constraints={"maxLength": 30},
            group=_KEEPER,
            example="61.020",
        ),
        _field(
            "ccs",
            "中国标准分类号（CCS）",
            "CCS",
            many=True,
            constraints={"maxLength": 30},
            group=_KEEPER,
            example="Y76",
        ),
        _field(
            "owner", "归口单位", "Technical committee or owner", constraints={"maxLength": 200}, group=_KEEPER
        ),
        _field("drafters", "起草单位", "Drafters", many=True, constraints={"maxLength": 200}, group=_KEEPER),
        _field(
            "local_role",
            "本地单位参与方式",
            "Role of the local body",
            group=_KEEPER,
            options=_options(("lead", "主导", "Lead"), ("participant", "参与", "Participant")),
        ),
        _field(
            "region",
            "地区",
            "Region",
            format="region",
            constraints={"maxLength": 60},
            group=_KEEPER,
            help={
                "zh": "地方标准填其行政区划；其他标准填登记机关所在地区。",
                "en": "Of a local standard its region; else that of the agency that keeps it.",
            },
            example="990000",
        ),
        _field(
            "url", "查阅地址", "Where to read it", format="uri", constraints={"maxLength": 300}, group=_KEEPER
        ),
        _field("remark", "备注", "Remark", constraints={"maxLength": 300}, group=_KEEPER),
    )


def fields_of(what: str = "editions") -> tuple[FieldDef, ...]:
    """The fields of editions or relations, in the order of forms and templates."""
    return _fields(what, catalogue.get(STANDARDS).hash)


def field_of(name: str, what: str = "editions") -> FieldDef:
    return next(field for field in fields_of(what) if field.name == name)


def columns_of(what: str = "editions") -> list[Column]:
    """The same fields as columns of a spreadsheet."""
    needed = ("number", "kind", "to_number") if what == "relations" else ("number",)
    return [
        field_column(field, required=field.name in needed, aliases=ALIASES.get(field.name, ()))
        for field in fields_of(what)
    ]


LEVELS = tuple(Edition.Level.values)
DOMESTIC = frozenset({"national", "industry", "local", "group", "enterprise"})
DEGREES = tuple(Relation.Degree.values)
