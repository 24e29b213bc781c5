"""Change what is kept of an edition: its titles, days, status, classes, and what it states of other standards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from pinzhi.apps.standards import access, loading
from pinzhi.apps.standards.cleaning_catalogue import (
    LISTS,
    Cleaner,
    check_days,
    check_status,
    status_from,
)
from pinzhi.apps.standards.relating import Chains, loop_error, relations_in
from pinzhi.apps.standards.saving_catalogue import COMPARED, differing, kept_of, update_editions
from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import RefusedRows, RowError, refuse_changed
from pinzhi.kernel.registers.values import is_blank


@transaction.atomic
def change_edition(
    key: str, values: Mapping[str, Any], *, revision: int | None = None, by: Actor
) -> list[str]:
    """Change the fields given (a blank one is emptied); returns the names of those that changed.

    A status that is not given follows from the days. Raises NotFound, NotPermitted (the region it has and the one it is to
    have), RefusedRows (also for a loop of replacements), Conflict.
    """
    row = loading.edition(key)
    access.require(by, "standards.write", [row.region])
    refuse_changed(row, revision)
    given = {**values, "number": values.get("number") or row.number}
    if row.level in ("foreign", "regional") and "level" not in given:
        given["level"] = row.level
    kept, errors = Cleaner().given(given, 1)
    if not errors and kept["key"] != row.key:
        errors.append(
            RowError(
                1,
                "标准编号",
                str(given["number"]),
                f"是另一个标准，不是 {row.number}",
                f"is another standard than {row.number}",
                "改号请登记为新标准，再写明代替关系",
                "register the other one and say what it replaces",
            )
        )
    today = clock.today()
    emptied: dict[str, Any] = {
        name: [] if name in ("ics", "ccs", "drafters", *LISTS) else None
        for name in values
        if name not in kept and name != "number" and is_blank(values[name])
    }
    kept = {**emptied, **kept}
    # An empty adoption sentence states that nothing is adopted.
    if "adoption_text" in emptied:
        kept["adoption_text"] = ""
    whole = {**kept_of(row), **kept}
    days = {"published_on", "effective_on", "withdrawn_on", "comment_until"}
    if not kept.get("status") and ("status" in kept or days & kept.keys()):
        kept["status"] = whole["status"] = status_from(whole, today)
    if not errors:
        if not (whole.get("title_zh") or whole.get("title_en")):
            errors.append(
                RowError(1, "标准名称", None, "没有名称", "has no title", "填中文或英文名称", "fill one in")
            )
        if not whole.get("region"):
            errors.append(RowError(1, "地区", None, "必填", "is required", "请填写", "fill it in"))
        errors += check_days(whole, 1) + check_status(whole, 1, today)
    stated = relations_in(kept)
    if not errors and stated.get("replaces"):
        keys = [one["to_key"] for one in stated["replaces"] if one["to_key"]]
        chains = Chains()
        chains.load(keys)
        if way := chains.state(row.key, keys):
            errors.append(loop_error(1, way))
    if errors:
        raise RefusedRows(errors)
    access.require(by, "standards.write", [whole["region"]])
    changed = differing(row, kept, COMPARED)
    related = [kind for kind in stated if kind != "adopts" and _other(row, kind, stated[kind])]
    if not changed and not related:
        return []
    update_editions([(row, kept)], by=by)
    changed += related
    audit.record(
        "standards.change_edition",
        by=by,
        subject_kind="standard",
        subject_key=row.key,
        register=access.STANDARDS,
        region=row.region,
        detail={"fields": ",".join(changed)[:300]},
    )
    return changed


def _other(row: Any, kind: str, stated: Any) -> bool:
    now = set(row.relations.filter(kind=kind).values_list("to_number", "part"))
    return now != {(one["to_number"], one.get("part", "") if kind == "replaces" else "") for one in stated}
