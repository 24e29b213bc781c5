"""The field type `table`: from what is typed, pasted or imported to what is kept, shown, exported and proved."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.http import QueryDict
from django.template import engines
from django.utils.datastructures import MultiValueDict
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from pinzhi.kernel.registers import catalogue, keys, sequencer
from pinzhi.kernel.registers.columns import field_column
from pinzhi.kernel.registers.console.forms import data_of, raw_of
from pinzhi.kernel.registers.definitions import CatalogueError, FieldDef, parse_register
from pinzhi.kernel.registers.values import Wrong, clean, clean_value
from pinzhi.kernel.registers.wrong import WrongCells
from pinzhi.kernel.transfer.reading import open_table
from pinzhi.kernel.transfer.writing import csv_chunks, jsonl_chunks, table_schema, write_xlsx
from pinzhi.kernel.web.forms import RecordForm, form_for
from pinzhi.kernel.web.values import field_html, value_text
from pinzhi.rules.proof.canonical import canonical, plain
from pinzhi.rules.proof.verify import Mirror, check_record, check_register, parse_key
from tests.kernel.web.test_forms import LIFE

TABLE: dict[str, Any] = {
    "name": "indicators",
    "title": {"zh": "指标", "en": "Indicators"},
    "type": "table",
    "constraints": {"required": True, "maxLength": 30},
    "columns": [
        {
            "name": "indicator",
            "title": {"zh": "指标名称", "en": "Indicator"},
            "constraints": {"required": True, "maxLength": 60},
        },
        {
            "name": "limit",
            "title": {"zh": "限值", "en": "Limit"},
            "type": "number",
            "unit": "mg/kg",
            "constraints": {"minimum": 0},
        },
        {
            "name": "grade",
            "title": {"zh": "类别", "en": "Class"},
            "options": [
                {"value": "a", "zh": "甲类", "en": "Class A"},
                {"value": "b", "zh": "乙类", "en": "B"},
            ],
        },
        {"name": "checked", "title": {"zh": "已检", "en": "Checked"}, "type": "boolean"},
    ],
}
FIELD = FieldDef.model_validate(TABLE)
ROWS = [
    {"indicator": "甲醛", "limit": "20", "grade": "a", "checked": True},
    {"indicator": "铅 | 镉", "limit": "0.5"},
]


def definition(table: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    name = {"name": "product", "title": {"zh": "产品", "en": "Product"}, "constraints": {"required": True}}
    return {
        "register": "t",
        "title": {"zh": "册", "en": "Register"},
        "purpose": {"zh": "试", "en": "Test"},
        "function": "quality",
        "about": "none",
        "key": {"prefix": "T"},
        "lifecycle": "t",
        "publicity": {"private": "never"},
        "fields": [name, table or TABLE],
        **more,
    }


def test_one_picture_whatever_the_form_it_comes_in() -> None:
    by_title = [
        {"指标名称": "甲醛", "Limit": 20, "类别": "甲类", "已检": "是"},
        {"指标名称": "铅 | 镉", "限值": "0.50"},
    ]
    for raw in (
        ROWS,
        by_title,
        json.dumps(ROWS, ensure_ascii=False),
        json.dumps(by_title),
        [{}, ROWS[0], {"indicator": " "}, {**ROWS[1], "grade": "", "checked": None}],
    ):
        assert clean_value(FIELD, raw) == ROWS
    lines = "甲醛 | 20 | 甲类 | 是\n\n| 铅 | 0,5 |"
    assert clean_value(FIELD, lines) == [ROWS[0], {"indicator": "铅", "limit": "5"}]
    assert clean_value(FIELD, "甲醛\t20\ta\t1\r\n铅\t0.5") == [ROWS[0], {"indicator": "铅", "limit": "0.5"}]
    assert clean_value(FIELD, {"indicator": "甲醛"}) == [{"indicator": "甲醛"}]
    for blank in ([], "", " ", [{}], [{"indicator": " ", "limit": ""}], "[]"):
        assert clean_value(FIELD, blank) is None


def test_every_wrong_cell_is_named_by_row_and_column() -> None:
    rows = [
        {"indicator": "甲醛", "limit": "20"},
        {},
        {"indicator": "铅", "limit": "很少", "grade": "丙"},
        {"limit": "-1"},
    ]
    with pytest.raises(WrongCells) as caught:
        clean_value(FIELD, rows)
    assert caught.value.places == {(3, "limit"), (3, "grade"), (4, "indicator"), (4, "limit")}
    found = parse_register(definition(), LIFE).definition
    kept, errors = clean(found, {"product": "童装", "indicators": rows}, row=7)
    assert "indicators" not in kept and {(e.row, e.column) for e in errors} == {(7, "指标")}
    said = {e.wrong_zh: (e.value, e.right_zh, e.wrong_en) for e in errors}
    assert said["第3行“限值”应为数字"][0] == "很少" and "row 3, Limit" in said["第3行“限值”应为数字"][2]
    assert "甲类、乙类" in said["第3行“类别”不在可选范围内"][1]
    assert "第4行“指标名称”必填" in said and "第4行“限值”不应小于 0" in said


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        ("[1, 2]", "第1行"),
        ("[{", "不是表格"),
        (7, "不是表格"),
        ([["甲醛", "20"]], "第1行"),
        ([{"indicator": "甲醛", "颜色": "红"}], "颜色"),
        ("甲醛 | 20 | a | 是 | 多了", "5格"),
        ([{"indicator": f"指标{n}"} for n in range(31)], "超过30行"),
        ([{"indicator": ["甲", "乙"]}], "只能填一个值"),
        ("[" * 3000, "不是表格"),
    ],
)
def test_what_is_no_such_table_is_refused_with_place_and_remedy(raw: Any, word: str) -> None:
    with pytest.raises(Wrong) as caught:
        clean_value(FIELD, raw)
    assert any(word in texts[0] for texts, _ in caught.value.parts)
    _, errors = clean(parse_register(definition(), LIFE).definition, {"product": "x", "indicators": raw})
    assert errors and all(e.column == "指标" for e in errors)


cell = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20)
row_of = st.fixed_dictionaries(
    {"indicator": cell.filter(lambda t: bool(t.strip()))},
    optional={"limit": st.decimals(0, 1000, places=3).map(str), "grade": st.sampled_from(["a", "乙类", ""])},
)


@settings(deadline=None)
@given(st.lists(row_of, max_size=8))
def test_what_is_kept_is_canonical_and_cleans_to_itself(rows: list[dict[str, Any]]) -> None:
    kept = clean_value(FIELD, rows)
    assert clean_value(FIELD, kept) == kept
    assert canonical({"indicators": plain(kept)})
    assert len(kept or []) == len(rows)


@settings(deadline=None, max_examples=40)
@given(st.lists(row_of, min_size=1, max_size=5))
def test_files_bring_back_what_went_out(rows: list[dict[str, Any]]) -> None:
    kept = clean_value(FIELD, rows)
    columns = [field_column(FIELD)]
    out = [{"indicators": kept}]
    book = io.BytesIO()
    write_xlsx(columns, out, book)
    for data, name in (
        (b"".join(csv_chunks(columns, out)), "a.csv"),
        (b"".join(jsonl_chunks(columns, out)), "a.jsonl"),
        (json.dumps(out).encode(), "a.json"),
        (book.getvalue(), "a.xlsx"),
    ):
        (back,) = list(open_table(io.BytesIO(data), columns, name=name))
        assert not back.errors
        assert clean_value(FIELD, back.values["indicators"]) == kept


def test_in_a_spreadsheet_a_table_is_json_text_and_the_schema_says_what_is_in_it() -> None:
    columns = [field_column(FIELD)]
    text = b"".join(csv_chunks(columns, [{"indicators": ROWS}], lang="zh")).decode("utf-8-sig")
    ((header,), (only,)) = list(csv.reader(io.StringIO(text)))
    assert header == "指标" and json.loads(only) == ROWS
    book = io.BytesIO()
    write_xlsx(columns, [{"indicators": ROWS}], book)
    assert json.loads(load_workbook(book).active["A2"].value) == ROWS
    (schema,) = table_schema(columns)["fields"]
    assert schema["type"] == "array"
    assert [(c["name"], c["type"]) for c in schema["columns"]] == [
        ("indicator", "string"),
        ("limit", "number"),
        ("grade", "string"),
        ("checked", "boolean"),
    ]
    assert schema["columns"][0]["constraints"]["required"] is True


@pytest.mark.parametrize(
    "change",
    [
        {"columns": []},
        {"type": "string"},
        {"many": True},
        {"count": True},
        {"list": True},
        {"columns": [TABLE["columns"][0], TABLE["columns"][0]]},
        {"columns": [{"name": "f", "title": {"zh": "件", "en": "File"}, "type": "file"}]},
        {"columns": [{**TABLE, "name": "inner"}]},
    ],
)
def test_a_definition_that_does_not_hold_together_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(CatalogueError):
        parse_register(definition({**TABLE, **change}), LIFE)


def test_a_table_is_neither_a_label_nor_counted() -> None:
    count = {"name": "n", "title": {"zh": "数", "en": "n"}, "mode": "level", "states": ["applied"]}
    for more in (
        {"label_field": "indicators"},
        {"counts": [{**count, "distinct": "indicators"}]},
        {"counts": [{**count, "filters": [{"field": "indicators", "op": "present", "value": True}]}]},
    ):
        with pytest.raises(CatalogueError):
            parse_register(definition(**more), LIFE)


# ---- the form ----


def made(data: str | None = None) -> RecordForm:
    found = parse_register(definition(), LIFE)
    step = found.life.transition("apply")
    assert step is not None
    cls = form_for(found.definition, step)
    return cls() if data is None else cls(QueryDict(data), MultiValueDict())


def html(form: RecordForm) -> str:
    return engines["django"].from_string("{% load pz_forms %}{% form_body form %}").render({"form": form})


def test_an_empty_form_has_rows_to_type_into_and_a_pattern_for_more() -> None:
    page = html(made())
    body, pattern = page.split("<template>")
    assert body.count('name="indicators.indicator"') == 3
    assert pattern.split("</template>")[0].count('name="indicators.indicator"') == 1
    assert 'name="indicators.more"' in page and "data-row-add" in page
    assert 'for="id_indicators-0-indicator"' in page and 'id="id_indicators-0-indicator"' in page
    assert 'aria-label="限值 2"' in page and "mg/kg" in page


def test_rows_typed_are_kept_values_and_blank_ones_do_not_matter() -> None:
    form = made(
        "product=x&indicators.indicator=&indicators.indicator=甲醛&indicators.limit=&indicators.limit=20"
        "&indicators.grade=&indicators.grade=a&indicators.checked=&indicators.checked=true"
    )
    assert form.is_valid(), form.errors
    assert form.record_values()["indicators"] == [ROWS[0]]
    assert "甲醛" in str(form.answers())


def test_errors_stand_at_the_cells_and_nothing_typed_is_lost() -> None:
    form = made(
        "product=&indicators.indicator=甲醛&indicators.indicator=&indicators.limit=20&indicators.limit=少"
    )
    assert not form.is_valid()
    page = html(form)
    assert "第2行“限值”应为数字" in page and "第2行“指标名称”必填" in page
    assert 'value="甲醛"' in page and 'value="少"' in page
    wrong = re.findall(r'id="(id_indicators-[^"]+)"[^>]*aria-invalid="true"', page)
    assert wrong == ["id_indicators-1-indicator", "id_indicators-1-limit"]
    assert 'href="#id_indicators-0-indicator"' in page


def test_without_a_script_the_button_gives_another_row_and_keeps_the_rest() -> None:
    typed = "&".join(f"indicators.indicator=指标{n}" for n in range(3))
    form = made(f"product=x&{typed}&indicators.more=1")
    assert not form.is_valid() and "indicators" in form.errors
    page = html(form).split("<template>")[0]
    assert page.count('name="indicators.indicator"') == 4 and 'value="指标2"' in page


def test_a_required_table_is_missed_and_a_draft_holds_what_was_typed() -> None:
    form = made("product=x&indicators.indicator=&indicators.limit=")
    assert form.errors["indicators"] == ["请填写“指标”。"]
    kept = raw_of(made("product=x&indicators.indicator=a&indicators.indicator=b&indicators.limit=1"))
    again = made(data_of(json.loads(json.dumps(kept))).urlencode())
    assert again.is_valid()
    assert again.record_values()["indicators"] == [{"indicator": "a", "limit": "1"}, {"indicator": "b"}]


def test_a_choice_that_is_none_stays_to_be_seen() -> None:
    page = html(made("product=x&indicators.indicator=a&indicators.grade=丙类"))
    assert '<option value="丙类" selected>' in page


# ---- shown ----


def test_a_table_is_shown_with_its_heads_and_units_escaped() -> None:
    page = str(field_html(FIELD, [{"indicator": "<b>甲醛</b>", "limit": "1234.5", "grade": "a"}]))
    assert "&lt;b&gt;甲醛" in page and "1,234.5" in page and "甲类" in page
    assert page.count("<th ") == 3 and 'data-title="限值"' in page and "已检" not in page
    assert value_text(FIELD, ROWS).startswith("甲醛 20 mg/kg 甲类")
    assert "—" in str(field_html(FIELD, None))


# ---- from a file to a proof ----

OWN = """
register: z03_declared
title: {zh: 声明登记册, en: Register of declarations}
purpose: {zh: 登记声明的指标。, en: Declared indicators.}
function: quality
about: enterprise
key: {prefix: ZDT}
label_field: product
lifecycle: filing
publicity:
  open: {states: [filed, valid], while: state}
  private: never
fields:
  - {name: product, title: {zh: 产品, en: Product}, constraints: {required: true}, publicity: open}
  - name: indicators
    title: {zh: 指标, en: Indicators}
    type: table
    publicity: open
    search: true
    constraints: {required: true}
    columns:
      - {name: indicator, title: {zh: 指标名称, en: Indicator}, constraints: {required: true}}
      - {name: limit, title: {zh: 限值, en: Limit}, type: number}
sample: {product: 童装, indicators: [{indicator: 甲醛, limit: "20"}]}
"""


@pytest.fixture
def own(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.STATE_DIR = tmp_path
    folder = tmp_path / "registers"
    folder.mkdir()
    (folder / "z03_declared.yaml").write_text(OWN, encoding="utf-8")
    catalogue.reload()
    catalogue.sync()
    yield
    (folder / "z03_declared.yaml").unlink()
    catalogue.reload()


@pytest.mark.django_db(databases=["default", "portal"], transaction=True)
def test_an_entry_with_a_table_is_found_shown_and_verified(
    own: None, account: Callable[..., Any], tmp_path: Path
) -> None:
    from django.test import Client

    from pinzhi.kernel.registers.actions.carry_out import Item, carry_out
    from tests.doors.console.conftest import firm, official

    register = catalogue.get("z03_declared")
    step = next(t for t in register.life.transitions if None in t.from_ and t.entry and "clerk" in t.who)
    table = [{"indicator": "可迁移铅", "limit": "90.0"}, {"indicator": "可迁移镉", "limit": 75}]
    values = {"product": "积木", "indicators": table}
    (ref,) = carry_out(
        "z03_declared",
        step.name,
        [Item(subject=firm(1), region="350100", values=values)],
        by=official("wang", "clerk", "approver"),
    )
    sequencer.drain()
    page = Client().get(f"/registers/z03_declared/records/{ref.key}/")
    assert page.status_code == 200 and "可迁移镉" in page.content.decode()
    assert "可迁移镉" in Client().get("/registers/z03_declared/", {"q": "可迁移镉"}).content.decode()
    shown = Client().get(f"/api/v1/public/registers/z03_declared/records/{ref.key}").json()
    assert shown["values"]["indicators"] == [
        {"indicator": "可迁移铅", "limit": "90"},
        {"indicator": "可迁移镉", "limit": "75"},
    ]
    vkeys = [parse_key(str(keys.load(path).key)) for path in keys.files()]
    proof = Client().get(f"/api/v1/public/registers/z03_declared/records/{ref.key}/proof").json()
    assert check_record(proof, vkeys)[1]
    mirror = Client().get("/log/z03_declared/mirror.zip")
    (tmp_path / "mirror.zip").write_bytes(b"".join(mirror.streaming_content))
    entries: list[Any] = []
    check_register(Mirror(str(tmp_path / "mirror.zip")), vkeys, visit=entries.append)
    assert len(entries) == 1
