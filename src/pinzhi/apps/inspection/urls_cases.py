"""What follows a result: the laboratory of a re-inspection, reports of further tests; included by `urls`."""

from __future__ import annotations

from django.urls import path

from pinzhi.apps.inspection import console_again, console_draws, console_laboratory, console_proofs

urlpatterns = [
    path("own-draws/", console_proofs.own_draws, name="inspection_own_draws"),
    path("own-draws/verify_draw.py", console_proofs.verifier, name="inspection_verify_draw"),
    path("draws/<slug:number>/proof/", console_proofs.proof_for, name="inspection_draw_proof_for"),
    path("draws/<slug:number>/audit.zip", console_draws.draw_audit, name="inspection_draw_audit"),
    path(
        "samples/<str:number>/report/<slug:test>/",
        console_again.report_again,
        name="inspection_report_again",
    ),
    path(
        "cases/<slug:number>/laboratory/",
        console_laboratory.case_laboratory,
        name="inspection_case_laboratory",
    ),
    path(
        "cases/<slug:number>/laboratory/<slug:draw>/laboratory-draw.json",
        console_laboratory.record,
        name="inspection_case_laboratory_record",
    ),
]
