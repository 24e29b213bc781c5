"""``pinzhi user …``: the account that all others come from."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from pinzhi.doors.cli import terminal

app = typer.Typer(add_completion=False, no_args_is_help=True, help="账号 · Accounts.")


@app.command("create-admin")
def create_admin(
    username: Annotated[str, typer.Argument(help="Name to log in with.")],
    display_name: Annotated[str, typer.Option("--name", help="Name as others read it.")] = "",
    agency: Annotated[str, typer.Option(help="Code of the agency that the account speaks for.")] = "",
    email: Annotated[str, typer.Option(help="E-mail address.")] = "",
) -> None:
    """创建第一个全局管理员 · Make the first administrator of everything.

    The password is asked for; where nobody can be asked, it is read from PINZHI_ADMIN_PASSWORD or the first line of
    standard input. A second factor is set up at the first login. Exit code 1: there is one already, or the password is
    too weak.
    """
    password = os.environ.get("PINZHI_ADMIN_PASSWORD", "")
    if not password and sys.stdin.isatty():
        password = typer.prompt(terminal.text("密码", "Password"), hide_input=True, confirmation_prompt=True)
    password = password or sys.stdin.readline().rstrip("\n")
    terminal.setup()
    from pinzhi.kernel.access.actions.create_first_administrator import create_first_administrator

    user = create_first_administrator(
        username=username, display_name=display_name or username, password=password, party=agency, email=email
    )
    terminal.say(
        f"已创建管理员“{user.username}”，首次登录时设置动态口令。",
        f"Administrator {user.username} was made; the second factor is set up at the first login.",
    )
