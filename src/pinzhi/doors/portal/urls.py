"""Addresses of the public door. Every view stands behind the guard; `data` answers errors as problem+json."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, path

from pinzhi.doors.portal.guard import READ, View, public
from pinzhi.doors.portal.views import (
    check,
    documents,
    downloads,
    draws,
    feeds,
    home,
    logs,
    open_data,
    past,
    rankings,
    records,
    registers,
    scoreboard,
    search,
    site,
    subjects,
)

app_name = "portal"


def page(route: str, view: View, name: str, **how: Any) -> URLPattern:
    return path(route, public(view, **how), name=name)


def data(route: str, view: View, name: str) -> URLPattern:
    return path(route, public(view, machine=True), name=name)


urlpatterns = [
    page("", home.home, "home"),
    page("search/", search.search, "search"),
    page("scoreboard/", scoreboard.scoreboard, "scoreboard"),
    data("scoreboard/<path:key>/reading.json", scoreboard.reading, "reading"),
    page("scoreboard/<path:key>/counted/", scoreboard.counted, "counted"),
    page("scoreboard/<path:key>/", scoreboard.target, "target"),
    page("documents/", documents.documents, "documents"),
    page("documents/<path:key>/", documents.document, "document"),
    data("units/<str:agency>/duties.ics", feeds.duties, "duties_calendar"),
    page("registers/", registers.index, "registers"),
    page("registers/<slug:name>/", registers.register, "register"),
    data("registers/<slug:name>/download/<slug:kind>/", downloads.download, "download"),
    page("registers/<slug:name>/as-of/", past.as_of, "as_of"),
    data("registers/<slug:name>/entries", feeds.entries, "entries"),
    data("registers/<slug:name>/atom.xml", feeds.atom, "atom"),
    data("registers/m02_draws/records/<slug:key>/files.zip", draws.archive, "draw_files"),
    data("registers/<slug:name>/records/<path:key>/proof.json", records.proof, "proof"),
    page("registers/<slug:name>/records/<path:key>/", records.record, "record"),
    page("rankings/", rankings.rankings, "rankings"),
    page("rankings/<slug:key>/", rankings.ranking, "ranking"),
    page("enterprises/<str:code>/", subjects.enterprise, "enterprise"),
    page("products/", subjects.products, "products"),
    page("products/<path:key>/", subjects.product, "product"),
    page("open-data/", open_data.page, "open_data"),
    data("open-data/catalog.jsonld", open_data.catalogue, "catalogue"),
    data("open-data/atom.xml", feeds.atom, "atom_all"),
    page("verify/", check.page, "verify", methods=(*READ, "POST")),
    data("verify/verify.py", check.program, "verify_py"),
    data("log/<slug:name>/checkpoint", logs.checkpoint, "checkpoint"),
    data("log/<slug:name>/cosigned", logs.cosigned, "cosigned"),
    data("log/<slug:name>/tile/<path:path>", logs.tile, "tile"),
    data("log/<slug:name>/consistency", logs.consistency, "consistency"),
    data("log/<slug:name>/mirror.zip", logs.mirror, "mirror"),
    data("files/<slug:sha256>/", site.file, "file"),
    data("robots.txt", site.robots, "robots"),
    data("sitemap.xml", site.sitemap, "sitemap"),
    data("healthz", site.health, "health"),
]
