"""Results of other levels and regions by file: good rows taken, the others named; one test, accepted by all."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from pinzhi.apps.inspection import outside_files, queries_outside
from pinzhi.apps.inspection.actions.accept_outside import accept_outside
from pinzhi.apps.inspection.actions.import_outside import import_outside
from pinzhi.apps.inspection.models import Attempt, ImportFile, OutsideResult, Sample
from pinzhi.apps.inspection.publishing_outside import record_key
from pinzhi.kernel import clock
from pinzhi.kernel.errors import Conflict, NotPermitted, Refused, RefusedRows
from pinzhi.kernel.registers import queries as registers
from tests.apps.inspection import world
from tests.apps.inspection.test_pages import login
from tests.apps.inspection.world import CLERK, PRODUCER, REVIEWER, entered, report, sampled

pytestmark = pytest.mark.django_db(databases=["default", "portal"])
HOME = "/console/inspection/outside/"
HEAD = [
    "抽样单编号", "抽查级别", "抽查部门", "抽样日期", "标称生产企业名称", "统一社会信用代码", "样品名称", "商标", "规格型号",
    "执行标准", "商品条码", "检验结论", "不合格项目", "地区",
]  # fmt: skip
SOURCE = "国家市场监督管理总局 2026年第3号通告"


def row(number: str, **changes: Any) -> list[Any]:
    values = dict(
        zip(
            HEAD,
            [number, "国家", "国家市场监督管理总局", "2026年4月8日", "榕江童装有限公司", PRODUCER, "婴幼儿连体衣", "榕江", "80/48",
             "GB 31701-2015", "6901234567892", "合格", "", "马尾区"],
            strict=True,
        )
    )  # fmt: skip
    return [changes.get(name, value) for name, value in values.items()]


def as_csv(*rows: list[Any], encoding: str = "gb18030") -> bytes:
    return "\n".join(",".join(str(cell) for cell in line) for line in [HEAD, *rows]).encode(encoding)


def as_xlsx(*rows: list[Any]) -> bytes:
    book = openpyxl.Workbook()
    for line in [["国家监督抽查结果"], HEAD, *rows]:
        book.active.append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def send(client: Client, data: bytes, name: str, status: int = 200, source: str = SOURCE) -> str:
    upload = SimpleUploadedFile(name, data)
    response = client.post(HOME + "import/", {"source": source, "file": upload})
    assert response.status_code == status, response.content.decode()[-3000:]
    return response.content.decode()


BAD = [
    row("B1", 抽查级别="银河"), row("B2", 检验结论="还行"), row("B3", 抽样日期="哪天"), row("B4", 抽样日期="2099-01-01"),
    row("B5", 商品条码="6901234567890"), row("B6", 统一社会信用代码="91350100M000100Y40"), row("", 样品名称="童袜"), row("B8", 地区="火星"),
    row("B9", 商标="", 规格型号="", 执行标准=""), row("A1", 样品名称="另一种"),
]  # fmt: skip


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_good_rows_are_taken_and_each_wrong_one_is_named(kind: str) -> None:
    good = [
        row("A1"),
        row("A2", 检验结论="不合格", 不合格项目="甲醛含量、pH值", 抽查级别="市抽"),
        row("A3", 统一社会信用代码=""),
    ]
    data = as_csv(*good, *BAD) if kind == "csv" else as_xlsx(*good, *BAD)
    page = send(login("wang", "clerk"), data, f"国抽.{kind}")
    assert "接收 3 行，退回 10 行" in page
    for said in (
        "银河",
        "级别不在范围内",
        "还行",
        "哪天",
        "晚于今天",
        "条码校验位不对",
        "统一社会信用代码不对",
        "没有这个地区",
        "无法匹配",
        "编号相同",
    ):
        assert said in page, said
    second = OutsideResult.objects.get(reference="A2")
    assert (second.level, second.verdict, second.failed_items) == ("city", "fail", ["甲醛含量", "pH值"])
    assert (second.sampled_on, second.region, second.source) == (date(2026, 4, 8), world.MAWEI, SOURCE)
    assert Attempt.objects.filter(what="outside").count() >= 10
    kept = ImportFile.objects.get()
    assert (kept.what, kept.reports, kept.refused) == ("outside", 3, 10)


def test_the_mended_file_brings_up_to_date_and_the_same_file_twice_is_refused() -> None:
    clerk = login("wang", "clerk")
    send(clerk, as_csv(row("A1"), row("A2", 检验结论="?")), "a.csv")
    page = send(clerk, as_csv(row("A1", 检验结论="不合格"), row("A2")), "a.csv")
    assert "接收 2 行，退回 0 行" in page and OutsideResult.objects.count() == 2
    assert OutsideResult.objects.get(reference="A1").verdict == "fail"
    page = send(clerk, as_csv(row("A1", 检验结论="不合格"), row("A2")), "a.csv", 422)
    assert "已于" in page
    assert "以往提交的文件" in page and "a.csv" in page


def test_what_is_no_table_and_who_may_not() -> None:
    clerk = login("wang", "clerk")
    assert "表头缺少" in send(clerk, "甲,乙\n1,2\n".encode(), "x.csv", 422)
    assert "空的" in send(clerk, b"", "x.csv", 422)
    assert send(clerk, as_csv(row("A1")), "x.csv", 422, source=" ")
    template = clerk.get(HOME + "template.xlsx")
    assert template.status_code == 200 and template.content[:2] == b"PK"
    for client in (
        login("zhao", "reviewer"),
        login("lab", speaks_for="body", party=world.LABORATORY),
        login("firm", speaks_for="enterprise", party=PRODUCER),
    ):
        assert client.get(HOME + "import/").status_code == 403
        send(client, as_csv(row("A1")), "x.csv", 403)
        assert client.get(HOME + "template.xlsx").status_code == 403
    with pytest.raises(NotPermitted):
        import_outside(io.BytesIO(as_csv(row("A1"))), source=SOURCE, filename="x.csv", by=REVIEWER)
    with pytest.raises(Refused):
        import_outside(io.BytesIO(as_csv(row("A1"))), source="", filename="x.csv", by=CLERK)
    assert not OutsideResult.objects.exists()


def test_too_long_a_file_is_refused_before_anything_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outside_files, "MOST_ROWS", 2)
    page = send(login("wang", "clerk"), as_csv(row("A1"), row("A2"), row("A3")), "x.csv", 422)
    assert "超过2行" in page and "分成几个文件" in page
    assert not OutsideResult.objects.exists() and not ImportFile.objects.exists()


def test_a_filled_in_template_is_read_back() -> None:
    clerk = login("wang", "clerk")
    book = openpyxl.load_workbook(io.BytesIO(clerk.get(HOME + "template.xlsx").content))
    sheet = book.worksheets[0]
    at = next(r for r in range(1, 12) if any(c.value and "来源编号" in str(c.value) for c in sheet[r]))
    heads = {str(c.value).split("*")[0].split("（")[0].strip(): c.column for c in sheet[at] if c.value}
    for name, value in {
        "来源编号": "G-1", "抽查级别": "省级", "抽样日期": date(2026, 4, 8), "标称生产企业": "榕江童装有限公司",
        "产品名称": "婴幼儿连体衣", "商标": "榕江", "检验结论": "合格",
    }.items():  # fmt: skip
        sheet.cell(row=sheet.max_row + (name == "来源编号"), column=heads[name], value=value)
    out = io.BytesIO()
    book.save(out)
    send(clerk, out.getvalue(), "填好的模板.xlsx")
    assert OutsideResult.objects.filter(reference="G-1", level="provincial", verdict="pass").exists()


def test_the_same_number_twice_in_one_call_is_refused_not_broken() -> None:
    one = {
        "reference": "1", "level": "national", "sampled_on": "2026-02-10", "verdict": "pass", "producer_name": "甲",
        "product_name": "乙", "trademark": "丙",
    }  # fmt: skip
    with pytest.raises(RefusedRows) as caught:
        accept_outside("x", [one, one | {"verdict": "fail"}], by=CLERK)
    assert caught.value.rows[0].row == 2
    with pytest.raises(RefusedRows):
        accept_outside("x", [one | {"product_name": "好" * 201}], by=CLERK)
    assert accept_outside("x", [one], by=CLERK) == 1


def test_one_test_is_shown_at_the_goods_and_at_the_sample() -> None:
    world.rules()
    plan = world.programme("XZ-TEX")
    clerk, boss = login("wang", "clerk"), login("li", "approver")
    (number,) = sampled(plan)
    entered(report(number))
    day = clock.today() - timedelta(days=20)
    send(clerk, as_csv(row("A1", 抽样日期=day.isoformat())), "a.csv")
    key = Sample.objects.get().product_key
    assert key == OutsideResult.objects.get().product_key
    page = boss.get(f"/console/inspection/goods/{key}/").content.decode()
    assert "已经国家监督抽查合格" in page and SOURCE in page and number in page and "暂不重复抽查" in page
    page = boss.get(f"/console/inspection/samples/{number}/").content.decode()
    assert "同一产品的其他抽查" in page and f"goods/{key}/" in page and "外部结果" in page
    page = boss.get(HOME + "?level=national").content.decode()
    assert f"goods/{key}/" in page and "婴幼儿连体衣" in page
    for wrong in ("x", "0" * 64):
        assert boss.get(f"/console/inspection/goods/{wrong}/").status_code == 404
    firm = login("firm", speaks_for="enterprise", party=PRODUCER)
    assert (
        firm.get(HOME).status_code == 403 and firm.get(f"/console/inspection/goods/{key}/").status_code == 403
    )
    assert firm.get(f"/console/inspection/samples/{number}/").status_code == 200


def test_a_shopper_sees_it_at_the_product_and_a_correction_is_a_new_entry() -> None:
    world.rules()
    sampled(world.programme("XZ-TEX"))
    clerk = login("wang", "clerk")
    send(clerk, as_csv(row("A1"), row("A2", 商品条码="")), "a.csv")
    records = [
        registers.get_record("m01_outside_results", record_key(SOURCE, number)) for number in ("A1", "A2")
    ]
    # The second has no bar code: it is matched to the product by producer, standard, trade mark, specification.
    assert {r.subject for r in records} == {"06901234567892"}
    assert records[0].values["source"] == SOURCE and records[0].region == world.MAWEI
    send(clerk, as_csv(row("A1", 检验结论="不合格", 不合格项目="甲醛含量"), row("A2", 商品条码="")), "b.csv")
    history = registers.history("m01_outside_results", records[0].key)
    assert len(history) == 2 and len(registers.history("m01_outside_results", records[1].key)) == 1
    assert registers.get_record("m01_outside_results", records[0].key).values["failed_detail"] == "甲醛含量"


def test_which_check_bars_another_and_until_when() -> None:
    def check(day: date, level: str, result: str) -> queries_outside.Checked:
        return queries_outside.Checked(day, level, level, "某局", result, "", [], "1", False)

    today = date(2026, 11, 22)
    known = queries_outside.bars(
        [check(date(2026, 5, 22), "national", "pass"), check(date(2026, 6, 1), "county", "fail")], today
    )
    assert [(b.by_all, b.until) for b in known] == [(False, date(2026, 12, 1))]
    known = queries_outside.bars([check(date(2026, 5, 23), "national", "pass")], today)
    assert [(b.by_all, b.until) for b in known] == [(True, date(2026, 11, 23)), (False, date(2026, 11, 23))]
    assert not queries_outside.bars([check(date(2026, 11, 23), "national", "pass")], today)
    assert [b.by_all for b in queries_outside.bars([check(today, "national", "fail")], today)] == [False]


def test_the_same_file_by_another_door_is_a_conflict() -> None:
    data = as_csv(row("A1"))
    import_outside(io.BytesIO(data), source=SOURCE, filename="a.csv", by=CLERK)
    with pytest.raises(Conflict):
        import_outside(io.BytesIO(data), source=SOURCE, filename="b.csv", by=CLERK)
