"""Check the declarations in public again, as standards lapse, limits are confirmed and the list of main producers changes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db import transaction

from pinzhi.apps.standards import cleaning_declarations as cleaning
from pinzhi.apps.standards.models import Declaration
from pinzhi.apps.standards.saving_declarations import update
from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.jobs import daily
from pinzhi.kernel.jobs.notify import notify
from pinzhi.kernel.registers.models import Record

BATCH = 1000
_COMPUTED = (
    "standard_level", "standard_state", "effective", "applicable", "applies", "flags", "remarks", "main_producer",
)  # fmt: skip


def recheck_declarations(on: date | None = None, *, by: Actor) -> int:
    """Check all that is in public; writes an entry where something has changed. Returns how many."""
    day = on or clock.today()
    changed = 0
    for numbers in _batches():
        with transaction.atomic():
            changed += _recheck(numbers, day, by)
    return changed


def _batches() -> Iterator[list[str]]:
    last = ""
    rows = Declaration.objects.filter(
        status=Declaration.Status.DECLARED, kind=Declaration.Kind.DECLARATION
    ).order_by("number")
    while found := list(rows.filter(number__gt=last).values_list("number", flat=True)[:BATCH]):
        yield found
        last = found[-1]


def _recheck(numbers: list[str], day: date, by: Actor) -> int:
    rows = {
        row.number: row
        for row in Declaration.objects.select_for_update().filter(
            number__any_of=numbers, status=Declaration.Status.DECLARED
        )
    }
    records = dict(
        Record.objects.filter(register=cleaning.REGISTER, key__any_of=list(rows)).values_list("key", "values")
    )
    drafts = []
    for number in sorted(rows):
        said = {name: records[number][name] for name in cleaning.SAID if name in records[number]}
        drafts.append(cleaning.Draft(1, cleaning.DECLARATION, rows[number].uscc, said))
    cleaning.place(drafts)
    cleaning.check_all(drafts, day)
    done = []
    for number, draft in zip(sorted(rows), drafts, strict=True):
        assert draft.checked is not None and draft.cited is not None
        now = {
            **cleaning.standing(draft.checked, draft.cited, draft.said),
            "main_producer": draft.main_producer,
        }
        stood: dict[str, Any] = records[number]
        if all(now.get(name) == stood.get(name) for name in _COMPUTED):
            continue
        rest = {name: value for name, value in stood.items() if name not in _COMPUTED}
        rows[number].checked_on = day
        kept = {**rest, **now, "standard_name": stood["standard_name"], "checked_on": day.isoformat()}
        update(rows[number], kept, by=by, kind="recheck")
        done.append((rows[number], stood, now))
    for row, stood, now in done:
        if now["standard_state"] == "withdrawn" and stood.get("standard_state") != "withdrawn":
            _tell(row)
    if done:
        audit.record(
            "standards.recheck_declarations",
            by=by,
            register=cleaning.REGISTER,
            subject_kind="declaration",
            count=len(done),
        )
    return len(done)


def _tell(row: Declaration) -> None:
    """The enterprise hears, once, that the standard of its declaration has lapsed."""
    notify(
        zh=f"声明 {row.number}（{row.product}）执行的 {row.standard} 已废止，请改为现行标准。",
        en=f"The standard {row.standard} of the declaration {row.number} ({row.product}) was withdrawn: declare one in force.",
        party=row.uscc,
        link=f"/console/standards/declarations/{row.number}/",
        key=f"declaration-lapsed:{row.number}:{row.standard_key}",
    )


@daily.register("standards.recheck_declarations", order=40)
def _every_day(day: date) -> int:
    return recheck_declarations(day, by=Actor.system("standards"))
