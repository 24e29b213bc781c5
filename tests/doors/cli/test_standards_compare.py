"""pinzhi standards compare: pairs of a table as JSON Lines."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from pinzhi.doors.cli.standards import app

TABLE = """标准编号,指标,量的种类,限值,单位,适用产品,试验方法
GB 1-2020,甲醛,含量,≤20 mg/kg,,纺织品,GB/T 2912.1
EN 2:2020,甲醛,含量,≤75,ppm,纺织品,ISO 14184-1
EN 3:2020,甲醛,含量,≤75,mg/L,纺织品,ISO 14184-1
EN 4:2020,甲醛,干燥器值,≤0.5 mg/L,,人造板,JIS A 1460
"""


def test_pairs_and_wrong_rows(tmp_path: Path) -> None:
    file = tmp_path / "limits.csv"
    file.write_text(TABLE, encoding="utf-8")
    result = CliRunner().invoke(app, ["compare", str(file)])
    assert result.exit_code == 0, result.output
    lines = [json.loads(line) for line in result.output.splitlines()]
    assert lines[0] == {"row": 3, "ok": False, "error": lines[0]["error"]}
    assert lines[0]["error"]["code"] == "wrong_unit"
    found = {(line["a"], line["b"]): (line["relation"], line["code"]) for line in lines[1:]}
    assert found == {
        (1, 2): ("stricter", "inside"),
        (1, 4): ("incomparable", "quantity_kind"),
        (2, 4): ("incomparable", "quantity_kind"),
    }
