"""The lists of checks: columns, filters."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pinzhi.apps.inspection import remedies
from pinzhi.apps.inspection.models import Draw, Programme, Sample, Task
from pinzhi.apps.inspection.models.programme import Channel, Level
from pinzhi.apps.inspection.wording import STAGES, stage_title
from pinzhi.kernel.places import queries as places
from pinzhi.kernel.web.lists import Column, Filter, ListSpec
from pinzhi.kernel.web.texts import in_lang


def years() -> list[tuple[str, str]]:
    found = Programme.objects.order_by("-year").values_list("year", flat=True).distinct()
    return [(str(year), str(year)) for year in found]


def result_word(row: Sample) -> str:
    """What came of a sample, in a word."""
    if row.outcome != Sample.Outcome.TAKEN:
        return row.get_outcome_display()
    report = next(iter(getattr(row, "first_reports", ())), None)
    if report is None:
        return _("No report yet")
    # Of a joint check each department reads its own verdict, the others all of them.
    parties = getattr(row, "parties", ())
    own = [one for one in parties if one.agency == getattr(row, "own_party", None)]
    if own:
        return own[0].word()
    return "；".join(f"{in_lang(one.name)}：{one.word()}" for one in parties) or report.get_verdict_display()


def programmes() -> ListSpec:
    return ListSpec(
        name="programmes",
        columns=[
            Column("title", _("Title"), link=lambda r: reverse("inspection_programme", args=[r.number])),
            Column("year", _("Year"), sort="year"),
            Column("kind", _("Kind of check"), value=lambda r: r.get_kind_display()),
            Column("level", _("Level of the check"), value=lambda r: r.get_level_display()),
            Column("region", _("Region"), kind="region"),
            Column("status", _("Status"), value=lambda r: r.get_status_display()),
        ],
        filters=[
            Filter("year", _("Year"), years),
            Filter("kind", _("Kind of check"), Programme.Kind.choices),
            Filter("level", _("Level of the check"), Level.choices),
        ],
        order="-year",
        empty_title=_("No programme fits"),
        empty_why=_("Draw up the programme of the year: which goods, how many batches, with what money."),
    )


def samples(downloads: dict[str, str] | None = None) -> ListSpec:
    return ListSpec(
        name="samples",
        columns=[
            Column(
                "number", _("Sample number"), link=lambda r: reverse("inspection_sample", args=[r.number])
            ),
            Column("product_name", _("Product")),
            Column("producer_name", _("Producer")),
            Column("level", _("Level of the check"), value=lambda r: r.get_level_display()),
            Column("sampled_on", _("Sampled on"), kind="date", sort="sampled_on"),
            Column("result", _("Result"), value=result_word),
        ],
        filters=[
            Filter(
                "state",
                _("Result"),
                [
                    ("open", _("No report yet")),
                    ("unpublished", _("Not published yet")),
                    ("pass", _("Passed")),
                    ("fail", _("Failed")),
                    ("refused", _("Sampling refused")),
                    ("absent", _("Closed or no goods")),
                ],
            ),
            Filter("level", _("Level of the check"), Level.choices),
            Filter("channel", _("Where sampled"), Channel.choices),
            Filter("region", _("Region"), kind="region"),
        ],
        order="-sampled_on",
        search_hint=_("Product, producer, bar code, sample number"),
        empty_title=_("No sample fits"),
    )


def cases() -> ListSpec:
    return ListSpec(
        name="cases",
        columns=[
            Column("number", _("Number"), link=lambda r: reverse("inspection_case", args=[r.number])),
            Column("name", _("Enterprise")),
            Column("stage", _("Stage"), value=lambda r: stage_title(r.stage)),
            Column("due_on", _("Next due"), kind="deadline", sort="due_on"),
            Column("region", _("Region"), kind="region"),
            Column("opened_on", _("Opened"), kind="date", sort="opened_on"),
        ],
        filters=[
            Filter("stage", _("Stage"), [("open", _("All open ones")), *[(s, in_lang(t)) for s, t in STAGES.items()]], default="open"),
            Filter("due", _("Deadline"), [("late", _("Overdue"))]),
            Filter("region", _("Region"), kind="region"),
        ],
        order="due_on",
        search_hint=_("Enterprise, credit code, case or sample number"),
        empty_title=_("No case fits"),
        empty_why=_("A case is opened by itself when a report says that a batch failed."),
    )  # fmt: skip


def draws() -> ListSpec:
    return ListSpec(
        name="draws",
        columns=[
            Column("title", _("Draw"), link=lambda r: reverse("inspection_draw", args=[r.number])),
            Column("number", _("Number")),
            Column("stage", _("Stage"), value=lambda r: r.get_stage_display()),
            Column("frame_size", _("Units in the frame"), kind="number"),
            Column("size", _("To draw"), kind="number"),
            Column("public_due_at", _("Public value known from"), kind="datetime"),
        ],
        filters=[Filter("stage", _("Stage"), Draw.Stage.choices)],
        order="-number",
        searchable=False,
        empty_title=_("No draw was named yet"),
        empty_why=_("A draw is named on the page of its programme, before anything of it is made."),
    )


def tasks() -> ListSpec:
    return ListSpec(
        name="tasks",
        columns=[
            Column("number", _("Task")),
            Column("uscc", _("Enterprise"), value=lambda r: getattr(r, "firm_name", "") or r.uscc),
            Column("region", _("Region"), kind="region"),
            Column("inspectors", _("Inspectors"), value=lambda r: "、".join(r.inspectors)),
            Column("laboratory", _("Laboratory"), value=lambda r: getattr(r, "laboratory_name", "") or r.laboratory),
            Column("status", _("Status"), value=lambda r: r.get_status_display()),
            Column("due_on", _("Sample by"), kind="deadline", sort="due_on"),
        ],
        filters=[Filter("status", _("Status"), Task.Status.choices, default="assigned")],
        order="due_on",
        searchable=False,
        empty_title=_("No task fits"),
    )  # fmt: skip


def attempts() -> ListSpec:
    return ListSpec(
        name="attempts",
        columns=[
            Column("at", _("When"), kind="datetime", sort="at"),
            Column("what", _("What was tried"), value=lambda r: WHAT.get(r.what, r.what)),
            Column("key", _("Number")),
            Column("reason", _("Why it was refused"), value=_why),
            Column("by", _("By")),
        ],
        filters=[Filter("what", _("What was tried"), list(WHAT.items()))],
        order="-at",
        searchable=False,
        empty_title=_("Nothing was refused"),
    )


def _why(row: Any) -> str:
    """The reason and what helps."""
    helps = remedies.remedy(row.code) if row.what == "report" else ""
    said = in_lang({"zh": f"{row.zh.rstrip('。')}。", "en": f"{row.en.rstrip('.')}."})
    return f"{said} {helps}".strip()


WHAT: dict[str, Any] = {
    "report": gettext_lazy("Test report"),
    "sample": gettext_lazy("Sampling sheet"),
    "draw": gettext_lazy("Draw"),
    "case": gettext_lazy("Event of a case"),
    "outside": gettext_lazy("Result from elsewhere"),
    "custody": gettext_lazy("Hand-over of a sample"),
}


def place(code: str) -> str:
    found = places.region_name(code)
    return in_lang({"zh": found.zh, "en": found.en}) if found else code
