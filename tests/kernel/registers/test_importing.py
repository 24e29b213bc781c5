"""Import of files: formats, encodings, what spreadsheets do to codes, all or good rows, and the report of the rest."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.audit.models import AuditEvent
from pinzhi.kernel.errors import Refused, RefusedRows
from pinzhi.kernel.registers import catalogue, importing
from pinzhi.kernel.registers.columns import import_columns
from pinzhi.kernel.registers.models import Entry, ImportBatch, Record
from pinzhi.kernel.transfer.writing import write_template
from tests.doors.console.conftest import CQO, firm, official, sample

pytestmark = pytest.mark.django_db
STEP = "enter_decision"


@pytest.fixture(autouse=True)
def definitions(db: None) -> None:
    catalogue.sync()


def clerk() -> Actor:
    return official("wang", "clerk", "approver")


def columns(register: str = CQO) -> dict[str, str]:
    found = catalogue.get(register)
    step = found.life.transition(STEP)
    assert step is not None
    return {column.name: column.zh for column in import_columns(found, step)}


def row(number: int, **changes: Any) -> dict[str, Any]:
    """A row by column name, as the sample says."""
    values = sample(CQO)
    return {"subject": firm(number), "region": "350100", "effective_on": "2024-05-10", **values, **changes}


def shown(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return "" if value is None else str(value)


def as_csv(
    rows: Sequence[Mapping[str, Any]], *, by_name: bool = False, encoding: str = "utf-8"
) -> io.BytesIO:
    titles = columns()
    names = [name for name in titles if any(name in r for r in rows)]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([name if by_name else titles[name] for name in names])
    writer.writerows([[shown(r.get(name)) for name in names] for r in rows])
    return io.BytesIO(out.getvalue().encode(encoding))


def run(file: io.BytesIO, mode: Any = "all", **more: Any) -> importing.Imported:
    return importing.import_rows(CQO, STEP, file, by=clerk(), mode=mode, filename="数据.csv", **more)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("by_name", [False, True])
def test_csv_in_any_encoding(encoding: str, by_name: bool) -> None:
    done = run(as_csv([row(1), row(2, enterprise_name="䶮记食品厂")], by_name=by_name, encoding=encoding))
    assert (done.outcome.rows, done.outcome.good, done.outcome.wrong) == (2, 2, 0)
    record = Record.objects.get(subject=firm(1))
    assert (record.state, record.region, str(record.valid_from)) == ("appointed", "350100", "2024-05-10")
    assert record.values["consumer_goods"] is True and record.values["enterprise_size"] == "medium"
    assert Record.objects.get(subject=firm(2)).values["enterprise_name"] == "䶮记食品厂"
    assert done.batch.status == "done" and done.batch.good == 2
    event = AuditEvent.objects.get(action__startswith="registers.")
    assert (event.action, event.count, event.detail["digest"]) == ("registers.import", 2, done.outcome.digest)


def test_the_template_filled_in_is_taken() -> None:
    register = catalogue.get(CQO)
    step = register.life.transition(STEP)
    assert step is not None
    out = io.BytesIO()
    write_template(import_columns(register, step), out)
    book = load_workbook(io.BytesIO(out.getvalue()))
    sheet = book.worksheets[0]
    names = [c.name for c in import_columns(register, step)]
    for at, number in enumerate((1, 2), start=2):
        values = row(number, enterprise_size="中型", appointed_on="2024/4/10")
        for index, name in enumerate(names, start=1):
            value = values.get(name)
            sheet.cell(at, index).value = shown(value) if isinstance(value, bool) else value
    filled = io.BytesIO()
    book.save(filled)
    done = importing.import_rows(CQO, STEP, filled, by=clerk(), filename="模板.xlsx")
    assert done.outcome.good == 2
    assert Record.objects.get(subject=firm(1)).values["appointed_on"] == "2024-04-10"


def test_json_and_json_lines() -> None:
    whole = io.BytesIO(json.dumps([row(1), row(2)], ensure_ascii=False).encode())
    assert importing.import_rows(CQO, STEP, whole, by=clerk(), filename="a.json").outcome.good == 2
    lines = "".join(json.dumps(row(n), ensure_ascii=False) + "\n" for n in (3, 4))
    done = importing.import_rows(CQO, STEP, io.BytesIO(lines.encode()), by=clerk(), filename="a.jsonl")
    assert done.outcome.good == 2 and Record.objects.count() == 4


def test_a_region_by_name_and_an_unknown_one() -> None:
    done = run(as_csv([row(1, region="福州市"), row(2, region="不存在的地方")]), mode="good")
    assert Record.objects.get().region == "350100"
    (error,) = done.outcome.errors
    assert (error.row, error.column, error.value) == (3, "地区", "不存在的地方")


def test_a_code_that_a_spreadsheet_has_lost() -> None:
    book = Workbook()
    sheet = book.active
    names = list(columns())
    sheet.append([columns()[n] for n in names])
    lost = row(1, subject=9.13501e17, mobile=13800000000, employees="３２０")
    sheet.append([shown(v) if isinstance(v := lost.get(n), bool) else v for n in names])
    kept = row(2, mobile=13800000000, employees=320.0)
    sheet.append([shown(v) if isinstance(v := kept.get(n), bool) else v for n in names])
    out = io.BytesIO()
    book.save(out)
    outcome = importing.check_rows(CQO, STEP, out, by=clerk(), filename="a.xlsx")
    assert (outcome.rows, outcome.good, outcome.wrong) == (2, 1, 1)
    assert {(e.row, e.column) for e in outcome.errors} == {(2, "统一社会信用代码")}
    assert "文本" in outcome.errors[0].right_zh
    text = as_csv([row(1, subject="9.13E+17")])
    assert "改写" in importing.check_rows(CQO, STEP, text, by=clerk(), filename="a.csv").errors[0].wrong_zh


def test_three_thousand_rows_with_thirty_seven_wrong() -> None:
    faults = [
        {"person_name": ""},
        {"employees": "many"},
        {"subject": "91350100M000100Y44"},
        {"appointed_on": "2024-02-30"},
        {"enterprise_size": "巨型"},
        {"mobile": "abc"},
        {"consumer_goods": "maybe"},
    ]
    wrong_at = {2 + 80 * i: faults[i % len(faults)] for i in range(37)}
    rows = [row(n, **wrong_at.get(n + 1, {})) for n in range(1, 3001)]
    file = as_csv(rows)
    outcome = importing.check_rows(CQO, STEP, file, by=clerk(), filename="a.csv")
    assert (outcome.rows, outcome.good, outcome.wrong) == (3000, 2963, 37)
    assert {e.row for e in outcome.errors} == set(wrong_at)
    assert all(e.column and e.wrong_zh and e.wrong_en for e in outcome.errors)
    assert not Record.objects.exists(), "a dry run writes nothing"
    with pytest.raises(RefusedRows) as refused:
        run(file)
    assert {e.row for e in refused.value.rows} == set(wrong_at)
    assert not Entry.objects.exists() and not ImportBatch.objects.exists(), "all or nothing"
    done = run(file, mode="good")
    assert Record.objects.count() == done.outcome.good == 2963
    assert len({e["row"] for e in done.batch.errors}) == 37
    assert AuditEvent.objects.filter(action__startswith="registers.").count() == 1


def test_the_same_number_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """In one chunk or in two: a natural key is found twice either way, in the dry run and in the import."""
    found = catalogue.get("f11_industry_statistics")
    values = dict(found.definition.sample)
    assert "region" in list(found.definition.key.of)
    monkeypatch.setattr(importing, "CHUNK", 2)
    rows = [
        {**values, "record_type": "industry", "region": "350000", "period": p}
        for p in ("2023", "2024", "2022", "2024")
    ]
    file = io.BytesIO(json.dumps(rows, ensure_ascii=False).encode())
    by = official("stat", "approver", region="350000")
    outcome = importing.check_rows(found.name, STEP, file, by=by, filename="a.json")
    assert (outcome.good, outcome.wrong) == (3, 1)
    done = importing.import_rows(found.name, STEP, file, by=by, mode="good", filename="a.json")
    assert (done.outcome.good, done.outcome.wrong) == (3, 1)


def test_the_same_file_twice_is_known() -> None:
    file = as_csv([row(1)])
    done = run(file)
    before = importing.imported_before(CQO, importing.digest_of(file))
    assert before is not None and before.pk == done.batch.pk
    assert importing.imported_before(CQO, "0" * 64) is None


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        ("甲,乙\n1,2\n".encode(), "headers_missing"),
        (b"PK\x03\x04nonsense", "file_kind"),
        ("统一社会信用代码,统一社会信用代码\n1,2\n".encode(), "headers_twice"),
    ],
)
def test_what_is_no_table_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        importing.check_rows(CQO, STEP, io.BytesIO(content), by=clerk(), filename="a.csv")
    assert refused.value.code == code
    assert refused.value.zh and refused.value.en


def test_rights_hold_for_every_row() -> None:
    file = as_csv([row(1), row(2, region="350200")])
    outcome = importing.check_rows(CQO, STEP, file, by=clerk(), filename="a.csv")
    assert [(e.row, "权限" in e.wrong_zh) for e in outcome.errors] == [(3, True)]


def test_a_later_step_by_number() -> None:
    run(as_csv([row(1), row(2)]))
    keys = list(Record.objects.order_by("subject").values_list("key", flat=True))
    file = io.BytesIO(("编号,理由\n" + "".join(f"{k},企业注销\n" for k in [*keys, "CQO-0"])).encode())
    done = importing.import_rows(CQO, "end", file, by=clerk(), mode="good", filename="a.csv")
    assert done.outcome.good == 2 and [e.row for e in done.outcome.errors] == [4]
    assert set(Record.objects.values_list("state", flat=True)) == {"ended"}


def test_formulas_stay_texts() -> None:
    run(as_csv([row(1, enterprise_name="=cmd|' /C calc'!A0")]))
    assert Record.objects.get().values["enterprise_name"] == "=cmd|' /C calc'!A0"


def test_record_types_by_title() -> None:
    register = catalogue.get("s13_pilots")
    types = register.definition.record_types
    assert len(types) >= 2
    step = register.life.transition(STEP)
    assert step is not None
    named = {c.name: c for c in import_columns(register, step)}
    assert named["record_type"].required and len(named["record_type"].options) == len(types)


@pytest.mark.usefixtures("nobody_answers")
def test_every_register_takes_its_own_sample() -> None:
    """The example row of every template is right by the register's own rules."""
    by = official("all", "clerk", "reviewer", "approver", region="")
    wrong = {}
    for register in catalogue.registers().values():
        step = register.life.transition(STEP)
        if step is None or step.who == ["system"]:
            continue
        values = {**importing.sample_row(register, step), "effective_on": "2024-12-31"}
        line = json.dumps([values], ensure_ascii=False, default=str)
        file = io.BytesIO(line.encode())
        outcome = importing.check_rows(register.name, STEP, file, by=by, filename="a.json")
        if outcome.good != 1:
            wrong[register.name] = [(e.column, e.value, e.wrong_en) for e in outcome.errors]
    assert not wrong


def test_a_row_that_stands_twice_is_said_and_does_not_become_two_records() -> None:
    one, other = row(701), row(702)
    found = importing.check_rows(CQO, STEP, as_csv([one, other, one]), by=clerk())
    assert (found.rows, found.good) == (3, 2) and [error.row for error in found.errors] == [4]
    assert "第 2 行" in found.errors[0].wrong_zh and found.errors[0].right_zh
    with pytest.raises(RefusedRows):
        run(as_csv([one, one]))
    assert not Record.objects.filter(register=CQO).exists()


def test_trade_by_its_title_and_identity_numbers_are_checked() -> None:
    rows = [
        row(711, trade="食品制造业"),
        row(712, trade="C15 酒、饮料和精制茶制造业"),
        row(713, trade="卖东西的"),
        row(714, id_number="350102198001010021"),
        row(715, id_number="H12345678"),
    ]
    found = importing.check_rows(CQO, STEP, as_csv(rows), by=clerk())
    assert [(error.row, error.column) for error in found.errors] == [
        (4, "行业代码（GB/T 4754）"),
        (5, "身份证件号码"),
    ]
    assert "350102198001010021" not in str(found.errors[1].as_dict())
    run(as_csv(rows[:2]))
    assert sorted(r.values["trade"] for r in Record.objects.filter(register=CQO)) == ["14", "15"]
