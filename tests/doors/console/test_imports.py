"""Import in the console: template, upload, report, go; the work itself in a worker."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook
from pytest_django import Settings as SettingsWrapper

from pinzhi.kernel.audit.models import AuditEvent
from pinzhi.kernel.jobs.models import JobProgress
from pinzhi.kernel.jobs.worker import run_worker
from pinzhi.kernel.registers.actions import receive_import
from pinzhi.kernel.registers.models import Entry, ImportBatch, Record
from tests.doors.console.conftest import CQO, Login, firm
from tests.kernel.registers.test_importing import as_csv, row

BASE = f"/console/registers/{CQO}/import/"


@pytest.fixture(autouse=True)
def files_aside(settings: SettingsWrapper, tmp_path: Any) -> None:
    settings.PINZHI_FILES_DIR = tmp_path / "files"


def send(client: Client, file: io.BytesIO, step: str = "enter_decision", name: str = "数据.csv") -> Any:
    upload = SimpleUploadedFile(name, file.getvalue(), content_type="text/csv")
    return client.post(BASE, {"step": step, "file": upload}, follow=True)


@pytest.mark.django_db
def test_the_template_has_headers_lists_and_notes(login: Login) -> None:
    client = login("wang", "clerk@350100")
    page = client.get(BASE)
    assert page.status_code == 200 and "template.xlsx" in page.content.decode()
    book = load_workbook(io.BytesIO(client.get(BASE + "template.xlsx?step=enter_decision").content))
    heads = [cell.value for cell in book.worksheets[0][1]]
    assert heads[:2] == ["统一社会信用代码*", "地区"] and "姓名*" in heads and "生效日期" in heads
    assert "张三" in str([[c.value for c in r] for r in book.worksheets[1].rows])
    text = client.get(BASE + "template.csv?step=enter_decision").content.decode("utf-8-sig")
    assert text.splitlines()[0].startswith("统一社会信用代码,地区,企业名称")
    assert "榕江食品有限公司" in text.splitlines()[1]
    assert client.get(BASE + "template.pdf").status_code == 404


@pytest.mark.django_db
def test_who_may_not_enter_may_not_import(login: Login) -> None:
    assert login("li", "auditor@350100").get(BASE).status_code == 403
    assert login("boss", speaks_for="enterprise", party=firm(1)).get(BASE).status_code == 403


@pytest.mark.django_db
def test_report_row_by_row_and_nothing_entered(login: Login) -> None:
    client = login("wang", "clerk@350100")
    page = send(client, as_csv([row(1), row(2, person_name="", employees="many"), row(3)]))
    text = page.content.decode()
    assert page.status_code == 200 and "从业人员数" in text and "many" in text and "姓名" in text
    batch = ImportBatch.objects.get()
    assert (batch.status, batch.rows, batch.good) == ("checked", 3, 2)
    assert not Entry.objects.exists()
    assert 'value="all"' not in text and 'value="good"' in text
    url = f"{BASE}{batch.pk}/"
    assert client.post(url + "go/", {"mode": "all"}, follow=True).status_code == 200
    assert not JobProgress.objects.exists(), "a file with errors is not imported whole"
    report = b"".join(client.get(url + "report.csv").streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert report.splitlines()[0] == "行,列,值,错误,应为" and report.splitlines()[1].startswith("3,")
    book = load_workbook(io.BytesIO(client.get(url + "report.xlsx").content))
    assert book.worksheets[0].max_row == 3
    assert login("zhao", "clerk@350100").get(url).status_code == 404
    assert login("admin", "administrator@350100").get(url).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "空"), ("甲,乙\n1,2\n".encode(), "表头缺少"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 99, "旧版")],
)
def test_what_is_no_table_is_said_at_the_file(login: Login, content: bytes, said: str) -> None:
    page = send(login("wang", "clerk@350100"), io.BytesIO(content))
    assert said in page.content.decode()
    assert not Entry.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("mode", ["all", "good"])
def test_a_worker_imports_it(login: Login, mode: str) -> None:
    client = login("wang", "clerk@350100")
    rows = [row(1), row(2)] + ([row(3, person_name="")] if mode == "good" else [])
    file = as_csv(rows)
    send(client, file)
    batch = ImportBatch.objects.get()
    url = f"{BASE}{batch.pk}/"
    page = client.post(url + "go/", {"mode": mode}, follow=True)
    assert JobProgress.objects.get().link == url
    assert "hx-get" in page.content.decode()
    again = client.post(url + "go/", {"mode": mode}, follow=True).content.decode()
    assert JobProgress.objects.count() == 1 and "不能执行" in again
    part = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{url}"}
    address = f"/console/jobs/{JobProgress.objects.get().pk}/"
    assert "HX-Refresh" not in client.get(address, headers=part).headers
    run_worker(wait=False)
    assert client.get(address, headers=part).headers["HX-Refresh"] == "true", "the batch's page shows its end"
    own = {**part, "HX-Current-URL": f"http://testserver{address}"}
    assert "HX-Refresh" not in client.get(address, headers=own).headers
    batch.refresh_from_db()
    job = JobProgress.objects.get()
    assert (job.state, job.result) == ("done", {"rows": len(rows), "good": 2}), job.message_zh
    assert (batch.status, batch.mode, batch.good) == ("done", mode, 2)
    assert Record.objects.filter(state="appointed").count() == 2
    assert AuditEvent.objects.filter(action__startswith="registers.").count() == 1
    send(client, file)
    twice = ImportBatch.objects.exclude(pk=batch.pk).get()
    assert "同一文件" in client.get(f"{BASE}{twice.pk}/").content.decode()
    assert str(batch.pk) in client.get("/console/registers/imports/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_large_file_is_checked_by_the_worker(login: Login, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receive_import, "AT_ONCE", 100)
    client = login("wang", "clerk@350100")
    page = send(client, as_csv([row(1), row(2, mobile="")]))
    assert page.status_code == 200 and ImportBatch.objects.get().status == "checking"
    run_worker(wait=False)
    batch = ImportBatch.objects.get()
    assert (batch.status, batch.rows, batch.good) == ("checked", 2, 1)


@pytest.mark.django_db(transaction=True)
def test_a_right_that_is_gone_stops_the_import(login: Login) -> None:
    from pinzhi.kernel.access.models import Grant

    client = login("wang", "clerk@350100")
    send(client, as_csv([row(1)]))
    batch = ImportBatch.objects.get()
    client.post(f"{BASE}{batch.pk}/go/", {"mode": "all"})
    Grant.objects.all().delete()
    run_worker(wait=False)
    batch.refresh_from_db()
    assert batch.status == "checked" and not Entry.objects.exists()
    assert JobProgress.objects.get().state == "failed"
