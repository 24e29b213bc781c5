"""A backup: every table in one snapshot, the files, the signed heads, in one tar that any later release can read.

    manifest.json        written last: a file without it was cut off
    tables/<name>.copy   PostgreSQL's COPY text format, the columns in the manifest's order
    files/<sha256>       what the database names; contents whose erasure is recorded are not in it
    published/<log>.checkpoint   the signed heads of the snapshot
    registers/<name>.yaml        the installation's own register definitions
    erasures.jsonl               which personal data were erased (records by number, no values)
    keys/, secret-key            only where asked for: whoever has them can sign in the bureau's name

Nothing is locked: work goes on while it is written. `restore.py` reads it.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import connection, transaction

import pinzhi
from pinzhi.kernel import clock
from pinzhi.kernel.errors import Refused
from pinzhi.kernel.files import disk
from pinzhi.kernel.registers import catalogue, erasures, keys

FORMAT = 1
Progress = Callable[[str, int, int], None]

TABLES = """
SELECT c.relname, array_agg(a.attname ORDER BY a.attnum)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
  AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
GROUP BY c.relname ORDER BY c.relname
"""
SEQUENCES = """
SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public' ORDER BY sequencename
"""


@dataclass
class Written:
    """What a backup holds: its file, rows by table, number of files, files that were missing on disk."""

    path: Path
    tables: dict[str, int] = field(default_factory=dict)
    files: int = 0
    missing: list[str] = field(default_factory=list)


def backup(
    target: Path, *, with_keys: bool = False, progress: Progress = lambda what, done, total: None
) -> Written:
    """Write a backup to `target` (a folder: a file with the time in its name). Readable by its owner alone.

    The file has its name only once it is whole. Raises Refused where it exists already or cannot be written.
    """
    if target.is_dir():
        target = target / f"pinzhi-{clock.now():%Y%m%dT%H%M%SZ}.tar"
    if target.exists():
        raise Refused(
            "backup_exists",
            zh=f"{target} 已存在。",
            en=f"{target} exists already.",
            place=str(target),
            remedy_zh="换一个文件名；旧备份不会被覆盖。",
            remedy_en="Choose another name: an older backup is never written over.",
        )
    part = target.with_name(target.name + ".part")
    try:
        handle = os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w+b") as out:
            with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
                written = _Writer(tar, target, progress).write(with_keys=with_keys)
            out.flush()
            os.fsync(out.fileno())
        part.replace(target)
    except OSError as error:
        raise Refused(
            "backup_not_written",
            zh=f"无法写入 {target}：{error.strerror}。",
            en=f"{target} cannot be written: {error.strerror}.",
            place=str(target),
        ) from error
    finally:
        part.unlink(missing_ok=True)
    return written


@contextmanager
def snapshot() -> Iterator[None]:
    """Everything read inside the block is of one instant."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


class _Writer:
    def __init__(self, tar: tarfile.TarFile, target: Path, progress: Progress) -> None:
        self.tar, self.target, self.progress = tar, target, progress
        self.written = Written(target)

    def write(self, *, with_keys: bool) -> Written:
        with snapshot():
            manifest: dict[str, Any] = {
                "format": FORMAT,
                "release": getattr(pinzhi, "__version__", ""),
                "made_at": clock.now().isoformat(),
                "origin": settings.PINZHI_ORIGIN,
                "migrations": self._rows("SELECT app, name FROM django_migrations ORDER BY id"),
                "heads": [
                    {"log": name, "epoch": epoch, "size": size, "root": bytes(root).hex()}
                    for name, epoch, size, root in self._rows(
                        "SELECT name, epoch, size, root FROM public_log ORDER BY name"
                    )
                ],
                "sequences": dict(self._rows(SEQUENCES)),
                "tables": self._tables(),
            }
            for name, note in self._rows("SELECT name, checkpoint FROM public_log WHERE checkpoint <> ''"):
                self._text(f"published/{name}.checkpoint", note)
            hashes = self._rows("SELECT sha256 FROM files_storedfile WHERE erased_at IS NULL ORDER BY sha256")
        self._files([row[0] for row in hashes])
        for path in sorted(catalogue.own_registers_dir().glob("*.yaml")):
            self._text(f"registers/{path.name}", path.read_text(encoding="utf-8"))
        if erasures.journal().exists():
            self._text("erasures.jsonl", erasures.journal().read_text(encoding="utf-8"), mode=0o600)
        if with_keys:
            self._keys()
        manifest |= {"files": self.written.files, "missing": self.written.missing, "keys": with_keys}
        self._text("manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1) + "\n")
        return self.written

    def _rows(self, statement: str) -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall()

    def _tables(self) -> dict[str, Any]:
        found = {}
        tables = self._rows(TABLES)
        for at, (table, columns) in enumerate(tables):
            self.progress("tables", at, len(tables))
            digest, size, rows = hashlib.sha256(), 0, 0
            with tempfile.TemporaryFile(dir=self.target.parent) as copy:
                names = ", ".join(connection.ops.quote_name(column) for column in columns)
                statement = f"COPY (SELECT {names} FROM {connection.ops.quote_name(table)}) TO STDOUT"
                with connection.cursor() as cursor:
                    with cursor.copy(statement) as source:
                        for chunk in source:
                            copy.write(chunk)
                            digest.update(chunk)
                            size += len(chunk)
                    rows = cursor.rowcount
                copy.seek(0)
                self._add(f"tables/{table}.copy", copy, size)
            found[table] = {"columns": columns, "rows": rows, "sha256": digest.hexdigest()}
            self.written.tables[table] = rows
        return found

    def _files(self, hashes: list[str]) -> None:
        for at, sha256 in enumerate(hashes):
            if at % 50 == 0:
                self.progress("files", at, len(hashes))
            try:
                with disk.open_content(sha256) as content:
                    self._add(f"files/{sha256}", content, os.fstat(content.fileno()).st_size)
                self.written.files += 1
            except FileNotFoundError:
                self.written.missing.append(sha256)

    def _keys(self) -> None:
        for path in keys.files():
            self._text(f"keys/{path.name}", path.read_text(encoding="ascii"), mode=0o600)
        secret = Path(settings.STATE_DIR) / "secret-key"
        if secret.exists():
            self._text("secret-key", secret.read_text(encoding="ascii"), mode=0o600)

    def _text(self, name: str, text: str, mode: int = 0o644) -> None:
        data = text.encode()
        self._add(name, io.BytesIO(data), len(data), mode)

    def _add(self, name: str, content: IO[bytes], size: int, mode: int = 0o644) -> None:
        member = tarfile.TarInfo(name)
        member.size, member.mode, member.mtime = size, mode, int(clock.now().timestamp())
        self.tar.addfile(member, content)
