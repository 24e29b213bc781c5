"""What may be asked of limits: documents, entries, comparisons, studies, the degree of conformity."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from pinzhi.apps.standards.limit_rows import MARKETS, as_limit, same_demand
from pinzhi.apps.standards.limit_words import vocabulary
from pinzhi.apps.standards.models.limits import (
    ComparisonStudy,
    ConformityRun,
    KeyField,
    LimitDocument,
    LimitEntry,
    LimitImport,
)
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import NotFound
from pinzhi.kernel.search.folding import terms_of
from pinzhi.rules.standards.limits import Limit, Verdict
from pinzhi.rules.standards.limits.matching import Pair, match

WAITING, CONFIRMED = LimitEntry.State.ENTERED, LimitEntry.State.CONFIRMED


def limit_documents(*, search: str = "", market: str = "", family: str = "") -> QuerySet[LimitDocument]:
    """Documents that set limits, with how many of their limits are confirmed and how many wait."""
    rows = LimitDocument.objects.annotate(
        confirmed=Count("limits", filter=Q(limits__state=CONFIRMED)),
        waiting=Count("limits", filter=Q(limits__state=WAITING)),
    )
    for term in terms_of(search):
        rows = rows.filter(search_text__contains=term)
    if market:
        rows = rows.filter(market=market)
    return rows.filter(family=family) if family else rows


def families() -> list[str]:
    found = LimitDocument.objects.exclude(family="").order_by("family").values_list("family", flat=True)
    return list(found.distinct())


def limit_document_numbers() -> dict[str, int]:
    """Every document's number, as printed, with its key in the table."""
    return dict(LimitDocument.objects.values_list("number", "pk"))


def key_fields(region: str) -> dict[str, KeyField]:
    """The list of key fields of a region by code, those that were taken off left out."""
    return {row.code: row for row in KeyField.objects.filter(region=region, ended_on=None)}


def limit_document(pk: int) -> LimitDocument:
    row = LimitDocument.objects.filter(pk=pk).first()
    if row is None:
        raise NotFound(
            "no_such_document", zh="没有这份文件。", en="There is no such document.", place=str(pk)
        )
    return row


def limit_entry(pk: int) -> LimitEntry:
    row = LimitEntry.objects.select_related("document").filter(pk=pk).first()
    if row is None:
        raise NotFound("no_such_limit", zh="没有这项限值。", en="There is no such limit.", place=str(pk))
    return row


@dataclass
class Place:
    """The entries that speak of one demand of a document: one when all agree, side by side where they clash."""

    entries: list[LimitEntry] = field(default_factory=list)

    @property
    def clash(self) -> bool:
        live = [entry for entry in self.entries if entry.state in (WAITING, CONFIRMED)]
        return any(not same_demand(live[0], other) for other in live[1:])


def places(document: LimitDocument, *, past: bool = False) -> list[Place]:
    """A document's limits by the demand that they speak of; refused and withdrawn ones only with `past`."""
    rows = document.limits.all() if past else document.limits.filter(state__in=[WAITING, CONFIRMED])
    grouped: dict[str, Place] = {}
    for row in rows.order_by("analyte", "applies", "id"):
        row.document = document
        grouped.setdefault(row.place_key, Place()).entries.append(row)
    return list(grouped.values())


def clashing(entries: Sequence[LimitEntry]) -> dict[int, list[LimitEntry]]:
    """For each entry the other live ones on the same demand that say something else."""
    marks = {entry.place_key for entry in entries}
    at: dict[str, list[LimitEntry]] = defaultdict(list)
    for other in LimitEntry.objects.filter(
        place_key__in=marks, state__in=[WAITING, CONFIRMED]
    ).select_related("document"):
        at[other.place_key].append(other)
    return {
        entry.pk: [o for o in at[entry.place_key] if o.pk != entry.pk and not same_demand(entry, o)]
        for entry in entries
    }


def waiting_limits(*, by: Actor) -> QuerySet[LimitEntry]:
    """Limits that wait for a second person, other than the asker's own."""
    rows = LimitEntry.objects.filter(state=WAITING).select_related("document")
    return rows.exclude(entered_by=by.username)


def confirmed_limits(documents: Sequence[LimitDocument], *, on: date | None = None) -> dict[int, list[Limit]]:
    """The confirmed limits of documents by document, as the rules know them; on a day those in force on it."""
    by_pk = {document.pk: document for document in documents}
    found: dict[int, list[Limit]] = {pk: [] for pk in by_pk}
    rows = LimitEntry.objects.filter(document__in=list(by_pk), state=CONFIRMED).order_by(
        "analyte", "applies", "id"
    )
    for row in rows:
        limit = as_limit(row, by_pk[row.document_id])
        if on is None or _in_force(limit, on):
            found[row.document_id].append(limit)
    return found


def _in_force(limit: Limit, on: date) -> bool:
    begun = limit.effective_on is None or limit.effective_on <= on
    return begun and (limit.withdrawn_on is None or on <= limit.withdrawn_on)


def limits_of_edition(key: str, *, on: date | None = None) -> list[Limit]:
    """Confirmed limits of an edition by its key (a declaration is held against them); empty where none are known."""
    document = LimitDocument.objects.filter(key=key).first()
    return confirmed_limits([document], on=on)[document.pk] if document else []


@dataclass(frozen=True)
class Cell:
    """What one document says on a row: pairs with verdicts, or a gap."""

    document: LimitDocument
    pairs: tuple[Pair, ...] = ()

    @property
    def gap(self) -> bool:
        return all(pair.gap for pair in self.pairs)


@dataclass
class MatrixRow:
    """An indicator as the domestic document limits it (None: it does not), and every other document beside it."""

    indicator: str
    ours: Limit | None
    document: LimitDocument | None
    cells: list[Cell]


@dataclass
class Comparison:
    """A table of limits: domestic documents down, others across."""

    domestic: Sequence[LimitDocument]
    foreign: Sequence[LimitDocument]
    rows: list[MatrixRow]
    on: date | None
    same_time: bool
    counts: dict[str, int]
    by_document: dict[int, dict[str, int]]

    @property
    def gaps(self) -> list[tuple[str, LimitDocument, Limit | None]]:
        """Who lacks what: (side, the other document, the limit that the other side has)."""
        found = []
        for row in self.rows:
            for cell in row.cells:
                for pair in cell.pairs:
                    if pair.gap == "ours":
                        found.append(("ours", cell.document, pair.b))
                    elif pair.gap == "theirs":
                        found.append(("theirs", cell.document, pair.a))
        return found


OUTCOMES = ("stricter", "equal", "laxer", "different", "ours", "theirs")


def outcome_of(pair: Pair) -> str:
    if pair.verdict is None:
        return pair.gap
    return "different" if pair.verdict.relation == "incomparable" else pair.verdict.relation


def compare_documents(
    domestic: Sequence[LimitDocument],
    foreign: Sequence[LimitDocument],
    *,
    on: date | None = None,
    same_time: bool = True,
) -> Comparison:
    """Hold the confirmed limits of documents against those of others, indicator by indicator.

    `on`: only limits in force on that day. `same_time=False`: texts of different times side by side.
    """
    limits = confirmed_limits([*domestic, *foreign], on=on)
    rows: list[MatrixRow] = []
    ours_missing: dict[str, MatrixRow] = {}
    counts = dict.fromkeys(OUTCOMES, 0)
    by_document = {d.pk: dict.fromkeys(OUTCOMES, 0) for d in foreign}
    words = vocabulary()
    every_ours = [limit for d in domestic for limit in limits[d.pk]]
    for document in domestic:
        ours = limits[document.pk]
        at = {id(limit): MatrixRow(limit.analyte, limit, document, []) for limit in ours}
        for other in foreign:
            found: dict[int, list[Pair]] = defaultdict(list)
            for pair in match(ours, limits[other.pk], words, same_time=same_time):
                if pair.a is not None:
                    found[id(pair.a)].append(pair)
            for limit in ours:
                at[id(limit)].cells.append(Cell(other, tuple(found[id(limit)])))
        rows += [at[id(limit)] for limit in ours]
    for other in foreign:
        for pair in match(every_ours, limits[other.pk], words, same_time=same_time):
            if pair.a is None and pair.b is not None:
                name = (
                    f"{words.analyte(pair.b.analyte).key}|{pair.b.kind.kind}|{pair.b.applies}|{pair.b.scope}"
                )
                row = ours_missing.setdefault(name, MatrixRow(pair.b.analyte, None, None, []))
                row.cells.append(Cell(other, (pair,)))
    for row in ours_missing.values():
        said = {cell.document.pk: cell for cell in row.cells}
        row.cells = [said.get(d.pk, Cell(d)) for d in foreign]
    order = {limit.analyte: n for n, limit in reversed(list(enumerate(every_ours)))}
    rows.sort(key=lambda row: order.get(row.indicator, 0))
    rows += ours_missing.values()
    for row in rows:
        for cell in row.cells:
            for pair in cell.pairs:
                counts[outcome_of(pair)] += 1
                by_document[cell.document.pk][outcome_of(pair)] += 1
    return Comparison(domestic, foreign, rows, on, same_time, counts, by_document)


def flat(comparison: Comparison) -> list[dict[str, Any]]:
    """The table row by row, for downloads and for a study's record."""
    found = []
    for row in comparison.rows:
        for cell in row.cells:
            for pair in cell.pairs:
                found.append(_flat(row, cell, pair))
    return found


def _flat(row: MatrixRow, cell: Cell, pair: Pair) -> dict[str, Any]:
    from pinzhi.apps.standards.wording_limits import OUTCOME_TITLES, limit_text

    mine, other, verdict = pair.a, pair.b, pair.verdict
    outcome = outcome_of(pair)
    side = mine or other
    assert side is not None
    return {
        "indicator": side.analyte,
        "kind": side.kind.title["zh"],
        "products": " ".join(filter(None, (side.scope, side.applies))),
        "domestic_document": row.document.number if row.document else "",
        "domestic": limit_text(mine) if mine else "",
        "domestic_clause": mine.clause if mine else "",
        "domestic_method": mine.method if mine else "",
        "market": MARKETS.get(cell.document.market, {}).get("zh", cell.document.market),
        "foreign_document": cell.document.number,
        "foreign": limit_text(other) if other else "",
        "foreign_clause": other.clause if other else "",
        "foreign_method": other.method if other else "",
        "foreign_products": " ".join(filter(None, (other.scope, other.applies))) if other else "",
        "verdict": outcome,
        "verdict_zh": OUTCOME_TITLES[outcome]["zh"],
        "verdict_en": OUTCOME_TITLES[outcome]["en"],
        "reason_code": verdict.code if verdict else "",
        "reason_zh": verdict.zh if verdict else "",
        "reason_en": verdict.en if verdict else "",
    }


def studies(*, year: int | None = None, state: str = "") -> QuerySet[ComparisonStudy]:
    rows = ComparisonStudy.objects.all()
    if year:
        rows = rows.filter(year=year)
    return rows.filter(state=state) if state else rows


def study(number: str) -> ComparisonStudy:
    row = ComparisonStudy.objects.filter(number=number).first()
    if row is None:
        raise NotFound(
            "no_such_study", zh=f"没有比对研究“{number}”。", en=f"There is no study {number}.", place=number
        )
    return row


def conformity_runs() -> QuerySet[ConformityRun]:
    return ConformityRun.objects.exclude(state=ConformityRun.State.DROPPED)


def limit_import(pk: Any) -> LimitImport:
    row = LimitImport.objects.filter(pk=pk).first()
    if row is None:
        raise NotFound("no_such_import", zh="没有这次导入。", en="There is no such import.")
    return row


def verdicts_by_code(pairs: Iterable[Pair]) -> Mapping[str, list[Verdict]]:
    grouped: dict[str, list[Verdict]] = defaultdict(list)
    for pair in pairs:
        if pair.verdict:
            grouped[pair.verdict.code].append(pair.verdict)
    return grouped
