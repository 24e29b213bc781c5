"""One public record: the facts, its history, who keeps it, and how to check it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from pinzhi.doors.portal import described, frame, kept
from pinzhi.doors.portal.views import draws, past
from pinzhi.kernel import clock
from pinzhi.kernel.access.names import function
from pinzhi.kernel.registers import proofs, public
from pinzhi.kernel.registers.catalogue import ROSTERS
from pinzhi.kernel.web.names import agency_name


def record(request: HttpRequest, name: str, key: str) -> HttpResponse:
    """The page of a record, at most six queries; prints on one sheet with its QR and the checkpoint."""
    register = public.register(name)
    found = public.record(name, key)
    steps = public.history(name, key)
    chosen = past.asked(request)
    held = public.as_of(name, key, chosen[0], chosen[2]) if chosen else None
    about = register.definition.about
    roster = ROSTERS.get(about)
    subject_name = ""
    if roster and roster != name and found.subject:
        subject_name = public.names(roster, [found.subject]).get(found.subject, "")
    address = reverse("portal:record", args=[name, key])
    context: dict[str, Any] = {
        "register": register,
        "record": found,
        "state": described.state_of(register, found),
        "envelope": described.envelope_facts(register, found, subject_name),
        "sections": described.facts(register, found),
        "asked": chosen,
        "held": past.shown(register, key, held) if held else None,
        "events": described.timeline(register, steps),
        "keeper": agency_name(found.agency),
        "function": function(register.definition.function),
        "address": request.build_absolute_uri(address),
        "proof_url": reverse("portal:proof", args=[name, key]),
        "log": kept.log(name),
        "next_step": _next_step(name, key, found.state, found.values),
        "draw_files": name == draws.DRAWS and draws.packed(found.values),
        "crumbs": [
            (_("Registers"), reverse("portal:registers")),
            (register.title, reverse("portal:register", args=[name])),
        ],
    }
    return frame.page(request, "record.html", context)


def _next_step(name: str, key: str, state: str, values: Mapping[str, Any]) -> tuple[str, str, str] | None:
    """What a reader may want to do with such a record: icon, address, words."""
    if name == "s03_local_programme" and state == "consultation":
        if str(values.get("consultation_until") or "9999") >= clock.today().isoformat():
            address = f"/console/comment/?{urlencode({'project': key})}"
            return "message-circle", address, _("Comment on the draft")
    elif name == "d04_rankings":
        return "list-check", reverse("portal:ranking", args=[key]), _("See the ranking")
    return None


def proof(request: HttpRequest, name: str, key: str) -> HttpResponse:
    """The proof file of a record, as `verify.py record` reads it."""
    public.record(name, key)
    body = json.dumps(proofs.record_proof(name, key), ensure_ascii=False, indent=1) + "\n"
    response = HttpResponse(body, content_type="application/json; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}-proof.json"'
    return response
