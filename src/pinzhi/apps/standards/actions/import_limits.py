"""Limits out of a spreadsheet: checked first, row by row; brought in when somebody says so, all rows or the good ones."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from typing import Any, BinaryIO

from django.db import transaction

from pinzhi.apps.standards import access
from pinzhi.apps.standards.access_verbs_limits import ENTER
from pinzhi.apps.standards.actions.enter_limits import MOST, enter_limits, read_limit_row
from pinzhi.apps.standards.actions.save_limit_documents import (
    document_key,
    number_fault,
    save_limit_documents,
)
from pinzhi.apps.standards.limit_columns import IMPORT_COLUMNS
from pinzhi.apps.standards.limit_rows import market_code
from pinzhi.apps.standards.models.limits import LimitDocument, LimitImport
from pinzhi.apps.standards.publishing_limits import LIMITS
from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import Conflict, Refused, RefusedRows, RowError
from pinzhi.kernel.transfer.reading import open_table


@transaction.atomic
def check_limit_import(stream: BinaryIO, filename: str, *, region: str, by: Actor) -> LimitImport:
    """Read a file and judge every row; nothing is entered yet. Raises NotPermitted, Refused (a file that is no table)."""
    access.require(by, ENTER, [region], register=LIMITS)
    digest = hashlib.sha256(stream.read()).hexdigest()
    stream.seek(0)
    table = open_table(stream, IMPORT_COLUMNS, name=filename, max_rows=MOST)
    rows: list[dict[str, Any]] = []
    errors: list[RowError] = []
    wrong: set[int] = set()
    for row in table:
        values = {name: str(value) for name, value in row.values.items() if value not in (None, "")}
        found = [*row.errors]
        if not values.get("edition"):
            found.append(
                RowError(
                    row.number,
                    "标准编号",
                    None,
                    "没有写",
                    "is missing",
                    "例如 GB 31701-2015",
                    "such as GB 31701-2015",
                )
            )
        elif not _market(values):
            found.append(
                RowError(
                    row.number,
                    "市场",
                    values.get("market"),
                    "没有写，或不认识",
                    "is missing or not known",
                    "例如：中国、欧盟、美国、国际标准",
                    "such as China, EU, US, International",
                )
            )
        elif (fault := number_fault(values["edition"], _market(values))) is not None:
            found.append(RowError(row.number, "标准编号", values["edition"], *fault))
        found += read_limit_row(values, row.number)[1]
        errors += found
        if found:
            wrong.add(row.number)
        rows.append({"number": row.number, "values": values, "wrong": bool(found)})
    if not rows:
        raise Refused("file_empty", zh="文件里没有数据行。", en="The file has no rows.")
    made = LimitImport.objects.create(
        filename=filename[:200],
        digest=digest,
        rows=rows,
        errors=[error.as_dict() for error in errors[:2000]],
        count=len(rows),
        wrong=len(wrong),
        unknown_columns=list(table.unknown)[:50],
        region=region,
        by=by.username,
        at=clock.now(),
    )
    audit.record(
        "standards.check_limit_import",
        by=by,
        subject_kind="limit_import",
        subject_key=str(made.pk),
        register=LIMITS,
        region=region,
        detail={"filename": made.filename, "rows": made.count},
    )
    return made


@transaction.atomic
def run_limit_import(import_id: Any, *, good_only: bool, by: Actor) -> tuple[LimitImport, int]:
    """Bring in a checked file, all rows or (`good_only`) those without fault; returns it and how many limits are new.

    Raises NotPermitted, Conflict (done or given up already), RefusedRows (faulty rows, and not `good_only`).
    """
    row = _open(import_id, by)
    if row.wrong and not good_only:
        raise RefusedRows([RowError(**error) for error in row.errors[:200]])
    by_document: dict[str, list[dict[str, Any]]] = defaultdict(list)
    heads: dict[str, dict[str, Any]] = {}
    for one in row.rows:
        if one["wrong"]:
            continue
        values = one["values"]
        key = document_key(values["edition"])[1]
        by_document[key].append(values)
        # What the file says of a document stands in its first row; a document that is known keeps what it has.
        heads.setdefault(
            key,
            {
                "number": values["edition"],
                "market": _market(values),
                "title_zh": values.get("document_title", ""),
                "family": values.get("family", ""),
            },
        )
    known = {d.key: d for d in LimitDocument.objects.filter(key__in=list(heads))}
    missing = [head for key, head in heads.items() if key not in known]
    if missing:
        known |= {d.key: d for d in save_limit_documents(missing, region=row.region, by=by)}
    new = 0
    for key, limits in by_document.items():
        new += len(enter_limits(known[key].pk, limits, by=by))
    good = sum(len(limits) for limits in by_document.values())
    row.status, row.done_at, row.known = LimitImport.Status.DONE, clock.now(), good - new
    row.save(update_fields=["status", "done_at", "known"])
    audit.record(
        "standards.run_limit_import",
        by=by,
        subject_kind="limit_import",
        subject_key=str(row.pk),
        register=LIMITS,
        region=row.region,
        detail={"filename": row.filename, "rows": good},
    )
    return row, new


@transaction.atomic
def drop_limit_import(import_id: Any, *, by: Actor) -> None:
    """Give a checked file up."""
    row = _open(import_id, by)
    row.status, row.rows = LimitImport.Status.DROPPED, []
    row.save(update_fields=["status", "rows"])
    audit.record(
        "standards.drop_limit_import",
        by=by,
        subject_kind="limit_import",
        subject_key=str(row.pk),
        register=LIMITS,
        region=row.region,
        detail={"filename": row.filename},
    )


def _open(import_id: Any, by: Actor) -> LimitImport:
    row = LimitImport.objects.select_for_update().filter(pk=import_id).first()
    if row is None or row.status != LimitImport.Status.CHECKED:
        raise Conflict("import_over", zh="这次导入已经处理。", en="This import has been dealt with.")
    access.require(by, ENTER, [row.region], register=LIMITS)
    return row


def _market(values: dict[str, Any]) -> str:
    found = market_code(values.get("market", ""))
    if (
        not found
        and not values.get("market")
        and document_key(values["edition"])[0].upper().startswith(("GB", "FZ/", "QB/", "DB"))
    ):
        return "CN"
    return found
