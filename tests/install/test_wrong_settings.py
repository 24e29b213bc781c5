"""A wrong setting, folder or database is named with its remedy before anything is started; never a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pinzhi.doors.cli.cannot import CannotStart
from pinzhi.doors.cli.wrong_settings import likely_typos, refuse_wrong_settings

RIGHT = {
    "PINZHI_HTTPS": "on",
    "PINZHI_PROXIES": "2",
    "DATABASE_URL": "postgresql://u:p@db.example:5432/pinzhi",
    "PORTAL_DATABASE_URL": "postgres://r:p@/pinzhi?host=/run/postgresql",
    "PINZHI_SECRET_KEY": "k" * 40,
    "PINZHI_HOSTS": "a.example, [::1]",
    "PINZHI_TRUSTED_ORIGINS": "https://a.example",
    "PINZHI_OIDC_URL": "https://login.example/realms/x",
    "PINZHI_OIDC_CLIENT": "pinzhi",
    "PINZHI_MAIL": "smtp",
    "PINZHI_SMS": "collections.OrderedDict",
}


def test_right_settings_pass() -> None:
    refuse_wrong_settings(RIGHT)
    refuse_wrong_settings({})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PINZHI_HTTPS", "maybe"),
        ("PINZHI_PROXIES", "one"),
        ("PINZHI_SESSION_IDLE_MINUTES", "-5"),
        ("DATABASE_URL", "mysql://u:secretword@h/x"),
        ("DATABASE_URL", "postgresql://u:secretword@h:port/x"),
        ("PINZHI_SECRET_KEY", "secretword"),
        ("PINZHI_HOSTS", "https://a.example"),
        ("PINZHI_TRUSTED_ORIGINS", "a.example"),
        ("PINZHI_OIDC_URL", "login.example"),
        ("PINZHI_OIDC_CLIENT", ""),
        ("PINZHI_MAIL", "pigeon"),
        ("PINZHI_SMS", "no_such_module.Sender"),
        ("PINZHI_LOG_LEVEL", "loud"),
    ],
)
def test_wrong_settings_are_named(name: str, value: str) -> None:
    with pytest.raises(CannotStart) as caught:
        refuse_wrong_settings({**RIGHT, name: value})
    assert name in caught.value.zh and name in caught.value.en and "\n" not in caught.value.zh
    assert "secretword" not in caught.value.zh + caught.value.en


def test_all_that_is_wrong_is_said_at_once_and_typos_are_guessed() -> None:
    with pytest.raises(CannotStart) as caught:
        refuse_wrong_settings({"PINZHI_HTTPS": "x", "PINZHI_MAIL": "x"})
    assert caught.value.en.count("\n") == 1
    assert likely_typos({"PINZHI_HOST": "x", "PINZHI_XYZZY": "", "PATH": "", "PINZHI_HOSTS": ""}) == [
        ("PINZHI_HOST", "PINZHI_HOSTS"),
        ("PINZHI_XYZZY", ""),
    ]


def _said(tmp_path: Path, *command: str, **environ: str) -> str:
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("PINZHI_", "DATABASE_"))
    }
    done = subprocess.run(
        [sys.executable, "-m", "pinzhi.doors.cli.main", *command],
        env={**inherited, "PINZHI_STATE_DIR": str(tmp_path / "state"), **environ},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1 and "Traceback" not in done.stderr
    return done.stderr


def test_no_traceback_in_the_operators_language(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.touch()
    said = _said(tmp_path, "serve", "--port", "8999", PINZHI_STATE_DIR=str(blocked), LC_ALL="zh_CN.UTF-8")
    assert str(blocked) in said and "PINZHI_STATE_DIR" in said and "请检查" in said
    nobody = "postgresql://u:secretword@127.0.0.1:1/x?connect_timeout=1"
    said = _said(
        tmp_path,
        "check",
        DATABASE_URL=nobody.replace("127.0.0.1", "no-such-host.invalid"),
        LC_ALL="en_GB.UTF-8",
    )
    assert "cannot be reached" in said and "DATABASE_URL" in said and "secretword" not in said
    said = _said(tmp_path, "serve", PINZHI_HTTPS="perhaps", LC_ALL="en_GB.UTF-8")
    assert said.strip() == "Setting PINZHI_HTTPS “perhaps” is wrong: write 1 or 0."
