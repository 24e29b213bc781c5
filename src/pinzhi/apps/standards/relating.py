"""Relations of editions: read from what a row gives, written as a set, tied to editions that are there, loops found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection

from pinzhi.apps.standards.cleaning_catalogue import LISTS, Kept
from pinzhi.apps.standards.models import Edition, Relation
from pinzhi.apps.standards.numbers import read_number
from pinzhi.kernel.errors import RowError
from pinzhi.kernel.registers.rows import insert_rows
from pinzhi.kernel.registers.values import Wrong
from pinzhi.rules.standards.adoption import read_adoption

COLUMNS = (
    "from_edition_id", "kind", "degree", "part", "to_edition_id", "to_number", "to_key", "to_series_key", "dated", "source",
)  # fmt: skip
_FOLLOW = 10_000


def adoptions(sentence: str, dual: str = "") -> list[dict[str, Any]]:
    """What an adoption sentence states, as relations are kept; else the other half of a dual number, which is identical."""
    found: dict[str, dict[str, Any]] = {}
    read = read_adoption(sentence) if sentence else None
    if read is not None:
        for one in read.numbers:
            number = one.identifier
            key = number.key if number is not None and number.dated else ""
            text = (number.designation if number is not None else one.written)[:200]
            found[text] = {
                "to_number": text,
                "to_key": key,
                "to_series_key": number.series_key if number is not None else "",
                "dated": bool(key),
                "degree": read.degree or "",
            }
    if not found and dual:
        try:
            number_ = read_number(dual)
        except Wrong:
            return []
        found[number_.number] = {
            "to_number": number_.number,
            "to_key": number_.key if number_.dated else "",
            "to_series_key": number_.series_key,
            "dated": number_.dated,
            "degree": "IDT",
        }
    return list(found.values())


def relations_in(kept: Kept) -> dict[str, list[dict[str, Any]]]:
    """The relations that a row states, by kind; a kind that the row says nothing of is not there."""
    found: dict[str, list[dict[str, Any]]] = {kind: kept[kind] for kind in LISTS if kind in kept}
    if "adopts" in kept:
        found["adopts"] = kept["adopts"]
    elif "adoption_text" in kept or kept.get("adopted_number"):
        found["adopts"] = adoptions(kept.get("adoption_text", ""), kept.get("adopted_number", ""))
    return found


def write_relations(
    stated: Sequence[tuple[int, Mapping[str, Sequence[Mapping[str, Any]]]]], *, source: str = ""
) -> set[int]:
    """Put what editions state (by id) in place of what they stated of the same kinds; returns ids of what is related."""
    by_kind: dict[str, list[int]] = {}
    keys: set[str] = set()
    for pk, kinds in stated:
        for kind, rows in kinds.items():
            by_kind.setdefault(kind, []).append(pk)
            keys |= {row["to_key"] for row in rows if row.get("to_key")}
    gone: set[int] = set()
    for kind, ids in by_kind.items():
        old = Relation.objects.filter(from_edition_id__in=ids, kind=kind)
        gone |= set(old.exclude(to_edition=None).values_list("to_edition_id", flat=True))
        old.delete()
    there = dict(Edition.objects.filter(key__any_of=sorted(keys)).values_list("key", "id")) if keys else {}
    written = []
    for pk, kinds in stated:
        for kind, rows in kinds.items():
            part = {row["to_number"]: row for row in rows}
            for row in part.values():
                to = there.get(row.get("to_key", ""))
                written.append(
                    (
                        pk,
                        kind,
                        row.get("degree", "") if kind == "adopts" else "",
                        row.get("part", "wholly") if kind == "replaces" else "",
                        to,
                        row["to_number"][:200],
                        row.get("to_key", ""),
                        row.get("to_series_key", ""),
                        row.get("dated", False),
                        source,
                    )
                )
    insert_rows("standards_relation", COLUMNS, written)
    return gone | set(there.values())


def tie(ids: Sequence[int]) -> None:
    """Tie relations that named these editions before they were in the catalogue."""
    if not ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE standards_relation r SET to_edition_id = e.id FROM standards_edition e"
            " WHERE e.id = ANY(%s) AND r.to_key = e.key AND r.to_edition_id IS NULL",
            [list(ids)],
        )


def related_to(ids: Iterable[int]) -> set[int]:
    """Editions whose public entry speaks of one of these: what they replace, and what adopts them."""
    wanted = list(ids)
    out = set(
        Relation.objects.filter(
            from_edition_id__in=wanted, kind=Relation.Kind.REPLACES, to_edition__isnull=False
        ).values_list("to_edition_id", flat=True)
    )
    return out | set(
        Relation.objects.filter(to_edition_id__in=wanted, kind=Relation.Kind.ADOPTS).values_list(
            "from_edition_id", flat=True
        )
    )


class Chains:
    """Who replaces whom, as far as it was asked for: the catalogue's own relations and those stated meanwhile."""

    def __init__(self) -> None:
        self._stated: dict[str, list[str]] = {}
        self._known: dict[str, list[str]] = {}

    def load(self, keys: Iterable[str]) -> None:
        """Read what these editions replace, and what those replace, from the catalogue: a query for each step back."""
        frontier = {key for key in keys if key and key not in self._known}
        steps = 0
        while frontier and steps < 200:
            for key in frontier:
                self._known[key] = []
            rows = Relation.objects.filter(
                kind=Relation.Kind.REPLACES, from_edition__key__any_of=sorted(frontier)
            ).exclude(to_key="")
            further: set[str] = set()
            for key, to in rows.values_list("from_edition__key", "to_key"):
                self._known[key].append(to)
                further.add(to)
            frontier = {key for key in further if key not in self._known}
            frontier |= {to for key in further for to in self._stated.get(key, ()) if to not in self._known}
            steps += 1
        if len(self._known) > 20 * _FOLLOW:
            self._known.clear()

    def of(self, key: str) -> list[str]:
        """What an edition replaces, as far as known."""
        return self._of(key)

    def _of(self, key: str) -> list[str]:
        stated = self._stated.get(key)
        return stated if stated is not None else self._known.get(key, [])

    def state(self, key: str, replaced: Sequence[str]) -> list[str] | None:
        """Note that `key` replaces these editions; the way round where that closes a loop, which is then not noted."""
        for one in replaced:
            way = self._way(one, key)
            if way is not None:
                return [key, *way]
        self._stated[key] = list(replaced)
        return None

    def _way(self, start: str, goal: str) -> list[str] | None:
        """The way from `start` to `goal` along what replaces what."""
        before: dict[str, str] = {start: ""}
        heap = [start]
        while heap and len(before) < _FOLLOW:
            at = heap.pop()
            if at == goal:
                way = [at]
                while before[at]:
                    at = before[at]
                    way.append(at)
                return way[::-1]
            for one in self._of(at):
                if one not in before:
                    before[one] = at
                    heap.append(one)
        return None


def loop_error(row: int, way: Sequence[str]) -> RowError:
    shown = " → ".join(way[:8]) + (" …" if len(way) > 8 else "")
    if len(way) == 2:
        return RowError(
            row,
            "代替标准",
            way[0],
            "不能代替自己",
            "cannot replace itself",
            "删去本标准的编号",
            "leave its own number out",
        )
    return RowError(
        row,
        "代替标准",
        way[1],
        f"代替关系成环：{shown}",
        f"closes a loop of replacements: {shown}",
        "核对其中哪一个代替关系写反了",
        "find out which of them is the wrong way round",
    )
