"""Dated parameters of the law.

A deadline, a share or a table that a law sets is never written in code: it stands in `catalogue/law/*.yaml`
with the days on which it was in force, its source and a mark whether somebody has compared it with the text.
A case is decided by the law in force on its day. A result that rests on a number nobody has checked, or on
one that is no longer in force, is provisional and may not be published.

One file is a mapping of keys:

    award.review_days:
      title: {zh: 评审期限, en: Days for the review}
      unit: working_day
      values:
        - {from: 2017-03-01, until: 2019-12-31, value: 30, source: "…第十条", verified: true}
        - {from: 2020-01-01, value: 20, source: "…第十二条", verified: false}

`from` and `until` are the first and the last day in force (days in Asia/Shanghai); `until` is left out while
it is in force. Values are whole numbers, decimals, texts, truth values, or lists and mappings of these
(a table).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from types import MappingProxyType
from typing import Any

FIELDS_OF_A_KEY = {"title", "unit", "values", "note"}
FIELDS_OF_A_VALUE = {"from", "until", "value", "source", "verified", "note"}


class LawError(ValueError):
    """A law file that cannot be read: names the key and what is wrong."""


class NoSuchLawError(KeyError):
    """The key is unknown, or nothing was in force yet on the day asked."""


@dataclass(frozen=True, slots=True)
class LawValue:
    """One parameter as of one day."""

    key: str
    title: Mapping[str, str]
    unit: str | None
    value: Any
    """`int`, `Decimal`, `str`, `bool`, or tuples and read-only mappings of these."""
    valid_from: dt.date
    valid_until: dt.date | None
    source: str
    verified: bool
    """Somebody has compared the number with the text of the source."""
    lapsed: bool
    """It was no longer in force on the day asked, and nothing has taken its place."""

    @property
    def provisional(self) -> bool:
        return self.lapsed or not self.verified

    @property
    def number(self) -> int | Decimal:
        """The value where a number is needed; raises `TypeError` for a text or a table."""
        if isinstance(self.value, bool) or not isinstance(self.value, int | Decimal):
            raise TypeError(f"{self.key} is not a number: {self.value!r}")
        return self.value


@dataclass(frozen=True, slots=True)
class _Period:
    valid_from: dt.date
    valid_until: dt.date | None
    value: Any
    source: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Parameter:
    """One key with all its values, the earliest first."""

    key: str
    title: Mapping[str, str]
    unit: str | None
    periods: tuple[_Period, ...]

    def as_of(self, day: dt.date) -> LawValue:
        """The value in force on `day`; the last one before it, marked lapsed, where none is.

        Raises `NoSuchLawError` before the first value came into force.
        """
        begun = [p for p in self.periods if p.valid_from <= day]
        if not begun:
            raise NoSuchLawError(
                f"{self.key}: nothing in force on {day}; the first value begins on "
                f"{self.periods[0].valid_from}"
            )
        period = begun[-1]
        return LawValue(
            key=self.key,
            title=self.title,
            unit=self.unit,
            value=period.value,
            valid_from=period.valid_from,
            valid_until=period.valid_until,
            source=period.source,
            verified=period.verified,
            lapsed=period.valid_until is not None and period.valid_until < day,
        )


@dataclass(frozen=True, slots=True)
class LawAsOf:
    """The law as of one day: what a rule is given."""

    day: dt.date
    parameters: Mapping[str, Parameter]

    def get(self, key: str) -> LawValue:
        """The parameter `key` as of this day. Raises `NoSuchLawError`."""
        parameter = self.parameters.get(key)
        if parameter is None:
            raise NoSuchLawError(f"no parameter {key!r} in the law files")
        return parameter.as_of(self.day)

    def find(self, key: str) -> LawValue | None:
        """Like `get`, but `None` where nothing is known."""
        try:
            return self.get(key)
        except NoSuchLawError:
            return None


@dataclass(frozen=True, slots=True)
class Law:
    """All parameters with all their values."""

    parameters: Mapping[str, Parameter]

    def as_of(self, day: dt.date) -> LawAsOf:
        return LawAsOf(day, self.parameters)

    def __iter__(self) -> Iterator[Parameter]:
        return iter(self.parameters.values())

    def __contains__(self, key: object) -> bool:
        return key in self.parameters

    def __or__(self, other: Law) -> Law:
        """Both together. Raises `LawError` when a key stands in both."""
        twice = self.parameters.keys() & other.parameters.keys()
        if twice:
            raise LawError(f"defined twice: {', '.join(sorted(twice))}")
        return Law(MappingProxyType({**self.parameters, **other.parameters}))


EMPTY = Law(MappingProxyType({}))


def parse(data: Mapping[str, Any]) -> Law:
    """One law file's mapping as `Law`. Raises `LawError` naming the key and what is wrong with it."""
    return Law(MappingProxyType({str(key): _parameter(str(key), entry) for key, entry in data.items()}))


def parse_all(files: Iterable[Mapping[str, Any]]) -> Law:
    """Several files together; a key may stand in one of them only."""
    law = EMPTY
    for data in files:
        law = law | parse(data)
    return law


def _parameter(key: str, entry: Any) -> Parameter:
    if not isinstance(entry, Mapping):
        raise LawError(f"{key}: expected title, unit and values")
    _no_others(key, entry, FIELDS_OF_A_KEY)
    title = entry.get("title")
    if not isinstance(title, Mapping) or not title.get("zh") or not title.get("en"):
        raise LawError(f"{key}: the title needs zh and en")
    values = entry.get("values")
    if not isinstance(values, list) or not values:
        raise LawError(f"{key}: needs at least one value with the day from which it is in force")
    unit = entry.get("unit")
    periods = sorted((_period(key, v) for v in values), key=lambda p: p.valid_from)
    for earlier, later in pairwise(periods):
        if earlier.valid_until is None or earlier.valid_until >= later.valid_from:
            raise LawError(
                f"{key}: the value from {earlier.valid_from} is still in force on "
                f"{later.valid_from}, when the next one begins; give its `until`"
            )
    return Parameter(key, MappingProxyType(dict(title)), None if unit is None else str(unit), tuple(periods))


def _period(key: str, value: Any) -> _Period:
    if not isinstance(value, Mapping):
        raise LawError(f"{key}: a value needs from, value, source and verified")
    _no_others(key, value, FIELDS_OF_A_VALUE)
    missing = [name for name in ("from", "value", "source", "verified") if value.get(name) is None]
    if missing:
        raise LawError(f"{key}: a value lacks {', '.join(missing)}")
    if not isinstance(value["verified"], bool):
        raise LawError(f"{key}: verified is true or false, not {value['verified']!r}")
    begins, ends = _day(key, value["from"]), None
    if value.get("until") is not None:
        ends = _day(key, value["until"])
        if ends < begins:
            raise LawError(f"{key}: ends on {ends}, before it begins on {begins}")
    return _Period(begins, ends, _frozen(key, value["value"]), str(value["source"]), value["verified"])


def _day(key: str, value: Any) -> dt.date:
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    try:
        return dt.date.fromisoformat(str(value))
    except ValueError:
        raise LawError(f"{key}: {value!r} is not a day (YYYY-MM-DD)") from None


def _frozen(key: str, value: Any) -> Any:
    if isinstance(value, float):
        # repr() of a float read from a file is the shortest text that gives it: what the file says.
        return Decimal(repr(value))
    if isinstance(value, bool | int | Decimal | str):
        return value
    if isinstance(value, list | tuple):
        return tuple(_frozen(key, v) for v in value)
    if isinstance(value, Mapping):
        return MappingProxyType({str(k): _frozen(key, v) for k, v in value.items()})
    raise LawError(f"{key}: a value of type {type(value).__name__} is not understood")


def _no_others(key: str, entry: Mapping[str, Any], known: set[str]) -> None:
    unknown = sorted(str(k) for k in entry if k not in known)
    if unknown:
        raise LawError(f"{key}: unknown: {', '.join(unknown)}; known: {', '.join(sorted(known))}")
