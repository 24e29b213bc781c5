"""What a spreadsheet has done to a value, undone or said: lost zeros, 9.13E+17, dates that were none, formulas."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from pinzhi.kernel.transfer.columns import NUMERIC, Column

_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?E\+?\d{1,3}", re.IGNORECASE)
_PADDED = re.compile(r"0+")
# A spreadsheet keeps fifteen digits of a number.
_EXACT = 10**15
_FORMULA_START = ("=", "+", "-", "@")


class DamagedError(Exception):
    """What is wrong with a cell and what would be right: zh, en, remedy zh, remedy en."""

    def __init__(self, zh: str, en: str, right_zh: str, right_en: str) -> None:
        super().__init__(en)
        self.texts = (zh, en, right_zh, right_en)


_AS_TEXT = ("将该列设为“文本”格式后重新填写", "format the column as text and fill it in again")


def plain_text(text: str) -> str | None:
    """A text cell: trimmed, None if blank, without the apostrophe that keeps a formula from running."""
    text = text.strip()
    if text.startswith("'") and text[1:2] in _FORMULA_START:
        text = text[1:]
    return text or None


def text_value(column: Column, text: str) -> str | None:
    """The value of a text cell; raises DamagedError where a spreadsheet has turned a code into a number."""
    value = plain_text(text)
    if value and column.is_code and _SCIENTIFIC.fullmatch(value):
        raise DamagedError(
            f"“{value}”是表格软件改写的数字，原代码已丢失",
            f"“{value}” is what a spreadsheet made of the code",
            *_AS_TEXT,
        )
    return value


def number_value(column: Column, value: float | int | Decimal, number_format: str = "General") -> Any:
    """The value of a number cell, as the column wants it: text for codes and texts, else an exact number."""
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if column.type in NUMERIC:
        if column.unit == "%" and "%" in number_format:
            number *= 100
        return _shortest(number)
    if number != number.to_integral_value():
        return _shortest(number) if not column.is_code else _not_a_code(column, str(value))
    if abs(number) >= _EXACT:
        raise DamagedError(
            "数字超过15位，表格软件已把后几位改成0",
            "a number of over 15 digits: the spreadsheet has turned the last ones to zeros",
            *_AS_TEXT,
        )
    text = str(int(number))
    if _PADDED.fullmatch(number_format) and not text.startswith("-"):
        text = text.zfill(len(number_format))
    if column.is_code:
        _refuse_lost_zeros(column, text)
    return text


def date_value(column: Column, value: datetime | date | time) -> Any:
    """The value of a date cell; a text that a spreadsheet took for a date is refused."""
    if column.type in ("date", "datetime"):
        is_day = isinstance(value, datetime) and value.time() == time.min
        return value.date() if is_day and isinstance(value, datetime) else value
    if column.type == "year" and isinstance(value, date):
        return value.year
    raise DamagedError(
        f"表格软件把内容当成了日期（{value.isoformat()}）",
        f"the spreadsheet took this for a date ({value.isoformat()})",
        *_AS_TEXT,
    )


def _shortest(number: Decimal) -> int | Decimal:
    return (
        int(number) if number == number.to_integral_value() and abs(number) < 10**18 else number.normalize()
    )


def _not_a_code(column: Column, shown: str) -> Any:
    raise DamagedError(f"“{shown}”是小数，不是代码", f"“{shown}” is a decimal number, not a code", *_AS_TEXT)


def _refuse_lost_zeros(column: Column, digits: str) -> None:
    right: dict[str, Callable[[str], bool]] = {
        "uscc": lambda d: False,
        "id-number": lambda d: False,
        "gtin": lambda d: len(d) in (8, 12, 13, 14),
        "phone": lambda d: d.startswith("1") or (len(d) == 10 and d[:3] in ("400", "800")),
        "region": lambda d: len(d) == 6,
        "trade": lambda d: len(d) in (2, 3, 4) and d[0] != "0",
    }
    fits = right.get(column.format)
    if fits is not None and not fits(digits):
        raise DamagedError(
            f"单元格是数字“{digits}”，前面的0可能已丢失",
            f"the cell holds the number “{digits}”: zeros in front may be lost",
            *_AS_TEXT,
        )
