"""Errors that a user caused and can mend: what happened, where, and what to do, in both languages.

Doors turn them into a form error, a problem+json body or a line on the terminal; nothing else is shown of an error.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import get_language


def in_language(zh: str, en: str) -> str:
    """The text in the reader's language; Chinese where no language is active."""
    return en if (get_language() or "zh").startswith("en") else zh


class Refused(Exception):
    """The request cannot be carried out as it stands. `code` is stable and lower_snake_case."""

    status = 422

    def __init__(
        self,
        code: str,
        *,
        zh: str,
        en: str,
        place: str | None = None,
        remedy_zh: str = "",
        remedy_en: str = "",
        status: int | None = None,
    ) -> None:
        super().__init__(f"{code}: {en} {remedy_en}".strip())
        self.code, self.zh, self.en, self.place = code, zh, en, place
        self.remedy_zh, self.remedy_en = remedy_zh, remedy_en
        if status is not None:
            self.status = status

    @property
    def text(self) -> str:
        """What happened, in the reader's language."""
        return in_language(self.zh, self.en)

    @property
    def remedy(self) -> str:
        """What to do about it, in the reader's language."""
        return in_language(self.remedy_zh, self.remedy_en)

    @property
    def told(self) -> str:
        """What happened and what to do, as one text."""
        return in_language(f"{self.zh}{self.remedy_zh}", f"{self.en} {self.remedy_en}".strip())


class NotPermitted(Refused):
    status = 403


class NotFound(Refused):
    status = 404


class Conflict(Refused):
    status = 409


@dataclass(frozen=True)
class RowError:
    """One thing wrong in one row: `row` counts from 1 as the reader of the file would."""

    row: int
    column: str | None
    value: str | None
    wrong_zh: str
    wrong_en: str
    right_zh: str = ""
    right_en: str = ""

    @property
    def wrong(self) -> str:
        return in_language(self.wrong_zh, self.wrong_en)

    @property
    def right(self) -> str:
        return in_language(self.right_zh, self.right_en)

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


class RefusedRows(Refused):
    """Some rows of a set are wrong; none of the set was done."""

    def __init__(self, rows: Sequence[RowError]) -> None:
        self.rows = list(rows)
        first = self.rows[0]
        where_zh = f"第 {first.row} 行" + (f"“{first.column}”" if first.column else "")
        where_en = f"row {first.row}" + (f', "{first.column}"' if first.column else "")
        more_zh = f"（共 {len(self.rows)} 处）" if len(self.rows) > 1 else ""
        more_en = f" ({len(self.rows)} in all)" if len(self.rows) > 1 else ""
        super().__init__(
            "invalid_rows",
            zh=f"{where_zh}：{first.wrong_zh}{more_zh}",
            en=f"{where_en}: {first.wrong_en}{more_en}",
            place=first.column,
            remedy_zh=first.right_zh,
            remedy_en=first.right_en,
        )


def refuse_changed(row: Any, revision: int | None) -> None:
    """Raise Conflict where somebody saved the row (`revision`, `updated_by`) after the reader saw it."""
    if revision is not None and revision != row.revision:
        raise Conflict(
            "changed_meanwhile",
            zh=f"“{row}”已被 {row.updated_by} 更新。",
            en=f"{row} was changed meanwhile by {row.updated_by}.",
            remedy_zh="请刷新后再改。",
            remedy_en="Reload the page and change it again.",
        )
