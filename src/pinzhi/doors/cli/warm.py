"""A web process asks itself for the pages that most people open first, so that nobody waits for what it loads with them:
definitions, places, templates and translations, some seconds of work once in its life.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any
from wsgiref.util import setup_testing_defaults

if TYPE_CHECKING:
    from django.core.handlers.wsgi import WSGIHandler

PAGES = ("/", "/scoreboard/", "/registers/", "/accounts/login/")

log = logging.getLogger(__name__)


def warm(application: WSGIHandler) -> None:
    """Ask for each page and throw the answer away. What fails here fails again for a visitor, and is said then."""
    for path in PAGES:
        try:
            answer = application(_environ(path), lambda _status, _headers, _exc=None: lambda _data: None)
            try:
                for _part in answer:
                    pass
            finally:
                getattr(answer, "close", lambda: None)()
        except Exception as error:  # a process that cannot be warmed can still answer
            log.warning("not ready beforehand: %s: %s", path, error)
            return


def _environ(path: str) -> dict[str, Any]:
    from django.conf import settings

    named = [host for host in settings.ALLOWED_HOSTS if not host.startswith((".", "*"))]
    host = named[0] if named else "localhost"
    environ: dict[str, Any] = {
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": host,
        "HTTP_X_FORWARDED_PROTO": "https",  # behind a proxy too, no page is sent elsewhere
        "wsgi.url_scheme": "https",
    }
    setup_testing_defaults(environ)
    return environ
