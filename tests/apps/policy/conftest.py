"""What tests of the plan share."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from pinzhi.apps.policy import appraisal as adapter
from pinzhi.kernel import law
from pinzhi.rules.law import Law


@pytest.fixture(autouse=True)
def without_second_factor(settings: Any) -> None:
    """The pages are walked by approvers; that they need a second factor is tested with the accounts."""
    settings.REQUIRE_TOTP = False


@pytest.fixture
def verified(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """As if somebody had compared the grades with the text."""

    def now() -> None:
        real = law.law()
        rule = real.parameters[adapter.GRADES]
        checked = dataclasses.replace(
            rule, periods=tuple(dataclasses.replace(p, verified=True) for p in rule.periods)
        )
        monkeypatch.setattr(law, "law", lambda: Law({**real.parameters, adapter.GRADES: checked}))

    return now
