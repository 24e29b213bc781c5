"""What may be asked of rules, inspectors, laboratories, recusals and seals by those who are logged in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet

from pinzhi.apps.inspection import access, queries
from pinzhi.apps.inspection.models import (
    Capability,
    DetailedRules,
    Inspector,
    Recusal,
    RulesVersion,
    Sample,
    Seal,
    Task,
)
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import NotFound
from pinzhi.kernel.places import queries as places


def _none(zh: str, en: str, key: str) -> NotFound:
    return NotFound(
        "not_on_the_list",
        zh=f"名录中没有{zh}“{key[:40]}”，或不在您的管辖范围。",
        en=f"There is no {en} {key[:40]} on the lists, or it is not yours to see.",
        place=key[:40],
    )


# --- detailed rules ---------------------------------------------------------------------------------------


def rules(*, by: Actor, search: str = "", kind: str = "", state: str = "") -> QuerySet[Any]:
    """Detailed rules with `newest` (number of the newest version that is released) and `waiting` (a draft is there)."""
    rows = queries.rules(by=by).annotate(
        newest=Max("versions__number", filter=Q(versions__released_at__isnull=False)),
        waiting=Exists(RulesVersion.objects.filter(rules=OuterRef("pk"), released_at=None)),
    )
    if by.speaks_for == "body":
        rows = rows.filter(newest__isnull=False)
    if search:
        rows = rows.filter(Q(code__icontains=search) | Q(product_class__icontains=search))
    if kind:
        rows = rows.filter(kind=kind)
    return rows.filter(waiting=state == "draft") if state else rows


def rules_versions(code: str, *, by: Actor) -> tuple[DetailedRules, list[RulesVersion]]:
    """Detailed rules with their versions, the newest first. Raises NotFound."""
    return queries.rules_version(code, by=by)


def able_laboratories(row: DetailedRules) -> int:
    """How many laboratories may test after these rules today."""
    today = clock.today()
    able = row.capabilities.filter(valid_from__lte=today).exclude(valid_until__lt=today)
    return able.values("body_code").distinct().count()


def drafts_waiting(*, by: Actor) -> int:
    """Drafts of rules that the actor may release and did not draw up."""
    if not access.anywhere(by, "inspection.release"):
        return 0
    scope = access.within(by, "inspection.release", "rules__region") | Q(rules__region="")
    return RulesVersion.objects.filter(scope, released_at=None).exclude(drafted_by=by.username).count()


# --- people and laboratories ------------------------------------------------------------------------------


def inspectors(*, by: Actor, search: str = "", region: str = "", active: str = "") -> QuerySet[Inspector]:
    """Inspectors of the regions that the actor reads."""
    rows = Inspector.objects.filter(access.within(by, queries.READ))
    if region:
        rows = rows.filter(places.region_q(region))
    if active:
        rows = rows.filter(active=active == "yes")
    if search:
        rows = rows.filter(Q(code__icontains=search) | Q(name__icontains=search))
    return rows


def inspector(code: str, *, by: Actor) -> Inspector:
    row = inspectors(by=by).filter(code=code).first()
    if row is None:
        raise _none("抽样人员", "inspector", code)
    return row


def open_tasks(code: str) -> int:
    """Tasks that wait for an inspector."""
    return Task.objects.filter(status=Task.Status.ASSIGNED, inspectors__contains=[code]).count()


def _sees_laboratories(by: Actor) -> bool:
    return by.is_system or access.anywhere(by, queries.READ)


def capabilities(*, by: Actor) -> QuerySet[Capability]:
    """Who may test what: officials see every laboratory, a laboratory itself."""
    if _sees_laboratories(by):
        return Capability.objects.all()
    if by.speaks_for == "body" and by.party and by.is_subject(by.party, access.RESULTS):
        return Capability.objects.filter(body_code=by.party)
    return Capability.objects.none()


def laboratories(
    *, by: Actor, search: str = "", rules: str = "", region: str = "", held: str = ""
) -> list[dict[str, Any]]:
    """Laboratories with how many rules they may test after today, their capacity of the year and what of it is used."""
    today = clock.today()
    rows = capabilities(by=by)
    if region:
        rows = rows.filter(places.region_q(region))
    if rules:
        rows = rows.filter(rules__code=rules)
    if search:
        rows = rows.filter(Q(name__icontains=search) | Q(body_code__icontains=search))
    now = Q(valid_from__lte=today) & (Q(valid_until=None) | Q(valid_until__gte=today))
    grouped = (
        rows.order_by()
        .values("body_code")
        .annotate(
            name=Max("name"),
            region=Max("region"),
            held=Count("rules", distinct=True, filter=now),
            terms=Count("pk"),
        )
        .order_by("name", "body_code")
    )
    found: list[dict[str, Any]] = [dict(row) for row in grouped]
    if held:
        found = [row for row in found if bool(row["held"]) == (held == "yes")]
    used = batches_of_year([str(row["body_code"]) for row in found])
    return [{**row, "used": used.get(row["body_code"], 0)} for row in found]


def batches_of_year(codes: list[str]) -> dict[str, int]:
    """Batches of this year that went to each laboratory."""
    rows = Sample.objects.filter(
        laboratory__in=codes, outcome=Sample.Outcome.TAKEN, sampled_on__year=clock.today().year
    )
    return dict(
        rows.order_by().values("laboratory").annotate(count=Count("pk")).values_list("laboratory", "count")
    )


def laboratory(code: str, *, by: Actor) -> list[Capability]:
    """The terms of one laboratory, those that hold first. Raises NotFound."""
    rows = list(capabilities(by=by).filter(body_code=code).select_related("rules"))
    if not rows:
        raise _none("检验机构", "laboratory", code)
    today = clock.today()
    return sorted(
        rows, key=lambda c: (bool(c.valid_until and c.valid_until < today), c.rules.code, c.valid_from)
    )


def recusals(*, by: Actor, search: str = "", state: str = "", who: str = "") -> QuerySet[Recusal]:
    """Recusals noted in the regions that the actor reads."""
    rows = Recusal.objects.filter(access.within(by, queries.READ))
    today = clock.today()
    if who:
        rows = rows.filter(who=who)
    if state == "held":
        rows = rows.exclude(until__lt=today)
    elif state == "ended":
        rows = rows.filter(until__lt=today)
    if search:
        rows = rows.filter(Q(who__icontains=search) | Q(uscc__icontains=search))
    return rows.order_by("-since", "-pk")


def recusal(pk: int, *, by: Actor) -> Recusal:
    row = recusals(by=by).filter(pk=pk).first()
    if row is None:
        raise _none("回避", "recusal", str(pk))
    return row


def names_of_holders(codes: set[str]) -> dict[str, str]:
    """Names of inspectors, laboratories and departments by the code that lists bear."""
    found = dict(Capability.objects.filter(body_code__in=codes).values_list("body_code", "name"))
    found |= dict(Inspector.objects.filter(code__in=codes).values_list("code", "name"))
    for code in codes - found.keys():
        if (name := places.agency_name(code)) is not None:
            found[code] = name.zh
    return found


# --- seals ------------------------------------------------------------------------------------------------


def seals(
    *, by: Actor, search: str = "", status: str = "", holder: str = "", agency: str = ""
) -> QuerySet[Seal]:
    """Seals of the departments of the regions that the actor reads."""
    rows = Seal.objects.filter(access.within(by, queries.READ)).order_by("number")
    if status == "store":
        rows = rows.filter(status=Seal.Status.ISSUED, holder="")
    elif status == "out":
        rows = rows.filter(status=Seal.Status.ISSUED).exclude(holder="")
    elif status:
        rows = rows.filter(status=status)
    for name, value in (("holder", holder), ("agency", agency)):
        if value:
            rows = rows.filter(**{name: value})
    if search:
        rows = rows.filter(Q(number__icontains=search) | Q(holder=search))
    return rows


@dataclass(frozen=True)
class SealCounts:
    """How many seals are where."""

    store: int = 0
    out: int = 0
    used: int = 0
    lost: int = 0
    holders: list[Mapping[str, Any]] = field(default_factory=list)


def seal_counts(*, by: Actor) -> SealCounts:
    """Counts of all seals that the actor sees, and for each holder those that are still unused."""
    rows = seals(by=by).order_by()
    issued = Q(status=Seal.Status.ISSUED)
    found = rows.aggregate(
        store=Count("pk", filter=issued & Q(holder="")),
        out=Count("pk", filter=issued & ~Q(holder="")),
        used=Count("pk", filter=Q(status=Seal.Status.USED)),
        lost=Count("pk", filter=Q(status__in=(Seal.Status.STOLEN, Seal.Status.SPOILT))),
    )
    holders = (
        rows.exclude(holder="")
        .values("holder")
        .annotate(
            open=Count("pk", filter=issued),
            used=Count("pk", filter=Q(status=Seal.Status.USED)),
            lost=Count("pk", filter=Q(status__in=(Seal.Status.STOLEN, Seal.Status.SPOILT))),
            first=Min("number", filter=issued),
            last=Max("number", filter=issued),
            newest=Max("handed_on"),
        )
        .order_by("holder")
    )
    return SealCounts(**found, holders=list(holders[:200]))
