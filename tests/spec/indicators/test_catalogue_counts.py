"""Every choice of every shipped indicator asks what can be counted, and finds the record made for it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from pinzhi.rules.indicators.definition import IndicatorDefinition, parse_indicator
from pinzhi.rules.indicators.evaluate import Question, evaluate
from pinzhi.rules.indicators.target import Plan
from pinzhi.rules.proof import verify

CATALOGUE = Path(__file__).parents[3] / "src/pinzhi/catalogue"
PLAN = Plan(dt.date(2017, 1, 1), dt.date(2020, 12, 31))
DAY = dt.date(2019, 6, 30)
PROVINCE = "350000"


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


REGISTERS = {path.stem: read(path) for path in sorted((CATALOGUE / "registers").glob("*.yaml"))}
DEFINITIONS = [parse_indicator(read(path)) for path in sorted((CATALOGUE / "indicators").glob("*.yaml"))]


def count_of(register: str, name: str) -> dict[str, Any]:
    return next(count for count in REGISTERS[register]["counts"] if count["name"] == name)


def choices(definition: IndicatorDefinition) -> list[dict[str, Any]]:
    """The defaults, and each other value of each option in turn."""
    found: list[dict[str, Any]] = [{}]
    for option in definition.options:
        if option.sets is None:
            found += [{option.name: value.value} for value in option.values if value.value != option.default]
            if option.type == "text":
                found.append({option.name: "羊绒"})
    return found


CASES = [
    pytest.param(d, kind, chosen, id=f"{d.name}-{kind}-{chosen}")
    for d in DEFINITIONS
    for kind in d.kinds
    for chosen in choices(d)
]


def record_for(spec: dict[str, Any]) -> verify.Entry:
    """One entry that the specification must count."""
    values: dict[str, Any] = {"period": "2018", "value": "12.5", "numerator": "1", "denominator": "8"}
    envelope: dict[str, Any] = {
        "id": "e1", "key": "K1", "kind": "x", "state": spec["states"][0], "record_type": None,
        "effective_on": spec.get("date") or spec["to"], "valid_from": None, "valid_until": None,
        "region": PROVINCE, "agency": None, "subject": "S1", "recorded_at": "2019-01-01T00:00:00Z",
        "replaces": None,
    }  # fmt: skip
    for test in spec.get("filters", ()):
        if test["op"] in ("eq", "in"):
            wanted = test["value"][0] if test["op"] == "in" else test["value"]
            (envelope if test["field"] in envelope else values)[test["field"]] = wanted
        elif test["op"] == "present" and test["value"]:
            values[test["field"]] = "2018-06-01"
    if spec.get("distinct"):
        values.setdefault(spec["distinct"], "D1")
    return verify.Entry(0, envelope, values)


@pytest.mark.parametrize(("definition", "kind", "chosen"), CASES)
def test_what_is_asked_can_be_counted(definition, kind, chosen):
    asked: list[dict[str, Any]] = []

    def counter(spec: dict[str, Any]) -> Decimal | None:
        asked.append(spec)
        verify.check_spec(spec)
        if any(test["value"] == "preliminary" for test in spec.get("filters", ())):
            return None
        value = verify.count([record_for(spec)], spec).value
        assert value, f"the record made for it is not counted: {spec}"
        return Decimal(value.numerator) / value.denominator

    question = Question(kind, DAY, PLAN, region=PROVINCE, chosen=chosen)
    found = evaluate(definition, question, counter=counter, count_of=count_of)
    assert asked
    assert found.reading.value is not None
    assert all(spec in asked for spec in found.specs)
    if found.reading.source == "counted":
        assert found.published
