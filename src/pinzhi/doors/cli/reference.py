"""docs/reference/cli.md, made from the commands themselves: ``python -m pinzhi.doors.cli.reference [FILE]``.

A test holds the file to the commands, so it cannot tell of options that are not there.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import typer

from pinzhi.doors.cli.main import COMMANDS, build

HEAD = """# The command `pinzhi`

Made by `python -m pinzhi.doors.cli.reference docs/reference/cli.md`; a test holds it to the commands.

Data go to standard output, what is said to a person to standard error, in the language of `LC_ALL`, `LC_MESSAGES` or
`LANG` (Chinese unless it begins with `en`). Exit codes of every command: 0 done; 1 refused, or something was found
wrong; 2 the command line itself was wrong. Others stand at their command.
"""


def reference() -> str:
    """The whole page as Markdown."""
    parts = [HEAD]
    root: Any = typer.main.get_command(build(COMMANDS))
    for name in COMMANDS:
        parts += _of(f"pinzhi {name}", root.commands[name], COMMANDS[name].help, 2)
    return "\n".join(parts).rstrip() + "\n"


def _of(path: str, command: Any, title: str, level: int) -> list[str]:
    lines = [f"{'#' * level} {path}", "", title or "", ""]
    inner = getattr(command, "commands", None)
    if inner is not None:
        for name in inner:
            first, _, rest = (inner[name].help or "").partition("\n")
            lines += _of(f"{path} {name}", inner[name], first, level + 1)
        return lines
    _, _, rest = (command.help or "").partition("\n")
    if body := " ".join(rest.split()):
        lines += [body, ""]
    lines += [f"- {_param(param)}" for param in command.params if param.name != "help"]
    return [*lines, ""] if lines[-1] else lines


def _param(param: Any) -> str:
    names = (
        " / ".join([*param.opts, *param.secondary_opts])
        if param.param_type_name == "option"
        else param.name.upper()
    )
    shown = param.metavar if param.param_type_name == "argument" and param.metavar else names
    return f"`{shown}` {param.help or ''}".rstrip()


if __name__ == "__main__":
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(reference(), encoding="utf-8")
    else:
        print(reference(), end="")
