"""A major matter as a paper: the report to the government, and its answer as a letter."""

from __future__ import annotations

from datetime import date

from pinzhi.apps.policy.models import MajorMatter
from pinzhi.apps.policy.reports.official import Head, Paper
from pinzhi.apps.policy.reports.official_pdf import PdfPaper
from pinzhi.kernel import clock

Sheet = type[Paper] | type[PdfPaper]

URGENCY = {"normal": "", "urgent": "加急", "most_urgent": "特急"}


def report(matter: MajorMatter, sheet: Sheet = Paper) -> bytes:
    """The report to a superior, with the red head: number, who signed it off, urgency."""
    head = Head(matter.unit, matter.doc_number, "report", matter.signatory, URGENCY[matter.urgency])
    paper = sheet(head)
    paper.title(_title(matter))
    paper.addressee(matter.reported_to)
    paper.text(matter.text)
    if matter.duty is not None:
        paper.text(f"该事项涉及《{matter.document.title}》“{matter.duty.measure.title}”任务。")
    paper.text("特此报告。")
    paper.signature(matter.unit, clock.day_of(matter.at))
    return paper.save()


def reply(matter: MajorMatter, sheet: Sheet = Paper) -> bytes:
    """The answer in the letter form, from the one reported to."""
    paper = sheet(Head(matter.reported_to, "", "letter"))
    paper.title(f"关于{_matter(matter)}的复函")
    paper.addressee(matter.unit)
    paper.text(matter.reply)
    paper.text("特此函复。")
    paper.signature(matter.reported_to, _replied_on(matter))
    return paper.save()


def _replied_on(matter: MajorMatter) -> date:
    return clock.day_of(matter.replied_at or matter.at)


def _matter(matter: MajorMatter) -> str:
    return matter.title.removeprefix("关于").removesuffix("的报告")


def _title(matter: MajorMatter) -> str:
    return f"关于{_matter(matter)}的报告"
