"""An opened draw's files in one archive: whole, in a folder, and not where they are too many bytes."""

from __future__ import annotations

import io
import zipfile
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import RequestFactory

from pinzhi.doors.portal.views import draws
from pinzhi.kernel.errors import NotFound

FILES = {"a" * 64: b"frame\n", "b" * 64: b"print('ok')\n"}
LISTED = [
    {"sha256": "a" * 64, "name": "frame.tsv", "size": 6},
    {"sha256": "b" * 64, "name": "verify_draw.py", "size": 12},
]


def asked(monkeypatch: pytest.MonkeyPatch, values: dict[str, Any]) -> Any:
    monkeypatch.setattr(draws.public, "record", lambda name, key: SimpleNamespace(values=values))
    monkeypatch.setattr(draws.disk, "open_content", lambda sha256: io.BytesIO(FILES[sha256]))
    return draws.archive(RequestFactory().get("/"), "CQ-2026-990000-000001")


def test_one_click_gives_the_folder_to_run(monkeypatch: pytest.MonkeyPatch) -> None:
    response = asked(monkeypatch, {"files": LISTED})
    with zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content))) as made:
        assert {name.partition("/")[2]: made.read(name) for name in made.namelist()} == {
            "frame.tsv": b"frame\n", "verify_draw.py": b"print('ok')\n",
        }  # fmt: skip
        assert {name.partition("/")[0] for name in made.namelist()} == {"CQ-2026-990000-000001"}


@pytest.mark.parametrize("values", [{}, {"files": []}, {"files": [{**LISTED[0], "size": draws.MOST + 1}]}])
def test_nothing_is_packed_before_the_opening_or_of_gigabytes(
    monkeypatch: pytest.MonkeyPatch, values: dict[str, Any]
) -> None:
    with pytest.raises(NotFound):
        asked(monkeypatch, values)
