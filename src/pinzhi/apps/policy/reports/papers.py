"""Official papers as files to keep: the progress report, a major matter, its answer; Word or PDF, Chinese always."""

from __future__ import annotations

from typing import Literal
from urllib.parse import quote

from django.http import HttpResponse
from django.utils import translation

from pinzhi.apps.policy.models import Document, MajorMatter, ReportText
from pinzhi.apps.policy.reports import letter, progress
from pinzhi.apps.policy.reports.figures import figures
from pinzhi.apps.policy.reports.official import Paper
from pinzhi.apps.policy.reports.official_pdf import PdfPaper
from pinzhi.apps.policy.reports.period import Period
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import Refused
from pinzhi.kernel.places import queries as places
from pinzhi.kernel.web import pdf

Kind = Literal["docx", "pdf"]
MEDIA_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": pdf.MEDIA_TYPE,
}
SHEETS: dict[Kind, type[Paper] | type[PdfPaper]] = {"docx": Paper, "pdf": PdfPaper}


def report(document: Document, period: Period, kind: Kind, *, by: Actor, red_head: bool) -> HttpResponse:
    """The progress report of a plan for a period."""
    found = figures(document, period)
    text = ReportText.objects.filter(document=document, period=period.code).first()
    with translation.override("zh-hans"):
        content = progress.paper(
            found,
            text,
            agency=bureau_of(document, by),
            red_head=red_head,
            signed_on=text.signed_on if text and text.signed_on else clock.today(),
            sheet=SHEETS[kind],
        )
    return answer(content, f"{document.title}{period.zh}落实情况报告"[:80], kind)


def matter(found: MajorMatter, paper: str, kind: Kind) -> HttpResponse:
    """A major matter's `report`, or the `reply` as a letter. Raises Refused (404) where there is no reply yet."""
    if paper == "reply":
        if not found.replied_at:
            raise Refused("no_reply", zh="尚未录入答复。", en="There is no reply yet.", status=404)
        return answer(letter.reply(found, SHEETS[kind]), f"{found.title}复函", kind)
    return answer(letter.report(found, SHEETS[kind]), found.title, kind)


def answer(content: bytes, name: str, kind: Kind) -> HttpResponse:
    """A file with a Chinese name."""
    shown = f"attachment; filename=paper.{kind}; filename*=UTF-8''{quote(name)}.{kind}"
    return HttpResponse(content, content_type=MEDIA_TYPES[kind], headers={"Content-Disposition": shown})


def bureau_of(document: Document, actor: Actor) -> str:
    """Who signs: the account's own agency, else the one that holds the plan's function in its region."""
    own = places.agency_name(actor.party) if actor.speaks_for == "agency" else None
    held = places.agency_for("quality", document.region, clock.today())
    return own.zh if own else held.zh if held else (document.issuer or "—")
