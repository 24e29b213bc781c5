"""What a door shows beside its pages: items of the navigation, crumbs of the way back, pages of a list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class NavItem:
    """One line of the navigation. `title` is text or `{zh, en}`; `icon` a symbol of icons.svg.

    `count` stands behind the title (things waiting); `section` begins a new part of the list under that heading.
    """

    title: Any
    url: str
    icon: str = ""
    count: int | None = None
    children: Sequence[NavItem] = field(default=())
    section: Any = None
    exact: bool = False

    def covers(self, path: str) -> bool:
        return path == self.url if self.exact else path.startswith(self.url)


def current(items: Iterable[NavItem], path: str) -> NavItem | None:
    """The item whose address is the longest beginning of `path`: the one that is marked as the current page."""
    every: list[NavItem] = []
    for item in items:
        every += [item, *item.children]
    covering = [item for item in every if item.covers(path)]
    return max(covering, key=lambda item: len(item.url), default=None)


def page_numbers(page: int, pages: int, around: int = 1) -> list[int | None]:
    """`1 … 4 [5] 6 … 20` as numbers with None for a gap."""
    shown = {1, pages, *range(page - around, page + around + 1)}
    numbers: list[int | None] = []
    before = 0
    for number in sorted(n for n in shown if 1 <= n <= pages):
        if number - before == 2:
            numbers.append(before + 1)
        elif number - before > 2:
            numbers.append(None)
        numbers.append(number)
        before = number
    return numbers
