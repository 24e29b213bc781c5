"""Take enterprises into the roster."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from pinzhi.apps.parties import access
from pinzhi.apps.parties.cleaning import Cleaner
from pinzhi.apps.parties.models import Enterprise
from pinzhi.apps.parties.saving import insert_enterprises
from pinzhi.kernel import audit
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import Conflict, RefusedRows, RowError


def register_enterprises(
    rows: Sequence[Mapping[str, Any]], *, by: Actor, effective_on: date | None = None
) -> list[str]:
    """Register enterprises given as typed values by field (`fields.fields_of`); returns their credit codes.

    All or nothing. Raises NotPermitted for a region that is not the actor's, RefusedRows for values, codes that stand
    twice and those that are registered already.
    """
    kept, errors, first = Cleaner("enterprises").whole_rows(rows, "uscc", twice)
    if not errors:
        known = Enterprise.objects.filter(uscc__in=list(first)).values_list("uscc", "name")
        errors += [_known(first[code], code, name) for code, name in known]
    if errors:
        raise RefusedRows(errors)
    access.require(by, "parties.write", access.ENTERPRISES, {one["region"] for one in kept})
    try:
        with transaction.atomic():
            insert_enterprises(kept, by=by, effective_on=effective_on)
            audit.record(
                "parties.register_enterprises",
                by=by,
                subject_kind="enterprise",
                subject_key=kept[0]["uscc"] if len(kept) == 1 else "",
                register=access.ENTERPRISES,
                region=kept[0]["region"] if len({one["region"] for one in kept}) == 1 else "",
                count=len(kept),
            )
    except IntegrityError as error:
        raise Conflict(
            "code_taken",
            zh="其中的企业刚刚被他人登记。",
            en="One of the enterprises was registered by somebody else just now.",
            remedy_zh="请刷新名单后再试。",
            remedy_en="Reload the list and try again.",
        ) from error
    return [one["uscc"] for one in kept]


def twice(row: int, code: str, before: int) -> RowError:
    return RowError(
        row,
        "统一社会信用代码",
        code,
        f"与第 {before} 行重复",
        f"stands in row {before} already",
        "保留一行",
        "keep one of the rows",
    )


def _known(row: int, code: str, name: str) -> RowError:
    return RowError(
        row,
        "统一社会信用代码",
        code,
        f"已登记为“{name}”",
        f"is registered already: {name}",
        "改用“变更”",
        "change the enterprise instead",
    )
