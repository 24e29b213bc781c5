"""Look for enterprises that may be entered twice, and propose each pair once for an official to decide."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection, transaction

from pinzhi.apps.parties import access
from pinzhi.apps.parties.models import DuplicateProposal, Enterprise
from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import NotPermitted
from pinzhi.kernel.places import queries as places

#: What speaks for one firm, how much, and how it is found. A key that many share (a market hall's address) says nothing.
WEIGHTS = {"organisation_code": 6, "registration_no": 6, "name": 4, "former_name": 3, "address_person": 3}
MOST_ALIKE = 5
_SCOPE = "e.merged_into = '' AND e.status NOT IN ('deregistered', 'merged')"
_PAIRS = {
    # One firm has one organisation code (characters 9 to 17): two credit codes with the same one are one firm.
    "organisation_code": "substr(e.uscc, 9, 9)",
    "registration_no": "nullif(e.registration_no, '')",
    "name": "left(e.region, 2) || '/' || e.name_key",
    "address_person": (
        "CASE WHEN e.address <> '' AND e.legal_representative <> ''"
        " THEN regexp_replace(e.address, '[[:space:]()（）,，.-]', '', 'g') || '/' || e.legal_representative END"
    ),
}


def propose_duplicates(*, region: str = "", by: Actor) -> int:
    """Propose the pairs found in a region's subtree; returns how many are new. Pairs that were decided stay decided.

    Raises NotPermitted.
    """
    if access.held(by, "parties.decide_duplicate", access.ENTERPRISES) == frozenset():
        raise NotPermitted(
            "not_permitted", zh="您没有裁定疑似重复的权限。", en="You may not decide on duplicates."
        )
    access.require(by, "parties.decide_duplicate", access.ENTERPRISES, [region] if region else [])
    where, params = places.sql_region_filter(region, "e.region") if region else ("TRUE", [])
    found: dict[tuple[int, int], set[str]] = {}
    with transaction.atomic():
        for reason, expression in _PAIRS.items():
            for first, second in _alike(expression, where, params):
                found.setdefault((first, second), set()).add(reason)
        for first, second in _former(where, params):
            found.setdefault((first, second), set()).add("former_name")
        count = _propose(found)
        audit.record(
            "parties.propose_duplicates",
            by=by,
            register=access.ENTERPRISES,
            region=region,
            count=count,
            detail={"new": count},
        )
    return count


def _alike(expression: str, where: str, params: list[str]) -> Iterable[tuple[int, int]]:
    """Pairs of enterprises whose key is the same, where not more than a few share it."""
    keyed = f"SELECT e.id, {expression} AS k FROM parties_enterprise e WHERE {_SCOPE} AND {where}"  # noqa: S608
    sql = (
        f"WITH keyed AS ({keyed}),"  # noqa: S608
        " alike AS (SELECT k FROM keyed WHERE k IS NOT NULL GROUP BY k HAVING count(*) BETWEEN 2 AND %s)"
        " SELECT a.id, b.id FROM alike JOIN keyed a USING (k) JOIN keyed b USING (k) WHERE a.id < b.id"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*params, MOST_ALIKE])
        return list(cursor.fetchall())


def _former(where: str, params: list[str]) -> Iterable[tuple[int, int]]:
    """Pairs in which one bears the name that the other bore."""
    here = f"{_SCOPE} AND {where}"
    sql = (
        "SELECT DISTINCT least(e.id, o.id), greatest(e.id, o.id) FROM parties_formername f"
        " JOIN parties_enterprise e ON e.id = f.enterprise_id JOIN parties_enterprise o ON o.name = f.name"
        " WHERE o.id <> e.id AND o.merged_into = '' AND left(o.region, 2) = left(e.region, 2) AND "
    )
    with connection.cursor() as cursor:
        cursor.execute(sql + here, params)
        return list(cursor.fetchall())


def _propose(found: dict[tuple[int, int], set[str]]) -> int:
    regions = dict(
        Enterprise.objects.filter(pk__in={pk for pair in found for pk in pair}).values_list("pk", "region")
    )
    known = {
        (row.first_id, row.second_id): row
        for row in DuplicateProposal.objects.filter(first__in={a for a, _ in found})
    }
    fresh, moment = [], clock.now()
    for pair, reasons in found.items():
        named = sorted(reasons, key=lambda reason: -WEIGHTS[reason])
        weight = sum(WEIGHTS[reason] for reason in reasons)
        row = known.get(pair)
        if row is None:
            fresh.append(
                DuplicateProposal(
                    first_id=pair[0],
                    second_id=pair[1],
                    reasons=named,
                    weight=weight,
                    region=regions[pair[0]],
                    proposed_at=moment,
                )
            )
        elif row.status == DuplicateProposal.Status.OPEN and row.reasons != named:
            row.reasons, row.weight = named, weight
            row.save(update_fields=["reasons", "weight"])
    DuplicateProposal.objects.bulk_create(fresh, batch_size=5000, ignore_conflicts=True)
    return len(fresh)
