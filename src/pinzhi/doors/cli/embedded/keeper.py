"""The process between the product and its embedded PostgreSQL: starts it, restarts it, stops it when unused.

Every process that uses the server holds a shared lock on ``users.lock``, which the operating system drops
when the process ends, however it ends. The keeper stops the server as soon as it gets that lock for itself
alone. It lives in a session of its own, so that a Ctrl-C meant for the product lets the server outlive those
that still write to it.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from pinzhi.doors.cli.embedded.place import EmbeddedError, Place, make_socket_dir, programs_for, settle
from pinzhi.doors.cli.processes import command_line, dies_with_parent, is_running

SUPERUSER = "postgres"
LOOK_EVERY = 0.2  # seconds
FAST_STOP_WITHIN = (
    30.0  # seconds; then the server is told to stop at once, which the next start recovers from
)
ASKED_FOR = 2.0  # seconds; who only asks for the keeper holds its lock for a moment, another keeper for good
QUICK_DEATHS = 6  # that many in a row without a server that stays up, and the keeper gives up


class Keeper:
    def __init__(self, place: Place, *, durable: bool, ephemeral: bool) -> None:
        self.place = place
        self.durable = durable
        self.ephemeral = ephemeral
        self.socket_dir: Path | None = None
        self.server: subprocess.Popen[bytes] | None = None
        self.told_to_stop = False

    def run(self) -> int:
        """Hold the server until it is not needed. Exit status: 0 stopped as meant, 1 it would not run."""
        control = self.place.control
        mine = os.open(control / "keeper.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if not _locked(mine, within=ASKED_FOR):
            return 0
        os.ftruncate(mine, 0)
        os.write(mine, f"{os.getpid()}\n".encode())
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._stop_asked)
        try:
            if not (self.place.data / "PG_VERSION").exists():
                self._make_cluster()
            return self._keep()
        except EmbeddedError as error:
            print(error, file=sys.stderr)
            return 1
        finally:
            self._stop_server()
            if self.socket_dir is not None:
                shutil.rmtree(self.socket_dir, ignore_errors=True)
            if self.ephemeral:
                shutil.rmtree(self.place.data, ignore_errors=True)

    def _stop_asked(self, _number: int, _frame: object) -> None:
        self.told_to_stop = True

    def _make_cluster(self) -> None:
        """``initdb`` into a folder of another name, so that a half-made cluster is never taken for one."""
        place = self.place
        fresh = place.home / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir()
        place.give(fresh)
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        settings = {
            "max_connections": "200",
            "shared_buffers": f"{min(max(memory // 32, 128 << 20), 1 << 30) >> 20}MB",
            "max_wal_size": "4GB",
            "checkpoint_timeout": "15min",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "logging_collector": "on",
            "log_filename": "postgresql-%a.log",
            "log_truncate_on_rotation": "on",
            "log_rotation_age": "1d",
        }
        command = [
            programs_for(place) / "initdb",
            f"--pgdata={fresh}",
            f"--username={SUPERUSER}",
            "--auth=trust",  # who can enter the socket's folder owns the data anyway
            "--encoding=UTF8",
            # Order by code point everywhere, character classes by Unicode, nothing asked of the system's
            # locales.
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--text-search-config=simple",
            *(() if self.durable else ("--no-sync",)),
            *(f"--set={name}={value}" for name, value in settings.items()),
        ]
        made = subprocess.run(
            command,
            env=_plain_environment(),
            cwd="/",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            umask=0o077,
            **place.as_account(),
        )
        if made.returncode:
            said = f"{made.stdout}{made.stderr}"
            raise EmbeddedError(f"在 {fresh} 建立数据库失败：\n{said}", f"initdb failed in {fresh}:\n{said}")
        fresh.rename(place.data)

    def _keep(self) -> int:
        control = self.place.control
        users = os.open(control / "users.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        starters = os.open(control / "start.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        quick_deaths = 0
        started = 0.0
        while not self.told_to_stop:
            if self.server is None or self.server.poll() is not None:
                if self.server is not None:
                    quick_deaths = quick_deaths + 1 if time.monotonic() - started < 10 else 1
                    if quick_deaths >= QUICK_DEATHS:
                        print("The database does not stay up; the log is above.", file=sys.stderr)
                        return 1
                    time.sleep(min(0.1 * 2**quick_deaths, 5.0))
                started = time.monotonic()
                self._start_server()
            time.sleep(LOOK_EVERY)
            if _locked(users):
                # Whoever is just starting holds start.lock and waits for users.lock: give way, then look
                # again.
                if _locked(starters):
                    break
                fcntl.flock(users, fcntl.LOCK_UN)
        self._stop_server()
        return 0

    def _start_server(self) -> None:
        place = self.place
        end_predecessor(place)
        place.log.mkdir(exist_ok=True)
        place.give(place.log)
        self.socket_dir = make_socket_dir(place)
        settings = {
            "listen_addresses": "",
            "port": "5432",
            "unix_socket_directories": str(self.socket_dir),
            "unix_socket_permissions": "0700",
            "dynamic_shared_memory_type": shared_memory_type(),
            "log_directory": str(place.log),
        }
        if not self.durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        command = [str(programs_for(place) / "postgres"), "-D", str(place.data)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        self.server = subprocess.Popen(
            command,
            env=_plain_environment(),
            cwd="/",
            stdin=subprocess.DEVNULL,
            umask=0o077,
            preexec_fn=dies_with_parent(signal.SIGINT),
            **place.as_account(),
        )

    def _stop_server(self) -> None:
        if self.server is None or self.server.poll() is not None:
            return
        for number, within in (
            (signal.SIGINT, FAST_STOP_WITHIN),
            (signal.SIGQUIT, 5.0),
            (signal.SIGKILL, 5.0),
        ):
            self.server.send_signal(number)
            try:
                self.server.wait(within)
                return
            except subprocess.TimeoutExpired:
                continue


def end_predecessor(place: Place, within: float = 30.0) -> None:
    """Clear what a killed keeper left: a server on its own is stopped, a recycled number forgotten.

    PostgreSQL itself copes with a pid file whose process is gone, but takes any process of the same account
    that has got the number since for a running server.
    """
    pid_file = place.data / "postmaster.pid"
    try:
        pid = int(pid_file.read_text(encoding="utf-8").split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return
    if not is_running(pid):
        return
    if str(place.data) not in command_line(pid):
        pid_file.unlink(missing_ok=True)
        return
    deadline = time.monotonic() + within
    while is_running(pid):
        if time.monotonic() > deadline:
            raise EmbeddedError(
                f"{place.data} 上较早的数据库进程 {pid} 停不下来；请结束该进程后再试。",
                f"An older database server (process {pid}) on {place.data} does not stop; end it and try again.",
            )
        # Sent more than once: a server that is still starting up may miss the first.
        try:
            os.kill(pid, signal.SIGINT)
        except ProcessLookupError:
            return
        time.sleep(0.2)


def shared_memory_type() -> str:
    """``posix`` where /dev/shm has room for parallel queries; many containers have not: then files."""
    try:
        room = os.statvfs("/dev/shm")  # noqa: S108
    except OSError:
        return "posix" if sys.platform == "darwin" else "mmap"
    return "posix" if room.f_bavail * room.f_frsize >= 1 << 30 else "mmap"


def _locked(handle: int, within: float = 0.0) -> bool:
    deadline = time.monotonic() + within
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
        time.sleep(0.005)


def _plain_environment() -> dict[str, str]:
    """No PG* variable and no locale of the caller reaches the server."""
    kept = {
        name: os.environ[name]
        for name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TZDIR")
        if name in os.environ
    }
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", **kept}


def main() -> int:
    parser = argparse.ArgumentParser(prog="pinzhi-database-keeper")
    parser.add_argument("state_dir", type=Path)
    parser.add_argument("--not-durable", action="store_true", help="for tests: no fsync")
    parser.add_argument("--ephemeral", action="store_true", help="for tests: delete the data at the end")
    asked = parser.parse_args()
    place = settle(asked.state_dir)
    return Keeper(place, durable=not asked.not_durable, ephemeral=asked.ephemeral).run()


if __name__ == "__main__":
    sys.exit(main())
