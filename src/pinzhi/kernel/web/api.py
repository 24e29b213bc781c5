"""What every part of the API shares: problems after RFC 9457, pages by cursor, ETags.

api = NinjaAPI(...); install_error_handlers(api)

@router.get("/records", response=Page[RecordOut])
def records(request, params: Query[PageParams]):
    return cursor_page(queryset, params, order=("-effective_on", "key"))

@router.get("/records/{key}")
def record(request, key: str):
    return with_etag(request, content)
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation, ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from ninja import Field, NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, Throttled
from ninja.errors import ValidationError as BadInput
from pydantic import BaseModel

from pinzhi.kernel.errors import Refused
from pinzhi.kernel.search.queries import capped_count
from pinzhi.kernel.web.problems import CONTENT_TYPE, problem_response, refusal

T = TypeVar("T")
LARGEST = 500


# ---------- errors ----------


class Problem(Schema):
    """The body of every error, as the OpenAPI file describes it (application/problem+json)."""

    type: str
    title: str
    status: int
    code: str
    detail: str | None = None
    place: str | None = None
    errors: list[dict[str, Any]] | None = None
    errors_total: int | None = None


def install_error_handlers(api: NinjaAPI) -> None:
    """Every error of this API leaves as problem+json, in the language that the caller asks for."""
    handlers: list[tuple[type[Exception], Callable[..., HttpResponse]]] = [
        (Refused, _refused),
        (BadInput, _bad_input),
        (Http404, _not_found),
        (PermissionDenied, _forbidden),
        (AuthenticationError, _not_logged_in),
        (Throttled, _throttled),
        (HttpError, _http_error),
        (RequestDataTooBig, _too_large),
        (SuspiciousOperation, _suspicious),
    ]
    for exception, handler in handlers:
        api.add_exception_handler(exception, handler)


def _refused(request: HttpRequest, error: Refused) -> HttpResponse:
    return JsonResponse(
        refusal(error),
        status=error.status,
        content_type=CONTENT_TYPE,
        json_dumps_params={"ensure_ascii": False},
    )


def _bad_input(request: HttpRequest, error: BadInput) -> HttpResponse:
    errors = [
        {"place": ".".join(str(part) for part in one.get("loc", ())), "wrong": one.get("msg", "")}
        for one in error.errors
    ]
    return problem_response(
        422,
        _("The request has values that cannot be taken"),
        code="invalid_request",
        detail=_("See the places under errors; the OpenAPI file says what each takes."),
        errors=errors,
    )


def _not_found(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem_response(404, _("There is nothing at this address"), code="not_found")


def _forbidden(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem_response(403, _("You may not see or do this"), code="not_permitted")


def _not_logged_in(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem_response(
        401,
        _("Who you are is not known"),
        code="not_authenticated",
        detail=_("Send an access token: Authorization: Bearer …"),
        headers={"WWW-Authenticate": "Bearer"},
    )


def _throttled(request: HttpRequest, error: Throttled) -> HttpResponse:
    wait = getattr(error, "wait", None)
    headers = {"Retry-After": str(int(wait))} if wait else {}
    return problem_response(429, _("Too many requests"), code="too_many_requests", headers=headers)


def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    titles = {
        400: _("The request could not be read"),
        403: _("You may not see or do this"),
        404: _("There is nothing at this address"),
    }
    title = titles.get(error.status_code, _("It did not work"))
    return problem_response(error.status_code, title, detail=str(error))


def _too_large(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem_response(413, _("The file or form is too large"), code="too_large")


def _suspicious(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem_response(400, _("The request could not be read"), code="bad_request")


# ---------- pages ----------


class PageParams(Schema):
    """`limit` rows after `cursor`, which is the `next` of the page before."""

    limit: int = Field(50, ge=1, le=LARGEST)
    cursor: str = Field("", max_length=1000)


class Page(Schema, Generic[T]):
    """One page: the rows, how many in all (`count_capped`: at least that many), the cursor of the next page."""

    items: list[T]
    count: int | None = None
    count_capped: bool = False
    next: str | None = None


def cursor_page(
    queryset: QuerySet[Any],
    params: PageParams,
    *,
    order: Sequence[str] = ("pk",),
    count: bool = True,
    shape: Callable[[Any], Any] | None = None,
) -> dict[str, Any]:
    """A page after the cursor, in a stable order: no row is skipped or repeated when rows are added meanwhile.

    `order`: fields that hold no nulls, the last of them unique. Refused when the cursor is not one of ours.
    """
    rows = queryset.order_by(*order)
    if params.cursor:
        try:
            rows = rows.filter(_after(order, _decoded(params.cursor, len(order))))
        except (ValueError, TypeError, ValidationError) as error:
            raise _no_cursor() from error
    found = list(rows[: params.limit + 1])
    more = len(found) > params.limit
    found = found[: params.limit]
    counted, capped = capped_count(queryset) if count else (None, False)
    return {
        "items": [shape(row) for row in found] if shape else found,
        "count": counted,
        "count_capped": capped,
        "next": _encoded([_attribute(found[-1], name) for name in order]) if more else None,
    }


def sequence_page(
    rows: Sequence[Any], params: PageParams, *, shape: Callable[[Any], Any] | None = None
) -> dict[str, Any]:
    """A page of rows in memory; the cursor is a position."""
    start = 0
    if params.cursor:
        (position,) = _decoded(params.cursor, 1)
        if not isinstance(position, int) or position < 0:
            raise _no_cursor()
        start = position
    found = list(rows[start : start + params.limit])
    end = start + len(found)
    return {
        "items": [shape(row) for row in found] if shape else found,
        "count": len(rows),
        "count_capped": False,
        "next": _encoded([end]) if end < len(rows) else None,
    }


def _after(order: Sequence[str], values: Sequence[Any]) -> Q:
    """Rows after `values`: (a > x) or (a = x and b > y) …, with < where the order goes down."""
    condition, equal = Q(), Q()
    for name, value in zip(order, values, strict=True):
        field = name.lstrip("-")
        step = Q(**{f"{field}__{'lt' if name.startswith('-') else 'gt'}": value})
        condition |= equal & step
        equal &= Q(**{field: value})
    return condition


def _attribute(row: Any, name: str) -> Any:
    field = name.lstrip("-")
    return row[field] if isinstance(row, dict) else getattr(row, field)


def _encoded(values: Sequence[Any]) -> str:
    text = json.dumps(values, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decoded(cursor: str, size: int) -> list[Any]:
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError) as error:
        raise _no_cursor() from error
    if not isinstance(values, list) or len(values) != size or not all(_comparable(v) for v in values):
        raise _no_cursor()
    return values


def _comparable(value: Any) -> bool:
    """Whether the database can compare with the value: text without NUL, a number that fits, a boolean."""
    if isinstance(value, str):
        return "\x00" not in value
    return isinstance(value, (bool, float)) or (isinstance(value, int) and abs(value) < 2**63)


def _no_cursor() -> Refused:
    return Refused(
        "bad_cursor",
        zh="游标无效。",
        en="The cursor is not valid.",
        place="cursor",
        remedy_zh="从第一页重新开始，或使用上一页返回的 next。",
        remedy_en="Begin with the first page, or use the `next` of the page before.",
        status=400,
    )


# ---------- ETags ----------


def etag_of(*parts: Any) -> str:
    """A strong ETag of whatever identifies a state: a revision, a log's size and root, the content itself."""
    whole = json.dumps(parts, cls=DjangoJSONEncoder, ensure_ascii=False, sort_keys=True)
    return f'"{hashlib.sha256(whole.encode()).hexdigest()[:32]}"'


def not_modified(request: HttpRequest, etag: str) -> HttpResponse | None:
    """304 where the caller's If-None-Match holds this ETag: ask before the work is done."""
    response = get_conditional_response(request, etag=etag)
    return response if response is not None and response.status_code == 304 else None


def with_etag(
    request: HttpRequest, content: Any, *, etag: str = "", status: int = 200, max_age: int | None = None
) -> HttpResponse:
    """JSON with an ETag (by default of the content itself), or 304 where the caller already has it."""
    if isinstance(content, BaseModel):
        content = content.model_dump(mode="json")
    etag = etag or etag_of(content)
    unchanged = not_modified(request, etag)
    response = unchanged or JsonResponse(
        content, safe=False, status=status, json_dumps_params={"ensure_ascii": False}
    )
    response.headers["ETag"] = etag
    if max_age is not None:
        response.headers["Cache-Control"] = f"public, max-age={max_age}"
    return response
