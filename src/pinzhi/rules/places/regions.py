"""Region codes after GB/T 2260, by date, and the zones that are not in it.

A code nests by its digits: 350000 ⊃ 350100 ⊃ 350102. A zone (高新区, 经开区, 综合实验区) has a code of
our own that nests in the same way: the digits of the region it belongs to, the letter Z, and a number
(`3501Z1`, `35Z001`). So a subtree is a prefix, in Python as in SQL. Two things go beyond the prefix, and
both are data: a zone may cover whole regions of GB/T 2260, and a code that was abolished lives on in the
one that took its place, in whichever city.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

ROOT = "100000"
DEMONSTRATION = ("98", "99")
_SHAPE = re.compile(r"\d{6}|\d{2}(?:\d{2}){0,2}Z\d{1,6}")
_MUNICIPALITIES = ("11", "12", "31", "50")
LEVELS = ("country", "province", "city", "county", "zone")


@dataclass(frozen=True, slots=True)
class Region:
    """One code during one span of days; `valid_from` and `valid_until` are the first and the last day, or
    open.
    """

    code: str
    zh: str
    en: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    becomes: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()

    @property
    def level(self) -> str:
        return level_of(self.code)

    @property
    def short(self) -> str:
        """The name as people say it: 福建, 厦门, 海西, 鼓楼."""
        return short_name(self.zh)

    @property
    def is_demonstration(self) -> bool:
        """Whether the region is invented (GB/T 2260 has no code that begins with 98 or 99)."""
        return self.code.startswith(DEMONSTRATION)

    def in_force(self, on: date) -> bool:
        return (self.valid_from is None or self.valid_from <= on) and (
            self.valid_until is None or on <= self.valid_until
        )


def is_code(text: str) -> bool:
    """Whether the text has the shape of a region code; it need not be one."""
    return _SHAPE.fullmatch(text) is not None


def level_of(code: str) -> str:
    """country, province, city, county or zone, from the code alone.

    A county-level unit under the province itself (419001, 659001) is a county.
    """
    if "Z" in code:
        return "zone"
    if code == ROOT:
        return "country"
    if code.endswith("0000"):
        return "province"
    return "city" if code.endswith("00") else "county"


def prefix_of(code: str) -> str:
    """What every code of the region's subtree begins with; empty for the country."""
    level = level_of(code)
    if level == "country":
        return ""
    if level == "province":
        return code[:2]
    return code[:4] if level == "city" else code


def parent_of(code: str) -> str | None:
    """The code one level up, from the digits alone; None for the country."""
    level = level_of(code)
    if level == "country":
        return None
    if level == "province":
        return ROOT
    if level == "zone":
        digits = code.split("Z")[0]
        return digits.ljust(6, "0")
    # Districts of the four municipalities, and units with 90 as second pair, stand directly under the
    # province.
    if level == "city" or code[2:4] == "90" or code[:2] in _MUNICIPALITIES:
        return code[:2] + "0000"
    return code[:4] + "00"


_ETHNIC = (
    "蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|拉祜|水|东乡|纳西|景颇|"
    "柯尔克孜|土|达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|普米|怒|鄂温克|裕固|保安|塔吉克|独龙|鄂伦春"
)
_AUTONOMOUS = re.compile(rf"(.{{2,}}?)(?:(?:(?:{_ETHNIC})族?)+|各族)?自治[区州县旗]")
_SUFFIX = re.compile(r"(.{2,}?)(?:特别行政区|省|市|地区|林区|特区|盟|区|县|旗)")


def short_name(zh: str) -> str:
    """The name without its kind, where two characters remain: 宁夏回族自治区 → 宁夏, 沙县 → 沙县."""
    match = _AUTONOMOUS.fullmatch(zh) or _SUFFIX.fullmatch(zh)
    return match.group(1) if match else zh


def _usual(region: Region) -> tuple[str, ...]:
    """What autonomous units are called in documents: 海西州, 大通县."""
    return (region.short + region.zh[-1],) if region.zh[-3:-1] == "自治" and region.zh[-1] != "区" else ()


def read_rows(lines: Iterable[str]) -> Iterator[Region]:
    """Regions of a catalogue file: CSV with code,zh,en,from,until,becomes,covers,aliases (lists by `;`)."""
    for row in csv.DictReader(lines):
        yield Region(
            code=row["code"],
            zh=row["zh"],
            en=row["en"],
            valid_from=date.fromisoformat(row["from"]) if row["from"] else None,
            valid_until=date.fromisoformat(row["until"]) if row["until"] else None,
            becomes=_list(row["becomes"]),
            covers=_list(row["covers"]),
            aliases=_list(row["aliases"]),
        )


def _list(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split(";") if part)


@dataclass(frozen=True, slots=True)
class Area:
    """A set of region codes: those that begin with one of `prefixes` and with none of `without`.

    The empty prefix is everything.
    """

    prefixes: tuple[str, ...]
    without: tuple[str, ...] = ()

    def __contains__(self, code: str) -> bool:
        return code.startswith(self.prefixes) and not code.startswith(self.without)


def _widest(prefixes: set[str]) -> tuple[str, ...]:
    return tuple(sorted(p for p in prefixes if not any(p != q and p.startswith(q) for q in prefixes)))


class RegionTable:
    """All known regions. A code that the table does not know still nests by its digits, it only has no
    name.
    """

    def __init__(self, regions: Iterable[Region]) -> None:
        self._spans: dict[str, list[Region]] = {}
        # Rights and filters ask for the same few subtrees on every page.
        self._subtrees: dict[tuple[str, date], tuple[str, ...]] = {}
        for region in regions:
            if not is_code(region.code):
                raise ValueError(f"not a region code: {region.code!r}")
            self._spans.setdefault(region.code, []).append(region)
        for spans in self._spans.values():
            spans.sort(key=lambda r: r.valid_from or date.min)

    def __iter__(self) -> Iterator[Region]:
        for code in sorted(self._spans):
            yield from self._spans[code]

    def get(self, code: str, on: date | None = None) -> Region | None:
        """The region as of a day; without a day, as it was last."""
        spans = self._spans.get(code, [])
        if on is None:
            return spans[-1] if spans else None
        return next((r for r in spans if r.in_force(on)), None)

    def ever(self, code: str, on: date | None = None) -> Region | None:
        """The region as of a day, or else its nearest edition: for showing what an old record names."""
        return self.get(code, on) or self.get(code)

    def ancestors(self, code: str) -> list[str]:
        """Codes above, nearest first, up to the country."""
        found = []
        parent = parent_of(code)
        while parent is not None:
            found.append(parent)
            parent = parent_of(parent)
        return found

    def children(self, code: str, on: date) -> list[Region]:
        """Regions in force on the day that stand directly below, zones last."""
        below = [r for r in self if r.in_force(on) and parent_of(r.code) == code]
        return sorted(below, key=lambda r: (r.level == "zone", r.code))

    def subtree(self, code: str, on: date) -> list[str]:
        """The code itself and all known codes within it on the day, also abolished ones that live on in
        it.
        """
        kept = self._subtrees.get((code, on))
        if kept is None:
            if len(self._subtrees) > 500:
                self._subtrees.clear()
            kept = tuple(c for c in sorted({code, *self._spans}) if self.contains(code, c, on))
            self._subtrees[code, on] = kept
        return list(kept)

    def contains(self, whole: str, part: str, on: date) -> bool:
        """Whether `part` lies in the subtree of `whole` as the borders are on the day."""
        if part.startswith(prefix_of(whole)) and not self._moved_away(whole, part, on):
            return True
        if any(self.contains(covered, part, on) for covered in self._covered(whole)):
            return True
        return any(self.contains(whole, heir, on) for heir in self._heirs(part, on))

    def area(self, code: str, on: date) -> Area:
        """The subtree on the day as prefixes of codes, for filters in SQL; the same answers as `contains`."""
        inside = {prefix_of(code), *(prefix_of(c) for c in self._covered(code))}
        outside: set[str] = set()
        for old in self._abolished:
            within = old.startswith(tuple(inside))
            if within != self.contains(code, old, on):
                (outside if within else inside).add(prefix_of(old))
        return Area(_widest(inside), _widest(outside))

    @cached_property
    def _abolished(self) -> tuple[str, ...]:
        """Codes that others have taken the place of, the shortest prefixes first."""
        old = [code for code, spans in self._spans.items() if spans[-1].becomes]
        return tuple(sorted(old, key=lambda c: (len(prefix_of(c)), c)))

    def _covered(self, code: str) -> tuple[str, ...]:
        last = self.get(code)
        return last.covers if last else ()

    def _heirs(self, code: str, on: date) -> tuple[str, ...]:
        """Codes that have taken the place of an abolished one by the day; a city's heirs count for what
        was in it.
        """
        for candidate in (code, *self.ancestors(code)):
            last = self.get(candidate)
            if last and last.becomes and last.valid_until and last.valid_until < on:
                return last.becomes
        return ()

    def _moved_away(self, whole: str, part: str, on: date) -> bool:
        """Whether an abolished code lives on outside the region whose digits it bears.

        An abolished region keeps its own old records: only regions above it lose what moved away.
        """
        if whole == part or prefix_of(part) == prefix_of(whole):
            return False
        heirs = self._heirs(part, on)
        if not heirs or not self._in_force(whole, on):
            return False
        return not any(self.contains(whole, heir, on) for heir in heirs)

    def _in_force(self, code: str, on: date) -> bool:
        return self.get(code) is None or self.get(code, on) is not None

    @cached_property
    def _by_name(self) -> Mapping[str, tuple[Region, ...]]:
        names: dict[str, list[Region]] = {}
        for region in self:
            for name in {region.zh, region.short, *region.aliases, *_usual(region)}:
                names.setdefault(name, []).append(region)
        order = {level: i for i, level in enumerate(LEVELS)}
        return {
            name: tuple(sorted(found, key=lambda r: (r.zh != name, order[r.level], r.code)))
            for name, found in names.items()
        }

    def find(self, text: str, *, within: str = ROOT, on: date | None = None) -> list[Region]:
        """Regions that a text names, the likeliest first: a code, a name, or a path (福建省厦门市思明区).

        A full name goes before a short one, a higher level before a lower one. With `on`, regions in force on
        that day go before others.
        """
        text = "".join(text.split())
        day = on or date.max
        if is_code(text):
            known = self.ever(text, on)
            return [known] if known and self.contains(within, text, day) else []
        found = [
            r for r in self._by_name.get(text, ()) if within == ROOT or self.contains(within, r.code, day)
        ]
        if not found:
            found = self._find_path(text, within, on)
        if on is not None:
            found.sort(key=lambda r: not r.in_force(on))
        return found

    def _find_path(self, text: str, within: str, on: date | None) -> list[Region]:
        for cut in range(len(text) - 1, 1, -1):
            for outer in self._by_name.get(text[:cut], ()):
                if outer.code == within or (
                    within != ROOT and not self.contains(within, outer.code, date.max)
                ):
                    continue
                inner = self.find(text[cut:], within=outer.code, on=on)
                if inner:
                    return inner
        return []

    def named_in(self, text: str, *, on: date | None = None) -> list[tuple[int, int, Region]]:
        """Full names of regions in a running text: start, end and region, from the left, the longest
        first.
        """
        found: list[tuple[int, int, Region]] = []
        at = 0
        while at < len(text):
            for end in range(min(len(text), at + self._longest), at + 1, -1):
                candidates = [r for r in self._by_name.get(text[at:end], ()) if r.zh == text[at:end]]
                if candidates:
                    best = next((r for r in candidates if on is None or r.in_force(on)), candidates[0])
                    found.append((at, end, best))
                    at = end - 1
                    break
            at += 1
        return found

    @cached_property
    def _longest(self) -> int:
        return max(map(len, self._by_name), default=0)
