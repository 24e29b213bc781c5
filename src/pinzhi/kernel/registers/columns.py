"""A register as a table: the columns of its imports, exports and templates, and its records as their rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pinzhi.kernel.registers.definitions import FieldDef, Register, Text, Transition
from pinzhi.kernel.registers.models import Record
from pinzhi.kernel.registers.wording import masked
from pinzhi.kernel.transfer.columns import Column, Option, folded

#: What the subject of a record is called in a table, and how its code is written.
SUBJECTS = {
    "enterprise": (
        "统一社会信用代码",
        "Unified social credit code",
        "uscc",
        ("企业代码", "信用代码", "subject"),
    ),
    "body": ("统一社会信用代码", "Unified social credit code", "uscc", ("机构代码", "信用代码", "subject")),
    "product": ("产品编号", "Product number", "gtin", ("商品条码", "条码", "GTIN", "subject")),
    "place": ("地点代码", "Place code", "code", ("subject",)),
    "person": ("人员编号", "Person number", "code", ("subject",)),
    "document": ("文件编号", "Document number", "code", ("subject",)),
}
STEP_COLUMNS = {
    "effective_on": ("生效日期", "Effective on", "date"),
    "valid_from": ("有效期自", "Valid from", "date"),
    "valid_until": ("有效期至", "Valid until", "date"),
    "decision_number": ("决定文号", "Decision number", "string"),
    "reason": ("理由", "Reason", "string"),
}


def field_column(field: FieldDef, *, required: bool = False, aliases: tuple[str, ...] = ()) -> Column:
    """The column of a field; `aliases`: what spreadsheets in use call it."""
    limits = field.constraints
    options = tuple(Option(o.value, o.zh, o.en) for o in field.options or ())
    options = options or tuple(Option(value, value, value) for value in limits.enum or ())
    help_ = field.help or Text(zh="", en="")
    if field.type == "table":
        help_ = _with_columns(field, help_)
    return Column(
        name=field.name,
        zh=field.title.zh,
        en=field.title.en,
        type=field.type,
        format=field.format,
        required=required,
        options=options,
        many=field.many,
        aliases=aliases,
        unit=field.unit or "",
        help_zh=help_.zh,
        help_en=help_.en,
        example=_example(field.example),
        max_length=limits.maxLength,
        minimum=None if limits.minimum is None else str(limits.minimum),
        maximum=None if limits.maximum is None else str(limits.maximum),
        pattern=limits.pattern,
        columns=tuple(field_column(c, required=c.required) for c in field.columns),
    )


def _with_columns(field: FieldDef, help_: Text) -> Text:
    """How a table goes into one cell: a line a row, the cells parted by a bar; JSON does as well."""
    zh = " | ".join(column.title.zh for column in field.columns)
    en = " | ".join(column.title.en for column in field.columns)
    return Text(
        zh=f"{help_.zh}每行一条，各栏用“|”隔开：{zh}；也可填 JSON。",
        en=f"{help_.en} A line a row, cells parted by |: {en}; JSON will do too.".strip(),
    )


def _example(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return "" if value is None else str(value)


def subject_column(register: Register, *, required: bool) -> Column | None:
    """The column of whom a record is about; None where it is about nobody."""
    named = SUBJECTS.get(register.definition.about)
    if named is None:
        return None
    zh, en, format_, aliases = named
    # What a field of the register is called itself is no other name for the subject.
    own = {folded(title) for f in register.definition.fields for title in (f.name, f.title.zh, f.title.en)}
    others = tuple(alias for alias in aliases if folded(alias) not in own)
    return Column("subject", zh, en, format=format_, required=required, aliases=others)


def type_column(register: Register, *, required: bool) -> Column | None:
    """The column of the record type; None where the register has none."""
    types = register.definition.record_types
    if not types:
        return None
    options = tuple(Option(t.name, t.title.zh, t.title.en) for t in types)
    return Column(
        "record_type", "记录类型", "Record type", required=required, options=options, aliases=("类型",)
    )


def import_columns(register: Register, step: Transition) -> list[Column]:
    """What a file may hold for a step: whom it is about, where, the step's own questions, the fields."""
    begins = None in step.from_
    definition = register.definition
    names = definition.key.of or []
    key_of = [names] if isinstance(names, str) else list(names)
    columns: list[Column | None] = []
    if begins:
        must = definition.about in ("enterprise", "body") or "subject" in key_of
        columns.append(subject_column(register, required=must))
        columns.append(
            Column(
                "region",
                "地区",
                "Region",
                format="region",
                required="region" in key_of,
                aliases=("行政区划", "行政区划代码", "地区代码", "所在地区"),
                help_zh="名称或代码（GB/T 2260）；留空时取主体所在地区。",
                help_en="Name or code (GB/T 2260); left empty: where the subject is.",
                example="350100",
            )
        )
        columns.append(type_column(register, required=True))
    else:
        columns.append(
            Column("key", "编号", "Number", format="code", required=True, aliases=("记录编号", "登记编号"))
        )
    if "fields" in step.asks:
        for field in definition.fields:
            if field.type == "file" or (field.steps is not None and step.name not in field.steps):
                continue
            columns.append(field_column(field, required=field.required and not field.when and begins))
    asked = [name for name in STEP_COLUMNS if name in step.asks]
    taken = {title for c in columns if c for title in (c.zh, c.en)}
    for name in asked:
        zh, en, kind = STEP_COLUMNS[name]
        must = name == "reason" and "fields" not in step.asks
        if zh in taken:  # a field of the register bears the same title
            zh, en = f"{zh}（办理）", f"{en} (step)"
        columns.append(Column(name, zh, en, type=kind, required=must))
    return [column for column in columns if column is not None]


def export_columns(register: Register) -> list[Column]:
    """All of a record as a table: envelope, then every field; files by their names."""
    columns = [
        Column("key", "编号", "Number", format="code"),
        Column(
            "state",
            "状态",
            "State",
            options=tuple(Option(s.name, s.title.zh, s.title.en) for s in register.life.states),
        ),
        type_column(register, required=False),
        subject_column(register, required=False),
        Column("label", "名称", "Label"),
        Column("region", "地区", "Region", format="region"),
        Column("agency", "机关", "Agency", format="agency"),
        Column("effective_on", "生效日期", "Effective on", type="date"),
        Column("valid_from", "有效期自", "Valid from", type="date"),
        Column("valid_until", "有效期至", "Valid until", type="date"),
        Column("state_since", "状态起始日", "In this state since", type="date"),
    ]
    fields = [field_column(field) for field in register.definition.fields]
    return [column for column in columns if column is not None] + fields


def rows_of(register: Register, records: Iterable[Record]) -> Iterator[Mapping[str, Any]]:
    """Records as rows of `export_columns`; identity numbers as every page shows them."""
    hidden = [field for field in register.definition.fields if field.format == "id-number"]
    for record in records:
        yield {
            **record.values,
            **{f.name: masked(f, record.values[f.name]) for f in hidden if f.name in record.values},
            "key": record.key,
            "state": record.state,
            "record_type": record.record_type or None,
            "subject": record.subject or None,
            "label": record.label,
            "region": record.region or None,
            "agency": record.agency or None,
            "effective_on": record.effective_on,
            "valid_from": record.valid_from,
            "valid_until": record.valid_until,
            "state_since": record.state_since,
        }
