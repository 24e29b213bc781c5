"""Spreadsheets brought in: judged row by row, whole or in part, never half."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pytest
from openpyxl import Workbook

from pinzhi.apps.parties.actions.import_file import IMPORTS
from pinzhi.apps.parties.actions.register_enterprises import register_enterprises
from pinzhi.apps.parties.fields import columns_of, fields_of
from pinzhi.apps.parties.importing import EnterpriseImporter
from pinzhi.apps.parties.models import Body, Enterprise, FormerName, Product, RiskClass
from pinzhi.kernel.access.accounts import give_right, open_account
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.access.models import User
from pinzhi.kernel.access.queries import actor_for_user
from pinzhi.kernel.audit.models import AuditEvent
from pinzhi.kernel.errors import Conflict, NotFound, NotPermitted, Refused
from pinzhi.kernel.jobs.models import JobProgress
from pinzhi.kernel.registers import sequencer
from pinzhi.kernel.registers.models import Entry, PublicRecord, Record
from pinzhi.kernel.transfer.actions import import_file
from pinzhi.kernel.transfer.judging import bring_in, check
from pinzhi.kernel.transfer.models import CheckedImport
from pinzhi.kernel.transfer.reading import open_table
from pinzhi.rules.identifiers import gtin
from tests.apps.parties.conftest import FUJIAN, XIAMEN, code

pytestmark = pytest.mark.django_db
HEAD = ["统一社会信用代码", "企业名称", "地区", "行业", "规模", "角色", "成立日期", "法人代表", "联系电话"]


def line(number: int, **changes: Any) -> list[Any]:
    row = {
        "code": code(number), "name": f"榕江{number}食品有限公司", "region": "350105", "trade": "C1432", "size": "小型",
        "roles": "生产者;出口商", "day": "2010-05-06", "rep": "林某", "phone": "0591-83000000",
    } | changes  # fmt: skip
    return list(row.values())


def csv_file(
    rows: Sequence[Sequence[Any]], head: Sequence[str] = HEAD, encoding: str = "utf-8-sig"
) -> io.BytesIO:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(head)
    writer.writerows(rows)
    return io.BytesIO(out.getvalue().encode(encoding))


@pytest.fixture
def person(db: None) -> Callable[..., Actor]:
    """An account with rights in the database: a job finds them there."""

    def make(name: str, role: str = "clerk", region: str = FUJIAN) -> Actor:
        system = Actor.system("tests")
        user = open_account(
            username=name,
            display_name=name,
            speaks_for="agency",
            party="amr-350000",
            region=FUJIAN,
            by=system,
        )
        give_right(user, role=role, region=region, starts_on=date(2010, 1, 1), by=system)
        return actor_for_user(User.objects.get(pk=user.pk), date(2026, 1, 1))

    return make


@pytest.fixture
def importer(person: Callable[..., Actor]) -> Actor:
    return person("importer")


def handed_in(
    file: io.BytesIO, by: Actor, what: str = "enterprises", name: str = "企业.csv", region: str = ""
) -> CheckedImport:
    row = import_file.hand_in(IMPORTS, what, file, filename=name, region=region, by=by)
    import_file.carry_out_check(IMPORTS, str(row.pk))
    row.refresh_from_db()
    return row


def brought_in(row: CheckedImport, mode: str, by: Actor) -> CheckedImport:
    import_file.decide(IMPORTS, row.pk, mode, by=by)
    import_file.carry_out_import(IMPORTS, str(row.pk))
    row.refresh_from_db()
    return row


def test_dry_run_then_all(importer: Actor) -> None:
    row = handed_in(csv_file([line(n) for n in range(50)]), importer)
    assert (row.status, row.rows, row.new, row.wrong) == ("checked", 50, 50, 0)
    assert not Enterprise.objects.exists() and not Entry.objects.exists(), "a dry run writes nothing"
    row = brought_in(row, "all", importer)
    assert (row.status, row.new) == ("done", 50)
    first = Enterprise.objects.get(uscc=code(0))
    assert (first.legal_representative, first.trade, first.size) == ("林某", "1432", "small")
    assert first.source == str(row.pk) and first.roles == ["producer", "exporter"]
    assert sequencer.drain() == 50
    assert PublicRecord.objects.filter(register="p_enterprises").count() == 50
    event = AuditEvent.objects.get(action="parties.run_import")
    assert (event.count, event.detail["digest"], event.username) == (50, row.digest, "importer")
    assert JobProgress.objects.filter(link=f"/console/parties/imports/{row.pk}/").count() == 2


def test_37_wrong_of_3000(importer: Actor) -> None:
    rows = [line(n) for n in range(3000)]
    for at in range(0, 2960, 80):
        rows[at] = line(at, code=code(at)[:17] + ("0" if code(at)[17] != "0" else "1"))
    row = handed_in(csv_file(rows), importer)
    assert (row.rows, row.wrong, row.new, row.errors_total) == (3000, 37, 2963, 37)
    assert [e["row"] for e in row.errors[:3]] == [2, 82, 162], "as the reader of the file counts"
    assert all(e["column"] == "统一社会信用代码" and "第18位" in e["wrong_zh"] for e in row.errors)
    with pytest.raises(Refused, match="37 rows are wrong"):
        import_file.decide(IMPORTS, row.pk, "all", by=importer)
    assert not Enterprise.objects.exists()
    row = brought_in(row, "good", importer)
    assert (row.status, row.new, row.wrong) == ("done", 2963, 37)
    assert Enterprise.objects.count() == Record.objects.filter(register="p_enterprises").count() == 2963


def test_gb18030_and_names_of_regions(importer: Actor) -> None:
    rows = [line(1, region="福州市马尾区", name="𠮷祥食品有限公司"), line(2, region="")]
    row = handed_in(csv_file(rows, encoding="gb18030"), importer, region="厦门市")
    assert (row.wrong, row.new) == (0, 2)
    brought_in(row, "all", importer)
    assert dict(Enterprise.objects.values_list("name", "region")) == {
        "𠮷祥食品有限公司": "350105",
        "榕江2食品有限公司": XIAMEN,
    }


def test_xlsx_with_a_title_line_and_numbers(importer: Actor) -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(["福建省企业名单"])
    sheet.append(HEAD)
    sheet.append(line(1, trade=1432, day=date(2010, 5, 6)))
    sheet.append(line(2, code=913501001234567890))
    out = io.BytesIO()
    book.save(out)
    out.seek(0)
    row = handed_in(out, importer, name="企业.xlsx")
    assert (row.rows, row.new, row.wrong) == (2, 1, 1)
    assert "15位" in row.errors[0]["wrong_zh"] and row.errors[0]["row"] == 4


def test_the_same_code_twice_in_a_file(importer: Actor) -> None:
    row = handed_in(csv_file([line(1), line(2), line(1, code=code(1).lower())]), importer)
    assert (row.new, row.wrong) == (2, 1)
    assert row.errors[0]["row"] == 4 and "第 2 行" in row.errors[0]["wrong_zh"]


def test_a_second_import_changes_only_what_changed(importer: Actor) -> None:
    brought_in(handed_in(csv_file([line(1), line(2), line(3)]), importer), "all", importer)
    head = [*HEAD, "曾用名"]
    again = [
        [*line(1), ""],
        [*line(2, name="新榕江食品有限公司", size=""), "福州食品二厂"],
        [*line(3, phone="0591-83000009"), ""],
        [*line(4), ""],
    ]
    row = handed_in(csv_file(again, head), importer)
    assert (row.new, row.changed, row.unchanged) == (1, 2, 1)
    row = brought_in(row, "all", importer)
    assert (row.new, row.changed, row.unchanged) == (1, 2, 1)
    second = Enterprise.objects.get(uscc=code(2))
    assert second.size == "small", "a blank cell leaves what is known"
    assert set(FormerName.objects.filter(enterprise=second).values_list("name", flat=True)) == {
        "榕江2食品有限公司",
        "福州食品二厂",
    }
    assert Entry.objects.filter(register="p_enterprises", key=code(2)).count() == 2
    assert Entry.objects.filter(register="p_enterprises", key=code(3)).count() == 1, (
        "the telephone is not public"
    )
    third = handed_in(csv_file(again, head), importer)
    assert (third.new, third.changed, third.unchanged) == (0, 0, 4)


def test_rows_of_other_regions_are_refused(person: Callable[..., Actor]) -> None:
    here = person("xiamen", region=XIAMEN)
    row = handed_in(csv_file([line(1, region="350203"), line(2)]), here)
    assert (row.new, row.wrong) == (1, 1) and "权限地区" in row.errors[0]["wrong_zh"]


def test_who_may(person: Callable[..., Actor]) -> None:
    with pytest.raises(NotPermitted):
        import_file.hand_in(
            IMPORTS, "enterprises", csv_file([line(1)]), filename="a.csv", by=person("reader", "auditor")
        )
    with pytest.raises(NotFound):
        import_file.hand_in(IMPORTS, "planets", csv_file([line(1)]), filename="a.csv", by=person("clerk2"))
    row = handed_in(csv_file([line(1)]), person("clerk3"))
    with pytest.raises(NotFound):
        import_file.decide(IMPORTS, row.pk, "all", by=Actor("nobody", "enterprise", code(1)))


def test_a_right_taken_away_meanwhile(importer: Actor) -> None:
    row = handed_in(csv_file([line(1)]), importer)
    import_file.decide(IMPORTS, row.pk, "all", by=importer)
    User.objects.get(username="importer").grants.update(ends_on=date(2011, 1, 1))
    with pytest.raises(Refused):
        import_file.carry_out_import(IMPORTS, str(row.pk))
    row.refresh_from_db()
    assert row.status == "failed" and not Enterprise.objects.exists()


def test_lists_that_changed_since_the_dry_run(importer: Actor, clerk: Actor) -> None:
    """All or nothing holds for the import itself, whatever the dry run said."""
    row = handed_in(
        csv_file(
            [[gtin.make(1).text, "鱼丸", code(1), "食品"], [gtin.make(2).text, "肉燕", code(1), "食品"]],
            PRODUCTS,
        ),
        importer,
        "products",
    )
    assert row.wrong == 2 and "没有这家企业" in row.errors[0]["wrong_zh"]
    from tests.apps.parties.conftest import firm

    register_enterprises([firm(1)], by=clerk)
    row = handed_in(csv_file([[gtin.make(1).text, "鱼丸", code(1), "食品"]], PRODUCTS), importer, "products")
    assert row.new == 1
    import_file.decide(IMPORTS, row.pk, "all", by=importer)
    Enterprise.objects.all().delete()
    with pytest.raises(Refused):
        import_file.carry_out_import(IMPORTS, str(row.pk))
    row.refresh_from_db()
    assert row.status == "failed" and row.wrong == 1 and not Product.objects.exists()
    with pytest.raises(Refused):
        import_file.decide(IMPORTS, row.pk, "all", by=importer)


PRODUCTS = ["条形码", "产品名称", "生产企业代码", "产品类别"]


def test_products_bodies_risk_classes(importer: Actor, clerk: Actor, person: Callable[..., Actor]) -> None:
    from tests.apps.parties.conftest import firm

    register_enterprises([firm(1)], by=clerk)
    head = [*PRODUCTS, "企业自编产品编号"]
    rows = [
        [gtin.make(1).text, "鱼丸", code(1), "食品", ""],
        ["", "肉燕", code(1), "食品", "B-2"],
        ["", "鱼面", code(1), "食品", ""],
    ]
    row = handed_in(csv_file(rows, head), importer, "products")
    assert (row.new, row.wrong) == (2, 1) and "至少填一项" in row.errors[0]["right_zh"]
    brought_in(row, "good", importer)
    assert Record.objects.filter(register="p_products").count() == 2
    rows[1][1] = "太平燕"
    row = brought_in(handed_in(csv_file(rows[:2], head), importer, "products"), "all", importer)
    assert (row.changed, row.unchanged) == (1, 1)
    assert Product.objects.get(own_number="B-2").name == "太平燕"

    bodies = [
        ["统一社会信用代码", "机构名称", "地区", "机构类型"],
        [code(5), "省质检院", "350000", "检验检测"],
    ]
    assert (
        brought_in(handed_in(csv_file(bodies[1:], bodies[0]), importer, "bodies"), "all", importer).status
        == "done"
    )
    assert Body.objects.get().kinds == ["testing"]

    risk = [
        ["信用代码", "风险等级", "起始日期"],
        [code(1), "C", "2026-01-01"],
        [code(8), "A", ""],
        [code(1), "B", "2026-01-01"],
    ]
    with pytest.raises(NotPermitted):
        import_file.hand_in(
            IMPORTS, "risk_classes", csv_file(risk[1:], risk[0]), filename="r.csv", by=importer
        )
    reviewer = person("reviewer", "reviewer")
    row = handed_in(csv_file(risk[1:], risk[0]), reviewer, "risk_classes")
    assert (row.new, row.wrong) == (1, 2)
    brought_in(row, "good", reviewer)
    assert RiskClass.objects.get().risk_class == "C"


def test_files_that_are_no_tables(importer: Actor) -> None:
    with pytest.raises(Refused, match="file_kind"):
        import_file.hand_in(
            IMPORTS, "enterprises", io.BytesIO(b"%PDF-1.7 ..."), filename="a.pdf", by=importer
        )
    with pytest.raises(Refused, match="file_empty"):
        import_file.hand_in(IMPORTS, "enterprises", io.BytesIO(b""), filename="a.csv", by=importer)
    row = handed_in(io.BytesIO("一,二\n1,2\n".encode()), importer)
    assert row.status == "unreadable" and "表头缺少" in row.message["zh"] and row.message["en"]
    import_file.drop(IMPORTS, row.pk, by=importer)
    with pytest.raises(Conflict):
        import_file.decide(IMPORTS, row.pk, "good", by=importer)


def test_killed_in_the_middle_leaves_nothing(importer: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(EnterpriseImporter, "chunk", 10)
    row = handed_in(csv_file([line(n) for n in range(40)]), importer)
    import_file.decide(IMPORTS, row.pk, "all", by=importer)

    class Dies(import_file.Silent):
        done = 0

        def advance(self, by: int = 1) -> None:
            self.done += by
            if self.done >= 30:
                raise RuntimeError("gone")

    with pytest.raises(RuntimeError):
        import_file.carry_out_import(IMPORTS, str(row.pk), Dies())
    assert not Enterprise.objects.exists() and not Entry.objects.exists()
    row = brought_in_again(row, importer)
    assert (row.status, Enterprise.objects.count()) == ("done", 40)


def brought_in_again(row: CheckedImport, by: Actor) -> CheckedImport:
    row.refresh_from_db()
    assert row.status == "failed"
    return brought_in(row, "all", by)


@pytest.mark.parametrize("what", ["enterprises", "products", "bodies", "risk_classes"])
def test_columns_know_each_other_apart(what: str) -> None:
    """No header names two columns, and every title of a form is understood."""
    from pinzhi.kernel.transfer.columns import folded

    seen: dict[str, str] = {}
    for column in columns_of(what):
        for title in {column.name, column.zh, column.en, *column.aliases}:
            assert seen.setdefault(folded(title), column.name) == column.name, title
    assert {f.name for f in fields_of(what)} == {c.name for c in columns_of(what)}


def test_quick_cleaning_is_the_careful_one() -> None:
    """The bulk way takes what the registers' own rules take, and gives the same."""
    from pinzhi.apps.parties.cleaning import Cleaner
    from pinzhi.kernel.registers import values

    cleaner = Cleaner("enterprises")
    tries = [
        "榕江",
        " 榕江 ",
        "a\r\nb",
        "x" * 200,
        "x" * 201,
        "",
        " ",
        "\u3000全角\u3000",
        "是",
        "√",
        "2008.3.12",
        "20080312",
        "中型",
        "medium",
        "生产者、销售者",
    ]
    for field in cleaner.fields:
        if field.format in ("uscc", "region", "trade") or field.name == "registration_no":
            continue
        for raw in tries:
            kept, errors = cleaner.given({field.name: raw}, 1)
            try:
                expected = values.clean_value(field, raw)
            except values.Wrong as wrong:
                assert [e.wrong_zh for e in errors] == [wrong.args4[0]], (field.name, raw)
                continue
            assert not errors and kept.get(field.name) == expected, (field.name, raw)


def test_memory_and_speed_do_not_hang_on_the_file(importer: Actor) -> None:
    """Judging is streamed: rows are taken as they are asked for, in chunks."""
    taken: list[int] = []
    file = csv_file([line(n) for n in range(25)])
    report = check(
        open_table(file, columns_of("enterprises"), name="a.csv"),
        EnterpriseImporter(by=importer),
        taken.append,
    )
    assert sum(taken) == report.rows == 25
    assert bring_in([], EnterpriseImporter(by=importer), all_or_nothing=True).rows == 0
