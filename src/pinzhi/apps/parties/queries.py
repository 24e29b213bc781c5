"""What may be asked of parties by those who are logged in; the public reads the rosters instead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django.db.models import Q, QuerySet

from pinzhi.apps.parties import access, loading
from pinzhi.apps.parties.cleaning import kept_form
from pinzhi.apps.parties.fields import fields_of
from pinzhi.apps.parties.models import (
    Body,
    Claim,
    DuplicateProposal,
    Enterprise,
    EnterpriseUser,
    Invitation,
    Party,
    Product,
    RiskClass,
)
from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.access.queries import users_of_party
from pinzhi.kernel.errors import NotFound
from pinzhi.kernel.places import queries as places
from pinzhi.kernel.registers import catalogue
from pinzhi.kernel.registers import queries as registers
from pinzhi.kernel.registers.definitions import Register
from pinzhi.kernel.registers.models import Record
from pinzhi.kernel.registers.scope import readable_q
from pinzhi.kernel.search.queries import find

READ = "parties.read"
_P = TypeVar("_P", bound=Party)


def has_pages(by: Actor) -> bool:
    """Whether the pages of parties hold anything for this account: its own party, a roster it reads, what it decides."""
    if by.is_system or (by.speaks_for in ("enterprise", "body") and by.party):
        return True
    rosters = (access.ENTERPRISES, access.PRODUCTS, access.BODIES)
    return any(access.held(by, READ, roster) != frozenset() for roster in rosters)


def enterprises(
    *,
    by: Actor,
    search: str = "",
    region: str = "",
    trade: str = "",
    size: str = "",
    role: str = "",
    status: str = "",
) -> QuerySet[Enterprise]:
    """The enterprises that the actor reads, narrowed; an enterprise reads itself."""
    rows = Enterprise.objects.filter(access.within(by, READ, access.ENTERPRISES, own_field="uscc"))
    rows = find(_in_region(rows, region), "search_text", search)
    if trade:
        begins = Q()
        for prefix in places.trades().prefixes(trade):
            begins |= Q(trade__startswith=prefix)
        rows = rows.filter(begins)
    for name, value in (("size", size), ("status", status)):
        if value:
            rows = rows.filter(**{name: value})
    return rows.filter(roles__contains=[role]) if role else rows


def products(
    *, by: Actor, search: str = "", region: str = "", sector: str = "", status: str = "", producer: str = ""
) -> QuerySet[Product]:
    """The products that the actor reads, narrowed; an enterprise reads its own."""
    condition = access.within(by, READ, access.PRODUCTS)
    if by.speaks_for == "enterprise" and by.is_subject(by.party, access.PRODUCTS):
        condition = Q(producer_code=by.party)
    rows = find(_in_region(Product.objects.filter(condition), region), "search_text", search)
    for name, value in (("sector", sector), ("status", status), ("producer_code", producer)):
        if value:
            rows = rows.filter(**{name: value})
    return rows


def bodies(
    *, by: Actor, search: str = "", region: str = "", kind: str = "", status: str = ""
) -> QuerySet[Body]:
    """The technical bodies that the actor reads, narrowed; a body reads itself."""
    rows = Body.objects.filter(access.within(by, READ, access.BODIES, own_field="uscc"))
    rows = find(_in_region(rows, region), "search_text", search)
    if kind:
        rows = rows.filter(kinds__contains=[kind])
    return rows.filter(status=status) if status else rows


def _in_region(rows: QuerySet[_P], region: str) -> QuerySet[_P]:
    return rows.filter(places.region_q(region)) if region else rows


def enterprise(uscc: str, *, by: Actor) -> Enterprise:
    """One enterprise with what is not public of it; who does not read its region is told that there is none."""
    return _read(Enterprise.objects.filter(uscc=uscc), by, access.ENTERPRISES, "enterprise", uscc, "uscc")


def product(number: str, *, by: Actor) -> Product:
    row = loading.product(number, lock=False)
    own = by.speaks_for == "enterprise" and by.is_subject(row.producer_code, access.PRODUCTS)
    if own or access.allowed(by, READ, access.PRODUCTS, row.region):
        return row
    raise _none(number)


def body(uscc: str, *, by: Actor) -> Body:
    return _read(Body.objects.filter(uscc=uscc), by, access.BODIES, "body", uscc, "uscc")


def _read(rows: QuerySet[_P], by: Actor, roster: str, kind: str, key: str, field: str) -> _P:
    row = rows.first()
    if row is None or not access.allowed(by, READ, roster, row.region, subject=getattr(row, field)):
        raise _none(key)
    if not by.is_system and not by.is_subject(key, roster):
        audit.record_read(
            "parties.read_private",
            by=by,
            subject_kind=kind,
            subject_key=key,
            register=roster,
            region=row.region,
        )
    return row


def _none(key: str) -> NotFound:
    return NotFound(
        "no_such_party",
        zh=f"没有“{key}”，或不在您的管辖地区。",
        en=f"There is no {key}, or it is not in your region.",
        place=key,
        remedy_zh="请核对代码；公开信息见门户。",
        remedy_en="Compare the code; what is public is on the portal.",
    )


def risk_classes(row: Enterprise, *, by: Actor) -> list[RiskClass] | None:
    """The risk classes of an enterprise, newest first; None where the actor may not see them."""
    if not access.allowed(by, "parties.read_risk", access.ENTERPRISES, row.region):
        return None
    return list(row.risk_classes.all())


def risk_class_on(uscc: str, on: date) -> str | None:
    """The risk class of an enterprise on a day: a dated fact for other apps, None where none was set."""
    rows = RiskClass.objects.filter(enterprise__uscc=uscc, since__lte=on)
    found = rows.filter(Q(until__isnull=True) | Q(until__gte=on)).order_by("-since").first()
    return found.risk_class if found else None


def risk_classes_on(on: date, *, by: Actor) -> dict[str, str]:
    """The risk classes in force on a day by credit code, of the regions whose classes the actor may see."""
    rows = RiskClass.objects.filter(
        access.within(by, "parties.read_risk", access.ENTERPRISES, field="enterprise__region"), since__lte=on
    )
    found = rows.filter(Q(until__isnull=True) | Q(until__gte=on)).order_by("since")
    return dict(found.values_list("enterprise__uscc", "risk_class"))


def names_of(codes: Sequence[str]) -> dict[str, str]:
    """Names of enterprises by credit code."""
    return dict(Enterprise.objects.filter(uscc__any_of=list(codes)).values_list("uscc", "name"))


@dataclass(frozen=True)
class InRegister:
    """The records of one subject in one register: how many, and the newest few."""

    register: Register
    count: int
    records: Sequence[Record]


def records_about(subjects: Sequence[str], *, by: Actor, few: int = 5) -> list[InRegister]:
    """All records about a subject that the actor reads, by register in the catalogue's order, rosters left out."""
    mine = [r for r in registers.registers_for(by) if r.name not in catalogue.ROSTERS.values()]
    rows = Record.objects.filter(readable_q(by, mine), subject__in=list(subjects)).defer("search_text")
    grouped: dict[str, list[Record]] = {}
    for row in rows.order_by("-effective_on", "-id")[:2000]:
        grouped.setdefault(row.register, []).append(row)
    return [InRegister(r, len(grouped[r.name]), grouped[r.name][:few]) for r in mine if r.name in grouped]


def values_of(row: Party, what: str) -> dict[str, Any]:
    """A party's values by field, in their kept form: for forms, the API and downloads."""
    found = {field.name: kept_form(getattr(row, field.name, None)) for field in fields_of(what)}
    if isinstance(row, Enterprise):
        found["former_names"] = [one.name for one in row.former_names.all()]
    return found


def exported(rows: QuerySet[Any], what: str, *, by: Actor) -> Iterator[Mapping[str, Any]]:
    """Rows of a list as values for a download, in the list's order; what goes out is noted first."""
    audit.record_read("parties.export", by=by, register=what, count=rows.order_by().count())
    if what == "enterprises":
        rows = rows.prefetch_related("former_names")
    return (values_of(row, what) for row in rows.iterator(chunk_size=2000))


def duplicates(*, by: Actor, status: str = "open", region: str = "") -> QuerySet[DuplicateProposal]:
    """Pairs on which the actor may decide, the likeliest first."""
    rows = DuplicateProposal.objects.select_related("first", "second").filter(status=status)
    rows = rows.filter(access.within(by, "parties.decide_duplicate", access.ENTERPRISES))
    rows = rows.filter(
        access.within(by, "parties.decide_duplicate", access.ENTERPRISES, field="second__region")
    )
    return (rows.filter(places.region_q(region)) if region else rows).order_by("-weight", "id")


def claims(*, by: Actor, status: str = "") -> QuerySet[Claim]:
    """Claims on which the actor may decide, those that wait first."""
    rows = Claim.objects.select_related("enterprise")
    rows = rows.filter(
        access.within(by, "parties.decide_claim", access.ENTERPRISES, field="enterprise__region")
    )
    return (rows.filter(status=status) if status else rows).order_by("-made_at")


def claim(number: str, *, by: Actor) -> Claim:
    """One claim with its papers; NotFound where the actor may not decide on it."""
    row = claims(by=by).filter(number=number).first()
    if row is None:
        raise NotFound("no_such_claim", zh=f"没有申请“{number}”。", en=f"There is no claim {number}.")
    return row


def users_of(row: Enterprise, *, by: Actor) -> list[EnterpriseUser]:
    """Who speaks or spoke for the enterprise: for its own users and for who may decide on claims."""
    if not (
        by.is_subject(row.uscc, access.ENTERPRISES)
        or access.allowed(by, "parties.revoke_user", access.ENTERPRISES, row.region)
    ):
        return []
    return list(row.users.select_related("user"))


def is_keeper(by: Actor) -> bool:
    """Whether the actor keeps the accounts of its enterprise.

    Where nobody was made keeper by a claim (accounts that an administrator opened), the oldest account is.
    """
    if by.user_id is None or by.speaks_for != "enterprise":
        return False
    keepers = EnterpriseUser.objects.filter(enterprise__uscc=by.party, is_keeper=True, revoked_at=None)
    known = list(keepers.values_list("user_id", flat=True))
    return (
        by.user_id in known
        if known
        else by.user_id == min((u.pk for u in users_of_party(by.party)), default=None)
    )


def open_invitations(row: Enterprise) -> list[Invitation]:
    return list(row.invitations.filter(used_at=None, withdrawn_at=None, expires_at__gt=clock.now()))
