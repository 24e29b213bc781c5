"""Installations of their own for the command line: a database, a state directory, the command as a process."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

SEED = Path(__file__).with_name("seed.py")


@dataclass(frozen=True)
class Installation:
    """One database and one state directory; `run` is the command `pinzhi` in it."""

    url: str
    state: Path

    def run(self, *args: object, status: int | None = 0, stdin: str = "", lang: str = "en_GB.UTF-8") -> str:
        """Standard output; what was said on standard error stands behind a line of dashes."""
        return self.program("-m", "pinzhi.doors.cli.main", *args, status=status, stdin=stdin, lang=lang)

    def seed(self, *args: object, status: int | None = 0) -> str:
        return self.program(SEED, *args, status=status)

    def program(
        self, *args: object, status: int | None = 0, stdin: str = "", lang: str = "en_GB.UTF-8"
    ) -> str:
        names = ("LC_ALL", "LC_MESSAGES", "DATABASE_URL", "PINZHI_SECRET_KEY")
        env = {k: v for k, v in os.environ.items() if k not in names}
        env |= {"DATABASE_URL": self.url, "PINZHI_STATE_DIR": str(self.state), "LANG": lang}
        done = subprocess.run(
            [sys.executable, *map(str, args)],
            env=env,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=120,
        )
        said = f"{done.stdout}---\n{done.stderr}"
        assert status is None or done.returncode == status, f"{args}: {done.returncode}\n{said}"
        return said

    def rows(self, statement: str) -> list[tuple[object, ...]]:
        with psycopg.connect(self.url) as connection:
            return connection.execute(statement).fetchall()  # type: ignore[call-overload]


@pytest.fixture(scope="session")
def new_installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Installation]]:
    """Makes installations; their databases are dropped at the end."""
    server = os.environ["DATABASE_URL"]
    made: list[str] = []

    def make(model: Installation | None = None) -> Installation:
        """An empty one, or a copy of `model` (which nothing uses at the moment)."""
        name = f"cli_{secrets.token_hex(4)}"
        like = f' TEMPLATE "{urlsplit(model.url).path[1:]}"' if model else ""
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"{like}')  # type: ignore[call-overload]
        made.append(name)
        state = tmp_path_factory.mktemp("state")
        if model:
            shutil.copytree(model.state, state, dirs_exist_ok=True)
        return Installation(urlunsplit(urlsplit(server)._replace(path=f"/{name}")), state)

    yield make
    with psycopg.connect(server, autocommit=True) as connection:
        for name in made:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')  # type: ignore[call-overload]


@pytest.fixture(scope="session")
def model(new_installation: Callable[..., Installation]) -> Installation:
    """One with tables and nothing else, to be copied."""
    made = new_installation()
    made.run("prepare")
    return made


@pytest.fixture(scope="session")
def installation(new_installation: Callable[..., Installation], model: Installation) -> Installation:
    """One with tables, for tests that only add to it."""
    return new_installation(model)
