"""Addresses of declarations and rankings under /console/standards/."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from pinzhi.apps.standards import console_declarations as pages
from pinzhi.apps.standards import console_rankings as ranks
from pinzhi.apps.standards.actions.import_declarations import IMPORTS
from pinzhi.kernel.transfer.console import import_urls

urlpatterns: list[URLPattern | URLResolver] = [
    path("declarations/", pages.declarations, name="standards_declarations"),
    path("declarations/new/", pages.new, name="standards_declaration_new"),
    path("declarations/check/", pages.check, name="standards_declaration_check"),
    path("declarations/rate/", pages.rate, name="standards_declaration_rate"),
    path("declarations/imports/", include(import_urls(IMPORTS))),
    path("declarations/<slug:number>/", pages.declaration, name="standards_declaration"),
    path("declarations/<slug:number>/change/", pages.change, name="standards_declaration_change"),
    path("declarations/<slug:number>/withdraw/", pages.withdraw, name="standards_declaration_withdraw"),
    path("rankings/", ranks.rankings, name="standards_rankings"),
    path("rankings/new/", ranks.plan, name="standards_ranking_new"),
    path("rankings/<slug:number>/", ranks.ranking, name="standards_ranking"),
    path("rankings/<slug:number>/plan/", ranks.plan, name="standards_ranking_plan"),
    *(
        path(f"rankings/<slug:number>/{verb}/", ranks.step, {"verb": verb}, name=f"standards_ranking_{verb}")
        for verb in ("compute", "publish", "withdraw", "select", "fulfilment")
    ),
]
