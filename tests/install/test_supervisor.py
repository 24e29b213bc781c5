"""The supervisor: starts again what ends, later each time, and takes everything along when it goes."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from pinzhi.doors.cli.processes import is_running
from pinzhi.doors.cli.supervisor import Child, Supervisor

SOURCE = str(Path(sys.modules[Supervisor.__module__].__file__ or "").parents[3])


def run_for(supervisor: Supervisor, seconds: float) -> None:
    timer = threading.Timer(seconds, lambda: supervisor._asked(0, None))
    timer.start()
    supervisor.run()
    timer.join()


def shell(script: str) -> list[str]:
    return ["/bin/sh", "-c", script]


def test_dead_child_is_started_again_with_growing_pauses(tmp_path: Path) -> None:
    said: list[str] = []
    log = tmp_path / "log"
    supervisor = Supervisor(
        [Child("fragile", shell(f"date +%s.%N >> {log}; exit 3"))], say=lambda _zh, en: said.append(en)
    )
    run_for(supervisor, 4.6)
    starts = [float(line) for line in log.read_text().split()]
    pauses = [later - earlier for earlier, later in itertools.pairwise(starts)]
    assert len(starts) >= 3
    assert pauses[0] >= 0.5 and pauses[1] >= 1.0
    assert "status 3" in said[0] and "0.5 s" in said[0]


def test_work_that_ends_is_done_once(tmp_path: Path) -> None:
    log = tmp_path / "log"
    supervisor = Supervisor([Child("load", shell(f"echo x >> {log}"), once=True)], say=lambda _zh, _en: None)
    run_for(supervisor, 1.5)
    assert log.read_text() == "x\n"


def test_work_that_fails_is_tried_a_few_times_and_left(tmp_path: Path) -> None:
    said: list[str] = []
    log = tmp_path / "log"
    failing = Child("load", shell(f"echo x >> {log}; exit 1"), once=True, tries=2)
    run_for(Supervisor([failing], say=lambda _zh, en: said.append(en)), 2.5)
    assert log.read_text() == "x\nx\n"
    assert "is left" in said[-1]


def test_stubborn_child_and_its_children_are_killed(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    stubborn = shell(f"trap '' TERM; sleep 300 & echo $$ $! > {pids}; wait; sleep 300")
    supervisor = Supervisor([Child("stubborn", stubborn)], say=lambda _zh, _en: None, stop_within=1.0)
    begun = time.monotonic()
    run_for(supervisor, 1.0)
    assert time.monotonic() - begun < 5
    for pid in pids.read_text().split():
        assert not is_running(int(pid))


def test_children_go_when_the_supervisor_is_killed(tmp_path: Path) -> None:
    pids = tmp_path / "pid"
    program = f"""
import sys
sys.path.insert(0, {SOURCE!r})
from pinzhi.doors.cli.supervisor import Child, Supervisor
Supervisor([Child("c", ["/bin/sh", "-c", "echo $$ > {pids}; exec sleep 300"])], say=print).run()
"""
    process = subprocess.Popen([sys.executable, "-c", program])
    deadline = time.monotonic() + 20
    while not (pids.exists() and pids.read_text().strip()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    child = int(pids.read_text())
    assert is_running(child)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    while is_running(child):
        assert time.monotonic() < deadline, "the child outlived its supervisor"
        time.sleep(0.05)
