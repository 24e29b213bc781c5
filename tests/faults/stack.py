"""A whole installation as processes of its own, and the means to kill its parts by their process ids."""

from __future__ import annotations

import http.client
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from pinzhi.doors.cli import embedded
from pinzhi.doors.cli.processes import command_line, is_running

PINZHI = [sys.executable, "-m", "pinzhi.doors.cli.main"]


def until(true: Callable[[], object], within: float) -> bool:
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.1)
    return False


class Stack:
    """`pinzhi serve` in a state directory: server, sequencer, worker, embedded database."""

    def __init__(self, state: Path) -> None:
        self.state = state
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        dropped = {"DATABASE_URL", "PORTAL_DATABASE_URL", "DJANGO_SETTINGS_MODULE", "PINZHI_SECRET_KEY"}
        self.env = {name: value for name, value in os.environ.items() if name not in dropped}
        self.env |= {"PINZHI_STATE_DIR": str(state), "PINZHI_HTTPS": "0", "LC_ALL": "en_GB.UTF-8"}
        self.log = state.parent / "serve.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [*PINZHI, "serve", "--port", str(self.port), "--workers", "2"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, env=self.env, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
            )
        assert until(self.answers, 120), self.said()

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        embedded.stop(self.state)

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")[-4000:]

    def answers(self) -> bool:
        try:
            return self.ask("GET", "/healthz")[0] < 500
        except (OSError, http.client.HTTPException):
            return False

    def ask(self, method: str, address: str, body: Any = None, token: str = "") -> tuple[int, Any]:
        """Status and JSON (or bytes). Raises OSError or HTTPException where no whole answer came."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            headers = {"Accept-Language": "en"} | ({"Authorization": f"Bearer {token}"} if token else {})
            data = None
            if body is not None:
                data, headers["Content-Type"] = json.dumps(body), "application/json"
            connection.request(method, address, body=data, headers=headers)
            answer = connection.getresponse()
            content = answer.read()
            kind = answer.headers.get("Content-Type", "")
            return answer.status, json.loads(content) if "json" in kind else content
        finally:
            connection.close()

    def upload(self, address: str, token: str, file: bytes, **fields: str) -> tuple[int, Any]:
        """A file with further fields as a multipart form; answers and raises like `ask`."""
        mark = secrets.token_hex(16)
        parts = [
            f'--{mark}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n'
            for k, v in fields.items()
        ]
        parts.append(
            f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        )
        body = "".join(parts).encode() + file + f"\r\n--{mark}--\r\n".encode()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            headers = {
                "Authorization": f"Bearer {token}",
                "Content-Type": f"multipart/form-data; boundary={mark}",
            }
            connection.request("POST", address, body=body, headers=headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()

    def run(self, *arguments: str, status: int | None = 0) -> str:
        """The command `pinzhi` beside the running stack."""
        return self.program("-m", "pinzhi.doors.cli.main", *arguments, status=status)

    def program(self, *arguments: str, status: int | None = 0) -> str:
        done = subprocess.run(
            [sys.executable, *arguments], env=self.env, capture_output=True, text=True, timeout=120
        )
        said = f"{done.stdout}{done.stderr}"
        assert status is None or done.returncode == status, (
            f"{arguments}: {done.returncode}\n{said}\n{self.said()}"
        )
        return said

    # ---- parts

    def children(self, of: int | None = None) -> Iterator[int]:
        """Process ids below the served process, deepest last."""
        parent = of if of is not None else (self.process.pid if self.process else 0)
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    stat = (entry / "stat").read_text(encoding="utf-8", errors="replace")
                except OSError:
                    continue
                if int(stat.rsplit(")", 1)[-1].split()[1]) == parent:
                    yield int(entry.name)
                    yield from self.children(int(entry.name))

    def part(self, word: str) -> list[int]:
        """Our own processes whose command line has the word."""
        return [pid for pid in self.children() if word in command_line(pid)]

    def database(self) -> int | None:
        return embedded.server_pid(embedded.settle(self.state))

    def kill(self, part: str) -> None:
        """kill -9 of `server` (with its workers), `sequencer` or `database`: each by its number, and only ours."""
        if part == "database":
            found = [pid] if (pid := self.database()) else []
        else:
            found = self.part({"server": "granian", "sequencer": "sequencer"}[part])
        assert found, f"there is no {part}:\n{self.said()}"
        for pid in found:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        assert until(lambda: not any(is_running(pid) for pid in found), 10)
