"""``pinzhi standards …``: identifiers and adoption sentences from standard input, JSON Lines on standard output.

Neither needs Django or a database (`import` and `as-of`, of `standards_catalogue`, do).
Every line of input gives one line of output, in order, whatever its bytes are: UTF-8, else
GB 18030. Output is flushed whenever the input pauses, so the commands also serve another program line by line.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

import typer

from pinzhi.doors.cli import standards_catalogue, standards_compare

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="标准：编号、采标情况 · Standards: identifiers, adoption.",
)

CHUNK = 1 << 16
_encode = json.JSONEncoder(ensure_ascii=False, separators=(", ", ": ")).encode


def decode(line: bytes) -> str:
    """The text of a line: UTF-8, GB 18030 (what older Chinese systems export), else with replacement characters."""
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        try:
            return line.decode("gb18030")
        except UnicodeDecodeError:
            return line.decode("utf-8", "replace")


def batches(stream: BinaryIO) -> Iterator[list[bytes]]:
    """Whole lines as they come in: a batch is what was there to read, so that nobody waits for a full buffer."""
    rest: list[bytes] = []
    read = getattr(stream, "read1", stream.read)
    while chunk := read(CHUNK):
        head, newline, tail = chunk.rpartition(b"\n")
        if not newline:
            rest.append(chunk)
            continue
        rest.append(head)
        yield b"".join(rest).split(b"\n")
        rest = [tail] if tail else []
    if rest:
        yield [b"".join(rest)]


def _run(answer: Callable[[str], dict[str, Any]]) -> None:
    out = sys.stdout.buffer
    try:
        for number, lines in enumerate(batches(sys.stdin.buffer)):
            if number == 0 and lines:
                lines[0] = lines[0].removeprefix(b"\xef\xbb\xbf")
            texts = (decode(line.removesuffix(b"\r")) for line in lines)
            out.write("".join([f"{_encode(answer(text))}\n" for text in texts]).encode("utf-8", "replace"))
            out.flush()
    except BrokenPipeError:  # the reader has seen enough: head, less
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@app.command()
def parse() -> None:
    """读取标准编号，每行一个，输出 JSON Lines · Read identifiers from standard input, one a line; print JSON Lines.

    Fields: input, ok, normalised, display, key, series_key, body, level, nature, type, number, part, subpart, year, and where
    there are any supplements, stage, edition, languages, adopted, joint …; regulation: true where it is no standard but a rule of
    another market (16 CFR 1303, 2009/48/EC). A line that cannot be read has ok: false and error: its code,
    the position (counted from 1), what was expected there, in Chinese and English. Exit code 0 in either case.
    """
    from pinzhi.rules.standards.identifiers import IdentifierError
    from pinzhi.rules.standards.identifiers import parse as read

    def answer(text: str) -> dict[str, Any]:
        try:
            return {**read(text).as_dict(), "input": text}
        except IdentifierError as error:
            return {"input": text, "ok": False, "error": error.as_dict()}

    _run(answer)


@app.command()
def adoption() -> None:
    """读取采标情况，每行一句，输出 JSON Lines · Read adoption sentences from standard input, one a line; print JSON Lines.

    Fields: number (as written), degree (IDT, MOD, NEQ, EQV or null), degree_zh, keys, and numbers where there are several; reason
    where the sentence states nothing.
    """
    from pinzhi.rules.standards.adoption import read_adoption

    _run(lambda text: {"input": text, **read_adoption(text).as_dict()})


# These two need the database; what they import they import when they are called.
app.command("import")(standards_catalogue.import_)
app.command("as-of")(standards_catalogue.as_of)
app.command("compare")(standards_compare.compare)
