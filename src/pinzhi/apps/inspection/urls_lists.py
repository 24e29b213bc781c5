"""Addresses of rules, inspectors, laboratories, recusals, seals and results from elsewhere; included by `urls`."""

from __future__ import annotations

from django.urls import path

from pinzhi.apps.inspection import (
    console_outside,
    console_people,
    console_programme,
    console_rules,
    console_seals,
)

urlpatterns = [
    path("programmes/", console_programme.programmes, name="inspection_programmes"),
    path("programmes/new/", console_programme.programme_new, name="inspection_programme_new"),
    path("programmes/<slug:number>/", console_programme.programme, name="inspection_programme"),
    path(
        "programmes/<slug:number>/edit/", console_programme.programme_edit, name="inspection_programme_edit"
    ),
    path(
        "programmes/<slug:number>/release/",
        console_programme.programme_release,
        name="inspection_programme_release",
    ),
    path("rules/", console_rules.rules_list, name="inspection_rules_list"),
    path("rules/new/", console_rules.rules_new, name="inspection_rules_new"),
    path("rules/<str:code>/", console_rules.rules, name="inspection_rules"),
    path("rules/<str:code>/edit/", console_rules.rules_edit, name="inspection_rules_edit"),
    path("rules/<str:code>/release/", console_rules.rules_release, name="inspection_rules_release"),
    path("inspectors/", console_people.inspectors, name="inspection_inspectors"),
    path("inspectors/new/", console_people.inspector_edit, name="inspection_inspector_new"),
    path("inspectors/<str:code>/", console_people.inspector, name="inspection_inspector"),
    path("inspectors/<str:code>/edit/", console_people.inspector_edit, name="inspection_inspector_edit"),
    path("laboratories/", console_people.laboratories, name="inspection_laboratories"),
    path("laboratories/new/", console_people.capability_new, name="inspection_capability_new"),
    path("laboratories/terms/<int:pk>/", console_people.capability, name="inspection_capability"),
    path("laboratories/<str:code>/", console_people.laboratory, name="inspection_laboratory"),
    path("recusals/", console_people.recusals, name="inspection_recusals"),
    path("recusals/new/", console_people.recusal_new, name="inspection_recusal_new"),
    path("recusals/<int:pk>/end/", console_people.recusal_end, name="inspection_recusal_end"),
    path("seals/", console_seals.seals, name="inspection_seals"),
    path("seals/issue/", console_seals.seals_issue, name="inspection_seals_issue"),
    path("seals/hand/", console_seals.seals_hand, name="inspection_seals_hand"),
    path("seals/report/", console_seals.seals_report, name="inspection_seals_report"),
    path("outside/", console_outside.outside, name="inspection_outside"),
    path("outside/import/", console_outside.outside_import, name="inspection_outside_import"),
    path("outside/template.xlsx", console_outside.outside_template, name="inspection_outside_template"),
    path("goods/<str:key>/", console_outside.goods, name="inspection_goods"),
]
