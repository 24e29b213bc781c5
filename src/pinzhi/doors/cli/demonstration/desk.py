"""What lies on the desks of those who look after enterprises and imports: claims, likely duplicates, files brought in."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from pinzhi.apps.parties.actions.claim_enterprise import approve_claim, claim_enterprise, refuse_claim
from pinzhi.apps.parties.actions.propose_duplicates import propose_duplicates
from pinzhi.apps.parties.actions.register_enterprises import register_enterprises
from pinzhi.doors.cli.demonstration import accounts, scans
from pinzhi.doors.cli.demonstration.filling import Context, Filler
from pinzhi.doors.cli.demonstration.parties import SEED, Firm, firms
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.access.models import User
from pinzhi.kernel.access.queries import actor_for_user
from pinzhi.kernel.registers import catalogue
from pinzhi.kernel.registers.actions.receive_import import receive_import, start_import
from pinzhi.kernel.registers.columns import import_columns
from pinzhi.kernel.transfer.writing import csv_chunks
from pinzhi.rules.identifiers import uscc

SYSTEM = Actor.system("demonstration")


def batches(today: date, as_enterprise: Callable[[Firm], dict[str, Any]]) -> Iterator[Callable[[], Any]]:
    yield lambda: claims(today)
    yield lambda: duplicates(as_enterprise)
    yield lambda: imports(today)


def claims(today: date) -> None:
    """Four people ask to act for their firm: two wait, one was let in, one was refused."""
    receipts = []
    for at, (firm, name) in enumerate(
        zip(firms()[40:44], ("苏明远", "叶青禾", "温若兰", "卢景行"), strict=True)
    ):
        moment = datetime.combine(today - timedelta(days=9 - 2 * at), time(9, 40 + at), clock.SHANGHAI)
        with clock.at(moment):
            said = f"兹授权 {name} 代表本单位在品质平台办理业务。"
            paper = scans.letter("授权书", [said], firm.name, f"{moment:%Y}年{moment.month}月{moment.day}日")
            receipts.append(
                claim_enterprise(
                    uscc=firm.code,
                    username=f"demo-firm-{at + 2}",
                    password=accounts.PASSWORD,
                    display_name=name,
                    phone=f"199000088{at:02d}",
                    licence=scans.upload(scans.photograph(SEED + at), "营业执照.jpg"),
                    letter=scans.upload(paper, "授权书.pdf"),
                )
            )
    by = accounts.actor("demo-approver")
    with clock.at(datetime.combine(today - timedelta(days=2), time(15, 5), clock.SHANGHAI)):
        approve_claim(receipts[0].number, by=by)
        refuse_claim(
            receipts[1].number, reason="营业执照照片模糊，无法核对统一社会信用代码，请重新上传。", by=by
        )


def duplicates(as_enterprise: Callable[[Firm], dict[str, Any]]) -> None:
    """Two firms that look as if they were entered a second time, from another spreadsheet."""
    rows = []
    for at, firm in enumerate(firms()[60:62]):
        code = uscc.make(8_800_000 + at, region=firm.region).text
        rows.append({**as_enterprise(firm), "uscc": code, "trade": firm.trade})
    register_enterprises(rows, by=SYSTEM)
    propose_duplicates(region=firms()[60].city, by=SYSTEM)


def imports(today: date) -> None:
    """Two spreadsheets of the clerk: one checked with wrong rows, one brought in by the worker."""
    account = User.objects.filter(username="demo-clerk").first()
    if account is None:
        return
    by = actor_for_user(account, today)
    register = catalogue.get("e01_cqo")
    step = register.life.transition("report")
    if step is None:
        raise ValueError(f"{register.name} has no step report")
    columns = import_columns(register, step)
    filler, day, rng = Filler(register.name), today - timedelta(days=1), Random(SEED + 11)
    for name, first, count, spoiled in (
        ("首席质量官-第四季度.csv", 200, 18, 3),
        ("首席质量官-补报.csv", 240, 10, 0),
    ):
        rows = []
        for number, firm in enumerate(firms()[first : first + count]):
            context = Context(rng, day, firm, 960_000 + first + number)
            values = filler(context, "", "report", {}, full=True)
            subject = firm.code if number >= spoiled else firm.code[:-1] + "0"
            rows.append({**values, "subject": subject, "region": firm.region})
        content = b"".join(csv_chunks(columns, rows, lang="zh"))
        batch = receive_import(register.name, "report", io.BytesIO(content), filename=name, by=by)
        if not spoiled and batch.good == batch.rows:
            start_import(batch.pk, mode="all", by=by)
