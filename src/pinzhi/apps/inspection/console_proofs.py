"""Where a firm stands in draws: its own page, and the proof that it can take away."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from pinzhi.apps.inspection import draw_words, queries
from pinzhi.apps.inspection.actions.open_draw import prove_unit
from pinzhi.apps.inspection.console import crumbs
from pinzhi.kernel.access.actor import Actor, actor_of
from pinzhi.kernel.errors import NotFound, Refused
from pinzhi.rules.inspection import verify_draw

MOST_DRAWS, MOST_PRODUCTS = 12, 30


@require_safe
def own_draws(request: HttpRequest) -> HttpResponse:
    """The newest draws whose roster an enterprise stood on: in the frame or left out, drawn or not, with its proof."""
    actor = actor_of(request)
    if actor.speaks_for != "enterprise" or not actor.party:
        raise NotFound("not_a_firm", zh="这一页供企业查看自己。", en="This page is for an enterprise.")
    lines: list[dict[str, Any]] = []
    for row, keys in queries.draws_of_firm(actor.party):
        if len(lines) >= MOST_DRAWS:
            break
        found = [
            one for key, title in keys[:MOST_PRODUCTS] if (one := _proved(row.number, key, title, actor))
        ]
        if found:
            lines.append({"row": row, "proofs": found})
    context = {"lines": lines, "crumbs": crumbs()}
    return render(request, "inspection/own_draws.html", context)


def _proved(number: str, key: str, title: str, actor: Actor) -> dict[str, Any] | None:
    try:
        proof = prove_unit(number, key, by=actor)
    except (Refused, OSError):
        return None
    tone, words = draw_words.standing(proof)
    return {"key": key, "title": title, "tone": tone, "words": words}


@require_safe
def proof_for(request: HttpRequest, number: str) -> HttpResponse:
    """Officials type a credit code (with a product's number where products are drawn) and take that firm's proof."""
    key = request.GET.get("key", "").strip().upper().replace("：", ":")
    if not key:
        return redirect("inspection_draw", number)
    return redirect(reverse("inspection_draw_proof", args=[number, key]))


@require_safe
def verifier(request: HttpRequest) -> FileResponse:
    """The program that checks proofs and opened draws; one file, nothing else needed."""
    return FileResponse(Path(verify_draw.__file__).open("rb"), as_attachment=True, filename="verify_draw.py")
