"""A register's public records as files: CSV, XLSX, JSON Lines for the list as it is narrowed, and the whole as a package."""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Iterator

from django.http import FileResponse, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.urls import reverse

from pinzhi.doors.portal import exports, frame
from pinzhi.doors.portal.streams import Sink
from pinzhi.doors.portal.views.registers import MOST_XLSX, chosen, list_spec
from pinzhi.kernel import clock
from pinzhi.kernel.errors import NotFound, Refused
from pinzhi.kernel.registers import public
from pinzhi.kernel.registers.definitions import Register
from pinzhi.kernel.transfer import writing
from pinzhi.kernel.web.lists import parse
from pinzhi.kernel.web.texts import in_lang, reads_english

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/jsonl; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}


def download(request: HttpRequest, name: str, kind: str) -> HttpResponseBase:
    """The records that the list's address asks for, as a file of that kind."""
    register = public.register(name)
    if kind == "package":
        return package(register)
    if kind not in TYPES:
        raise NotFound("no_such_file", zh="没有这种格式。", en="There is no such format.", place=kind)
    found = chosen(register, parse(request.GET, list_spec(register)))
    columns, lang = exports.columns(register), "en" if reads_english() else "zh"
    if kind == "xlsx":
        if found.order_by()[: MOST_XLSX + 1].count() > MOST_XLSX:
            return _too_many(request, register)
        return _xlsx(register, found, lang)
    rows = exports.rows(found)
    chunks = (
        writing.csv_chunks(columns, rows, lang=lang) if kind == "csv" else writing.jsonl_chunks(columns, rows)
    )
    return _named(StreamingHttpResponse(chunks, content_type=TYPES[kind]), register, kind)


def _named(response: HttpResponseBase, register: Register, kind: str) -> HttpResponseBase:
    name = f"{register.name}-{clock.today().isoformat()}.{kind}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _too_many(request: HttpRequest, register: Register) -> HttpResponseBase:
    """Says so and offers the same rows as CSV: as a page to people, as a problem to programs."""
    if "text/html" not in request.headers.get("Accept", ""):
        raise Refused(
            "too_many_rows",
            zh=f"超过 {MOST_XLSX:,} 行，不提供 XLSX。",
            en=f"More than {MOST_XLSX:,} rows are not offered as XLSX.",
            remedy_zh="请改下 CSV 或 JSON Lines，或先筛选。",
            remedy_en="Take CSV or JSON Lines, or narrow the list first.",
        )
    asked = f"?{request.GET.urlencode()}" if request.GET else ""
    others = [
        (other.upper(), reverse("portal:download", args=[register.name, other]) + asked)
        for other in ("csv", "jsonl")
    ]
    context = {
        "register": register,
        "most": MOST_XLSX,
        "others": others,
        "list_url": reverse("portal:register", args=[register.name]) + asked,
        "crumbs": [(register.title, reverse("portal:register", args=[register.name]))],
    }
    return frame.page(request, "too_many.html", context, status=422)


def _xlsx(register: Register, found: object, lang: str) -> HttpResponseBase:
    file = tempfile.TemporaryFile()  # noqa: SIM115  the response closes it when it has been sent
    writing.write_xlsx(
        exports.columns(register), exports.rows(found), file, lang=lang, sheet=in_lang(register.title)
    )
    file.seek(0)
    return _named(FileResponse(file, content_type=TYPES["xlsx"]), register, "xlsx")


def package(register: Register) -> HttpResponseBase:
    """A Frictionless Data Package: datapackage.json and records.csv with names for headers."""
    response = StreamingHttpResponse(package_zip(register), content_type=TYPES["zip"])
    return _named(response, register, "datapackage.zip")


def package_zip(register: Register) -> Iterator[bytes]:
    columns = exports.columns(register)
    described = writing.data_package(
        name=register.name.replace("_", "-"),
        zh=register.title.zh,
        en=register.title.en,
        description=register.definition.purpose.zh,
        created=clock.now(),
        resources=[writing.resource(columns, name="records", path="records.csv", key=["key"])],
    )
    sink = Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("datapackage.json", json.dumps(described, ensure_ascii=False, indent=1) + "\n")
        found = public.records(register.name).order_by("pk")
        with archive.open("records.csv", "w", force_zip64=True) as file:
            for chunk in writing.csv_chunks(columns, exports.rows(found), lang="name", bom=False):
                file.write(chunk)
                yield from sink.taken()
    yield from sink.taken()
