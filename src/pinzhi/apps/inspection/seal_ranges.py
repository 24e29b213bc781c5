"""Seal numbers as people name them: YL000001～YL000060 is sixty seals, and sixty seals in a row are one range."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

MOST = 10_000
LONGEST = 40
_RANGE = re.compile(r"(?P<first>\S+?)\s*(?:~|～|至|到|--|—)\s*(?P<last>\S+)")
_NUMBER = re.compile(r"[\w./#-]*[0-9][\w./#-]*")
_PARTS = re.compile(r"(?P<head>.*?)(?P<digits>[0-9]+)(?P<tail>[^0-9]*)", re.DOTALL)


class RangeError(ValueError):
    """A text that names no seals; both languages say why."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


def expand(text: str) -> list[str]:
    """The numbers that a text names, in its order: single ones and ranges, parted by commas, blanks or lines.

    The ends of a range bear the same letters and as many digits. Raises RangeError.
    """
    plain = re.sub(r"\s*(~|～|至|到|--|—)\s*", r"\1", unicodedata.normalize("NFKC", text).strip())
    found: list[str] = []
    for part in filter(None, re.split(r"[\s,，、;；]+", plain)):
        if match := _RANGE.fullmatch(part):
            found += _between(match["first"], match["last"], MOST - len(found))
        else:
            found.append(part)
        if len(found) > MOST:
            raise _too_many()
    for number in found:
        if len(number) > LONGEST:
            raise RangeError(f"“{number[:50]}”太长", f"{number[:50]} is too long")
        if not _NUMBER.fullmatch(number):
            raise RangeError(
                f"“{number}”不是封签编号：应有数字", f"{number} is no seal number: it has no digit"
            )
    if not found:
        raise RangeError("没有封签编号", "no seal number was given")
    return found


def _between(first: str, last: str, most: int) -> list[str]:
    one, other = _PARTS.fullmatch(first), _PARTS.fullmatch(last)
    if (
        one is None
        or other is None
        or (one["head"], one["tail"]) != (other["head"], other["tail"])
        or len(one["digits"]) != len(other["digits"])
    ):
        raise RangeError(
            f"“{first}”和“{last}”不是同一号段：字母应相同，数字位数应相等",
            f"{first} and {last} are no range: same letters and as many digits are needed",
        )
    begin, end, width = int(one["digits"]), int(other["digits"]), len(one["digits"])
    if end < begin:
        raise RangeError(f"“{last}”小于“{first}”", f"{last} comes before {first}")
    if end - begin >= most:
        raise _too_many()
    return [f"{one['head']}{number:0{width}d}{one['tail']}" for number in range(begin, end + 1)]


def _too_many() -> RangeError:
    return RangeError(f"一次最多{MOST:,}个", f"at most {MOST:,} at a time")


def ranges(numbers: Iterable[str]) -> list[tuple[str, str, int]]:
    """Numbers in sorted order as (first, last, how many), those in a row together."""
    found: list[tuple[str, str, int]] = []
    before: tuple[str, str, int, int] | None = None
    for number in sorted(set(numbers)):
        match = _PARTS.fullmatch(number)
        now = (match["head"], match["tail"], len(match["digits"]), int(match["digits"])) if match else None
        if found and before and now and now[:3] == before[:3] and now[3] == before[3] + 1:
            first, _last, count = found[-1]
            found[-1] = first, number, count + 1
        else:
            found.append((number, number, 1))
        before = now
    return found
