"""The rows of a file: every one judged, then written in chunks within one transaction.

The same judgement serves the dry run and the import itself, so what was reported is what happens. Memory holds one
chunk and the keys that the file has named so far, whatever the file's size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import RefusedRows, RowError
from pinzhi.kernel.transfer.reading import Row

#: Of each file so many errors are kept with their place; beyond that they are only counted.
ERRORS_KEPT = 2_000
Kept = dict[str, Any]
Clean = Callable[[Mapping[str, Any], int], tuple[Kept, list[RowError]]]


@dataclass
class Report:
    """What a file holds: rows by what becomes of them, and what is wrong with the others."""

    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    wrong: int = 0
    errors: list[RowError] = field(default_factory=list)
    errors_total: int = 0

    def add_errors(self, errors: Sequence[RowError]) -> None:
        self.errors_total += len(errors)
        self.errors += errors[: max(0, ERRORS_KEPT - len(self.errors))]

    def counts(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in ("rows", "new", "changed", "unchanged", "wrong")}


@dataclass
class Judged:
    """A chunk: what is new, what changes, what is wrong. What stands in `fresh` and `changes` its importer says."""

    fresh: list[Any] = field(default_factory=list)
    changes: list[Any] = field(default_factory=list)
    unchanged: int = 0
    errors: list[RowError] = field(default_factory=list)
    wrong: set[int] = field(default_factory=set)
    rows: int = 0

    def refuse(self, errors: Iterable[RowError]) -> None:
        for error in errors:
            self.errors.append(error)
            self.wrong.add(error.row)


class Importer:
    """Judges and writes the rows of one file. `region`: for rows that name none; `source`: the import's key.

    An app's importer sets `clean` and says what is asked below. One importer sees a whole file, once, in order.
    """

    #: Rows that are judged and written at a time.
    chunk = 5_000
    #: From the values of a row (and its number) to what would be kept, and what is wrong.
    clean: Clean

    def __init__(self, *, by: Actor, region: str = "", source: str = "") -> None:
        self.by, self.region, self.source = by, region, source
        self.seen: dict[str, int] = {}
        self._allowed: dict[str, bool] = {}

    # what an app says

    def key(self, kept: Kept) -> str:
        """What a row is known by within the file; empty where it cannot be told."""
        raise NotImplementedError

    def keyless(self, kept: Kept, number: int) -> list[RowError]:
        """What to say of a row that is well written and has no key."""
        raise NotImplementedError

    def doubled(self, number: int, key: str, before: int) -> RowError:
        """What to say of a row whose key stood in row `before` already."""
        raise NotImplementedError

    def permits(self, region: str) -> bool:
        """Whether `self.by` may bring in rows of this region; asked once a region."""
        raise NotImplementedError

    def judge(self, rows: Sequence[Row]) -> Judged:
        """What becomes of these rows. Reads, never writes; begins with `cleaned`."""
        raise NotImplementedError

    def write(self, judged: Judged) -> None:
        """Keep what is new and what changes, in the caller's transaction."""
        raise NotImplementedError

    # the same for all

    def cleaned(self, rows: Sequence[Row], out: Judged) -> list[tuple[int, Kept]]:
        """The rows that are well written and stand in the file once, by number; `out` refuses the others."""
        good: list[tuple[int, Kept]] = []
        for row in rows:
            kept, errors = self.clean(row.values, row.number)
            errors = [*row.errors, *errors]
            key = self.key(kept)
            if key:
                before = self.seen.setdefault(key, row.number)
                if before != row.number:
                    errors.append(self.doubled(row.number, key, before))
            elif not errors:
                errors = self.keyless(kept, row.number)
            if errors:
                out.refuse(errors)
            else:
                good.append((row.number, kept))
        return good

    def allowed(self, region: str) -> bool:
        if region not in self._allowed:
            self._allowed[region] = self.permits(region)
        return self._allowed[region]


def not_here(row: int, region: str) -> RowError:
    """The error of a row that lies where the actor has no right."""
    return RowError(
        row,
        "地区",
        region,
        "不在您的权限地区内",
        "lies outside the regions that you may import",
        "由该地区的人员导入",
        "somebody of that region imports it",
    )


def check(
    rows: Iterable[Row], importer: Importer, advance: Callable[[int], None] = lambda done: None
) -> Report:
    """A dry run: every row is judged, nothing is written."""
    return _go(rows, importer, advance, write=False, all_or_nothing=False)


def bring_in(
    rows: Iterable[Row],
    importer: Importer,
    *,
    all_or_nothing: bool,
    advance: Callable[[int], None] = lambda done: None,
) -> Report:
    """Write the good rows in the caller's transaction. With `all_or_nothing`, RefusedRows where one row is wrong."""
    return _go(rows, importer, advance, write=True, all_or_nothing=all_or_nothing)


def _go(
    rows: Iterable[Row],
    importer: Importer,
    advance: Callable[[int], None],
    *,
    write: bool,
    all_or_nothing: bool,
) -> Report:
    report = Report()
    for chunk in _chunks(rows, importer.chunk):
        judged = importer.judge(chunk)
        report.rows += judged.rows
        report.wrong += len(judged.wrong)
        report.new += len(judged.fresh)
        report.changed += len(judged.changes)
        report.unchanged += judged.unchanged
        report.add_errors(sorted(judged.errors, key=lambda error: error.row))
        if write and not (all_or_nothing and report.errors):
            importer.write(judged)
        advance(len(chunk))
    if write and all_or_nothing and report.errors:
        raise RefusedRows(report.errors)
    return report


def _chunks(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    iterator = iter(rows)
    while chunk := list(islice(iterator, size)):
        yield chunk
