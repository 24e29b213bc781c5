"""Sampling on a phone, hand-overs by QR code, the papers of a sample."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.contrib.staticfiles import finders
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pinzhi.apps.inspection import papers_sampling, queries, queries_sampling
from pinzhi.apps.inspection.actions.hand_over_sample import KINDS, hand_over_sample
from pinzhi.apps.inspection.actions.issue_sampling_sheet import issue_sampling_sheet
from pinzhi.apps.inspection.actions.receive_record import keep_unreadable, receive_record
from pinzhi.apps.inspection.forms_sampling import read
from pinzhi.apps.inspection.models import CustodyEvent, Report, Sample
from pinzhi.apps.inspection.words_sampling import words
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor, actor_of, user_of
from pinzhi.kernel.errors import NotFound, Refused
from pinzhi.kernel.files import queries as files
from pinzhi.kernel.registers import catalogue
from pinzhi.kernel.registers.console import common
from pinzhi.kernel.registers.models import Record
from pinzhi.kernel.web import pdf
from pinzhi.kernel.web.assets import asset
from pinzhi.kernel.web.problems import problem_response, refusal

SCRIPTS = ("store", "camera", "pen", "sync", "form", "page")
PLACE = "inspection/sampling"


def _assets() -> list[str]:
    own = [asset(f"{PLACE}/{name}.js") for name in SCRIPTS]
    shared = ("vendor/tabler.css", "pinzhi.css", "pinzhi.js", "theme.js", "mark.svg", "icons.svg")
    return [*own, asset(f"{PLACE}/sampling.css"), *(asset(f"pinzhi/{name}") for name in shared)]


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The page that works without signal. Nothing of the person or the tasks stands in it: the phone may keep it."""
    context = {
        "words": words(),
        "scripts": [asset(f"{PLACE}/{name}.js") for name in SCRIPTS],
        "style": asset(f"{PLACE}/sampling.css"),
        "photo_kinds": words()["photo_kinds"].items(),
    }
    return render(request, "inspection/sampling.html", context)


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker: served from here so that it reaches this page and no other."""
    found = finders.find(f"{PLACE}/worker.js")
    assert isinstance(found, str)
    listed = ",".join(f'"{address}"' for address in _assets())
    home = reverse("inspection_sampling")
    text = f'const HOME = "{home}";\nconst ASSETS = [{listed}];\n{Path(found).read_text("utf-8")}'
    return HttpResponse(text, content_type="text/javascript; charset=utf-8")


@require_safe
def tasks(request: HttpRequest) -> JsonResponse:
    """What the phone takes along, and what it needs to send."""
    actor = actor_of(request)
    body = {
        "user": actor.username,
        "name": user_of(request).display_name or actor.username,
        "csrf": get_token(request),
        "today": clock.today().isoformat(),
        "sampler": queries_sampling.is_sampler(actor),
        "tasks": queries_sampling.to_take_along(by=actor),
    }
    return JsonResponse(body, json_dumps_params={"ensure_ascii": False})


@require_safe
def label(request: HttpRequest) -> HttpResponse:
    """What the roster says of a bar code."""
    if not queries_sampling.is_sampler(actor_of(request)):
        return problem_response(403, _("Only samplers may ask this."))
    try:
        return JsonResponse(queries_sampling.label_of(request.GET.get("gtin", "")))
    except ValueError:
        return problem_response(422, _("The bar code's check digit is wrong."), code="bad_gtin")
    except Refused as error:
        return JsonResponse(refusal(error), status=error.status)


@require_POST
def send(request: HttpRequest) -> HttpResponse:
    """One record with its pictures; sent again it is the same record."""
    actor, text = actor_of(request), request.POST.get("record", "")
    try:
        try:
            given = read(text)
        except Refused as wrong:
            keep_unreadable(wrong, text, by=actor)
            raise
        done = receive_record(given, dict(request.FILES.items()), by=actor)
    except Refused as error:
        return JsonResponse(refusal(error), status=error.status, content_type="application/problem+json")
    address = reverse("inspection_custody", args=[done.number])
    return JsonResponse(
        {"number": done.number, "again": done.again, "url": address}, status=200 if done.again else 201
    )


@require_http_methods(["GET", "HEAD", "POST"])
def custody(request: HttpRequest, number: str) -> HttpResponse:
    """Where a sample has been; who opens its QR code notes the hand-over."""
    actor = actor_of(request)
    row = queries_sampling.sample_in_custody(number, by=actor)
    # A label's code says which part it is on.
    typed: dict[str, Any] = {"part": request.GET.get("part", "")}
    refused: Refused | None = None
    if request.method == "POST":
        typed = {name: request.POST.get(name, "") for name in ("kind", "part", "to", "seals", "note")}
        try:
            hand_over_sample(
                number,
                typed["kind"],
                part="" if typed["part"] == "both" else typed["part"],
                to=typed["to"],
                seals_intact={"intact": True, "broken": False}.get(typed["seals"]),
                note=typed["note"],
                by=actor,
            )
        except Refused as error:
            if error.status == 403:
                raise
            refused = error
        else:
            messages.success(request, _("The hand-over is noted."))
            return redirect(request.path)
    context = {
        "sample": row,
        "seals": row.seals.order_by("backup", "number"),
        "parts": [_part(part, event, row) for part, event in queries_sampling.parts_now(row)],
        "choices": _choices(row, actor),
        "events": [_event(e, row) for e in reversed(queries_sampling.custody_of(row))],
        "laboratory": queries_sampling.laboratory_name(row.laboratory),
        "may": queries_sampling.may_hand_over(row, by=actor) and row.outcome == Sample.Outcome.TAKEN,
        "reports": queries.reports_of(row) if queries.samples(by=actor).filter(pk=row.pk).exists() else [],
        "official": actor.speaks_for == "agency",
        "kinds": [(name, title) for name, title in KINDS.items() if name != "taken"],
        "typed": typed,
        "refused": refused,
        "crumbs": [(_("Spot checks"), reverse("inspection_index"))],
    }
    return render(
        request, "inspection/sampling_custody.html", context, status=refused.status if refused else 200
    )


def _choices(row: Sample, actor: Actor) -> list[tuple[str, Any]]:
    """Which part is handed over; nothing to choose where there is but one."""
    part = CustodyEvent.Part
    if actor.speaks_for == "body" and actor.party != row.laboratory:
        return [(part.BACKUP.value, part.BACKUP.label)]
    if not row.backup_samples:
        return [(part.TEST.value, part.TEST.label)]
    return [("both", _("both together")), *part.choices]


def _part(part: str, event: CustodyEvent | None, row: Sample) -> tuple[str, str]:
    title = CustodyEvent.Part(part).label
    count = row.backup_samples if part == CustodyEvent.Part.BACKUP else row.test_samples
    if event is None:
        return f"{title} ({count} {row.rules.sample_unit})", _("No hand-over is noted.")
    shown = _event(event, row)
    day = clock.day_of(event.at).isoformat()
    said = [day, shown["what"], shown["text"]]
    return f"{title} ({count} {row.rules.sample_unit})", " · ".join(one for one in said if one)


def _event(event: Any, row: Sample) -> dict[str, Any]:
    to = queries_sampling.laboratory_name(event.to) if event.to == row.laboratory else event.to
    seals = {True: _("seals intact"), False: _("a seal is broken or wrong"), None: ""}[event.seals_intact]
    said = [part for part in (f"→ {to}" if to else "", seals, event.note) if part]
    what = str(KINDS.get(event.kind, event.kind))
    return {
        "what": what,
        "title": f"{what} — {event.get_part_display()}" if event.part else what,
        "when": event.at,
        "who": event.by,
        "text": "; ".join(said) if get_language() == "en" else "；".join(said),
    }


def _address(request: HttpRequest, sample: Sample) -> str:
    return request.build_absolute_uri(reverse("inspection_custody", args=[sample.number]))


def _file(content: bytes, name: str) -> HttpResponse:
    shown = f"attachment; filename=paper.pdf; filename*=UTF-8''{quote(name)}.pdf"
    return HttpResponse(content, content_type=pdf.MEDIA_TYPE, headers={"Content-Disposition": shown})


@require_safe
def labels(request: HttpRequest, number: str) -> HttpResponse:
    """The labels of a sample, 3 × 7 on a sheet; `?skip=4`: four places of the first sheet are used."""
    row = queries_sampling.sample_in_custody(number, by=actor_of(request))
    if row.outcome != Sample.Outcome.TAKEN:
        raise NotFound(
            "never_taken", zh="这个样品没有抽取，没有标签。", en="It was never taken: there is no label."
        )
    skip = request.GET.get("skip", "0")
    places = int(skip) if skip.isascii() and skip.isdigit() and len(skip) < 4 else 0
    made = papers_sampling.label_sheet(
        papers_sampling.labels_of(row),
        lambda sample, part: f"{_address(request, sample)}?part={part}",
        places,
    )
    return _file(made, f"样品标签{row.number}")


@require_POST
def sheet(request: HttpRequest, number: str) -> HttpResponse:
    """Issue the sampling sheet, or hand out the one that was issued."""
    paper = issue_sampling_sheet(number, by=actor_of(request))
    assert paper.sample is not None
    return _file(
        papers_sampling.sampling_sheet(paper.sample, paper, _address(request, paper.sample)),
        f"抽样单{paper.text}",
    )


@require_safe
def report(request: HttpRequest, number: str, report_id: int) -> HttpResponse:
    """A laboratory's report on a sample as PDF, with the way to its proof once the result is published."""
    row = queries.sample(number, by=actor_of(request))
    found = (
        Report.objects.select_related("sample__programme", "rules__rules")
        .filter(sample=row, pk=report_id)
        .first()
    )
    if found is None:
        raise NotFound("no_such_report", zh="没有这份检验报告。", en="There is no such report.")
    return _file(papers_sampling.report_paper(found, _proof(request, row)), f"检验报告{found.number}")


def _proof(request: HttpRequest, row: Sample) -> papers_sampling.Proof | None:
    result = queries.published(row)
    if result is None or result.published_on is None:
        return None
    name = papers_sampling.register_of(row)
    record = Record.objects.filter(register=name, key=result.key).first()
    register = catalogue.get(name)
    if record is None or not common.is_public(register, record):
        return None
    address = request.build_absolute_uri(common.public_url(register, result.key))
    return papers_sampling.Proof(address, result.key)


@require_safe
def picture(request: HttpRequest, number: str, sha256: str) -> HttpResponse | FileResponse:
    """A photograph or signature of a sample, for those who may see the sample."""
    row = queries_sampling.sample_in_custody(number, by=actor_of(request))
    named = {one.get("sha256") for one in [*row.photos, *row.signatures] if isinstance(one, dict)}
    stored = files.get_file(sha256) if sha256 in named else None
    if stored is None:
        raise NotFound("no_such_file", zh="没有这张照片。", en="There is no such photograph.")
    response = FileResponse(files.open_file(sha256), content_type=stored.media_type)
    response["Content-Disposition"] = f'inline; filename="{sha256[:12]}.{stored.kind}"'
    response["Cache-Control"] = f"private, max-age={int(timedelta(days=1).total_seconds())}"
    return response
