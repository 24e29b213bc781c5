"""Judging a test result against the limit of the detailed rules (GB/T 8170: how numbers are compared with limits).

A value is judged as the laboratory gave it, in the limit's unit: `3.2 mg/kg` against `0.005 g/kg`. By default the
whole value is compared (全数值比较法, GB/T 8170-2008, 4.3.2); where the rules say so it is rounded to the limit's digits
first (修约值比较法, 4.3.3), half to even. "Not detected" passes a maximum, and a minimum never; a value below the
detection limit (`<0.01`) passes a maximum that is not smaller and else cannot be judged. Pure: nothing is read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from functools import lru_cache
from typing import Literal

Verdict = Literal["pass", "fail", "open"]
Kind = Literal["max", "min", "range", "equal", "absent", "conforms", "report"]


class Unreadable(ValueError):
    """A value or unit that cannot be judged; `code` is stable, the sentences say why."""

    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(en)
        self.code, self.zh, self.en = code, zh, en


@dataclass(frozen=True, slots=True)
class Limit:
    """What the rules demand of an item. `rounded`: digits after the point to which a value is rounded first."""

    kind: Kind
    unit: str = ""
    lower: Decimal | None = None
    upper: Decimal | None = None
    rounded: int | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """`close`: the limit lies within the value's uncertainty, so that another test may well say otherwise."""

    verdict: Verdict
    close: bool = False


#: Factor to the base unit of its dimension, as text so that nothing is lost.
_UNITS: dict[str, tuple[str, str]] = {
    "kg": ("mass", "1000"), "g": ("mass", "1"), "mg": ("mass", "0.001"), "ug": ("mass", "0.000001"),
    "ng": ("mass", "0.000000001"), "t": ("mass", "1000000"),
    "l": ("volume", "1000"), "dl": ("volume", "100"), "ml": ("volume", "1"), "ul": ("volume", "0.001"),
    "m3": ("volume", "1000000"), "cm3": ("volume", "1"), "dm3": ("volume", "1000"),
    "m": ("length", "1000"), "dm": ("length", "100"), "cm": ("length", "10"), "mm": ("length", "1"),
    "um": ("length", "0.001"), "nm": ("length", "0.000001"), "km": ("length", "1000000"),
    "m2": ("area", "10000"), "dm2": ("area", "100"), "cm2": ("area", "1"), "mm2": ("area", "0.01"),
    "s": ("time", "1"), "min": ("time", "60"), "h": ("time", "3600"), "d": ("time", "86400"), "ms": ("time", "0.001"),
    "n": ("force", "1"), "kn": ("force", "1000"), "cn": ("force", "0.01"), "mn": ("force", "0.001"),
    "pa": ("pressure", "1"), "hpa": ("pressure", "100"), "kpa": ("pressure", "1000"), "mpa": ("pressure", "1000000"),
    "j": ("energy", "1"), "kj": ("energy", "1000"), "wh": ("energy", "3600"), "kwh": ("energy", "3600000"),
    "w": ("power", "1"), "kw": ("power", "1000"), "mw": ("power", "0.001"),
    "v": ("voltage", "1"), "kv": ("voltage", "1000"), "mv": ("voltage", "0.001"),
    "a": ("current", "1"), "ma": ("current", "0.001"), "ua": ("current", "0.000001"),
    "ohm": ("resistance", "1"), "kohm": ("resistance", "1000"), "mohm": ("resistance", "1000000"),
    "mol": ("amount", "1"), "mmol": ("amount", "0.001"), "umol": ("amount", "0.000001"),
    "cfu": ("colonies", "1"), "mpn": ("mpn", "1"), "iu": ("iu", "1"),
    "bq": ("activity", "1"), "db": ("level", "1"), "degc": ("temperature", "1"), "k": ("kelvin", "1"),
    "grade": ("grade", "1"), "piece": ("count", "1"), "time": ("count", "1"), "lm": ("flux", "1"), "lx": ("lux", "1"),
    "%": ("", "0.01"), "permille": ("", "0.001"), "ppm": ("", "0.000001"), "ppb": ("", "0.000000001"), "1": ("", "1"),
}  # fmt: skip
#: How units are written besides; case tells MPa from mPa and mN from MN, which people confuse, so it is kept here.
_WRITTEN = {
    "kg": "kg", "千克": "kg", "公斤": "kg", "g": "g", "克": "g", "mg": "mg", "毫克": "mg", "ug": "ug", "微克": "ug", "mcg": "ug",
    "ng": "ng", "t": "t", "吨": "t", "L": "l", "l": "l", "升": "l", "dL": "dl", "mL": "ml", "ml": "ml", "毫升": "ml",
    "uL": "ul", "ul": "ul", "m3": "m3", "立方米": "m3", "cm3": "cm3", "dm3": "dm3", "m": "m", "米": "m", "dm": "dm", "cm": "cm",
    "厘米": "cm", "mm": "mm", "毫米": "mm", "um": "um", "微米": "um", "nm": "nm", "km": "km", "m2": "m2", "平方米": "m2",
    "dm2": "dm2", "cm2": "cm2", "mm2": "mm2", "s": "s", "秒": "s", "min": "min", "分钟": "min", "h": "h", "小时": "h", "d": "d",
    "天": "d", "ms": "ms", "N": "n", "牛": "n", "kN": "kn", "cN": "cn", "mN": "mn", "Pa": "pa", "hPa": "hpa", "kPa": "kpa",
    "MPa": "mpa", "J": "j", "kJ": "kj", "Wh": "wh", "kWh": "kwh", "kW·h": "kwh", "W·h": "wh", "W": "w", "瓦": "w", "kW": "kw",
    "mW": "mw", "V": "v", "kV": "kv", "mV": "mv", "A": "a", "mA": "ma", "uA": "ua", "Ω": "ohm", "kΩ": "kohm", "MΩ": "mohm",
    "mol": "mol", "mmol": "mmol", "umol": "umol", "CFU": "cfu", "cfu": "cfu", "MPN": "mpn", "IU": "iu", "Bq": "bq",
    "dB": "db", "dB(A)": "db", "℃": "degc", "°C": "degc", "K": "k", "级": "grade", "个": "piece", "件": "piece", "次": "time",
    "lm": "lm", "lx": "lx", "%": "%", "％": "%", "‰": "permille", "ppm": "ppm", "ppb": "ppb", "1": "1",
}  # fmt: skip
_LIQUID_WORDS = {"每": "/"}


@lru_cache(maxsize=4096)
def unit_of(text: str) -> tuple[tuple[tuple[str, int], ...], Decimal]:
    """A unit as its dimensions and its factor to their base units. Raises Unreadable for one that is unknown."""
    plain = unicodedata.normalize("NFKC", text).strip().replace(" ", "")
    plain = (
        plain.replace("μ", "u").replace("µ", "u").replace("\u2126", "Ω").replace("^", "").replace("•", "·")
    )
    for said, meant in _LIQUID_WORDS.items():
        plain = plain.replace(said, meant)
    if not plain:
        return (), Decimal(1)
    dimensions: dict[str, int] = {}
    factor = Decimal(1)
    whole = plain.strip("()")
    for number, part in enumerate([whole] if whole in _WRITTEN else plain.split("/")):
        sign = 1 if number == 0 else -1
        for piece in (
            [part.strip("()")] if part.strip("()") in _WRITTEN else re.split(r"[·*]", part.strip("()"))
        ):
            count = re.match(r"(\d+)(?=\D)", piece)
            if count:  # cfu/25g
                factor = factor * Decimal(count[1]) if sign > 0 else factor / Decimal(count[1])
                piece = piece[count.end() :]
            name = _WRITTEN.get(piece)
            if name is None:
                raise Unreadable("unit_unknown", f"单位“{text}”不认识", f"the unit {text!r} is not known")
            dimension, size = _UNITS[name]
            factor = factor * Decimal(size) if sign > 0 else factor / Decimal(size)
            if dimension:
                dimensions[dimension] = dimensions.get(dimension, 0) + sign
    return tuple(sorted((d, p) for d, p in dimensions.items() if p)), factor


@lru_cache(maxsize=4096)
def factor(source: str, target: str) -> Decimal:
    """By what a number in `source` is multiplied to stand in `target`. Raises Unreadable where they do not fit."""
    if source == target:
        return Decimal(1)
    (one, by), (other, to) = unit_of(source), unit_of(target)
    if one != other or ("temperature", 1) in one:
        if one == other and unit_of(source)[1] == unit_of(target)[1]:
            return Decimal(1)
        raise Unreadable(
            "unit_mismatch",
            f"单位“{source or '无'}”不能换算为“{target or '无'}”",
            f"{source or 'no unit'} does not convert to {target or 'no unit'}",
        )
    return by / to


_NEVER_NEGATIVE = frozenset(
    {
        "mass",
        "volume",
        "area",
        "time",
        "amount",
        "colonies",
        "mpn",
        "iu",
        "activity",
        "count",
        "flux",
        "lux",
        "grade",
    }
)


@lru_cache(maxsize=4096)
def never_negative(unit: str) -> bool:
    """Whether an amount in this unit cannot be less than nothing: a content (mg/kg, CFU/g), a mass, a count.

    Changes and deviations can: lengths, temperatures, levels, plain percentages.
    """
    dimensions, _factor = unit_of(unit)
    if not dimensions:
        plain = unicodedata.normalize("NFKC", unit).strip().lower()
        return "/" in plain or plain in ("ppm", "ppb")
    return all(name in _NEVER_NEGATIVE for name, power in dimensions if power > 0)


_NOT_DETECTED = frozenset(
    {"未检出", "nd", "n.d.", "n.d", "notdetected", "未检测出", "不得检出", "阴性", "negative", "0检出"}
)
_CONFORMS = frozenset(
    {"符合", "合格", "符合要求", "符合规定", "通过", "pass", "passed", "conforms", "ok", "p", "正常", "无"}
)
_FAILS = frozenset(
    {"不符合", "不合格", "不符合要求", "不符合规定", "未通过", "fail", "failed", "f", "ng", "异常"}
)
_POSITIVE = frozenset({"检出", "阳性", "positive", "detected"})
_NUMBER = re.compile(r"(<=|>=|<|>|≤|≥)?([+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?)\Z")
_POWER = re.compile(r"([+-]?\d+(?:\.\d+)?)[x×*]10\^?([+-]?\d{1,3})\Z")


@dataclass(frozen=True, slots=True)
class Value:
    """A value as read: a number with what stood before it, or a word."""

    number: Decimal | None = None
    sign: str = ""
    word: Literal["", "absent", "conforms", "fails", "detected"] = ""


@lru_cache(maxsize=65536)
def read_value(text: str) -> Value:
    """Read a result as laboratories write it. Raises Unreadable for what is neither a number nor a known word."""
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    if found := _NUMBER.match(
        plain.replace(",", "") if re.fullmatch(r"[<>≤≥=]*\d{1,3}(,\d{3})+(\.\d+)?", plain) else plain
    ):
        try:
            number = Decimal(found[2])
        except InvalidOperation:  # pragma: no cover - the expression admits no such text
            number = None
        if number is not None and number.is_finite():
            return Value(number, {"≤": "<=", "≥": ">="}.get(found[1] or "", found[1] or ""))
    if found := _POWER.match(plain):
        return Value(Decimal(found[1]).scaleb(int(found[2])))
    low = plain.lower()
    if low in _NOT_DETECTED or re.match(r"(未检出|nd)[((]", low):
        return Value(word="absent")
    if low in _CONFORMS:
        return Value(word="conforms")
    if low in _FAILS:
        return Value(word="fails")
    if low in _POSITIVE:
        return Value(word="detected")
    raise Unreadable("value_unreadable", f"检验值“{text}”无法读出", f"the value {text!r} cannot be read")


def uncertainty_of(text: str) -> Decimal | None:
    """The expanded uncertainty as a number in the value's unit; None where none was given or it is a share."""
    plain = "".join(unicodedata.normalize("NFKC", text).split()).lstrip("±U=u")
    found = re.match(r"(\d+(?:\.\d+)?)", plain)
    return Decimal(found[1]) if found and "%" not in plain else None


def judge(value: str, unit: str, limit: Limit, uncertainty: str = "") -> Judged:
    """Judge one result. Raises Unreadable: a value that cannot be read, a unit missing or not convertible."""
    if not value.strip():
        raise Unreadable("value_missing", "没有检验值", "there is no value")
    read = read_value(value)
    if limit.kind == "report":
        return Judged("pass")
    if limit.kind == "conforms" or read.word in ("conforms", "fails"):
        if read.word in ("fails", "detected"):
            return Judged("fail")
        if read.word in ("conforms", "absent"):
            return Judged("pass" if limit.kind == "conforms" or read.word == "absent" else "open")
        raise Unreadable(
            "value_unreadable", f"应填“符合”或“不符合”，不是“{value}”", f"conforms or not, but {value!r}"
        )
    if read.word == "absent":
        return Judged(
            "pass" if limit.kind in ("max", "absent") else "fail" if limit.kind == "min" else "open"
        )
    if read.word == "detected":
        return Judged("fail" if limit.kind == "absent" else "open")
    number = read.number
    assert number is not None
    if limit.kind == "absent":
        return Judged("pass" if number == 0 or read.sign in ("<", "<=") else "fail")
    if limit.unit and not unit.strip():
        raise Unreadable(
            "unit_missing", f"检验值没有单位（应为 {limit.unit}）", f"the value has no unit ({limit.unit})"
        )
    times = factor(unit.strip(), limit.unit) if unit.strip() != limit.unit else Decimal(1)
    measured = number * times
    if (
        measured < 0
        and limit.unit
        and (limit.lower is None or limit.lower >= 0)
        and never_negative(limit.unit)
    ):
        raise Unreadable(
            "value_negative",
            f"检验值“{value}”为负数，{limit.unit} 的含量不可能小于 0",
            f"the value {value!r} is negative; there is no such content in {limit.unit}",
        )
    compared = measured
    if limit.rounded is not None:
        compared = measured.quantize(Decimal(1).scaleb(-limit.rounded), ROUND_HALF_EVEN)
    spread = uncertainty_of(uncertainty) if uncertainty else None
    bounds = [b for b in (limit.lower, limit.upper) if b is not None]
    close = spread is not None and any(abs(measured - b) <= spread * times for b in bounds)
    return Judged(_compare(compared, read.sign, limit), close)


def _compare(number: Decimal, sign: str, limit: Limit) -> Verdict:
    low, high = limit.lower, limit.upper
    if limit.kind == "max":
        low = None
    elif limit.kind == "min":
        high = None
    elif limit.kind == "equal":
        low = high = low if low is not None else high
    if low is None and high is None:
        return "open"
    if sign in ("<", "<="):
        if low is not None:
            return "fail" if (number <= low and sign == "<") or number < low else "open"
        return "pass" if high is not None and number <= high else "open"
    if sign in (">", ">="):
        if high is not None:
            return "fail" if (number >= high and sign == ">") or number > high else "open"
        return "pass" if low is not None and number >= low else "open"
    within = (low is None or number >= low) and (high is None or number <= high)
    return "pass" if within else "fail"


def of_batch(verdicts: Iterable[Verdict]) -> Verdict:
    """A batch fails with its first failed item; it passes when every item passes; else it cannot be judged."""
    found = set(verdicts)
    if "fail" in found:
        return "fail"
    return "pass" if found == {"pass"} else "open"


def after_re_inspection(first: Mapping[str, Verdict], again: Mapping[str, Verdict]) -> Verdict:
    """The batch by item code after a re-inspection: what was tested again stands as it was found then, the rest as first.

    So a batch that failed in two items and was tested again in one still fails by the other.
    """
    return of_batch({**first, **again}.values())


def by_party(
    items: Mapping[str, Verdict], parties: Mapping[str, Iterable[str]], lead: str = ""
) -> dict[str, Verdict | None]:
    """The batch for each party of a joint check, by its own items alone (code: verdict); None: it has none among these.

    What no party has named is a matter of the one that leads.
    """
    own = {party: set(codes) for party, codes in parties.items()}
    named = set().union(*own.values()) if own else set()
    if lead in own:
        own[lead] |= set(items) - named
    found: dict[str, Verdict | None] = {}
    for party, codes in own.items():
        mine = [verdict for code, verdict in items.items() if code in codes]
        found[party] = of_batch(mine) if mine else None
    return found
