"""Draw up a standards-system table: its head and all its places, in one piece."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from pinzhi.apps.standards import access
from pinzhi.apps.standards.fields_system import HEAD, PLACES
from pinzhi.apps.standards.models import SystemNode, SystemTable
from pinzhi.apps.standards.numbers import read_list
from pinzhi.apps.standards.systems import place_key
from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import RefusedRows, RowError, refuse_changed
from pinzhi.kernel.registers.values import Wrong, clean_value
from pinzhi.kernel.transfer.regions import region_code

_PLACE = re.compile(r"\d{1,3}(?:\.\d{1,3}){0,5}")
_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{1,38}")
MOST_PLACES = 500


@transaction.atomic
def edit_system(
    code: str,
    values: Mapping[str, Any],
    places: Sequence[Mapping[str, Any]],
    *,
    revision: int | None = None,
    by: Actor,
) -> str:
    """Make or change the table of that code: head values by field, places in any order; returns the code.

    A place names what it lacks no parent for (1.2 needs 1). Raises RefusedRows with the row of the place, NotPermitted, Conflict.
    """
    code = code.strip().upper()
    errors: list[RowError] = []
    if not _CODE.fullmatch(code):
        errors.append(
            RowError(
                1,
                "编号",
                code,
                "不是体系表编号",
                "is no code of a table",
                "用大写字母、数字和短横，例如 KIDS-CLOTHING",
                "capital letters, digits, hyphens",
            )
        )
    head: dict[str, Any] = {}
    for field in HEAD():
        try:
            kept = clean_value(field, values.get(field.name))
            head[field.name] = region_code(kept) if kept and field.name == "region" else kept
        except Wrong as wrong:
            errors.append(RowError(1, field.title.zh, str(values.get(field.name))[:80], *wrong.args4))
            continue
        if field.required and kept is None:
            errors.append(RowError(1, field.title.zh, None, "必填", "is required", "请填写", "fill it in"))
    nodes = _nodes(places, errors)
    if errors:
        raise RefusedRows(errors)
    table = SystemTable.objects.select_for_update().filter(code=code).first()
    if table is not None:
        access.require(by, "standards.edit_system", [table.region], register=access.SYSTEMS)
        refuse_changed(table, revision)
    access.require(by, "standards.edit_system", [head["region"]], register=access.SYSTEMS)
    if table is None:
        table = SystemTable(code=code, revision=0)
    for name, value in head.items():
        setattr(table, name, value or "")
    # What was published stays as it was; the page says that it has been changed since.
    table.status = SystemTable.Status.DRAFT
    table.revision += 1
    table.updated_at, table.updated_by = clock.now(), by.username
    table.save()
    table.nodes.all().delete()
    made: dict[str, SystemNode] = {}
    for place in sorted(nodes, key=place_key):
        node = SystemNode(table=table, parent=made.get(place.rpartition(".")[0]), code=place, **nodes[place])
        node.save()
        made[place] = node
    audit.record(
        "standards.edit_system",
        by=by,
        subject_kind="system_table",
        subject_key=code,
        register=access.SYSTEMS,
        region=table.region,
        count=len(nodes),
    )
    return code


def _nodes(places: Sequence[Mapping[str, Any]], errors: list[RowError]) -> dict[str, dict[str, Any]]:
    nodes: dict[str, dict[str, Any]] = {}
    if len(places) > MOST_PLACES:
        errors.append(
            RowError(
                MOST_PLACES + 1,
                "条目",
                None,
                f"超过 {MOST_PLACES} 个条目",
                f"more than {MOST_PLACES} places",
                "分成几张表",
                "split it",
            )
        )
        return nodes
    rows: dict[str, int] = {}
    for number, raw in enumerate(places, 1):
        kept: dict[str, Any] = {}
        for field in PLACES():
            try:
                kept[field.name] = clean_value(field, raw.get(field.name))
            except Wrong as wrong:
                errors.append(RowError(number, field.title.zh, str(raw.get(field.name))[:80], *wrong.args4))
        place = str(kept.get("place") or "").rstrip(".")
        if not _PLACE.fullmatch(place):
            errors.append(
                RowError(
                    number,
                    "位置",
                    place or None,
                    "不是位置编号",
                    "is no place",
                    "写成 1、1.2、1.2.3",
                    "write 1, 1.2, 1.2.3",
                )
            )
            continue
        if place in nodes:
            errors.append(
                RowError(
                    number,
                    "位置",
                    place,
                    f"与第 {rows[place]} 行重复",
                    f"stands in row {rows[place]} already",
                    "改一个编号",
                    "change one",
                )
            )
            continue
        if not kept.get("title_zh"):
            errors.append(RowError(number, "主题", None, "必填", "is required", "请填写", "fill it in"))
        numbers: list[str] = []
        try:
            numbers = [named.number.number for named in read_list(str(kept.get("numbers") or ""))]
        except Wrong as wrong:
            errors.append(RowError(number, "标准", str(kept.get("numbers"))[:80], *wrong.args4))
        wanted = kept.get("wanted")
        rows[place] = number
        nodes[place] = {
            "title_zh": kept.get("title_zh") or "",
            "title_en": kept.get("title_en") or "",
            "wanted": 1 if wanted is None and numbers else wanted,
            "level": kept.get("level") or "",
            "numbers": list(dict.fromkeys(numbers)),
            "plan": kept.get("plan") or "",
        }
    for place, row in rows.items():
        parent = place.rpartition(".")[0]
        if parent and parent not in nodes:
            errors.append(
                RowError(
                    row,
                    "位置",
                    place,
                    f"没有上级“{parent}”",
                    f"there is no place {parent} above it",
                    f"先加上“{parent}”",
                    f"add {parent}",
                )
            )
    return nodes
