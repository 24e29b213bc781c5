"""Walks: sets of records that go their way through a lifecycle together, step by step and day by day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from random import Random
from typing import Any

from pinzhi.doors.cli.demonstration.decisions import Given
from pinzhi.doors.cli.demonstration.filling import Context, Filler
from pinzhi.doors.cli.demonstration.lots import agency_of, pool
from pinzhi.doors.cli.demonstration.parties import SEED, Firm, bodies
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.registers import catalogue
from pinzhi.kernel.registers.actions.carry_out import Item, carry_out


class Walk:
    """A set of records of one register that go their way together."""

    def __init__(
        self,
        register: str,
        count: int,
        *,
        salt: int,
        firms: str = "large",
        record_type: str | None = None,
        given: Given = lambda c: {},
    ) -> None:
        self.register, self.record_type, self.given = register, record_type, given
        self.found = catalogue.get(register)
        self.filler = Filler(register)
        self.keys: list[str] = []
        rng = Random(SEED + salt)
        choice = pool(firms)
        self.on: list[tuple[Firm, int]] = [
            (choice[rng.randrange(len(choice))], 900_000 + salt * 1000 + n) for n in range(count)
        ]
        self.rng = rng

    def of(self, firm: Firm) -> Walk:
        """The same for one firm."""
        self.on = [(firm, self.on[0][1])]
        return self

    def step(
        self, name: str, day: date, by: Actor, *, given: Mapping[str, Any] | None = None, reason: str = ""
    ) -> Walk:
        """Carry out a step for all that are left; nothing where the day has not come."""
        if day > clock.today() or not self.on:
            return self
        asks = self.found.life.transition(name)
        if asks is None:
            raise ValueError(f"{self.register} has no step {name}")
        items = []
        for at, (firm, number) in enumerate(self.on):
            c = Context(self.rng, day, firm, number)
            key = self.keys[at] if self.keys else None
            values: dict[str, Any] = {}
            if "fields" in asks.asks:
                values = self.filler(
                    c, self.record_type or "", name, {**self.given(c), **(given or {})}, full=True
                )
                if key is not None:
                    # What stands already stays; only what this step asks for, or is said here, is new.
                    own = {f.name for f in self.found.definition.fields if f.steps and name in f.steps}
                    values = {n: v for n, v in values.items() if n in own or n in (given or {})}
            items.append(self._item(firm, key, values, day, reason, by))
        with clock.at(day):
            refs = carry_out(self.register, name, items, by=by)
        self.keys = [ref.key for ref in refs]
        return self

    def _item(
        self, firm: Firm, key: str | None, values: Mapping[str, Any], day: date, reason: str, by: Actor
    ) -> Item:
        about = self.found.definition.about
        subject = {"enterprise": firm.code, "body": bodies()[0].code, "place": firm.city}.get(about)
        agency = agency_of(self.found.definition.function, "province", firm.region) if by.is_system else None
        return Item(
            key=key,
            subject=None if key else subject,
            region=None if key else (firm.city if about == "place" else firm.region),
            agency=agency,
            record_type=None if key else self.record_type,
            values=values,
            effective_on=day,
            reason=reason,
            decision_number=f"云质演〔{day.year}〕{1 + self.rng.randrange(90)}号",
        )

    def part(self, count: int) -> Walk:
        """The first `count` of them, taken out to go another way."""
        other = object.__new__(Walk)
        other.__dict__ |= self.__dict__
        other.on, other.keys = self.on[:count], self.keys[:count]
        self.on, self.keys = self.on[count:], self.keys[count:]
        return other
