"""Files of declarations: how their rows are judged and declared (`kernel/transfer/judging`)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pinzhi.apps.standards import access
from pinzhi.apps.standards import cleaning_declarations as cleaning
from pinzhi.apps.standards.actions.declare import declare
from pinzhi.apps.standards.actions.revise_declaration import revise_declaration
from pinzhi.apps.standards.columns_declarations import PLACES
from pinzhi.apps.standards.saving_declarations import key_of, standing_alike
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import RowError
from pinzhi.kernel.registers.models import Record
from pinzhi.kernel.transfer.judging import Importer, Judged, Kept, not_here
from pinzhi.kernel.transfer.reading import Row

VERB = "standards.declare"
_PLACE_ZH, _PLACE_EN = re.compile(r"第(\d+)行"), re.compile(r"row \d+[,:]?\s*")


def may_import(by: Actor) -> bool:
    """An enterprise its own declarations, an official those of its region."""
    if by.speaks_for == "enterprise":
        return by.is_subject(by.party, cleaning.REGISTER)
    return access.anywhere(by, VERB, register=cleaning.REGISTER)


class DeclarationImporter(Importer):
    """`fresh` of a chunk: drafts that were checked. A declaration in public that says the same is unchanged.

    `changes`: (number, draft) of those in public that the file says otherwise of; a field that the file leaves empty
    stays as it stands, the indicators are those of the file. Nothing is withdrawn by a file.
    """

    chunk = 1_000

    def __init__(self, *, by: Actor, region: str = "", source: str = "") -> None:
        super().__init__(by=by, region=region, source=source)
        self.own = by.party if by.speaks_for == "enterprise" else ""
        self.clean = self._clean
        self.today = clock.today()

    def _clean(self, values: Mapping[str, Any], number: int) -> tuple[Kept, list[RowError]]:
        given = dict(values)
        places = given.pop(PLACES)
        (draft,) = cleaning.read([{**given, "row": number}], own=self.own)
        errors = [placed(error, places) for error in draft.errors]
        draft.errors = []
        if self.own and draft.uscc and draft.uscc != self.own:
            errors.append(
                RowError(
                    number, "统一社会信用代码", draft.uscc, "不是本企业的代码", "is another enterprise's code",
                    "只能声明本企业的产品", "declare your own products",
                )
            )  # fmt: skip
        return {"draft": draft, PLACES: places}, errors

    def key(self, kept: Kept) -> str:
        draft: cleaning.Draft = kept["draft"]
        if not draft.uscc or not draft.said.get("product_name") or not draft.said.get("standard_no"):
            return ""
        return "\x1f".join(key_of(draft))

    def keyless(self, kept: Kept, number: int) -> list[RowError]:
        return []

    def doubled(self, number: int, key: str, before: int) -> RowError:
        return RowError(
            number, "产品（服务）名称", None, f"与第{before}行是同一产品、同一标准", f"is the same product and standard as row {before}",
            "同一产品的指标放在相邻的行；不同的产品写明型号规格", "keep a product's rows together; name model and specification",
        )  # fmt: skip

    def permits(self, region: str) -> bool:
        return access.allowed(self.by, VERB, region, register=cleaning.REGISTER, subject=self.own)

    def judge(self, rows: Sequence[Row]) -> Judged:
        places = {row.number: list(dict.fromkeys(row.values[PLACES])) for row in rows}
        out = Judged(rows=sum(map(len, places.values())))
        good = [(kept["draft"], kept[PLACES]) for _, kept in self.cleaned(rows, out)]
        drafts = [draft for draft, _ in good]
        cleaning.place(drafts)
        for draft in drafts:
            if not draft.errors and not self.allowed(draft.region):
                draft.errors.append(not_here(draft.row, draft.region))
        there = standing_alike([key_of(draft) for draft in drafts])
        said = _said(there.values())
        numbers = {id(draft): there.get(key_of(draft)) for draft in drafts}
        for draft in drafts:
            if (number := numbers[id(draft)]) is not None:  # what the file leaves empty stays as it stands
                draft.said = {**said[number], **draft.said}
        cleaning.check_all([draft for draft in drafts if not draft.errors], self.today)
        for draft, at in good:
            number = numbers[id(draft)]
            if draft.errors:
                out.refuse(placed(error, at) for error in draft.errors)
            elif number is None:
                out.fresh.append(draft)
            elif said[number] == draft.said:
                out.unchanged += 1
            else:
                out.changes.append((number, draft))
        # A declaration is refused whole: all its rows are.
        for first, own in places.items():
            if out.wrong & {first, *own}:
                out.wrong.update(own)
        return out

    def write(self, judged: Judged) -> None:
        if judged.fresh:
            declare(
                [
                    {**draft.said, "uscc": draft.uscc, "kind": draft.kind, "row": draft.row}
                    for draft in judged.fresh
                ],
                by=self.by,
            )
        for number, draft in judged.changes:
            revise_declaration(number, draft.said, by=self.by)


def _said(numbers: Any) -> dict[str, dict[str, Any]]:
    rows = Record.objects.filter(register=cleaning.REGISTER, key__any_of=list(numbers))
    return {
        key: {name: values[name] for name in cleaning.SAID if name in values}
        for key, values in rows.values_list("key", "values")
    }


def placed(error: RowError, places: Sequence[int]) -> RowError:
    """An error of the table of indicators at the row of the file where the indicator stands."""
    found = _PLACE_ZH.match(error.wrong_zh)
    if found is None:
        return error
    at = int(found[1])
    zh, en = error.wrong_zh[found.end() :], _PLACE_EN.sub("", error.wrong_en, count=1)
    if len(set(places)) == 1:  # all in one row
        zh, en = f"第{at}项指标{zh}", f"indicator {at}: {en}"
    return replace(
        error, row=places[at - 1] if 0 < at <= len(places) else error.row, wrong_zh=zh, wrong_en=en
    )
