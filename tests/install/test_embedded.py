"""The embedded PostgreSQL: starts fast, holds what it acknowledged, leaves nothing behind."""

from __future__ import annotations

import fcntl
import multiprocessing
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import unquote

import psycopg
import pytest

from pinzhi.doors.cli import embedded
from pinzhi.doors.cli.embedded import keeper
from pinzhi.doors.cli.embedded import place as place_module
from pinzhi.doors.cli.embedded.place import settle
from pinzhi.doors.cli.processes import command_line, is_running

SOURCE = Path(embedded.__file__).parents[4]
ROOT = os.geteuid() == 0


def until(true: Callable[[], bool], within: float = 15.0) -> bool:
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.05)
    return False


def one(url: str, query: str) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(query).fetchone()  # type: ignore[arg-type]
        return row[0] if row else None


def make_table(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE t AS SELECT 7 AS n")


def user(state_dir: Path, what: str) -> list[str]:
    """A process of its own that uses the server: ``what`` is Python with ``url`` at hand."""
    program = f"""
import sys, time
from pathlib import Path
sys.path.insert(0, {str(SOURCE)!r})
from pinzhi.doors.cli import embedded
import psycopg
url = embedded.ensure_running(Path({str(state_dir)!r}))
{what}
"""
    return [sys.executable, "-c", program]


def test_first_start_second_start_stop(state_dir: Path) -> None:
    url = embedded.ensure_running(state_dir)
    assert one(url, "SHOW listen_addresses") == ""
    assert one(url, "SHOW server_encoding") == "UTF8"
    assert one(url, "SHOW fsync") == "on"
    assert one(url, "SELECT current_user") == "pinzhi"
    assert one(url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
    found = embedded.status(state_dir)
    assert found.running and found.pid and found.url == url
    # The second asks and gets the same server.
    assert embedded.ensure_running(state_dir) == url
    assert embedded.status(state_dir).pid == found.pid
    assert embedded.stop(state_dir) is True
    assert not is_running(found.pid)
    assert embedded.stop(state_dir) is False
    assert embedded.status(state_dir).running is False


def test_later_starts_are_fast(state_dir: Path) -> None:
    embedded.ensure_running(state_dir)
    embedded.stop(state_dir)
    took = []
    for _ in range(3):
        begun = time.perf_counter()
        embedded.ensure_running(state_dir)
        took.append(time.perf_counter() - begun)
        embedded.stop(state_dir)
    assert min(took) < 2.0


def test_order_is_by_code_point_and_classes_are_unicode(state_dir: Path) -> None:
    url = embedded.ensure_running(state_dir)
    ordered = one(
        url, "SELECT string_agg(v, '' ORDER BY v) FROM (VALUES ('中'),('b'),('A'),('a'),('一')) t(v)"
    )
    assert ordered == "Aab一中"
    assert one(url, "SELECT lower('ÄÖ') || upper('é')") == "äöÉ"
    assert one(url, r"SELECT '质量' ~ '^\w+$'") is True


def test_socket_is_short_and_closed_to_others(state_dir: Path) -> None:
    url = embedded.ensure_running(state_dir)
    folder = Path(unquote(url.partition("host=")[2]))
    assert len(os.fsencode(folder / ".s.PGSQL.5432.lock")) < 100
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    embedded.stop(state_dir)
    assert not folder.exists()


def test_killed_server_is_started_again_with_every_acknowledged_row(state_dir: Path) -> None:
    url = embedded.ensure_running(state_dir)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE t (n integer PRIMARY KEY)")
        acknowledged = 0
        pid = embedded.status(state_dir).pid
        assert pid
        with pytest.raises(psycopg.OperationalError):
            for n in range(100_000):
                connection.execute("INSERT INTO t VALUES (%s)", [n])
                acknowledged += 1
                if n == 200:
                    os.kill(pid, signal.SIGKILL)
    url = embedded.ensure_running(state_dir)
    assert embedded.status(state_dir).pid != pid
    held = one(url, "SELECT count(*) FROM t")
    assert isinstance(held, int) and acknowledged <= held <= acknowledged + 1 and acknowledged > 200


def test_killed_keeper_takes_the_server_along_and_the_next_start_has_the_rows(state_dir: Path) -> None:
    url = embedded.ensure_running(state_dir)
    make_table(url)
    pid = embedded.status(state_dir).pid
    keeper_pid = int((state_dir / "postgres" / "keeper.lock").read_text())
    assert pid
    os.kill(keeper_pid, signal.SIGKILL)
    assert until(lambda: not is_running(pid)), "the server outlived its keeper"
    assert not embedded.is_alive(state_dir)
    assert one(embedded.ensure_running(state_dir), "SELECT n FROM t") == 7


def test_server_and_keeper_killed_at_once(state_dir: Path) -> None:
    url = embedded.ensure_running(state_dir)
    make_table(url)
    pid = embedded.status(state_dir).pid
    assert pid
    os.kill(int((state_dir / "postgres" / "keeper.lock").read_text()), signal.SIGKILL)
    os.kill(pid, signal.SIGKILL)
    assert until(lambda: not is_running(pid))
    assert (embedded.status(state_dir).data / "postmaster.pid").exists(), (
        "nothing stale was left to recover from"
    )
    assert one(embedded.ensure_running(state_dir), "SELECT n FROM t") == 7


def test_recycled_pid_in_a_stale_file_does_not_hinder(state_dir: Path) -> None:
    embedded.ensure_running(state_dir)
    place = settle(state_dir)
    embedded.stop(state_dir)
    # The number belongs to a living process of the server's account that is no PostgreSQL.
    other = subprocess.Popen(["sleep", "60"], **place.as_account())
    try:
        stale = place.data / "postmaster.pid"
        stale.write_text(f"{other.pid}\n{place.data}\n1700000000\n5432\n/nowhere\n\n  1  1\nready   \n")
        if place.account:
            os.chown(stale, place.account.uid, place.account.gid)
        assert one(embedded.ensure_running(state_dir), "SELECT 1") == 1
        assert other.poll() is None, "an innocent process was ended"
    finally:
        other.kill()
        other.wait()


def _start_and_say(
    state_dir: Path, answers: multiprocessing.Queue[tuple[str, int | None]], done: object
) -> None:
    url = embedded.ensure_running(state_dir)
    answers.put((url, embedded.status(state_dir).pid))
    done.wait(60)  # type: ignore[attr-defined]


def test_many_start_at_once_and_get_one_server(state_dir: Path) -> None:
    context = multiprocessing.get_context("spawn")
    answers, done = context.Queue(), context.Event()
    crowd = [context.Process(target=_start_and_say, args=(state_dir, answers, done)) for _ in range(5)]
    for process in crowd:
        process.start()
    said = {answers.get(timeout=60) for _ in crowd}
    done.set()
    for process in crowd:
        process.join(20)
    assert len(said) == 1
    # The last one has gone, so the server goes too.
    assert until(lambda: not embedded.is_alive(state_dir))


@pytest.mark.skipif(not ROOT, reason="only root's server may lie elsewhere")
def test_all_who_settle_at_once_settle_in_one_place(
    state_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slowly_not(*_: object) -> bool:
        time.sleep(0.05)
        return False

    def another_each_time(_: object) -> Path:
        return Path(tempfile.mkdtemp(dir=tmp_path))

    monkeypatch.setattr(place_module, "_can_hold", slowly_not)
    monkeypatch.setattr(place_module, "_home_elsewhere", another_each_time)
    monkeypatch.setattr(place_module, "reachable", lambda *_: True)
    with ThreadPoolExecutor(8) as pool:
        homes = {place.home for place in pool.map(settle, [state_dir] * 8)}
    assert len(homes) == 1 and homes == {settle(state_dir).home}


def test_asking_for_the_keeper_does_not_turn_it_away(state_dir: Path) -> None:
    control = settle(state_dir).control
    asking = os.open(control / "keeper.lock", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(asking, fcntl.LOCK_SH)
    with ThreadPoolExecutor(1) as pool:
        starting = pool.submit(embedded.ensure_running, state_dir)
        keeper_began = until(lambda: (control / "startup.log").exists())
        time.sleep(1.0)
        os.close(asking)
        assert keeper_began and one(starting.result(60), "SELECT 1") == 1


def test_server_stays_while_anybody_uses_it_and_goes_with_the_last(state_dir: Path) -> None:
    first = subprocess.Popen(
        user(state_dir, "print(url, flush=True); time.sleep(120)"), stdout=subprocess.PIPE
    )
    second = subprocess.Popen(
        user(state_dir, "print(url, flush=True); time.sleep(120)"), stdout=subprocess.PIPE
    )
    try:
        assert first.stdout and second.stdout
        assert first.stdout.readline() == second.stdout.readline()
        pid = embedded.status(state_dir).pid
        assert pid
        first.kill()
        first.wait()
        time.sleep(1)
        assert embedded.status(state_dir).pid == pid
        second.kill()
        second.wait()
        assert until(lambda: not is_running(pid)), "nobody uses the server, yet it runs"
    finally:
        for process in (first, second):
            process.kill()
            process.wait()


def test_interrupted_initdb_is_begun_anew(state_dir: Path) -> None:
    place = settle(state_dir)
    half = place.home / "data.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    assert one(embedded.ensure_running(state_dir), "SELECT 1") == 1


def test_server_that_cannot_start_says_why(state_dir: Path) -> None:
    embedded.ensure_running(state_dir)
    place = settle(state_dir)
    embedded.stop(state_dir)
    (place.data / "postgresql.conf").write_text("no_such_setting = 1\n")
    with pytest.raises(embedded.EmbeddedError, match="no_such_setting"):
        embedded.ensure_running(state_dir)


def test_data_of_another_release_are_refused_with_a_remedy(state_dir: Path) -> None:
    embedded.ensure_running(state_dir)
    place = settle(state_dir)
    embedded.stop(state_dir)
    (place.data / "PG_VERSION").write_text("11\n")
    with pytest.raises(embedded.EmbeddedError, match=r"PostgreSQL 11.*[Bb]ackup"):
        embedded.ensure_running(state_dir)


def test_small_shared_memory_uses_files(monkeypatch: pytest.MonkeyPatch) -> None:
    class Small:
        f_bavail, f_frsize = 16_384, 4_096  # 64 MB

    class Large:
        f_bavail, f_frsize = 1 << 20, 4_096

    monkeypatch.setattr(keeper.os, "statvfs", lambda _path: Small)
    assert keeper.shared_memory_type() == "mmap"
    monkeypatch.setattr(keeper.os, "statvfs", lambda _path: Large)
    assert keeper.shared_memory_type() == "posix"


@pytest.mark.skipif(not ROOT, reason="needs root")
class TestAsRoot:
    def test_server_runs_as_an_account_without_rights(self, state_dir: Path) -> None:
        embedded.ensure_running(state_dir)
        found = embedded.status(state_dir)
        owner = Path(f"/proc/{found.pid}").stat().st_uid
        assert owner != 0 and pwd.getpwuid(owner).pw_name == found.account
        assert found.data.stat().st_uid == owner and stat.S_IMODE(found.data.stat().st_mode) == 0o700
        groups = next(
            x for x in Path(f"/proc/{found.pid}/status").read_text().splitlines() if x.startswith("Groups")
        )
        assert groups.split()[1:] in ([], [str(pwd.getpwuid(owner).pw_gid)])

    def test_state_directory_under_a_closed_home(self, state_dir: Path) -> None:
        closed = state_dir.parent / "home"
        closed.mkdir(mode=0o700)
        inside = closed / "state"
        try:
            url = embedded.ensure_running(inside)
            found = embedded.status(inside)
            assert str(found.data).startswith("/var/lib/pinzhi-")
            make_table(url)
            embedded.stop(inside)
            assert one(embedded.ensure_running(inside), "SELECT n FROM t") == 7
            assert stat.S_IMODE(closed.stat().st_mode) == 0o700, "the folder above was opened up"
        finally:
            embedded.stop(inside)
            shutil.rmtree((inside / "postgres" / "home").read_text())

    def test_programs_that_the_account_cannot_reach_are_copied(self, state_dir: Path) -> None:
        closed = state_dir.parent / "site"
        shipped = embedded.programs_dir()
        package = shipped.parents[1]
        shutil.copytree(shipped.parent, closed / package.name / shipped.parent.name)
        shutil.copytree(package.with_name(f"{package.name}.libs"), closed / f"{package.name}.libs")
        closed.chmod(0o700)
        # A wheel installed by root under a strict umask: no bit for anybody else.
        for path in closed.rglob("*"):
            path.chmod(path.stat().st_mode & 0o700)
        shutil.copy(package / "__init__.py", closed / package.name)
        program = user(state_dir, "print(psycopg.connect(url).execute('SELECT 41 + 1').fetchone()[0])")
        program[2] = f"import sys; sys.path.insert(0, {str(closed)!r})\n" + program[2]
        environment = os.environ | {"PYTHONPATH": str(closed)}
        said = subprocess.run(program, env=environment, capture_output=True, text=True, timeout=60)
        assert said.returncode == 0, said.stderr
        assert said.stdout.strip() == "42"
        copied = next(settle(state_dir).home.glob("programs-*/*/*/bin/postgres"))
        assert copied.stat().st_uid == 0, "the account could change what it runs"
        assert until(lambda: not embedded.is_alive(state_dir))

    def test_as_an_ordinary_user(self, state_dir: Path) -> None:
        nobody = pwd.getpwnam("nobody")
        os.chown(state_dir.parent, nobody.pw_uid, nobody.pw_gid)
        # The virtual environment's own interpreter may lie in root's closed home; its packages serve another.
        packages = str(Path(psycopg.__file__).parents[1])
        program = user(state_dir, "print(psycopg.connect(url).execute('SELECT 41 + 1').fetchone()[0])")[1:]
        version = f"python{sys.version_info.major}.{sys.version_info.minor}"
        for interpreter in (sys.executable, f"/usr/bin/{version}", f"/usr/local/bin/{version}"):
            if _runs([interpreter, "-c", "import psycopg"], packages, nobody):
                break
        else:
            pytest.skip("no interpreter and packages that an ordinary user could reach")
        said = _run([interpreter, *program], packages, nobody)
        assert said.stdout.strip() == "42", said.stderr
        assert (state_dir / "postgres" / "data").stat().st_uid == nobody.pw_uid
        assert until(lambda: not embedded.is_alive(state_dir))
        # Root finds the user's data, and serves them as that user.
        embedded.ensure_running(state_dir)
        assert embedded.status(state_dir).account == "nobody"


def _run(command: list[str], packages: str, account: pwd.struct_passwd) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        user=account.pw_uid,
        group=account.pw_gid,
        extra_groups=[],
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": packages, "PYTHONDONTWRITEBYTECODE": "1"},
        cwd="/",
        capture_output=True,
        text=True,
        timeout=60,
    )


def _runs(command: list[str], packages: str, account: pwd.struct_passwd) -> bool:
    try:
        return _run(command, packages, account).returncode == 0
    except OSError:
        return False


def test_command_line_of_a_process() -> None:
    assert "pytest" in command_line(os.getpid()) or "python" in command_line(os.getpid())
    assert is_running(os.getpid())
