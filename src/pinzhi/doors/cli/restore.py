"""``pinzhi restore``: a backup back into an empty database, and the epoch that an older one needs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pinzhi.doors.cli import terminal

DECLARE = "declare-epoch"


def command(
    what: Annotated[
        str, typer.Argument(metavar="FILE|declare-epoch", help="A backup; or the word declare-epoch.")
    ],
    replace: Annotated[bool, typer.Option("--replace", help="Drop what the database holds now.")] = False,
    reason: Annotated[
        str, typer.Option(help="declare-epoch: why the database was restored; it is published.")
    ] = "",
    user: Annotated[str, typer.Option(help="declare-epoch: the administrator's account.")] = "",
) -> None:
    """恢复备份；声明新纪元 · Restore a backup; or declare a new epoch after an older one was restored.

    A backup is restored into an empty database while nothing else uses it. Where less comes back than had been
    published, the registers open read-only; `pinzhi restore declare-epoch --reason …` says so in public and opens them.
    Exit code 1: refused, nothing was changed. Exit code 3: restored, but read-only until an epoch is declared.
    """
    terminal.setup()
    if what == DECLARE:
        _declare(reason, user)
        return
    from django.conf import settings

    from pinzhi.kernel.registers.restore import restore

    with terminal.bar() as progress:
        done = restore(Path(what), replace=replace, progress=progress)
    terminal.say(
        f"已恢复 {done.rows} 行、{done.files} 个文件。",
        f"{done.rows} rows and {done.files} files were restored.",
    )
    if done.origin != settings.PINZHI_ORIGIN:
        terminal.say(
            f"注意：备份的登记簿名为 {done.origin}，本机设置为 {settings.PINZHI_ORIGIN}（PINZHI_ORIGIN）。",
            f"Note: the backup's logs are named {done.origin}, here PINZHI_ORIGIN is {settings.PINZHI_ORIGIN}.",
        )
    if done.signed_anew:
        terminal.say(
            "备份不含签名密钥，已启用新密钥并重新签署各检查点；请公布新公钥。",
            "The backup held no signing keys: a new one was made and signed the heads again; announce its public key.",
        )
    if done.missing:
        terminal.say(
            f"缺少 {len(done.missing)} 个文件，首个为 {done.missing[0]}。",
            f"{len(done.missing)} files are missing, the first {done.missing[0]}.",
        )
    if done.behind:
        for one in done.behind:
            print(f"{one.log}\t{one.published}\t{one.here}")
        terminal.say(
            "恢复的数据早于已公布的检查点，登记册只读。核对后执行：pinzhi restore declare-epoch --reason …",
            "Less was restored than had been published: the registers are read-only. Check, then run: "
            "pinzhi restore declare-epoch --reason …",
        )
        raise typer.Exit(3)


def _declare(reason: str, user: str) -> None:
    from pinzhi.kernel.registers import epochs

    declared = epochs.declare(reason, by=terminal.actor(user))
    for one in declared:
        print(f"{one.log}\t{one.published}\t{one.here}")
    if declared:
        terminal.say(
            f"已为 {len(declared)} 个日志声明新纪元，登记册已开放办理。",
            f"A new epoch was declared for {len(declared)} logs; the registers are open.",
        )
    else:
        terminal.say(
            "各日志与已公布的一致，无需声明。",
            "Every log is as far as what was published: nothing to declare.",
        )
