"""What may be asked of the catalogue of standards; reading it is open to every account."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from pinzhi.apps.standards import loading
from pinzhi.apps.standards.fields_catalogue import fields_of
from pinzhi.apps.standards.models import Edition, Relation
from pinzhi.apps.standards.numbers import typed
from pinzhi.apps.standards.saving_catalogue import kept_form
from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.places import queries as places
from pinzhi.kernel.search.queries import find
from pinzhi.rules.standards.edition_facts import EditionFact, Status, status_on
from pinzhi.rules.standards.editions import EditionIndex, Found, Resolution
from pinzhi.rules.standards.identifiers import Identifier, IdentifierError, parse
from pinzhi.rules.standards.replacements import Replacement
from pinzhi.rules.standards.second_numbers import second_numbers

_INTERNATIONAL = ("ISO", "IEC", "ISO/IEC", "ISO/R", "ISO/TR", "ISO/TS", "IEC/TR", "IEC/TS", "CISPR")
_MOST_IN_CHAIN = 60


def editions(
    *,
    search: str = "",
    level: str = "",
    nature: str = "",
    status: str = "",
    field: str = "",
    region: str = "",
    key_standard: bool | None = None,
    consumer_goods: bool | None = None,
    ics: str = "",
    on: date | None = None,
) -> QuerySet[Edition]:
    """The editions, narrowed. `on`: those in force on that day; `ics`: a class with all below it."""
    rows = find(Edition.objects.all(), "search_text", typed(search))
    for name, value in (("level", level), ("nature", nature), ("status", status), ("field", field)):
        if value:
            rows = rows.filter(**{name: value})
    if key_standard is not None:
        rows = rows.filter(key_standard=key_standard)
    if consumer_goods is not None:
        rows = rows.filter(consumer_goods=consumer_goods)
    if region:
        rows = rows.filter(places.region_q(region))
    if ics:
        rows = rows.filter(pk__in=_of_class(ics))
    return rows.filter(in_force_q(on)) if on else rows


def _of_class(ics: str) -> QuerySet[Edition, int]:
    where = ["EXISTS (SELECT 1 FROM jsonb_array_elements_text(ics) c WHERE c = %s OR c LIKE %s)"]
    return Edition.objects.extra(where=where, params=[ics, f"{ics}.%"]).values_list("pk", flat=True)  # noqa: S610


def in_force_q(on: date) -> Q:
    """In force on a day: by the dates, where there are none by the status that was recorded."""
    began = Q(effective_on__lte=on) | Q(effective_on__isnull=True) & (
        Q(published_on__isnull=True) | Q(published_on__lte=on)
    )
    lasts = Q(withdrawn_on__gt=on) | Q(withdrawn_on__isnull=True) & ~Q(status="withdrawn")
    return began & lasts & ~Q(status="draft") & ~Q(status="published", effective_on__isnull=True)


def edition(key: str) -> Edition:
    """One edition by its number, however it is written; NotFound."""
    return loading.edition(key, lock=False)


def find_edition(text: str) -> Edition | None:
    """The edition that a text names, or None."""
    try:
        key = parse(text).key
    except IdentifierError:
        return None
    found = Edition.objects.filter(key=key).first()
    return found or Edition.objects.filter(other_numbers__key=key).order_by("sort_key").first()


def values_of(row: Edition) -> dict[str, Any]:
    """An edition's values by field, in their kept form: for forms, the API and downloads."""
    found = {one.name: kept_form(getattr(row, one.name, None)) for one in fields_of()}
    related: dict[str, list[str]] = {}
    for one in row.relations.all():
        mark = "（部分代替）" if one.part == Relation.Part.PARTLY else ""
        related.setdefault(one.kind, []).append(one.to_number + mark)
    for kind in ("replaces", "cites", "implements"):
        found[kind] = "；".join(related.get(kind, ())) or None
    return found


def exported(rows: QuerySet[Edition], *, by: Actor) -> Iterator[Mapping[str, Any]]:
    """Rows of a list as values for a download, in the list's order; what goes out is noted first."""
    audit.record_read("standards.export", by=by, register="s01_standards", count=rows.order_by().count())
    return (values_of(row) for row in rows.prefetch_related("relations").iterator(chunk_size=2000))


# ---------- by date ----------


def fact_of(
    row: Edition, replaces: Sequence[Relation] = (), replaced_by: Sequence[Relation] = ()
) -> EditionFact:
    """An edition as the rules take it."""
    return EditionFact(
        key=row.key,
        series_key=row.series_key,
        number=row.number,
        status=Status(row.status),
        recorded_on=row.updated_at.date() if row.updated_at else None,
        published_on=row.published_on,
        effective_on=row.effective_on,
        withdrawn_on=row.withdrawn_on,
        replaces=tuple(Replacement(r.to_number, r.to_key or None, r.part != "partly") for r in replaces),
        replaced_by=tuple(
            Replacement(r.from_edition.number, r.from_edition.key, r.part != "partly") for r in replaced_by
        ),
    )


def status_of(row: Edition, on: date | None = None) -> str:
    """The status of an edition on a day (today)."""
    return status_on(fact_of(row), on or clock.today()).value


def _variants(one: Identifier) -> set[str]:
    """Series under which the same standard may stand: GB and GB/T share their numbers, so do ISO and IEC."""
    series = one.series_key.split("/AMD")[0].split("/COR")[0]
    found = {one.series_key, series}
    if one.chinese:
        plain = re.sub(r"^([A-Z]+)(?:/[TZ])? ", r"\1 ", series)
        found |= {plain, plain.replace(" ", "/T ", 1), plain.replace(" ", "/Z ", 1)}
    elif one.level == "international":
        core = series.rsplit(" ", 1)[-1]
        found |= {f"{body} {core}" for body in _INTERNATIONAL}
    return found


def index_for(texts: Iterable[str]) -> EditionIndex:
    """An index over the editions of the standards that these numbers name: for resolving many against the catalogue."""
    series: set[str] = set()
    for text in texts:
        try:
            one = parse(text)
        except IdentifierError:
            continue
        series |= _variants(one)
        series |= {other.series_key for other in second_numbers(one)}
    named = Q(series_key__any_of=sorted(series))
    if others := loading.by_other_number(series):
        named |= Q(pk__in=others)
    rows = Edition.objects.filter(named).defer("search_text", "sort_key")
    return EditionIndex(fact_of(row) for row in rows)


def resolve(text: str, on: date) -> Resolution:
    """Which edition a reference means on a day: a year never falls back, no year is the edition in force then."""
    found = index_for([text]).resolve(text, on)
    if found.found is Found.UNKNOWN_NUMBER and found.identifier is not None:
        base = found.identifier.series_key.split(".")[0].split("-")[0]
        if Edition.objects.filter(series_key__startswith=f"{base}.").exists() or (
            Edition.objects.filter(series_key__startswith=f"{base}-").exists()
        ):
            return Resolution(Found.UNKNOWN_PART, identifier=found.identifier)
    return found


# ---------- relations ----------


@dataclass(frozen=True)
class Related:
    """A document at the other end of a relation: its number, the edition where it is in the catalogue, how they stand."""

    number: str
    edition: Edition | None
    kind: str
    degree: str = ""
    part: str = ""
    relation_id: int = 0
    dated: bool = True


def related(row: Edition) -> dict[str, list[Related]]:
    """What an edition states of others (`adopts` …) and others of it (`adopted_by` …)."""
    found: dict[str, list[Related]] = {}
    mine = list(row.relations.select_related("to_edition").order_by("kind", "id"))
    now = _in_force({one.to_series_key for one in mine if not one.dated and one.to_series_key})
    for one in mine:
        edition = one.to_edition or (None if one.dated else now.get(one.to_series_key))
        found.setdefault(one.kind, []).append(
            Related(one.to_number, edition, one.kind, one.degree, one.part, one.pk, one.dated)
        )
    passive = {
        "adopts": "adopted_by",
        "cites": "cited_by",
        "replaces": "replaced_by",
        "implements": "implemented_by",
    }
    named = Q(to_edition=row) | Q(dated=False, to_series_key=row.series_key)
    others = Relation.objects.filter(named).select_related("from_edition").order_by("from_edition__sort_key")
    for one in others[:400]:
        found.setdefault(passive[one.kind], []).append(
            Related(
                one.from_edition.number, one.from_edition, one.kind, one.degree, one.part, one.pk, one.dated
            )
        )
    return found


def _in_force(series: set[str]) -> dict[str, Edition]:
    """The latest edition in force of each series: what an undated reference means today."""
    rows = Edition.objects.filter(series_key__any_of=sorted(series), status=Edition.Status.IN_FORCE)
    return {row.series_key: row for row in rows.defer("search_text").order_by("sort_key")} if series else {}


@dataclass
class Chain:
    """What replaced what around an edition: editions (or bare numbers) by key, and arrows from the older to the newer."""

    nodes: dict[str, Edition | str] = field(default_factory=dict)
    arrows: list[tuple[str, str, bool]] = field(default_factory=list)


def chain(row: Edition) -> Chain:
    """All that an edition replaced and was replaced by, however far; at most sixty of them."""
    found = Chain({row.key: row})
    heap, seen = [row], {row.key}
    while heap and len(found.nodes) < _MOST_IN_CHAIN:
        at = heap.pop(0)
        older = at.relations.filter(kind="replaces").select_related("to_edition").order_by("id")
        for one in older:
            key = one.to_key or one.to_number
            found.nodes.setdefault(key, one.to_edition or one.to_number)
            found.arrows.append((key, at.key, one.part != "partly"))
            if one.to_edition is not None and key not in seen:
                heap.append(one.to_edition)
            seen.add(key)
        newer = at.related_from.filter(kind="replaces").select_related("from_edition")
        for one in newer:
            found.nodes.setdefault(one.from_edition.key, one.from_edition)
            found.arrows.append((at.key, one.from_edition.key, one.part != "partly"))
            if one.from_edition.key not in seen:
                heap.append(one.from_edition)
            seen.add(one.from_edition.key)
    found.arrows = list(dict.fromkeys(found.arrows))
    return found


def siblings(row: Edition) -> list[Edition]:
    """The editions of the same standard, the newest first."""
    return list(Edition.objects.filter(series_key=row.series_key).order_by("-sort_key")[:50])
