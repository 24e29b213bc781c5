"""Whatever the OpenAPI file allows, and whatever it does not: nothing that a caller sends makes an error of ours."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.generation import GenerationMode

from pinzhi.kernel.registers import catalogue, sequencer
from tests.doors.api.conftest import Caller
from tests.doors.api.test_policy_permissions import operations
from tests.doors.api.test_registers import enter

pytestmark = [pytest.mark.django_db(databases=["default", "portal"], transaction=True), pytest.mark.slow]
PARTS = ("/appraisals/", "/year-plans/", "/documents/")
EXAMPLES = int(os.environ.get("PINZHI_API_EXAMPLES", "6"))


def work_of_the_plan() -> dict[str, dict[str, Any]]:
    """Numbers that there are, by a part of the address: documents, an appraisal, a yearly plan, a matter."""
    found = [operation.address for operation in operations()]
    matter = next(one for one in found if "/matters/" in one).split("/")[3]
    code = {part: next(one for one in found if part in one).split("/")[3] for part in PARTS}
    return {
        "/appraisals/": {"code": code["/appraisals/"], "key": "350100"},
        "/year-plans/": {"code": code["/year-plans/"]},
        "/policy/documents/": {"code": code["/documents/"]},
        "/matters/": {"code": matter},
        "/targets/": {"key": f"{code['/documents/']}-T01"},
    }


def test_nothing_that_is_sent_is_an_error_of_ours(caller: Callable[..., Caller], firms: list[str]) -> None:
    catalogue.sync()
    chief = caller("li", *(f"{role}@" for role in ("clerk", "reviewer", "approver", "administrator")))
    (key, *_) = enter(chief, firms)
    sequencer.drain()
    application = WSGIHandler()
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", application)
    known: dict[str, Any] = {
        "name": "e01_cqo",
        "key": key,
        "step": "enter_decision",
        "code": "350100-2026-01",
        "position": 1,
        "number": 1,
        "period": "2024",
    }
    codes = work_of_the_plan()
    seen: dict[int, int] = {}
    wrong: list[str] = []
    for found in schema.get_all_operations():
        operation = found.ok()
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):

            @settings(
                max_examples=EXAMPLES,
                derandomize=True,
                database=None,
                deadline=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            @given(case=operation.as_strategy(generation_mode=mode))
            def send(case: Any) -> None:
                # Half of the time the address is one that there is, so that what lies behind it is reached.
                if sum(seen.values()) % 2:
                    there = known | next((c for part, c in codes.items() if part in case.path), {})
                    case.path_parameters = {
                        name: there.get(name, value) for name, value in (case.path_parameters or {}).items()
                    }
                response = case.call(headers={"Authorization": f"Bearer {chief.token}"})
                seen[response.status_code] = seen.get(response.status_code, 0) + 1
                if response.status_code >= 500:
                    wrong.append(f"{case.method} {case.formatted_path} {case.query} {case.body!r:.400}")
                elif response.status_code >= 400:
                    assert response.headers["content-type"][0] == "application/problem+json", case.path

            try:
                send()
            except schemathesis.errors.InvalidSchema:
                raise
            except Exception as error:
                if "Unsatisfiable" not in type(error).__name__:
                    raise
    assert not wrong, "\n".join(wrong[:10])
    assert seen.get(200, 0) > 50 and seen.get(422, 0) > 20, seen
