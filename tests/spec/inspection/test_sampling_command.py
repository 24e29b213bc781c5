"""`pinzhi sampling`: a line for each line, whatever is in it; neither Django nor a database."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from pinzhi.doors.cli import sampling
from pinzhi.rules import law
from pinzhi.rules.inspection.acceptance import tables
from pinzhi.rules.inspection.estimates import ask

CATALOGUE = sampling.CATALOGUE
TABLES = tables.parse(
    yaml.safe_load((CATALOGUE / "inspection/gbt2828_1_2012.yaml").read_text(encoding="utf-8"))
)
LAW = law.parse(yaml.safe_load((CATALOGUE / "law/net_content.yaml").read_text(encoding="utf-8")))
ANSWERS = {
    "single": lambda asked: sampling._single(TABLES, asked),
    "oc": sampling._oc,
    "find": sampling._find,
    "net-content": lambda asked: sampling._net_content(LAW, asked),
    "estimate": lambda asked: ask.answer(asked, sampling._columns(asked, {})),
}


def run(command: str, *lines: object, args: tuple[object, ...] = ()) -> tuple[int, list[dict]]:
    text = "\n".join(
        line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines
    )
    done = subprocess.run(
        [sys.executable, "-m", "pinzhi.doors.cli.main", "sampling", command, *map(str, args)],
        input=text.encode(),
        capture_output=True,
        env={**os.environ, "LANG": "en_GB.UTF-8"},
    )
    assert b"Traceback" not in done.stderr, done.stderr
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


def line(command: str, asked: object) -> dict:
    raw = asked if isinstance(asked, bytes) else json.dumps(asked, ensure_ascii=False).encode()
    return sampling._line(raw, ANSWERS[command])


def test_a_line_for_each_line_and_a_status():
    status, answers = run(
        "single",
        {"id": 7, "lot_size": 1000, "level": "II", "aql": 1.0, "severity": "normal"},
        "",
        {"lot_size": 1000, "aql": 1.2},
        "no json",
        {"code_letter": "A", "aql": "0.010", "severity": "加严"},
    )
    assert status == 1
    assert [a["ok"] for a in answers] == [True, False, False, True]
    assert {k: answers[0][k] for k in ("id", "code_letter", "n", "ac", "re")} == {
        "id": 7,
        "code_letter": "J",
        "n": 80,
        "ac": 2,
        "re": 3,
    }
    assert answers[1]["error"]["field"] == "aql" and answers[1]["error"]["zh"] and answers[1]["error"]["en"]
    assert (answers[3]["code_letter"], answers[3]["code_letter_asked"], answers[3]["n"]) == ("R", "A", 2000)


def test_all_answered_is_status_0():
    status, answers = run(
        "oc",
        {"type": "hypergeom", "N": 1000, "n": 50, "c": 1, "pd": 0.02},
        {"type": "泊松", "n": 2, "c": 0, "pd": 1.5},
    )
    assert status == 0
    assert answers[0]["pa"] == pytest.approx(0.7360425584198441, abs=1e-12)
    assert answers[1]["pa"] == pytest.approx(0.04978706836786394, abs=1e-12)


def test_a_file_instead_of_standard_input(tmp_path: Path):
    file = tmp_path / "asked.jsonl"
    file.write_bytes(b"\xef\xbb\xbf" + b'{"type": "binomial", "prp": 0.01, "crp": 0.05}\r\n')
    status, answers = run("find", args=(file,))
    assert status == 0 and (answers[0]["n"], answers[0]["c"]) == (132, 3)
    status, answers = run("find", args=(tmp_path / "none",))
    assert status == 1 and not answers


def test_neither_django_nor_a_database_is_loaded():
    program = (
        "import sys; sys.argv = ['pinzhi', 'sampling', 'single']\nfrom pinzhi.doors.cli.main import main\n"
        "try:\n main()\nexcept SystemExit:\n pass\n"
        "print('django' in sys.modules, 'psycopg' in sys.modules, file=sys.stderr)"
    )
    before = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", program],
        input='{"lot_size": 500, "aql": 1}',
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin"},
    )
    assert done.stderr.split() == ["False", "False"], done.stderr
    assert json.loads(done.stdout)["n"] == 50
    assert time.monotonic() - before < 10


ASKED = [
    (
        "oc",
        {"type": "binomial", "n": 50, "c": 1, "pd": [0, 0.02, 1]},
        {"pa": [1.0, pytest.approx(0.73577139), 0.0]},
    ),
    (
        "oc",
        {"type": "hypergeom", "N": 100, "n": 10, "c": 0, "D": 5},
        {"pa": pytest.approx(0.58375237), "D": 5},
    ),
    ("oc", {"type": "binomial", "n": 50, "c": 1, "pd": "2%"}, {"pa": pytest.approx(0.73577139)}),
    ("oc", {"type": "binomial", "n": 50, "c": 1, "p": 0.02}, {"pa": pytest.approx(0.73577139)}),
    ("single", {"lot": 1000, "aql": 1}, {"n": 80, "ac": 2, "level": "II"}),
    ("single", {"N": 1000, "aql": 1}, {"n": 80, "ac": 2, "level": "II"}),
    ("oc", {"type": "binomial", "n": 5, "c": 6, "pd": 0.1}, "c"),
    ("oc", {"type": "hypergeom", "N": 5, "n": 6, "c": 0, "pd": 0.1}, "n"),
    ("oc", {"type": "hypergeom", "n": 6, "c": 0, "pd": 0.1}, "N"),
    ("oc", {"type": "binomial", "n": 5, "c": 0, "pd": 1.5}, "pd"),
    ("oc", {"type": "binomial", "n": 5, "c": 0}, "pd"),
    ("oc", {"type": "binomial", "n": 5, "c": 0, "pd": []}, "pd"),
    ("oc", {"type": "normal", "n": 5, "c": 0, "pd": 0.1}, "type"),
    ("oc", {"type": "poisson", "n": 5, "c": 0, "pd": -1}, "pd"),
    ("find", {"type": "binomial", "prp": [0.01, 0.95], "crp": [0.05, 0.1]}, {"n": 132, "c": 3}),
    ("find", {"type": "hypergeom", "prp": 0.01, "crp": 0.05, "N": 1000}, {"n": 128, "c": 3}),
    ("find", {"type": "hypergeom", "prp": 0.01, "crp": 0.05}, "N"),
    ("find", {"type": "binomial", "prp": 0.05, "crp": 0.01}, "crp"),
    ("find", {"type": "binomial", "prp": 0.01, "crp": 0.05, "alpha": 0}, "alpha"),
    ("find", {"type": "binomial", "prp": 0.01, "crp": 0.05, "beta": 2}, "beta"),
    ("find", {"type": "binomial", "crp": 0.05}, "prp"),
    (
        "net-content",
        {"nominal": "500 g", "lot_size": 2, "values": [480, 500], "on": "2024-05-01"},
        {"verdict": "fail", "t1": 1, "t1_items": [1], "t2": 0, "provisional": False, "t": 15.0},
    ),
    (
        "net-content",
        {"nominal": "500 g", "lot_size": 1, "values": [500]},
        {"verdict": "pass", "provisional": True},
    ),
    ("net-content", {"nominal": "500 g", "lot_size": 1, "values": [500], "on": "yesterday"}, "on"),
    (
        "estimate",
        {"rows": [{"y": 1, "w": 2}, {"y": 3, "w": 2}], "of": "y", "weights": "w"},
        {"estimate": 2.0, "se": pytest.approx(1.0), "df": 1},
    ),
    ("estimate", {"rows": [{"y": 1}, {"y": "high"}], "of": "y"}, "of"),
    ("estimate", {"rows": [{"y": 1}, {"y": None}], "of": "y"}, "y"),
    ("estimate", {"rows": [{"y": 1}], "of": ["y"]}, "of"),
    ("estimate", {"data": "/no/such/file.csv", "of": "y"}, "data"),
    ("estimate", {"of": "y"}, "data"),
]


@pytest.mark.parametrize(("command", "asked", "expected"), ASKED)
def test_answers(command, asked, expected):
    found = line(command, asked)
    if isinstance(expected, str):
        assert not found["ok"] and found["error"]["field"] == expected
    else:
        assert found["ok"], found
        assert {key: found[key] for key in expected} == expected


def test_estimates_from_a_file_by_group(tmp_path: Path):
    file = tmp_path / "批次.csv"
    file.write_text(
        "﻿层,结果,权\n甲,合格,10\n甲,不合格,10\n甲,合格,10\n乙,合格,2\n乙,合格,2\n乙,,2\n", encoding="utf-8"
    )
    asked = {
        "data": str(file),
        "what": "share",
        "of": "结果",
        "equals": "合格",
        "weights": "权",
        "strata": "层",
    }
    assert line("estimate", asked)["error"]["field"] == "合格"  # one result is missing
    found = line("estimate", {**asked, "skip_missing": True})
    assert found["estimate"] == pytest.approx(24 / 34) and found["rows"] == 5
    groups = line("estimate", {**asked, "skip_missing": True, "by": "层"})["groups"]
    assert groups["甲"]["estimate"] == pytest.approx(2 / 3) and groups["乙"]["estimate"] == 1
    file.write_text("a,b\n1\n", encoding="utf-8")
    assert "2" in line("estimate", {"data": str(file), "of": "a"})["error"]["en"]


fields = st.sampled_from(
    [
        "lot_size",
        "code_letter",
        "level",
        "aql",
        "severity",
        "plan",
        "type",
        "N",
        "n",
        "c",
        "D",
        "pd",
        "prp",
        "crp",
        "alpha",
        "beta",
        "nominal",
        "unit",
        "kind",
        "values",
        "gross",
        "tare",
        "tare_sample",
        "density",
        "on",
        "rows",
        "of",
        "to",
        "what",
        "by",
        "where",
        "weights",
        "strata",
        "clusters",
        "population",
        "method",
        "confidence",
        "id",
    ]
)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-10, 3000)
    | st.floats(allow_nan=False, allow_infinity=False, min_value=-1e6, max_value=1e6)
    | st.sampled_from(
        ["II", "K", "binomial", "hypergeom", "poisson", "500 g", "5%", "mean", "share", "a", "2024-01-01", ""]
    )
    | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("ab"), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(sorted(ANSWERS)), st.dictionaries(fields, values, max_size=7))
@settings(deadline=None, max_examples=150)
def test_whatever_is_asked_is_answered_or_refused(command, asked):
    found = line(command, asked)
    json.dumps(found)
    assert found["ok"] in (True, False)
    if not found["ok"]:
        assert found["error"]["zh"] and found["error"]["en"]


@given(st.binary(max_size=40))
def test_any_bytes_are_answered(raw):
    assert line("single", raw)["ok"] is False


@pytest.mark.parametrize("value", ["inf", "-Infinity", "nan", "1e400", 10**400])
@pytest.mark.parametrize("column", ["y", "w"])
def test_what_is_no_finite_number_is_named_and_never_answered(value, column):
    """An answer with Infinity or NaN in it would not even be JSON."""
    rows = [{"y": 1, "w": 2, column: value}, {"y": 3, "w": 2}]
    found = line("estimate", {"rows": rows, "of": "y", "weights": "w"})
    assert not found["ok"] and (found["error"]["field"], "1" in found["error"]["en"]) == (
        {"y": "of", "w": "weights"}[column],
        True,
    )
