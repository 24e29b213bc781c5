"""Open data: what can be downloaded and how, for people and (DCAT) for catalogues."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from pinzhi.doors.portal import frame, kept
from pinzhi.kernel.access.names import function
from pinzhi.kernel.registers import logs, public
from pinzhi.kernel.registers.definitions import Register

FORMATS = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jsonl": "application/jsonl",
    "package": "application/zip",
}


def page(request: HttpRequest) -> HttpResponse:
    """Every register's files, feeds and mirror."""
    sizes = {log.name: log for log in public.logs_all()}
    counts = kept.records_by_register()
    rows = [
        {"register": r, "name": r.name, "log": sizes.get(r.name), "count": counts.get(r.name, 0)}
        for r in public.registers()
    ]
    return frame.page(request, "open_data.html", {"rows": rows, "heads": sizes.get(logs.HEADS)})


def catalogue(request: HttpRequest) -> HttpResponse:
    """The same as a DCAT catalogue in JSON-LD."""
    logs_by_name = {log.name: log for log in public.logs_all()}

    def absolute(name: str, *args: str) -> str:
        return request.build_absolute_uri(reverse(f"portal:{name}", args=args))

    def dataset(register: Register) -> dict[str, Any]:
        name = register.name
        log = logs_by_name.get(name)
        files = [
            {
                "@type": "dcat:Distribution",
                "dcat:downloadURL": {"@id": absolute("download", name, kind)},
                "dcat:mediaType": media,
            }
            for kind, media in FORMATS.items()
        ]
        if log is not None:
            files.append(
                {
                    "@type": "dcat:Distribution",
                    "dcat:downloadURL": {"@id": absolute("mirror", name)},
                    "dcat:mediaType": "application/zip",
                }
            )
        found: dict[str, Any] = {
            "@id": absolute("register", name),
            "@type": "dcat:Dataset",
            "dct:identifier": name,
            "dct:title": _both(register.title),
            "dct:description": _both(register.definition.purpose),
            "dcat:theme": function(register.definition.function),
            "dcat:landingPage": {"@id": absolute("register", name)},
            "dcat:distribution": files,
        }
        if log is not None and log.signed_at:
            found["dct:modified"] = {"@type": "xsd:dateTime", "@value": log.signed_at.isoformat()}
        return found

    body = {
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        },
        "@id": absolute("catalogue"),
        "@type": "dcat:Catalog",
        "dct:title": _both({"zh": "公开登记册目录", "en": "Catalogue of public registers"}),
        "dct:language": ["zh-Hans", "en"],
        "dcat:dataset": [dataset(register) for register in public.registers()],
    }
    text = json.dumps(body, ensure_ascii=False, indent=1)
    return HttpResponse(text + "\n", content_type="application/ld+json; charset=utf-8")


def _both(text: Any) -> list[dict[str, str]]:
    zh, en = (text["zh"], text["en"]) if isinstance(text, dict) else (text.zh, text.en)
    return [{"@language": "zh-Hans", "@value": zh}, {"@language": "en", "@value": en}]
