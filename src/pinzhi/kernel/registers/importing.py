"""Import of a file into a register: every row checked, then all of them or the good ones, in one transaction.

`check_rows` is the dry run: the same checks as the import, and nothing written. Rows are taken in chunks, so that a
file of a million rows needs no more memory than one of five thousand.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, BinaryIO, Literal, Protocol
from uuid import UUID

from django.db import transaction

from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import RefusedRows, RowError
from pinzhi.kernel.registers.actions import carry_out as action
from pinzhi.kernel.registers.actions.carry_out import Item
from pinzhi.kernel.registers.columns import STEP_COLUMNS, import_columns
from pinzhi.kernel.registers.definitions import Register, Transition
from pinzhi.kernel.registers.models import ImportBatch
from pinzhi.kernel.registers.values import Wrong, parse_date
from pinzhi.kernel.transfer.columns import Column
from pinzhi.kernel.transfer.reading import Row, Table, open_table
from pinzhi.kernel.transfer.regions import region_code

CHUNK = 5000
#: So many errors are kept for the report; beyond them only their number.
KEPT_ERRORS = 2000
Mode = Literal["all", "good"]


class ProgressLike(Protocol):
    """What an import tells of itself: `kernel/jobs` Progress, a bar on the terminal, or nothing."""

    def advance(self, by: int = 1) -> None: ...


@dataclass
class Outcome:
    """What a file holds: rows read, rows that are good, and the errors of the others (the first 2,000)."""

    rows: int = 0
    good: int = 0
    errors: list[RowError] = field(default_factory=list)
    wrong: int = 0
    """Rows that are wrong; each may have several errors."""
    unknown: tuple[str, ...] = ()
    """Headers that fit no column: their content was not read."""
    digest: str = ""

    @property
    def not_shown(self) -> bool:
        return len(self.errors) >= KEPT_ERRORS


@dataclass(frozen=True)
class Imported:
    """An import that was done: its batch and what it held."""

    batch: ImportBatch
    outcome: Outcome


def digest_of(file: BinaryIO) -> str:
    """SHA-256 of the file, hex; leaves it at its beginning."""
    file.seek(0)
    digest = hashlib.sha256()
    while piece := file.read(1024 * 1024):
        digest.update(piece)
    file.seek(0)
    return digest.hexdigest()


def imported_before(register: str, digest: str) -> ImportBatch | None:
    """The import that has already brought in a file with these very bytes."""
    return ImportBatch.objects.filter(register=register, digest=digest, status="done").order_by("-at").first()


def check_rows(
    register: str,
    transition: str,
    file: BinaryIO,
    *,
    by: Actor,
    filename: str = "",
    progress: ProgressLike | None = None,
) -> Outcome:
    """The dry run. Raises Refused for a file that cannot be read at all; wrong rows are in the outcome."""
    with transaction.atomic():
        run = _Run(register, transition, file, by, filename, progress, import_id="")
        run.read(write=False, mode="all")
        transaction.set_rollback(True)  # nothing was written; this also lets go of what was locked
    return run.outcome


def import_rows(
    register: str,
    transition: str,
    file: BinaryIO,
    *,
    by: Actor,
    mode: Mode = "all",
    progress: ProgressLike | None = None,
    filename: str = "",
    batch_id: UUID | None = None,
) -> Imported:
    """Carry out `transition` for every row of a CSV, XLSX, JSON or JSON Lines file, in one transaction.

    mode "all": any wrong row refuses the whole file (RefusedRows); "good": wrong rows are left out and reported.
    One audit line and one ImportBatch say what was done. Raises Refused for a file that cannot be read.
    """
    batch_id = batch_id or uuid.uuid4()
    with transaction.atomic():
        run = _Run(register, transition, file, by, filename, progress, import_id=str(batch_id))
        run.read(write=True, mode=mode)
        outcome = run.outcome
        if mode == "all" and outcome.errors:
            raise RefusedRows(outcome.errors)
        batch, _new = ImportBatch.objects.update_or_create(
            pk=batch_id,
            defaults={
                "register": register,
                "transition": transition,
                "digest": outcome.digest,
                "filename": filename[:200],
                "by": by.username,
                "at": clock.now(),
                "mode": mode,
                "rows": outcome.rows,
                "good": outcome.good,
                "errors": [error.as_dict() for error in outcome.errors],
                "status": "done",
            },
        )
        audit.record(
            "registers.import",
            by=by,
            register=register,
            subject_kind="import",
            subject_key=str(batch_id),
            count=outcome.good,
            detail={"digest": outcome.digest, "step": transition, "rows": outcome.rows, "mode": mode},
        )
    return Imported(batch, outcome)


class _Run:
    """One pass over one file."""

    def __init__(
        self,
        register: str,
        transition: str,
        file: BinaryIO,
        by: Actor,
        filename: str,
        progress: ProgressLike | None,
        *,
        import_id: str,
    ) -> None:
        self.register, self.step = action.register_and_step(register, transition)
        self.by, self.progress, self.import_id = by, progress, import_id
        self.outcome = Outcome(digest=digest_of(file))
        columns = import_columns(self.register, self.step)
        self.table = open_table(file, columns, name=filename)
        self.outcome.unknown = self.table.unknown
        self.make = _Maker(self.register, self.step, columns)
        self.seen: set[int] = set()
        #: By a row's content, the row that had it: a register that numbers its records itself would take it twice.
        self.contents: dict[int, int] = {}

    def read(self, *, write: bool, mode: Mode) -> None:
        """Every chunk of the file; once a whole import is lost, the rest is only checked for the report."""
        for rows in _chunks(self.table):
            doing = write and not (mode == "all" and self.outcome.wrong)
            self._chunk(rows, doing)
            if self.progress is not None:
                self.progress.advance(len(rows))
        self.outcome.errors.sort(key=lambda error: error.row)

    def _chunk(self, rows: Sequence[Row], write: bool) -> None:
        self.outcome.rows += len(rows)
        items = []
        for row in rows:
            item, errors = self.make.item(row)
            errors = errors or self._again(row)
            if errors:
                self._wrong(errors)
            else:
                items.append(item)
        while items:
            try:
                if write:
                    action.carry_out(
                        self.register.name, self.step.name, items, by=self.by, import_id=self.import_id
                    )
                else:
                    keys = action.check(self.register.name, self.step.name, items, by=self.by)
                    items = self._once(items, keys)
            except RefusedRows as refused:
                bad = {error.row for error in refused.rows}
                left = [item for item in items if item.row not in bad]
                if len(left) == len(items):
                    raise
                self._wrong(refused.rows)
                items = left
                continue
            break
        self.outcome.good += len(items)

    def _again(self, row: Row) -> list[RowError]:
        """What to say of a row whose every cell stood in an earlier one; where numbers are made of fields these tell."""
        if self.register.definition.key.of:
            return []
        content = hash(tuple((name, str(value)) for name, value in row.values.items() if value is not None))
        before = self.contents.setdefault(content, row.number)
        if before == row.number:
            return []
        return [
            RowError(
                row.number,
                "整行",
                None,
                f"与第 {before} 行完全相同",
                f"is the same as row {before} in every cell",
                "删去重复的一行；确是两件事的，写明不同之处",
                "delete one of them; where two things are meant, write down in what they differ",
            )
        ]

    def _once(self, items: Sequence[Item], keys: Sequence[str]) -> list[Item]:
        """In a dry run no record comes into being, so a number that returns in a later chunk is found here."""
        if not self.register.definition.key.of and all(item.key is None for item in items):
            return list(items)
        kept = []
        for item, key in zip(items, keys, strict=True):
            mark = hash(key)
            if mark in self.seen:
                twice = RowError(
                    item.row or 0, None, key, f"编号 {key} 在文件中重复", f"{key} stands twice in the file"
                )
                self._wrong([twice])
            else:
                self.seen.add(mark)
                kept.append(item)
        return kept

    def _wrong(self, errors: Iterable[RowError]) -> None:
        errors = list(errors)
        self.outcome.wrong += len({error.row for error in errors})
        room = KEPT_ERRORS - len(self.outcome.errors)
        self.outcome.errors += errors[: max(0, room)]


class _Maker:
    """From a row of the file to what is asked of the action."""

    def __init__(self, register: Register, step: Transition, columns: Sequence[Column]) -> None:
        self.columns = {column.name: column for column in columns}
        self.fields = register.definition.by_name
        self.types = {
            text: t.name
            for t in register.definition.record_types
            for text in (t.name, t.title.zh, t.title.en)
        }
        self.places: dict[str, str | Wrong] = {}

    def item(self, row: Row) -> tuple[Item, list[RowError]]:
        """The row as an item, or what is wrong with it. Empty cells say nothing."""
        given = {name: value for name, value in row.values.items() if value is not None and value != ""}
        errors = list(row.errors)
        known: dict[str, Any] = {"row": row.number}
        for name in ("key", "subject", "reason", "decision_number"):
            if name in given:
                known[name] = str(given.pop(name)).strip()
        if "region" in given:
            known["region"] = self._region(row, "region", given.pop("region"), errors)
        if "record_type" in given:
            typed = str(given.pop("record_type")).strip()
            known["record_type"] = self.types.get(typed, typed)
        for name in ("effective_on", "valid_from", "valid_until"):
            if name in given:
                raw = given.pop(name)
                try:
                    known[name] = parse_date(raw)
                except Wrong as wrong:
                    errors.append(RowError(row.number, self._title(name), str(raw)[:80], *wrong.args4))
        for name in list(given):
            field_ = self.fields.get(name)
            if field_ is not None and field_.format == "region" and field_.type == "string":
                given[name] = self._region(row, name, given[name], errors)
        return Item(values=given, **known), errors

    def _title(self, name: str) -> str:
        column = self.columns.get(name)
        return column.zh if column else STEP_COLUMNS[name][0]

    def _region(self, row: Row, name: str, raw: Any, errors: list[RowError]) -> str | None:
        typed = str(raw).strip()
        if typed not in self.places:
            try:
                self.places[typed] = region_code(typed)
            except Wrong as wrong:
                self.places[typed] = wrong
        code = self.places[typed]
        if isinstance(code, Wrong):
            errors.append(RowError(row.number, self._title(name), typed[:80], *code.args4))
            return None
        return code


def _chunks(table: Table) -> Iterator[list[Row]]:
    rows = iter(table)
    while chunk := list(islice(rows, CHUNK)):
        yield chunk


#: A subject for the example row of a template.
EXAMPLES = {
    "enterprise": "91350100M000100Y43",
    "body": "91350100M000100Y43",
    "product": "6901234567892",
    "place": "350100",
    "document": "WJ-2024-001",
    "person": "RY-2024-001",
}


def sample_row(register: Register, step: Transition) -> Mapping[str, Any]:
    """One row as it might be filled in, from the definition's sample."""
    known = {c.name for c in import_columns(register, step)}
    row = {name: value for name, value in register.definition.sample.items() if name in known}
    types = register.definition.record_types
    more: dict[str, Any] = {
        "region": "350100",
        "subject": EXAMPLES.get(register.definition.about),
        "record_type": types[0].name if types else None,
    }
    return {**{name: value for name, value in more.items() if name in known}, **row}
