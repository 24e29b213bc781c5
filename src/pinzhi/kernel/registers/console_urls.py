"""Mounted by the console under /console/registers/."""

from __future__ import annotations

from django.urls import path

from pinzhi.kernel.registers.console import about, begin, exports, imports, lists, papers, record, steps

urlpatterns = [
    path("", lists.index, name="registers_index"),
    path("imports/", imports.batches, name="registers_imports"),
    path("<slug:name>/", lists.records, name="registers_list"),
    path("<slug:name>/about/", about.about, name="registers_about"),
    path("<slug:name>/export.<str:kind>", exports.export, name="registers_export"),
    path("<slug:name>/bulk/", steps.bulk, name="registers_bulk"),
    path("<slug:name>/new/", begin.choose, name="registers_new"),
    path("<slug:name>/new/<slug:transition>/", begin.fill_in, name="registers_begin"),
    path("<slug:name>/new/<slug:transition>/draft/", begin.save, name="registers_draft"),
    path("<slug:name>/new/<slug:transition>/check/<uuid:draft_id>/", begin.check, name="registers_check"),
    path("<slug:name>/new/<slug:transition>/drop/<uuid:draft_id>/", begin.drop, name="registers_drop"),
    path("<slug:name>/import/", imports.upload, name="registers_import"),
    path("<slug:name>/import/template.<str:kind>", imports.template, name="registers_template"),
    path("<slug:name>/import/<uuid:batch_id>/", imports.batch, name="registers_batch"),
    path("<slug:name>/import/<uuid:batch_id>/go/", imports.go, name="registers_import_go"),
    path("<slug:name>/import/<uuid:batch_id>/report.<str:kind>", imports.report, name="registers_report"),
    path("<slug:name>/records/<path:key>/done/<int:entry_id>/", begin.done, name="registers_done"),
    path("<slug:name>/records/<path:key>/do/<slug:transition>/", steps.step, name="registers_step"),
    path("<slug:name>/records/<path:key>/correct/<int:entry_id>/", steps.correct, name="registers_correct"),
    path("<slug:name>/records/<path:key>/erase/", steps.erase, name="registers_erase"),
    path("<slug:name>/records/<path:key>/papers/<int:entry_id>/", papers.paper, name="registers_paper"),
    path(
        "<slug:name>/records/<path:key>/papers/<int:entry_id>/paper.pdf",
        papers.paper,
        {"kind": "pdf"},
        name="registers_paper_pdf",
    ),
    path("<slug:name>/records/<path:key>/files/<str:sha256>/", record.file, name="registers_file"),
    path("<slug:name>/records/<path:key>/", record.record, name="registers_record"),
]
