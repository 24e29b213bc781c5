"""``pinzhi standards import`` and ``as-of``: the catalogue from the command line; the rest of the group needs no database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pinzhi.doors.cli import terminal


class What(StrEnum):
    """What stands in a file."""

    editions = "editions"
    relations = "relations"
    sts = "sts"


class Mode(StrEnum):
    """What an import does with a file that has wrong rows."""

    all = "all"
    good = "good"
    check = "check"


def import_(
    files: Annotated[
        list[Path], typer.Argument(help="CSV (UTF-8 or GB18030), XLSX, JSON Lines; of STS metadata XML.")
    ],
    what: Annotated[
        What, typer.Option(help="editions, relations, or sts: NISO STS metadata.")
    ] = What.editions,
    mode: Annotated[
        Mode,
        typer.Option(
            help="all: every row or none; good: wrong rows are left out; check: nothing is written."
        ),
    ] = Mode.all,
    region: Annotated[str, typer.Option(help="Code of the region of rows that name none.")] = "",
    user: Annotated[
        str, typer.Option(help="Account in whose name it is done; without it the operator.")
    ] = "",
) -> None:
    """导入标准目录 · Bring files into the catalogue of standards, each in one transaction.

    Each wrong row is a line "row, column, value, what is wrong, what would be right" on standard error. Prints for each file
    rows, new, changed, unchanged, wrong. Exit code 1: rows are wrong (with good: they were left out), or a file cannot be read.
    """
    terminal.setup()
    from pinzhi.apps.standards.actions.import_catalogue import IMPORTS
    from pinzhi.kernel.errors import RefusedRows
    from pinzhi.kernel.transfer.actions.import_file import import_stream

    by, wrong = terminal.actor(user), False
    for file in files:
        try:
            stream = file.open("rb")
        except OSError as error:
            terminal.fail(
                f"{file}：无法读取（{error.strerror}）。", f"{file}: cannot be read ({error.strerror})."
            )
        with stream, terminal.bar() as progress:
            advance = _advance(progress, file.name)
            try:
                report = import_stream(
                    IMPORTS,
                    what.value,
                    stream,
                    filename=file.name,
                    mode=mode.value,
                    region=region,
                    by=by,
                    advance=advance,
                )
            except RefusedRows as refused:
                for row in refused.rows:
                    _say(row)
                raise typer.Exit(terminal.REFUSED) from None
        for row in report.errors:
            _say(row)
        counts = report.counts()
        print(
            "\t".join(
                [str(file), *(str(counts[name]) for name in ("rows", "new", "changed", "unchanged", "wrong"))]
            )
        )
        wrong = wrong or bool(report.wrong)
    if wrong:
        raise typer.Exit(terminal.REFUSED)


def _advance(progress: terminal.Bar, name: str) -> Callable[[int], None]:
    return lambda done: progress.advance(name, done)


def _say(row: object) -> None:
    place = "\t".join(str(getattr(row, name) or "") for name in ("row", "column", "value"))
    terminal.say(
        f"{place}\t{getattr(row, 'wrong_zh', '')}\t{getattr(row, 'right_zh', '')}",
        f"{place}\t{getattr(row, 'wrong_en', '')}\t{getattr(row, 'right_en', '')}",
    )


def as_of(
    references: Annotated[list[str], typer.Argument(help="Numbers with or without a year.")],
    on: Annotated[str, typer.Option(help="The day, such as 2020-06-01; today if left out.")] = "",
) -> None:
    """某日现行的是哪个版本 · Which edition each reference means on a day, by the catalogue of this installation.

    Prints reference, how it ended (exact, undated, withdrawn, unknown_year …), edition, status on that day.
    """
    terminal.setup()
    from pinzhi.apps.standards.queries import index_for
    from pinzhi.kernel import clock

    try:
        day = dt.date.fromisoformat(on) if on else clock.today()
    except ValueError:
        terminal.fail(f"不是日期：{on}", f"Not a day: {on}")
    index = index_for(references)
    for reference in references:
        found = index.resolve(reference, day)
        edition = found.edition.number if found.edition else ""
        print("\t".join([reference, found.found.value, edition, found.status.value if found.status else ""]))
