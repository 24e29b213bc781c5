from __future__ import annotations

import threading
from collections.abc import Iterator
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.conf import settings as django_settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.wsgi import get_wsgi_application
from django.test import override_settings
from django.utils import translation

URLS = "tests.kernel.web.urls"


@pytest.fixture(autouse=True)
def own_addresses() -> Iterator[None]:
    with override_settings(ROOT_URLCONF=URLS), translation.override(django_settings.LANGUAGE_CODE):
        yield


class _Threaded(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_args: object) -> None: ...


@pytest.fixture(scope="module")
def served() -> Iterator[str]:
    """The pages over HTTP, without a database: none of them needs one."""
    with override_settings(ROOT_URLCONF=URLS, ALLOWED_HOSTS=["*"]):
        application = StaticFilesHandler(get_wsgi_application())
        server = make_server("127.0.0.1", 0, application, _Threaded, _Quiet)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join(5)
