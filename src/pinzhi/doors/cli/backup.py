"""``pinzhi backup``: everything in one file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pinzhi.doors.cli import terminal


def command(
    target: Annotated[
        Path, typer.Argument(help="File to write (.tar), or a folder: then the time is in the name.")
    ],
    with_keys: Annotated[
        bool,
        typer.Option(
            "--with-keys", help="The signing keys and the secret key too; keep such a file under lock."
        ),
    ] = False,
) -> None:
    """备份数据库、文件与检查点 · Back up database, files and signed heads into one file while work goes on.

    Signing keys and the secret key (which seals second factors) are in it only with --with-keys: else keep the folder
    keys and the file secret-key of the state directory in another place. Prints the file's name. Exit code 1: not
    written, or files of records are missing on disk (the backup is whole without them).
    """
    terminal.setup()
    from pinzhi.kernel.registers.backup import backup

    with terminal.bar() as progress:
        written = backup(target, with_keys=with_keys, progress=progress)
    rows = sum(written.tables.values())
    terminal.say(
        f"已备份 {rows} 行、{written.files} 个文件，{'含' if with_keys else '不含'}签名密钥。",
        f"{rows} rows and {written.files} files were backed up, {'with' if with_keys else 'without'} the signing keys.",
    )
    print(written.path)
    if written.missing:
        terminal.fail(
            f"磁盘上缺少 {len(written.missing)} 个文件，首个为 {written.missing[0]}；请运行 pinzhi check。",
            f"{len(written.missing)} files are missing on disk, the first {written.missing[0]}; run pinzhi check.",
        )
