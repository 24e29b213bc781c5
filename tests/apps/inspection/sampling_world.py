"""Tasks for samplers, seals, and records as phones send them."""

from __future__ import annotations

import hashlib
import io
import json
import uuid
from datetime import date, datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from pinzhi.apps.inspection.actions.keep_seals import issue_seals
from pinzhi.apps.inspection.actions.receive_record import Received, receive_record
from pinzhi.apps.inspection.forms_sampling import read
from pinzhi.apps.inspection.models import Inspector, Programme, Task
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from tests.apps.inspection.world import CLERK, FUJIAN, LABORATORY, MAWEI, PRODUCER

MADE = date(2026, 4, 2)
SEALS = [f"FJ26-{n:05d}" for n in range(1, 21)]


def picture(colour: str = "red", kind: str = "JPEG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(out, kind)
    return out.getvalue()


def samplers(*usernames: str) -> list[str]:
    codes = []
    for number, username in enumerate(usernames, 1):
        row, _new = Inspector.objects.get_or_create(
            code=f"ZF-{username}",
            defaults={
                "name": f"抽样员{number}",
                "username": username,
                "agency": f"{FUJIAN}-market_supervision",
                "region": FUJIAN,
            },
        )
        codes.append(row.code)
    return codes


def task(programme: Programme, inspectors: list[str], number: str = "RW-2026-000001", **more: Any) -> Task:
    with clock.at(MADE):
        return Task.objects.create(
            number=number,
            programme=programme,
            product=programme.products.get(),
            uscc=PRODUCER,
            region=MAWEI,
            channel="plant",
            inspectors=inspectors,
            laboratory=LABORATORY,
            due_on=date(2026, 5, 2),
            made_at=clock.now(),
            made_by="clerk",
            **more,
        )


def seals() -> None:
    with clock.at(date(2026, 4, 1)):
        issue_seals(SEALS, f"{FUJIAN}-market_supervision", region=FUJIAN, by=CLERK)


def record(task_number: str = "RW-2026-000001", **changes: Any) -> dict[str, Any]:
    photo, sign = picture(), picture("black", "PNG")
    return {
        "version": 1,
        "id": str(uuid.uuid4()),
        "task": task_number,
        "outcome": "taken",
        "channel": "plant",
        "sampled_on": "2026-04-08",
        "sampled_at_name": "榕江童装有限公司",
        "sampled_at_code": PRODUCER,
        "producer_name": "榕江童装有限公司",
        "producer_code": PRODUCER,
        "product_name": "婴幼儿连体衣",
        "gtin": "6901234567892",
        "test_samples": "2",
        "backup_samples": "2",
        "seals": SEALS[0],
        "backup_seals": SEALS[1],
        "bought": True,
        "price": "128.00",
        "receipt": "NO.7781",
        "photos": [{"part": "photo-1", "kind": "goods", "sha256": hashlib.sha256(photo).hexdigest()}],
        "signatures": [
            {"role": "firm", "name": "陈经理", "drawn": {"part": "sign-firm", "sha256": hashlib.sha256(sign).hexdigest()}},
            {"role": "inspector", "name": "抽样员1、抽样员2"},
        ],
        **changes,
    }  # fmt: skip


def parts() -> dict[str, Any]:
    return {
        "photo-1": SimpleUploadedFile("p.jpg", picture(), "image/jpeg"),
        "sign-firm": SimpleUploadedFile("s.png", picture("black", "PNG"), "image/png"),
    }


def send(
    one: dict[str, Any], *, by: Actor, at: date | datetime = date(2026, 4, 9), files: Any = None
) -> Received:
    with clock.at(at):
        return receive_record(read(json.dumps(one)), parts() if files is None else files, by=by)
