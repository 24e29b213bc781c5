"""The values of a sampling sheet, from a phone or another system, read field by field: nothing is cut, dropped or guessed."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

MOST_PIECES = 100_000
MOST_NAMES, LONGEST_NAME = 40, 64
MOST_JSON = 50_000
Wrong = Callable[[str, Any, str, str], None]


class Values:
    """Reads one sheet; `wrong` is told the field, the value and the reason in both languages."""

    def __init__(self, raw: Mapping[str, Any], wrong: Wrong) -> None:
        self._raw, self._wrong = raw, wrong
        self._refused: set[str] = set()

    def refused(self, name: str) -> bool:
        """Whether the field was refused already: one reason is enough."""
        return name in self._refused

    def _said(self, name: str, value: Any, zh: str, en: str) -> None:
        self._refused.add(name)
        self._wrong(name, str(value)[:60], zh, en)

    def text(self, name: str, most: int) -> str:
        value = self._raw.get(name)
        if value is None:
            return ""
        if isinstance(value, bool) or not isinstance(value, (str, int, float, Decimal)):
            self._said(name, value, "应为文字", "should be text")
            return ""
        text = str(value).strip()
        if len(text) > most:
            self._said(name, text, f"超过 {most} 个字", f"has more than {most} characters")
            return ""
        if not _keepable(text):
            self._said(name, ascii(text), "含有无法保存的字符", "has characters that cannot be kept")
            return ""
        return text

    def whole(self, name: str, default: int, least: int) -> int:
        """A number of pieces; blank is the default. Widths and thousands separators are as people write them."""
        value = self._raw.get(name)
        if value is None or value == "":
            return default
        text = unicodedata.normalize("NFKC", str(value)).strip()
        if re.fullmatch(r"\d{1,3}(,\d{3})+", text):
            text = text.replace(",", "")
        if isinstance(value, bool) or not re.fullmatch(r"\d{1,6}", text):
            self._said(name, value, "不是件数", "is no number of pieces")
        elif not least <= int(text) <= MOST_PIECES:
            self._said(
                name, value, f"应在 {least} 到 {MOST_PIECES} 之间", f"is not from {least} to {MOST_PIECES}"
            )
        else:
            return int(text)
        return default

    def day(self, name: str) -> date | None:
        value = self._raw.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        try:
            return date.fromisoformat(unicodedata.normalize("NFKC", value).strip())
        except (TypeError, ValueError):
            self._said(
                name,
                value,
                "不是日期（应写作 2026-04-08 的样子）",
                "is no day (it should be like 2026-04-08)",
            )
            return None

    def money(self, name: str) -> Decimal | None:
        value = self._raw.get(name)
        if value is None or value == "":
            return None
        try:
            amount = Decimal(unicodedata.normalize("NFKC", str(value)).strip().replace(",", ""))
        except InvalidOperation:
            amount = Decimal("NaN")
        if isinstance(value, bool) or not amount.is_finite() or not 0 <= amount < 10**8:
            self._said(name, value, "不是金额", "is no amount of money")
            return None
        if amount != round(amount, 2):
            self._said(name, value, "金额最多两位小数", "has more than two decimals")
            return None
        return amount

    def names(self, name: str, default: Sequence[str] = ()) -> list[str]:
        """Several names or numbers: a list, or one text with commas. Widths are made one, as keys have it."""
        value = self._raw.get(name)
        if value is None or value in ("", []):
            return [str(one) for one in default]
        parts: Any = value
        if isinstance(value, str):
            parts = [one for one in re.split(r"[,，、;；\n]+", value) if one.strip()]
        if not isinstance(parts, (list, tuple)) or any(not isinstance(one, (str, int)) for one in parts):
            self._said(name, value, "应为编号或姓名的列表", "should be a list of numbers or names")
            return []
        found = [unicodedata.normalize("NFKC", str(one)).strip() for one in parts]
        if len(found) > MOST_NAMES or any(
            not one or len(one) > LONGEST_NAME or not _keepable(one) for one in found
        ):
            self._said(
                name,
                value,
                f"不超过 {MOST_NAMES} 个，每个不超过 {LONGEST_NAME} 个字",
                f"has more than {MOST_NAMES} entries, or one of none or more than {LONGEST_NAME} characters",
            )
            return []
        return found

    def flag(self, name: str, default: bool) -> bool:
        value = self._raw.get(name)
        if value is None:
            return default
        if not isinstance(value, bool):
            self._said(name, value, "应为 true 或 false", "should be true or false")
        return bool(value)

    def structure(self, name: str, kind: type) -> str:
        """A list or an object as JSON text."""
        value = self._raw.get(name)
        if value is None:
            value = kind()
        text = json.dumps(value, ensure_ascii=False, default=str)
        if not isinstance(value, kind) or len(text) > MOST_JSON or not _keepable(text):
            self._said(name, value, "格式不对或过长", "has another shape, or is too long")
            return json.dumps(kind())
        return text


def _keepable(text: str) -> bool:
    """Whether the database can hold it: no NUL, no half of a pair of surrogates."""
    return "\0" not in text and "\\u0000" not in text and not any("\ud800" <= c <= "\udfff" for c in text)
