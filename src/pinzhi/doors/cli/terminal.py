"""What commands share: the language of the terminal, who acts, progress on long work, how a command ends.

Nothing here imports Django at the top: ``pinzhi policy read`` uses it too.

Exit codes of every command: 0 done; 1 refused, or something was found wrong (said on standard error); 2 the command
line itself was wrong.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NoReturn

import typer

if TYPE_CHECKING:
    from pinzhi.kernel.access.actor import Actor

REFUSED = 1


def language() -> str:
    """``en`` where LC_ALL, LC_MESSAGES or LANG asks for English, else ``zh``: the first that is set decides."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return "en" if value.lower().startswith("en") else "zh"
    return "zh"


def text(zh: str, en: str) -> str:
    """The one of the two that the terminal's language asks for."""
    return en if language() == "en" and en else zh


def say(zh: str, en: str) -> None:
    """A line for the person at the terminal: on standard error, so that standard output stays data."""
    print(text(zh, en), file=sys.stderr, flush=True)


def fail(zh: str, en: str) -> NoReturn:
    """End the command with a sentence and exit code 1."""
    say(zh, en)
    raise typer.Exit(REFUSED)


def print_json(value: Any) -> None:
    """JSON on standard output, readable, Chinese as it is."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n")


def print_table(heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Rows parted by tabs where another program reads them, a table where a person does."""
    if not sys.stdout.isatty():
        for row in rows:
            print("\t".join("" if cell is None else str(cell) for cell in row))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(*heads, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*("" if cell is None else str(cell) for cell in row))
    Console().print(table, markup=False)


def setup() -> None:
    """Django and the database, with the terminal's language for everything that is said."""
    from pinzhi.doors.cli import environment

    environment.setup_django()
    environment.require_database()
    from django.utils import translation

    translation.activate("en" if language() == "en" else "zh-hans")


def actor(username: str = "") -> Actor:
    """The account in whose name a command acts, with its rights of today; without a name the operator, who may all.

    Raises NotFound for an account that is not there or closed.
    """
    from pinzhi.kernel import clock
    from pinzhi.kernel.access.actor import Actor
    from pinzhi.kernel.access.models import User
    from pinzhi.kernel.access.queries import actor_for_user
    from pinzhi.kernel.errors import NotFound

    if not username:
        return Actor.system("command line")
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise NotFound(
            "no_such_account",
            zh=f"没有账号“{username}”。",
            en=f"There is no account {username}.",
            place="--user",
        )
    return actor_for_user(user, clock.today())


class Bar:
    """A progress bar of several lines of work; silent where nobody watches."""

    def __init__(self, progress: Any) -> None:
        self._progress = progress
        self._tasks: dict[str, Any] = {}

    def __call__(self, what: str, done: int, total: int | None = None) -> None:
        """So much of `what` is done; the shape that `check_all` calls."""
        if self._progress is None:
            return
        if what not in self._tasks:
            self._tasks[what] = self._progress.add_task(what, total=total or None)
        self._progress.update(self._tasks[what], completed=done, total=total or None)

    def advance(self, what: str, by: int = 1, total: int | None = None) -> None:
        """So much more of `what` is done."""
        if self._progress is None:
            return
        if what not in self._tasks:
            self._tasks[what] = self._progress.add_task(what, total=total)
        self._progress.advance(self._tasks[what], by)


@contextmanager
def bar() -> Iterator[Bar]:
    """A progress bar on standard error while the block runs."""
    if not sys.stderr.isatty():
        yield Bar(None)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield Bar(progress)


def in_language(texts: Mapping[str, str]) -> str:
    """A text of the catalogue ({zh, en}) in the terminal's language."""
    return texts.get(language()) or texts.get("zh", "")
