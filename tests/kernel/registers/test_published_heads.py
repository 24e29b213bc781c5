"""The signed heads outside the database, where an import drains beside the sequencer."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from django.db import connections

from pinzhi.kernel.registers import logs, sequencer
from pinzhi.kernel.registers.models import Log


@pytest.mark.django_db(transaction=True)
def test_many_writers_leave_the_newest_heads(settings, tmp_path: Path) -> None:
    settings.PINZHI_PUBLISHED_DIR = tmp_path / "published"
    place = logs.get("writers")
    faults: list[Exception] = []

    def write() -> None:
        try:
            for _ in range(25):
                sequencer.write_heads(["writers"])
        except Exception as fault:
            faults.append(fault)
        finally:
            connections.close_all()

    writers = [threading.Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    for at in range(20):
        logs.extend(place, [bytes([at]) * 32])
    for writer in writers:
        writer.join()
    sequencer.write_heads(["writers"])
    assert not faults
    written = (tmp_path / "published" / "writers.checkpoint").read_text(encoding="utf-8")
    assert written == Log.objects.get(name="writers").checkpoint
    assert not list((tmp_path / "published").glob("*.new"))
