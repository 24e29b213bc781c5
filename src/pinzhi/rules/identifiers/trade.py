"""Trades after GB/T 4754-2017: section (letter), division (2 digits), group (3) and class (4).

The codes are data (`catalogue/trades.yaml`); here is what one may do with them. A code nests by its
digits, and a division belongs to the section whose list holds it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from pinzhi.rules.identifiers.errors import IdentifierError
from pinzhi.rules.identifiers.text import normalised

_CODE = re.compile(r"([A-T])?(\d{2,4})|([A-T])")
_CODE_AND_TITLE = re.compile(
    r"(?P<before>[A-Ta-t]?\d{2,4}|[A-Ta-t](?=[^A-Za-z\d]))?[-:.、—]?(?P<title>[^\dA-Za-z()]{2,}?)(?:\(?(?P<after>[A-Ta-t]?\d{2,4})\)?)?"
)


@dataclass(frozen=True, slots=True)
class Trade:
    """One code: `level` is section, division, group or class."""

    code: str
    zh: str
    en: str
    section: str

    @property
    def level(self) -> str:
        return {1: "section", 2: "division", 3: "group", 4: "class"}[len(self.code)]


@dataclass(frozen=True, slots=True)
class ConsumerGoods:
    """Which codes count as consumer-goods industry from a date on: a choice, so it names its source."""

    since: date
    codes: tuple[str, ...]
    source: str
    verified: bool
    zh: str = ""
    en: str = ""


@dataclass(frozen=True)
class TradeTable:
    """All known trades and the dated lists of consumer-goods trades."""

    trades: Mapping[str, Trade]
    consumer_goods: tuple[ConsumerGoods, ...] = ()
    _divisions: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> TradeTable:
        """Build from the content of `catalogue/trades.yaml`."""
        trades: dict[str, Trade] = {}
        divisions: dict[str, str] = {}
        for section in data["sections"]:
            letter = str(section["code"])
            trades[letter] = Trade(letter, section["zh"], section["en"], letter)
            for code, names in section["divisions"].items():
                trades[str(code)] = Trade(str(code), names[0], names[1], letter)
                divisions[str(code)] = letter
        for code, names in data.get("groups", {}).items():
            trades[str(code)] = Trade(str(code), names[0], names[1], divisions[str(code)[:2]])
        lists = tuple(
            ConsumerGoods(
                since=item["since"],
                codes=tuple(str(c) for c in item["codes"]),
                source=item["source"],
                verified=bool(item["verified"]),
                zh=item.get("zh", ""),
                en=item.get("en", ""),
            )
            for item in data.get("consumer_goods", ())
        )
        return cls(trades, tuple(sorted(lists, key=lambda c: c.since)), divisions)

    def parse(self, text: str) -> Trade:
        """Read a code such as `C1512`, `1512`, `15` or `C`.

        A group or class that the table does not list is accepted with the name of its nearest listed parent:
        the table holds the consumer-goods trades, not every class of the standard.
        """
        code = normalised(text)
        match = _CODE.fullmatch(code)
        digits = (match.group(2) or match.group(3)) if match else ""
        known = self.nearest(digits) if digits else None
        if known is None or not match:
            raise IdentifierError(
                "trade",
                zh=f"“{code[:20]}”不是国民经济行业代码（GB/T 4754-2017，如 C1512 或 15）",
                en=f"“{code[:20]}” is no code of GB/T 4754-2017 (such as C1512 or 15)",
                got=code[:20],
            )
        if match.group(1) and match.group(1) != known.section:
            raise IdentifierError(
                "section",
                zh=f"{digits[:2]}大类属于{known.section}门类，不属于{match.group(1)}门类",
                en=f"Division {digits[:2]} belongs to section {known.section}, not {match.group(1)}",
                position=1,
                got=match.group(1),
                expected=known.section,
            )
        return known if known.code == digits else Trade(digits, known.zh, known.en, known.section)

    def read(self, text: str) -> Trade:
        """Read a code, a title of the standard (食品制造业) or both (C14 食品制造业, 食品制造业（14）).

        Raises `IdentifierError` where neither is known, or where code and title disagree.
        """
        folded = "".join(unicodedata.normalize("NFKC", text).split())
        match = _CODE_AND_TITLE.fullmatch(folded)
        if match is None or not match.group("title"):
            return self.parse(text)
        title, code = match.group("title"), match.group("before") or match.group("after")
        named = self._by_title.get(title) or self._by_title.get(title + "业")
        if code:
            found = self.parse(code)
            if named and not (self.contains(named, found.code) or self.contains(found.code, named)):
                raise IdentifierError(
                    "title",
                    zh=f"代码{found.code}与名称“{title[:20]}”（{named}）不一致",
                    en=f"Code {found.code} and title “{title[:20]}” ({named}) do not agree",
                    got=code,
                    expected=named,
                )
            return found
        return self.trades[named] if named else self.parse(text)

    @cached_property
    def _by_title(self) -> dict[str, str]:
        """Code by title; of a title that several bear, the widest of them (a group is named like its only class)."""
        found: dict[str, str] = {}
        for code, trade in sorted(
            self.trades.items(), key=lambda item: (not item[0].isalpha(), len(item[0]), item[0])
        ):
            found.setdefault("".join(unicodedata.normalize("NFKC", trade.zh).split()), code)
        return found

    def nearest(self, code: str) -> Trade | None:
        """The listed trade that is the code itself or its closest parent, down to the division."""
        if code in self.trades:
            return self.trades[code]
        for length in (3, 2):
            if length < len(code) and code[:length] in self.trades:
                return self.trades[code[:length]]
        return None

    def contains(self, parent: str, code: str) -> bool:
        """Whether `code` is `parent` or stands below it."""
        if len(parent) == 1 and parent.isalpha():
            return code == parent or self._divisions.get(code[:2]) == parent
        return code.startswith(parent)

    def prefixes(self, parent: str) -> tuple[str, ...]:
        """Digits with which exactly the codes below `parent` begin: for filters in SQL."""
        if len(parent) == 1 and parent.isalpha():
            return tuple(sorted(d for d, section in self._divisions.items() if section == parent))
        return (parent,)

    def subtree(self, parent: str) -> list[Trade]:
        """All listed trades at or below `parent`, in the order of their codes."""
        return [t for code, t in sorted(self.trades.items()) if self.contains(parent, code)]

    def consumer_goods_on(self, on: date) -> ConsumerGoods | None:
        """The list of consumer-goods trades in use on a day, None before the first."""
        current = [c for c in self.consumer_goods if c.since <= on]
        return current[-1] if current else None

    def is_consumer_goods(self, code: str, on: date) -> bool | None:
        """Whether a trade counts as consumer-goods industry on a day; None where no list was in use."""
        chosen = self.consumer_goods_on(on)
        return None if chosen is None else any(self.contains(c, code) for c in chosen.codes)


def sort_codes(codes: Iterable[str]) -> list[str]:
    """Codes in the order of the standard: sections first, then digits."""
    return sorted(codes, key=lambda c: (c[:1].isdigit(), c))
