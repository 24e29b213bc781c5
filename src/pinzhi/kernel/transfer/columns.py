"""A column as both sides understand it, and how the headers of a file are matched to columns."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pinzhi.kernel.transfer import units

# Formats whose values are codes: never numbers, whatever a spreadsheet made of them.
CODES = frozenset(
    {"uscc", "gtin", "phone", "id-number", "region", "agency", "trade", "standard", "code", "bank"}
)
NUMERIC = frozenset({"integer", "number", "money", "year"})
_MARKS = re.compile(r"[*:]+$|[((](?:必填|选填|required|optional)[))]")
_BRACKETS = re.compile(r"[((\[【].*?[))\]】]$")
# What makes of a column another one: 企业名称（曾用名） is no 企业名称.
_ANOTHER = re.compile(
    r"[((\[【](?:曾用名|原名?|旧|英文名?|拼音|简称|变更前|上年|去年|同期|english|old)[))\]】]$"
)
#: What spreadsheets in use call a column, by its Chinese title. They hold where no other column bears the name.
SYNONYMS: dict[str, tuple[str, ...]] = {
    "企业名称": ("单位名称", "公司名称", "企业全称", "单位全称", "企业名", "市场主体名称", "名称"),
    "单位名称": ("企业名称", "单位全称", "名称"),
    "机构名称": ("单位名称", "机构全称", "名称"),
    "产品名称": ("产品", "品名", "产品名", "商品名称"),
    "统一社会信用代码": ("信用代码", "社会信用代码", "统一代码", "企业信用代码", "机构代码", "统一信用代码"),
    "姓名": ("人员姓名", "名字"),
    "身份证件号码": ("身份证号", "身份证号码", "身份证", "证件号码"),
    "手机号码": ("手机", "手机号", "联系电话", "电话", "联系方式"),
    "联系电话": ("电话", "手机", "手机号", "手机号码", "联系方式"),
    "联系人": ("联系人姓名", "经办人"),
    "电子邮箱": ("邮箱", "电子邮件", "email"),
    "地区": ("所属地区", "所在地区", "所在地", "所属区域", "行政区划", "县区", "县(市、区)", "市县"),
    "地址": ("住所", "住址", "单位地址", "企业地址", "注册地址"),
    "证书编号": ("证书号", "证书号码", "证号"),
    "发证日期": ("发证时间", "颁证日期", "颁证时间", "颁发日期"),
    "有效期至": ("有效期", "有效期止", "有效期截止", "截止日期", "到期日期", "到期日", "有效截止日期"),
    "有效期自": ("有效期起", "起始日期", "有效期开始"),
    "现任职务": ("职务",),
    "主要产品": ("主营产品",),
    "从业人员数": ("从业人员", "职工人数", "员工人数", "从业人数"),
    "企业规模": ("规模", "企业类型规模"),
    "行业代码": ("行业", "所属行业", "国民经济行业", "行业类别", "行业名称"),
    "备注": ("说明",),
}


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `type` and `format` are those of register definitions (Frictionless, plus money, text and file)."""

    name: str
    zh: str
    en: str
    type: str = "string"
    format: str = "default"
    required: bool = False
    options: tuple[Option, ...] = ()
    many: bool = False
    unit: str = ""
    aliases: tuple[str, ...] = ()
    help_zh: str = ""
    help_en: str = ""
    example: str = ""
    max_length: int | None = None
    minimum: str | None = None
    maximum: str | None = None
    pattern: str | None = None
    columns: tuple[Column, ...] = ()
    """Of a `table`: what its rows hold. In CSV and XLSX a table is JSON text in one cell."""

    @property
    def is_code(self) -> bool:
        return self.format in CODES

    def title(self, lang: str) -> str:
        """Name, Chinese or English title: `lang` is "name", "zh" or "en"."""
        return {"name": self.name, "en": self.en}.get(lang, self.zh)

    def option_title(self, value: object, lang: str) -> object:
        """The title of an enumerated value; the value itself where it is none or names are wanted."""
        if lang == "name":
            return value
        return next(((o.en if lang == "en" else o.zh) for o in self.options if o.value == value), value)


def folded(header: object) -> str:
    """A header without what varies: width, case, blanks, marks of what must be filled in."""
    text = unicodedata.normalize("NFKC", str(header or ""))
    text = "".join(text.split()).casefold()
    return _MARKS.sub("", text)


@dataclass(frozen=True)
class Matching:
    """Which column stands at which position; headers that fit none, columns that occur twice."""

    positions: dict[str, int]
    unknown: tuple[str, ...]
    twice: tuple[str, ...]
    units: tuple[tuple[str, str, str], ...] = ()
    """Headers whose unit is another than their column's: the header, its unit, the column's."""

    @property
    def hits(self) -> int:
        return len(self.positions)


def match(headers: Sequence[object], columns: Sequence[Column]) -> Matching:
    """Match headers to columns by name, Chinese or English title or alias; units in brackets do not matter."""
    exact: dict[str, str] = {}
    # Titles of all columns first: another name of one column may be the title of another.
    for column in columns:
        for title in (column.name, column.zh, column.en):
            exact.setdefault(folded(title), column.name)
    for column in columns:
        for title in column.aliases:
            exact.setdefault(folded(title), column.name)
    for column in columns:
        for title in SYNONYMS.get(_BRACKETS.sub("", folded(column.zh)), ()):
            exact.setdefault(folded(title), column.name)
    loose: dict[str, str] = {}
    for title, name in exact.items():
        loose.setdefault(_BRACKETS.sub("", title), name)
    wanted = {column.name: column.unit for column in columns if column.unit and column.type in NUMERIC}
    positions: dict[str, int] = {}
    unknown: list[str] = []
    twice: list[str] = []
    other_units: list[tuple[str, str, str]] = []
    for at, header in enumerate(headers):
        title = folded(header)
        if not title:
            continue
        bare = title if _ANOTHER.search(title) else _BRACKETS.sub("", title)
        day = bare.removesuffix("时间") + "日期" if bare.endswith("时间") else bare
        names = (known.get(text) for text in (title, bare, day) for known in (exact, loose))
        found = next(filter(None, names), None)
        if found is None:
            unknown.append(str(header).strip())
        elif found in positions:
            twice.append(str(header).strip())
        else:
            positions[found] = at
            if found in wanted and units.differ(unit := units.unit_in(header), wanted[found]):
                other_units.append((str(header).strip(), unit, wanted[found]))
    return Matching(positions, tuple(unknown), tuple(twice), tuple(other_units))


def find_headers(rows: Sequence[Sequence[object]], columns: Sequence[Column]) -> tuple[int, Matching] | None:
    """Index of the header row among the first rows of a file, and what it matches.

    Forms bear a title above the headers, and headers of two rows with merged cells: a cell that is empty because
    the one above spans it takes that one's text. None where no row looks like headers.
    """
    best: tuple[int, int, Matching] | None = None
    above: Sequence[object] = ()
    for index, row in enumerate(rows):
        filled = [cell if _text(cell) else _at(above, i) for i, cell in enumerate(row)]
        for headers in (row, filled):
            found = match(headers, columns)
            if found.hits and (best is None or found.hits > best[0]):
                best = (found.hits, index, found)
        above = row
    if best is None:
        return None
    return best[1], _with_stated_unit(best[2], rows[: best[1]], rows[best[1]], columns)


def _with_stated_unit(
    found: Matching, above: Sequence[Sequence[object]], headers: Sequence[object], columns: Sequence[Column]
) -> Matching:
    """The matching, with what a line above the headers says of the unit of money (单位：亿元)."""
    stated = units.money_stated("\n".join(_text(cell) for row in above for cell in row))
    if not stated:
        return found
    told = [
        (column.zh, stated, column.unit)
        for column in columns
        if column.name in found.positions
        and column.type in NUMERIC
        and units.is_money(column.unit)
        and units.differ(stated, column.unit)
        and not units.unit_in(_at(headers, found.positions[column.name]))
    ]
    return replace(found, units=(*found.units, *told))


def _text(cell: object) -> str:
    return str(cell).strip() if cell is not None else ""


def _at(row: Sequence[object], index: int) -> object:
    return row[index] if index < len(row) else None
