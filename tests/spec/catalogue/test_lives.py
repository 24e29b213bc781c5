"""Every register lived through once by the real actions: from application to what the public sees and counts."""

from __future__ import annotations

import datetime as dt

import pytest

from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.registers import catalogue, counting, sequencer
from pinzhi.kernel.registers.actions.carry_out import Item, carry_out
from pinzhi.kernel.registers.models import PublicEntry, PublicRecord, Record
from pinzhi.kernel.registers.values import for_step
from pinzhi.rules.identifiers import uscc

from .test_catalogue import REGISTERS

pytestmark = pytest.mark.django_db

#: The straight way of each lifecycle, the state in which it ends, and how many of its steps the public never sees.
WAYS = {
    "award": (["apply", "accept", "review", "post_notice", "grant"], "granted", 3),
    "filing": (["file", "register", "change"], "valid", 1),
    "listing": (["propose", "enter", "update"], "listed", 1),
    "project": (["propose", "recommend", "start", "report", "pass_acceptance", "accept"], "accepted", 2),
    "appointment": (["report", "appoint", "train"], "trained", 1),
    "resource": (["submit", "admit", "update"], "in_use", 1),
    "event": (["plan", "hold", "sum_up"], "summed_up", 0),
    "fund": (["apply", "accept", "review", "post_notice", "approve", "pay", "audit"], "audited", 3),
    "series": (["report", "release", "revise"], "published", 1),
    "standard_making": (
        ["propose", "start", "consult", "close_consultation", "submit", "pass_review", "publish_standard"],
        "published",
        1,
    ),
    "opinion": (["submit", "verify", "forward", "dispose"], "disposed", 2),
}
KEEPER = Actor.system("catalogue test")


@pytest.mark.usefixtures("nobody_answers")
@pytest.mark.parametrize("lifecycle", WAYS)
def test_from_application_to_the_public(lifecycle: str) -> None:
    catalogue.sync()
    for name, register in REGISTERS.items():
        if register.life.lifecycle == lifecycle:
            live_through(name)


def live_through(name: str) -> None:
    """The register's sample through the whole way; what is seen and counted on it."""
    register = catalogue.get(name)
    definition, sample = register.definition, register.definition.sample
    steps, last, hidden = WAYS[register.life.lifecycle]
    day = dt.date(2024, 3, 1)
    subject = {
        "enterprise": uscc.make(1, region="350100").text,
        "body": uscc.make(2, region="350100").text,
        "place": "350100",
        "product": "06901234567892",
        "document": "ZC-1",
    }.get(definition.about, "")
    first = definition.record_types[0].name if definition.record_types else None
    key: str | None = None
    for number, step in enumerate(steps, 1):
        asks = register.life.transition(step)
        assert asks is not None
        item = Item(
            key=key,
            subject=subject or None,
            region="350100",
            effective_on=day,
            reason="核对无误",
            record_type=first if key is None else None,
            values=for_step(definition, sample, step) if "fields" in asks.asks else {},
        )
        with clock.at(day):
            (ref,) = carry_out(name, step, [item], by=KEEPER)
            key = ref.key
            sequencer.drain()
        if number <= hidden or not definition.classes:
            assert not PublicRecord.objects.filter(register=name, key=key).exists(), f"{name}: {step} is seen"
            # An entry's place in the log is public (the tree has no holes), nothing of what it says is.
            assert not any(entry.groups for entry in PublicEntry.objects.filter(log=name, key=key))
        day += dt.timedelta(days=30)

    record = Record.objects.get(register=name, key=key)
    assert record.state == last
    day -= dt.timedelta(days=30)
    if definition.classes:
        shown = PublicRecord.objects.get(register=name, key=key)
        classes = {n for n, rule in definition.classes.items() if last in rule.states}
        assert shown.values and set(shown.values) <= {
            f.name for f in definition.fields if f.publicity in classes
        }
    found = [
        counting.count(counting.spec_of(name, count.name, on=day, start=dt.date(2024, 1, 1), end=day)).value
        for count in definition.counts
    ]
    assert any(found), f"{name}: the sample is counted by no count"
