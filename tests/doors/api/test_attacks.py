"""What somebody who means harm would send: markup, formulas, bombs, paths, forms from elsewhere."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse

from pinzhi.kernel import clock
from pinzhi.kernel.access.models import User
from pinzhi.kernel.registers import catalogue, sequencer
from pinzhi.kernel.registers.append import append
from pinzhi.kernel.registers.definitions import Register
from pinzhi.kernel.registers.entries import EntryDraft
from tests.doors.api.conftest import PASSWORD, Caller

pytestmark = pytest.mark.django_db(databases=["default", "portal"], transaction=True)
Make = Callable[..., Caller]
MARK = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>"
EVENT = re.compile(rb"<[a-z][^>]*\s(on[a-z]+)\s*=", re.I)
INLINE = re.compile(rb"<script(?![^>]*\ssrc=)[^>]*>", re.I)


def whole(response: HttpResponseBase) -> bytes:
    return b"".join(response) if response.streaming else response.content  # type: ignore[attr-defined,arg-type]


@pytest.fixture
def console(caller: Make) -> Iterator[Client]:
    catalogue.sync()
    caller("li", "clerk@", "approver@", "reviewer@")
    client = Client()
    client.force_login(User.objects.get(username="li"))
    yield client


def place(register: Register) -> str:
    """A public record of which every text is markup, put there past all checks."""
    shown = next(iter(register.definition.classes.values()), None)
    state = shown.states[0] if shown else register.life.states[-1].name
    values = dict(register.definition.sample)
    for field in register.definition.fields:
        if field.type in ("string", "text") and not field.options and not field.constraints.enum:
            values[field.name] = [MARK] if field.many else MARK
    types = register.definition.record_types
    draft = EntryDraft(
        key=f"XSS-{register.name}",
        kind=register.life.transitions[0].name,
        state=state,
        values=values,
        effective_on=clock.today(),
        valid_from=clock.today(),
        record_type=types[0].name if types else "",
        region="350102",
        agency="350100-market_supervision",
        subject=MARK[:60],
        step={"reason": MARK, "note": MARK, "decision_number": MARK},
    )
    with transaction.atomic():
        append(register, [draft], by="nobody")
    return draft.key


def test_markup_is_shown_as_text(console: Client) -> None:
    registers = [r for n, r in enumerate(catalogue.registers().values()) if n % 4 == 0]
    keys = {register.name: place(register) for register in registers}
    sequencer.drain()
    pages: list[str] = [reverse("portal:search") + "?q=script", "/console/", "/console/registers/"]
    for name, key in keys.items():
        pages += [
            reverse("registers_list", args=[name]),
            reverse("registers_record", args=[name, key]),
            reverse("portal:register", args=[name]) + "?q=script",
            reverse("portal:record", args=[name, key]),
        ]
    shown = 0
    for page in pages:
        response = console.get(page)
        assert response.status_code in (200, 404), (page, response.status_code)
        text = whole(response)
        assert b"<script>alert" not in text and b"<img src=x" not in text, page
        shown += b"&lt;script&gt;alert" in text
    assert shown > len(keys)  # it was there to be escaped


def test_every_kind_of_page_has_its_headers(console: Client) -> None:
    pages = {
        "/": 200, "/registers/": 200, "/search/?q=福建": 200, "/scoreboard/": 200, "/verify/": 200, "/nothing": 404,
        "/accounts/login/": 200, "/api/": 200, "/console/": 200, "/console/registers/": 200,
        "/console/registers/e01_cqo/": 200, "/console/nothing/": 404,
    }  # fmt: skip
    for page, status in pages.items():
        client = Client() if page.startswith("/accounts") else console
        response = client.get(page)
        text = whole(response)
        assert response.status_code == status, (page, response.status_code)
        policy = response["Content-Security-Policy"]
        assert "unsafe" not in policy and "default-src 'self'" in policy, page
        assert response["X-Frame-Options"] == "DENY" and response["X-Content-Type-Options"] == "nosniff", page
        assert response["Referrer-Policy"] == "same-origin", page
        # What the policy forbids is not relied on either.
        assert not EVENT.search(text) and not INLINE.search(text) and b" style=" not in text, page
        if page.startswith(("/console", "/accounts")):
            assert "no-store" in response["Cache-Control"], page


def test_forms_from_elsewhere(caller: Make) -> None:
    caller("li", "clerk@350100")
    client = Client(enforce_csrf_checks=True)
    client.get("/accounts/login/")
    csrf = client.cookies["pinzhi_csrf"].value
    assert client.post("/accounts/login/", {"login": "li", "password": PASSWORD}).status_code == 403
    entered = client.post(
        "/accounts/login/", {"login": "li", "password": PASSWORD, "csrfmiddlewaretoken": csrf}
    )
    assert entered.status_code == 302
    cookie = client.cookies["pinzhi_session"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"
    assert client.post("/accounts/logout/").status_code == 403
    assert client.get("/console/").status_code == 200  # still logged in
    outside = Client().get("/console/registers/e01_cqo/")
    assert outside.status_code == 302 and "/accounts/login/" in outside["Location"]
    # No address to leave by after logging in.
    form = {"login": "li", "password": PASSWORD, "next": "https://elsewhere.example/"}
    left = Client().post("/accounts/login/", form)
    assert left.status_code == 302 and "elsewhere" not in left["Location"]


def test_formulas_are_not_exported_live(console: Client) -> None:
    register = catalogue.get("e01_cqo")
    field = next(f.name for f in register.definition.fields if f.type in ("string", "text") and not f.options)
    draft = EntryDraft(
        key="CSV-1",
        kind="enter_decision",
        state=register.definition.classes["open"].states[0]
        if "open" in register.definition.classes
        else "appointed",
        values={**register.definition.sample, field: "=cmd|' /C calc'!A0"},
        effective_on=clock.today(),
        region="350102",
    )
    with transaction.atomic():
        append(register, [draft], by="nobody")
    for kind in ("csv", "xlsx", "jsonl"):
        response = console.get(reverse("registers_export", args=["e01_cqo", kind]))
        data = whole(response)
        if kind == "csv":
            assert b"'=cmd" in data and b",=cmd" not in data and b'"=cmd' not in data
        if kind == "xlsx":
            with zipfile.ZipFile(io.BytesIO(data)) as book:
                assert not any(b"<f>" in book.read(name) for name in book.namelist())


def bomb() -> bytes:
    """A workbook of 30 KB that unpacks to 600 MB."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("[Content_Types].xml", "<Types/>")
        book.writestr("xl/workbook.xml", "<workbook/>")
        with book.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(600):
                sheet.write(b"0" * 1_000_000)
    return out.getvalue()


def laughs(inside: str) -> bytes:
    """A document whose entities multiply."""
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(12))
    xml = f'<?xml version="1.0"?><!DOCTYPE x [{entities}]><x>&l11;</x>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        book.writestr("[Content_Types].xml", xml)
        book.writestr("xl/workbook.xml" if inside == "xlsx" else "word/document.xml", xml)
    return out.getvalue()


def test_bombs(caller: Make) -> None:
    catalogue.sync()
    official = caller("li", "clerk@350100", "approver@350100")
    address = "/registers/e01_cqo/imports"
    for name, content in (("bomb.xlsx", bomb()), ("laughs.xlsx", laughs("xlsx"))):
        body = {"file": SimpleUploadedFile(name, content), "step": "enter_decision"}
        problem = official.send(address, body, 422)
        assert problem["code"] and problem["title"], name
    for name, content in (("bomb.docx", bomb()), ("laughs.docx", laughs("docx"))):
        body = {"file": SimpleUploadedFile(name, content), "region": "350100"}
        problem = official.send("/policy/documents", body, 422)
        assert problem["code"] == "unreadable_document", name


@pytest.mark.parametrize(
    "name", ["../../../etc/passwd.csv", "..\\..\\a.csv", "/etc/a.csv", "a\u202evsc.exe.csv", "<b>.csv"]
)
def test_names_of_files_are_no_paths(caller: Make, name: str, settings: Any) -> None:
    catalogue.sync()
    official = caller("li", "clerk@350100", "approver@350100")
    body = {"file": SimpleUploadedFile(name, b"subject,region\nx,350100\n"), "step": "enter_decision"}
    taken = official.send("/registers/e01_cqo/imports", body)
    assert (
        "/" not in taken["filename"] and "\\" not in taken["filename"] and "\u202e" not in taken["filename"]
    )
    for path in ("/static/../pyproject.toml", "/static/%2e%2e/settings.py", "/files/..%2f..%2fsecret-key/"):
        assert Client().get(path).status_code in (400, 404)
