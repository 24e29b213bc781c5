"""A standards-system table held against the catalogue: of each subject what there is, what is missing, what overlaps."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pinzhi.apps.standards.fields_catalogue import DOMESTIC
from pinzhi.apps.standards.models import Edition, SystemNode, SystemTable
from pinzhi.apps.standards.queries_catalogue import in_force_q, index_for
from pinzhi.rules.standards.edition_facts import Status
from pinzhi.rules.standards.editions import Found

COVERED, GAP, SHORT, OVERLAP, BRANCH = "covered", "gap", "short", "overlap", "branch"
FINDINGS = {
    COVERED: {"zh": "已有", "en": "There"},
    GAP: {"zh": "缺", "en": "Missing"},
    SHORT: {"zh": "不足", "en": "Too few"},
    OVERLAP: {"zh": "重复", "en": "Overlap"},
    BRANCH: {"zh": "", "en": ""},
}
TONES = {
    COVERED: ("circle-check", "pz-good"),
    GAP: ("alert-triangle", "pz-bad"),
    SHORT: ("alert-triangle", "pz-warn"),
    OVERLAP: ("copy", "pz-warn"),
}


@dataclass(frozen=True)
class Member:
    """A standard named at a place: as written, the edition it means on the day, its status then (empty: not found)."""

    written: str
    edition: Edition | None
    status: str


@dataclass
class Place:
    """A place of the tree with what was found there. `notes`: pairs (zh, en) of what else is to be said."""

    node: SystemNode
    depth: int
    members: list[Member] = field(default_factory=list)
    finding: str = BRANCH
    notes: list[tuple[str, str]] = field(default_factory=list)
    wanted: int = 0
    there: int = 0

    @property
    def in_force(self) -> list[Member]:
        return [one for one in self.members if one.status == Status.IN_FORCE]


@dataclass
class Held:
    """A table held against the catalogue of a day."""

    table: SystemTable
    on: date
    places: list[Place]
    unplaced: list[Edition]
    unplaced_count: int

    def _count(self, *findings: str) -> int:
        return sum(place.finding in findings for place in self.places)

    @property
    def figures(self) -> dict[str, int]:
        """Subjects, those covered, gaps (too few included), overlaps, standards wanted and there."""
        items = [place for place in self.places if place.finding != BRANCH]
        return {
            "places": len(items),
            "places_covered": self._count(COVERED, OVERLAP),
            "gaps": self._count(GAP, SHORT),
            "overlaps": self._count(OVERLAP),
            "standards_wanted": sum(place.wanted for place in items),
            "standards_there": sum(place.there for place in items),
        }


def place_key(code: str) -> tuple[int, ...]:
    """Places in their order: 2 before 10, 1.2 before 1.10."""
    return tuple(int(part) for part in code.split("."))


def hold(table: SystemTable, on: date, *, few: int = 10) -> Held:
    """Hold a table against the catalogue as of a day."""
    nodes = sorted(table.nodes.all(), key=lambda node: place_key(node.code))
    index = index_for(number for node in nodes for number in node.numbers)
    resolved = {number: index.resolve(number, on) for node in nodes for number in node.numbers}
    keys = {one.edition.key for one in resolved.values() if one.edition}
    keys |= {fact.key for one in resolved.values() for fact in one.candidates}
    rows = {row.key: row for row in Edition.objects.filter(key__any_of=sorted(keys)).defer("search_text")}
    places: list[Place] = []
    listed: dict[str, list[str]] = {}
    for node in nodes:
        place = Place(node, node.code.count("."))
        for number in node.numbers:
            one = resolved[number]
            fact = one.edition or (
                one.candidates[0] if one.candidates and one.found is not Found.UNKNOWN_YEAR else None
            )
            status = one.status.value if one.status else ""
            if not status and fact is not None:
                status = "published" if one.found is Found.NOT_YET else "withdrawn"
            place.members.append(Member(number, rows.get(fact.key) if fact else None, status))
            if fact is not None:
                listed.setdefault(fact.series_key, []).append(node.code)
        _judge(place)
        places.append(place)
    for place in places:
        _twice(place, listed)
    other = Edition.objects.filter(in_force_q(on), field=table.field, level__in=DOMESTIC).exclude(
        series_key__in=sorted(listed)
    )
    return Held(table, on, places, list(other.order_by("sort_key")[:few]), other.count())


def _judge(place: Place) -> None:
    node = place.node
    if node.wanted is None:
        return
    place.wanted, place.there = node.wanted, len(place.in_force)
    if place.there == 0 and place.wanted:
        place.finding = GAP
    elif place.there < place.wanted:
        place.finding = SHORT
    elif place.there > place.wanted:
        place.finding = OVERLAP
    else:
        place.finding = COVERED
    for one in place.members:
        if one.status == Status.PUBLISHED:
            place.notes.append((f"{one.written} 即将实施", f"{one.written} comes into force"))
        elif one.status == Status.DRAFT:
            place.notes.append((f"{one.written} 在制定", f"{one.written} is being made"))
        elif one.status == Status.WITHDRAWN:
            place.notes.append((f"{one.written} 已废止", f"{one.written} was withdrawn"))
        elif not one.status:
            place.notes.append((f"{one.written} 不在目录中", f"{one.written} is not in the catalogue"))
    levels = {one.edition.level for one in place.in_force if one.edition}
    if node.level and place.there and node.level not in levels:
        place.notes.append((f"没有{_level(node.level, 'zh')}", f"none of the level {node.level}"))
    if "local" in levels and levels & {"national", "industry"}:
        place.notes.append(
            (
                "已有国家（行业）标准，地方标准宜废止或整合",
                "a national or industry standard covers it: abolish or merge the local one",
            )
        )


def _twice(place: Place, listed: dict[str, list[str]]) -> None:
    for one in place.members:
        also = (
            [code for code in listed.get(one.edition.series_key, ()) if code != place.node.code]
            if one.edition
            else []
        )
        if also:
            where = "、".join(sorted(set(also), key=place_key))
            place.notes.append((f"{one.written} 同时列于 {where}", f"{one.written} stands at {where} too"))


def _level(level: str, lang: str) -> str:
    words = {
        "national": "国家标准",
        "industry": "行业标准",
        "local": "地方标准",
        "group": "团体标准",
        "enterprise": "企业标准",
    }
    return words.get(level, "相应级别的标准") if lang == "zh" else level


def _shown(one: Member) -> str:
    number = one.edition.number if one.edition else one.written
    if one.status == Status.IN_FORCE:
        return number
    return f"{number}（{_STATUS_ZH.get(one.status, '不在目录中')}）"


def published_values(held: Held) -> dict[str, Any]:
    """What the public sees of a table: its head, the figures, and the places in their order."""
    table = held.table
    rows: list[dict[str, Any]] = []
    for place in held.places:
        standing = "；".join(_shown(one) for one in place.members)
        rows.append(
            {
                name: value
                for name, value in {
                    "place": place.node.code,
                    "subject_title": place.node.title_zh,
                    "wanted": place.wanted if place.node.wanted is not None else None,
                    "standards": standing[:600],
                    "finding": FINDINGS[place.finding]["zh"],
                    "plan": place.node.plan,
                }.items()
                if value not in (None, "")
            }
        )
    return {
        "table_code": table.code,
        "table_title": table.title_zh,
        "english_title": table.title_en or None,
        "sector": table.field,
        "note": table.note or None,
        "as_of": held.on.isoformat(),
        **held.figures,
        "tree": rows,
    }


_STATUS_ZH = {"published": "即将实施", "draft": "草案", "withdrawn": "废止"}
