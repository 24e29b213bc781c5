"""Take editions of standards into the catalogue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction

from pinzhi.apps.standards import access
from pinzhi.apps.standards.cleaning_catalogue import Cleaner, Kept
from pinzhi.apps.standards.models import Edition
from pinzhi.apps.standards.relating import Chains, loop_error, relations_in
from pinzhi.apps.standards.saving_catalogue import insert_editions
from pinzhi.kernel import audit
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import Conflict, RefusedRows, RowError


def register_editions(
    rows: Sequence[Mapping[str, Any]], *, by: Actor, region: str = "", source: str = ""
) -> list[str]:
    """Register editions given as typed values by field (`fields_catalogue.fields_of`); returns their keys.

    `region`: of rows that name none. All or nothing. Raises NotPermitted for a region that is not the actor's, RefusedRows
    for values, numbers that stand twice, those that are registered already, and replacements that close a loop.
    """
    kept, errors, first = Cleaner(region=region).whole_rows(rows, "key", _twice)
    if not errors:
        known = Edition.objects.filter(key__any_of=list(first)).values_list("key", "title_zh")
        errors += [_known(first[key], key, title) for key, title in known]
    if not errors:
        errors += loops(kept)
    if errors:
        raise RefusedRows(errors)
    access.require(by, "standards.write", {one["region"] for one in kept})
    try:
        with transaction.atomic():
            insert_editions(kept, by=by, source=source)
            audit.record(
                "standards.register_editions",
                by=by,
                subject_kind="standard",
                subject_key=kept[0]["key"] if len(kept) == 1 else "",
                register=access.STANDARDS,
                region=kept[0]["region"] if len({one["region"] for one in kept}) == 1 else "",
                count=len(kept),
            )
    except IntegrityError as error:
        raise Conflict(
            "number_taken",
            zh="其中的标准刚刚被他人登记。",
            en="One of the standards was registered by somebody else just now.",
            remedy_zh="请刷新目录后再试。",
            remedy_en="Reload the catalogue and try again.",
        ) from error
    return [one["key"] for one in kept]


def loops(rows: Sequence[Kept]) -> list[RowError]:
    """Rows (numbered from 1) whose replacements close a loop, in themselves or with the catalogue."""
    chains, errors = Chains(), []
    stated = [
        [one["to_key"] for one in relations_in(kept).get("replaces", ()) if one["to_key"]] for kept in rows
    ]
    chains.load(key for keys in stated for key in keys)
    for number, (kept, keys) in enumerate(zip(rows, stated, strict=True), 1):
        if keys and (way := chains.state(kept["key"], keys)):
            errors.append(loop_error(number, way))
    return errors


def _twice(row: int, key: str, before: int) -> RowError:
    return RowError(
        row,
        "标准编号",
        key,
        f"与第 {before} 行重复",
        f"stands in row {before} already",
        "保留一行",
        "keep one of the rows",
    )


def _known(row: int, key: str, title: str) -> RowError:
    return RowError(
        row,
        "标准编号",
        key,
        f"已登记为“{title}”",
        f"is registered already: {title}",
        "改用“变更”",
        "change the entry instead",
    )
