"""Files of declarations: their columns, and how the rows of one declaration are brought together.

A row is an indicator (the rows of a product follow one another; what is said of the product may stand in the first of them
alone), or a row is a product with its indicators side by side.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pinzhi.apps.standards.cleaning_declarations import REGISTER, SAID
from pinzhi.kernel.errors import RowError
from pinzhi.kernel.registers import catalogue
from pinzhi.kernel.registers.columns import field_column
from pinzhi.kernel.transfer.columns import Column
from pinzhi.kernel.transfer.imports import Kind
from pinzhi.kernel.transfer.reading import Row, Table

#: How many indicators stand side by side in a row.
SIDE_BY_SIDE = 20
#: The rows of the file that a declaration's indicators stand in, beside its values.
PLACES = "places"
_CELLS = ("indicator", "value", "unit", "method")
_ALIASES = {
    "product_name": ("产品名称", "产品", "Product name"),
    "standard_no": ("标准编号", "标准号", "执行标准", "执行标准编号", "Standard"),
    "standard_name": ("执行标准名称",),
    "product_class": ("产品类别", "类别", "适用类别"),
    "gtin": ("条码", "条形码", "商品条形码"),
    "brand": ("品牌", "商标"),
    "commitment": ("承诺",),
    "indicator": ("指标", "指标项目", "项目"),
    "value": ("限值", "指标要求", "技术要求", "要求"),
    "method": ("检验方法", "测试方法", "试验方法标准"),
}
_TELLS = ("uscc", "product_name", "model", "specification", "standard_no")


def columns_of(what: str) -> list[Column]:
    """The columns of a file: whose product, what is said of it, its indicators."""
    by_name = catalogue.get(REGISTER).definition.by_name
    uscc = Column(
        "uscc",
        "统一社会信用代码",
        "Unified social credit code",
        format="uscc",
        aliases=("信用代码", "企业信用代码", "USCC"),
        help_zh="企业自己导入的可以不填。",
        help_en="An enterprise that imports its own may leave it out.",
        example="91350100M000100Y43",
    )
    said = [
        field_column(
            by_name[name], required=name in ("product_name", "standard_no"), aliases=_ALIASES.get(name, ())
        )
        for name in SAID
        if name != "indicators"
    ]
    cells = [field_column(c, aliases=_ALIASES.get(c.name, ())) for c in by_name["indicators"].columns]
    if what == "by_indicator":
        return [uscc, *said, *cells]
    numbered = [
        replace(
            cell,
            name=f"{cell.name}_{n}",
            zh=f"{cell.zh}{n}",
            en=f"{cell.en} {n}",
            aliases=tuple(f"{alias}{n}" for alias in cell.aliases),
        )
        for n in range(1, SIDE_BY_SIDE + 1)
        for cell in cells
    ]
    return [uscc, *said, *numbered]


@dataclass(frozen=True, eq=False)
class DeclarationKind(Kind):
    """A file whose rows are brought together to declarations as it is read."""

    def open(self, stream: Any, filename: str) -> Table:
        table = super().open(stream, filename)
        rows = table._rows
        side_by_side = any(column.name == "indicator_1" for column in table.columns)
        table._rows = (lambda: _products(rows())) if side_by_side else (lambda: _together(rows()))
        return table


def _products(rows: Iterator[Row]) -> Iterator[Row]:
    for row in rows:
        values = {name: value for name, value in row.values.items() if name in SAID or name == "uscc"}
        found = [cells for n in range(1, SIDE_BY_SIDE + 1) if (cells := _cells(row.values, f"_{n}"))]
        values["indicators"], values[PLACES] = found, [row.number] * max(1, len(found))
        yield Row(row.number, values, row.errors)


def _together(rows: Iterator[Row]) -> Iterator[Row]:
    """Rows that follow one another and say the same product, or none, are one declaration."""
    held: Row | None = None
    for row in rows:
        cells = _cells(row.values, "")
        if held is not None and cells and held.values["indicators"] and _same(held.values, row.values):
            held.values["indicators"].append(cells)
            held.values[PLACES].append(row.number)
            held.errors += [*row.errors, *_unlike(held, row)]
            continue
        if held is not None:
            yield held
        values = {name: value for name, value in row.values.items() if name in SAID or name == "uscc"}
        held = Row(
            row.number,
            {**values, "indicators": [cells] if cells else [], PLACES: [row.number]},
            list(row.errors),
        )
    if held is not None:
        yield held


def _cells(values: Mapping[str, Any], after: str) -> dict[str, Any]:
    return {name: value for name in _CELLS if not _blank(value := values.get(name + after))}


def _blank(value: Any) -> bool:
    return value is None or not str(value).strip()


def _text(value: Any) -> str:
    return "".join(str(value or "").split()).casefold()


def _same(held: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    return all(_blank(row.get(name)) or _text(held.get(name)) == _text(row[name]) for name in _TELLS)


def _unlike(held: Row, row: Row) -> list[RowError]:
    """What a further row of a product says otherwise than its first."""
    by_name = catalogue.get(REGISTER).definition.by_name
    return [
        RowError(
            row.number, by_name[name].title.zh, str(row.values[name])[:80], f"与第{held.number}行同一产品的不同",
            f"is not what row {held.number} says of the same product", "改成一致，或只在第一行填写",
            "make them agree, or leave it in the first row alone",
        )
        for name in SAID
        if name in row.values and name != "indicators" and not _blank(row.values[name])
        and _text(row.values[name]) != _text(held.values.get(name))
    ]  # fmt: skip
