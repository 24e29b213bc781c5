"""Where the targets stand, from the registers of targets and readings alone."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from pinzhi.doors.portal import kept
from pinzhi.kernel.errors import NotFound
from pinzhi.kernel.places import queries as places
from pinzhi.kernel.registers import public, public_counting
from pinzhi.kernel.web import charts, formats
from pinzhi.kernel.web.names import region_name
from pinzhi.kernel.web.texts import in_lang

TARGETS, READINGS, DOCUMENTS, DUTIES = (
    "policy_targets",
    "policy_readings",
    "policy_documents",
    "policy_duties",
)
ATTAINMENTS = ("reached", "on_course", "behind", "cannot_tell")
READ_VALUES = (
    "value",
    "numerator",
    "denominator",
    "as_of",
    "gap",
    "expected_now",
    "stands_on",
)
MOST = 2_000


@dataclass(frozen=True)
class TargetRow:
    """A published target with its latest published reading."""

    record: Any
    reading: Any | None
    regional: tuple[Any, ...] = field(default=())

    def of(self, name: str) -> Any:
        return self.record.values.get(name)

    def read(self, name: str) -> Any:
        return self.reading.values.get(name) if self.reading else None

    @property
    def key(self) -> str:
        return str(self.record.key)

    def __getattr__(self, name: str) -> Any:
        # What templates ask for: a value of the reading, under the names of its register.
        if name in READ_VALUES:
            return self.read(name)
        raise AttributeError(name)

    @property
    def by_year(self) -> Any:
        return self.of("by_year")

    @property
    def lead_unit(self) -> str:
        return str(self.of("lead_unit") or self.read("lead_unit") or "")

    @property
    def target_value(self) -> Any:
        return self.of("value")

    @property
    def region_title(self) -> str:
        return region_name(self.region)

    @property
    def pace_text(self) -> str:
        """How fast it goes, where the reading says so."""
        titles = {"ahead": _("ahead"), "with": _("with the plan"), "behind": _("behind the plan")}
        return titles.get(str(self.read("pace")), "")

    @property
    def unit(self) -> str:
        return str(self.of("unit") or self.read("unit") or "")

    @property
    def attainment(self) -> str:
        return str(self.read("attainment") or "cannot_tell")

    @property
    def why(self) -> str:
        """Why it is judged so, in the reader's language; also why there is no reading."""
        if self.reading is None:
            return in_lang(
                {
                    "zh": "尚未公布读数" if self.of("status") != "unbound" else "尚无对应指标",
                    "en": "no reading has been published"
                    if self.of("status") != "unbound"
                    else "no indicator yet",
                }
            )
        note = self.read("attainment_note") or ""
        try:
            return in_lang(json.loads(note)) if note.startswith("{") else str(note)
        except ValueError:
            return ""

    @property
    def precision(self) -> int:
        """Digits shown: two where there are any; the proof has them all."""
        number = formats.as_decimal(self.read("value"))
        return 0 if number is None or number == number.to_integral_value() else 2

    @property
    def is_rate(self) -> bool:
        return self.read("numerator") is not None and self.read("denominator") is not None

    @property
    def interval(self) -> list[Any] | None:
        limits = [self.read("interval_low"), self.read("interval_high")]
        return limits if all(v is not None for v in limits) else None

    @property
    def history(self) -> list[tuple[str, Decimal]]:
        """(day, value) over the plan, oldest first."""
        try:
            found = json.loads(self.read("history") or "[]")
        except ValueError:
            return []
        pairs = [(str(one.get("as_of", "")), formats.as_decimal(one.get("value"))) for one in found]
        points = [(day, value) for day, value in pairs if day and value is not None]
        now, day = formats.as_decimal(self.read("value")), str(self.read("as_of") or "")
        # The reading itself is the last point, unless the history ends with it.
        return [*points, (day, now)] if now is not None and points and day > points[-1][0] else points

    @property
    def spark(self) -> list[Decimal]:
        return [value for _, value in self.history]

    @property
    def reading_file(self) -> dict[str, Any] | None:
        """What verify.py recounts; None where the reading does not come from a count."""
        try:
            found = json.loads(self.read("count_spec") or "null")
        except ValueError:
            return None
        return found if isinstance(found, dict) and found else None

    @property
    def parts(self) -> list[tuple[str, dict[str, Any]]]:
        """(name, spec) of what was counted: the value, or numerator and denominator."""
        found = self.reading_file or {}
        if "count" in found:
            return [("value", found["count"])]
        return [
            (n, found[n]["count"]) for n in ("numerator", "denominator") if isinstance(found.get(n), dict)
        ]

    @property
    def registers(self) -> list[str]:
        return list(dict.fromkeys(str(spec.get("register")) for _, spec in self.parts))

    @property
    def verifiable(self) -> bool:
        return bool(self.read("publicly_verifiable")) and bool(self.parts)

    @property
    def region(self) -> str:
        return str(self.of("scope_region") or self.record.region or "")

    @property
    def bound(self) -> str:
        """The bound as a sign and a number: ≥ 91 %."""
        sign = {">=": "≥", "<=": "≤", "=": "=", ">": ">", "<": "<", "~": "≈"}.get(
            str(self.of("comparator")), ""
        )
        first, last = formats.number_text(self.of("value")), self.of("value_max")
        span = f"{first}–{formats.number_text(last)}" if last is not None else first
        return f"{sign} {span}".strip()


def _paired(targets: Iterable[Any], readings: Iterable[Any]) -> list[TargetRow]:
    by_target: dict[str, list[Any]] = {}
    for reading in readings:
        by_target.setdefault(str(reading.values.get("target_key") or reading.subject), []).append(reading)
    rows = []
    for target in targets:
        own = by_target.get(target.key, [])
        scope = target.values.get("scope_region") or target.region
        exact = [r for r in own if (r.values.get("scope_region") or "") == (scope or "")]
        # A target for the whole is read for the whole; without such a reading there is none.
        main = max(exact, key=_newest, default=None)
        regional = tuple(r for r in own if r is not main and r.values.get("scope_region"))
        rows.append(TargetRow(target, main, regional))
    return rows


def _newest(reading: Any) -> tuple[str, str]:
    return str(reading.values.get("as_of") or ""), str(reading.values.get("computed_at") or "")


def targets(*, document: str = "") -> list[TargetRow]:
    """All published targets (of one document), in the document's order."""
    found = public.records(TARGETS)
    readings = public.records(READINGS)
    if document:
        found = found.filter(values__contains={"document_key": document})
        readings = readings.filter(values__contains={"document_key": document})
    ordered = sorted(found[:MOST], key=lambda r: (str(r.values.get("document_key") or ""), r.key))
    return _paired(ordered, readings[: 20 * MOST])


def target(key: str) -> TargetRow:
    """One target with its readings, also by region; NotFound where it is not published."""
    record = public.record(TARGETS, key)
    readings = [r for r in public.about(key) if r.register == READINGS]
    if not readings:
        readings = list(public.records(READINGS).filter(values__contains={"target_key": key})[:MOST])
    return _paired([record], readings)[0]


def duties_of(agency: str) -> list[Any]:
    """The published duties that an agency answers for today; NotFound for an agency that nobody knows."""
    if places.agency(agency) is None:
        raise NotFound("no_such_agency", zh="没有这个单位。", en="There is no such unit.", place=agency[:60])
    found = public.records(DUTIES).exclude(values__unit_agency="")
    heirs: dict[str, bool] = {}

    def answers(code: str) -> bool:
        if code not in heirs:
            heirs[code] = code == agency or any(heir.code == agency for heir in places.successors(code))
        return heirs[code]

    return [r for r in found[:MOST] if r.values.get("unit_agency") and answers(str(r.values["unit_agency"]))]


def summary(rows: Sequence[TargetRow]) -> list[tuple[str, int]]:
    """How many targets stand how, in the order reached, on course, behind, cannot be told."""
    counts = dict.fromkeys(ATTAINMENTS, 0)
    for row in rows:
        counts[row.attainment if row.attainment in counts else "cannot_tell"] += 1
    return list(counts.items())


def most_telling(rows: Sequence[TargetRow], count: int) -> list[TargetRow]:
    """A few for the start page: those behind first, then on course, reached, and those that cannot be told."""
    order = {"behind": 0, "on_course": 1, "reached": 2}
    return sorted(rows, key=lambda row: order.get(row.attainment, 3))[:count]


def trend_chart(row: TargetRow) -> charts.Chart | None:
    """History against the target line; None where there is nothing to draw."""
    history = row.history
    if len(history) < 2:
        return None
    return charts.trend(
        row.of("indicator_title") or row.of("quote"),
        [_label(day) for day, _ in history],
        [(row.of("indicator_title") or "", [value for _, value in history])],
        target=row.of("value"),
        unit=row.unit,
        precision=row.precision,
    )


def _label(day: str) -> str:
    """A year's last day is the year; any other day stands as it is."""
    return day[:4] if day.endswith("-12-31") else day


def region_chart(row: TargetRow) -> charts.Chart | None:
    """The value of each region as ordered bars: as published, else counted from what is public; None without."""
    found = [
        (str(r.values["scope_region"]), formats.as_decimal(r.values.get("value")))
        for r in row.regional
        if r.values.get("value") is not None
    ]
    if not found and row.verifiable:
        found = kept.keep(("by_region", row.key), lambda: _counted_by_region(row))
    bars = [(places.region_name(code) or code, value) for code, value in found if value is not None]
    if len(bars) < 2:
        return None
    return charts.bars(
        {"zh": "各地区", "en": "By region"},
        bars,
        name=row.of("indicator_title") or "",
        unit=row.unit,
        precision=row.precision,
    )


def _counted_by_region(row: TargetRow) -> list[tuple[str, Decimal | None]]:
    """The target's count for each region directly below its own, in one query a part."""
    below = [region.code for region in places.children(row.region or places.ROOT)]
    figures = {name: public_counting.by_region(spec, below) for name, spec in row.parts}
    if not all(figures.values()) or set(figures) not in ({"value"}, {"numerator", "denominator"}):
        return []
    if "value" in figures:
        return list(figures["value"].items())
    scale = Decimal(str((row.reading_file or {}).get("scale", 1)))
    tops, bases = figures["numerator"], figures["denominator"]
    return [(code, scale * tops[code] / bases[code] if bases[code] else None) for code in below]
