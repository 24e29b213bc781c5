"""Files of the catalogue: every row judged, then written in chunks within one transaction.

The same judgement serves the dry run and the import itself, so what was reported is what happens. Memory holds one
chunk, the keys that the file has named so far and what replaces what, whatever the file's size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from pinzhi.apps.standards import access
from pinzhi.apps.standards.cleaning_catalogue import Cleaner, Kept, check_days, check_status, status_from
from pinzhi.apps.standards.models import Edition, Relation
from pinzhi.apps.standards.relating import Chains, loop_error, relations_in
from pinzhi.apps.standards.saving_catalogue import (
    COMPARED,
    differing,
    insert_editions,
    kept_of,
    save_relations,
    update_editions,
)
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import RefusedRows, RowError
from pinzhi.kernel.transfer.reading import Row

CHUNK = 5_000
#: Of each file so many errors are kept with their place; beyond that they are only counted.
ERRORS_KEPT = 2_000
VERB = "standards.import"


@dataclass
class Report:
    """What a file holds: rows by what becomes of them, and what is wrong with the others."""

    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    wrong: int = 0
    errors: list[RowError] = field(default_factory=list)
    errors_total: int = 0

    def add_errors(self, errors: Sequence[RowError]) -> None:
        self.errors_total += len(errors)
        self.errors += errors[: max(0, ERRORS_KEPT - len(self.errors))]

    def counts(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in ("rows", "new", "changed", "unchanged", "wrong")}


@dataclass
class Judged:
    """A chunk: what is new, what changes (the row and what the file gives), what is wrong."""

    fresh: list[Any] = field(default_factory=list)
    changes: list[tuple[Edition, Kept]] = field(default_factory=list)
    unchanged: int = 0
    errors: list[RowError] = field(default_factory=list)
    wrong: set[int] = field(default_factory=set)
    rows: int = 0

    def refuse(self, errors: Iterable[RowError]) -> None:
        for error in errors:
            self.errors.append(error)
            self.wrong.add(error.row)


class Importer:
    """Judges and writes the rows of one file. `region`: for rows that name none."""

    what = "editions"

    def __init__(self, *, by: Actor, region: str = "", source: str = "") -> None:
        self.by, self.source = by, source
        self.cleaner = Cleaner(self.what, region=region)
        self.seen: dict[str, int] = {}
        self.chains = Chains()
        self.today = clock.today()
        self._allowed: dict[str, bool] = {}

    def allowed(self, region: str) -> bool:
        if region not in self._allowed:
            self._allowed[region] = access.allowed(self.by, VERB, region)
        return self._allowed[region]

    def cleaned(self, rows: Sequence[Row], out: Judged) -> list[tuple[int, Kept]]:
        good: list[tuple[int, Kept]] = []
        for row in rows:
            kept, errors = self.cleaner.given(row.values, row.number)
            errors = [*row.errors, *errors]
            key = self.key(kept)
            if key:
                before = self.seen.setdefault(key, row.number)
                if before != row.number:
                    errors.append(_doubled(row.number, key, before))
            elif not errors:
                errors += self.cleaner.missing(kept, row.number)
            if errors:
                out.refuse(errors)
            else:
                good.append((row.number, kept))
        return good

    def key(self, kept: Kept) -> str:
        return str(kept.get("key", ""))

    def judge(self, rows: Sequence[Row]) -> Judged:
        """What becomes of these rows. Reads, never writes."""
        out = Judged(rows=len(rows))
        good = self.cleaned(rows, out)
        present = {
            row.key: row
            for row in Edition.objects.filter(key__any_of=[kept["key"] for _, kept in good]).defer(
                "search_text", "sort_key"
            )
        }
        stated = {number: found for number, kept in good if (found := relations_in(kept))}
        known = _known_relations([present[kept["key"]].pk for _, kept in good if kept["key"] in present])
        self.chains.load(row["to_key"] for found in stated.values() for row in found.get("replaces", ()))
        for number, kept in good:
            there = present.get(kept["key"])
            if there is None:
                errors = self.cleaner.completed(kept, number, self.today)
                if not errors and not self.allowed(kept.get("region", "")):
                    errors = [_not_here(number, kept.get("region", ""))]
            else:
                errors = self._refuses(number, there, kept)
            found = stated.get(number, {})
            if not errors and found.get("replaces"):
                way = self.chains.state(
                    kept["key"], [row["to_key"] for row in found["replaces"] if row["to_key"]]
                )
                errors = [loop_error(number, way)] if way else []
            if errors:
                out.refuse(errors)
            elif there is None:
                out.fresh.append(kept)
            elif differing(there, kept, COMPARED) or _differs(known.get(there.pk, {}), found):
                out.changes.append((there, kept))
            else:
                out.unchanged += 1
        return out

    def _refuses(self, number: int, before: Edition, kept: Kept) -> list[RowError]:
        for region in (before.region, kept.get("region", before.region)):
            if not self.allowed(region):
                return [_not_here(number, region)]
        whole = {**kept_of(before), **kept}
        if "status" not in kept and {"effective_on", "withdrawn_on"} & kept.keys():
            kept["status"] = whole["status"] = status_from(whole, self.today)
        return check_days(whole, number) or check_status(whole, number, self.today)

    def write(self, judged: Judged) -> None:
        insert_editions(judged.fresh, by=self.by, source=self.source)
        update_editions(judged.changes, by=self.by, source=self.source)


class RelationImporter(Importer):
    """Relations of editions that are in the catalogue; a row adds one or changes its degree or extent."""

    what = "relations"

    def key(self, kept: Kept) -> str:
        if not kept.get("key") or not kept.get("kind"):
            return ""
        return f"{kept['key']}\x1f{kept['kind']}\x1f{kept.get('to_number', '')}"

    def judge(self, rows: Sequence[Row]) -> Judged:
        out = Judged(rows=len(rows))
        good = self.cleaned(rows, out)
        keys = [kept["key"] for _, kept in good]
        present = {
            key: (pk, region)
            for key, pk, region in Edition.objects.filter(key__any_of=keys).values_list("key", "id", "region")
        }
        known = _known_relations([pk for pk, _ in present.values()])
        self.chains.load([*keys, *(kept.get("to_key", "") for _, kept in good)])
        stated: dict[str, list[str]] = {}
        for number, kept in good:
            errors = self.cleaner.missing(kept, number)
            there = present.get(kept["key"])
            if not errors and there is None:
                errors = [_unknown(number, kept["number"])]
            elif not errors and there is not None and not self.allowed(there[1]):
                errors = [_not_here(number, there[1])]
            if not errors and kept["kind"] == "replaces" and kept.get("to_key"):
                before = stated.setdefault(kept["key"], list(self.chains.of(kept["key"])))
                way = self.chains.state(kept["key"], [*before, kept["to_key"]])
                if way:
                    errors = [loop_error(number, way)]
                else:
                    before.append(kept["to_key"])
            if errors:
                out.refuse(errors)
                continue
            assert there is not None
            same = known.get(there[0], {}).get((kept["kind"], kept["to_number"]))
            if same is None:
                out.fresh.append((there[0], kept))
            elif same != _degree_and_part(kept):
                out.changes.append((Edition(pk=there[0]), kept))
            else:
                out.unchanged += 1
        return out

    def write(self, judged: Judged) -> None:
        rows = [*judged.fresh, *((row.pk, kept) for row, kept in judged.changes)]
        save_relations(rows, by=self.by, source=self.source)


IMPORTERS: dict[str, type[Importer]] = {"editions": Importer, "relations": RelationImporter, "sts": Importer}


def _degree_and_part(kept: Mapping[str, Any]) -> tuple[str, str]:
    kind = kept["kind"]
    return (
        kept.get("degree") or "" if kind == "adopts" else "",
        kept.get("part") or "wholly" if kind == "replaces" else "",
    )


def _known_relations(ids: Sequence[int]) -> dict[int, dict[tuple[str, str], tuple[str, str]]]:
    found: dict[int, dict[tuple[str, str], tuple[str, str]]] = {}
    rows = Relation.objects.filter(from_edition_id__in=list(ids))
    for pk, kind, to, degree, part in rows.values_list(
        "from_edition_id", "kind", "to_number", "degree", "part"
    ):
        found.setdefault(pk, {})[(kind, to)] = (degree, part)
    return found


def _differs(
    known: Mapping[tuple[str, str], tuple[str, str]], stated: Mapping[str, Sequence[Mapping[str, Any]]]
) -> bool:
    for kind, rows in stated.items():
        now = {to: what for (of, to), what in known.items() if of == kind}
        if now != {row["to_number"]: _degree_and_part({**row, "kind": kind}) for row in rows}:
            return True
    return False


def chunks(rows: Iterable[Row], size: int = CHUNK) -> Iterator[list[Row]]:
    """The rows in lists of at most `size`."""
    iterator = iter(rows)
    while chunk := list(islice(iterator, size)):
        yield chunk


def check(
    rows: Iterable[Row], importer: Importer, advance: Callable[[int], None] = lambda done: None
) -> Report:
    """A dry run: every row is judged, nothing is written."""
    return _go(rows, importer, advance, write=False, all_or_nothing=False)


def bring_in(
    rows: Iterable[Row],
    importer: Importer,
    *,
    all_or_nothing: bool,
    advance: Callable[[int], None] = lambda done: None,
) -> Report:
    """Write the good rows in the caller's transaction. With `all_or_nothing`, RefusedRows where one row is wrong."""
    return _go(rows, importer, advance, write=True, all_or_nothing=all_or_nothing)


def _go(
    rows: Iterable[Row],
    importer: Importer,
    advance: Callable[[int], None],
    *,
    write: bool,
    all_or_nothing: bool,
) -> Report:
    report = Report()
    for chunk in chunks(rows):
        judged = importer.judge(chunk)
        report.rows += judged.rows
        report.wrong += len(judged.wrong)
        report.new += len(judged.fresh)
        report.changed += len(judged.changes)
        report.unchanged += judged.unchanged
        report.add_errors(sorted(judged.errors, key=lambda error: error.row))
        if write and not (all_or_nothing and report.errors):
            importer.write(judged)
        advance(len(chunk))
    if write and all_or_nothing and report.errors:
        raise RefusedRows(report.errors)
    return report


def _doubled(row: int, key: str, before: int) -> RowError:
    return RowError(
        row,
        "标准编号",
        key.replace("\x1f", " "),
        f"与第 {before} 行重复（写法不同也是同一标准）",
        f"is the standard of row {before} (however it is written)",
        "保留一行",
        "keep one of the rows",
    )


def _unknown(row: int, number: str) -> RowError:
    return RowError(
        row,
        "标准编号",
        number,
        "目录中没有这个标准",
        "is not in the catalogue",
        "先登记该标准",
        "register it first",
    )


def _not_here(row: int, region: str) -> RowError:
    return RowError(
        row,
        "地区",
        region,
        "不在您的权限地区内",
        "lies outside the regions that you may import",
        "由该地区的人员导入",
        "somebody of that region imports it",
    )
