"""A question of sampling or estimation that has no answer as it was put."""

from __future__ import annotations


class InputError(ValueError):
    """What was given cannot be worked with: which field, what is wrong and what would be right, in both languages."""

    def __init__(self, field: str, zh: str, en: str) -> None:
        super().__init__(f"{field}: {en}")
        self.field = field
        self.zh = zh
        self.en = en
