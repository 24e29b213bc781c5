"""What every site has: public files, robots, a small sitemap, health."""

from __future__ import annotations

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse

from pinzhi.kernel.errors import NotFound
from pinzhi.kernel.files import disk
from pinzhi.kernel.registers import public

#: Shown in the browser; everything else is handed over as a download, whatever it says it is.
SHOWN = {"application/pdf", "image/png", "image/jpeg", "image/webp", "text/plain"}


def file(request: HttpRequest, sha256: str) -> HttpResponseBase:
    """A file that a public field of a public record names, and no other."""
    found = public.file(sha256)
    try:
        content = disk.open_content(sha256)
    except (FileNotFoundError, ValueError):
        raise NotFound(
            "no_such_file", zh="文件暂不可取。", en="The file cannot be had.", place=sha256
        ) from None
    shown = found.media_type in SHOWN
    response = FileResponse(
        content,
        as_attachment=not shown,
        filename=found.name or sha256,
        content_type=found.media_type if shown else "application/octet-stream",
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", "Disallow: /console/", "Disallow: /accounts/", "Disallow: /log/"]
    lines += [f"Sitemap: {request.build_absolute_uri(reverse('portal:sitemap'))}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


def sitemap(request: HttpRequest) -> HttpResponse:
    """The main pages and the registers; records are found from these."""
    names = ("home", "scoreboard", "documents", "registers", "products", "open_data", "verify")
    paths = [reverse(f"portal:{name}") for name in names]
    paths += [reverse("portal:register", args=[register.name]) for register in public.registers()]
    text = render_to_string("portal/sitemap.xml", {"urls": [request.build_absolute_uri(p) for p in paths]})
    return HttpResponse(text, content_type="application/xml; charset=utf-8")


def health(request: HttpRequest) -> HttpResponse:
    """200 while the public side answers and may read nothing else."""
    try:
        good = public.ping()
    except Exception:
        good = False
    response = JsonResponse({"status": "ok" if good else "failing"}, status=200 if good else 503)
    response.headers["Cache-Control"] = "no-store"
    return response
