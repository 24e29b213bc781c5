"""The API: one OpenAPI file over what the registers, the policies, the parties and the catalogue offer.

Each part's operations stand in its own `api.py`; here they are put together. Version 1 only grows: what is there stays.
"""

from __future__ import annotations

import importlib
import importlib.util
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Router
from ninja.errors import HttpError

import pinzhi
from pinzhi.doors.api.catalogue import router as catalogue
from pinzhi.doors.api.parsing import StrictParser
from pinzhi.doors.api.public import router as public
from pinzhi.doors.api.work import router as work
from pinzhi.kernel.access.api_auth import AUTH
from pinzhi.kernel.errors import Refused
from pinzhi.kernel.registers.api import router as registers
from pinzhi.kernel.web.api import Problem, install_error_handlers
from pinzhi.kernel.web.problems import problem_response

DESCRIPTION = """品质 API · Registers, policies, targets and readings of a quality bureau.

Send `Authorization: Bearer pz_…` (a token is issued under “My account” in the console); the pages of the console use
their session with its CSRF token. What is public needs neither: see `public`.

Errors are `application/problem+json` (RFC 9457) in the language of `Accept-Language` (zh, en). `code` is stable, `place`
and `errors` say where, `detail` what to do. Lists come in pages: send `next` as `cursor` for the next one. Answers carry
an `ETag`; with `If-None-Match` an unchanged one is 304. Days are `YYYY-MM-DD` in Asia/Shanghai, instants UTC, decimals
strings."""

ERRORS = {
    "400": "The request could not be read",
    "401": "Who you are is not known",
    "403": "You may not see or do this",
    "404": "There is no such thing, or not for you",
    "405": "This address does not take this method",
    "406": "The answer is JSON",
    "409": "Somebody else was quicker, or it has been done already",
    "413": "Too large",
    "422": "It cannot be done like this; `errors` says where and what would be right",
}


def _optional(module: str) -> Router | None:
    """The router of a part that may not be there."""
    if importlib.util.find_spec(module) is None:
        return None
    found: Router = importlib.import_module(module).router
    return found


class Api(NinjaAPI):
    def get_openapi_schema(self, **options: Any) -> Any:
        """The file with the errors that every operation may answer."""
        schema = super().get_openapi_schema(**options)
        schemas = schema.setdefault("components", {}).setdefault("schemas", {})
        schemas["Problem"] = Problem.model_json_schema()
        content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
        for operations in schema["paths"].values():
            for operation in operations.values():
                for status, said in ERRORS.items():
                    operation["responses"].setdefault(status, {"description": said, "content": content})
        return schema


api = Api(
    title="品质 Pinzhi",
    version=getattr(pinzhi, "__version__", "1"),
    description=DESCRIPTION,
    openapi_url="/openapi.json",
    docs_url=None,
    auth=AUTH,
    parser=StrictParser(),
    urls_namespace="api",
)
install_error_handlers(api)


@api.exception_handler(HttpError)
def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    """The framework wraps what the parser says into an error of its own: the reason is what counts."""
    cause = error.__cause__
    if isinstance(cause, (Refused, SuspiciousOperation)):
        return api.on_exception(request, cause)
    return problem_response(error.status_code, _("The request could not be read"), detail=str(error))


api.add_router("/v1/public", public, tags=["public"])
api.add_router("/v1/registers", registers, tags=["registers"])
for name in ("policy", "parties", "standards", "inspection"):
    part = _optional(f"pinzhi.apps.{name}.api")
    if part is not None:
        api.add_router(f"/v1/{name}", part, tags=[name])
api.add_router("/v1/catalogue", catalogue, tags=["catalogue"])
api.add_router("/v1", work, tags=["work"])
