"""Processes of the operating system: what the supervisor and the embedded database both need to know of
them.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

_PR_SET_PDEATHSIG = 1
# Loaded here, not after the fork: there only what cannot take a lock may run.
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def dies_with_parent(number: signal.Signals = signal.SIGTERM) -> Callable[[], None]:
    """A ``preexec_fn``: the child gets the signal when the thread that starts it ends, even by ``kill -9``.

    Linux only; elsewhere it does nothing. It must run after any change of user, which clears the setting
    (subprocess does it in that order). See prctl(2).
    """
    parent = os.getpid()

    def arrange() -> None:
        if _libc is not None:
            _libc.prctl(_PR_SET_PDEATHSIG, int(number))
            if os.getppid() != parent:  # it died in between
                os._exit(1)

    return arrange


def die_with_parent(number: signal.Signals) -> None:
    """The same, asked by the child itself."""
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, int(number))


def is_running(pid: int) -> bool:
    """Whether a process of that number exists and is no zombie; True also for another account's process."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return not Path("/proc/self").exists()
    return status.rsplit(")", 1)[-1].split()[0] != "Z"


def command_line(pid: int) -> str:
    """The process's command line with single blanks between its words; empty when it cannot be read."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        return b" ".join(words).decode("utf-8", "replace").strip()
    except OSError:
        asked = subprocess.run(
            ["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
        )
        return asked.stdout.strip()
