"""``pinzhi serve``: portal, console, worker and sequencer with one process to stop."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from typing import Annotated

import typer

from pinzhi.doors.cli import embedded, environment, terminal
from pinzhi.doors.cli.cannot import CannotStart
from pinzhi.doors.cli.supervisor import Child, Supervisor
from pinzhi.doors.cli.wrong_settings import likely_typos, refuse_wrong_settings

PINZHI = [sys.executable, "-m", "pinzhi.doors.cli.main"]
JOBS = ["--concurrency", "2", "--shutdown-graceful-timeout", "4"]  # a job cut short is taken up again later
ANSWER_WITHIN = 60.0  # seconds until the web server is said to be slow


def command(
    demo: Annotated[
        bool, typer.Option("--demo", help="Load the invented province, with logins to try.")
    ] = False,
    host: Annotated[str, typer.Option(help="Address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen at.", min=1, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(help="Web processes; 0: one a core, at most 8.", min=0)] = 0,
) -> None:
    """启动全部服务；按 Ctrl-C 停止 · Run everything; Ctrl-C stops it.

    Without DATABASE_URL an embedded PostgreSQL is started. Settings are read from the environment
    (docs/operators). Only --demo loads demonstration data and logins.
    """
    # Ignored from birth where a script has put us in the background; while starting as while running, it is to end us.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if demo:
        os.environ["PINZHI_DEMO"] = "1"
    refuse_wrong_settings()
    for name, meant in likely_typos():
        hint = (f"，是不是 {meant}？", f"; is {meant} meant?") if meant else ("", "")
        say(f"没有设置项 {name}{hint[0]}", f"{name} is no setting{hint[1]}")
    refuse_taken_port(host, port)
    is_embedded = not os.environ.get("DATABASE_URL")
    environment.ensure_secret_key()
    state_dir = environment.state_dir()
    (state_dir / "static").mkdir(mode=0o755, parents=True, exist_ok=True)
    if is_embedded:
        say("启动数据库", "starting the database")
    else:
        say("使用 DATABASE_URL 指定的数据库", "using the database of DATABASE_URL")
    environment.ensure_database()
    environment.require_database()
    say("更新表结构", "bringing the tables up to date")
    if status := subprocess.call([*PINZHI, "prepare"]):
        say(
            "表结构没有更新成功，什么都没有启动",
            "the tables could not be brought up to date; nothing was started",
        )
        raise typer.Exit(status)

    supervisor = Supervisor(children(demo, host, port, workers or default_workers()), say=say)
    supervisor.listen()
    greeter = Greeter(host, port, demo)

    place = embedded.settle(state_dir) if is_embedded else None
    server = embedded.server_pid(place) if place else None

    def every_second() -> None:
        nonlocal server
        if place is not None:
            if not embedded.is_alive(state_dir):
                say("数据库不在了，重新启动", "the database has gone; starting it again")
                embedded.ensure_running(state_dir)
            if (now := embedded.server_pid(place)) not in (None, server):
                # The worker's ear to the database is gone with the old server: it would only look now and
                # then.
                server = now
                supervisor.kill("worker")
        greeter.look()

    supervisor.run(every_second=every_second)
    if is_embedded:
        embedded.release(state_dir)
        deadline = time.monotonic() + 10
        while embedded.is_alive(state_dir) and time.monotonic() < deadline:
            time.sleep(0.05)
    say("已停止", "stopped")


def children(demo: bool, host: str, port: int, workers: int) -> list[Child]:
    web = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)]
    web += ["--workers", str(workers), "--blocking-threads", "4", "--no-ws", "--log-level", "warning"]
    web += ["--respawn-failed-workers", "--workers-kill-timeout", "4", "pinzhi.doors.cli.web:application"]
    wanted = [
        Child("web server", web),
        Child("sequencer", [*PINZHI, "sequencer"]),
        Child("worker", [*PINZHI, "manage", "procrastinate", "worker", *JOBS]),
    ]
    if demo:
        wanted.append(Child("demonstration", [*PINZHI, "demo", "load"], once=True, tries=3))
    return wanted


def default_workers() -> int:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cores, 8))


def refuse_taken_port(host: str, port: int) -> None:
    """Said before anything is started, in words, instead of a server that dies again and again."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise CannotStart(
            f"无法在 {host} 的 {port} 端口监听（{error.strerror}）。请用 --port 或 --host 换一个。",
            f"cannot listen at {host} port {port}: {error.strerror}. Name another with --port or --host.",
        ) from error


class Greeter:
    """Says once where the pages are, when they really answer."""

    def __init__(self, host: str, port: int, demo: bool) -> None:
        # A server at all addresses is asked, and shown, at this machine's own.
        self.host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
        self.port = port
        self.demo = demo
        self.since = time.monotonic()
        self.done = self.complained = False

    def look(self) -> None:
        if self.done:
            return
        if not self._answers():
            if not self.complained and time.monotonic() - self.since > ANSWER_WITHIN:
                self.complained = True
                say(
                    f"{ANSWER_WITHIN:.0f} 秒后网页仍无响应；原因见上",
                    f"the pages do not answer after {ANSWER_WITHIN:.0f} s; what went wrong stands above",
                )
            return
        self.done = True
        shown = f"[{self.host}]" if ":" in self.host else self.host
        print(f"\n  品质 Pinzhi  http://{shown}:{self.port}/\n", flush=True)
        if self.demo:
            subprocess.call([*PINZHI, "demo", "logins"])
        elif is_https_only():
            print(
                "  只接受 HTTPS：请在前面放 TLS 代理并设 PINZHI_BEHIND_PROXY=1；封闭网络试用可设 PINZHI_HTTPS=0"
            )
            print("  HTTPS only: put a TLS proxy in front and set PINZHI_BEHIND_PROXY=1,")
            print("  or PINZHI_HTTPS=0 to try it on a closed network\n")
        print("  Ctrl-C 停止 · stops everything\n", flush=True)

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection(self.host, self.port, timeout=2)
        try:
            connection.request("HEAD", "/")
            return connection.getresponse().status < 500
        except OSError:
            return False
        finally:
            connection.close()


def is_https_only() -> bool:
    """As the settings read it: on unless switched off, and useless without a proxy that speaks TLS."""
    on = {"1", "true", "yes", "on"}
    https, proxied = os.environ.get("PINZHI_HTTPS", "1"), os.environ.get("PINZHI_BEHIND_PROXY", "")
    return https.lower() in on and proxied.lower() not in on


def say(zh: str, en: str) -> None:
    print(f"pinzhi: {terminal.text(zh, en)}", file=sys.stderr, flush=True)
