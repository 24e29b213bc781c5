"""An enterprise declares the standards its products are made to, or promises quality; public at once, approved by nobody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from pinzhi.apps.standards import access
from pinzhi.apps.standards import cleaning_declarations as cleaning
from pinzhi.apps.standards.saving_declarations import insert, key_of, standing_alike
from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import Conflict, RefusedRows, RowError
from pinzhi.rules.standards.declarations import Finding


@dataclass(frozen=True)
class Declared:
    """A declaration that is public now, and what the check found: told to the firm, or shown to the public."""

    number: str
    findings: Sequence[Finding]
    flags: Sequence[str]


def declare(
    rows: Sequence[Mapping[str, Any]], *, by: Actor, declared_on: date | None = None
) -> list[Declared]:
    """Declare a set, all or nothing: each row by field, with `uscc` unless the enterprise itself declares, and `kind`.

    The check refuses only what cannot be read or is no declaration; all else is told or flagged. `declared_on`: the day
    of a declaration that was made before it was entered here. Raises NotPermitted, RefusedRows, Conflict.
    """
    drafts = cleaning.read(rows, own=by.party if by.speaks_for == "enterprise" else "")
    cleaning.place(drafts)
    for draft in drafts:
        if draft.region or not draft.errors:
            access.require(
                by, "standards.declare", [draft.region], register=cleaning.REGISTER, subject=draft.uscc
            )
    today = clock.today()
    day = declared_on or today
    if day > today:
        raise RefusedRows([RowError(1, "声明日期", day.isoformat(), "晚于今天", "is in the future")])
    cleaning.check_all([draft for draft in drafts if not draft.errors], today)
    _refuse_doubles(drafts)
    errors = [error for draft in drafts for error in draft.errors]
    if errors:
        raise RefusedRows(errors)
    try:
        with transaction.atomic():
            numbers = insert(drafts, by=by, on=today, declared_on=day)
            regions = {draft.region for draft in drafts}
            audit.record(
                "standards.declare",
                by=by,
                register=cleaning.REGISTER,
                subject_kind="declaration",
                subject_key=numbers[0] if len(numbers) == 1 else "",
                region=regions.pop() if len(regions) == 1 else "",
                count=len(numbers),
            )
    except IntegrityError as error:
        raise Conflict(
            "declared_already",
            zh="同一产品、同一标准的声明刚刚已经公开。",
            en="The same product and standard were declared just now.",
            remedy_zh="在声明列表中打开它，需要时变更。",
            remedy_en="Open it in the list and change it if need be.",
        ) from error
    return [
        Declared(
            number,
            draft.checked.findings if draft.checked else (),
            draft.checked.flags if draft.checked else (),
        )
        for number, draft in zip(numbers, drafts, strict=True)
    ]


def _refuse_doubles(drafts: Sequence[cleaning.Draft]) -> None:
    """The same product and standard declared already, or twice in the set."""
    keyed = [(draft, key_of(draft)) for draft in drafts if not draft.errors]
    there = standing_alike([key for _, key in keyed])
    for draft, key in keyed:
        if key in there:
            draft.errors.append(
                RowError(
                    draft.row, "产品（服务）名称", str(draft.said.get("product_name")), f"与 {there[key]} 是同一产品、同一标准",
                    f"is the same product and standard as {there[key]}", "变更原声明，或写明型号规格以示区别",
                    "change that one, or name model and specification",
                )
            )  # fmt: skip
        there.setdefault(key, f"第{draft.row}行")
