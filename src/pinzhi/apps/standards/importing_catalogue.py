"""Files of the catalogue: how their rows are judged and written (`kernel/transfer/judging`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from pinzhi.kernel.errors import RowError
from pinzhi.kernel.transfer.judging import Importer, Judged, not_here
from pinzhi.kernel.transfer.reading import Row

VERB = "standards.import"


class EditionImporter(Importer):
    """`changes` of a chunk: the row and what the file gives. What replaces what is kept in mind for the whole file."""

    what = "editions"

    def __init__(self, *, by: Actor, region: str = "", source: str = "") -> None:
        super().__init__(by=by, region=region, source=source)
        self.cleaner = Cleaner(self.what, region=region)
        self.clean = self.cleaner.given
        self.chains = Chains()
        self.today = clock.today()

    def permits(self, region: str) -> bool:
        return access.allowed(self.by, VERB, region)

    def keyless(self, kept: Kept, number: int) -> list[RowError]:
        return self.cleaner.missing(kept, number)

    def doubled(self, number: int, key: str, before: int) -> RowError:
        return RowError(
            number,
            "标准编号",
            key.replace("\x1f", " "),
            f"与第 {before} 行重复（写法不同也是同一标准）",
            f"is the standard of row {before} (however it is written)",
            "保留一行",
            "keep one of the rows",
        )

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
                    errors = [not_here(number, kept.get("region", ""))]
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
                return [not_here(number, region)]
        whole = {**kept_of(before), **kept}
        if "status" not in kept and {"effective_on", "withdrawn_on"} & kept.keys():
            kept["status"] = whole["status"] = status_from(whole, self.today)
        return check_days(whole, number) or check_status(whole, number, self.today)

    def write(self, judged: Judged) -> None:
        insert_editions(judged.fresh, by=self.by, source=self.source)
        update_editions(judged.changes, by=self.by, source=self.source)


class RelationImporter(EditionImporter):
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
                errors = [not_here(number, there[1])]
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
