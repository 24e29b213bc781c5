"""One measurement in a process of its own, on the database that DATABASE_URL names: `python -m bench.child NAME N`.

Prints its result as one line of JSON. What runs here is the product; beside it stands the plainest way to the same end.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

from bench.place import open_product, prepare

CQO = "e01_cqo"
CHUNK = 10_000
IMPORT_TABLES = (
    "parties_enterprise", "registers_entry", "registers_content", "registers_span", "registers_record",
    "registers_sequenced", "public_entry", "public_record", "public_tile",
)  # fmt: skip
APPEND_TABLES = IMPORT_TABLES[1:]
OF_REGISTER = {
    "registers_entry": "register = '{0}'",
    "registers_content": "entry_id IN (SELECT id FROM registers_entry WHERE register = '{0}')",
    "registers_span": "register = '{0}'",
    "registers_record": "register = '{0}'",
    "registers_sequenced": "register = '{0}'",
    "public_entry": "log = '{0}'",
    "public_record": "register = '{0}'",
    "public_tile": "log = '{0}'",
}


def peak_mb() -> int:
    """The most memory that this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def bring_in(count: int, file: str) -> dict[str, Any]:
    """The file judged, written with its roster entries in one transaction, and sequenced through to the signed tree."""
    from django.db import transaction

    from pinzhi.apps.parties.fields import columns_of
    from pinzhi.apps.parties.importing import EnterpriseImporter
    from pinzhi.kernel.access.actor import Actor
    from pinzhi.kernel.registers import sequencer
    from pinzhi.kernel.transfer import judging
    from pinzhi.kernel.transfer.reading import open_table

    begun = time.perf_counter()
    with Path(file).open("rb") as stream, transaction.atomic():
        table = open_table(stream, columns_of("enterprises"), name=file)
        report = judging.bring_in(table, EnterpriseImporter(by=Actor.system("bench")), all_or_nothing=True)
    written = time.perf_counter()
    importer_mb = peak_mb()
    sequenced = sequencer.drain(limit=7200)
    done = time.perf_counter()
    assert report.new == sequenced == count, (report.counts(), sequenced)
    return {"seconds": done - begun, "write": written - begun, "sequence": done - written, "mb": importer_mb}


def append_many(count: int) -> dict[str, Any]:
    """Entries of one register in transactions of ten thousand, sequenced through to the signed tree."""
    from datetime import date

    from django.db import transaction

    from bench.data import firms
    from pinzhi.kernel.registers import catalogue, sequencer
    from pinzhi.kernel.registers.append import append
    from pinzhi.kernel.registers.entries import EntryDraft

    register = catalogue.get(CQO)
    values = {**register.definition.sample}
    start, end = date(2024, 5, 10), date(2027, 5, 9)

    def drafts() -> Any:
        for number, row in enumerate(firms(count, seed=7)):
            yield EntryDraft(
                key=f"{row[0]}-{number}", kind="appoint", state="appointed", values={**values, "person_name": row[10]},
                effective_on=start, valid_from=start, valid_until=end, region=row[2], agency="amr-350000", subject=row[0],
            )  # fmt: skip

    ready, begun, spent = [], 0.0, 0.0
    for draft in drafts():
        ready.append(draft)
        if len(ready) == CHUNK:
            begun = time.perf_counter()
            with transaction.atomic():
                append(register, ready, by="bench")
            spent += time.perf_counter() - begun
            ready = []
    begun = time.perf_counter()
    if ready:
        with transaction.atomic():
            append(register, ready, by="bench")
    written = time.perf_counter()
    sequenced = sequencer.drain(limit=7200)
    done = time.perf_counter()
    assert sequenced == count, sequenced
    return {
        "seconds": spent + done - begun,
        "write": spent + written - begun,
        "sequence": done - written,
        "mb": peak_mb(),
    }


def copies(_: int, folder: str, register: str = "") -> dict[str, Any]:
    """COPY of the rows that the product has written, into empty twins of the same tables with the same indexes."""
    from bench import copying

    tables = APPEND_TABLES if register else IMPORT_TABLES
    where = {table: OF_REGISTER[table].format(register) for table in tables if register}
    Path(folder).mkdir(exist_ok=True)
    copying.dump(tables, Path(folder), where)
    return {"seconds": copying.copy_in(tables, Path(folder))}


def settle(_: int) -> dict[str, Any]:
    """What an import does at its end, and autovacuum soon after: statistics, index lists merged."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return {}


def template(_: int) -> dict[str, Any]:
    prepare()
    return {}


def main() -> None:
    from bench import live

    open_product()
    name, count, more = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
    known: dict[str, Any] = {
        "prepare": template,
        "import": bring_in,
        "append": append_many,
        "copy": copies,
        "settle": settle,
        **live.MEASURES,
    }
    print(json.dumps(known[name](count, *more)))


if __name__ == "__main__":
    main()
