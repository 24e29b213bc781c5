"""The command ``pinzhi``.

Every command is a module of this folder: a group of commands has a typer application named ``app``, a single
one a function named ``command`` (and, if need be, its click settings in ``CONTEXT``). Only the module of the
command that was called is imported, and it calls ``environment.setup_django()`` itself before it imports
anything of Django: so ``pinzhi policy read`` needs neither a database nor a second to start.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterable
from dataclasses import dataclass

import typer


@dataclass(frozen=True)
class Entry:
    """Where a command stands, as a module of this package, and its line in ``pinzhi --help``."""

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


def build(names: Iterable[str]) -> typer.Typer:
    """The application with the named commands."""
    root = typer.Typer(
        help="品质 Pinzhi: from a policy document to targets counted from records.",
        no_args_is_help=True,
        rich_markup_mode=None,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    root.callback()(lambda: None)
    for name in names:
        entry = COMMANDS[name]
        module = importlib.import_module(f"pinzhi.doors.cli.{entry.module}")
        if hasattr(module, "app"):
            root.add_typer(module.app, name=name, help=entry.help)
        else:
            settings = getattr(module, "CONTEXT", None)
            root.command(name, short_help=entry.help, context_settings=settings)(module.command)
    return root


def main() -> None:
    """Entry point: what cannot be done here ends in a line on standard error and status 1, no traceback."""
    from pinzhi.doors.cli.embedded.place import EmbeddedError

    called = sys.argv[1] if len(sys.argv) > 1 else ""
    try:
        build([called] if called in COMMANDS else COMMANDS)()
    except EmbeddedError as error:
        print(error, file=sys.stderr)
        sys.exit(1)
    except Exception as error:
        # Asked only now: what an action refuses comes from the kernel, which few commands need to load.
        from pinzhi.kernel.errors import Refused, RefusedRows

        if not isinstance(error, Refused):
            raise
        print(
            f"{error.zh} {error.remedy_zh}".strip(),
            f"{error.en} {error.remedy_en}".strip(),
            sep="\n",
            file=sys.stderr,
        )
        if isinstance(error, RefusedRows):
            for row in error.rows[1:]:
                print(
                    f"{row.row}\t{row.column or ''}\t{row.value or ''}\t{row.wrong_zh} {row.right_zh}",
                    file=sys.stderr,
                )
        sys.exit(1)


if __name__ == "__main__":
    main()
