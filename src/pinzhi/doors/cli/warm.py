"""A web process asks itself for the pages that most people open first, so that nobody waits for what it loads with them:
definitions, places, templates and translations, some seconds of work once in its life.
"""

from __future__ import annotations

import io
import logging
import sys
from typing import TYPE_CHECKING, Any

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
    return {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "SCRIPT_NAME": "",
        "QUERY_STRING": "",
        "SERVER_NAME": host,
        "SERVER_PORT": "443",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": host,
        "HTTP_X_FORWARDED_PROTO": "https",
        "HTTP_USER_AGENT": "pinzhi",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "https",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
