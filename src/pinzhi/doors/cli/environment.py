"""What a command needs before it may touch Django: the state directory, a database, the settings."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import time
from pathlib import Path

import pinzhi
from pinzhi.doors.cli.cannot import CannotStart
from pinzhi.doors.cli.wrong_settings import refuse_wrong_settings

OLDEST_DATABASE = 15
WAIT_FOR_DATABASE = 20  # seconds
NEVER_RIGHT = re.compile(
    "authentication failed|does not exist|no pg_hba.conf entry|resolve|no password supplied"
)


def state_dir() -> Path:
    """``PINZHI_STATE_DIR``, else ``var`` of the checkout the program runs from, else the user's data folder.

    What is found is written back to the environment, where the settings and child processes read it.
    """
    named = os.environ.get("PINZHI_STATE_DIR")
    if named:
        found = Path(named).expanduser().absolute()
    else:
        checkout = Path(pinzhi.__file__).resolve().parents[2]
        if (checkout / "pyproject.toml").is_file() and os.access(checkout, os.W_OK):
            found = checkout / "var"
        else:
            data_home = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
            found = Path(data_home).expanduser().absolute() / "pinzhi"
    os.environ["PINZHI_STATE_DIR"] = str(found)
    return found


def ensure_database() -> str:
    """``DATABASE_URL``, or the address of the embedded server, which then runs for as long as this
    process.
    """
    where = state_dir()
    if not os.environ.get("DATABASE_URL"):
        from pinzhi.doors.cli import embedded

        os.environ["DATABASE_URL"] = embedded.ensure_running(where)
    return os.environ["DATABASE_URL"]


def require_database() -> None:
    """Raise CannotStart where the database of DATABASE_URL does not answer, refuses us or is too old."""
    import psycopg

    waited = 0
    while True:
        try:
            with psycopg.connect(os.environ["DATABASE_URL"], connect_timeout=5) as connection:
                version = connection.info.server_version
            break
        except psycopg.OperationalError as error:
            # One that is only starting up is waited for; a wrong password does not become right.
            if waited >= WAIT_FOR_DATABASE or not re.search(
                "refused|starting up|not yet accepting", str(error)
            ):
                reason = str(error).strip()
                raise CannotStart(
                    f"数据库无法连接：{reason}\n请检查 DATABASE_URL 的主机、端口、用户、口令和库名，以及数据库是否已启动。",
                    f"The database cannot be reached: {reason}\n"
                    "Look at host, port, user, password and name in DATABASE_URL, and whether the server runs.",
                ) from error
            time.sleep(1)
            waited += 1
    if version < OLDEST_DATABASE * 10_000:
        raise CannotStart(
            f"数据库是 PostgreSQL {version // 10_000}，需要 {OLDEST_DATABASE} 或更新。请升级，或换一个数据库。",
            f"The database is PostgreSQL {version // 10_000}; {OLDEST_DATABASE} or newer is needed. Upgrade it, or name "
            "another.",
        )


def ensure_secret_key() -> None:
    """``PINZHI_SECRET_KEY``, or one made once and kept in the state directory, readable by its owner
    alone.
    """
    if os.environ.get("PINZHI_SECRET_KEY"):
        return
    where = state_dir()
    where.mkdir(mode=0o711, parents=True, exist_ok=True)
    kept = where / "secret-key"
    if not kept.exists():
        part = where / f"secret-key.{secrets.token_hex(4)}"
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as target:
            target.write(secrets.token_urlsafe(60) + "\n")
        # Of two that start at once, the first one's key is the key.
        with contextlib.suppress(FileExistsError):
            os.link(part, kept)
        part.unlink()
    os.environ["PINZHI_SECRET_KEY"] = kept.read_text(encoding="ascii").strip()


def setup_django(*, database: bool = True) -> None:
    """Make models, actions and queries importable. ``database=False`` for what reads only the catalogue or a
    file.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pinzhi.config.settings")
    refuse_wrong_settings()
    ensure_secret_key()
    if database:
        ensure_database()
    import django

    django.setup()
