"""Numbered seals: issued to a department, handed to an inspector or laboratory, taken back, reported stolen or spoilt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from django.db import transaction

from pinzhi.apps.inspection import access
from pinzhi.apps.inspection.models import Capability, Inspector, Seal
from pinzhi.apps.inspection.seal_ranges import ranges
from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import Refused, RefusedRows, RowError
from pinzhi.kernel.places import queries as places


@transaction.atomic
def issue_seals(numbers: Sequence[str], agency: str, *, region: str, by: Actor) -> int:
    """Issue seals to an agency. Raises NotPermitted, and RefusedRows for numbers that were issued before."""
    access.require(by, "inspection.sample", [region])
    if places.agency(agency) is None:
        raise Refused(
            "no_such_agency", zh=f"没有部门“{agency}”。", en=f"There is no agency {agency}.", place="agency"
        )
    taken = set(Seal.objects.filter(number__in=list(numbers)).values_list("number", flat=True))
    counts = Counter(numbers)
    errors = [
        RowError(row, "number", number, "封签编号已发放或重复", "was issued before, or stands twice")
        for row, number in enumerate(numbers, 1)
        if number in taken or counts[number] > 1
    ]
    if errors:
        raise RefusedRows(errors)
    Seal.objects.bulk_create(
        [Seal(number=n, agency=agency, region=region, issued_on=clock.today()) for n in numbers],
        batch_size=2000,
    )
    _note("issue_seals", numbers, region, by, {"agency": agency})
    return len(numbers)


@transaction.atomic
def hand_seals(numbers: Sequence[str], holder: str, *, region: str, on: date | None = None, by: Actor) -> int:
    """Hand unused seals to an inspector (certificate number) or laboratory (credit code); an empty holder takes them back
    into store. Raises NotPermitted, Refused (nobody of that number, a day to come), RefusedRows (a seal that was never
    issued, is used, lost, or belongs to a department elsewhere).
    """
    access.require(by, "inspection.sample", [region])
    on = on or clock.today()
    if on > clock.today():
        raise Refused("in_the_future", zh="日期晚于今天。", en="That day is to come.", place="on")
    if holder:
        _require_holder(holder)
    rows = {s.number: s for s in Seal.objects.select_for_update().filter(number__in=list(numbers))}
    errors = []
    for row, number in enumerate(numbers, 1):
        seal = rows.get(number)
        if seal is None:
            errors.append(RowError(row, "numbers", number, "从未发放", "was never issued"))
        elif seal.region and not places.contains(region, seal.region):
            errors.append(
                RowError(row, "numbers", number, "属于其他地区的部门", "belongs to a department elsewhere")
            )
        elif seal.status != Seal.Status.ISSUED:
            errors.append(
                RowError(
                    row, "numbers", number, f"已登记“{seal.get_status_display()}”",
                    f"is noted as: {seal.get_status_display()}", "只能移交未使用的封签", "only unused seals change hands",
                )
            )  # fmt: skip
        elif on < seal.issued_on:
            errors.append(
                RowError(
                    row, "numbers", number, f"{seal.issued_on} 才发放", f"was issued on {seal.issued_on}"
                )
            )
    if errors:
        raise RefusedRows(errors)
    Seal.objects.filter(pk__in=[s.pk for s in rows.values()]).update(
        holder=holder, handed_on=on if holder else None
    )
    _note("hand_seals" if holder else "take_back_seals", list(rows), region, by, {"holder": holder})
    return len(rows)


@transaction.atomic
def report_seals(numbers: Sequence[str], *, stolen: bool, region: str, by: Actor) -> int:
    """Report seals stolen (or spoilt) that were not used yet; whoever uses them afterwards is refused."""
    access.require(by, "inspection.sample", [region])
    rows = {s.number: s for s in Seal.objects.select_for_update().filter(number__in=list(numbers))}
    wrong = [n for n in numbers if n not in rows or rows[n].status != Seal.Status.ISSUED]
    wrong += [n for n, s in rows.items() if s.region and not places.contains(region, s.region)]
    if wrong:
        shown = "、".join(dict.fromkeys(wrong[:5]))
        raise Refused(
            "seal_not_issued",
            zh=f"有的封签未发放、已使用、已登记或不属本地区：{shown}。",
            en=f"Some seal was not issued, is used, reported before or of another region: {shown}.",
            place="numbers",
        )
    status = Seal.Status.STOLEN if stolen else Seal.Status.SPOILT
    count = Seal.objects.filter(pk__in=[s.pk for s in rows.values()]).update(
        status=status, noted_on=clock.today()
    )
    _note("report_seals", list(rows), region, by, {"stolen": stolen})
    return count


def _require_holder(holder: str) -> None:
    known = (
        Inspector.objects.filter(code=holder, active=True).exists()
        or Capability.objects.filter(body_code=holder).exists()
    )
    if not known:
        raise Refused(
            "nobody_of_that_number",
            zh=f"名录中没有在岗的“{holder}”。",
            en=f"Nobody active on the lists bears {holder}.",
            place="holder",
            remedy_zh="先把抽样人员或检验机构登记到名录。",
            remedy_en="List the inspector or the laboratory first.",
        )


def _note(verb: str, numbers: Sequence[str], region: str, by: Actor, detail: dict[str, object]) -> None:
    (first, last, _count), *more = ranges(numbers) or [("", "", 0)]
    shown = first if first == last else f"{first}～{last}"
    audit.record(
        f"inspection.{verb}",
        by=by,
        subject_kind="seals",
        subject_key=shown + ("…" if more else ""),
        region=region,
        count=len(numbers),
        detail=detail,
    )
