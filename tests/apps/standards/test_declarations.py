"""Declarations: public at once, versioned, withdrawn with a reason; checked, told and flagged, and hardly ever refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from pinzhi.apps.standards import declared_facts
from pinzhi.apps.standards.actions.change_edition import change_edition
from pinzhi.apps.standards.actions.declare import Declared, declare
from pinzhi.apps.standards.actions.recheck_declarations import recheck_declarations
from pinzhi.apps.standards.actions.revise_declaration import revise_declaration
from pinzhi.apps.standards.actions.withdraw_declaration import withdraw_declaration
from pinzhi.apps.standards.cleaning_declarations import REGISTER
from pinzhi.apps.standards.models import Declaration
from pinzhi.kernel import clock
from pinzhi.kernel.audit.models import AuditEvent
from pinzhi.kernel.errors import Conflict, NotFound, NotPermitted, Refused, RefusedRows
from pinzhi.kernel.registers import catalogue, counting, eligibility, sequencer
from pinzhi.kernel.registers import queries as registers
from pinzhi.kernel.registers.models import Entry, PublicRecord, Record
from tests.apps.standards import declaring
from tests.apps.standards.declaring import SYSTEM, firm, official, said, with_value

pytestmark = pytest.mark.django_db(databases=["default", "portal"])
TODAY = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def world(db: None) -> Any:
    catalogue.sync()
    with clock.at(TODAY):
        declaring.firms(1, 2, 3)
        declaring.standards()
        declaring.limits()
        yield


def one(**changes: Any) -> Declared:
    (found,) = declare([said(**changes)], by=firm(1))
    return found


def values(number: str) -> dict[str, Any]:
    found: dict[str, Any] = Record.objects.get(register=REGISTER, key=number).values
    return found


def wrong(call: Callable[[], Any]) -> list[tuple[int, str | None, str, str]]:
    with pytest.raises(RefusedRows) as refused:
        call()
    return [(e.row, e.column, e.wrong_zh, e.right_zh) for e in refused.value.rows]


def test_a_declaration_is_public_at_once_and_nobody_approves_it() -> None:
    found = one()
    assert not found.flags and found.number.startswith("SM-2026-")
    row = Declaration.objects.get()
    assert (row.uscc, row.region, row.version, row.status) == (declaring.code(1), "350100", 1, "declared")
    assert row.enterprise == "榕江1服饰有限公司" and row.standard_state == "own" and row.main_producer
    sequencer.drain()
    public = PublicRecord.objects.get(register=REGISTER)
    assert public.values["indicators"][0]["value"] == "≤20" and public.values["effective"] is True
    assert public.label == "儿童针织T恤衫" and public.subject == declaring.code(1)
    (event,) = AuditEvent.objects.filter(action="standards.declare")
    assert event.subject_key == found.number


def test_what_the_law_leaves_to_the_firm_is_flagged_and_published() -> None:
    found = one(indicators=with_value("甲醛含量", "≤100", method=""))
    assert list(found.flags) == ["below_mandatory", "methods_missing"]
    kept = values(found.number)
    assert kept["flags"] == list(found.flags) and kept["applies"] is False and kept["effective"] is True
    assert any("第二十一条" in remark["article"] and "75 mg/kg" in remark["zh"] for remark in kept["remarks"])


def test_fewer_indicators_than_the_recommended_standard_are_shown() -> None:
    found = one(indicators=declaring.INDICATORS[:2])
    assert (
        list(found.flags) == ["fewer_than_recommended"] and "起球" in values(found.number)["remarks"][0]["zh"]
    )


def test_a_published_standard_by_its_number_alone_takes_the_catalogues_name() -> None:
    found = one(standard_no="gbt22849－2014", standard_name="", indicators=[])
    kept = values(found.number)
    assert (kept["standard_name"], kept["standard_level"], kept["standard_state"]) == (
        "针织T恤衫",
        "national",
        "in_force",
    )
    assert kept["applies"] is True and not found.flags


def test_a_withdrawn_standard_counts_as_none_and_its_successor_is_named() -> None:
    found = one(standard_no="GB/T 22849-2009", indicators=[])
    assert "standard_lapsed" in found.flags
    (finding,) = [f for f in found.findings if f.code == "standard_lapsed"]
    assert "GB/T 22849—2014" in finding.right_zh and values(found.number)["effective"] is False


@pytest.mark.parametrize(
    ("changes", "column", "words", "remedy"),
    [
        ({"indicators": with_value("甲醛含量", "20～10")}, "功能指标、性能指标及试验方法", "第1行", "10–20"),
        (
            {"indicators": with_value("甲醛含量", "≤20", unit="")},
            "功能指标、性能指标及试验方法",
            "没有单位",
            "mg/kg",
        ),
        ({"standard_no": "国标"}, "执行的标准编号", "看不懂", "GB"),
        ({"standard_no": "Q/RJ 001-2026", "standard_name": " "}, "标准名称", "没有写标准名称", "封面"),
        ({"product_name": ""}, "产品（服务）名称", "必填", ""),
        ({"sector": "月球"}, "消费品领域", "可选", "食品"),
        ({"gtin": "123"}, "商品条码", "", ""),
        ({"indicators": "[{"}, "功能指标、性能指标及试验方法", "不是表格", "指标名称"),
    ],
)
def test_only_what_cannot_be_read_or_is_no_declaration_is_refused(
    changes: dict[str, Any], column: str, words: str, remedy: str
) -> None:
    found = wrong(lambda: one(**changes))
    assert any(c == column and words in zh and remedy in right for _, c, zh, right in found), found
    assert not Declaration.objects.exists() and not Entry.objects.filter(register=REGISTER).exists()


def test_a_set_is_done_whole_or_not_at_all_and_each_row_is_named() -> None:
    rows = [
        {"uscc": declaring.code(2), **said()},
        {"uscc": "91350100M000100Y44", **said()},
        {"uscc": declaring.code(9), **said()},
        {"uscc": declaring.code(3), **said(indicators=with_value("pH值", "9～4"))},
        {"uscc": declaring.code(2), **said()},
    ]
    clerk = official("clerk", "clerk")
    assert [row for row, *_ in wrong(lambda: declare(rows, by=clerk))] == [2, 3, 4, 5]
    assert not Declaration.objects.exists()
    assert len(declare([rows[0], {**rows[3], "indicators": declaring.INDICATORS}], by=clerk)) == 2
    assert set(Declaration.objects.values_list("uscc", flat=True)) == {declaring.code(2), declaring.code(3)}
    assert values(Declaration.objects.earliest("id").number)["entered_by"] == "official"


def test_the_same_product_and_standard_is_declared_once() -> None:
    first = one()
    ((_, _, zh, right),) = wrong(one)
    assert first.number in zh and "变更" in right
    one(model="另一型号")
    withdraw_declaration(first.number, "产品停产", by=firm(1))
    assert one().number != first.number


def test_nobody_declares_for_another() -> None:
    with pytest.raises(NotPermitted):
        declare([{**said(), "uscc": declaring.code(2)}], by=firm(1))
    with pytest.raises(NotPermitted):
        declare([{**said(), "uscc": declaring.code(2)}], by=official("elsewhere", "clerk", region="350200"))
    number = one().number
    for call in (
        lambda: revise_declaration(number, {"brand": "别家"}, by=firm(2)),
        lambda: withdraw_declaration(number, "不是我家的", by=firm(2)),
        lambda: revise_declaration(number, {"brand": "别家"}, by=official("auditor", "auditor")),
    ):
        with pytest.raises(NotPermitted):
            call()
    with pytest.raises(NotFound):
        revise_declaration("SM-2026-999999", {}, by=firm(1))


def test_a_change_is_a_new_version_and_the_old_one_stays() -> None:
    number = one().number
    with clock.at(date(2026, 12, 1)):
        found = revise_declaration(
            number, {"indicators": with_value("甲醛含量", "≤10")}, version=1, by=firm(1)
        )
        assert not found.flags and values(number)["version"] == 2
        with pytest.raises(Conflict):
            revise_declaration(number, {"brand": "乙"}, version=1, by=firm(1))
    views = registers.history(REGISTER, number)
    assert [v.values["indicators"][0]["value"] for v in views] == ["≤20", "≤10"]
    held = registers.record_as_of(REGISTER, number, date(2026, 11, 25))
    assert held is not None and held.values["indicators"][0]["value"] == "≤20"
    assert values(number)["declared_on"] == "2026-11-20"


def test_what_changes_nothing_writes_nothing() -> None:
    number = one().number
    revise_declaration(number, {"brand": "榕江"}, by=firm(1))
    revise_declaration(number, {"standard_name": "儿童针织T恤衫"}, by=firm(1))
    assert Entry.objects.filter(register=REGISTER).count() == 1
    revise_declaration(number, {"brand": ""}, by=firm(1))
    assert "brand" not in values(number) and Declaration.objects.get().version == 2


def test_a_withdrawal_gives_its_reason_and_stays_to_be_read() -> None:
    number = one().number
    with pytest.raises(Refused) as refused:
        withdraw_declaration(number, "  ", by=firm(1))
    assert refused.value.code == "no_reason"
    withdraw_declaration(number, "产品停产", by=firm(1))
    sequencer.drain()
    public = PublicRecord.objects.get(register=REGISTER)
    assert public.state == "ended" and public.values["withdrawn_reason"] == "产品停产"
    for call in (
        lambda: withdraw_declaration(number, "再撤", by=firm(1)),
        lambda: revise_declaration(number, {"brand": "乙"}, by=firm(1)),
    ):
        with pytest.raises(Refused):
            call()


def test_when_its_standard_lapses_a_declaration_stops_counting_and_the_firm_is_told(account: Any) -> None:
    from pinzhi.kernel.jobs.models import Notice

    account("firm1", speaks_for="enterprise", party=declaring.code(1))
    number = one(standard_no="GB/T 22849-2014", indicators=[]).number
    untouched = one(product_name="裤").number
    assert recheck_declarations(by=SYSTEM) == 0
    with clock.at(date(2027, 3, 2)):
        change_edition("GB/T 22849-2014", {"withdrawn_on": "2027-03-01"}, by=SYSTEM)
        assert recheck_declarations(by=SYSTEM) == 1
        assert recheck_declarations(by=SYSTEM) == 0
    assert values(number)["effective"] is False and "standard_lapsed" in values(number)["flags"]
    assert values(number)["version"] == 1 and values(untouched)["effective"] is True
    assert number in Notice.objects.get().text_zh


def test_a_newly_confirmed_limit_is_told_on_the_next_day() -> None:
    number = one(
        indicators=[
            *declaring.INDICATORS,
            {"indicator": "可萃取铅", "value": "≤5", "unit": "mg/kg", "method": "GB/T 17593.1-2006"},
        ]
    ).number
    assert "flags" not in values(number)
    declaring.limit("GB 31701—2015", "可萃取铅", "mass_fraction", "≤1.0 mg/kg", applies="B类")
    assert recheck_declarations(by=SYSTEM) == 1
    assert values(number)["flags"] == ["below_mandatory"]


def test_the_rate_of_declaration_counts_main_producers_with_a_valid_declaration() -> None:
    declaring.firms(11, 12)
    clerk = official("clerk", "clerk")
    rows = [{"uscc": declaring.code(n), **said()} for n in (1, 2)]
    declare(
        [*rows, {"uscc": declaring.code(11), **said(standard_no="GB/T 22849-2009", indicators=[])}], by=clerk
    )
    declare([{"uscc": declaring.code(1), **said(product_name="另一件")}], by=clerk)

    def figure(register: str, name: str) -> Any:
        return counting.count(counting.spec_of(register, name, on=TODAY)).value

    assert figure("p_enterprises", "main_producers") == 2
    assert figure(REGISTER, "main_producers_declaring") == 1
    assert figure(REGISTER, "enterprises_declaring") == 2 and figure(REGISTER, "declarations") == 4


def test_a_commitment_is_a_record_of_its_own_and_no_declaration() -> None:
    (found,) = declare(
        [{"kind": "commitment", "product_name": "童装", "sector": "children", "commitment": "十年保修"}],
        by=firm(1),
    )
    record = Record.objects.get(key=found.number)
    assert record.record_type == "commitment" and record.values["commitment_kept"] == "not_checked"
    assert "effective" not in record.values and recheck_declarations(by=SYSTEM) == 0
    ((_, column, _, _),) = wrong(
        lambda: declare([{"kind": "commitment", "product_name": "童装", "sector": "children"}], by=firm(1))
    )
    assert column == "质量承诺"


def test_awards_ask_whether_a_firm_declares() -> None:
    from pinzhi.apps.standards.eligibility_declarations import declares_standards

    assert "declares_standards" in eligibility._offered
    one()
    (draft,) = declare(
        [{"uscc": declaring.code(2), **said(standard_no="GB/T 22849-2009", indicators=[])}],
        by=official("c", "clerk"),
    )
    found = declares_standards([declaring.code(n) for n in (1, 2, 3)], TODAY)
    assert [found[declaring.code(n)].ok for n in (1, 2, 3)] == [True, False, False]
    assert "已废止" in found[declaring.code(2)].zh and "1" in found[declaring.code(1)].zh
    withdraw_declaration(draft.number, "x", by=official("c", "clerk"))
    assert found[declaring.code(3)].en


def test_declared_before_it_was_entered_here_but_never_in_the_future() -> None:
    (found,) = declare(
        [{**said(), "uscc": declaring.code(1)}], by=official("c", "clerk"), declared_on=date(2026, 1, 5)
    )
    assert values(found.number)[
        "declared_on"
    ] == "2026-01-05" and Declaration.objects.get().declared_on == date(2026, 1, 5)
    with pytest.raises(RefusedRows):
        declare([said(model="b")], by=firm(1), declared_on=date(2026, 11, 21))


@pytest.mark.parametrize(
    ("typed", "level", "left"),
    [
        ("儿童纺织产品 B类", "b类", "儿童纺织产品"),
        ("儿童纺织产品B类", "b类", "儿童纺织产品"),
        ("儿童纺织产品（B类）", "b类", "儿童纺织产品"),
        ("A类婴幼儿纺织产品", "a类", "婴幼儿纺织产品"),
        ("针织服装C类", "c类", "针织服装"),
        ("纺织产品AB类", "", "纺织产品AB类"),
        ("儿童纺织产品", "", "儿童纺织产品"),
    ],
)
def test_the_class_of_requirement_is_read_with_and_without_a_space(typed: str, level: str, left: str) -> None:
    assert declared_facts._level(typed) == (level, left)


def test_the_number_is_kept_as_documents_print_it_and_what_stands_behind_it_stays() -> None:
    assert values(one(standard_no="gb/t22849-2014", indicators=[]).number)["standard_no"] == "GB/T 22849—2014"
    graded = "GB/T 22849-2014 优等品"
    assert values(one(standard_no=graded, model="二", indicators=[]).number)["standard_no"] == graded
    found = wrong(lambda: one(standard_no="16 CFR 1303", indicators=[]))
    assert any(column == "执行的标准编号" and "法规" in zh for _, column, zh, _ in found), found
