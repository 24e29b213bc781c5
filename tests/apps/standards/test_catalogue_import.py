"""Files of the catalogue: judged row by row, whole or in part, never half; STS metadata, and what of it is refused."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from pinzhi.apps.standards.actions.import_catalogue import IMPORTS
from pinzhi.apps.standards.models import CatalogueImport, Edition, Relation
from pinzhi.apps.standards.sts import read_sts
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor, Right
from pinzhi.kernel.audit.models import AuditEvent
from pinzhi.kernel.errors import Conflict, NotPermitted, Refused, RefusedRows
from pinzhi.kernel.registers import catalogue
from pinzhi.kernel.registers.models import Entry, Record
from pinzhi.kernel.transfer.actions import import_file
from pinzhi.kernel.transfer.actions.import_file import import_stream
from pinzhi.rules.standards.edition_facts import status_on
from tests.shared import SHARED

pytestmark = pytest.mark.django_db
BY = Actor.system("test")
HEAD = ["标准号", "标准名称", "发布日期", "实施日期", "代替标准号", "采标情况", "ICS"]


@pytest.fixture(autouse=True)
def definitions(db: None) -> None:
    catalogue.sync()


def table(
    rows: Sequence[Sequence[str]], head: Sequence[str] = HEAD, encoding: str = "utf-8-sig"
) -> io.BytesIO:
    out = io.StringIO()
    csv.writer(out).writerows([head, *rows])
    return io.BytesIO(out.getvalue().encode(encoding))


def bring(
    rows: Any, *, what: str = "editions", mode: str = "all", head: Sequence[str] = HEAD, by: Actor = BY
) -> Any:
    stream = rows if isinstance(rows, io.BytesIO) else table(rows, head)
    return import_stream(IMPORTS, what, stream, filename="t.csv", mode=mode, region="350000", by=by)


GOOD = [
    ["GB/T 1-2000", "甲", "2000-01-05", "2000-06-01", "", "", "61.020"],
    [
        "GB/T 1-2010",
        "甲",
        "2010-01-05",
        "2010-06-01",
        "GB/T 1-2000 甲 (全部代替)；GB/T 2-2001 乙（部分代替）",
        "",
        "61.020;97.200",
    ],
    [
        "GB 6675.2-2014",
        "玩具",
        "2014/5/6",
        "2016年1月1日",
        "",
        "本标准修改采用ISO国际标准：ISO 8124-1:2000。",
        "",
    ],
]


def test_new_changed_and_unchanged_rows() -> None:
    assert bring(GOOD).counts() == {"rows": 3, "new": 3, "changed": 0, "unchanged": 0, "wrong": 0}
    replaced = (
        Relation.objects.filter(kind="replaces")
        .order_by("id")
        .values_list("to_key", "part", "to_edition__key")
    )
    assert list(replaced) == [("GB/T 1-2000", "wholly", "GB/T 1-2000"), ("GB/T 2-2001", "partly", None)]
    entries = Entry.objects.count()
    assert bring(GOOD).counts()["unchanged"] == 3
    assert Entry.objects.count() == entries
    again = [GOOD[0], [*GOOD[1][:4], "GB/T 1-2000", "", ""], [*GOOD[2][:1], "玩具安全", *GOOD[2][2:]]]
    assert bring(again).counts() == {"rows": 3, "new": 0, "changed": 2, "unchanged": 1, "wrong": 0}
    assert not Relation.objects.filter(to_key="GB/T 2-2001").exists()
    assert Edition.objects.get(key="GB/T 1-2010").ics == ["61.020", "97.200"], "a blank cell says nothing"
    assert Record.objects.get(key="GB 6675.2-2014").values["standard_name"] == "玩具安全"
    assert AuditEvent.objects.filter(action="standards.run_import").count() == 3


WRONG = [
    (["GB/T 9", "甲", "", "", "", "", ""], "标准编号", "没有年号"),
    (["GBX 9-2000", "甲", "", "", "", "", ""], "标准编号", "第 1 个字符"),
    (["", "甲", "", "", "", "", ""], "标准编号", "必填"),
    (["GB/T 1－2010", "甲", "", "", "", "", ""], "标准编号", "与第 3 行重复"),
    (["GB/T 10-2000", "", "", "", "", "", ""], "标准名称", "没有名称"),
    (["GB/T 11-2000", "甲", "2000-13-01", "", "", "", ""], "发布日期", "不是有效日期"),
    (["GB/T 12-2000", "甲", "2001-01-01", "2000-01-01", "", "", ""], "实施日期", "早于发布日期"),
    (["GB/T 13-2000", "甲", "", "", "GB/T 1-2010；没有编号", "", ""], "代替标准", "没有编号"),
    (["GB/T 14-2000", "甲", "", "", "GB/T 14-2000", "", ""], "代替标准", "不能代替自己"),
    (["GB/T 1-1990", "甲", "", "", "GB/T 1-2010", "", ""], None, ""),
    (["GB/T 15-2000", "甲" * 301, "", "", "", "", ""], "标准名称", "超过 300 个字"),
]


def test_wrong_rows_are_named_and_nothing_half_is_done() -> None:
    rows = [*GOOD, *(row for row, _, _ in WRONG)]
    rows[0] = [*GOOD[0][:4], "GB/T 1-1990", "", ""]
    with pytest.raises(RefusedRows) as refused:
        bring(rows)
    found = {error.row: error for error in refused.value.rows}
    for number, (_row, column, says) in enumerate(WRONG, 5):
        if column is None:
            continue
        assert found[number].column == column and says in found[number].wrong_zh, (number, found[number])
        assert found[number].right_zh, "every error says what would be right"
    loop = next(error for error in refused.value.rows if "成环" in error.wrong_zh)
    assert loop.row == 14 and "GB/T 1-1990 → GB/T 1-2010 → GB/T 1-2000 → GB/T 1-1990" in loop.wrong_zh
    assert not Edition.objects.exists() and not Entry.objects.exists()
    report = bring(rows, mode="good")
    assert report.counts() == {"rows": 14, "new": 3, "changed": 0, "unchanged": 0, "wrong": 11}
    assert bring(rows, mode="check").counts()["wrong"] == 11


def test_relations_from_a_table() -> None:
    bring(GOOD)
    head = ["标准编号", "关系", "对象标准编号", "采用程度", "代替范围"]
    rows = [
        ["GB/T 1-2010", "引用", "GB 6675.2-2014", "", ""],
        ["GB/T 1-2010", "采用", "ISO 1:2009", "IDT", ""],
        ["GB/T 77-2000", "引用", "GB/T 1", "", ""],
        ["GB/T 1-2000", "代替", "GB/T 1-2010", "", "全部"],
        ["GB/T 1-2010", "抄自", "ISO 1:2009", "", ""],
    ]
    report = bring(rows, what="relations", mode="good", head=head)
    assert report.counts() == {"rows": 5, "new": 2, "changed": 0, "unchanged": 0, "wrong": 3}
    assert [(e.row, e.column) for e in sorted(report.errors, key=lambda e: e.row)] == [
        (4, "标准编号"),
        (5, "代替标准"),
        (6, "关系"),
    ]
    assert bring(rows[:2], what="relations", head=head).counts()["unchanged"] == 2


def test_who_may_import_where() -> None:
    clerk = Actor("c", "agency", "x", "c", (Right("standards", "*", "clerk", "350100", date(2010, 1, 1)),))
    report = import_stream(
        IMPORTS, "editions", table(GOOD), filename="t", mode="check", region="350000", by=clerk
    )
    assert report.wrong == 3 and "权限地区" in report.errors[0].wrong_zh
    with pytest.raises(NotPermitted):
        bring(GOOD, by=Actor("n", "agency", "x", "n", ()))


def test_a_region_that_is_none_is_said_before_anything_is_read() -> None:
    for region in ("不存在的地方", "123"):
        with pytest.raises(Refused) as refused:
            import_stream(IMPORTS, "editions", table(GOOD), filename="t", mode="all", region=region, by=BY)
        assert (refused.value.code, refused.value.place) == (
            "no_such_region",
            "region",
        ) and refused.value.remedy_zh
        with pytest.raises(Refused):
            import_file.hand_in(IMPORTS, "editions", table(GOOD), filename="t.csv", region=region, by=BY)
    assert not CatalogueImport.objects.exists() and not Edition.objects.exists()


def test_a_file_goes_its_way() -> None:
    row = import_file.hand_in(IMPORTS, "editions", table(GOOD), filename="t.csv", region="350000", by=BY)
    import_file.carry_out_check(IMPORTS, str(row.pk))
    with pytest.raises(Refused):
        import_file.decide(IMPORTS, row.pk, "some", by=BY)
    import_file.decide(IMPORTS, row.pk, "all", by=BY)
    import_file.carry_out_import(IMPORTS, str(row.pk))
    import_file.carry_out_import(IMPORTS, str(row.pk))
    row.refresh_from_db()
    assert (row.status, row.new) == ("done", 3)
    with pytest.raises(Conflict):
        import_file.drop(IMPORTS, row.pk, by=BY)
    other = import_file.hand_in(IMPORTS, "editions", io.BytesIO(b"a,b\n1,2\n"), filename="t.csv", by=BY)
    import_file.carry_out_check(IMPORTS, str(other.pk))
    other.refresh_from_db()
    assert other.status == CatalogueImport.Status.UNREADABLE and "标准编号" in other.message["zh"]


def test_statuses_and_replacements_of_real_rows() -> None:
    """Half of a list of real editions: what the catalogue says of each on any day is what the list says."""
    path = SHARED / "data/standards/gb_temporal_sample_500.csv"
    if not path.exists():
        pytest.skip("the shared data is not here")
    facts = list(csv.DictReader(path.open(encoding="utf-8-sig")))[1::2]
    head = ["标准号", "标准名称", "发布日期", "实施日期", "失效日期", "当前状态", "代替标准"]
    rows = [
        [f["标准号"], "名称", f["发布日期"], f["实施日期"], f["失效日期"], f["当前状态"], f["代替标准"]]
        for f in facts
    ]
    with clock.at(date(2025, 11, 30)):
        report = bring(rows, mode="good", head=head)
    assert report.wrong == 0, report.errors[:5]
    from pinzhi.apps.standards.queries_catalogue import fact_of

    words = {"现行": "in_force", "废止": "withdrawn", "即将实施": "published", "未实施": "published"}
    for fact in facts:
        row = next(
            e
            for e in Edition.objects.filter(number__contains=fact["标准号"].split("-")[0].split(" ")[1])
            if e.key == fact["标准号"]
        )
        assert status_on(fact_of(row), date(2025, 11, 30)).value == words[fact["当前状态"]], fact["标准号"]


STS = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE standard PUBLIC "-//NISO//DTD NISO STS Interchange Tag Set" "NISO-STS-interchange-1-mathml3.dtd">
<standard xmlns:xlink="http://www.w3.org/1999/xlink"><front><std-meta>
<title-wrap xml:lang="en"><intro>Safety of toys</intro><main>Mechanical and physical properties</main></title-wrap>
<title-wrap xml:lang="zh"><full>玩具安全&mdash;机械与物理性能</full></title-wrap>
<std-ident><originator>ISO</originator><doc-number>8124</doc-number><part-number>1</part-number></std-ident>
<std-ref type="undated">ISO 8124-1</std-ref><std-ref type="dated">ISO 8124-1:2018</std-ref>
<pub-date>2018-04-12</pub-date><comm-ref>ISO/TC 181</comm-ref><ics>97.200.50</ics>
<std-xref type="replaces"><std-ref>ISO 8124-1:2014</std-ref></std-xref></std-meta></front>
<body><p>text that is not read &nosuch;</p></body></standard>"""
ADOPTION = """<adoption><adoption-front><std-meta><title-wrap xml:lang="zh"><main>玩具</main></title-wrap>
<std-ref type="dated">GB/T 6675.9-2030</std-ref><release-date>2030-01</release-date></std-meta></adoption-front>
<standard><front><std-meta><title-wrap xml:lang="en"><main>Toys</main></title-wrap><std-ref type="dated">ISO 8124-9:2029</std-ref>
<ics>97.200.50</ics></std-meta></front><body/></standard></adoption>"""


def test_metadata_of_a_standard() -> None:
    values = read_sts(io.BytesIO(STS.encode()))
    assert values == {
        "number": "ISO 8124-1:2018",
        "title_en": "Safety of toys — Mechanical and physical properties",
        "title_zh": "玩具安全—机械与物理性能",
        "published_on": "2018-04-12",
        "owner": "ISO/TC 181",
        "ics": ["97.200.50"],
        "replaces": "ISO 8124-1:2014",
        "adopts": [],
    }
    assert bring(io.BytesIO(STS.encode()), what="sts").counts()["new"] == 1
    assert bring(io.BytesIO(ADOPTION.encode()), what="sts").counts()["new"] == 1
    adopted = Relation.objects.get(kind="adopts")
    assert (adopted.from_edition.key, adopted.to_key, adopted.degree) == (
        "GB/T 6675.9-2030",
        "ISO 8124-9:2029",
        "",
    )


REFUSED = [
        ('<!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]><standard><front>&x;</front></standard>', "sts_entity", "外部实体“x”，指向 file:///etc/passwd"),
        ('<!DOCTYPE s [<!ENTITY x PUBLIC "p" "http://a.example/x">]><standard>&x;</standard>', "sts_entity", "外部实体“x”"),
        ('<!DOCTYPE s [<!ENTITY % x SYSTEM "http://a.example/x.dtd"> %x;]><standard/>', "sts_entity", "实体“x”"),
        ('<!DOCTYPE s [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><standard>&b;</standard>', "sts_entity", "自定义实体"),
        ("<standard><front></standard>", "sts_not_xml", "第 1 行第 20 列"),
        ("<standard><front/></standard>", "sts_no_metadata", "没有标准的元数据"),
        ("not xml", "sts_not_xml", "第 1 行"),
    ]  # fmt: skip


def test_what_is_refused_of_an_xml_file() -> None:
    for text, code, says in REFUSED:
        with pytest.raises(Refused) as refused:
            read_sts(io.BytesIO(text.encode()))
        assert refused.value.code == code and says in refused.value.zh and refused.value.remedy_zh
    row = import_file.hand_in(IMPORTS, "sts", io.BytesIO(REFUSED[0][0].encode()), filename="a.xml", by=BY)
    import_file.carry_out_check(IMPORTS, str(row.pk))
    row.refresh_from_db()
    assert row.status == CatalogueImport.Status.UNREADABLE and "file:///etc/passwd" in row.message["zh"]
    assert not Edition.objects.exists()
