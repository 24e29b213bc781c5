"""``pinzhi demo``: the invented province, and the logins to try it with."""

from __future__ import annotations

import typer

from pinzhi.doors.cli import environment

app = typer.Typer(no_args_is_help=True)


@app.command()
def load() -> None:
    """载入演示省份（可重复执行） · Load the invented province; what is there already is left alone."""
    environment.setup_django()
    refuse_outside_demonstration()
    from pinzhi.doors.cli.demonstration.load import load as load_all

    load_all()


@app.command()
def logins() -> None:
    """演示账号与口令 · Show the demonstration's accounts and their password."""
    environment.setup_django()
    refuse_outside_demonstration()
    from pinzhi.doors.cli.demonstration.accounts import PASSWORD
    from pinzhi.doors.cli.demonstration.accounts import logins as accounts

    print("  演示账号（口令均为 · all with the password） ", PASSWORD)
    for login in accounts():
        print(f"    {login.username:<15} {login.zh} · {login.en}")
    print()


def refuse_outside_demonstration() -> None:
    """Accounts with a known password are for the demonstration only."""
    from django.conf import settings

    if not settings.DEMO:
        typer.echo(
            "只有演示模式可以载入演示数据：pinzhi serve --demo，或设 PINZHI_DEMO=1（勿用于正式数据库）。\n"
            "Only in demonstration mode: pinzhi serve --demo, or PINZHI_DEMO=1. Never on a database in use.",
            err=True,
        )
        raise typer.Exit(1)
