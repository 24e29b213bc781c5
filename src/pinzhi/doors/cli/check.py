"""``pinzhi check``: proves the invariants of registers and files."""

from __future__ import annotations

from typing import Annotated

import typer

from pinzhi.doors.cli import terminal


def command(
    files: Annotated[bool, typer.Option("--files/--no-files", help="Hash every stored file too.")] = True,
) -> None:
    """核验编号、默克尔树根、记录与文件 · Prove numbering, roots, checkpoints, records and files.

    Numbers run without gaps, recomputed roots equal the signed checkpoints and those published outside the database,
    records equal a fresh derivation from their entries, files have their hash. Each fault is a line "place, what is
    wrong" on standard output. Exit code 0: everything holds; 1: faults were found.
    """
    terminal.setup()
    from django.db import connection, transaction

    from pinzhi.kernel.files import queries as stored
    from pinzhi.kernel.registers import check, epochs

    faults = 0

    def fault(place: str, zh: str, en: str) -> None:
        nonlocal faults
        faults += 1
        print(f"{place}\t{terminal.text(zh, en)}", flush=True)

    # Before the snapshot: what is published was committed earlier, never the other way round.
    for one in epochs.compare():
        fault(
            one.log,
            f"已公布 {one.published} 条，库中 {one.here} 条" + ("，且内容不一致" if one.forked else ""),
            f"published {one.published} entries, here {one.here}"
            + (", and they differ" if one.forked else ""),
        )
    with terminal.bar() as progress, transaction.atomic():
        # One snapshot for everything: the sequencer goes on meanwhile.
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        waiting = check.waiting()
        for found in check.check_all(progress):
            fault(found.place, found.zh, found.en)
        if files:
            for row in stored.damaged():
                fault(row.sha256, "文件缺失或内容已变", "the file is missing or its content has changed")
    if waiting:
        terminal.say(f"另有 {waiting} 个条目等待编号。", f"{waiting} entries wait to be numbered.")
    if faults:
        terminal.fail(f"发现 {faults} 处问题。", f"{faults} faults were found.")
    terminal.say("全部通过。", "Everything holds.")
