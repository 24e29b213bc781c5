"""What a progress report says in numbers (P06): the page and the Word document are made of this alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Prefetch

from pinzhi.apps.policy import indicators
from pinzhi.apps.policy.models import Document, Duty, MajorMatter, ProgressNote, Review, Target, TargetReading
from pinzhi.apps.policy.reports.period import Period
from pinzhi.kernel import clock
from pinzhi.rules.indicators.definition import IndicatorDefinition

STATUSES = ("reached", "on_course", "behind", "cannot_tell")
STATES = ("done", "on_course", "behind", "not_started", "changed")


@dataclass(frozen=True)
class TargetLine:
    """A target with the newest reading that was taken for a day up to the end of the period."""

    target: Target
    indicator: IndicatorDefinition | None
    reading: TargetReading | None
    stale: bool
    """Nothing was counted for a day of the period: the reading is an earlier one."""

    @property
    def status(self) -> str:
        return self.reading.status if self.reading else "cannot_tell"

    @property
    def precision(self) -> int | None:
        return self.indicator.precision if self.indicator else None


@dataclass(frozen=True)
class DutyLine:
    """A duty as it stood at the end of the period, with what was reported within it."""

    duty: Duty
    state: str
    overdue: int
    """Days past its day, 0 where it is not."""
    notes: Sequence[ProgressNote]

    @property
    def state_title(self) -> str:
        return str(Duty.State(self.state).label)


@dataclass
class UnitPart:
    """A unit that leads tasks, or answers for them with others, and how they stand."""

    unit: str
    lines: list[DutyLine] = field(default_factory=list)

    def count(self, state: str) -> int:
        return sum(line.state == state for line in self.lines)

    @property
    def done(self) -> int:
        return self.count("done")

    @property
    def on_course(self) -> int:
        return self.count("on_course")

    @property
    def behind(self) -> int:
        return self.count("behind")

    @property
    def overdue(self) -> int:
        return sum(line.overdue > 0 for line in self.lines)

    @property
    def problems(self) -> list[tuple[Duty, str]]:
        return [(line.duty, note.problem) for line in self.lines for note in line.notes[:1] if note.problem]

    @property
    def told(self) -> list[DutyLine]:
        """What is worth a line of its own: something was reported, or it is behind."""
        return [line for line in self.lines if line.notes or line.state == "behind"]

    @property
    def silent(self) -> list[DutyLine]:
        """Overdue, and nothing was said of it within the period."""
        return [line for line in self.lines if line.overdue and line not in self.told]


@dataclass(frozen=True)
class Figures:
    """All numbers of a report."""

    document: Document
    period: Period
    as_of: date
    over: bool
    """The period has ended; before that the report is of a period that still goes on."""
    targets: list[TargetLine]
    units: list[UnitPart]
    supporting: int
    matters: list[MajorMatter]

    @property
    def tally(self) -> dict[str, int]:
        return {status: sum(line.status == status for line in self.targets) for status in STATUSES}

    @property
    def uncounted(self) -> int:
        """Targets that could be counted for the period and were not."""
        return sum(line.stale and bool(line.target.indicator) for line in self.targets)

    @property
    def duties(self) -> int:
        return sum(len(unit.lines) for unit in self.units)

    @property
    def states(self) -> dict[str, int]:
        return {state: sum(unit.count(state) for unit in self.units) for state in STATES}

    @property
    def overdue(self) -> int:
        return sum(unit.overdue for unit in self.units)

    @property
    def notes(self) -> int:
        return sum(len(line.notes) for unit in self.units for line in unit.lines)

    @property
    def problems(self) -> list[tuple[str, Duty, str]]:
        return [(unit.unit, duty, text) for unit in self.units for duty, text in unit.problems]


def figures(document: Document, period: Period) -> Figures:
    """The figures of a plan for a period, as of its last day or, while it lasts, today."""
    today = clock.today()
    as_of = min(period.end, today)
    main, supporting = _duties(document, period, as_of)
    matters = document.matters.filter(at__date__gte=period.start, at__date__lte=as_of).order_by("at")
    return Figures(
        document,
        period,
        as_of,
        period.end < today,
        _targets(document, period, as_of),
        main,
        supporting,
        list(matters),
    )


def _targets(document: Document, period: Period, as_of: date) -> list[TargetLine]:
    targets = list(document.targets.filter(review=Review.CONFIRMED))
    newest: dict[int, TargetReading] = {}
    readings = TargetReading.objects.filter(target__in=targets, asked_on__lte=as_of).order_by(
        "-asked_on", "-computed_at", "-id"
    )
    own = {target.pk: target.region for target in targets}
    for reading in readings.defer("specs", "history", "published"):
        if reading.region == own[reading.target_id]:
            newest.setdefault(reading.target_id, reading)
    known = indicators.indicators()
    found = []
    for target in targets:
        last = newest.get(target.pk)
        # A reported figure speaks of an earlier period than the day for which it was looked at.
        stale = last is None or last.asked_on is None or last.asked_on < period.start
        found.append(TargetLine(target, known.get(target.indicator), last, stale))
    return found


def _duties(document: Document, period: Period, as_of: date) -> tuple[list[UnitPart], int]:
    duties = (
        Duty.objects.filter(measure__document=document, measure__review=Review.CONFIRMED)
        .select_related("measure")
        .prefetch_related(Prefetch("notes", ProgressNote.objects.order_by("-at")))
        .order_by("measure__position", "position")
    )
    units: dict[str, UnitPart] = {}
    supporting = 0
    for duty in duties:
        if duty.role == Duty.Role.SUPPORT:
            supporting += 1
            continue
        units.setdefault(duty.unit, UnitPart(duty.unit)).lines.append(duty_line(duty, period, as_of))
    return sorted(units.values(), key=lambda part: -len(part.lines)), supporting


def duty_line(duty: Duty, period: Period, as_of: date) -> DutyLine:
    """A duty as it stood on a day: what its last report up to then said."""
    notes = list(duty.notes.all())
    known = [note for note in notes if clock.day_of(note.at) <= as_of]
    state = known[0].state if known else (Duty.State.NOT_STARTED if notes else duty.state)
    over = state in (Duty.State.DONE, Duty.State.CHANGED)
    overdue = (as_of - duty.due_on).days if duty.due_on and not over and as_of > duty.due_on else 0
    return DutyLine(
        duty, str(state), overdue, [note for note in known if clock.day_of(note.at) >= period.start]
    )


def goal_text(target: Target) -> str:
    """The goal in signs: ≥91%, 5～10个."""
    sign = {">=": "≥", "<=": "≤", "=": "", ">": "＞", "<": "＜", "~": "约"}[target.comparator]
    top = f"～{number(target.value_max)}" if target.value_max is not None else ""
    return f"{sign}{number(target.value)}{top}{target.unit}"


def number(value: Decimal | None, precision: int | None = None) -> str:
    """A number for a paper: thousands separated, no zeros without meaning."""
    if value is None:
        return "—"
    if precision is not None:
        value = round(value, precision)
        return f"{value:,.{precision}f}"
    return f"{value.normalize():,f}"
