"""``pinzhi keys …``: the keys that sign checkpoints."""

from __future__ import annotations

from pathlib import Path

import typer

from pinzhi.doors.cli import terminal

app = typer.Typer(add_completion=False, no_args_is_help=True, help="签名密钥 · Signing keys.")


@app.command("list")
def list_() -> None:
    """列出签名密钥的公钥 · The verifier keys, oldest first; secret parts are never shown."""
    terminal.setup()
    from pinzhi.kernel.registers import keys

    heads = [terminal.text("启用", "since"), terminal.text("公钥", "verifier key")]
    terminal.print_table(
        heads, [(f"{keys.since(path):%Y-%m-%dT%H:%M:%SZ}", keys.load(path).key) for path in keys.files()]
    )


@app.command()
def rotate() -> None:
    """启用新签名密钥，一周内新旧并签 · Make a new key; the one before signs beside it for a week.

    A running server signs with it from the next head on. Keep the key folder in a place of its own: it is in no backup
    that was not asked for with --with-keys.
    """
    terminal.setup()
    from pinzhi.kernel.registers import keys, logs

    path = keys.create()
    logs.publish_keys()
    terminal.say(
        f"新密钥：{path}。请另行妥善备份；运行中的服务自下一个检查点起使用，无需重启。",
        f"New key: {path}. Keep a copy in a safe place; a running server signs with it from its next head on.",
    )
    print(keys.load(path).key)


@app.command()
def cosign(file: Path) -> None:
    """收下见证者联署的检查点 · Keep a checkpoint that a witness has cosigned (PINZHI_WITNESSES names who counts)."""
    terminal.setup()
    from pinzhi.kernel.registers import witnesses

    log = witnesses.accept(file.read_text(encoding="utf-8"))
    terminal.say(f"已收下 {log.name} 的联署检查点。", f"The cosigned checkpoint of {log.name} is kept.")
