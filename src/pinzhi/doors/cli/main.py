"""The command ``pinzhi``.

Every group of commands is a module of this folder with a typer application named ``app`` (a group of
commands) or a function named as the command (a single one). A module is imported only when its command is
called, and calls ``environment.setup_django()`` itself before it imports anything of Django, so that ``pinzhi
policy read`` needs neither a database nor a second to start.
"""

from __future__ import annotations

import importlib
import sys
from dataclasses import dataclass

import click
import typer
from typer.core import TyperGroup
from typer.main import get_command


@dataclass(frozen=True)
class Entry:
    """Where a command stands: the module below this package, and the one line that ``pinzhi --help``
    shows.
    """

    module: str
    help: str


COMMANDS: dict[str, Entry] = {
    "serve": Entry("serve", "启动全部服务 · Run portal, console, worker and sequencer"),
    "sequencer": Entry(
        "sequencer", "编号、成树、签名 · Number, hash and sign committed entries (serve runs it)"
    ),
    "manage": Entry("manage", "Django 管理命令 · Any Django management command"),
    "database": Entry("database", "内嵌数据库 · The embedded database: status, address, stop, shell"),
}


class LazyGroup(TyperGroup):
    """Lists commands without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        entry = COMMANDS.get(name)
        if entry is None:
            return None
        module = importlib.import_module(f"pinzhi.doors.cli.{entry.module}")
        command = get_command(module.app)
        command.name = name
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.help) for name, entry in COMMANDS.items()])


app = typer.Typer(
    cls=LazyGroup,
    no_args_is_help=True,
    rich_markup_mode=None,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def root() -> None:
    """品质 Pinzhi: from a policy document to targets counted from records."""


def main() -> None:
    """Entry point: a mistake of the user's ends in a line on standard error and status 1, not in a
    traceback.
    """
    from pinzhi.doors.cli.embedded.place import EmbeddedError

    try:
        app()
    except EmbeddedError as error:
        print(error, file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
