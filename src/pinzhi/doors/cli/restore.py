"""``pinzhi restore``: a backup back into an empty database, and the epoch that an older one needs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pinzhi.doors.cli import terminal

if TYPE_CHECKING:
    from pinzhi.kernel.registers.restore import Restored

DECLARE = "declare-epoch"


def command(
    what: Annotated[
        str, typer.Argument(metavar="FILE|declare-epoch", help="A backup; or the word declare-epoch.")
    ],
    replace: Annotated[bool, typer.Option("--replace", help="Drop what the database holds now.")] = False,
    erased: Annotated[
        Path | None,
        typer.Option(
            "--erasures", help="What was erased since the backup, as `pinzhi register erasures` wrote it."
        ),
    ] = None,
    reason: Annotated[
        str, typer.Option(help="declare-epoch: why the database was restored; it is published.")
    ] = "",
    user: Annotated[str, typer.Option(help="declare-epoch: the administrator's account.")] = "",
) -> None:
    """恢复备份；声明新纪元 · Restore a backup; or declare a new epoch after an older one was restored.

    A backup is restored into an empty database while nothing else uses it. Where less comes back than had been
    published, the registers open read-only; `pinzhi restore declare-epoch --reason …` says so in public and opens them.
    An older backup brings back personal data that were erased after it: what is known of that here (or is given with
    --erasures) is erased again.
    Exit code 1: refused, nothing was changed. Exit code 3: restored, but read-only until an epoch is declared.
    """
    terminal.setup()
    if what == DECLARE:
        _declare(reason, user)
        return
    from django.conf import settings

    from pinzhi.kernel.registers.restore import restore

    try:
        lines = erased.read_text(encoding="utf-8") if erased else ""
    except (OSError, UnicodeDecodeError) as error:
        terminal.fail(f"{erased}：无法读取（{error}）。", f"{erased}: cannot be read ({error}).")
    with terminal.bar() as progress:
        done = restore(Path(what), replace=replace, erased=lines, progress=progress)
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
    _say_erased(done)
    if done.behind:
        for one in done.behind:
            print(f"{one.log}\t{one.published}\t{one.here}")
        terminal.say(
            "恢复的数据早于已公布的检查点，登记册只读。核对后执行：pinzhi restore declare-epoch --reason …",
            "Less was restored than had been published: the registers are read-only. Check, then run: "
            "pinzhi restore declare-epoch --reason …",
        )
        raise typer.Exit(3)


def _say_erased(done: Restored) -> None:
    if done.erased_again:
        terminal.say(
            f"备份之后删除过的个人信息已再次删除：{done.erased_again} 条记录。",
            f"Personal data erased after the backup were erased again: {done.erased_again} records.",
        )
    for one in done.not_erased:
        terminal.say(
            f"未能再次删除：{one.register} {one.key} {one.group}，请人工处理。",
            f"Not erased again: {one.register} {one.key} {one.group}; do it by hand.",
        )
    day = done.made_at[:10]
    terminal.say(
        f"如在其他机器上有 {day} 以后的删除记录，请用 --erasures 补做，或逐条在记录页办理。",
        f"If another machine knows of erasures since {day}, repeat them: --erasures, or on each record's page.",
    )


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
