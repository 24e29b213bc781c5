"""Error pages in the reader's language: what happened, and what to do. `config.urls` names them as handlers."""

from __future__ import annotations

import logging
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.utils.translation import gettext as _

from pinzhi.kernel.errors import Refused, RefusedRows
from pinzhi.kernel.web.middleware import BY_HEADER
from pinzhi.kernel.web.problems import problem_response

log = logging.getLogger(__name__)


def _texts(status: int) -> tuple[str, str]:
    """(title, what to do) for a status."""
    return {
        400: (
            _("The request could not be read"),
            _("Go back, load the page anew and send it again. What you typed is kept on this machine."),
        ),
        403: (
            _("You may not see or do this"),
            _(
                "Your account lacks the right for it. Ask your unit's administrator, or sign in with another account."
            ),
        ),
        404: (
            _("There is nothing at this address"),
            _("Check the address, or search for the name or number. What was public once may no longer be."),
        ),
        405: (
            _("Only a form is sent to this address"),
            _("Open the page with the form again, and look there first: what you sent may be done already."),
        ),
        409: (
            _("Somebody else was faster"),
            _("The record has changed since you opened it. Load it anew and decide again."),
        ),
        413: (
            _("The file or form is too large"),
            _("Send smaller files or fewer at a time; the form says how large they may be."),
        ),
        422: (_("It cannot be done like this"), _("Go back and correct what is named here.")),
        429: (
            _("Too many requests"),
            _("Wait a minute and try again. For large amounts of data use the downloads."),
        ),
        500: (
            _("Something went wrong on our side"),
            _(
                "Nothing was changed by it. Try again in a while; if it stays, tell the operator the time and the address."
            ),
        ),
        503: (
            _("Not available at the moment"),
            _("The service is starting or being maintained. Try again in a minute."),
        ),
    }.get(status) or (_("It did not work"), _("Go back and try again."))


def page(
    request: HttpRequest,
    status: int,
    *,
    title: str = "",
    detail: str = "",
    remedy: str = "",
    rows: Any = None,
) -> HttpResponse:
    """The error page of a status; `title`, `detail` and `remedy` replace the general words."""
    general_title, general_remedy = _texts(status)
    if request.path.startswith(BY_HEADER):
        return problem_response(status, title or general_title, detail=detail or remedy or general_remedy)
    context = {
        "status": status,
        "error_title": title or general_title,
        "detail": detail,
        "remedy": remedy or general_remedy,
        "rows": rows,
        "console": request.path.startswith("/console/"),
    }
    return HttpResponse(loader.render_to_string("web/error.html", context, request), status=status)


def refused(request: HttpRequest, error: Refused) -> HttpResponse:
    """The page of an action's refusal."""
    return page(
        request,
        error.status,
        detail=error.text,
        remedy=error.remedy,
        rows=error.rows[:200] if isinstance(error, RefusedRows) else None,
    )


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent

    large = isinstance(exception, (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent))
    return page(request, 413 if large else 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """The last page that can be shown: if even its template fails, plain words without one."""
    try:
        return page(request, 500)
    except Exception:
        log.exception("the error page itself failed")
        title, remedy = _texts(500)
        return HttpResponse(f"{title}\n{remedy}\n", status=500, content_type="text/plain; charset=utf-8")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token is missing or too old (`CSRF_FAILURE_VIEW`)."""
    return page(
        request,
        403,
        title=_("This form is no longer valid"),
        detail=_(
            "The page was open for too long, you signed in or out meanwhile, or cookies are switched off."
        ),
        remedy=_("Go back, load the page anew and send it again. What you typed is kept on this machine."),
    )


def too_many_requests(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """For a rate limit to call."""
    return page(request, 429)
