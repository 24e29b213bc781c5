"""Printable papers of a case: notices and orders; numbers, places for signature and seal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from pinzhi.apps.inspection import access, joint, letters, queries
from pinzhi.apps.inspection.actions.issue_paper import issue_paper
from pinzhi.apps.inspection.console import crumbs
from pinzhi.apps.inspection.models import Capability, Case, Paper
from pinzhi.kernel import law
from pinzhi.kernel.access.actor import actor_of
from pinzhi.kernel.places import queries as places
from pinzhi.kernel.registers import paper_pdf, papers
from pinzhi.kernel.registers.papers import chinese_day
from pinzhi.kernel.web import pdf
from pinzhi.rules.inspection.deadlines import BY_NAME


def _laboratory(code: str) -> str:
    return Capability.objects.filter(body_code=code).values_list("name", flat=True).first() or code


def _term(name: str, row: Paper) -> str:
    """A term as a paper words it: 15日, 7个工作日."""
    found = law.value(BY_NAME[name].law, row.issued_on)
    return f"{found.number}{'个工作日' if found.unit == '工作日' else '日'}"


def words(row: Paper, case: Case) -> dict[str, str]:
    """What a text may name."""
    sample = case.sample
    report = sample.reports.filter(test="first").first()
    parties = joint.of_samples([sample]).get(sample.pk, [])
    # A department's paper speaks of its own items; what failed for the others stands in the line about all of them.
    own = next((one.failed for one in parties if one.agency == row.agency), ())
    failed = [
        f"{item.item.name}（实测{item.value}{item.unit}，要求{item.limit}）"
        for item in (report.items.filter(verdict="fail").select_related("item") if report else ())
        if not own or item.item.name in own
    ]
    laboratory = sample.laboratory
    if row.kind == "re_inspection_notice":
        event = case.events.filter(kind="laboratory_named").last()
        laboratory = str(event.detail.get("laboratory", "")) if event else ""
    food = sample.rules.rules.food
    unit = sample.rules.sample_unit
    agency = places.agency_name(row.agency)
    letter = letters.recipient(case) if row.kind == letters.KIND else None
    return {
        "number": row.text,
        "to": letter.agency if letter else case.name,
        "producer": f"{sample.producer_name or case.name}（统一社会信用代码 {sample.producer_code or case.uscc}）",
        "code": case.uscc,
        "product": sample.product_name,
        "trademark": sample.trademark or "—",
        "specification": sample.specification or "—",
        "batch": sample.batch_no or "—",
        "sample": sample.number,
        "programme": sample.programme.title,
        "sampled": chinese_day(sample.sampled_on),
        "place": sample.sampled_at_name or "—",
        "laboratory": _laboratory(laboratory) if laboratory else "（另行通知）",
        "report": report.number if report else "—",
        "failed": "；".join(failed) or "—",
        "standards": "、".join(sample.rules.standards) or "—",
        "test": f"{sample.test_samples}{unit}",
        "backup": f"{sample.backup_samples}{unit}",
        "price": (f"{sample.price}元" if sample.price is not None else "已购买")
        if sample.bought
        else "未购买",
        "inspectors": "、".join(sample.inspectors) or "—",
        "seals": "、".join(sample.seals.values_list("number", flat=True)) or "—",
        "objection": _term("food_objection" if food else "objection", row),
        "correction": _term("correction", row),
        "recheck": _term("re_check", row),
        "legal": BY_NAME["stop_sale"].article,
        "parties": joint.in_words(parties),
        "agency": agency.zh if agency else row.agency,
        "day": chinese_day(row.issued_on),
    }


def _paragraphs(body: Iterable[Any], said: Mapping[str, str]) -> Iterator[str]:
    """The text filled in; a paragraph `{if: word, text: …}` only where that word is known."""
    for one in body:
        if not isinstance(one, Mapping):
            yield str(one).format_map(said)
        elif said.get(one["if"]):
            yield str(one["text"]).format_map(said)


def made(row: Paper, case: Case) -> papers.Paper:
    template = papers.templates("inspection")[row.kind]
    said = words(row, case)
    return papers.Paper(
        template=template,
        number=row.text,
        to="" if template.public else said["to"],
        paragraphs=list(_paragraphs(template.body, said)),
        facts=[],
        agency=said["agency"],
        day=said["day"],
    )


def _shown(request: HttpRequest, row: Paper, case: Case, trail: Any) -> HttpResponse:
    paper = made(row, case)
    if "pdf" in request.GET:
        title = quote(f"{paper.template.title.zh}{paper.number}")
        return HttpResponse(
            paper_pdf.render(paper),
            content_type=pdf.MEDIA_TYPE,
            headers={"Content-Disposition": f"attachment; filename=paper.pdf; filename*=UTF-8''{title}.pdf"},
        )
    return render(request, "inspection/paper.html", {"paper": paper, "crumbs": trail})


@require_http_methods(["GET", "POST"])
def case_paper(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    """A notice or order of a case: POST gives it its number, GET shows it."""
    actor = actor_of(request)
    case = queries.case(number, by=actor)
    access.require(actor, "inspection.handle_case", [case.region])
    if request.method == "POST":
        issue_paper(kind, case=case, by=actor)
        return redirect("inspection_case_paper", number, kind)
    row = Paper.objects.filter(kind=kind, case=case).first()
    if row is None:
        return redirect("inspection_case", number)
    return _shown(request, row, case, crumbs((number, f"/console/inspection/cases/{number}/")))
