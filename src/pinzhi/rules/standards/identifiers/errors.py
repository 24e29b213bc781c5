"""The one error that reading a standard's identifier raises."""

from __future__ import annotations

from typing import Any

from pinzhi.rules.identifiers.errors import IdentifierError as _IdentifierError


class IdentifierError(_IdentifierError):
    """What is wrong with a standard's identifier, where, and what would have been right there.

    `position` counts characters of the text as it was given, from 1. `code` is stable: empty, too_long, unknown_body,
    unknown_region, no_number, bad_year, bad_number, trailing, bad_range, committee_paper,
    document_number. `expected_zh` and `expected_en` say what was expected at the position.
    """

    def __init__(
        self, code: str, *, position: int, got: str, zh: str, en: str, expected_zh: str, expected_en: str
    ) -> None:
        super().__init__(
            code,
            zh=f"第 {position} 个字符处：{zh}，应为{expected_zh}。",
            en=f"At character {position}: {en}; expected {expected_en}.",
            position=position,
            got=got,
            expected=expected_en,
        )
        self.expected_zh = expected_zh
        self.expected_en = expected_en

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "code": self.code,
            "position": self.position,
            "got": self.got,
            "zh": self.zh,
            "en": self.en,
            "expected_zh": self.expected_zh,
            "expected_en": self.expected_en,
        }
