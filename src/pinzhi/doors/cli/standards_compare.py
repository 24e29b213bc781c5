"""``pinzhi standards compare``: limits of a table held against one another, without a database."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from itertools import combinations
from pathlib import Path
from typing import Annotated, Any

import typer

import pinzhi
from pinzhi.rules import yaml_text

FOLDER = Path(pinzhi.__file__).parent / "catalogue" / "standards"
FILES = ("units", "quantities", "methods", "analytes", "scopes")


def compare(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="CSV：每行一项限值 · one limit a row")
    ],
    same_time: Annotated[
        bool, typer.Option(help="只比较有效期有重合的 · only limits in force at the same time")
    ] = True,
) -> None:
    """比较一个表中同一指标的限值，输出 JSON Lines · Compare all limits of one indicator in a table; print JSON Lines.

    Columns by their Chinese or English names: 标准编号 (edition, doc), 指标 (indicator), 量的种类 (quantity_kind), 限值 (limit) or
    comparator, low, high, unit; 适用产品 (product_scope), 类别 (class), 取值方式 (aggregate), 试验方法 (test_method), 条件, 实施日期,
    废止日期. Each pair gives rows a and b (counted from 1 below the head), relation (stricter, equal, laxer, incomparable; read
    from a to b), code, zh, en, caveats. A row that cannot be read gives row and error. Exit code 0 in either case.
    """
    from pinzhi.rules.standards.limits import Limit, LimitError, Vocabulary, limit_of_row
    from pinzhi.rules.standards.limits import compare as verdict_on

    words = Vocabulary.build(
        *(yaml_text.load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8")) for name in FILES)
    )
    groups: dict[str, list[tuple[int, Limit]]] = defaultdict(list)
    with file.open(encoding="utf-8-sig", newline="") as stream:
        for number, row in enumerate(csv.DictReader(stream), 1):
            try:
                limit = limit_of_row({k: v for k, v in row.items() if k}, words)
            except LimitError as error:
                what = {"code": error.code, "place": error.place, "zh": error.zh, "en": error.en}
                _say({"row": number, "ok": False, "error": what})
            else:
                groups[words.analyte(limit.analyte).key].append((number, limit))
    for limits in groups.values():
        for (first, one), (second, other) in combinations(limits, 2):
            found = verdict_on(one, other, words, same_time=same_time)
            _say(
                {
                    "a": first,
                    "b": second,
                    "relation": found.relation,
                    "code": found.code,
                    "zh": found.zh,
                    "en": found.en,
                    "caveats": list(found.caveats),
                }
            )


def _say(answer: dict[str, Any]) -> None:
    typer.echo(json.dumps(answer, ensure_ascii=False))
