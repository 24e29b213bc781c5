"""What may be asked of registers by those who are logged in. Permission is the caller's: see `permission.may_read`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.access.queries import may
from pinzhi.kernel.errors import NotFound
from pinzhi.kernel.registers import catalogue, validity
from pinzhi.kernel.registers.definitions import Register, Transition
from pinzhi.kernel.registers.models import Content, Entry, Record
from pinzhi.kernel.registers.permission import may_step, second_person
from pinzhi.kernel.search.queries import find
from pinzhi.rules.lifecycle.timeline import Happening, standing_on, timeline

READERS = ("clerk", "reviewer", "approver", "auditor", "administrator")


def registers_for(actor: Actor) -> list[Register]:
    """The registers in which the actor may read or begin something, in the catalogue's order."""
    if actor.speaks_for in ("enterprise", "body"):
        return [
            r
            for r in catalogue.registers().values()
            if any("subject" in t.who for t in r.life.transitions) and r.definition.about == actor.speaks_for
        ]
    return [
        r
        for r in catalogue.registers().values()
        if actor.is_system
        or any(
            right.role in READERS
            and right.register in ("*", r.name)
            and right.function in ("*", r.definition.function)
            for right in actor.rights
        )
    ]


def readable(actor: Actor, register: Register) -> QuerySet[Record]:
    """The records of a register that the actor may read whole, as a queryset."""
    records = Record.objects.filter(register=register.name)
    if actor.is_system:
        return records
    if actor.speaks_for in ("enterprise", "body"):
        return records.filter(subject=actor.party) if actor.party else records.none()
    regions = {
        right.region
        for right in actor.rights
        if right.role in READERS
        and right.register in ("*", register.name)
        and right.function in ("*", register.definition.function)
    }
    if not regions:
        return records.none()
    return records if "" in regions else records.filter(in_regions(regions))


def in_regions(codes: set[str] | Sequence[str]) -> Q:
    """Records in the subtrees of these regions."""
    from pinzhi.kernel.places import queries as places

    condition = Q(pk__in=[])
    for code in codes:
        condition |= places.region_q(code)
    return condition


def list_records(
    records: QuerySet[Record],
    register: Register,
    *,
    search: str = "",
    states: Sequence[str] = (),
    regions: Sequence[str] = (),
    record_type: str = "",
    filters: Mapping[str, Any] | None = None,
) -> QuerySet[Record]:
    """Records that fit: search text, states, region subtrees, record type, values of fields marked `count`."""
    found = find(records, "search_text", search)
    if states:
        found = found.filter(state__in=list(states))
    if regions:
        found = found.filter(in_regions(list(regions)))
    if record_type:
        found = found.filter(record_type=record_type)
    for name, value in (filters or {}).items():
        field = register.definition.by_name.get(name)
        if field is None or value in (None, ""):
            continue
        found = found.filter(Q(values__contains={name: value}) | Q(values__contains={name: [value]}))
    return found


def get_record(register: str, key: str) -> Record:
    """The present record, or NotFound."""
    record = Record.objects.filter(register=register, key=key).first()
    if record is None:
        raise NotFound(
            "no_such_record", zh=f"没有编号为“{key}”的记录。", en=f"There is no record {key}.", place=key
        )
    return record


@dataclass(frozen=True)
class EntryView:
    """An entry to be read: the step that made it, the values that are still there, what the step carried."""

    entry: Entry
    step: Transition | None
    values: Mapping[str, Any]
    said: Mapping[str, Any]
    void: bool


def history(register: str, key: str) -> list[EntryView]:
    """All entries of a key, oldest first, each with what it said."""
    return _views(register, list(Entry.objects.filter(register=register, key=key).order_by("id")))


def _views(register: str, entries: Sequence[Entry]) -> list[EntryView]:
    found = catalogue.get(register)
    contents = Content.objects.in_bulk([entry.id for entry in entries])
    replaced = {entry.replaces for entry in entries}
    views = []
    for entry in entries:
        values: dict[str, Any] = {}
        for name, group in contents[entry.id].groups.items():
            if name not in ("entry", "step"):
                values |= group["values"]
        said = contents[entry.id].groups.get("step", {}).get("values", {})
        views.append(EntryView(entry, found.life.transition(entry.kind), values, said, entry.id in replaced))
    return views


def record_as_of(
    register: str, key: str, valid_on: date, known_at: datetime | None = None
) -> EntryView | None:
    """What held of a key on a day, as it was known at an instant (now where none is given)."""
    return _standing(history(register, key), valid_on, known_at)


def _standing(views: Sequence[EntryView], valid_on: date, known_at: datetime | None) -> EntryView | None:
    known = {v.entry.id: v for v in views if known_at is None or v.entry.recorded_at <= known_at}
    held = timeline(
        Happening(v.entry.id, v.entry.state, v.entry.effective_on, v.entry.replaces) for v in known.values()
    )
    number = standing_on(held, valid_on)
    return None if number is None else known[number]


#: So many records are looked at for one page of a past day; the page may hold fewer.
LOOKED_AT = 2000


def records_as_of(
    records: QuerySet[Record],
    register: Register,
    valid_on: date,
    known_at: datetime | None = None,
    *,
    states: Sequence[str] = (),
    regions: Sequence[str] = (),
    record_type: str = "",
    after: str = "",
    limit: int = 50,
) -> tuple[list[EntryView], str | None]:
    """What held of these records on a day, as it was known at an instant, by number.

    State, region and type are those of that day. Returns at most `limit` views and the number after which to go on (None
    at the end); a page may be short or empty and others follow it, because records of which nothing held are passed over.
    """
    from pinzhi.kernel.places import queries as places

    areas = [places.area(code, valid_on) for code in regions]
    found: list[EntryView] = []
    last = after
    keys = list(records.filter(key__gt=after).order_by("key").values_list("key", flat=True)[: LOOKED_AT + 1])
    for at in range(0, min(len(keys), LOOKED_AT), 200):
        part = keys[at : min(at + 200, LOOKED_AT)]
        entries = Entry.objects.filter(register=register.name, key__in=part).order_by("id")
        views: dict[str, list[EntryView]] = {}
        for view in _views(register.name, list(entries)):
            views.setdefault(view.entry.key, []).append(view)
        for key in part:
            held = _standing(views.get(key, []), valid_on, known_at)
            if held is not None and (
                (not states or held.entry.state in states)
                and (not record_type or held.entry.record_type == record_type)
                and (not areas or any(held.entry.region in area for area in areas))
            ):
                found.append(held)
            last = key
            if len(found) == limit:
                return found, (last if last != keys[-1] else None)
    return found, (last if len(keys) > LOOKED_AT else None)


def steps_open(actor: Actor, register: Register, record: Record | None) -> list[Transition]:
    """The steps that the actor may do now on this record (None: begin a new one), waiting periods aside."""
    state = record.state if record else None
    subject = (
        record.subject if record else (actor.party if actor.speaks_for in ("enterprise", "body") else "")
    )
    actors = record.actors if record else {}
    steps = []
    for step in register.life.from_state(state):
        regions = [record.region] if record else ["", *{right.region for right in actor.rights}]
        allowed = any(may_step(actor, register, step, subject=subject, region=region) for region in regions)
        if allowed and not second_person(actor, step, actors):
            steps.append(step)
    return steps


def ready_on(step: Transition, record: Record | None) -> date | None:
    """The first day on which a step that waits may be done; None where nothing waits."""
    return (
        validity.after(record.state_since, step.waits_for) if record and step.waits_for is not None else None
    )


@dataclass(frozen=True)
class Due:
    """A record whose state has a deadline: the last day, who is to act, and by which rule."""

    record: Record
    on: date
    who: str
    law: str | None


def deadline_of(register: Register, record: Record) -> Due | None:
    """The deadline of a record's present state, or None."""
    for rule in register.life.deadlines:
        if rule.state == record.state:
            wait = rule.law or {"days": rule.days, "working": rule.working}
            day = validity.after(
                record.state_since, wait if isinstance(wait, str) else _wait(rule.days, rule.working)
            )
            return Due(record, day, rule.who or "clerk", rule.law)
    return None


def _wait(days: int | None, working: bool) -> Any:
    from pinzhi.kernel.registers.definitions import Wait

    return Wait(days=days, working=working)


def to_do(actor: Actor, limit: int = 100) -> list[tuple[Register, Record, list[Transition], Due | None]]:
    """What waits for this account: records in a pending state on which it may do a step, most urgent first."""
    found = []
    for register in registers_for(actor):
        pending = [s.name for s in register.life.states if s.kind in ("pending", "open")]
        for record in readable(actor, register).filter(state__in=pending).order_by("state_since")[:limit]:
            steps = [s for s in steps_open(actor, register, record) if s.name not in ("withdraw", "save")]
            if steps:
                found.append((register, record, steps, deadline_of(register, record)))
    found.sort(key=lambda row: (row[3].on if row[3] else date.max, row[1].state_since))
    return found[:limit]


def states_count(records: QuerySet[Record]) -> dict[str, int]:
    """How many records stand in each state."""
    return dict(records.order_by().values_list("state").annotate(found=Count("*")))


def may_see_region(actor: Actor, register: Register, region: str) -> bool:
    """Whether the actor reads this register in this region."""
    return any(
        may(actor, role, register=register.name, function=register.definition.function, region=region)
        for role in READERS
    )
