"""``pinzhi sampling …``: sampling plans, their operating characteristic, and the verdict on net content.

JSON Lines in, JSON Lines out, a line each, so that a script can ask for many at once. Neither database nor settings.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import sys
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import typer

import pinzhi
from pinzhi.doors.cli import terminal
from pinzhi.kernel import clock
from pinzhi.rules import yaml_text
from pinzhi.rules.inspection.acceptance import names, oc, search, tables
from pinzhi.rules.inspection.errors import InputError

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="抽样方案（JSON 行） · Sampling plans, JSON Lines in and out.",
)
CATALOGUE = Path(pinzhi.__file__).parent / "catalogue"
LARGEST = 10**9
"""Lots and samples beyond this are refused: no such lot is inspected, and the sums would take minutes."""
MOST_POINTS = 10_000

ALIASES = {
    "N": "lot_size",
    "lot": "lot_size",
    "batch_size": "lot_size",
    "letter": "code_letter",
    "p": "pd",
    "prq": "prp",
    "crq": "crp",
    "qn": "nominal",
    "Qn": "nominal",
    "contents": "values",
    "date": "on",
}
"""Other names that people use for a field; the field's own name goes first."""

Answer = Callable[[Mapping[str, Any]], dict[str, Any]]
File = Annotated[Path | None, typer.Argument(help="JSON Lines; without it, or for -, standard input.")]


@app.command()
def single(file: File = None) -> None:
    """GB/T 2828.1 一次抽样方案 · Single plan of GB/T 2828.1-2012 for a lot.

    A line: {"lot_size": 1000, "level": "II", "aql": 1.0, "severity": "normal"}, or code_letter instead of lot_size.
    The answer: code_letter (after the arrows), code_letter_asked, n, ac, re; full_inspection where the sample is not
    smaller than the lot. Exit code 0: every line was answered; 1: some were refused, each with its own line.
    """
    with (CATALOGUE / "inspection" / "gbt2828_1_2012.yaml").open(encoding="utf-8") as stream:
        catalogue = tables.parse(yaml_text.load(stream))
    _each(file, lambda asked: _single(catalogue, asked))


@app.command("oc")
def oc_(file: File = None) -> None:
    """抽检特性：接收概率 · Probability of acceptance.

    A line: {"type": "binomial", "n": 50, "c": 1, "pd": 0.02}; hypergeom needs N too, and takes the nearest whole
    number of nonconforming items to N times pd (or D itself); poisson reads pd as nonconformities an item. pd may be
    a list. Exit code 0: every line was answered; 1: some were refused.
    """
    _each(file, _oc)


@app.command()
def find(file: File = None) -> None:
    """求最小抽样方案 · The least plan for two points.

    A line: {"type": "binomial", "prp": 0.01, "crp": 0.05, "alpha": 0.05, "beta": 0.10}; hypergeom needs N. The answer
    has the least n, and with it c, with acceptance at least 1 - alpha at prp and at most beta at crp. Exit code 0:
    every line was answered; 1: some were refused.
    """
    _each(file, _find)


@app.command("net-content")
def net_content(file: File = None) -> None:
    """定量包装净含量判定 · Net content of prepackaged goods (JJF 1070).

    A line: {"nominal": "500 g", "lot_size": 200, "values": […], "on": "2024-05-01"}; instead of values gross with tare
    or tare_sample, and density where a volume was weighed. on: day of the inspection, today where none is said. The
    answer: verdict, the test of the mean, counts of T1 and T2 shortages, provisional where the table has lapsed.
    Exit code 0: every line was answered; 1: some were refused.
    """
    from pinzhi.rules import law as rules

    with (CATALOGUE / "law" / "net_content.yaml").open(encoding="utf-8") as stream:
        law = rules.parse(yaml_text.load(stream))
    _each(file, lambda asked: _net_content(law, asked))


@app.command()
def estimate(file: File = None) -> None:
    """总体估计：均值、总量、比例、比率 · Estimates from a sample with its design.

    A line: {"data": "batches.csv", "what": "share", "of": "result", "equals": "pass", "weights": "weight", "strata":
    "stratum", "clusters": "firm", "population": "firms_of_stratum", "by": "trade"}; rows (a list of objects) instead
    of data. what: mean, total, share, count, or ratio (of, to). strata, clusters and population name a column, or one
    for each stage. where, by, lonely (fail, certainty, adjust, average), nest, unequal, post_stratify ({by, totals}), rake (a
    list of these), skip_missing,
    confidence, method (beta, logit, asin, mean, likelihood, wilson) and deff are understood. Exit code 0: every line
    was answered; 1: some were refused.
    """
    from pinzhi.rules.inspection.estimates import ask

    tables_read: dict[str, dict[str, list[Any]]] = {}
    _each(file, lambda asked: ask.answer(asked, _columns(asked, tables_read)))


def _single(catalogue: tables.Tables, asked: Mapping[str, Any]) -> dict[str, Any]:
    plan, level = tables.look_up(catalogue, asked)
    found = {
        "code_letter": plan.code_letter,
        "code_letter_asked": plan.asked_letter,
        "n": plan.n,
        "ac": plan.ac,
        "re": plan.re,
        "aql": plan.aql,
        "severity": plan.severity,
        "full_inspection": plan.full_inspection,
        "n_table": plan.n_table,
        "standard": catalogue.standard,
    }
    return found if level is None else {**found, "level": level}


def _oc(asked: Mapping[str, Any]) -> dict[str, Any]:
    kind = names.kind(_needed(asked, "type"))
    n = names.whole(_needed(asked, "n"), "n", 1, LARGEST)
    c = names.whole(_needed(asked, "c"), "c", 0, LARGEST)
    if c > n and kind != "poisson":
        raise InputError(
            "c", f"接收数 {c} 大于样本量 {n}。", f"An acceptance number of {c} exceeds the sample of {n}."
        )
    if kind == "hypergeom":
        return _oc_of_a_lot(asked, n, c)
    said = _needed(asked, "pd")
    qualities = [
        names.share(p, "pd", None if kind == "poisson" else 1)
        for p in (said if isinstance(said, list) else [said])
    ]
    if any(n * p > LARGEST for p in qualities):
        raise InputError("pd", "n × pd 过大。", "n times pd is too large.")
    found = [oc.acceptance(kind, n, c, p).accepted for p in _few(qualities)]
    return {"pa": found if isinstance(said, list) else found[0]}


def _oc_of_a_lot(asked: Mapping[str, Any], n: int, c: int) -> dict[str, Any]:
    lot = names.whole(_needed(asked, "N"), "N", 1, LARGEST)
    if n > lot:
        raise InputError("n", f"样本量 {n} 大于批量 {lot}。", f"A sample of {n} exceeds the lot of {lot}.")
    if asked.get("D") is not None:
        bad = names.whole(asked["D"], "D", 0, lot)
        return {"pa": oc.hypergeometric(lot, n, c, bad).accepted, "D": bad}
    said = _needed(asked, "pd")
    many = _few([names.share(p, "pd") for p in (said if isinstance(said, list) else [said])])
    bads = [oc.nonconforming_of(lot, p) for p in many]
    found = [oc.hypergeometric(lot, n, c, bad).accepted for bad in bads]
    return {"pa": found, "D": bads} if isinstance(said, list) else {"pa": found[0], "D": bads[0]}


def _find(asked: Mapping[str, Any]) -> dict[str, Any]:
    kind = names.kind(_needed(asked, "type"))
    alpha = names.risk(_or(asked.get("alpha"), "0.05"), "alpha")
    beta = names.risk(_or(asked.get("beta"), "0.10"), "beta")
    top = None if kind == "poisson" else 1
    # A point may also be given with its own probability of acceptance: [0.01, 0.95].
    producer, alpha = _point(_needed(asked, "prp"), "prp", top, alpha, lambda pa: 1 - pa)
    consumer, beta = _point(_needed(asked, "crp"), "crp", top, beta, lambda pa: pa)
    lot = names.whole(_needed(asked, "N"), "N", 2, LARGEST) if kind == "hypergeom" else None
    found = search.find(kind, producer, consumer, alpha, beta, lot)
    return {
        "n": found.n,
        "c": found.c,
        "pa_prp": found.accepted_at_producer,
        "pa_crp": found.accepted_at_consumer,
    }


def _net_content(law: Any, asked: Mapping[str, Any]) -> dict[str, Any]:
    from pinzhi.rules.inspection import net_content as rule

    found = rule.inspect(asked, law.as_of(_day(asked.get("on"))))
    mean = found.mean
    return {
        "verdict": "pass" if found.passed else "fail",
        "provisional": found.provisional,
        "kind": found.kind,
        "unit": found.unit,
        "n": found.plan.n,
        "mean_test": {
            "required": mean.factor is not None,
            "passed": mean.passed,
            "mean": float(mean.mean),
            "s": mean.deviation,
            "lambda": None if mean.factor is None else float(mean.factor),
            "limit": mean.limit,
        },
        "t": float(found.tolerable),
        "t1": len(found.t1),
        "t1_allowed": found.plan.allowed_t1,
        "t1_items": [i + 1 for i in found.t1],
        "t2": len(found.t2),
        "t2_allowed": found.plan.allowed_t2,
        "t2_items": [i + 1 for i in found.t2],
        "sources": list(found.sources),
    }


def _columns(asked: Mapping[str, Any], read: dict[str, dict[str, list[Any]]]) -> dict[str, list[Any]]:
    """The data of a question: rows given with it, or a CSV file, read once."""
    rows = asked.get("rows")
    if isinstance(rows, list) and rows and all(isinstance(row, dict) for row in rows):
        return {
            str(key): [row.get(key) for row in rows] for key in dict.fromkeys(k for row in rows for k in row)
        }
    name = asked.get("data")
    if not isinstance(name, str):
        raise InputError("data", "请给出 data（CSV 文件）或 rows。", "Give data (a CSV file) or rows.")
    if name not in read:
        try:
            with Path(name).open(encoding="utf-8-sig", newline="") as stream:
                lines = list(csv.reader(stream))
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(
                "data", f"{name}：无法读取（{error}）。", f"{name}: cannot be read ({error})."
            ) from None
        heads, body = (lines[0], lines[1:]) if lines else ([], [])
        if wrong := next((at for at, row in enumerate(body, 2) if len(row) != len(heads)), None):
            raise InputError(
                "data", f"{name} 第 {wrong} 行的列数不对。", f"Line {wrong} of {name} has other columns."
            )
        read[name] = {head: [row[at] for row in body] for at, head in enumerate(heads)}
    return read[name]


def _each(file: Path | None, answer: Answer) -> None:
    """Answer each line; a line that cannot be answered is answered with what is wrong with it."""
    refused = False
    try:
        stream = sys.stdin.buffer if file is None or str(file) == "-" else file.open("rb")
    except OSError as error:
        terminal.fail(
            f"{file}：无法读取（{error.strerror}）。", f"{file}: cannot be read ({error.strerror})."
        )
    with stream:
        for raw in stream:
            if not raw.strip():
                continue
            result = _line(raw, answer)
            refused = refused or not result["ok"]
            sys.stdout.write(json.dumps(result, ensure_ascii=False) + "\n")
            sys.stdout.flush()
    if refused:
        raise typer.Exit(terminal.REFUSED)


def _is_json(result: dict[str, Any]) -> bool:
    """Whether JSON can say it: numbers so large that they ran over are infinite, and JSON has no infinity."""
    try:
        json.dumps(result, allow_nan=False)
    except ValueError:
        return False
    return True


def _line(raw: bytes, answer: Answer) -> dict[str, Any]:
    given: dict[str, Any] = {}
    try:
        asked = json.loads(raw.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_no_constant)
    except (ValueError, ArithmeticError, RecursionError) as error:
        return _wrong(given, f"不是有效的 JSON：{error}", f"Not valid JSON: {error}")
    if not isinstance(asked, dict):
        return _wrong(given, "每行应当是一个 JSON 对象。", "Each line is a JSON object.")
    asked = {**{ALIASES[key]: value for key, value in asked.items() if key in ALIASES}, **asked}
    if isinstance(asked.get("id"), str | int):
        given = {"id": asked["id"]}
    try:
        result = {"ok": True, **given, **answer(asked)}
    except InputError as error:
        return _wrong(given, error.zh, error.en, error.field)
    except (ArithmeticError, TypeError, ValueError, MemoryError) as error:
        # One odd line must not cost a script the answers to the others.
        return _wrong(given, f"无法计算：{error}", f"This cannot be computed: {error}")
    if not _is_json(result):
        return _wrong(given, "结果超出可表示的范围。", "The result is beyond what can be represented.")
    return result


def _wrong(given: dict[str, Any], zh: str, en: str, field: str | None = None) -> dict[str, Any]:
    return {"ok": False, **given, "error": {"zh": zh, "en": en, "field": field or None}}


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number")


def _needed(asked: Mapping[str, Any], field: str) -> Any:
    if asked.get(field) is None:
        raise InputError(field, f"缺少 {field}。", f"{field} is missing.")
    return asked[field]


def _or(value: Any, default: str) -> Any:
    return default if value is None else value


def _few(values: list[Decimal]) -> list[Decimal]:
    if not values or len(values) > MOST_POINTS:
        raise InputError(
            "pd", f"pd 应当有 1 到 {MOST_POINTS} 个值。", f"pd has from 1 to {MOST_POINTS} values."
        )
    return values


def _point(
    said: Any, field: str, top: int | None, risk: Decimal, of: Callable[[Decimal], Decimal]
) -> tuple[Decimal, Decimal]:
    if isinstance(said, list):
        if len(said) != 2:
            raise InputError(
                field,
                "应当是质量，或 [质量, 接收概率]。",
                "Give a quality, or [quality, probability of acceptance].",
            )
        said, risk = said[0], of(names.risk(said[1], field))
    return names.share(said, field, top), risk


def _day(said: Any) -> dt.date:
    if said is None:
        return clock.today()
    try:
        return dt.date.fromisoformat(names.text(said))
    except ValueError:
        raise InputError(
            "on", f"“{said}”不是日期（年-月-日）。", f"'{said}' is not a day (YYYY-MM-DD)."
        ) from None
