"""Pass rates of checks: the raw share of what was checked, and beside it the estimate from what was drawn at random.

All rows of the years are read at once and grouped here; what the reader may not see is not counted. An estimate is made
from the units of draws alone, each with the probability that the draw kept for it: whatever is filtered is a part of
those draws, so that the error comes out right.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.db.models import Count, Max, Min

from pinzhi.apps.inspection import access
from pinzhi.apps.inspection.models import Case, DrawnUnit, Programme, Report
from pinzhi.apps.inspection.publishing import SPOT_KINDS
from pinzhi.apps.parties import queries as parties
from pinzhi.kernel import clock, law
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import NotPermitted
from pinzhi.kernel.places import queries as places
from pinzhi.rules.inspection.errors import InputError
from pinzhi.rules.inspection.estimates import rates
from pinzhi.rules.inspection.estimates.change import Difference, Point, difference, exact_difference
from pinzhi.rules.inspection.estimates.rates import Checked, Rate
from pinzhi.rules.inspection.estimates.words import TARGETED, Text

READ = "inspection.read"
UNITS = ("batch", "product", "firm")
TESTS = ("first", "final")
COUNTED = ("settled", "all", "published")
DOMAINS = ("region", "class", "size", "sector", "channel", "level")


@dataclass(frozen=True)
class Selection:
    """What is counted. Empty: everything. `kind` "" means spot checks of every kind."""

    year: int = 0
    kind: str = ""
    programme: str = ""
    level: str = ""
    region: str = ""
    rules: str = ""
    sector: str = ""
    size: str = ""
    channel: str = ""
    aim: str = ""
    """routine: aimed checks left out; targeted: these alone."""
    unit: str = "batch"
    test: str = "first"
    counted: str = "settled"
    """settled: months that are whole (`counting_in`), as the published indicator counts; all: every report at hand;
    published: what stands in the public register, too high while a year runs."""

    @classmethod
    def of(cls, raw: Mapping[str, str]) -> Selection:
        """From the parameters of an address; what is unknown counts as not said."""
        year = raw.get("year", "")
        said = {
            name: str(raw.get(name, "")).replace("\x00", "")[:80]
            for name in ("programme", "region", "rules", "sector", "size", "channel")
        }
        return cls(
            year=int(year) if year.isascii() and year.isdigit() and len(year) == 4 else 0,
            kind=_one(raw, "kind", Programme.Kind.values, ""),
            level=_one(raw, "level", ("national", "provincial", "city", "county"), ""),
            aim=_one(raw, "aim", ("routine", "targeted"), ""),
            unit=_one(raw, "unit", UNITS, "batch"),
            test=_one(raw, "test", TESTS, "first"),
            counted=_one(raw, "counted", COUNTED, "settled"),
            **said,
        )

    def address(self, **changes: Any) -> dict[str, str]:
        """The selection as parameters of an address, without what is not said."""
        chosen = replace(self, **changes)
        plain = {"unit": "batch", "test": "first", "counted": "settled"}
        values = {name: str(getattr(chosen, name) or "") for name in self.__dataclass_fields__}
        return {name: value for name, value in values.items() if value and plain.get(name) != value}


def _one(raw: Mapping[str, str], name: str, known: Iterable[str], default: str) -> str:
    value = raw.get(name, "")
    return value if value in set(known) else default


@dataclass(slots=True)
class Row:
    """One batch with a judged first test."""

    sample: int
    year: int
    programme: str
    level: str
    region: str
    channel: str
    producer: str
    product: str
    rules: str
    sector: str
    targeted: bool
    passed_first: bool
    passed_final: bool
    draw: int | None
    stratum: str
    unit: int | None
    by_product: bool
    probability: float | None
    size: str = ""
    reported: str = ""
    """The day on which the first report was signed."""


@dataclass(frozen=True)
class Stratum:
    """What a draw kept of one of its strata."""

    drawn: int
    probability: float | None
    """None where the units had different ones."""


@dataclass(frozen=True)
class Group:
    """The rate of one part: what it is called by, and both rates."""

    key: str
    raw: Rate
    estimate: Rate | None


@dataclass(frozen=True)
class StillOpen:
    """Batches with a verdict that do not count yet, how many of them failed, and their months (2026-04)."""

    batches: int
    failed: int
    months: tuple[str, ...]


@dataclass(frozen=True)
class Change:
    """Two years compared: what was checked by an exact test, the populations by their estimates."""

    first: int
    second: int
    raw: float
    raw_p: float
    estimated: tuple[Difference, Text] | None
    why_not: Text | None


@dataclass
class Analysis:
    """What the page shows of a selection."""

    selection: Selection
    raw: Rate
    estimate: Rate | None
    drawn: int
    """Units with a known probability among those counted."""
    meaning: list[Text] = field(default_factory=list)


class Rows:
    """The batches that a reader may count, read once; the answers are made from them."""

    def __init__(self, *, by: Actor, kind: str = "", counted: str = "settled") -> None:
        if not access.anywhere(by, READ):
            raise NotPermitted(
                "no_analysis",
                zh="合格率分析供有权查看抽查的部门使用。",
                en="The analysis of rates is for departments that may read checks.",
            )
        self.conventions = rates.conventions(law.as_of(clock.today()))
        self._by, self._kind = by, kind
        self.rows = _read(kind, counted)
        self._uncounted: list[Row] | None = None
        allowed = access.regions(by, READ)
        self._areas = None if allowed is None else [places.area(code) for code in allowed]
        self._sized = False
        self._strata: dict[tuple[int, str], Stratum] | None = None

    # --- choices

    def years(self) -> list[int]:
        return sorted({row.year for row in self.rows if self._seen(row.region)}, reverse=True)

    def _seen(self, region: str) -> bool:
        return self._areas is None or any(region in area for area in self._areas)

    def sizes(self) -> None:
        """Size classes of the producers, from the roster as it is now."""
        if not self._sized:
            codes = sorted({row.producer for row in self.rows if row.producer})
            firms = parties.enterprises(by=Actor.system("analysis")).filter(uscc__any_of=codes)
            known = dict(firms.values_list("uscc", "size"))
            for row in self.rows:
                row.size = known.get(row.producer, "")
            self._sized = True

    # --- which rows

    def mask(self, asked: Selection) -> Callable[[Row], bool]:
        """Whether a row is counted in a selection."""
        if asked.size:
            self.sizes()
        area = places.area(asked.region) if asked.region else None
        plain = [
            (name, getattr(asked, name))
            for name in ("year", "programme", "level", "rules", "sector", "size", "channel")
            if getattr(asked, name)
        ]

        def counted(row: Row) -> bool:
            return (
                all(getattr(row, name) == value for name, value in plain)
                and (area is None or row.region in area)
                and (not asked.aim or row.targeted == (asked.aim == "targeted"))
                and self._seen(row.region)
            )

        return counted

    def counted(self, asked: Selection) -> list[Row]:
        keep = self.mask(asked)
        return [row for row in self.rows if keep(row)]

    def still_open(self, asked: Selection) -> StillOpen:
        """What is reported in the selection and does not count yet, whatever is counted on the page."""
        if self._uncounted is None:
            self._uncounted = _read(self._kind, "uncounted")
        keep = self.mask(replace(asked, size=""))
        found = [row for row in self._uncounted if keep(row)]
        return StillOpen(
            len(found),
            sum(not row.passed_first for row in found),
            tuple(sorted({row.reported[:7] for row in found})),
        )

    # --- rates

    def analyse(self, asked: Selection) -> Analysis:
        """The rate of a selection."""
        found = self._rates(asked, lambda _row: "", [""])[0]
        drawn = sum(self._has_chance(row, asked.unit) for row in self.counted(asked))
        meaning = list(found.raw.meaning)
        if found.estimate is None:
            if TARGETED not in meaning and found.raw.base:
                meaning.append(TARGETED)
        else:
            # The first sentence says the raw share once more, of the drawn part alone.
            meaning = [said for said in meaning if said != TARGETED] + list(found.estimate.meaning[1:])
        return Analysis(asked, found.raw, found.estimate, drawn, meaning)

    def domains(self, asked: Selection, by: str) -> list[Group]:
        """The rates of the parts of a selection."""
        if by == "size":
            self.sizes()
        part = self._part(asked, by)
        keys = sorted({part(row) for row in self.counted(asked)})
        return self._rates(asked, part, keys)

    def _part(self, asked: Selection, by: str) -> Callable[[Row], str]:
        if by != "region":
            name = {"class": "rules"}.get(by, by)
            return lambda row: str(getattr(row, name))
        provinces = {row.region[:2] for row in self.rows}
        level = places.level_of(asked.region) if asked.region else ""
        if level in ("city", "county"):
            return lambda row: row.region[:6]
        if asked.region or len(provinces) <= 1:
            return lambda row: f"{row.region[:4]}00"
        return lambda row: f"{row.region[:2]}0000"

    def over_years(self, asked: Selection) -> list[tuple[int, Analysis]]:
        """The same selection year by year, oldest first."""
        return [(year, self.analyse(replace(asked, year=year))) for year in reversed(self.years())]

    def _has_chance(self, row: Row, unit: str) -> bool:
        """Whether the probability kept by the draw is one of the unit that is counted."""
        if row.probability is None:
            return False
        return {"batch": True, "product": row.by_product, "firm": not row.by_product}[unit]

    def _rates(self, asked: Selection, part: Callable[[Row], str], keys: Sequence[str]) -> list[Group]:
        keep, final = self.mask(asked), asked.test == "final"
        raw: dict[str, dict[Any, bool]] = {key: {} for key in keys}
        name = {"product": "product", "firm": "producer"}.get(asked.unit, "sample")
        for row in self.rows:
            if not keep(row):
                continue
            unit = getattr(row, name) or f"#{row.sample}"
            group = raw[part(row)]
            group[unit] = group.get(unit, True) and (row.passed_final if final else row.passed_first)
        estimates = self._estimates(asked, part, keep, final)
        return [
            Group(
                key,
                rates.rate([Checked(passed, None) for passed in raw[key].values()], **self.conventions),
                estimates.get(key),
            )
            for key in keys
        ]

    def _estimates(
        self, asked: Selection, part: Callable[[Row], str], keep: Callable[[Row], bool], final: bool
    ) -> dict[Any, Rate]:
        """Estimates by part, from all units of the draws that the selection touches."""
        chosen = {
            row.draw
            for row in self.rows
            if row.draw is not None and self._has_chance(row, asked.unit) and keep(row)
        }
        if not chosen:
            return {}
        mine = [row for row in self.rows if row.draw in chosen and self._has_chance(row, asked.unit)]
        strata = self._of_strata()
        answered: dict[tuple[int, str], set[int]] = {}
        for row in mine:
            answered.setdefault(_cell(row), set()).add(row.unit or 0)
        sizes: dict[Hashable, int] = {}
        equal = True
        for cell, units in answered.items():
            kept = strata.get(cell)
            if kept is None or kept.probability is None:
                equal = False
            else:
                sizes[cell] = max(round(kept.drawn / kept.probability), len(units))
        grouped: dict[Any, tuple[Row, list[bool], str]] = {}
        for row in mine:
            passed = row.passed_final if final else row.passed_first
            place = part(row) if keep(row) else None
            name = row.sample if asked.unit == "batch" else (row.unit, place)
            grouped.setdefault(name, (row, [], place if place is not None else "\0"))[1].append(passed)
        checked, places_ = [], []
        for row, all_passed, place in grouped.values():
            kept = strata.get(_cell(row))
            share = len(answered[_cell(row)]) / kept.drawn if kept else 1.0
            checked.append(
                Checked(
                    all(all_passed),
                    # Units drawn without a result are taken to be like the others of their stratum.
                    min(1.0, (row.probability or 0.0) * min(1.0, share)),
                    _cell(row),
                    row.unit,
                )
            )
            places_.append(place)
        found = rates.rates_by(
            checked,
            places_,
            strata_sizes=sizes if equal else None,
            unequal=not equal,
            **self.conventions,
        )
        return {key: one for key, one in found.items() if key != "\0" and one.weighted is not None}

    def _of_strata(self) -> dict[tuple[int, str], Stratum]:
        if self._strata is None:
            draws = {row.draw for row in self.rows if row.draw is not None}
            rows = (
                DrawnUnit.objects.filter(draw__in=draws)
                .order_by()
                .values("draw_id", "stratum")
                .annotate(drawn=Count("pk"), least=Min("probability"), most=Max("probability"))
            )
            self._strata = {
                (one["draw_id"], one["stratum"]): Stratum(
                    one["drawn"],
                    float(one["least"]) if one["least"] and one["least"] == one["most"] else None,
                )
                for one in rows
            }
        return self._strata


def _cell(row: Row) -> tuple[int, str]:
    return row.draw or 0, row.stratum


def _read(kind: str, counted: str) -> list[Row]:
    reports = Report.objects.filter(
        test=Report.Test.FIRST,
        verdict__in=("pass", "fail"),
        sample__programme__kind__in=[kind] if kind else SPOT_KINDS,
    )
    if counted == "published":
        reports = reports.filter(sample__result__published_on__isnull=False)
    elif counted == "settled":
        reports = reports.filter(sample__result__counted_from__isnull=False)
    elif counted == "uncounted":
        reports = reports.filter(sample__result__counted_from__isnull=True)
    fields = (
        "sample_id", "sample__programme__year", "sample__programme__number", "sample__level", "sample__region",
        "sample__channel", "sample__producer_code", "sample__product_number", "sample__rules__rules__code",
        "sample__rules__rules__sector", "sample__programme__targeted", "verdict", "sample__result__final",
        "sample__task__draw_id", "sample__task__unit__stratum", "sample__task__unit_id",
        "sample__task__unit__product_number", "sample__task__unit__probability", "issued_on",
    )  # fmt: skip
    overturned = set(Case.objects.filter(stage="overturned").values_list("sample_id", flat=True))
    found = []
    for (
        sample, year, programme, level, region, channel, producer, product, rules, sector, targeted, first, final, draw,
        stratum, unit, drawn_product, probability, reported,
    ) in reports.order_by().values_list(*fields).iterator(chunk_size=10_000):  # fmt: skip
        passed = first == "pass"
        found.append(
            Row(
                sample, year, programme, level, region, channel, producer, product, rules, sector, targeted, passed,
                passed or final == "pass" or sample in overturned, draw, stratum or "", unit, bool(drawn_product),
                None if probability is None else float(probability), reported=reported.isoformat(),
            )
        )  # fmt: skip
    return found


def compare(first: tuple[int, Analysis], second: tuple[int, Analysis], confidence: float) -> Change | None:
    """Two years with a test; None where one has nothing checked."""
    (year, one), (later, other) = first, second
    if not one.raw.base or not other.raw.base or one.raw.share is None or other.raw.share is None:
        return None
    estimated, why = None, None
    if one.estimate is None or other.estimate is None:
        why = Text(
            "至少有一年没有按已知概率抽取的结果，两年的总体不能比较；上面只比较了两年所查的样本。",
            "At least one of the years has nothing that was drawn with a known probability: only what was checked is "
            "compared, not the populations.",
        )
    else:
        try:
            estimated = rates.compare(one.estimate, other.estimate, confidence)
        except InputError as error:
            why = Text(error.zh, error.en)
    return Change(
        year,
        later,
        other.raw.share - one.raw.share,
        _chance(one.raw, other.raw),
        estimated,
        why,
    )


#: Above so many units in a year the exact test takes long and says what the normal approximation says.
EXACT_UP_TO = 1500


def _chance(one: Rate, other: Rate) -> float:
    """The p-value that two raw shares are the same, had all units the same chance to be drawn."""
    if max(one.base, other.base) > EXACT_UP_TO:
        first, second = (
            Point(r.hits / r.base, (r.hits * (r.base - r.hits) / r.base**3) ** 0.5) for r in (one, other)
        )
        if first.error or second.error:
            return difference(first, second).p_value
    return exact_difference(one.hits, one.base, other.hits, other.base)


def trend(years: Sequence[tuple[int, Analysis]], confidence: float) -> Text | None:
    """What the estimates of three years and more say together; None where some year has none."""
    known = [(year, found.estimate) for year, found in years if found.estimate is not None]
    if len(known) < 3 or len(known) < len(years):
        return None
    try:
        return rates.trend([(year, one) for year, one in known if one is not None], confidence)[1]
    except InputError:
        return None


def choices(*, by: Actor, year: int = 0) -> dict[str, list[tuple[str, str]]]:
    """Programmes and classes of goods that may be chosen."""
    rows = Programme.objects.filter(access.within(by, READ)).order_by("-year", "number")
    if year:
        rows = rows.filter(year=year)
    return {"programme": list(rows.values_list("number", "title")[:200])}


def provisional(day: date | None = None) -> bool:
    """Whether the conventions behind the intervals are marked as not compared with their source."""
    as_of = law.as_of(day or clock.today())
    return any(as_of.get(key).provisional for key in ("inspection.confidence", "inspection.small_count"))
