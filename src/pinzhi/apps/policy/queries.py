"""What may be asked of policies: the scoreboard, duties of a unit, coverage by child plans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, F, Prefetch, Q, QuerySet

from pinzhi.apps.policy import indicators
from pinzhi.apps.policy.models import (
    Appraisal,
    Document,
    Duty,
    Measure,
    ProgressNote,
    Review,
    Target,
    TargetReading,
)
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import NotFound, in_language
from pinzhi.kernel.places import queries as places
from pinzhi.rules.indicators.definition import IndicatorDefinition
from pinzhi.rules.indicators.target import RATE_UNITS


@dataclass(frozen=True)
class Row:
    """One line of the scoreboard: a target, the indicator it is bound to, and its latest reading."""

    target: Target
    indicator: IndicatorDefinition | None
    reading: TargetReading | None
    part: bool = False
    """The reading is of a part of the plan's region: a rate is judged there, a number to be reached is not."""

    @property
    def judged(self) -> bool:
        return not self.part or self.target.unit in RATE_UNITS

    @property
    def status(self) -> str:
        return self.reading.status if self.reading and self.judged else "cannot_tell"

    @property
    def precision(self) -> int:
        """Digits shown: the indicator's; of a reported figure as many as it needs."""
        if self.indicator is None:
            return 0
        value = self.reading.value if self.reading else None
        if self.indicator.any_unit and value is not None and value == value.to_integral_value():
            return 0
        return self.indicator.precision

    @property
    def why(self) -> Mapping[str, str]:
        """Why it stands so, also where nothing has been counted."""
        if self.reading is not None:
            return self.reading.why
        if self.indicator is None:
            return {"zh": "尚未选定指标。", "en": "No indicator is chosen yet."}
        return {"zh": "尚未统计。", "en": "Not counted yet."}


def document(code: str) -> Document:
    """A document by its number, or NotFound."""
    found = Document.objects.filter(code=code).select_related("parent").first()
    if found is None:
        raise NotFound(
            "no_such_document",
            zh=f"没有编号为“{code}”的文件。",
            en=f"There is no document {code}.",
            place=code,
        )
    return found


def documents() -> QuerySet[Document]:
    """All documents with how many targets and tasks each has."""
    kept = ~Q(targets__review=Review.DROPPED)
    return (
        Document.objects.defer("text", "reading")
        .select_related("parent")
        .annotate(
            target_count=Count("targets", filter=kept, distinct=True),
            measure_count=Count("measures", filter=~Q(measures__review=Review.DROPPED), distinct=True),
        )
    )


def scoreboard(document: Document | None = None, region: str | None = None) -> list[Row]:
    """Confirmed targets of documents in force with their latest reading, for their own region or another one."""
    targets = Target.objects.filter(review=Review.CONFIRMED, document__status=Document.Status.IN_FORCE)
    if document is not None:
        targets = targets.filter(document=document)
    # The higher plan first: a province's before its cities'.
    ordered = targets.order_by("document__region", "document__code", "start", "number")
    rows = list(ordered.select_related("document").defer("document__text", "document__reading"))
    latest = latest_readings(rows, region)
    known = indicators.indicators()
    return [
        Row(
            target,
            known.get(target.indicator),
            latest.get(target.pk),
            part=region is not None and region != target.region,
        )
        for target in rows
    ]


def scoreboard_row(target: Target) -> Row:
    """One target as a line of the scoreboard."""
    return Row(
        target, indicators.indicators().get(target.indicator), latest_readings([target]).get(target.pk)
    )


def latest_readings(targets: Sequence[Target], region: str | None = None) -> dict[int, TargetReading]:
    """The newest reading of each target: of its own region, or of the region given."""
    found = TargetReading.objects.filter(target__in=[target.pk for target in targets])
    if region is not None:
        found = found.filter(region=region)
    own = {target.pk: target.region for target in targets}
    newest: dict[int, TargetReading] = {}
    for reading in found.order_by("target_id", "-asked_on", "-computed_at", "-id"):
        if (
            region is not None or reading.region == own[reading.target_id]
        ) and reading.target_id not in newest:
            newest[reading.target_id] = reading
    return newest


def by_region(target: Target) -> list[TargetReading]:
    """The latest readings of a target for every region that was compared, largest value first."""
    newest: dict[str, TargetReading] = {}
    for reading in target.readings.exclude(region=target.region).order_by("-asked_on", "-computed_at", "-id"):
        newest.setdefault(reading.region, reading)
    return sorted(newest.values(), key=lambda r: (r.value is None, -(r.value or Decimal(0))))


def trend(target: Target) -> list[tuple[date, Decimal]]:
    """The values of a target through the plan: the ends of its years as counted, then readings as they were made."""
    points: dict[date, Decimal] = {}
    last = target.readings.filter(region=target.region).order_by("-asked_on", "-computed_at").first()
    if last is not None:
        points |= {date.fromisoformat(p["as_of"]): Decimal(p["value"]) for p in last.history}
        if last.value is not None:
            points[last.as_of] = last.value
    return sorted(points.items())


def duties_of(agency: str, today: date, *, heirs: bool = True) -> QuerySet[Duty]:
    """The duties of a unit in documents in force, its predecessors' included; overdue ones first."""
    codes = {agency}
    if heirs:
        named = Duty.objects.exclude(agency="").values_list("agency", flat=True).distinct()
        codes |= {code for code in named if stands_for(agency, code, today)}
    return (
        Duty.objects.filter(
            agency__in=codes,
            measure__review=Review.CONFIRMED,
            measure__document__status=Document.Status.IN_FORCE,
        )
        .select_related("measure__document")
        .defer("measure__document__text", "measure__document__reading")
        .prefetch_related(Prefetch("notes", ProgressNote.objects.order_by("-at")))
        .order_by("due_on", "measure__document_id", "measure__position")
    )


def units_with_duties(today: date) -> list[tuple[str, str]]:
    """(code, name) of who answers today for a task of a plan in force, in the order of their codes."""
    named = (
        Duty.objects.filter(measure__document__status=Document.Status.IN_FORCE)
        .exclude(agency="")
        .values_list("agency", flat=True)
        .distinct()
    )
    found = {heir.code: heir for code in named for heir in places.successors(code, today)}
    return [(code, in_language(heir.zh, heir.en)) for code, heir in sorted(found.items())]


def stands_for(agency: str, named: str, today: date) -> bool:
    """Whether an agency answers today for what a document gave to another (市场监管局 for 质监局)."""
    return agency == named or any(heir.code == agency for heir in places.successors(named, today))


def duties_for(actor: Actor, today: date) -> QuerySet[Duty]:
    """The duties that this account answers for."""
    if actor.speaks_for != "agency" or not actor.party:
        return Duty.objects.none()
    return duties_of(actor.party, today)


def matrix(document: Document) -> list[Measure]:
    """All tasks of a document with their duties, in the order of the text."""
    return list(
        document.measures.exclude(review=Review.DROPPED)
        .order_by("position")
        .prefetch_related(Prefetch("duties", Duty.objects.order_by("position").prefetch_related("notes")))
    )


@dataclass(frozen=True)
class Link:
    """A document in the chain from the highest to the lowest; only its number is known where it is not kept here."""

    depth: int
    number: str
    document: Document | None
    here: bool = False


MOST_LEVELS = 6


def chain(found: Document) -> list[Link]:
    """The basis chain (P01): what the document implements, upwards to the State Council, itself, and all plans below it."""
    light = Document.objects.defer("text", "reading")
    above: list[Link] = []
    seen, now, depth = {found.pk}, found, 0
    while depth < MOST_LEVELS:
        bases = list(now.bases.select_related("upper").defer("upper__text", "upper__reading"))
        upper = now.parent or next((basis.upper for basis in bases if basis.upper), None)
        depth += 1
        others = [basis for basis in bases if upper is None or basis.upper_id != upper.pk]
        if upper is not None and upper.pk not in seen:
            above.append(Link(-depth, upper.doc_number, upper))
        above += [Link(-depth, basis.number, basis.upper) for basis in others]
        if upper is None or upper.pk in seen:
            break
        seen.add(upper.pk)
        now = upper
    top = min((link.depth for link in above), default=0)
    links = [Link(link.depth - top, link.number, link.document) for link in reversed(above)]
    links.append(Link(-top, found.doc_number, found, here=True))
    level, depth = [found.pk], -top
    below: dict[int, list[Document]] = {}
    for _step in range(MOST_LEVELS):
        rows = list(light.filter(parent__in=level).exclude(pk__in=seen).order_by("code"))
        for row in rows:
            below.setdefault(row.parent_id or 0, []).append(row)
        level = [row.pk for row in rows]
        seen.update(level)
        if not level:
            break

    def descend(key: int, at: int) -> None:
        for child in below.get(key, []):
            links.append(Link(at, child.doc_number, child))
            descend(child.pk, at + 1)

    descend(found.pk, depth + 1)
    return links


def regions_read(documents: Sequence[Document]) -> list[str]:
    """Regions for which targets of these documents were compared, besides the targets' own."""
    found = (
        TargetReading.objects.filter(target__document__in=[d.pk for d in documents])
        .exclude(region=F("target__region"))
        .values_list("region", flat=True)
        .distinct()
    )
    return sorted(found)


@dataclass(frozen=True)
class Coverage:
    """How child plans take up a parent's target or task: who does, and what their targets add up to."""

    parent: Target | Measure
    children: list[Target] | list[Measure]
    total: Decimal | None

    @property
    def covered(self) -> bool:
        return bool(self.children)


def coverage(parent: Document) -> tuple[list[Coverage], list[Coverage]]:
    """What the child plans in force take up of a parent's targets (with sums where sums make sense) and tasks."""
    children = Q(document__parent=parent, document__status=Document.Status.IN_FORCE) & ~Q(
        review=Review.DROPPED
    )
    targets = parent.targets.filter(review=Review.CONFIRMED).prefetch_related(
        Prefetch("child_targets", Target.objects.filter(children).select_related("document"))
    )
    measures = parent.measures.filter(review=Review.CONFIRMED).prefetch_related(
        Prefetch("child_measures", Measure.objects.filter(children).select_related("document"))
    )
    covered = []
    for target in targets:
        below = list(target.child_targets.all())
        summable = target.unit not in ("%", "‰", "") and all(
            c.unit == target.unit and c.kind == target.kind for c in below
        )
        total = sum((c.value for c in below), Decimal(0)) if below and summable else None
        covered.append(Coverage(target, below, total))
    return covered, [Coverage(measure, list(measure.child_measures.all()), None) for measure in measures]


def published_appraisal(region: str, year: int) -> Appraisal | None:
    """The published appraisal of a region for a year, the newest where there are several."""
    found = Appraisal.objects.filter(region=region, year=year, published_at__isnull=False)
    return found.order_by("-published_at").first()
