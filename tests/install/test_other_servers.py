"""Any PostgreSQL from 15 on: the tables are made, and the public side is closed, on servers that are not ours."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from pinzhi.doors.cli import embedded
from pinzhi.doors.cli.embedded.place import settle

pytestmark = pytest.mark.slow


def servers() -> dict[int, Path]:
    """Programs by major version: what the distribution has, and the older one of the embedded server's wheel."""
    found = {}
    wheel = embedded.programs_dir().parents[1]
    for program in [*wheel.glob("pginstall*/bin/initdb"), *Path("/usr/lib/postgresql").glob("*/bin/initdb")]:
        said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
        if version := re.search(r"(\d+)\.", said):
            found.setdefault(int(version[1]), program.parent)
    return {
        major: where for major, where in found.items() if major >= 15 and where != embedded.programs_dir()
    }


@pytest.fixture(params=sorted(servers().items()), ids=lambda server: f"postgresql{server[0]}")
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A server with the C locale and an owner that is no superuser, as a database administrator hands it out."""
    _, programs = request.param
    base = Path(tempfile.mkdtemp(prefix="pinzhi-pg-"))
    base.chmod(0o711)
    place = settle(base)  # which account may run a server here
    as_account: dict[str, Any] = place.as_account()
    data = base / "data"
    data.mkdir()
    place.give(data)
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C"}
    server = None
    try:
        subprocess.run(
            [
                programs / "initdb",
                "-D",
                data,
                "-U",
                "postgres",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C",
                "-N",
            ],
            env=environment,
            cwd="/",
            check=True,
            capture_output=True,
            **as_account,
        )
        options = ["-c", "listen_addresses=", "-c", f"unix_socket_directories={data}", "-c", "fsync=off"]
        server = subprocess.Popen(
            [programs / "postgres", "-D", data, *options],
            env=environment,
            cwd="/",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **as_account,
        )
        for _ in range(200):
            try:
                with psycopg.connect(
                    host=str(data), user="postgres", dbname="postgres", autocommit=True
                ) as admin:
                    admin.execute("CREATE ROLE bureau LOGIN CREATEROLE")
                    admin.execute("CREATE DATABASE bureau OWNER bureau")
                break
            except psycopg.OperationalError:
                time.sleep(0.05)
        yield f"postgresql://bureau@/bureau?host={data}"
    finally:
        if server is not None:
            server.terminate()
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
        shutil.rmtree(base, ignore_errors=True)


def test_tables_are_made_and_the_public_side_is_closed(url: str, tmp_path: Path) -> None:
    environment = os.environ | {"DATABASE_URL": url, "PINZHI_STATE_DIR": str(tmp_path)}
    migrate = [sys.executable, "-m", "pinzhi.doors.cli.main", "manage", "migrate", "--verbosity=0"]
    made = subprocess.run(migrate, env=environment, capture_output=True, text=True, timeout=300)
    assert made.returncode == 0, made.stdout + made.stderr
    # Twice does no harm: that is what every start does.
    again = subprocess.run(migrate, env=environment, capture_output=True, text=True, timeout=300)
    assert again.returncode == 0 and not again.stdout.strip(), again.stdout + again.stderr
    with psycopg.connect(url, autocommit=True) as connection:
        tables = connection.execute(
            "SELECT tablename, has_table_privilege('pinzhi_portal', format('%I', tablename), 'SELECT')"
            " FROM pg_tables WHERE schemaname = 'public'"
        ).fetchall()
        readable = {str(name) for name, may in tables if may}
        assert readable and len(tables) > len(readable)
        assert all("public" in name for name in readable), readable
        extensions = connection.execute("SELECT extname FROM pg_extension").fetchall()
        assert [row[0] for row in extensions] == ["plpgsql"]
        connection.execute("SET ROLE pinzhi_portal")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("SELECT * FROM registers_entry")
