"""``pinzhi standards``: a line of JSON for every line of input, whatever its bytes."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from pinzhi.doors.cli import standards

_MAIN = "import sys\nfrom pinzhi.doors.cli.main import main\ntry:\n main()\nexcept SystemExit:\n pass\n"
_PROGRAM = _MAIN + "print('django' in sys.modules, 'psycopg' in sys.modules, file=sys.stderr)"


def _run(command: str, data: bytes) -> tuple[list[dict[str, Any]], str]:
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, "standards", command],
        input=data,
        capture_output=True,
        timeout=60,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()], done.stderr.decode()


def test_parse_answers_each_line_without_django() -> None:
    before = time.monotonic()
    lines, said = _run("parse", "\ufeffGB/T 9001—2016\r\nfoo\n\nDB35/T 1234.1-2020".encode())
    assert time.monotonic() - before < 10
    assert said.strip() == "False False"
    assert [line["ok"] for line in lines] == [True, False, False, True]
    first = {
        name: lines[0][name] for name in ("input", "normalised", "display", "body", "number", "part", "year")
    }
    assert first == {
        "input": "GB/T 9001—2016", "normalised": "GB/T 9001-2016", "display": "GB/T 9001—2016", "body": "GB", "number": "9001",
        "part": None, "year": 2016,
    }  # fmt: skip
    assert lines[1]["error"]["position"] == 1 and "标准代号" in lines[1]["error"]["zh"]
    assert lines[2]["error"]["code"] == "empty"
    assert (lines[3]["region"], lines[3]["part"]) == ("35", "1")


def test_adoption_answers_each_line() -> None:
    sentences = "本标准等同采用ISO国际标准：ISO 9001:2015。; 采标中文名称:。\n无\n本标准修改采用IEC国际标准：IEC 1:2000、IEC 2:2001。"
    lines, _ = _run("adoption", sentences.encode("gb18030"))
    assert [(line["number"], line["degree"]) for line in lines] == [
        ("ISO 9001:2015", "IDT"), (None, None), ("IEC 1:2000、IEC 2:2001", "MOD"),
    ]  # fmt: skip
    assert lines[2]["numbers"] == ["IEC 1:2000", "IEC 2:2001"] and lines[1]["reason"] == "no_statement"


@pytest.mark.parametrize("command", ["parse", "adoption"])
def test_a_hundred_thousand_lines_are_quick(command: str) -> None:
    line = (
        "GB/T {0}.{1}—2016"
        if command == "parse"
        else "本标准等同采用ISO国际标准：ISO {0}-{1}:2015。; 采标中文名称:。"
    )
    data = "\n".join(line.format(n, n % 7 + 1) for n in range(20_000)).encode()
    before = time.monotonic()
    lines, _ = _run(command, data)
    assert len(lines) == 20_000 and time.monotonic() - before < 10


def test_a_program_that_asks_line_by_line_is_answered_line_by_line() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _MAIN, "standards", "parse"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin and process.stdout
        for number in (1, 2):
            process.stdin.write(f"GB/T {number}-2016\n".encode())
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["number"] == str(number)
        process.stdin.close()
        assert process.wait(timeout=20) == 0


@settings(max_examples=60)
@given(
    st.lists(st.binary(max_size=60).filter(lambda line: b"\n" not in line), max_size=6),
    st.sampled_from(["parse", "adoption"]),
)
def test_any_bytes_give_one_line_for_one(lines: list[bytes], command: str) -> None:
    data = b"".join(line + b"\n" for line in lines)
    result = CliRunner().invoke(standards.app, [command], input=data)
    assert result.exception is None and result.exit_code == 0
    answers = result.stdout_bytes.decode("utf-8").split("\n")[:-1]
    assert len(answers) == len(lines)
    for answer in answers:
        json.loads(answer)


@given(st.lists(st.binary(min_size=1, max_size=30), max_size=8))
def test_lines_are_whole_however_they_arrive(chunks: list[bytes]) -> None:
    class Slow(io.RawIOBase):
        def read1(self, _: int) -> bytes:
            return left.pop(0) if left else b""

    left = list(chunks)
    whole = b"".join(chunks)
    lines = [line for batch in standards.batches(Slow()) for line in batch]  # type: ignore[arg-type]
    assert lines == (whole.removesuffix(b"\n").split(b"\n") if whole else [])
