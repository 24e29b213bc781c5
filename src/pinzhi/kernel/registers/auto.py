"""What the calendar does to records: rights that end, periods that run out, and the reminders before that.

An automatic transition of a lifecycle is carried out by the system on the day after the term, with an entry of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Count
from django.urls import reverse

from pinzhi.kernel import audit
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.jobs import daily, reminders
from pinzhi.kernel.jobs.reminders import Reminder
from pinzhi.kernel.registers import catalogue, validity
from pinzhi.kernel.registers.actions.keep_draft import drop_old
from pinzhi.kernel.registers.append import append
from pinzhi.kernel.registers.definitions import Auto, Register, Wait
from pinzhi.kernel.registers.entries import EntryDraft
from pinzhi.kernel.registers.models import Record
from pinzhi.kernel.registers.present import lock
from pinzhi.kernel.registers.readonly import refuse_when_read_only

SYSTEM = Actor.system("calendar")
BATCH = 1000
#: Days before the end of a term: who is told when the day comes into this reach, and is not told twice.
VALIDITY_REACHES = (7, 30, 60)
DEADLINE_REACHES = (1, 7)


@daily.register("registers.auto", order=10)
def carry_out_auto(day: date) -> int:
    """Every automatic transition that is due on the day; returns how many entries were made."""
    return sum(run(register, day) for register in catalogue.registers().values() if register.life.auto)


def run(register: Register, day: date) -> int:
    """The automatic transitions of one register, in transactions of a thousand records."""
    refuse_when_read_only(register.name)
    made = 0
    for rule in register.life.auto:
        while keys := _due(register, rule, day):
            done = _carry_out(register, rule, keys, day)
            made += done
            if not done:
                break
    if made:
        audit.record("registers.auto", by=SYSTEM, register=register.name, subject_kind="register", count=made)
    return made


def _due(register: Register, rule: Auto, day: date) -> list[str]:
    records = Record.objects.filter(register=register.name, state=rule.from_)
    if rule.when == "validity_over":
        records = records.filter(valid_until__lt=day).order_by("valid_until", "id")
        return list(records.values_list("key", flat=True)[:BATCH])
    found: list[str] = []
    rows = records.order_by("state_since", "id").values_list("key", "state_since")
    for key, since in rows.iterator(chunk_size=BATCH):
        if ends_on(rule, since) >= day:
            break  # later ones began later
        found.append(key)
        if len(found) == BATCH:
            break
    return found


def ends_on(rule: Auto, since: date) -> date:
    """The last day of a period that began with the state."""
    return validity.after(since, rule.law or Wait(days=rule.days))


@transaction.atomic
def _carry_out(register: Register, rule: Auto, keys: Sequence[str], day: date) -> int:
    present = lock(register.name, keys)
    drafts = []
    for key, record in present.items():
        over = record.valid_until if rule.when == "validity_over" else ends_on(rule, record.state_since)
        # Somebody may have renewed it between the look and the lock.
        if record.state != rule.from_ or over is None or over >= day:
            continue
        drafts.append(
            EntryDraft(
                key=key,
                kind=rule.kind,
                state=rule.to,
                values=record.values,
                effective_on=max(over + timedelta(days=1), record.effective_on),
                record_type=record.record_type,
                valid_from=record.valid_from,
                valid_until=record.valid_until,
                region=record.region,
                agency=record.agency,
                subject=record.subject,
                actors=record.actors,
            )
        )
    append(register, drafts, by=SYSTEM.username, present=present)
    return len(drafts)


@daily.register("registers.drop_drafts", order=90)
def drop_drafts(day: date) -> int:
    """Forms that nobody has touched for half a year."""
    return drop_old(day)


def reach_of(days: int, reaches: Sequence[int]) -> int | None:
    """The smallest reach in which something lies that ends in so many days; None beyond all of them."""
    return next((reach for reach in reaches if days <= reach), None) if days >= 0 else None


@reminders.register("registers.validity")
def before_validity_ends(day: date) -> Iterator[Reminder]:
    """60, 30 and 7 days before: each holder of its own record, the keeper of all that end on one day."""
    far = day + timedelta(days=max(VALIDITY_REACHES))
    for register in catalogue.registers().values():
        ending = Record.objects.filter(
            register=register.name,
            state__in=register.life.valid_states,
            valid_until__gte=day,
            valid_until__lte=far,
        )
        yield from _to_holders(register, ending, day)
        yield from _to_keepers(register, ending, day)


def _to_holders(register: Register, ending: Iterable[Record], day: date) -> Iterator[Reminder]:
    if register.definition.about not in ("enterprise", "body"):
        return
    rows = ending.values_list("key", "label", "subject", "valid_until")  # type: ignore[attr-defined]
    for key, label, subject, until in rows.iterator():
        reach = reach_of((until - day).days, VALIDITY_REACHES)
        if not subject or reach is None:
            continue
        yield Reminder(
            key=f"{register.name}:{key}:{until}:{reach}",
            zh=f"“{label}”（{register.title.zh}）将于 {until} 到期，需要延续的请及时办理。",
            en=f"“{label}” ({register.title.en}) ends on {until}; renew it in time if you need it.",
            due=until,
            link=reverse("registers_record", args=[register.name, key]),
            party=subject,
        )


def _to_keepers(register: Register, ending: Iterable[Record], day: date) -> Iterator[Reminder]:
    groups = (
        ending.order_by("valid_until", "region")  # type: ignore[attr-defined]
        .values_list("region", "valid_until")
        .annotate(Count("id"))
    )
    for region, until, count in groups:
        reach = reach_of((until - day).days, VALIDITY_REACHES)
        if reach is None:
            continue
        yield Reminder(
            key=f"{register.name}:{region}:{until}:{reach}",
            zh=f"“{register.title.zh}”有 {count} 条记录将于 {until} 到期。",
            en=f"{count} records of “{register.title.en}” end on {until}.",
            due=until,
            link=reverse("registers_list", args=[register.name]) + "?order=valid_until",
            role="clerk",
            register=register.name,
            function=register.definition.function,
            region=region,
        )


@reminders.register("registers.deadlines")
def before_deadlines(day: date) -> Iterator[Reminder]:
    """A week and a day before a step is due: who is to act; all records of one state, region and day at once."""
    for register in catalogue.registers().values():
        for rule in register.life.deadlines:
            wait = rule.law or Wait(days=rule.days, working=rule.working)
            title = register.life.state_by_name[rule.state].title
            records = Record.objects.filter(register=register.name, state=rule.state)
            rows = records.order_by("state_since").values_list("region", "state_since", "subject", "key")
            groups: dict[tuple[str, date, str], list[str]] = {}
            for region, since, subject, key in rows.iterator():
                due = validity.after(since, wait)
                if reach_of((due - day).days, DEADLINE_REACHES) is not None:
                    groups.setdefault((region, due, subject if rule.who == "subject" else ""), []).append(key)
            for (region, due, subject), keys in groups.items():
                reach = reach_of((due - day).days, DEADLINE_REACHES)
                one = len(keys) == 1
                link = reverse("registers_record", args=[register.name, keys[0]]) if one else ""
                yield Reminder(
                    key=f"{register.name}:{rule.state}:{region}:{due}:{subject}:{reach}",
                    zh=f"“{register.title.zh}”有 {len(keys)} 条“{title.zh}”的记录须在 {due} 前办理。",
                    en=f"{len(keys)} records “{title.en}” of “{register.title.en}” must be acted on by {due}.",
                    due=due,
                    link=link or reverse("registers_list", args=[register.name]) + f"?state={rule.state}",
                    party=subject,
                    role="" if subject else rule.who or "clerk",
                    register=register.name,
                    function=register.definition.function,
                    region=region,
                )
