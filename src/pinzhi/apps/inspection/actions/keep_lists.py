"""The lists that draws of people and laboratories are made from: inspectors, capabilities, recusals."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction

from pinzhi.apps.inspection import access
from pinzhi.apps.inspection.models import Capability, DetailedRules, Inspector, Recusal
from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import Conflict, NotFound, Refused, RefusedRows, RowError
from pinzhi.kernel.places import queries as places
from pinzhi.rules.identifiers import uscc

MOST_CAPACITY = 1_000_000
#: Certificate numbers stand in addresses of pages.
NUMBER = re.compile(r"[^\s/?#\\%]{1,64}")


@transaction.atomic
def list_inspectors(rows: Sequence[Mapping[str, Any]], *, new: bool = False, by: Actor) -> int:
    """Put inspectors on the list or change them: `code`, `name`, `agency`, `region`, `username`, `active`.

    Who takes an inspector over from another region must hold the right in both. `new`: refused where the certificate
    number is on the list. Raises NotPermitted, RefusedRows.
    """
    codes = [str(row["code"]).strip() for row in rows]
    before = {i.code: i for i in Inspector.objects.select_for_update().filter(code__in=codes)}
    regions = {str(r["region"]) for r in rows} | {i.region for i in before.values()}
    access.require(by, "inspection.plan", regions)
    errors = []
    for number, (code, row) in enumerate(zip(codes, rows, strict=True), 1):
        if not code or not str(row["name"]).strip():
            errors.append(
                RowError(number, "name", None, "没有姓名或证件号", "has no name or certificate number")
            )
        elif not NUMBER.fullmatch(code) or code.lower() == "new":
            errors.append(
                RowError(
                    number, "code", code, "证件号含有空格或 / ? #", "holds a blank or / ? #", "照证件填写，去掉这些字符",
                    "write it without them",
                )
            )  # fmt: skip
        if codes.index(code) != number - 1:
            errors.append(RowError(number, "code", code, "证件号重复", "stands twice"))
        if new and code in before:
            errors.append(
                RowError(
                    number, "code", code, f"这个证件号已在名录中（{before[code].name}）",
                    f"is on the list already ({before[code].name})", "到该人员的页面修改", "change it on that page",
                )
            )  # fmt: skip
        if places.agency(str(row["agency"])) is None:
            errors.append(RowError(number, "agency", str(row["agency"]), "没有这个部门", "is no agency"))
    if errors:
        raise RefusedRows(errors)
    for code, row in zip(codes, rows, strict=True):
        Inspector.objects.update_or_create(
            code=code,
            defaults={
                "name": str(row["name"]).strip(),
                "agency": str(row["agency"]),
                "region": str(row["region"]),
                "username": str(row.get("username") or "").strip(),
                "active": bool(row.get("active", True)),
            },
        )
    one = rows[0] if len(rows) == 1 else None
    audit.record(
        "inspection.list_inspectors",
        by=by,
        subject_kind="inspector",
        subject_key=codes[0] if one else "",
        region=str(one["region"]) if one else "",
        count=len(rows),
        detail={"active": bool(one.get("active", True))} if one else None,
    )
    return len(rows)


@transaction.atomic
def declare_capabilities(rows: Sequence[Mapping[str, Any]], *, by: Actor) -> int:
    """Say what laboratories may test: `laboratory` (credit code), `name`, `region`, `rules` (code), `valid_from`,
    `valid_until`, `capacity` (batches a year, 0: no limit).

    What is said of the same laboratory, rules and first day before is replaced; two terms of the same rules must not
    overlap. Raises NotPermitted, RefusedRows.
    """
    known = {r.code: r for r in DetailedRules.objects.filter(code__in={str(r["rules"]) for r in rows})}
    there: dict[tuple[str, int], list[Capability]] = {}
    for one in Capability.objects.select_for_update().filter(
        body_code__in={str(r["laboratory"]) for r in rows}, rules__in=[r.pk for r in known.values()]
    ):
        there.setdefault((one.body_code, one.rules_id), []).append(one)
    replaced = {
        c.region
        for r in rows
        if (rules := known.get(str(r["rules"])))
        for c in there.get((str(r["laboratory"]), rules.pk), ())
        if c.valid_from == r["valid_from"]
    }
    access.require(by, "inspection.plan", {str(r["region"]) for r in rows} | replaced)
    errors = []
    for number, row in enumerate(rows, 1):
        rules = known.get(str(row["rules"]))
        if rules is None:
            errors.append(
                RowError(number, "rules", str(row["rules"]), "没有这份实施细则", "there are no such rules")
            )
        errors += _wrong_term(number, row, there.get((str(row["laboratory"]), rules.pk), ()) if rules else ())
    if errors:
        raise RefusedRows(errors)
    Capability.objects.bulk_create(
        [
            Capability(
                body_code=str(row["laboratory"]),
                name=str(row["name"])[:200],
                region=str(row["region"]),
                rules=known[str(row["rules"])],
                valid_from=row["valid_from"],
                valid_until=row.get("valid_until"),
                capacity=int(row.get("capacity") or 0),
            )
            for row in rows
        ],
        update_conflicts=True,
        unique_fields=["body_code", "rules", "valid_from"],
        update_fields=["name", "region", "valid_until", "capacity"],
    )
    laboratories = {str(row["laboratory"]) for row in rows}
    audit.record(
        "inspection.declare_capabilities",
        by=by,
        subject_kind="laboratory",
        subject_key=laboratories.pop() if len(laboratories) == 1 else "",
        region=str(rows[0]["region"]) if len(rows) == 1 else "",
        count=len(rows),
        detail={"rules": str(rows[0]["rules"])} if len(rows) == 1 else None,
    )
    return len(rows)


def _wrong_term(number: int, row: Mapping[str, Any], others: Sequence[Capability]) -> list[RowError]:
    errors = []
    try:
        uscc.parse(str(row["laboratory"]))
    except ValueError:
        errors.append(
            RowError(
                number, "laboratory", str(row["laboratory"]), "统一社会信用代码不对", "is no credit code"
            )
        )
    since, until = row["valid_from"], row.get("valid_until")
    if until is not None and until < since:
        errors.append(
            RowError(number, "valid_until", str(until), "终止日期早于起始日期", "is before the first day")
        )
    if not 0 <= int(row.get("capacity") or 0) <= MOST_CAPACITY:
        errors.append(
            RowError(
                number, "capacity", str(row.get("capacity")), "年承检批次数不在范围内", "is out of range"
            )
        )
    for other in others:
        apart = (until is not None and until < other.valid_from) or (
            other.valid_until is not None and other.valid_until < since
        )
        if other.valid_from != since and not apart:
            errors.append(
                RowError(
                    number, "valid_from", str(since),
                    f"与 {other.valid_from} 起的承检期重叠", f"overlaps the term that begins on {other.valid_from}",
                    "先终止原承检期，或改用同一起始日期", "end that term first, or take the same first day",
                )
            )  # fmt: skip
    return errors


@transaction.atomic
def recuse(
    who: str, uscc_code: str, *, reason: str, since: date | None = None, region: str, by: Actor
) -> Recusal:
    """Bar an inspector, a laboratory or a whole department from matters of an enterprise.

    An inspector's or department's recusal is noted where they are at home, a laboratory's in `region`.
    Raises NotPermitted, Refused (nobody knows who it is, no reason), Conflict (it is noted already).
    """
    who = who.strip()
    access.require(by, "inspection.plan", [_home(who, region)])
    if not reason.strip():
        raise Refused("no_reason", zh="请写明回避原因。", en="Say why.", place="reason")
    try:
        uscc_code = uscc.parse(uscc_code).text
    except ValueError:
        raise Refused(
            "no_such_enterprise",
            zh=f"“{uscc_code}”不是统一社会信用代码。",
            en=f"{uscc_code} is no credit code.",
            place="uscc",
        ) from None
    since = since or clock.today()
    if Recusal.objects.filter(who=who, uscc=uscc_code).exclude(until__lt=since).exists():
        raise Conflict(
            "recused_already",
            zh="这项回避已登记。",
            en="This recusal is noted already.",
            place="who",
        )
    row = Recusal.objects.create(
        who=who, uscc=uscc_code, since=since, reason=reason.strip()[:300], region=_home(who, region)
    )
    audit.record(
        "inspection.recuse",
        by=by,
        subject_kind="recusal",
        subject_key=who,
        region=row.region,
        detail={"enterprise": uscc_code},
    )
    return row


@transaction.atomic
def end_recusal(recusal: int, until: date, *, by: Actor) -> Recusal:
    """Let a recusal end with a day; it stays to be read. Raises NotFound, NotPermitted, Refused."""
    row = Recusal.objects.select_for_update().filter(pk=recusal).first()
    if row is None:
        raise NotFound("no_such_recusal", zh="没有这项回避。", en="There is no such recusal.")
    access.require(by, "inspection.plan", [row.region])
    if row.until is not None:
        raise Conflict("ended_already", zh=f"已于 {row.until} 终止。", en=f"It has ended on {row.until}.")
    if until < row.since:
        raise Refused(
            "ends_before", zh="终止日期早于起始日期。", en="It would end before it began.", place="until"
        )
    row.until = until
    row.save(update_fields=["until"])
    audit.record(
        "inspection.end_recusal",
        by=by,
        subject_kind="recusal",
        subject_key=row.who,
        region=row.region,
        detail={"enterprise": row.uscc},
    )
    return row


def _home(who: str, region: str) -> str:
    inspector = Inspector.objects.filter(code=who).values_list("region", flat=True).first()
    if inspector is not None:
        return inspector
    if (agency := places.agency(who)) is not None:
        return agency.region
    if Capability.objects.filter(body_code=who).exists():
        return region
    raise Refused(
        "nobody_of_that_number",
        zh=f"名录中没有“{who}”。",
        en=f"Nobody on the lists bears {who}.",
        place="who",
        remedy_zh="填抽样人员的证件号、检验机构的信用代码或部门代码，并先登记到名录。",
        remedy_en="Give an inspector's certificate number, a laboratory's credit code or an agency's code, listed first.",
    )
