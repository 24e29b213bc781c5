"""What the public may see of checks: results batch by batch, and the lists of enterprises and products."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from django.db import connection

from pinzhi.apps.inspection import joint
from pinzhi.apps.inspection.access import ENTERPRISE_LIST, PRODUCT_LIST, RESULTS
from pinzhi.apps.inspection.models import Capability, Programme, Sample
from pinzhi.apps.parties import queries as parties
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.places import queries as places
from pinzhi.kernel.registers.entries import EntryRef
from pinzhi.kernel.registers.models import Record
from pinzhi.kernel.registers.publish import Publication, publish, withdraw

Kind = Programme.Kind
#: The register of each kind of check; spot checks of every kind are counted together.
REGISTER_OF = {
    Kind.SPOT.value: RESULTS,
    Kind.SCHOOL.value: RESULTS,
    Kind.ONLINE.value: RESULTS,
    Kind.LABEL.value: "e13_label_checks",
    Kind.DECLARED.value: "d03_standard_checks",
}
SPOT_KINDS = [kind for kind, register in REGISTER_OF.items() if register == RESULTS]

_ROWS = """
SELECT s.id, s.number, s.product_name, s.producer_name, s.producer_code, s.gtin, s.trademark, s.specification, s.batch_no,
       d.sector, d.consumer_goods, v.standards, s.laboratory, r.laboratory AS tested_by, r.number AS report_number,
       p.number AS programme, p.title AS programme_title, p.kind, s.level, p.year, p.targeted, s.sampled_on, s.channel,
       s.sampled_at_name, s.sampled_region, s.region, s.product_number, p.agency,
       (SELECT count(*) FROM inspection_reportitem i WHERE i.report_id = r.id) AS items_tested,
       t.first, t.final, t.published_on, t.counted_from, r.issued_on, p.joint
FROM inspection_sample s
JOIN inspection_result t ON t.sample_id = s.id
JOIN inspection_report r ON r.sample_id = s.id AND r.test = 'first'
JOIN inspection_rulesversion v ON v.id = s.rules_id JOIN inspection_detailedrules d ON d.id = v.rules_id
JOIN inspection_programme p ON p.id = s.programme_id
WHERE s.id = ANY(%s)
"""
_FAILED = """
SELECT r.sample_id, ri.name, i.value, i.unit, i.limit
FROM inspection_report r JOIN inspection_reportitem i ON i.report_id = r.id JOIN inspection_ruleitem ri ON ri.id = i.item_id
WHERE r.sample_id = ANY(%s) AND r.test = 'first' AND i.verdict = 'fail' ORDER BY r.sample_id, ri.position
"""


def _fetch(sql: str, parameters: list[Any]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def publish_samples(samples: Sequence[int], *, by: Actor, effective_on: date | None = None) -> list[EntryRef]:
    """Publish the results of these samples into the register of their kind; entries in no particular order."""
    rows = _fetch(_ROWS, [list(samples)])
    names = dict(Capability.objects.values_list("body_code", "name").distinct())
    for row in rows:
        row["laboratory_name"] = names.get(row["tested_by"], "")
    failed: dict[int, list[dict[str, Any]]] = {}
    for one in _fetch(_FAILED, [list(samples)]):
        failed.setdefault(one["sample_id"], []).append(one)
    shared = [row["id"] for row in rows if row["joint"]]
    by_party = joint.of_samples(Sample.objects.filter(pk__in=shared).select_related("programme"))
    grouped: dict[str, list[Publication]] = {}
    for row in rows:
        row["parties"] = joint.in_words(by_party.get(row["id"], ()))
        grouped.setdefault(REGISTER_OF[row["kind"]], []).append(
            _publication(row, failed.get(row["id"], []), effective_on)
        )
    refs: list[EntryRef] = []
    for register, items in grouped.items():
        refs += publish(register, items, by=by, trusted=True)
    _note_entries([(ref.entry_id, ref.key) for ref in refs])
    return refs


def _note_entries(pairs: Sequence[tuple[int, str]]) -> None:
    """Remember which entry each result stands in: a correction replaces it."""
    if not pairs:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE inspection_result t SET entry_id = g.entry FROM unnest(%s::bigint[], %s::text[]) AS g(entry, key)"
            " WHERE t.key = g.key",
            [[entry for entry, _ in pairs], [key for _, key in pairs]],
        )


def values_of(row: dict[str, Any], failed: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The public values of a result, empty ones left out."""
    standards = row["standards"]
    if isinstance(standards, str):
        standards = json.loads(standards)
    found = {
        "product_name": row["product_name"],
        "final_result": row["final"],
        "producer_name": row["producer_name"],
        "producer_code": row["producer_code"],
        "gtin": row["gtin"],
        "trademark": row["trademark"],
        "specification": row["specification"],
        "batch_no": row["batch_no"],
        "sector": row["sector"],
        "goods_scope": "consumer" if row["consumer_goods"] else "other",
        "first_result": row["first"],
        "re_inspected": row["first"] != row["final"],
        "failed_items": [one["name"] for one in failed],
        "failed_detail": "\n".join(
            f"{one['name']}：{one['value']}{' ' if one['unit'] else ''}{one['unit']}，要求 {one['limit']}"
            for one in failed
        )[:2000],
        "standards": "、".join(standards)[:300],
        "items_tested": row["items_tested"],
        "laboratory_name": row["laboratory_name"] or "",
        "laboratory_code": row["tested_by"],
        "report_number": row["report_number"],
        "programme": row["programme"],
        "programme_title": row["programme_title"],
        "check_kind": row["kind"],
        "level": row["level"],
        "counted_in": [name for name, levels in _LEVELS if row["level"] in levels],
        "year": row["year"],
        "targeted": row["targeted"],
        "sampled_on": row["sampled_on"].isoformat(),
        "channel": row["channel"],
        "sampled_at": row["sampled_at_name"],
        "sampled_region": row["sampled_region"],
        "published_on": row["published_on"].isoformat() if row["published_on"] else "",
    }
    if REGISTER_OF[row["kind"]] == RESULTS:
        found["producer_province"] = province_of(row["producer_code"] or "")
        found["party_results"] = row["parties"][:1000]
        found["reported_on"] = row["issued_on"].isoformat()
        found["counted_from"] = row["counted_from"].isoformat() if row["counted_from"] else ""
    return {name: value for name, value in found.items() if value not in ("", [], None)}


@lru_cache(maxsize=64)
def _province(code: str) -> str:
    return code if places.region_name(code) is not None else ""


def province_of(uscc: str) -> str:
    """The province that a producer's credit code names; empty where it names none."""
    return _province(f"{uscc[2:4]}0000") if uscc[2:4].isdigit() else ""


def _publication(row: dict[str, Any], failed: Sequence[dict[str, Any]], on: date | None) -> Publication:
    return Publication(
        key=row["number"],
        subject=row["product_number"],
        region=row["region"],
        agency=row["agency"],
        values=values_of(row, failed),
        effective_on=on or row["published_on"],
    )


_LEVELS = (
    ("all_levels", ("national", "provincial", "city", "county")),
    ("provincial_up", ("national", "provincial")),
    ("national_only", ("national",)),
)
_LIST = """
SELECT s.{key} AS subject, d.consumer_goods, max(s.producer_code) AS producer_code, max(s.{name}) AS name,
       min(s.region) AS region, count(*) AS batches,
       count(*) FILTER (WHERE t.first = 'fail') AS failed_first, count(*) FILTER (WHERE t.final = 'fail') AS failed,
       max(s.sampled_on) AS last, max(t.published_on) AS published, max(t.counted_from) AS counted,
       array_agg(r.failed_items) FILTER (WHERE t.final = 'fail') AS items
FROM inspection_sample s JOIN inspection_result t ON t.sample_id = s.id AND t.counted_from IS NOT NULL
JOIN inspection_programme p ON p.id = s.programme_id JOIN inspection_rulesversion v ON v.id = s.rules_id
JOIN inspection_detailedrules d ON d.id = v.rules_id
JOIN inspection_report r ON r.sample_id = s.id AND r.test = 'first'
WHERE p.year = %s AND p.kind = ANY(%s) AND s.level = ANY(%s) AND s.{key} <> '' {only}
GROUP BY s.{key}, d.consumer_goods
"""


def publish_lists(
    year: int,
    *,
    enterprises: Iterable[str] | None = None,
    products: Iterable[str] | None = None,
    by: Actor,
    effective_on: date | None = None,
) -> int:
    """Publish the year's lists anew for these enterprises and products (None: for all); returns entries made.

    They are of the batches that count (`counting_in`), so that failing and passing ones enter them on the same day.
    """
    made = 0
    for register, key, name, only in (
        (ENTERPRISE_LIST, "producer_code", "producer_name", enterprises),
        (PRODUCT_LIST, "product_number", "product_name", products),
    ):
        wanted = None if only is None else sorted({code for code in only if code})
        if wanted == []:
            continue
        grouped: dict[tuple[str, bool], dict[str, dict[str, Any]]] = {}
        narrowed = "" if wanted is None else f"AND s.{key} = ANY(%s)"
        for level, levels in _LEVELS:
            sql = _LIST.format(key=key, name=name, only=narrowed)
            more = [wanted] if wanted is not None else []
            for row in _fetch(sql, [year, SPOT_KINDS, list(levels), *more]):
                grouped.setdefault((row["subject"], row["consumer_goods"]), {})[level] = row
        items = [item for rows in grouped.values() for item in _lines(rows, year, name, effective_on)]
        for start in range(0, len(items), 5000):
            made += len(publish(register, items[start : start + 5000], by=by, trusted=True))
        made += _withdraw_stale(
            register, {subject for subject, _ in grouped}, year, {i.key for i in items}, by
        )
    return made


_SAME = ("batches", "failed_first", "failed", "last")


def _lines(rows: dict[str, dict[str, Any]], year: int, name: str, on: date | None) -> list[Publication]:
    """One line for the levels that say the same together: most are checked at one level alone."""
    found: list[tuple[dict[str, Any], list[str]]] = []
    for level, row in rows.items():
        if found and all(found[-1][0][field] == row[field] for field in _SAME):
            found[-1][1].append(level)
        else:
            found.append((row, [level]))
    return [_line(row, year, levels, name, on) for row, levels in found]


def _withdraw_stale(register: str, subjects: set[str], year: int, kept: set[str], by: Actor) -> int:
    """Take down lines whose levels now stand in another line."""
    possible = {
        f"{subject}-{year}-{level}{goods}"
        for subject in subjects
        for level, _ in _LEVELS
        for goods in ("", "-other")
    } - kept
    stale = Record.objects.filter(register=register, key__any_of=sorted(possible), state="listed")
    keys = list(stale.values_list("key", flat=True))
    return len(withdraw(register, keys, by=by, reason="已并入同一单位的另一行")) if keys else 0


def _line(row: dict[str, Any], year: int, levels: list[str], name: str, on: date | None) -> Publication:
    lists = [json.loads(one) if isinstance(one, str) else one for one in row["items"] or ()]
    failed_items = list(dict.fromkeys(item for one in lists for item in one))
    values = {
        name: row["name"],
        "producer_code": row["producer_code"],
        "year": year,
        "counted_in": levels,
        "goods_scope": "consumer" if row["consumer_goods"] else "other",
        "first_result": "fail" if row["failed_first"] else "pass",
        "final_result": "fail" if row["failed"] else "pass",
        "batches": row["batches"],
        "batches_failed_first": row["failed_first"],
        "batches_failed": row["failed"],
        "failed_items": failed_items,
        "last_checked_on": row["last"].isoformat(),
        "counted_from": row["counted"].isoformat(),
    }
    goods = "" if row["consumer_goods"] else "-other"
    return Publication(
        key=f"{row['subject']}-{year}-{levels[0]}{goods}",
        subject=row["subject"],
        region=row["region"],
        values={field: value for field, value in values.items() if value not in ("", [], None)},
        effective_on=on or max(row["published"], row["counted"]),
    )


def producer_names(codes: Sequence[str]) -> dict[str, str]:
    """What producers are called on the roster."""
    return parties.names_of(codes)
