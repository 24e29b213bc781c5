"""How to check what stands here, and checking a proof file in words."""

from __future__ import annotations

import inspect
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from pinzhi.doors.portal import frame
from pinzhi.kernel import clock
from pinzhi.kernel.registers import logs, public
from pinzhi.kernel.web.texts import reads_english
from pinzhi.rules.proof import verify

LARGEST = 2 * 1024 * 1024


def page(request: HttpRequest) -> HttpResponse:
    """What a proof shows, the keys, every log's head, the program, the commands; POST: a proof file is checked."""
    context: dict[str, Any] = {
        "keys": public.verifier_keys(),
        "now": clock.now(),
        "logs": [
            (log, titles.get(log.name, log.name)) for titles in [_titles()] for log in public.logs_all()
        ],
        "heads": logs.HEADS,
        "epochs": public.epochs_all(),
    }
    if request.method == "POST":
        context["result"] = _checked(_given(request))
        context["given"] = request.POST.get("proof", "")[:LARGEST]
    return frame.page(request, "verify.html", context)


def _titles() -> dict[str, Any]:
    return {register.name: register.title for register in public.registers()} | {
        logs.HEADS: _("The head over all heads")
    }


def _given(request: HttpRequest) -> bytes:
    file = request.FILES.get("file")
    if file is not None:
        return file.read(LARGEST + 1)
    return request.POST.get("proof", "").encode()


def _checked(data: bytes) -> dict[str, Any]:
    """What `verify.py record` would say of the file, line by line."""
    if not data.strip():
        return {"good": False, "says": _("Choose a proof file, or paste what is in one."), "lines": []}
    if len(data) > LARGEST:
        return {
            "good": False,
            "says": _("The file is larger than 2 MB; no proof of a record is."),
            "lines": [],
        }
    keys = [verify.parse_key(key.vkey) for key in public.verifier_keys()]
    try:
        checked, entries = verify.check_record(verify.load_json(data, "proof"), keys)
    except verify.ProofError as error:
        return {"good": False, "says": error.en if reads_english() else error.zh, "lines": []}
    point = checked.checkpoint
    lines = [
        _("Register %(name)s: checkpoint of %(size)s entries, rightly signed.")
        % {"name": checked.register, "size": f"{point.size:,}"}
    ]
    for entry in entries:
        what = " · ".join(str(entry.envelope.get(n) or "—") for n in ("key", "kind", "state", "effective_on"))
        lines.append(
            _("Entry %(index)s (%(what)s): in the tree; what is shown is what was logged.")
            % {"index": entry.position, "what": what}
        )
    return {"good": True, "says": _("The proof holds."), "lines": lines, "register": checked.register}


def program(request: HttpRequest) -> HttpResponse:
    """verify.py itself, the very file that the server hashes with."""
    source = inspect.getsource(verify)
    response = HttpResponse(source, content_type="text/x-python; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="verify.py"'
    return response
