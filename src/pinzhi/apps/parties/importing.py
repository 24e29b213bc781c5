"""Spreadsheets of parties: how their rows are judged and written (`kernel/transfer/judging`)."""

from __future__ import annotations

from collections.abc import Sequence
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
from pinzhi.kernel.errors import RowError
from pinzhi.kernel.transfer.judging import Importer, Judged, not_here
from pinzhi.kernel.transfer.reading import Row


class PartyImporter(Importer):
    """What the importers of parties share. `changes` of a chunk: the row, what the file gives, the names that change."""

    chunk = 10_000
    what = "enterprises"
    verb = "parties.import"

    def __init__(self, *, by: Actor, region: str = "", source: str = "") -> None:
        super().__init__(by=by, region=region, source=source)
        self.cleaner = Cleaner(self.what, {"region": region} if region and self.what != "products" else None)
        self.clean = self.cleaner.given
        self.roster = ROSTER_OF[self.what]

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

    # the same for all of them

    def judge(self, rows: Sequence[Row]) -> Judged:
        """What becomes of these rows. Reads, never writes."""
        out = Judged(rows=len(rows))
        good = self.cleaned(rows, out)
        out.refuse(self.place(good))
        present = self.present([self.key(kept) for number, kept in good if number not in out.wrong])
        names = self.names()
        for number, kept in good:
            if number in out.wrong:
                continue
            there = present.get(self.key(kept))
            if there is None:
                missing = self.cleaner.completed(kept, number)
                if missing or not self.allowed(kept.get("region", "")):
                    out.refuse(missing or [not_here(number, kept.get("region", ""))])
                    continue
                out.fresh.append(kept)
                continue
            problem = self.refuses(number, there, kept)
            if problem is not None:
                out.refuse([problem])
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
                return not_here(number, region)
        return None

    def keyless(self, kept: Kept, number: int) -> list[RowError]:
        return [RowError(number, "统一社会信用代码", None, "必填", "is required", "请填写", "fill it in")]

    def doubled(self, number: int, key: str, before: int) -> RowError:
        return _doubled(
            number, key.partition("/")[2] or key, before
        )  # of a product: the producer's own number

    def permits(self, region: str) -> bool:
        return access.allowed(self.by, self.verb, self.roster, region)


class EnterpriseImporter(PartyImporter):
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


class ProductImporter(PartyImporter):
    what = "products"

    def key(self, kept: Kept) -> str:
        return natural_number(kept)

    def keyless(self, kept: Kept, number: int) -> list[RowError]:
        return [
            RowError(
                number,
                "商品条码",
                None,
                "商品条码和企业自编产品编号都没有填",
                "has neither a GTIN nor the producer's own number",
                "至少填一项，以便再次导入时对得上",
                "fill in one of them, so that a later import finds it",
            )
        ]

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


class BodyImporter(PartyImporter):
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


class RiskImporter(PartyImporter):
    what = "risk_classes"
    verb = "parties.set_risk"

    def __init__(self, *, by: Actor, region: str = "", source: str = "") -> None:
        super().__init__(by=by, region=region, source=source)
        self.clean = self.cleaner.whole

    def key(self, kept: Kept) -> str:
        return f"{kept['uscc']}/{kept.get('since', '')}" if kept.get("uscc") else ""

    def doubled(self, number: int, key: str, before: int) -> RowError:
        return _doubled(number, key.partition("/")[0], before)

    def judge(self, rows: Sequence[Row]) -> Judged:
        out = Judged(rows=len(rows))
        good = self.cleaned(rows, out)
        found, errors = enterprises_of([kept for _, kept in good], [number for number, _ in good])
        out.refuse(errors)
        for number, kept in good:
            if number in out.wrong:
                continue
            if self.allowed(found[kept["uscc"]].region):
                out.fresh.append(kept)
            else:
                out.refuse([not_here(number, found[kept["uscc"]].region)])
        return out

    def write(self, judged: Judged) -> None:
        found, _ = enterprises_of(judged.fresh, range(len(judged.fresh)))
        write_risk_classes(judged.fresh, found, source=self.source, by=self.by)


def _doubled(row: int, code: str, before: int) -> RowError:
    return RowError(
        row,
        "编号",
        code,
        f"与第 {before} 行重复",
        f"stands in row {before} already",
        "保留一行",
        "keep one of the rows",
    )
