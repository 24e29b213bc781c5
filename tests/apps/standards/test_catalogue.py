"""Editions of standards: registered, changed, related; what the number itself says; loops refused; what the public sees."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from pinzhi.apps.standards.actions.change_edition import change_edition
from pinzhi.apps.standards.actions.register_editions import register_editions
from pinzhi.apps.standards.actions.relate_editions import drop_relation, relate_editions
from pinzhi.apps.standards.models import Edition, Relation
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor, Right
from pinzhi.kernel.audit.models import AuditEvent
from pinzhi.kernel.errors import Conflict, NotPermitted, RefusedRows
from pinzhi.kernel.registers import catalogue, counting, sequencer
from pinzhi.kernel.registers.models import Entry, PublicRecord, Record

pytestmark = pytest.mark.django_db
HOME = "350000"


@pytest.fixture(autouse=True)
def definitions(db: None) -> None:
    catalogue.sync()


@pytest.fixture
def clerk() -> Actor:
    rights = (Right("standards", "*", "clerk", HOME, date(2010, 1, 1)),)
    return Actor("clerk", "agency", "amr-350000", "clerk", rights)


def row(number: str, title: str = "儿童服装安全技术规范", **more: Any) -> dict[str, Any]:
    return {"number": number, "title_zh": title, "region": HOME, **more}


def wrong(call: Callable[[], Any]) -> list[tuple[str | None, str]]:
    with pytest.raises(RefusedRows) as refused:
        call()
    return [(one.column, one.wrong_zh) for one in refused.value.rows]


def test_the_number_says_level_nature_and_key(clerk: Actor) -> None:
    keys = register_editions(
        [
            row("GB 31701－2015", published_on="2015-05-26", effective_on="2016-06-01"),
            row("fz/t73025—2019"),
            row("DB35/T 1024-2020"),
            row("T/CNTAC 21-2018"),
            row("ISO 8124-1：2018"),
        ],
        by=clerk,
    )
    assert keys == [
        "GB 31701-2015",
        "FZ/T 73025-2019",
        "DB35/T 1024-2020",
        "T/CNTAC 21-2018",
        "ISO 8124-1:2018",
    ]
    assert [(e.level, e.nature) for e in Edition.objects.order_by("id")] == [
        ("national", "mandatory"),
        ("industry", "recommended"),
        ("local", "recommended"),
        ("group", "recommended"),
        ("international", "none"),
    ]
    first = Edition.objects.get(key="GB 31701-2015")
    assert (first.number, first.series_key, first.body, first.status) == (
        "GB 31701—2015",
        "GB 31701",
        "GB",
        "in_force",
    )


def test_a_number_written_another_way_is_the_same_standard(clerk: Actor) -> None:
    register_editions([row("GB 31701-2015")], by=clerk)
    assert wrong(lambda: register_editions([row("ＧＢ　31701–2015")], by=clerk))[0][1].startswith("已登记为")
    assert wrong(lambda: register_editions([row("GB/T 1-2000"), row("GB/T1－2000")], by=clerk)) == [
        ("标准编号", "与第 1 行重复")
    ]


WRONG: list[tuple[Any, str, str]] = [
        (row("GB 31701"), "标准编号", "没有年号"),
        (row("XX/T 12-2020"), "标准编号", "第 1 个字符"),
        (row("GB/T 12-2020", level="行业标准"), "标准编号", "国家标准"),
        (row("GB/T 12-2020", nature="强制性"), "标准编号", "推荐性"),
        (row("GB/T 12-2020", ""), "标准名称", "没有名称"),
        (row("GB/T 12-2020", published_on="2020-05-01", effective_on="2020-01-01"), "实施日期", "早于发布日期（2020-05-01）"),
        (row("GB/T 12-2020", effective_on="2020-05-01", withdrawn_on="2019-01-01"), "废止日期", "早于实施日期"),
        (row("GB/T 12-2020", status="现行", withdrawn_on="2021-01-01"), "状态", "废止日期（2021-01-01）已到"),
        (row("GB/T 12-2020", status="现行", effective_on="2199-01-01"), "状态", "未到"),
        (row("GB/T 12-2020", published_on="2020-02-30"), "发布日期", "不是有效日期"),
        (row("GB/T 12-2020", field="玩具"), "产品领域", "不在可选范围内"),
        (row("GB/T 12-2020", replaces="GB/T 12-2020"), "代替标准", "不能代替自己"),
        (row("GB/T 12-2020", replaces="某标准"), "代替标准", "某标准"),
        ({"number": "GB/T 12-2020", "title_zh": "甲"}, "地区", "必填"),
    ]  # fmt: skip


def test_what_is_wrong_is_said_with_its_column(clerk: Actor) -> None:
    for values, column, says in WRONG:
        found = wrong(lambda values=values: register_editions([row("GB/T 1-2000"), values], by=clerk))  # type: ignore[misc]
        assert [c for c, _ in found] == [column], found
        assert says in found[0][1]
    assert not Edition.objects.exists() and not Relation.objects.exists() and not Entry.objects.exists()


def test_the_status_follows_from_the_days(clerk: Actor) -> None:
    with clock.at(date(2020, 6, 1)):
        register_editions(
            [
                row("GB/T 1-2020", published_on="2020-05-01", effective_on="2020-12-01"),
                row(
                    "GB/T 2-2010",
                    published_on="2010-05-01",
                    effective_on="2010-12-01",
                    withdrawn_on="2020-06-01",
                ),
                row(
                    "GB/T 3-2010",
                    published_on="2010-05-01",
                    effective_on="2010-12-01",
                    withdrawn_on="2020-06-02",
                ),
                row("GB/T 4-2020", comment_until="2020-07-01"),
            ],
            by=clerk,
        )
    assert list(Edition.objects.order_by("id").values_list("status", flat=True)) == [
        "published",
        "withdrawn",
        "in_force",
        "draft",
    ]


def test_adoption_is_read_into_relations(clerk: Actor) -> None:
    register_editions(
        [
            row("GB 6675.2-2014", adoption_text="本标准修改采用ISO国际标准：ISO 8124-1:2000。"),
            row("GB/T 9001-2016/ISO 9001:2015", "质量管理体系 要求"),
            row("GB/T 2-2010", adoption_text="本标准由某某国际标准技术研究院有限公司起草。"),
            row("GB/T 3-1990", adoption_text="本标准等效采用国际标准ISO 3:1973。"),
        ],
        by=clerk,
    )
    found = (
        Relation.objects.filter(kind="adopts")
        .order_by("id")
        .values_list("from_edition__key", "degree", "to_key")
    )
    assert list(found) == [
        ("GB 6675.2-2014", "MOD", "ISO 8124-1:2000"),
        ("GB/T 9001-2016", "IDT", "ISO 9001:2015"),
        ("GB/T 3-1990", "EQV", "ISO 3:1973"),
    ]
    degrees = {r.key: r.values["adoption_degree"] for r in Record.objects.filter(register="s01_standards")}
    assert degrees == {
        "GB 6675.2-2014": "mod",
        "GB/T 9001-2016": "idt",
        "GB/T 2-2010": "none",
        "GB/T 3-1990": "eqv",
    }


def test_relations_are_tied_when_the_other_standard_comes(clerk: Actor) -> None:
    register_editions(
        [row("GB/T 5-2020", replaces="GB/T 5-2010；GB/T 6-2011（部分代替）", cites="GB/T 7、GB/T 8-2008")],
        by=clerk,
    )
    assert not Relation.objects.exclude(to_edition=None).exists()
    register_editions(
        [row("GB/T 5-2010", withdrawn_on="2020-12-01"), row("GB/T 6-2011"), row("GB/T 8-2008")], by=clerk
    )
    tied = (
        Relation.objects.exclude(to_edition=None)
        .order_by("to_key")
        .values_list("kind", "part", "to_edition__key")
    )
    assert list(tied) == [
        ("replaces", "wholly", "GB/T 5-2010"),
        ("replaces", "partly", "GB/T 6-2011"),
        ("cites", "", "GB/T 8-2008"),
    ]
    undated = Relation.objects.get(to_series_key="GB/T 7")
    assert (undated.dated, undated.to_key) == (False, "")
    replaced = Record.objects.get(register="s01_standards", key="GB/T 6-2011")
    assert replaced.values["replaced_by"] == ["GB/T 5—2020（部分）"]


def test_a_loop_of_replacements_is_named(clerk: Actor) -> None:
    register_editions([row("GB/T 1-2000"), row("GB/T 1-2010", replaces="GB/T 1-2000")], by=clerk)
    register_editions([row("GB/T 1-2020", replaces="GB/T 1-2010")], by=clerk)
    loop = "代替关系成环：GB/T 1-2000 → GB/T 1-2020 → GB/T 1-2010 → GB/T 1-2000"
    assert wrong(lambda: change_edition("GB/T 1-2000", {"replaces": "GB/T 1-2020"}, by=clerk)) == [
        ("代替标准", loop)
    ]
    assert wrong(
        lambda: relate_editions(
            [{"number": "GB/T 1-2000", "kind": "代替", "to_number": "GB/T 1-2020"}], by=clerk
        )
    ) == [("代替标准", loop)]
    both = [row("GB/T 8-2001", replaces="GB/T 9-2001"), row("GB/T 9-2001", replaces="GB/T 8-2001")]
    found = wrong(lambda: register_editions(both, by=clerk))
    assert found == [("代替标准", "代替关系成环：GB/T 9-2001 → GB/T 8-2001 → GB/T 9-2001")]
    assert Relation.objects.filter(kind="replaces").count() == 2


def test_change_publishes_what_changed_and_nothing_else(clerk: Actor) -> None:
    register_editions([row("GB/T 1-2000", published_on="2000-01-05", key_standard="否")], by=clerk)
    before = Entry.objects.count()
    assert change_edition("GB/T 1—2000", {"title_zh": "儿童服装安全技术规范"}, by=clerk) == []
    assert Entry.objects.count() == before
    edition = Edition.objects.get()
    changed = change_edition(
        "GB/T 1-2000",
        {"withdrawn_on": "2012-03-01", "owner": "全国服装标准化技术委员会"},
        revision=edition.revision,
        by=clerk,
    )
    assert set(changed) == {"withdrawn_on", "owner", "status"}
    record = Record.objects.get(register="s01_standards")
    assert (record.values["status"], record.effective_on) == ("withdrawn", date(2012, 3, 1))
    with pytest.raises(Conflict):
        change_edition("GB/T 1-2000", {"owner": ""}, revision=edition.revision, by=clerk)
    assert change_edition("GB/T 1-2000", {"withdrawn_on": "", "status": ""}, by=clerk) == [
        "status",
        "withdrawn_on",
    ]
    assert Edition.objects.get().status == "in_force"


def test_who_may_and_where(clerk: Actor) -> None:
    with pytest.raises(NotPermitted):
        register_editions([row("DB44/T 1-2020", region="440000")], by=clerk)
    auditor = Actor("a", "agency", "x", "a", (Right("standards", "*", "auditor", HOME, date(2010, 1, 1)),))
    with pytest.raises(NotPermitted):
        register_editions([row("GB/T 1-2000")], by=auditor)
    register_editions([row("GB/T 1-2000")], by=clerk)
    with pytest.raises(NotPermitted):
        change_edition("GB/T 1-2000", {"region": "440000"}, by=clerk)
    assert AuditEvent.objects.filter(action="standards.register_editions").count() == 1


def test_relations_by_themselves(clerk: Actor) -> None:
    register_editions([row("GB/T 1-2000"), row("ISO 1:1999")], by=clerk)
    given = {"number": "GB/T 1-2000", "kind": "采用", "to_number": "ISO 1:1999", "degree": "IDT"}
    assert relate_editions([given], by=clerk) == 1
    assert relate_editions([{**given, "degree": "MOD"}], by=clerk) == 1
    relation = Relation.objects.get()
    assert (relation.degree, relation.to_edition.key if relation.to_edition else "") == ("MOD", "ISO 1:1999")
    assert Record.objects.get(key="GB/T 1-2000").values["adopts"] == ["ISO 1:1999 (MOD)"]
    assert wrong(lambda: relate_editions([{**given, "number": "GB/T 99-2000"}], by=clerk)) == [
        ("标准编号", "目录中没有这个标准")
    ]
    drop_relation(relation.pk, by=clerk)
    assert "adopts" not in Record.objects.get(key="GB/T 1-2000").values


def test_the_public_sees_and_counts_what_was_published(clerk: Actor) -> None:
    register_editions(
        [
            row("GB/T 1-2024", published_on="2024-03-01", effective_on="2024-09-01", field="儿童及婴童用品", local_role="主导"),
            row("DB35/T 2-2023", published_on="2023-03-01", effective_on="2023-09-01", field="食品", local_role="参与"),
            row("ISO 1:1999"),
        ],
        by=clerk,
    )  # fmt: skip
    sequencer.drain()
    assert set(PublicRecord.objects.filter(register="s01_standards").values_list("key", flat=True)) == {
        "GB/T 1-2024",
        "DB35/T 2-2023",
    }, "what stands abroad is in no Chinese catalogue"

    def count(name: str) -> int:
        spec = counting.spec_of(
            "s01_standards", name, on=date(2024, 12, 31), start=date(2024, 1, 1), end=date(2024, 12, 31)
        )
        return int(counting.count(spec).value)

    assert count("new_consumer_standards") == 1
    assert count("consumer_standards_in_force") == 2
