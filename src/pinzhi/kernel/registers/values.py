"""Field values: from what a person typed or a file holds to what an entry keeps, or a list of what is wrong.

Kept values are canonical: strings, integers, booleans, null, lists; decimals and dates as strings. Text is kept as it
was given (line ends and outer blanks aside); only identifiers are normalised.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from pinzhi.kernel import law
from pinzhi.kernel.errors import RowError
from pinzhi.kernel.places import queries as places
from pinzhi.kernel.registers import validity
from pinzhi.kernel.registers.definitions import Check, Definition, FieldDef
from pinzhi.kernel.registers.tables import clean_table
from pinzhi.kernel.registers.wrong import Wrong
from pinzhi.rules.identifiers import gtin, id_number, uscc
from pinzhi.rules.identifiers.errors import IdentifierError
from pinzhi.rules.standards import identifiers as standards

__all__ = [
    "Wrong",
    "applies",
    "asked_in",
    "clean",
    "clean_one",
    "clean_value",
    "for_step",
    "is_blank",
    "parse_date",
]

TRUE = {"true", "1", "yes", "y", "是", "有", "√", "on"}
FALSE = {"false", "0", "no", "n", "否", "无", "×", "off"}


#: Control characters but line feed and tab, and halves of surrogate pairs (Unicode categories Cc and Cs).
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def _text(field: FieldDef, raw: Any) -> str:
    text = str(raw).replace("\r\n", "\n").replace("\r", "\n").strip()
    if _CONTROLS.search(text):
        raise Wrong("含有不可见的控制字符", "has control characters", "删去后重填", "remove them")
    return text


def _integer(field: FieldDef, raw: Any) -> int:
    value = _decimal(raw, field.unit)
    if value != value.to_integral_value():
        raise Wrong("应为整数", "is not a whole number", "例如 12", "e.g. 12")
    if abs(value) > 2**53 - 1:
        raise Wrong("数值过大", "is too large", "核对单位", "check the unit")
    return int(value)


def _decimal(raw: Any, unit: str | None = None) -> Decimal:
    """The number; the field's own unit may stand behind it (320人, 91.3%), another may not."""
    if isinstance(raw, bool):
        raise Wrong("应为数字", "is not a number")
    text = unicodedata.normalize("NFKC", str(raw)).strip().replace(",", "")
    if unit:
        text = text.removesuffix(unicodedata.normalize("NFKC", unit)).strip()
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise Wrong(
            "应为数字", "is not a number", "只填数字，不带单位，例如 91.3", "digits only, e.g. 91.3"
        ) from None
    if not value.is_finite() or len(value.as_tuple().digits) > 30 or abs(value.adjusted()) > 30:
        raise Wrong("应为有限的数字", "is not a finite number")
    return value


def _number(field: FieldDef, raw: Any) -> str:
    value = _decimal(raw, field.unit)
    if field.decimals is not None and value != round(value, field.decimals):
        raise Wrong(
            f"小数位数超过 {field.decimals} 位",
            f"has more than {field.decimals} decimals",
            "四舍五入后重填",
            "round it",
        )
    text = format(value.normalize(), "f")
    return "0" if text in ("-0", "") else text


def _boolean(field: FieldDef, raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    text = unicodedata.normalize("NFKC", str(raw)).strip().lower()
    if text in TRUE:
        return True
    if text in FALSE:
        return False
    raise Wrong("应填“是”或“否”", "is neither yes nor no", "填 是 或 否", "write yes or no")


_DATE = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?(?:[ T]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?$"
)
_CHINESE_DATE = re.compile(
    r"([〇○零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})[日号]?$"
)
_DIGITS = {
    character: value for value, group in enumerate(("〇○零", *"一二三四五六七八九")) for character in group
}


def _chinese_number(text: str) -> int:
    """一 to 九十九, as days and months are written."""
    tens, ten, ones = text.rpartition("十")
    return (_DIGITS.get(tens, 1) * 10 if ten else 0) + (_DIGITS.get(ones, 0))


def _no_date(text: str) -> Wrong:
    """What is wrong with a text that is no day: what people and spreadsheets write instead of one."""
    if re.match(r"\d{4}\s*[-/.年]\s*\d{1,2}\s*月?$", text):
        return Wrong(
            "只有年月，没有日",
            "has no day of the month",
            "补上日，例如 2026-11-21",
            "add the day: 2026-11-21",
        )
    if re.match(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{4}$", text):
        return Wrong(
            "分不清哪个是月、哪个是日",
            "could be read in two ways",
            "写成 2026-11-21（年-月-日）",
            "write it as 2026-11-21",
        )
    if re.match(r"\d{2}[-/.年]\d{1,2}[-/.月]\d{1,2}日?$", text):
        return Wrong(
            "年份只有两位",
            "has a year of two digits",
            "年份写四位，例如 2026-11-21",
            "write it as 2026-11-21",
        )
    if re.match(r"[1-7]\d{4}(?:\.\d+)?$", text):
        day = date(1899, 12, 30) + timedelta(days=int(text[:5]))
        return Wrong(
            f"是表格软件的日期序号（可能是 {day}）",
            f"is a spreadsheet's number of a day (perhaps {day})",
            "在表格软件中把该列设为日期格式后重新保存",
            "format the column as dates and save it again",
        )
    return Wrong("不是有效日期", "is not a date", "写成 2026-11-21", "write it as 2026-11-21")


def parse_date(raw: Any) -> date:
    """A day from a date, `2026-11-21`, `2026/11/21`, `2026.11.21`, `2026年11月21日`, `20261121` or 二〇二六年….

    A time of day behind it is left out. Raises Wrong, which says what the text looks like.
    """
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    text = unicodedata.normalize("NFKC", str(raw)).strip()
    found = _DATE.match(text) or re.match(r"(\d{4})(\d{2})(\d{2})$", text)
    written = None if found else _CHINESE_DATE.match("".join(text.split()))
    try:
        if found is not None:
            day = date(int(found[1]), int(found[2]), int(found[3]))
        elif written is not None:
            year = int("".join(str(_DIGITS[character]) for character in written[1]))
            day = date(year, _chinese_number(written[2]), _chinese_number(written[3]))
        else:
            raise _no_date(text)
    except ValueError:
        raise _no_date(text) from None
    if not 1800 <= day.year <= 2200:
        raise _no_date(text)
    return day


def _date(field: FieldDef, raw: Any) -> str:
    return parse_date(raw).isoformat()


def _year(field: FieldDef, raw: Any) -> int:
    text = unicodedata.normalize("NFKC", str(raw)).strip().rstrip("年")
    if not re.fullmatch(r"\d{4}", text) or not 1800 <= int(text) <= 2200:
        raise Wrong("应为四位年份", "is not a year", "例如 2026", "e.g. 2026")
    return int(text)


def _datetime(field: FieldDef, raw: Any) -> str:
    try:
        moment = raw if isinstance(raw, datetime) else datetime.fromisoformat(str(raw).strip())
    except ValueError:
        raise Wrong(
            "不是有效的日期时间", "is not a date and time", "写成 2026-11-21 09:30", "2026-11-21 09:30"
        ) from None
    return moment.isoformat(timespec="seconds")


def _file(field: FieldDef, raw: Any) -> dict[str, Any]:
    if isinstance(raw, Mapping) and re.fullmatch(r"[0-9a-f]{64}", str(raw.get("sha256", ""))):
        return {key: raw[key] for key in ("sha256", "name", "size", "type") if key in raw}
    raise Wrong("应为已上传的文件", "is not an uploaded file", "先上传文件", "upload the file first")


PARSERS: dict[str, Callable[[FieldDef, Any], Any]] = {
    "string": _text,
    "text": _text,
    "integer": _integer,
    "number": _number,
    "money": _number,
    "boolean": _boolean,
    "date": _date,
    "year": _year,
    "datetime": _datetime,
    "file": _file,
}


def normalise_code(kind: str, raw: str) -> str:
    """A credit code or GTIN in its canonical form; Wrong says which character is not right."""
    parser: Callable[[str], Any] = uscc.parse if kind == "uscc" else gtin.parse
    try:
        return str(parser(raw))
    except ValueError as error:
        zh = getattr(error, "zh", str(error))
        en = getattr(error, "en", str(error))
        source = ("核对证照上的代码", "compare the licence") if kind == "uscc" else _ON_PACKAGE
        raise Wrong(zh, en, *source) from None


_ON_PACKAGE = ("核对包装上的条码；没有就留空", "compare the package; leave it empty where there is none")


def trade_code(raw: str) -> str:
    """The code of GB/T 4754 from a code, a title (食品制造业) or both (C14 食品制造业); raises Wrong."""
    try:
        return places.trades().read(raw).code
    except IdentifierError as error:
        raise Wrong(
            error.zh, error.en, "填四位行业小类代码，如 1421", "a code of four digits, such as 1421"
        ) from None


@lru_cache(maxsize=16384)
def standard_number(raw: str) -> str:
    """The number of one standard as Chinese documents print it (GB/T 9001—2016); Wrong says which character is not right."""
    try:
        found = standards.parse(raw)
    except standards.IdentifierError as error:
        raise Wrong(error.zh.rstrip("。"), error.en.rstrip("."), *_ONE_STANDARD) from None
    if found.regulation:
        raise Wrong(
            f"“{found.designation}”是法规，不是标准",
            f"{found.designation} is a rule of law, not a standard",
            *_ONE_STANDARD,
        )
    return found.render("zh")


_ONE_STANDARD = (
    "填一个标准编号，例如 GB 31701—2015、T/CNTAC 8—2018、ISO 8124-1:2018",
    "one standard's number, such as GB 31701-2015, T/CNTAC 8-2018, ISO 8124-1:2018",
)


def _citizen(value: str) -> str:
    """A number with the shape of a citizen's is checked to the last character; a passport's is taken as it is."""
    if not re.fullmatch(r"\d{15,17}[\dXx]", unicodedata.normalize("NFKC", value).replace(" ", "")):
        return value
    try:
        return id_number.parse(value).text
    except IdentifierError as error:
        raise Wrong(error.zh, error.en, "核对证件", "compare the document") from None


def _format(field: FieldDef, value: str) -> str:
    if field.format in ("uscc", "gtin"):
        return normalise_code(field.format, value)
    if field.format == "trade":
        return trade_code(value)
    if field.format == "standard":
        return standard_number(value)
    if field.format == "id-number":
        return _citizen(value)
    if field.format == "email" and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value):
        raise Wrong(
            "不是有效的电子邮箱", "is not an e-mail address", "例如 name@example.cn", "e.g. name@example.cn"
        )
    if field.format == "uri" and not re.match(r"https?://\S+$", value):
        raise Wrong("不是有效的网址", "is not a web address", "以 https:// 开头", "begin with https://")
    if field.format == "phone" and not re.fullmatch(
        r"[+\d][\d\- ()转]{4,30}", unicodedata.normalize("NFKC", value)
    ):
        raise Wrong("不是有效的电话号码", "is not a phone number", "例如 0591-12345678", "e.g. 0591-12345678")
    return value


def _limits(field: FieldDef, value: Any) -> None:
    limits = field.constraints
    if isinstance(value, str) and field.type in ("string", "text"):
        longest = limits.maxLength or (4000 if field.type == "text" else 400)
        if len(value) > longest:
            raise Wrong(f"超过 {longest} 个字", f"is longer than {longest} characters", "缩短", "shorten it")
        if limits.minLength and len(value) < limits.minLength:
            raise Wrong(f"不足 {limits.minLength} 个字", f"is shorter than {limits.minLength} characters")
        if limits.pattern and not re.fullmatch(limits.pattern, value):
            example = f"例如 {field.example}" if field.example is not None else ""
            raise Wrong(
                "格式不对",
                "does not have the right form",
                example,
                f"e.g. {field.example}" if example else "",
            )
    if field.type in ("integer", "number", "money", "year"):
        number = Decimal(value)
        if limits.minimum is not None and number < Decimal(str(limits.minimum)):
            raise Wrong(
                f"不应小于 {limits.minimum}", f"is below {limits.minimum}", "核对单位", "check the unit"
            )
        if limits.maximum is not None and number > Decimal(str(limits.maximum)):
            raise Wrong(
                f"不应大于 {limits.maximum}", f"is above {limits.maximum}", "核对单位", "check the unit"
            )
    if field.type == "date":
        if limits.minimum is not None and value < str(limits.minimum):
            raise Wrong(f"不应早于 {limits.minimum}", f"is before {limits.minimum}")
        if limits.maximum is not None and value > str(limits.maximum):
            raise Wrong(f"不应晚于 {limits.maximum}", f"is after {limits.maximum}")


_IN_BRACKETS = re.compile(r"\(.*?\)|\[.*?\]|【.*?】")


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def _likely_option(field: FieldDef, value: Any) -> str | None:
    """The one option that a text means but for width, case and blanks, or else for what stands in brackets, or 企业 behind it."""
    options = [(o.value, _folded(o.zh), _folded(o.en)) for o in field.options or ()]
    whole = _folded(str(value))
    fits = [option for option, *titles in options if whole in titles]
    for bare in (
        lambda text: _IN_BRACKETS.sub("", text),
        lambda text: _IN_BRACKETS.sub("", text).removesuffix("企业"),
    ):
        if not fits and bare(whole):
            fits = [option for option, *titles in options if bare(whole) in map(bare, titles)]
    return fits[0] if len(fits) == 1 else None


def _choice(field: FieldDef, value: Any) -> Any:
    if field.options:
        for option in field.options:
            if value in (option.value, option.zh, option.en):
                return option.value
        if (meant := _likely_option(field, value)) is not None:
            return meant
        allowed_zh = "、".join(option.zh for option in field.options)
        allowed_en = ", ".join(option.en for option in field.options)
        raise Wrong(
            "不在可选范围内", "is not one of the choices", f"可填：{allowed_zh}", f"one of: {allowed_en}"
        )
    if field.constraints.enum and value not in field.constraints.enum:
        allowed = "、".join(field.constraints.enum)
        raise Wrong("不在可选范围内", "is not one of the choices", f"可填：{allowed}", f"one of: {allowed}")
    return value


def clean_one(field: FieldDef, raw: Any) -> Any:
    """One value of a field (not a list) in its kept form; raises Wrong."""
    value = PARSERS[field.type](field, raw)
    if isinstance(value, str) and field.type in ("string", "text"):
        value = _choice(field, _format(field, value))
    _limits(field, value)
    return value


def is_blank(raw: Any) -> bool:
    return raw is None or raw == [] or (isinstance(raw, str) and not raw.strip())


def clean_value(field: FieldDef, raw: Any) -> Any:
    """A value, or for a `many` field the list of its values; None for blank. Raises Wrong."""
    if is_blank(raw):
        return None
    if field.type == "table":
        return clean_table(field, raw, clean_one)
    if field.many or field.type == "file":
        parts = raw if isinstance(raw, (list, tuple)) else [raw]
        if field.type != "file" and isinstance(raw, str):
            # A comma may stand within a text, not within the name of a choice.
            parting = r"[;；\n、,，/]" if field.options else r"[;；\n、]"
            if not (field.options and raw.strip() in {o.zh for o in field.options}):
                parts = [part for part in re.split(parting, raw) if part.strip()]
        return [clean_one(field, part) for part in parts]
    if isinstance(raw, (list, tuple, dict)):
        raise Wrong("只能填一个值", "takes one value only")
    return clean_one(field, raw)


def applies(field: FieldDef, values: Mapping[str, Any], record_type: str) -> bool:
    """Whether the field is asked for, given the record type and the other values."""
    for name, wanted in (field.when or {}).items():
        actual = record_type if name == "record_type" else values.get(name)
        allowed = wanted if isinstance(wanted, list) else [wanted]
        have = actual if isinstance(actual, list) else [actual]
        if not set(map(str, have)) & set(map(str, allowed)) and not set(have) & set(allowed):
            return False
    return True


def asked_in(field: FieldDef, step: str | None) -> bool:
    """Whether the field is asked for in a step: a field that names no steps always is."""
    return not field.steps or step is None or step in field.steps


def for_step(definition: Definition, given: Mapping[str, Any], step: str) -> dict[str, Any]:
    """Of the values given, those that a step asks for."""
    by_name = definition.by_name
    return {
        name: value for name, value in given.items() if name not in by_name or asked_in(by_name[name], step)
    }


def clean(
    definition: Definition,
    values: Mapping[str, Any],
    record_type: str = "",
    *,
    row: int = 1,
    partial: bool = False,
    step: str | None = None,
) -> tuple[dict[str, Any], list[RowError]]:
    """All fields of a record: kept values by name and what is wrong (row, column title, value, remedy).

    `partial` leaves out the demand for required fields (a draft, a change of some fields); a field that names the steps
    which ask for it is demanded in these alone.
    """
    kept: dict[str, Any] = {}
    errors: list[RowError] = []
    for name in values:
        if name not in definition.by_name:
            errors.append(
                RowError(row, name, None, "没有这个字段", "is not a field", "见导入模板", "see the template")
            )
    for field in definition.fields:
        raw = values.get(field.name)
        try:
            value = clean_value(field, raw)
        except Wrong as wrong:
            errors += [
                RowError(row, field.title.zh, _shown(field, raw if part is None else part), *texts)
                for texts, part in wrong.parts
            ]
            continue
        if value is None and field.default is not None and not partial and applies(field, kept, record_type):
            value = field.default
        if value is not None:
            kept[field.name] = value
        elif field.required and not partial and asked_in(field, step) and applies(field, kept, record_type):
            errors.append(RowError(row, field.title.zh, None, "必填", "is required", "请填写", "fill it in"))
    if not errors:
        for check in definition.checks:
            if check.rule == "lasts":
                found = _lasts(definition, check, kept, row, step)
            else:
                found = _check(definition, check, kept, row)
            errors += [found] if found else []
    return kept, errors


def _shown(field: FieldDef, raw: Any) -> str | None:
    """The offending value for the report; a private person's data is not repeated."""
    return None if field.personal or field.format == "id-number" else str(raw)[:80]


def _lasts(
    definition: Definition, check: Check, kept: Mapping[str, Any], row: int, step: str | None
) -> RowError | None:
    """A period shorter than the law of its first day wants. Only a step that asks for the period is refused for it."""
    field = definition.by_name[check.field or ""]
    first, last = kept.get(check.other or ""), kept.get(field.name)
    if first is None or last is None or not asked_in(field, step):
        return None
    begins = date.fromisoformat(first)
    least = validity.after(begins, check.law or "")
    if date.fromisoformat(last) >= least:
        return None
    rule = law.value(check.law or "", begins)
    unchecked = (
        ("（尚未与原文核对）", " (not yet checked against the text)") if rule.provisional else ("", "")
    )
    return RowError(
        row,
        field.title.zh,
        last,
        f"{check.message.zh}{rule.title['zh']}为{rule.value}{rule.unit or '日'}，依据：{rule.source}{unchecked[0]}",
        f"{check.message.en} {rule.title['en']}: {rule.value}; source: {rule.source}{unchecked[1]}",
        f"改为 {least.isoformat()} 或以后",
        f"{least.isoformat()} or later",
    )


def _check(definition: Definition, check: Check, kept: Mapping[str, Any], row: int) -> RowError | None:
    names = list(check.fields or [])
    column = check.field or check.other or (names[0] if names else None)
    first, second = kept.get(check.field or ""), kept.get(check.other or "")
    failed = False
    if check.rule in ("not_before", "not_after", "not_greater") and first is not None and second is not None:
        field = definition.by_name[check.field or ""]
        if field.type in ("integer", "number", "money", "year"):
            first, second = Decimal(str(first)), Decimal(str(second))
        failed = first < second if check.rule == "not_before" else first > second
    elif check.rule == "sum_equals" and second is not None and all(kept.get(n) is not None for n in names):
        failed = sum(Decimal(str(kept[n])) for n in names) != Decimal(str(second))
    elif check.rule == "at_least_one_of":
        failed = all(kept.get(n) is None for n in names)
    elif check.rule == "required_if" and first is None:
        allowed = check.equals if isinstance(check.equals, list) else [check.equals]
        failed = second is not None and (check.equals is None or second in allowed)
    if not failed:
        return None
    title = definition.by_name[column].title.zh if column in definition.by_name else column
    return RowError(row, title, None, check.message.zh, check.message.en)
