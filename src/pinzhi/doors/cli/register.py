"""``pinzhi register …``: look at registers, bring records in and out, verify what was published."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pinzhi.doors.cli import environment, terminal

app = typer.Typer(add_completion=False, no_args_is_help=True, help="登记册 · Registers.")


class Mode(StrEnum):
    """What an import does with a file that has wrong rows."""

    all = "all"
    good = "good"
    check = "check"


NAME = typer.Argument(help="Name of the register, such as e01_cqo.")


@app.command("list")
def list_(
    counts: Annotated[
        bool, typer.Option("--counts", help="How many records each has; needs the database.")
    ] = False,
) -> None:
    """列出登记册 · The registers: name, title, lifecycle, what each is about."""
    environment.setup_django(database=counts)
    from pinzhi.kernel.registers import catalogue

    held: dict[str, int] = {}
    if counts:
        from django.db.models import Count

        from pinzhi.kernel.registers.models import Record

        held = dict(Record.objects.order_by().values_list("register").annotate(Count("id")))
    heads = [
        terminal.text("名称", "name"),
        terminal.text("标题", "title"),
        terminal.text("生命周期", "lifecycle"),
    ]
    heads += [terminal.text("对象", "about"), *([terminal.text("记录", "records")] if counts else [])]
    rows = []
    for register in catalogue.registers().values():
        title = register.title.en if terminal.language() == "en" else register.title.zh
        row = [register.name, title, register.definition.lifecycle, register.definition.about]
        rows.append([*row, held.get(register.name, 0)] if counts else row)
    terminal.print_table(heads, rows)


@app.command()
def show(name: Annotated[str, NAME]) -> None:
    """查看登记册定义（JSON） · A register's definition and lifecycle as JSON, with the hash that entries name."""
    environment.setup_django(database=False)
    from pinzhi.kernel.registers import catalogue

    register = catalogue.get(name)
    terminal.print_json(
        {"hash": register.hash, **register.content, "publicly_verifiable": register.publicly_verifiable}
    )


@app.command()
def reload() -> None:
    """重新读取登记册定义 · Read the definitions again, after a file was added to registers/ of the state directory.

    Running servers take the new definitions at once; where a register is counted, named or shown otherwise than before,
    its records are brought to that. Exit code 1: a file does not hold together; nothing has changed.
    """
    terminal.setup()
    from pinzhi.kernel.registers import catalogue, deriving
    from pinzhi.kernel.registers.definitions import CatalogueError

    try:
        catalogue.reload()
        with terminal.bar() as progress:
            deriving.derive_outdated(progress)
    except CatalogueError as error:
        terminal.fail(f"定义有误，未作更改：{error}", f"Nothing was changed: {error}")
    print(len(catalogue.registers()))


@app.command("import")
def import_(
    name: Annotated[str, NAME],
    file: Annotated[Path, typer.Argument(help="CSV (UTF-8 or GB18030), XLSX, JSON or JSON Lines.")],
    step: Annotated[str, typer.Option(help="The step of the lifecycle that is done for every row.")],
    mode: Annotated[
        Mode,
        typer.Option(
            help="all: every row or none; good: wrong rows are left out; check: nothing is written."
        ),
    ] = Mode.all,
    user: Annotated[
        str, typer.Option(help="Account in whose name it is done; without it the operator.")
    ] = "",
) -> None:
    """导入记录 · Carry out a step for every row of a file, in one transaction.

    Each wrong row is a line "row, column, value, what is wrong, what would be right" on standard error. Prints how many
    rows were read and how many are good. Exit code 1: rows are wrong (with good: they were left out), or the file cannot
    be read at all.
    """
    try:
        stream = file.open("rb")
    except OSError as error:
        terminal.fail(
            f"{file}：无法读取（{error.strerror}）。", f"{file}: cannot be read ({error.strerror})."
        )
    terminal.setup()
    from pinzhi.kernel.registers import importing

    by = terminal.actor(user)
    with stream, terminal.bar() as progress:
        told = _Told(progress, name)
        if mode is Mode.check:
            outcome = importing.check_rows(name, step, stream, by=by, filename=file.name, progress=told)
        else:
            done = importing.import_rows(
                name,
                step,
                stream,
                by=by,
                mode="good" if mode is Mode.good else "all",
                filename=file.name,
                progress=told,
            )
            outcome = done.outcome
    for row in outcome.errors:
        place = f"{row.row}\t{row.column or ''}\t{row.value or ''}"
        terminal.say(f"{place}\t{row.wrong_zh}\t{row.right_zh}", f"{place}\t{row.wrong_en}\t{row.right_en}")
    if outcome.unknown:
        headers = "、".join(outcome.unknown)
        terminal.say(f"未读取的列：{headers}", f"Columns that were not read: {headers}")
    print(f"{outcome.rows}\t{outcome.good}")
    if outcome.wrong:
        raise typer.Exit(terminal.REFUSED)


class _Told:
    """What an import tells of itself, as a bar."""

    def __init__(self, progress: terminal.Bar, what: str) -> None:
        self.progress, self.what = progress, what

    def advance(self, by: int = 1) -> None:
        self.progress.advance(self.what, by)


@app.command()
def export(
    name: Annotated[str, NAME],
    file: Annotated[
        Path, typer.Argument(help="Ends in .csv, .xlsx or .jsonl; - writes CSV to standard output.")
    ],
    public: Annotated[bool, typer.Option("--public", help="Only what the public may see today.")] = False,
    names: Annotated[
        bool, typer.Option("--names", help="Headers and options by their names, for machines.")
    ] = False,
    user: Annotated[
        str, typer.Option(help="Account that exports what it may read; without it the operator, everything.")
    ] = "",
) -> None:
    """导出记录 · Write a register's records to a file; formulas in values are never live in it.

    Exit code 1: no such register, or the file cannot be written.
    """
    kind = "csv" if str(file) == "-" else file.suffix.lower().lstrip(".")
    if kind not in ("csv", "xlsx", "jsonl"):
        raise typer.BadParameter(
            terminal.text("文件名应以 .csv、.xlsx 或 .jsonl 结尾。", "use .csv, .xlsx or .jsonl")
        )
    terminal.setup()
    from pinzhi.doors.portal import exports as open_data
    from pinzhi.kernel.registers import catalogue, exporting, queries
    from pinzhi.kernel.registers import public as public_side
    from pinzhi.kernel.transfer.writing import csv_chunks, jsonl_chunks

    register = catalogue.get(name)
    lang = "name" if names else terminal.language()
    if public and kind != "xlsx":
        rows = open_data.rows(public_side.records(name).order_by("sort_key", "id"))
        columns = open_data.columns(register)
        chunks = csv_chunks(columns, rows, lang=lang) if kind == "csv" else jsonl_chunks(columns, rows)
    elif public:
        raise typer.BadParameter(
            terminal.text("公开数据导出为 CSV 或 JSON Lines。", "public data are CSV or JSON Lines")
        )
    else:
        by = terminal.actor(user)
        chunks = exporting.export(
            register, queries.readable(by, register).order_by("sort_key", "id"), kind, by=by, lang=lang
        )
    with terminal.bar() as progress:
        _write(file, chunks, progress)
    terminal.say(f"已导出“{register.title.zh}”到 {file}。", f"{register.title.en} was written to {file}.")


def _write(file: Path, chunks: Iterator[bytes], progress: terminal.Bar) -> None:
    """The whole file or none."""
    if str(file) == "-":
        for chunk in chunks:
            sys.stdout.buffer.write(chunk)
        return
    part = file.with_name(file.name + ".part")
    try:
        with part.open("wb") as out:
            for chunk in chunks:
                progress.advance("KB", len(chunk) // 1024)
                out.write(chunk)
        part.replace(file)
    except OSError as error:
        terminal.fail(
            f"{file}：无法写入（{error.strerror}）。", f"{file}: cannot be written ({error.strerror})."
        )
    finally:
        part.unlink(missing_ok=True)


@app.command("erasures")
def erasures_(
    since: Annotated[datetime, typer.Option(help="From this day on (Asia/Shanghai).", formats=["%Y-%m-%d"])],
    name: Annotated[str, typer.Option("--register", help="Only this register.")] = "",
) -> None:
    """列出删除个人信息的记录 · What personal data were erased since a day, one JSON line each, values never.

    An older backup that is restored brings them back: `pinzhi restore FILE --erasures` reads these lines.
    """
    terminal.setup()
    from pinzhi.kernel import clock
    from pinzhi.kernel.registers import erasures

    count = 0
    for line in erasures.lines(erasures.since(since.replace(tzinfo=clock.SHANGHAI), name)):
        print(line)
        count += 1
    terminal.say(f"共 {count} 项删除。", f"{count} erasures.")


@app.command()
def verify(
    name: Annotated[
        list[str] | None, typer.Argument(help="Names of registers; without one all that have entries.")
    ] = None,
) -> None:
    """核验已公开内容 · Verify what is published as a stranger would: from a mirror, with the published keys alone.

    Recomputes the root from the entries, checks the signature, the head over all heads and every opened group. One line
    a register: name, entries, opened. Exit code 1: something does not hold.
    """
    terminal.setup()
    from pinzhi.doors.portal.views.logs import mirror_zip
    from pinzhi.kernel.registers import catalogue, logs, public
    from pinzhi.rules.proof.verify import Mirror, ProofError, UnreadableError, check_register, parse_key

    for one in name or []:
        catalogue.get(one)
    keys = [parse_key(key.vkey) for key in public.verifier_keys()]
    wanted = name or [log.name for log in public.logs_all() if log.name != logs.HEADS]
    wrong = 0
    with terminal.bar() as progress, tempfile.TemporaryDirectory() as folder:
        for at, one in enumerate(wanted, 1):
            progress(terminal.text("核验", "verify"), at - 1, len(wanted))
            path = Path(folder) / f"{one}.zip"
            with path.open("wb") as out:
                for chunk in mirror_zip(public.log_of(one)):
                    out.write(chunk)
            try:
                checked = check_register(Mirror(str(path)), keys)
                print(f"{one}\t{checked.checkpoint.size}\t{checked.opened}", flush=True)
            except (ProofError, UnreadableError) as error:
                wrong += 1
                terminal.say(f"{one}：{error.zh}", f"{one}: {error.en}")
            path.unlink()
    if wrong:
        raise typer.Exit(terminal.REFUSED)
    terminal.say("全部通过。", "Everything holds.")
