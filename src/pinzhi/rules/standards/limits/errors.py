"""What cannot be read or used as a limit, said so that the person who typed it can mend it."""

from __future__ import annotations


class LimitError(ValueError):
    """A limit that cannot be read: `code`, a sentence in both languages, where it stands, and what would be right."""

    def __init__(
        self,
        code: str,
        zh: str,
        en: str,
        *,
        place: str = "",
        remedy_zh: str = "",
        remedy_en: str = "",
        position: int | None = None,
    ) -> None:
        super().__init__(en)
        self.code = code
        self.zh = zh
        self.en = en
        self.place = place
        """The part of the limit that is wrong: `value`, `unit`, `kind`, `aggregate`, `dates` …"""
        self.remedy_zh = remedy_zh
        self.remedy_en = remedy_en
        self.position = position
        """Index of the character (from 0) in the text that was read, where that tells more than the text."""
