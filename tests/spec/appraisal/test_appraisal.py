"""Scores, ranks and what they hang on."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from pinzhi.rules import law
from pinzhi.rules.appraisal.ranking import appraise, grade, rank, shares
from pinzhi.rules.appraisal.scoring import Criterion, scores
from pinzhi.rules.appraisal.sensitivity import _weights, flips, monte_carlo

D = Decimal


def criterion(name="a", weight="1", method="min_max", **more):
    return Criterion(name, D(weight), method, **more)


def decimals(values):
    return {unit: None if v is None else D(v) for unit, v in values.items()}


# method, direction, target, values, scores
SCORED = [
    ("min_max", "up", None, {"x": "10", "y": "20", "z": "15"}, {"x": "0", "y": "100", "z": "50"}),
    ("min_max", "down", None, {"x": "10", "y": "20", "z": "15"}, {"x": "100", "y": "0", "z": "50"}),
    ("min_max", "up", None, {"x": "7", "y": "7", "z": None}, {"x": "100", "y": "100", "z": None}),
    ("distance_to_target", "up", "18", {"x": "10", "y": "20", "z": "14"}, {"x": "0", "y": "100", "z": "50"}),
    (
        "distance_to_target",
        "down",
        "12",
        {"x": "10", "y": "20", "z": "16"},
        {"x": "100", "y": "0", "z": "50"},
    ),
    ("distance_to_target", "up", "5", {"x": "10", "y": "20"}, {"x": "100", "y": "100"}),
    ("attainment", "up", "20", {"x": "10", "y": "25", "z": "-1"}, {"x": "50", "y": "100", "z": "0"}),
    ("attainment", "down", "5", {"x": "10", "y": "5", "z": "0"}, {"x": "50", "y": "100", "z": "100"}),
]


@pytest.mark.parametrize(("method", "direction", "target", "values", "expected"), SCORED)
def test_scores(method, direction, target, values, expected):
    made = criterion(method=method, direction=direction, target=None if target is None else D(target))
    assert scores(made, decimals(values)) == decimals(expected)


def test_own_targets_and_more_than_full_marks():
    made = criterion(method="attainment", cap=D(120))
    found = scores(made, decimals({"x": "30", "y": "30", "z": "90"}), {"x": D(30), "y": D(60), "z": D(60)})
    assert found == decimals({"x": "100", "y": "50", "z": "120"})
    with pytest.raises(ValueError, match="y has no target"):
        scores(made, decimals({"y": "1"}))
    with pytest.raises(ValueError, match="no ratio"):
        scores(made, decimals({"y": "1"}), {"y": D(0)})


def test_a_table_of_points():
    steps = ((D(95), D(100)), (D(90), D(80)), (D(85), D(60)))
    made = criterion(method="points", table=steps)
    found = scores(made, decimals({"x": "95", "y": "94.99", "z": "85", "w": "84"}))
    assert found == decimals({"x": "100", "y": "80", "z": "60", "w": "0"})
    down = criterion(method="points", direction="down", table=((D(1), D(100)), (D(3), D(50))))
    assert scores(down, decimals({"x": "1", "y": "2", "z": "4"})) == decimals(
        {"x": "100", "y": "50", "z": "0"}
    )


THREE = [criterion("a", "50"), criterion("b", "30"), criterion("c", "20")]
SCORES = {
    "a": decimals({"x": "80", "y": "60", "z": "60"}),
    "b": decimals({"x": "50", "y": "90", "z": None}),
    "c": decimals({"x": "70", "y": "65", "z": "90"}),
}

# what is done about the missing score of z, its score and rank; x has 69, y has 70
POLICIES = [
    ("reweight", "68.57", 3),  # (50 * 60 + 20 * 90) / 70
    ("zero", "48.00", 3),
    ("mean", "69.00", 2),  # the others have 70 on average
    ("leave_out", None, None),
]


@pytest.mark.parametrize(("policy", "score", "place"), POLICIES)
def test_missing_values_by_policy(policy, score, place):
    table = appraise(THREE, SCORES, missing=policy)
    found = {row.unit: (row.score, row.rank) for row in table.rows}
    assert found["y"] == (D("70.00"), 1)
    assert found["x"][0] == D("69.00")
    assert found["z"] == (None if score is None else D(score), place)
    assert table.row("z").complete is False
    for row in table.rows:
        if row.score is not None:
            assert abs(sum(p.weight for p in row.parts.values()) - 1) < D("1e-20")


def test_equal_scores_share_the_better_rank():
    assert rank(decimals({"x": "70", "y": "80", "z": "70", "w": "60", "v": None})) == {
        "y": 1,
        "x": 2,
        "z": 2,
        "w": 4,
    }


def test_what_is_printed_equal_is_ranked_equal():
    table = appraise([criterion()], {"a": decimals({"x": "70.004", "y": "70.001"})}, missing="zero")
    assert [row.rank for row in table.rows] == [1, 1]


def test_a_unit_with_too_little_data_is_not_ranked():
    table = appraise(THREE, SCORES, missing="reweight", at_least=D("0.8"))
    assert table.row("z").rank is None


def test_weights_become_shares():
    assert shares(THREE) == {"a": D("0.5"), "b": D("0.3"), "c": D("0.2")}
    with pytest.raises(ValueError, match="each once"):
        shares([criterion(), criterion()])
    with pytest.raises(ValueError, match="positive"):
        criterion(weight="0")


LAW = Path(__file__).parents[3] / "src/pinzhi/catalogue/law/appraisal.yaml"


@pytest.mark.parametrize(
    ("score", "veto", "expected"),
    [
        ("100", False, "A"),
        ("90", False, "A"),
        ("89.99", False, "B"),
        ("80", False, "B"),
        ("79.5", False, "C"),
        ("60", False, "C"),
        ("59.99", False, "D"),
        ("0", False, "D"),
        ("99", True, "D"),
    ],
)
def test_grades_of_the_law(score, veto, expected):
    steps = (
        law.parse(yaml.safe_load(LAW.read_text(encoding="utf-8")))
        .as_of(dt.date(2016, 1, 1))
        .get("appraisal.grades")
        .value
    )
    assert grade(D(score), steps, veto=veto) == expected


# ---- what the ranking hangs on

FULL_SCORES = {**SCORES, "b": decimals({"x": "50", "y": "90", "z": "10"})}
TABLE = appraise(THREE, FULL_SCORES, missing="leave_out")


def test_the_exact_weight_at_which_two_change_places():
    """y leads x by 1 point: 0.5*-20 + 0.3*40 + 0.2*-5."""
    flip = next(f for f in flips(TABLE) if (f.ahead, f.behind) == ("y", "x"))
    assert flip.lead == 1
    # criterion a: the rest leads by (12 - 1) / 0.5 = 22; 22 / (22 + 20) = 11/21
    assert round(flip.single["a"], 6) == round(D(11) / 21, 6)
    # taking weight from b (+40) and giving it to a (-20) costs 60 a unit: 1/60
    assert round(flip.smallest_shift, 6) == round(D(1) / 60, 6)


@given(
    st.lists(st.tuples(st.integers(0, 100), st.integers(0, 100), st.integers(1, 9)), min_size=2, max_size=6)
)
@settings(max_examples=150, deadline=None)
def test_at_the_bound_the_two_are_equal(rows):
    criteria = [criterion(f"c{i}", str(w)) for i, (_, _, w) in enumerate(rows)]
    table = appraise(
        criteria, {f"c{i}": {"x": D(a), "y": D(b)} for i, (a, b, _) in enumerate(rows)}, missing="zero"
    )
    (flip,) = flips(table, [("x", "y")])
    for name, share in flip.single.items():
        others = 1 - table.weights[name]
        lead = sum(
            (share if n == name else w * (1 - share) / others)
            * (table.row("x").parts[n].score - table.row("y").parts[n].score)
            for n, w in table.weights.items()
        )
        assert abs(lead) < D("1e-20")
    always = {(a > b) - (a < b) for a, b, _ in rows}
    if flip.smallest_shift is None:
        assert len(always - {0}) <= 1, "who is nowhere behind cannot be overtaken"
    else:
        assert 0 <= flip.smallest_shift <= 1
        assert flip.smallest_shift <= min(
            (abs(share - table.weights[n]) for n, share in flip.single.items()), default=D(1)
        ) + D("1e-20")


def test_no_exact_bound_where_missing_values_change_the_weights():
    table = appraise(THREE, SCORES, missing="reweight")
    assert {(f.ahead, f.behind) for f in flips(table, [("y", "x"), ("x", "z")])} == {("y", "x")}


@pytest.mark.parametrize("draw", ["uniform", "dirichlet"])
def test_drawn_weights(draw):
    found = monte_carlo(TABLE, seed=7, draws=800, draw=draw, spread=0.2)
    again = monte_carlo(TABLE, seed=7, draws=800, draw=draw, spread=0.2)
    assert found == again
    spread = {u.unit: u for u in found.units}
    assert spread["z"].best == spread["z"].worst == 3 or draw == "dirichlet"
    assert {spread["x"].best, spread["y"].best} == {1}
    assert 0.3 < spread["y"].first < 0.9  # one point of lead is not much
    assert spread["x"].low <= spread["x"].median <= spread["x"].high
    assert 0 < found.mean_shift < 1


def test_a_unit_that_is_best_in_everything_stays_first():
    scored = {n: decimals({"x": "90", "y": "80", "z": "70"}) for n in "abc"}
    found = monte_carlo(
        appraise(THREE, scored, missing="zero"), seed=1, draws=200, draw="dirichlet", spread=0.9
    )
    assert [(u.best, u.worst, u.kept) for u in found.units] == [(1, 1, 1.0), (2, 2, 1.0), (3, 3, 1.0)]
    assert found.mean_shift == 0


def test_drawn_weights_scatter_as_said():
    source = random.Random(3)
    drawn = [_weights(source, [0.5, 0.3, 0.2], "dirichlet", 0.2) for _ in range(4000)]
    mean = sum(w[0] for w in drawn) / len(drawn)
    deviation = (sum((w[0] - mean) ** 2 for w in drawn) / len(drawn)) ** 0.5
    assert mean == pytest.approx(0.5, abs=0.01)
    assert deviation == pytest.approx(0.2 * 0.5, rel=0.06)


@pytest.mark.parametrize("wrong", [{"draws": 0}, {"spread": 0}, {"spread": 1.5}])
def test_senseless_draws_are_refused(wrong):
    with pytest.raises(ValueError, match="draws"):
        monte_carlo(TABLE, seed=1, **wrong)
