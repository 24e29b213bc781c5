"""Small answers that are the same for everybody, kept in memory until the public side changes."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock, local
from typing import Any, TypeVar

from django.core.signals import request_started

from pinzhi.kernel.errors import NotFound
from pinzhi.kernel.registers import public
from pinzhi.kernel.registers.models import Log

_T = TypeVar("_T")
_MOST = 500
_lock = Lock()
_answers: dict[Any, tuple[Any, Any]] = {}
_request = local()


def _begin(**_: Any) -> None:
    _request.moment = None


request_started.connect(_begin, dispatch_uid="portal_kept")


def _moment() -> Any:
    """What changes with the public side, asked once a request."""
    known = getattr(_request, "moment", None)
    if known is None:
        known = _request.moment = public.moment()
    return known


def keep(name: Any, ask: Callable[[], _T]) -> _T:
    """`ask()`, or what it answered last if the public side has not changed since (one small query tells)."""
    now = _moment()
    with _lock:
        known = _answers.get(name)
    if known is not None and known[0] == now:
        return known[1]
    answer = ask()
    with _lock:
        if len(_answers) >= _MOST:
            _answers.clear()
        _answers[name] = (now, answer)
    return answer


def forget() -> None:
    """Ask anew: between tests."""
    _begin()
    with _lock:
        _answers.clear()


def records_by_register() -> dict[str, int]:
    return keep("records_by_register", public.records_by_register)


def regions(register: str) -> list[str]:
    return keep(("regions", register), lambda: public.regions_of(register))


def log(name: str) -> Log | None:
    """The register's log, None while it has no entries."""
    try:
        return public.log_of(name)
    except NotFound:
        return None
