"""What is asked of a standards-system table: its head, and each place of its tree."""

from __future__ import annotations

from typing import Any

from pinzhi.apps.standards.access import STANDARDS
from pinzhi.apps.standards.fields_catalogue import LEVEL
from pinzhi.kernel.registers import catalogue
from pinzhi.kernel.registers.definitions import FieldDef


def _field(name: str, zh: str, en: str, **more: Any) -> FieldDef:
    return FieldDef.model_validate({"name": name, "title": {"zh": zh, "en": en}, "type": "string", **more})


def HEAD() -> tuple[FieldDef, ...]:  # noqa: N802 - a table of fields, made when the catalogue is read
    """The fields of a table's head."""
    sector = catalogue.get(STANDARDS).definition.by_name["sector"]
    options = [o.model_dump() for o in sector.options or ()]
    return (
        _field("title_zh", "体系表名称", "Chinese title", constraints={"required": True, "maxLength": 200}),
        _field("title_en", "英文名称", "English title", constraints={"maxLength": 200}),
        _field("field", "产品领域", "Product field", constraints={"required": True}, options=options),
        _field("region", "地区", "Region", format="region", constraints={"required": True, "maxLength": 60}),
        _field("note", "说明", "Note", type="text", constraints={"maxLength": 2000}),
    )


def PLACES() -> tuple[FieldDef, ...]:  # noqa: N802
    """The fields of a place."""
    levels = [o.model_dump() for o in (LEVEL.options or ())[:5]]
    return (
        _field("place", "位置", "Place", constraints={"required": True, "maxLength": 20}, example="1.2"),
        _field(
            "title_zh",
            "主题",
            "Subject",
            constraints={"required": True, "maxLength": 200},
            example="安全技术要求",
        ),
        _field("title_en", "英文", "In English", constraints={"maxLength": 200}),
        _field(
            "wanted",
            "应有标准数",
            "Wanted",
            type="integer",
            constraints={"minimum": 0, "maximum": 50},
            example="1",
        ),
        _field("level", "应有级别", "Level", constraints={"maxLength": 16}, options=levels),
        _field("numbers", "标准", "Standards", constraints={"maxLength": 400}, example="GB 31701；GB 18401"),
        _field("plan", "待办工作", "To be done", constraints={"maxLength": 300}),
    )


def places_field() -> FieldDef:
    """All places as one field of the type `table`, for the form."""
    return _field(
        "places", "条目", "Places", type="table", constraints={"maxLength": 500},
        columns=[one.model_dump(by_alias=True) for one in PLACES()],
    )  # fmt: skip
