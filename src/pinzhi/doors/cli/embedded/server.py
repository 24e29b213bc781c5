"""What the command line asks of the embedded server: run, stop, say how it is."""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

import pinzhi
from pinzhi.doors.cli.embedded.keeper import SUPERUSER
from pinzhi.doors.cli.embedded.place import EmbeddedError, Place, alone, settle
from pinzhi.doors.cli.processes import is_running

ROLE = DATABASE = "pinzhi"
START_WITHIN = 120.0  # seconds; recovery after a crash under load counts into it

#: Shared locks on users.lock by control folder. Kept for the life of the process; that is what keeps the
#: server.
_held: dict[Path, int] = {}


@dataclass(frozen=True)
class Status:
    running: bool
    pid: int | None
    url: str | None
    data: Path
    log: Path
    account: str | None


def ensure_running(state_dir: Path, *, durable: bool = True, ephemeral: bool = False) -> str:
    """Address of a running server on the state directory's data, started (and made) if it has to be.

    The server stays for as long as this process lives or any other that called this. Safe to call from
    several processes at once and again after the server was killed. ``durable=False`` turns fsync off and
    ``ephemeral=True`` deletes the data at the end: both for tests only. Raises EmbeddedError with the reason
    and the remedy.
    """
    place = settle(state_dir)
    with alone(place.control / "start.lock"):
        _hold(place.control)
        # An older server may be starting, or recovering, or just being stopped by hand: then it is started
        # anew.
        if not (is_alive(place.state_dir) and _wait_until_ready(place)):
            _start(place, durable=durable, ephemeral=ephemeral)
        _provide_database(place)
        return _url(place)


def release(state_dir: Path) -> None:
    """This process needs the server no longer; it stops when nobody else does."""
    handle = _held.pop(Path(state_dir).expanduser().absolute() / "postgres", None)
    if handle is not None:
        os.close(handle)


def stop(state_dir: Path, within: float = 45.0) -> bool:
    """Stop the server even if somebody uses it. False: there was none. EmbeddedError: it does not stop."""
    control = Path(state_dir).expanduser().absolute() / "postgres"
    release(state_dir)
    pid = _keeper(control)
    if pid is None:
        return False
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + within
    while _keeper(control) == pid and is_running(pid):
        if time.monotonic() > deadline:
            raise EmbeddedError(
                f"数据库（守护进程 {pid}）{within:.0f} 秒内没有停下来。",
                f"The database (keeper process {pid}) has not stopped within {within:.0f} seconds.",
            )
        time.sleep(0.02)
    return True


def is_alive(state_dir: Path) -> bool:
    """Whether a keeper looks after the server: cheap enough to ask every second."""
    return _keeper(Path(state_dir).expanduser().absolute() / "postgres") is not None


def status(state_dir: Path) -> Status:
    place = settle(state_dir)
    alive = is_alive(state_dir) and _answers(place)
    return Status(
        running=alive,
        pid=server_pid(place) if alive else None,
        url=_url(place) if alive else None,
        data=place.data,
        log=place.log,
        account=place.account.name if place.account else None,
    )


def _hold(control: Path) -> None:
    if control not in _held:
        handle = os.open(control / "users.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(handle, fcntl.LOCK_SH)
        _held[control] = handle


def _keeper(control: Path) -> int | None:
    """Process id of the keeper: of the one who holds keeper.lock, not what was merely left in the file."""
    try:
        handle = os.open(control / "keeper.lock", os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        written = os.read(handle, 32).strip()
        return int(written) if written.isdigit() else -1
    finally:
        os.close(handle)
    return None


def _start(place: Place, *, durable: bool, ephemeral: bool) -> None:
    command = [sys.executable, "-m", "pinzhi.doors.cli.embedded.keeper", str(place.state_dir)]
    command += [] if durable else ["--not-durable"]
    command += ["--ephemeral"] if ephemeral else []
    source = str(Path(pinzhi.__file__).parents[1])
    with place.startup_log.open("wb") as log:
        keeper = subprocess.Popen(
            command,
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join(filter(None, [source, os.environ.get("PYTHONPATH")])),
            },
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    _keepers.append(keeper)
    if not _wait_until_ready(place, keeper):
        said = place.startup_log.read_text(encoding="utf-8", errors="replace")[-4000:]
        raise EmbeddedError(
            f"内嵌数据库没有启动。日志在 {place.log}，最后是：\n{said}",
            f"The embedded database has not started. Its log is in {place.log}; it last said:\n{said}",
        )


#: Our own keepers, so that Python does not complain of a child that was left running: it is meant to be.
_keepers: list[subprocess.Popen[bytes]] = []


def _wait_until_ready(place: Place, keeper: subprocess.Popen[bytes] | None = None) -> bool:
    """False: the keeper has gone, or is ours and the time is over."""
    deadline = time.monotonic() + START_WITHIN
    while time.monotonic() < deadline:
        if is_alive(place.state_dir) and _answers(place):
            return True
        gone = keeper.poll() is not None if keeper is not None else not is_alive(place.state_dir)
        if gone:
            return False
        time.sleep(0.02)
    return False


def _pid_file(place: Place) -> list[str]:
    try:
        return (place.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []


def server_pid(place: Place) -> int | None:
    """Process id that the server has written down; another number means another server."""
    lines = _pid_file(place)
    return int(lines[0]) if lines and lines[0].strip().isdigit() else None


def _socket_dir(place: Place) -> str | None:
    """As the server itself wrote it: the caller's environment may differ from the one it was started in."""
    lines = _pid_file(place)
    return lines[4].strip() or None if len(lines) > 4 else None


def _answers(place: Place) -> bool:
    if _socket_dir(place) is None:
        return False
    try:
        with _connect(place):
            return True
    except psycopg.OperationalError:
        return False


def _connect(place: Place) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(
        host=_socket_dir(place),
        port=5432,
        user=SUPERUSER,
        dbname="postgres",
        autocommit=True,
        connect_timeout=5,
    )


def _provide_database(place: Place) -> None:
    """The product's own role is no superuser: what it may not do elsewhere, it may not do here either."""
    with _connect(place) as connection:
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone():
            connection.execute(
                sql.SQL("CREATE ROLE {} LOGIN CREATEDB CREATEROLE").format(sql.Identifier(ROLE))
            )
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            create = sql.SQL("CREATE DATABASE {} OWNER {}")
            connection.execute(create.format(sql.Identifier(DATABASE), sql.Identifier(ROLE)))


def _url(place: Place) -> str:
    return f"postgresql://{ROLE}@/{DATABASE}?host={quote(_socket_dir(place) or '', safe='')}"
