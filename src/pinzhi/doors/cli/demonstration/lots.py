"""Lots: how many decisions of which year stand in a register, and the batches in which they are entered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Any

from pinzhi.doors.cli.demonstration.decisions import Given
from pinzhi.doors.cli.demonstration.filling import Context, Filler
from pinzhi.doors.cli.demonstration.parties import SEED, Firm, bodies, firms
from pinzhi.kernel.places import queries as places
from pinzhi.kernel.registers import catalogue
from pinzhi.kernel.registers.actions.carry_out import Item

#: The step by which a decision that was made is entered.
ENTERING = {"resource": "enter", "fund": "enter_decision"}


@dataclass(frozen=True)
class Lot:
    """`years`: how many in which year. `on`: month and day of the yearly batch; None: any day of the year."""

    register: str
    years: Mapping[int, int]
    record_type: str | None = None
    given: Given = lambda c: {}
    on: tuple[int, int] | None = None
    pick: str = "firms"
    level: str = "county"
    full: bool = False
    #: A step that follows for most of them: its name, after how many days, for how many of a hundred, its values.
    follow: tuple[str, int, int, Given] | None = None
    #: Firms one after the other instead of drawn, so that few are met twice.
    in_turn: bool = False

    @property
    def total(self) -> int:
        return sum(self.years.values())


def spread(*counts: int, until: int = 2026) -> dict[int, int]:
    """Counts of consecutive years, the last of them `until`."""
    return {until - len(counts) + 1 + i: count for i, count in enumerate(counts)}


@cache
def pool(name: str) -> Sequence[Firm]:
    """Firms that a lot may draw from."""
    every = firms()[:6000]
    chosen = {
        "firms": [f for f in every if not f.cooperative],
        "large": [f for f in every if f.size in ("large", "medium")],
        "farm": [f for f in every if f.sector in ("farm", "food")],
        "cooperatives": [f for f in every if f.cooperative],
        "exporters": [f for f in every if f.exporter],
        "late": list(firms()[12_000:]),
        "linjiang": [f for f in every if f.city == "990100"],
    }
    return chosen[name]


@dataclass(frozen=True)
class Batch:
    """Items of one register and step to be carried out on one day's clock."""

    register: str
    step: str
    clock: date
    lot: Lot
    items: list[Item] = field(default_factory=list)


def batches(lots: Sequence[Lot], today: date, *, salt: int, size: int = 2000) -> Iterator[Batch]:
    """What is entered, lot by lot and year by year. Nothing lies after today."""
    for number, lot in enumerate(lots):
        definition = catalogue.get(lot.register).definition
        life = catalogue.get(lot.register).life
        step = ENTERING.get(life.lifecycle, "enter_decision")
        filler = Filler(lot.register)
        serial = salt * 1_000_000 + number * 20_000
        for year, count in sorted(lot.years.items()):
            rng = Random(SEED + salt * 1000 + number * 37 + year)
            items: list[Item] = []
            for _ in range(count):
                serial += 1
                item = _item(lot, definition, filler, step, rng, year, serial, today)
                if item is not None:
                    items.append(item)
            for start in range(0, len(items), size):
                part = items[start : start + size]
                if part:
                    yield Batch(lot.register, step, min(today, date(year, 12, 30)), lot, part)


def _item(
    lot: Lot, definition: Any, filler: Filler, step: str, rng: Random, year: int, serial: int, today: date
) -> Item | None:
    if lot.on:
        day = date(year, *lot.on)
    else:
        # A year that is not over has its share of days; so many are asked for as it has.
        end = min(date(year, 12, 24), today - timedelta(days=1))
        start = date(year, 1, 6)
        if end < start:
            return None
        day = start + timedelta(days=rng.randrange((end - start).days + 1))
    if day > today:
        return None
    body = None
    if lot.pick == "bodies":
        body = bodies()[serial % len(bodies())]
        firm = firms()[serial % 400]
    else:
        choice = pool(lot.pick)
        firm = choice[serial * 7919 % len(choice)] if lot.in_turn else choice[rng.randrange(len(choice))]
    c = Context(rng, day, firm, serial)
    given = lot.given(c)
    if body is not None:
        given = {
            **dict.fromkeys(("body_name", "institution_name", "host_name", "association_name"), body.name),
            **given,
        }
        given = {name: value for name, value in given.items() if name in definition.by_name}
    region = body.region if body else firm.region
    if definition.about == "place" or lot.level == "city":
        region = firm.city if lot.level == "city" else region
    subject = {"enterprise": firm.code, "body": body.code if body else bodies()[0].code, "place": region}.get(
        definition.about
    )
    return Item(
        subject=subject,
        region=region,
        agency=agency_of(definition.function, lot.level, region),
        record_type=lot.record_type,
        effective_on=day,
        values=filler(c, lot.record_type or "", step, given, full=lot.full),
        decision_number=f"云质演〔{year}〕{1 + serial % 90}号",
    )


@cache
def agency_of(function: str, level: str, region: str) -> str:
    """The agency that decides: the province's, the city's or the county's."""
    seat = {"province": "990000", "city": region[:4] + "00"}.get(level, region)
    for place in (seat, region[:4] + "00", "990000"):
        found = places.agency_for(function, place)
        if found is not None:
            return found.code
    return ""


def following(batch: Batch, keys: Sequence[str], today: date) -> list[Item]:
    """The step that follows for most of a batch's records, where its day has come."""
    if batch.lot.follow is None:
        return []
    _, later, share, given = batch.lot.follow
    items = []
    for number, (key, before) in enumerate(zip(keys, batch.items, strict=True)):
        day = (before.effective_on or batch.clock) + timedelta(days=later)
        if number % 100 >= share or day > batch.clock or day > today:
            continue
        c = Context(Random(SEED + number), day, firms()[number % 400], number)
        items.append(Item(key=key, effective_on=day, values=dict(given(c))))
    return items
