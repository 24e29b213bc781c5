"""What keeps a command from starting, said in both languages. Standard library alone: every command loads it."""

from __future__ import annotations


class CannotStart(RuntimeError):
    """The reason and what to do, in Chinese and in English."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en
