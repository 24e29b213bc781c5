"""What may be asked of declarations by those who are logged in; the public reads the register."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from pinzhi.apps.standards import access
from pinzhi.apps.standards.cleaning_declarations import ENTERPRISES, REGISTER
from pinzhi.apps.standards.declared_facts import confirmed_bounds
from pinzhi.apps.standards.loading_declarations import declaration as load
from pinzhi.apps.standards.models import Declaration
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import NotFound
from pinzhi.kernel.places import queries as places
from pinzhi.kernel.registers.models import Record
from pinzhi.kernel.search.folding import terms_of
from pinzhi.kernel.search.queries import find

READ = "standards.read_declarations"


def declarations(
    *,
    by: Actor,
    search: str = "",
    region: str = "",
    status: str = "",
    kind: str = "",
    sector: str = "",
    level: str = "",
    flag: str = "",
) -> QuerySet[Declaration]:
    """The declarations that the actor reads, narrowed; an enterprise reads its own."""
    if by.speaks_for == "enterprise":
        own = by.party if by.is_subject(by.party, REGISTER) else ""
        rows = Declaration.objects.filter(uscc=own) if own else Declaration.objects.none()
    else:
        rows = Declaration.objects.filter(access.within(by, READ, register=REGISTER))
    if terms_of(search):
        # What is looked through is what the public looks through: the text of the record in the register.
        records = Record.objects.filter(register=REGISTER)
        rows = rows.filter(number__in=find(records, "search_text", search).values("key"))
    if region:
        rows = rows.filter(places.region_q(region))
    for name, value in (("status", status), ("kind", kind), ("sector", sector), ("standard_level", level)):
        if value:
            rows = rows.filter(**{name: value})
    return rows.filter(flags__contains=[flag]) if flag else rows


def declaration(number: str, *, by: Actor) -> Declaration:
    """One declaration with its work data; NotFound for who does not read it (the public reads the register)."""
    row = load(number)
    if may_change(row, by) or access.allowed(by, READ, row.region, register=REGISTER):
        return row
    raise NotFound(
        "no_such_declaration",
        zh=f"没有编号为“{number[:40]}”的声明。",
        en=f"There is no declaration {number[:40]}.",
        place=number[:40],
    )


def may_change(row: Declaration, by: Actor) -> bool:
    return access.allowed(by, "standards.declare", row.region, register=REGISTER, subject=row.uscc)


def declared_values(number: str) -> dict[str, Any]:
    """All that the register says of a declaration now, its indicators with it."""
    found: dict[str, Any] = dict(Record.objects.get(register=REGISTER, key=number).values)
    return found


def valid_declarations(
    on: date,
    *,
    regions: Sequence[str] = (),
    sectors: Sequence[str] = (),
    product_class: str = "",
    levels: Sequence[str] = (),
) -> QuerySet[Declaration]:
    """Declarations of standards that were in public on a day, in region subtrees, by number: what a check draws from.

    `levels`: of the declared standard (enterprise: the firm's own). Whether its standard has lapsed is `standard_state`.
    """
    rows = Declaration.objects.filter(kind=Declaration.Kind.DECLARATION, declared_on__lte=on).exclude(
        withdrawn_on__lte=on
    )
    if regions:
        condition = Q(pk__in=[])
        for code in regions:
            condition |= places.region_q(code)
        rows = rows.filter(condition)
    if sectors:
        rows = rows.filter(sector__in=list(sectors))
    if levels:
        rows = rows.filter(standard_level__in=list(levels))
    if product_class:
        rows = rows.filter(product_class=product_class)
    return rows.order_by("number")


def declarations_of(enterprises: Sequence[str], on: date) -> dict[str, list[str]]:
    """Numbers of the declarations in public on a day, by credit code."""
    found: dict[str, list[str]] = {code: [] for code in enterprises}
    rows = valid_declarations(on).filter(uscc__any_of=list(enterprises))
    for uscc, number in rows.values_list("uscc", "number"):
        found[uscc].append(number)
    return found


def product_classes(limit: int = 60) -> list[str]:
    """Classes of products for which limits are confirmed: what a form suggests."""
    found: dict[str, None] = {}
    for bound, _scope in confirmed_bounds().rows:
        words = f"{bound.limit.scope} {bound.limit.applies}".strip()
        if words and any("\u4e00" <= ch <= "\u9fff" for ch in words):
            found.setdefault(words)
    return list(found)[:limit]


# ---- the rate of self-declaration ----


@dataclass(frozen=True)
class Rate:
    """Main producers with a valid declaration, of all main producers of a region, as of now."""

    declaring: int
    producers: int

    @property
    def value(self) -> float | None:
        return 100 * self.declaring / self.producers if self.producers else None


def main_producers(region: str = "") -> QuerySet[Record]:
    """The denominator: main producers on the roster of enterprises, active ones."""
    rows = Record.objects.filter(
        register=ENTERPRISES, state="listed", values__contains={"main_producer": True, "status": "active"}
    )
    return (rows.filter(places.region_q(region)) if region else rows).defer("search_text")


def declaring(region: str = "") -> set[str]:
    """The numerator: credit codes of main producers with at least one valid declaration."""
    rows = Declaration.objects.filter(
        status=Declaration.Status.DECLARED, kind=Declaration.Kind.DECLARATION, main_producer=True
    ).exclude(standard_state="withdrawn")
    return set((rows.filter(places.region_q(region)) if region else rows).values_list("uscc", flat=True))


def declaration_rate(region: str = "") -> Rate:
    codes = declaring(region)
    producers = main_producers(region)
    return Rate(producers.filter(key__any_of=sorted(codes)).count(), producers.count())


def rate_by_region(region: str) -> list[Mapping[str, Any]]:
    """The rate of each region right below one, those without main producers left out."""
    found: list[Mapping[str, Any]] = []
    for child in places.children(region):
        rate = declaration_rate(child.code)
        if rate.producers:
            found.append({"region": child.code, "rate": rate})
    return found
