"""What waits for an account in the registers: steps to do with their deadlines, and what ends soon."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from pinzhi.kernel import clock, law
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.registers import catalogue
from pinzhi.kernel.registers.definitions import Register, Transition, Wait
from pinzhi.kernel.registers.models import Draft, Record
from pinzhi.kernel.registers.permission import may_step, second_person
from pinzhi.kernel.registers.queries import Due, deadline_of, ready_on, registers_for
from pinzhi.kernel.registers.scope import readable_q
from pinzhi.rules.law import NoSuchLawError

#: Steps that nobody waits for: they come from outside or give up.
BY_THE_WAY = ("withdraw", "save", "object", "defend", "postpone", "cancel", "change")
LOOK_AT = 500


@dataclass(frozen=True)
class Next:
    """A step from the record's present state, as this account stands to it."""

    step: Transition
    may: bool
    ready: date | None = None
    same_person: str = ""
    """The earlier step of this account that the two-person rule sets against this one."""

    @property
    def open(self) -> bool:
        return self.may and not self.same_person and not self.waits

    @property
    def waits(self) -> bool:
        return self.ready is not None and self.ready > clock.today()


@dataclass(frozen=True)
class Waiting:
    """A record that waits for one of these steps of this account."""

    register: Register
    record: Record
    steps: Sequence[Next]
    due: Due | None


def next_steps(actor: Actor, register: Register, record: Record) -> list[Next]:
    """Every step from the present state that makes an entry, whoever may do it."""
    found = []
    for step in register.life.from_state(record.state):
        if not step.entry:
            continue
        may = may_step(actor, register, step, subject=record.subject, region=record.region)
        earlier = second_person(actor, step, record.actors) if may else None
        found.append(Next(step, may, ready_on(step, record), earlier or ""))
    return found


def leads_on(register: Register, record: Record, step: Transition) -> bool:
    """Whether the step brings the matter forward, rather than back or to a refusal."""
    order = [state.name for state in register.life.states]
    to = step.to or record.state
    return register.life.state_by_name[to].kind != "ended" and order.index(to) >= order.index(record.state)


def is_by_the_way(step: Transition) -> bool:
    """Whether a record that could take this step is still not waiting for it."""
    return step.name.startswith(BY_THE_WAY) or step.who == ["system"]


def waiting_for(actor: Actor, limit: int = 50) -> list[Waiting]:
    """Records in a state that somebody must act on, where this account may do so; most urgent first.

    Where a deadline says who acts, it waits for them alone; else for whoever may do a step that leads on.
    """
    registers = {register.name: register for register in registers_for(actor)}
    states = {
        name: [
            s.name
            for s in register.life.states
            if s.kind in ("pending", "open") or any(rule.state == s.name for rule in register.life.deadlines)
        ]
        for name, register in registers.items()
    }
    records = (
        Record.objects.filter(readable_q(actor, registers.values(), states))
        .defer("search_text")
        .order_by("state_since", "id")[:LOOK_AT]
    )
    found = []
    for record in records:
        register = registers[record.register]
        due = deadline_of(register, record)
        steps = [n for n in next_steps(actor, register, record) if n.may and not is_by_the_way(n.step)]
        if due is not None:
            steps = [n for n in steps if _is_for(actor, n.step, due.who)]
        # Who may only refuse it or send it back because of the two-person rule is not the one it waits for.
        leading = [n for n in steps if leads_on(register, record, n.step)] or steps
        if any(n.may and not n.same_person for n in leading):
            found.append(Waiting(register, record, steps, due))
    found.sort(key=lambda w: (w.due.on if w.due else date.max, w.record.state_since))
    return found[:limit]


def _is_for(actor: Actor, step: Transition, who: str) -> bool:
    if who == "subject" or actor.speaks_for in ("enterprise", "body"):
        return who == "subject" and actor.speaks_for in ("enterprise", "body") and "subject" in step.who
    return who in step.who and any(right.role == who for right in actor.rights)


def ending_soon(actor: Actor, days: int = 60, limit: int = 20) -> list[tuple[Register, Record]]:
    """Valid records of this account's reach whose validity ends within so many days, the nearest first."""
    today = clock.today()
    registers = {register.name: register for register in registers_for(actor)}
    states = {name: register.life.valid_states for name, register in registers.items()}
    records = (
        Record.objects.filter(
            readable_q(actor, registers.values(), states),
            valid_until__gte=today,
            valid_until__lte=today + timedelta(days=days),
        )
        .defer("search_text")
        .order_by("valid_until", "id")[:limit]
    )
    return [(registers[record.register], record) for record in records]


@dataclass(frozen=True)
class Begun:
    """A form that was begun and not handed in."""

    draft: Draft
    register: Register
    step: Transition


def drafts(actor: Actor, limit: int = 10) -> list[Begun]:
    """The account's forms that wait to be handed in, the latest first."""
    found = []
    for draft in Draft.objects.filter(user_id=actor.user_id or 0).order_by("-updated_at")[:limit]:
        register = catalogue.registers().get(draft.register)
        step = register.life.transition(draft.transition) if register else None
        if register is not None and step is not None:
            found.append(Begun(draft, register, step))
    return found


def own_records(actor: Actor, limit: int = 100) -> list[tuple[Register, Record]]:
    """All records of an enterprise or body, those changed last first."""
    if actor.speaks_for not in ("enterprise", "body") or not actor.party:
        return []
    registers = catalogue.registers()
    records = Record.objects.filter(subject=actor.party).defer("search_text").order_by("-updated_at")[:limit]
    return [(registers[record.register], record) for record in records if record.register in registers]


def rule_in_words(rule: Wait | str | None, on: date) -> dict[str, str]:
    """The rule that a deadline or waiting period rests on, as one sentence in both languages; empty for none."""
    if rule is None:
        return {}
    key = rule if isinstance(rule, str) else rule.law
    if key is None:
        assert isinstance(rule, Wait)
        days = rule.days or 0
        kind = ("个工作日", "working days") if rule.working else ("天", "days")
        return {"zh": f"本登记册规定：{days} {kind[0]}。", "en": f"Set by this register: {days} {kind[1]}."}
    try:
        value = law.value(key, on)
    except (NoSuchLawError, KeyError):
        return {}
    working = "工作日" in (value.unit or "")
    unit, unit_en = ("个工作日", "working days") if working else (value.unit or "天", "days")
    unchecked = (
        ("（尚未与原文核对）", " (not yet checked against the text)") if value.provisional else ("", "")
    )
    return {
        "zh": f"{value.title['zh']}：{value.value} {unit}。依据：{value.source}{unchecked[0]}。",
        "en": f"{value.title['en']}: {value.value} {unit_en}. Source: {value.source}{unchecked[1]}.",
    }
