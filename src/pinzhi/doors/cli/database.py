"""``pinzhi database …``: the operator's look at the embedded PostgreSQL."""

from __future__ import annotations

import os
import subprocess
import sys

import typer

from pinzhi.doors.cli import embedded, environment

app = typer.Typer(add_completion=False, no_args_is_help=True, help="内嵌数据库 · The embedded database.")


@app.command()
def status() -> None:
    """Say whether the embedded server runs, and where its data and log are. Exit status 3: it does not."""
    found = embedded.status(environment.state_dir())
    print(f"running  {'yes, process ' + str(found.pid) if found.running else 'no'}")
    print(f"account  {found.account or 'your own'}\ndata     {found.data}\nlog      {found.log}")
    if found.url:
        print(f"address  {found.url}")
    raise typer.Exit(0 if found.running else 3)


@app.command()
def stop() -> None:
    """Stop the embedded server even if something still uses it."""
    print("stopped" if embedded.stop(environment.state_dir()) else "it was not running")


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def shell(ctx: typer.Context) -> None:
    """psql on the product's database; what follows is handed to psql."""
    url = environment.ensure_database()
    psql = embedded.programs_dir() / "psql"
    sys.exit(subprocess.call([psql, url, *ctx.args], env=os.environ | {"PGTZ": "Asia/Shanghai"}))
