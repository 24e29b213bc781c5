"""Random bits, probabilities and what simulated draws come to.

The plain run draws 2,000 times; `-m slow` draws 20,000 times as the bar asks.
"""

from __future__ import annotations

import csv
import hashlib
import itertools
import math
import re
from collections import Counter
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.shared import SHARED

from pinzhi.rules.inspection import verify_draw as v
from pinzhi.rules.inspection.draws import pps
from pinzhi.rules.inspection.draws.design import Allocation, Design
from pinzhi.rules.inspection.draws.seed import HmacDrbg
from pinzhi.rules.inspection.draws.select import Drawn, Quota, joint

VECTORS = SHARED / "data" / "inspection" / "hmac_drbg" / "HMAC_DRBG.rsp"
SWISS = SHARED / "data" / "inspection" / "pps_pik_swiss_n50.csv"


def nist_vectors() -> list[dict[str, Any]]:
    """The SHA-256 vectors: their fields in order, and whether prediction resistance is asked for."""
    found: list[dict[str, Any]] = []
    hash_, resistance = "", False
    for line in VECTORS.read_text().splitlines():
        if head := re.fullmatch(r"\[(SHA-[0-9/]+)\]", line):
            hash_ = head[1]
        elif head := re.fullmatch(r"\[PredictionResistance = (\w+)\]", line):
            resistance = head[1] == "True"
        elif hash_ == "SHA-256" and line.startswith("COUNT"):
            found.append({"resistance": resistance, "fields": []})
        elif hash_ == "SHA-256" and " = " in line and found and not line.startswith("["):
            name, _, value = line.partition(" = ")
            found[-1]["fields"].append((name, bytes.fromhex(value)))
    return found


@pytest.mark.skipif(not VECTORS.is_file(), reason="the NIST vectors are not here")
def test_all_nist_vectors_of_hmac_drbg() -> None:
    vectors = nist_vectors()
    assert len(vectors) == 240
    wrong = []
    for at, vector in enumerate(vectors):
        fields: dict[str, list[bytes]] = {}
        for name, value in vector["fields"]:
            fields.setdefault(name, []).append(value)
        drbg = HmacDrbg(fields["EntropyInput"][0], fields["Nonce"][0], fields["PersonalizationString"][0])
        additional = fields["AdditionalInput"]
        wanted = fields["ReturnedBits"][0]
        if vector["resistance"]:
            for entropy, more in zip(fields["EntropyInputPR"], additional, strict=True):
                drbg.reseed(entropy, more)
                bits = drbg.generate(len(wanted))
        else:
            if "EntropyInputReseed" in fields:
                drbg.reseed(fields["EntropyInputReseed"][0], fields["AdditionalInputReseed"][0])
            for more in additional:
                bits = drbg.generate(len(wanted), more)
        if bits != wanted:
            wrong.append(at)
    assert wrong == []


@given(st.binary(min_size=1, max_size=80), st.integers(1, 32), st.integers(1, 6))
def test_the_verifiers_stream_is_the_same_generator(material: bytes, count: int, requests: int) -> None:
    drbg, stream = HmacDrbg(material, b""), v.random_bytes(material, count)
    assert [next(stream) for _ in range(requests)] == [drbg.generate(count) for _ in range(requests)]


def test_a_request_for_too_many_bytes_is_refused() -> None:
    with pytest.raises(ValueError, match="65536"):
        HmacDrbg(b"x", b"").generate(65537)


# ---- inclusion probabilities --------------------------------------------------------------------------------
@pytest.mark.skipif(not SWISS.is_file(), reason="the Swiss municipalities are not here")
def test_inclusion_probabilities_of_the_swiss_municipalities() -> None:
    with SWISS.open() as file:
        rows = [(int(row["x"]), float(row["pik"])) for row in csv.DictReader(file)]
    found = v.inclusion([x for x, _ in rows], 50)
    assert max(abs(float(p) - wanted) for p, (_, wanted) in zip(found, rows, strict=True)) < 1e-12
    assert sum(found) == 50


sizes_and_n = st.lists(st.integers(1, 10**9), min_size=1, max_size=30).flatmap(
    lambda sizes: st.tuples(st.just(sizes), st.integers(1, len(sizes)))
)


@given(sizes_and_n)
def test_inclusion_probabilities_add_up_and_none_is_nothing(case: tuple[list[int], int]) -> None:
    sizes, n = case
    found = v.inclusion(sizes, n)
    assert sum(found) == n
    assert all(0 < p <= 1 for p in found)
    below = [(x, p) for x, p in zip(sizes, found, strict=True) if p < 1]
    assert len({p / x for x, p in below}) <= 1  # proportional where not certain


def sampford_by_definition(chances: list[Fraction]) -> dict[frozenset[int], Fraction]:
    """Every sample's probability by the definition, with certain units in all."""
    sure = [i for i, p in enumerate(chances) if p == 1]
    rest = [i for i, p in enumerate(chances) if p < 1]
    weights = {}
    for sample in itertools.combinations(rest, int(sum(chances)) - len(sure)):
        odds = math.prod(chances[i] / (1 - chances[i]) for i in sample)
        weights[frozenset((*sample, *sure))] = (
            odds * sum(1 - chances[i] for i in sample) if sample else Fraction(1)
        )
    total = sum(weights.values())
    return {sample: weight / total for sample, weight in weights.items()}


small = st.lists(st.integers(1, 60), min_size=2, max_size=7).flatmap(
    lambda sizes: st.tuples(st.just(sizes), st.integers(1, len(sizes)))
)


@given(small)
@settings(max_examples=60)
def test_probabilities_are_those_of_the_design_enumerated(case: tuple[list[int], int]) -> None:
    sizes, n = case
    chances = v.inclusion(sizes, n)
    samples = sampford_by_definition(chances)
    for i, chance in enumerate(chances):
        assert sum(p for s, p in samples.items() if i in s) == chance
    pair = pps.Joint(sizes, n)
    for i, j in itertools.combinations(range(len(sizes)), 2):
        wanted = sum(p for s, p in samples.items() if i in s and j in s)
        assert abs(pair.of(i, j) - wanted) < Fraction(1, 10**25)
        assert pair.of(i, j) == pair.of(j, i)


@given(small, st.binary(min_size=32, max_size=32))
@settings(max_examples=60)
def test_a_pps_sample_has_n_units_with_the_certain_ones(case: tuple[list[int], int], seed: bytes) -> None:
    sizes, n = case
    chances = v.inclusion(sizes, n)
    chosen = v.sampford(chances, v.random_bytes(seed, 16))
    assert len(set(chosen)) == len(chosen) == n
    assert {i for i, p in enumerate(chances) if p == 1} <= set(chosen)


def test_joint_probabilities_stay_exact_where_odds_are_extreme() -> None:
    sizes = [1, 2, 3, 5000, 5001, 5002, 5003, 5004]
    pair = pps.Joint(sizes, 5)
    for i in range(len(sizes)):  # Σ π_ij over j is (n - 1) π_i for a sample of fixed size
        total = sum(pair.of(i, j) for j in range(len(sizes)) if j != i)
        assert abs(total - 4 * pair.single[i]) < Fraction(1, 10**25)


# ---- simulated draws ----------------------------------------------------------------------------------------
Unit = tuple[bytes, bytes, int, bytes]
Cells = dict[tuple[str, str, str], list[Unit]]


def unit(name: str, firm: str = "", size: int = 1) -> Unit:
    return name.encode(), (firm or name).encode(), size, hashlib.md5(name.encode()).hexdigest().encode()


def row(prefix: str, sizes: list[int]) -> list[Unit]:
    return [unit(f"{prefix}{at:02d}", size=size) for at, size in enumerate(sizes)]


STRATIFIED: Cells = {
    ("350101", "", "0"): row("A", [1] * 12),
    ("350102", "", "0"): row("B", [1] * 8),
    ("350103", "", "0"): row("C", [1] * 3),
    ("350103", "", "1"): row("Z", [1]),
}
CLASSED: Cells = {
    ("350101", "A", "0"): row("A", [1] * 12),
    ("350101", "D", "0"): row("B", [1] * 5),
    ("350102", "A", "0"): row("C", [1] * 6),
    ("350102", "D", "0"): row("E", [1] * 7),
}
SIZED: Cells = {
    ("350101", "", "0"): row("A", [3, 9, 4, 30, 12, 7, 5, 18, 400, 11, 6, 8]),
    ("350102", "", "0"): row("B", [50, 40, 30, 60, 20]),
}
STAGED: Cells = {
    ("350101", "", "0"): [
        unit(f"F{firm}:{at}", f"F{firm}")
        for firm, count in enumerate([1, 4, 2, 3, 1, 2])
        for at in range(count)
    ]
}
DESIGNS: list[tuple[str, Design, Cells]] = [
    ("strata", Design(Allocation("total", 10)), STRATIFIED),
    ("classes", Design(Allocation("ratios", {"A": "0.15", "D": "0.5"}), capacity={"350102": 4}), CLASSED),
    ("size", Design(Allocation("strata", {"350101": 5, "350102": 2}), method="pps"), SIZED),
    ("two stages", Design(Allocation("total", 3), per_firm=2), STAGED),
]


def counted(cells: Cells, design: Design) -> dict[tuple[str, str, str], int]:
    firms = design.per_firm is not None
    return {c: len({u[1] if firms and c[2] == "0" else u[0] for u in own}) for c, own in cells.items()}


def pair_probability(design: Design, cells: Cells, quotas: dict[Any, Quota], a: Drawn, b: Drawn) -> Fraction:
    if a.cell != b.cell or 1 in (a.probability, b.probability):
        return a.probability * b.probability
    if design.method == "pps":
        keys = [u[0].decode() for u in cells[a.cell]]
        found = pps.Joint([u[2] for u in cells[a.cell]], quotas[a.cell].n)
        return found.of(keys.index(a.key), keys.index(b.key))
    return joint(quotas[a.cell], design.per_firm, a, b)


def check_simulation(design: Design, cells: Cells, times: int) -> None:
    """First- and second-order frequencies within |z| < 4 of the stated probabilities; nobody never drawn."""
    rules, number = design.rules("00"), counted(cells, design)
    single: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    stated: dict[str, Fraction] = {}
    quotas: dict[Any, Quota] = {}
    for at in range(times):
        seed = hashlib.sha256(b"simulated draw %d" % at).digest()
        table, rows, _ = v.select(rules, number, cells, {}, seed, [])
        quotas = {(c[0], c[1], c[2]): Quota((c[0], c[1], c[2]), int(c[3]), int(c[4]), c[5]) for c in table}
        keys = [r[0] for r in rows]
        for r in rows:
            assert stated.setdefault(r[0], Fraction(r[4])) == Fraction(r[4])
        single.update(keys)
        pairs.update(itertools.combinations(keys, 2))
    units = {
        u[0].decode(): Drawn(
            u[0].decode(), u[1].decode(), "", cell, "", stated.get(u[0].decode(), Fraction(0))
        )
        for cell, own in cells.items()
        for u in own
    }
    assert min(u.probability for u in units.values()) > 0, "a unit was never drawn"

    def z(count: int, chance: Fraction) -> float:
        if chance in (0, 1):
            return 0.0 if count == chance * times else math.inf
        p = float(chance)
        return (count - times * p) / math.sqrt(times * p * (1 - p))

    worst = max(abs(z(single[key], u.probability)) for key, u in units.items())
    assert worst < 4
    for a, b in itertools.combinations(sorted(units), 2):
        chance = pair_probability(design, cells, quotas, units[a], units[b])
        assert abs(z(pairs[a, b], chance)) < 4, (a, b, pairs[a, b] / times, float(chance))


@pytest.mark.parametrize(("name", "design", "cells"), DESIGNS, ids=[d[0] for d in DESIGNS])
def test_simulated_frequencies(name: str, design: Design, cells: Cells) -> None:
    check_simulation(design, cells, 2_000)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "design", "cells"), DESIGNS, ids=[d[0] for d in DESIGNS])
def test_simulated_frequencies_of_20000_draws(name: str, design: Design, cells: Cells) -> None:
    check_simulation(design, cells, 20_000)


def test_a_generator_that_starts_and_steps_is_caught_by_the_same_check(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The check can fail: one random start and then every k-th has the right first order and the wrong second."""

    def stepping(rules: Any, seed: bytes, cell: Any, units: list[Unit], n: int, size: int) -> Any:
        start, step = int.from_bytes(seed[:8], "big") % len(units), max(1, len(units) // n)
        chosen = {units[(start + k * step) % len(units)][0] for k in range(n)}
        return {key: ("", Fraction(n, size)) for key in chosen}, ""

    monkeypatch.setattr(v, "pick", stepping)
    with pytest.raises(AssertionError):
        check_simulation(DESIGNS[0][1], {c: u for c, u in STRATIFIED.items() if c[2] == "0"}, 2_000)
