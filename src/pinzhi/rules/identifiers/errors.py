"""The one error that an identifier parser raises."""

from __future__ import annotations


class IdentifierError(ValueError):
    """What is wrong with an identifier.

    `code` is stable and for programs; `zh` and `en` are for people; `position` counts characters from 1
    in the normalised text (None: the whole); `got` is what was found and `expected` what would be right.
    """

    def __init__(
        self,
        code: str,
        *,
        zh: str,
        en: str,
        position: int | None = None,
        got: str | None = None,
        expected: str | None = None,
    ) -> None:
        super().__init__(en)
        self.code = code
        self.zh = zh
        self.en = en
        self.position = position
        self.got = got
        self.expected = expected
