"""GB/T 2828.1: every cell of the single plans, the code letters, the switching rules, the names people write."""

from __future__ import annotations

import csv
import datetime as dt
import itertools
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from tests.shared import SHARED

import pinzhi
from pinzhi.rules import law
from pinzhi.rules.inspection.acceptance import names, switching, tables
from pinzhi.rules.inspection.errors import InputError

CATALOGUE = Path(pinzhi.__file__).parent / "catalogue"
DATA = yaml.safe_load((CATALOGUE / "inspection/gbt2828_1_2012.yaml").read_text(encoding="utf-8"))
TABLES = tables.parse(DATA)
LAW = law.parse(yaml.safe_load((CATALOGUE / "law/inspection_statistics.yaml").read_text(encoding="utf-8")))
NUMBERS = switching.Numbers.of(LAW.as_of(dt.date(2024, 1, 1)))
CELLS = SHARED / "data/inspection/gbt2828_1_2012_single.csv"


def ask(**asked):
    return tables.look_up(TABLES, asked)[0]


@pytest.mark.skipif(not CELLS.exists(), reason="the table to compare with is not at hand")
def test_all_1248_cells():
    with CELLS.open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    wrong = []
    for row in rows:
        plan = ask(code_letter=row["letter"], aql=row["aql"], severity=row["plan"])
        found = (plan.code_letter, plan.n, plan.ac, plan.re)
        if found != (row["final_letter"], int(row["n"]), int(row["ac"]), int(row["re"])):
            wrong.append((row, found))
    assert len(rows) == 1248
    assert not wrong


# lot size, letters at S-1 S-2 S-3 S-4 I II III (table 1 of the standard), at both ends of every row
LETTERS = [
    (2, 8, "AAAAAAB"),
    (9, 15, "AAAAABC"),
    (16, 25, "AABBBCD"),
    (26, 50, "ABBCCDE"),
    (51, 90, "BBCCCEF"),
    (91, 150, "BBCDDFG"),
    (151, 280, "BCDEEGH"),
    (281, 500, "BCDEFHJ"),
    (501, 1200, "CCEFGJK"),
    (1201, 3200, "CDEGHKL"),
    (3201, 10000, "CDFGJLM"),
    (10001, 35000, "CDFHKMN"),
    (35001, 150000, "DEGJLNP"),
    (150001, 500000, "DEGJMPQ"),
    (500001, 10**9, "DEHKNQR"),
]


@pytest.mark.parametrize(("low", "high", "letters"), LETTERS)
def test_code_letters(low, high, letters):
    for lot in (low, high):
        for level, letter in zip(names.LEVELS, letters, strict=True):
            assert TABLES.letter(lot, level) == letter


# a question; letter used, letter of the lot, n, Ac, Re, whole lot
PLANS = [
    ({"lot_size": 1000, "level": "II", "aql": 1.0}, "J", "J", 80, 2, 3, False),
    ({"lot_size": 1000, "level": "II", "aql": "1.0", "severity": "加严"}, "J", "J", 80, 1, 2, False),
    ({"lot_size": 1000, "level": "II", "aql": "0.40", "severity": "放宽"}, "L", "J", 80, 1, 2, False),
    ({"lot_size": 4000, "level": "I", "aql": 0.65}, "J", "J", 80, 1, 2, False),
    ({"code_letter": "G", "aql": 0.65}, "F", "G", 20, 0, 1, False),  # up
    ({"code_letter": "G", "aql": 1}, "H", "G", 50, 1, 2, False),  # down
    ({"code_letter": "R", "aql": "0.025", "severity": "tightened"}, "S", "R", 3150, 1, 2, False),
    ({"lot_size": 5, "aql": 1}, "E", "A", 5, 0, 1, True),  # 13 of 5: all of them
    ({"lot_size": 13, "aql": 1}, "E", "B", 13, 0, 1, True),  # as many as the lot has
    ({"lot_size": 14, "aql": 1}, "E", "B", 13, 0, 1, False),
    ({"code_letter": "E", "lot_size": 10, "aql": 1}, "E", "E", 10, 0, 1, True),
    ({"lot_size": 400, "level": "S-2", "aql": 650}, "C", "C", 5, 44, 45, False),
    # Read off the printed tables 1 and 2-A to 2-C by hand, before they were asked here.
    ({"lot_size": 3000, "level": "II", "aql": 1.5}, "K", "K", 125, 5, 6, False),
    ({"lot_size": 3000, "level": "II", "aql": 1.5, "severity": "tightened"}, "K", "K", 125, 3, 4, False),
    ({"lot_size": 3000, "level": "II", "aql": 1.5, "severity": "reduced"}, "K", "K", 50, 3, 4, False),
    ({"lot_size": 600, "level": "III", "aql": 4}, "K", "K", 125, 10, 11, False),
    ({"lot_size": 600, "level": "III", "aql": 4, "severity": "reduced"}, "K", "K", 50, 6, 7, False),
    ({"lot_size": 100, "level": "I", "aql": 2.5}, "C", "D", 5, 0, 1, False),  # up
    ({"lot_size": 200, "level": "II", "aql": 2.5}, "G", "G", 32, 2, 3, False),
    ({"lot_size": 20000, "level": "II", "aql": "0.10"}, "N", "M", 500, 1, 2, False),  # down
    ({"lot_size": 5000, "level": "S-4", "aql": 6.5}, "G", "G", 32, 5, 6, False),
    ({"lot_size": 5000, "level": "S-4", "aql": 6.5, "severity": "tightened"}, "G", "G", 32, 3, 4, False),
    ({"lot_size": 200000, "level": "II", "aql": 0.65}, "P", "P", 800, 10, 11, False),
    ({"lot_size": 200000, "level": "II", "aql": 0.65, "severity": "reduced"}, "P", "P", 315, 6, 7, False),
    ({"lot_size": 45, "level": "II", "aql": 0.65}, "F", "D", 20, 0, 1, False),  # down by two
    ({"lot_size": 18, "level": "II", "aql": 0.65}, "F", "C", 18, 0, 1, True),  # 20 of 18: all of them
    ({"lot_size": 160000, "level": "III", "aql": 15}, "J", "Q", 80, 21, 22, False),  # up from 1250
]


@pytest.mark.parametrize(("asked", "letter", "of_lot", "n", "ac", "re", "whole"), PLANS)
def test_plan(asked, letter, of_lot, n, ac, re, whole):
    plan = ask(**asked)
    assert (plan.code_letter, plan.asked_letter, plan.n, plan.ac, plan.re, plan.full_inspection) == (
        letter,
        of_lot,
        n,
        ac,
        re,
        whole,
    )
    assert plan.moved == (letter != of_lot)


@given(
    st.integers(2, 10**7),
    st.sampled_from(names.LEVELS),
    st.sampled_from(TABLES.aqls),
    st.sampled_from(names.SEVERITIES),
)
def test_every_lot_has_a_plan(lot, level, aql, severity):
    plan = ask(lot_size=lot, level=level, aql=aql, severity=severity)
    assert 1 <= plan.n <= lot and plan.re == plan.ac + 1 and plan.ac >= 0
    assert plan.full_inspection == (plan.n_table >= lot)


def test_within_a_letter_a_worse_aql_accepts_more_and_tightened_inspection_less():
    for severity in names.SEVERITIES:
        for letter in names.LETTERS:
            own = [p for a in TABLES.aqls if not (p := TABLES.single(letter, a, severity)).moved]
            assert all(one.ac < two.ac and one.n == two.n for one, two in itertools.pairwise(own))
    for letter in names.LETTERS:
        for aql in TABLES.aqls:
            normal, tightened = (TABLES.single(letter, aql, s) for s in ("normal", "tightened"))
            if not normal.moved and not tightened.moved:
                assert tightened.n == normal.n and tightened.ac < normal.ac


WRITTEN = [
    ("level", "II", "II"),
    ("level", "ii", "II"),
    ("level", "Ⅱ", "II"),
    ("level", "一般水平II", "II"),
    ("level", "一般检验水平Ⅲ", "III"),
    ("level", "general inspection level I", "I"),
    ("level", "水平二", "II"),
    ("level", 2, "II"),
    ("level", "s-3", "S-3"),
    ("level", "S3", "S-3"),
    ("level", "特殊检验水平 S—4", "S-4"),
    ("level", "特殊水平S-1", "S-1"),
    ("severity", "正常检验", "normal"),
    ("severity", "Normal", "normal"),
    ("severity", "加严", "tightened"),
    ("severity", "Tightened inspection", "tightened"),
    ("severity", "放宽检验", "reduced"),
    ("letter", "ｊ", "J"),
    ("letter", " k ", "K"),
]


@pytest.mark.parametrize(("what", "written", "meant"), WRITTEN)
def test_names_as_people_write_them(what, written, meant):
    if "—" in str(written):
        written = written.replace("—", "-")
    assert getattr(names, what)(written) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [("1,200", 1200), ("１２００", 1200), ("1 200", 1200), (1200.0, 1200), ("12,345,678", 12345678)],
)
def test_whole_numbers_as_people_write_them(written, meant):
    assert names.whole(written, "lot_size") == meant


@pytest.mark.parametrize(
    "written", ["1,2", "0,5", "12,34", "1,2000", "", "1.5", None, [1], "NaN", float("inf"), "1e500"]
)
def test_what_is_no_whole_number(written):
    with pytest.raises(InputError):
        names.whole(written, "lot_size")


@pytest.mark.parametrize("written", [0.4, "0.40", "0.4", "０.４", "0.40%", "4e-1"])
def test_an_aql_as_people_write_it(written):
    assert TABLES.aql(written) == "0.40"


# a question that has no answer; the field named
REFUSED = [
    ({"aql": 1}, "lot_size"),
    ({"lot_size": 1000}, "aql"),
    ({"lot_size": 1, "aql": 1}, "lot_size"),
    ({"lot_size": 0, "aql": 1}, "lot_size"),
    ({"lot_size": -5, "aql": 1}, "lot_size"),
    ({"lot_size": 10.5, "aql": 1}, "lot_size"),
    ({"lot_size": True, "aql": 1}, "lot_size"),
    ({"lot_size": "many", "aql": 1}, "lot_size"),
    ({"lot_size": 1000, "aql": 1.2}, "aql"),
    ({"lot_size": 1000, "aql": 0}, "aql"),
    ({"lot_size": 1000, "aql": -1}, "aql"),
    ({"lot_size": 1000, "aql": "one"}, "aql"),
    ({"lot_size": 1000, "aql": 1, "level": "IV"}, "level"),
    ({"lot_size": 1000, "aql": 1, "level": "S-5"}, "level"),
    ({"lot_size": 1000, "aql": 1, "severity": "strict"}, "severity"),
    ({"code_letter": "I", "aql": 1}, "code_letter"),
    ({"code_letter": "S", "aql": 1}, "code_letter"),
    ({"code_letter": "K", "lot_size": 1000, "level": "II", "aql": 1}, "code_letter"),
    ({"lot_size": 1000, "aql": 1, "plan": "double"}, "plan"),
    ({"lot_size": 1000, "aql": 1, "plan": "二次"}, "plan"),
    ({"lot_size": 1000, "aql": 1, "plan": "multiple"}, "plan"),
]


@pytest.mark.parametrize(("asked", "field"), REFUSED)
def test_what_has_no_answer_is_refused_by_name(asked, field):
    with pytest.raises(InputError) as refused:
        ask(**asked)
    assert refused.value.field == field
    assert refused.value.zh and refused.value.en


def test_a_wrong_aql_names_its_neighbours():
    with pytest.raises(InputError) as refused:
        ask(lot_size=1000, aql=1.2)
    assert "1.0" in refused.value.zh and "1.5" in refused.value.zh


def test_a_table_that_leads_nowhere_is_not_read():
    broken = yaml.safe_load(yaml.safe_dump(DATA, allow_unicode=True))
    cells = broken["single"]["normal"]["R"]["ac"].split()
    broken["single"]["normal"]["R"]["ac"] = " ".join(["↓", *cells[1:]])
    with pytest.raises(ValueError, match=r"0\.010"):
        tables.parse(broken)


# ---- switching

GOOD, BAD = "a", "r"


def run(lots: str, *, ac: int = 1, tighter: bool = True, start=None, **conditions):
    state = start or switching.State()
    for lot in lots:
        state = switching.step(
            state,
            switching.Lot(lot == GOOD, ac, lot == GOOD and tighter),
            NUMBERS,
            switching.Conditions(**conditions),
        )
    return state


# lots (a accepted, r not), severity after them
SWITCHES = [
    ("aaaa", "normal"),
    ("r", "normal"),
    ("rr", "tightened"),
    ("raaar", "tightened"),  # the second within five
    ("raaaar", "normal"),  # the sixth is out of the five
    ("aaaararaaaa", "tightened"),  # two of five, then four good ones are one too few
    ("aaaararaaaaa", "normal"),  # five in a row
    ("rr" + "aaaar" + "aaaaa", "normal"),  # a refused one starts the row anew
    ("a" * 14, "normal"),  # 28 points
    ("a" * 15, "reduced"),  # 30 points
    ("a" * 14 + "r" + "a" * 14, "normal"),  # a refused one sets the score back
    ("a" * 15 + "aaa", "reduced"),
    ("a" * 15 + "r", "normal"),
]


@pytest.mark.parametrize(("lots", "severity"), SWITCHES)
def test_switching(lots, severity):
    assert run(lots).severity == severity


def test_five_refused_under_tightened_inspection_stop_it_until_it_is_resumed():
    state = run("rr" + "rararara")
    assert state.severity == "tightened" and state.not_accepted == 4 and not state.stopped
    state = run("r", start=state)
    assert state.stopped
    with pytest.raises(ValueError, match="discontinued"):
        run("a", start=state)
    resumed = switching.resume(state)
    assert resumed.severity == "tightened" and not resumed.stopped and resumed.not_accepted == 0
    assert run("aaaaa", start=resumed).severity == "normal"
    with pytest.raises(ValueError, match="not discontinued"):
        switching.resume(resumed)


def test_the_score_of_larger_acceptance_numbers_asks_for_one_step_tighter():
    assert run("a" * 9, ac=2).score == 27
    assert run("a" * 10, ac=2).severity == "reduced"
    assert run("a" * 9 + "a", ac=2, tighter=False).score == 0


def test_reduced_inspection_needs_steady_production_and_the_authority():
    assert run("a" * 20, steady=False).severity == "normal"
    assert run("a" * 20, reduced_wanted=False).severity == "normal"
    waiting = run("a" * 20, reduced_wanted=False)
    assert waiting.score == 40
    assert run("a", start=waiting).severity == "reduced"
    reduced = run("a" * 15)
    assert run("a", start=reduced, steady=False).severity == "normal"
    assert run("a", start=reduced, normal_wanted=True).severity == "normal"


def test_a_resubmitted_lot_does_not_count():
    state = run("r")
    again = switching.step(state, switching.Lot(False, 1, False, original=False), NUMBERS)
    assert again == state


def test_a_lot_is_judged_by_its_plan_and_the_next_tighter_one():
    plan = ask(lot_size=1000, aql="1.5")  # J: 80, 3; one step tighter (1.0): 2
    assert [
        (lot.accepted, lot.accepted_tighter) for lot in (switching.judge(TABLES, plan, d) for d in (2, 3, 4))
    ] == [
        (True, True),
        (True, False),
        (False, False),
    ]


def test_for_ac_of_two_and_more_a_tighter_plan_of_the_same_sample_is_always_there():
    for severity in names.SEVERITIES:
        for letter in names.LETTERS:
            for aql in TABLES.aqls:
                plan = TABLES.single(letter, aql, severity)
                if plan.ac >= 2:
                    tighter = TABLES.tighter(plan)
                    assert tighter and tighter.n_table == plan.n_table and tighter.ac < plan.ac


@given(st.text(alphabet="ar", max_size=80))
def test_the_machine_keeps_its_promises(lots):
    state, before = switching.State(), []
    for lot in lots:
        if state.stopped:
            break
        state_before = state
        state = switching.step(state, switching.Lot(lot == GOOD, 0, False), NUMBERS)
        before.append((state_before.severity, lot))
        assert state.score < NUMBERS.reduced_score
        if state_before.severity == "normal" and state.severity == "tightened":
            # Of this period of normal inspection: what was before it does not count any more.
            latest = list(itertools.takewhile(lambda one: one[0] == "normal", reversed(before)))
            assert [one for _, one in latest[:5]].count(BAD) == 2
        if state_before.severity == "tightened" and state.severity == "normal":
            assert [one for _, one in before[-5:]] == [GOOD] * 5
        if state_before.severity == "reduced":
            assert (state.severity == "normal") == (lot == BAD)


def test_what_was_not_compared_with_the_text_is_provisional():
    assert NUMBERS.provisional
