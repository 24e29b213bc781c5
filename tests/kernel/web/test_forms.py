from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.http import QueryDict
from django.template import engines
from django.utils import translation
from django.utils.datastructures import MultiValueDict

from pinzhi.kernel.errors import Refused, RefusedRows, RowError
from pinzhi.kernel.registers import catalogue
from pinzhi.kernel.registers.definitions import Definition, FieldDef, Register, Transition, parse_register
from pinzhi.kernel.web.forms import RecordForm, form_for

LIFE: dict[str, Any] = {
    "lifecycle": "t",
    "title": {"zh": "认定", "en": "Award"},
    "states": [
        {"name": "draft", "title": {"zh": "草稿", "en": "Draft"}, "kind": "open"},
        {"name": "applied", "title": {"zh": "已申请", "en": "Applied"}, "kind": "pending"},
    ],
    "transitions": [
        {
            "name": "save",
            "title": {"zh": "存", "en": "Save"},
            "from": [None],
            "to": "draft",
            "who": ["clerk"],
            "asks": ["fields"],
            "entry": False,
        },
        {
            "name": "apply",
            "title": {"zh": "申请", "en": "Apply"},
            "from": [None],
            "to": "applied",
            "who": ["clerk"],
            "asks": ["fields", "effective_on"],
        },
        {
            "name": "refuse",
            "title": {"zh": "不予", "en": "Refuse"},
            "from": ["applied"],
            "to": "draft",
            "who": ["clerk"],
            "asks": ["reason", "decision_number", "evidence"],
        },
    ],
}
GROUP = {"zh": "基本情况", "en": "Basics"}
FIELDS: list[dict[str, Any]] = [
    {
        "name": "name",
        "title": {"zh": "名称", "en": "Name"},
        "constraints": {"required": True, "maxLength": 10},
        "group": GROUP,
    },
    {
        "name": "share",
        "title": {"zh": "占比", "en": "Share"},
        "type": "number",
        "unit": "%",
        "decimals": 1,
        "group": GROUP,
    },
    {
        "name": "grade",
        "title": {"zh": "类别", "en": "Kind"},
        "options": [{"value": "a", "zh": "甲", "en": "A"}, {"value": "b", "zh": "乙", "en": "B"}],
    },
    {
        "name": "why",
        "title": {"zh": "说明", "en": "Why"},
        "type": "text",
        "constraints": {"required": True},
        "when": {"grade": ["b"]},
    },
    {
        "name": "tourist",
        "title": {"zh": "游客数", "en": "Visitors"},
        "type": "integer",
        "when": {"record_type": ["town"]},
    },
    {
        "name": "topics",
        "title": {"zh": "主题", "en": "Topics"},
        "many": True,
        "options": [{"value": "x", "zh": "子", "en": "X"}, {"value": "y", "zh": "丑", "en": "Y"}],
    },
    {"name": "person_id", "title": {"zh": "证件号", "en": "ID"}, "format": "id-number", "personal": True},
    {
        "name": "proofs",
        "title": {"zh": "材料", "en": "Files"},
        "type": "file",
        "many": True,
        "accept": ["pdf"],
        "max_mb": 1,
    },
]


def register() -> Register:
    definition = {
        "register": "t",
        "title": {"zh": "册", "en": "Register"},
        "purpose": {"zh": "试", "en": "Test"},
        "function": "quality",
        "about": "none",
        "key": {"prefix": "T"},
        "lifecycle": "t",
        "publicity": {"private": "never"},
        "fields": FIELDS,
    }
    return parse_register(definition, LIFE)


def kept(file: UploadedFile, field: FieldDef) -> Mapping[str, Any]:
    return {"sha256": "ab" * 32, "name": str(file.name), "size": file.size}


def made(step: str = "apply", data: str | None = None, files: Any = None, **more: Any) -> RecordForm:
    found = register()
    transition = found.life.transition(step)
    assert transition is not None
    cls = form_for(found.definition, transition, keep_file=kept, **more)
    return cls() if data is None else cls(QueryDict(data), files or MultiValueDict())


def html(form: RecordForm) -> str:
    return engines["django"].from_string("{% load pz_forms %}{% form_body form %}").render({"form": form})


def test_sections_follow_the_definition() -> None:
    sections = made().sections()
    assert [s.title for s in sections] == ["基本情况", "具体内容", "申请"]
    assert [f.name for f in sections[0].fields] == ["name", "share"]
    with translation.override("en"):
        assert [s.title for s in made().sections()] == ["Basics", "Particulars", "Apply"]
    with translation.override("zh-hans"):
        assert made(lang="en").sections()[0].title == "Basics"


def test_good_answers_become_an_items_arguments() -> None:
    form = made(data="name=+甲公司+&share=12.5&grade=a&topics=x&topics=y&step_effective_on=2026-11-21")
    assert form.is_valid(), form.errors
    assert form.record_values() == {"name": "甲公司", "share": "12.5", "grade": "a", "topics": ["x", "y"]}
    assert form.envelope()["effective_on"].isoformat() == "2026-11-21"


def test_each_error_stands_at_its_field_and_at_the_top_and_nothing_typed_is_lost() -> None:
    form = made(data="name=&share=91.25&grade=zzz&person_id=350102")
    assert not form.is_valid()
    assert set(form.errors) == {"name", "share", "grade"}
    page = html(form)
    summary = re.search(r'class="pz-errors".*?</div>', page, re.S)[0]  # type: ignore[index]
    for field in ("name", "share", "grade"):
        anchor = f"id_{field}"
        assert f'href="#{anchor}"' in summary and f'id="{anchor}"' in page
        assert f'id="{anchor}-error"' in page
    assert "有 3 处需要改正" in summary
    assert 'value="91.25"' in page and 'value="350102"' in page
    assert (
        re.search(r'<input[^>]*aria-describedby="id_share-error"[^>]*aria-invalid="true"', page)
        or 'aria-invalid="true"' in page
    )


def test_a_field_that_depends_on_another_is_asked_for_only_then() -> None:
    page = html(made())
    assert 'data-when-field="grade" data-when-values="[&quot;b&quot;]"' in page
    assert made(data="name=x&grade=a").is_valid()
    missing = made(data="name=x&grade=b")
    assert not missing.is_valid() and set(missing.errors) == {"why"}
    ruled_out = made(data="name=x&grade=a&why=because")
    assert ruled_out.is_valid() and "why" not in ruled_out.record_values()


def test_fields_of_another_record_type_are_not_asked() -> None:
    assert "tourist" not in made().fields
    town = made(data="name=x&tourist=12", record_type="town")
    assert town.is_valid() and town.record_values()["tourist"] == 12
    assert town.envelope()["record_type"] == "town"


def test_a_draft_may_have_gaps_but_no_nonsense() -> None:
    assert made("save", data="name=").is_valid()
    assert set(made("save", data="share=abc").errors) == {"share"}


def test_a_decision_asks_for_its_reason() -> None:
    form = made("refuse", data="step_reason=")
    assert set(form.errors) == {"step_reason"}
    good = made("refuse", data="step_reason=材料不全&step_decision_number=1号")
    assert good.is_valid() and good.envelope() == {"reason": "材料不全", "decision_number": "1号"}


def test_personal_fields_are_never_kept_in_the_browser() -> None:
    page = html(made())
    assert re.search(r'<input[^>]*name="person_id"[^>]*data-private', page)
    assert not re.search(r'<input[^>]*name="name"[^>]*data-private', page)


def test_a_file_survives_an_error_elsewhere() -> None:
    files = MultiValueDict({"proofs": [SimpleUploadedFile("证.pdf", b"%PDF-1.7")]})
    first = made(data="name=", files=files)
    assert not first.is_valid() and "proofs" not in first.errors
    first_page = html(first)
    # The stored file is on the page as a signed reference, and comes back with the corrected form.
    token = re.search(r'name="proofs__kept" value="([^"]+)"', first_page)[1]  # type: ignore[index]
    assert "证.pdf" in first_page
    data = QueryDict(mutable=True)
    data.update({"name": "x", "proofs__kept": token})
    second = type(first)(data, MultiValueDict())
    assert second.is_valid()
    assert second.record_values()["proofs"] == [{"sha256": "ab" * 32, "name": "证.pdf", "size": 8}]
    data["proofs__kept"] = token[:-2] + "xx"
    forged = type(first)(data, MultiValueDict())
    assert forged.is_valid() and "proofs" not in forged.record_values()


@pytest.mark.parametrize(
    ("name", "content", "words"), [("a.exe", b"MZ", ".pdf"), ("a.pdf", b"x" * (1024 * 1024 + 1), "1 MB")]
)
def test_files_of_the_wrong_kind_or_size_are_refused(name: str, content: bytes, words: str) -> None:
    files = MultiValueDict({"proofs": [SimpleUploadedFile(name, content)]})
    form = made(data="name=x", files=files)
    assert not form.is_valid() and words in str(form.errors["proofs"])


def test_an_actions_refusal_goes_to_the_fields_it_names() -> None:
    form = made(data="name=x")
    assert form.is_valid()
    form.add_refusal(
        RefusedRows(
            [
                RowError(1, "名称", "x", "已有同名记录", "is taken", "换一个名称", "choose another"),
                RowError(1, "effective_on", None, "不应晚于今天", "is in the future"),
                RowError(1, None, None, "没有权限", "no right"),
            ]
        )
    )
    assert form.errors["name"] == ["已有同名记录：换一个名称。"]
    assert form.errors["step_effective_on"] == ["不应晚于今天。"]
    assert form.non_field_errors() == ["没有权限。"]
    other = made(data="name=x")
    other.add_refusal(
        Refused("taken", zh="已被占用。", en="Taken.", remedy_zh="请刷新。", remedy_en="Reload.")
    )
    assert other.non_field_errors() == ["已被占用。 请刷新。"]


@pytest.mark.django_db(databases=["default", "portal"])
@pytest.mark.parametrize("name", sorted(catalogue.registers()))
def test_the_sample_of_every_register_passes_its_form(name: str) -> None:
    found = catalogue.registers()[name]
    definition: Definition = found.definition
    step: Transition | None = next(
        (t for t in found.life.transitions if "fields" in t.asks and t.entry and None in t.from_), None
    )
    assert step is not None, "no step begins a record"
    record_type = definition.record_types[0].name if definition.record_types else ""
    data = QueryDict(mutable=True)
    for field, value in definition.sample.items():
        if definition.by_name.get(field) and definition.by_name[field].type == "table":
            for cells in value:
                for column in definition.by_name[field].columns:
                    data.appendlist(f"{field}.{column.name}", str(cells.get(column.name, "")))
            continue
        for one in value if isinstance(value, list) else [value]:
            if definition.by_name.get(field) and definition.by_name[field].type != "file":
                data.appendlist(field, str(one).lower() if isinstance(one, bool) else str(one))
    step = step.model_copy(update={"asks": ["fields"]})
    form = form_for(definition, step, definition.sample.get("record_type", record_type), keep_file=kept)(
        data, MultiValueDict()
    )
    wrong = {
        field: errors
        for field, errors in form.errors.items()
        if definition.by_name.get(field) is None or definition.by_name[field].type != "file"
    }
    assert not wrong
    assert "<form" not in html(form) and html(form).count("<label") >= len(form.fields) - sum(
        1
        for f in form.fields.values()
        if type(f.widget).__name__ in {"RadioSelect", "CheckboxSelectMultiple"}
    )
