"""`pinzhi serve` as an operator sees it: it answers, it heals, it stops, and nothing of it is left."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pinzhi.doors.cli import embedded
from pinzhi.doors.cli.processes import command_line

pytestmark = pytest.mark.slow


def until(true: Callable[[], object], within: float) -> bool:
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.1)
    return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Served:
    """One run of `pinzhi serve` on a state directory."""

    def __init__(self, state_dir: Path, *arguments: str, **environment: str) -> None:
        self.state_dir = state_dir
        self.port = free_port()
        self.log = state_dir.parent / f"serve-{self.port}.log"
        inherited = {
            name: value
            for name, value in os.environ.items()
            if name
            not in {"DATABASE_URL", "PORTAL_DATABASE_URL", "DJANGO_SETTINGS_MODULE", "PINZHI_SECRET_KEY"}
        }
        command = [
            sys.executable,
            "-m",
            "pinzhi.doors.cli.main",
            "serve",
            "--port",
            str(self.port),
            "--workers",
            "1",
        ]
        self.process = subprocess.Popen(
            [*command, *arguments],
            env=inherited | {"PINZHI_STATE_DIR": str(state_dir), "PINZHI_HTTPS": "0"} | environment,
            stdin=subprocess.DEVNULL,
            stdout=self.log.open("wb"),
            stderr=subprocess.STDOUT,
            # As a script leaves its background jobs; the tests may be one, or stand in a terminal.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
        )

    def status(self, path: str = "/") -> int | None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except OSError:
            return None
        finally:
            connection.close()

    def answers(self) -> bool:
        # What the address is has its own tests: here any page of the application proves that it runs.
        status = self.status()
        return status is not None and status < 500

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    def wait_until_it_answers(self, within: float = 120) -> None:
        assert until(lambda: self.process.poll() is not None or self.answers(), within), self.said()
        assert self.process.poll() is None, self.said()

    def processes(self) -> dict[int, str]:
        """Everything that belongs to this run: by environment, and the database by where its data are."""
        found = {}
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit() or int(entry.name) == os.getpid():
                continue
            try:
                environment = (entry / "environ").read_bytes()
            except OSError:
                continue
            line = command_line(int(entry.name))
            mine = f"PINZHI_STATE_DIR={self.state_dir}".encode() + b"\0" in environment + b"\0"
            if line and (mine or str(self.state_dir / "postgres") in line):
                found[int(entry.name)] = line
        return found

    def find(self, words: str) -> int:
        return next(pid for pid, line in self.processes().items() if words in line)


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="pinzhi-serve-", ignore_cleanup_errors=True) as base:
        Path(base).chmod(0o711)
        yield Path(base) / "state"
        embedded.stop(Path(base) / "state")


@pytest.fixture(scope="module")
def served(place: Path) -> Iterator[Served]:
    run = Served(place)
    try:
        run.wait_until_it_answers()
        yield run
    finally:
        if run.process.poll() is None:
            run.process.kill()
        run.process.wait()


def test_address_is_printed_and_no_demonstration_is_loaded(served: Served) -> None:
    assert until(lambda: f"http://127.0.0.1:{served.port}/" in served.said(), 30)
    assert "demo" not in " ".join(served.processes().values())


def test_secret_key_is_made_once_and_kept_closed(served: Served) -> None:
    key = served.state_dir / "secret-key"
    assert len(key.read_text().strip()) >= 60
    assert key.stat().st_mode & 0o077 == 0


def test_taken_port_is_said_in_words(served: Served) -> None:
    command = [sys.executable, "-m", "pinzhi.doors.cli.main", "serve", "--port", str(served.port)]
    asked = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert asked.returncode == 1
    assert str(served.port) in asked.stderr and "--port" in asked.stderr and "Traceback" not in asked.stderr


@pytest.mark.parametrize("words", ["pinzhi.doors.cli.main sequencer", "procrastinate worker"])
def test_killed_part_is_started_again(served: Served, words: str) -> None:
    assert until(lambda: any(words in line for line in served.processes().values()), 30), served.said()
    pid = served.find(words)
    os.kill(pid, signal.SIGKILL)
    assert until(lambda: any(words in line for p, line in served.processes().items() if p != pid), 30), (
        served.said()
    )


def test_killed_web_server_is_started_again_and_its_workers_are_gone(served: Served) -> None:
    before = {
        pid for pid, line in served.processes().items() if "granian" in line or "multiprocessing" in line
    }
    assert len(before) >= 2
    os.kill(served.find("-m granian"), signal.SIGKILL)
    assert until(lambda: not before & set(served.processes()), 20), served.processes()
    served.wait_until_it_answers(60)


def test_killed_database_comes_back(served: Served) -> None:
    pid = embedded.status(served.state_dir).pid
    assert pid
    os.kill(pid, signal.SIGKILL)
    assert until(lambda: embedded.status(served.state_dir).pid not in (None, pid), 30)
    served.wait_until_it_answers(30)


def test_killed_keeper_of_the_database_comes_back(served: Served) -> None:
    os.kill(int((served.state_dir / "postgres" / "keeper.lock").read_text()), signal.SIGKILL)
    assert until(lambda: embedded.status(served.state_dir).running, 30), served.said()
    served.wait_until_it_answers(30)


def test_stops_within_seconds_and_leaves_nothing(served: Served) -> None:
    begun = time.monotonic()
    served.process.send_signal(signal.SIGTERM)
    assert served.process.wait(30) == 0, served.said()
    assert not re.search("did not stop in time|没有按时停下", served.said()), served.said()
    assert time.monotonic() - begun < 15
    assert until(lambda: not served.processes(), 5), served.processes()
    assert re.search(r"pinzhi: (?:stopped|已停止)\s*$", served.said())
    assert "Traceback" not in re.split("pinzhi: (?:stopped|已停止)", served.said())[-1]


def test_second_start_takes_seconds_and_nothing_outlives_a_killed_supervisor(
    place: Path, served: Served
) -> None:
    assert served.process.poll() is not None, "the first run is over by now"
    again = Served(place)
    try:
        again.wait_until_it_answers(60)
        assert len(again.processes()) > 5
        again.process.kill()
        again.process.wait()
        assert until(lambda: not again.processes(), 30), again.processes()
    finally:
        if again.process.poll() is None:
            again.process.kill()
            again.process.wait()


def test_interrupt_from_the_keyboard_while_starting(place: Path, served: Served) -> None:
    assert served.process.poll() is not None
    early = Served(place)
    try:
        assert until(lambda: re.search("pinzhi: (?:starting the database|启动数据库)", early.said()), 30), (
            early.said()
        )
        early.process.send_signal(signal.SIGINT)
        early.process.wait(60)
        assert until(lambda: not early.processes(), 20), early.processes()
        assert "Traceback" not in early.said()
    finally:
        early.process.kill()
        early.process.wait()
