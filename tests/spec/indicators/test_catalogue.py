"""The shipped indicators: all thirty, readable, and standing on counts that the registers have."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import yaml

from pinzhi.rules.indicators.definition import IndicatorDefinition, merged_source, parse_indicator

CATALOGUE = Path(__file__).parents[3] / "src/pinzhi/catalogue"
FILES = sorted((CATALOGUE / "indicators").glob("*.yaml"))


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


REGISTERS = {path.stem: read(path) for path in sorted((CATALOGUE / "registers").glob("*.yaml"))}
ENVELOPE = {"key", "subject", "region", "record_type", "period"}
DEFINITIONS = {path.stem: parse_indicator(read(path)) for path in FILES}


def test_all_thirty_are_there_and_one_for_what_none_of_them_counts():
    assert sorted(d.number for d in DEFINITIONS.values()) == list(range(1, 32))


@pytest.mark.parametrize("stem", DEFINITIONS)
def test_file_name_and_indicator_agree(stem):
    definition = DEFINITIONS[stem]
    assert definition.name == f"i{stem}"
    assert definition.number == int(stem[:2])
    assert definition.review_on > dt.date(2026, 1, 1)


def sources(definition: IndicatorDefinition):
    """Every source that some choice leads to, with the filters that the choice adds."""
    yield definition.source, ()
    for option in definition.options:
        for value in option.values:
            added = (*value.filters, *value.numerator_filters, *value.denominator_filters)
            yield merged_source(definition.source, value.source), added


def counts_of(source):
    parts = [source[side] for side in ("numerator", "denominator") if side in source] or [source]
    for part in parts:
        names = [part["count"]] if "count" in part else sorted(set(part["counts"].values()))
        yield from ((part["register"], name) for name in names)


@pytest.mark.parametrize("stem", DEFINITIONS)
def test_every_count_and_field_exists_in_its_register(stem):
    for source, filters in sources(DEFINITIONS[stem]):
        for register, name in counts_of(source):
            assert register in REGISTERS, f"no register {register}"
            counts = {count["name"]: count for count in REGISTERS[register]["counts"]}
            assert name in counts, f"{register} has no count {name}"
            fields = {field["name"]: field for field in REGISTERS[register]["fields"]}
            used = [*filters, *counts[name].get("filters", ())]
            for test in used:
                assert test["field"] in fields.keys() | ENVELOPE, f"{register} has no field {test['field']}"
                options = {o["value"] for o in fields.get(test["field"], {}).get("options", ())}
                asked = test["value"] if isinstance(test["value"], list) else [test["value"]]
                assert not options or set(asked) <= options | {True, False}, test
            if source["type"] in ("series", "growth", "share"):
                assert counts[name]["mode"] == "series"
                for key in ("numerator_field", "denominator_field"):
                    assert source.get(key, "value") in fields
            else:
                assert counts[name]["mode"] != "series"


@pytest.mark.parametrize("stem", DEFINITIONS)
def test_a_free_choice_names_a_field_of_its_register(stem):
    definition = DEFINITIONS[stem]
    for option in definition.options:
        if option.field:
            for register in definition.registers():
                assert option.field in {field["name"] for field in REGISTERS[register]["fields"]}


@pytest.mark.parametrize("stem", DEFINITIONS)
def test_what_stands_on_reports_says_so(stem):
    definition = DEFINITIONS[stem]
    reported = definition.source["type"] in ("series", "growth", "share")
    assert definition.stands_on == ("reported" if reported else "counted")
    assert bool(definition.stands_on_note) == reported


@pytest.mark.parametrize("stem", DEFINITIONS)
def test_each_watch_is_settled_by_a_choice(stem):
    """Nothing is settled silently: whoever reads the page sees the choice, its default and the reason."""
    definition = DEFINITIONS[stem]
    assert definition.options
    for option in definition.options:
        assert option.title["zh"]
        assert option.why["zh"]


def test_words_are_not_shared_by_two_indicators():
    owners: dict[str, list[str]] = {}
    for definition in DEFINITIONS.values():
        for word in set(definition.words):
            owners.setdefault(word, []).append(definition.name)
    assert {word: names for word, names in owners.items() if len(names) > 1} == {}
