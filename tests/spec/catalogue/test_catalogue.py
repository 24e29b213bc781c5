"""The catalogue holds together: registers, lifecycles, their law parameters, functions and glossary.

The engine's loader checks each file by itself; these tests check what no single file can show: that every mechanism
has its register, every name used elsewhere exists, nothing private stands in a public class, both languages are there.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

import pinzhi
from pinzhi.kernel.registers import values
from pinzhi.kernel.registers.definitions import Definition, Register, Text, load_lifecycles, load_registers
from pinzhi.rules import law

CATALOGUE = Path(pinzhi.__file__).parent / "catalogue"
REGISTERS = load_registers(CATALOGUE)
LIVES = {
    name: next((r.life for r in REGISTERS.values() if r.life.lifecycle == name), None)
    for name in load_lifecycles(CATALOGUE / "lifecycles")
}
FUNCTIONS = yaml.safe_load((CATALOGUE / "functions.yaml").read_text(encoding="utf-8"))
GLOSSARY = yaml.safe_load((CATALOGUE / "glossary.yaml").read_text(encoding="utf-8"))
LAW = law.parse_all(
    yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted((CATALOGUE / "law").glob("*.yaml"))
)
CJK = re.compile(r"[\u4e00-\u9fff]")

EACH = pytest.mark.parametrize("register", REGISTERS.values(), ids=list(REGISTERS))
EACH_LIFE = pytest.mark.parametrize("name", LIVES)


def filters(definition: Definition) -> Iterator[tuple[str, Any]]:
    for count in definition.counts:
        for one in count.filters:
            yield count.name, one


# --- what the policies order -------------------------------------------------------------------------------------

OWN_REGISTER = [
    "E01",
    "E02",
    "E06",
    "E07",
    "S01",
    "S03",
    "S04",
    "S05",
    "S07",
    "S09",
    "S13",
    "S17",
    "D08",
    "D09",
    "Q03",
    "Q04",
    "Q07",
    "Q09",
    "I01",
    "I04",
    "I05",
    "B01",
    "B02",
    "B03",
    "B04",
    "B05",
    "B06",
    "B08",
    "B10",
    "B13",
    "B14",
    "B17",
    "M07",
    "M10",
    "R03",
    "W07",
    "W11",
    "W14",
    "X08",
    "X09",
    "F01",
    "F02",
    "F05",
    "F08",
    "F11",
    "T01",
    "T02",
    "T04",
    "T08",
    "T10",
    "C05",
    "P01",
    "P02",
    "P03",
    "P04",
    "P07",
]

FOLDED = {
    "E08": "E07",
    "E09": "E07",
    "S14": "S13",
    "S15": "S13",
    "Q05": "Q04",
    "Q06": "Q04",
    "Q13": "Q04",
    "B12": "Q04",
    "Q08": "Q07",
    "Q15": "Q07",
    "Q10": "Q09",
    "Q11": "Q09",
    "I02": "I01",
    "I03": "I01",
    "I06": "I01",
    "I07": "I01",
    "I08": "I05",
    "B07": "B08",
    "B11": "B08",
    "B09": "B10",
    "B15": "B14",
    "B16": "B02",
    "B18": "B02",
    "B19": "B06",
    "M09": "M07",
    "W08": "W07",
    "W13": "W11",
    "P09": "W11",
    "W12": "W14",
    "X10": "X09",
    "F03": "F01",
    "I10": "F01",
    "M19": "F01",
    "F06": "F05",
    "F07": "F05",
    "F04": "F11",
    "F10": "F11",
    "F12": "F11",
    "I09": "F11",
    "T03": "T02",
    "T05": "T02",
    "T06": "T02",
    "T07": "T02",
    "T09": "T08",
    "T11": "T08",
    "T12": "T08",
    "T14": "T08",
    "S08": "S07",
    "S12": "S07",
    "S10": "S09",
    "D10": "B01",
    "E10": "P07",
    "P05": "P04",
    "P08": "P01",
}


@pytest.mark.parametrize("mission", OWN_REGISTER)
def test_every_mechanism_has_its_register(mission: str) -> None:
    assert [name for name, r in REGISTERS.items() if mission in r.definition.mission], mission


@pytest.mark.parametrize(("folded", "into"), FOLDED.items())
def test_a_folded_mechanism_is_a_record_type_with_fields_of_its_own(folded: str, into: str) -> None:
    found = [
        (register.definition, kind)
        for register in REGISTERS.values()
        if into in register.definition.mission
        for kind in register.definition.record_types
        if kind.mission == folded
    ]
    assert found, f"{folded} is a record type of no register of {into}"
    assert any(kind.name in (f.when or {}).get("record_type", []) for d, kind in found for f in d.fields), (
        folded
    )


#: What `mission/indicators` asks to be counted, and how; rates and reported figures stand in series registers.
NEEDED = [
    ("e01_cqo", "firms_with_cqo", "level"),
    ("b01_quality_awards", "new_provincial_winners", "increment"),
    ("b02_famous_brands", "consumer_famous_brand_products", "level"),
    ("b02_famous_brands", "new_famous_brand_products", "increment"),
    ("b02_famous_brands", "famous_brand_products_per_year", "per_year"),
    ("b02_famous_brands", "new_tourism_brands", "increment"),
    ("b02_famous_brands", "new_tourism_towns", "increment"),
    ("b02_famous_brands", "new_tourism_villages", "increment"),
    ("b03_trademarks", "famous_trademarks", "level"),
    ("b03_trademarks", "famous_trademarks_per_year", "per_year"),
    ("b03_trademarks", "new_famous_trademarks", "increment"),
    ("b03_trademarks", "new_cooperative_trademarks", "increment"),
    ("b04_time_honoured", "new_provincial_time_honoured_firms", "increment"),
    ("b05_geographical_indications", "gi_products", "level"),
    ("b05_geographical_indications", "new_gi_products", "increment"),
    ("b06_brand_zones", "national_brand_zones_named", "level"),
    ("b10_brand_value", "new_influential_consumer_brands", "increment"),
    ("f01_production_bases", "raw_material_bases", "level"),
    ("f01_production_bases", "herb_bases", "level"),
    ("f01_production_bases", "new_bases", "increment"),
    ("f02_farm_certification", "valid_certificates", "level"),
    ("f02_farm_certification", "valid_certificates_consumer", "level"),
    ("i01_innovation_platforms", "national_consumer_platforms", "level"),
    ("i01_innovation_platforms", "provincial_consumer_platforms", "level"),
    ("i04_new_products", "new_products", "increment"),
    ("i04_new_products", "new_products_food", "increment"),
    ("s07_standards_programme", "new_consumer_standards_led", "increment"),
    ("t01_expert_banks", "banks", "level"),
    ("t02_talent_programmes", "talents_trained", "increment"),
    ("t02_talent_programmes", "leading_talents_introduced", "increment"),
    ("d09_implementation_survey", "products_applying", "level"),
    ("d09_implementation_survey", "products_applicable", "level"),
    ("stats_quality", "spot_check_pass_rate_provincial", "series"),
    ("stats_quality", "conformity_degree_r1", "series"),
    ("stats_quality", "conformity_degree_r2", "series"),
    ("stats_quality", "conformity_degree_r3", "series"),
    ("stats_quality", "implementation_rate_products", "series"),
    ("stats_quality", "implementation_rate_firms", "series"),
    ("stats_quality", "declaration_rate", "series"),
    ("stats_quality", "comparison_studies", "series"),
    ("stats_quality", "competitiveness_index", "series"),
    ("f11_industry_statistics", "consumer_share_of_value_added", "series"),
    ("f11_industry_statistics", "consumer_value_added", "series"),
    ("f11_industry_statistics", "rd_intensity_large_medium", "series"),
    ("f11_industry_statistics", "processing_conversion_rate", "series"),
    ("f05_logistics_statistics", "cold_chain_circulation_rate", "series"),
    ("f05_logistics_statistics", "cold_chain_transport_rate", "series"),
    ("t02_talent_statistics", "specialist_share", "series"),
]


@pytest.mark.parametrize(("register", "count", "mode"), NEEDED)
def test_what_the_indicators_need_is_counted_in_public(register: str, count: str, mode: str) -> None:
    found = REGISTERS[register]
    assert found.definition.count(count).mode == mode
    assert found.publicly_verifiable[count]


def test_the_parts_of_the_new_products_are_the_whole() -> None:
    """Four trades (40 + 30 + 20 + 10 = 100): the total's filter is the union of the parts'."""
    definition = REGISTERS["i04_new_products"].definition
    parts = [
        definition.count(f"new_products_{t}") for t in ("food", "biomedicine", "light_textile", "ethnic")
    ]
    assert sorted(p.filters[0].value for p in parts) == sorted(
        definition.count("new_products").filters[0].value
    )


def test_what_is_being_built_is_never_counted_as_accepted() -> None:
    definition = REGISTERS["b06_brand_zones"].definition
    named, building = definition.count("brand_zones_named"), definition.count("brand_zones_building")
    assert not set(named.states) & set(building.states)
    assert "running" in building.states and "accepted" in named.states


# --- lifecycles --------------------------------------------------------------------------------------------------


def test_the_lifecycles() -> None:
    assert set(LIVES) == {
        "award",
        "filing",
        "listing",
        "project",
        "appointment",
        "resource",
        "event",
        "fund",
        "series",
        "standard_making",
        "opinion",
        "declaration",
    }
    assert all(LIVES.values()), "a lifecycle that no register follows"


@EACH_LIFE
def test_every_state_can_be_reached_and_left(name: str) -> None:
    life = LIVES[name]
    assert life is not None
    reached: set[str | None] = {None}
    while True:
        further = {t.to for t in life.transitions if reached & set(t.from_)} | {
            a.to for a in life.auto if a.from_ in reached
        }
        if further <= reached:
            break
        reached |= further
    assert {state.name for state in life.states} <= reached
    left = {state for t in life.transitions for state in t.from_ if t.to != state} | {
        a.from_ for a in life.auto
    }
    stuck = {s.name for s in life.states if s.kind in ("open", "pending")} - left
    assert not stuck, f"nobody can take a record out of {stuck}"


@EACH_LIFE
def test_steps_have_one_name_and_deadlines_and_waits_stand_on_the_law(name: str) -> None:
    life = LIVES[name]
    assert life is not None
    names = [transition.name for transition in life.transitions]
    assert len(names) == len(set(names))
    keys = {str(t.waits_for) for t in life.transitions if t.waits_for} | {
        d.law for d in life.deadlines if d.law
    }
    for key in sorted(keys):
        number = LAW.as_of(dt.date(2024, 6, 3)).get(key)
        assert isinstance(number.value, int) and number.unit in ("日", "工作日"), key


@EACH_LIFE
def test_whoever_reviews_does_not_decide(name: str) -> None:
    """A step that brings something into force out of an application is barred to whoever did the step before."""
    life = LIVES[name]
    assert life is not None
    pending = {s.name for s in life.states if s.kind == "pending"} - {
        "suspended",
        "planned",
        "postponed",
        "objected",
    }
    valid = set(life.valid_states)
    for step in life.transitions:
        if step.to in valid and set(step.from_) & pending and set(step.from_) <= pending:
            assert step.not_same_as, f"{name}.{step.name}"


@pytest.mark.parametrize(
    ("life", "step", "barred", "objection", "answered"),
    [
        ("award", "grant", "review", "object", "dismiss_objection"),
        ("award", "renew", "post_renewal_notice", "object_renewal", "dismiss_renewal_objection"),
        ("award", "correct", "propose_correction", "object_correction", "dismiss_correction_objection"),
        ("award", "revoke", "propose_revocation", "defend", "dismiss_defence"),
        ("project", "accept", "pass_acceptance", "object", "dismiss_objection"),
        ("fund", "approve", "review", "object", "dismiss_objection"),
    ],
)
def test_notices_with_objections(life: str, step: str, barred: str, objection: str, answered: str) -> None:
    found = LIVES[life]
    assert found is not None
    decide, raised, done = (found.transition(n) for n in (step, objection, answered))
    assert decide and raised and done
    assert decide.waits_for and decide.who == ["approver"] and barred in decide.not_same_as
    (notice,) = decide.from_
    assert raised.from_ == [notice] and done.from_ == [raised.to] and done.to == notice, (
        "the notice runs anew"
    )
    assert objection in done.not_same_as


# --- registers ---------------------------------------------------------------------------------------------------

#: States that a public page may show beside what is valid or what has ended in public.
SHOWN_PENDING = {"notice", "objected", "suspended", "planned", "postponed", "recovering"}
NEVER_SHOWN = {"rejected", "declined", "refused", "dropped", "withdrawn"}


@pytest.mark.django_db  # some periods are counted in the calendar's days
@EACH
def test_the_sample_is_a_record(register: Register) -> None:
    definition = register.definition
    first = definition.record_types[0].name if definition.record_types else ""
    kept, errors = values.clean(definition, definition.sample, first)
    assert not errors, errors
    assert len(kept) >= 8


@EACH
def test_a_register_is_more_than_ten_generic_lines(register: Register) -> None:
    definition = register.definition
    assert len(definition.fields) >= 12
    assert len(definition.counts) >= 3
    assert definition.function in FUNCTIONS
    assert definition.label_field and definition.by_name[definition.label_field].list
    assert any(f.list for f in definition.fields) and any(f.search for f in definition.fields)
    assert any(f.help for f in definition.fields) or any(f.options for f in definition.fields)


@EACH
def test_counts_name_what_there_is(register: Register) -> None:
    definition = register.definition
    names = [count.name for count in definition.counts]
    assert len(names) == len(set(names))
    for count, one in filters(definition):
        wanted = one.value if isinstance(one.value, list) else [one.value]
        if one.field == "record_type":
            assert set(wanted) <= {kind.name for kind in definition.record_types}, count
            continue
        field = definition.by_name[one.field]
        assert field.count, f"{count}: {one.field} may not be counted on"
        if field.options:
            assert set(wanted) <= {o.value for o in field.options}, count
        if field.type == "boolean" and one.op == "eq":
            assert isinstance(one.value, bool), count


@EACH
def test_conditions_name_what_there_is(register: Register) -> None:
    definition = register.definition
    for field in definition.fields:
        for other, allowed in (field.when or {}).items():
            if other == "record_type":
                assert set(allowed) <= {kind.name for kind in definition.record_types}, field.name
            elif options := definition.by_name[other].options:
                assert set(allowed) <= {o.value for o in options}, field.name
            else:
                assert definition.by_name[other].type == "boolean", field.name
        for step in field.steps or ():
            assert register.life.transition(step), f"{field.name}: no step {step}"
    for check in definition.checks:
        for name in [check.field, check.other, *(check.fields or [])]:
            assert name is None or name in definition.by_name, f"{check.rule}: no field {name}"
    if definition.validity:
        for name in (definition.validity.until_field, definition.validity.from_field):
            assert name is None or definition.by_name[name].type == "date"
        if definition.validity.law:
            assert LAW.as_of(dt.date(2024, 6, 3)).get(definition.validity.law).unit == "年"


@EACH
def test_papers_are_those_of_the_lifecycle(register: Register) -> None:
    assert set(register.definition.papers) == {t.paper for t in register.life.transitions if t.paper}


@EACH
def test_no_application_and_no_refusal_is_public(register: Register) -> None:
    kinds = {state.name: state.kind for state in register.life.states}
    for name, rule in register.definition.classes.items():
        for state in rule.states:
            assert kinds[state] != "open", f"{name} shows {state}"
            assert kinds[state] != "pending" or state in SHOWN_PENDING, f"{name} shows {state}"
            assert state not in NEVER_SHOWN, f"{name} shows {state}"


@EACH
def test_personal_data_is_private_or_in_a_class_of_its_own(register: Register) -> None:
    definition = register.definition
    for field in definition.fields:
        rule = definition.classes.get(field.publicity)
        if field.personal or field.format == "id-number":
            assert rule is None or rule.personal, field.name
        if field.format == "id-number" or re.search(
            r"mobile|contact_|reviewers|assessors|evaluators|review_(score|opinion)|^score_|compiler",
            field.name,
        ):
            assert rule is None, f"{field.name} is not for the public"
    for name, rule in definition.classes.items():
        if rule.personal:
            assert name not in definition.envelope_classes, "the envelope follows no personal class"


@EACH
def test_a_key_holds_nothing_that_may_have_to_be_hidden(register: Register) -> None:
    """A key stays in the public log for ever; so it is made of the envelope and of public fields only."""
    definition = register.definition
    for name in definition.key.of or []:
        if name in ("subject", "region"):
            continue
        rule = definition.classes[definition.by_name[name].publicity]
        assert not rule.personal and definition.by_name[name].required


def test_names_of_persons_are_public_only_in_office() -> None:
    rule = REGISTERS["e01_cqo"].definition.classes["person"]
    assert rule.personal and rule.while_ == "valid" and set(rule.states) == {"appointed", "trained"}
    assert REGISTERS["e01_cqo"].definition.by_name["person_name"].publicity == "person"


@pytest.mark.parametrize("name", ["e06_expert_clinics", "r03_injury_cases"])
def test_registers_for_the_offices_alone_show_nothing(name: str) -> None:
    definition = REGISTERS[name].definition
    assert not definition.classes and not definition.envelope_classes
    assert not any(REGISTERS[name].publicly_verifiable.values())


#: Counted inside the offices only; each with its reason.
NOT_VERIFIABLE = {
    ("b13_brand_protection", "leads_handled"): "a lead is an accusation until it is decided",
    ("c05_abnormal_operation", "removed"): "what was taken off the list is no longer shown",
}


@EACH
def test_counts_can_be_redone_by_a_stranger(register: Register) -> None:
    if not register.definition.classes:
        return
    hidden = {name for name, public in register.publicly_verifiable.items() if not public}
    assert hidden == {count for name, count in NOT_VERIFIABLE if name == register.name}


@pytest.mark.parametrize(
    "register",
    # What is reported for a target has the target's number, unit and sense in place of a list of series.
    [r for r in REGISTERS.values() if r.life.lifecycle == "series" and r.name != "p02_reported_figures"],
    ids=lambda r: r.name,
)
def test_series_show_their_base(register: Register) -> None:
    definition = register.definition
    assert list(definition.key.of) == ["series", "region", "period"]
    for name in ("series", "period", "value", "unit", "source", "numerator", "denominator", "method_version"):
        assert definition.by_name[name].publicity == "open", name
    series = definition.by_name["series"]
    assert series.options
    for count in definition.counts:
        assert count.mode == "series" and count.aggregate in ("latest", "sum")
        assert [f.field for f in count.filters] == ["series"], "one figure a period, or the count is refused"
    pattern = definition.by_name["period"].constraints.pattern or ""
    for good in ("2024", "2024Q1", "2024-03"):
        assert re.fullmatch(pattern, good)
    for bad in ("24", "2024Q5", "2024-13", "2024年"):
        assert not re.fullmatch(pattern, bad)


@pytest.mark.parametrize(
    "name",
    [
        "p_enterprises",
        "p_products",
        "p_bodies",
        "policy_documents",
        "policy_targets",
        "policy_duties",
        "policy_readings",
        "annual_plans",
        "appraisals",
        "s01_standards",
        "s01_system_tables",
    ],
)
def test_what_apps_publish_can_be_published_and_withdrawn(name: str) -> None:
    register = REGISTERS[name]
    assert register.life.lifecycle == "listing"
    publish, withdraw = register.life.transition("publish"), register.life.transition("withdraw")
    assert publish and withdraw and publish.who == withdraw.who == ["system"]
    assert None in publish.from_ and withdraw.to == "withdrawn"
    assert all("withdrawn" not in rule.states for rule in register.definition.classes.values())


def test_the_risk_class_of_a_firm_is_on_no_roster() -> None:
    assert not [f.name for f in REGISTERS["p_enterprises"].definition.fields if "risk" in f.name]


# --- languages and terms -----------------------------------------------------------------------------------------


def texts(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every {zh, en} of a parsed YAML with its path."""
    if isinstance(value, dict):
        if "zh" in value or "en" in value:
            yield path, value
        for key, inner in value.items():
            yield from texts(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            label = inner.get("name", number) if isinstance(inner, dict) else number
            yield from texts(inner, f"{path}.{label}")


@pytest.mark.parametrize(
    "path",
    [
        *sorted((CATALOGUE / "registers").glob("*.yaml")),
        *sorted((CATALOGUE / "lifecycles").glob("*.yaml")),
        CATALOGUE / "functions.yaml",
        CATALOGUE / "law" / "registers.yaml",
        CATALOGUE / "law" / "local_standards.yaml",
    ],
    ids=lambda p: p.stem,
)
def test_both_languages(path: Path) -> None:
    for where, pair in texts(yaml.safe_load(path.read_text(encoding="utf-8"))):
        zh, en = str(pair.get("zh", "")).strip(), str(pair.get("en", "")).strip()
        assert zh and en, where
        assert not CJK.search(en), f"{where}: {en}"
        # An option such as AAA or ISO 9001 is the same in both; anything longer is Chinese in Chinese.
        assert CJK.search(zh) or len(zh) <= 24, f"{where}: {zh}"


def test_a_term_stands_once_in_the_glossary() -> None:
    lines = (CATALOGUE / "glossary.yaml").read_text(encoding="utf-8").splitlines()
    terms = [line.split(":")[0] for line in lines if line and not line.startswith("#")]
    assert len(terms) == len(set(terms)) == len(GLOSSARY)
    for term, english in GLOSSARY.items():
        assert CJK.search(term) and english and not CJK.search(english), term


def stems(text: str) -> set[str]:
    small = {"and", "the", "for", "with"}
    return {word[:5] for word in re.findall(r"[a-z&]+", text.lower()) if len(word) > 2 and word not in small}


def titles(definition: Definition) -> Iterator[Text]:
    yield definition.title
    yield from (kind.title for kind in definition.record_types)


@EACH
def test_titles_use_the_terms_of_the_glossary(register: Register) -> None:
    for title in titles(register.definition):
        terms = [term for term in GLOSSARY if term in title.zh]
        assert terms, f"no term of the glossary in {title.zh}"
        used = [term for term in terms if stems(GLOSSARY[term]) & stems(title.en)]
        assert used, f"{title.zh}: “{title.en}” uses none of {[GLOSSARY[t] for t in terms]}"


def test_words_that_fields_share_are_in_the_glossary() -> None:
    often = Counter(f.title.zh for r in REGISTERS.values() for f in r.definition.fields)
    missing = [zh for zh, n in often.items() if n >= 3 and not any(term in zh for term in GLOSSARY)]
    assert not missing


# --- law ---------------------------------------------------------------------------------------------------------


def test_law_parameters_are_used_and_say_where_they_come_from() -> None:
    own = law.parse(yaml.safe_load((CATALOGUE / "law" / "registers.yaml").read_text(encoding="utf-8")))
    used = {str(t.waits_for) for life in LIVES.values() if life for t in life.transitions if t.waits_for}
    used |= {d.law for life in LIVES.values() if life for d in life.deadlines if d.law}
    used |= {
        r.definition.validity.law
        for r in REGISTERS.values()
        if r.definition.validity and r.definition.validity.law
    }
    assert {parameter.key for parameter in own} == used & {parameter.key for parameter in own}
    for parameter in own:
        for period in parameter.periods:
            assert len(period.source) >= 8, parameter.key


# --- who counts on us --------------------------------------------------------------------------------------------


def named(value: Any, register: str | None = None) -> Iterator[tuple[str, str]]:
    """Every (register, count) that an indicator file names."""
    if isinstance(value, dict):
        register = value.get("register", register)
        if register and isinstance(value.get("count"), str):
            yield str(register), value["count"]
        for key, inner in value.items():
            yield from named(inner, register if key in ("source", "numerator", "denominator") else None)
    elif isinstance(value, list):
        for inner in value:
            yield from named(inner)


def test_indicators_name_counts_that_exist() -> None:
    for path in sorted((CATALOGUE / "indicators").glob("*.yaml")):
        for register, count in named(yaml.safe_load(path.read_text(encoding="utf-8"))):
            assert register in REGISTERS, f"{path.name}: no register {register}"
            REGISTERS[register].definition.count(count)
