"""The logs as anyone can mirror them: checkpoints, tiles and entry bundles after C2SP, consistency, whole mirrors."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import http_date

from pinzhi.doors.portal.streams import Sink
from pinzhi.kernel.errors import NotFound
from pinzhi.kernel.registers import logs, proofs, public
from pinzhi.kernel.registers.models import Log
from pinzhi.rules.proof.tree import TILE, parse_tile_path

FOR_EVER = "public, max-age=31536000, immutable"


def checkpoint(request: HttpRequest, name: str) -> HttpResponse:
    """The signed head, as text/plain."""
    log = public.log_of(name)
    response = HttpResponse(log.checkpoint, content_type="text/plain; charset=utf-8")
    if log.signed_at:
        response.headers["Last-Modified"] = http_date(log.signed_at.timestamp())
    return response


def cosigned(request: HttpRequest, name: str) -> HttpResponse:
    """The newest head that witnesses have signed too."""
    log = public.log_of(name)
    if not log.cosigned:
        raise NotFound(
            "not_cosigned", zh="还没有见证者联署的检查点。", en="No witness has cosigned yet.", place=name
        )
    return HttpResponse(log.cosigned, content_type="text/plain; charset=utf-8")


def tile(request: HttpRequest, name: str, path: str) -> HttpResponse:
    """A hash tile or an entry bundle. What is full never changes within an epoch; what is partial neither."""
    asked = parse_tile_path(f"tile/{path}")
    if asked is None:
        raise NotFound("no_such_tile", zh="没有这个数据块。", en="There is no such tile.", place=path[:80])
    level, index, width = asked
    data = public.tile(name, logs.BUNDLES if level == "entries" else int(level), index, width)
    response = HttpResponse(data, content_type="application/octet-stream")
    response.headers["Cache-Control"] = FOR_EVER if width == TILE else "public, max-age=3600"
    return response


def consistency(request: HttpRequest, name: str) -> HttpResponse:
    """The proof that the present checkpoint only adds to the one of size `?old=`."""
    old = request.GET.get("old", "")
    if not old.isdigit() or len(old) > 15:
        raise NotFound(
            "no_such_size",
            zh="请在地址中给出旧检查点的条目数 old。",
            en="Give the size of the old checkpoint as ?old=.",
            place="old",
        )
    body = json.dumps(proofs.consistency(name, int(old)), ensure_ascii=False, indent=1) + "\n"
    return HttpResponse(body, content_type="application/json")


def mirror(request: HttpRequest, name: str) -> HttpResponseBase:
    """All that `verify.py register` needs, as one zip written while it is sent."""
    log = public.log_of(name)
    response = StreamingHttpResponse(mirror_zip(log), content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}-{log.size}.zip"'
    return response


def mirror_zip(log: Log) -> Iterator[bytes]:
    """The zip of a log at the head given, piece by piece."""
    sink = Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("checkpoint", log.checkpoint)
        heads = proofs.head_proof(log)
        if heads is not None:
            archive.writestr("heads.json", json.dumps(heads, ensure_ascii=False, indent=1) + "\n")
        for path, data in public.bundles(log):
            archive.writestr(path, data)
            yield from sink.taken()
        with archive.open("opened.jsonl", "w", force_zip64=True) as lines:
            for line in public.opened_lines(log):
                lines.write(line.encode())
                if sink.waiting > 65536:
                    yield from sink.taken()
    yield from sink.taken()
