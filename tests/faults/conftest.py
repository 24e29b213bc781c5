"""One installation for all tests of this folder: it takes a while to start."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.stack import Stack

REGISTER = "e01_cqo"


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    # Not pytest's own folder: root's database runs as another account, which must always pass through.
    folder = Path(tempfile.mkdtemp(prefix="pinzhi-faults-"))
    folder.chmod(0o755)
    made = Stack(folder / "state")
    try:
        made.start()
        yield made
    finally:
        made.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def token(stack: Stack) -> str:
    return stack.program(str(Path(__file__).with_name("setup.py"))).strip().splitlines()[-1]


@pytest.fixture(scope="session")
def sample(stack: Stack) -> dict[str, Any]:
    shown = stack.run("register", "show", REGISTER)
    return dict(json.loads(shown)["definition"]["sample"])
