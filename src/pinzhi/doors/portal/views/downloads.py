"""A register's public records as files: CSV, XLSX, JSON Lines for the list as it is narrowed, and the whole as a package."""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Iterator

from django.http import FileResponse, HttpRequest, HttpResponseBase, StreamingHttpResponse

from pinzhi.doors.portal import exports
from pinzhi.doors.portal.streams import Sink
from pinzhi.doors.portal.views.registers import chosen, list_spec
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
#: A workbook is written whole before it can be sent; more rows than these are read by programs, from CSV.
MOST_XLSX = 20_000


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


def _xlsx(register: Register, found: object, lang: str) -> HttpResponseBase:
    count = found.order_by()[: MOST_XLSX + 1].count()  # type: ignore[attr-defined]
    if count > MOST_XLSX:
        raise Refused(
            "too_many_rows",
            zh=f"超过 {MOST_XLSX:,} 行，不提供 XLSX。",
            en=f"More than {MOST_XLSX:,} rows are not offered as XLSX.",
            remedy_zh="请改下 CSV 或 JSON Lines，或先筛选。",
            remedy_en="Take CSV or JSON Lines, or narrow the list first.",
        )
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
