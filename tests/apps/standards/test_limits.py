"""Limits: entered, confirmed by somebody else, imported, compared, studied; the degree of conformity counted from records."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest

from pinzhi.apps.standards import queries_limits as queries
from pinzhi.apps.standards.actions.compute_conformity import compute_conformity, publish_conformity
from pinzhi.apps.standards.actions.decide_limits import confirm_limits, refuse_limits, withdraw_limits
from pinzhi.apps.standards.actions.draw_up_study import approve_study, draw_up_study, submit_study
from pinzhi.apps.standards.actions.enter_limits import change_limit, enter_limits
from pinzhi.apps.standards.actions.import_limits import (
    check_limit_import,
    drop_limit_import,
    run_limit_import,
)
from pinzhi.apps.standards.actions.keep_key_lists import (
    save_international_standard,
    save_key_field,
    save_key_standard,
    take_off_list,
)
from pinzhi.apps.standards.actions.save_limit_documents import save_limit_documents
from pinzhi.apps.standards.models import LimitDocument, LimitEntry
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor, Right
from pinzhi.kernel.errors import Conflict, NotPermitted, Refused, RefusedRows
from pinzhi.kernel.registers import counting
from pinzhi.kernel.registers.models import Record

pytestmark = pytest.mark.django_db
REGION = "350000"
TODAY = date(2026, 6, 30)


def person(name: str, *roles: str, region: str = REGION) -> Actor:
    rights = tuple(Right("*", "*", role, region, date(2010, 1, 1)) for role in roles)
    return Actor(name, "agency", "amr-350000", name, rights)


CLERK, OTHER, APPROVER = (
    person("clerk", "clerk"),
    person("checker", "reviewer", "clerk"),
    person("boss", "approver"),
)


@pytest.fixture(autouse=True)
def day(db: None) -> Any:
    from pinzhi.kernel.registers import catalogue

    catalogue.sync()
    with clock.at(TODAY):
        yield


def document(number: str = "GB 31701-2015", market: str = "中国", **more: Any) -> LimitDocument:
    row = {"number": number, "market": market, "family": "童装", **more}
    return save_limit_documents([row], region=REGION, by=CLERK)[0]


def row(**changes: Any) -> dict[str, Any]:
    return {
        "analyte": "甲醛含量",
        "kind": "含量",
        "value": "≤20 mg/kg",
        "scope": "婴幼儿纺织产品",
        "applies": "A类",
        "method": "GB/T 2912.1",
        "clause": "5.2",
        "source": "标准表1",
        **changes,
    }


def confirmed(number: str, market: str, *rows: dict[str, Any], **more: Any) -> LimitDocument:
    owner = document(number, market, **more)
    entries = enter_limits(owner.pk, rows, by=CLERK)
    confirm_limits([one.pk for one in entries], by=OTHER)
    return owner


def test_two_persons_and_the_public_register() -> None:
    owner = document()
    assert owner.key == "GB 31701-2015"
    entry = enter_limits(owner.pk, [row()], by=CLERK)[0]
    assert not Record.objects.filter(register="d07_limits").exists()
    with pytest.raises(NotPermitted):
        confirm_limits([entry.pk], by=CLERK)
    both = person("clerk", "clerk", "reviewer")
    with pytest.raises(RefusedRows) as caught:
        confirm_limits([entry.pk], by=both)
    assert "本人" in caught.value.rows[0].wrong_zh
    confirm_limits([entry.pk], by=OTHER)
    record = Record.objects.get(register="d07_limits")
    assert record.values["limit_value"] == "≤20 mg/kg"
    assert record.values["clause"] == "5.2"
    withdraw_limits([entry.pk], reason="修订", by=OTHER)
    assert Record.objects.get(register="d07_limits").state == "withdrawn"


def test_what_is_wrong_is_said_and_nothing_is_entered() -> None:
    owner = document()
    rows = [
        row(),
        row(value="≤20"),
        row(value="8-4 mg/kg"),
        row(value="≤20 mg/L"),
        row(clause=""),
        row(kind=""),
    ]
    with pytest.raises(RefusedRows) as caught:
        enter_limits(owner.pk, rows, by=CLERK)
    assert [(error.row, error.column) for error in caught.value.rows] == [
        (2, "单位"),
        (3, "限值"),
        (4, "单位"),
        (5, "条款"),
        (6, "量的种类"),
    ]
    assert all(error.right_zh for error in caught.value.rows)
    assert not LimitEntry.objects.exists()


def test_the_same_again_is_not_entered_twice() -> None:
    owner = document()
    assert len(enter_limits(owner.pk, [row(), row()], by=CLERK)) == 1
    assert enter_limits(owner.pk, [row()], by=OTHER) == []


def test_clashing_limits_stand_side_by_side_until_one_is_chosen_with_a_reason() -> None:
    owner = document()
    ph = {"analyte": "pH值", "kind": "pH", "method": "GB/T 7573"}
    first = enter_limits(owner.pk, [row(**ph, value="4.0–7.5")], by=CLERK)[0]
    second = enter_limits(owner.pk, [row(**ph, value="4.0–8.5", source="另一网页")], by=CLERK)[0]
    places = queries.places(owner)
    assert len(places) == 1 and places[0].clash
    assert queries.clashing([first]) == {first.pk: [second]}
    with pytest.raises(RefusedRows) as caught:
        confirm_limits([first.pk], by=OTHER)
    assert "4.0–8.5" in caught.value.rows[0].wrong_zh
    with pytest.raises(RefusedRows):
        confirm_limits([first.pk, second.pk], over="都对", by=OTHER)
    confirm_limits([second.pk], over="核对原文表1", by=OTHER)
    first.refresh_from_db()
    assert (first.state, first.reason) == ("refused", "核对原文表1")
    # A confirmed one that turns out wrong is taken down from the register by the right one.
    third = enter_limits(owner.pk, [row(**ph, value="4.0–9.0")], by=CLERK)[0]
    confirm_limits([third.pk], over="勘误", by=OTHER)
    second.refresh_from_db()
    assert second.state == "withdrawn"
    states = set(Record.objects.filter(register="d07_limits").values_list("state", flat=True))
    assert states == {"listed", "withdrawn"}


def test_the_same_demand_in_another_unit_does_not_clash() -> None:
    owner = document()
    enter_limits(owner.pk, [row(value="≤20 mg/kg"), row(value="≤0.002 %", clause="附录")], by=CLERK)
    assert [place.clash for place in queries.places(owner)] == [False]


def test_only_what_waits_can_be_changed() -> None:
    owner = document()
    entry = enter_limits(owner.pk, [row()], by=CLERK)[0]
    changed = change_limit(entry.pk, row(value="≤75 mg/kg"), revision=1, by=CLERK)
    assert changed.value == "≤75 mg/kg"
    with pytest.raises(Conflict):
        change_limit(entry.pk, row(), revision=1, by=CLERK)
    with pytest.raises(RefusedRows):
        change_limit(entry.pk, row(value="≤75"), revision=2, by=CLERK)
    confirm_limits([entry.pk], by=OTHER)
    with pytest.raises(Conflict):
        change_limit(entry.pk, row(), by=CLERK)
    with pytest.raises(Refused):
        refuse_limits([entry.pk], reason=" ", by=OTHER)


def test_a_city_does_not_confirm_for_the_province() -> None:
    owner = document()
    entry = enter_limits(owner.pk, [row()], by=CLERK)[0]
    with pytest.raises(NotPermitted):
        confirm_limits([entry.pk], by=person("city", "reviewer", region="350100"))
    with pytest.raises(NotPermitted):
        enter_limits(owner.pk, [row()], by=person("city", "clerk", region="350100"))


HEAD = "标准编号,市场,指标,量的种类,限值,单位,条款,适用产品,来源\n"


def check(text: str) -> Any:
    return check_limit_import(io.BytesIO(text.encode()), "limits.csv", region=REGION, by=CLERK)


def test_a_file_is_checked_row_by_row_and_nothing_is_half_done() -> None:
    good = "GB 31701-2015,中国,甲醛含量,含量,≤20 mg/kg,,5.2,婴幼儿纺织产品,表1\nREACH XVII 43,欧盟,禁用偶氮染料,含量,≤30,mg/kg,附录8,纺织品,附件十七\n"
    bad = "GB 31701-2015,中国,pH,pH,8.5–4.0,,5.2,婴幼儿纺织产品,表1\n,中国,铅,含量,≤90 mg/kg,,1,玩具,表1\nX 1,火星,铅,含量,≤90 mg/kg,,1,玩具,表1\n"
    made = check(HEAD + good + bad)
    assert (made.count, made.wrong) == (5, 3)
    assert {error["row"] for error in made.errors} == {4, 5, 6}
    with pytest.raises(RefusedRows):
        run_limit_import(made.pk, good_only=False, by=CLERK)
    assert not LimitEntry.objects.exists() and not LimitDocument.objects.exists()
    _, new = run_limit_import(made.pk, good_only=True, by=CLERK)
    assert new == 2
    assert {d.market for d in LimitDocument.objects.all()} == {"CN", "EU"}
    assert set(LimitEntry.objects.values_list("state", flat=True)) == {"entered"}
    with pytest.raises(Conflict):
        run_limit_import(made.pk, good_only=True, by=CLERK)
    again = check(HEAD + good)
    row_, new = run_limit_import(again.pk, good_only=False, by=CLERK)
    assert (new, row_.known) == (0, 2)
    third = check(HEAD + good)
    drop_limit_import(third.pk, by=CLERK)


def test_a_file_without_clauses_is_refused_at_its_head() -> None:
    with pytest.raises(Refused) as caught:
        check("标准编号,指标,量的种类,限值,来源\nGB 1-2020,甲醛,含量,≤20 mg/kg,表1\n")
    assert caught.value.code == "headers_missing"


def test_comparison_with_gaps_and_reasons() -> None:
    ours = confirmed(
        "GB 31701-2015", "中国", row(), row(analyte="pH值", kind="pH", value="4.0–7.5", method="GB/T 7573")
    )
    label = confirmed(
        "OEKO-TEX 100",
        "国际标准",
        row(value="≤16 mg/kg", applies="baby", method="ISO 14184-1"),
        row(analyte="禁用偶氮染料", value="≤20 mg/kg", applies="", method="ISO 14362-1"),
    )
    table = queries.compare_documents([ours], [label])
    assert table.counts == {"stricter": 0, "equal": 0, "laxer": 1, "different": 0, "ours": 1, "theirs": 1}
    assert [(side, limit.analyte if limit else "") for side, _, limit in table.gaps] == [
        ("theirs", "pH值"),
        ("ours", "禁用偶氮染料"),
    ]
    rows = queries.flat(table)
    assert {one["verdict"] for one in rows} == {"laxer", "ours", "theirs"}
    back = queries.compare_documents([label], [ours])
    assert back.counts["stricter"] == 1


def test_only_limits_in_force_on_the_day_are_compared() -> None:
    old = confirmed("GB 18580-2001", "中国", row(value="≤20 mg/kg"), withdrawn_on=date(2018, 4, 30))
    new = confirmed("GB 18580-2017", "中国", row(value="≤10 mg/kg"), effective_on=date(2018, 5, 1))
    assert queries.compare_documents([new], [old]).counts["stricter"] == 0
    table = queries.compare_documents([new], [old], same_time=False)
    assert table.counts["stricter"] == 1
    assert queries.compare_documents([new], [old], on=TODAY, same_time=False).counts["stricter"] == 0


def make_study(**changes: Any) -> Any:
    ours = confirmed("GB 31701-2015", "中国", row())
    other = confirmed("EN 14682 X", "欧盟", row(value="≤75 mg/kg", method="ISO 14184-1"))
    values = {
        "title": "童装甲醛比对",
        "year": 2026,
        "lead_unit": "省标准化研究院",
        "conclusion": "严于欧盟。",
        "follow_up": "保持。",
        **changes,
    }
    return draw_up_study(values, domestic=[ours.pk], foreign=[other.pk], region=REGION, by=CLERK)


def test_a_study_is_approved_by_another_and_counted_in_its_year() -> None:
    study = make_study()
    submit_study(study.number, by=CLERK)
    with pytest.raises(NotPermitted):
        approve_study(study.number, by=CLERK)
    with pytest.raises(Refused):
        approve_study(study.number, by=person("clerk", "approver"))
    done = approve_study(study.number, by=APPROVER)
    assert done.counts["stricter"] == 1
    record = Record.objects.get(register="d06_comparisons")
    assert record.values["stricter"] == 1
    assert record.values["items"][0]["verdict"] == "严于"
    spec = counting.spec_of(
        "d06_comparisons", "studies_a_year", start=date(2026, 1, 1), end=date(2026, 12, 31)
    )
    assert counting.count(spec).years == {"2026": 1}


def test_a_study_without_conclusion_or_common_limits_is_not_submitted() -> None:
    study = make_study(conclusion="")
    with pytest.raises(Refused) as caught:
        submit_study(study.number, by=CLERK)
    assert caught.value.place == "conclusion"
    with pytest.raises(Conflict):
        draw_up_study({}, domestic=[], foreign=[], number=study.number, revision=99, by=CLERK)


def lists() -> Any:
    ours = confirmed(
        "GB 6675.4-2014",
        "中国",
        row(analyte="铅", kind="可迁移元素", value="≤90 mg/kg", scope="玩具", applies="", method="GB 6675.4"),
    )
    other = confirmed(
        "ISO 8124-3:2020",
        "国际标准",
        row(
            analyte="Pb", kind="可迁移元素", value="≤90 mg/kg", scope="toys", applies="", method="ISO 8124-3"
        ),
        row(
            analyte="Cd", kind="可迁移元素", value="≤75 mg/kg", scope="toys", applies="", method="ISO 8124-3"
        ),
    )
    field = save_key_field({"code": "toys", "title_zh": "玩具", "basis": "规划"}, region=REGION, by=CLERK)
    common = {"source": "目录", "title_zh": "玩具安全"}
    save_key_standard(
        field,
        {"number": "GB 6675.4-2014", "counterpart": "ISO 8124-3:2010", "degree": "MOD", **common},
        benchmarks=[other.pk],
        by=CLERK,
    )
    save_key_standard(
        field,
        {"number": "GB 6675.1-2014", "counterpart": "ISO 8124-1", "degree": "NEQ", **common},
        benchmarks=[],
        by=CLERK,
    )
    save_key_standard(field, {"number": "GB/T 1-2020", **common}, benchmarks=[], by=CLERK)
    save_international_standard(
        field, {"number": "ISO 8124-1:2022", "source": "x", "converted_by": "GB 6675.1"}, by=CLERK
    )
    save_international_standard(field, {"number": "ISO 8124-9:2018", "source": "x"}, by=CLERK)
    assert ours.pk
    return field


def test_the_degree_is_counted_from_its_records() -> None:
    field = lists()
    run = compute_conformity(region=REGION, by=CLERK)
    assert (run.r1, run.r2, run.r2_ordered, run.r3) == ([1, 2], [1, 1], [1, 1], [1, 2])
    assert run.method == "2026-1"
    with pytest.raises(NotPermitted):
        publish_conformity(run.pk, by=CLERK)
    publish_conformity(run.pk, by=APPROVER)
    for count, value in {
        "standards_conforming": 1,
        "standards_with_counterpart": 2,
        "indicators_conforming": 1,
        "indicators_compared": 1,
        "international_converted": 1,
        "international_convertible": 2,
        "key_fields": 1,
    }.items():
        spec = counting.spec_of("d07_conformity", count, on=TODAY)
        assert counting.count(spec).value == value, count
    take_off_list(field.standards.get(number="GB 6675.1—2014"), by=CLERK)
    with clock.at(date(2026, 12, 31)):
        second = compute_conformity(region=REGION, by=CLERK)
        publish_conformity(second.pk, by=APPROVER)
    assert second.r1 == [1, 1]
    before = counting.spec_of("d07_conformity", "standards_with_counterpart", on=date(2026, 12, 30))
    after = counting.spec_of("d07_conformity", "standards_with_counterpart", on=date(2026, 12, 31))
    assert (counting.count(before).value, counting.count(after).value) == (2, 1)
    with pytest.raises(Conflict):
        publish_conformity(run.pk, by=APPROVER)


def test_without_a_list_of_key_fields_there_is_no_degree() -> None:
    with pytest.raises(Refused) as caught:
        compute_conformity(region=REGION, by=CLERK)
    assert caught.value.code == "no_key_fields"


@pytest.mark.parametrize(
    ("number", "market", "fault"),
    [
        ("??", "中国", "看不出是哪份文件"),
        ("2011", "中国", "看不出是哪份文件"),
        ("☆☆☆☆", "日本", "看不出是哪份文件"),
        ("GB 18401-20100", "中国", "无法读作年份"),
        ("DB35/T", "中国", "没有读到标准顺序号"),
        ("T/ 1-2020", "中国", "没有读到代号和顺序号"),
        ("GB 18401-2010", "中国", ""),
        ("市场监管总局公告2019年第12号", "中国", ""),
        ("JAS F☆☆☆☆", "日本", ""),
        ("16 CFR 1303", "美国", ""),
    ],
)
def test_a_number_that_names_no_document_is_refused(number: str, market: str, fault: str) -> None:
    if not fault:
        assert document(number, market).pk
        return
    with pytest.raises(RefusedRows) as caught:
        document(number, market)
    assert fault in caught.value.rows[0].wrong_zh and caught.value.rows[0].column == "number"
    content = f"标准编号,条款,市场,指标,量的种类,限值,单位,来源\n{number},5.1,{market},甲醛含量,含量,≤20,mg/kg,表1\n"
    made = check_limit_import(io.BytesIO(content.encode()), "x.csv", region=REGION, by=CLERK)
    assert [error["column"] for error in made.errors] == ["标准编号"]
