"""Keeps a few child processes running until it is told to stop, and leaves none behind.

A child that ends is started again, later each time. Every child leads a process group of its own, so that
what it started goes with it, and is told by the operating system when the supervisor is killed.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from pinzhi.doors.cli.processes import dies_with_parent

LOOK_EVERY = 0.2  # seconds
STEADY_AFTER = 60.0  # seconds that a child has to live for its earlier deaths to be forgotten
LONGEST_PAUSE = 30.0  # seconds


@dataclass
class Child:
    """One process to keep. ``once``: it has work that ends; only a failure has it started again."""

    name: str
    command: Sequence[str]
    once: bool = False
    tries: int | None = None
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    started: float = field(default=0.0, init=False)
    deaths: int = field(default=0, init=False)
    again_at: float = field(default=0.0, init=False)
    finished: bool = field(default=False, init=False)


class Supervisor:
    def __init__(
        self, children: Sequence[Child], *, say: Callable[[str, str], None], stop_within: float = 8.0
    ) -> None:
        self.children = list(children)
        self.say = say
        self.stop_within = stop_within
        self.stop_asked = 0

    def listen(self) -> None:
        """From here on SIGINT, SIGTERM and SIGHUP end the run; a second one ends it at once."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._asked)

    def _asked(self, _number: int, _frame: object) -> None:
        self.stop_asked += 1

    def run(self, *, every_second: Callable[[], None] = lambda: None) -> None:
        """Start the children and keep them until asked to stop, then stop them all."""
        looked = 0.0
        try:
            while not self.stop_asked:
                now = time.monotonic()
                for child in self.children:
                    self._tend(child, now)
                if now - looked >= 1:
                    looked = now
                    every_second()
                time.sleep(LOOK_EVERY)
        finally:
            self.stop()

    def _tend(self, child: Child, now: float) -> None:
        if child.finished:
            return
        if child.process is None:
            if now >= child.again_at:
                child.started = now
                child.process = subprocess.Popen(
                    child.command,
                    stdin=subprocess.DEVNULL,
                    start_new_session=True,
                    preexec_fn=dies_with_parent(signal.SIGTERM),
                )
            return
        status = child.process.poll()
        if status is None:
            return
        _end_group(child.process.pid)
        child.process = None
        if child.once and status == 0:
            child.finished = True
            return
        child.deaths = 1 if now - child.started > STEADY_AFTER else child.deaths + 1
        if child.tries is not None and child.deaths >= child.tries:
            child.finished = True
            self.say(
                f"{child.name} 失败 {child.deaths} 次（退出码 {status}），不再重启",
                f"{child.name} failed {child.deaths} times (status {status}) and is left",
            )
            return
        pause = min(0.5 * 2 ** (child.deaths - 1), LONGEST_PAUSE)
        child.again_at = now + pause
        self.say(
            f"{child.name} 已退出（退出码 {status}），{pause:g} 秒后重启",
            f"{child.name} ended with status {status}; again in {pause:g} s",
        )

    def kill(self, name: str) -> None:
        """End a child that can no longer do its work; it is started again like any that ends."""
        for child in self.children:
            if child.name == name and child.process is not None:
                _end_group(child.process.pid)

    def stop(self) -> None:
        """End every child: asked first, killed when the time is over or the asking was repeated."""
        already = self.stop_asked
        running = [(child.name, child.process) for child in self.children if child.process is not None]
        for _, process in running:
            if process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + self.stop_within
        while any(process.poll() is None for _, process in running):
            if time.monotonic() > deadline or self.stop_asked > max(already, 1):
                break
            time.sleep(0.05)
        for name, process in running:
            if process.poll() is None:
                self.say(f"{name} 没有按时停下，已强制结束", f"{name} did not stop in time and is killed")
            _end_group(process.pid)
            process.wait()
        for child in self.children:
            child.process = None


def _end_group(leader: int) -> None:
    """Kill what a child has left; the group's number stays taken as long as one of its members lives."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)
