"""Addresses for the tests of the look: the living style page, and views that fail in every way."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from ninja import NinjaAPI, Query

from pinzhi.kernel.access.models import User
from pinzhi.kernel.errors import NotPermitted, RefusedRows, RowError
from pinzhi.kernel.web import api as web_api
from pinzhi.kernel.web import style

handler400 = "pinzhi.kernel.web.errors.bad_request"
handler403 = "pinzhi.kernel.web.errors.forbidden"
handler404 = "pinzhi.kernel.web.errors.not_found"
handler500 = "pinzhi.kernel.web.errors.server_error"

api = NinjaAPI(urls_namespace="look")
web_api.install_error_handlers(api)


@api.get("/people", response=web_api.Page[str])
def people(request: HttpRequest, params: Query[web_api.PageParams]) -> object:
    return web_api.cursor_page(
        User.objects.all(), params, order=("-language", "username"), shape=lambda user: user.username
    )


@api.get("/letters", response=web_api.Page[str])
def letters(request: HttpRequest, params: Query[web_api.PageParams]) -> object:
    return web_api.sequence_page("abcdefg", params)


@api.get("/tagged")
def tagged(request: HttpRequest) -> HttpResponse:
    return web_api.with_etag(request, {"名": "质量"})


@api.get("/refused/{kind}")
def refused_api(request: HttpRequest, kind: str) -> HttpResponse:
    return fail(request, kind)


def fail(request: HttpRequest, kind: str) -> HttpResponse:
    if kind == "refused":
        raise NotPermitted(
            "no_right", zh="您没有“审核”权限。", en="You lack the right to review.", place="E01"
        )
    if kind == "rows":
        raise RefusedRows(
            [RowError(17, "统一社会信用代码", "9135", "长度不对", "wrong length", "18 位", "18 characters")]
        )
    if kind == "denied":
        raise PermissionDenied
    if kind == "large":
        raise RequestDataTooBig
    if kind == "odd":
        raise SuspiciousOperation
    raise RuntimeError("a secret of the program")


urlpatterns = [
    path("style/", style.style),
    path("style/portal/", style.style, {"door": "portal"}),
    path("style/list/", style.sample_list),
    path("style/form/", style.sample_form),
    path("fail/<kind>/", fail),
    path("console/fail/<kind>/", fail),
    path("api/look/", api.urls),
    path("accounts/", include("pinzhi.kernel.access.urls")),
    path("", include("pinzhi.kernel.web.urls")),
]
