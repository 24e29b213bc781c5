"""The command ``pinzhi``.

Every command is a module of this folder: a group of commands has a typer application named ``app``, a single
one a function named ``command`` (and, if need be, its click settings in ``CONTEXT``). Only the module of the
command that was called is imported, and it calls ``environment.setup_django()`` itself before it imports
anything of Django: so ``pinzhi policy read`` needs neither a database nor a second to start.
"""

from __future__ import annotations

import gc
import importlib
import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass

import typer

from pinzhi.doors.cli.cannot import CannotStart


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
    "policy": Entry("policy", "政策文件：读取、导入 · Policy documents: read, import"),
    "standards": Entry("standards", "标准：编号、采标情况 · Standards: read identifiers, adoption sentences"),
    "register": Entry("register", "登记册：列出、导入、导出、核验 · Registers: list, import, export, verify"),
    "indicator": Entry("indicator", "指标与目标读数 · Indicators and readings of targets"),
    "sampling": Entry("sampling", "抽样方案、净含量 · Sampling plans and net content, JSON Lines"),
    "check": Entry("check", "核验全部不变量 · Prove the invariants of registers and files"),
    "backup": Entry("backup", "备份 · Back everything up into one file"),
    "restore": Entry("restore", "恢复、声明新纪元 · Restore a backup; declare a new epoch"),
    "keys": Entry("keys", "签名密钥 · Signing keys: list, rotate"),
    "user": Entry("user", "账号 · Accounts: the first administrator"),
    "prepare": Entry(
        "prepare", "更新表结构并核对已公布的检查点 · Tables up to date, checkpoints compared (serve runs it)"
    ),
    "demo": Entry("demo", "演示省份：载入、账号 · The demonstration province: load it, show its logins"),
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
    called = sys.argv[1] if len(sys.argv) > 1 else ""
    # Starting makes hundreds of thousands of objects that stay; looking through them again and again for rubbish would
    # take a fifth of the time of a short command.
    gc.set_threshold(50_000)
    try:
        build([called] if called in COMMANDS else COMMANDS)()
    except Exception as error:
        from pinzhi.doors.cli.terminal import say

        if isinstance(error, BrokenPipeError):  # whoever read the output has gone
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(1)
        if (said := _cannot(error)) is not None:
            say(*said)
            sys.exit(1)
        # Asked only now: what an action refuses comes from the kernel, which few commands need to load.
        from pinzhi.kernel.errors import Refused, RefusedRows

        if (said := _database_says(error)) is not None:
            say(*said)
            sys.exit(1)
        if not isinstance(error, Refused):
            raise

        say(f"{error.zh} {error.remedy_zh}".strip(), f"{error.en} {error.remedy_en}".strip())
        if isinstance(error, RefusedRows):
            for row in error.rows:
                place = f"{row.row}\t{row.column or ''}\t{row.value or ''}"
                say(f"{place}\t{row.wrong_zh} {row.right_zh}", f"{place}\t{row.wrong_en} {row.right_en}")
        sys.exit(1)


def _cannot(error: Exception) -> tuple[str, str] | None:
    """What keeps the command from being done, where the error is of the machine's making; None for any other."""
    if isinstance(error, CannotStart):
        return error.zh, error.en
    if isinstance(error, OSError) and error.filename is not None:
        return (
            f"{error.filename}：{error.strerror}。请检查该目录的权限、所有者和磁盘空间，"
            "或另设 PINZHI_STATE_DIR、PINZHI_KEYS_DIR。",
            f"{error.filename}: {error.strerror}. Look at its rights, owner and free space, or name another "
            "PINZHI_STATE_DIR or PINZHI_KEYS_DIR.",
        )
    return None


def _database_says(error: Exception) -> tuple[str, str] | None:
    """What to do about a database that does not answer or has no tables yet; None for any other error."""
    import psycopg

    cause = error if isinstance(error, psycopg.Error) else error.__cause__
    if isinstance(cause, psycopg.errors.UndefinedTable):
        return (
            "数据库中还没有所需的表，请先运行 pinzhi prepare。",
            "The tables are not there yet; run: pinzhi prepare.",
        )
    if isinstance(cause, psycopg.OperationalError):
        return f"数据库无法连接：{cause}", f"The database cannot be reached: {cause}"
    return None


if __name__ == "__main__":
    main()
