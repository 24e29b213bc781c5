"""Estimates against R `survey`, against all samples of small populations, and against what must not change."""

from __future__ import annotations

import csv
import itertools
import json
import math
import random
import statistics
from functools import cache

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.shared import SHARED

from pinzhi.rules.inspection.errors import InputError
from pinzhi.rules.inspection.estimates import adjusting, intervals, linear, replicates, unequal
from pinzhi.rules.inspection.estimates.design import Design, describe

DATA = SHARED / "data/inspection"
at_hand = pytest.mark.skipif(not DATA.exists(), reason="the data to compare with are not at hand")
CLOSE = 1e-6


@cache
def columns(name: str) -> dict[str, list]:
    with (DATA / f"{name}.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))

    def value(text: str):
        if text in ("NA", ""):
            return None
        try:
            return float(text)
        except ValueError:
            return text

    return {key: [value(row[key]) for row in rows] for key in rows[0]}


@cache
def designs() -> dict[str, tuple[Design, dict[str, list]]]:
    strat, one, two = columns("apistrat"), columns("apiclus1"), columns("apiclus2")
    return {
        "ds": (describe(200, strata=[strat["stype"]], weights=strat["pw"], population=[strat["fpc"]]), strat),
        "dn": (describe(200, strata=[strat["stype"]], weights=strat["pw"]), strat),
        "dc1": (describe(183, clusters=[one["dnum"]], weights=one["pw"], population=[one["fpc"]]), one),
        "dc2": (
            describe(126, clusters=[two["dnum"], two["snum"]], population=[two["fpc1"], two["fpc2"]]),
            two,
        ),
    }


def yes(column) -> list[int]:
    return [int(v == "Yes") for v in column]


def known_types(one) -> Design:
    design, _ = designs()["dc1"]
    return adjusting.post_stratify(design, one["stype"], {"E": 4421, "H": 755, "M": 1018})


def computed(key: str) -> dict[str, list[float]]:
    """What one key of the file of R's answers asks for."""
    name, _, what = key.partition(".")
    if name in designs():
        design, x = designs()[name]
        if what.startswith("ciprop."):
            found = intervals.of_share(design, yes(x["sch.wide"]), what.removeprefix("ciprop."))
            return {"ci": [found.low, found.high]}
        if what == "by.stype":
            groups = linear.by(design, x["stype"], "mean", {"api00": x["api00"]})
            return {"est": [e.value for e in groups.values()], "se": [e.error for e in groups.values()]}
        found = {
            "mean.api00": lambda: linear.mean(design, {"api00": x["api00"]}),
            "total.enroll": lambda: linear.total(design, {"enroll": x["enroll"]}, skip_missing=True),
            "mean.stype": lambda: linear.shares(design, x["stype"]),
            "prop.schwide": lambda: linear.shares(design, x["sch.wide"]),
            "ratio": lambda: linear.ratio(design, x["api.stu"], x["enroll"], skip_missing=True),
        }[what]()
    else:
        design, x = designs()[{"deff.ds": "ds", "jkn.ds.mean.api00": "ds"}.get(key, "dc1")]
        if name == "deff":
            return {"est": [linear.design_effect(design, x["api00"]) or 0]}
        if key == "calib.dc1.mean.api00":
            ones = {"1": [1] * 183, "H": [v == "H" for v in x["stype"]], "M": [v == "M" for v in x["stype"]]}
            fitted = adjusting.calibrate(design, ones, {"1": 6194, "H": 755, "M": 1018})
            found = linear.mean(fitted, {"api00": x["api00"]})
        elif key == "post.dc1.total.enroll":
            found = linear.total(known_types(x), {"enroll": x["enroll"]}, skip_missing=True)
        else:
            found = replicates.jackknife(design, replicates.weighted_means(x["api00"]))
    return {"est": list(found.values), "se": list(found.errors)}


def as_list(value) -> list[float]:
    return value if isinstance(value, list) else [value]


@at_hand
def test_all_53_answers_of_r_survey():
    oracle = json.loads((DATA / "survey_api_oracle.json").read_text(encoding="utf-8"))
    assert len(oracle) == 53
    wrong = []
    for key, answer in oracle.items():
        found = computed(key)
        for part in ("est", "se", "ci"):
            if part in answer:
                for ours, theirs in zip(found[part], as_list(answer[part]), strict=True):
                    if abs(ours - theirs) > CLOSE * max(1.0 if part == "est" else 1e-3, abs(theirs)):
                        wrong.append((key, part, ours, theirs))
    assert not wrong


# Printed in the package's own test output and manual for other variables and options (as many digits as printed).
def lonely(treatment: str, certain: bool = False) -> float:
    x = columns("apiclus1")
    population = [[1 if d == 413 else 1000 for d in x["dnum"]]] if certain else []
    design = describe(183, strata=[x["dnum"]], weights=x["pw"], population=population, lonely=treatment)
    return linear.mean(design, {"api00": x["api00"]}).error


def lonely_domain(treatment: str, in_domains: bool) -> float:
    x = columns("apiclus1")
    kept = [i for i, d in enumerate(x["dnum"]) if d != 413]
    design = describe(
        len(kept), strata=[[x["dnum"][i] for i in kept]], weights=[x["pw"][i] for i in kept]
    ).with_lonely(treatment, in_domains)
    # The 31st of those rows is one of the two units of its stratum.
    return linear.mean(
        design.where([at != 30 for at in range(len(kept))]), {"api00": [x["api00"][i] for i in kept]}
    ).error


def printed() -> list[tuple[float, float, int]]:
    """What is computed, what R prints, its digits after the point."""
    (ds, strat), (dc1, one), (_, two) = (designs()[k] for k in ("ds", "dc1", "dc2"))
    with_replacement = describe(126, clusters=[two["dnum"], two["snum"]], weights=two["pw"])
    types = linear.counts(dc1, one["stype"])
    jack = replicates.jackknife(dc1, replicates.weighted_means(one["api00"], one["api99"]), ("00", "99"))
    by_stype = replicates.jackknife(known_types(one), replicates.weighted_means(one["api00"]))
    enroll = [0 if v is None else v for v in one["enroll"]]
    total_by_stype = replicates.jackknife(known_types(one), replicates.weighted_totals(enroll))
    pupils = sum(v for v in columns("apipop")["enroll"] if v is not None)
    ratio = adjusting.calibrate(ds, {"enroll": strat["enroll"]}, {"enroll": pupils}, spread=strat["enroll"])
    students = linear.total(ratio, {"s": strat["api.stu"]})
    schools = [1] * 183
    aims = {"1": float(len(columns("apipop")["enroll"])), "enroll": pupils}
    fitted = adjusting.calibrate(dc1, {"1": schools, "enroll": one["enroll"]}, aims)
    bounded = adjusting.calibrate(dc1, {"1": schools, "enroll": one["enroll"]}, aims, bounds=(0.6, 1.5))
    raked = adjusting.rake(
        dc1,
        [
            (one["stype"], {"E": 4421, "H": 755, "M": 1018}),
            (one["sch.wide"], {"No": 1072, "Yes": 5122}),
        ],
    )
    jack_raked = replicates.jackknife(raked, replicates.weighted_means(one["api00"]))
    types_and_api = adjusting.calibrate(
        dc1,
        {
            "1": schools,
            "H": [v == "H" for v in one["stype"]],
            "M": [v == "M" for v in one["stype"]],
            "a": one["api99"],
        },
        {"1": 6194, "H": 755, "M": 1018, "a": 3914069},
    )
    moved = [a / b for a, b in zip(fitted.weights, dc1.weights, strict=True)]
    moved_bounded = [a / b for a, b in zip(bounded.weights, dc1.weights, strict=True)]
    return [
        (lonely("certainty"), 5.8058, 4),
        (lonely("remove"), 5.8058, 4),
        (lonely("adjust"), 5.8281, 4),
        (lonely("average"), 6.0096, 4),
        (lonely("fail", certain=True), 5.7344, 4),
        (lonely("average", certain=True), 5.7344, 4),
        (lonely_domain("adjust", False), 5.8909, 4),
        (lonely_domain("adjust", True), 5.9119, 4),
        (lonely_domain("average", True), 6.0914, 4),
        (linear.mean(with_replacement, {"a": two["api00"]}).error, 30.712, 3),
        (linear.total(with_replacement, {"e": two["enroll"]}, skip_missing=True).error, 820261, 0),
        (linear.mean(dc1, {"a": one["api99"]}).value, 606.978142, 6),
        (linear.mean(dc1, {"a": one["api99"]}).error, 24.2250, 4),
        (types.of("E")[1], 1333.32, 2),
        (types.of("H")[1], 158.70, 2),
        (types.of("M")[1], 167.55, 2),
        (jack.of("00")[1], 26.3294, 4),
        (jack.of("99")[1], 26.9985, 4),
        (by_stype.error, 26.93, 2),
        (total_by_stype.error, 473431, 0),
        (linear.total(ds, {"s": strat["api.stu"]}).error, 99477, 0),
        (students.value, 3190038, 0),
        (students.error, 29566, 0),
        (linear.mean(raked, {"a": one["api00"]}).value, 641.23, 2),
        (linear.mean(raked, {"a": one["api00"]}).error, 23.704, 3),
        (linear.total(raked, {"e": one["enroll"]}).value, 3647280, 0),
        (linear.total(raked, {"e": one["enroll"]}).error, 400603, 0),
        (jack_raked.error, 26.874, 3),
        (linear.mean(types_and_api, {"a": one["api00"]}).value, 665.31, 2),
        (linear.mean(types_and_api, {"a": one["api00"]}).error, 3.4418, 4),
        (linear.total(types_and_api, {"e": one["enroll"]}).error, 385524, 0),
        (min(moved), 0.7906782, 7),
        (max(moved), 1.7891164, 7),
        (min(moved_bounded), 0.7198751, 7),
        (max(moved_bounded), 1.5, 7),
    ]


@at_hand
def test_what_r_prints_for_other_variables_and_options():
    wrong = [
        (ours, theirs) for ours, theirs, digits in printed() if abs(ours - theirs) > 0.5001 * 10**-digits
    ]
    assert not wrong


@at_hand
def test_shares_of_the_population_are_the_same_as_its_sizes():
    _, two = designs()["dc2"]
    sizes = designs()["dc2"][0]
    taken = describe(
        126,
        clusters=[two["dnum"], two["snum"]],
        population=[[40 / v for v in two["fpc1"]], [min(1, 5 / v) for v in two["fpc2"]]],
    )
    for design in (sizes, taken):
        found = linear.shares(design, two["sch.wide"])
        assert found.values == pytest.approx(linear.shares(sizes, two["sch.wide"]).values)
        assert found.errors == pytest.approx(linear.shares(sizes, two["sch.wide"]).errors)


# The eight rows of R's example of finite population corrections: stratum, unit, weight, drawn, of, value
EIGHT = [
    (1, 1, 3, 5, 15, 2.8),
    (1, 2, 3, 5, 15, 4.1),
    (1, 3, 3, 5, 15, 6.8),
    (1, 4, 3, 5, 15, 6.8),
    (1, 5, 3, 5, 15, 9.2),
    (2, 1, 4, 3, 12, 3.7),
    (2, 2, 4, 3, 12, 6.6),
    (2, 3, 4, 3, 12, 4.2),
]


def eight(**given) -> Design:
    return describe(8, clusters=[[r[1] for r in EIGHT]], strata=[[r[0] for r in EIGHT]], nest=True, **given)


@pytest.mark.parametrize(
    ("given_", "error"),
    [
        ({"weights": [r[2] for r in EIGHT]}, 0.7413),
        ({"weights": [r[2] for r in EIGHT], "population": [[r[4] for r in EIGHT]]}, 0.616),
        ({"probabilities": [1 / r[2] for r in EIGHT], "population": [[r[3] / r[4] for r in EIGHT]]}, 0.616),
        ({"population": [[r[4] for r in EIGHT]]}, 0.616),
        ({"population": [[r[3] / r[4] for r in EIGHT]]}, 0.616),
    ],
)
def test_ways_to_say_the_same_design(given_, error):
    found = linear.mean(eight(**given_), {"x": [r[5] for r in EIGHT]})
    assert found.value == pytest.approx(5.4481, abs=5e-5)
    assert found.error == pytest.approx(error, abs=5.1e-5)


def test_domains_of_the_eight():
    design = eight(weights=[r[2] for r in EIGHT])
    x = [r[5] for r in EIGHT]
    large = linear.mean(design.where([v > 4 for v in x]), {"x": x})
    rest = linear.mean(design.where([v <= 4 for v in x]), {"x": x})
    assert (large.value, large.error) == (pytest.approx(6.195), pytest.approx(0.7555129, abs=1e-7))
    assert (rest.value, rest.error) == (pytest.approx(3.314286, abs=1e-6), pytest.approx(0.3117042, abs=1e-7))
    as_ratio = linear.ratio(design, [v * (v > 4) for v in x], [int(v > 4) for v in x])
    assert (as_ratio.value, as_ratio.error) == (pytest.approx(large.value), pytest.approx(large.error))


def test_design_effects():
    sales = [15, 143, 21, 51, 337, 50, 274, 145, 15, 86]
    equal = describe(10, weights=[100] * 10)
    sized = describe(10, weights=[20, 200, 11, 25, 550, 30, 250, 100, 10, 55])
    assert linear.mean(equal, {"u": sales}).error == pytest.approx(35.626, abs=5e-4)
    assert linear.design_effect(equal, sales) == pytest.approx(1.0101, abs=5e-5)
    assert linear.design_effect(equal, sales, of="total") == pytest.approx(1.0101, abs=5e-5)
    assert linear.mean(sized, {"u": sales}).error == pytest.approx(48.752, abs=5e-4)
    assert linear.design_effect(sized, sales, replacement=True) == pytest.approx(1.974067, abs=1e-6)
    assert linear.design_effect(sized, sales, of="total", replacement=True) == pytest.approx(
        18.15669, abs=1e-5
    )


def test_the_variance_of_a_simple_random_sample_is_the_samples():
    y = [3.0, 8.0, 1.0, 12.0, 7.5]
    found = linear.variance(describe(5, weights=[4] * 5), y)
    assert found.value == pytest.approx(statistics.variance(y))
    squares = [(v - statistics.fmean(y)) ** 2 * 5 / 4 for v in y]
    assert found.error == pytest.approx(statistics.stdev(squares) / math.sqrt(5))


def test_a_domain_of_fitted_weights_is_a_ratio_too():
    dice = random.Random(8)
    n = 30
    y = [dice.gauss(10, 3) for _ in range(n)]
    kind = [dice.choice("ab") for _ in range(n)]
    part = [dice.random() < 0.5 for _ in range(n)]
    design = describe(
        n, clusters=[[i // 3 for i in range(n)]], weights=[dice.uniform(1, 5) for _ in range(n)]
    )
    fitted = adjusting.post_stratify(design, kind, {"a": 60, "b": 40})
    direct = linear.mean(fitted.where(part), {"y": y})
    as_ratio = linear.ratio(fitted, [v * p for v, p in zip(y, part, strict=True)], part)
    assert (direct.value, direct.error) == (pytest.approx(as_ratio.value), pytest.approx(as_ratio.error))


# ---- all samples of a small population: estimates and their variances are right on average

LEVELS = {"a": [3.0, 5.0, 9.0, 4.0], "b": [12.0, 20.0, 16.0]}


def test_stratified_draws_are_unbiased():
    truth = sum(map(sum, LEVELS.values()))
    totals, variances = [], []
    for a in itertools.combinations(LEVELS["a"], 2):
        for b in itertools.combinations(LEVELS["b"], 2):
            design = describe(4, strata=[["a", "a", "b", "b"]], population=[[4, 4, 3, 3]])
            found = linear.total(design, {"y": [*a, *b]})
            totals.append(found.value)
            variances.append(found.error**2)
    assert sum(totals) / len(totals) == pytest.approx(truth)
    true_variance = sum((t - truth) ** 2 for t in totals) / len(totals)
    assert sum(variances) / len(variances) == pytest.approx(true_variance)


def test_two_stage_draws_are_unbiased():
    firms = [[1.0, 4.0, 2.0], [7.0, 9.0], [3.0, 3.0, 8.0, 6.0]]
    truth = sum(map(sum, firms))
    weighted_total = weighted_square = weighted_variance = 0.0
    pairs = list(itertools.combinations(range(3), 2))
    for pair in pairs:
        draws = list(itertools.product(*(list(itertools.combinations(firms[f], 2)) for f in pair)))
        for draw in draws:
            design = describe(
                4,
                clusters=[[pair[0]] * 2 + [pair[1]] * 2, [0, 1, 0, 1]],
                population=[[3] * 4, [len(firms[pair[0]])] * 2 + [len(firms[pair[1]])] * 2],
            )
            found = linear.total(design, {"y": [*draw[0], *draw[1]]})
            chance = 1 / len(pairs) / len(draws)
            weighted_total += chance * found.value
            weighted_square += chance * (found.value - truth) ** 2
            weighted_variance += chance * found.error**2
    assert weighted_total == pytest.approx(truth)
    assert weighted_variance == pytest.approx(weighted_square)


def conditional_poisson(odds: list[float], n: int):
    """All samples of n with their probabilities, and first- and second-order inclusion probabilities."""
    samples = list(itertools.combinations(range(len(odds)), n))
    weights = [math.prod(odds[i] for i in s) for s in samples]
    chances = [w / sum(weights) for w in weights]
    joint = [
        [sum(c for s, c in zip(samples, chances, strict=True) if i in s and j in s) for j in range(len(odds))]
        for i in range(len(odds))
    ]
    return samples, chances, joint


@pytest.mark.parametrize("method", [unequal.HORVITZ_THOMPSON, unequal.YATES_GRUNDY])
def test_unequal_draws_are_unbiased(method):
    y = [3.0, 8.0, 1.0, 12.0, 6.0]
    samples, chances, joint = conditional_poisson([0.4, 1.0, 0.3, 2.5, 0.8], 3)
    truth = sum(y)
    value = variance = spread = 0.0
    for sample, chance in zip(samples, chances, strict=True):
        expanded = [y[i] / joint[i][i] for i in sample]
        part = [[joint[i][j] for j in sample] for i in sample]
        p = [joint[i][i] for i in sample]
        found, _ = unequal.total([y[i] for i in sample], p, part, method)
        assert found == pytest.approx(sum(expanded))
        # The variance itself: a single estimate may be negative, so it is taken before it becomes an error.
        variance += chance * unequal._variance(expanded, p, part, method)
        value += chance * found
        spread += chance * (found - truth) ** 2
    assert value == pytest.approx(truth)
    assert variance == pytest.approx(spread)


def test_approximations_for_unequal_draws_are_near_the_exact_variance():
    dice = random.Random(3)
    odds = [dice.uniform(0.2, 1.5) for _ in range(12)]
    samples, _, joint = conditional_poisson(odds, 6)
    y = [10 * joint[i][i] + dice.gauss(0, 1) for i in range(12)]
    exact, hajek, brewer = [], [], []
    for sample in samples[::37]:
        values, p = [y[i] for i in sample], [joint[i][i] for i in sample]
        part = [[joint[i][j] for j in sample] for i in sample]
        exact.append(unequal.total(values, p, part)[1])
        hajek.append(unequal.total(values, p, method=unequal.HAJEK)[1])
        design = describe(6, probabilities=p, population=[p], unequal=True)
        brewer.append(linear.total(design, {"y": values}).error)
    assert sum(hajek) == pytest.approx(sum(exact), rel=0.1)
    assert sum(brewer) == pytest.approx(sum(exact), rel=0.1)


def test_a_simple_random_sample_is_a_special_case_of_unequal_draws():
    y, n, size = [3.0, 8.0, 1.0, 12.0], 4, 10
    p = [n / size] * n
    joint = [[n / size if i == j else n * (n - 1) / size / (size - 1) for j in range(n)] for i in range(n)]
    srs = linear.total(describe(4, population=[[size] * n]), {"y": y})
    for method in (unequal.HORVITZ_THOMPSON, unequal.YATES_GRUNDY):
        assert unequal.total(y, p, joint, method) == pytest.approx((srs.value, srs.error))
    assert unequal.total(y, p, method=unequal.HAJEK) == pytest.approx((srs.value, srs.error))
    assert unequal.mean(y, p, joint)[0] == pytest.approx(6)


# ---- what must not change

number = st.floats(-100, 100, allow_nan=False)
sample = st.lists(
    st.tuples(st.sampled_from("abc"), st.integers(0, 5), st.floats(0.5, 50), number), min_size=6, max_size=40
)


def described(rows, scale: float = 1.0) -> Design:
    return describe(
        len(rows),
        clusters=[[(r[0], r[1]) for r in rows]],
        strata=[[r[0] for r in rows]],
        weights=[scale * r[2] for r in rows],
        lonely="adjust",
    )


def near(a: float, b: float, size: float = 1.0) -> bool:
    return abs(a - b) <= 1e-7 * max(1.0, abs(a), abs(b), size)


@given(sample, st.floats(0.01, 100), number, st.randoms())
@settings(deadline=None, max_examples=80)
def test_invariances(rows, scale, shift, dice):
    y = [r[3] for r in rows]
    plain = linear.mean(described(rows), {"y": y})
    # the unit of the weights
    scaled = linear.mean(described(rows, scale), {"y": y})
    assert near(scaled.value, plain.value) and near(scaled.error, plain.error)
    assert near(
        linear.total(described(rows, scale), {"y": y}).value,
        scale * linear.total(described(rows), {"y": y}).value,
        1e4,
    )
    # a constant, a factor
    moved = linear.mean(described(rows), {"y": [2 * v + shift for v in y]})
    assert near(moved.value, 2 * plain.value + shift) and near(moved.error, 2 * plain.error, 100)
    # the order of the rows
    order = list(range(len(rows)))
    dice.shuffle(order)
    mixed = linear.mean(described([rows[i] for i in order]), {"y": [y[i] for i in order]})
    assert near(mixed.value, plain.value) and near(mixed.error, plain.error)
    # a mean is a ratio to one, and lies among its values
    as_ratio = linear.ratio(described(rows), y, [1] * len(rows))
    assert near(as_ratio.value, plain.value) and near(as_ratio.error, plain.error)
    assert min(y) - 1e-9 <= plain.value <= max(y) + 1e-9


@given(sample)
@settings(deadline=None, max_examples=60)
def test_domains_add_up(rows):
    assume(len({r[0] for r in rows}) > 1)
    design, y, groups = described(rows), [r[3] for r in rows], [r[0] for r in rows]
    parts = linear.by(design, groups, "total", {"y": y})
    assert near(sum(p.value for p in parts.values()), linear.total(design, {"y": y}).value, 1e4)
    together = linear.domain_means(design, y, groups)
    for name, part in linear.by(design, groups, "mean", {"y": y}).items():
        value, error = together.of(name)
        assert near(value, part.value) and near(error, part.error)
    shares = linear.shares(design, groups)
    assert near(sum(shares.values), 1)
    # Shares sum to one, so their errors cancel.
    assert shares.contrast(dict.fromkeys(shares.names, 1.0))[1] < 1e-6


@given(sample, st.dictionaries(st.sampled_from("abc"), st.floats(1, 1000), min_size=3, max_size=3))
@settings(deadline=None, max_examples=60)
def test_fitted_weights_meet_the_known_totals_without_error(rows, totals):
    groups = [r[3] > 0 for r in rows]
    assume(any(groups) and not all(groups))
    aims = {True: totals["a"], False: totals["b"]}
    design = described(rows)
    fitted = adjusting.post_stratify(design, groups, aims)
    found = linear.counts(fitted, groups)
    for name, value, error in zip(found.names, found.values, found.errors, strict=True):
        assert near(value, aims[name], 1000)
        assert error < 1e-5
    same = adjusting.calibrate(
        design, {g: [int(h == g) for h in groups] for g in aims}, aims, method=adjusting.RAKING
    )
    assert same.weights == pytest.approx(fitted.weights, rel=1e-7)
    y = [r[1] for r in rows]
    ours, theirs = linear.mean(fitted, {"y": y}), linear.mean(same, {"y": y})
    assert near(ours.value, theirs.value) and abs(ours.error - theirs.error) < 1e-6


def test_the_jackknife_of_a_total_is_its_linearised_variance():
    dice = random.Random(11)
    rows = [(dice.choice("ab"), dice.randrange(5), dice.uniform(1, 9), dice.gauss(0, 5)) for _ in range(40)]
    design, y = described(rows), [r[3] for r in rows]
    found = replicates.jackknife(design, replicates.weighted_totals(y))
    assert found.value == pytest.approx(linear.total(design, {"y": y}).value)
    assert found.error == pytest.approx(linear.total(design, {"y": y}).error, rel=1e-9)


def test_taken_whole_there_is_no_error():
    design = describe(4, population=[[4] * 4])
    assert linear.mean(design, {"y": [1, 2, 3, 5]}).error == 0
    # Every firm of the frame, two of three products in each: only the second stage errs.
    two = describe(4, clusters=[[1, 1, 2, 2], [1, 2, 3, 4]], population=[[2] * 4, [3] * 4])
    by_hand = sum(3**2 * (1 - 2 / 3) * v / 2 for v in (0.5, 4.5))
    assert linear.total(two, {"y": [1, 2, 3, 6]}).error ** 2 == pytest.approx(by_hand)


def test_twenty_four_thousand_rows_take_moments():
    dice = random.Random(5)
    n = 24_000
    design = describe(
        n,
        clusters=[[i // 3 for i in range(n)]],
        strata=[[i // 300 for i in range(n)]],
        weights=[dice.uniform(1, 40) for _ in range(n)],
    )
    found = intervals.of_share(design, [int(dice.random() < 0.93) for _ in range(n)])
    assert 0.91 < found.low < 0.93 < found.high < 0.95


# ---- refusals

WRONG = [
    (lambda: describe(0), "rows"),
    (lambda: describe(2, weights=[1]), "weights"),
    (lambda: describe(2, weights=[1, None]), "weights"),
    (lambda: describe(2, weights=[1, -1]), "weights"),
    (lambda: describe(2, weights=[0, 0]), "weights"),
    (lambda: describe(2, weights=[1, float("nan")]), "weights"),
    (lambda: describe(2, weights=[1, 1], probabilities=[1, 1]), "weights"),
    (lambda: describe(2, probabilities=[0, 1]), "probabilities"),
    (lambda: describe(2, probabilities=[0.5, 1.2]), "probabilities"),
    (lambda: describe(3, population=[[2, 2, 2]]), "population"),
    (lambda: describe(2, population=[[2, 3]]), "population"),
    (lambda: describe(2, population=[[0.5, 3]]), "population"),
    (lambda: describe(2, population=[[0, 0]]), "population"),
    (lambda: describe(2, clusters=[[1, 1]], strata=[["a", "b"]]), "clusters"),
    (lambda: describe(2, strata=[["a", None]]), "strata"),
    (lambda: describe(2, lonely="ignore"), "lonely"),
    (lambda: linear.mean(describe(2, strata=[["a", "b"]]), {"y": [1, 2]}), "strata"),
    (lambda: linear.mean(describe(2), {"y": [1, None]}), "y"),
    (lambda: linear.mean(describe(2), {"y": [1]}), "y"),
    (lambda: linear.mean(describe(2), {"y": [None, None]}, skip_missing=True), "domain"),
    (lambda: linear.mean(describe(2).where([False, False]), {"y": [1, 2]}), "domain"),
    (lambda: linear.mean(describe(2), {}), "variables"),
    (lambda: linear.ratio(describe(2), [1, 2], [1, -1]), "denominator"),
    (lambda: adjusting.post_stratify(describe(2), ["a", "b"], {"a": 1}), "totals"),
    (lambda: adjusting.post_stratify(describe(2), ["a", "b"], {"a": 1, "b": 1, "c": 1}), "totals"),
    (lambda: adjusting.post_stratify(describe(2).where([True, False]), ["a", "a"], {"a": 1}), "domain"),
    (lambda: adjusting.rake(describe(2), []), "totals"),
    (
        lambda: adjusting.rake(describe(2), [(["a", "b"], {"a": 1, "b": 1}), (["c", "d"], {"c": 1, "d": 2})]),
        "totals",
    ),
    (lambda: adjusting.calibrate(describe(2), {"x": [1, 1], "z": [2, 2]}, {"x": 2, "z": 5}), "variables"),
    (lambda: adjusting.calibrate(describe(2), {"x": [1, 2]}, {"z": 5}), "totals"),
    (lambda: adjusting.calibrate(describe(2), {"x": [1, 2]}, {"x": 50}, bounds=(0.5, 2)), "variables"),
    (
        lambda: replicates.jackknife(describe(2, strata=[["a", "b"]]), replicates.weighted_means([1, 2])),
        "strata",
    ),
    (lambda: unequal.total([1, 2], [0.5, 0.5]), "joint"),
    (lambda: unequal.total([1, 2], [0.5, 0.5], [[0.5, 0], [0, 0.5]]), "joint"),
    (lambda: unequal.total([1, 2], [0.5, 1.5], method="hajek"), "probabilities"),
    (lambda: intervals.share(0.5, 0.01, 10, 0), "degrees"),
    (lambda: intervals.share(1.0, 0.0, 10, 9, "logit"), "method"),
    (lambda: intervals.share(0.5, 0.01, 10, 9, "guess"), "method"),
    (lambda: intervals.share(1.5, 0.01, 10, 9), "p"),
]


@pytest.mark.parametrize(("wrong", "field"), WRONG)
def test_what_has_no_answer_is_refused_by_name(wrong, field):
    with pytest.raises(InputError) as refused:
        wrong()
    assert refused.value.field == field
    assert refused.value.zh and refused.value.en
