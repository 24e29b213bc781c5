"""The ASEM connectivity index of the R package COINr, stage by stage: min-max scores and weighted means."""

from __future__ import annotations

import csv
from decimal import Decimal

import pytest
from tests.shared import SHARED

from pinzhi.rules.appraisal.ranking import appraise
from pinzhi.rules.appraisal.scoring import Criterion, scores

FOLDER = SHARED / "data" / "civic" / "coinr"
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the COINr data are not here")


def rows(name):
    with (FOLDER / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def value(text):
    return None if text in ("", "NA") else Decimal(text)


def column(table, code):
    return {row["UnitCode"]: value(row[code]) for row in table}


@pytest.fixture(scope="module")
def meta():
    return rows("golden_IndMeta.csv")


def criterion(code, weight="1", direction="up"):
    return Criterion(code, Decimal(weight), "min_max", direction)


def test_min_max_scores(meta):
    treated, golden = rows("golden_Treated.csv"), rows("golden_Normalised.csv")
    compared = 0
    for indicator in meta:
        code = indicator["IndCode"]
        direction = "up" if Decimal(indicator["Direction"]) > 0 else "down"
        found = scores(criterion(code, direction=direction), column(treated, code))
        for unit, expected in column(golden, code).items():
            assert (found[unit] is None) == (expected is None)
            if expected is not None:
                assert abs(found[unit] - expected) < Decimal("1e-9")
                compared += 1
    assert compared > 2400


def test_weighted_means_level_by_level():
    structure, golden = rows("golden_structure.csv"), rows("golden_Aggregated.csv")
    weights = {row["Code"]: row["Weight"] for row in rows("golden_weights.csv")}
    normalised = rows("golden_Normalised.csv")
    scored = {row["IndCode"]: column(normalised, row["IndCode"]) for row in structure}
    parents = [("IndCode", "Agg1"), ("Agg1", "Agg2"), ("Agg2", "Agg3")]
    for child, parent in parents:
        members: dict[str, list[str]] = {}
        for row in structure:
            group = members.setdefault(row[parent], [])
            if row[child] not in group:
                group.append(row[child])
        for code, codes in members.items():
            table = appraise(
                [criterion(c, weights[c]) for c in codes],
                {c: scored[c] for c in codes},
                missing="reweight",
                digits=9,
            )
            scored[code] = {row.unit: row.score for row in table.rows}
            for unit, expected in column(golden, code).items():
                assert abs(scored[code][unit] - expected) < Decimal("1e-6")
    ranks = {row["UnitCode"]: int(row["Index"]) for row in rows("golden_Results_ranks.csv")}
    index = appraise([criterion("Index")], {"Index": scored["Index"]}, missing="reweight", digits=6)
    assert {row.unit: row.rank for row in index.rows} == ranks
