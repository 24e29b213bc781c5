"""A register's public records as files: the columns of an export, and its rows one by one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pinzhi.kernel.registers import public
from pinzhi.kernel.registers.definitions import FieldDef, Register
from pinzhi.kernel.transfer.columns import Column, Option

ENVELOPE = (
    Column("key", "编号", "Number", required=True),
    Column("label", "名称", "Name"),
    Column("subject", "对象代码", "Code of the subject", format="code"),
    Column("record_type", "类型", "Type"),
    Column("state", "状态", "State", required=True),
    Column("region", "地区代码", "Region", format="region"),
    Column("agency", "登记机关", "Recorded by", format="agency"),
    Column("effective_on", "生效日期", "Effective on", type="date"),
    Column("valid_from", "有效期自", "Valid from", type="date"),
    Column("valid_until", "有效期至", "Valid until", type="date"),
)


def columns(register: Register) -> list[Column]:
    """The envelope, then the public fields of the definition; titles of states and types are the lifecycle's."""
    states = tuple(Option(s.name, s.title.zh, s.title.en) for s in register.life.states)
    types = tuple(Option(t.name, t.title.zh, t.title.en) for t in register.definition.record_types)
    options = {"state": states, "record_type": types}
    head = [
        Column(c.name, c.zh, c.en, c.type, c.format, c.required, options=options.get(c.name, ()))
        for c in ENVELOPE
    ]
    return head + [_column(field) for field in public.public_fields(register)]


def _column(field: FieldDef) -> Column:
    return Column(
        field.name,
        field.title.zh,
        field.title.en,
        field.type,
        field.format,
        options=tuple(Option(o.value, o.zh, o.en) for o in field.options or ()),
        many=field.many,
        unit=field.unit or "",
        help_zh=field.help.zh if field.help else "",
        help_en=field.help.en if field.help else "",
    )


def rows(found: Any) -> Iterator[dict[str, Any]]:
    """The records as rows: envelope and public values side by side. Streamed, whatever their number."""
    for record in found.iterator(chunk_size=2000):
        yield {**record.values, **{c.name: getattr(record, c.name) for c in ENVELOPE}}
