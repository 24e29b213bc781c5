"""Spreadsheets of parties: every row judged, then written in chunks within one transaction.

The same judgement serves the dry run and the import itself, so what was reported is what happens. Memory holds one
chunk and the codes that the file has named so far, whatever the file's size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from pinzhi.apps.parties import access
from pinzhi.apps.parties.actions.register_products import natural_number, number_products, place_products
from pinzhi.apps.parties.actions.rename_enterprise import note_former_name
from pinzhi.apps.parties.actions.set_risk_classes import enterprises_of, write_risk_classes
from pinzhi.apps.parties.cleaning import Cleaner, Kept, differing
from pinzhi.apps.parties.fields import ROSTER_OF
from pinzhi.apps.parties.loading import producer_names
from pinzhi.apps.parties.models import Body, Enterprise, FormerName, Product
from pinzhi.apps.parties.saving import (
    BODY,
    ENTERPRISE,
    PRODUCT,
    add_former_names,
    insert_bodies,
    insert_enterprises,
    insert_products,
    update_bodies,
    update_enterprises,
    update_products,
)
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import RefusedRows, RowError
from pinzhi.kernel.transfer.reading import Row

CHUNK = 10_000
#: Of each file so many errors are kept with their place; beyond that they are only counted.
ERRORS_KEPT = 2_000


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
    """A chunk: what is new, what changes (the row, what the file gives, the names that change), what is wrong."""

    fresh: list[Kept] = field(default_factory=list)
    changes: list[tuple[Any, Kept, list[str]]] = field(default_factory=list)
    unchanged: int = 0
    errors: list[RowError] = field(default_factory=list)
    wrong: set[int] = field(default_factory=set)
    rows: int = 0


class Importer:
    """Judges and writes the rows of one file. `region`: for rows that name none."""

    what = "enterprises"
    verb = "parties.import"

    def __init__(self, *, by: Actor, region: str = "", source: str = "") -> None:
        self.by, self.source = by, source
        self.cleaner = Cleaner(self.what, {"region": region} if region and self.what != "products" else None)
        self.roster = ROSTER_OF[self.what]
        self.seen: dict[str, int] = {}
        self._allowed: dict[str, bool] = {}

    # what differs from kind to kind

    def key(self, kept: Kept) -> str:
        return str(kept.get("uscc", ""))

    def present(self, keys: Sequence[str]) -> dict[str, Any]:
        raise NotImplementedError

    def names(self) -> Sequence[str]:
        raise NotImplementedError

    def place(self, rows: Sequence[tuple[int, Kept]]) -> list[RowError]:
        """What is looked up for a whole chunk; errors by row."""
        return []

    def write(self, judged: Judged) -> None:
        raise NotImplementedError

    # the same for all

    def judge(self, rows: Sequence[Row]) -> Judged:
        """What becomes of these rows. Reads, never writes."""
        out = Judged(rows=len(rows))
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
                errors.append(self.no_key(row.number))
            if errors:
                out.errors += errors
                out.wrong.add(row.number)
            else:
                good.append((row.number, kept))
        self._refuse(out, self.place(good))
        present = self.present([self.key(kept) for number, kept in good if number not in out.wrong])
        names = self.names()
        for number, kept in good:
            if number in out.wrong:
                continue
            there = present.get(self.key(kept))
            if there is None:
                missing = self.cleaner.completed(kept, number)
                if missing or not self.allowed(kept.get("region", "")):
                    self._refuse(out, missing or [_not_here(number, kept.get("region", ""))])
                    continue
                out.fresh.append(kept)
                continue
            problem = self.refuses(number, there, kept)
            if problem is not None:
                self._refuse(out, [problem])
                continue
            changed = self.differs(there, kept, names)
            if changed:
                out.changes.append((there, kept, changed))
            else:
                out.unchanged += 1
        return out

    def differs(self, before: Any, kept: Kept, names: Sequence[str]) -> list[str]:
        return differing(before, kept, names)

    def refuses(self, number: int, before: Any, kept: Kept) -> RowError | None:
        """Why a party that is there may not be changed by this row, or None."""
        for region in (before.region, kept.get("region", before.region)):
            if not self.allowed(region):
                return _not_here(number, region)
        return None

    def no_key(self, number: int) -> RowError:
        return RowError(number, "统一社会信用代码", None, "必填", "is required", "请填写", "fill it in")

    def allowed(self, region: str) -> bool:
        if region not in self._allowed:
            self._allowed[region] = access.allowed(self.by, self.verb, self.roster, region)
        return self._allowed[region]

    def _refuse(self, out: Judged, errors: Iterable[RowError]) -> None:
        for error in errors:
            out.errors.append(error)
            out.wrong.add(error.row)


class EnterpriseImporter(Importer):
    def present(self, keys: Sequence[str]) -> dict[str, Any]:
        return {row.uscc: row for row in Enterprise.objects.filter(uscc__any_of=keys)}

    def names(self) -> Sequence[str]:
        return ENTERPRISE

    def differs(self, before: Any, kept: Kept, names: Sequence[str]) -> list[str]:
        changed = differing(before, kept, names)
        if kept.get("former_names"):
            known = set(FormerName.objects.filter(enterprise=before).values_list("name", flat=True))
            if set(kept["former_names"]) - known - {before.name}:
                changed.append("former_names")
        return changed

    def refuses(self, number: int, before: Any, kept: Kept) -> RowError | None:
        if before.merged_into:
            zh, en = f"已并入 {before.merged_into}", f"was merged into {before.merged_into}"
            return RowError(
                number, "统一社会信用代码", before.uscc, zh, en, "改用合并后的代码", "use that code"
            )
        return super().refuses(number, before, kept)

    def write(self, judged: Judged) -> None:
        insert_enterprises(judged.fresh, by=self.by, source=self.source)
        rows = []
        for row, kept, changed in judged.changes:
            if "name" in changed:
                note_former_name(row, clock.today(), by=self.by)
                row.name_since = clock.today()
            for name in changed:
                if name != "former_names":
                    setattr(row, name, kept[name])
            rows.append(row)
        named = {
            row.uscc: kept["former_names"] for row, kept, _ in judged.changes if kept.get("former_names")
        }
        add_former_names(named, by=self.by)
        if rows:
            update_enterprises(rows, by=self.by, source=self.source)


class ProductImporter(Importer):
    what = "products"

    def key(self, kept: Kept) -> str:
        return natural_number(kept)

    def no_key(self, number: int) -> RowError:
        return RowError(
            number,
            "商品条码",
            None,
            "商品条码和企业自编产品编号都没有填",
            "has neither a GTIN nor the producer's own number",
            "至少填一项，以便再次导入时对得上",
            "fill in one of them, so that a later import finds it",
        )

    def present(self, keys: Sequence[str]) -> dict[str, Any]:
        found = {row.number: row for row in Product.objects.filter(number__any_of=keys)}
        pairs = [key.partition("/") for key in keys if "/" in key]
        if pairs:
            wanted = {(producer, own) for producer, _, own in pairs}
            rows = Product.objects.filter(
                producer_code__in={p for p, _ in wanted}, own_number__in={o for _, o in wanted}
            )
            found |= {f"{row.producer_code}/{row.own_number}": row for row in rows}
        return found

    def names(self) -> Sequence[str]:
        return PRODUCT

    def place(self, rows: Sequence[tuple[int, Kept]]) -> list[RowError]:
        errors = place_products([kept for _, kept in rows], [number for number, _ in rows], known_ok=True)
        for _, kept in rows:
            if not kept.get("region"):
                kept.pop("region", None)
        return errors

    def write(self, judged: Judged) -> None:
        number_products(judged.fresh)
        insert_products(judged.fresh, by=self.by, source=self.source)
        for row, kept, changed in judged.changes:
            for name in changed:
                setattr(row, name, kept[name])
        rows = [row for row, _, _ in judged.changes]
        if rows:
            producers = {
                code: name for code, (name, _) in producer_names([row.producer_code for row in rows]).items()
            }
            update_products(rows, producers, by=self.by, source=self.source)


class BodyImporter(Importer):
    what = "bodies"

    def present(self, keys: Sequence[str]) -> dict[str, Any]:
        return {row.uscc: row for row in Body.objects.filter(uscc__any_of=keys)}

    def names(self) -> Sequence[str]:
        return BODY

    def write(self, judged: Judged) -> None:
        insert_bodies(judged.fresh, by=self.by, source=self.source)
        for row, kept, changed in judged.changes:
            for name in changed:
                setattr(row, name, kept[name])
        if judged.changes:
            update_bodies([row for row, _, _ in judged.changes], by=self.by, source=self.source)


class RiskImporter(Importer):
    what = "risk_classes"
    verb = "parties.set_risk"

    def key(self, kept: Kept) -> str:
        return f"{kept['uscc']}/{kept.get('since', '')}" if kept.get("uscc") else ""

    def judge(self, rows: Sequence[Row]) -> Judged:
        out = Judged(rows=len(rows))
        good: list[tuple[int, Kept]] = []
        for row in rows:
            kept, errors = self.cleaner.whole(row.values, row.number)
            errors = [*row.errors, *errors]
            before = self.seen.setdefault(self.key(kept), row.number) if self.key(kept) else row.number
            if before != row.number:
                errors.append(_doubled(row.number, kept["uscc"], before))
            self._refuse(out, errors)
            if not errors:
                good.append((row.number, kept))
        found, errors = enterprises_of([kept for _, kept in good], [number for number, _ in good])
        self._refuse(out, errors)
        for number, kept in good:
            if number in out.wrong:
                continue
            if self.allowed(found[kept["uscc"]].region):
                out.fresh.append(kept)
            else:
                self._refuse(out, [_not_here(number, found[kept["uscc"]].region)])
        return out

    def write(self, judged: Judged) -> None:
        found, _ = enterprises_of(judged.fresh, range(len(judged.fresh)))
        write_risk_classes(judged.fresh, found, source=self.source, by=self.by)


IMPORTERS: dict[str, type[Importer]] = {
    kind.what: kind for kind in (EnterpriseImporter, ProductImporter, BodyImporter, RiskImporter)
}


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
    code = key.partition("/")[2] or key
    return RowError(
        row,
        "编号",
        code,
        f"与第 {before} 行重复",
        f"stands in row {before} already",
        "保留一行",
        "keep one of the rows",
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
