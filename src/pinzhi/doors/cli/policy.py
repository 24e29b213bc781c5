"""``pinzhi policy …``: read a policy document, or bring one in."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from pinzhi.doors.cli import terminal

app = typer.Typer(add_completion=False, no_args_is_help=True, help="政策文件 · Policy documents.")


def _bytes(file: Path) -> bytes:
    if str(file) == "-":
        return sys.stdin.buffer.read()
    try:
        return file.read_bytes()
    except OSError as error:
        terminal.fail(
            f"{file}：无法读取（{error.strerror}）。请核对路径与权限。",
            f"{file}: cannot be read ({error.strerror}). Check the path and its permissions.",
        )


@app.command()
def read(
    file: Annotated[Path, typer.Argument(help="txt, html, docx or pdf; - reads standard input.")],
    summary: Annotated[
        bool,
        typer.Option("--summary/--json", help="A short table for people instead of the reading as JSON."),
    ] = False,
    name: Annotated[
        str, typer.Option(help="File name where standard input is read: its ending tells the kind.")
    ] = "",
) -> None:
    """读取政策文件，输出目标、任务、责任单位 · Read a document and print targets, tasks and duties as JSON.

    Needs neither database nor settings. Every quote stands verbatim in the text. Exit code 1: the file cannot be read.
    """
    data = _bytes(file)
    from pinzhi.rules.policy.loading import ReadingError
    from pinzhi.rules.policy.reader import read_bytes, reading_to_json

    try:
        reading = read_bytes(data, name or file.name)
    except ReadingError as error:
        terminal.fail(
            f"{error.place}：{error.message['zh']}。{error.remedy['zh']}。",
            f"{error.place}: {error.message['en']}. {error.remedy['en']}.",
        )
    if not summary:
        terminal.print_json(reading_to_json(reading))
        return
    head = reading.document
    print("\n".join(line for line in (head.title, head.doc_number, head.issuer, head.issued_on) if line))
    terminal.print_table(
        [terminal.text("目标", "Target"), "", terminal.text("年份", "Year")],
        [(t.quote, f"{t.comparator} {t.value:g}{t.unit}", t.by_year) for t in reading.targets],
    )
    terminal.print_table(
        [terminal.text("任务", "Task"), terminal.text("牵头", "Lead"), terminal.text("配合", "Support")],
        [(m.title, "、".join((*m.lead, *m.responsible)), "、".join(m.support)) for m in reading.measures],
    )


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="txt, html, docx or pdf.")],
    region: Annotated[str, typer.Option(help="Code of the region that the document binds, such as 350000.")],
    user: Annotated[
        str, typer.Option(help="Account in whose name it is brought in; without it the operator.")
    ] = "",
    title: Annotated[str, typer.Option(help="Title, where the one that is read is not right.")] = "",
) -> None:
    """导入政策文件，待人工核对确认 · Bring a document in; every row then waits for an official's confirmation.

    Prints the document's number. Exit code 1: refused (unreadable, brought in before, no right, no such region).
    """
    data = _bytes(file)
    terminal.setup()
    from pinzhi.apps.policy.actions.import_document import import_document
    from pinzhi.kernel.errors import NotFound
    from pinzhi.kernel.places import queries as places

    if places.region(region) is None:
        raise NotFound(
            "no_such_region",
            zh=f"没有代码为“{region}”的地区。",
            en=f"There is no region {region}.",
            place="--region",
        )
    document = import_document(data, file.name, region=region, by=terminal.actor(user), title=title)
    rows = document.targets.count(), document.measures.count()
    terminal.say(
        f"已导入：{document.title}，目标 {rows[0]} 个，任务 {rows[1]} 项，请在控制台核对确认。",
        f"Brought in: {document.title}, {rows[0]} targets, {rows[1]} tasks; review and confirm it in the console.",
    )
    print(document.code)
