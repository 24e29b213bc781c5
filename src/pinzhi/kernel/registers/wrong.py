"""What is wrong with a value, and what would be right, in both languages."""

from __future__ import annotations

from collections.abc import Sequence

Texts = tuple[str, str, str, str]


class Wrong(Exception):
    """A value that cannot be taken: what is wrong and what would be right, in both languages."""

    def __init__(self, wrong_zh: str, wrong_en: str, right_zh: str = "", right_en: str = "") -> None:
        super().__init__(wrong_en)
        self.args4: Texts = (wrong_zh, wrong_en, right_zh, right_en)

    @property
    def parts(self) -> Sequence[tuple[Texts, str | None]]:
        """Each thing that is wrong, with the offending value where it is not the whole; one for most values."""
        return [(self.args4, None)]


class WrongCells(Wrong):
    """A table with cells that cannot be taken: each by its row (from 1) and column."""

    def __init__(self, cells: Sequence[tuple[int, str, Texts, str | None]]) -> None:
        super().__init__(*cells[0][2])
        self.cells = list(cells)

    @property
    def places(self) -> set[tuple[int, str]]:
        """(row, name of the column) of what is wrong; an empty name: the row as a whole."""
        return {(row, name) for row, name, _texts, _value in self.cells}

    @property
    def parts(self) -> Sequence[tuple[Texts, str | None]]:
        return [(texts, value) for _row, _name, texts, value in self.cells]
